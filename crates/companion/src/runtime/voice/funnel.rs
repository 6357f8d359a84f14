//! Lets what is about voice through to the controller past everything else that a session tells, and bounds it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hearth_gateway_client::chat::Event;

use crate::controller::Held;

/// So many signals and voice states of one session wait for the controller.
const WAITING: usize = 512;

/// Keeps a flood of signals from the controller. What is said in channels does not keep voice out, and voice not them.
#[derive(Debug, Default)]
pub(in crate::runtime) struct VoiceFunnel {
    waiting: Arc<AtomicUsize>,
    /// Some were passed over.
    pub missed: bool,
}

impl VoiceFunnel {
    pub(in crate::runtime) const fn is_for(event: &Event) -> bool {
        matches!(event, Event::Voice(_) | Event::Signal { .. })
    }

    /// What others do is passed over while too much waits: a signal is repeated, and who is there can be read anew.
    pub(in crate::runtime) fn lets_in(&mut self, event: &Event) -> bool {
        let full = Self::is_for(event) && self.waiting.load(Ordering::Relaxed) >= WAITING;
        self.missed |= full;
        !full
    }

    pub(in crate::runtime) fn hold(&self) -> Held {
        Held::in_count(&self.waiting)
    }

    pub(in crate::runtime) fn is_empty(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) == 0
    }
}

//! What a test makes go wrong with a simulated device, from one moment on. What it does badly all its life is
//! [`Quirks`](crate::Quirks).

use std::collections::VecDeque;

/// Things that go wrong. Those with a number do so that many times.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    /// Requests that get lost on their way to the device: it does nothing.
    pub lost_commands: u32,
    /// Replies that get lost on their way back: the device did what was asked.
    pub lost_replies: u32,
    /// No reply comes back while this is set.
    pub silent: bool,
    /// Each notification comes twice.
    pub duplicate_notifications: bool,
    /// Watches stay silent.
    pub silent_watches: bool,
    /// Readings of IDLE in the middle of a heat.
    pub spurious_idles: u32,
    /// Statuses of the next replies, in place of doing anything.
    pub fail_next: VecDeque<u8>,
    /// Links that are dropped as soon as they are opened.
    pub refused_connects: u32,
    /// It does not advertise: out of range.
    pub silent_radio: bool,
}

impl Faults {
    pub(super) fn take_lost_command(&mut self) -> bool {
        take(&mut self.lost_commands)
    }

    pub(super) fn take_lost_reply(&mut self) -> bool {
        take(&mut self.lost_replies) || self.silent
    }

    pub(super) fn take_spurious_idle(&mut self) -> bool {
        take(&mut self.spurious_idles)
    }
}

fn take(count: &mut u32) -> bool {
    let some = *count > 0;
    *count = count.saturating_sub(1);
    some
}

//! What an actor knows of the computer's sleep, and the try to connect that it puts off until the computer is
//! awake.

use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::stream::BoxStream;
use puffco::device::OpId;
use puffco::link::SleepEvent;

/// A sleep that was announced and neither came nor was called off within this time is not waited for.
const NO_SLEEP: Duration = Duration::from_secs(30);

/// See the module.
pub(super) struct Slumber {
    announcements: BoxStream<'static, SleepEvent>,
    /// How long the computer had slept when last looked.
    slept: Duration,
    dozing: Option<Doze>,
}

/// The computer is about to sleep, or sleeps.
struct Doze {
    until: Instant,
    /// A try that was wanted meanwhile.
    put_off: Option<OpId>,
}

impl Slumber {
    pub(super) fn new(announcements: BoxStream<'static, SleepEvent>, slept: Duration) -> Self {
        Self { announcements, slept, dozing: None }
    }

    /// The next announcement; waits for ever where there are none.
    pub(super) async fn next(&mut self) -> SleepEvent {
        match self.announcements.next().await {
            Some(event) => event,
            None => std::future::pending().await,
        }
    }

    /// The computer is about to sleep; `trying` was given up for it.
    pub(super) fn begin(&mut self, now: Instant, trying: Option<OpId>) {
        self.dozing = Some(Doze { until: now + NO_SLEEP, put_off: trying });
    }

    /// Whether this try has to wait.
    pub(super) fn puts_off(&mut self, op: OpId) -> bool {
        match &mut self.dozing {
            Some(doze) => {
                doze.put_off = Some(op);
                true
            }
            None => false,
        }
    }

    /// The try that was put off is not wanted any more.
    pub(super) fn forget(&mut self) {
        if let Some(doze) = &mut self.dozing {
            doze.put_off = None;
        }
    }

    /// Whether a sleep ended that nobody announced the end of: time asleep has grown, or it did not come.
    pub(super) fn is_over(&mut self, now: Instant, slept: Duration) -> bool {
        let woke = std::mem::replace(&mut self.slept, slept) < slept;
        woke || self.dozing.as_ref().is_some_and(|doze| doze.until <= now)
    }

    /// The computer is awake. Gives back what was put off.
    pub(super) fn end(&mut self) -> Option<OpId> {
        self.dozing.take().and_then(|doze| doze.put_off)
    }
}

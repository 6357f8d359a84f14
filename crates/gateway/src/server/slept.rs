//! Notices that the computer slept: after that, nobody is closed for what could not be heard meanwhile.

use std::time::Duration;

use hearth_clock::Clock;

/// The longest that a task waits for its next deadline, so that after a suspend deadlines are looked at again soon.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// How long the computer had slept when it was looked at last.
#[derive(Debug)]
pub(super) struct Slept(Duration);

impl Slept {
    pub fn so_far(clock: &Clock) -> Self {
        Self(clock.slept())
    }

    /// Whether it slept since this was asked last.
    pub fn again(&mut self, clock: &Clock) -> bool {
        let slept = clock.slept();
        let again = slept > self.0;
        self.0 = self.0.max(slept);
        again
    }
}

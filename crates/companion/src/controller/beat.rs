//! When faces are told what changed: what comes after a pause nearly at once, what goes on and on forty times a second.

use std::time::{Duration, Instant};

/// What comes together is told together: a device answers in several parts.
const TOGETHER: Duration = Duration::from_millis(5);

/// From one telling to the next.
const SPACING: Duration = Duration::from_millis(25);

/// See the module.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beat {
    due: Option<Instant>,
    told: Option<Instant>,
}

impl Beat {
    /// There may be something to tell.
    pub fn changed(&mut self, now: Instant) {
        let soon = now + TOGETHER;
        self.due.get_or_insert(self.told.map_or(soon, |told| soon.max(told + SPACING)));
    }

    /// When to tell it.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Whether to tell it now.
    pub fn strikes(&mut self, now: Instant) -> bool {
        let strikes = self.due.is_some_and(|due| due <= now);
        if strikes {
            *self = Self { due: None, told: Some(now) };
        }
        strikes
    }
}

#[cfg(test)]
mod tests {
    use hearth_clock::Clock;

    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn what_comes_after_a_pause_is_told_nearly_at_once() {
        let (mut beat, start) = (Beat::default(), Clock::new().now().instant);
        for at in [start, start + ms(1_000)] {
            assert!(!beat.strikes(at), "nothing changed");
            beat.changed(at);
            beat.changed(at + ms(4));
            assert_eq!(beat.due(), Some(at + TOGETHER));
            assert!(!beat.strikes(at + ms(4)));
            assert!(beat.strikes(at + TOGETHER));
            assert_eq!(beat.due(), None);
        }
    }

    #[test]
    fn what_goes_on_and_on_is_told_forty_times_a_second() {
        let (mut beat, start) = (Beat::default(), Clock::new().now().instant);
        let told = (0..1_000).filter(|at| {
            beat.changed(start + ms(*at));
            beat.strikes(start + ms(*at))
        });
        assert!((39..=41).contains(&told.count()));
    }
}

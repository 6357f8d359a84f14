//! A time of day that nobody can set: a sesh and a chart go by it, and faces are told what this computer's clock shows for
//! it. Somebody may set that clock in the middle of a countdown.

use hearth_clock::Now;

/// Further apart the two were set and have not drifted.
const SET_MS: u64 = 50;

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct Steady {
    began: Now,
    /// How far the computer's clock is ahead, ms.
    ahead_ms: i64,
}

impl Steady {
    /// As the computer's clock shows it now.
    #[must_use]
    pub fn new(now: Now) -> Self {
        Self { began: now, ahead_ms: 0 }
    }

    /// ms since 1970, as if nobody had set the clock.
    #[must_use]
    pub fn ms(&self, now: Now) -> u64 {
        let since = now.instant.saturating_duration_since(self.began.instant);
        self.began.unix_ms.saturating_add(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }

    /// The moment by this time of day.
    #[must_use]
    pub fn now(&self, now: Now) -> Now {
        Now { unix_ms: self.ms(now), ..now }
    }

    /// Looks at the computer's clock. Whether it was set since the last look.
    pub fn follow(&mut self, now: Now) -> bool {
        let ahead = now.unix_ms.cast_signed().saturating_sub(self.ms(now).cast_signed());
        let set = ahead.abs_diff(self.ahead_ms) > SET_MS;
        if set {
            self.ahead_ms = ahead;
        }
        set
    }

    /// What the computer's clock shows at that time, ms since 1970.
    #[must_use]
    pub fn shown(&self, ms: u64) -> u64 {
        ms.saturating_add_signed(self.ahead_ms)
    }

    /// The same for faces.
    #[must_use]
    pub fn told(&self, ms: f64) -> f64 {
        ms + self.ahead_ms as f64
    }
}

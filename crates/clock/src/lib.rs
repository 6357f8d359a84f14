//! The one place that reads the computer's clocks.
//!
//! State machines take a [`Now`] as an argument; the tokio layers get it from a [`Clock`]. The clock is
//! suspend-aware: the monotonic clock stands still while the computer sleeps, so when wall time has run
//! ahead of it, the gap is added.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// One reading of time, as state machines see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// Monotonic time, including time spent asleep. For deadlines and intervals.
    pub instant: Instant,
    /// Milliseconds since 1970-01-01 UTC. For what people and other programs see.
    pub unix_ms: u64,
}

impl Now {
    /// The same moment, `by` later in both clocks.
    #[must_use]
    pub fn later(self, by: Duration) -> Self {
        Self { instant: self.instant + by, unix_ms: self.unix_ms + by.as_millis() as u64 }
    }
}

/// Wall time may run ahead of monotonic time by this much before it counts as a suspend; less than this is
/// the wall clock being slewed.
const SUSPEND_THRESHOLD: Duration = Duration::from_secs(2);

/// Turns two raw clock readings into suspend-aware time. Pure: it never reads a clock itself.
#[derive(Clone, Copy, Debug)]
struct Suspension {
    last_monotonic: Instant,
    last_wall: Duration,
    slept: Duration,
}

impl Suspension {
    fn sample(&mut self, monotonic: Instant, wall: Duration) -> Instant {
        let ran = monotonic.saturating_duration_since(self.last_monotonic);
        let passed = wall.saturating_sub(self.last_wall);
        if let Some(gap) = passed.checked_sub(ran).filter(|gap| *gap > SUSPEND_THRESHOLD) {
            self.slept += gap;
        }
        self.last_monotonic = monotonic;
        self.last_wall = wall;
        monotonic + self.slept
    }
}

/// A source of [`Now`], shared by the tokio layers of a program.
#[derive(Debug)]
pub struct Clock {
    suspension: std::sync::Mutex<Suspension>,
}

impl Clock {
    /// A clock that starts at the computer's present time.
    #[must_use]
    pub fn new() -> Self {
        let (monotonic, wall) = read();
        Self {
            suspension: std::sync::Mutex::new(Suspension {
                last_monotonic: monotonic,
                last_wall: wall,
                slept: Duration::ZERO,
            }),
        }
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Now {
        let (monotonic, wall) = read();
        let mut suspension = self.suspension.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        Now { instant: suspension.sample(monotonic, wall), unix_ms: wall.as_millis() as u64 }
    }

    /// How long to sleep from now until `deadline`; zero when it has passed.
    #[must_use]
    pub fn until(&self, deadline: Instant) -> Duration {
        deadline.saturating_duration_since(self.now().instant)
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new()
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the clock")]
fn read() -> (Instant, Duration) {
    let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    (Instant::now(), wall)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> (Suspension, Instant) {
        let (monotonic, _) = read();
        let wall = Duration::from_secs(1_000_000);
        (Suspension { last_monotonic: monotonic, last_wall: wall, slept: Duration::ZERO }, monotonic)
    }

    #[test]
    fn time_asleep_is_added() {
        let (mut clock, t0) = start();
        let now = clock.sample(t0 + Duration::from_secs(1), Duration::from_secs(1_000_601));
        assert_eq!(now, t0 + Duration::from_secs(601));
        let later = clock.sample(t0 + Duration::from_secs(2), Duration::from_secs(1_000_602));
        assert_eq!(later, t0 + Duration::from_secs(602));
    }

    #[test]
    fn a_wall_clock_set_back_changes_nothing() {
        let (mut clock, t0) = start();
        let now = clock.sample(t0 + Duration::from_secs(5), Duration::from_secs(900_000));
        assert_eq!(now, t0 + Duration::from_secs(5));
    }

    #[test]
    fn a_slewed_wall_clock_is_not_a_suspend() {
        let (mut clock, t0) = start();
        let now = clock.sample(t0 + Duration::from_secs(10), Duration::from_secs(1_000_011));
        assert_eq!(now, t0 + Duration::from_secs(10));
    }
}

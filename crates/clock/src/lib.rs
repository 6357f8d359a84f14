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

/// Reads the monotonic clock and the time since 1970.
type Read = Box<dyn Fn() -> (Instant, Duration) + Send + Sync>;

/// A source of [`Now`], shared by the tokio layers of a program.
pub struct Clock {
    read: Read,
    suspension: std::sync::Mutex<Suspension>,
}

impl Clock {
    /// A clock that starts at the computer's present time.
    #[must_use]
    pub fn new() -> Self {
        Self::reading(read)
    }

    /// A clock that reads `read` instead of the computer's clocks, for tests: the monotonic clock, and the time
    /// since 1970.
    pub fn reading(read: impl Fn() -> (Instant, Duration) + Send + Sync + 'static) -> Self {
        let (last_monotonic, last_wall) = read();
        let suspension = Suspension { last_monotonic, last_wall, slept: Duration::ZERO };
        Self { read: Box::new(read), suspension: std::sync::Mutex::new(suspension) }
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Now {
        let (instant, unix, _) = self.sample();
        Now { instant, unix_ms: unix.as_millis() as u64 }
    }

    /// How long the computer slept since this clock was made. When it has grown, the computer woke up.
    #[must_use]
    pub fn slept(&self) -> Duration {
        self.sample().2
    }

    /// How long to sleep from now until `deadline`; zero when it has passed.
    #[must_use]
    pub fn until(&self, deadline: Instant) -> Duration {
        deadline.saturating_duration_since(self.now().instant)
    }

    fn sample(&self) -> (Instant, Duration, Duration) {
        let (monotonic, wall) = (self.read)();
        let mut suspension = self.suspension.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        (suspension.sample(monotonic, wall), wall, suspension.slept)
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Clock").field("suspension", &self.suspension).finish_non_exhaustive()
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
    fn a_clock_tells_that_the_computer_slept() {
        let (start, _) = read();
        let wall = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(1_000_000));
        let seconds = wall.clone();
        let clock = Clock::reading(move || {
            (start, Duration::from_secs(seconds.load(std::sync::atomic::Ordering::SeqCst)))
        });
        assert_eq!(clock.slept(), Duration::ZERO);
        wall.fetch_add(600, std::sync::atomic::Ordering::SeqCst);
        assert_eq!(clock.slept(), Duration::from_secs(600));
        assert_eq!(clock.now().instant, start + Duration::from_secs(600));
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

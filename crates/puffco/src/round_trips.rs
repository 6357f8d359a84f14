//! How long answers took of late, of whatever is asked and answers: a window of the last minute and what is
//! worth telling of it. Who asks and who answers is not known here.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Older ones say nothing about now.
const WINDOW: Duration = Duration::from_secs(60);

/// The most that are kept; of more in a minute, the latest.
const MOST: usize = 128;

/// What the window shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// The last answer took this long.
    pub last: Duration,
    /// Half of the last minute's took at most this long.
    pub usual: Duration,
    /// All but the slowest twentieth of them took at most this long.
    pub slow: Duration,
}

/// The answers of the last minute.
#[derive(Clone, Debug, Default)]
pub struct RoundTrips {
    kept: VecDeque<(Instant, Duration)>,
}

impl RoundTrips {
    /// An answer came now, and took this long.
    pub fn took(&mut self, now: Instant, took: Duration) {
        if self.kept.len() == MOST {
            self.kept.pop_front();
        }
        self.kept.push_back((now, took));
    }

    /// What they show now; `None` when there was no answer in the last minute.
    #[must_use]
    pub fn pace(&mut self, now: Instant) -> Option<Pace> {
        while self.kept.front().is_some_and(|(at, _)| now.saturating_duration_since(*at) > WINDOW) {
            self.kept.pop_front();
        }
        let (_, last) = *self.kept.back()?;
        let mut sorted: Vec<Duration> = self.kept.iter().map(|(_, took)| *took).collect();
        sorted.sort_unstable();
        // Nearest rank: the smallest that so many hundredths do not exceed.
        let rank = |hundredths: usize| sorted[(sorted.len() * hundredths).div_ceil(100) - 1];
        Some(Pace { last, usual: rank(50), slow: rank(95) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[expect(clippy::disallowed_methods, reason = "a base for virtual time")]
    fn now() -> Instant {
        Instant::now()
    }

    #[test]
    fn the_slowest_twentieth_does_not_count_as_slow() {
        let (mut trips, now) = (RoundTrips::default(), now());
        assert_eq!(trips.pace(now), None);
        for took in 1..=20 {
            trips.took(now, took * MS);
        }
        assert_eq!(trips.pace(now), Some(Pace { last: 20 * MS, usual: 10 * MS, slow: 19 * MS }));
    }

    #[test]
    fn after_a_minute_an_answer_says_nothing_any_more() {
        let (mut trips, start) = (RoundTrips::default(), now());
        trips.took(start, 900 * MS);
        trips.took(start + 30_000 * MS, 10 * MS);
        let later = trips.pace(start + 61_000 * MS);
        assert_eq!(later, Some(Pace { last: 10 * MS, usual: 10 * MS, slow: 10 * MS }));
        assert_eq!(trips.pace(start + 91_000 * MS), None);
    }

    #[test]
    fn of_very_many_the_latest_count() {
        let (mut trips, now) = (RoundTrips::default(), now());
        for took in 0..1_000 {
            trips.took(now, took * MS);
        }
        assert_eq!(trips.kept.len(), MOST);
        assert_eq!(trips.pace(now).map(|pace| pace.last), Some(999 * MS));
    }
}

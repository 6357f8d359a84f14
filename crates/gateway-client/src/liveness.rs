//! What finds out that a connection is dead, and how long the way is: something that is asked again and again, and its
//! answer. What is asked, a WebSocket ping or a heartbeat of the dialect, belongs to the dialects.

use std::time::{Duration, Instant};

/// A change of the round trip that is worth telling.
const NOTABLE: Duration = Duration::from_millis(10);

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// Ask.
    Ask,
    /// The last question was not answered for too long: the link is dead.
    Dead,
}

/// How often it is asked.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Between two questions.
    pub every: Duration,
    /// A question that is not answered within this time was put to nobody.
    pub within: Duration,
}

impl Pace {
    /// Intervals that are taken from a server.
    const SHORTEST: Duration = Duration::from_secs(1);
    const LONGEST: Duration = Duration::from_secs(300);

    /// As often as the server asks for it, as far as that can be meant; each is answered before the next.
    pub fn told(every: Duration) -> Self {
        let every = every.clamp(Self::SHORTEST, Self::LONGEST);
        Self { every, within: every }
    }
}

/// The last round trip that was worth telling.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Latency(Option<Duration>);

impl Latency {
    /// It, when one was measured.
    pub const fn known(&self) -> Option<Duration> {
        self.0
    }

    /// A round trip was measured. True when it is worth telling.
    pub fn measured(&mut self, round_trip: Duration) -> bool {
        let notable = self.0.is_none_or(|known| known.abs_diff(round_trip) >= NOTABLE);
        if notable {
            self.0 = Some(round_trip);
        }
        notable
    }
}

/// The questions of one connection.
#[derive(Debug)]
pub(crate) struct Liveness {
    pace: Pace,
    ask_at: Instant,
    /// When the oldest question without an answer was asked.
    unanswered: Option<Instant>,
    latency: Latency,
}

impl Liveness {
    /// The questions of a usable connection; the first one is due at once.
    pub const fn new(now: Instant, pace: Pace) -> Self {
        Self { pace, ask_at: now, unanswered: None, latency: Latency(None) }
    }

    /// The last round trip that was worth telling.
    pub const fn latency(&self) -> Option<Duration> {
        self.latency.known()
    }

    /// The answer. True when the round trip is worth telling.
    pub fn answered(&mut self, now: Instant) -> bool {
        let Some(asked_at) = self.unanswered.take() else { return false };
        self.latency.measured(now.saturating_duration_since(asked_at))
    }

    /// When [`Liveness::take_due`] has something.
    pub fn next(&self) -> Instant {
        self.unanswered.map_or(self.ask_at, |since| self.ask_at.min(since + self.pace.within))
    }

    /// Takes one thing that is due.
    pub fn take_due(&mut self, now: Instant) -> Option<Due> {
        if self.unanswered.is_some_and(|since| since + self.pace.within <= now) {
            return Some(Due::Dead);
        }
        (self.ask_at <= now).then(|| {
            self.ask_at = now + self.pace.every;
            self.unanswered.get_or_insert(now);
            Due::Ask
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// EMG-01
    #[test]
    fn an_interval_that_cannot_be_meant_is_not_taken() {
        for (told, taken) in [(45_000, 45_000), (1, 1000), (u64::MAX, 300_000)] {
            assert_eq!(Pace::told(Duration::from_millis(told)).every.as_millis(), taken);
        }
    }
}

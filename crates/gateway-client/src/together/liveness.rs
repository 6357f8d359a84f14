//! What finds out that a connection is dead, and how long the way is: HEARTBEAT and its answer (TOG-05, TOG-06,
//! TOG-11). The real server never pings.

use std::time::{Duration, Instant};

use hearth_dialects::together::HEARTBEAT;

/// A heartbeat that is not answered within this time was said to nobody.
const SILENCE: Duration = Duration::from_secs(15);

/// A change of the round trip that is worth telling.
const NOTABLE: Duration = Duration::from_millis(10);

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// Send HEARTBEAT.
    Beat,
    /// The last one was not answered for too long: the link is dead.
    Dead,
}

/// The heartbeats of one connection.
#[derive(Debug)]
pub(super) struct Liveness {
    beat_at: Instant,
    /// When the oldest heartbeat without an answer was sent.
    unanswered: Option<Instant>,
    latency: Option<Duration>,
}

impl Liveness {
    /// The heartbeats of a connection that is ready; the first one is due at once.
    pub const fn new(now: Instant) -> Self {
        Self { beat_at: now, unanswered: None, latency: None }
    }

    /// The last round trip that was worth telling.
    pub const fn latency(&self) -> Option<Duration> {
        self.latency
    }

    /// HEARTBEAT_ACK. True when the round trip is worth telling.
    pub fn acknowledged(&mut self, now: Instant) -> bool {
        let Some(sent_at) = self.unanswered.take() else { return false };
        let round_trip = now.saturating_duration_since(sent_at);
        let notable = self.latency.is_none_or(|known| known.abs_diff(round_trip) >= NOTABLE);
        if notable {
            self.latency = Some(round_trip);
        }
        notable
    }

    /// When [`Liveness::take_due`] has something.
    pub fn next(&self) -> Instant {
        self.unanswered.map_or(self.beat_at, |since| self.beat_at.min(since + SILENCE))
    }

    /// Takes one thing that is due.
    pub fn take_due(&mut self, now: Instant) -> Option<Due> {
        if self.unanswered.is_some_and(|since| since + SILENCE <= now) {
            return Some(Due::Dead);
        }
        (self.beat_at <= now).then(|| {
            self.beat_at = now + HEARTBEAT;
            self.unanswered.get_or_insert(now);
            Due::Beat
        })
    }
}

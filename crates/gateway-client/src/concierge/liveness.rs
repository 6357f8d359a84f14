//! What finds out that a live connection is dead: our own pings. Only one generation of the server pings by itself,
//! and every WebSocket library answers (facts CON-R7).

use std::time::{Duration, Instant};

use hearth_dialects::concierge::limits;

/// A change of the round trip that is worth telling.
const NOTABLE: Duration = Duration::from_millis(10);

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// Send a WebSocket ping.
    Ping,
    /// No ping was answered for too long: the link is dead.
    Dead,
}

/// The pings of one connection.
#[derive(Debug)]
pub(super) struct Liveness {
    ping_at: Instant,
    /// When the oldest ping without an answer was sent.
    unanswered: Option<Instant>,
    latency: Option<Duration>,
}

impl Liveness {
    /// The pings of a connection that has said hello. Before that none may be sent: one generation of the server
    /// closes the connection for it (facts CON-R3).
    pub fn new(now: Instant) -> Self {
        Self { ping_at: now, unanswered: None, latency: None }
    }

    /// The last round trip that was worth telling.
    pub fn latency(&self) -> Option<Duration> {
        self.latency
    }

    /// The answer to a ping. True when the round trip is worth telling.
    pub fn pong(&mut self, now: Instant) -> bool {
        let Some(pinged_at) = self.unanswered.take() else { return false };
        let round_trip = now.saturating_duration_since(pinged_at);
        let notable = self.latency.is_none_or(|known| known.abs_diff(round_trip) >= NOTABLE);
        if notable {
            self.latency = Some(round_trip);
        }
        notable
    }

    /// When [`Liveness::take_due`] has something.
    pub fn next(&self) -> Instant {
        self.unanswered.map_or(self.ping_at, |since| self.ping_at.min(since + limits::SILENCE))
    }

    /// Takes one thing that is due.
    pub fn take_due(&mut self, now: Instant) -> Option<Due> {
        if self.unanswered.is_some_and(|since| since + limits::SILENCE <= now) {
            return Some(Due::Dead);
        }
        (self.ping_at <= now).then(|| {
            self.ping_at = now + limits::PING;
            self.unanswered.get_or_insert(now);
            Due::Ping
        })
    }
}

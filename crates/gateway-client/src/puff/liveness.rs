//! What keeps a live connection alive, and finds out that it is dead: the dialect's heartbeat, WebSocket pings
//! and clock pings.

use std::time::{Duration, Instant};

use crate::liveness::Latency;

/// Between two WebSocket pings.
const PING_EVERY: Duration = Duration::from_secs(4);

/// When nothing at all arrives for this long after a ping, the link is dead. With the interval before, a dead
/// link is found within 8 s; sooner than any gateway finds it (facts §2), so the session is still kept.
const ANYTHING_WITHIN: Duration = Duration::from_secs(4);

/// When other things arrive but no answer for this long, what we send does not: the link is dead too. Longer, because
/// an answer may stand in a queue behind the other things. Every gateway answers pings, its WebSocket library does.
const PONG_WITHIN: Duration = Duration::from_millis(5500);

/// The first clock pings come quickly, so that a start soon after joining is exact already.
const FIRST_CLOCK_PINGS: u8 = 3;
const FIRST_CLOCK_PINGS_EVERY: Duration = Duration::from_millis(300);
const CLOCK_PING_EVERY: Duration = Duration::from_secs(10);

/// Heartbeat intervals that are taken from a hello.
const SHORTEST_HEARTBEAT: Duration = Duration::from_secs(1);
const LONGEST_HEARTBEAT: Duration = Duration::from_secs(60);

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// Send op 420.
    Heartbeat,
    /// Send a WebSocket ping.
    Ping,
    /// Send op 421.
    ClockPing,
    /// Nothing came back: the link is dead.
    Dead,
}

/// The timers of one connection.
#[derive(Debug)]
pub(super) struct Liveness {
    heartbeat_every: Duration,
    heartbeat_at: Instant,
    ping_at: Instant,
    pinged_at: Option<Instant>,
    /// Of the oldest ping without an answer.
    dead_at: Option<Instant>,
    deaf_at: Option<Instant>,
    clock_ping_at: Option<Instant>,
    clock_pings: u8,
    latency: Latency,
}

impl Liveness {
    /// The timers of a connection that has said hello. Clock pings go only to gateways that answer them.
    pub fn new(now: Instant, heartbeat_ms: u64, clock_pings: bool) -> Self {
        let heartbeat_every =
            Duration::from_millis(heartbeat_ms).clamp(SHORTEST_HEARTBEAT, LONGEST_HEARTBEAT);
        Self {
            heartbeat_every,
            heartbeat_at: now + heartbeat_every,
            ping_at: now,
            pinged_at: None,
            dead_at: None,
            deaf_at: None,
            clock_ping_at: clock_pings.then_some(now),
            clock_pings: 0,
            latency: Latency::default(),
        }
    }

    /// The last round trip.
    pub fn latency(&self) -> Option<Duration> {
        self.latency.known()
    }

    /// Something arrived: one direction of the link lives.
    pub fn heard(&mut self) {
        self.dead_at = None;
    }

    /// The answer to a WebSocket ping. Gives the round trip; `None` for an answer to no ping.
    pub fn pong(&mut self, now: Instant) -> Option<Duration> {
        self.deaf_at = None;
        Some(now.saturating_duration_since(self.pinged_at.take()?))
    }

    /// A round trip was measured. True when the connection's latency is worth telling anew.
    pub fn measured(&mut self, round_trip: Duration) -> bool {
        self.latency.measured(round_trip)
    }

    /// When [`Liveness::take_due`] has something.
    pub fn next(&self) -> Instant {
        [Some(self.heartbeat_at), Some(self.ping_at), self.dead_at, self.deaf_at, self.clock_ping_at]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(self.heartbeat_at)
    }

    /// Takes one thing that is due.
    pub fn take_due(&mut self, now: Instant) -> Option<Due> {
        if [self.dead_at, self.deaf_at].into_iter().flatten().any(|at| at <= now) {
            return Some(Due::Dead);
        }
        if self.heartbeat_at <= now {
            self.heartbeat_at = now + self.heartbeat_every;
            return Some(Due::Heartbeat);
        }
        if self.ping_at <= now {
            self.ping_at = now + PING_EVERY;
            self.pinged_at = Some(now);
            self.dead_at = Some(self.dead_at.unwrap_or(now + ANYTHING_WITHIN));
            self.deaf_at = Some(self.deaf_at.unwrap_or(now + PONG_WITHIN));
            return Some(Due::Ping);
        }
        if self.clock_ping_at.is_some_and(|at| at <= now) {
            self.clock_pings = self.clock_pings.saturating_add(1);
            let first = self.clock_pings < FIRST_CLOCK_PINGS;
            let wait = if first { FIRST_CLOCK_PINGS_EVERY } else { CLOCK_PING_EVERY };
            self.clock_ping_at = Some(now + wait);
            return Some(Due::ClockPing);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use hearth_clock::Clock;

    use super::*;

    /// Takes what is due until `until`; the instant at which the link was found dead, in ms.
    fn dead_at(heard_every_ms: Option<u64>, pong_after_ms: Option<u64>) -> Option<u64> {
        let start = Clock::new().now().instant;
        let mut liveness = Liveness::new(start, 10_000, false);
        let mut pong_at = None;
        for ms in 0..60_000_u64 {
            let now = start + Duration::from_millis(ms);
            if heard_every_ms.is_some_and(|every| ms % every == 0) {
                liveness.heard();
            }
            if pong_at.take_if(|at| *at == ms).is_some() {
                liveness.heard();
                liveness.pong(now);
            }
            while let Some(due) = liveness.take_due(now) {
                match due {
                    Due::Dead => return Some(ms),
                    Due::Ping if pong_at.is_none() => pong_at = pong_after_ms.map(|after| ms + after),
                    _ => {}
                }
            }
        }
        None
    }

    #[test]
    fn a_link_on_which_nothing_arrives_is_dead_after_four_seconds() {
        assert_eq!(dead_at(None, None), Some(4000));
    }

    #[test]
    fn a_link_on_which_answers_do_not_arrive_is_dead_a_little_later() {
        assert_eq!(dead_at(Some(100), None), Some(5500));
    }

    #[test]
    fn an_answer_that_stands_in_a_queue_behind_others_is_waited_for() {
        assert_eq!(dead_at(Some(100), Some(5400)), None);
    }
}

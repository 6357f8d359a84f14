//! What time it is at the gateway, for instants that it names. Only ours names any.
//!
//! Each answered clock ping gives a sample: the gateway's clock was read somewhere between sending and hearing,
//! most likely in the middle, so the error is at most half the round trip. The sample with the smallest round
//! trip of the last few is used.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Samples that are looked at: two minutes' worth, so that the clocks' drift stays below a few ms.
const KEPT: usize = 12;

/// A round trip longer than this says nothing about a start that is 3 s away.
const WORST: Duration = Duration::from_secs(2);

/// One reading of the gateway's clock.
#[derive(Clone, Copy, Debug)]
struct Sample {
    round_trip: Duration,
    /// When the gateway's clock showed `server_ms`, by ours.
    at: Instant,
    server_ms: u64,
}

/// The clock of one gateway.
#[derive(Debug, Default)]
pub(super) struct ClockSync {
    samples: VecDeque<Sample>,
    /// The ping that is under way: its number, and when it was sent.
    asked: Option<(u64, Instant)>,
    next_number: u64,
    /// From the hello, before any ping was answered. It was on its way for an unknown time, which makes
    /// starts late by that much, never early.
    hello: Option<(Instant, u64)>,
}

impl ClockSync {
    /// A new connection. What was measured before stays when the clock that the hello tells agrees with it;
    /// otherwise this is another gateway.
    pub fn connected(&mut self, now: Instant, server_time: Option<u64>) {
        let expected = server_time.and_then(|server_ms| self.local(server_ms));
        let agrees = expected.is_some_and(|expected| {
            let ahead = expected.saturating_duration_since(now);
            let behind = now.saturating_duration_since(expected);
            ahead.max(behind) < WORST
        });
        if !agrees {
            self.samples.clear();
        }
        self.asked = None;
        self.hello = server_time.map(|server_ms| (now, server_ms));
    }

    /// A ping is sent; it carries this number. One that was not answered yet is forgotten.
    pub fn asked(&mut self, now: Instant) -> u64 {
        self.next_number += 1;
        self.asked = Some((self.next_number, now));
        self.next_number
    }

    /// A ping was answered. Gives the round trip; `None` for an answer to no question.
    pub fn answered(&mut self, now: Instant, number: u64, server_ms: u64) -> Option<Duration> {
        let (_, asked_at) = self.asked.take_if(|(asked, _)| *asked == number)?;
        let round_trip = now.saturating_duration_since(asked_at);
        if round_trip <= WORST {
            if self.samples.len() == KEPT {
                self.samples.pop_front();
            }
            self.samples.push_back(Sample { round_trip, at: asked_at + round_trip / 2, server_ms });
        }
        Some(round_trip)
    }

    /// The local instant at which the gateway's clock shows `server_ms`; `None` when its clock is not known, or
    /// the instant cannot be told.
    pub fn local(&self, server_ms: u64) -> Option<Instant> {
        let best = self.samples.iter().min_by_key(|sample| sample.round_trip);
        let (at, known_ms) = best.map(|sample| (sample.at, sample.server_ms)).or(self.hello)?;
        if server_ms >= known_ms {
            at.checked_add(Duration::from_millis(server_ms - known_ms))
        } else {
            at.checked_sub(Duration::from_millis(known_ms - server_ms))
        }
    }
}

#[cfg(test)]
mod tests {
    use hearth_clock::Clock;

    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn t0() -> Instant {
        Clock::new().now().instant
    }

    #[test]
    fn the_sample_with_the_shortest_round_trip_counts() {
        let (t0, mut clock) = (t0(), ClockSync::default());
        clock.connected(t0, Some(1_000_000));
        let first = clock.asked(t0);
        assert_eq!(clock.answered(t0 + 400 * MS, first, 1_000_390), Some(400 * MS));
        let second = clock.asked(t0 + 1000 * MS);
        assert_eq!(clock.answered(t0 + 1020 * MS, second, 1_001_010), Some(20 * MS));
        assert_eq!(clock.local(1_004_000), Some(t0 + 4000 * MS));
    }

    #[test]
    fn the_hello_is_used_before_anything_was_measured() {
        let (t0, mut clock) = (t0(), ClockSync::default());
        assert_eq!(clock.local(5), None);
        clock.connected(t0, Some(7000));
        assert_eq!(clock.local(9500), Some(t0 + 2500 * MS));
        clock.connected(t0, None);
        assert_eq!(clock.local(9500), None);
    }

    #[test]
    fn an_answer_to_no_question_is_ignored() {
        let (t0, mut clock) = (t0(), ClockSync::default());
        clock.connected(t0, Some(7000));
        assert_eq!(clock.answered(t0 + MS, 0, 1), None);
        let forgotten = clock.asked(t0);
        let asked = clock.asked(t0 + MS);
        assert_eq!(clock.answered(t0 + 2 * MS, forgotten, 1), None);
        assert_eq!(clock.local(7000), Some(t0));
        assert_eq!(clock.answered(t0 + 3 * MS, asked, 7002), Some(2 * MS));
        assert_eq!(clock.answered(t0 + 4 * MS, asked, 1), None);
    }

    #[test]
    fn what_was_measured_survives_a_reconnect_to_the_same_clock_only() {
        let (t0, mut clock) = (t0(), ClockSync::default());
        clock.connected(t0, Some(1_000_000));
        let number = clock.asked(t0);
        clock.answered(t0 + 10 * MS, number, 1_000_005);
        // 300 ms on its way.
        clock.connected(t0 + 5300 * MS, Some(1_005_000));
        assert_eq!(clock.local(1_008_000), Some(t0 + 8000 * MS));
        clock.connected(t0 + 9000 * MS, Some(5_000_000));
        assert_eq!(clock.local(5_000_000), Some(t0 + 9000 * MS));
    }

    #[test]
    fn absurd_times_do_no_harm() {
        let (t0, mut clock) = (t0(), ClockSync::default());
        clock.connected(t0, Some(u64::MAX));
        let _ = clock.local(0);
        clock.connected(t0, Some(0));
        let _ = clock.local(u64::MAX);
    }
}

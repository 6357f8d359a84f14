//! What time it is at the gateway, for instants that it names. Only ours names any.
//!
//! Each answered clock ping gives a sample: the gateway's clock was read somewhere between sending and hearing,
//! most likely in the middle, so the error is at most half the round trip. Of the last few samples the half with the
//! shorter round trips is used, and their mean: it evens out what single packets met on their way.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Samples that are looked at: two minutes' worth, so that the clocks' drift stays below a few ms.
const KEPT: usize = 12;

/// A round trip longer than this says nothing about a start that is 3 s away.
const WORST: Duration = Duration::from_secs(2);

/// A clock that is off by more than this, beyond what the way explains, was set.
const STEP: Duration = Duration::from_millis(250);

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
        let agrees = expected.is_some_and(|expected| apart(expected, now) < WORST);
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
            let at = asked_at + round_trip / 2;
            // Somebody set the gateway's clock: what was measured before is of another time.
            let apart = self.local(server_ms).map(|expected| apart(expected, at));
            if apart.is_some_and(|apart| apart > STEP + WORST.min(round_trip)) {
                self.samples.clear();
            }
            if self.samples.len() == KEPT {
                self.samples.pop_front();
            }
            self.samples.push_back(Sample { round_trip, at, server_ms });
        }
        Some(round_trip)
    }

    /// What the gateway's clock shows now; `None` when that is not known.
    pub fn shows(&self, now: Instant) -> Option<u64> {
        let known_ms = self.samples.back().map(|sample| sample.server_ms).or(Some(self.hello?.1))?;
        let since = now.saturating_duration_since(self.local(known_ms)?);
        known_ms.checked_add(u64::try_from(since.as_millis()).ok()?)
    }

    /// The local instant at which the gateway's clock shows `server_ms`; `None` when its clock is not known, or
    /// the instant cannot be told.
    pub fn local(&self, server_ms: u64) -> Option<Instant> {
        let mut samples: Vec<&Sample> = self.samples.iter().collect();
        if samples.is_empty() {
            let (at, known_ms) = self.hello?;
            return shifted(at, known_ms, server_ms);
        }
        samples.sort_by_key(|sample| sample.round_trip);
        samples.truncate(samples.len().div_ceil(2));
        let told = || samples.iter().filter_map(|sample| shifted(sample.at, sample.server_ms, server_ms));
        let first = told().min()?;
        let later: Duration = told().map(|at| at - first).sum();
        Some(first + later / u32::try_from(samples.len()).ok()?)
    }
}

fn apart(a: Instant, b: Instant) -> Duration {
    a.saturating_duration_since(b).max(b.saturating_duration_since(a))
}

/// The local instant at which a clock shows `wanted_ms` that showed `known_ms` at `at`.
fn shifted(at: Instant, known_ms: u64, wanted_ms: u64) -> Option<Instant> {
    if wanted_ms >= known_ms {
        at.checked_add(Duration::from_millis(wanted_ms - known_ms))
    } else {
        at.checked_sub(Duration::from_millis(known_ms - wanted_ms))
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
    fn the_mean_of_the_better_half_counts_and_the_worse_half_does_not() {
        let (t0, mut clock) = (t0(), ClockSync::default());
        clock.connected(t0, Some(1_000_000));
        // Round trip, and how much of it the way there took: the gateway read its clock then.
        for (n, (round_trip, there)) in
            [(40, 30), (20, 14), (20, 6), (200, 190), (100, 5), (300, 0)].into_iter().enumerate()
        {
            let at = n as u64 * 1000;
            let number = clock.asked(t0 + at as u32 * MS);
            clock.answered(t0 + (at + round_trip) as u32 * MS, number, 1_000_000 + at + there);
        }
        // Errors of the better three: +10, +4, −4.
        let (local, right) = (clock.local(1_010_000).unwrap(), t0 + 10_000 * MS);
        assert!(apart(local, right) < 4 * MS, "{:?}", apart(local, right));
    }

    #[test]
    fn a_clock_that_was_set_is_measured_anew() {
        let (t0, mut clock) = (t0(), ClockSync::default());
        clock.connected(t0, Some(11_000_000));
        for n in 0..8 {
            let number = clock.asked(t0 + n * 1000 * MS);
            clock.answered(t0 + (n * 1000 + 10) * MS, number, 11_000_005 + u64::from(n) * 1000);
        }
        // One hour back.
        let number = clock.asked(t0 + 9000 * MS);
        clock.answered(t0 + 9010 * MS, number, 11_009_005 - 3_600_000);
        assert_eq!(clock.local(11_012_000 - 3_600_000), Some(t0 + 12_000 * MS));
    }

    #[test]
    fn the_error_is_at_most_half_the_round_trip_whatever_the_way_does() {
        use rand::rngs::StdRng;
        use rand::{RngExt, SeedableRng};
        for seed in 0..300 {
            let (t0, mut clock, mut rng) = (t0(), ClockSync::default(), StdRng::seed_from_u64(seed));
            let ahead: u64 = rng.random_range(0..10_000_000);
            clock.connected(t0, Some(ahead));
            let mut worst = 0;
            for n in 0..12_u64 {
                let (there, back): (u64, u64) = (rng.random_range(1..120), rng.random_range(1..120));
                worst = worst.max(there + back);
                let at = 1000 * n;
                let number = clock.asked(t0 + at as u32 * MS);
                clock.answered(t0 + (at + there + back) as u32 * MS, number, ahead + at + there);
            }
            let off = apart(clock.local(ahead + 15_000).unwrap(), t0 + 15_000 * MS);
            assert!(off.as_millis() as u64 <= worst / 2, "seed {seed}: {off:?}");
            assert!(off <= 40 * MS, "seed {seed}: {off:?}");
        }
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
    fn what_the_gateways_clock_shows_now_is_known_once_it_told() {
        let (t0, mut clock) = (t0(), ClockSync::default());
        assert_eq!(clock.shows(t0), None);
        clock.connected(t0, Some(1_000_000));
        assert_eq!(clock.shows(t0 + 30 * MS), Some(1_000_030), "from the hello");
        let number = clock.asked(t0);
        clock.answered(t0 + 20 * MS, number, 1_000_210);
        assert_eq!(clock.shows(t0 + 5000 * MS), Some(1_005_200));
    }

    #[test]
    fn absurd_times_do_no_harm() {
        let (t0, mut clock) = (t0(), ClockSync::default());
        clock.connected(t0, Some(u64::MAX));
        let _ = (clock.local(0), clock.shows(t0 + MS));
        clock.connected(t0, Some(0));
        let _ = clock.local(u64::MAX);
    }
}

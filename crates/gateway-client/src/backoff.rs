//! How long to wait before the next try to connect. Two plans: one that waits longer each time, and one of rounds.
//!
//! When a gateway restarts, all of its clients lose their connection in the same moment, and no client can tell that
//! from a loss of its own. If all came back after the same short wait, they would come as one wave, onto a gateway
//! that has just begun. So no wait is the same for all clients.

use std::time::Duration;

use rand::RngExt;
use rand::rngs::StdRng;

/// The first wait after a loss of ours alone, shortened or stretched by up to a fifth.
const ALONE: Duration = Duration::from_millis(250);

/// How the waits grow.
#[derive(Clone, Copy, Debug)]
pub enum Plan {
    /// Each wait may be twice as long as the one before. It is drawn evenly between what it may be at most, and that
    /// by `spread`.
    Doubling {
        /// The first wait, at most.
        first: Duration,
        /// Every wait, at most.
        longest: Duration,
        /// More than 1: how much the longest of the first waits is longer than the shortest.
        spread: f64,
    },
    /// Each client takes a place in a round, at random, and tries once per round at that place: the tries of all
    /// clients together are even over time, whenever the gateway comes back. The last round repeats. A loss that is
    /// surely ours alone is tried again at once, and then as above.
    Rounds(&'static [Duration]),
}

impl Plan {
    /// From 1 s to 30 s, at a time that nobody can foretell.
    pub const WIDE: Self =
        Self::Doubling { first: Duration::from_secs(3), longest: Duration::from_secs(30), spread: 3.0 };

    /// From 1 s to 30 s, each at least twice the one before, as some servers ask for (TOG-29, facts TOG-R24).
    pub const STRICT: Self =
        Self::Doubling { first: Duration::from_millis(1500), longest: Duration::from_secs(30), spread: 1.5 };
}

/// Whom a loss concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Concerns {
    /// This client only: it found its link dead, or was told so.
    Us,
    /// Perhaps every client of the gateway.
    PerhapsAll,
}

/// The tries since the connection was good.
#[derive(Debug)]
pub(crate) struct Backoff {
    plan: Plan,
    failures: u32,
    /// Rounds begun, and this client's place in each, from 0 to 1.
    rounds: usize,
    place: f64,
}

impl Backoff {
    /// No try has failed.
    pub const fn new(plan: Plan) -> Self {
        Self { plan, failures: 0, rounds: 0, place: 0.0 }
    }

    /// Connections lost or not made in a row.
    pub const fn failures(&self) -> u32 {
        self.failures
    }

    /// The connection was good: the next loss counts from the start.
    pub const fn reset(&mut self) {
        *self = Self::new(self.plan);
    }

    /// The next wait is at least one of this many failures: the server has said that it will be away.
    pub fn at_least(&mut self, failures: u32) {
        self.failures = self.failures.max(failures);
    }

    /// The connection was lost, or not made, and perhaps not only ours: the wait before the next try.
    pub fn failed(&mut self, rng: &mut StdRng) -> Duration {
        self.failed_for(Concerns::PerhapsAll, rng)
    }

    /// The connection was lost, or not made: the wait before the next try.
    pub fn failed_for(&mut self, concerns: Concerns, rng: &mut StdRng) -> Duration {
        let before = self.failures;
        self.failures = self.failures.saturating_add(1);
        match self.plan {
            Plan::Doubling { first, longest, spread } => {
                let most = first.saturating_mul(1 << before.min(16)).min(longest);
                most.mul_f64(rng.random_range(1.0 / spread..=1.0))
            }
            Plan::Rounds(_) if before == 0 && concerns == Concerns::Us => {
                ALONE.mul_f64(rng.random_range(0.8..=1.2))
            }
            Plan::Rounds(rounds) => {
                let round = |number: usize| rounds[number.min(rounds.len() - 1)];
                if self.rounds == 0 {
                    self.place = rng.random_range(0.0..1.0);
                }
                let last = self.rounds.checked_sub(1).map(round).unwrap_or_default();
                let wait = last.mul_f64(1.0 - self.place) + round(self.rounds).mul_f64(self.place);
                self.rounds = self.rounds.saturating_add(1);
                wait
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    fn waits(plan: Plan, seed: u64) -> Vec<u128> {
        let (mut rng, mut backoff) = (StdRng::seed_from_u64(seed), Backoff::new(plan));
        (0..9).map(|_| backoff.failed(&mut rng).as_millis()).collect()
    }

    #[test]
    fn waits_double_up_to_the_longest_and_differ_between_clients() {
        for seed in 0..500 {
            let waits = waits(Plan::WIDE, seed);
            for (wait, most) in waits.iter().zip([3000, 6000, 12_000, 24_000, 30_000, 30_000, 30_000]) {
                assert!((most / 3 - 1..=most).contains(wait), "{waits:?}");
            }
        }
        assert_ne!(waits(Plan::WIDE, 1), waits(Plan::WIDE, 2));
    }

    /// TOG-29
    #[test]
    fn tog_29_strict_waits_double_from_one_second_to_thirty_and_differ_between_clients() {
        for seed in 0..500 {
            let waits = waits(Plan::STRICT, seed);
            for (wait, least) in
                waits.iter().zip([1000, 2000, 4000, 8000, 16_000, 20_000, 20_000, 20_000, 20_000])
            {
                assert!((least..=30_000).contains(wait), "{waits:?}");
            }
            assert!(waits[0] <= 1500, "{waits:?}");
        }
        assert_ne!(waits(Plan::STRICT, 1), waits(Plan::STRICT, 2));
    }

    #[test]
    fn a_server_that_said_it_will_be_away_is_left_alone_for_longer() {
        for seed in 0..500 {
            let (mut rng, mut backoff) = (StdRng::seed_from_u64(seed), Backoff::new(Plan::WIDE));
            backoff.at_least(2);
            assert!((3999..=12_000).contains(&backoff.failed(&mut rng).as_millis()));
        }
    }
}

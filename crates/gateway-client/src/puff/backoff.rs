//! How long to wait before the next try to connect.
//!
//! When a gateway restarts, all of its clients lose their connection in the same moment, and no client can tell that
//! from a loss of its own. If all came back after the same short wait, they would come as one wave, onto a gateway
//! that has just begun. So each client takes a place in a round, at random, and tries once per round at that place:
//! the tries of all clients together are even over time, whenever the gateway comes back. A round of 3.6 s holds
//! 2.8 % of the clients per 100 ms, and two or three tries lie inside the 10 s for which gateways keep a lost session
//! (facts §3). A loss that is surely ours alone is tried again at once, and then as above.

use std::time::Duration;

use rand::RngExt;
use rand::rngs::StdRng;

/// The rounds, one try in each. The last one repeats; it is short enough that everybody is back 15 s after the
/// gateway is.
const ROUNDS_MS: [u64; 6] = [3600, 3600, 3600, 6000, 9000, 12_000];

/// The first wait after a loss of ours alone, shortened or stretched by up to a fifth.
const ALONE: Duration = Duration::from_millis(250);

/// Whom a loss concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Concerns {
    /// This client only: it found its link dead, or was told so.
    Us,
    /// Perhaps every client of the gateway.
    PerhapsAll,
}

/// The tries since the connection was good.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
    /// Rounds begun, and this client's place in each, from 0 to 1.
    rounds: usize,
    place: f64,
}

impl Backoff {
    /// Connections lost or not made in a row.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// The connection was good: the next loss counts from the start.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// The connection was lost, or not made: the wait before the next try.
    pub fn failed(&mut self, concerns: Concerns, rng: &mut StdRng) -> Duration {
        self.failures = self.failures.saturating_add(1);
        if self.failures == 1 && concerns == Concerns::Us {
            return ALONE.mul_f64(rng.random_range(0.8..=1.2));
        }
        if self.rounds == 0 {
            self.place = rng.random_range(0.0..1.0);
        }
        let rest =
            self.rounds.checked_sub(1).map_or(Duration::ZERO, |last| round(last).mul_f64(1.0 - self.place));
        let wait = rest + round(self.rounds).mul_f64(self.place);
        self.rounds = self.rounds.saturating_add(1);
        wait
    }
}

fn round(number: usize) -> Duration {
    Duration::from_millis(ROUNDS_MS[number.min(ROUNDS_MS.len() - 1)])
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    /// The first tries after a loss, from the loss on, when opening takes no time.
    fn tries(seed: u64, concerns: Concerns) -> Vec<Duration> {
        let (mut rng, mut backoff) = (StdRng::seed_from_u64(seed), Backoff::default());
        let mut at = Duration::ZERO;
        let next = |_| {
            at += backoff.failed(concerns, &mut rng);
            at
        };
        (0..12).map(next).collect()
    }

    #[test]
    fn at_least_two_tries_fit_into_the_grace_time() {
        for seed in 0..1000 {
            for concerns in [Concerns::Us, Concerns::PerhapsAll] {
                let within = tries(seed, concerns).iter().filter(|at| at.as_millis() < 9000).count();
                assert!(within >= 2, "seed {seed}");
            }
        }
    }

    #[test]
    fn a_loss_of_ours_alone_is_tried_again_at_once() {
        for seed in 0..1000 {
            assert!(tries(seed, Concerns::Us)[0] <= Duration::from_millis(300));
        }
    }

    #[test]
    fn at_no_time_do_many_clients_try_at_once() {
        let all: Vec<u128> =
            (0..5000).flat_map(|seed| tries(seed, Concerns::PerhapsAll)).map(|at| at.as_millis()).collect();
        for from in (0..60_000).step_by(10) {
            let together = all.iter().filter(|at| (from..from + 100).contains(*at)).count();
            assert!(together <= 200, "{together} of 5000 in the 100 ms from {from} ms");
        }
    }

    #[test]
    fn nobody_waits_longer_than_twelve_seconds() {
        for seed in 0..1000 {
            let tries = tries(seed, Concerns::PerhapsAll);
            for pair in tries.windows(2) {
                assert!(pair[1] - pair[0] <= Duration::from_millis(12_001), "seed {seed}: {tries:?}");
            }
        }
    }
}

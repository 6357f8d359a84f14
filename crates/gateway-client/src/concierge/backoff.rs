//! How long to wait before the next try to connect: longer each time, and never for all clients the same.

use std::time::Duration;

use rand::RngExt;
use rand::rngs::StdRng;

/// The first wait is at most this long; each later one at most twice as long as the one before.
const FIRST: Duration = Duration::from_secs(3);

/// No wait is longer.
const LONGEST: Duration = Duration::from_secs(30);

/// A wait is drawn evenly between a third of what it may be at most and that, so that clients that lost a server
/// together do not come back together.
const SPREAD: f64 = 3.0;

/// The tries since the connection was good.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The connection was good: the next loss counts from the start.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// The connection was lost, or not made: the wait before the next try.
    pub fn failed(&mut self, rng: &mut StdRng) -> Duration {
        let most = FIRST.saturating_mul(1 << self.failures.min(16)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        most.mul_f64(rng.random_range(1.0 / SPREAD..=1.0))
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn waits_grow_from_one_second_to_thirty_and_differ_between_clients() {
        let waits = |seed| {
            let (mut rng, mut backoff) = (StdRng::seed_from_u64(seed), Backoff::default());
            (0..8).map(|_| backoff.failed(&mut rng)).collect::<Vec<_>>()
        };
        for seed in 0..500 {
            let waits = waits(seed);
            assert!(waits.iter().all(|wait| (1000..=30_000).contains(&wait.as_millis())), "{waits:?}");
            assert!(waits[0].as_millis() <= 3000 && waits[7].as_millis() >= 10_000, "{waits:?}");
        }
        assert_ne!(waits(1), waits(2));
    }
}

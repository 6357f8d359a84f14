//! How long to wait before the next try to connect: longer each time, and never for all clients the same (TOG-29,
//! facts TOG-R24).

use std::time::Duration;

use rand::RngExt;
use rand::rngs::StdRng;

/// The first wait is at least this long, and each later one twice as long as the one before.
const FIRST: Duration = Duration::from_secs(1);

/// No wait is longer.
const LONGEST: Duration = Duration::from_secs(30);

/// A wait is drawn evenly between what it may be at most and two thirds of that, so that clients that lost a server
/// together do not come back together.
const SPREAD: f64 = 1.5;

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
        let most = FIRST.saturating_mul(1 << self.failures.min(16)).mul_f64(SPREAD).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        most.mul_f64(rng.random_range(1.0 / SPREAD..=1.0)).max(FIRST)
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    /// TOG-29
    #[test]
    fn tog_29_waits_double_from_one_second_to_thirty_and_differ_between_clients() {
        let waits = |seed| {
            let (mut rng, mut backoff) = (StdRng::seed_from_u64(seed), Backoff::default());
            (0..9).map(|_| backoff.failed(&mut rng).as_millis()).collect::<Vec<_>>()
        };
        for seed in 0..500 {
            let waits = waits(seed);
            for (wait, least) in
                waits.iter().zip([1000, 2000, 4000, 8000, 16_000, 20_000, 20_000, 20_000, 20_000])
            {
                assert!((least..=30_000).contains(wait), "{waits:?}");
            }
            assert!(waits[0] <= 1500, "{waits:?}");
        }
        assert_ne!(waits(1), waits(2));
    }
}

//! How long to wait before the next connection. The first five tries lie inside the 10 s for which gateways
//! keep a lost session (facts §3), also with the largest jitter.

use std::time::Duration;

use rand::RngExt;
use rand::rngs::StdRng;

const STEPS_MS: [u64; 7] = [250, 500, 1000, 2000, 4000, 8000, 15000];

/// Each wait is stretched or shortened by up to this much, so that the clients of a gateway that came back do
/// not all come at once.
const JITTER: f64 = 0.2;

/// The wait before try `attempt`, which counts from 1.
pub(super) fn delay(attempt: u32, rng: &mut StdRng) -> Duration {
    let last = STEPS_MS.len() - 1;
    let step = usize::try_from(attempt.saturating_sub(1)).map_or(last, |step| step.min(last));
    Duration::from_millis(STEPS_MS[step]).mul_f64(rng.random_range(1.0 - JITTER..=1.0 + JITTER))
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn five_tries_fit_into_the_grace_time() {
        for seed in 0..1000 {
            let mut rng = StdRng::seed_from_u64(seed);
            let sum: Duration = (1..=5).map(|attempt| delay(attempt, &mut rng)).sum();
            assert!(sum < Duration::from_secs(10), "seed {seed}: {sum:?}");
        }
    }

    #[test]
    fn the_wait_stops_growing_at_fifteen_seconds() {
        let mut rng = StdRng::seed_from_u64(1);
        for attempt in [7, 8, 1000, u32::MAX] {
            let wait = delay(attempt, &mut rng);
            assert!((12.0..=18.0).contains(&wait.as_secs_f64()), "{wait:?}");
        }
    }
}

//! Waits between tries: exponential, with full jitter from a seed, so that a test can repeat them.

use std::time::Duration;

use super::timing::{BACKOFF_FIRST, BACKOFF_MOST};

/// A small generator (SplitMix64); nothing secret depends on it.
#[derive(Debug)]
pub(super) struct Jitter(pub(super) u64);

impl Jitter {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// How long to wait after this many failed tries: anything up to 0.5, 1, 2, 4, 8, 16 s.
    pub(super) fn backoff(&mut self, failed: u32) -> Duration {
        let most = BACKOFF_FIRST.saturating_mul(1 << failed.saturating_sub(1).min(8)).min(BACKOFF_MOST);
        Duration::from_micros(self.next() % (most.as_micros() as u64 + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_spread_over_their_whole_range() {
        let mut jitter = Jitter(7);
        for (failed, most) in [(0, 0.5), (1, 0.5), (2, 1.0), (5, 8.0), (6, 16.0), (40, 16.0)] {
            let waits: Vec<f64> = (0..200).map(|_| jitter.backoff(failed).as_secs_f64()).collect();
            assert!(waits.iter().all(|wait| *wait <= most), "{failed}");
            assert!(
                waits.iter().any(|wait| *wait < most * 0.1) && waits.iter().any(|wait| *wait > most * 0.9)
            );
        }
    }

    #[test]
    fn the_same_seed_waits_the_same() {
        let waits = |seed| (1..9).map(|failed| Jitter(seed).backoff(failed)).collect::<Vec<_>>();
        assert_eq!(waits(3), waits(3));
        assert_ne!(waits(3), waits(4));
    }
}

//! How often somebody may do something: a bucket for each that fills again with time.

mod address;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

pub(crate) use address::AddressBuckets;

use crate::hub::RateLimit;

#[derive(Debug)]
struct Kept<K> {
    /// When each bucket will be full again. A full one holds as much as the limit allows, and is not kept.
    full_at: BTreeMap<K, Instant>,
    swept: Option<Instant>,
}

/// The buckets of all who do one kind of thing.
#[derive(Debug)]
pub(crate) struct Buckets<K> {
    limit: RateLimit,
    kept: Mutex<Kept<K>>,
}

impl<K: Ord> Buckets<K> {
    const SWEEP: Duration = Duration::from_secs(60);

    /// At most `limit.count` at once, and as many again in `limit.per`.
    pub const fn new(limit: RateLimit) -> Self {
        Self { limit, kept: Mutex::new(Kept { full_at: BTreeMap::new(), swept: None }) }
    }

    /// Takes one out of a bucket, or tells how long to wait for the next.
    pub fn take(&self, now: Instant, key: K) -> Result<(), Duration> {
        if self.limit.count == 0 {
            return Err(self.limit.per);
        }
        let mut kept = self.kept();
        if kept.swept.is_none_or(|swept| now >= swept + Self::SWEEP) {
            kept.swept = Some(now);
            kept.full_at.retain(|_, full_at| *full_at > now);
        }
        let full_at = kept.full_at.entry(key).or_insert(now);
        *full_at = self.after_one(now, *full_at)?;
        Ok(())
    }

    /// Whether there is one to take.
    pub fn may_take(&self, now: Instant, key: &K) -> bool {
        let full_at = self.kept().full_at.get(key).copied().unwrap_or(now);
        self.limit.count > 0 && self.after_one(now, full_at).is_ok()
    }

    /// When a bucket will be full once one more is taken, or how long to wait for that one.
    fn after_one(&self, now: Instant, full_at: Instant) -> Result<Instant, Duration> {
        let refilled = full_at.max(now) + self.limit.per / self.limit.count;
        let wait = refilled.saturating_duration_since(now).saturating_sub(self.limit.per);
        if wait > Duration::ZERO { Err(wait) } else { Ok(refilled) }
    }

    fn kept(&self) -> MutexGuard<'_, Kept<K>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_that_are_full_again_are_forgotten() {
        let buckets = Buckets::new(RateLimit { count: 2, per: Duration::from_secs(10) });
        let start = hearth_clock::Clock::new().now().instant;
        for key in 0..100 {
            assert_eq!(buckets.take(start, key), Ok(()));
        }
        let kept = || buckets.kept.lock().unwrap().full_at.len();
        assert_eq!(kept(), 100);
        assert_eq!(buckets.take(start + Duration::from_secs(60), 100), Ok(()));
        assert_eq!(kept(), 1);
    }
}

//! How often one address may try: a bucket per address that fills again with time.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::address::network;
use crate::hub::RateLimit;

/// What is left for one address.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    /// When it will be full again. A full bucket holds `count` attempts.
    full_at: Instant,
}

#[derive(Debug, Default)]
struct Buckets {
    by_address: HashMap<IpAddr, Bucket>,
    swept: Option<Instant>,
}

/// Buckets of all addresses for one kind of attempt.
#[derive(Debug)]
pub(super) struct AddressBuckets {
    limit: RateLimit,
    loopback: bool,
    buckets: Mutex<Buckets>,
}

impl AddressBuckets {
    const SWEEP: Duration = Duration::from_secs(60);

    /// At most `limit.count` at once, and as many again in `limit.per`; for loopback only when `loopback`.
    pub fn new(limit: RateLimit, loopback: bool) -> Self {
        Self { limit, loopback, buckets: Mutex::default() }
    }

    /// Takes one attempt, or tells how long to wait for the next.
    pub fn take(&self, now: Instant, address: IpAddr) -> Result<(), Duration> {
        let address = network(address);
        if address.is_loopback() && !self.loopback {
            return Ok(());
        }
        if self.limit.count == 0 {
            return Err(self.limit.per);
        }
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.swept.is_none_or(|swept| now >= swept + Self::SWEEP) {
            buckets.swept = Some(now);
            buckets.by_address.retain(|_, bucket| bucket.full_at > now);
        }
        let bucket = buckets.by_address.entry(address).or_insert(Bucket { full_at: now });
        let refilled = bucket.full_at.max(now) + self.limit.per / self.limit.count;
        let wait = refilled.saturating_duration_since(now).saturating_sub(self.limit.per);
        if wait > Duration::ZERO {
            return Err(wait);
        }
        bucket.full_at = refilled;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn attempts_run_out_and_come_back_one_by_one() {
        let buckets = AddressBuckets::new(RateLimit { count: 3, per: Duration::from_secs(30) }, false);
        let start = hearth_clock::Clock::new().now().instant;
        let take = |seconds, address| buckets.take(start + Duration::from_secs(seconds), at(address));
        for _ in 0..3 {
            assert_eq!(take(0, "192.0.2.1"), Ok(()));
        }
        assert_eq!(take(0, "192.0.2.1"), Err(Duration::from_secs(10)));
        assert_eq!(take(0, "192.0.2.2"), Ok(()), "others are not concerned");
        assert_eq!(take(4, "::ffff:192.0.2.1"), Err(Duration::from_secs(6)));
        assert_eq!(take(10, "192.0.2.1"), Ok(()));
        assert_eq!(take(10, "192.0.2.1"), Err(Duration::from_secs(10)));
        assert_eq!(take(100, "192.0.2.1"), Ok(()));
    }

    #[test]
    fn a_network_of_ipv6_is_one_address_and_loopback_is_exempt_unless_told() {
        let limit = RateLimit { count: 1, per: Duration::from_secs(30) };
        let now = hearth_clock::Clock::new().now().instant;
        let buckets = AddressBuckets::new(limit, false);
        assert_eq!(buckets.take(now, at("2001:db8::1")), Ok(()));
        assert!(buckets.take(now, at("2001:db8::ffff:2")).is_err());
        assert!((0..9).all(|_| buckets.take(now, at("::1")).is_ok()));
        let strict = AddressBuckets::new(limit, true);
        assert_eq!(strict.take(now, at("127.0.0.1")), Ok(()));
        assert!(strict.take(now, at("127.0.0.1")).is_err());
    }
}

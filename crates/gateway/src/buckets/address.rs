//! How often one address may try: to sign in, to register, to guess a secret.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::Buckets;
use crate::address::network;
use crate::hub::RateLimit;

/// Buckets of all addresses for one kind of attempt.
#[derive(Debug)]
pub(crate) struct AddressBuckets {
    loopback: bool,
    buckets: Buckets<IpAddr>,
}

impl AddressBuckets {
    /// At most `limit.count` at once, and as many again in `limit.per`; for loopback only when `loopback`.
    pub const fn new(limit: RateLimit, loopback: bool) -> Self {
        Self { loopback, buckets: Buckets::new(limit) }
    }

    /// Takes one attempt, or tells how long to wait for the next.
    pub fn take(&self, now: Instant, address: IpAddr) -> Result<(), Duration> {
        self.counted(address).map_or(Ok(()), |address| self.buckets.take(now, address))
    }

    /// Whether there is an attempt to take.
    pub fn may_take(&self, now: Instant, address: IpAddr) -> bool {
        self.counted(address).is_none_or(|address| self.buckets.may_take(now, &address))
    }

    /// What an address counts as; `None`: it is not counted.
    fn counted(&self, address: IpAddr) -> Option<IpAddr> {
        Some(network(address)).filter(|address| self.loopback || !address.is_loopback())
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
        let may_take = |seconds| buckets.may_take(start + Duration::from_secs(seconds), at("192.0.2.1"));
        assert!(!may_take(9) && may_take(10) && may_take(10), "looking takes nothing");
        assert_eq!(take(10, "192.0.2.1"), Ok(()));
        assert!(!may_take(10));
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

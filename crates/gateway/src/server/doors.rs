//! How many connections may be open, in all and by address. Counted before a byte is read, so that holding
//! connections open costs whoever does it, not the gateway.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::address::network;

/// How much may be open at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// TCP connections in all.
    pub total: usize,
    /// Connections of one IPv4 address or IPv6 network of 64 bits. Connections of trusted proxies do not count here;
    /// what comes through them counts for the address that they tell.
    pub per_address: usize,
    /// Sockets with `compression=zlib`: each holds a compressor of about 0.3 MB.
    pub compressed: usize,
    /// Whether `per_address` holds for loopback too.
    pub loopback: bool,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self { total: 20_000, per_address: 256, compressed: 512, loopback: false }
    }
}

#[derive(Debug, Default)]
struct Open {
    total: usize,
    compressed: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// Counts what is open.
#[derive(Clone, Debug)]
pub(super) struct Doors {
    limits: ConnectionLimits,
    open: Arc<Mutex<Open>>,
}

/// What a ticket stands for.
#[derive(Clone, Copy, Debug)]
enum Place {
    Total,
    Address(IpAddr),
    Compressor,
}

/// A place, held until it is dropped.
#[derive(Debug)]
pub(super) struct Ticket {
    open: Arc<Mutex<Open>>,
    place: Place,
}

impl Doors {
    pub fn new(limits: ConnectionLimits) -> Self {
        Self { limits, open: Arc::default() }
    }

    /// A place among all connections.
    pub fn connection(&self) -> Option<Ticket> {
        let mut open = self.lock();
        if open.total >= self.limits.total {
            return None;
        }
        open.total += 1;
        Some(self.ticket(Place::Total))
    }

    /// A place among the connections of an address.
    pub fn address(&self, address: IpAddr) -> Option<Ticket> {
        let address = network(address);
        let limit =
            if address.is_loopback() && !self.limits.loopback { usize::MAX } else { self.limits.per_address };
        let mut open = self.lock();
        let count = open.by_address.get(&address).copied().unwrap_or_default();
        if count >= limit {
            return None;
        }
        open.by_address.insert(address, count + 1);
        Some(self.ticket(Place::Address(address)))
    }

    /// A place among the compressed sockets.
    pub fn compressor(&self) -> Option<Ticket> {
        let mut open = self.lock();
        if open.compressed >= self.limits.compressed {
            return None;
        }
        open.compressed += 1;
        Some(self.ticket(Place::Compressor))
    }

    /// How many connections and compressed sockets are open.
    pub fn open(&self) -> (usize, usize) {
        let open = self.lock();
        (open.total, open.compressed)
    }

    fn ticket(&self, place: Place) -> Ticket {
        Ticket { open: Arc::clone(&self.open), place }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        match self.place {
            Place::Total => open.total -= 1,
            Place::Compressor => open.compressed -= 1,
            Place::Address(address) => {
                if let Some(count) = open.by_address.get_mut(&address) {
                    *count -= 1;
                    if *count == 0 {
                        open.by_address.remove(&address);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doors() -> Doors {
        Doors::new(ConnectionLimits { total: 3, per_address: 2, compressed: 1, loopback: false })
    }

    #[test]
    fn places_are_limited_and_come_back() {
        let doors = doors();
        let mut held: Vec<Ticket> = (0..3).map(|_| doors.connection().unwrap()).collect();
        assert!(doors.connection().is_none());
        held.pop();
        assert!(doors.connection().is_some());
        let compressor = doors.compressor().unwrap();
        assert!(doors.compressor().is_none());
        drop((compressor, held));
        assert_eq!(doors.open(), (0, 0));
    }

    #[test]
    fn an_address_takes_only_its_share_and_a_network_is_one_address() {
        let doors = doors();
        let of = |text: &str| doors.address(text.parse().unwrap());
        let (_a, _b) = (of("192.0.2.1").unwrap(), of("::ffff:192.0.2.1").unwrap());
        assert!(of("192.0.2.1").is_none());
        assert!(of("192.0.2.2").is_some());
        let (_c, _d) = (of("2001:db8::1").unwrap(), of("2001:db8::2").unwrap());
        assert!(of("2001:db8::3").is_none());
        assert!(of("2001:db8:0:1::1").is_some());
        let loopback: Vec<_> = (0..9).map(|_| of("127.0.0.1")).collect();
        assert!(loopback.iter().all(Option::is_some));
    }

    #[test]
    fn addresses_that_are_gone_are_forgotten() {
        let doors = doors();
        drop(doors.address("192.0.2.1".parse().unwrap()));
        assert!(doors.lock().by_address.is_empty());
    }
}

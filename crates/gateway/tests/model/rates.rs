//! The table of limits from the protocol document, and who was too fast by it.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use hearth_gateway::hub::{AddressLimits, Peer, RateLimit};

use crate::model::Who;

/// Operation, at most so many, in so many seconds.
pub const TABLE: [(u64, usize, u64); 22] = [
    (1, 2, 5),
    (2, 1, 30),
    (4, 250, 10),
    (5, 10, 10),
    (6, 10, 10),
    (7, 10, 10),
    (8, 3, 10),
    (9, 1, 10),
    (10, 10, 10),
    (11, 10, 10),
    (12, 3, 10),
    (13, 1, 60),
    (14, 15, 5),
    (15, 2, 10),
    (16, 5, 10),
    (17, 10, 10),
    (18, 10, 10),
    (19, 10, 10),
    (20, 2, 60),
    (21, 10, 10),
    (22, 2, 30),
    (421, 30, 10),
];

/// Connecting, among the limits of an address.
pub const CONNECT: u64 = 0;

/// Limits of an address that people in one room run into.
const STRICT: [(u64, usize, u64); 8] = [
    (CONNECT, 9, 60),
    (1, 5, 60),
    (2, 2, 60),
    (4, 12, 10),
    (7, 2, 10),
    (10, 1, 10),
    (13, 4, 60),
    (20, 2, 60),
];

/// What the hub is to be told of [`STRICT`].
pub fn strict_limits() -> AddressLimits {
    let limit = |op: u64| {
        let (_, count, seconds) = STRICT.iter().find(|(limited, ..)| *limited == op).unwrap();
        RateLimit { count: *count as u32, per: Duration::from_secs(*seconds) }
    };
    AddressLimits {
        connects: limit(CONNECT),
        joins: limit(1),
        creates: limit(2),
        device_states: limit(4),
        leaves: limit(7),
        disconnects: limit(10),
        resumes: limit(13),
        links: limit(20),
        ..AddressLimits::default()
    }
}

/// Where the clients of a strict room sit: two in one IPv6 network, two at one IPv4 address, one at this computer.
pub fn peer_of(client: usize) -> Peer {
    let places = ["2001:db8::1", "2001:db8::2:3", "203.0.113.9", "::ffff:203.0.113.9", "127.0.0.1"];
    Peer { address: places[client % places.len()].parse().unwrap(), ..Peer::LOOPBACK }
}

/// What counts as one address; nothing for this computer.
fn household(address: IpAddr) -> Option<u8> {
    match address.to_canonical() {
        address if address.is_loopback() => None,
        IpAddr::V6(_) => Some(6),
        IpAddr::V4(_) => Some(4),
    }
}

/// Ops 18, 19 and 21 count as op 6.
fn bucket(op: u64) -> u64 {
    if matches!(op, 18 | 19 | 21) { 6 } else { op }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Caller {
    Session(Who),
    Household(u8),
}

/// Windows that begin with a call: since when, and how many calls there were.
#[derive(Default)]
pub struct Rates(HashMap<(Caller, u64), (u64, usize)>);

impl Rates {
    fn take(&mut self, caller: Caller, op: u64, table: &[(u64, usize, u64)], now_ms: u64) -> bool {
        let Some((_, most, seconds)) = table.iter().find(|(limited, ..)| *limited == op) else { return true };
        let (since, calls) = self.0.entry((caller, bucket(op))).or_insert((now_ms, 0));
        if now_ms >= *since + seconds * 1_000 {
            (*since, *calls) = (now_ms, 0);
        }
        *calls += 1;
        *calls <= *most
    }

    /// Counts a call; whether it is within the limits of its session, and then of its address.
    pub fn allow(&mut self, who: Who, peer: Peer, op: u64, now_ms: u64) -> bool {
        self.take(Caller::Session(who), op, &TABLE, now_ms) && self.allow_address(peer, op, now_ms)
    }

    /// Counts a call of an address alone.
    pub fn allow_address(&mut self, peer: Peer, op: u64, now_ms: u64) -> bool {
        household(peer.address).is_none_or(|house| self.take(Caller::Household(house), op, &STRICT, now_ms))
    }
}

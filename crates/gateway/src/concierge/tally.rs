//! Counters that only grow, and how many there are of what, for metrics.

use std::collections::BTreeMap;

/// What happened since the broker was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Texts and binary frames that came, whatever was in them.
    pub frames_in: u64,
    /// Texts that went out, each recipient counted.
    pub frames_out: u64,
    /// Bytes of these.
    pub bytes_out: u64,
    /// Messages that were passed on.
    pub messages: u64,
    /// Sockets that were opened, those turned away included.
    pub connects: u64,
    /// Sockets closed by the broker, by close code.
    pub closes: BTreeMap<u16, u64>,
}

/// How many there are of what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Population {
    /// Sockets that have not identified yet.
    pub waiting: usize,
    /// Clients.
    pub clients: usize,
    /// Services.
    pub services: usize,
    /// Subscriptions, all clients together.
    pub subscriptions: usize,
}

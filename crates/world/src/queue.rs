//! What is on its way and when it arrives. Things that arrive at the same instant do so in the order in which
//! they were sent.

use std::collections::BTreeMap;
use std::time::Instant;

use hearth_gateway::hub::ConnectionId;
use hearth_gateway_client::puff::SocketId;
use puffco::device;

use crate::party::PartyId;
use crate::radio::LinkId;

/// Something that arrives.
#[derive(Debug)]
pub(crate) enum Arrival {
    /// A party's attempt to connect reaches the gateway.
    Dial { party: PartyId, socket: SocketId },
    /// The attempt failed, and the party hears of it.
    DialFailed { party: PartyId, socket: SocketId },
    /// A connection is open at the party's end.
    Opened { connection: ConnectionId },
    /// A frame reaches the gateway.
    Up { connection: ConnectionId, text: String },
    /// The gateway learns that a connection is gone.
    UpClosed { connection: ConnectionId },
    /// A frame reaches the party.
    Down { connection: ConnectionId, text: String },
    /// The answer to a ping reaches the party.
    Pong { connection: ConnectionId },
    /// The party learns that a connection is gone.
    DownClosed { connection: ConnectionId, code: Option<u16> },
    /// The radio's attempt to connect reaches the device.
    RadioConnect { party: PartyId, op: device::OpId },
    /// An operation reaches the device, over this link.
    Radio { party: PartyId, link: LinkId, operation: device::Output },
    /// An answer or a notification reaches the device machine; `None` for news that no link is needed for.
    RadioAnswer { party: PartyId, link: Option<LinkId>, input: device::Input },
}

/// Arrivals by time.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    arrivals: BTreeMap<(Instant, u64), Arrival>,
    sent: u64,
}

impl Queue {
    pub fn push(&mut self, at: Instant, arrival: Arrival) {
        self.sent += 1;
        self.arrivals.insert((at, self.sent), arrival);
    }

    pub fn next(&self) -> Option<Instant> {
        self.arrivals.first_key_value().map(|((at, _), _)| *at)
    }

    pub fn pop(&mut self, now: Instant) -> Option<Arrival> {
        let first = self.arrivals.first_entry().filter(|first| first.key().0 <= now)?;
        Some(first.remove())
    }
}

//! One place in a room: a device, the machine that talks to it, and what the radio does for that machine.

use std::time::Instant;

use puffco::device::{Device, DeviceConfig, LinkCounters, OpId, Phase};
use puffco_sim::{SimConfig, SimDevice};

use super::ledger::Ledger;

/// Names a seat: the first is 0.
pub(crate) type SeatId = usize;

/// What the radio does for a machine.
#[derive(Debug)]
pub(crate) enum Radio {
    /// Nothing.
    Free,
    /// It opens a link.
    Opening {
        op: OpId,
        since: Instant,
        /// It waits for something that never comes.
        hangs: bool,
        /// The link is open already and its services are being found.
        link: Option<u64>,
    },
    /// It holds a link.
    Open(Link),
}

/// An open link, or one that is lost and not noticed yet.
#[derive(Debug)]
pub(crate) struct Link {
    pub id: u64,
    pub alive: bool,
    pub up_until: Instant,
    pub down_until: Instant,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Seat {
    pub machine: Device,
    pub sim: SimDevice,
    pub radio: Radio,
    pub ledger: Ledger,
    pub phase: Phase,
    /// The person wants a link: what was said last.
    pub wants_link: bool,
    /// Notifications that were shorter than their header and reached the machine.
    pub short_frames: u64,
    /// Replies with a sequence number that no request has, that reached the machine whole.
    pub stray_replies: u64,
    /// The device was last heating then.
    pub heating_at: Option<Instant>,
    /// A stop last reached the device then.
    pub stopped_at: Option<Instant>,
    pub counters: LinkCounters,
    /// Since this moment the first advertisement after an outage is waited for, and when it reached the machine.
    pub heard: Option<Instant>,
    /// The machine was last ready then.
    pub ready_at: Option<Instant>,
    pub next_request: u64,
    pub next_intent: u64,
}

impl Seat {
    pub fn new(now: Instant, config: SimConfig, machine: DeviceConfig) -> Self {
        Self {
            machine: Device::new(machine),
            sim: SimDevice::new(config, now),
            radio: Radio::Free,
            ledger: Ledger::default(),
            phase: Phase::Idle,
            wants_link: false,
            short_frames: 0,
            stray_replies: 0,
            heating_at: None,
            stopped_at: None,
            counters: LinkCounters::default(),
            heard: None,
            ready_at: None,
            next_request: 0,
            next_intent: 0,
        }
    }

    /// The link that the machine may use, if it is this one.
    pub fn link(&mut self, id: u64) -> Option<&mut Link> {
        match &mut self.radio {
            Radio::Open(link) if link.id == id => Some(link),
            _ => None,
        }
    }

    /// The link between radio and device, whether or not the machine knows of it yet.
    pub fn link_id(&self) -> Option<u64> {
        match &self.radio {
            Radio::Open(link) if link.alive => Some(link.id),
            Radio::Opening { link, .. } => *link,
            _ => None,
        }
    }
}

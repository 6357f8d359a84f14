//! One party: the companion's machines of one person, wired as the companion wires them.

use std::time::Instant;

use hearth_clock::Now;
use hearth_companion::bridge::{self, Bridge, Trouble};
use hearth_companion::report::Pseudonym;
use hearth_gateway::hub::ConnectionId;
use hearth_gateway_client::group::{self, Group, Status};
use hearth_gateway_client::machine::Machine;
use hearth_gateway_client::puff::{Session, SessionConfig, SocketId};
use puffco::device::{Device, DeviceConfig, IntentId};
use puffco_sim::{SimConfig, SimDevice};

use crate::radio::Link;

/// Names a party: the first is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartyId(pub usize);

/// A person's vaporizer, and the machine that talks to it.
#[derive(Debug)]
pub(crate) struct Gear {
    pub machine: Device,
    pub sim: SimDevice,
    pub link: Option<Link>,
    /// When its next advertisement is heard, unless it is connected.
    pub heard_at: Instant,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Party {
    pub session: Session,
    pub bridge: Bridge,
    pub gear: Option<Gear>,
    /// How far the wall clock is off, ms.
    pub clock_error_ms: i64,
    /// There is a network.
    pub online: bool,
    /// The socket that the session wants, open or not yet.
    pub socket: Option<SocketId>,
    /// The connection of the session's present socket.
    pub connection: Option<(SocketId, ConnectionId)>,
    pub status: Status,
    pub group: Option<Box<Group>>,
    pub events: Vec<group::Event>,
    pub troubles: Vec<Trouble>,
    pub last_intent: Option<IntentId>,
}

impl Party {
    pub fn new(now: Now, seed: u64, device: Option<SimConfig>, clock_error_ms: i64) -> Self {
        let config = SessionConfig { url: "http://127.0.0.1:9000".to_owned(), seed };
        let session = match Session::new(config) {
            Ok(session) => session,
            Err(error) => unreachable!("a good address: {error}"),
        };
        Self {
            session,
            bridge: Bridge::new(Pseudonym::new([7; 16]), 1),
            gear: device.map(|config| Gear {
                machine: Device::new(DeviceConfig { seed, ..DeviceConfig::default() }),
                sim: SimDevice::new(SimConfig { seed, ..config }, now.instant),
                link: None,
                heard_at: now.instant,
            }),
            clock_error_ms,
            online: true,
            socket: None,
            connection: None,
            status: Status::Offline,
            group: None,
            events: Vec::new(),
            troubles: Vec::new(),
            last_intent: None,
        }
    }

    /// What this party's clocks show.
    pub fn now(&self, now: Now) -> Now {
        Now { unix_ms: now.unix_ms.saturating_add_signed(self.clock_error_ms), ..now }
    }

    /// The session told something.
    pub fn told(&mut self, now: Now, event: group::Event) {
        match &event {
            group::Event::Status(status) => self.status = status.clone(),
            group::Event::Group(group) => self.group.clone_from(group),
            group::Event::RoundTrip { .. } => {}
            event => self.events.push(event.clone()),
        }
        self.bridge.handle(now, bridge::Input::Gateway(event));
    }

    /// When something is due here.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.timeouts().into_iter().flatten().min()
    }

    /// When what is due: session, bridge, device machine, device, advertisement.
    pub fn timeouts(&self) -> [Option<Instant>; 5] {
        let gear = self.gear.as_ref();
        [
            self.session.poll_timeout(),
            self.bridge.poll_timeout(),
            gear.and_then(|gear| gear.machine.poll_timeout()),
            gear.and_then(|gear| gear.sim.poll_timeout()),
            gear.filter(|gear| gear.link.is_none()).map(|gear| gear.heard_at),
        ]
    }
}

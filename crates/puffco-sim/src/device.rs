//! One simulated device without I/O or clock: what it advertises, its GATT server, its button and its heater.
//!
//! Time is passed in. Call [`SimDevice::handle_timeout`] at [`SimDevice::poll_timeout`], and take
//! notifications with [`SimDevice::poll_notification`] after every call. The device may close the link by
//! itself (it falls asleep, it is dropped): look at [`SimDevice::is_connected`] after every call.

mod access;
mod appliance;
mod attributes;
mod battery;
mod bond;
mod counters;
mod faults;
mod legacy;
mod live;
mod logs;
mod luck;
mod number;
mod owner;
mod server;
mod session;
mod state;
mod status;
mod wire;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use puffco::link::{Advertisement, Gatt, LinkError};
use uuid::Uuid;

pub use self::counters::{Counters, Written};
pub use self::faults::Faults;
pub use self::server::{Characteristic, Properties, Service};
pub use self::state::{Charger, OperatingState};

use self::appliance::Appliance;
use self::legacy::Legacy;
use self::luck::Luck;
use self::session::{Around, Session};
use crate::config::{Generation, SimConfig};
use crate::ids;

/// An open link.
#[derive(Debug)]
struct Link {
    session: Session,
    /// On older firmware, what is behind its service.
    legacy: Option<Legacy>,
    /// The last time that somebody said something.
    traffic: Instant,
}

impl Link {
    fn is_unlocked(&self) -> bool {
        self.session.is_unlocked() || self.legacy.as_ref().is_some_and(Legacy::is_open)
    }
}

/// A simulated vaporizer.
#[derive(Debug)]
pub struct SimDevice {
    config: SimConfig,
    services: Vec<Service>,
    appliance: Appliance,
    link: Option<Link>,
    bonded: bool,
    host_bonded: bool,
    faults: Faults,
    counters: Counters,
    luck: Luck,
    now: Instant,
}

impl SimDevice {
    /// A device that is on, idle and at room temperature.
    #[must_use]
    pub fn new(config: SimConfig, now: Instant) -> Self {
        let quirks = &config.quirks;
        Self {
            services: server::services(&config),
            appliance: Appliance::new(&config, now),
            link: None,
            bonded: config.bonded && !quirks.bond_lost,
            host_bonded: config.bonded || quirks.bond_lost,
            faults: Faults { refused_connects: quirks.first_connects_fail, ..Faults::default() },
            counters: Counters::default(),
            luck: Luck::new(config.seed, quirks, config.reply_delay),
            now,
            config,
        }
    }

    /// What it was made from.
    #[must_use]
    pub fn config(&self) -> &SimConfig {
        &self.config
    }

    /// What it advertises; `None` while it is connected, asleep or off.
    #[must_use]
    pub fn advertisement(&self) -> Option<Advertisement> {
        if self.is_connected() || !self.appliance.is_awake() || self.faults.silent_radio {
            return None;
        }
        let service = match self.config.generation() {
            Generation::Lorax => ids::LORAX,
            Generation::Legacy => ids::LEGACY,
        };
        Some(Advertisement {
            name: Some(self.name()),
            address: Some(self.config.address),
            rssi: Some(self.config.rssi),
            services: if self.config.quirks.no_services_advertised { Vec::new() } else { vec![service] },
            manufacturer_data: BTreeMap::from([(ids::COMPANY, vec![1, 3])]),
            bonded: self.host_bonded,
        })
    }

    /// Its present name: the one of its configuration until somebody renames it.
    #[must_use]
    pub fn name(&self) -> String {
        self.appliance.attributes.name()
    }

    /// Its services and characteristics.
    #[must_use]
    pub fn gatt(&self) -> Gatt {
        let services = self.services.iter().map(|service| {
            (service.id, service.characteristics.iter().map(|characteristic| characteristic.id).collect())
        });
        Gatt { services: services.collect() }
    }

    /// Its services in their order, with the properties of their characteristics.
    #[must_use]
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// A central connects.
    ///
    /// # Errors
    /// [`LinkError::TimedOut`] when it does not advertise; [`LinkError::Disconnected`] when it drops the link
    /// at once ([`Faults::refused_connects`]).
    pub fn connect(&mut self, now: Instant) -> Result<(), LinkError> {
        self.pass(now);
        if self.advertisement().is_none() {
            return Err(LinkError::TimedOut);
        }
        if let Some(left) = self.faults.refused_connects.checked_sub(1) {
            self.faults.refused_connects = left;
            return Err(LinkError::Disconnected);
        }
        self.appliance.held = true;
        self.counters.links += 1;
        let legacy = (self.config.generation() == Generation::Legacy)
            .then(|| Legacy::new(self.config.firmware, self.appliance.seed()));
        self.link = Some(Link { session: Session::new(), legacy, traffic: self.now });
        Ok(())
    }

    /// Either side closes the link.
    pub fn disconnect(&mut self, now: Instant) {
        self.pass(now);
        self.close();
    }

    fn close(&mut self) {
        if self.link.take().is_some() {
            self.appliance.held = false;
            self.appliance.touch();
        }
    }

    /// Whether a central is connected.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.link.is_some()
    }

    /// Whether the open link was unlocked, or needs no unlocking.
    #[must_use]
    pub fn is_unlocked(&self) -> bool {
        self.link.as_ref().is_some_and(Link::is_unlocked)
    }

    /// The next notification that is due.
    pub fn poll_notification(&mut self) -> Option<(Uuid, Vec<u8>)> {
        let now = self.now;
        self.link.as_mut()?.session.poll_notification(now)
    }

    /// Lets time pass.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.pass(now);
        self.with_session(|session, around| session.handle_timeout(now, around));
    }

    /// When something may happen by itself next.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let session = self.link.as_ref().and_then(|link| link.session.poll_timeout());
        self.appliance.poll_timeout().into_iter().chain(session).chain(self.idle_drop_at()).min()
    }

    /// When it drops a link that nobody uses. It waits for who is bonding.
    fn idle_drop_at(&self) -> Option<Instant> {
        let (link, after) = (self.link.as_ref()?, self.config.quirks.idle_drop?);
        (self.is_encrypted() && !link.is_unlocked()).then(|| link.traffic + after)
    }

    /// The link breaks without a word.
    pub fn drop_link(&mut self, now: Instant) {
        self.disconnect(now);
    }

    /// What goes wrong from now on.
    pub fn faults_mut(&mut self) -> &mut Faults {
        &mut self.faults
    }

    /// What was asked of it.
    #[must_use]
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// How often HEAT_CYCLE_START arrived, whatever the device made of it.
    #[must_use]
    pub fn heat_writes(&self) -> u32 {
        self.counters.modes(state::mode::HEAT_START)
    }

    /// Its operating state, as of the last call that passed time.
    #[must_use]
    pub fn operating_state(&self) -> OperatingState {
        self.appliance.operating
    }

    /// The heater's temperature, °C, as of the last call that passed time.
    #[must_use]
    pub fn heater_celsius(&self) -> f32 {
        self.appliance.celsius
    }

    /// Lifetime heats, those that were stopped not counted.
    #[must_use]
    pub fn heats(&self) -> u32 {
        self.appliance.heats
    }

    /// How long the next exchange takes over the air, drawn anew each time.
    pub(crate) fn air_time(&mut self) -> Duration {
        self.luck.latency()
    }

    fn act(&mut self, now: Instant, action: impl FnOnce(&mut Appliance)) {
        self.pass(now);
        action(&mut self.appliance);
        self.pass(now);
    }

    /// Time passes; a device that is asleep or off has no link, nor has one that waited too long.
    fn pass(&mut self, now: Instant) {
        self.now = self.now.max(now);
        self.appliance.advance(now);
        let waited = self.idle_drop_at().is_some_and(|at| at <= self.now);
        if waited || !self.appliance.is_awake() {
            self.close();
        }
    }

    /// Time passes, and somebody says something over the link.
    fn traffic(&mut self, now: Instant) -> Result<(), LinkError> {
        self.pass(now);
        let link = self.link.as_mut().ok_or(LinkError::Disconnected)?;
        link.traffic = self.now;
        Ok(())
    }

    fn with_session(&mut self, work: impl FnOnce(&mut Session, &mut Around<'_>)) {
        let bonded = self.is_encrypted();
        let Some(link) = &mut self.link else { return };
        let mut around = Around {
            config: &self.config,
            appliance: &mut self.appliance,
            faults: &mut self.faults,
            counters: &mut self.counters,
            luck: &mut self.luck,
            bonded,
        };
        work(&mut link.session, &mut around);
    }
}

//! One simulated device without I/O or clock: what it advertises, its GATT server, its button and its heater.
//!
//! Time is passed in. Call [`SimDevice::handle_timeout`] at [`SimDevice::poll_timeout`], and take
//! notifications with [`SimDevice::poll_notification`] after every call. The device may close the link by
//! itself (it falls asleep, it is dropped): look at [`SimDevice::is_connected`] after every call.

mod appliance;
mod attributes;
mod battery;
mod counters;
mod faults;
mod legacy;
mod live;
mod logs;
mod luck;
mod number;
mod server;
mod session;
mod state;
mod status;
mod wire;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use puffco::link::{Advertisement, Gatt, LinkError, WriteMode};
use uuid::Uuid;

pub use self::counters::{Counters, Written};
pub use self::faults::Faults;
pub use self::server::{Characteristic, Properties, Service};
pub use self::state::{Charger, OperatingState};

use self::appliance::Appliance;
use self::legacy::{Attempt, Legacy, Refused};
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

    /// Whether a characteristic can be written in this way.
    #[must_use]
    pub fn accepts(&self, characteristic: Uuid, mode: WriteMode) -> bool {
        self.properties(characteristic).is_some_and(|properties| match mode {
            WriteMode::WithResponse => properties.write,
            WriteMode::WithoutResponse => properties.write_without_response,
        })
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

    /// Whether it holds a bond with the host.
    #[must_use]
    pub fn is_bonded(&self) -> bool {
        self.bonded
    }

    /// Whether the host believes that they are bonded.
    #[must_use]
    pub fn is_bonded_for_host(&self) -> bool {
        self.host_bonded
    }

    /// Both sides bond, or forget their bond.
    pub fn set_bonded(&mut self, bonded: bool) {
        self.set_bonds(bonded, bonded);
    }

    /// The device forgets its bond and the host does not: a stale bond.
    pub fn forget_bond(&mut self) {
        self.bonded = false;
    }

    /// The host forgets its bond and the device does not.
    pub fn forget_bond_on_host(&mut self) {
        self.host_bonded = false;
    }

    /// Both sides of the bond are there, so that the link is encrypted.
    fn is_encrypted(&self) -> bool {
        self.bonded && self.host_bonded
    }

    /// How long the next exchange takes over the air, drawn anew each time.
    pub(crate) fn air_time(&mut self) -> Duration {
        self.luck.latency()
    }

    /// What each side believes.
    pub(crate) fn set_bonds(&mut self, device: bool, host: bool) {
        (self.bonded, self.host_bonded) = (device, host);
    }

    /// The host asks to bond (Just Works).
    ///
    /// # Errors
    /// [`LinkError::Disconnected`] without a link, or when the host's bond is stale: then the link drops;
    /// [`LinkError::NotPaired`] when it must be in pairing mode first and is not.
    pub fn pair(&mut self, now: Instant) -> Result<(), LinkError> {
        self.traffic(now)?;
        self.drop_stale_bond()?;
        let open = !self.config.pairing_mode_required || self.operating_state() == OperatingState::BONDING;
        if !self.is_encrypted() && !open {
            return Err(LinkError::NotPaired("it is not in pairing mode".to_owned()));
        }
        self.set_bonded(true);
        Ok(())
    }

    /// A link with a bond that only the host remembers cannot be encrypted, and ends.
    fn drop_stale_bond(&mut self) -> Result<(), LinkError> {
        if self.host_bonded && !self.bonded {
            self.close();
            return Err(LinkError::Disconnected);
        }
        Ok(())
    }

    /// Reads a characteristic.
    ///
    /// # Errors
    /// [`LinkError::Disconnected`] without a link, [`LinkError::NotPaired`] for an encrypted one without a
    /// bond ([`Self::pair`], then again), [`LinkError::NoCharacteristic`] for one that cannot be read,
    /// [`LinkError::TimedOut`] for a reply that gets lost, [`LinkError::Other`] for a legacy one that is locked.
    pub fn read(&mut self, now: Instant, characteristic: Uuid) -> Result<Vec<u8>, LinkError> {
        self.traffic(now)?;
        self.counters.round_trips += 1;
        if ids::legacy_suffix(characteristic).is_some() {
            return self.read_legacy(characteristic);
        }
        if server::is_encrypted(characteristic) {
            self.drop_stale_bond()?;
            if !self.is_encrypted() {
                return Err(LinkError::NotPaired("authentication needed".to_owned()));
            }
        }
        let is_there = self.properties(characteristic).is_some_and(|properties| properties.read);
        let value = server::fixed_value(&self.config, characteristic).filter(|_| is_there);
        value.ok_or(LinkError::NoCharacteristic(characteristic))
    }

    /// Writes a characteristic.
    ///
    /// # Errors
    /// [`LinkError::Disconnected`] without a link, [`LinkError::NoCharacteristic`] for one that cannot be
    /// written; for legacy ones as [`Self::read`]. What the device thinks of a Lorax request comes as its reply,
    /// not here.
    pub fn write(&mut self, now: Instant, characteristic: Uuid, value: &[u8]) -> Result<(), LinkError> {
        self.traffic(now)?;
        let written = match self.properties(characteristic) {
            Some(properties) if properties.write || properties.write_without_response => {
                if server::is_for_updates(characteristic) {
                    self.counters.count_forbidden(now, &characteristic.to_string(), value);
                    Ok(())
                } else if characteristic == ids::COMMAND {
                    self.with_session(|session, around| session.command(now, value, around));
                    Ok(())
                } else {
                    self.counters.round_trips += 1;
                    self.write_legacy(characteristic, value)
                }
            }
            _ => Err(LinkError::NoCharacteristic(characteristic)),
        };
        // A command may have switched it off.
        self.pass(now);
        written
    }

    fn read_legacy(&mut self, characteristic: Uuid) -> Result<Vec<u8>, LinkError> {
        if self.faults.take_lost_command() {
            return Err(LinkError::TimedOut);
        }
        self.fail_legacy()?;
        let Some(legacy) = self.link.as_ref().and_then(|link| link.legacy.as_ref()) else {
            return Err(LinkError::NoCharacteristic(characteristic));
        };
        self.counters.commands += 1;
        let mut value = legacy.read(characteristic, &mut self.appliance);
        let spurious = characteristic == ids::legacy(0x0022)
            && self.appliance.operating.is_heating()
            && (self.faults.take_spurious_idle() || self.luck.spurious_idle());
        if spurious && value.is_ok() {
            value = Ok(f32::from(OperatingState::IDLE.0).to_le_bytes().to_vec());
        }
        self.lose_legacy()?;
        value.map_err(|refused| legacy_error(refused, characteristic))
    }

    fn write_legacy(&mut self, characteristic: Uuid, value: &[u8]) -> Result<(), LinkError> {
        if self.faults.take_lost_command() {
            return Err(LinkError::TimedOut);
        }
        self.fail_legacy()?;
        let Some(legacy) = self.link.as_mut().and_then(|link| link.legacy.as_mut()) else {
            return Err(LinkError::NoCharacteristic(characteristic));
        };
        self.counters.commands += 1;
        let Attempt { counted, result } = legacy.write(characteristic, value, &mut self.appliance);
        if let Some((path, data)) = counted {
            self.counters.count_write(self.now, &path, 0, &data);
        }
        self.lose_legacy()?;
        result.map_err(|refused| legacy_error(refused, characteristic))
    }

    fn fail_legacy(&mut self) -> Result<(), LinkError> {
        match self.faults.fail_next.pop_front() {
            Some(status) => Err(LinkError::Other(format!("ATT error {status:#04x}"))),
            None => Ok(()),
        }
    }

    fn lose_legacy(&mut self) -> Result<(), LinkError> {
        let lost = self.faults.take_lost_reply() || self.luck.lost_reply();
        if lost { Err(LinkError::TimedOut) } else { Ok(()) }
    }

    fn properties(&self, characteristic: Uuid) -> Option<Properties> {
        let mut all = self.services.iter().flat_map(|service| &service.characteristics);
        all.find(|known| known.id == characteristic).map(|known| known.properties)
    }

    /// Asks for notifications of a characteristic.
    ///
    /// # Errors
    /// [`LinkError::Disconnected`] without a link, [`LinkError::NoCharacteristic`] for one that does not
    /// notify.
    pub fn subscribe(&mut self, now: Instant, characteristic: Uuid) -> Result<(), LinkError> {
        self.pass(now);
        if !self.properties(characteristic).is_some_and(|properties| properties.notify) {
            return Err(LinkError::NoCharacteristic(characteristic));
        }
        self.traffic(now)?;
        if let Some(link) = &mut self.link {
            link.session.subscribe(characteristic);
        }
        Ok(())
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

    /// When it drops a link that nobody uses.
    fn idle_drop_at(&self) -> Option<Instant> {
        let (link, after) = (self.link.as_ref()?, self.config.quirks.idle_drop?);
        (!link.is_unlocked()).then(|| link.traffic + after)
    }

    /// The owner presses the button: wakes it, opens temp select, or steps to the next profile.
    pub fn press(&mut self, now: Instant) {
        self.act(now, Appliance::press);
    }

    /// The owner presses twice: starts a heat, or boosts a running one.
    pub fn double_press(&mut self, now: Instant) {
        self.act(now, Appliance::double_press);
    }

    /// The owner holds the button: stops a heat, or opens pairing mode.
    pub fn hold(&mut self, now: Instant) {
        self.act(now, Appliance::hold);
    }

    /// It falls asleep: the link closes and it no longer advertises.
    pub fn sleep(&mut self, now: Instant) {
        self.act(now, Appliance::sleep);
    }

    /// It wakes up.
    pub fn wake(&mut self, now: Instant) {
        self.act(now, Appliance::wake);
    }

    /// Sets the charge, percent.
    pub fn set_battery(&mut self, now: Instant, percent: f32) {
        self.act(now, |appliance| appliance.battery = percent.clamp(0.0, 100.0));
    }

    /// Puts it on a cable, or takes it off any charger.
    pub fn set_charging(&mut self, now: Instant, charging: bool) {
        self.set_charger(now, charging.then_some(Charger::Usb));
    }

    /// Puts it on a charger, or takes it off.
    pub fn set_charger(&mut self, now: Instant, charger: Option<Charger>) {
        self.act(now, |appliance| appliance.set_charger(charger));
    }

    /// Puts a chamber on (3: 3D), or takes it off (0).
    pub fn set_chamber(&mut self, now: Instant, chamber: u8) {
        self.act(now, |appliance| appliance.set_chamber(chamber));
    }

    /// The bytes of an attribute, by its path on newer firmware. Not counted as a round trip; never a quirk.
    pub fn attribute(&mut self, now: Instant, path: &str) -> Option<Vec<u8>> {
        self.pass(now);
        self.appliance.read_attribute(path)
    }

    /// Sets an attribute by hand, also one that clients cannot write: a live value stays what it is set to, until
    /// [`Self::release_attribute`]. Not counted as a write.
    pub fn set_attribute(&mut self, now: Instant, path: &str, bytes: &[u8]) {
        self.act(now, |appliance| appliance.force_attribute(path, bytes));
    }

    /// Lets a live value change by itself again.
    pub fn release_attribute(&mut self, path: &str) {
        self.appliance.forced.remove(path);
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

fn legacy_error(refused: Refused, characteristic: Uuid) -> LinkError {
    match refused {
        Refused::Absent => LinkError::NoCharacteristic(characteristic),
        Refused::Locked => LinkError::Other("ATT error 0x08: insufficient authorization".to_owned()),
        Refused::Invalid => LinkError::Other("ATT error 0x0d: invalid attribute value length".to_owned()),
    }
}

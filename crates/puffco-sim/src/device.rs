//! One simulated device without I/O or clock: what it advertises, its GATT server, its button and its heater.
//!
//! Time is passed in. Call [`SimDevice::handle_timeout`] at [`SimDevice::poll_timeout`], and take
//! notifications with [`SimDevice::poll_notification`] after every call. The device may close the link by
//! itself (it falls asleep, it is dropped): look at [`SimDevice::is_connected`] after every call.

mod appliance;
mod faults;
mod files;
mod session;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use puffco::gatt;
use puffco::link::{Advertisement, Gatt, LinkError};
use puffco::state::OperatingState;
use uuid::Uuid;

pub use self::faults::{Counters, Faults};

use self::appliance::Appliance;
use self::session::{Around, Session};
use crate::config::SimConfig;

/// A simulated vaporizer that speaks Lorax with floats, as a Peak Pro does.
#[derive(Debug)]
pub struct SimDevice {
    config: SimConfig,
    appliance: Appliance,
    session: Option<Session>,
    bonded: bool,
    faults: Faults,
    counters: Counters,
    now: Instant,
}

impl SimDevice {
    /// A device that is on, idle and at room temperature.
    #[must_use]
    pub fn new(config: SimConfig, now: Instant) -> Self {
        Self {
            appliance: Appliance::new(&config, now),
            session: None,
            bonded: config.bonded,
            faults: Faults::default(),
            counters: Counters::default(),
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
        Some(Advertisement {
            name: Some(self.appliance.settings.name()),
            address: Some(self.config.address),
            rssi: Some(self.config.rssi),
            services: vec![gatt::LORAX_SERVICE],
            manufacturer_data: BTreeMap::from([(gatt::COMPANY_ID, vec![1, 3])]),
            bonded: self.bonded,
        })
    }

    /// Its services and characteristics.
    #[must_use]
    pub fn gatt(&self) -> Gatt {
        let lorax = BTreeSet::from([gatt::VERSION, gatt::COMMAND, gatt::REPLY, gatt::EVENT]);
        let services = BTreeMap::from([(gatt::LORAX_SERVICE, lorax), (gatt::OTA_SERVICE, BTreeSet::new())]);
        Gatt { services }
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
        self.session = Some(Session::new());
        Ok(())
    }

    /// Either side closes the link.
    pub fn disconnect(&mut self, now: Instant) {
        self.pass(now);
        self.close();
    }

    fn close(&mut self) {
        if self.session.take().is_some() {
            self.appliance.held = false;
            self.appliance.touch();
        }
    }

    /// Whether a central is connected.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.session.is_some()
    }

    /// Whether it holds a bond with the host.
    #[must_use]
    pub fn is_bonded(&self) -> bool {
        self.bonded
    }

    /// The host bonds, or forgets its bond.
    pub fn set_bonded(&mut self, bonded: bool) {
        self.bonded = bonded;
    }

    /// The host asks to bond (Just Works).
    ///
    /// # Errors
    /// [`LinkError::Disconnected`] without a link, [`LinkError::NotPaired`] when it must be in pairing mode
    /// first and is not.
    pub fn pair(&mut self, now: Instant) -> Result<(), LinkError> {
        self.pass(now);
        if !self.is_connected() {
            return Err(LinkError::Disconnected);
        }
        let open = !self.config.pairing_mode_required || self.operating_state() == OperatingState::BONDING;
        if !self.bonded && !open {
            return Err(LinkError::NotPaired("it is not in pairing mode".to_owned()));
        }
        self.bonded = true;
        Ok(())
    }

    /// Reads a characteristic.
    ///
    /// # Errors
    /// [`LinkError::Disconnected`] without a link, [`LinkError::NotPaired`] for an encrypted one without a
    /// bond ([`Self::pair`], then again), [`LinkError::NoCharacteristic`] for one that cannot be read.
    pub fn read(&mut self, now: Instant, characteristic: Uuid) -> Result<Vec<u8>, LinkError> {
        self.pass(now);
        match characteristic {
            _ if !self.is_connected() => Err(LinkError::Disconnected),
            gatt::VERSION if !self.bonded => Err(LinkError::NotPaired("authentication needed".to_owned())),
            gatt::VERSION => Ok(vec![1, 0]),
            _ => Err(LinkError::NoCharacteristic(characteristic)),
        }
    }

    /// Writes a characteristic.
    ///
    /// # Errors
    /// [`LinkError::Disconnected`] without a link, [`LinkError::NoCharacteristic`] for one that cannot be
    /// written. What the device thinks of a request comes as its reply, not here.
    pub fn write(&mut self, now: Instant, characteristic: Uuid, value: &[u8]) -> Result<(), LinkError> {
        self.pass(now);
        if !self.is_connected() {
            return Err(LinkError::Disconnected);
        }
        if characteristic != gatt::COMMAND {
            return Err(LinkError::NoCharacteristic(characteristic));
        }
        self.with_session(|session, around| session.command(now, value, around));
        // A command may have switched it off.
        self.pass(now);
        Ok(())
    }

    /// Asks for notifications of a characteristic.
    ///
    /// # Errors
    /// [`LinkError::Disconnected`] without a link, [`LinkError::NoCharacteristic`] for one that does not
    /// notify.
    pub fn subscribe(&mut self, now: Instant, characteristic: Uuid) -> Result<(), LinkError> {
        self.pass(now);
        if !matches!(characteristic, gatt::REPLY | gatt::EVENT) {
            return Err(LinkError::NoCharacteristic(characteristic));
        }
        self.session.as_mut().ok_or(LinkError::Disconnected)?.subscribe(characteristic);
        Ok(())
    }

    /// The next notification that is due.
    pub fn poll_notification(&mut self) -> Option<(Uuid, Vec<u8>)> {
        let now = self.now;
        self.session.as_mut()?.poll_notification(now)
    }

    /// Lets time pass.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.pass(now);
        self.with_session(|session, around| session.handle_timeout(now, around));
    }

    /// When something may happen by itself next.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let session = self.session.as_ref().and_then(Session::poll_timeout);
        self.appliance.poll_timeout().into_iter().chain(session).min()
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

    /// Puts it on a charger, or takes it off.
    pub fn set_charging(&mut self, now: Instant, charging: bool) {
        self.act(now, |appliance| appliance.charging = charging);
    }

    /// Puts a chamber on (3: 3D), or takes it off (0).
    pub fn set_chamber(&mut self, now: Instant, chamber: u8) {
        self.act(now, |appliance| appliance.chamber = chamber);
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
        self.counters.modes(7)
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

    /// Time passes; a device that is asleep or off has no link.
    fn pass(&mut self, now: Instant) {
        self.now = self.now.max(now);
        self.appliance.advance(now);
        if !self.appliance.is_awake() {
            self.close();
        }
    }

    fn with_session(&mut self, work: impl FnOnce(&mut Session, &mut Around<'_>)) {
        let Some(session) = &mut self.session else { return };
        let mut around = Around {
            appliance: &mut self.appliance,
            faults: &mut self.faults,
            counters: &mut self.counters,
            bonded: self.bonded,
            watches: self.config.watches,
            reply_delay: self.config.reply_delay,
        };
        work(session, &mut around);
    }
}

//! One simulated device without I/O or clock: what it advertises, its GATT server, its button and its heater.
//!
//! Time is passed in. Call [`SimDevice::handle_timeout`] at [`SimDevice::poll_timeout`], and take
//! notifications with [`SimDevice::poll_notification`] after every call. The device may close the link by
//! itself (it falls asleep, it is dropped): look at [`SimDevice::is_connected`] after every call.

use std::time::Instant;

use puffco::link::{Advertisement, Gatt, LinkError};
use puffco::state::OperatingState;
use uuid::Uuid;

use crate::config::SimConfig;

/// A simulated vaporizer that speaks Lorax with floats, as a Peak Pro does.
#[derive(Debug)]
pub struct SimDevice {
    config: SimConfig,
}

impl SimDevice {
    /// A device that is on, idle and at room temperature.
    #[must_use]
    pub fn new(config: SimConfig, _now: Instant) -> Self {
        Self { config }
    }

    /// What it was made from.
    #[must_use]
    pub fn config(&self) -> &SimConfig {
        &self.config
    }

    /// What it advertises; `None` while it is connected, asleep or off.
    #[must_use]
    pub fn advertisement(&self) -> Option<Advertisement> {
        None
    }

    /// Its services and characteristics.
    #[must_use]
    pub fn gatt(&self) -> Gatt {
        Gatt::default()
    }

    /// A central connects.
    ///
    /// # Errors
    /// [`LinkError::TimedOut`] when it does not advertise.
    pub fn connect(&mut self, _now: Instant) -> Result<(), LinkError> {
        Err(LinkError::TimedOut)
    }

    /// Either side closes the link.
    pub fn disconnect(&mut self, _now: Instant) {}

    /// Whether a central is connected.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        false
    }

    /// Whether it holds a bond with the host.
    #[must_use]
    pub fn is_bonded(&self) -> bool {
        false
    }

    /// The host bonds, or forgets its bond.
    pub fn set_bonded(&mut self, _bonded: bool) {}

    /// The host asks to bond (Just Works).
    ///
    /// # Errors
    /// [`LinkError::NotPaired`] when it must be in pairing mode first and is not.
    pub fn pair(&mut self, _now: Instant) -> Result<(), LinkError> {
        Ok(())
    }

    /// Reads a characteristic.
    ///
    /// # Errors
    /// [`LinkError::Disconnected`] without a link, [`LinkError::NotPaired`] for an encrypted one without a
    /// bond, [`LinkError::NoCharacteristic`] for one that cannot be read.
    pub fn read(&mut self, _now: Instant, characteristic: Uuid) -> Result<Vec<u8>, LinkError> {
        Err(LinkError::NoCharacteristic(characteristic))
    }

    /// Writes a characteristic.
    ///
    /// # Errors
    /// As [`Self::read`]. What the device thinks of a request comes as its reply, not here.
    pub fn write(&mut self, _now: Instant, characteristic: Uuid, _value: &[u8]) -> Result<(), LinkError> {
        Err(LinkError::NoCharacteristic(characteristic))
    }

    /// Asks for notifications of a characteristic.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn subscribe(&mut self, _now: Instant, characteristic: Uuid) -> Result<(), LinkError> {
        Err(LinkError::NoCharacteristic(characteristic))
    }

    /// The next notification that is due.
    pub fn poll_notification(&mut self) -> Option<(Uuid, Vec<u8>)> {
        None
    }

    /// Lets time pass.
    pub fn handle_timeout(&mut self, _now: Instant) {}

    /// When something may happen by itself next.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        None
    }

    /// The owner presses the button: wakes it, opens temp select, or steps to the next profile.
    pub fn press(&mut self, _now: Instant) {}

    /// The owner presses twice: starts a heat, or boosts a running one.
    pub fn double_press(&mut self, _now: Instant) {}

    /// The owner holds the button: stops a heat, or opens pairing mode.
    pub fn hold(&mut self, _now: Instant) {}

    /// It falls asleep: the link closes and it no longer advertises.
    pub fn sleep(&mut self, _now: Instant) {}

    /// It wakes up.
    pub fn wake(&mut self, _now: Instant) {}

    /// Sets the charge, percent.
    pub fn set_battery(&mut self, _now: Instant, _percent: f32) {}

    /// Puts it on a charger, or takes it off.
    pub fn set_charging(&mut self, _now: Instant, _charging: bool) {}

    /// The link breaks without a word.
    pub fn drop_link(&mut self, now: Instant) {
        self.disconnect(now);
    }

    /// How often HEAT_CYCLE_START was written, whatever the device made of it.
    #[must_use]
    pub fn heat_writes(&self) -> u32 {
        0
    }

    /// Its operating state, as of the last call that passed time.
    #[must_use]
    pub fn operating_state(&self) -> OperatingState {
        OperatingState::IDLE
    }

    /// The heater's temperature, °C, as of the last call that passed time.
    #[must_use]
    pub fn heater_celsius(&self) -> f32 {
        self.config.ambient_celsius
    }
}

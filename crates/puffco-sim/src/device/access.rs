//! Reading, writing and subscribing characteristics: what each kind of them leads to.

use std::time::Instant;

use puffco::link::{LinkError, WriteMode};
use uuid::Uuid;

use super::SimDevice;
use super::legacy::{Attempt, Refused};
use super::server::{self, Properties};
use super::state::OperatingState;
use crate::ids;

impl SimDevice {
    /// Whether a characteristic can be written in this way.
    #[must_use]
    pub fn accepts(&self, characteristic: Uuid, mode: WriteMode) -> bool {
        self.properties(characteristic).is_some_and(|properties| match mode {
            WriteMode::WithResponse => properties.write,
            WriteMode::WithoutResponse => properties.write_without_response,
        })
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
        let is_there = self.properties(characteristic).is_some_and(|properties| properties.read);
        if is_there && server::is_encrypted(characteristic) {
            self.drop_stale_bond()?;
            if !self.is_encrypted() {
                return Err(LinkError::NotPaired("authentication needed".to_owned()));
            }
        }
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
}

fn legacy_error(refused: Refused, characteristic: Uuid) -> LinkError {
    match refused {
        Refused::Absent => LinkError::NoCharacteristic(characteristic),
        Refused::Locked => LinkError::Other("ATT error 0x08: insufficient authorization".to_owned()),
        Refused::Invalid => LinkError::Other("ATT error 0x0d: invalid attribute value length".to_owned()),
    }
}

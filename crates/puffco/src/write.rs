//! Everything that may be written to a device (facts/puffco-ble.md §23). It is a heater and it can be bricked:
//! what is not a [`Write`] cannot be sent, ranges are checked before encoding, and where it goes is checked
//! again against the list.

mod permitted;

use uuid::Uuid;

pub use self::permitted::{is_allowed, is_allowed_characteristic};

use crate::attribute::Source;
use crate::firmware::Revision;
use crate::generation::{Encoding, Generation, LedApi};
use crate::legacy;
use crate::light::Light;
use crate::log::LogKind;
use crate::setting::{Setting, Slot};

/// A mode command (`/p/app/mc`). Those that reset, test or bond are left out on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Mode {
    /// Switch off. The link drops; only the button brings it back.
    MasterOff = 0,
    /// Fall asleep; newest firmware ignores it.
    Sleep = 1,
    /// Wake up, become idle.
    Idle = 2,
    /// Start choosing a profile; in a group: "ready?".
    TempSelectBegin = 3,
    /// Stop choosing.
    TempSelectStop = 4,
    /// Show the charge.
    ShowBattery = 5,
    /// Show the firmware.
    ShowVersion = 6,
    /// Heat the selected profile.
    HeatCycleStart = 7,
    /// Stop heating.
    HeatCycleAbort = 8,
    /// More heat and time in a running heat.
    HeatCycleBoost = 9,
}

impl Mode {
    /// All of them, in the order of their codes.
    pub const ALL: [Self; 10] = [
        Self::MasterOff,
        Self::Sleep,
        Self::Idle,
        Self::TempSelectBegin,
        Self::TempSelectStop,
        Self::ShowBattery,
        Self::ShowVersion,
        Self::HeatCycleStart,
        Self::HeatCycleAbort,
        Self::HeatCycleBoost,
    ];

    /// The command with this code; `None` for those that are left out.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }
}

/// Why a write was not encoded. Nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum WriteError {
    /// The number is outside of what the device and safety allow.
    #[error("{value} is not within {least}..={most}")]
    OutOfRange {
        /// What was asked.
        value: f32,
        /// Least that is allowed.
        least: f32,
        /// Most that is allowed.
        most: f32,
    },
    /// A name is empty, too long, or has control characters in it.
    #[error("a name has 1 to {longest} bytes and no control characters")]
    BadText {
        /// Most bytes of UTF-8.
        longest: usize,
    },
    /// It is not established how this device sends numbers or colours: read it first.
    #[error("the device's number or colour format is not known yet")]
    DialectUnknown,
    /// This device cannot be given this value.
    #[error("this device cannot do that")]
    Unsupported,
    /// Where it would go is not on the list.
    #[error("this must not be written")]
    Forbidden,
}

/// One thing to write.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// A mode command.
    Mode(Mode),
    /// A setting.
    Set(Setting),
    /// A setting of the selected profile, into the copy that the next heat uses (§14.4). Only on Lorax.
    Running(Setting),
    /// The light of a profile in one part of a heat: a file of its own where colours are records (§17.3).
    PartLight(LightPart, Slot, Light),
    /// The log entry to read next.
    SelectEntry(LogKind, u32),
}

/// A part of a heat with a light of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LightPart {
    /// While it heats up.
    Preheat,
    /// At temperature.
    Active,
}

/// Where bytes go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A file of [`crate::lorax`], from its beginning. Longer data is written in pieces.
    File(String),
    /// A characteristic, with response.
    Characteristic(Uuid),
    /// A characteristic of the profile that [`legacy::POINTER`] points to.
    Pointed {
        /// Profile, 0..=3.
        slot: u8,
        /// The characteristic.
        characteristic: Uuid,
    },
}

impl Write {
    /// Where its bytes go, and which they are.
    ///
    /// # Errors
    /// [`WriteError`]; nothing is to be sent then.
    pub fn encode(&self, encoding: Encoding, firmware: Revision) -> Result<(Target, Vec<u8>), WriteError> {
        let target = self.target(encoding.generation)?;
        let data = match self {
            Self::Mode(mode) => encoding.encode_code(*mode as u8),
            Self::Set(setting) | Self::Running(setting) => setting.encode(encoding, firmware)?,
            Self::PartLight(_, _, light) => match encoding.lights {
                Some(LedApi::Records) => light.encode(LedApi::Records, firmware)?,
                _ => return Err(WriteError::Unsupported),
            },
            Self::SelectEntry(_, index) => index.to_le_bytes().to_vec(),
        };
        Ok((target, data))
    }

    /// Where its bytes go.
    ///
    /// # Errors
    /// [`WriteError::Unsupported`] where a generation has no such place, and [`WriteError::Forbidden`] where it
    /// is not on the list.
    pub fn target(&self, generation: Generation) -> Result<Target, WriteError> {
        let target = self.place(generation)?;
        let allowed = match &target {
            Target::File(path) => is_allowed(path),
            Target::Characteristic(id) | Target::Pointed { characteristic: id, .. } => {
                is_allowed_characteristic(*id)
            }
        };
        if allowed { Ok(target) } else { Err(WriteError::Forbidden) }
    }

    fn place(&self, generation: Generation) -> Result<Target, WriteError> {
        match (self, generation) {
            (Self::Mode(_), Generation::Lorax) => Ok(Target::File("/p/app/mc".to_owned())),
            (Self::Mode(_), Generation::Legacy) => Ok(Target::Characteristic(legacy::MODE)),
            (Self::SelectEntry(kind, _), generation) => Ok(kind.selector(generation)),
            (Self::Running(setting), Generation::Lorax) if setting.slot().is_some() => {
                let path = setting.attribute().path();
                let leaf = path.rsplit('/').next().unwrap_or_default();
                Ok(Target::File(format!("/p/app/thc/{leaf}")))
            }
            (Self::PartLight(part, slot, _), Generation::Lorax) => {
                let leaf = match part {
                    LightPart::Preheat => "phcl",
                    LightPart::Active => "accl",
                };
                Ok(Target::File(format!("/u/app/hc/{}/{leaf}", slot.number())))
            }
            (Self::Running(_) | Self::PartLight(..), _) => Err(WriteError::Unsupported),
            (Self::Set(setting), generation) => match setting.attribute().source(generation) {
                Some(Source::File(path)) => Ok(Target::File(path.into_owned())),
                Some(Source::Characteristic(id)) => Ok(Target::Characteristic(id)),
                Some(Source::Pointed { slot, characteristic }) => {
                    Ok(Target::Pointed { slot, characteristic })
                }
                None => Err(WriteError::Unsupported),
            },
        }
    }

    /// Writing it twice is the same as writing it once.
    #[must_use]
    pub fn is_repeatable(&self) -> bool {
        !matches!(self, Self::Mode(Mode::HeatCycleStart | Mode::HeatCycleBoost))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Dialect;

    const LORAX: Encoding = Encoding {
        generation: Generation::Lorax,
        dialect: Some(Dialect::Float),
        lights: Some(LedApi::Records),
    };
    const LEGACY: Encoding = Encoding { generation: Generation::Legacy, ..LORAX };

    fn celsius(celsius: f32) -> Write {
        Write::Set(Setting::ProfileCelsius(Slot::new(1).unwrap(), celsius))
    }

    fn encode(write: &Write, encoding: Encoding) -> Result<(Target, Vec<u8>), WriteError> {
        write.encode(encoding, Revision(39))
    }

    #[test]
    fn temperatures_are_checked_before_they_are_encoded() {
        for wrong in [f32::NAN, f32::INFINITY, 0.0, 203.9, 327.1, -250.0] {
            assert!(matches!(encode(&celsius(wrong), LORAX), Err(WriteError::OutOfRange { .. })), "{wrong}");
        }
    }

    #[test]
    fn numbers_are_not_written_in_an_unknown_dialect() {
        let unsure = Encoding { dialect: None, ..LORAX };
        assert_eq!(encode(&celsius(260.0), unsure), Err(WriteError::DialectUnknown));
        let integers = Encoding { dialect: Some(Dialect::Integer), ..LORAX };
        let (target, data) = encode(&celsius(260.0), integers).unwrap();
        assert_eq!(target, Target::File("/u/app/hc/1/temp".into()));
        assert_eq!(data, 2600_i32.to_le_bytes());
    }

    #[test]
    fn mode_commands_need_no_dialect() {
        let unsure = Encoding { dialect: None, ..LORAX };
        let abort = Write::Mode(Mode::HeatCycleAbort);
        assert_eq!(encode(&abort, unsure), Ok((Target::File("/p/app/mc".into()), vec![8])));
        let expected = (Target::Characteristic(legacy::MODE), vec![0, 0, 0, 0x41]);
        assert_eq!(encode(&abort, LEGACY), Ok(expected));
    }

    #[test]
    fn a_legacy_profile_is_written_through_its_pointer() {
        let (target, data) = encode(&celsius(287.0), LEGACY).unwrap();
        let characteristic = legacy::characteristic(0x0063);
        assert_eq!(target, Target::Pointed { slot: 1, characteristic });
        assert_eq!(data, [0, 0x80, 0x8f, 0x43]);
    }

    #[test]
    fn a_heat_is_not_repeatable_and_a_stop_is() {
        assert!(!Write::Mode(Mode::HeatCycleStart).is_repeatable());
        assert!(!Write::Mode(Mode::HeatCycleBoost).is_repeatable());
        assert!(Write::Mode(Mode::HeatCycleAbort).is_repeatable());
    }

    #[test]
    fn the_running_copy_has_the_leaves_of_its_profile() {
        let write = Write::Running(Setting::ProfileSeconds(Slot::new(2).unwrap(), 45.0));
        assert_eq!(encode(&write, LORAX).unwrap().0, Target::File("/p/app/thc/time".into()));
        assert_eq!(encode(&write, LEGACY), Err(WriteError::Unsupported));
    }
}

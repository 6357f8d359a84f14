//! Everything that may be written to a device (facts/puffco-ble.md §23). It is a heater and it can be bricked:
//! what is not a [`Write`] cannot be sent, ranges are checked before encoding, and the path is checked again.

use crate::color::encode_rgb;
use crate::lorax::Operation;
use crate::number::{Dialect, Quantity};
use crate::state::Rgb;

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

/// A profile slot, 0..=3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot(u8);

impl Slot {
    /// The slot with this number, if there is one.
    #[must_use]
    pub fn new(number: u8) -> Option<Self> {
        (number <= 3).then_some(Self(number))
    }

    /// Its number.
    #[must_use]
    pub fn number(self) -> u8 {
        self.0
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
    /// It is not established how this device sends numbers: read its profiles and battery first.
    #[error("the device's number format is not known yet")]
    DialectUnknown,
    /// The path is not on the list.
    #[error("this file must not be written")]
    Forbidden,
}

/// One thing to write.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Write {
    /// A mode command.
    Mode(Mode),
    /// Make a profile the selected one.
    SelectProfile(Slot),
    /// A profile's target, 204..=327 °C (400..=620 °F).
    ProfileCelsius(Slot, f32),
    /// A profile's hold time, 15..=120 s.
    ProfileSeconds(Slot, f32),
    /// Brightness of base, middle, glass and logo.
    Brightness([u8; 4]),
    /// Stealth mode.
    Stealth(bool),
    /// Lantern on or off.
    Lantern(bool),
    /// How long the lantern shines, 60..=28800 s.
    LanternSeconds(f32),
    /// The lantern's colour and animation code.
    LanternColor(Rgb, u8),
}

impl Write {
    /// The operation that carries it out.
    ///
    /// # Errors
    /// [`WriteError`]; nothing is to be sent then.
    pub fn operation(self, dialect: Option<Dialect>) -> Result<Operation, WriteError> {
        let number = |quantity: Quantity, value: f32, least: f32, most: f32| {
            if !(least..=most).contains(&value) {
                return Err(WriteError::OutOfRange { value, least, most });
            }
            let dialect = dialect.ok_or(WriteError::DialectUnknown)?;
            let bytes = quantity.encode(dialect, value);
            bytes.map(Vec::from).ok_or(WriteError::OutOfRange { value, least, most })
        };
        let profile = |slot: Slot, leaf: &str| format!("/u/app/hc/{}/{leaf}", slot.0);
        let (path, data) = match self {
            Self::Mode(mode) => ("/p/app/mc".to_owned(), vec![mode as u8]),
            Self::SelectProfile(slot) => ("/p/app/hcs".to_owned(), vec![slot.0]),
            Self::ProfileCelsius(slot, celsius) => {
                (profile(slot, "temp"), number(Quantity::Celsius, celsius, 204.0, 327.0)?)
            }
            Self::ProfileSeconds(slot, seconds) => {
                (profile(slot, "time"), number(Quantity::ProfileSeconds, seconds, 15.0, 120.0)?)
            }
            Self::Brightness(levels) => ("/u/app/ui/lbrt".to_owned(), levels.to_vec()),
            Self::Stealth(on) => ("/u/app/ui/stlm".to_owned(), vec![u8::from(on)]),
            Self::Lantern(on) => ("/p/app/ltrn/cmd".to_owned(), vec![u8::from(on)]),
            Self::LanternSeconds(seconds) => {
                let data = number(Quantity::StateSeconds, seconds, 60.0, 28_800.0)?;
                ("/p/app/ltrn/time".to_owned(), data)
            }
            Self::LanternColor(rgb, animation) => {
                ("/p/app/ltrn/colr".to_owned(), encode_rgb(rgb, animation).to_vec())
            }
        };
        if is_allowed(&path) {
            Ok(Operation::WriteShort { offset: 0, flags: 0, path, data })
        } else {
            Err(WriteError::Forbidden)
        }
    }

    /// Writing it twice is the same as writing it once.
    #[must_use]
    pub fn is_repeatable(self) -> bool {
        !matches!(self, Self::Mode(Mode::HeatCycleStart | Mode::HeatCycleBoost))
    }
}

/// Whether a file may be written at all.
#[must_use]
pub fn is_allowed(path: &str) -> bool {
    const FILES: [&str; 15] = [
        "/p/app/mc",
        "/p/app/hcs",
        "/p/app/tmpo",
        "/p/app/timo",
        "/p/app/ltrn/cmd",
        "/p/app/ltrn/colr",
        "/p/app/ltrn/time",
        "/p/app/ltrn/scpd",
        "/u/app/ui/lbrt",
        "/u/app/ui/stlm",
        "/u/sys/name",
        "/u/bat/msoc",
        "/p/sys/time",
        "/p/logv/aud/sel",
        "/p/logv/flt/sel",
    ];
    const PROFILE_LEAVES: [&str; 9] =
        ["name", "temp", "time", "colr", "phcl", "accl", "btmp", "btim", "intn"];
    let in_profile = |rest: &str| {
        let mut parts = rest.splitn(2, '/');
        let slot = parts.next().is_some_and(|slot| matches!(slot, "0" | "1" | "2" | "3"));
        slot && parts.next().is_some_and(|leaf| PROFILE_LEAVES.contains(&leaf))
    };
    FILES.contains(&path)
        || path.strip_prefix("/p/app/thc/").is_some_and(|leaf| PROFILE_LEAVES.contains(&leaf))
        || path.strip_prefix("/u/app/hc/").is_some_and(in_profile)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_bricks_or_resets_a_device_is_not_on_the_list() {
        for path in [
            "/p/app/facr",
            "/p/app/bt/delb",
            "/p/htr/tun/pco",
            "/u/app/hc/4/temp",
            "/u/app/hc/0/../1/temp",
            "/u/app/hc/0/thrt",
            "/p/app/mc/",
            "",
        ] {
            assert!(!is_allowed(path), "{path}");
        }
    }

    #[test]
    fn a_slot_beyond_the_last_cannot_be_named() {
        assert_eq!(Slot::new(4), None);
        assert_eq!(Slot::new(3).map(Slot::number), Some(3));
    }

    #[test]
    fn temperatures_are_checked_before_they_are_encoded() {
        let slot = Slot::new(1).unwrap();
        for celsius in [f32::NAN, f32::INFINITY, 0.0, 203.9, 327.1, -250.0] {
            let write = Write::ProfileCelsius(slot, celsius);
            assert!(matches!(write.operation(Some(Dialect::Float)), Err(WriteError::OutOfRange { .. })));
        }
    }

    #[test]
    fn numbers_are_not_written_in_an_unknown_dialect() {
        let write = Write::ProfileCelsius(Slot(0), 260.0);
        assert_eq!(write.operation(None), Err(WriteError::DialectUnknown));
        let Ok(Operation::WriteShort { data, .. }) = write.operation(Some(Dialect::Integer)) else {
            panic!("a write")
        };
        assert_eq!(data, 2600_i32.to_le_bytes());
    }

    #[test]
    fn mode_commands_need_no_dialect() {
        let operation = Write::Mode(Mode::HeatCycleAbort).operation(None);
        let expected = Operation::WriteShort { offset: 0, flags: 0, path: "/p/app/mc".into(), data: vec![8] };
        assert_eq!(operation, Ok(expected));
    }

    #[test]
    fn a_heat_is_not_repeatable_and_a_stop_is() {
        assert!(!Write::Mode(Mode::HeatCycleStart).is_repeatable());
        assert!(!Write::Mode(Mode::HeatCycleBoost).is_repeatable());
        assert!(Write::Mode(Mode::HeatCycleAbort).is_repeatable());
    }
}

//! What a person can change on a device: each setting, its range, its bytes, and whether the device kept it
//! (facts/puffco-ble.md §14, §16). How it travels is in [`crate::write`].

use std::ops::RangeInclusive;

use crate::attribute::Attribute;
use crate::firmware::Revision;
use crate::generation::{Encoding, Generation};
use crate::light::Light;
use crate::number::Quantity;
use crate::state::{DeviceState, UNIX_EPOCH_LEAST};
use crate::write::WriteError;

/// A profile slot, 0..=3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

/// Target of a profile, °C (400..=620 °F).
pub const PROFILE_CELSIUS: RangeInclusive<f32> = 204.0..=327.0;
/// Hold time of a profile, seconds.
pub const PROFILE_SECONDS: RangeInclusive<f32> = 15.0..=120.0;
/// What a boost adds to the target, °C. A difference: 5 °C is 9 °F.
pub const BOOST_CELSIUS: RangeInclusive<f32> = 0.0..=20.0;
/// What a boost adds to the hold time, seconds.
pub const BOOST_SECONDS: RangeInclusive<f32> = 0.0..=60.0;
/// How long the lantern shines, seconds.
pub const LANTERN_SECONDS: RangeInclusive<f32> = 60.0..=28_800.0;
/// Where charging stops, percent.
pub const MAX_CHARGE: RangeInclusive<f32> = 50.0..=100.0;
/// The vapour intensities: standard, high, max, XL.
pub const INTENSITIES: [f32; 4] = [0.0, 0.5, 1.0, 1.5];
/// Longest name of a profile and of a device, bytes of UTF-8.
pub const LONGEST_PROFILE_NAME: usize = 29;
/// See [`LONGEST_PROFILE_NAME`].
pub const LONGEST_DEVICE_NAME: usize = 31;

/// The level of one of [`Setting::Brightness`] at so many percent, at most 100, halves up.
#[must_use]
pub fn brightness_level(percent: u8) -> u8 {
    ((u16::from(percent.min(100)) * 255 + 50) / 100) as u8
}

/// How many percent a level of [`Setting::Brightness`] is, halves up.
#[must_use]
pub fn brightness_percent(level: u8) -> u8 {
    ((u16::from(level) * 200 + 255) / 510) as u8
}

/// Length of the file of a name.
const NAME_FILE: usize = 32;

/// One setting with its value.
#[derive(Clone, Debug, PartialEq)]
pub enum Setting {
    /// The device's name, 1..=31 bytes.
    Name(String),
    /// The device's clock, seconds since 1970.
    Clock(u32),
    /// Where charging stops, percent: 80 preserves the battery, 100 does not.
    MaxCharge(f32),
    /// Brightness of base, middle, glass and logo, 0..=255 each.
    Brightness([u8; 4]),
    /// Stealth mode: heat without light.
    Stealth(bool),
    /// Lantern on or off.
    Lantern(bool),
    /// How long the lantern shines.
    LanternSeconds(f32),
    /// The lantern's light.
    LanternLight(Light),
    /// The selected profile.
    SelectedProfile(Slot),
    /// A profile's name, 1..=29 bytes.
    ProfileName(Slot, String),
    /// A profile's target, °C.
    ProfileCelsius(Slot, f32),
    /// A profile's hold time, seconds.
    ProfileSeconds(Slot, f32),
    /// A profile's light.
    ProfileLight(Slot, Light),
    /// A profile's vapour intensity, one of [`INTENSITIES`].
    ProfileIntensity(Slot, f32),
    /// What a boost adds to a profile's target, °C.
    ProfileBoostCelsius(Slot, f32),
    /// What a boost adds to a profile's hold time, seconds.
    ProfileBoostSeconds(Slot, f32),
}

impl Setting {
    /// The attribute that it sets, and that tells which value the device kept.
    #[must_use]
    pub fn attribute(&self) -> Attribute {
        match self {
            Self::Name(_) => Attribute::Name,
            Self::Clock(_) => Attribute::Clock,
            Self::MaxCharge(_) => Attribute::MaxCharge,
            Self::Brightness(_) => Attribute::Brightness,
            Self::Stealth(_) => Attribute::Stealth,
            Self::Lantern(_) => Attribute::LanternOn,
            Self::LanternSeconds(_) => Attribute::LanternSeconds,
            Self::LanternLight(_) => Attribute::LanternLight,
            Self::SelectedProfile(_) => Attribute::SelectedProfile,
            Self::ProfileName(slot, _) => Attribute::ProfileName(slot.0),
            Self::ProfileCelsius(slot, _) => Attribute::ProfileCelsius(slot.0),
            Self::ProfileSeconds(slot, _) => Attribute::ProfileSeconds(slot.0),
            Self::ProfileLight(slot, _) => Attribute::ProfileLight(slot.0),
            Self::ProfileIntensity(slot, _) => Attribute::ProfileIntensity(slot.0),
            Self::ProfileBoostCelsius(slot, _) => Attribute::ProfileBoostCelsius(slot.0),
            Self::ProfileBoostSeconds(slot, _) => Attribute::ProfileBoostSeconds(slot.0),
        }
    }

    /// The profile that it belongs to.
    #[must_use]
    pub fn slot(&self) -> Option<Slot> {
        match self {
            Self::ProfileName(slot, _)
            | Self::ProfileCelsius(slot, _)
            | Self::ProfileSeconds(slot, _)
            | Self::ProfileLight(slot, _)
            | Self::ProfileIntensity(slot, _)
            | Self::ProfileBoostCelsius(slot, _)
            | Self::ProfileBoostSeconds(slot, _) => Some(*slot),
            _ => None,
        }
    }

    /// The setting of this attribute as a device has it; `None` when that is not known.
    #[must_use]
    pub fn of(attribute: Attribute, state: &DeviceState) -> Option<Self> {
        let profile = |number: u8| {
            let profile = state.profiles.iter().find(|profile| profile.slot == number)?;
            Some((Slot::new(number)?, profile))
        };
        Some(match attribute {
            Attribute::Name => Self::Name(state.name.clone()?),
            Attribute::Clock => Self::Clock(state.clock?),
            Attribute::MaxCharge => Self::MaxCharge(state.max_charge_percent?),
            Attribute::Brightness => Self::Brightness(state.brightness?),
            Attribute::Stealth => Self::Stealth(state.stealth?),
            Attribute::LanternOn => Self::Lantern(state.lantern_is_on()?),
            Attribute::LanternSeconds => Self::LanternSeconds(state.lantern_s?),
            Attribute::LanternLight => Self::LanternLight(state.lantern_light.clone()?),
            Attribute::SelectedProfile => Self::SelectedProfile(Slot::new(state.selected_profile?)?),
            Attribute::ProfileName(number) => {
                profile(number).map(|(slot, profile)| Self::ProfileName(slot, profile.name.clone()))?
            }
            Attribute::ProfileCelsius(number) => {
                profile(number).map(|(slot, profile)| Self::ProfileCelsius(slot, profile.celsius))?
            }
            Attribute::ProfileSeconds(number) => {
                profile(number).map(|(slot, profile)| Self::ProfileSeconds(slot, profile.seconds))?
            }
            Attribute::ProfileLight(number) => {
                let (slot, profile) = profile(number)?;
                Self::ProfileLight(slot, profile.light.clone()?)
            }
            Attribute::ProfileIntensity(number) => {
                let (slot, profile) = profile(number)?;
                Self::ProfileIntensity(slot, profile.intensity?)
            }
            Attribute::ProfileBoostCelsius(number) => {
                let (slot, profile) = profile(number)?;
                Self::ProfileBoostCelsius(slot, profile.boost_celsius?)
            }
            Attribute::ProfileBoostSeconds(number) => {
                let (slot, profile) = profile(number)?;
                Self::ProfileBoostSeconds(slot, profile.boost_seconds?)
            }
            _ => return None,
        })
    }

    /// Checks it against what the device and safety allow, before anything is encoded.
    ///
    /// # Errors
    /// [`WriteError::OutOfRange`] or [`WriteError::Unsupported`]; nothing is to be sent then.
    pub fn check(&self) -> Result<(), WriteError> {
        let within = |value: f32, range: RangeInclusive<f32>| {
            let (least, most) = (*range.start(), *range.end());
            let fits = range.contains(&value);
            if fits { Ok(()) } else { Err(WriteError::OutOfRange { value, least, most }) }
        };
        let text = |text: &str, longest: usize| {
            let fits =
                !text.trim().is_empty() && text.len() <= longest && !text.chars().any(char::is_control);
            if fits { Ok(()) } else { Err(WriteError::BadText { longest }) }
        };
        match self {
            Self::Name(name) => text(name, LONGEST_DEVICE_NAME),
            Self::ProfileName(_, name) => text(name, LONGEST_PROFILE_NAME),
            Self::Clock(seconds) if *seconds < UNIX_EPOCH_LEAST => Err(WriteError::Unsupported),
            Self::MaxCharge(percent) => within(*percent, MAX_CHARGE),
            Self::LanternSeconds(seconds) => within(*seconds, LANTERN_SECONDS),
            Self::ProfileCelsius(_, celsius) => within(*celsius, PROFILE_CELSIUS),
            Self::ProfileSeconds(_, seconds) => within(*seconds, PROFILE_SECONDS),
            Self::ProfileBoostCelsius(_, celsius) => within(*celsius, BOOST_CELSIUS),
            Self::ProfileBoostSeconds(_, seconds) => within(*seconds, BOOST_SECONDS),
            Self::ProfileIntensity(_, intensity) if !INTENSITIES.contains(intensity) => {
                Err(WriteError::Unsupported)
            }
            Self::Clock(_)
            | Self::Brightness(_)
            | Self::Stealth(_)
            | Self::Lantern(_)
            | Self::LanternLight(_)
            | Self::SelectedProfile(_)
            | Self::ProfileLight(..)
            | Self::ProfileIntensity(..) => Ok(()),
        }
    }

    /// Its bytes on a device.
    ///
    /// # Errors
    /// [`WriteError`]; nothing is to be sent then.
    pub fn encode(&self, encoding: Encoding, firmware: Revision) -> Result<Vec<u8>, WriteError> {
        self.check()?;
        let number = |quantity: Quantity, value: f32| {
            let dialect = encoding.dialect.ok_or(WriteError::DialectUnknown)?;
            quantity.encode(dialect, value).map(Vec::from).ok_or(WriteError::Unsupported)
        };
        let light =
            |light: &Light| light.encode(encoding.lights.ok_or(WriteError::DialectUnknown)?, firmware);
        match self {
            Self::Name(name) | Self::ProfileName(_, name) => Ok(name_bytes(name, encoding.generation)),
            Self::Clock(seconds) => Ok(seconds.to_le_bytes().to_vec()),
            Self::MaxCharge(percent) => number(Quantity::Percent, *percent),
            Self::Brightness(levels) => Ok(levels.to_vec()),
            Self::Stealth(on) | Self::Lantern(on) => Ok(encoding.encode_switch(*on)),
            Self::LanternSeconds(seconds) => number(Quantity::StateSeconds, *seconds),
            Self::LanternLight(wanted) | Self::ProfileLight(_, wanted) => light(wanted),
            Self::SelectedProfile(slot) => Ok(encoding.encode_code(slot.0)),
            Self::ProfileCelsius(_, celsius) | Self::ProfileBoostCelsius(_, celsius) => {
                number(Quantity::Celsius, *celsius)
            }
            Self::ProfileSeconds(_, seconds) | Self::ProfileBoostSeconds(_, seconds) => {
                number(Quantity::ProfileSeconds, *seconds)
            }
            Self::ProfileIntensity(_, intensity) => number(Quantity::AlwaysFloat, *intensity),
        }
    }

    /// Whether the device kept what was asked for: numbers may be rounded to its own steps.
    #[must_use]
    pub fn is_kept_as(&self, kept: &Self) -> bool {
        let near = |wanted: f32, kept: f32, step: f32| (wanted - kept).abs() <= step;
        match (self, kept) {
            (Self::ProfileCelsius(a, wanted), Self::ProfileCelsius(b, kept))
            | (Self::ProfileBoostCelsius(a, wanted), Self::ProfileBoostCelsius(b, kept)) => {
                a == b && near(*wanted, *kept, 0.06)
            }
            (Self::ProfileSeconds(a, wanted), Self::ProfileSeconds(b, kept))
            | (Self::ProfileBoostSeconds(a, wanted), Self::ProfileBoostSeconds(b, kept)) => {
                a == b && near(*wanted, *kept, 0.01)
            }
            (Self::MaxCharge(wanted), Self::MaxCharge(kept)) => near(*wanted, *kept, 0.01),
            // The lantern's clock and the device's run on while they are read back.
            (Self::LanternSeconds(wanted), Self::LanternSeconds(kept)) => near(*wanted, *kept, 10.0),
            (Self::Clock(wanted), Self::Clock(kept)) => kept.abs_diff(*wanted) <= 10,
            (Self::Name(wanted), Self::Name(kept)) => wanted.trim() == kept,
            (Self::ProfileName(a, wanted), Self::ProfileName(b, kept)) => a == b && wanted.trim() == kept,
            (Self::LanternLight(wanted), Self::LanternLight(kept)) => wanted.is_kept_as(kept),
            (Self::ProfileLight(a, wanted), Self::ProfileLight(b, kept)) => a == b && wanted.is_kept_as(kept),
            (wanted, kept) => wanted == kept,
        }
    }
}

/// A name ends with a NUL. Nothing truncates a file (§7.3), so in a file all the room of a longer name is
/// written; a characteristic takes its new length by itself.
fn name_bytes(name: &str, generation: Generation) -> Vec<u8> {
    let mut bytes: Vec<u8> = name.trim().bytes().chain([0]).collect();
    if generation == Generation::Lorax {
        bytes.resize(bytes.len().max(NAME_FILE), 0);
    }
    bytes
}

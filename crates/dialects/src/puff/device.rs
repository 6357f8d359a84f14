//! What a member's device tells the group (op 4; facts/puff-gateway.md §6). Every field is optional; a frame
//! carries what changed.

use serde::{Deserialize, Serialize};

use super::fields::{Fields, Invalid};
use super::limits::DEVICE_TEXT;
use super::number;

/// A chamber temperature. The wire has a number, or `null` when the device has none to tell.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Temperature {
    /// Degrees Celsius, −100..=1000.
    Celsius(#[serde(serialize_with = "number::write")] f64),
    /// No reading, for instance without a chamber.
    Absent,
}

impl Temperature {
    /// The reading in degrees Celsius.
    #[must_use]
    pub const fn celsius(self) -> Option<f64> {
        match self {
            Self::Celsius(celsius) => Some(celsius),
            Self::Absent => None,
        }
    }
}

/// A colour of the light.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActiveColor {
    /// Red.
    pub r: u8,
    /// Green.
    pub g: u8,
    /// Blue.
    pub b: u8,
}

/// The selected heat profile. Replaced as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// Name.
    pub name: String,
    /// Target, °C.
    #[serde(serialize_with = "number::write")]
    pub temp: f64,
    /// Hold time as `m:ss`.
    pub time: String,
    /// Light, `#rrggbb`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    /// Light pattern.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mood_id: Option<String>,
    /// Vapour intensity.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "number::write_option")]
    pub intensity: Option<f64>,
}

/// The last heat cycle. Replaced as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LastDab {
    /// Planned seconds.
    #[serde(serialize_with = "number::write")]
    pub total_time: f64,
    /// Seconds that it ran.
    #[serde(serialize_with = "number::write")]
    pub time_elapsed: f64,
    /// Target, °C.
    #[serde(serialize_with = "number::write")]
    pub nominal_temp: f64,
    /// Reached, °C.
    #[serde(serialize_with = "number::write")]
    pub actual_temp: f64,
    /// When, ms since 1970.
    #[serde(serialize_with = "number::write")]
    pub timestamp: f64,
}

/// Calls a macro with every field of [`DeviceState`] that is merged and compared alike.
macro_rules! each_field {
    ($apply:ident) => {
        $apply!(
            device_name,
            device_mac,
            device_model,
            serial_number,
            device_series,
            brightness,
            battery,
            state,
            state_time,
            total_dabs,
            dabs_per_day,
            utc_time,
            temperature,
            chamber_type,
            charge_source,
            active_color,
            profile,
            last_dab
        )
    };
}

/// A device's state, or the part of it that changed. Numbers are finite and in the ranges given here.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeviceState {
    /// Device name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_name: Option<String>,
    /// MAC address, or the stable pseudonym that a companion sends in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_mac: Option<String>,
    /// Model code, as a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_model: Option<String>,
    /// Serial number. Companions never send it and gateways never pass it on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial_number: Option<String>,
    /// Series number, up to 65,535.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_series: Option<u16>,
    /// Light brightness, 0..=255.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "number::write_option")]
    pub brightness: Option<f64>,
    /// Charge, percent; readings up to 255 are let through.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "number::write_option")]
    pub battery: Option<f64>,
    /// Operating state: 5 idle, 6 temperature select, 7 preheat, 8 active, 9 fade (facts §4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<u8>,
    /// Seconds in this state, up to 1e9.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "number::write_option")]
    pub state_time: Option<f64>,
    /// Lifetime heat cycles, up to 1e9.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "number::write_option")]
    pub total_dabs: Option<f64>,
    /// Average a day, up to 1e6.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "number::write_option")]
    pub dabs_per_day: Option<f64>,
    /// The device's clock, seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "number::write_option")]
    pub utc_time: Option<f64>,
    /// Chamber temperature.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub temperature: Option<Temperature>,
    /// Chamber: 0 none, 1 normal, 2 XL, 3 3D.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chamber_type: Option<u8>,
    /// Charge source: 0 USB, 1 wireless, 2 wireless, 3 none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charge_source: Option<u8>,
    /// Light shown at present.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_color: Option<ActiveColor>,
    /// Selected profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
    /// Last heat cycle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_dab: Option<LastDab>,
}

/// A `null` that is there is a value of its own, unlike a missing member.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Temperature>, D::Error> {
    Temperature::deserialize(deserializer).map(Some)
}

impl DeviceState {
    /// A sesher has a device that told battery, dabs, state and model; everybody else watches (facts §4).
    #[must_use]
    pub fn is_sesher(&self) -> bool {
        self.battery.is_some()
            && self.total_dabs.is_some()
            && self.state.is_some()
            && self.device_model.is_some()
    }

    /// Whether nothing is told.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The chamber temperature in °C, when it is known.
    #[must_use]
    pub fn celsius(&self) -> Option<f64> {
        self.temperature.and_then(Temperature::celsius)
    }

    /// Takes over everything that `patch` tells.
    pub fn merge(&mut self, patch: &Self) {
        macro_rules! take {
            ($($field:ident),*) => {
                $(if patch.$field.is_some() {
                    self.$field.clone_from(&patch.$field);
                })*
            };
        }
        each_field!(take);
    }

    /// What a frame must carry so that one who knows `previous` knows this. A temperature that is gone becomes
    /// `null`; other fields cannot be taken back in this dialect and are left out.
    #[must_use]
    pub fn diff(&self, previous: &Self) -> Self {
        let mut patch = Self::default();
        macro_rules! compare {
            ($($field:ident),*) => {
                $(if self.$field != previous.$field {
                    patch.$field.clone_from(&self.$field);
                })*
            };
        }
        each_field!(compare);
        if self.temperature.is_none() && previous.celsius().is_some() {
            patch.temperature = Some(Temperature::Absent);
        }
        patch
    }

    /// Reads a state; whether one bad field refuses all of it is up to the reader.
    pub(super) fn read(fields: Fields<'_>) -> Result<Self, Invalid> {
        let text = |name| fields.text(name, DEVICE_TEXT);
        let temperature = if fields.is_null("temperature") {
            Some(Temperature::Absent)
        } else {
            fields.number("temperature", CELSIUS)?.map(Temperature::Celsius)
        };
        Ok(Self {
            device_name: text("deviceName")?,
            device_mac: text("deviceMac")?,
            device_model: text("deviceModel")?,
            serial_number: text("serialNumber")?,
            device_series: fields
                .whole("deviceSeries", u64::from(u16::MAX))?
                .and_then(|n| u16::try_from(n).ok()),
            brightness: fields.number("brightness", 0.0..=255.0)?,
            battery: fields.number("battery", 0.0..=255.0)?,
            state: fields.byte("state", u8::MAX)?,
            state_time: fields.number("stateTime", 0.0..=1e9)?,
            total_dabs: fields.number("totalDabs", 0.0..=1e9)?,
            dabs_per_day: fields.number("dabsPerDay", 0.0..=1e6)?,
            utc_time: fields.number("utcTime", 0.0..=1e12)?,
            temperature,
            chamber_type: fields.byte("chamberType", 3)?,
            charge_source: fields.byte("chargeSource", 3)?,
            active_color: fields.object("activeColor", ActiveColor::read)?,
            profile: fields.object("profile", Profile::read)?,
            last_dab: fields.object("lastDab", LastDab::read)?,
        })
    }
}

const CELSIUS: std::ops::RangeInclusive<f64> = -100.0..=1000.0;

impl ActiveColor {
    fn read(fields: Fields<'_>) -> Result<Self, Invalid> {
        let channel = |name| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0..=255")]
            fields.number(name, 0.0..=255.0)?.map(|value| value.round() as u8).ok_or(Invalid)
        };
        Ok(Self { r: channel("r")?, g: channel("g")?, b: channel("b")? })
    }
}

impl Profile {
    fn read(fields: Fields<'_>) -> Result<Self, Invalid> {
        Ok(Self {
            name: fields.text("name", DEVICE_TEXT)?.ok_or(Invalid)?,
            temp: fields.number("temp", CELSIUS)?.ok_or(Invalid)?,
            time: fields.text("time", DEVICE_TEXT)?.ok_or(Invalid)?,
            color: fields.text("color", DEVICE_TEXT)?,
            mood_id: fields.text("moodId", DEVICE_TEXT)?,
            intensity: fields.number("intensity", -100.0..=100.0)?,
        })
    }
}

impl LastDab {
    pub(super) fn read(fields: Fields<'_>) -> Result<Self, Invalid> {
        let seconds = |name| fields.number(name, 0.0..=1e9)?.ok_or(Invalid);
        let celsius = |name| fields.number(name, CELSIUS)?.ok_or(Invalid);
        Ok(Self {
            total_time: seconds("totalTime")?,
            time_elapsed: seconds("timeElapsed")?,
            nominal_temp: celsius("nominalTemp")?,
            actual_temp: celsius("actualTemp")?,
            timestamp: fields.number("timestamp", 0.0..=1e15)?.ok_or(Invalid)?,
        })
    }
}

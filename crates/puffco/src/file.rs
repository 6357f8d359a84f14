//! The files of a device that are read: where they are, and what their bytes mean (facts/puffco-ble.md §14).
//!
//! A file that is missing or holds nonsense costs only itself: its field stays `None`.

use std::borrow::Cow;

use crate::color::ColorFile;
use crate::number::{Dialect, Quantity};
use crate::state::{Chamber, ChargeState, DeviceState, OperatingState, Profile};

/// Heater temperatures outside of this are a broken sensor, °C.
const PLAUSIBLE_CELSIUS: std::ops::RangeInclusive<f32> = -20.0..=600.0;
/// A commanded temperature below this means "none", °C.
const LEAST_TARGET_CELSIUS: f32 = 80.0;
/// A charge that takes longer than this is no estimate, seconds.
const LONGEST_CHARGE_S: f32 = 86_400.0;

/// A file that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each stands for the field of DeviceState or Profile with its name")]
pub enum File {
    ModelCode,
    Serial,
    Hardware,
    Firmware,
    Mac,
    Name,
    Battery,
    Charge,
    ChargeSource,
    ChargeEta,
    Operating,
    Elapsed,
    Total,
    Heater,
    Target,
    Chamber,
    SelectedProfile,
    TotalDabs,
    DabsPerDay,
    DabsLeft,
    Led,
    ProfileName(u8),
    ProfileCelsius(u8),
    ProfileSeconds(u8),
    ProfileColor(u8),
    ProfileIntensity(u8),
}

impl File {
    /// Its path on the device.
    #[must_use]
    pub fn path(self) -> Cow<'static, str> {
        let profile = |slot: u8, leaf: &str| Cow::Owned(format!("/u/app/hc/{slot}/{leaf}"));
        Cow::Borrowed(match self {
            Self::ModelCode => "/p/sys/hw/mdcd",
            Self::Serial => "/p/sys/hw/ser",
            Self::Hardware => "/p/sys/hw/ver",
            Self::Firmware => "/p/sys/fw/ver",
            Self::Mac => "/p/sys/bt/mac",
            Self::Name => "/u/sys/name",
            Self::Battery => "/p/bat/soc",
            Self::Charge => "/p/bat/chg/stat",
            Self::ChargeSource => "/p/bat/chg/src",
            Self::ChargeEta => "/p/bat/chg/etf",
            Self::Operating => "/p/app/stat/id",
            Self::Elapsed => "/p/app/stat/elap",
            Self::Total => "/p/app/stat/tott",
            Self::Heater => "/p/app/htr/temp",
            Self::Target => "/p/app/htr/tcmd",
            Self::Chamber => "/p/htr/chmt",
            Self::SelectedProfile => "/p/app/hcs",
            Self::TotalDabs => "/p/app/odom/0/nc",
            Self::DabsPerDay => "/p/app/info/dpd",
            Self::DabsLeft => "/p/app/info/drem",
            Self::Led => "/p/app/led/aclr",
            Self::ProfileName(slot) => return profile(slot, "name"),
            Self::ProfileCelsius(slot) => return profile(slot, "temp"),
            Self::ProfileSeconds(slot) => return profile(slot, "time"),
            Self::ProfileColor(slot) => return profile(slot, "colr"),
            Self::ProfileIntensity(slot) => return profile(slot, "intn"),
        })
    }

    /// Reading stops after this many bytes, whatever the device still has to say.
    #[must_use]
    pub fn max_length(self) -> usize {
        match self {
            Self::ProfileColor(_) | Self::Led => 1024,
            _ => 128,
        }
    }

    /// Puts what the bytes mean into the state. Bytes without a meaning clear the field. Numbers of unknown
    /// dialect are not guessed.
    pub fn apply(self, bytes: &[u8], dialect: Option<Dialect>, state: &mut DeviceState) {
        let number = |quantity: Quantity| dialect.and_then(|dialect| quantity.decode(dialect, bytes));
        let positive = |quantity: Quantity| number(quantity).filter(|value| *value >= 0.0);
        let byte = bytes.first().copied();
        match self {
            Self::ModelCode => state.model_code = bytes.first_chunk().map(|raw| u32::from_le_bytes(*raw)),
            Self::Serial => state.serial = text(bytes),
            Self::Hardware => state.hardware = byte,
            Self::Firmware => state.firmware = byte.map(u32::from),
            Self::Mac => state.mac = mac(bytes),
            Self::Name => state.name = text(bytes),
            Self::Battery => {
                state.battery_percent = number(Quantity::Percent).map(|percent| percent.clamp(0.0, 100.0));
            }
            Self::Charge => state.charge = byte.map(ChargeState),
            Self::ChargeSource => state.charge_source = byte,
            Self::ChargeEta => {
                let eta = positive(Quantity::Plain).filter(|eta| *eta > 0.0 && *eta < LONGEST_CHARGE_S);
                state.charge_eta_s = eta.filter(|_| state.charge.is_none_or(ChargeState::is_charging));
            }
            Self::Operating => state.operating = byte.map(OperatingState),
            Self::Elapsed => state.elapsed_s = positive(Quantity::StateSeconds),
            Self::Total => state.total_s = positive(Quantity::StateSeconds).filter(|total| *total > 0.0),
            Self::Heater => {
                state.heater_celsius = number(Quantity::Celsius).filter(|t| PLAUSIBLE_CELSIUS.contains(t));
            }
            Self::Target => {
                state.target_celsius = number(Quantity::Celsius)
                    .filter(|t| *t >= LEAST_TARGET_CELSIUS && PLAUSIBLE_CELSIUS.contains(t));
            }
            Self::Chamber => state.chamber = byte.map(Chamber),
            Self::SelectedProfile => state.selected_profile = byte.filter(|slot| *slot <= 3),
            Self::TotalDabs => state.total_dabs = positive(Quantity::Plain),
            Self::DabsPerDay => state.dabs_per_day = positive(Quantity::Rate),
            Self::DabsLeft => state.dabs_left = positive(Quantity::Rate),
            Self::Led => state.led = ColorFile::decode(bytes).and_then(|color| color.first()),
            Self::ProfileName(slot) => {
                profile(state, slot).name = text(bytes).unwrap_or_default();
            }
            Self::ProfileCelsius(slot) => {
                profile(state, slot).celsius = positive(Quantity::Celsius).unwrap_or_default();
            }
            Self::ProfileSeconds(slot) => {
                profile(state, slot).seconds = positive(Quantity::ProfileSeconds).unwrap_or_default();
            }
            Self::ProfileColor(slot) => {
                profile(state, slot).color = ColorFile::decode(bytes).and_then(|color| color.first());
            }
            Self::ProfileIntensity(slot) => {
                profile(state, slot).intensity = positive(Quantity::AlwaysFloat);
            }
        }
    }
}

/// The profile of a slot, made when it is not there yet; profiles stay in order.
fn profile(state: &mut DeviceState, slot: u8) -> &mut Profile {
    let at = state.profiles.partition_point(|profile| profile.slot < slot);
    if state.profiles.get(at).is_none_or(|profile| profile.slot != slot) {
        let empty =
            Profile { slot, name: String::new(), celsius: 0.0, seconds: 0.0, color: None, intensity: None };
        state.profiles.insert(at, empty);
    }
    &mut state.profiles[at]
}

/// Text up to the first NUL, trimmed; `None` when nothing is left or it is no UTF-8.
fn text(bytes: &[u8]) -> Option<String> {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let text = std::str::from_utf8(&bytes[..end]).ok()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// An address: six bytes, the last of it first.
fn mac(bytes: &[u8]) -> Option<[u8; 6]> {
    let mut mac: [u8; 6] = *bytes.first_chunk()?;
    mac.reverse();
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(file: File, bytes: &[u8]) -> DeviceState {
        let mut state = DeviceState::default();
        file.apply(bytes, Some(Dialect::Float), &mut state);
        state
    }

    #[test]
    fn a_device_without_a_chamber_has_no_temperature() {
        assert_eq!(applied(File::Heater, &f32::NAN.to_le_bytes()).heater_celsius, None);
        assert_eq!(applied(File::Heater, &231.5_f32.to_le_bytes()).heater_celsius, Some(231.5));
        assert_eq!(applied(File::Heater, &9999.0_f32.to_le_bytes()).heater_celsius, None);
    }

    #[test]
    fn outside_a_cycle_there_is_no_total_and_no_target() {
        assert_eq!(applied(File::Total, &f32::INFINITY.to_le_bytes()).total_s, None);
        assert_eq!(applied(File::Target, &0.0_f32.to_le_bytes()).target_celsius, None);
    }

    #[test]
    fn numbers_of_unknown_dialect_are_not_guessed() {
        let mut state = DeviceState::default();
        File::Battery.apply(&80.0_f32.to_le_bytes(), None, &mut state);
        assert_eq!(state.battery_percent, None);
        File::Operating.apply(&[6], None, &mut state);
        assert_eq!(state.operating, Some(OperatingState::TEMP_SELECT));
    }

    #[test]
    fn text_ends_at_the_first_nul_and_stale_bytes_are_dropped() {
        assert_eq!(applied(File::Name, b"Ember\0Old name").name.as_deref(), Some("Ember"));
        assert_eq!(applied(File::Name, b"\0\0").name, None);
        assert_eq!(applied(File::Name, &[0xff, 0xfe]).name, None);
    }

    #[test]
    fn the_address_is_stored_last_byte_first() {
        let state = applied(File::Mac, &[6, 5, 4, 0x14, 0x2e, 0x84]);
        assert_eq!(state.mac, Some([0x84, 0x2e, 0x14, 4, 5, 6]));
    }

    #[test]
    fn profiles_keep_their_order_in_whatever_order_they_are_read() {
        let mut state = DeviceState::default();
        for slot in [2, 0, 3] {
            File::ProfileName(slot).apply(format!("slot {slot}").as_bytes(), None, &mut state);
        }
        File::ProfileCelsius(0).apply(&250.0_f32.to_le_bytes(), Some(Dialect::Float), &mut state);
        let slots: Vec<_> = state.profiles.iter().map(|profile| profile.slot).collect();
        assert_eq!(slots, [0, 2, 3]);
        assert_eq!((state.profiles[0].name.as_str(), state.profiles[0].celsius), ("slot 0", 250.0));
    }

    #[test]
    fn a_charge_estimate_is_only_believed_while_charging() {
        let mut state = DeviceState { charge: Some(ChargeState(4)), ..DeviceState::default() };
        File::ChargeEta.apply(&600.0_f32.to_le_bytes(), Some(Dialect::Float), &mut state);
        assert_eq!(state.charge_eta_s, None);
        state.charge = Some(ChargeState(0));
        File::ChargeEta.apply(&600.0_f32.to_le_bytes(), Some(Dialect::Float), &mut state);
        assert_eq!(state.charge_eta_s, Some(600.0));
    }
}

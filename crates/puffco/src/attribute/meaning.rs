//! What the bytes of an attribute mean for the state of a device (facts/puffco-ble.md §12–§16).

use super::Attribute;
use crate::firmware::Revision;
use crate::generation::{Encoding, Generation};
use crate::light::Light;
use crate::number::Quantity;
use crate::state::{Chamber, ChargeState, DeviceState, OperatingState, Profile};

/// Heater temperatures outside of this are a broken sensor, °C.
const PLAUSIBLE_CELSIUS: std::ops::RangeInclusive<f32> = -20.0..=600.0;
/// A commanded temperature below this means "none", °C.
const LEAST_TARGET_CELSIUS: f32 = 80.0;
/// A charge that takes longer than this is no estimate, seconds.
const LONGEST_CHARGE_S: f32 = 86_400.0;
/// Coulombs of one mAh.
const COULOMBS: f32 = 3.6;

impl Attribute {
    /// Puts what the bytes mean into the state. Bytes without a meaning clear the field. Numbers of unknown
    /// dialect are not guessed.
    pub fn apply(self, bytes: &[u8], encoding: Encoding, state: &mut DeviceState) {
        let number = |quantity: Quantity| encoding.number(quantity, bytes);
        let positive = |quantity: Quantity| number(quantity).filter(|value| *value >= 0.0);
        let code = || encoding.code(bytes);
        let word = || bytes.first_chunk().map(|raw| u32::from_le_bytes(*raw));
        match self {
            Self::ModelCode => {
                state.model_code = match encoding.generation {
                    Generation::Lorax => word(),
                    Generation::Legacy => text(bytes).and_then(|code| code.parse().ok()),
                };
            }
            Self::Serial => state.serial = text(bytes),
            Self::Hardware => {
                state.hardware = match encoding.generation {
                    Generation::Lorax => bytes.first().copied(),
                    Generation::Legacy => text(bytes).and_then(|revision| revision.parse().ok()),
                };
            }
            Self::Firmware => {
                state.firmware = match encoding.generation {
                    Generation::Lorax => bytes.first().copied().map(u32::from),
                    Generation::Legacy => {
                        text(bytes).and_then(|letters| letters.parse::<Revision>().ok()).map(|known| known.0)
                    }
                };
            }
            Self::GitHash => state.git_hash = text(bytes),
            Self::ApiRevision => state.api_revision = word().map(|word| word & 0xffff),
            Self::Bootloader => state.bootloader = bytes.first().copied(),
            Self::Mac => state.mac = mac(bytes),
            Self::Uptime => state.uptime_s = positive(Quantity::AlwaysFloat),
            Self::Clock => state.clock = word(),
            Self::Name => state.name = text(bytes),
            Self::Birthday => {
                state.birthday = word().filter(|seconds| *seconds >= crate::state::UNIX_EPOCH_LEAST)
            }
            Self::Battery => {
                state.battery_percent = number(Quantity::Percent).map(|percent| percent.clamp(0.0, 100.0));
            }
            Self::BatteryVolts => state.battery_volts = number(Quantity::Milli),
            Self::BatteryAmps => state.battery_amps = number(Quantity::Milli),
            Self::BatteryCelsius => state.battery_celsius = number(Quantity::Celsius),
            Self::BatteryCapacity => {
                state.battery_capacity_mah =
                    positive(Quantity::AlwaysFloat).map(|coulombs| coulombs / COULOMBS);
            }
            Self::MaxCharge => state.max_charge_percent = positive(Quantity::Percent),
            Self::Charge => state.charge = code().map(ChargeState),
            Self::ChargeSource => state.charge_source = code(),
            Self::ChargeEta => {
                let eta = positive(Quantity::Plain).filter(|eta| *eta > 0.0 && *eta < LONGEST_CHARGE_S);
                state.charge_eta_s = eta.filter(|_| state.charge.is_none_or(ChargeState::is_charging));
            }
            Self::ChargeElapsed => state.charge_elapsed_s = positive(Quantity::Plain),
            Self::ChargeAmps => state.charge_amps = number(Quantity::Milli),
            Self::Operating => state.operating = code().map(OperatingState),
            Self::Elapsed => state.elapsed_s = positive(Quantity::StateSeconds),
            Self::Total => state.total_s = positive(Quantity::StateSeconds).filter(|total| *total > 0.0),
            Self::Heater => {
                state.heater_celsius = number(Quantity::Celsius).filter(|t| PLAUSIBLE_CELSIUS.contains(t));
            }
            Self::Target => {
                state.target_celsius = number(Quantity::Celsius)
                    .filter(|t| *t >= LEAST_TARGET_CELSIUS && PLAUSIBLE_CELSIUS.contains(t));
            }
            Self::HeaterWatts => state.heater_watts = positive(Quantity::AlwaysFloat),
            Self::HeaterOhms => state.heater_ohms = positive(Quantity::AlwaysFloat),
            Self::Chamber => state.chamber = code().map(Chamber),
            Self::SelectedProfile => state.selected_profile = code().filter(|slot| *slot <= 3),
            Self::TotalDabs => state.total_dabs = positive(Quantity::Plain),
            Self::TotalHeatSeconds => state.total_heat_s = positive(Quantity::Plain),
            Self::TripDabs => state.trip_dabs = positive(Quantity::Plain),
            Self::TripHeatSeconds => state.trip_heat_s = positive(Quantity::Plain),
            Self::DabsPerDay => state.dabs_per_day = positive(Quantity::Rate),
            Self::DabsLeft => state.dabs_left = positive(Quantity::Rate),
            Self::Led => state.led = Light::decode(bytes).and_then(|light| light.first()),
            Self::Brightness => state.brightness = bytes.first_chunk().copied(),
            Self::Stealth => state.stealth = switch(bytes),
            Self::LanternOn => state.lantern_on = switch(bytes),
            Self::LanternLight => state.lantern_light = Light::decode(bytes),
            Self::LanternSeconds => state.lantern_s = positive(Quantity::StateSeconds),
            Self::LanternRemaining => state.lantern_remaining_s = positive(Quantity::StateSeconds),
            Self::LightProbe => {}
            Self::ProfileName(slot) => {
                profile(state, slot).name = text(bytes).unwrap_or_default();
            }
            Self::ProfileCelsius(slot) => {
                profile(state, slot).celsius = positive(Quantity::Celsius).unwrap_or_default();
            }
            Self::ProfileSeconds(slot) => {
                profile(state, slot).seconds = positive(Quantity::ProfileSeconds).unwrap_or_default();
            }
            Self::ProfileLight(slot) => profile(state, slot).light = Light::decode(bytes),
            Self::ProfileIntensity(slot) => {
                profile(state, slot).intensity = positive(Quantity::AlwaysFloat);
            }
            Self::ProfileBoostCelsius(slot) => {
                profile(state, slot).boost_celsius = positive(Quantity::Celsius);
            }
            Self::ProfileBoostSeconds(slot) => {
                profile(state, slot).boost_seconds = positive(Quantity::ProfileSeconds);
            }
        }
    }
}

/// The profile of a slot, made when it is not there yet; profiles stay in order.
fn profile(state: &mut DeviceState, slot: u8) -> &mut Profile {
    let at = state.profiles.partition_point(|profile| profile.slot < slot);
    if state.profiles.get(at).is_none_or(|profile| profile.slot != slot) {
        state.profiles.insert(at, Profile { slot, ..Profile::default() });
    }
    &mut state.profiles[at]
}

/// A switch: on when any byte of it is set, as a byte or as a float.
fn switch(bytes: &[u8]) -> Option<bool> {
    (!bytes.is_empty()).then(|| bytes.iter().take(4).any(|byte| *byte != 0))
}

/// Text up to the first NUL, trimmed; `None` when nothing is left or it is no UTF-8.
fn text(bytes: &[u8]) -> Option<String> {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let text = std::str::from_utf8(&bytes[..end]).ok()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// An address as people write it: its bytes are stored last first.
#[must_use]
pub fn address_text(bytes: &[u8]) -> String {
    bytes.iter().rev().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
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
    use crate::generation::LedApi;
    use crate::number::Dialect;

    const FLOATS: Encoding = Encoding {
        generation: Generation::Lorax,
        dialect: Some(Dialect::Float),
        lights: Some(LedApi::Records),
    };
    const UNSURE: Encoding = Encoding { dialect: None, ..FLOATS };

    fn applied(file: Attribute, bytes: &[u8]) -> DeviceState {
        let mut state = DeviceState::default();
        file.apply(bytes, FLOATS, &mut state);
        state
    }

    #[test]
    fn a_device_without_a_chamber_has_no_temperature() {
        assert_eq!(applied(Attribute::Heater, &f32::NAN.to_le_bytes()).heater_celsius, None);
        assert_eq!(applied(Attribute::Heater, &231.5_f32.to_le_bytes()).heater_celsius, Some(231.5));
        assert_eq!(applied(Attribute::Heater, &9999.0_f32.to_le_bytes()).heater_celsius, None);
    }

    #[test]
    fn outside_a_cycle_there_is_no_total_and_no_target() {
        assert_eq!(applied(Attribute::Total, &f32::INFINITY.to_le_bytes()).total_s, None);
        assert_eq!(applied(Attribute::Target, &0.0_f32.to_le_bytes()).target_celsius, None);
    }

    #[test]
    fn numbers_of_unknown_dialect_are_not_guessed() {
        let mut state = DeviceState::default();
        Attribute::Battery.apply(&80.0_f32.to_le_bytes(), UNSURE, &mut state);
        assert_eq!(state.battery_percent, None);
        Attribute::Operating.apply(&[6], UNSURE, &mut state);
        assert_eq!(state.operating, Some(OperatingState::TEMP_SELECT));
    }

    #[test]
    fn text_ends_at_the_first_nul_and_stale_bytes_are_dropped() {
        assert_eq!(applied(Attribute::Name, b"Ember\0Old name").name.as_deref(), Some("Ember"));
        assert_eq!(applied(Attribute::Name, b"\0\0").name, None);
        assert_eq!(applied(Attribute::Name, &[0xff, 0xfe]).name, None);
    }

    #[test]
    fn the_address_is_stored_last_byte_first() {
        let state = applied(Attribute::Mac, &[6, 5, 4, 0x14, 0x2e, 0x84]);
        assert_eq!(state.mac, Some([0x84, 0x2e, 0x14, 4, 5, 6]));
    }

    #[test]
    fn profiles_keep_their_order_in_whatever_order_they_are_read() {
        let mut state = DeviceState::default();
        for slot in [2, 0, 3] {
            Attribute::ProfileName(slot).apply(format!("slot {slot}").as_bytes(), UNSURE, &mut state);
        }
        Attribute::ProfileCelsius(0).apply(&250.0_f32.to_le_bytes(), FLOATS, &mut state);
        let slots: Vec<_> = state.profiles.iter().map(|profile| profile.slot).collect();
        assert_eq!(slots, [0, 2, 3]);
        assert_eq!((state.profiles[0].name.as_str(), state.profiles[0].celsius), ("slot 0", 250.0));
    }

    #[test]
    fn a_charge_estimate_is_only_believed_while_charging() {
        let mut state = DeviceState { charge: Some(ChargeState(4)), ..DeviceState::default() };
        Attribute::ChargeEta.apply(&600.0_f32.to_le_bytes(), FLOATS, &mut state);
        assert_eq!(state.charge_eta_s, None);
        state.charge = Some(ChargeState(0));
        Attribute::ChargeEta.apply(&600.0_f32.to_le_bytes(), FLOATS, &mut state);
        assert_eq!(state.charge_eta_s, Some(600.0));
    }
}

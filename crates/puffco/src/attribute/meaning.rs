//! What the bytes of an attribute mean for the state of a device (facts/puffco-ble.md §12–§16).

use super::Attribute;
use crate::firmware::Revision;
use crate::generation::{Encoding, Generation};
use crate::light::Light;
use crate::number::{Dialect, Quantity};
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
            // A float as a rule; devices of the integer dialect may have an integer there.
            Self::Uptime => {
                state.uptime_s = positive(Quantity::AlwaysFloat).or_else(|| {
                    positive(Quantity::Plain).filter(|_| encoding.dialect == Some(Dialect::Integer))
                });
            }
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
            Self::Stealth => state.stealth = switch(bytes, encoding.generation),
            Self::LanternOn => state.lantern_on = switch(bytes, encoding.generation),
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

/// A switch: a byte, whatever follows it. The older generation writes a byte and may tell a float, whose first
/// byte is zero: on when any of the four is not.
fn switch(bytes: &[u8], generation: Generation) -> Option<bool> {
    let width = match generation {
        Generation::Lorax => 1,
        Generation::Legacy => 4,
    };
    (!bytes.is_empty()).then(|| bytes.iter().take(width).any(|byte| *byte != 0))
}

/// Text up to the first NUL, trimmed; `None` when nothing is left or it is no UTF-8. A character that was cut in
/// half at the end, for want of room, is left out.
fn text(bytes: &[u8]) -> Option<String> {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let text = match std::str::from_utf8(&bytes[..end]) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return None,
    };
    let text = text.trim();
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

    const INTEGERS: Encoding = Encoding { dialect: Some(Dialect::Integer), ..FLOATS };
    const LEGACY: Encoding = Encoding { generation: Generation::Legacy, ..FLOATS };

    fn applied_as(encoding: Encoding, file: Attribute, bytes: &[u8]) -> DeviceState {
        let mut state = DeviceState::default();
        file.apply(bytes, encoding, &mut state);
        state
    }

    #[test]
    fn integers_have_the_scale_of_their_quantity() {
        let read = |file, raw: i32| applied_as(INTEGERS, file, &raw.to_le_bytes());
        assert_eq!(read(Attribute::Heater, 2315).heater_celsius, Some(231.5));
        assert_eq!(read(Attribute::Battery, 8150).battery_percent, Some(81.5));
        assert_eq!(read(Attribute::MaxCharge, 8000).max_charge_percent, Some(80.0));
        assert_eq!(read(Attribute::BatteryVolts, 3900).battery_volts, Some(3.9));
        assert_eq!(read(Attribute::BatteryAmps, -250).battery_amps, Some(-0.25));
        assert_eq!(read(Attribute::TotalDabs, 1234).total_dabs, Some(1234.0));
        assert_eq!(read(Attribute::DabsLeft, 2150).dabs_left, Some(21.5));
        assert_eq!(read(Attribute::DabsPerDay, 330).dabs_per_day, Some(3.3));
        assert_eq!(read(Attribute::Elapsed, 5500).elapsed_s, Some(5.5));
        assert_eq!(read(Attribute::LanternSeconds, 7_200_000).lantern_s, Some(7200.0));
        assert_eq!(read(Attribute::ProfileCelsius(0), 2600).profiles[0].celsius, 260.0);
        assert_eq!(read(Attribute::ProfileSeconds(0), 9000).profiles[0].seconds, 45.0);
        assert_eq!(read(Attribute::ProfileBoostCelsius(0), 50).profiles[0].boost_celsius, Some(5.0));
        assert_eq!(read(Attribute::ProfileBoostSeconds(0), 3000).profiles[0].boost_seconds, Some(15.0));
        assert_eq!(read(Attribute::Uptime, 3600).uptime_s, Some(3600.0));
    }

    #[test]
    fn minus_one_is_none_in_the_integer_dialect() {
        let state = applied_as(INTEGERS, Attribute::Total, &[0xff; 4]);
        assert_eq!(state.total_s, None);
        assert_eq!(applied_as(INTEGERS, Attribute::ChargeEta, &[0xff; 4]).charge_eta_s, None);
        assert_eq!(applied_as(INTEGERS, Attribute::DabsPerDay, &[0xff; 4]).dabs_per_day, None);
    }

    #[test]
    fn a_float_device_that_sends_an_integer_has_no_value() {
        assert_eq!(applied(Attribute::Battery, &8150_i32.to_le_bytes()).battery_percent, None);
        assert_eq!(applied(Attribute::Uptime, &3600_i32.to_le_bytes()).uptime_s, None);
        let intensity = applied_as(INTEGERS, Attribute::ProfileIntensity(0), &1_i32.to_le_bytes());
        assert_eq!(intensity.profiles[0].intensity, None);
    }

    #[test]
    fn counters_are_the_first_number_of_their_file() {
        let mut file = 1234.0_f32.to_le_bytes().to_vec();
        file.extend([9; 8]);
        assert_eq!(applied(Attribute::TotalDabs, &file).total_dabs, Some(1234.0));
    }

    #[test]
    fn capacity_is_stored_in_coulombs() {
        let capacity = applied(Attribute::BatteryCapacity, &6018.0_f32.to_le_bytes()).battery_capacity_mah;
        assert!((capacity.unwrap() - 1671.67).abs() < 0.01);
    }

    #[test]
    fn dates_that_were_never_set_are_told_apart() {
        assert_eq!(applied(Attribute::Birthday, &1000_u32.to_le_bytes()).birthday, None);
        let set = 1_700_000_000_u32;
        assert_eq!(applied(Attribute::Birthday, &set.to_le_bytes()).birthday, Some(set));
        // The clock is raw: entries of the logs are placed by it.
        assert_eq!(applied(Attribute::Clock, &95_u32.to_le_bytes()).clock, Some(95));
    }

    #[test]
    fn a_switch_is_one_byte_and_may_be_a_float_in_the_older_generation() {
        assert_eq!(applied(Attribute::Stealth, &[0, 9, 9, 9]).stealth, Some(false));
        assert_eq!(applied(Attribute::Stealth, &[1]).stealth, Some(true));
        let legacy = |bytes: &[u8]| applied_as(LEGACY, Attribute::Stealth, bytes).stealth;
        assert_eq!(legacy(&1.0_f32.to_le_bytes()), Some(true));
        assert_eq!(legacy(&[1, 0, 0, 0]), Some(true));
        assert_eq!((legacy(&[0; 4]), legacy(&[])), (Some(false), None));
    }

    #[test]
    fn the_older_generation_tells_what_it_is_in_letters() {
        let read = |file, text: &str| applied_as(LEGACY, file, text.as_bytes());
        assert_eq!(read(Attribute::ModelCode, "4294967295").model_code, Some(u32::MAX));
        assert_eq!(read(Attribute::Firmware, "X\0").firmware, Some(19));
        assert_eq!(read(Attribute::Hardware, "3").hardware, Some(3));
        assert_eq!(read(Attribute::GitHash, "a1b2c3d").git_hash.as_deref(), Some("a1b2c3d"));
        assert_eq!(read(Attribute::Firmware, "1.0").firmware, None);
        assert_eq!(applied_as(LEGACY, Attribute::Chamber, &[0, 0, 0x40, 0x40]).chamber, Some(Chamber(3)));
    }

    #[test]
    fn a_name_that_was_cut_in_the_middle_of_a_letter_keeps_the_rest() {
        assert_eq!(applied(Attribute::Name, b"Glut\xc3").name.as_deref(), Some("Glut"));
        assert_eq!(applied(Attribute::Name, b"Gl\xc3ut").name, None);
    }

    #[test]
    fn codes_that_nobody_knows_are_kept() {
        assert_eq!(applied(Attribute::Operating, &[77]).operating, Some(OperatingState(77)));
        assert_eq!(applied(Attribute::Chamber, &[9]).chamber, Some(Chamber(9)));
        assert_eq!(applied(Attribute::ChargeSource, &[9]).charge_source, Some(9));
        assert_eq!(applied(Attribute::SelectedProfile, &[0xff]).selected_profile, None);
        assert_eq!(applied(Attribute::ApiRevision, &[0x24, 0, 7, 0]).api_revision, Some(36));
    }
}

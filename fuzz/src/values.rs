//! What the bytes of files, characteristics and log entries mean.

use std::time::Duration;

use puffco::attribute::Attribute;
use puffco::cbor::first_item;
use puffco::firmware::Revision;
use puffco::generation::{Encoding, Generation, LedApi};
use puffco::light::Light;
use puffco::log::{LogEntry, LogKind, place, sessions};
use puffco::number::{Dialect, DialectEvidence, Quantity};
use puffco::setting::Setting;
use puffco::state::{DeviceState, UNIX_EPOCH_LEAST};

use super::bytes::Bytes;

/// An item is as long as it says, and what is written of it is read the same way.
pub fn cbor(data: &[u8]) {
    let Some((item, length)) = first_item(data) else { return };
    assert!((1..=data.len()).contains(&length));
    let written = item.encode();
    let (again, whole) = first_item(&written).expect("what is written can be read");
    assert_eq!(whole, written.len());
    assert_eq!(again.encode(), written);
}

/// A light that can be written is read as it was, and is what a device keeps.
pub fn light(data: &[u8]) {
    let Some(light) = Light::decode(data) else { return };
    assert!((0.0..=1.0).contains(&light.tempo));
    for lights in [LedApi::Records, LedApi::Documents] {
        if let Ok(bytes) = light.encode(lights, Revision(39)) {
            let kept = Light::decode(&bytes).expect("what is written can be read");
            assert!(light.is_kept_as(&kept), "{light:?} became {kept:?}");
            assert!(lights == LedApi::Records || kept == light, "{light:?} became {kept:?}");
        }
    }
}

/// A log is placed and told as dabs: in order, and never in a time that is still to come.
pub fn log(data: &[u8]) {
    const NOW: Duration = Duration::from_secs(1_800_000_000);
    let mut bytes = Bytes::new(data);
    let kind = if bytes.flag() { LogKind::Fault } else { LogKind::Audit };
    let clock = bytes.flag().then(|| bytes.long());
    let mut entries = Vec::new();
    while !bytes.is_empty() && entries.len() < 64 {
        let index = u32::from(bytes.byte());
        let mut entry = [0; puffco::log::ENTRY_LENGTH];
        entry.fill_with(|| bytes.byte());
        entries.push(LogEntry { index, bytes: entry });
    }
    let placed = place(kind, &entries, clock, NOW);
    assert_eq!(placed.len(), entries.len());
    for placed in &placed {
        let relative = placed.entry.stamp() < UNIX_EPOCH_LEAST;
        assert!(!relative || placed.at.is_none_or(|at| at <= NOW));
    }
    let told = sessions(&placed);
    assert!(told.is_sorted_by_key(|session| session.index));
    for session in told {
        let numbers = [session.nominal_celsius, session.peak_celsius, session.preheat_s, session.estimate_s];
        assert!(numbers.into_iter().flatten().all(|number| number.is_finite() && number > 0.0));
        assert!(session.held_s.is_none_or(|held| held >= 0.0));
    }
}

/// Any attribute with any bytes in any encoding leaves a state that makes sense.
pub fn attribute(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let encoding = Encoding {
        generation: if bytes.flag() { Generation::Legacy } else { Generation::Lorax },
        dialect: *bytes.pick(&[None, Some(Dialect::Float), Some(Dialect::Integer)]),
        lights: *bytes.pick(&[None, Some(LedApi::Records), Some(LedApi::Documents)]),
    };
    apply(&mut bytes, encoding);
}

/// The same of the older generation alone, and its codes.
pub fn legacy(data: &[u8]) {
    let encoding = Encoding {
        generation: Generation::Legacy,
        dialect: Some(Dialect::Float),
        lights: Some(LedApi::Records),
    };
    if let Some(code) = encoding.code(data) {
        assert_eq!(encoding.code(&encoding.encode_code(code)), Some(code));
    }
    apply(&mut Bytes::new(data), encoding);
}

fn apply(bytes: &mut Bytes<'_>, encoding: Encoding) {
    let all: Vec<Attribute> = Attribute::all().collect();
    let mut state = DeviceState::default();
    while !bytes.is_empty() {
        let attribute = *bytes.pick(&all);
        let value = bytes.some(200);
        attribute.apply(value, encoding, &mut state);
        let once = state.clone();
        attribute.apply(value, encoding, &mut state);
        assert_eq!(state, once, "{attribute:?} is applied twice");
    }
    sensible(&state);
    for attribute in all {
        if let Some(setting) = Setting::of(attribute, &state) {
            assert_eq!(setting.attribute(), attribute);
            assert!(setting.is_kept_as(&setting), "{setting:?}");
            // Nothing is written that is not in range, wherever the value came from.
            if setting.encode(encoding, Revision(39)).is_ok() {
                assert_eq!(setting.check(), Ok(()));
            }
        }
    }
}

fn sensible(state: &DeviceState) {
    let at_least_zero = [
        state.uptime_s,
        state.battery_percent,
        state.battery_capacity_mah,
        state.max_charge_percent,
        state.charge_eta_s,
        state.charge_elapsed_s,
        state.elapsed_s,
        state.total_s,
        state.target_celsius,
        state.heater_watts,
        state.heater_ohms,
        state.total_dabs,
        state.total_heat_s,
        state.trip_dabs,
        state.trip_heat_s,
        state.dabs_per_day,
        state.dabs_left,
        state.lantern_s,
        state.lantern_remaining_s,
    ];
    assert!(at_least_zero.into_iter().flatten().all(|number| number.is_finite() && number >= 0.0));
    let any = [
        state.battery_volts,
        state.battery_amps,
        state.battery_celsius,
        state.charge_amps,
        state.heater_celsius,
    ];
    assert!(any.into_iter().flatten().all(f32::is_finite));
    assert!(state.battery_percent.is_none_or(|percent| percent <= 100.0));
    assert!(state.heater_celsius.is_none_or(|celsius| (-20.0..=600.0).contains(&celsius)));
    assert!(state.selected_profile.is_none_or(|slot| slot <= 3));
    assert!(state.profiles.len() <= 4 && state.profiles.is_sorted_by_key(|profile| profile.slot));
    for profile in &state.profiles {
        let numbers = [profile.intensity, profile.boost_celsius, profile.boost_seconds];
        let all = numbers.into_iter().flatten().chain([profile.celsius, profile.seconds]);
        assert!(all.into_iter().all(|number| number.is_finite() && number >= 0.0));
    }
    for text in [&state.name, &state.serial, &state.git_hash].into_iter().flatten() {
        assert!(!text.is_empty() && !text.contains('\0'));
    }
}

/// Files establish at most one dialect, and only when none of them contradicts; numbers survive either.
pub fn evidence(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let all: Vec<Attribute> = Attribute::all().collect();
    let mut evidence = DialectEvidence::default();
    while !bytes.is_empty() {
        let attribute = *bytes.pick(&all);
        let value = bytes.long().to_le_bytes();
        evidence.look_at(attribute, &value);
        if let Some(dialect) = evidence.established() {
            assert_eq!(evidence.likely(), Some(dialect));
        }
        for quantity in
            [Quantity::Celsius, Quantity::Percent, Quantity::ProfileSeconds, Quantity::StateSeconds]
        {
            if let Some(number) = quantity.decode(Dialect::Float, &value) {
                assert!(number.is_finite());
                assert_eq!(quantity.encode(Dialect::Float, number), Some(value));
            }
            if let Some(number) = quantity.decode(Dialect::Integer, &value) {
                assert!(number.is_finite() && number >= -2.2e7 * 100.0);
            }
        }
    }
}

//! What is read, when, and what is made of bad answers.

use std::time::Duration;

use puffco::device::{Input, Phase};
use puffco::gatt;
use puffco::state::{Chamber, ChargeState, OperatingState, Rgb};
use puffco_sim::{SimConfig, SimModel};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::pair::Pair;

#[test]
fn the_snapshot_knows_the_device() {
    let mut pair = Pair::ready();
    pair.advance(Duration::from_secs(5));
    let state = pair.device.state();
    assert_eq!(state.model_code, Some(13));
    assert_eq!(state.serial, Some(pair.sim.config().serial.clone()));
    assert_eq!(state.mac, Some(pair.sim.config().address));
    assert_eq!(state.name.as_deref(), Some("Ember"));
    assert_eq!(state.firmware, Some(39));
    assert_eq!(state.battery_percent, Some(82.0));
    assert_eq!(state.charge, Some(ChargeState::DISCONNECTED));
    assert_eq!(state.charge_eta_s, None);
    assert_eq!(state.operating, Some(OperatingState::IDLE));
    assert_eq!(state.chamber, Some(Chamber(3)));
    assert_eq!(state.total_dabs, Some(420.0));
    assert_eq!((state.total_s, state.target_celsius), (None, None));
    assert!((state.heater_celsius.unwrap() - 24.0).abs() < 1.0);
    let names: Vec<_> = state.profiles.iter().map(|profile| profile.name.as_str()).collect();
    assert_eq!(names, ["Slow burn", "Golden hour", "Campfire", "Full blaze"]);
    let profile = state.profile().unwrap();
    assert_eq!((profile.celsius, profile.seconds), (238.0, 60.0));
    assert_eq!((profile.color(), profile.intensity), (Some(Rgb(0xff, 0x7a, 0x2e)), Some(0.0)));
    assert_eq!((profile.boost_celsius, profile.boost_seconds), (Some(5.0), Some(15.0)));
}

#[test]
fn older_firmware_with_colour_records_is_read_too() {
    let opal = SimConfig::new(SimModel::Opal);
    let mut pair = Pair::ready_with(opal.clone());
    pair.advance(Duration::from_secs(5));
    let light = opal.profiles[0].color;
    let expected = Rgb(light.0, light.1, light.2);
    assert_eq!(pair.device.state().profile().unwrap().color(), Some(expected));
}

#[test]
fn a_press_shows_at_once_and_so_does_the_next_profile() {
    let mut pair = Pair::ready();
    pair.advance(Duration::from_secs(20));
    pair.sim.press(pair.now);
    let pressed = pair.now;
    pair.until_operating(OperatingState::TEMP_SELECT, 1);
    assert!(pair.now - pressed < Duration::from_millis(600));
    pair.sim.press(pair.now);
    pair.until("the next profile", 9, |pair| pair.device.state().selected_profile == Some(1));
    pair.until_operating(OperatingState::IDLE, 12);
}

#[test]
fn without_watches_a_press_shows_within_a_second_or_two() {
    let mut pair = Pair::ready_with(SimConfig { watches: false, ..SimConfig::default() });
    pair.sim.press(pair.now);
    pair.until_operating(OperatingState::TEMP_SELECT, 2);
}

#[test]
fn watches_that_fall_silent_are_replaced_by_reading() {
    let mut pair = Pair::ready();
    pair.sim.faults_mut().silent_watches = true;
    pair.advance(Duration::from_secs(10));
    pair.sim.press(pair.now);
    pair.until_operating(OperatingState::TEMP_SELECT, 2);
    assert_eq!(*pair.device.phase(), Phase::Ready);
}

#[test]
fn an_idle_device_is_asked_little() {
    let mut pair = Pair::ready();
    pair.advance(Duration::from_secs(20));
    let before = pair.sim.counters().commands;
    pair.advance(Duration::from_secs(120));
    let a_minute = (pair.sim.counters().commands - before) / 2;
    assert!(a_minute < 90, "{a_minute} commands a minute");
}

#[test]
fn a_device_that_is_looked_at_tells_its_temperature_five_times_a_second() {
    let mut pair = Pair::ready();
    pair.input(Input::Watched(true));
    pair.advance(Duration::from_secs(3));
    let mut last = pair.device.state().heater_celsius;
    let mut changes = 0;
    for _ in 0..100 {
        pair.advance(Duration::from_millis(100));
        let heater = pair.device.state().heater_celsius;
        changes += u32::from(heater != last);
        last = heater;
    }
    assert!((40..=52).contains(&changes), "{changes} in 10 s");
}

#[test]
fn a_chamber_that_is_taken_off_has_no_temperature() {
    let mut pair = Pair::ready();
    pair.sim.set_chamber(pair.now, 0);
    pair.until("no chamber", 20, |pair| {
        let state = pair.device.state();
        state.chamber == Some(Chamber::NONE) && state.heater_celsius.is_none()
    });
}

#[test]
fn a_charger_shows_with_its_estimate() {
    let mut pair = Pair::ready();
    pair.sim.set_charging(pair.now, true);
    pair.until("charging", 45, |pair| {
        let state = pair.device.state();
        state.charge == Some(ChargeState(0)) && state.charge_eta_s.is_some_and(|eta| eta > 600.0)
    });
}

#[test]
fn files_that_are_missing_cost_only_themselves() {
    let mut pair = Pair::new(SimConfig { bonded: true, ..SimConfig::default() });
    pair.input(Input::Connect);
    // Whatever is read first answers with errors; the rest is fine.
    pair.until("unlocked", 5, |pair| pair.phases.iter().any(|phase| format!("{phase:?}").contains("Read")));
    pair.sim.faults_mut().fail_next = [2; 6].into();
    pair.until("ready", 20, |pair| *pair.device.phase() == Phase::Ready);
    assert_eq!(pair.device.state().selected_profile, None);
    pair.advance(Duration::from_secs(5));
    assert_eq!(pair.device.state().name.as_deref(), Some("Ember"));
}

#[test]
fn bad_frames_are_ignored() {
    let mut pair = Pair::ready();
    let before = pair.device.state().clone();
    for value in [vec![], vec![1], vec![0xff; 2], vec![0xff; 3], vec![0; 200], vec![1, 0, 0, 9, 9]] {
        pair.input(Input::Notified(gatt::REPLY, value.clone()));
        pair.input(Input::Notified(gatt::EVENT, value.clone()));
        pair.input(Input::Notified(gatt::VERSION, value));
    }
    assert_eq!(*pair.device.state(), before);
    assert_eq!(*pair.device.phase(), Phase::Ready);
    pair.advance(Duration::from_secs(10));
    assert_eq!((pair.device.phase(), pair.sim.counters().links), (&Phase::Ready, 1));
}

#[test]
fn no_bytes_from_the_air_bring_it_down() {
    let mut rng = SmallRng::seed_from_u64(5);
    let mut pair = Pair::ready();
    pair.input(Input::Watched(true));
    for _ in 0..3000 {
        let mut value: Vec<u8> = (0..rng.random_range(0..24)).map(|_| rng.random()).collect();
        // Often enough close to what is waited for.
        if let Some(first) = value.first_mut().filter(|_| rng.random_bool(0.5)) {
            *first %= 128;
        }
        if let Some(second) = value.get_mut(1).filter(|_| rng.random_bool(0.8)) {
            *second = 0;
        }
        let characteristic = if rng.random_bool(0.5) { gatt::REPLY } else { gatt::EVENT };
        pair.input(Input::Notified(characteristic, value));
        pair.advance(Duration::from_millis(rng.random_range(0..40)));
    }
    let state = pair.device.state();
    let numbers = [state.heater_celsius, state.battery_percent, state.elapsed_s, state.total_dabs];
    assert!(numbers.into_iter().flatten().all(f32::is_finite), "{state:?}");
}

#[test]
fn duplicate_notifications_change_nothing() {
    let mut pair = Pair::new(SimConfig::default());
    pair.sim.faults_mut().duplicate_notifications = true;
    pair.input(Input::Connect);
    pair.until("ready", 60, |pair| *pair.device.phase() == Phase::Ready);
    let heat = pair.heat(1);
    assert_eq!(pair.until_result(heat), Ok(()));
    pair.until_operating(OperatingState::FADE, 120);
    assert_eq!((pair.sim.heat_writes(), pair.sim.counters().links), (1, 1));
}

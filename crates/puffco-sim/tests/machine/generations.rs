//! The older generation: the same device over one characteristic per value (facts/puffco-ble.md §6).

use std::time::Duration;

use puffco::device::{Input, Phase, Problem, Request, RequestError};
use puffco::generation::{Generation, LedApi};
use puffco::link::LinkError;
use puffco::number::Dialect;
use puffco::setting::{Setting, Slot};
use puffco::state::{Chamber, ChargeState, OperatingState};
use puffco::{gatt, legacy};
use puffco_sim::{SimConfig, SimModel};

use crate::pair::{Break, Pair};

/// Firmware X asks for a key, W does not.
const X: u32 = 19;
const W: u32 = 18;

fn old(firmware: u32) -> SimConfig {
    SimConfig::new(SimModel::Og).with_firmware(firmware)
}

#[test]
fn a_device_of_the_older_generation_is_known_by_its_services_and_read() {
    for firmware in [X, W] {
        let mut pair = Pair::ready_with(old(firmware));
        pair.advance(Duration::from_secs(6));
        let state = pair.device.state();
        assert_eq!(state.generation, Some(Generation::Legacy));
        assert_eq!((state.dialect, state.lights), (Some(Dialect::Float), Some(LedApi::Records)));
        assert_eq!((state.firmware, state.name.as_deref()), (Some(firmware), Some("Ember")));
        assert_eq!(state.operating, Some(OperatingState::IDLE));
        assert_eq!(state.charge, Some(ChargeState::DISCONNECTED));
        assert_eq!(state.battery_percent, Some(82.0));
        // Revision V was the first that tells its chamber.
        assert_eq!(state.chamber, Some(Chamber(3)));
        let profiles: Vec<_> =
            state.profiles.iter().map(|profile| (profile.name.as_str(), profile.celsius)).collect();
        assert_eq!(
            profiles,
            [("Slow burn", 238.0), ("Golden hour", 252.0), ("Campfire", 266.0), ("Full blaze", 280.0)]
        );
        assert!(state.profiles.iter().all(|profile| profile.light.is_some()), "{firmware}");
    }
}

#[test]
fn nothing_but_the_key_and_the_pointer_is_written_while_it_is_read() {
    let mut pair = Pair::ready_with(old(X));
    pair.advance(Duration::from_secs(60));
    let allowed = [legacy::ACCESS, legacy::POINTER];
    assert!(pair.written.iter().all(|(id, _)| allowed.contains(id)), "{:?}", pair.written);
    let keys = pair.written.iter().filter(|(id, _)| *id == legacy::ACCESS).count();
    assert_eq!(keys, 1);
    // Each profile is pointed to once: where the pointer points is remembered.
    assert!(pair.written.len() <= 6, "{:?}", pair.written);
}

#[test]
fn a_heat_runs_through_all_its_states_there_too() {
    for firmware in [X, W] {
        let mut pair = Pair::ready_with(old(firmware));
        pair.advance(Duration::from_secs(5));
        let heat = pair.heat(1);
        assert_eq!(pair.until_result(heat), Ok(()));
        pair.until_operating(OperatingState::PREHEAT, 3);
        pair.until("its target", 3, |pair| pair.device.state().target_celsius == Some(238.0));
        pair.until_operating(OperatingState::ACTIVE, 60);
        let boost = pair.ask(Request::Boost);
        assert_eq!(pair.until_result(boost), Ok(()));
        pair.until("the boost", 5, |pair| pair.device.state().target_celsius == Some(243.0));
        pair.until_operating(OperatingState::FADE, 120);
        pair.until("the counters", 20, |pair| pair.device.state().total_dabs == Some(421.0));
        assert_eq!((pair.sim.heat_writes(), pair.heats_sent), (1, 1));
    }
}

#[test]
fn a_heat_there_is_written_once_whatever_becomes_of_the_link() {
    for (broken, expected, written) in
        [(Break::After, Ok(()), 1), (Break::Before, Err(RequestError::Uncertain), 0)]
    {
        let mut pair = Pair::ready_with(old(X));
        pair.advance(Duration::from_secs(5));
        pair.break_at_heat = Some(broken);
        let heat = pair.heat(1);
        assert_eq!(pair.until_result(heat), expected, "{broken:?}");
        pair.advance(Duration::from_secs(20));
        assert_eq!((pair.heats_sent, pair.sim.heat_writes()), (1, written), "{broken:?}");
    }
}

#[test]
fn a_stop_goes_first_there_too() {
    let mut pair = Pair::ready_with(old(X));
    pair.heat(1);
    pair.until_operating(OperatingState::ACTIVE, 60);
    let asked = pair.now;
    let stop = pair.ask(Request::Abort);
    assert_eq!(pair.until_result(stop), Ok(()));
    assert!(pair.now - asked < Duration::from_millis(1500));
    assert!(!pair.sim.operating_state().is_heating());
}

#[test]
fn settings_of_the_older_generation_are_written_and_read_back() {
    let mut pair = Pair::ready_with(old(X));
    let slot = Slot::new(2).unwrap();
    for setting in [
        Setting::ProfileCelsius(slot, 250.5),
        Setting::ProfileName(slot, "Dusk".to_owned()),
        Setting::ProfileSeconds(slot, 33.0),
        Setting::Name("Ash".to_owned()),
        Setting::Brightness([10, 20, 30, 40]),
        Setting::Stealth(true),
        Setting::Lantern(true),
        Setting::SelectedProfile(slot),
    ] {
        let set = pair.ask(Request::Set(setting.clone()));
        assert_eq!(pair.until_result(set), Ok(()), "{setting:?}");
        assert_eq!(Setting::of(setting.attribute(), pair.device.state()), Some(setting));
    }
}

#[test]
fn after_an_uncertain_write_of_the_pointer_it_is_written_again() {
    let mut pair = Pair::ready_with(old(X));
    pair.advance(Duration::from_secs(6));
    let before = pair.written.len();
    pair.write_error = Some((legacy::POINTER, LinkError::TimedOut));
    let set = pair.ask(Request::Set(Setting::ProfileSeconds(Slot::new(1).unwrap(), 77.0)));
    assert_eq!(pair.until_result(set), Ok(()));
    let pointers: Vec<_> = pair.written[before..].iter().filter(|(id, _)| *id == legacy::POINTER).collect();
    assert_eq!(pointers.len(), 2, "{pointers:?}");
    assert_eq!(pair.device.state().profiles[1].seconds, 77.0);
    assert_eq!(pair.device.state().profiles[0].seconds, 60.0, "no other profile was written");
}

#[test]
fn a_key_that_is_not_liked_ends_it_in_words() {
    let mut pair = Pair::new(old(X));
    pair.garbled = Some(legacy::ACCESS);
    pair.input(Input::Connect);
    pair.until("refused", 20, |pair| *pair.device.phase() == Phase::Failed(Problem::UnlockRefused));
}

#[test]
fn a_link_without_lorax_to_a_device_that_had_it_is_a_failed_discovery() {
    let mut pair = Pair::ready();
    let id = legacy::OPERATING;
    let services = [(gatt::LEGACY_SERVICE, [id, legacy::MODE].into())].into();
    pair.gatt = Some(puffco::link::Gatt { services });
    let written = pair.written.len();
    pair.sim.drop_link(pair.now);
    pair.until("a second link", 10, |pair| pair.sim.counters().links == 2);
    pair.advance(Duration::from_millis(200));
    assert!(matches!(pair.device.phase(), Phase::Waiting { .. }), "{:?}", pair.device.phase());
    assert_eq!(pair.written.len(), written);
    pair.gatt = None;
    pair.until("ready", 10, |pair| *pair.device.phase() == Phase::Ready);
}

#[test]
fn a_silent_link_of_the_older_generation_is_taken_up_again() {
    let mut pair = Pair::ready_with(old(X));
    pair.advance(Duration::from_secs(5));
    pair.deaf = true;
    pair.until("a second link", 60, |pair| pair.sim.counters().links >= 2);
    pair.deaf = false;
    pair.until("ready", 60, |pair| *pair.device.phase() == Phase::Ready);
}

#[test]
fn a_proxy_is_read_and_written_in_integers() {
    let mut pair = Pair::ready_with(SimConfig::new(SimModel::ProxyOnyx));
    pair.advance(Duration::from_secs(5));
    let state = pair.device.state();
    assert_eq!(state.dialect, Some(Dialect::Integer));
    assert_eq!((state.battery_percent, state.profiles[1].celsius), (Some(82.0), 252.0));
    let slot = Slot::new(1).unwrap();
    for setting in [Setting::ProfileCelsius(slot, 260.0), Setting::ProfileSeconds(slot, 42.0)] {
        let set = pair.ask(Request::Set(setting.clone()));
        assert_eq!(pair.until_result(set), Ok(()), "{setting:?}");
    }
    let bytes = pair.sim.attribute(pair.now, "/u/app/hc/1/temp");
    assert_eq!(bytes, Some(2600_i32.to_le_bytes().to_vec()));
    let heat = pair.heat(1);
    assert_eq!(pair.until_result(heat), Ok(()));
    pair.until("its target", 5, |pair| pair.device.state().target_celsius == Some(238.0));
}

#[test]
fn numbers_that_contradict_each_other_are_neither_read_nor_written_and_it_heats_all_the_same() {
    let mut pair = Pair::new(SimConfig { bonded: true, ..SimConfig::default() });
    pair.sim.set_attribute(pair.now, "/u/app/hc/0/temp", &2380_i32.to_le_bytes());
    pair.input(Input::Connect);
    pair.until("ready", 10, |pair| *pair.device.phase() == Phase::Ready);
    pair.advance(Duration::from_secs(5));
    assert_eq!(pair.device.state().dialect, None);
    let set = pair.ask(Request::Set(Setting::ProfileCelsius(Slot::new(1).unwrap(), 260.0)));
    assert!(matches!(pair.until_result(set), Err(RequestError::Invalid(_))));
    assert_eq!(pair.sim.counters().writes("/u/app/hc/1/temp"), 0);
    let heat = pair.heat(1);
    assert_eq!(pair.until_result(heat), Ok(()));
    pair.until_operating(OperatingState::ACTIVE, 60);
}

#[test]
fn a_number_is_not_written_before_two_files_agree() {
    let mut pair = Pair::new(SimConfig { bonded: true, battery_percent: 0.0, ..SimConfig::default() });
    pair.input(Input::Connect);
    pair.until("ready", 10, |pair| *pair.device.phase() == Phase::Ready);
    // At once: of the files that tell only one was read. What is missing is read first.
    let set = pair.ask(Request::Set(Setting::MaxCharge(80.0)));
    assert_eq!(pair.until_result(set), Ok(()));
    let history: Vec<_> = pair.sim.counters().history().map(|written| written.data.clone()).collect();
    assert_eq!(history, [80.0_f32.to_le_bytes().to_vec()]);
}

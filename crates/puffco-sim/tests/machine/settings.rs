//! Settings: checked, written, read back, compared; and never in a heat that they would change.

use std::time::Duration;

use puffco::device::{Obstacle, Phase, Request, RequestError};
use puffco::generation::LedApi;
use puffco::light::{Light, Pattern};
use puffco::setting::{Setting, Slot};
use puffco::state::{OperatingState, Rgb};
use puffco_sim::{SimConfig, SimModel};

use crate::pair::Pair;

fn slot(number: u8) -> Slot {
    Slot::new(number).unwrap()
}

fn settled(config: SimConfig) -> Pair {
    let mut pair = Pair::ready_with(config);
    pair.advance(Duration::from_secs(5));
    pair
}

fn pair() -> Pair {
    settled(SimConfig::default())
}

fn set(pair: &mut Pair, setting: Setting) -> Result<(), RequestError> {
    let id = pair.ask(Request::Set(setting));
    pair.until_result(id)
}

/// Several colours and a pattern: hundreds of bytes.
fn mood() -> Light {
    let colors = vec![Rgb(255, 0, 0), Rgb(0, 255, 0), Rgb(0, 0, 255), Rgb(255, 255, 0)];
    Light { pattern: Pattern::Fade, colors, tempo: 0.5 }
}

#[test]
fn each_setting_is_written_and_read_back() {
    let mut pair = pair();
    for setting in [
        Setting::Name("Ash".to_owned()),
        Setting::MaxCharge(80.0),
        Setting::Brightness([1, 2, 3, 4]),
        Setting::LanternSeconds(600.0),
        Setting::LanternLight(Light::steady(Rgb(1, 2, 3))),
        Setting::Lantern(true),
        Setting::Lantern(false),
        Setting::Stealth(true),
        Setting::ProfileName(slot(3), "Dusk".to_owned()),
        Setting::ProfileCelsius(slot(3), 251.5),
        Setting::ProfileSeconds(slot(3), 33.0),
        Setting::ProfileIntensity(slot(3), 0.5),
        Setting::ProfileBoostCelsius(slot(3), 8.0),
        Setting::ProfileBoostSeconds(slot(3), 20.0),
        Setting::ProfileLight(slot(3), Light::steady(Rgb(9, 8, 7))),
        Setting::SelectedProfile(slot(3)),
    ] {
        assert_eq!(set(&mut pair, setting.clone()), Ok(()), "{setting:?}");
        let kept = Setting::of(setting.attribute(), pair.device.state());
        assert!(kept.as_ref().is_some_and(|kept| setting.is_kept_as(kept)), "{setting:?}: {kept:?}");
    }
    assert_eq!(pair.sim.counters().forbidden(), []);
}

#[test]
fn what_is_out_of_range_is_refused_before_anything_is_written() {
    let mut pair = pair();
    for setting in [
        Setting::ProfileCelsius(slot(0), 400.0),
        Setting::ProfileSeconds(slot(0), f32::NAN),
        Setting::Name(String::new()),
        Setting::MaxCharge(101.0),
    ] {
        let result = set(&mut pair, setting.clone());
        assert!(matches!(result, Err(RequestError::Invalid(_))), "{setting:?}: {result:?}");
    }
    assert_eq!(pair.sim.counters().history().count(), 0);
}

#[test]
fn the_selected_profile_is_also_changed_where_the_next_heat_takes_it_from() {
    let mut pair = pair();
    assert_eq!(set(&mut pair, Setting::ProfileCelsius(slot(0), 244.0)), Ok(()));
    assert_eq!(set(&mut pair, Setting::ProfileCelsius(slot(1), 255.0)), Ok(()));
    let counters = pair.sim.counters();
    assert_eq!((counters.writes("/p/app/thc/temp"), counters.writes("/p/app/hcs")), (1, 0));
    pair.heat(1);
    pair.until("its target", 5, |pair| pair.device.state().target_celsius == Some(244.0));
}

#[test]
fn a_light_of_many_pieces_arrives_whole() {
    let mut pair = pair();
    assert_eq!(set(&mut pair, Setting::ProfileLight(slot(1), mood())), Ok(()));
    let writes = pair.sim.counters().writes("/u/app/hc/1/colr");
    assert!(writes >= 3, "{writes} pieces");
    assert_eq!(
        pair.device.state().profiles[1].light.as_ref().map(|light| &light.colors),
        Some(&mood().colors)
    );
}

#[test]
fn a_lost_piece_means_from_the_beginning() {
    let mut pair = pair();
    let id = pair.ask(Request::Set(Setting::ProfileLight(slot(1), mood())));
    pair.until("a first piece", 2, |pair| pair.sim.counters().writes("/u/app/hc/1/colr") == 1);
    pair.sim.faults_mut().lost_commands = 1;
    assert_eq!(pair.until_result(id), Ok(()));
    let offsets: Vec<_> = pair
        .sim
        .counters()
        .history()
        .filter(|written| written.path == "/u/app/hc/1/colr")
        .map(|written| written.offset)
        .collect();
    let beginnings = offsets.iter().filter(|offset| **offset == 0).count();
    assert_eq!(beginnings, 2, "{offsets:?}");
    assert!(offsets[1..].is_sorted_by(|a, b| a < b), "{offsets:?}");
}

#[test]
fn a_setting_that_never_arrives_is_uncertain() {
    let mut pair = pair();
    pair.sim.faults_mut().lost_commands = 1000;
    let result = set(&mut pair, Setting::Name("Ash".to_owned()));
    assert_eq!(result, Err(RequestError::Uncertain));
}

#[test]
fn a_link_that_breaks_in_an_edit_leaves_it_uncertain_and_what_waits_unwritten() {
    let mut pair = pair();
    let first = pair.ask(Request::Set(Setting::ProfileLight(slot(1), mood())));
    let second = pair.ask(Request::Set(Setting::Name("Ash".to_owned())));
    pair.until("a first piece", 2, |pair| pair.sim.counters().writes("/u/app/hc/1/colr") == 1);
    pair.sim.drop_link(pair.now);
    assert_eq!(pair.until_result(first), Err(RequestError::Uncertain));
    assert_eq!(pair.until_result(second), Err(RequestError::NotConnected));
    pair.until("ready", 10, |pair| *pair.device.phase() == Phase::Ready);
    pair.advance(Duration::from_secs(10));
    assert_eq!(pair.sim.counters().writes("/u/sys/name"), 0);
}

#[test]
fn a_device_that_keeps_another_value_says_which() {
    let mut pair = pair();
    let id = pair.ask(Request::Set(Setting::ProfileCelsius(slot(2), 300.0)));
    pair.until("the write", 1, |pair| pair.sim.counters().writes("/u/app/hc/2/temp") == 1);
    // It takes the write and goes on saying what it said.
    pair.sim.set_attribute(pair.now, "/u/app/hc/2/temp", &266.0_f32.to_le_bytes());
    let result = pair.until_result(id);
    let kept = Setting::ProfileCelsius(slot(2), 266.0);
    assert_eq!(result, Err(RequestError::Kept(Some(Box::new(kept)))));
    assert_eq!(pair.device.state().profiles[2].celsius, 266.0);
}

#[test]
fn what_would_change_a_running_heat_is_refused_in_words_and_the_rest_is_not() {
    let mut pair = pair();
    pair.heat(1);
    pair.until_operating(OperatingState::PREHEAT, 3);
    for setting in [Setting::SelectedProfile(slot(1)), Setting::ProfileCelsius(slot(0), 250.0)] {
        let result = set(&mut pair, setting);
        assert_eq!(result, Err(RequestError::NotPossible(Obstacle::Heating)));
    }
    assert_eq!(set(&mut pair, Setting::ProfileCelsius(slot(1), 250.0)), Ok(()));
    assert_eq!(set(&mut pair, Setting::Brightness([9; 4])), Ok(()));
    assert!(pair.sim.operating_state().is_heating());
}

#[test]
fn a_heat_does_not_wait_for_a_long_edit() {
    let mut pair = pair();
    let edit = pair.ask(Request::Set(Setting::ProfileLight(slot(1), mood())));
    let asked = pair.now;
    let heat = pair.heat(1);
    assert_eq!(pair.until_result(heat), Ok(()));
    assert!(pair.now - asked < Duration::from_millis(200), "{:?}", pair.now - asked);
    assert_eq!(pair.result(edit), None, "the edit was still under way");
    assert_eq!(pair.until_result(edit), Ok(()));
    assert_eq!(pair.sim.heat_writes(), 1);
}

#[test]
fn a_heat_waits_for_the_choice_of_its_profile() {
    let mut pair = pair();
    pair.ask(Request::select_profile(3).unwrap());
    pair.heat(1);
    pair.until("its target", 5, |pair| pair.device.state().target_celsius == Some(280.0));
}

#[test]
fn a_stop_goes_before_an_edit_and_the_edit_goes_on_after_it() {
    let mut pair = pair();
    pair.heat(1);
    pair.until_operating(OperatingState::ACTIVE, 60);
    let edit = pair.ask(Request::Set(Setting::ProfileLight(slot(1), mood())));
    let stop = pair.ask(Request::Abort);
    assert_eq!(pair.sim.counters().modes(8), 1, "at once");
    pair.until("stopped", 2, |pair| !pair.sim.operating_state().is_heating());
    assert_eq!(pair.until_result(stop), Ok(()));
    assert_eq!(pair.until_result(edit), Ok(()));
}

#[test]
fn a_stop_while_an_edit_is_read_back_leaves_the_machine_at_rest() {
    for later in (0..200).step_by(10) {
        let mut pair = pair();
        let edit = pair.ask(Request::Set(Setting::Lantern(true)));
        pair.advance(Duration::from_millis(later));
        let stop = pair.ask(Request::Abort);
        // The pair watches that it does not spin.
        assert_eq!((pair.until_result(stop), pair.until_result(edit)), (Ok(()), Ok(())), "{later}");
    }
}

#[test]
fn where_colours_are_records_each_part_of_a_heat_gets_its_light() {
    let mut pair = settled(SimConfig::new(SimModel::Opal));
    assert_eq!(pair.device.state().lights, Some(LedApi::Records));
    let light = Light::steady(Rgb(1, 2, 3));
    assert_eq!(set(&mut pair, Setting::ProfileLight(slot(0), light)), Ok(()));
    let counters = pair.sim.counters();
    for path in ["/u/app/hc/0/colr", "/u/app/hc/0/phcl", "/u/app/hc/0/accl", "/p/app/thc/colr"] {
        assert_eq!(counters.writes(path), 1, "{path}");
    }
}

#[test]
fn the_form_of_colours_is_found_out_when_a_light_is_set_at_once() {
    let mut pair = Pair::ready();
    assert_eq!(pair.device.state().lights, None);
    let light = Light::steady(Rgb(1, 2, 3));
    assert_eq!(set(&mut pair, Setting::ProfileLight(slot(2), light)), Ok(()));
    assert_eq!(pair.device.state().lights, Some(LedApi::Documents));
}

#[test]
fn a_clock_that_is_off_is_set_once_by_itself() {
    let mut pair = Pair::new(SimConfig { bonded: true, ..SimConfig::default() });
    pair.input(puffco::device::Input::WallClock(1_780_000_000));
    pair.input(puffco::device::Input::Connect);
    pair.until("ready", 10, |pair| *pair.device.phase() == Phase::Ready);
    pair.advance(Duration::from_secs(100));
    assert_eq!(pair.sim.counters().writes("/p/sys/time"), 1);
    let clock = pair.device.state().clock.unwrap();
    assert!(clock.abs_diff(1_780_000_000) <= 20, "{clock}");
}

#[test]
fn a_clock_that_is_right_is_left_alone_and_so_is_one_when_the_computer_does_not_know_the_time() {
    for (wall, clock) in [(1_780_000_000, Some(1_780_000_004)), (1000, None)] {
        let config = SimConfig { bonded: true, clock_unix: clock, ..SimConfig::default() };
        let mut pair = Pair::new(config);
        pair.input(puffco::device::Input::WallClock(wall));
        pair.input(puffco::device::Input::Connect);
        pair.until("ready", 10, |pair| *pair.device.phase() == Phase::Ready);
        pair.advance(Duration::from_secs(100));
        assert_eq!(pair.sim.counters().writes("/p/sys/time"), 0, "{wall}");
    }
}

#[test]
fn everything_is_read_once_when_asked_for() {
    for config in [SimConfig::default(), SimConfig::new(SimModel::Og).with_firmware(18)] {
        let mut pair = settled(config);
        let all = pair.ask(Request::ReadAll);
        assert_eq!(pair.until_result(all), Ok(()));
        let state = pair.device.state();
        assert!(state.battery_volts.is_some() && state.brightness.is_some() && state.uptime_s.is_some());
        let (_, done, of) = *pair.progress.last().unwrap();
        assert_eq!(done, of);
    }
}

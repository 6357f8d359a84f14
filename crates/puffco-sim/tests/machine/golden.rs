//! Plays the golden sessions of `crates/puffco/tests/golden` against simulated devices. They are replayed
//! there, without a simulator; with `HEARTH_UPDATE_GOLDEN=1` they are recorded here.

use std::path::Path;
use std::time::Duration;

use puffco::device::{Input, Phase, Request};
use puffco::log::LogKind;
use puffco::setting::{Setting, Slot};
use puffco::state::OperatingState;
use puffco_sim::{SimConfig, SimModel};

use crate::pair::Pair;
use crate::pair::transcript::{Recorder, light};

/// Set to have the files written.
const UPDATE: &str = "HEARTH_UPDATE_GOLDEN";

fn recorded(config: SimConfig) -> Pair {
    let mut pair = Pair::new(SimConfig { bonded: true, ..config });
    pair.recorder = Some(Recorder::default());
    pair.input(Input::Connect);
    pair.until("ready", 10, |pair| *pair.device.phase() == Phase::Ready);
    pair.until("the last of what lasts", 10, |pair| pair.device.state().led.is_some());
    pair
}

fn save(pair: &Pair, name: &str, title: &str) {
    let text = pair.recorder.as_ref().unwrap().text(title);
    assert!(text.lines().count() > 50, "{text}");
    if std::env::var_os(UPDATE).is_some() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../puffco/tests/golden");
        std::fs::write(folder.join(format!("{name}.txt")), text).unwrap();
    }
}

fn old(firmware: u32) -> SimConfig {
    SimConfig::new(SimModel::Og).with_firmware(firmware)
}

#[test]
fn a_device_of_each_generation_and_family_is_read() {
    for (name, title, config) in [
        ("peak-lorax-ota", "An OG Peak Pro: floats, colour records", SimConfig::new(SimModel::Og)),
        ("peak-lorax-pup", "An Onyx: floats, colour documents", SimConfig::new(SimModel::PeakPro)),
        ("proxy-lorax", "A Proxy: integers", SimConfig::new(SimModel::ProxyOnyx)),
        ("peak-legacy-x", "An OG Peak Pro of the older generation, with an access key", old(19)),
        ("peak-legacy-w", "An OG Peak Pro of the older generation, open to everybody", old(18)),
    ] {
        let mut pair = recorded(config);
        pair.advance(Duration::from_secs(1));
        save(&pair, name, title);
    }
}

#[test]
fn a_profile_is_edited() {
    for (name, title, config) in [
        ("edit", "Temperature and light of the selected profile of an Onyx", SimConfig::default()),
        (
            "edit-records",
            "Temperature and light of the selected profile of an Opal",
            SimConfig::new(SimModel::Opal),
        ),
    ] {
        let mut pair = recorded(config);
        let slot = Slot::new(0).unwrap();
        for setting in [Setting::ProfileCelsius(slot, 244.0), Setting::ProfileLight(slot, light("ff8000"))] {
            let edit = pair.ask(Request::Set(setting));
            assert_eq!(pair.until_result(edit), Ok(()));
        }
        save(&pair, name, title);
    }
}

#[test]
fn a_heat_is_boosted_and_ends() {
    for (name, title, config) in [
        ("heat-with-boost", "A heat of an Onyx, with a boost", SimConfig::default()),
        ("heat-legacy", "A heat of the older generation, with a boost", old(19)),
    ] {
        let mut pair = recorded(SimConfig { speed: 30.0, ..config });
        let heat = pair.heat(7);
        assert_eq!(pair.until_result(heat), Ok(()));
        pair.until_operating(OperatingState::ACTIVE, 20);
        let boost = pair.ask(Request::Boost);
        assert_eq!(pair.until_result(boost), Ok(()));
        pair.until_operating(OperatingState::FADE, 20);
        pair.until_operating(OperatingState::IDLE, 20);
        assert_eq!(pair.sim.heat_writes(), 1);
        save(&pair, name, title);
    }
}

#[test]
fn a_log_is_downloaded() {
    let mut pair = recorded(SimConfig::default());
    pair.sim.set_charging(pair.now, true);
    pair.advance(Duration::from_millis(500));
    pair.sim.set_charging(pair.now, false);
    let log = pair.ask(Request::ReadLog(LogKind::Audit));
    assert_eq!(pair.until_result(log), Ok(()));
    save(&pair, "log", "The audit log of an Onyx");
}

#[test]
fn a_link_drops_in_mid_heat() {
    let mut pair = recorded(SimConfig { speed: 10.0, ..SimConfig::default() });
    pair.heat(7);
    pair.until_operating(OperatingState::PREHEAT, 5);
    pair.sim.drop_link(pair.now);
    pair.until("the loss", 2, |pair| *pair.device.phase() != Phase::Ready);
    pair.until("ready", 10, |pair| *pair.device.phase() == Phase::Ready);
    assert!(pair.operating().is_heating());
    let stop = pair.ask(Request::Abort);
    assert_eq!(pair.until_result(stop), Ok(()));
    assert_eq!(pair.sim.heat_writes(), 1);
    save(&pair, "drop-in-mid-heat", "The link of an Onyx drops in mid-heat and comes back; then a stop");
}

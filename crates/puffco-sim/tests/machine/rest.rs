//! Links that nobody needs, computers that sleep, radios that come back, and how soon it is ready again.

use std::time::Duration;

use puffco::device::{Device, DeviceConfig, Input, Output, Phase, Problem, Request, RequestError, SetupStep};
use puffco::link::LinkError;
use puffco::state::OperatingState;
use puffco_sim::SimConfig;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::pair::Pair;

const REST: Duration = Duration::from_secs(180);

fn resting() -> Pair {
    let mut pair = Pair::ready_with(SimConfig { sleep_after: REST * 100, ..SimConfig::default() });
    pair.until("rest", 200, |pair| *pair.device.phase() == Phase::Resting);
    pair
}

#[test]
fn a_link_that_nobody_looks_at_is_let_go_and_what_was_seen_stays_with_its_age() {
    let mut pair = Pair::ready_with(SimConfig { sleep_after: REST * 100, ..SimConfig::default() });
    let ready = pair.now;
    pair.until("rest", 300, |pair| *pair.device.phase() == Phase::Resting);
    assert!(pair.now - ready >= REST && pair.now - ready < REST + Duration::from_secs(5));
    assert!(!pair.sim.is_connected());
    assert_eq!(pair.device.state().battery_percent, Some(82.0));
    let seen = pair.last_seen.unwrap();
    assert_eq!(pair.device.last_seen(), Some(seen));
    assert!(pair.now - seen < Duration::from_secs(2), "{:?}", pair.now - seen);
    for _ in 0..100 {
        pair.advance(Duration::from_secs(1));
        pair.input(Input::Heard);
    }
    assert_eq!((pair.device.phase(), pair.sim.counters().links), (&Phase::Resting, 1));
}

#[test]
fn a_resting_link_is_taken_up_when_somebody_looks_asks_or_connects() {
    for input in [Input::Watched(true), Input::Connect] {
        let mut pair = resting();
        pair.input(input);
        pair.until("ready", 10, |pair| *pair.device.phase() == Phase::Ready);
    }
    let mut pair = resting();
    let wake = pair.ask(Request::select_profile(2).unwrap());
    assert_eq!(pair.until_result(wake), Ok(()));
    assert_eq!(pair.device.state().selected_profile, Some(2));
}

#[test]
fn a_request_does_not_wait_for_ever_for_a_link_that_rests() {
    let mut pair = resting();
    pair.sim.faults_mut().silent_radio = true;
    let asked = pair.now;
    let select = pair.ask(Request::select_profile(2).unwrap());
    assert_eq!(pair.until_result(select), Err(RequestError::NotConnected));
    assert!(pair.now - asked <= Duration::from_secs(16));
}

#[test]
fn a_heat_whose_time_is_over_when_the_link_is_back_is_not_written() {
    let mut pair = resting();
    pair.sim.faults_mut().refused_connects = 2;
    let heat = pair.heat(1);
    assert_eq!(pair.until_result(heat), Err(RequestError::TooLate));
    pair.advance(Duration::from_secs(30));
    assert_eq!((pair.heats_sent, pair.sim.heat_writes()), (0, 0));
}

#[test]
fn a_link_that_is_of_use_does_not_rest() {
    let mut watched = Pair::ready();
    watched.input(Input::Watched(true));
    watched.advance(REST * 3);
    assert_eq!(*watched.device.phase(), Phase::Ready);
    watched.input(Input::Watched(false));
    watched.until("rest", 200, |pair| *pair.device.phase() == Phase::Resting);

    let mut held = Pair::ready_with(SimConfig { sleep_after: REST * 100, ..SimConfig::default() });
    held.input(Input::Held(true));
    held.advance(REST * 3);
    assert_eq!(*held.device.phase(), Phase::Ready);
    held.input(Input::Held(false));
    held.until("rest", 200, |pair| *pair.device.phase() == Phase::Resting);
    held.input(Input::Held(true));
    held.until("ready", 20, |pair| *pair.device.phase() == Phase::Ready);

    let mut heating = Pair::ready();
    heating.advance(REST - Duration::from_secs(10));
    heating.heat(1);
    heating.until_operating(OperatingState::FADE, 120);
    heating.until_operating(OperatingState::IDLE, 20);
    heating.advance(Duration::from_secs(120));
    assert_eq!(*heating.device.phase(), Phase::Ready);
}

#[test]
fn a_stop_takes_a_resting_link_up() {
    let mut pair = resting();
    pair.sim.double_press(pair.now);
    let stop = pair.ask(Request::Abort);
    assert_eq!(pair.until_result(stop), Ok(()));
    assert!(!pair.sim.operating_state().is_heating());
}

#[test]
fn a_computer_that_slept_looks_at_its_link_at_once_and_connects_anew_when_it_is_silent() {
    let mut pair = Pair::ready();
    pair.input(Input::Watched(true));
    pair.advance(Duration::from_secs(10));
    pair.input(Input::Woke);
    pair.advance(Duration::from_secs(3));
    assert_eq!((pair.device.phase(), pair.sim.counters().links), (&Phase::Ready, 1), "it answers");
    pair.sim.faults_mut().lost_commands = 100;
    pair.input(Input::Woke);
    let woke = pair.now;
    pair.until("the end of the link", 2, |pair| *pair.device.phase() != Phase::Ready);
    assert!(pair.now - woke <= Duration::from_millis(2100), "{:?}", pair.now - woke);
    pair.sim.faults_mut().lost_commands = 0;
    pair.until("ready", 5, |pair| *pair.device.phase() == Phase::Ready);
}

#[test]
fn a_link_that_was_being_set_up_when_the_computer_slept_is_opened_anew() {
    let mut pair = Pair::new(SimConfig::default());
    pair.input(Input::Connect);
    pair.until("reading", 10, |pair| {
        matches!(pair.device.phase(), Phase::SettingUp { step: SetupStep::Read { .. }, .. })
    });
    // The link is dead, and nobody says so.
    pair.sim.faults_mut().lost_commands = 100;
    pair.now += Duration::from_secs(3600);
    pair.input(Input::Woke);
    pair.sim.faults_mut().lost_commands = 0;
    pair.until("ready", 5, |pair| *pair.device.phase() == Phase::Ready);
    assert_eq!(pair.sim.counters().links, 2);
}

#[test]
fn a_heat_that_the_computer_slept_over_is_not_written() {
    let mut pair = Pair::ready();
    pair.advance(Duration::from_secs(20));
    pair.sim.faults_mut().lost_commands = 1;
    pair.ask(Request::select_profile(1).unwrap());
    let heat = {
        let deadline = pair.now + Duration::from_secs(60);
        pair.ask(Request::Heat { intent: puffco::device::IntentId(1), deadline })
    };
    pair.now += Duration::from_secs(3600);
    pair.input(Input::Woke);
    assert_eq!(pair.until_result(heat), Err(RequestError::TooLate));
    pair.advance(Duration::from_secs(30));
    assert_eq!(pair.heats_sent, 0);
}

#[test]
fn a_radio_that_is_switched_on_again_is_used_by_itself() {
    for error in [LinkError::AdapterOff, LinkError::NoAdapter, LinkError::PermissionDenied] {
        let mut pair = Pair::ready();
        pair.connect_error = Some(error.clone());
        pair.sim.drop_link(pair.now);
        pair.until("no radio", 10, |pair| matches!(pair.device.phase(), Phase::Failed(_)));
        pair.advance(Duration::from_secs(100));
        pair.connect_error = None;
        pair.input(Input::AdapterOn);
        pair.until("ready", 5, |pair| *pair.device.phase() == Phase::Ready);
    }
}

#[test]
fn a_radio_that_came_back_before_the_word_that_it_was_gone_is_used_by_itself() {
    for error in [LinkError::AdapterOff, LinkError::NoAdapter, LinkError::PermissionDenied] {
        let mut now = Pair::ready().now;
        let mut device = Device::new(DeviceConfig::default());
        let connect = |device: &mut Device| {
            let mut outputs = std::iter::from_fn(|| device.poll_output());
            outputs.find_map(|output| if let Output::Connect(op) = output { Some(op) } else { None })
        };
        device.handle(now, Input::Connect);
        let op = connect(&mut device).unwrap();
        device.handle(now, Input::AdapterOn);
        device.handle(now, Input::Connected(op, Err(error.clone())));
        assert!(matches!(device.phase(), Phase::Waiting { .. }), "{:?}", device.phase());
        now = device.poll_timeout().unwrap();
        device.handle_timeout(now);
        // What is begun after that fails for good.
        let op = connect(&mut device).unwrap();
        device.handle(now, Input::Connected(op, Err(error)));
        assert!(matches!(device.phase(), Phase::Failed(_)), "{:?}", device.phase());
    }
}

#[test]
fn a_bond_that_the_device_has_forgotten_is_told_from_one_that_never_was() {
    let mut pair = Pair::ready();
    pair.sim.set_bonded(false);
    pair.pairs = false;
    pair.sim.drop_link(pair.now);
    pair.until("stale", 60, |pair| *pair.device.phase() == Phase::Failed(Problem::BondStale));
}

#[test]
fn replies_that_are_withheld_on_link_after_link_mean_a_stale_bond() {
    let mut pair = Pair::ready();
    pair.sim.faults_mut().silent = true;
    let began = pair.now;
    pair.until("stale", 120, |pair| *pair.device.phase() == Phase::Failed(Problem::BondStale));
    assert!(pair.now - began < Duration::from_secs(60), "{:?}", pair.now - began);
    pair.sim.faults_mut().silent = false;
    pair.input(Input::Connect);
    pair.until("ready", 10, |pair| *pair.device.phase() == Phase::Ready);
}

/// Trouble of any kind, then advertisements every second: how long until it is ready.
fn ready_again_after(seed: u64) -> Duration {
    let mut rng = SmallRng::seed_from_u64(seed);
    let mut pair = Pair::ready_with(SimConfig { seed, sleep_after: REST * 100, ..SimConfig::default() });
    pair.input(Input::Watched(true));
    for _ in 0..rng.random_range(1..6) {
        match rng.random_range(0..5) {
            0 => pair.sim.drop_link(pair.now),
            1 => pair.sim.faults_mut().lost_commands = rng.random_range(1..6),
            2 => pair.sim.faults_mut().refused_connects = rng.random_range(1..12),
            3 => pair.sim.faults_mut().silent_radio = true,
            _ => pair.sim.sleep(pair.now),
        }
        pair.advance(Duration::from_millis(rng.random_range(10..60_000)));
    }
    // Out of sight, and back.
    pair.sim.drop_link(pair.now);
    pair.sim.faults_mut().silent_radio = true;
    pair.advance(Duration::from_millis(rng.random_range(10..100_000)));
    *pair.sim.faults_mut() = puffco_sim::Faults::default();
    pair.sim.faults_mut().refused_connects = rng.random_range(0..2);
    pair.sim.wake(pair.now);
    let back = pair.now;
    while *pair.device.phase() != Phase::Ready {
        assert!(pair.now - back < Duration::from_secs(30), "seed {seed}: {:?}", pair.device.phase());
        if pair.sim.advertisement().is_some() {
            pair.input(Input::Heard);
        }
        pair.advance(Duration::from_millis(250));
    }
    pair.now - back
}

#[test]
fn it_is_ready_five_seconds_after_it_is_heard_again_whatever_was_before() {
    let (longest, seed) = (0..300).map(|seed| (ready_again_after(seed), seed)).max().unwrap();
    assert!(longest <= Duration::from_secs(5), "seed {seed}: {longest:?}");
}

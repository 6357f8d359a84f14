//! What a link costs and how fresh its values are, measured at a connection interval of 30 ms. The numbers are
//! in `docs/device-link.md`.

use std::time::{Duration, Instant};

use puffco::device::{Input, Phase, Request};
use puffco::log::LogKind;
use puffco::state::OperatingState;
use puffco_sim::{SimConfig, SimModel};

use crate::pair::Pair;

const INTERVAL: Duration = Duration::from_millis(30);
/// How old the state and the temperature of a heat may be.
const FRESH: Duration = Duration::from_millis(250);

fn config(watches: bool, legacy: bool) -> SimConfig {
    let config = SimConfig::new(if legacy { SimModel::Og } else { SimModel::PeakPro });
    let config = if legacy { config.with_firmware(19) } else { config };
    SimConfig { watches, bonded: true, reply_delay: Duration::from_millis(1), ..config }
}

fn pair_with(config: SimConfig) -> Pair {
    let mut pair = Pair::new(config);
    pair.interval = Some(INTERVAL);
    pair
}

fn ready(config: SimConfig) -> Pair {
    let mut pair = pair_with(config);
    pair.input(Input::Connect);
    pair.until("ready", 10, |pair| *pair.device.phase() == Phase::Ready);
    pair
}

#[expect(clippy::print_stdout, reason = "the numbers of the document, seen with --no-capture")]
fn show(text: &str) {
    println!("{text}");
}

/// The modes of a link, with their names.
fn modes() -> [(&'static str, SimConfig); 3] {
    [("watches", config(true, false)), ("polls", config(false, false)), ("legacy", config(false, true))]
}

#[test]
fn the_first_snapshot_takes_at_most_twelve_round_trips_for_a_new_device_and_a_known_one() {
    for (mode, config) in modes() {
        let mut pair = pair_with(config);
        pair.input(Input::Connect);
        for link in ["new", "known"] {
            let before = pair.device.counters().round_trips;
            pair.until("a link", 10, |pair| pair.device.counters().round_trips > before);
            let began = pair.now;
            pair.until("ready", 10, |pair| *pair.device.phase() == Phase::Ready);
            // One was sent for what comes after.
            let trips = pair.device.counters().round_trips - before - 1;
            show(&format!("{mode}, {link}: {trips} round trips with access, {:?}", pair.now - began));
            assert!(trips <= 12, "{mode}, {link}: {trips}");
            let state = pair.device.state();
            assert!(state.operating.is_some() && state.battery_percent.is_some(), "{mode}, {link}");
            assert!(state.chamber.is_some() && state.selected_profile.is_some(), "{mode}, {link}");
            pair.sim.drop_link(pair.now);
            pair.until("the loss", 1, |pair| *pair.device.phase() != Phase::Ready);
        }
    }
}

#[test]
fn what_lasts_is_known_three_seconds_after_ready() {
    for (mode, config) in modes() {
        let mut pair = ready(config);
        let began = pair.now;
        pair.until("profiles and name", 3, |pair| {
            let state = pair.device.state();
            let light = state.profiles.last().is_some_and(|profile| profile.light.is_some());
            state.profiles.len() == 4 && light && state.name.is_some() && state.total_dabs.is_some()
        });
        show(&format!("{mode}: {:?}", pair.now - began));
    }
}

#[test]
fn an_idle_link_costs_less_than_a_round_trip_a_second() {
    for (mode, config) in modes() {
        let mut pair = ready(config);
        pair.advance(Duration::from_secs(20));
        let before = pair.device.counters().round_trips;
        pair.advance(Duration::from_secs(120));
        let trips = pair.device.counters().round_trips - before;
        show(&format!("{mode}: {:.2} a second", trips as f64 / 120.0));
        assert!(trips < 120, "{mode}: {trips} in 120 s");
    }
}

/// The greatest age that the state and the temperature have during ten seconds of a heat, and round trips a
/// second. Ages count from when the device measured.
fn ages(pair: &mut Pair) -> (Duration, Duration, f64) {
    let before = pair.device.counters().round_trips;
    let end = pair.now + Duration::from_secs(10);
    let mut oldest = (Duration::ZERO, Duration::ZERO);
    while pair.now < end {
        pair.advance(Duration::from_millis(5));
        let age = |sampled: Option<Instant>| sampled.map_or(Duration::ZERO, |at| pair.now - at);
        let (state, heater) = pair.sampled();
        oldest = (oldest.0.max(age(state)), oldest.1.max(age(heater)));
    }
    let trips = pair.device.counters().round_trips - before;
    (oldest.0, oldest.1, trips as f64 / 10.0)
}

fn heating(config: SimConfig) -> Pair {
    let mut pair = ready(config);
    pair.advance(Duration::from_secs(5));
    pair.heat(1);
    pair.until_operating(OperatingState::PREHEAT, 3);
    pair.advance(Duration::from_secs(1));
    pair
}

#[test]
fn the_state_and_temperature_of_a_heat_are_never_older_than_250_ms() {
    for (mode, config) in modes() {
        let mut pair = heating(config);
        let (state, heater, trips) = ages(&mut pair);
        show(&format!("{mode}: state {state:?}, temperature {heater:?}, {trips:.1} round trips a second"));
        assert!(state <= FRESH && heater <= FRESH, "{mode}: {state:?} {heater:?}");
    }
}

#[test]
fn they_stay_fresh_while_a_log_is_read() {
    for (mode, config) in modes() {
        let mut pair = heating(config);
        let log = pair.ask(Request::ReadLog(LogKind::Audit));
        let (state, heater, trips) = ages(&mut pair);
        show(&format!("{mode}: state {state:?}, temperature {heater:?}, {trips:.1} round trips a second"));
        assert!(state <= FRESH && heater <= FRESH, "{mode}: {state:?} {heater:?}");
        assert!(!pair.progress.is_empty(), "{mode}: the log does not come on");
        let told = pair.progress.iter().filter(|(id, ..)| *id == log).count();
        assert!(told <= 42, "{mode}: told {told} times in 10 s");
    }
}

#[test]
fn watches_that_fall_silent_in_a_heat_are_replaced_by_polls_at_once() {
    let mut pair = heating(config(true, false));
    pair.sim.faults_mut().silent_watches = true;
    // Twice the interval until the first poll; from then on as without watches.
    pair.advance(Duration::from_millis(600));
    let (state, heater, _) = ages(&mut pair);
    assert!(state <= FRESH && heater <= FRESH, "{state:?} {heater:?}");
}

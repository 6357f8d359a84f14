//! The rule that matters most: a heat is written at most once per intent, whatever the radio does.

use std::time::Duration;

use puffco::device::{Input, Phase, Request, RequestError};
use puffco::gatt;
use puffco::light::Light;
use puffco::log::LogKind;
use puffco::lorax::{Reply, Status};
use puffco::setting::{Setting, Slot};
use puffco::state::{OperatingState, Rgb};
use puffco_sim::{SimConfig, SimModel};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::pair::{Break, Pair};

#[test]
fn a_heat_whose_reply_is_lost_is_seen_in_the_state() {
    let mut pair = Pair::ready();
    pair.advance(Duration::from_secs(20));
    pair.sim.faults_mut().lost_replies = 1;
    let heat = pair.heat(1);
    assert_eq!(pair.until_result(heat), Ok(()));
    assert_eq!(pair.operating(), OperatingState::PREHEAT);
    assert_eq!(pair.sim.heat_writes(), 1);
}

#[test]
fn a_heat_that_got_lost_is_uncertain_and_not_written_again() {
    let mut pair = Pair::ready();
    pair.advance(Duration::from_secs(20));
    pair.sim.faults_mut().lost_commands = 1;
    let heat = pair.heat(1);
    assert_eq!(pair.until_result(heat), Err(RequestError::Uncertain));
    pair.advance(Duration::from_secs(60));
    assert_eq!((pair.sim.heat_writes(), pair.operating()), (0, OperatingState::IDLE));
    let again = pair.heat(1);
    assert_eq!(pair.until_result(again), Err(RequestError::AlreadyWritten));
    assert_eq!(pair.sim.heat_writes(), 0);
}

#[test]
fn a_link_that_breaks_after_the_heat_arrived_shows_it_when_it_is_back() {
    let mut pair = Pair::ready();
    pair.break_at_heat = Some(Break::After);
    let heat = pair.heat(1);
    assert_eq!(pair.until_result(heat), Ok(()));
    assert_eq!((pair.sim.heat_writes(), pair.sim.counters().links), (1, 2));
    pair.until_operating(OperatingState::ACTIVE, 60);
}

#[test]
fn a_link_that_breaks_before_the_heat_arrives_leaves_it_uncertain() {
    let mut pair = Pair::ready();
    pair.break_at_heat = Some(Break::Before);
    let heat = pair.heat(1);
    assert_eq!(pair.until_result(heat), Err(RequestError::Uncertain));
    pair.until("ready", 30, |pair| *pair.device.phase() == Phase::Ready);
    pair.advance(Duration::from_secs(30));
    assert_eq!(pair.sim.heat_writes(), 0);
}

#[test]
fn after_an_uncertain_heat_the_next_intent_waits_for_the_state() {
    let mut pair = Pair::ready();
    pair.advance(Duration::from_secs(20));
    pair.sim.faults_mut().lost_replies = 1;
    let first = pair.heat(1);
    pair.advance(Duration::from_millis(2900));
    let second = pair.heat(2);
    assert_eq!(pair.until_result(first), Ok(()));
    assert_eq!(pair.until_result(second), Ok(()), "it heats already");
    assert_eq!(pair.sim.heat_writes(), 1);
}

#[test]
fn while_a_lost_heat_is_looked_for_no_other_is_written() {
    let mut pair = Pair::ready();
    pair.advance(Duration::from_secs(20));
    pair.sim.faults_mut().lost_commands = 1;
    let first = pair.heat(1);
    pair.advance(Duration::from_millis(2900));
    let second = pair.heat(2);
    assert_eq!(pair.until_result(second), Err(RequestError::TooLate));
    assert_eq!(pair.until_result(first), Err(RequestError::Uncertain));
    assert_eq!((pair.heats_sent, pair.sim.heat_writes()), (1, 0));
}

#[test]
fn a_reply_that_comes_late_settles_its_own_heat_and_no_other() {
    let mut pair = Pair::ready();
    pair.advance(Duration::from_secs(20));
    pair.sim.faults_mut().lost_commands = 1;
    let heat = pair.heat(1);
    pair.advance(Duration::from_millis(3200));
    let reply = |sequence: u16, status| {
        Input::Notified(gatt::REPLY, Reply { sequence, status, payload: Vec::new() }.encode())
    };
    pair.input(reply(pair.heat_sequence.wrapping_add(9000), Status::OK));
    assert_eq!(pair.result(heat), None);
    pair.input(reply(pair.heat_sequence, Status::INVALID));
    assert_eq!(pair.result(heat), Some(Err(RequestError::Status(22))));
}

fn random_setting(rng: &mut SmallRng) -> Setting {
    let slot = Slot::new(rng.random_range(0..4)).unwrap();
    match rng.random_range(0..6) {
        0 => Setting::SelectedProfile(slot),
        1 => Setting::ProfileCelsius(slot, rng.random_range(210..320) as f32),
        2 => Setting::ProfileLight(slot, Light::steady(Rgb(rng.random(), rng.random(), rng.random()))),
        3 => Setting::Lantern(rng.random()),
        4 => Setting::Brightness(rng.random()),
        _ => Setting::Name("Ash".repeat(rng.random_range(1..8))),
    }
}

/// One random life: faults of every kind, each intent asked for again and again until all of it is answered,
/// then the next. Gives how many heats arrived.
fn random_life(seed: u64, model: SimConfig) -> u32 {
    let mut rng = SmallRng::seed_from_u64(seed);
    let config = SimConfig { seed, speed: 4.0, watches: rng.random_bool(0.7), ..model };
    let mut pair = Pair::ready_with(config);
    let mut requests = Vec::new();
    let (mut intent, mut sent_before) = (1, 0);
    for _ in 0..40 {
        match rng.random_range(0..19) {
            0 => pair.sim.drop_link(pair.now),
            1 => pair.sim.faults_mut().lost_commands = rng.random_range(1..4),
            2 => pair.sim.faults_mut().lost_replies = rng.random_range(1..4),
            3 => pair.break_at_heat = Some(if rng.random_bool(0.5) { Break::Before } else { Break::After }),
            4 => pair.sim.faults_mut().duplicate_notifications ^= true,
            5 => pair.sim.faults_mut().spurious_idles = 1,
            6 => pair.sim.faults_mut().fail_next = [rng.random_range(1..=255)].into(),
            7 => pair.sim.press(pair.now),
            8 => pair.sim.faults_mut().refused_connects = rng.random_range(1..3),
            9 => requests.push(pair.ask(Request::Abort)),
            10 => requests.push(pair.ask(Request::Set(random_setting(&mut rng)))),
            11 => requests.push(pair.ask(Request::ReadLog(LogKind::Audit))),
            12 => requests.push(pair.ask(Request::ReadAll)),
            13 => pair.input(Input::Woke),
            14 => pair.input(Input::Watched(rng.random_bool(0.5))),
            _ => requests.push(pair.heat(intent)),
        }
        if pair.sim.advertisement().is_some() && rng.random_bool(0.3) {
            pair.input(Input::Heard);
        }
        pair.advance(Duration::from_millis(rng.random_range(5..4000)));
        assert!(pair.heats_sent - sent_before <= 1, "seed {seed}: intent {intent} was written twice");
        if rng.random_bool(0.3) && requests.iter().all(|request| pair.result(*request).is_some()) {
            intent += 1;
            sent_before = pair.heats_sent;
        }
    }
    pair.advance(Duration::from_secs(40));
    for request in requests {
        assert!(pair.result(request).is_some(), "seed {seed}: {request:?} was never answered");
    }
    assert_eq!(pair.sim.counters().forbidden(), [], "seed {seed}");
    pair.sim.heat_writes()
}

fn lives(seeds: std::ops::Range<u64>, model: &SimConfig) {
    let written: u32 = seeds.map(|seed| random_life(seed, model.clone())).sum();
    assert!(written > 100, "hardly anything was heated: {written}");
}

#[test]
fn no_intent_is_written_twice_in_any_of_two_hundred_lives() {
    lives(0..200, &SimConfig::default());
}

#[test]
fn nor_in_a_hundred_lives_of_a_proxy() {
    lives(1000..1100, &SimConfig::new(SimModel::ProxyOnyx));
}

#[test]
fn nor_in_a_hundred_lives_of_the_older_generation() {
    lives(2000..2100, &SimConfig::new(SimModel::Og).with_firmware(19));
}

#[test]
fn a_command_that_is_refused_in_mid_heat_is_not_repeated_into_one_either() {
    let mut pair = Pair::ready();
    pair.advance(Duration::from_secs(20));
    pair.sim.faults_mut().lost_commands = 1;
    let select = pair.ask(Request::TempSelectBegin);
    // Meanwhile its owner starts a heat with the button.
    pair.sim.double_press(pair.now);
    pair.until_operating(OperatingState::PREHEAT, 2);
    assert_eq!(pair.result(select), None);
    assert_eq!(pair.until_result(select), Err(RequestError::Uncertain));
    pair.advance(Duration::from_secs(3));
    assert!(pair.sim.operating_state().is_heating(), "{:?}", pair.sim.operating_state());
}

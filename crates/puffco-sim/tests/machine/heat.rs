//! A heat from the request to the counters, and what is refused.

use std::time::Duration;

use puffco::device::{Input, IntentId, Obstacle, Phase, Request, RequestError};
use puffco::state::OperatingState;
use puffco_sim::SimConfig;

use crate::pair::Pair;

#[test]
fn a_heat_goes_through_all_its_states_and_is_counted() {
    let mut pair = Pair::ready();
    pair.sim.press(pair.now);
    pair.until_operating(OperatingState::TEMP_SELECT, 2);
    let heat = pair.heat(1);
    assert_eq!(pair.until_result(heat), Ok(()));
    pair.until_operating(OperatingState::PREHEAT, 3);
    pair.until("its plan", 2, |pair| {
        let state = pair.device.state();
        state.target_celsius == Some(238.0) && state.total_s.is_some_and(|total| total > 10.0)
    });
    pair.until_operating(OperatingState::ACTIVE, 40);
    assert!((pair.device.state().heater_celsius.unwrap() - 238.0).abs() < 10.0);
    pair.until("its hold time", 3, |pair| pair.device.state().total_s == Some(60.0));
    pair.until_operating(OperatingState::FADE, 70);
    pair.until_operating(OperatingState::IDLE, 12);
    pair.until("the counters", 3, |pair| pair.device.state().total_dabs == Some(421.0));
    assert_eq!(pair.device.state().battery_percent, Some(79.5));
    assert_eq!((pair.sim.heat_writes(), pair.sim.heats()), (1, 421));
    assert_eq!(pair.device.state().target_celsius, None);
}

#[test]
fn elapsed_time_and_temperature_follow_a_heat_closely() {
    let mut pair = Pair::ready();
    pair.heat(1);
    pair.until_operating(OperatingState::PREHEAT, 3);
    let mut values = Vec::new();
    for _ in 0..10 {
        pair.advance(Duration::from_secs(1));
        let state = pair.device.state();
        values.push((state.elapsed_s.unwrap(), state.heater_celsius.unwrap()));
    }
    assert!(values.windows(2).all(|two| two[1].0 > two[0].0 && two[1].1 > two[0].1), "{values:?}");
}

#[test]
fn an_intent_is_written_once_however_often_it_is_asked_for() {
    let mut pair = Pair::ready();
    let first = pair.heat(7);
    assert_eq!(pair.until_result(first), Ok(()));
    let second = pair.heat(7);
    assert_eq!(pair.until_result(second), Err(RequestError::AlreadyWritten));
    assert_eq!(pair.sim.heat_writes(), 1);
}

#[test]
fn a_heat_that_is_running_is_not_started_again_by_another_intent() {
    let mut pair = Pair::ready();
    pair.sim.double_press(pair.now);
    pair.until_operating(OperatingState::PREHEAT, 2);
    let heat = pair.heat(1);
    assert_eq!(pair.until_result(heat), Ok(()));
    assert_eq!(pair.sim.heat_writes(), 0);
}

#[test]
fn a_heat_that_waits_behind_a_lost_reply_is_not_written_after_its_deadline() {
    let mut pair = Pair::ready();
    pair.advance(Duration::from_secs(20));
    pair.sim.faults_mut().lost_commands = 1;
    // This read gets no reply and holds the line for three seconds.
    let select = pair.ask(Request::select_profile(2).unwrap());
    let heat = pair.heat(1);
    assert_eq!(pair.until_result(heat), Err(RequestError::TooLate));
    assert_eq!(pair.until_result(select), Ok(()));
    pair.advance(Duration::from_secs(30));
    assert_eq!(pair.sim.heat_writes(), 0);
    assert_eq!(pair.device.state().selected_profile, Some(2));
}

#[test]
fn a_heat_whose_deadline_has_passed_is_not_written() {
    let mut pair = Pair::ready();
    let late = Request::Heat { intent: IntentId(1), deadline: pair.now };
    let heat = pair.ask(late);
    assert_eq!(pair.until_result(heat), Err(RequestError::TooLate));
    assert_eq!(pair.sim.heat_writes(), 0);
}

#[test]
fn without_a_link_nothing_is_written_then_or_later() {
    let mut pair = Pair::ready();
    pair.sim.drop_link(pair.now);
    pair.until("the loss", 1, |pair| *pair.device.phase() != Phase::Ready);
    let heat = pair.heat(1);
    assert_eq!(pair.result(heat), Some(Err(RequestError::NotConnected)));
    pair.until("ready", 10, |pair| *pair.device.phase() == Phase::Ready);
    pair.advance(Duration::from_secs(5));
    assert_eq!(pair.sim.heat_writes(), 0);
}

#[test]
fn it_does_not_heat_when_that_is_not_safe() {
    type Spoil = fn(&mut Pair);
    let cases: [(Obstacle, Spoil); 3] = [
        (Obstacle::NoChamber, |pair| pair.sim.set_chamber(pair.now, 0)),
        (Obstacle::BatteryLow, |pair| pair.sim.set_battery(pair.now, 11.0)),
        (Obstacle::Pairing, |pair| pair.sim.hold(pair.now)),
    ];
    for (why, spoil) in cases {
        let mut pair = Pair::ready();
        spoil(&mut pair);
        pair.advance(Duration::from_secs(12));
        let heat = pair.heat(1);
        assert_eq!(pair.until_result(heat), Err(RequestError::NotPossible(why)));
        assert_eq!(pair.sim.heat_writes(), 0, "{why}");
    }
}

/// A pair whose reading of the charge ends with this status, once.
fn without_charge(status: u8) -> Pair {
    let mut pair = Pair::new(SimConfig { bonded: true, ..SimConfig::default() });
    pair.input(Input::Connect);
    // The state was read, the first profile is being read, the charge is next.
    pair.until("reading", 5, |pair| pair.device.state().operating.is_some());
    pair.sim.faults_mut().fail_next = [status].into();
    pair.until("ready", 20, |pair| *pair.device.phase() == Phase::Ready);
    assert_eq!(pair.device.state().battery_percent, None);
    pair
}

#[test]
fn a_charge_that_cannot_be_read_just_now_keeps_a_heat_waiting_and_not_for_ever() {
    let mut pair = without_charge(5);
    let early = pair.heat(1);
    assert_eq!(pair.until_result(early), Err(RequestError::NotPossible(Obstacle::ChargeUnknown)));
    pair.advance(Duration::from_secs(4));
    let later = pair.heat(2);
    assert_eq!(pair.until_result(later), Ok(()));
}

#[test]
fn a_device_that_does_not_tell_its_charge_heats_all_the_same() {
    let mut pair = without_charge(2);
    let heat = pair.heat(1);
    assert_eq!(pair.until_result(heat), Ok(()));
}

#[test]
fn a_boost_makes_the_heat_longer_and_hotter() {
    let mut pair = Pair::ready();
    let early = pair.ask(Request::Boost);
    assert!(matches!(pair.until_result(early), Err(RequestError::NotPossible(_))));
    pair.heat(1);
    pair.until_operating(OperatingState::ACTIVE, 60);
    let boost = pair.ask(Request::Boost);
    assert_eq!(pair.until_result(boost), Ok(()));
    pair.until("the boost", 3, |pair| {
        let state = pair.device.state();
        state.target_celsius == Some(243.0) && state.total_s.is_some_and(|total| total > 60.0)
    });
    assert_eq!(pair.sim.counters().modes(9), 1);
}

#[test]
fn a_boost_that_may_have_arrived_is_not_repeated() {
    let mut pair = Pair::ready();
    pair.heat(1);
    pair.until_operating(OperatingState::ACTIVE, 60);
    pair.sim.faults_mut().lost_replies = 1;
    pair.until("no command is on its way", 5, |pair| pair.sim.poll_timeout().is_some());
    let boost = pair.ask(Request::Boost);
    let result = pair.until_result(boost);
    assert!(matches!(result, Ok(()) | Err(RequestError::Uncertain)), "{result:?}");
    pair.advance(Duration::from_secs(10));
    assert!(pair.sim.counters().modes(9) <= 1);
}

#[test]
fn asking_for_readiness_opens_temp_select_and_closes_it() {
    let mut pair = Pair::ready();
    let begin = pair.ask(Request::TempSelectBegin);
    assert_eq!(pair.until_result(begin), Ok(()));
    pair.until_operating(OperatingState::TEMP_SELECT, 2);
    let stop = pair.ask(Request::TempSelectStop);
    assert_eq!(pair.until_result(stop), Ok(()));
    pair.until_operating(OperatingState::IDLE, 2);
}

#[test]
fn waking_a_device_that_is_awake_writes_nothing() {
    let mut pair = Pair::ready();
    pair.heat(1);
    pair.until_operating(OperatingState::PREHEAT, 3);
    let wake = pair.ask(Request::Wake);
    assert_eq!(pair.until_result(wake), Ok(()));
    assert_eq!(pair.sim.counters().modes(2), 0);
    let select = pair.ask(Request::select_profile(1).unwrap());
    assert!(matches!(pair.until_result(select), Err(RequestError::NotPossible(_))), "not in mid-heat");
}

#[test]
fn a_profile_that_does_not_exist_is_not_written() {
    assert_eq!(Request::select_profile(4), None);
}

#[test]
fn one_reading_of_idle_in_mid_heat_is_not_believed() {
    let mut pair = Pair::ready();
    pair.heat(1);
    pair.until_operating(OperatingState::ACTIVE, 60);
    pair.sim.faults_mut().duplicate_notifications = true;
    for _ in 0..20 {
        pair.sim.faults_mut().spurious_idles = 1;
        for _ in 0..20 {
            pair.advance(Duration::from_millis(100));
            assert_eq!(pair.operating(), OperatingState::ACTIVE);
        }
        assert_eq!(pair.sim.faults_mut().spurious_idles, 0);
    }
}

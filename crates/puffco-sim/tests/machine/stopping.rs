//! Stopping: first, again, and across a link that breaks.

use std::time::Duration;

use puffco::device::{Input, Phase, Request, RequestError, SetupStep};
use puffco::state::OperatingState;
use puffco_sim::{Quirks, SimConfig};

use crate::pair::Pair;

fn heating() -> Pair {
    let mut pair = Pair::ready();
    pair.heat(1);
    pair.until_operating(OperatingState::ACTIVE, 60);
    pair
}

#[test]
fn a_stop_ends_the_heat_and_says_so_when_it_did() {
    let mut pair = heating();
    let asked = pair.now;
    let stop = pair.ask(Request::Abort);
    assert_eq!(pair.until_result(stop), Ok(()));
    assert!(pair.now - asked < Duration::from_millis(1500));
    assert!(!pair.sim.operating_state().is_heating());
    assert_eq!(pair.sim.counters().modes(8), 1);
}

#[test]
fn a_stop_does_not_wait_for_a_command_that_gets_no_reply() {
    let mut pair = heating();
    pair.sim.faults_mut().lost_replies = 1;
    let boost = pair.ask(Request::Boost);
    pair.advance(Duration::from_millis(100));
    let asked = pair.now;
    let stop = pair.ask(Request::Abort);
    pair.until("stopped", 2, |pair| !pair.sim.operating_state().is_heating());
    assert!(pair.now - asked < Duration::from_millis(500));
    assert_eq!(pair.until_result(stop), Ok(()));
    assert!(pair.result(boost).is_some());
}

#[test]
fn a_stop_whose_writes_get_lost_is_written_three_times() {
    let mut pair = heating();
    pair.sim.faults_mut().lost_commands = 2;
    let stop = pair.ask(Request::Abort);
    assert_eq!(pair.until_result(stop), Ok(()));
    assert!(!pair.sim.operating_state().is_heating());
}

#[test]
fn a_stop_that_never_arrives_is_uncertain() {
    let mut pair = heating();
    pair.sim.faults_mut().lost_commands = 1000;
    let stop = pair.ask(Request::Abort);
    assert_eq!(pair.until_result(stop), Err(RequestError::Uncertain));
}

#[test]
fn a_stop_survives_a_link_that_breaks() {
    let mut pair = heating();
    pair.sim.drop_link(pair.now);
    pair.until("the loss", 1, |pair| *pair.device.phase() != Phase::Ready);
    let stop = pair.ask(Request::Abort);
    assert_eq!(pair.until_result(stop), Ok(()));
    assert!(!pair.sim.operating_state().is_heating());
}

#[test]
fn a_heat_can_be_ended_by_switching_the_device_off() {
    let mut pair = heating();
    let off = pair.ask(Request::PowerOff);
    assert_eq!(pair.until_result(off), Ok(()));
    pair.until("off", 2, |pair| !pair.sim.operating_state().is_heating());
}

#[test]
fn a_stop_without_any_link_in_sight_says_so() {
    let mut pair = Pair::ready();
    pair.input(Input::Disconnect);
    let stop = pair.ask(Request::Abort);
    assert_eq!(pair.result(stop), Some(Err(RequestError::NotConnected)));
}

#[test]
fn a_stop_takes_back_a_heat_that_waits() {
    let mut pair = Pair::ready();
    pair.advance(Duration::from_secs(20));
    pair.sim.faults_mut().lost_commands = 1;
    pair.ask(Request::select_profile(1).unwrap());
    let heat = pair.heat(1);
    let stop = pair.ask(Request::Abort);
    assert_eq!(pair.result(heat), Some(Err(RequestError::Cancelled)));
    assert_eq!(pair.until_result(stop), Ok(()));
    pair.advance(Duration::from_secs(5));
    assert_eq!(pair.sim.heat_writes(), 0);
}

#[test]
fn a_stop_right_after_a_start_wins() {
    let mut pair = Pair::ready();
    let heat = pair.heat(1);
    let stop = pair.ask(Request::Abort);
    pair.until_result(stop).ok();
    assert!(pair.result(heat).is_some() || pair.until_result(heat).is_ok());
    pair.advance(Duration::from_secs(5));
    assert!(!pair.sim.operating_state().is_heating());
}

#[test]
fn a_reading_of_idle_by_mistake_does_not_end_a_stop_early() {
    let mut pair = heating();
    pair.sim.faults_mut().lost_commands = 0;
    let stop = pair.ask(Request::Abort);
    pair.sim.faults_mut().spurious_idles = 1;
    assert_eq!(pair.until_result(stop), Ok(()));
    assert!(!pair.sim.operating_state().is_heating());
}

#[test]
fn a_stop_on_a_link_that_is_still_being_set_up_is_seen_to_work() {
    let slow = (Duration::from_millis(400), Duration::from_millis(401));
    let quirks = Quirks { latency: Some(slow), ..Quirks::default() };
    let mut pair = Pair::ready_with(SimConfig { quirks, ..SimConfig::default() });
    pair.heat(1);
    pair.until_operating(OperatingState::ACTIVE, 60);
    pair.sim.drop_link(pair.now);
    let reading = |pair: &Pair| {
        matches!(
            pair.device.phase(),
            Phase::SettingUp { step: SetupStep::Read { done, .. }, .. } if *done >= 1
        )
    };
    pair.until("the state was read", 30, reading);
    let stop = pair.ask(Request::Abort);
    assert_eq!(pair.until_result(stop), Ok(()));
    assert_eq!(pair.sim.counters().modes(8), 1);
}

//! The countdown that a group's owner chose heats nothing, and a device that runs out of temp select does not call it off.

use std::time::Duration;

use hearth_companion::bridge::{Input, PUT_BACK_WITHIN};
use hearth_gateway_client::group::GroupPhase;
use puffco::device::{Event, RequestError};
use puffco::state::OperatingState;

use crate::table::Table;

const IDLE: OperatingState = OperatingState::IDLE;
const TEMP_SELECT: OperatingState = OperatingState::TEMP_SELECT;

/// Ready, in a group that counts down from ten.
fn counting() -> Table {
    let mut table = Table::laid();
    table.group_that_counts(GroupPhase::Awaiting, 0, Some(Duration::from_secs(10)));
    table.told();
    table
}

#[test]
fn a_countdown_heats_nothing_and_the_start_after_it_once() {
    let mut table = counting();
    table.pass(Duration::from_secs(60));
    assert_eq!(table.told(), [] as [String; 0]);
    table.sesh();
    table.sesh();
    table.pass(Duration::from_secs(10));
    assert_eq!(table.told(), ["heat"]);
}

#[test]
fn a_device_that_runs_out_of_temp_select_is_put_back_and_the_group_does_not_see_it() {
    let mut table = counting();
    for _ in 0..3 {
        table.device(IDLE);
        assert_eq!(table.told(), ["put back"]);
        table.pass(PUT_BACK_WITHIN / 2);
        table.device(TEMP_SELECT);
        table.pass(PUT_BACK_WITHIN * 2);
        assert_eq!(table.told(), [] as [String; 0]);
    }
}

#[test]
fn the_group_sees_one_that_is_not_back_in_time_or_cannot_be_put_back() {
    let mut table = counting();
    table.device(IDLE);
    table.pass(PUT_BACK_WITHIN);
    assert_eq!(table.told(), ["put back", "state 5"]);

    let mut table = counting();
    table.device(IDLE);
    let asked = table.asked();
    table.put(Input::Device(Event::Done(asked[0].0, Err(RequestError::NotConnected))));
    assert_eq!(table.told()[0], "state 5");
}

#[test]
fn any_other_state_and_whoever_is_not_ready_any_more_is_seen_at_once() {
    for state in [OperatingState::SLEEP, OperatingState::PREHEAT, OperatingState::MASTER_OFF] {
        let mut table = counting();
        table.device(state);
        assert_eq!(table.told(), [format!("state {}", state.0)]);
    }
    let mut table = counting();
    table.device(IDLE);
    table.told();
    table.put(Input::Unready);
    assert_eq!(table.told(), ["state 5"]);
    table.sesh();
    table.pass(Duration::from_secs(10));
    assert!(!table.told().contains(&"heat".to_owned()));
}

#[test]
fn without_a_countdown_the_group_sees_every_state() {
    let mut table = counting();
    table.group(GroupPhase::Awaiting, 0);
    table.device(IDLE);
    assert_eq!(table.told(), ["put back", "state 5"]);
}

#[test]
fn whoever_is_not_ready_any_more_stays_it_although_the_device_is_seen_in_temp_select_a_moment_longer() {
    for coming_back in [false, true] {
        let mut table = counting();
        if coming_back {
            table.device(IDLE);
        }
        table.put(Input::Unready);
        table.device(TEMP_SELECT);
        table.pass(Duration::from_millis(200));
        table.device(TEMP_SELECT);
        table.device(IDLE);
        table.told();
        table.pass(PUT_BACK_WITHIN * 2);
        assert_eq!(table.told(), [] as [String; 0], "it is not put back");
        table.sesh();
        table.pass(Duration::from_secs(10));
        assert_eq!(table.told(), [] as [String; 0], "and does not heat");
    }
}

#[test]
fn whoever_changes_their_mind_twice_is_ready() {
    let mut table = counting();
    table.put(Input::Unready);
    table.put(Input::Ready);
    table.device(TEMP_SELECT);
    table.sesh();
    table.pass(Duration::from_secs(10));
    assert!(table.told().contains(&"heat".to_owned()));
}

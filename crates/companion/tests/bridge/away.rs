//! Who is away does not heat with the group, and the gateway is told in the right order.

use std::time::Duration;

use hearth_companion::away::Rules;
use hearth_companion::bridge::{Input, STAY_READY, UNPLUG_AFTER};
use hearth_gateway_client::group::GroupPhase;
use puffco::device::{Event, Phase};
use puffco::state::OperatingState;

use crate::table::Table;

/// A connected, idle device in a group that chills; its absence and a locked computer make away.
fn laid() -> Table {
    let mut table = Table::connected();
    table.put(Input::AwayRules(Rules { without_device: true, when_locked: true, when_idle_min: None }));
    table.group(GroupPhase::Chilling, 0);
    table.told();
    table
}

#[test]
fn nobody_who_is_away_by_itself_heats_even_if_the_gateway_says_so() {
    let causes: [fn(&mut Table); 3] = [
        |table| table.put(Input::Locked(true)),
        |table| table.device(OperatingState::SLEEP),
        |table| table.put(Input::Away(true)),
    ];
    for cause in causes {
        let mut table = laid();
        cause(&mut table);
        assert_eq!(table.told()[0], "away");
        table.group(GroupPhase::Awaiting, 0);
        table.sesh();
        table.pass(Duration::from_secs(5));
        assert!(!table.told().contains(&"heat".to_owned()));
    }
}

#[test]
fn who_goes_away_by_hand_after_the_button_was_pressed_must_press_it_anew() {
    let mut table = laid();
    table.group(GroupPhase::Awaiting, 0);
    table.device(OperatingState::TEMP_SELECT);
    table.put(Input::Away(true));
    table.device(OperatingState::IDLE);
    table.put(Input::Away(false));
    table.sesh();
    table.pass(Duration::from_secs(5));
    assert!(!table.told().contains(&"heat".to_owned()));
}

#[test]
fn back_in_the_countdown_is_too_late() {
    let mut table = laid();
    table.group(GroupPhase::Awaiting, 0);
    table.device(OperatingState::TEMP_SELECT);
    table.sesh();
    table.put(Input::Away(true));
    table.put(Input::Away(false));
    table.pass(Duration::from_secs(5));
    assert!(!table.told().contains(&"heat".to_owned()));
}

#[test]
fn a_press_while_the_computer_is_locked_makes_back_before_the_gateway_hears_of_it() {
    let mut table = laid();
    table.put(Input::Locked(true));
    table.group(GroupPhase::Awaiting, 0);
    assert_eq!(table.told(), ["away"]);
    table.device(OperatingState::TEMP_SELECT);
    assert_eq!(table.told(), ["back", "state 6"]);
    table.sesh();
    table.pass(Duration::from_secs(5));
    assert_eq!(table.told(), ["heat"]);
}

#[test]
fn who_locks_the_computer_when_ready_heats_and_is_away_afterwards() {
    let mut table = laid();
    table.group(GroupPhase::Awaiting, 0);
    table.device(OperatingState::TEMP_SELECT);
    table.put(Input::Locked(true));
    table.sesh();
    table.pass(Duration::from_secs(3));
    assert_eq!(table.told(), ["state 6", "heat"]);
    for state in [OperatingState::PREHEAT, OperatingState::ACTIVE, OperatingState::FADE] {
        table.device(state);
    }
    table.group(GroupPhase::Chilling, 0);
    assert_eq!(table.told(), ["state 7", "state 8", "state 9"]);
    table.device(OperatingState::IDLE);
    // The request of the heat was never answered here: it may still run.
    table.pass(Duration::from_secs(5));
    assert_eq!(table.told(), ["away", "state 5"]);
}

#[test]
fn who_locks_the_computer_when_ready_and_never_starts_is_away_after_a_while() {
    let mut table = laid();
    table.group(GroupPhase::Awaiting, 0);
    table.device(OperatingState::TEMP_SELECT);
    table.put(Input::Locked(true));
    table.pass(STAY_READY - Duration::from_millis(1));
    assert_eq!(table.told(), ["state 6"]);
    table.pass(Duration::from_millis(1));
    assert_eq!(table.told(), ["away"]);
    table.sesh();
    table.pass(Duration::from_secs(5));
    assert!(!table.told().contains(&"heat".to_owned()));
}

#[test]
fn a_device_that_goes_to_sleep_makes_away_and_one_that_wakes_makes_back() {
    let mut table = laid();
    table.device(OperatingState::SLEEP);
    assert_eq!(table.told(), ["away", "state 4"]);
    table.put(Input::Device(Event::Phase(Phase::Away)));
    table.pass(Duration::from_secs(60));
    assert_eq!(table.told(), ["no device"]);
    table.device(OperatingState::IDLE);
    table.put(Input::Device(Event::Phase(Phase::Ready)));
    assert_eq!(table.told(), ["back", "state 5"]);
}

#[test]
fn a_link_that_is_lost_for_long_makes_away_and_one_that_is_lost_for_a_moment_does_not() {
    let mut table = laid();
    for _ in 0..5 {
        table.put(Input::Device(Event::Phase(Phase::Away)));
        table.pass(UNPLUG_AFTER - Duration::from_secs(1));
        table.put(Input::Device(Event::Phase(Phase::Ready)));
    }
    assert!(!table.told().contains(&"away".to_owned()));
    table.put(Input::Device(Event::Phase(Phase::Away)));
    table.told();
    table.pass(UNPLUG_AFTER);
    assert_eq!(table.told(), ["away"]);
}

#[test]
fn another_gateway_is_told_anew() {
    let mut table = laid();
    table.put(Input::Away(true));
    assert_eq!(table.told(), ["away"]);
    table.put(Input::GatewayReplaced);
    assert!(table.told().contains(&"away".to_owned()));
}

#[test]
fn switching_it_off_ends_it() {
    let mut table = laid();
    table.put(Input::Locked(true));
    assert_eq!(table.told(), ["away"]);
    table.put(Input::AwayRules(Rules { without_device: true, ..Rules::default() }));
    assert_eq!(table.told(), ["back"]);
}

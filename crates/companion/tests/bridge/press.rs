//! Getting ready: how long a press of the button counts, and for what.

use std::time::Duration;

use hearth_companion::bridge::{Input, LONGEST_LEAD, Output, PRESS_LASTS, STAY_READY, Start, Trouble};
use hearth_gateway_client::group::GroupPhase;
use puffco::device::{Event, Phase, Problem, Request};
use puffco::state::OperatingState;

use crate::table::{LEAD, Table};

#[test]
fn a_ready_device_whose_temp_select_ran_out_is_put_back_while_the_group_awaits() {
    let mut table = Table::laid();
    for _ in 0..3 {
        table.pass(Duration::from_secs(10));
        table.device(OperatingState::IDLE);
        assert!(matches!(table.asked()[..], [(_, Request::TempSelectBegin)]));
        table.device(OperatingState::TEMP_SELECT);
    }
    table.pass(STAY_READY);
    table.device(OperatingState::IDLE);
    assert_eq!(table.asked(), [], "not for ever");
}

#[test]
fn a_device_that_was_switched_off_or_heats_alone_is_not_put_back() {
    for operating in [OperatingState::MASTER_OFF, OperatingState::SLEEP, OperatingState::PREHEAT] {
        let mut table = Table::laid();
        table.device(operating);
        assert_eq!(table.asked(), [], "{operating:?}");
    }
}

#[test]
fn nothing_is_put_back_when_nobody_waits_any_more() {
    let mut table = Table::laid();
    table.group(GroupPhase::Chilling, 0);
    table.device(OperatingState::IDLE);
    assert_eq!(table.asked(), []);
}

#[test]
fn a_press_counts_as_long_as_the_device_itself_stays_in_temp_select_and_a_second_one_anew() {
    let mut table = Table::laid();
    table.pass(STAY_READY * 2);
    assert!(table.bridge.got_ready());
    table.device(OperatingState::IDLE);
    table.pass(PRESS_LASTS);
    assert!(!table.bridge.got_ready());
    table.device(OperatingState::TEMP_SELECT);
    table.outputs();
    table.device(OperatingState::IDLE);
    assert!(matches!(table.asked()[..], [(_, Request::TempSelectBegin)]), "put back as after the first");
    table.device(OperatingState::TEMP_SELECT);
    table.device(OperatingState::IDLE);
    table.pass(STAY_READY);
    assert!(!table.bridge.got_ready(), "what this program does is no press");
}

#[test]
fn whoever_switches_the_device_off_after_the_press_must_press_it_anew() {
    for operating in [OperatingState::MASTER_OFF, OperatingState::SLEEP, OperatingState::PREHEAT] {
        let mut table = Table::laid();
        table.device(operating);
        table.device(OperatingState::IDLE);
        table.group(GroupPhase::Seshing, 0);
        table.start(false, LEAD);
        table.pass(Duration::from_secs(5));
        assert_eq!(table.heats_asked(), 0, "{operating:?}");
    }
}

#[test]
fn whoever_switches_the_device_off_in_the_countdown_or_heats_it_themselves_is_not_heated() {
    for operating in [OperatingState::MASTER_OFF, OperatingState::SLEEP, OperatingState::PREHEAT] {
        let mut table = Table::laid();
        table.group(GroupPhase::Seshing, 0);
        table.start(false, LEAD);
        table.device(operating);
        // Their own heat may be stopped at the device before the start comes.
        table.device(OperatingState::IDLE);
        table.pass(Duration::from_secs(5));
        assert_eq!(table.heats_asked(), 0, "{operating:?}");
    }
}

#[test]
fn a_press_from_before_somebody_else_asked_counts_only_while_it_lasts() {
    for own in [false, true] {
        let mut table = Table::not_ready();
        table.group(GroupPhase::Chilling, 0);
        table.device(OperatingState::TEMP_SELECT);
        table.pass(Duration::from_secs(3));
        if own {
            table.put(Input::Asked);
        }
        table.group(GroupPhase::Awaiting, 0);
        assert!(table.bridge.got_ready());
        table.outputs();
        table.device(OperatingState::IDLE);
        assert_eq!(table.bridge.got_ready(), own);
        assert_eq!(table.asked().len(), usize::from(own), "put back for whoever asked: they pressed for it");
    }
}

#[test]
fn readiness_does_not_outlive_a_sesh_that_was_missed() {
    let mut table = Table::laid();
    table.device(OperatingState::IDLE);
    table.group(GroupPhase::Awaiting, 1);
    table.group(GroupPhase::Seshing, 1);
    table.start(false, LEAD);
    table.pass(Duration::from_secs(5));
    assert_eq!(table.heats_asked(), 0);
}

#[test]
fn temp_select_that_has_run_out_still_counts_where_the_gateway_counts_it() {
    let mut table = Table::laid();
    table.device(OperatingState::IDLE);
    table.group(GroupPhase::Seshing, 0);
    table.start(false, LEAD);
    table.pass(Duration::from_secs(5));
    assert_eq!(table.heats_asked(), 1);
}

#[test]
fn a_press_does_not_outlive_temp_select_however_long_the_gateway_lets_a_group_wait() {
    for phase in [GroupPhase::Awaiting, GroupPhase::Seshing] {
        let mut table = Table::laid();
        table.pass(STAY_READY);
        table.device(OperatingState::IDLE);
        table.group(phase, 0);
        table.pass(PRESS_LASTS);
        assert!(!table.bridge.would_take_part());
        table.start(false, LEAD);
        table.pass(Duration::from_secs(5));
        assert_eq!(table.heats_asked(), 0, "{phase:?}");
    }
}

#[test]
fn who_presses_again_after_that_is_ready_again() {
    let mut table = Table::laid();
    table.pass(STAY_READY);
    table.device(OperatingState::IDLE);
    table.pass(PRESS_LASTS);
    table.device(OperatingState::TEMP_SELECT);
    table.pass(PRESS_LASTS);
    table.group(GroupPhase::Seshing, 0);
    table.start(false, LEAD);
    table.pass(Duration::from_secs(5));
    assert_eq!(table.heats_asked(), 1);
}

#[test]
fn a_start_that_a_gateway_puts_far_ahead_is_not_taken() {
    let mut table = Table::laid();
    table.group(GroupPhase::Seshing, 0);
    table.start(false, Some(LONGEST_LEAD + Duration::from_millis(1)));
    assert_eq!(table.bridge.start(), &Start::None, "nobody counts to it");
    assert_eq!(table.outputs(), [Output::Trouble(Trouble::StartFarAhead)]);
    table.pass(LONGEST_LEAD * 2);
    assert_eq!(table.heats_asked(), 0);

    let mut table = Table::laid();
    table.group(GroupPhase::Seshing, 0);
    table.start(false, Some(LONGEST_LEAD));
    table.pass(LONGEST_LEAD);
    assert_eq!(table.heats_asked(), 1);
}

#[test]
fn a_press_does_not_outlive_a_link_that_is_lost_for_long() {
    let mut table = Table::laid();
    let waiting = Phase::Waiting { retry_at: table.now.instant, problem: Problem::LinkLost };
    table.put(Input::Device(Event::Phase(waiting.clone())));
    table.pass(STAY_READY - Duration::from_secs(1));
    table.put(Input::Device(Event::Phase(Phase::Ready)));
    table.pass(STAY_READY);
    assert!(table.bridge.would_take_part(), "it is seen in temp select");
    table.put(Input::Device(Event::Phase(waiting)));
    table.pass(STAY_READY);
    table.device(OperatingState::IDLE);
    table.put(Input::Device(Event::Phase(Phase::Ready)));
    assert!(!table.bridge.would_take_part());
}

#[test]
fn stop_takes_the_press_back_too() {
    let mut table = Table::laid();
    table.put(Input::StopHeat);
    let asked = table.asked();
    assert_eq!(asked[0].1, Request::Abort, "what may heat comes first");
    assert_eq!(asked[1].1, Request::TempSelectStop);
    // The device is still seen in temp select for a moment.
    table.group(GroupPhase::Awaiting, 0);
    table.group(GroupPhase::Seshing, 0);
    table.start(false, LEAD);
    table.pass(Duration::from_secs(5));
    assert_eq!(table.heats_asked(), 0);
}

//! The start of a group: who heats at it, once and in time, and what calls it off.

use std::time::Duration;

use hearth_companion::bridge::{HEAT_DEADLINE, Input, Output, Start, Trouble, UNPLUG_AFTER};
use hearth_gateway_client::group::{self, GroupPhase};
use puffco::device::{Event, Phase, Problem, Request, RequestError};
use puffco::state::OperatingState;

use crate::table::{LEAD, Table};

#[test]
fn a_ready_member_heats_at_the_start_and_not_before() {
    let mut table = Table::laid();
    table.group(GroupPhase::Seshing, 0);
    table.start(false, LEAD);
    let at = table.now.instant + Duration::from_secs(3);
    table.pass(Duration::from_millis(2_999));
    assert_eq!(table.heats_asked(), 0);
    table.pass(Duration::from_millis(1));
    let asked = table.asked();
    assert!(
        matches!(asked[..], [(_, Request::Heat { deadline, .. })] if deadline == at + HEAT_DEADLINE),
        "{asked:?}"
    );
}

#[test]
fn a_start_that_is_announced_twice_heats_once() {
    let mut table = Table::laid();
    table.group(GroupPhase::Seshing, 0);
    table.start(false, LEAD);
    table.start(false, LEAD);
    table.pass(Duration::from_secs(4));
    table.start(false, LEAD);
    table.pass(Duration::from_secs(4));
    assert_eq!(table.heats_asked(), 1);
}

#[test]
fn a_start_announced_before_the_phase_changes_heats_once() {
    let mut table = Table::laid();
    table.start(false, None);
    table.group(GroupPhase::Seshing, 0);
    table.start(false, None);
    table.pass(Duration::from_secs(4));
    assert_eq!(table.heats_asked(), 1);
}

#[test]
fn the_next_sesh_heats_again() {
    let mut table = Table::laid();
    for counter in 0..2 {
        table.group(GroupPhase::Awaiting, counter);
        table.device(OperatingState::TEMP_SELECT);
        table.group(GroupPhase::Seshing, counter);
        table.start(false, LEAD);
        table.pass(Duration::from_secs(4));
        assert_eq!(table.heats_asked(), 1);
        table.device(OperatingState::IDLE);
        table.group(GroupPhase::Chilling, counter + 1);
    }
}

#[test]
fn whoever_did_not_get_ready_stays_cold_whatever_the_gateway_says() {
    let mut table = Table::not_ready();
    table.group(GroupPhase::Seshing, 0);
    table.start(false, LEAD);
    assert!(!table.bridge.start().is_armed());
    table.pass(Duration::from_secs(5));
    assert_eq!(table.heats_asked(), 0);
}

#[test]
fn readiness_for_one_sesh_is_none_for_the_next() {
    let mut table = Table::laid();
    table.device(OperatingState::IDLE);
    table.group(GroupPhase::Chilling, 0);
    table.group(GroupPhase::Awaiting, 0);
    table.group(GroupPhase::Seshing, 0);
    table.start(false, LEAD);
    table.pass(Duration::from_secs(5));
    assert_eq!(table.heats_asked(), 0);
}

#[test]
fn an_excluded_member_stays_cold() {
    let mut table = Table::laid();
    table.group(GroupPhase::Seshing, 0);
    table.start(true, LEAD);
    assert!(matches!(table.bridge.start(), Start::Watching { .. }));
    table.pass(Duration::from_secs(5));
    assert_eq!(table.heats_asked(), 0);
}

#[test]
fn whoever_sits_out_stays_cold() {
    let mut table = Table::laid();
    table.group(GroupPhase::Seshing, 0);
    table.start(false, LEAD);
    table.put(Input::SitOut);
    table.pass(Duration::from_secs(5));
    assert_eq!(table.heats_asked(), 0);
}

#[test]
fn a_stopped_countdown_stays_cold() {
    let mut table = Table::laid();
    table.group(GroupPhase::Seshing, 0);
    table.start(false, LEAD);
    table.pass(Duration::from_secs(1));
    table.group(GroupPhase::Chilling, 0);
    table.pass(Duration::from_secs(5));
    assert_eq!(table.heats_asked(), 0);
}

#[test]
fn a_gateway_that_ends_the_sesh_at_the_first_preheat_does_not_call_ours_off() {
    let mut table = Table::laid();
    table.group(GroupPhase::Seshing, 4);
    table.start(false, None);
    table.pass(Duration::from_millis(1_900));
    table.group(GroupPhase::Chilling, 5);
    table.pass(Duration::from_millis(200));
    assert_eq!(table.heats_asked(), 1);
}

#[test]
fn leaving_the_group_or_being_kicked_calls_the_start_off() {
    for event in [
        group::Event::Group(None),
        group::Event::Kicked,
        group::Event::GroupDeleted,
        group::Event::GroupClosed,
    ] {
        let mut table = Table::laid();
        table.group(GroupPhase::Seshing, 0);
        table.start(false, LEAD);
        table.put(Input::Gateway(event));
        table.pass(Duration::from_secs(5));
        assert_eq!(table.heats_asked(), 0);
    }
}

#[test]
fn stop_calls_the_start_off_and_stops_the_device() {
    let mut table = Table::laid();
    table.group(GroupPhase::Seshing, 0);
    table.start(false, LEAD);
    table.put(Input::StopHeat);
    assert!(table.asked().iter().any(|(_, request)| *request == Request::Abort));
    table.pass(Duration::from_secs(5));
    assert_eq!(table.heats_asked(), 0);
}

#[test]
fn a_start_that_comes_far_too_late_is_not_taken() {
    let mut table = Table::laid();
    table.group(GroupPhase::Seshing, 0);
    let start_at = Some(table.now.instant);
    table.now = table.now.later(HEAT_DEADLINE + Duration::from_millis(1));
    table.put(Input::Gateway(group::Event::StartHeating { by: None, excluded: false, start_at }));
    table.pass(Duration::from_secs(5));
    assert_eq!(table.heats_asked(), 0);
}

#[test]
fn a_computer_that_slept_through_the_start_does_not_heat_when_it_wakes() {
    let mut table = Table::laid();
    table.group(GroupPhase::Seshing, 0);
    table.start(false, LEAD);
    table.now = table.now.later(Duration::from_secs(3) + HEAT_DEADLINE + Duration::from_secs(60));
    table.bridge.handle_timeout(table.now);
    let outputs = table.outputs();
    assert!(outputs.contains(&Output::Trouble(Trouble::NotHeating(RequestError::TooLate))), "{outputs:?}");
    assert!(!outputs.iter().any(|output| matches!(output, Output::Device(..))));
}

#[test]
fn without_a_link_nobody_is_armed() {
    let mut table = Table::laid();
    table.put(Input::Device(Event::Phase(Phase::Away)));
    table.group(GroupPhase::Seshing, 0);
    table.start(false, LEAD);
    assert!(!table.bridge.start().is_armed());
}

#[test]
fn a_short_loss_of_the_link_does_not_unplug() {
    let mut table = Table::laid();
    let waiting = Phase::Waiting { retry_at: table.now.instant, problem: Problem::LinkLost };
    table.put(Input::Device(Event::Phase(waiting)));
    table.pass(UNPLUG_AFTER - Duration::from_secs(1));
    assert_eq!(table.outputs(), []);
    table.pass(Duration::from_secs(1));
    assert_eq!(table.outputs(), [Output::Gateway(group::Request::Device(None))]);
}

#[test]
fn another_gateway_learns_of_the_device_anew() {
    let mut table = Table::laid();
    table.put(Input::GatewayReplaced);
    let told = |output: &Output| matches!(output, Output::Gateway(group::Request::Device(Some(_))));
    assert_eq!(table.outputs().iter().filter(|output| told(output)).count(), 1);
}

#[test]
fn whoever_lets_the_device_go_takes_no_part_any_more() {
    let mut table = Table::laid();
    table.group(GroupPhase::Seshing, 0);
    table.start(false, LEAD);
    table.put(Input::Device(Event::Phase(Phase::Idle)));
    assert!(!table.bridge.start().is_armed());
    table.put(Input::Device(Event::Phase(Phase::Ready)));
    table.pass(Duration::from_secs(5));
    assert_eq!(table.heats_asked(), 0);
}

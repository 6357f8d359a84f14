//! Heats of this program: asked for once, and stopped when it ends.

use std::time::Duration;

use hearth_companion::bridge::{HEAT_DEADLINE, Input, Output, Trouble};
use hearth_gateway_client::group::GroupPhase;
use puffco::device::{Event, Phase, Problem, Request, RequestError};
use puffco::state::OperatingState;

use crate::table::{LEAD, Table};

#[test]
fn a_double_click_on_heat_now_heats_once() {
    let mut table = Table::laid();
    table.put(Input::HeatNow);
    table.put(Input::HeatNow);
    let asked = table.asked();
    assert_eq!(asked.len(), 1);
    table.put(Input::Device(Event::Done(asked[0].0, Ok(()))));
    table.put(Input::HeatNow);
    assert_eq!(table.heats_asked(), 0, "the device takes a moment to follow");
}

#[test]
fn the_end_of_the_program_stops_only_its_own_heat() {
    let mut table = Table::laid();
    table.device(OperatingState::PREHEAT);
    table.put(Input::Shutdown);
    assert_eq!(table.asked(), []);

    let mut table = Table::laid();
    table.put(Input::HeatNow);
    let id = table.asked()[0].0;
    table.put(Input::Device(Event::Done(id, Ok(()))));
    table.device(OperatingState::ACTIVE);
    table.put(Input::Shutdown);
    assert!(matches!(table.asked()[..], [(_, Request::Abort)]));
}

#[test]
fn a_heat_that_may_have_been_written_counts_as_own() {
    let mut table = Table::laid();
    table.put(Input::HeatNow);
    let id = table.asked()[0].0;
    table.put(Input::Device(Event::Done(id, Err(RequestError::Uncertain))));
    table.put(Input::Shutdown);
    assert!(matches!(table.asked()[..], [(_, Request::Abort)]));
}

#[test]
fn nothing_heats_once_the_program_ends() {
    let mut table = Table::laid();
    table.put(Input::Shutdown);
    table.group(GroupPhase::Seshing, 0);
    table.start(false, LEAD);
    table.put(Input::HeatNow);
    table.pass(Duration::from_secs(5));
    assert_eq!(table.heats_asked(), 0);
}

#[test]
fn the_end_waits_for_a_heat_that_nobody_has_seen_since_the_link_was_lost() {
    let mut table = Table::laid();
    table.put(Input::HeatNow);
    let id = table.asked()[0].0;
    let waiting = Phase::Waiting { retry_at: table.now.instant, problem: Problem::LinkLost };
    table.put(Input::Device(Event::Phase(waiting)));
    table.put(Input::Device(Event::Done(id, Err(RequestError::Uncertain))));
    table.pass(Duration::from_secs(10));
    assert!(table.bridge.has_to_stop());
}

#[test]
fn a_heat_that_the_device_took_but_never_began_is_none_of_ours_later() {
    let mut table = Table::laid();
    table.put(Input::HeatNow);
    let id = table.asked()[0].0;
    table.put(Input::Device(Event::Done(id, Ok(()))));
    table.pass(Duration::from_secs(60));
    table.device(OperatingState::PREHEAT);
    table.put(Input::Shutdown);
    assert_eq!(table.asked(), [], "the person pressed the button");
}

#[test]
fn the_end_waits_for_a_stop_that_is_under_way() {
    let mut table = Table::laid();
    table.device(OperatingState::PREHEAT);
    table.put(Input::StopHeat);
    assert!(table.bridge.has_to_stop());
    let id = table.asked()[0].0;
    table.put(Input::Device(Event::Done(id, Ok(()))));
    assert!(!table.bridge.has_to_stop());
}

#[test]
fn a_heat_alone_takes_a_resting_link_up_within_its_deadline() {
    let mut table = Table::not_ready();
    table.put(Input::Device(Event::Phase(Phase::Resting)));
    table.outputs();
    table.put(Input::HeatNow);
    let deadline = table.now.instant + HEAT_DEADLINE;
    let asked = table.asked();
    assert!(
        matches!(asked[..], [(_, Request::Heat { deadline: until, .. })] if until == deadline),
        "{asked:?}"
    );
    table.put(Input::Device(Event::Done(asked[0].0, Err(RequestError::TooLate))));
    assert_eq!(table.outputs(), [Output::Trouble(Trouble::NotHeating(RequestError::TooLate))]);
    assert!(!table.bridge.has_to_stop());
}

#[test]
fn a_heat_alone_without_a_link_is_refused_in_words_that_fit() {
    let retry_at = Table::not_ready().now.instant;
    for (phase, trouble) in [
        (Phase::Waiting { retry_at, problem: Problem::LinkLost }, Trouble::Connecting),
        (Phase::Away, Trouble::NotHeating(RequestError::NotConnected)),
        (Phase::Idle, Trouble::NoDevice),
    ] {
        let mut table = Table::not_ready();
        table.put(Input::Device(Event::Phase(phase)));
        table.outputs();
        table.put(Input::HeatNow);
        assert_eq!(table.outputs(), [Output::Trouble(trouble)]);
    }
}

//! The battery check at the device asks the group to start.

use hearth_companion::contract::Command;
use hearth_gateway_client::group::{GroupPhase, Request};
use puffco::device::Phase;
use puffco::state::{DeviceState, OperatingState};

use crate::desk::{Desk, ember, storm};

fn doing(operating: OperatingState) -> DeviceState {
    DeviceState { operating: Some(operating), battery_percent: Some(80.0), ..DeviceState::default() }
}

const CHECK: OperatingState = OperatingState::INIT_BATTERY_DISPLAY;

/// In a group, with an idle device and the gesture switched on.
fn ready_to_ask(phase: GroupPhase) -> Desk {
    let mut desk = Desk::starting(|start| start.saved.settings.ask_by_device = true);
    desk.linked(&ember(), doing(OperatingState::IDLE)).connected().in_group(phase);
    desk.asked.clear();
    desk
}

fn starts(desk: &Desk) -> Vec<Request> {
    let is_start = |request: &Request| matches!(request, Request::Inquire | Request::StartWithReady);
    desk.requests().into_iter().filter(is_start).collect()
}

#[test]
fn a_battery_check_asks_and_another_one_starts_with_who_is_ready() {
    let mut desk = ready_to_ask(GroupPhase::Chilling);
    desk.tells(&ember(), doing(CHECK)).tells(&ember(), doing(CHECK));
    assert_eq!(starts(&desk), [Request::Inquire], "once for each check");
    desk.in_group(GroupPhase::Awaiting).tells(&ember(), doing(OperatingState::IDLE));
    desk.tells(&ember(), doing(CHECK));
    assert_eq!(starts(&desk), [Request::Inquire, Request::StartWithReady]);
    desk.in_group(GroupPhase::Seshing).tells(&ember(), doing(OperatingState::IDLE));
    desk.tells(&ember(), doing(CHECK));
    assert_eq!(starts(&desk).len(), 2);
    let heats = desk.requested(&ember());
    assert_eq!(heats, [], "nothing is asked of the device");
}

#[test]
fn it_is_off_unless_switched_on() {
    let mut desk = Desk::new();
    desk.linked(&ember(), doing(OperatingState::IDLE)).connected().in_group(GroupPhase::Chilling);
    desk.tells(&ember(), doing(CHECK));
    assert_eq!(starts(&desk), []);
}

#[test]
fn a_device_that_starts_wakes_or_is_not_in_use_asks_nobody() {
    for before in [OperatingState::SLEEP, OperatingState::MASTER_OFF, OperatingState::INIT_VERSION_DISPLAY] {
        let mut desk = ready_to_ask(GroupPhase::Chilling);
        desk.tells(&ember(), doing(before)).tells(&ember(), doing(CHECK));
        assert_eq!(starts(&desk), [], "{before:?}");
    }
    let mut desk = ready_to_ask(GroupPhase::Chilling);
    desk.phase(&ember(), Phase::Away).tells(&ember(), doing(CHECK)).phase(&ember(), Phase::Ready);
    assert_eq!(starts(&desk), [], "it was not seen to be pressed");
    desk.linked(&storm(), doing(OperatingState::IDLE)).tells(&storm(), doing(CHECK));
    assert_eq!(starts(&desk), [], "another one is in use");
}

#[test]
fn who_said_that_they_are_away_asks_nobody() {
    let mut desk = ready_to_ask(GroupPhase::Chilling);
    desk.command(Command::SetAway { away: true });
    desk.in_group_that(|group| group.members[0].away = true);
    desk.tells(&ember(), doing(CHECK));
    assert_eq!(starts(&desk), []);
}

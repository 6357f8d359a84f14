//! Away by itself, as faces see it.

use hearth_companion::contract::{AwayReason, Command, Settings};
use hearth_companion::controller::Input;
use hearth_companion::seat::{Lock, Seat};
use hearth_gateway_client::group::Request;
use puffco::state::{DeviceState, OperatingState};

use crate::desk::{Desk, ember};

fn in_group() -> Desk {
    let mut desk = Desk::new();
    let state = DeviceState { operating: Some(OperatingState::IDLE), ..DeviceState::default() };
    desk.linked(&ember(), state).connected().in_group_that(|_| {});
    desk.asked.clear();
    desk
}

fn sits(desk: &mut Desk, lock: Lock) {
    desk.put(Input::Seat(Seat { lock, idle_min: None }));
}

/// The gateway says what it was told.
fn echo(desk: &mut Desk) -> Option<AwayReason> {
    let away = desk.requests().iter().rev().find_map(|request| match request {
        Request::Away(away) => Some(*away),
        _ => None,
    });
    desk.in_group_that(|group| group.members[0].away = away.unwrap_or_default());
    desk.controller.view().group.unwrap().away_because
}

#[test]
fn why_one_is_away_is_shown() {
    let mut desk = in_group();
    assert_eq!(echo(&mut desk), None);
    sits(&mut desk, Lock::Locked);
    assert_eq!(echo(&mut desk), Some(AwayReason::Locked));
    sits(&mut desk, Lock::Unlocked);
    assert_eq!(desk.controller.view().group.unwrap().away_because, Some(AwayReason::Locked), "still told so");
    assert_eq!(echo(&mut desk), None);
    let asleep = DeviceState { operating: Some(OperatingState::SLEEP), ..DeviceState::default() };
    desk.tells(&ember(), asleep);
    assert_eq!(echo(&mut desk), Some(AwayReason::Device));
    desk.command(Command::SetAway { away: true });
    assert_eq!(echo(&mut desk), Some(AwayReason::Asked));
    desk.command(Command::SetAway { away: false });
    assert_eq!(echo(&mut desk), None);
}

#[test]
fn a_seat_of_which_nobody_tells_makes_nobody_away() {
    let mut desk = in_group();
    sits(&mut desk, Lock::Locked);
    sits(&mut desk, Lock::Unknown);
    assert_eq!(desk.requests(), [Request::Away(true), Request::Away(false)]);
}

#[test]
fn the_settings_say_what_happens_by_itself() {
    let mut desk = in_group();
    sits(&mut desk, Lock::Locked);
    let settings = Settings { away_when_locked: false, ..Settings::default() };
    desk.command(Command::SetSettings { settings });
    assert_eq!(desk.requests(), [Request::Away(true), Request::Away(false)]);
    let saved = desk.saved().unwrap();
    // They are followed from the start.
    let mut next = Desk::starting(|start| start.saved = saved);
    next.connected().in_group_that(|_| {});
    sits(&mut next, Lock::Locked);
    assert!(!next.requests().contains(&Request::Away(true)));
}

#[test]
fn another_gateway_hears_of_it_when_it_is_connected() {
    let mut desk = in_group();
    sits(&mut desk, Lock::Locked);
    desk.asked.clear();
    desk.command(Command::UseGateway { url: "http://127.0.0.1:9000".into() });
    let requests = desk.requests();
    assert_eq!(requests.iter().filter(|request| **request == Request::Away(true)).count(), 1, "{requests:?}");
}

//! Notifications: each thing once, only while nobody looks, only where it is wanted.

use std::time::Duration;

use hearth_companion::contract::{Command, Notify, QuietHours, Settings};
use hearth_companion::controller::Input;
use hearth_companion::shell::{NotifyKind, Request, ShellEvent};
use hearth_gateway_client::group::{self, GroupPhase, SessionId};
use jiff::tz::TimeZone;
use puffco::state::{ChargeState, DeviceState, OperatingState};

use crate::desk::{Desk, ember, member};

const ALL: Notify = Notify {
    asked: true,
    countdown: true,
    at_temperature: true,
    joined: true,
    battery_low: true,
    charged: true,
};

fn does(operating: OperatingState) -> DeviceState {
    DeviceState { operating: Some(operating), battery_percent: Some(80.0), ..DeviceState::default() }
}

fn battery(percent: f32, charge: u8) -> DeviceState {
    DeviceState {
        battery_percent: Some(percent),
        charge: Some(ChargeState(charge)),
        charge_source: Some(1),
        ..does(OperatingState::IDLE)
    }
}

fn desk_with(change: impl FnOnce(&mut Settings)) -> Desk {
    let mut desk = Desk::starting(|start| {
        start.saved.settings.notify = ALL;
        change(&mut start.saved.settings);
    });
    desk.attached().connected().linked(&ember(), does(OperatingState::IDLE));
    desk.in_group_with(GroupPhase::Chilling, vec![member("mika", Some("Mika"))]);
    desk.shell_asked();
    desk
}

fn desk() -> Desk {
    desk_with(|_| {})
}

/// What was notified since the last look: kind and title.
fn news(desk: &mut Desk) -> Vec<(NotifyKind, String)> {
    let of = |request| match request {
        Request::Notify(news) => Some((news.kind, news.title)),
        _ => None,
    };
    desk.shell_asked().into_iter().filter_map(of).collect()
}

fn asks(desk: &mut Desk, by: &str) {
    let by = Some(SessionId(by.into()));
    desk.put(Input::Gateway(group::Event::Inquiry { by, watcher: false, away: false }));
    desk.in_group_with(GroupPhase::Awaiting, vec![member("mika", Some("Mika"))]);
}

#[test]
fn somebody_who_asks_is_told_once() {
    let mut desk = desk();
    asks(&mut desk, "mika");
    desk.pass(Duration::from_secs(5));
    assert_eq!(news(&mut desk), [(NotifyKind::Asked, "Mika wants to start".to_owned())]);
    desk.in_group_with(GroupPhase::Chilling, vec![member("mika", Some("Mika"))]);
    let over = desk.shell_asked();
    assert!(
        over.contains(&Request::Withdraw(NotifyKind::Asked)),
        "what holds no more is taken away: {over:?}"
    );
}

#[test]
fn who_asked_themselves_or_is_away_is_not_told() {
    let mut desk = desk();
    asks(&mut desk, "own");
    desk.pass(Duration::from_secs(5));
    assert_eq!(news(&mut desk), []);
}

#[test]
fn nobody_is_told_of_an_inquiry_that_was_under_way_when_they_came() {
    let mut desk = Desk::starting(|start| start.saved.settings.notify = ALL);
    desk.attached().connected();
    asks(&mut desk, "mika");
    desk.pass(Duration::from_secs(5));
    assert_eq!(news(&mut desk), []);
}

#[test]
fn nothing_is_notified_while_a_window_is_in_front() {
    let mut desk = desk();
    desk.desktop(ShellEvent::Focused(true));
    asks(&mut desk, "mika");
    desk.pass(Duration::from_secs(5));
    desk.desktop(ShellEvent::Focused(false)).pass(Duration::from_secs(5));
    assert_eq!(news(&mut desk), [], "and it does not come late");
}

#[test]
fn each_can_be_switched_off_and_all_can_be_muted() {
    let mut desk = desk_with(|settings| settings.notify.asked = false);
    asks(&mut desk, "mika");
    assert_eq!(news(&mut desk), []);
    let mut desk = self::desk();
    desk.command(Command::Mute { on: true });
    assert!(desk.controller.view().desk.muted);
    asks(&mut desk, "mika");
    assert_eq!(news(&mut desk), []);
}

#[test]
fn quiet_hours_are_those_of_the_persons_clock() {
    let minute_here = |desk: &Desk| (desk.now.unix_ms / 60_000 % 1440) as u16;
    let quiet_at = |minute: u16| Some(QuietHours { from: (minute + 1410) % 1440, to: (minute + 30) % 1440 });
    let five_hours_east = TimeZone::fixed(jiff::tz::offset(5));
    for (minutes_east, told) in [(300, 0), (0, 1)] {
        let mut desk = desk();
        desk.desktop(ShellEvent::Zone(five_hours_east.clone()));
        let mut settings = desk.controller.view().settings;
        settings.quiet = quiet_at((minute_here(&desk) + minutes_east) % 1440);
        desk.command(Command::SetSettings { settings });
        asks(&mut desk, "mika");
        assert_eq!(news(&mut desk).len(), told, "{minutes_east}");
    }
}

#[test]
fn a_countdown_is_told_to_who_takes_part_and_to_nobody_else() {
    let starts = |desk: &mut Desk, excluded: bool| {
        let start_at = Some(desk.now.instant + Duration::from_secs(3));
        let start = group::Event::StartHeating { by: None, excluded, start_at };
        desk.put(Input::Gateway(start));
        let mut told = news(desk);
        told.retain(|(kind, _)| *kind == NotifyKind::Countdown);
        told.len()
    };
    let awaiting = |ready: &[&str]| {
        let mut desk = desk();
        asks(&mut desk, "mika");
        desk.tells(&ember(), does(OperatingState::TEMP_SELECT));
        let ready = ready.iter().map(|id| SessionId((*id).into())).collect();
        desk.in_group_ready(GroupPhase::Awaiting, vec![member("mika", Some("Mika"))], ready);
        news(&mut desk);
        desk
    };
    assert_eq!(starts(&mut awaiting(&["own", "mika"]), false), 1);
    assert_eq!(starts(&mut awaiting(&["mika"]), true), 0);
}

#[test]
fn a_device_that_comes_to_its_temperature_is_told() {
    let mut desk = desk();
    desk.tells(&ember(), does(OperatingState::PREHEAT)).tells(&ember(), does(OperatingState::ACTIVE));
    desk.tells(&ember(), does(OperatingState::ACTIVE));
    let told = news(&mut desk);
    assert_eq!(told, [(NotifyKind::AtTemperature, "Peak ble:ember is at temperature".to_owned())]);
    desk.tells(&ember(), does(OperatingState::FADE));
    assert!(desk.shell_asked().contains(&Request::Withdraw(NotifyKind::AtTemperature)));
}

#[test]
fn a_heat_that_was_under_way_when_the_link_came_is_not_told() {
    let mut desk = Desk::starting(|start| start.saved.settings.notify = ALL);
    desk.attached().linked(&ember(), does(OperatingState::ACTIVE));
    assert_eq!(news(&mut desk), []);
}

#[test]
fn a_low_battery_is_told_once_until_it_was_charged() {
    let mut desk = desk();
    for percent in [24.0, 20.0, 21.0, 19.0, 5.0] {
        desk.tells(&ember(), battery(percent, 4));
    }
    let told = news(&mut desk);
    assert_eq!(told, [(NotifyKind::BatteryLow, "Peak ble:ember has 20 % left".to_owned())]);
    desk.tells(&ember(), battery(15.0, 0)).tells(&ember(), battery(18.0, 4));
    assert_eq!(news(&mut desk).len(), 1, "another discharge");
}

#[test]
fn a_device_that_charges_is_told_when_it_is_full_and_not_when_it_is_unplugged() {
    let mut desk = desk();
    desk.tells(&ember(), battery(97.0, 0)).tells(&ember(), battery(97.0, 4));
    assert_eq!(news(&mut desk), []);
    desk.tells(&ember(), battery(99.0, 1)).tells(&ember(), battery(99.0, 2));
    desk.tells(&ember(), battery(100.0, 2));
    assert_eq!(news(&mut desk), [(NotifyKind::Charged, "Peak ble:ember is charged".to_owned())]);
}

#[test]
fn friends_who_join_together_are_told_together() {
    let mut desk = desk();
    let friends = |names: &[&str]| names.iter().map(|name| member(name, Some(name))).collect();
    desk.in_group_with(GroupPhase::Chilling, friends(&["mika", "theo"]));
    desk.pass(Duration::from_millis(500));
    desk.in_group_with(GroupPhase::Chilling, friends(&["mika", "theo", "noa"]));
    desk.pass(Duration::from_secs(4));
    assert_eq!(news(&mut desk), [(NotifyKind::Joined, "noa and theo joined".to_owned())]);
    let many = friends(&["mika", "theo", "noa", "a", "b", "c"]);
    desk.in_group_with(GroupPhase::Chilling, many).pass(Duration::from_secs(4));
    assert_eq!(news(&mut desk), [(NotifyKind::Joined, "3 people joined".to_owned())]);
}

#[test]
fn who_leaves_again_at_once_is_not_told() {
    let mut desk = desk();
    desk.in_group_with(GroupPhase::Chilling, vec![member("mika", Some("Mika")), member("x", Some("X"))]);
    desk.in_group_with(GroupPhase::Chilling, vec![member("mika", Some("Mika"))]);
    desk.pass(Duration::from_secs(4));
    assert_eq!(news(&mut desk), []);
}

#[test]
fn a_desktop_that_shows_no_notifications_is_not_asked_for_any() {
    let mut desk = desk();
    desk.desktop(ShellEvent::Notifications(false));
    assert!(!desk.controller.view().desk.notifications);
    asks(&mut desk, "mika");
    assert_eq!(news(&mut desk), []);
}

#[test]
fn the_groups_code_is_in_no_notification() {
    let mut desk = desk();
    asks(&mut desk, "mika");
    desk.in_group_with(GroupPhase::Awaiting, vec![member("mika", Some("Mika")), member("y", Some("Y"))]);
    desk.pass(Duration::from_secs(4));
    let told = desk.shell_asked();
    let told: Vec<_> = told.iter().filter(|request| matches!(request, Request::Notify(_))).collect();
    assert_eq!(told.len(), 2);
    assert!(!format!("{told:?}").contains("abc123"));
}

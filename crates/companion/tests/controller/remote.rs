//! What the own account asks for from elsewhere: stops are done, starts only with consent.

use hearth_companion::contract::{Command, NoticeKind, Settings};
use hearth_companion::controller::Input;
use hearth_gateway_client::group::{self, GroupPhase, RemoteAction, Request};
use puffco::device::{self as machine, Phase};
use puffco::state::{DeviceState, OperatingState};

use crate::desk::{Desk, ember};

fn at(operating: OperatingState) -> DeviceState {
    DeviceState { operating: Some(operating), ..DeviceState::default() }
}

/// A desk in a group, with a linked device, whose owner consents or not.
fn desk(consents: bool) -> Desk {
    let mut desk = Desk::new();
    let settings = Settings { remote_actions: consents, ..Settings::default() };
    desk.command(Command::SetSettings { settings });
    desk.linked(&ember(), at(OperatingState::IDLE)).connected().in_group(GroupPhase::Awaiting);
    desk.requested(&ember());
    desk.asked.clear();
    desk
}

fn asks(desk: &mut Desk, action: RemoteAction) -> Vec<machine::Request> {
    desk.put(Input::Gateway(group::Event::RemoteAction(action)));
    desk.requested(&ember()).into_iter().map(|(_, request)| request).collect()
}

#[test]
fn without_consent_nothing_is_started_and_it_is_said_once() {
    let mut desk = desk(false);
    for _ in 0..3 {
        for action in [RemoteAction::BeginHeat, RemoteAction::Ready, RemoteAction::StartWithReady] {
            assert_eq!(asks(&mut desk, action), []);
        }
    }
    assert_eq!(desk.requests(), []);
    assert_eq!(desk.notices(), ["remote_refused"]);
    let notice = desk.controller.view().notices.remove(0);
    assert_eq!(notice.kind, NoticeKind::Info);
    desk.command(Command::DismissNotice { id: notice.id });
    asks(&mut desk, RemoteAction::BeginHeat);
    assert_eq!(desk.notices(), <[&str; 0]>::default());
}

#[test]
fn with_consent_a_heat_is_asked_for_once_told_and_can_be_stopped() {
    let mut desk = desk(true);
    let asked = asks(&mut desk, RemoteAction::BeginHeat);
    assert!(matches!(asked[..], [machine::Request::Heat { .. }]), "{asked:?}");
    assert_eq!(desk.notices(), ["remote_heat"]);
    assert_eq!(asks(&mut desk, RemoteAction::BeginHeat), [], "it is under way");
    desk.tells(&ember(), at(OperatingState::PREHEAT));
    assert_eq!(asks(&mut desk, RemoteAction::BeginHeat), [], "it heats");
    desk.command(Command::StopHeat);
    assert_eq!(desk.requested(&ember())[0].1, machine::Request::Abort);
    desk.tells(&ember(), at(OperatingState::IDLE));
    assert!(!desk.notices().contains(&"remote_heat".to_owned()), "it is over");
}

#[test]
fn a_heat_from_afar_that_is_not_possible_is_not_told_as_one() {
    let mut desk = desk(true);
    desk.phase(&ember(), Phase::Idle);
    assert_eq!(asks(&mut desk, RemoteAction::BeginHeat), []);
    assert_eq!(desk.notices(), ["no_device"]);
}

#[test]
fn a_stop_from_afar_is_always_done() {
    for consents in [false, true] {
        let mut desk = desk(consents);
        assert_eq!(asks(&mut desk, RemoteAction::CancelHeat), [], "nothing heats");
        assert_eq!(desk.notices(), <[&str; 0]>::default());
        desk.command(Command::HeatNow);
        desk.requested(&ember());
        assert_eq!(asks(&mut desk, RemoteAction::CancelHeat), [machine::Request::Abort]);
        desk.tells(&ember(), at(OperatingState::PREHEAT));
        assert_eq!(asks(&mut desk, RemoteAction::CancelHeat), [machine::Request::Abort]);
    }
}

#[test]
fn who_is_made_unready_from_afar_takes_no_part() {
    let mut desk = desk(false);
    desk.tells(&ember(), at(OperatingState::TEMP_SELECT));
    assert_eq!(asks(&mut desk, RemoteAction::Unready), [machine::Request::TempSelectStop]);
    desk.tells(&ember(), at(OperatingState::IDLE)).in_group(GroupPhase::Seshing);
    let start_at = Some(desk.now.instant + std::time::Duration::from_secs(1));
    desk.put(Input::Gateway(group::Event::StartHeating { by: None, excluded: false, start_at }));
    desk.pass(std::time::Duration::from_secs(5));
    assert_eq!(desk.requested(&ember()), []);
}

#[test]
fn a_device_lets_go_from_afar_but_not_in_the_middle_of_its_heat() {
    let lets_go = |desk: &Desk| {
        use hearth_companion::controller::Output;
        desk.asked.iter().any(|output| matches!(output, Output::Device(_, machine::Input::Disconnect)))
    };
    let mut desk = desk(false);
    desk.command(Command::HeatNow);
    asks(&mut desk, RemoteAction::Disconnect);
    assert!(!lets_go(&desk));
    desk.tells(&ember(), at(OperatingState::PREHEAT)).tells(&ember(), at(OperatingState::IDLE));
    asks(&mut desk, RemoteAction::Disconnect);
    assert!(lets_go(&desk));
}

#[test]
fn asking_the_others_to_get_ready_needs_no_consent_because_each_of_them_presses_a_button() {
    let mut desk = desk(false);
    asks(&mut desk, RemoteAction::Inquire);
    assert_eq!(desk.requests(), [Request::Inquire]);
}

#[test]
fn with_consent_the_device_gets_ready_and_the_group_starts() {
    let mut desk = desk(true);
    assert_eq!(asks(&mut desk, RemoteAction::Ready), [machine::Request::TempSelectBegin]);
    asks(&mut desk, RemoteAction::StartWithReady);
    assert_eq!(desk.requests(), [Request::StartWithReady]);
}

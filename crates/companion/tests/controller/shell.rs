//! The desktop: what the tray shows and does, closing, links, files, the shortcut, start at login.

use std::path::PathBuf;
use std::time::Duration;

use hearth_companion::contract::{Command, Event, Page, Settings, Unit};
use hearth_companion::controller::Output;
use hearth_companion::shell::{
    AtLogin, Closing, Gauge, Request, ShellEvent, ShortcutProblem, TrayAction, TrayItem, TrayView,
};
use hearth_gateway_client::group::{GroupPhase, Request as Asked, SessionId};
use puffco::device::{self as machine, Phase};
use puffco::state::{DeviceState, OperatingState};

use crate::desk::{Desk, ember, member};

fn state(operating: OperatingState) -> DeviceState {
    DeviceState { operating: Some(operating), battery_percent: Some(80.0), ..DeviceState::default() }
}

/// A desk with a shell, a gateway and a linked device.
fn desk() -> Desk {
    let mut desk = Desk::new();
    desk.attached().connected().linked(&ember(), state(OperatingState::IDLE));
    desk
}

fn tray(desk: &mut Desk) -> TrayView {
    let asked = desk.shell_asked();
    let mut trays = asked.into_iter().filter_map(|request| match request {
        Request::Tray(tray) => Some(*tray),
        _ => None,
    });
    trays.next_back().expect("the tray was told")
}

fn labels(tray: &TrayView) -> Vec<String> {
    let label = |item: &TrayItem| match item {
        TrayItem::Line(text) => format!("({text})"),
        TrayItem::Action { label, enabled: true, checked: None, .. } => label.clone(),
        TrayItem::Action { label, checked: Some(on), .. } => {
            format!("[{}] {label}", if *on { "x" } else { " " })
        }
        TrayItem::Action { label, .. } => format!("-{label}-"),
        TrayItem::Separator => "".into(),
    };
    tray.items.iter().map(label).collect()
}

fn settings(desk: &Desk, change: impl FnOnce(&mut Settings)) -> Command {
    let mut settings = desk.controller.view().settings;
    change(&mut settings);
    Command::SetSettings { settings }
}

#[test]
fn the_tray_tells_of_device_and_group_and_offers_what_can_be_done() {
    let mut desk = desk();
    desk.in_group(GroupPhase::Chilling).pass(Duration::from_secs(2));
    let tray = tray(&mut desk);
    assert_eq!(tray.gauge, Gauge::Idle);
    assert_eq!(tray.tooltip, "Peak ble:ember: battery 80 %\nTest: chilling");
    assert_eq!(
        labels(&tray),
        [
            "(Peak ble:ember: battery 80 %)",
            "(Test: chilling)",
            "",
            "-I'm ready-",
            "-Stop waiting-",
            "Set me away",
            "",
            "Open Hearth",
            "[ ] Mini window",
            "Copy invite",
            "",
            "[ ] Mute notifications",
            "Settings",
            "Quit",
        ]
    );
}

#[test]
fn the_code_of_the_group_is_not_in_the_tray() {
    let mut desk = desk();
    desk.in_group(GroupPhase::Awaiting).pass(Duration::from_secs(2));
    let told = format!("{:?}", tray(&mut desk));
    assert!(told.contains("Test") && !told.contains("abc123"), "{told}");
}

#[test]
fn the_icon_lights_while_the_device_heats_and_the_first_item_stops_it() {
    let mut desk = desk();
    let heating = DeviceState {
        heater_celsius: Some(150.0),
        target_celsius: Some(260.0),
        ..state(OperatingState::PREHEAT)
    };
    desk.tells(&ember(), heating);
    let lit = tray(&mut desk);
    assert_eq!(lit.gauge, Gauge::Heating(8));
    assert_eq!(labels(&lit)[0], "Stop the heat");
    desk.asked.clear();
    desk.desktop(ShellEvent::Chosen(TrayAction::StopHeat));
    let stops = |(_, request): &(_, machine::Request)| *request == machine::Request::Abort;
    assert!(desk.requested(&ember()).iter().any(stops), "the device is told to stop");
    desk.tells(&ember(), state(OperatingState::FADE));
    let dark = tray(&mut desk);
    assert!(!labels(&dark).contains(&"Stop the heat".into()));
    assert_eq!(dark.gauge, Gauge::Idle);
}

#[test]
fn a_running_temperature_is_told_at_most_once_a_second() {
    let mut desk = desk();
    desk.tells(&ember(), state(OperatingState::PREHEAT)).shell_asked();
    for tenth in 0..50_u8 {
        let celsius = Some(100.0 + f32::from(tenth));
        desk.tells(&ember(), DeviceState { heater_celsius: celsius, ..state(OperatingState::PREHEAT) });
        desk.pass(Duration::from_millis(50));
    }
    let told = desk.shell_asked().len();
    assert!((4..=7).contains(&told), "{told} times in five seconds");
}

#[test]
fn the_temperature_has_the_persons_unit() {
    let mut desk = desk();
    let celsius = settings(&desk, |settings| settings.unit = Unit::Celsius);
    desk.command(celsius);
    let heating = DeviceState { heater_celsius: Some(200.4), ..state(OperatingState::PREHEAT) };
    desk.tells(&ember(), heating).pass(Duration::from_secs(1));
    assert!(tray(&mut desk).tooltip.contains("heating, 200 °C"));
    let fahrenheit = settings(&desk, |settings| settings.unit = Unit::Fahrenheit);
    desk.command(fahrenheit).pass(Duration::from_secs(1));
    assert!(tray(&mut desk).tooltip.contains("heating, 393 °F"));
}

#[test]
fn a_group_that_waits_for_this_person_has_a_dot_and_ready_can_be_said() {
    let mut desk = desk();
    desk.in_group(GroupPhase::Chilling).in_group(GroupPhase::Awaiting);
    let waits = tray(&mut desk);
    assert_eq!(waits.gauge, Gauge::Waits);
    assert!(labels(&waits).contains(&"I'm ready".into()));
    desk.asked.clear();
    desk.desktop(ShellEvent::Chosen(TrayAction::Ready));
    assert!(!desk.requested(&ember()).is_empty(), "the device is put into temp select");
    desk.desktop(ShellEvent::Chosen(TrayAction::StopWaiting));
    assert!(desk.requests().contains(&Asked::Stop));
}

#[test]
fn a_lost_link_is_an_amber_dot_and_no_device_an_empty_icon() {
    let mut desk = Desk::new();
    desk.attached();
    assert_eq!(tray(&mut desk).gauge, Gauge::NoDevice);
    let mut desk = self::desk();
    let retry = Phase::Waiting {
        retry_at: desk.now.instant + Duration::from_secs(5),
        problem: machine::Problem::Other("lost".into()),
    };
    desk.phase(&ember(), retry);
    assert_eq!(tray(&mut desk).gauge, Gauge::Reconnecting);
}

#[test]
fn without_a_shell_nothing_is_asked_of_one() {
    let mut desk = Desk::new();
    desk.connected().in_group(GroupPhase::Awaiting);
    desk.command(Command::ShowWindow).command(Command::Mini { open: true }).command(Command::Quit);
    desk.pass(Duration::from_secs(3));
    assert_eq!(desk.shell_asked(), []);
    assert!(!desk.controller.view().desk.window);
}

#[test]
fn closing_hides_the_window_only_where_it_is_wanted_and_a_tray_is_there() {
    let mut desk = Desk::new();
    desk.attached();
    let closing = |desk: &mut Desk| {
        let of = |request| match request {
            Request::Closing(closing) => Some(closing),
            _ => None,
        };
        desk.shell_asked().into_iter().filter_map(of).next_back()
    };
    assert_eq!(closing(&mut desk), Some(Closing::Quits));
    let to_tray = settings(&desk, |settings| settings.close_to_tray = true);
    desk.command(to_tray);
    assert_eq!(closing(&mut desk), Some(Closing::Hides));
    desk.desktop(ShellEvent::Tray(false));
    assert_eq!(closing(&mut desk), Some(Closing::Quits));
    desk.desktop(ShellEvent::Tray(true));
    assert_eq!(closing(&mut desk), Some(Closing::Hides));
}

#[test]
fn a_hidden_window_is_shown_when_the_tray_does_not_come_back() {
    let mut desk = Desk::new();
    desk.attached().desktop(ShellEvent::Visible(false)).shell_asked();
    desk.desktop(ShellEvent::Tray(false)).pass(Duration::from_secs(5));
    desk.desktop(ShellEvent::Tray(true)).pass(Duration::from_secs(20));
    assert!(!desk.shell_asked().contains(&Request::ShowWindow), "it came back in time");
    desk.desktop(ShellEvent::Tray(false)).pass(Duration::from_secs(10));
    assert!(desk.shell_asked().contains(&Request::ShowWindow));
}

#[test]
fn a_link_from_outside_is_shown_in_the_lobby_and_joins_nothing() {
    let mut desk = Desk::new();
    desk.attached().connected().asked.clear();
    desk.desktop(ShellEvent::Link("hearth://join/q7xk2m".into()));
    assert_eq!(desk.requests(), []);
    let view = desk.controller.view().desk;
    assert_eq!(view.invite.map(|invite| invite.code).as_deref(), Some("q7xk2m"));
    assert_eq!(view.visit.map(|visit| visit.page), Some(Page::Lobby));
    assert!(desk.shell_asked().contains(&Request::ShowWindow));

    let first = desk.controller.view().desk.invite.map(|invite| invite.id);
    desk.desktop(ShellEvent::Link("hearth://join/q7xk2m".into()));
    assert_ne!(desk.controller.view().desk.invite.map(|invite| invite.id), first, "the same, once more");

    desk.command(Command::JoinGroup { code: "q7xk2m".into() });
    assert_eq!(desk.requests(), [Asked::Join("q7xk2m".into())]);
    assert_eq!(desk.controller.view().desk.invite, None);
}

#[test]
fn an_invite_can_be_left() {
    let mut desk = Desk::new();
    desk.attached().desktop(ShellEvent::Link("hearth://join/q7xk2m".into())).command(Command::DropInvite);
    assert_eq!(desk.controller.view().desk.invite, None);
}

#[test]
fn a_link_that_is_no_invite_is_said_to_be_none() {
    let mut desk = Desk::new();
    desk.attached().desktop(ShellEvent::Link("hearth://heat/now".into()));
    assert_eq!(desk.notices(), ["no_invite"]);
    assert_eq!(desk.controller.view().desk.invite, None);
}

#[test]
fn the_invite_that_is_copied_opens_this_group() {
    let mut desk = desk();
    desk.in_group(GroupPhase::Chilling).desktop(ShellEvent::Chosen(TrayAction::CopyInvite));
    assert!(desk.shell_asked().contains(&Request::Copy("hearth://join/abc123".into())));
}

#[test]
fn the_trays_settings_open_the_window_on_them() {
    let mut desk = Desk::new();
    desk.attached().desktop(ShellEvent::Chosen(TrayAction::Settings));
    assert!(desk.shell_asked().contains(&Request::ShowWindow));
    let visit = desk.controller.view().desk.visit.expect("a page is asked for");
    assert_eq!(visit.page, Page::Settings);
    desk.desktop(ShellEvent::Chosen(TrayAction::Settings));
    assert!(desk.controller.view().desk.visit.expect("again").id > visit.id);
}

#[test]
fn a_second_start_brings_the_window_to_the_front() {
    let mut desk = Desk::new();
    desk.attached().shell_asked();
    desk.desktop(ShellEvent::StartedAgain);
    assert_eq!(desk.shell_asked(), [Request::ShowWindow]);
}

fn files(desk: &Desk) -> Vec<(String, Option<String>, String)> {
    let file = |event: &Event| match event {
        Event::File { name, path, base64 } => Some((name.clone(), path.clone(), base64.clone())),
        _ => None,
    };
    desk.told.iter().filter_map(file).collect()
}

#[test]
fn a_file_is_kept_by_the_shell_under_a_safe_name() {
    let mut desk = Desk::new();
    desk.attached().shell_asked();
    desk.command(Command::SaveFile { name: "../sesh.png".into(), base64: "aGk=".into() });
    let content = b"hi".to_vec();
    assert_eq!(desk.shell_asked(), [Request::Keep { name: "sesh.png".into(), content }]);
    let path = PathBuf::from("/home/somebody/Downloads/sesh (2).png");
    desk.desktop(ShellEvent::Kept { name: "sesh.png".into(), result: Ok(path.clone()) });
    let kept = ("sesh (2).png".to_owned(), Some(path.display().to_string()), String::new());
    assert_eq!(files(&desk), [kept]);
}

#[test]
fn without_a_shell_the_face_keeps_the_file() {
    let mut desk = Desk::new();
    desk.command(Command::SaveFile { name: "sesh.png".into(), base64: "aGk=".into() });
    assert_eq!(files(&desk), [("sesh.png".to_owned(), None, "aGk=".to_owned())]);
}

#[test]
fn a_file_that_could_not_be_kept_is_told() {
    let mut desk = Desk::new();
    desk.attached().command(Command::SaveFile { name: "sesh.png".into(), base64: "no base64!".into() });
    assert_eq!(desk.notices(), ["file_not_kept"]);
    let full = Err("no space left on device".to_owned());
    desk.desktop(ShellEvent::Kept { name: "sesh.png".into(), result: full });
    assert_eq!(desk.notices(), ["file_not_kept"]);
    let kept = Ok(PathBuf::from("/d/sesh.png"));
    desk.desktop(ShellEvent::Kept { name: "sesh.png".into(), result: kept });
    assert_eq!(desk.notices(), Vec::<String>::new());
}

#[test]
fn start_at_login_follows_the_settings_but_is_not_set_up_at_every_start() {
    let mut desk = Desk::starting(|start| start.saved.settings.start_at_login = true);
    desk.attached();
    let at_login = |desk: &mut Desk| {
        let mut asked = desk.shell_asked();
        asked.retain(|request| matches!(request, Request::StartAtLogin(_)));
        asked
    };
    assert_eq!(at_login(&mut desk), []);
    let seen = settings(&desk, |settings| settings.start_hidden = false);
    desk.command(seen);
    assert_eq!(at_login(&mut desk), [Request::StartAtLogin(Some(AtLogin { hidden: false }))]);
    let off = settings(&desk, |settings| settings.start_at_login = false);
    desk.command(off);
    assert_eq!(at_login(&mut desk), [Request::StartAtLogin(None)]);
}

#[test]
fn a_start_at_login_that_failed_is_not_shown_as_set_up() {
    let mut desk = Desk::new();
    desk.attached();
    let on = settings(&desk, |settings| settings.start_at_login = true);
    desk.command(on).desktop(ShellEvent::NotAtLogin("read-only file system".into()));
    assert!(!desk.controller.view().settings.start_at_login);
    assert_eq!(desk.saved().map(|saved| saved.settings.start_at_login), Some(false));
    assert_eq!(desk.notices(), ["not_at_login"]);
}

/// A desk with the shortcut set, and a device and a friend in a group.
fn with_shortcut(phase: GroupPhase) -> Desk {
    let mut desk = desk();
    let keys = settings(&desk, |settings| settings.shortcut = Some("Ctrl+Alt+H".into()));
    desk.command(keys);
    assert!(desk.shell_asked().contains(&Request::Shortcut(Some("Ctrl+Alt+H".into()))));
    desk.in_group_with(phase, vec![member("mika", Some("Mika"))]);
    desk.asked.clear();
    desk
}

#[test]
fn the_shortcut_asks_and_says_ready_as_the_button_does() {
    let mut desk = with_shortcut(GroupPhase::Chilling);
    desk.desktop(ShellEvent::ShortcutPressed);
    assert_eq!(desk.requests(), [Asked::Inquire]);
    let mut desk = with_shortcut(GroupPhase::Awaiting);
    desk.desktop(ShellEvent::ShortcutPressed);
    assert!(!desk.requested(&ember()).is_empty());
}

#[test]
fn the_shortcut_starts_with_who_is_ready_once_this_person_is() {
    let mut desk = with_shortcut(GroupPhase::Awaiting);
    let ready = vec![SessionId("own".into())];
    desk.tells(&ember(), state(OperatingState::TEMP_SELECT));
    desk.in_group_ready(GroupPhase::Awaiting, vec![member("mika", Some("Mika"))], ready);
    desk.asked.clear();
    desk.desktop(ShellEvent::ShortcutPressed);
    assert_eq!(desk.requests(), [Asked::StartWithReady]);
}

#[test]
fn whose_press_counts_no_more_is_not_shown_as_ready_although_the_gateway_says_so() {
    let mut desk = with_shortcut(GroupPhase::Awaiting);
    desk.tells(&ember(), state(OperatingState::TEMP_SELECT));
    let ready = vec![SessionId("own".into())];
    desk.in_group_ready(GroupPhase::Awaiting, vec![member("mika", Some("Mika"))], ready);
    assert!(desk.controller.view().stage.me_ready);
    desk.tells(&ember(), state(OperatingState::SLEEP)).tells(&ember(), state(OperatingState::IDLE));
    assert!(!desk.controller.view().stage.me_ready);
    desk.asked.clear();
    desk.desktop(ShellEvent::ShortcutPressed);
    assert!(!desk.requested(&ember()).is_empty(), "it can be said again");
}

#[test]
fn the_shortcut_never_heats_by_itself() {
    // Alone.
    let mut desk = desk();
    desk.asked.clear();
    desk.desktop(ShellEvent::ShortcutPressed);
    assert_eq!(desk.requested(&ember()), []);
    // While the device heats, asleep, away, and without a link.
    for operating in [OperatingState::PREHEAT, OperatingState::ACTIVE, OperatingState::SLEEP] {
        let mut desk = with_shortcut(GroupPhase::Awaiting);
        desk.tells(&ember(), state(operating)).asked.clear();
        desk.desktop(ShellEvent::ShortcutPressed);
        assert_eq!(desk.requested(&ember()), [], "{operating:?}");
        assert_eq!(desk.requests(), [], "{operating:?}");
    }
    let mut desk = with_shortcut(GroupPhase::Chilling);
    desk.phase(&ember(), Phase::Away).asked.clear();
    desk.desktop(ShellEvent::ShortcutPressed);
    assert_eq!(desk.requests(), []);
}

#[test]
fn keys_that_are_held_down_count_once() {
    let mut desk = with_shortcut(GroupPhase::Chilling);
    for _ in 0..10 {
        desk.desktop(ShellEvent::ShortcutPressed).pass(Duration::from_millis(100));
    }
    assert_eq!(desk.requests(), [Asked::Inquire]);
}

#[test]
fn a_shortcut_that_does_not_work_says_why() {
    let mut desk = with_shortcut(GroupPhase::Chilling);
    let code = |desk: &Desk| desk.controller.view().desk.shortcut_problem.map(|problem| problem.code);
    assert_eq!(code(&desk), None);
    desk.desktop(ShellEvent::Shortcut(Err(ShortcutProblem::Taken)));
    assert_eq!(code(&desk).as_deref(), Some("shortcut_taken"));
    desk.desktop(ShellEvent::Shortcut(Ok(())));
    assert_eq!(code(&desk), None);

    let mut desk = Desk::starting(|start| start.saved.settings.shortcut = Some("Ctrl+Alt+H".into()));
    desk.desktop(ShellEvent::Attached(Default::default()));
    assert_eq!(code(&desk).as_deref(), Some("shortcut_not_here"));
    assert!(!desk.asked.iter().any(|output| matches!(output, Output::Shell(Request::Shortcut(_)))));
}

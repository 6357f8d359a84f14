//! The countdown that a group's owner chose, as a person sees it: in the session, the tray and the notifications.

use std::time::{Duration, Instant};

use hearth_companion::contract::{Command, Notify, Stage};
use hearth_companion::controller::Input;
use hearth_companion::shell::{NotifyKind, Request as Asked, ShellEvent, TrayAction, TrayItem};
use hearth_gateway_client::group::{self, GroupPhase, Request, SessionId, Status};
use puffco::device as machine;
use puffco::state::{DeviceState, OperatingState};

use crate::desk::{Desk, ember, member};

const TEN_S: Duration = Duration::from_secs(10);

fn does(operating: OperatingState) -> DeviceState {
    DeviceState { operating: Some(operating), ..DeviceState::default() }
}

/// Told of the group as it is while Mika and this person are ready.
fn group(desk: &mut Desk, phase: GroupPhase, counts_to: Option<Instant>) {
    desk.in_group_that(|group| {
        group.phase = phase;
        group.countdown = Some(TEN_S);
        group.counts_to = counts_to;
        group.members.push(member("mika", Some("Mika")));
        group.ready = ["own", "mika"].map(|id| SessionId(id.into())).to_vec();
    });
}

fn told(desk: &mut Desk, by: Option<&str>, start_at: Option<Instant>) {
    group(desk, GroupPhase::Awaiting, start_at);
    let by = by.map(|id| SessionId(id.into()));
    desk.put(Input::Gateway(group::Event::Countdown { by, start_at }));
    desk.settle();
}

/// Both are ready, and it counts down from ten.
fn counting() -> Desk {
    let mut desk = Desk::starting(|start| {
        start.saved.settings.notify = Notify { countdown: true, ..start.saved.settings.notify };
    });
    desk.attached().connected().linked(&ember(), does(OperatingState::IDLE));
    group(&mut desk, GroupPhase::Awaiting, None);
    desk.tells(&ember(), does(OperatingState::TEMP_SELECT));
    desk.settle();
    desk.shell_asked();
    let start_at = desk.now.instant + TEN_S;
    told(&mut desk, Some("mika"), Some(start_at));
    desk
}

fn notified(desk: &mut Desk) -> Vec<String> {
    let of = |request| match request {
        Asked::Notify(news) if news.kind == NotifyKind::Countdown => Some(news.body),
        _ => None,
    };
    desk.shell_asked().into_iter().filter_map(of).collect()
}

#[test]
fn it_is_shown_from_its_beginning_and_can_be_called_off() {
    let desk = counting();
    let stage = desk.controller.view().stage;
    assert_eq!((stage.stage, stage.calls_off, stage.armed), (Stage::Countdown, true, true));
    let left = stage.start_at.unwrap() - desk.now.unix_ms as f64;
    assert!((9_000.0..=10_000.0).contains(&left), "{left} ms");
    assert_eq!(stage.devices, 2);
    assert_eq!(desk.controller.view().group.unwrap().countdown_ms, Some(10_000));
    assert_eq!(desk.chat().last().unwrap(), "Starts in 10 s");
}

#[test]
fn whose_doing_its_end_is_stands_in_the_chat() {
    for (by, line) in [
        (Some("mika"), "Mika called the countdown off"),
        (Some("own"), "You called the countdown off"),
        (None, "The countdown was called off"),
    ] {
        let mut desk = counting();
        told(&mut desk, by, None);
        assert_eq!((desk.stage(), desk.chat().last().unwrap().as_str()), (Stage::Awaiting, line));
    }
}

#[test]
fn sitting_out_makes_unready_and_asks_for_nothing_else() {
    let mut desk = counting();
    desk.requested(&ember());
    desk.command(Command::SitOut);
    let asked = desk.requested(&ember());
    assert!(matches!(&asked[..], [(_, machine::Request::TempSelectStop)]), "{asked:?}");
    let stage = desk.controller.view().stage;
    assert_eq!((stage.stage, stage.armed), (Stage::Countdown, false), "until the gateway calls it off");
}

#[test]
fn the_desktop_is_told_once_and_offers_to_call_it_off() {
    let mut desk = counting();
    let asked = desk.shell_asked();
    let tray = asked.iter().rev().find_map(|request| match request {
        Asked::Tray(tray) => Some(tray.clone()),
        _ => None,
    });
    let offers = tray.unwrap().items.into_iter().any(|item| {
        matches!(item, TrayItem::Action { action: TrayAction::SitOut, label, .. } if label == "Call the start off")
    });
    assert!(offers);
    let bodies: Vec<&String> = asked
        .iter()
        .filter_map(|request| match request {
            Asked::Notify(news) if news.kind == NotifyKind::Countdown => Some(&news.body),
            _ => None,
        })
        .collect();
    assert_eq!(bodies, ["Test starts soon. It can still be called off."]);
    // The start itself is no second one.
    desk.pass(Duration::from_millis(7_900));
    group(&mut desk, GroupPhase::Seshing, None);
    let start_at = Some(desk.now.instant + Duration::from_millis(2_100));
    desk.put(Input::Gateway(group::Event::StartHeating { by: None, excluded: false, start_at }));
    desk.settle();
    assert_eq!(desk.stage(), Stage::Countdown);
    assert_eq!(notified(&mut desk), [] as [String; 0]);
    desk.desktop(ShellEvent::Chosen(TrayAction::SitOut));
    assert!(!desk.controller.view().stage.armed);
}

#[test]
fn nothing_heats_at_its_end_unless_the_gateway_says_so() {
    let mut desk = counting();
    desk.requested(&ember());
    desk.pass(Duration::from_secs(15));
    let heats = |(_, request): &(_, machine::Request)| matches!(request, machine::Request::Heat { .. });
    assert!(!desk.requested(&ember()).iter().any(heats));
    assert_eq!(desk.stage(), Stage::Awaiting, "nobody announced a start");
}

#[test]
fn setting_the_clock_back_moves_neither_the_countdown_nor_the_sesh_nor_its_chart() {
    const HOUR_MS: u64 = 3_600_000;
    let back = |desk: &mut Desk| {
        desk.now.unix_ms -= HOUR_MS;
        desk.pass(Duration::from_secs(1)).settle();
    };
    let mut desk = counting();
    back(&mut desk);
    let stage = desk.controller.view().stage;
    let left = stage.start_at.unwrap() - desk.now.unix_ms as f64;
    assert!((8_000.0..9_000.0).contains(&left), "{left} ms");
    desk.pass(Duration::from_secs(7));
    group(&mut desk, GroupPhase::Seshing, None);
    let start_at = Some(desk.now.instant + Duration::from_millis(2_100));
    desk.put(Input::Gateway(group::Event::StartHeating { by: None, excluded: false, start_at }));
    back(&mut desk);
    assert_eq!(desk.stage(), Stage::Countdown);
    desk.pass(Duration::from_secs(2));
    assert_eq!(desk.stage(), Stage::Seshing, "and not an hour later");
    back(&mut desk);
    let heats = DeviceState { heater_celsius: Some(200.0), ..does(OperatingState::PREHEAT) };
    desk.tells(&ember(), heats).settle();
    let view = desk.controller.view();
    let since = |at: Option<f64>| desk.now.unix_ms as f64 - at.unwrap();
    assert!((1_000.0..3_000.0).contains(&since(view.stage.since)), "{} ms", since(view.stage.since));
    assert!(
        (1_000.0..3_000.0).contains(&since(view.chart.started_at)),
        "{} ms",
        since(view.chart.started_at)
    );
    assert_eq!(view.chart.curves[0].points.len(), 1, "it goes on being drawn");
}

#[test]
fn a_length_is_asked_for_and_what_the_gateway_offers_is_shown() {
    let mut desk = counting();
    assert!(!desk.controller.view().gateway.chooses_countdown);
    let countdown = Some(Duration::from_secs(30));
    let status = Status::Connected { latency: None, resumed: false, countdown, voice: false };
    desk.put(Input::Gateway(group::Event::Status(status)));
    assert!(desk.controller.view().gateway.chooses_countdown);
    desk.requests();
    desk.command(Command::EditGroup { name: None, public: None, countdown_ms: Some(5_000) });
    let countdown = Some(Duration::from_secs(5));
    assert!(desk.requests().contains(&Request::Edit { name: None, visibility: None, countdown }));
}

//! What faces are told is a text of the catalogues: a person who speaks German reads nothing in English.

use std::collections::BTreeMap;

use hearth_companion::contract::{Argument, Command, Said, View};
use hearth_companion::controller::{HostNews, Input, OverlayReport};
use hearth_companion::host::HostError;
use hearth_companion::saved::StoreReport;
use hearth_companion::secrets::Keychain;
use hearth_companion::shell::{ShellEvent, ShortcutProblem};
use hearth_companion::tongue::Tongue;
use hearth_gateway_client::group::{self, GroupPhase, Refusal, RemoteAction, Status, Visibility};
use puffco::device::{Obstacle, Phase, Problem, RequestError};
use puffco::state::{DeviceState, OperatingState};
use serde_json::Value;

use crate::desk::{Desk, ember, member};
use crate::owning::refusals;

/// Alike in both languages.
const ALIKE: [&str; 4] = ["{text}", "Bluetooth", "Overlay", "{protocol}, {numbers}, {lights}"];

/// All texts in what faces are told, also those within others.
fn texts(told: &Value, found: &mut Vec<Said>) {
    match told {
        Value::Object(fields) => {
            let alone = fields.keys().all(|key| key == "text" || key == "args");
            if alone && fields.get("text").is_some_and(Value::is_string) {
                found.push(serde_json::from_value(told.clone()).unwrap());
                // An argument may be called `text`, too.
                let args = fields.get("args").and_then(Value::as_object);
                return args.into_iter().flat_map(|args| args.values()).for_each(|value| texts(value, found));
            }
            fields.values().for_each(|value| texts(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| texts(value, found)),
        _ => {}
    }
}

fn told(view: &View) -> Vec<Said> {
    let mut found = Vec::new();
    texts(&serde_json::to_value(view).unwrap(), &mut found);
    found.retain(|said| !said.is_empty());
    found
}

/// Says all of it in German.
fn understand(heard: &mut BTreeMap<String, String>, desk: &Desk) {
    for said in told(&desk.controller.view()) {
        let german = said.spoken(Tongue::German);
        if !ALIKE.contains(&&*said.text) && said != Said::verbatim(&*german) {
            assert_ne!(german, said.english(), "not in the catalogue: {}", said.text);
        }
        assert!(!german.contains('{'), "an argument is missing: {german}");
        heard.insert(said.english(), german);
    }
}

fn idle() -> DeviceState {
    DeviceState { operating: Some(OperatingState::IDLE), ..DeviceState::default() }
}

#[test]
fn every_notice_problem_and_part_is_told_in_german() {
    let mut heard = BTreeMap::new();
    for refusal in refusals() {
        let mut desk = Desk::new();
        desk.put(Input::Gateway(group::Event::Refused(refusal)));
        desk.settle();
        understand(&mut heard, &desk);
    }
    for why in [Refusal::Suspended, Refusal::HostStopped, Refusal::NotAGateway] {
        let mut desk = Desk::new();
        desk.put(Input::Gateway(group::Event::Status(Status::Refused(why))));
        desk.settle();
        understand(&mut heard, &desk);
    }
    for problem in [
        Problem::LinkLost,
        Problem::TimedOut,
        Problem::NotHeard,
        Problem::PairingNeeded,
        Problem::BondStale,
        Problem::NotAPuffco,
        Problem::UnlockRefused,
        Problem::AdapterOff,
        Problem::NoAdapter,
        Problem::PermissionDenied,
        Problem::Other("gatt 0x3e".into()),
    ] {
        let mut desk = Desk::new();
        desk.linked(&ember(), idle()).phase(&ember(), Phase::Failed(problem));
        desk.settle();
        understand(&mut heard, &desk);
    }
    for input in [
        Input::Command(Command::JoinGroup { code: " ".into() }),
        Input::Command(Command::CreateGroup { name: "n".repeat(40), public: false, countdown_ms: None }),
        Input::Command(Command::ConnectDevice { id: "ble:gone".into() }),
        Input::Command(Command::Blink { id: "ble:gone".into() }),
        Input::Command(Command::SelectProfile { id: None, slot: 9 }),
        Input::Command(Command::SendMessage { text: "n".repeat(4_000) }),
        Input::Command(Command::Rejoin { gateway: "wss://x.example".into(), code: "abc".into() }),
        Input::Command(Command::UseGateway { url: "not an address".into() }),
        Input::Command(Command::OpenRecap { id: "none".into() }),
        Input::Command(Command::HeatNow),
        Input::Command(Command::PrepareBundle),
        Input::LocalGatewayFailed("no port".into()),
        Input::Keychain(Keychain::Locked("it is".into())),
        Input::Keychain(Keychain::Missing("none".into())),
        Input::Store(StoreReport::NotWritten("no room".into())),
        Input::Store(StoreReport::Closed("no permission".into())),
        Input::Store(StoreReport::PutAside("old.json".into())),
        Input::Host(HostNews::Failed(HostError::NoNetwork)),
        Input::Host(HostNews::Failed(HostError::PortsBusy)),
        Input::Host(HostNews::Failed(HostError::NotPermitted)),
        Input::Host(HostNews::Failed(HostError::HostsAlready)),
        Input::Host(HostNews::Failed(HostError::Data("read only".into()))),
        Input::Host(HostNews::Failed(HostError::Broken("it ended".into()))),
        Input::Shell(ShellEvent::Link("https://elsewhere.example".into())),
        Input::Shell(ShellEvent::NotAtLogin("no folder".into())),
        Input::Shell(ShellEvent::Shortcut(Err(ShortcutProblem::Taken))),
        Input::Shell(ShellEvent::Shortcut(Err(ShortcutProblem::Unreadable))),
        Input::Shell(ShellEvent::Shortcut(Err(ShortcutProblem::NotHere))),
        Input::Shell(ShellEvent::Kept { name: "a.png".into(), result: Err("full".into()) }),
        Input::Gateway(group::Event::Kicked),
        Input::Gateway(group::Event::GroupDeleted),
        Input::Gateway(group::Event::GroupClosed),
        Input::Gateway(group::Event::RemoteAction(RemoteAction::BeginHeat)),
    ] {
        let mut desk = Desk::new();
        desk.connected().in_group(GroupPhase::Chilling).put(input.clone());
        desk.settle();
        understand(&mut heard, &desk);
        let failed = !matches!(input, Input::Command(Command::PrepareBundle));
        assert!(!failed || desk.controller.view() != Desk::new().controller.view(), "{input:?} says nothing");
    }
    for report in [OverlayReport::PortsBusy, OverlayReport::Failed("why".into()), OverlayReport::SameKey] {
        let mut desk = Desk::new();
        let mut settings = desk.controller.view().settings;
        settings.overlay.on = true;
        desk.command(Command::SetSettings { settings });
        desk.put(Input::Overlay(report));
        desk.settle();
        understand(&mut heard, &desk);
    }
    assert!(heard.len() > 120, "{}", heard.len());
}

#[test]
fn what_a_device_does_not_do_is_told_in_german() {
    let mut heard = BTreeMap::new();
    let obstacles = [
        Obstacle::StateUnknown,
        Obstacle::SwitchedOff,
        Obstacle::Starting,
        Obstacle::Testing,
        Obstacle::Pairing,
        Obstacle::NoChamber,
        Obstacle::NoTemperature,
        Obstacle::ChamberTooHot,
        Obstacle::BatteryTemperature,
        Obstacle::ChargeUnknown,
        Obstacle::BatteryLow,
        Obstacle::Heating,
        Obstacle::NotHeating,
        Obstacle::Busy,
        Obstacle::LogUnreadable,
        Obstacle::NoStop,
    ];
    let errors = [
        RequestError::TooLate,
        RequestError::NotConnected,
        RequestError::Uncertain,
        RequestError::Cancelled,
        RequestError::AlreadyWritten,
        RequestError::Status(7),
        RequestError::Kept(None),
    ];
    let errors = errors.into_iter().chain(obstacles.map(RequestError::NotPossible));
    for error in errors {
        for ask in [Command::HeatNow, Command::Boost, Command::Blink { id: ember().0 }] {
            let mut desk = Desk::new();
            desk.linked(&ember(), idle());
            desk.requested(&ember());
            desk.command(ask);
            for (id, _) in desk.requested(&ember()) {
                desk.answers(&ember(), id, Err(error.clone()));
            }
            desk.settle();
            understand(&mut heard, &desk);
        }
    }
    assert!(heard.contains_key("Its battery is too low.") && heard.len() > 40, "{heard:?}");
}

#[test]
fn what_happens_in_a_group_is_told_in_german() {
    let mut desk = Desk::new();
    desk.connected()
        .linked(&ember(), idle())
        .in_group_with(GroupPhase::Chilling, vec![member("kim", Some("Kim")), member("ada", Some("Ada"))]);
    desk.put(Input::Gateway(group::Event::Inquiry { by: None, watcher: false, away: false }));
    desk.in_group_that(|group| {
        group.name = "Night".into();
        group.visibility = Visibility::Public;
        let mut away = member("kim", Some("Kim"));
        away.away = true;
        group.owner = away.session_id.clone();
        group.members.push(away);
    });
    desk.settle();
    let mut heard = BTreeMap::new();
    understand(&mut heard, &desk);
    assert_eq!(heard.get("Kim is away").map(String::as_str), Some("Kim ist abwesend"));
    assert_eq!(heard.get("Ada left").map(String::as_str), Some("Ada ist gegangen"));
    assert_eq!(
        heard.get("The group is called Night now").map(String::as_str),
        Some("Die Gruppe heißt jetzt Night")
    );
}

#[test]
fn a_face_can_speak_another_language_at_any_time() {
    let mut desk = Desk::new();
    desk.command(Command::JoinGroup { code: " ".into() });
    desk.settle();
    let notice = desk.controller.view().notices.remove(0);
    assert_eq!(notice.title.spoken(Tongue::German), "Das ist kein Gruppencode");
    assert_eq!(notice.title, "This is not a group code");
    let of_a_person = Said::verbatim("Keychain");
    assert_eq!(of_a_person.spoken(Tongue::German), "Keychain");
    assert!(matches!(of_a_person.args["text"], Argument::Text(_)));
}

//! What is connected to what, what failed of late, and the bundle.

use std::time::Duration;

use hearth_companion::contract::{Command, Event, Health, PaceView, PartView};
use hearth_companion::controller::{Input, Output};
use hearth_companion::saved::StoreReport;
use hearth_companion::secrets::Keychain;
use hearth_gateway_client::group::{self, Status};
use puffco::device::{Event as Told, LinkCounters, Phase, Problem};
use puffco::round_trips::Pace;
use puffco::state::DeviceState;

use crate::desk::{Desk, ember, storm};

const MS: Duration = Duration::from_millis(1);

fn part(desk: &Desk, name: &str) -> PartView {
    desk.controller.view().diagnostics.parts.into_iter().find(|part| part.part == name).unwrap()
}

#[test]
fn each_part_says_how_it_is_and_since_when() {
    let mut desk = Desk::new();
    desk.connected().linked(&ember(), DeviceState::default());
    desk.pass(Duration::from_secs(2));
    let gateway = part(&desk, "gateway");
    assert_eq!((gateway.health, gateway.state.english()), (Health::Good, "Connected".into()));
    desk.pass(Duration::from_secs(60));
    assert_eq!(part(&desk, "gateway").since, gateway.since, "nothing happened since");
    let device = part(&desk, "device");
    assert_eq!(device.health, Health::Good);
    desk.phase(&ember(), Phase::Away).pass(Duration::from_secs(2));
    let away = part(&desk, "device");
    assert_eq!((away.health, away.since), (Health::Off, None));
}

#[test]
fn how_long_answers_take_and_how_the_clocks_differ_is_told_while_it_is_connected() {
    let mut desk = Desk::new();
    desk.connected().linked(&ember(), DeviceState::default());
    for ms in [20, 30, 900, 40] {
        let took = Duration::from_millis(ms);
        let gateway_ms = Some(desk.now.unix_ms + 250);
        desk.put(Input::Gateway(group::Event::RoundTrip { took, gateway_ms }));
    }
    let pace = Pace { last: MS * 61, usual: MS * 60, slow: MS * 140 };
    desk.put(Input::Device(ember(), Told::Counters(LinkCounters { pace: Some(pace), ..Default::default() })));
    desk.pass(Duration::from_secs(6));
    let gateway = part(&desk, "gateway");
    assert_eq!(gateway.pace, Some(PaceView { last_ms: 40, usual_ms: 30, slow_ms: 900 }));
    assert_eq!(gateway.clock_ahead_ms, Some(250.0));
    assert_eq!(part(&desk, "device").pace, Some(PaceView { last_ms: 61, usual_ms: 60, slow_ms: 140 }));
    let retry_at = desk.now.instant;
    desk.put(Input::Gateway(group::Event::Status(Status::Reconnecting { attempt: 1, retry_at })));
    desk.phase(&ember(), Phase::Away).pass(Duration::from_secs(2));
    let (gateway, device) = (part(&desk, "gateway"), part(&desk, "device"));
    assert_eq!((gateway.pace, gateway.clock_ahead_ms, device.pace), (None, None, None));
}

#[test]
fn two_devices_of_one_name_are_told_apart() {
    let mut desk = Desk::new();
    let named = || DeviceState { name: Some("Ember".into()), ..DeviceState::default() };
    desk.linked(&ember(), named()).linked(&storm(), named());
    desk.pass(Duration::from_secs(2));
    desk.told.clear();
    desk.pass(Duration::from_secs(4));
    let diagnostics = desk.told.iter().filter(|event| matches!(event, Event::Diagnostics { .. }));
    assert_eq!(diagnostics.count(), 0, "what stays as it is needs no word");
}

#[test]
fn what_failed_is_listed_latest_first_and_at_most_fifty_times() {
    let mut desk = Desk::new();
    desk.linked(&ember(), DeviceState::default());
    let retry_at = desk.now.instant;
    let lost = |desk: &mut Desk| {
        desk.phase(&ember(), Phase::Waiting { problem: Problem::LinkLost, retry_at });
        desk.phase(&ember(), Phase::Ready);
    };
    lost(&mut desk);
    desk.command(Command::JoinGroup { code: " ".into() });
    desk.settle();
    let failures = desk.controller.view().diagnostics.failures;
    assert_eq!(failures.len(), 2);
    assert_eq!(failures[0].details.as_deref(), Some("no_such_group"));
    assert!(failures.iter().all(|failure| !failure.advice.is_empty()));
    for _ in 0..60 {
        lost(&mut desk);
    }
    assert_eq!(desk.controller.view().diagnostics.failures.len(), 50);
}

#[test]
fn technical_words_are_redacted() {
    let mut desk = Desk::new();
    desk.linked(&ember(), DeviceState::default());
    let problem = Problem::Other("84:2E:14:A1:B2:C3 did not answer".into());
    desk.phase(&ember(), Phase::Failed(problem));
    desk.settle();
    let failures = desk.controller.view().diagnostics.failures;
    let details = failures[0].details.clone().unwrap();
    assert!(details.contains("did not answer") && !details.contains("84:2E"), "{details}");
}

#[test]
fn a_missing_keychain_and_settings_that_are_not_kept_are_told_and_settled() {
    let mut desk = Desk::new();
    assert!(desk.controller.view().desk.keychain, "nothing wanted to be kept");
    desk.put(Input::Keychain(Keychain::Locked("locked".into())));
    assert!(!desk.controller.view().desk.keychain);
    assert_eq!(desk.notices(), ["no_keychain"]);
    desk.put(Input::Keychain(Keychain::Works));
    assert_eq!(desk.notices(), [""; 0]);
    desk.put(Input::Store(StoreReport::NotWritten("full".into())));
    assert_eq!(desk.notices(), ["settings_not_kept"]);
    desk.put(Input::Store(StoreReport::Written));
    assert_eq!(desk.notices(), [""; 0]);
}

#[test]
fn a_bundle_is_shown_before_it_is_saved_and_saved_once() {
    let mut desk = Desk::new();
    desk.command(Command::PrepareBundle);
    let pages = desk.asked.iter().find_map(|output| match output {
        Output::GatherBundle { pages, .. } => Some(pages.clone()),
        _ => None,
    });
    assert_eq!(desk.controller.view().diagnostics.bundle, None, "it is not whole yet");
    desk.put(Input::BundleGathered(pages.unwrap()));
    let bundle = desk.controller.view().diagnostics.bundle.unwrap();
    let names: Vec<_> = bundle.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["parts.txt", "failures.txt", "settings.json"]);
    assert!(bundle.files.iter().all(|file| !file.about.is_empty() && !file.preview.is_empty()));
    desk.told.clear();
    for _ in 0..2 {
        desk.command(Command::FinishBundle { save: true });
    }
    let files: Vec<_> = desk.told.iter().filter(|event| matches!(event, Event::File { .. })).collect();
    assert_eq!(files.len(), 1);
    assert_eq!(desk.controller.view().diagnostics.bundle, None);
}

#[test]
fn a_bundle_that_is_dropped_is_not_saved() {
    let mut desk = Desk::new();
    desk.command(Command::PrepareBundle).put(Input::BundleGathered(Vec::new()));
    desk.command(Command::FinishBundle { save: false });
    assert_eq!(desk.controller.view().diagnostics.bundle, None);
    assert!(!desk.told.iter().any(|event| matches!(event, Event::File { .. })));
    // One that comes late is not shown.
    desk.put(Input::BundleGathered(Vec::new()));
    assert_eq!(desk.controller.view().diagnostics.bundle, None);
}

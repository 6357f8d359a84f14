//! What is recorded of what goes into the controller, and the history as faces see it.

use std::time::Duration;

use hearth_companion::contract::{Command, Event, HistoryRange, HistoryView, LogName};
use hearth_companion::controller::{Input, Output};
use hearth_companion::history::{Asked, Job, News, Trouble};
use hearth_gateway_client::group::{self, DeviceReport, GroupPhase, Member, SessionId};
use hearth_history::{DabWrite, Figures, Recap, SeshId, SeshKey, SeshPage, SeshRow, SeshWrite, Write};
use puffco::device::{Event as Told, Phase};
use puffco::link::DeviceId;
use puffco::log::{ENTRY_LENGTH, LogEntry, LogKind};
use puffco::state::{DeviceState, OperatingState};

use crate::desk::{Desk, ember, member};
use crate::edits::idle;

const MAC: [u8; 6] = [0x84, 0x2e, 0x14, 0xa1, 0xb2, 0xc3];

fn told(operating: OperatingState, celsius: f32) -> DeviceState {
    DeviceState {
        operating: Some(operating),
        heater_celsius: Some(celsius),
        mac: Some(MAC),
        selected_profile: Some(1),
        ..idle()
    }
}

fn jobs(desk: &Desk) -> Vec<&Job> {
    desk.asked
        .iter()
        .filter_map(|output| if let Output::History(job) = output { Some(job) } else { None })
        .collect()
}

fn writes(desk: &Desk) -> Vec<Write> {
    let keep = jobs(desk)
        .into_iter()
        .filter_map(|job| if let Job::Keep(writes) = job { Some(writes) } else { None });
    keep.flatten().cloned().collect()
}

fn last_dab(desk: &Desk) -> Option<DabWrite> {
    writes(desk)
        .into_iter()
        .rev()
        .find_map(|write| if let Write::Dab(dab) = write { Some(dab) } else { None })
}

fn last_sesh(desk: &Desk) -> Option<SeshWrite> {
    writes(desk)
        .into_iter()
        .rev()
        .find_map(|write| if let Write::Sesh(sesh) = write { Some(sesh) } else { None })
}

fn heat(desk: &mut Desk) {
    desk.tells(&ember(), told(OperatingState::PREHEAT, 30.0)).pass(Duration::from_secs(20));
    desk.tells(&ember(), told(OperatingState::ACTIVE, 260.0)).pass(Duration::from_secs(40));
    desk.tells(&ember(), told(OperatingState::FADE, 240.0)).pass(Duration::from_secs(4));
    desk.tells(&ember(), told(OperatingState::IDLE, 120.0)).pass(Duration::from_secs(4));
}

#[test]
fn a_heat_alone_is_a_dab_under_a_pseudonym() {
    let mut desk = Desk::new();
    let factory_name = DeviceState { name: Some("842E14A1B2C3".into()), ..told(OperatingState::IDLE, 24.0) };
    desk.linked(&DeviceId("ble:84:2E:14:A1:B2:C3".into()), factory_name);
    let id = DeviceId("ble:84:2E:14:A1:B2:C3".into());
    let named =
        |operating, celsius| DeviceState { name: Some("842E14A1B2C3".into()), ..told(operating, celsius) };
    desk.tells(&id, named(OperatingState::PREHEAT, 30.0)).pass(Duration::from_secs(20));
    desk.tells(&id, named(OperatingState::ACTIVE, 260.0)).pass(Duration::from_secs(40));
    let dab = last_dab(&desk).unwrap();
    assert_eq!(dab.profile.name.as_deref(), Some("Profile 1"));
    assert_eq!(dab.time_to_temp_ms.map(|ms| ms / 1_000), Some(20));
    let all = format!("{:?}", jobs(&desk)).to_lowercase().replace([':', '-'], "");
    assert!(!all.contains("842e14a1b2c3"), "{all}");
}

#[test]
fn a_dab_with_a_known_device_has_its_name_whichever_id_it_had() {
    let mut desk = Desk::new();
    desk.linked(&ember(), told(OperatingState::IDLE, 24.0));
    heat(&mut desk);
    let first = last_dab(&desk).unwrap();
    assert_eq!(first.device.name, "Ember");
    desk.phase(&ember(), Phase::Away);
    let again = DeviceId("ble:6f1e".into());
    desk.linked(&again, told(OperatingState::IDLE, 24.0));
    desk.tells(&again, told(OperatingState::PREHEAT, 30.0)).pass(Duration::from_secs(20));
    desk.tells(&again, told(OperatingState::ACTIVE, 260.0));
    let second = last_dab(&desk).unwrap();
    assert_eq!(second.device.key, first.device.key);
    assert_ne!(second.began_ms, first.began_ms);
}

#[test]
fn a_device_that_tells_its_address_late_keeps_its_dabs() {
    let mut desk = Desk::new();
    let early = |operating, celsius| DeviceState { mac: None, ..told(operating, celsius) };
    desk.linked(&ember(), early(OperatingState::IDLE, 24.0));
    desk.tells(&ember(), early(OperatingState::PREHEAT, 30.0)).pass(Duration::from_secs(20));
    desk.tells(&ember(), early(OperatingState::ACTIVE, 260.0));
    let before = last_dab(&desk).unwrap().device.key;
    desk.tells(&ember(), told(OperatingState::ACTIVE, 262.0)).pass(Duration::from_secs(30));
    desk.tells(&ember(), told(OperatingState::FADE, 200.0)).pass(Duration::from_secs(4));
    let after = last_dab(&desk).unwrap().device.key;
    assert_ne!(before, after);
    let renamed =
        |job: &&Job| matches!(job, Job::RenameDevice { old, new } if *old == before && *new == after);
    assert!(jobs(&desk).iter().any(renamed));
}

fn friend(id: &str, state: OperatingState, celsius: f64) -> Member {
    let device = DeviceReport {
        device_name: Some(id.into()),
        battery: Some(80.0),
        total_dabs: Some(1.0),
        device_model: Some("0".into()),
        state: Some(state.0),
        temperature: Some(hearth_dialects::puff::Temperature::Celsius(celsius)),
        ..DeviceReport::default()
    };
    Member { device: Some(device), ..member(id, None) }
}

fn own(state: OperatingState) -> Member {
    friend("own", state, 25.0)
}

/// What the gateway says of a group of the own device and Kim's.
fn group(desk: &mut Desk, phase: GroupPhase, own_state: OperatingState, kims: OperatingState, celsius: f64) {
    let ids = ["own", "Kim"].map(|id| SessionId(id.into()));
    let group = group::Group {
        id: "abc123".into(),
        name: "Friday".into(),
        visibility: group::Visibility::Private,
        phase,
        sesh_counter: 2,
        countdown: None,
        counts_to: None,
        owner: ids[0].clone(),
        own: ids[0].clone(),
        ready: if phase == GroupPhase::Chilling { Vec::new() } else { ids.to_vec() },
        members: vec![own(own_state), friend("Kim", kims, celsius)],
    };
    desk.put(Input::Gateway(group::Event::Group(Some(Box::new(group)))));
}

fn start(desk: &mut Desk) {
    let start_at = Some(desk.now.instant + Duration::from_secs(3));
    desk.put(Input::Gateway(group::Event::StartHeating { by: None, excluded: false, start_at }));
}

/// A sesh of two, up to its end when `all`; `sit_out`: this person does not want to after all.
fn sesh(desk: &mut Desk, sit_out: bool) {
    use OperatingState as State;
    desk.linked(&ember(), told(State::IDLE, 24.0));
    group(desk, GroupPhase::Awaiting, State::TEMP_SELECT, State::TEMP_SELECT, 24.0);
    desk.tells(&ember(), told(State::TEMP_SELECT, 24.0));
    group(desk, GroupPhase::Seshing, State::TEMP_SELECT, State::TEMP_SELECT, 24.0);
    start(desk);
    if sit_out {
        desk.command(Command::SitOut);
    }
    desk.pass(Duration::from_millis(3_100));
    let own = |state| if sit_out { State::IDLE } else { state };
    let both = |desk: &mut Desk, state, celsius: f32| {
        if !sit_out {
            desk.tells(&ember(), told(state, celsius));
        }
        group(desk, GroupPhase::Seshing, own(state), state, f64::from(celsius));
        desk.pass(Duration::from_secs(10));
    };
    both(desk, State::PREHEAT, 90.0);
    both(desk, State::PREHEAT, 200.0);
    desk.put(Input::Gateway(group::Event::Reaction { by: SessionId("Kim".into()), emoji: "🔥".into() }));
    both(desk, State::ACTIVE, 260.0);
    both(desk, State::FADE, 180.0);
    if !sit_out {
        desk.tells(&ember(), told(State::IDLE, 100.0));
    }
    group(desk, GroupPhase::Chilling, State::IDLE, State::IDLE, 100.0);
    desk.pass(Duration::from_secs(3));
}

#[test]
fn a_sesh_is_recorded_with_everybodys_curve_and_what_was_said() {
    let mut desk = Desk::new();
    sesh(&mut desk, false);
    let sesh = last_sesh(&desk).unwrap();
    assert!(sesh.ended);
    assert_eq!((sesh.group.as_str(), sesh.number), ("Friday", Some(3)));
    let who: Vec<_> = sesh
        .members
        .iter()
        .map(|member| (member.name.as_str(), member.own, member.excluded, member.curve.len() >= 3))
        .collect();
    assert_eq!(who, [("own", true, false, true), ("Kim", false, false, true)]);
    assert_eq!(last_dab(&desk).unwrap().sesh, Some(sesh.key));
    let reacted =
        |write: &Write| matches!(write, Write::Line(line) if line.sesh == sesh.key && line.line.text == "🔥");
    assert!(writes(&desk).iter().any(reacted));
}

#[test]
fn who_sat_out_is_recorded_as_that() {
    let mut desk = Desk::new();
    sesh(&mut desk, true);
    let sesh = last_sesh(&desk).unwrap();
    let who: Vec<_> = sesh
        .members
        .iter()
        .map(|member| (member.name.as_str(), member.excluded, member.curve.len()))
        .collect();
    assert_eq!(who[0], ("own", true, 0));
    assert_eq!((who[1].0, who[1].1), ("Kim", false));
    assert_eq!(last_dab(&desk), None);
}

#[test]
fn the_stage_names_the_last_sesh_once_it_is_kept_and_until_the_next() {
    let mut desk = Desk::new();
    sesh(&mut desk, false);
    let stage = |desk: &Desk| desk.controller.view().stage.last_sesh;
    assert_eq!(stage(&desk), None, "it is not on the disk yet");
    let key = last_sesh(&desk).unwrap().key;
    desk.put(Input::History(News::SeshKept(SeshKey(1), SeshId(6))));
    assert_eq!(stage(&desk), None, "that was another one");
    desk.put(Input::History(News::SeshKept(key, SeshId(7))));
    assert_eq!(stage(&desk).as_deref(), Some("7"));
    desk.put(Input::History(News::Erased(Some(SeshId(7)))));
    assert_eq!(stage(&desk), None);
    desk.put(Input::History(News::SeshKept(key, SeshId(7))));
    group(&mut desk, GroupPhase::Seshing, OperatingState::TEMP_SELECT, OperatingState::TEMP_SELECT, 24.0);
    start(&mut desk);
    assert_eq!(stage(&desk), None);
}

#[test]
fn groups_of_simulated_friends_are_not_remembered_as_visited() {
    let visited = |desk: &Desk| {
        let groups = writes(desk).into_iter().filter_map(|write| match write {
            Write::RecentGroup(group) => Some((group.gateway_url, group.code)),
            _ => None,
        });
        groups.collect::<Vec<_>>()
    };
    let mut desk = Desk::new();
    desk.connected().in_group(GroupPhase::Chilling);
    assert_eq!(visited(&desk), []);
    desk.command(Command::UseGateway { url: "wss://gateway.example".into() });
    desk.connected().in_group(GroupPhase::Chilling);
    assert_eq!(visited(&desk), [("wss://gateway.example".to_owned(), "abc123".to_owned())]);
}

#[test]
fn the_activity_log_goes_into_the_history_and_the_faults_do_not() {
    let entry = |index: u32| {
        let mut bytes = [0; ENTRY_LENGTH];
        bytes[..4].copy_from_slice(&1_760_000_000_u32.to_le_bytes());
        LogEntry { index, bytes }
    };
    for (log, kind, taken) in [(LogName::Activity, LogKind::Audit, 1), (LogName::Faults, LogKind::Fault, 0)] {
        let mut desk = Desk::new();
        desk.linked(&ember(), told(OperatingState::IDLE, 24.0));
        desk.requested(&ember());
        desk.command(Command::ReadLog { id: ember().0, log });
        let (id, _) = desk.requested(&ember()).pop().unwrap();
        desk.put(Input::Device(ember(), Told::Log(id, kind, vec![entry(3)])));
        let count = jobs(&desk).into_iter().filter(|job| matches!(job, Job::TakeLog(..))).count();
        assert_eq!(count, taken, "{log:?}");
    }
}

fn figures(dabs: u32) -> Figures {
    Figures {
        days: Vec::new(),
        dabs,
        per_day: 0.0,
        time_to_temp_ms: None,
        in_seshes: None,
        profiles: Vec::new(),
    }
}

fn reads(desk: &Desk) -> Vec<(u64, u32)> {
    let read = |job: &Job| if let Job::Read { ask, seshes, .. } = job { Some((*ask, *seshes)) } else { None };
    jobs(desk).into_iter().filter_map(read).collect()
}

fn view(desk: &Desk) -> HistoryView {
    desk.controller.view().history.unwrap()
}

fn answer(desk: &mut Desk, ask: u64, dabs: u32, more: bool) {
    let page = SeshPage { seshes: Vec::new(), more };
    desk.put(Input::History(News::Read { ask, figures: figures(dabs), page }));
}

#[test]
fn the_history_is_read_when_it_is_asked_for_and_again_when_something_is_added() {
    let mut desk = Desk::new();
    desk.put(Input::History(News::Added));
    assert_eq!((desk.controller.view().history, reads(&desk).len()), (None, 0), "nobody looks");
    desk.command(Command::ShowHistory { range: HistoryRange::Days90 });
    assert!(view(&desk).loading);
    desk.command(Command::ShowHistory { range: HistoryRange::All });
    let asks = reads(&desk);
    answer(&mut desk, asks[0].0, 9, false);
    assert!(view(&desk).loading && view(&desk).range == HistoryRange::All, "that answer comes too late");
    desk.put(Input::History(News::Added));
    answer(&mut desk, asks[1].0, 3, true);
    assert!(view(&desk).loading, "something was added meanwhile");
    assert_eq!(view(&desk).dabs, 3);
    let last = reads(&desk).last().unwrap().0;
    answer(&mut desk, last, 4, true);
    assert!(!view(&desk).loading && view(&desk).dabs == 4);
    desk.command(Command::MoreSeshes);
    assert_eq!(reads(&desk).last().unwrap().1, 40);
}

#[test]
fn why_there_is_no_history_is_told_in_words_and_goes_when_there_is_one() {
    for code in [
        "history_damaged",
        "history_from_future",
        "history_in_use",
        "history_read_only",
        "history_disk_full",
        "history_unusable",
        "history_not_kept",
    ] {
        let mut desk = Desk::new();
        desk.command(Command::ShowHistory { range: HistoryRange::Days14 });
        desk.put(Input::History(News::NotOpened(Trouble { code, details: None })));
        let problem = view(&desk).problem.unwrap();
        assert_eq!((problem.code.as_str(), view(&desk).loading), (code, false));
        assert!(!problem.title.is_empty() && !problem.advice.is_empty());
        desk.command(Command::SetHistoryAside).put(Input::History(News::Opened));
        assert_eq!(view(&desk).problem, None);
    }
}

#[test]
fn a_sesh_is_looked_at_until_it_is_closed_or_deleted() {
    let recap = || {
        let sesh = SeshRow {
            id: SeshId(7),
            gateway: String::new(),
            group: "Friday".into(),
            number: None,
            began_ms: 0,
            ended_ms: Some(1_000),
            skew_ms: None,
            cut_short: false,
            members: Vec::new(),
        };
        Input::History(News::Recap(
            SeshId(7),
            Some(Box::new(Recap { sesh, lines: Vec::new(), dabs: Vec::new() })),
        ))
    };
    let open = || Command::OpenRecap { id: "7".into() };
    let mut desk = Desk::new();
    desk.command(open()).put(recap());
    assert_eq!(desk.controller.view().recap.unwrap().sesh.name, "Friday");
    desk.command(Command::CloseRecap);
    desk.put(recap());
    assert_eq!(desk.controller.view().recap, None, "it was closed before the answer came");
    desk.command(open()).put(recap()).command(Command::DeleteSesh { id: "7".into() });
    desk.put(Input::History(News::Erased(Some(SeshId(7)))));
    assert_eq!(desk.controller.view().recap, None);
    desk.command(open()).put(Input::History(News::Recap(SeshId(7), None)));
    assert_eq!(desk.notices(), ["no_such_sesh"]);
    desk.command(Command::OpenRecap { id: "../7".into() });
    assert_eq!(desk.notices(), ["no_such_sesh"]);
}

#[test]
fn an_export_is_told_as_a_file_and_a_failure_as_a_notice() {
    let mut desk = Desk::new();
    let trouble = Trouble { code: "export_failed", details: None };
    desk.put(Input::History(News::Failed(Asked::Exporting, trouble)));
    assert_eq!(desk.notices(), ["history_failed"]);
    let exported = News::Exported { name: "a.csv".into(), path: None, base64: "YQ==".into() };
    desk.put(Input::History(exported));
    assert_eq!(desk.notices(), Vec::<String>::new());
    assert!(desk.told.iter().any(|event| matches!(event, Event::File { name, .. } if name == "a.csv")));
}

#[test]
fn a_disk_that_is_full_is_told_until_things_are_kept_again() {
    let mut desk = Desk::new();
    let trouble = Trouble { code: "history_disk_full", details: None };
    desk.put(Input::History(News::Keeping(Some(trouble))));
    assert_eq!(desk.notices(), ["history_not_kept_now"]);
    desk.put(Input::History(News::Keeping(None)));
    assert_eq!(desk.notices(), Vec::<String>::new());
}

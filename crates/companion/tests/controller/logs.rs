//! Logs of a device: progress, entries in words, what went wrong.

use hearth_companion::contract::{Command, DeviceLogView, Event, LogLine, LogName, LogState};
use hearth_companion::controller::Input;
use puffco::device::{Event as Told, Phase, Request, RequestError, RequestId};
use puffco::log::{ENTRY_LENGTH, LogEntry, LogKind};

use crate::desk::{Desk, ember, storm};
use crate::edits::idle;

const AT: u32 = 1_760_000_000;

fn entry(index: u32, code: u8, fields: &[(usize, &[u8])]) -> LogEntry {
    let mut bytes = [0; ENTRY_LENGTH];
    bytes[..4].copy_from_slice(&(AT + index).to_le_bytes());
    bytes[4] = code;
    for (at, field) in fields {
        bytes[*at..at + field.len()].copy_from_slice(field);
    }
    LogEntry { index, bytes }
}

fn desk() -> Desk {
    let mut desk = Desk::new();
    desk.linked(&ember(), idle());
    desk.asked.clear();
    desk.told.clear();
    desk
}

fn ask(desk: &mut Desk, log: LogName) -> (RequestId, Request) {
    desk.command(Command::ReadLog { id: ember().0, log });
    desk.requested(&ember()).pop().unwrap()
}

fn tells(desk: &mut Desk, event: Told) {
    desk.put(Input::Device(ember(), event));
}

fn read(kind: LogKind, entries: Vec<LogEntry>) -> Vec<LogLine> {
    let mut desk = desk();
    let log = if kind == LogKind::Audit { LogName::Activity } else { LogName::Faults };
    let (id, _) = ask(&mut desk, log);
    tells(&mut desk, Told::Log(id, kind, entries));
    desk.answers(&ember(), id, Ok(()));
    let view = desk.controller.view().logs.pop().unwrap();
    assert!(matches!(view.state, LogState::Ready { .. }), "{:?}", view.state);
    view.entries
}

#[test]
fn a_log_is_read_with_progress_and_comes_newest_first() {
    let mut desk = desk();
    let (id, request) = ask(&mut desk, LogName::Activity);
    assert_eq!(request, Request::ReadLog(LogKind::Audit));
    let state = |desk: &Desk| desk.controller.view().logs[0].state.clone();
    assert_eq!(state(&desk), LogState::Reading { done: 0, of: 0 });
    tells(&mut desk, Told::Progress(id, 3, 40));
    assert_eq!(state(&desk), LogState::Reading { done: 3, of: 40 });
    desk.command(Command::ReadLog { id: ember().0, log: LogName::Activity });
    assert_eq!(desk.requested(&ember()), [], "it is being read already");
    let entries = vec![entry(7, 8, &[]), entry(8, 10, &[])];
    tells(&mut desk, Told::Log(id, LogKind::Audit, entries));
    desk.answers(&ember(), id, Ok(()));
    let told: Vec<&DeviceLogView> = desk
        .told
        .iter()
        .filter_map(|event| if let Event::Log { log } = event { Some(log) } else { None })
        .collect();
    let last = *told.last().unwrap();
    let indices: Vec<u32> = last.entries.iter().map(|line| line.index).collect();
    assert_eq!(indices, [8, 7]);
    assert_eq!(last.entries[1].at, Some(f64::from(AT + 7) * 1_000.0));
    assert!(told.len() >= 3 && told.len() <= 4, "once for each change: {}", told.len());
}

#[test]
fn a_heat_that_reached_its_temperature_is_a_dab() {
    let flags = 0x80 | 2 << 4;
    let lines = read(
        LogKind::Audit,
        vec![
            entry(1, 3, &[(5, &[flags])]),
            entry(2, 9, &[(5, &[flags]), (6, &2_600_i16.to_le_bytes()), (10, &2_590_i16.to_le_bytes())]),
            entry(3, 7, &[(5, &[flags])]),
            entry(4, 5, &[(5, &[flags]), (10, &2_650_i16.to_le_bytes())]),
        ],
    );
    let titles: Vec<_> = lines.iter().map(|line| line.title.english()).collect();
    assert_eq!(titles, ["Stopped at temperature", "Boosted", "Reached temperature", "Began to heat up"]);
    let dab = lines[2].dab.as_ref().unwrap();
    assert_eq!((dab.profile, dab.boosted, dab.stopped), (Some(2), true, true));
    assert_eq!(dab.peak_celsius, Some(265.0));
    assert_eq!(lines.iter().filter(|line| line.dab.is_some()).count(), 1);
    assert_eq!(lines[3].details, "Profile 3");
}

#[test]
fn no_sentence_of_a_log_has_a_temperature_in_it() {
    for kind in [LogKind::Audit, LogKind::Fault] {
        let all = (0..=255).map(|code| entry(u32::from(code), code, &[(5, &[0xf3; 11])])).collect();
        for line in read(kind, all) {
            let text = format!("{} {}", line.title.english(), line.details.english());
            assert!(!line.title.is_empty());
            for unit in ["°", "Celsius", "Fahrenheit"] {
                assert!(!text.contains(unit), "{text}");
            }
        }
    }
}

#[test]
fn a_code_that_nobody_knows_is_shown_raw() {
    let lines = read(LogKind::Audit, vec![entry(1, 99, &[(5, &[0xab])])]);
    assert_eq!(lines[0].title, "Entry of kind 99");
    assert!(lines[0].details.english().starts_with("ab 00"));
    assert_eq!(read(LogKind::Fault, vec![entry(1, 77, &[])])[0].title, "Fault 77");
    assert_eq!(read(LogKind::Fault, vec![entry(1, 2, &[])])[0].title, "Battery too low to heat");
}

#[test]
fn a_log_that_cannot_be_read_says_what_to_do() {
    let mut desk = desk();
    let (id, _) = ask(&mut desk, LogName::Faults);
    desk.answers(&ember(), id, Err(RequestError::Uncertain));
    let failed = |desk: &Desk| match desk.controller.view().logs.pop().unwrap().state {
        LogState::Failed { words } => words.english(),
        other => panic!("{other:?}"),
    };
    assert!(failed(&desk).contains("Read it again"));
    desk.phase(&ember(), Phase::Away).command(Command::ReadLog { id: ember().0, log: LogName::Activity });
    assert_eq!(desk.requested(&ember()), []);
    assert!(desk.controller.view().logs.iter().all(|log| matches!(log.state, LogState::Failed { .. })));
}

#[test]
fn logs_are_bounded_and_go_with_their_device() {
    let entries = (1..3_000).map(|index| entry(index, 8, &[])).collect();
    let lines = read(LogKind::Audit, entries);
    assert_eq!((lines.len(), lines[0].index), (1_000, 2_999));
    let mut desk = desk();
    desk.linked(&storm(), idle());
    ask(&mut desk, LogName::Activity);
    desk.command(Command::ReadLog { id: storm().0, log: LogName::Activity });
    desk.command(Command::ForgetDevice { id: ember().0 });
    let logs = desk.controller.view().logs;
    assert_eq!(logs.len(), 1);
    assert_eq!(logs[0].device, storm().0);
}

#[test]
fn an_empty_log_is_read_to_its_end() {
    let mut desk = desk();
    let (id, _) = ask(&mut desk, LogName::Faults);
    desk.answers(&ember(), id, Ok(()));
    assert!(matches!(desk.controller.view().logs[0].state, LogState::Ready { .. }));
}

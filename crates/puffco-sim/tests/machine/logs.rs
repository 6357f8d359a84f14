//! Reading logs: all entries, in order, beside what matters more.

use std::time::Duration;

use puffco::device::{Phase, Request, RequestError, RequestId};
use puffco::log::{LogEntry, LogKind};
use puffco_sim::{SimConfig, SimModel};

use crate::pair::Pair;

/// A pair whose device has a past: it was put on its charger and taken off again.
fn ready_with(config: SimConfig) -> Pair {
    let mut pair = Pair::ready_with(config);
    for round in 0..20 {
        pair.sim.set_charging(pair.now, round % 2 == 0);
        pair.advance(Duration::from_secs(1));
    }
    pair
}

fn ready() -> Pair {
    ready_with(SimConfig::default())
}

fn entries(pair: &Pair, id: RequestId) -> &[LogEntry] {
    let logs: Vec<_> = pair.logs.iter().filter(|(known, ..)| *known == id).collect();
    assert_eq!(logs.len(), 1);
    &logs[0].2
}

fn read(pair: &mut Pair, kind: LogKind) -> Vec<LogEntry> {
    let id = pair.ask(Request::ReadLog(kind));
    assert_eq!(pair.until_result(id), Ok(()));
    entries(pair, id).to_vec()
}

#[test]
fn a_log_is_read_from_its_first_entry_to_its_last() {
    for config in [SimConfig::default(), SimConfig::new(SimModel::Og).with_firmware(19)] {
        let mut pair = ready_with(config);
        for (kind, least) in [(LogKind::Audit, 20), (LogKind::Fault, 1)] {
            let entries = read(&mut pair, kind);
            assert!(entries.len() >= least, "{kind:?}: {}", entries.len());
            let indices: Vec<_> = entries.iter().map(|entry| entry.index).collect();
            assert!(indices.windows(2).all(|two| two[1] == two[0] + 1), "{indices:?}");
        }
        let (_, done, of) = *pair.progress.last().unwrap();
        assert_eq!(done, of);
    }
}

#[test]
fn a_heat_is_in_the_log_afterwards() {
    let mut pair = ready();
    let before = read(&mut pair, LogKind::Audit).len();
    pair.heat(1);
    pair.until("the counters", 200, |pair| pair.device.state().total_dabs == Some(421.0));
    let entries = read(&mut pair, LogKind::Audit);
    assert!(entries.len() > before, "{before}");
}

#[test]
fn who_asks_for_a_log_that_is_being_read_joins_in() {
    let mut pair = ready();
    let first = pair.ask(Request::ReadLog(LogKind::Audit));
    pair.until("progress", 5, |pair| !pair.progress.is_empty());
    let second = pair.ask(Request::ReadLog(LogKind::Audit));
    let other = pair.ask(Request::ReadLog(LogKind::Fault));
    for id in [first, second, other] {
        assert_eq!(pair.until_result(id), Ok(()));
    }
    assert_eq!(entries(&pair, first), entries(&pair, second));
    assert_ne!(entries(&pair, first), entries(&pair, other));
}

#[test]
fn answers_that_do_not_come_cost_a_log_nothing_but_time() {
    let mut pair = ready();
    let whole = read(&mut pair, LogKind::Audit);
    let id = pair.ask(Request::ReadLog(LogKind::Audit));
    pair.until("progress", 5, |pair| pair.progress.iter().any(|(known, ..)| *known == id));
    pair.sim.faults_mut().lost_replies = 1;
    pair.advance(Duration::from_millis(500));
    pair.sim.faults_mut().lost_commands = 1;
    assert_eq!(pair.until_result(id), Ok(()));
    assert_eq!(entries(&pair, id), whole);
}

#[test]
fn an_entry_that_does_not_come_is_left_out() {
    let mut pair = ready();
    let whole = read(&mut pair, LogKind::Audit);
    // The device says for ever that another entry is ready.
    pair.sim.set_attribute(pair.now, "/p/logv/aud/curr", &u32::MAX.to_le_bytes());
    let id = pair.ask(Request::ReadLog(LogKind::Audit));
    pair.advance(Duration::from_secs(12));
    pair.sim.release_attribute("/p/logv/aud/curr");
    assert_eq!(pair.until_result(id), Ok(()));
    let some = entries(&pair, id);
    assert!(!some.is_empty() && some.len() < whole.len(), "{} of {}", some.len(), whole.len());
}

#[test]
fn a_log_of_which_nothing_comes_is_given_up_soon() {
    let mut pair = ready();
    pair.sim.set_attribute(pair.now, "/p/logv/aud/curr", &u32::MAX.to_le_bytes());
    pair.sim.set_attribute(pair.now, "/p/logv/aud/begn", &0_u32.to_le_bytes());
    pair.sim.set_attribute(pair.now, "/p/logv/aud/end", &900_u32.to_le_bytes());
    let asked = pair.now;
    let id = pair.ask(Request::ReadLog(LogKind::Audit));
    let result = pair.until_result(id);
    assert!(matches!(result, Err(RequestError::NotPossible(_))), "{result:?} {:?}", pair.progress.last());
    assert!(pair.now - asked < Duration::from_secs(20), "{:?}", pair.now - asked);
}

#[test]
fn a_log_ends_with_the_link() {
    let mut pair = ready();
    let id = pair.ask(Request::ReadLog(LogKind::Audit));
    pair.until("progress", 5, |pair| !pair.progress.is_empty());
    pair.sim.drop_link(pair.now);
    assert_eq!(pair.until_result(id), Err(RequestError::NotConnected));
    pair.until("ready", 10, |pair| *pair.device.phase() == Phase::Ready);
    assert_eq!(pair.logs, []);
}

#[test]
fn a_log_without_sense_is_an_empty_one() {
    for (begin, end) in [(7_u32, 7_u32), (9, 3), (5, 6), (u32::MAX, 0)] {
        let mut pair = ready();
        pair.sim.set_attribute(pair.now, "/p/logv/flt/begn", &begin.to_le_bytes());
        pair.sim.set_attribute(pair.now, "/p/logv/flt/end", &end.to_le_bytes());
        assert_eq!(read(&mut pair, LogKind::Fault), [], "{begin}..{end}");
    }
}

#[test]
fn a_device_without_such_a_log_says_so() {
    let mut config = SimConfig::default();
    config.quirks.missing.insert("/p/logv/flt/begn".to_owned());
    let mut pair = Pair::ready_with(config);
    let id = pair.ask(Request::ReadLog(LogKind::Fault));
    assert_eq!(pair.until_result(id), Err(RequestError::Status(2)));
}

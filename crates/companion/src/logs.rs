//! The logs that were read from devices: how far each is, and its entries in words.

mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use puffco::device::RequestError;
use puffco::link::DeviceId;
use puffco::log::{Ending, HeatProfile, LogEntry, LogKind, Session, place, sessions};

use crate::contract::{DabView, DeviceLogView, LogLine, LogName, LogState};

/// More entries of a log are not kept; a device has about as many (puffco-ble §18).
const MOST_LINES: usize = 1_000;
/// More logs are not kept; the one that was asked for first goes.
const MOST_LOGS: usize = 8;

type Key = (DeviceId, LogName);

/// The logs.
#[derive(Clone, Debug, Default)]
pub struct Logs {
    logs: BTreeMap<Key, DeviceLogView>,
    /// In the order in which they were asked for.
    order: Vec<Key>,
    changed: BTreeSet<Key>,
}

/// A clock of a device, and this computer's at the same moment: what places entries in time.
#[derive(Clone, Copy, Debug)]
pub struct Clocks {
    /// The device's, raw.
    pub device: Option<u32>,
    /// This computer's, since 1970.
    pub here: Duration,
}

/// The log of the device that a name stands for.
#[must_use]
pub fn kind(log: LogName) -> LogKind {
    match log {
        LogName::Activity => LogKind::Audit,
        LogName::Faults => LogKind::Fault,
    }
}

impl Logs {
    /// A log is to be read. Whether to ask for it: not while it is being read.
    pub fn begin(&mut self, device: &DeviceId, log: LogName) -> bool {
        let key = (device.clone(), log);
        if self.logs.get(&key).is_some_and(|view| matches!(view.state, LogState::Reading { .. })) {
            return false;
        }
        self.put(key, LogState::Reading { done: 0, of: 0 }, Vec::new());
        true
    }

    /// So many entries of so many were read.
    pub fn progress(&mut self, device: &DeviceId, log: LogName, done: u32, of: u32) {
        self.put((device.clone(), log), LogState::Reading { done, of }, Vec::new());
    }

    /// The entries came.
    pub fn read(
        &mut self,
        device: &DeviceId,
        log: LogName,
        entries: &[LogEntry],
        clocks: Clocks,
        now_ms: u64,
    ) {
        let lines = lines(kind(log), entries, clocks);
        self.put((device.clone(), log), LogState::Ready { at: now_ms as f64 }, lines);
    }

    /// It could not be read.
    pub fn failed(&mut self, device: &DeviceId, log: LogName, error: &RequestError) {
        let words = words::failed(error);
        self.put((device.clone(), log), LogState::Failed { words }, Vec::new());
    }

    /// The reading came to its end.
    pub fn ended(&mut self, device: &DeviceId, log: LogName, result: &Result<(), RequestError>, now_ms: u64) {
        let key = (device.clone(), log);
        let reading = self.logs.get(&key).is_some_and(|view| matches!(view.state, LogState::Reading { .. }));
        match result {
            Err(error) => self.failed(device, log, error),
            // It had no entries to tell.
            Ok(()) if reading => self.put(key, LogState::Ready { at: now_ms as f64 }, Vec::new()),
            Ok(()) => {}
        }
    }

    /// A log of this device is being read.
    #[must_use]
    pub fn is_reading(&self, device: &DeviceId) -> bool {
        let reading = |view: &&DeviceLogView| matches!(view.state, LogState::Reading { .. });
        self.logs.values().filter(reading).any(|view| view.device == device.0)
    }

    /// The device is known under another id now.
    pub fn rename(&mut self, old: &DeviceId, new: &DeviceId) {
        for log in [LogName::Activity, LogName::Faults] {
            if let Some(view) = self.take(&(old.clone(), log))
                && matches!(view.state, LogState::Ready { .. })
                && !self.logs.contains_key(&(new.clone(), log))
            {
                self.put((new.clone(), log), view.state, view.entries);
            }
        }
    }

    /// The device was forgotten.
    pub fn forget(&mut self, device: &DeviceId) {
        for log in [LogName::Activity, LogName::Faults] {
            self.take(&(device.clone(), log));
        }
    }

    /// All of them, as faces see them.
    #[must_use]
    pub fn view(&self) -> Vec<DeviceLogView> {
        self.logs.values().cloned().collect()
    }

    /// Those that changed since the last call.
    pub fn changed(&mut self) -> Vec<DeviceLogView> {
        let changed = std::mem::take(&mut self.changed);
        changed.iter().filter_map(|key| self.logs.get(key).cloned()).collect()
    }

    fn take(&mut self, key: &Key) -> Option<DeviceLogView> {
        self.order.retain(|known| known != key);
        self.changed.remove(key);
        self.logs.remove(key)
    }

    fn put(&mut self, key: Key, state: LogState, entries: Vec<LogLine>) {
        if !self.logs.contains_key(&key) {
            self.order.push(key.clone());
            if self.order.len() > MOST_LOGS {
                let first = self.order[0].clone();
                self.take(&first);
            }
        }
        let view = DeviceLogView { device: key.0.0.clone(), log: key.1, state, entries };
        self.changed.insert(key.clone());
        self.logs.insert(key, view);
    }
}

/// The entries in words, newest first.
fn lines(kind: LogKind, entries: &[LogEntry], clocks: Clocks) -> Vec<LogLine> {
    let placed = place(kind, entries, clocks.device, clocks.here);
    let dabs: BTreeMap<u32, Session> =
        sessions(&placed).into_iter().map(|session| (session.index, session)).collect();
    let line = |placed: &puffco::log::Placed| {
        let (title, details) = words::entry(&placed.record, &placed.entry);
        LogLine {
            index: placed.entry.index,
            at: placed.at.map(|at| at.as_millis() as f64),
            title,
            details,
            dab: dabs.get(&placed.entry.index).map(dab),
        }
    };
    placed.iter().rev().take(MOST_LINES).map(line).collect()
}

fn dab(session: &Session) -> DabView {
    DabView {
        profile: match session.profile {
            Some(HeatProfile::Slot(slot)) if slot <= 3 => Some(slot),
            _ => None,
        },
        peak_celsius: session.peak_celsius,
        heat_up_seconds: session.preheat_s,
        held_seconds: session.held_s,
        boosted: session.boosts > 0,
        stopped: session.ending == Some(Ending::Aborted),
    }
}

//! Reading a log (facts/puffco-ble.md §18): where it begins and ends, then entry by entry. It matters least of
//! all that is read, so temperatures stay fresh meanwhile. Who asks for a log that is being read joins in.

use std::collections::VecDeque;
use std::time::Instant;

use super::machine::Device;
use super::session::{Command, LogStep};
use super::timing::{ENTRY_POLL, PROGRESS};
use super::{Event, Obstacle, Output, RequestError, RequestId};
use crate::generation::Generation;
use crate::log::{ENTRY_LENGTH, LogEntry, LogKind};
use crate::lorax::Status;

/// More entries than this are not read: the newest are. A ring has about 1000.
const MOST_ENTRIES: u32 = 4096;
/// Looks at whether an entry is ready, before it is chosen anew, and tries at one entry or border.
const EFFORT: (u8, u8) = (10, 5);
/// The same after some entries that did not come.
const LITTLE_EFFORT: (u8, u8) = (3, 1);
/// So many entries in a row that did not come are some.
const SOME: u8 = 3;
/// So many are enough: the rest is not asked for.
const ENOUGH: u8 = 16;

/// A log that is read, or waits for its turn.
#[derive(Debug)]
pub(super) struct LogReading {
    requests: Vec<RequestId>,
    kind: LogKind,
    step: LogStep,
    /// The first index, and how many there are.
    first: u32,
    count: u32,
    /// Entries done, those that did not come included.
    done: u32,
    entries: Vec<LogEntry>,
    looks: u8,
    tries: u8,
    /// Entries in a row that did not come.
    missed: u8,
    not_before: Option<Instant>,
    told_at: Option<Instant>,
}

impl LogReading {
    fn index(&self) -> u32 {
        self.first.wrapping_add(self.done)
    }

    /// On to the next entry.
    fn advance(&mut self) {
        self.done += 1;
        (self.looks, self.tries, self.not_before) = (0, 0, None);
        self.step = LogStep::Select(self.index());
    }

    fn effort(&self) -> (u8, u8) {
        if self.missed < SOME { EFFORT } else { LITTLE_EFFORT }
    }

    /// Something went wrong with this entry or border. Gives false when it is hopeless.
    fn again(&mut self, now: Instant) -> bool {
        let (_, tries) = self.effort();
        self.tries += 1;
        self.looks = 0;
        self.not_before = Some(now + ENTRY_POLL);
        match self.step {
            LogStep::Begin | LogStep::End => return self.tries < tries,
            LogStep::Select(_) | LogStep::Ready | LogStep::Entry if self.tries < tries => {
                self.step = LogStep::Select(self.index());
            }
            LogStep::Select(_) | LogStep::Ready | LogStep::Entry => {
                self.advance();
                self.missed += 1;
                if self.missed >= ENOUGH {
                    self.done = self.count;
                    return !self.entries.is_empty();
                }
            }
        }
        true
    }

    /// Not ready yet: once more, or anew.
    fn look_again(&mut self, now: Instant) -> bool {
        let (looks, _) = self.effort();
        self.looks += 1;
        self.not_before = Some(now + ENTRY_POLL);
        self.looks < looks || self.again(now)
    }

    /// Reads what is said to be the entry. The older generation does not say which one it has ready: nothing,
    /// or the one before, is not it yet.
    fn take(&mut self, now: Instant, payload: &[u8], told: bool) -> bool {
        let Some(bytes) = payload.first_chunk::<ENTRY_LENGTH>() else { return self.again(now) };
        let stale = *bytes == [0; ENTRY_LENGTH]
            || self.entries.last().is_some_and(|last| last.bytes == *bytes && self.looks < LITTLE_EFFORT.0);
        if !told && stale {
            return self.look_again(now);
        }
        self.entries.push(LogEntry { index: self.index(), bytes: *bytes });
        self.missed = 0;
        self.advance();
        true
    }
}

impl Device {
    pub(super) fn begin_log(&mut self, request: RequestId, kind: LogKind) {
        match self.logs.iter_mut().find(|log| log.kind == kind) {
            Some(log) => log.requests.push(request),
            None => self.logs.push_back(LogReading {
                requests: vec![request],
                kind,
                step: LogStep::Begin,
                first: 0,
                count: 0,
                done: 0,
                entries: Vec::new(),
                looks: 0,
                tries: 0,
                missed: 0,
                not_before: None,
                told_at: None,
            }),
        }
    }

    pub(super) fn log_command(&mut self, now: Instant) -> Option<Command> {
        let log = self.logs.front()?;
        if log.not_before.is_some_and(|at| at > now) {
            return None;
        }
        let command = Command::Log(log.kind, log.step);
        self.session_mut()?.polls.took_turn(now);
        Some(command)
    }

    pub(super) fn log_timeout(&self) -> Option<Instant> {
        self.logs.front()?.not_before
    }

    pub(super) fn log_answered(&mut self, now: Instant, step: LogStep, status: Status, payload: &[u8]) {
        let told = self.encoding().generation == Generation::Lorax;
        let Some(log) = self.logs.front_mut().filter(|log| log.step == step) else { return };
        let index = || payload.first_chunk().map(|raw| u32::from_le_bytes(*raw));
        let wanted = log.index();
        log.not_before = None;
        let going = match step {
            _ if status == Status::NO_SUCH_FILE && log.entries.is_empty() => {
                return self.finish_log(Err(RequestError::Status(status.0)));
            }
            _ if !status.is_ok() => log.again(now),
            LogStep::Begin => match index() {
                Some(begin) => {
                    log.first = begin.wrapping_add(1);
                    log.step = LogStep::End;
                    log.tries = 0;
                    true
                }
                None => log.again(now),
            },
            LogStep::End => match index() {
                Some(end) => {
                    // Between the two, neither of them included; backwards is empty.
                    let count = end.wrapping_sub(log.first);
                    log.count = if count > u32::MAX / 2 { 0 } else { count };
                    let old = log.count.saturating_sub(MOST_ENTRIES);
                    log.first = log.first.wrapping_add(old);
                    log.count -= old;
                    log.tries = 0;
                    log.step = LogStep::Select(log.first);
                    true
                }
                None => log.again(now),
            },
            LogStep::Select(_) if told => {
                log.step = LogStep::Ready;
                true
            }
            LogStep::Select(_) => {
                log.step = LogStep::Entry;
                log.not_before = Some(now + ENTRY_POLL);
                true
            }
            LogStep::Ready if index() == Some(wanted) => {
                log.step = LogStep::Entry;
                true
            }
            LogStep::Ready => log.look_again(now),
            LogStep::Entry => log.take(now, payload, told),
        };
        self.log_went_on(now, going);
    }

    pub(super) fn log_unanswered(&mut self, now: Instant) {
        if let Some(log) = self.logs.front_mut() {
            let going = log.again(now);
            self.log_went_on(now, going);
        }
    }

    fn log_went_on(&mut self, now: Instant, going: bool) {
        if !going {
            return self.finish_log(Err(RequestError::NotPossible(Obstacle::LogUnreadable)));
        }
        let Some(log) = self.logs.front_mut() else { return };
        if matches!(log.step, LogStep::Begin | LogStep::End) {
            return;
        }
        let over = log.done >= log.count;
        if over || log.told_at.is_none_or(|at| now.saturating_duration_since(at) >= PROGRESS) {
            log.told_at = Some(now);
            let (done, count) = (log.done, log.count);
            let events: Vec<_> =
                log.requests.iter().map(|request| Event::Progress(*request, done, count)).collect();
            for event in events {
                self.push(Output::Event(event));
            }
        }
        if over {
            self.finish_log(Ok(()));
        }
    }

    fn finish_log(&mut self, result: Result<(), RequestError>) {
        let Some(log) = self.logs.pop_front() else { return };
        for request in log.requests {
            if result.is_ok() {
                self.push(Output::Event(Event::Log(request, log.kind, log.entries.clone())));
            }
            self.done(request, result.clone());
        }
    }

    /// The link is gone.
    pub(super) fn abandon_logs(&mut self) {
        let logs: VecDeque<_> = std::mem::take(&mut self.logs);
        for request in logs.into_iter().flat_map(|log| log.requests) {
            self.done(request, Err(RequestError::NotConnected));
        }
    }
}

//! One link to a simulated device: the Lorax server, its open files and watches, and what waits to be sent.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::appliance::Appliance;
use super::counters::Counters;
use super::faults::Faults;
use super::luck::Luck;
use super::state::OperatingState;
use super::status::Status;
use super::wire::{self, LORAX_KEY, Operation, Request, token};
use crate::config::{SimConfig, WatchQuirk};
use crate::ids;

/// How many handles may be open, and how many requests under way (§7.4).
const MOST_FILES: u16 = 40;
const MOST_COMMANDS: u16 = 8;

#[derive(Debug)]
struct Watch {
    interval: Duration,
    length: usize,
    next: Instant,
    set_at: Instant,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Session {
    subscribed: BTreeSet<Uuid>,
    seed: Option<[u8; 16]>,
    unlocked: bool,
    files: BTreeMap<u16, String>,
    watches: BTreeMap<u16, Watch>,
    next_handle: u16,
    events: u16,
    outbox: VecDeque<(Instant, Uuid, Vec<u8>)>,
}

/// What a session needs of the device around it.
pub(super) struct Around<'a> {
    pub(super) config: &'a SimConfig,
    pub(super) appliance: &'a mut Appliance,
    pub(super) faults: &'a mut Faults,
    pub(super) counters: &'a mut Counters,
    pub(super) luck: &'a mut Luck,
    pub(super) bonded: bool,
}

/// What a request comes to: a status with a payload, or silence.
type Outcome = Option<(Status, Vec<u8>)>;

fn just(status: Status) -> Outcome {
    Some((status, Vec::new()))
}

impl Session {
    pub(super) fn new() -> Self {
        Self {
            subscribed: BTreeSet::new(),
            seed: None,
            unlocked: false,
            files: BTreeMap::new(),
            watches: BTreeMap::new(),
            next_handle: 1,
            events: 0,
            outbox: VecDeque::new(),
        }
    }

    pub(super) fn subscribe(&mut self, characteristic: Uuid) {
        self.subscribed.insert(characteristic);
    }

    pub(super) fn is_unlocked(&self) -> bool {
        self.unlocked
    }

    /// A frame was written to COMMAND.
    pub(super) fn command(&mut self, now: Instant, frame: &[u8], around: &mut Around<'_>) {
        // Too long for one packet: it never arrives.
        if frame.len() > around.config.longest_frame() || around.faults.take_lost_command() {
            return;
        }
        let Some(request) = Request::parse(frame) else { return };
        around.counters.commands += 1;
        around.counters.round_trips += 1;
        let outcome = match (around.faults.fail_next.pop_front(), request.operation) {
            (Some(status), _) => just(Status(status)),
            (None, Ok(operation)) => self.carry_out(now, operation, around),
            (None, Err(status)) => just(status),
        };
        let Some((status, payload)) = outcome else { return };
        if around.faults.take_lost_reply() || around.luck.lost_reply() {
            return;
        }
        let at = now + around.luck.latency();
        self.send(at, ids::REPLY, wire::reply(request.sequence, status, &payload), around);
    }

    fn send(&mut self, at: Instant, characteristic: Uuid, mut value: Vec<u8>, around: &mut Around<'_>) {
        // Without a bond the link is not encrypted, and the device says nothing.
        if !around.bonded || !self.subscribed.contains(&characteristic) {
            return;
        }
        value.truncate(around.config.longest_frame());
        // A link keeps the order of what is sent over it.
        let at = self.outbox.back().map_or(at, |(last, ..)| at.max(*last));
        if around.faults.duplicate_notifications || around.luck.duplicated() {
            self.outbox.push_back((at, characteristic, value.clone()));
        }
        self.outbox.push_back((at, characteristic, value));
    }

    fn carry_out(&mut self, now: Instant, operation: Operation, around: &mut Around<'_>) -> Outcome {
        let quirks = &around.config.quirks;
        match operation {
            Operation::Limits if quirks.limits_unanswered => None,
            Operation::Limits => {
                let limits = [around.config.longest_payload(), MOST_FILES, MOST_COMMANDS];
                Some((Status::OK, limits.map(u16::to_le_bytes).concat()))
            }
            Operation::Seed => {
                let seed = around.appliance.seed();
                self.seed = Some(seed);
                Some((Status::OK, seed.to_vec()))
            }
            Operation::Unlock(answer) => {
                let right = self.seed.take().is_some_and(|seed| token(&LORAX_KEY, &seed)[..] == answer);
                self.unlocked = right && !quirks.unlock_refused;
                just(if self.unlocked { Status::OK } else { Status::LOCKED })
            }
            Operation::Prune | Operation::AckEvents => just(Status::OK),
            Operation::Unlink => {
                around.counters.count_forbidden(now, "UNLINK", &[]);
                just(Status::NOT_IMPLEMENTED)
            }
            Operation::WriteShort { offset, path, data } => {
                around.counters.count_write(now, &path, offset, &data);
                just(if self.unlocked {
                    around.appliance.write_attribute(&path, offset, &data)
                } else {
                    Status::LOCKED
                })
            }
            _ if !self.unlocked => just(Status::LOCKED),
            Operation::ReadShort { offset, length, path } => Some(read_part(&path, offset, length, around)),
            operation => self.handle(now, operation, around),
        }
    }

    /// Operations on handles.
    fn handle(&mut self, now: Instant, operation: Operation, around: &mut Around<'_>) -> Outcome {
        let path = |handle: &u16| self.files.get(handle).cloned();
        match operation {
            Operation::Open { .. } if !around.config.watches => just(Status::NOT_IMPLEMENTED),
            Operation::Open { path } => {
                if self.files.len() >= usize::from(MOST_FILES) {
                    return just(Status::TOO_MANY_FILES);
                }
                if around.appliance.read_attribute(&path).is_none() {
                    return just(Status::NO_SUCH_FILE);
                }
                let handle = self.next_handle;
                self.next_handle = self.next_handle % 255 + 1;
                self.files.insert(handle, path);
                Some((Status::OK, vec![handle as u8]))
            }
            Operation::Read { handle, offset, length } => match path(&handle) {
                Some(path) => Some(read_part(&path, offset, length, around)),
                None => just(Status::BAD_HANDLE),
            },
            Operation::Write { handle, offset, data } => {
                let Some(path) = path(&handle) else { return just(Status::BAD_HANDLE) };
                around.counters.count_write(now, &path, offset, &data);
                just(around.appliance.write_attribute(&path, offset, &data))
            }
            Operation::Watch { handle, interval_ms, length } => {
                if around.config.quirks.watches == WatchQuirk::Refused {
                    return just(Status::NOT_IMPLEMENTED);
                }
                if !self.files.contains_key(&handle) || interval_ms == 0 {
                    return just(Status::BAD_HANDLE);
                }
                let interval = Duration::from_millis(u64::from(interval_ms));
                let watch =
                    Watch { interval, length: usize::from(length), next: now + interval, set_at: now };
                self.watches.insert(handle, watch);
                just(Status::OK)
            }
            Operation::Unwatch { handle } => {
                let known = self.files.contains_key(&handle);
                self.watches.remove(&handle);
                just(if known { Status::OK } else { Status::BAD_HANDLE })
            }
            Operation::Close { handle } => {
                self.watches.remove(&handle);
                let known = self.files.remove(&handle).is_some();
                just(if known { Status::OK } else { Status::BAD_HANDLE })
            }
            _ => just(Status::NOT_IMPLEMENTED),
        }
    }

    /// Sends the watch events that are due; after a long pause one each, not all that were missed.
    pub(super) fn handle_timeout(&mut self, now: Instant, around: &mut Around<'_>) {
        if let WatchQuirk::Lapse(after) = around.config.quirks.watches {
            self.watches.retain(|_, watch| now < watch.set_at + after);
        }
        let due: Vec<u16> =
            self.watches.iter().filter(|(_, watch)| watch.next <= now).map(|(handle, _)| *handle).collect();
        for handle in due {
            let (Some(path), Some(watch)) = (self.files.get(&handle), self.watches.get_mut(&handle)) else {
                continue;
            };
            watch.next = (watch.next + watch.interval).max(now);
            let length = watch.length;
            if around.faults.silent_watches || around.faults.silent {
                continue;
            }
            let Some(mut data) = read(path, around) else { continue };
            data.truncate(length);
            self.events = self.events.wrapping_add(1);
            self.send(now, ids::EVENT, wire::event(self.events, handle, &data), around);
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        let watch = self.watches.values().map(|watch| watch.next);
        self.outbox.iter().map(|(at, _, _)| *at).chain(watch).min()
    }

    /// The next notification that is due.
    pub(super) fn poll_notification(&mut self, now: Instant) -> Option<(Uuid, Vec<u8>)> {
        let at = self.outbox.iter().position(|(at, _, _)| *at <= now)?;
        self.outbox.remove(at).map(|(_, characteristic, value)| (characteristic, value))
    }
}

fn read_part(path: &str, offset: u16, length: u16, around: &mut Around<'_>) -> (Status, Vec<u8>) {
    if length > around.config.longest_payload() {
        return (Status::TOO_LONG, Vec::new());
    }
    let Some(bytes) = read(path, around) else { return (Status::NO_SUCH_FILE, Vec::new()) };
    let start = usize::from(offset).min(bytes.len());
    let end = (start + usize::from(length)).min(bytes.len());
    (Status::OK, bytes[start..end].to_vec())
}

/// What a client gets to read, which in mid-heat may be a state that is not.
pub(super) fn read(path: &str, around: &mut Around<'_>) -> Option<Vec<u8>> {
    let bytes = around.appliance.read_attribute(path)?;
    let idle = path == "/p/app/stat/id"
        && around.appliance.operating.is_heating()
        && (around.faults.take_spurious_idle() || around.luck.spurious_idle());
    Some(if idle { vec![OperatingState::IDLE.0] } else { bytes })
}

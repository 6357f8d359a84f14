//! One link to a simulated device: the Lorax server, its open files and watches, and what waits to be sent.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use puffco::gatt;
use puffco::lorax::{LORAX_KEY, Limits, MAX_FRAME, Operation, Reply, Request, Status, WatchEvent, token};
use uuid::Uuid;

use super::appliance::Appliance;
use super::{Counters, Faults};

/// Answer to file access before the unlock, and to a wrong token. Nobody recorded the real one.
const LOCKED: Status = Status(13);
const BAD_HANDLE: Status = Status(9);
const TOO_MANY_FILES: Status = Status(24);
const NOT_IMPLEMENTED: Status = Status(88);

#[derive(Debug)]
struct Watch {
    interval: Duration,
    length: usize,
    next: Instant,
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
    pub(super) appliance: &'a mut Appliance,
    pub(super) faults: &'a mut Faults,
    pub(super) counters: &'a mut Counters,
    pub(super) bonded: bool,
    pub(super) watches: bool,
    pub(super) reply_delay: Duration,
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

    /// A frame was written to COMMAND.
    pub(super) fn command(&mut self, now: Instant, frame: &[u8], around: &mut Around<'_>) {
        // Too long for one packet: it never arrives.
        if frame.len() > MAX_FRAME || around.faults.take_lost_command() {
            return;
        }
        let [low, high, ..] = frame else { return };
        let sequence = u16::from_le_bytes([*low, *high]);
        around.counters.commands += 1;
        let (status, payload) = match (around.faults.fail_next.pop_front(), Request::decode(frame)) {
            (Some(status), _) => (Status(status), Vec::new()),
            (None, Ok(request)) => self.carry_out(now, request.operation, around),
            (None, Err(_)) => (NOT_IMPLEMENTED, Vec::new()),
        };
        if around.faults.take_lost_reply() {
            return;
        }
        let reply = Reply { sequence, status, payload }.encode();
        self.send(now + around.reply_delay, gatt::REPLY, reply, around);
    }

    fn send(&mut self, at: Instant, characteristic: Uuid, value: Vec<u8>, around: &Around<'_>) {
        // Without a bond the link is not encrypted, and the device says nothing.
        if !around.bonded || !self.subscribed.contains(&characteristic) {
            return;
        }
        if around.faults.duplicate_notifications {
            self.outbox.push_back((at, characteristic, value.clone()));
        }
        self.outbox.push_back((at, characteristic, value));
    }

    fn carry_out(
        &mut self,
        now: Instant,
        operation: Operation,
        around: &mut Around<'_>,
    ) -> (Status, Vec<u8>) {
        let done = |status: Status| (status, Vec::new());
        match operation {
            Operation::GetLimits => (Status::OK, Limits::PEAK_PRO.encode()),
            Operation::GetAccessSeed => {
                let seed = around.appliance.seed();
                self.seed = Some(seed);
                (Status::OK, seed.to_vec())
            }
            Operation::UnlockAccess(answer) => {
                self.unlocked = self.seed.take().is_some_and(|seed| token(&LORAX_KEY, &seed) == answer);
                done(if self.unlocked { Status::OK } else { LOCKED })
            }
            _ if !self.unlocked => done(LOCKED),
            Operation::ReadShort { length, .. } if length > Limits::PEAK_PRO.payload => {
                done(Status::TOO_LONG)
            }
            Operation::ReadShort { offset, length, path } => match read(&path, around) {
                Some(bytes) => {
                    let start = usize::from(offset).min(bytes.len());
                    let end = (start + usize::from(length)).min(bytes.len());
                    (Status::OK, bytes[start..end].to_vec())
                }
                None => done(Status::NO_SUCH_FILE),
            },
            Operation::WriteShort { offset, path, data, .. } => {
                around.counters.count_write(&path, &data);
                done(around.appliance.write_file(&path, offset, &data))
            }
            Operation::Open { .. } if !around.watches => done(NOT_IMPLEMENTED),
            Operation::Open { path, .. } => {
                if self.files.len() >= usize::from(Limits::PEAK_PRO.files) {
                    return done(TOO_MANY_FILES);
                }
                if around.appliance.read_file(&path).is_none() {
                    return done(Status::NO_SUCH_FILE);
                }
                let handle = self.next_handle;
                self.next_handle = self.next_handle % 255 + 1;
                self.files.insert(handle, path);
                (Status::OK, vec![handle as u8])
            }
            Operation::Watch { handle, interval_ms, length } => {
                if !self.files.contains_key(&handle) || interval_ms == 0 {
                    return done(BAD_HANDLE);
                }
                let interval = Duration::from_millis(u64::from(interval_ms));
                let watch = Watch { interval, length: usize::from(length), next: now + interval };
                self.watches.insert(handle, watch);
                done(Status::OK)
            }
            Operation::Close { handle } => {
                self.watches.remove(&handle);
                done(if self.files.remove(&handle).is_some() { Status::OK } else { BAD_HANDLE })
            }
        }
    }

    /// Sends the watch events that are due; after a long pause one each, not all that were missed.
    pub(super) fn handle_timeout(&mut self, now: Instant, around: &mut Around<'_>) {
        let due: Vec<u16> =
            self.watches.iter().filter(|(_, watch)| watch.next <= now).map(|(handle, _)| *handle).collect();
        for handle in due {
            let (Some(path), Some(watch)) = (self.files.get(&handle), self.watches.get_mut(&handle)) else {
                continue;
            };
            watch.next = (watch.next + watch.interval).max(now);
            let length = watch.length;
            if around.faults.silent_watches {
                continue;
            }
            let Some(mut data) = read(path, around) else { continue };
            data.truncate(length);
            self.events = self.events.wrapping_add(1);
            let event = WatchEvent { sequence: self.events, status: Status::OK, watch: handle, data };
            self.send(now, gatt::EVENT, event.encode(), around);
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

fn read(path: &str, around: &mut Around<'_>) -> Option<Vec<u8>> {
    if path == "/p/app/stat/id"
        && around.appliance.operating.is_heating()
        && around.faults.take_spurious_idle()
    {
        return Some(vec![5]);
    }
    around.appliance.read_file(path)
}

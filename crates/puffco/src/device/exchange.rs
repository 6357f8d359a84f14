//! Commands and replies: one in flight, matched by sequence number, each with a deadline.

use std::time::{Duration, Instant};

use uuid::Uuid;

use super::machine::Device;
use super::session::{Command, Errand, Flight, Step};
use super::timing::{self, RECOVERY};
use super::watches::WatchStep;
use super::{OpId, Output, Problem};
use crate::attribute::Attribute;
use crate::firmware::Revision;
use crate::gatt;
use crate::link::{LinkError, WriteMode};
use crate::lorax::{LORAX_KEY, Limits, Operation, Reply, Request, SEED_LENGTH, Status, WatchEvent, token};
use crate::write::Target;

/// A file that cannot be read now is tried again after this time.
const UNREADABLE: Duration = Duration::from_secs(60);
/// A link this silent, commands in a row, is recovered or dropped.
const SILENT: u8 = 2;

impl Command {
    fn operation(&self, device: &Device, limits: Limits) -> Option<Operation> {
        Some(match self {
            Self::Limits => Operation::GetLimits,
            Self::Seed => Operation::GetAccessSeed,
            Self::Unlock(token) => Operation::UnlockAccess(*token),
            Self::Read(file, so_far) => Operation::ReadShort {
                offset: so_far.len() as u16,
                length: limits.read_length(),
                path: file.path().into_owned(),
            },
            Self::Watch(WatchStep::Open(file)) => {
                Operation::Open { flags: 0, path: file.path().into_owned() }
            }
            Self::Watch(WatchStep::Start { handle, interval_ms, length, .. }) => {
                Operation::Watch { handle: *handle, interval_ms: *interval_ms, length: *length }
            }
            Self::Watch(WatchStep::Close { handle, .. }) => Operation::Close { handle: *handle },
            Self::Write(write, _) => match write
                .encode(device.encoding(), Revision(device.state.firmware.unwrap_or_default()))
                .ok()?
            {
                (Target::File(path), data) => Operation::WriteShort { offset: 0, flags: 0, path, data },
                _ => return None,
            },
        })
    }

    fn deadline(&self) -> Duration {
        match self {
            Self::Limits => timing::LIMITS,
            Self::Write(_, Errand::Stop) => timing::STOP,
            _ => timing::COMMAND,
        }
    }
}

impl Device {
    /// Sends a command. False when it cannot be encoded; then it came to its end.
    pub(super) fn send(&mut self, now: Instant, command: Command) -> bool {
        let op = self.next_op();
        let Some(session) = self.session() else { return false };
        let limits = session.limits.unwrap_or(Limits::FALLBACK);
        let operation = command.operation(self, limits);
        let Some(session) = self.session_mut() else { return false };
        let sequence = session.sequence.take();
        let frame = operation.and_then(|operation| Request { sequence, operation }.encode().ok());
        let Some(frame) = frame else {
            tracing::error!(?command, "a command that cannot be encoded");
            self.give_up(now, command, None);
            return false;
        };
        let deadline = now + command.deadline();
        session.flight = Some(Flight { sequence, op, deadline, command });
        self.push(Output::Write(op, gatt::COMMAND, frame, WriteMode::WithoutResponse));
        true
    }

    pub(super) fn write_done(&mut self, now: Instant, op: OpId, result: Result<(), LinkError>) {
        let Err(error) = result else { return };
        // An answered command is over, whatever the radio says about its write afterwards.
        let in_flight = self.session().and_then(|session| session.flight.as_ref());
        if in_flight.is_none_or(|flight| flight.op != op) {
            return;
        }
        match error {
            LinkError::NotPaired(_) => {
                self.push(Output::Disconnect);
                self.fail(now, Problem::PairingNeeded);
            }
            LinkError::TimedOut | LinkError::Other(_) => self.unanswered(now),
            LinkError::Disconnected => self.drop_link(now, Problem::LinkLost),
            error => self.drop_link(now, Problem::Other(error.to_string())),
        }
    }

    pub(super) fn notified(&mut self, now: Instant, characteristic: Uuid, value: &[u8]) {
        match characteristic {
            gatt::REPLY => match Reply::decode(value) {
                Ok(reply) => self.replied(now, reply),
                Err(error) => tracing::debug!(%error, "a bad reply is ignored"),
            },
            gatt::EVENT => match WatchEvent::decode(value) {
                Ok(event) => self.watch_event(now, &event),
                Err(error) => tracing::debug!(%error, "a bad event is ignored"),
            },
            _ => {}
        }
    }

    fn watch_event(&mut self, now: Instant, event: &WatchEvent) {
        let Some(session) = self.session_mut() else { return };
        if !event.status.is_ok() || event.data.is_empty() {
            return;
        }
        if let Some((file, news)) = session.watches.event(now, event.sequence, event.watch) {
            self.observe(now, file, &event.data, news);
        }
    }

    fn replied(&mut self, now: Instant, reply: Reply) {
        let Some(session) = self.session_mut() else { return };
        let answers = session.flight.take_if(|flight| flight.sequence == reply.sequence);
        match answers {
            Some(flight) => {
                session.silences = 0;
                self.answered(now, flight.command, reply.status, reply.payload);
            }
            None => self.late_reply(now, reply.sequence, reply.status),
        }
    }

    fn answered(&mut self, now: Instant, command: Command, status: Status, payload: Vec<u8>) {
        match command {
            Command::Limits => {
                let limits = Limits::decode(&payload).filter(|_| status.is_ok());
                self.limits_known(limits.unwrap_or(Limits::FALLBACK));
            }
            Command::Seed => match <[u8; SEED_LENGTH]>::try_from(payload) {
                Ok(seed) if status.is_ok() => {
                    if let Some(session) = self.session_mut() {
                        session.step = Step::Unlock(token(&LORAX_KEY, &seed));
                    }
                }
                _ => self.refused(now),
            },
            Command::Unlock(_) if status.is_ok() => self.unlocked(),
            Command::Unlock(_) => self.refused(now),
            Command::Read(file, so_far) => self.file_read(now, file, so_far, status, &payload),
            Command::Watch(step) => self.watch_answered(now, step, status, &payload),
            Command::Write(write, errand) => self.write_answered(now, write, errand, status),
        }
    }

    fn limits_known(&mut self, limits: Limits) {
        if let Some(session) = self.session_mut() {
            session.limits = Some(limits);
            session.step = Step::Seed;
        }
    }

    fn file_read(&mut self, now: Instant, file: Attribute, so_far: Vec<u8>, status: Status, payload: &[u8]) {
        let mut bytes = so_far;
        let Some(session) = self.session_mut() else { return };
        let chunk = usize::from(session.limits.unwrap_or(Limits::FALLBACK).read_length());
        if status.is_ok() {
            bytes.extend(payload);
            if payload.len() >= chunk && bytes.len() < file.max_length() {
                self.send(now, Command::Read(file, bytes));
                return;
            }
        }
        if session.step == Step::Snapshot {
            session.unread.pop_if(|unread| *unread == file);
        }
        if status.is_ok() || !bytes.is_empty() {
            self.look_at_evidence(file, &bytes);
            self.observe(now, file, &bytes, true);
            self.polled(now, file);
        } else if let Some(session) = self.session_mut() {
            session.polls.missing(file);
            if status != Status::NO_SUCH_FILE {
                session.polls.by(now + UNREADABLE, file);
            }
        }
        self.tell_step();
    }

    fn watch_answered(&mut self, now: Instant, step: WatchStep, status: Status, payload: &[u8]) {
        let Some(session) = self.session_mut() else { return };
        match step {
            WatchStep::Open(file) => {
                let handle = match payload {
                    [low, high, ..] => Some(u16::from_le_bytes([*low, *high])),
                    [handle] => Some(u16::from(*handle)),
                    [] => None,
                };
                session.watches.opened(file, handle.filter(|_| status.is_ok()));
            }
            WatchStep::Start { file, .. } => session.watches.started(now, file, status.is_ok()),
            WatchStep::Close { file, .. } => session.watches.closed(now, file),
        }
    }

    pub(super) fn expire_flight(&mut self, now: Instant) {
        self.expire_setup(now);
        let late = self.session().and_then(|session| session.flight.as_ref());
        if late.is_some_and(|flight| flight.deadline <= now) {
            self.unanswered(now);
        }
    }

    /// The command in flight got no answer.
    fn unanswered(&mut self, now: Instant) {
        let Some(session) = self.session_mut() else { return };
        let Some(flight) = session.flight.take() else { return };
        if flight.command == Command::Limits {
            return self.limits_known(Limits::FALLBACK);
        }
        session.silences += 1;
        let silent = session.silences >= SILENT;
        self.give_up(now, flight.command, Some(flight.sequence));
        // A stop goes on until its tries are used up: its writes may arrive though replies do not.
        if silent && !self.is_stopping() {
            self.recover(now);
        }
    }

    /// The link is silent: listen and unlock again, once; if that was tried just now, connect anew.
    pub(super) fn recover(&mut self, now: Instant) {
        let Some(session) = self.session_mut() else { return };
        let lately = session.recovered_at.is_some_and(|at| now.saturating_duration_since(at) < RECOVERY);
        if lately {
            self.drop_link(now, Problem::TimedOut);
        } else {
            session.recovered_at = Some(now);
            session.silences = 0;
            self.listen(now);
        }
    }

    /// A command came to no end on a link that lives on: what becomes of it.
    pub(super) fn give_up(&mut self, now: Instant, command: Command, sequence: Option<u16>) {
        let Some(session) = self.session_mut() else { return };
        match command {
            Command::Limits | Command::Seed => {}
            // A challenge is good for one answer.
            Command::Unlock(_) => session.step = Step::Seed,
            Command::Read(file, _) => session.polls.by(now, file),
            Command::Watch(
                WatchStep::Open(file) | WatchStep::Start { file, .. } | WatchStep::Close { file, .. },
            ) => session.watches.closed(now, file),
            Command::Write(write, errand) => self.write_unanswered(now, write, errand, sequence),
        }
    }

    /// Makes way for a stop.
    pub(super) fn preempt(&mut self, now: Instant) {
        if let Some(flight) = self.session_mut().and_then(|session| session.flight.take()) {
            self.give_up(now, flight.command, Some(flight.sequence));
        }
    }

    /// The link is gone, and with it the answer to the command in flight.
    pub(super) fn abandon_flight(&mut self, now: Instant) {
        let flight = self.session_mut().and_then(|session| session.flight.take());
        if let Some(Command::Write(_, errand)) = flight.map(|flight| flight.command) {
            self.write_lost(now, errand);
        }
    }
}

//! Commands and answers: one in flight, matched by its receipt, each with a deadline.

use std::time::{Duration, Instant};

use uuid::Uuid;

use super::machine::Device;
use super::session::{Command, Errand, Flight, Receipt, Step};
use super::timing::{self, RECOVERY};
use super::watches::WatchStep;
use super::wire::Call;
use super::{OpId, Output, Problem};
use crate::attribute::Attribute;
use crate::gatt;
use crate::generation::Generation;
use crate::link::{LinkError, WriteMode};
use crate::lorax::{LEGACY_KEY, LORAX_KEY, Limits, Reply, Request, SEED_LENGTH, Status, WatchEvent, token};
use crate::write::{Mode, Write, WriteError};

/// A link this silent, commands in a row, is recovered or dropped.
const SILENT: u8 = 2;
/// Stands for a characteristic that cannot be read, in the legacy generation: it has no status of its own.
const UNREADABLE: Status = Status(5);

impl Command {
    fn deadline(&self) -> Duration {
        match self {
            Self::Write(_, Errand::Stop, _) => timing::STOP,
            _ => timing::COMMAND,
        }
    }
}

impl Device {
    /// Sends a command. False when it cannot be sent; then it came to its end.
    pub(super) fn send(&mut self, now: Instant, command: Command) -> bool {
        let command = self.pointed(command);
        let Some(session) = self.session() else { return false };
        // The first operation on a legacy link may bond, which may ask a person.
        let bonds = session.generation == Generation::Legacy && !session.answered;
        let doubted = session.doubted;
        let parcel = match self.parcel(session, &command) {
            Ok(parcel) => parcel,
            Err(error) => {
                self.unsendable(now, command, error);
                return false;
            }
        };
        let op = self.next_op();
        let Some(session) = self.session_mut() else { return false };
        let (receipt, output) = match parcel.call {
            Call::Frame(operation) => {
                let sequence = session.sequence.take();
                match (Request { sequence, operation }).encode() {
                    Ok(frame) => (
                        Receipt::Sequence(sequence),
                        Output::Write(op, gatt::COMMAND, frame, WriteMode::WithoutResponse),
                    ),
                    Err(error) => {
                        tracing::error!(%error, ?command, "a command that cannot be encoded");
                        self.unsendable(now, command, WriteError::Unsupported);
                        return false;
                    }
                }
            }
            Call::Read(id) => (Receipt::Op(op), Output::Read(op, id)),
            Call::Write(id, data) => (Receipt::Op(op), Output::Write(op, id, data, WriteMode::WithResponse)),
        };
        let wait = if bonds {
            timing::BOND
        } else if doubted {
            timing::STOP
        } else {
            command.deadline()
        };
        if let Command::Read(attribute, _) = &command {
            session.polls.sent(now, *attribute);
        }
        session.flight = Some(Flight {
            receipt,
            op,
            sent: now,
            deadline: now + wait,
            command,
            asked: parcel.asked,
            piece: parcel.piece,
            whole: parcel.whole,
        });
        self.sent(now);
        self.push(output);
        true
    }

    /// The answer to a read: of VERSION, or of a legacy characteristic.
    pub(super) fn read_done(&mut self, now: Instant, op: OpId, result: Result<Vec<u8>, LinkError>) {
        if self.version_read(now, op, &result) {
            return;
        }
        let Some(flight) = self.take_flight(|flight| flight.receipt == Receipt::Op(op)) else { return };
        match result {
            Ok(bytes) => self.answered(now, flight, Status::OK, bytes),
            Err(LinkError::NoCharacteristic(_)) => {
                self.answered(now, flight, Status::NO_SUCH_FILE, Vec::new())
            }
            Err(LinkError::Other(error)) => match &flight.command {
                // The state tells whether the link lives; anything else that cannot be read costs only itself.
                Command::Read(Attribute::Operating, _) => self.unanswered(now, flight),
                command => {
                    tracing::debug!(%error, ?command, "cannot be read");
                    self.answered(now, flight, UNREADABLE, Vec::new());
                }
            },
            Err(error) => self.call_failed(now, flight, error),
        }
    }

    pub(super) fn write_done(&mut self, now: Instant, op: OpId, result: Result<(), LinkError>) {
        // An answered command is over, whatever the radio says about its write afterwards.
        match result {
            Ok(()) => match self.take_flight(|flight| flight.receipt == Receipt::Op(op)) {
                Some(flight) => self.answered(now, flight, Status::OK, Vec::new()),
                None => self.late_answer(now, Receipt::Op(op), Status::OK),
            },
            Err(error) => {
                if let Some(flight) = self.take_flight(|flight| flight.op == op) {
                    self.call_failed(now, flight, error);
                }
            }
        }
    }

    fn take_flight(&mut self, is_it: impl Fn(&Flight) -> bool) -> Option<Flight> {
        self.session_mut()?.flight.take_if(|flight| is_it(flight))
    }

    /// The radio could not carry a call out, or does not know whether it did.
    fn call_failed(&mut self, now: Instant, flight: Flight, error: LinkError) {
        match error {
            LinkError::TimedOut | LinkError::Other(_) => self.unanswered(now, flight),
            LinkError::NotPaired(_) => {
                self.restore(flight);
                self.not_paired(now);
            }
            error => {
                self.restore(flight);
                let problem = match error {
                    LinkError::Disconnected => Problem::LinkLost,
                    error => Problem::Other(error.to_string()),
                };
                self.drop_link(now, problem);
            }
        }
    }

    /// The link ends with this command in flight.
    fn restore(&mut self, flight: Flight) {
        if let Some(session) = self.session_mut() {
            session.flight = Some(flight);
        }
    }

    pub(super) fn notified(&mut self, now: Instant, characteristic: Uuid, value: &[u8]) {
        match characteristic {
            gatt::REPLY => match Reply::decode(value) {
                Ok(reply) => self.replied(now, reply),
                Err(error) => self.bad_frame(now, &error),
            },
            gatt::EVENT => match WatchEvent::decode(value) {
                Ok(event) => self.watch_event(now, event),
                Err(error) => self.bad_frame(now, &error),
            },
            _ => {}
        }
    }

    fn watch_event(&mut self, now: Instant, mut event: WatchEvent) {
        let Some(session) = self.session_mut() else { return };
        let known = session.watches.event(now, event.sequence, event.watch);
        let Some((file, length, news)) = known else {
            return self.stray_event(now, event.watch);
        };
        self.last_seen = Some(now);
        if event.data.len() > length {
            self.long_frame(now, event.data.len());
            event.data.truncate(length);
        }
        if event.status.is_ok() && !event.data.is_empty() {
            self.observe(now, file, &event.data, news);
        }
    }

    fn replied(&mut self, now: Instant, reply: Reply) {
        let receipt = Receipt::Sequence(reply.sequence);
        let Some(flight) = self.take_flight(|flight| flight.receipt == receipt) else {
            return self.late_answer(now, receipt, reply.status);
        };
        let mut payload = reply.payload;
        if payload.len() > flight.asked {
            self.long_frame(now, payload.len());
            payload.truncate(flight.asked);
        }
        self.answered(now, flight, reply.status, payload);
    }

    fn answered(&mut self, now: Instant, flight: Flight, status: Status, payload: Vec<u8>) {
        self.round_trip(now, flight.sent);
        self.conclude(now, flight, status, payload);
    }

    fn conclude(&mut self, now: Instant, flight: Flight, status: Status, payload: Vec<u8>) {
        self.last_seen = Some(now);
        let Some(session) = self.session_mut() else { return };
        session.silences = 0;
        session.answered = true;
        session.doubted = false;
        match flight.command {
            Command::Limits => {
                let limits = Limits::decode(&payload).filter(|_| status.is_ok());
                self.limits_known(limits.unwrap_or(Limits::FALLBACK));
            }
            Command::Seed => match <[u8; SEED_LENGTH]>::try_from(payload) {
                Ok(seed) if status.is_ok() => {
                    let key = match session.generation {
                        Generation::Lorax => &LORAX_KEY,
                        Generation::Legacy => &LEGACY_KEY,
                    };
                    session.step = Step::Unlock(token(key, &seed));
                }
                _ => self.refused(now),
            },
            // A legacy device does not say whether it liked the answer.
            Command::Unlock(_) if status.is_ok() && session.generation == Generation::Legacy => {
                session.step = Step::Check;
            }
            Command::Unlock(_) if status.is_ok() => self.unlocked(),
            Command::Unlock(_) => self.refused(now),
            Command::Check if status.is_ok() => {
                self.unlocked();
                self.attribute_read(now, Attribute::Operating, Vec::new(), status, &payload);
            }
            Command::Check => self.refused(now),
            Command::Point(slot, _) if status.is_ok() => session.pointer = Some(slot),
            Command::Point(_, command) => {
                session.pointer = None;
                let flight = Flight { command: *command, ..flight };
                self.conclude(now, flight, status, Vec::new());
            }
            Command::Read(attribute, so_far) => {
                self.attribute_read(now, attribute, so_far, status, &payload);
            }
            Command::Watch(step) => self.watch_answered(now, step, status, &payload),
            Command::Write(_, Errand::Edit, sent) => {
                self.edit_written(now, sent + flight.piece >= flight.whole, sent + flight.piece, status);
            }
            Command::Write(write, errand, _) => self.write_answered(now, write, errand, status),
            Command::Log(_, step) => self.log_answered(now, step, status, &payload),
        }
    }

    fn limits_known(&mut self, limits: Limits) {
        if let Some(session) = self.session_mut() {
            session.limits = Some(limits);
            session.step = Step::Seed;
        }
    }

    fn attribute_read(
        &mut self,
        now: Instant,
        attribute: Attribute,
        so_far: Vec<u8>,
        status: Status,
        payload: &[u8],
    ) {
        let mut bytes = so_far;
        let Some(session) = self.session_mut() else { return };
        let chunk = usize::from(session.limits.unwrap_or(Limits::FALLBACK).read_length());
        if status.is_ok() {
            bytes.extend(payload);
            let paged = session.generation == Generation::Lorax;
            if paged && payload.len() >= chunk && bytes.len() < attribute.max_length() {
                session.partial = Some((attribute, bytes));
                return;
            }
        }
        if session.step == Step::Snapshot {
            session.unread.pop_if(|unread| *unread == attribute);
        }
        let read = status.is_ok() || !bytes.is_empty();
        if read {
            self.look_at_evidence(attribute, &bytes);
            self.observe(now, attribute, &bytes, true);
            self.polled(now, attribute);
        } else if status == Status::NO_SUCH_FILE {
            session.polls.missing(attribute);
        } else {
            session.polls.failed(now, attribute);
        }
        self.has_been_read(now, attribute, status);
    }

    /// Somebody may have waited for this attribute.
    fn has_been_read(&mut self, now: Instant, attribute: Attribute, status: Status) {
        if matches!(attribute, Attribute::Operating | Attribute::Charge) {
            self.narrow_snapshot();
        }
        self.lights_evidence(now, attribute, status);
        self.clock_read(now, attribute);
        self.edit_read(now, attribute, status);
        self.all_read(attribute);
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
        if let WatchStep::Start { file, .. } | WatchStep::Close { file, .. } = step {
            session.polls.by(now, file);
        }
    }

    pub(super) fn expire_flight(&mut self, now: Instant) {
        self.expire_setup(now);
        if let Some(session) = self.session_mut() {
            for file in session.watches.doubt(now) {
                session.polls.by(now, file);
            }
        }
        if let Some(flight) = self.take_flight(|flight| flight.deadline <= now) {
            self.unanswered(now, flight);
        }
    }

    /// A command got no answer.
    fn unanswered(&mut self, now: Instant, flight: Flight) {
        self.counters.unanswered += 1;
        self.counted(now);
        if flight.command == Command::Limits {
            return self.limits_known(Limits::FALLBACK);
        }
        let Some(session) = self.session_mut() else { return };
        session.silences += 1;
        let silent = session.silences >= SILENT;
        let (doubted, bonding) =
            (session.doubted, session.generation == Generation::Legacy && !session.answered);
        self.give_up(now, flight.command, Some(flight.receipt));
        if bonding {
            self.push(Output::Disconnect);
            self.bonding_failed(now, Problem::TimedOut);
        } else if doubted {
            self.drop_link(now, Problem::TimedOut);
        } else if silent && !self.is_stopping() {
            // A stop goes on until its tries are used up: its writes may arrive though replies do not.
            self.recover(now);
        }
    }

    /// The link is silent: listen and unlock again, once; if that was tried just now, connect anew.
    pub(super) fn recover(&mut self, now: Instant) {
        let Some(session) = self.session_mut() else { return };
        let lately = session.recovered_at.is_some_and(|at| now.saturating_duration_since(at) < RECOVERY);
        if lately && !session.answered {
            self.mute_link(now);
        } else if lately {
            self.drop_link(now, Problem::TimedOut);
        } else {
            session.recovered_at = Some(now);
            session.silences = 0;
            self.listen(now);
        }
    }

    /// A command came to no end on a link that lives on: what becomes of it.
    pub(super) fn give_up(&mut self, now: Instant, command: Command, receipt: Option<Receipt>) {
        let Some(session) = self.session_mut() else { return };
        match command {
            Command::Limits | Command::Seed | Command::Check => {}
            // A challenge is good for one answer.
            Command::Unlock(_) => session.step = Step::Seed,
            Command::Read(attribute, _) => session.polls.by(now, attribute),
            Command::Point(_, command) => {
                session.pointer = None;
                // What it was for was not sent: it comes again by itself.
                self.give_up(now, *command, receipt);
            }
            Command::Watch(
                WatchStep::Open(file) | WatchStep::Start { file, .. } | WatchStep::Close { file, .. },
            ) => session.watches.closed(now, file),
            Command::Write(_, Errand::Edit, _) => self.edit_unanswered(now),
            Command::Write(write, errand, _) => self.write_unanswered(now, write, errand, receipt),
            Command::Log(..) => self.log_unanswered(now),
        }
    }

    /// A command that this device has no place for.
    fn unsendable(&mut self, now: Instant, command: Command, error: WriteError) {
        match command {
            Command::Read(attribute, _) => {
                if let Some(session) = self.session_mut() {
                    if session.step == Step::Snapshot {
                        session.unread.pop_if(|unread| *unread == attribute);
                    }
                    session.polls.missing(attribute);
                }
                self.has_been_read(now, attribute, Status::NO_SUCH_FILE);
            }
            Command::Write(_, Errand::Edit, _) => self.edit_unsendable(now, error),
            Command::Write(_, Errand::Stop, _) => self.stop_unsendable(now),
            Command::Write(_, Errand::Heat { request, .. } | Errand::Plain { request, .. }, _) => {
                self.done(request, Err(error.into()));
            }
            Command::Log(_, step) => self.log_answered(now, step, Status::NO_SUCH_FILE, &[]),
            command => {
                tracing::error!(?command, %error, "the device lacks what its generation has");
                self.drop_link(now, Problem::Other(error.to_string()));
            }
        }
    }

    /// Makes way for a stop.
    pub(super) fn preempt(&mut self, now: Instant) {
        if let Some(flight) = self.take_flight(|_| true) {
            self.give_up(now, flight.command, Some(flight.receipt));
        }
    }

    /// The link is gone, and with it the answer to the command in flight.
    pub(super) fn abandon_flight(&mut self, now: Instant) {
        match self.take_flight(|_| true).map(|flight| flight.command) {
            // The end of the link is its answer.
            Some(Command::Write(Write::Mode(Mode::MasterOff), Errand::Plain { request, .. }, _)) => {
                self.switched_off = true;
                self.done(request, Ok(()));
            }
            Some(Command::Write(_, errand, _)) => self.write_lost(now, errand),
            _ => {}
        }
    }
}

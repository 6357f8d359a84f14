//! Setting a link up (facts/puffco-ble.md §6.1, §8): bond, listen, unlock, read; and what to send next.

use std::time::Instant;

use super::machine::Device;
use super::session::{Command, Events, Session, Step};
use super::timing::SUBSCRIBE;
use super::{OpId, Output, Phase, Problem};
use crate::attribute::Attribute;
use crate::gatt;
use crate::generation::Generation;
use crate::legacy;
use crate::link::LinkError;

impl Device {
    /// The bonding read of a Lorax device ended. Gives false when it is not waited for.
    pub(super) fn version_read(
        &mut self,
        now: Instant,
        op: OpId,
        result: &Result<Vec<u8>, LinkError>,
    ) -> bool {
        let waiting = self.session().map(|session| session.step);
        if !matches!(waiting, Some(Step::Bond { op: waiting, .. }) if waiting == op) {
            return false;
        }
        match result {
            Ok(_) => self.listen(now),
            Err(LinkError::NotPaired(_)) => self.not_paired(now),
            Err(error) => {
                self.push(Output::Disconnect);
                let problem = match error {
                    LinkError::TimedOut => Problem::TimedOut,
                    LinkError::Disconnected => Problem::LinkLost,
                    error => Problem::Other(error.to_string()),
                };
                self.bonding_failed(now, problem);
            }
        }
        true
    }

    /// Gets access: at first, and again when the link has fallen silent.
    pub(super) fn listen(&mut self, now: Instant) {
        let op = self.next_op();
        let Some(session) = self.session_mut() else { return };
        match session.generation {
            // Before the first command: nobody hears a reply that comes earlier.
            Generation::Lorax => {
                session.step = Step::Replies { op, deadline: now + SUBSCRIBE };
                session.events = Events::Unasked;
                self.push(Output::Subscribe(op, gatt::REPLY));
            }
            Generation::Legacy => {
                session.step = if session.has(legacy::ACCESS) { Step::Seed } else { Step::Check };
                session.pointer = None;
            }
        }
    }

    pub(super) fn subscribed(&mut self, now: Instant, op: OpId, result: Result<(), LinkError>) {
        let Some(session) = self.session_mut() else { return };
        if matches!(session.events, Events::Asked { op: waiting, .. } if waiting == op) {
            return self.events_settled(result.is_ok());
        }
        if !matches!(session.step, Step::Replies { op: waiting, .. } if waiting == op) {
            return;
        }
        match result {
            Ok(()) => {
                session.step = if session.limits.is_some() { Step::Seed } else { Step::Limits };
            }
            Err(LinkError::NotPaired(_)) => self.not_paired(now),
            Err(LinkError::TimedOut) => self.drop_link(now, Problem::TimedOut),
            Err(LinkError::Disconnected) => self.drop_link(now, Problem::LinkLost),
            Err(error) => self.drop_link(now, Problem::Other(error.to_string())),
        }
    }

    /// Asks for watch events, once the link is ready: it does not wait for them.
    fn ask_for_events(&mut self, now: Instant) {
        let Some(session) = self.session() else { return };
        if session.events != Events::Unasked || !session.is_ready() {
            return;
        }
        if session.generation == Generation::Legacy || !session.has(gatt::EVENT) {
            return self.events_settled(false);
        }
        let op = self.next_op();
        if let Some(session) = self.session_mut() {
            session.events = Events::Asked { op, deadline: now + SUBSCRIBE };
            self.push(Output::Subscribe(op, gatt::EVENT));
        }
    }

    fn events_settled(&mut self, heard: bool) {
        let Some(session) = self.session_mut() else { return };
        session.events = Events::Settled;
        if !heard {
            session.watches.refuse_all();
        }
    }

    /// Deadlines of what is not a command.
    pub(super) fn expire_setup(&mut self, now: Instant) {
        let Some(session) = self.session() else { return };
        if matches!(session.events, Events::Asked { deadline, .. } if deadline <= now) {
            return self.events_settled(false);
        }
        match session.step {
            Step::Bond { deadline, .. } if deadline <= now => {
                self.push(Output::Disconnect);
                self.bonding_failed(now, Problem::TimedOut);
            }
            Step::Replies { deadline, .. } if deadline <= now => self.drop_link(now, Problem::TimedOut),
            _ => {}
        }
    }

    /// Sends what is to be sent next, if a command may be sent.
    pub(super) fn proceed(&mut self, now: Instant) {
        while let Some(command) = self.next_command(now) {
            if self.send(now, command) {
                break;
            }
        }
        self.ask_for_events(now);
    }

    fn next_command(&mut self, now: Instant) -> Option<Command> {
        if let Some(command) = self.stop_command(now) {
            return Some(command);
        }
        let stopped = self.is_stop_acknowledged();
        loop {
            let session = self.session_mut().filter(|session| session.flight.is_none())?;
            match session.step {
                Step::Bond { .. } | Step::Replies { .. } => return None,
                Step::Limits => return Some(Command::Limits),
                Step::Seed => return Some(Command::Seed),
                Step::Unlock(token) => return Some(Command::Unlock(token)),
                Step::Check => return Some(Command::Check),
                // Whether a stop did what it should comes before what else there is to know.
                Step::Snapshot if stopped => {
                    return Some(Command::Read(Attribute::Operating, Vec::new()));
                }
                Step::Snapshot => match session.unread.last().copied() {
                    Some(attribute) => {
                        let so_far = session.so_far(attribute);
                        return Some(Command::Read(attribute, so_far));
                    }
                    None => self.become_ready(now),
                },
                Step::Ready => return self.next_ready_command(now),
            }
        }
    }

    fn become_ready(&mut self, now: Instant) {
        self.known = true;
        self.mute_links = 0;
        self.busy_at = Some(now);
        if let Some(session) = self.session_mut() {
            session.step = Step::Ready;
            session.ready_since = session.ready_since.or(Some(now));
        }
        self.set_phase(Phase::Ready);
    }

    /// Access was granted: on with what was interrupted, or with reading.
    pub(super) fn unlocked(&mut self) {
        self.bond_failures = 0;
        if let Some(session) = self.session_mut() {
            session.unlocked = true;
            session.refusals = 0;
            session.step = if session.ready_since.is_some() { Step::Ready } else { Step::Snapshot };
        }
        self.tell_step();
    }

    /// The challenge or its answer was refused: once more with a new challenge, then never.
    pub(super) fn refused(&mut self, now: Instant) {
        let Some(session) = self.session_mut() else { return };
        session.refusals += 1;
        if session.refusals < 2 {
            session.step = if session.generation == Generation::Lorax || session.has(legacy::ACCESS) {
                Step::Seed
            } else {
                Step::Check
            };
        } else {
            self.push(Output::Disconnect);
            self.fail(now, Problem::UnlockRefused);
        }
    }

    pub(super) fn session_timeout(&self) -> Option<Instant> {
        let session = self.session()?;
        let setup = match session.step {
            Step::Bond { deadline, .. } | Step::Replies { deadline, .. } => Some(deadline),
            _ => None,
        };
        let events = match session.events {
            Events::Asked { deadline, .. } => Some(deadline),
            _ => None,
        };
        let stop = session.unlocked.then(|| self.stop_timeout()).flatten();
        let flight = session.flight.as_ref().map(|flight| flight.deadline);
        let idle = (flight.is_none() && session.is_ready()).then(|| self.idle_timeout(session)).flatten();
        let doubt = session.is_ready().then(|| session.watches.doubt_timeout()).flatten();
        [setup, events, stop, flight, idle, doubt].into_iter().flatten().min()
    }

    fn idle_timeout(&self, session: &Session) -> Option<Instant> {
        let look = self.verify.as_ref().map(|verify| verify.next_look);
        let watches = (session.events == Events::Settled).then_some(&session.watches);
        let watch = watches.and_then(|watches| watches.poll_timeout(self.is_lively()));
        let (edit, log) = (self.edit_timeout(), self.log_timeout());
        [look, watch, session.polls.poll_timeout(), edit, log].into_iter().flatten().min()
    }
}

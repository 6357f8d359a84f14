//! Setting a link up (facts/puffco-ble.md §8): bond, listen, unlock, read, watch; and what to send next.

use std::time::Instant;

use super::machine::Device;
use super::session::{Command, Session, Step};
use super::timing::SUBSCRIBE;
use super::{OpId, Output, Phase, Problem};
use crate::gatt;
use crate::link::LinkError;

impl Device {
    /// The bonding read ended.
    pub(super) fn version_read(&mut self, now: Instant, op: OpId, result: Result<Vec<u8>, LinkError>) {
        let current = self.session().is_some_and(
            |session| matches!(session.step, Step::Version { op: waiting, .. } if waiting == op),
        );
        if !current {
            return;
        }
        match result {
            Ok(_) => self.listen(now),
            Err(LinkError::NotPaired(_)) => {
                self.push(Output::Disconnect);
                self.fail(now, Problem::PairingNeeded);
            }
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
    }

    /// Subscribes to replies, before the first command: nobody hears a reply that comes earlier.
    pub(super) fn listen(&mut self, now: Instant) {
        let op = self.next_op();
        if let Some(session) = self.session_mut() {
            session.step = Step::Replies { op, deadline: now + SUBSCRIBE };
            self.push(Output::Subscribe(op, gatt::REPLY));
        }
    }

    pub(super) fn subscribed(&mut self, now: Instant, op: OpId, result: Result<(), LinkError>) {
        let Some(session) = self.session() else { return };
        match session.step {
            Step::Replies { op: waiting, .. } if waiting == op => match result {
                Ok(()) => self.listen_to_events(now),
                Err(LinkError::NotPaired(_)) => {
                    self.push(Output::Disconnect);
                    self.fail(now, Problem::PairingNeeded);
                }
                Err(LinkError::TimedOut) => self.drop_link(now, Problem::TimedOut),
                Err(LinkError::Disconnected) => self.drop_link(now, Problem::LinkLost),
                Err(error) => self.drop_link(now, Problem::Other(error.to_string())),
            },
            Step::Events { op: waiting, .. } if waiting == op => self.begin_access(result.is_ok()),
            _ => {}
        }
    }

    fn listen_to_events(&mut self, now: Instant) {
        let op = self.next_op();
        let Some(session) = self.session_mut() else { return };
        if session.watches.are_refused() {
            self.begin_access(false);
        } else {
            session.step = Step::Events { op, deadline: now + SUBSCRIBE };
            self.push(Output::Subscribe(op, gatt::EVENT));
        }
    }

    fn begin_access(&mut self, events: bool) {
        let Some(session) = self.session_mut() else { return };
        if !events {
            session.watches.refuse_all();
        }
        session.step = if session.limits.is_some() { Step::Seed } else { Step::Limits };
    }

    /// Deadlines of what is not a command.
    pub(super) fn expire_setup(&mut self, now: Instant) {
        match self.session().map(|session| session.step) {
            Some(Step::Version { deadline, .. }) if deadline <= now => {
                self.push(Output::Disconnect);
                self.bonding_failed(now, Problem::TimedOut);
            }
            Some(Step::Replies { deadline, .. }) if deadline <= now => {
                self.drop_link(now, Problem::TimedOut);
            }
            Some(Step::Events { deadline, .. }) if deadline <= now => self.begin_access(false),
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
    }

    fn next_command(&mut self, now: Instant) -> Option<Command> {
        if let Some(command) = self.stop_command(now) {
            return Some(command);
        }
        let lively = self.is_lively();
        loop {
            let session = self.session_mut().filter(|session| session.flight.is_none())?;
            match session.step {
                Step::Version { .. } | Step::Replies { .. } | Step::Events { .. } => return None,
                Step::Limits => return Some(Command::Limits),
                Step::Seed => return Some(Command::Seed),
                Step::Unlock(token) => return Some(Command::Unlock(token)),
                Step::Snapshot => match session.unread.last() {
                    Some(file) => return Some(Command::Read(*file, Vec::new())),
                    None => session.step = Step::Watch,
                },
                Step::Watch => {
                    if let Some(step) = session.watches.next(now, lively) {
                        return Some(Command::Watch(step));
                    }
                    self.become_ready(now);
                }
                Step::Ready => return self.next_ready_command(now),
            }
            self.tell_step();
        }
    }

    fn become_ready(&mut self, now: Instant) {
        self.known = true;
        if let Some(session) = self.session_mut() {
            session.step = Step::Ready;
            session.ready_since = session.ready_since.or(Some(now));
        }
        self.set_phase(Phase::Ready);
    }

    /// The unlock was accepted: on with what was interrupted, or with reading.
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
            session.step = Step::Seed;
        } else {
            self.push(Output::Disconnect);
            self.fail(now, Problem::UnlockRefused);
        }
    }

    pub(super) fn session_timeout(&self) -> Option<Instant> {
        let session = self.session()?;
        let setup = match session.step {
            Step::Version { deadline, .. }
            | Step::Replies { deadline, .. }
            | Step::Events { deadline, .. } => Some(deadline),
            _ => None,
        };
        let stop = session.unlocked.then(|| self.stop_timeout()).flatten();
        let flight = session.flight.as_ref().map(|flight| flight.deadline);
        let idle = (flight.is_none() && session.is_ready()).then(|| self.idle_timeout(session)).flatten();
        [setup, stop, flight, idle].into_iter().flatten().min()
    }

    fn idle_timeout(&self, session: &Session) -> Option<Instant> {
        let look = self.verify.as_ref().map(|verify| verify.next_look);
        let watch = session.watches.poll_timeout(self.is_lively());
        [look, watch, session.polls.poll_timeout()].into_iter().flatten().min()
    }
}

//! Stopping a heat. It is the safe direction: it goes before everything else, is tried again, and waits for a
//! link that comes back.

use std::time::Instant;

use super::life::Life;
use super::machine::Device;
use super::session::{Command, Errand};
use super::timing::{STOP_KEPT, STOP_SHOWS};
use super::{Obstacle, RequestError, RequestId};
use crate::lorax::Status;
use crate::state::OperatingState;
use crate::write::{Mode, Write};

/// Writes of one stop on one link.
const TRIES: u8 = 3;

/// A stop that is not finished.
#[derive(Debug)]
pub(super) struct Stop {
    requests: Vec<RequestId>,
    /// Written so often on this link.
    tries: u8,
    /// Written at all.
    written: bool,
    in_flight: bool,
    /// The device took it; now the state must show it.
    acknowledged: bool,
    /// Not tried again before this.
    next: Instant,
    until: Instant,
}

impl Device {
    pub(super) fn is_stopping(&self) -> bool {
        self.stop.is_some()
    }

    pub(super) fn request_stop(&mut self, now: Instant, id: RequestId) {
        self.cancel_heats();
        if matches!(self.life, Life::Resting) {
            self.want_link(now);
        }
        if !self.link_may_come() {
            return self.done(id, Err(RequestError::NotConnected));
        }
        match &mut self.stop {
            Some(stop) => stop.requests.push(id),
            None => {
                self.stop = Some(Stop {
                    requests: vec![id],
                    tries: 0,
                    written: false,
                    in_flight: false,
                    acknowledged: false,
                    next: now,
                    until: now + STOP_KEPT,
                });
            }
        }
        self.hasten(now);
        self.hurry(now);
    }

    /// The stop's next write, when it is due. It does not wait for the command in flight.
    pub(super) fn stop_command(&mut self, now: Instant) -> Option<Command> {
        let unlocked = self.session().is_some_and(|session| session.unlocked);
        let stop = self.stop.as_mut()?;
        if !unlocked || stop.in_flight || stop.next > now {
            return None;
        }
        if stop.tries >= TRIES {
            let silent = !stop.acknowledged;
            self.finish_stop(Err(RequestError::Uncertain));
            if silent {
                self.recover(now);
            }
            return None;
        }
        stop.tries += 1;
        stop.written = true;
        stop.in_flight = true;
        stop.acknowledged = false;
        self.preempt(now);
        Some(Command::Write(Write::Mode(Mode::HeatCycleAbort), Errand::Stop, 0))
    }

    pub(super) fn stop_answered(&mut self, now: Instant, status: Status) {
        let Some(stop) = &mut self.stop else { return };
        stop.in_flight = false;
        stop.acknowledged = status.is_ok();
        stop.next = now + STOP_SHOWS;
        if !status.is_ok() && stop.tries >= TRIES {
            self.finish_stop(Err(RequestError::Status(status.0)));
        }
    }

    pub(super) fn stop_unanswered(&mut self, now: Instant) {
        if let Some(stop) = &mut self.stop {
            stop.in_flight = false;
            stop.next = now;
        }
    }

    /// The device has no place for it.
    pub(super) fn stop_unsendable(&mut self, now: Instant) {
        self.finish_stop(Err(RequestError::NotPossible(Obstacle::NoStop)));
        self.drop_link(now, super::Problem::LinkLost);
    }

    /// The device took it; the state is to show it.
    pub(super) fn is_stop_acknowledged(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| stop.acknowledged)
    }

    /// The state was seen.
    pub(super) fn stop_seen(&mut self, operating: OperatingState) {
        if self.is_stop_acknowledged() && !operating.is_heating() {
            self.finish_stop(Ok(()));
        }
    }

    /// The link is gone; `finally` when none will come.
    pub(super) fn stop_without_link(&mut self, finally: bool) {
        if finally {
            return self.give_stop_up();
        }
        if let Some(stop) = &mut self.stop {
            stop.in_flight = false;
            stop.acknowledged = false;
            stop.tries = 0;
        }
    }

    pub(super) fn expire_stop(&mut self, now: Instant) {
        if self.stop.as_ref().is_some_and(|stop| stop.until <= now) {
            self.give_stop_up();
        }
    }

    fn give_stop_up(&mut self) {
        let written = self.stop.as_ref().is_some_and(|stop| stop.written);
        self.finish_stop(Err(if written { RequestError::Uncertain } else { RequestError::NotConnected }));
    }

    fn finish_stop(&mut self, result: Result<(), RequestError>) {
        for request in self.stop.take().into_iter().flat_map(|stop| stop.requests) {
            self.done(request, result.clone());
        }
    }

    pub(super) fn stop_expiry(&self) -> Option<Instant> {
        self.stop.as_ref().map(|stop| stop.until)
    }

    /// When [`Self::stop_command`] may have something to do.
    pub(super) fn stop_timeout(&self) -> Option<Instant> {
        self.stop.as_ref().filter(|stop| !stop.in_flight).map(|stop| stop.next)
    }
}

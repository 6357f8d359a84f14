//! Letting a link go that nobody looks at, and what a sleep of the computer means for a link.

use std::time::Instant;

use super::Problem;
use super::life::Life;
use super::machine::Device;
use crate::state::OperatingState;

impl Device {
    /// Somebody looks at the device closely, or nobody does.
    pub(super) fn look_at(&mut self, now: Instant, watched: bool) {
        self.watched = watched;
        self.busy_at = Some(now);
        if watched && matches!(self.life, Life::Resting) {
            self.want_link(now);
        }
        self.hurry(now);
    }

    /// The link is needed, whoever looks, or is not.
    pub(super) fn hold(&mut self, now: Instant, held: bool) {
        self.held = held;
        self.busy_at = Some(now);
        if held && matches!(self.life, Life::Resting) {
            self.want_link(now);
        }
        self.hurry(now);
    }

    /// When the link is let go; `None` while it is of use.
    pub(super) fn rest_timeout(&self) -> Option<Instant> {
        let after = self.rest_after?;
        self.session().filter(|session| session.is_ready())?;
        let chosen = matches!(
            self.state.operating,
            Some(OperatingState::TEMP_SELECT | OperatingState::BONDING) | None
        );
        let busy = self.watched
            || self.held
            || chosen
            || self.is_lively()
            || self.is_stopping()
            || self.is_editing()
            || self.verify.is_some()
            || self.rewrite.is_some()
            || self.all.is_some()
            || !self.logs.is_empty()
            || !self.requests.is_empty();
        if busy { None } else { Some(self.busy_at? + after) }
    }

    pub(super) fn expire_rest(&mut self, now: Instant) {
        if self.rest_timeout().is_some_and(|at| at <= now) {
            self.go_to_rest(now);
        }
    }

    /// The computer slept: look at the link at once, and do not wait long for an answer.
    pub(super) fn woke(&mut self, now: Instant) {
        let Some(session) = self.session_mut() else { return };
        if !session.is_ready() {
            // Being set up, or set up again because it was silent: nobody answers what was begun before the
            // sleep, and each step would wait for it.
            return self.drop_link(now, Problem::LinkLost);
        }
        session.doubted = true;
        // An answer to what was sent before the sleep is not worth waiting for.
        if let Some(flight) = &mut session.flight {
            flight.deadline = flight.deadline.min(now + super::timing::STOP);
        }
    }
}

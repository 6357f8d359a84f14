//! What people and groups ask for: queued, checked for safety, written once, answered once.
//!
//! Here are the mode commands. A changed setting is an [`edit`](super::edit), reading a log or everything is
//! in [`logs`](super::logs) and [`everything`](super::everything), a stop in [`stop`](super::stop).

use std::time::Instant;

use super::life::Life;
use super::machine::Device;
use super::session::{Command, Errand, Events, Receipt};
use super::timing::{BOOST_SHOWS, REQUEST_KEPT};
use super::{Obstacle, Request, RequestError, RequestId};
use crate::attribute::Attribute;
use crate::lorax::Status;
use crate::setting::Setting;
use crate::state::OperatingState;
use crate::write::{Mode, Write};

/// More requests than this do not wait at once.
const MOST_WAITING: usize = 16;
/// A write that may be repeated is tried this often.
const TRIES: u8 = 2;

impl Device {
    pub(super) fn request(&mut self, now: Instant, id: RequestId, request: Request) {
        self.busy_at = Some(now);
        if request == Request::Abort {
            return self.request_stop(now, id);
        }
        let ready = self.session().is_some_and(|session| session.ready_since.is_some());
        if !ready && !self.takes_up(now) {
            return self.done(id, Err(RequestError::NotConnected));
        }
        if self.requests.len() >= MOST_WAITING {
            return self.done(id, Err(RequestError::NotPossible(Obstacle::Busy)));
        }
        self.requests.push_back((id, request));
    }

    /// A request takes a resting link up, and waits for it.
    fn takes_up(&mut self, now: Instant) -> bool {
        if matches!(self.life, Life::Resting) {
            self.want_link(now);
            self.kept_until = Some(now + REQUEST_KEPT);
        }
        self.kept_until.is_some_and(|until| until > now)
    }

    /// What to send on a link that is ready, most urgent first.
    pub(super) fn next_ready_command(&mut self, now: Instant) -> Option<Command> {
        if self.look_due(now) {
            return Some(Command::Read(Attribute::Operating, Vec::new()));
        }
        if let Some(command) = self.next_request(now) {
            return Some(command);
        }
        let lively = self.is_lively();
        let session = self.session_mut()?;
        if session.doubted {
            return Some(Command::Read(Attribute::Operating, Vec::new()));
        }
        // State and temperature stay fresh whatever else there is to do.
        let free = session.polls.is_free(now);
        if free
            && session.events == Events::Settled
            && let Some(step) = session.watches.next(now, lively)
        {
            session.polls.took_turn(now);
            return Some(Command::Watch(step));
        }
        if free && let Some(command) = self.edit_command(now) {
            self.session_mut()?.polls.took_turn(now);
            return Some(command);
        }
        self.next_reading(now)
    }

    fn next_reading(&mut self, now: Instant) -> Option<Command> {
        if self.session()?.polls.yields(now)
            && let Some(command) = self.log_command(now)
        {
            return Some(command);
        }
        let session = self.session_mut()?;
        let attribute = match session.polls.next(now) {
            Some(attribute) => attribute,
            None => match session.partial {
                Some((attribute, _)) => attribute,
                None => return self.log_command(now),
            },
        };
        let so_far = session.so_far(attribute);
        Some(Command::Read(attribute, so_far))
    }

    fn next_request(&mut self, now: Instant) -> Option<Command> {
        // A stop is finished before anything else.
        if self.is_stopping() {
            return None;
        }
        if let Some((write, request, tries)) = self.rewrite.take() {
            if !self.disturbs_a_heat(&write) {
                return Some(Command::Write(write, Errand::Plain { request, tries }, 0));
            }
            // A heat has begun since the first try.
            self.done(request, Err(RequestError::Uncertain));
        }
        while let Some(at) = self.turn() {
            let (id, request) = self.requests.remove(at)?;
            match self.prepare(now, id, request) {
                Ok(Some(command)) => return Some(command),
                Ok(None) => {}
                Err(error) => self.done(id, Err(error)),
            }
        }
        None
    }

    /// Whose turn it is: in order, except that only one edit is under way at a time, and what cannot wait
    /// passes those that do. A heat waits for the choice of its profile, and after an uncertain heat for the
    /// state.
    fn turn(&self) -> Option<usize> {
        let edits = self.is_editing();
        let mut choosing = self.is_choosing();
        for (at, (_, request)) in self.requests.iter().enumerate() {
            match request {
                Request::Heat { .. } | Request::Boost if self.verify.is_some() || choosing => return None,
                // Whether it heats already is not certain: the next reading tells.
                Request::Heat { .. } if self.doubtful_idle => return None,
                Request::Set(setting) if edits => {
                    choosing |= matches!(setting, Setting::SelectedProfile(_));
                }
                _ => return Some(at),
            }
        }
        None
    }

    /// Begins a request: gives the command to send, or `None` when it is under way or done already.
    fn prepare(
        &mut self,
        now: Instant,
        id: RequestId,
        request: Request,
    ) -> Result<Option<Command>, RequestError> {
        let heating = self.is_heating();
        let plain = |mode| {
            let errand = Errand::Plain { request: id, tries: 1 };
            Ok(Some(Command::Write(Write::Mode(mode), errand, 0)))
        };
        match request {
            Request::Heat { intent, .. } if self.intents.contains(intent) => {
                Err(RequestError::AlreadyWritten)
            }
            Request::Heat { deadline, .. } if deadline <= now => Err(RequestError::TooLate),
            Request::Heat { .. } if heating => {
                self.done(id, Ok(()));
                Ok(None)
            }
            Request::Heat { intent, .. } => {
                self.able_to_heat().map_err(RequestError::NotPossible)?;
                self.intents.insert(intent);
                let errand = Errand::Heat { request: id, intent };
                Ok(Some(Command::Write(Write::Mode(Mode::HeatCycleStart), errand, 0)))
            }
            Request::Boost if !heating => Err(RequestError::NotPossible(Obstacle::NotHeating)),
            Request::Boost => plain(Mode::HeatCycleBoost),
            Request::Set(setting) => {
                self.begin_edit(now, Some(id), setting)?;
                Ok(None)
            }
            Request::ReadLog(kind) => {
                self.begin_log(id, kind);
                Ok(None)
            }
            Request::ReadAll => {
                self.begin_all(now, id);
                Ok(None)
            }
            Request::TempSelectBegin | Request::ShowBattery if heating => {
                Err(RequestError::NotPossible(Obstacle::Heating))
            }
            Request::ShowBattery => plain(Mode::ShowBattery),
            Request::PowerOff => plain(Mode::MasterOff),
            Request::TempSelectBegin => plain(Mode::TempSelectBegin),
            Request::TempSelectStop => plain(Mode::TempSelectStop),
            Request::Wake if self.state.operating == Some(OperatingState::SLEEP) => plain(Mode::Idle),
            // Awake already, and this command in mid-heat might end the heat; a stop never comes here.
            Request::Wake | Request::Abort => {
                self.done(id, Ok(()));
                Ok(None)
            }
        }
    }

    pub(super) fn write_answered(&mut self, now: Instant, write: Write, errand: Errand, status: Status) {
        let result = if status.is_ok() { Ok(()) } else { Err(RequestError::Status(status.0)) };
        match errand {
            Errand::Stop => self.stop_answered(now, status),
            Errand::Heat { request, .. } | Errand::Plain { request, .. } => self.done(request, result),
            Errand::Edit => {}
        }
        match (write, self.session_mut()) {
            (Write::Mode(Mode::MasterOff), _) => self.switched_off = status.is_ok(),
            (Write::Mode(Mode::HeatCycleBoost), Some(session)) => {
                // The state stays as it is; target and planned time are what a boost changes.
                for attribute in [Attribute::Target, Attribute::Total] {
                    session.polls.not_before(now + BOOST_SHOWS, attribute);
                }
            }
            _ => self.expect_change(now),
        }
    }

    /// No reply came, and the link lives.
    pub(super) fn write_unanswered(
        &mut self,
        now: Instant,
        write: Write,
        errand: Errand,
        receipt: Option<Receipt>,
    ) {
        match errand {
            Errand::Heat { request, .. } => self.begin_verify(now, request, receipt),
            Errand::Stop => self.stop_unanswered(now),
            Errand::Plain { request, tries } if write.is_repeatable() && tries < TRIES => {
                self.rewrite = Some((write, request, tries + 1));
            }
            Errand::Plain { request, .. } => self.done(request, Err(RequestError::Uncertain)),
            Errand::Edit => {}
        }
    }

    /// No reply can come any more.
    pub(super) fn write_lost(&mut self, now: Instant, errand: Errand) {
        match errand {
            Errand::Heat { request, .. } => self.begin_verify(now, request, None),
            Errand::Plain { request, .. } => self.done(request, Err(RequestError::Uncertain)),
            // A stop and an edit keep their own account of what was written.
            Errand::Stop | Errand::Edit => {}
        }
    }

    /// The link is gone: what waits has no use in waiting. `finally` when none will come.
    pub(super) fn abandon_requests(&mut self, now: Instant, finally: bool) {
        if let Some((_, request, _)) = self.rewrite.take() {
            self.done(request, Err(RequestError::Uncertain));
        }
        self.abandon_edit();
        self.abandon_logs();
        self.abandon_all();
        if finally || self.kept_until.is_none_or(|until| until <= now) {
            self.drop_requests();
        }
        self.verify_without_link();
        self.stop_without_link(finally);
        if finally {
            self.verified(Err(RequestError::Uncertain));
        }
    }

    fn drop_requests(&mut self) {
        self.kept_until = None;
        while let Some((id, _)) = self.requests.pop_front() {
            self.done(id, Err(RequestError::NotConnected));
        }
    }

    /// Heats that were not to be started anyway are not: a stop came first.
    pub(super) fn cancel_heats(&mut self) {
        let heats = |request: &Request| matches!(request, Request::Heat { .. } | Request::Boost);
        let (cancelled, others) =
            self.requests.drain(..).partition::<Vec<_>, _>(|(_, request)| heats(request));
        self.requests.extend(others);
        for (id, _) in cancelled {
            self.done(id, Err(RequestError::Cancelled));
        }
    }

    pub(super) fn expire_requests(&mut self, now: Instant) {
        let late = |request: &Request| matches!(request, Request::Heat { deadline, .. } if *deadline <= now);
        while let Some(at) = self.requests.iter().position(|(_, request)| late(request)) {
            if let Some((id, _)) = self.requests.remove(at) {
                self.done(id, Err(RequestError::TooLate));
            }
        }
        if self.kept_until.is_some_and(|until| until <= now) {
            self.kept_until = None;
            if !self.session().is_some_and(|session| session.is_ready()) {
                self.drop_requests();
            }
        }
        self.expire_verify(now);
        self.expire_stop(now);
        self.expire_afterglow(now);
    }

    pub(super) fn request_timeout(&self) -> Option<Instant> {
        let heats = self.requests.iter().filter_map(|(_, request)| match request {
            Request::Heat { deadline, .. } => Some(*deadline),
            _ => None,
        });
        let others = [self.kept_until, self.verify_timeout(), self.stop_expiry(), self.afterglow_timeout()];
        heats.chain(others.into_iter().flatten()).min()
    }
}

//! What people and groups ask for: queued, checked for safety, written once, answered once.

use std::collections::VecDeque;
use std::time::Instant;

use super::machine::Device;
use super::session::{Command, Errand};
use super::timing::{BOOST_SHOWS, LOOK_AGAIN, VERIFY};
use super::{IntentId, Request, RequestError, RequestId};
use crate::attribute::Attribute;
use crate::lorax::Status;
use crate::setting::Setting;
use crate::state::{Chamber, ChargeState, OperatingState};
use crate::write::{Mode, Write};

/// More requests than this do not wait at once.
const MOST_WAITING: usize = 16;
/// So many written intents are remembered; each is a heat that a person wanted.
const MOST_INTENTS: usize = 4096;
/// Looks at the state after an uncertain heat.
const LOOKS: u8 = 6;
/// A write that may be repeated is tried this often.
const TRIES: u8 = 2;
/// It is not heated below this charge, percent (§16).
const LEAST_BATTERY: f32 = 12.0;
/// It is not heated when it is this hot already, °C (600 °F, §16).
const TOO_HOT: f32 = 315.0;

/// The intents that were written. They are never written again, whatever became of them.
#[derive(Debug, Default)]
pub(super) struct Intents(VecDeque<IntentId>);

impl Intents {
    fn contains(&self, intent: IntentId) -> bool {
        self.0.contains(&intent)
    }

    fn insert(&mut self, intent: IntentId) {
        if self.0.len() >= MOST_INTENTS {
            self.0.pop_front();
        }
        self.0.push_back(intent);
    }
}

/// A heat that was written, and it is not known whether it arrived: the state will tell.
#[derive(Debug)]
pub(super) struct Verify {
    request: RequestId,
    /// Its reply may still come, on this link.
    sequence: Option<u16>,
    until: Instant,
    looks: u8,
    pub(super) next_look: Instant,
}

impl Device {
    pub(super) fn request(&mut self, now: Instant, id: RequestId, request: Request) {
        let ready = self.session().is_some_and(|session| session.ready_since.is_some());
        if request == Request::Abort {
            self.request_stop(now, id);
        } else if !ready {
            self.done(id, Err(RequestError::NotConnected));
        } else if self.requests.len() >= MOST_WAITING {
            self.done(id, Err(RequestError::NotPossible("too many requests are waiting".to_owned())));
        } else {
            self.requests.push_back((id, request));
        }
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
        let watch = session.watches.next(now, lively).map(Command::Watch);
        watch.or_else(|| session.polls.next(now).map(|file| Command::Read(file, Vec::new())))
    }

    fn next_request(&mut self, now: Instant) -> Option<Command> {
        if !self.is_stopping()
            && let Some((write, request, tries)) = self.rewrite.take()
        {
            if !self.disturbs_a_heat(&write) {
                return Some(Command::Write(write, Errand::Plain { request, tries }));
            }
            // A heat has begun since the first try.
            self.done(request, Err(RequestError::Uncertain));
        }
        while let Some((_, request)) = self.requests.front() {
            // After an uncertain heat the state comes first; and a stop is finished before anything else.
            let heats = matches!(request, Request::Heat { .. } | Request::Boost);
            if self.is_stopping() || (heats && self.verify.is_some()) {
                return None;
            }
            let (id, request) = self.requests.pop_front()?;
            match self.prepare(now, &request) {
                Ok(Some(write)) => {
                    let errand = match request {
                        Request::Heat { intent, .. } => {
                            self.intents.insert(intent);
                            Errand::Heat { request: id, intent }
                        }
                        _ => Errand::Plain { request: id, tries: 1 },
                    };
                    return Some(Command::Write(write, errand));
                }
                Ok(None) => self.done(id, Ok(())),
                Err(error) => self.done(id, Err(error)),
            }
        }
        None
    }

    /// Whether a heat is running that this write might end or change.
    fn disturbs_a_heat(&self, write: &Write) -> bool {
        let heating = self.state.operating.is_some_and(OperatingState::is_heating);
        heating && matches!(write, Write::Set(_) | Write::Mode(Mode::TempSelectBegin | Mode::Idle))
    }

    /// What to write for a request; `Ok(None)` when it is as wished already.
    fn prepare(&self, now: Instant, request: &Request) -> Result<Option<Write>, RequestError> {
        let impossible = |why: &str| Err(RequestError::NotPossible(why.to_owned()));
        let operating = self.state.operating;
        let heating = operating.is_some_and(OperatingState::is_heating);
        let mode = |mode| Ok(Some(Write::Mode(mode)));
        match request {
            Request::Heat { intent, .. } if self.intents.contains(*intent) => {
                Err(RequestError::AlreadyWritten)
            }
            Request::Heat { deadline, .. } if *deadline <= now => Err(RequestError::TooLate),
            Request::Heat { .. } if heating => Ok(None),
            Request::Heat { .. } => {
                self.able_to_heat().map_err(|why| RequestError::NotPossible(why.to_owned()))?;
                mode(Mode::HeatCycleStart)
            }
            Request::Boost if !heating => impossible("no heat is running"),
            Request::Boost => mode(Mode::HeatCycleBoost),
            Request::Set(_) | Request::TempSelectBegin if heating => impossible("it is heating"),
            Request::Set(setting) => {
                setting.check()?;
                Ok(Some(Write::Set(setting.clone())))
            }
            Request::ReadLog(_) | Request::ReadAll => impossible("it cannot be read"),
            Request::ShowBattery => mode(Mode::ShowBattery),
            Request::PowerOff => mode(Mode::MasterOff),
            Request::TempSelectBegin => mode(Mode::TempSelectBegin),
            Request::TempSelectStop => mode(Mode::TempSelectStop),
            Request::Wake if operating == Some(OperatingState::SLEEP) => mode(Mode::Idle),
            // Awake already; and this command in mid-heat might end the heat.
            Request::Wake => Ok(None),
            // Handled by itself, before the queue.
            Request::Abort => Ok(None),
        }
    }

    /// Whether it is safe and of any use to start a heat.
    fn able_to_heat(&self) -> Result<(), &'static str> {
        let state = &self.state;
        match state.operating {
            None => return Err("its state is not known"),
            Some(OperatingState::MASTER_OFF) => return Err("it is switched off"),
            Some(OperatingState::INIT_MEMORY | OperatingState::INIT_VERSION_DISPLAY) => {
                return Err("it is still starting");
            }
            Some(OperatingState::FACTORY_TEST) => return Err("it is in a test"),
            Some(OperatingState::BONDING) => return Err("it is in pairing mode"),
            Some(_) => {}
        }
        if state.chamber == Some(Chamber::NONE) {
            return Err("no chamber is put on");
        }
        match state.heater_celsius {
            None => return Err("its chamber has no temperature"),
            Some(celsius) if celsius >= TOO_HOT => return Err("its chamber is too hot"),
            Some(_) => {}
        }
        if state.charge == Some(ChargeState::TEMPERATURE_STOP) {
            return Err("its battery is too hot or too cold");
        }
        match state.battery_percent {
            None => Err("its charge is not known"),
            Some(percent) if percent < LEAST_BATTERY => Err("its battery is too low"),
            Some(_) => Ok(()),
        }
    }

    pub(super) fn write_answered(&mut self, now: Instant, write: Write, errand: Errand, status: Status) {
        let result = if status.is_ok() { Ok(()) } else { Err(RequestError::Status(status.0)) };
        match errand {
            Errand::Stop => self.stop_answered(now, status),
            Errand::Heat { request, .. } | Errand::Plain { request, .. } => self.done(request, result),
        }
        match (write, self.session_mut()) {
            (Write::Set(Setting::SelectedProfile(_)), Some(session)) => {
                session.polls.by(now, Attribute::SelectedProfile)
            }
            (Write::Mode(Mode::HeatCycleBoost), Some(session)) => {
                // The state stays as it is; target and planned time are what a boost changes.
                for file in [Attribute::Target, Attribute::Total] {
                    session.polls.not_before(now + BOOST_SHOWS, file);
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
        sequence: Option<u16>,
    ) {
        match errand {
            Errand::Heat { request, .. } => self.begin_verify(now, request, sequence),
            Errand::Stop => self.stop_unanswered(now),
            Errand::Plain { request, tries } if write.is_repeatable() && tries < TRIES => {
                self.rewrite = Some((write, request, tries + 1));
            }
            Errand::Plain { request, .. } => self.done(request, Err(RequestError::Uncertain)),
        }
    }

    /// No reply can come any more.
    pub(super) fn write_lost(&mut self, now: Instant, errand: Errand) {
        match errand {
            Errand::Heat { request, .. } => self.begin_verify(now, request, None),
            Errand::Stop => {}
            Errand::Plain { request, .. } => self.done(request, Err(RequestError::Uncertain)),
        }
    }

    fn begin_verify(&mut self, now: Instant, request: RequestId, sequence: Option<u16>) {
        self.verify = Some(Verify { request, sequence, until: now + VERIFY, looks: 0, next_look: now });
    }

    /// Time to look at the state again after an uncertain heat.
    fn look_due(&mut self, now: Instant) -> bool {
        let Some(verify) = self.verify.as_mut().filter(|verify| verify.next_look <= now) else {
            return false;
        };
        if verify.looks >= LOOKS {
            self.verified(Err(RequestError::Uncertain));
            return false;
        }
        verify.looks += 1;
        verify.next_look = now + LOOK_AGAIN;
        true
    }

    fn verified(&mut self, result: Result<(), RequestError>) {
        if let Some(verify) = self.verify.take() {
            self.done(verify.request, result);
        }
    }

    /// The device was seen heating: the uncertain heat arrived.
    pub(super) fn heat_seen(&mut self) {
        self.verified(Ok(()));
    }

    /// A reply to no command in flight: to the uncertain heat, or to nobody.
    pub(super) fn late_reply(&mut self, now: Instant, sequence: u16, status: Status) {
        if self.verify.as_ref().is_some_and(|verify| verify.sequence == Some(sequence)) {
            self.verified(if status.is_ok() { Ok(()) } else { Err(RequestError::Status(status.0)) });
            self.expect_change(now);
        }
    }

    /// The link is gone: what waits has no use in waiting. `finally` when none will come.
    pub(super) fn abandon_requests(&mut self, finally: bool) {
        if let Some((_, request, _)) = self.rewrite.take() {
            self.done(request, Err(RequestError::Uncertain));
        }
        while let Some((id, _)) = self.requests.pop_front() {
            self.done(id, Err(RequestError::NotConnected));
        }
        if let Some(verify) = &mut self.verify {
            verify.sequence = None;
        }
        self.stop_without_link(finally);
        if finally {
            self.verified(Err(RequestError::Uncertain));
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
        if self.verify.as_ref().is_some_and(|verify| verify.until <= now) {
            self.verified(Err(RequestError::Uncertain));
        }
        self.expire_stop(now);
        self.expire_afterglow(now);
    }

    pub(super) fn request_timeout(&self) -> Option<Instant> {
        let heats = self.requests.iter().filter_map(|(_, request)| match request {
            Request::Heat { deadline, .. } => Some(*deadline),
            _ => None,
        });
        let verify = self.verify.as_ref().map(|verify| verify.until);
        heats.chain(verify).chain(self.stop_expiry()).chain(self.afterglow_timeout()).min()
    }
}

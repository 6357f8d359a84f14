//! The machine itself: inputs in, outputs out, time. What it does on them is in the sibling modules.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::clock::Wall;
use super::counters::Telling;
use super::edit::Edit;
use super::everything::Everything;
use super::jitter::Jitter;
use super::life::Life;
use super::logs::LogReading;
use super::session::{Session, Step};
use super::stop::Stop;
use super::timing::REST_AFTER;
use super::verify::{Intents, Verify};
use super::{Event, Input, LinkCounters, OpId, Output, Phase, Request, RequestError, RequestId, SetupStep};
use crate::lorax::Limits;
use crate::round_trips::RoundTrips;
use crate::state::{DeviceState, Profile};
use crate::write::Write;

/// What a machine is made with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceConfig {
    /// Seed of the waits between tries to connect. Different devices should have different seeds.
    pub seed: u64,
    /// A link that nobody looks at is let go after this time of idleness; `None`: never.
    pub rest_after: Option<Duration>,
    /// The computer holds a bond with it already: when bonding fails, that bond is stale.
    pub bonded: bool,
}

impl Default for DeviceConfig {
    fn default() -> Self {
        Self { seed: 0, rest_after: Some(REST_AFTER), bonded: false }
    }
}

/// One device. See the [module](super).
#[derive(Debug)]
pub struct Device {
    pub(super) jitter: Jitter,
    pub(super) life: Life,
    /// Tries to connect since the link was last stable.
    pub(super) tries: u32,
    /// Tries in a row that ended in the bonding read.
    pub(super) bond_failures: u8,
    /// Links in a row on which nothing was answered.
    pub(super) mute_links: u8,
    pub(super) bonded: bool,
    pub(super) rest_after: Option<Duration>,
    /// It was ready once.
    pub(super) known: bool,
    /// What it told of its limits.
    pub(super) limits: Option<Limits>,
    pub(super) state: DeviceState,
    /// Profiles of which not enough was read to show them.
    pub(super) half_read: Vec<Profile>,
    /// When something of it was last received.
    pub(super) last_seen: Option<Instant>,
    pub(super) counters: LinkCounters,
    pub(super) round_trips: RoundTrips,
    pub(super) telling: Telling,
    pub(super) wall: Option<Wall>,
    pub(super) requests: VecDeque<(RequestId, Request)>,
    /// Requests wait until then for a link that is taken up for them.
    pub(super) kept_until: Option<Instant>,
    pub(super) edit: Option<Edit>,
    pub(super) logs: VecDeque<LogReading>,
    pub(super) all: Option<Everything>,
    /// A write that is tried once more, with its number of tries.
    pub(super) rewrite: Option<(Write, RequestId, u8)>,
    pub(super) intents: Intents,
    pub(super) verify: Option<Verify>,
    pub(super) stop: Option<Stop>,
    /// One reading of IDLE in mid-heat, not believed yet.
    pub(super) doubtful_idle: bool,
    /// One reading without a temperature, not believed yet.
    pub(super) doubtful_heater: bool,
    pub(super) watched: bool,
    pub(super) held: bool,
    /// Something went on that keeps the link from resting.
    pub(super) busy_at: Option<Instant>,
    /// It was told to switch itself off: the link will end.
    pub(super) switched_off: bool,
    /// The last heat cycle ended then.
    pub(super) heat_ended: Option<Instant>,
    /// A command that changes the state was written then.
    pub(super) commanded: Option<Instant>,
    told: DeviceState,
    phase: Phase,
    outputs: VecDeque<Output>,
    ops: u64,
}

impl Device {
    /// A machine without a link. It does nothing until [`Input::Connect`].
    #[must_use]
    pub fn new(config: DeviceConfig) -> Self {
        Self {
            jitter: Jitter(config.seed),
            life: Life::Off,
            tries: 0,
            bond_failures: 0,
            mute_links: 0,
            bonded: config.bonded,
            rest_after: config.rest_after,
            known: false,
            limits: None,
            state: DeviceState::default(),
            half_read: Vec::new(),
            last_seen: None,
            counters: LinkCounters::default(),
            round_trips: RoundTrips::default(),
            telling: Telling::default(),
            wall: None,
            requests: VecDeque::new(),
            kept_until: None,
            edit: None,
            logs: VecDeque::new(),
            all: None,
            rewrite: None,
            intents: Intents::default(),
            verify: None,
            stop: None,
            doubtful_idle: false,
            doubtful_heater: false,
            watched: false,
            held: false,
            busy_at: None,
            switched_off: false,
            heat_ended: None,
            commanded: None,
            told: DeviceState::default(),
            phase: Phase::Idle,
            outputs: VecDeque::new(),
            ops: 0,
        }
    }

    /// Something happened.
    pub fn handle(&mut self, now: Instant, input: Input) {
        match input {
            Input::Connect => self.want_link(now),
            Input::Disconnect => self.let_go(now),
            Input::Heard => self.heard(now),
            Input::Connected(op, result) => self.connected(now, op, result),
            Input::ReadDone(op, result) => self.read_done(now, op, result),
            Input::WriteDone(op, result) => self.write_done(now, op, result),
            Input::SubscribeDone(op, result) => self.subscribed(now, op, result),
            Input::Notified(characteristic, value) => self.notified(now, characteristic, &value),
            Input::Closed => self.closed(now),
            Input::Request(id, request) => self.request(now, id, request),
            Input::Watched(watched) => self.look_at(now, watched),
            Input::Held(held) => self.hold(now, held),
            Input::Woke => self.woke(now),
            Input::WallClock(unix) => self.wall = Wall::new(now, unix),
            Input::AdapterOn => self.adapter_on(now),
        }
        self.handle_timeout(now);
    }

    /// Time passed. Call it at [`Self::poll_timeout`]; calling it at any other time does no harm.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.expire_life(now);
        self.expire_requests(now);
        self.expire_flight(now);
        self.expire_rest(now);
        self.proceed(now);
        // A link that was lost just now may be due already: a stop does not wait.
        self.expire_life(now);
        self.expire_counters(now);
        if self.state != self.told {
            self.told = self.state.clone();
            self.outputs.push_back(Output::Event(Event::State(Box::new(self.state.clone()))));
        }
    }

    /// The next thing to do for it. Take outputs until there are none, after every call.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to call [`Self::handle_timeout`]; `None` when it waits for nothing but inputs.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let link = [self.life_timeout(), self.session_timeout(), self.rest_timeout()];
        let rest = [self.request_timeout(), self.counters_timeout()];
        link.into_iter().chain(rest).flatten().min()
    }

    /// Everything known of the device. Stays as it was last seen while there is no link.
    #[must_use]
    pub fn state(&self) -> &DeviceState {
        &self.state
    }

    /// When something of the device was last received: the age of [`Self::state`].
    #[must_use]
    pub fn last_seen(&self) -> Option<Instant> {
        self.last_seen
    }

    /// Where the link is in its life.
    #[must_use]
    pub fn phase(&self) -> &Phase {
        &self.phase
    }

    pub(super) fn push(&mut self, output: Output) {
        self.outputs.push_back(output);
    }

    pub(super) fn next_op(&mut self) -> OpId {
        self.ops += 1;
        OpId(self.ops)
    }

    pub(super) fn done(&mut self, request: RequestId, result: Result<(), RequestError>) {
        self.push(Output::Event(Event::Done(request, result)));
    }

    pub(super) fn session(&self) -> Option<&Session> {
        if let Life::Open(session) = &self.life { Some(session) } else { None }
    }

    pub(super) fn session_mut(&mut self) -> Option<&mut Session> {
        if let Life::Open(session) = &mut self.life { Some(session) } else { None }
    }

    /// Tells the phase if it is another one than last told.
    pub(super) fn set_phase(&mut self, phase: Phase) {
        if self.phase != phase {
            self.phase = phase.clone();
            self.push(Output::Event(Event::Phase(phase)));
        }
    }

    /// Tells how far the link is set up.
    pub(super) fn tell_step(&mut self) {
        let Some(session) = self.session() else { return };
        if session.ready_since.is_some() {
            return self.set_phase(Phase::Ready);
        }
        let step = match session.step {
            Step::Snapshot => SetupStep::Read {
                done: (session.to_read - session.unread.len()) as u8,
                of: session.to_read as u8,
            },
            Step::Ready => SetupStep::Watch,
            _ => SetupStep::Authenticate,
        };
        self.set_phase(Phase::SettingUp { attempt: self.tries, step });
    }
}

//! The world itself: virtual time, and what a story can do and see in it.

use std::time::{Duration, Instant};

use hearth_clock::Now;
use hearth_companion::bridge;
use hearth_gateway_client::group::{self, Group, Status};
use hearth_gateway_client::machine::Machine;
use hearth_gateway_client::puff;
use puffco::device;
use puffco_sim::SimDevice;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::gateway::Gateway;
use crate::network::Wires;
use crate::options::Options;
use crate::party::{Party, PartyId};
use crate::queue::{Arrival, Queue};
use crate::record::{Record, StartTold};

/// So many things at one instant are a loop and no story.
const MOST_AT_ONCE: u32 = 2_000;

/// What the gateway's wall clock shows at the beginning: some time in 2027.
const BEGIN_UNIX_MS: u64 = 1_800_000_000_000;

/// See the [crate].
pub struct World {
    pub(crate) seed: u64,
    pub(crate) rng: StdRng,
    pub(crate) options: Options,
    pub(crate) now: Now,
    pub(crate) origin: Now,
    pub(crate) queue: Queue,
    pub(crate) gateway: Gateway,
    pub(crate) wires: Wires,
    pub(crate) parties: Vec<Party>,
    pub(crate) last_link: u64,
    at_once: u32,
    pub(crate) record: Record,
}

impl World {
    /// A world in which everybody is offline and no device is connected.
    #[must_use]
    pub fn new(seed: u64, options: Options) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let now = Now { instant: crate::begin(), unix_ms: BEGIN_UNIX_MS };
        let error = options.clock_error.as_millis() as i64;
        let parties = options.devices.iter().map(|device| {
            let (seed, error) = (rng.random(), rng.random_range(-error..=error));
            Party::new(now, seed, device.clone(), error)
        });
        let parties = parties.collect();
        Self {
            seed,
            gateway: Gateway::new(options.hub.clone(), rng.random()),
            rng,
            options,
            now,
            origin: now,
            queue: Queue::default(),
            wires: Wires::default(),
            parties,
            last_link: 0,
            at_once: 0,
            record: Record::new(now.instant),
        }
    }

    /// Everybody who is in it.
    pub fn parties(&self) -> impl Iterator<Item = PartyId> + use<> {
        (0..self.parties.len()).map(PartyId)
    }

    /// What happened.
    #[must_use]
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// The world's time; the gateway's clocks show it, the parties' wall clocks are off.
    #[must_use]
    pub fn now(&self) -> Now {
        self.now
    }

    /// A draw from the world's seed, for stories that vary.
    pub fn draw<T, R>(&mut self, range: R) -> T
    where
        T: rand::distr::uniform::SampleUniform,
        R: rand::distr::uniform::SampleRange<T>,
    {
        self.rng.random_range(range)
    }

    /// The group as a party sees it.
    #[must_use]
    pub fn group(&self, party: PartyId) -> Option<&Group> {
        self.parties[party.0].group.as_deref()
    }

    /// A party's connection as it sees it.
    #[must_use]
    pub fn status(&self, party: PartyId) -> &Status {
        &self.parties[party.0].status
    }

    /// What a party was told, changes of its group and status left out.
    #[must_use]
    pub fn events(&self, party: PartyId) -> &[group::Event] {
        &self.parties[party.0].events
    }

    /// What went wrong for a party.
    #[must_use]
    pub fn troubles(&self, party: PartyId) -> &[bridge::Trouble] {
        &self.parties[party.0].troubles
    }

    /// Whether a party has a device.
    #[must_use]
    pub fn has_device(&self, party: PartyId) -> bool {
        self.parties[party.0].gear.is_some()
    }

    /// A party's device.
    ///
    /// # Panics
    /// When it has none.
    #[must_use]
    pub fn device(&self, party: PartyId) -> &SimDevice {
        match &self.parties[party.0].gear {
            Some(gear) => &gear.sim,
            None => panic!("party {} has no device", party.0),
        }
    }

    /// Whether a party's device machine has a link that is ready for use.
    #[must_use]
    pub fn is_linked(&self, party: PartyId) -> bool {
        let gear = self.parties[party.0].gear.as_ref();
        gear.is_some_and(|gear| *gear.machine.phase() == device::Phase::Ready)
    }

    /// Acts on a party's device, as its owner or as bad luck would.
    ///
    /// # Panics
    /// When it has none.
    pub fn with_device<T>(&mut self, party: PartyId, act: impl FnOnce(&mut SimDevice) -> T) -> T {
        let Some(gear) = &mut self.parties[party.0].gear else { panic!("party {} has no device", party.0) };
        let done = act(&mut gear.sim);
        self.settle();
        done
    }

    /// The owner presses the button of a party's device.
    pub fn press(&mut self, party: PartyId) {
        let now = self.now.instant;
        self.note(|| format!("{} presses", party.0));
        self.with_device(party, |device| device.press(now));
    }

    /// A party asks its gateway session for something.
    pub fn ask(&mut self, party: PartyId, request: group::Request) {
        self.note(|| format!("{} asks: {request:?}", party.0));
        self.session_input(party, puff::Input::Request(request));
        self.settle();
    }

    /// A party asks its bridge for something.
    pub fn ask_bridge(&mut self, party: PartyId, input: bridge::Input) {
        let party_now = self.parties[party.0].now(self.now);
        self.parties[party.0].bridge.handle(party_now, input);
        self.settle();
    }

    /// A party connects to the gateway and to its device.
    pub fn start(&mut self, party: PartyId) {
        self.ask(party, group::Request::Connect);
        if self.parties[party.0].gear.is_some() {
            self.machine_input(party, device::Input::Connect);
            self.machine_input(party, device::Input::Watched(true));
        }
        self.settle();
    }

    /// Lets time pass.
    pub fn run(&mut self, time: Duration) {
        let end = self.now.instant + time;
        self.settle();
        while self.step_before(end) {}
        self.pass_to(end);
    }

    /// Lets time pass until something is so; `false` when it is not within `limit`.
    pub fn run_until(&mut self, limit: Duration, so: impl Fn(&Self) -> bool) -> bool {
        let end = self.now.instant + limit;
        self.settle();
        while !so(self) {
            if !self.step_before(end) {
                self.pass_to(end);
                return so(self);
            }
        }
        true
    }

    /// As [`World::run_until`], for what must become so.
    ///
    /// # Panics
    /// When it does not, with the seed and the story so far.
    #[track_caller]
    pub fn expect(&mut self, what: &str, limit: Duration, so: impl Fn(&Self) -> bool) {
        if !self.run_until(limit, so) {
            panic!("seed {}: not within {limit:?}: {what}\n{}", self.seed, self.record);
        }
    }

    /// Panics with the seed and the story when `good` is false.
    ///
    /// # Panics
    /// See above.
    #[track_caller]
    pub fn check(&self, what: &str, good: bool) {
        assert!(good, "seed {}: {what}\n{}", self.seed, self.record);
    }

    pub(crate) fn note(&mut self, line: impl FnOnce() -> String) {
        if self.options.tell {
            self.record.line(self.now.instant, line());
        }
    }

    fn pass_to(&mut self, instant: Instant) {
        if instant > self.now.instant {
            let unix_ms = self.origin.unix_ms + (instant - self.origin.instant).as_millis() as u64;
            self.now = Now { instant, unix_ms };
        }
    }

    fn next(&self) -> Option<Instant> {
        let parties = self.parties.iter().map(Party::poll_timeout);
        parties.chain([self.queue.next(), self.gateway.poll_timeout()]).flatten().min()
    }

    /// Goes to the next instant at which something happens, and lets it; `false` when there is none until `end`.
    fn step_before(&mut self, end: Instant) -> bool {
        let Some(next) = self.next().filter(|next| *next <= end) else { return false };
        self.at_once = if next > self.now.instant { 0 } else { self.at_once + 1 };
        if self.at_once > MOST_AT_ONCE {
            let due: Vec<_> = self.parties.iter().map(Party::timeouts).collect();
            let now = self.now.instant;
            panic!("seed {}: time stands still at {now:?}: {due:?}\n{}", self.seed, self.record);
        }
        self.pass_to(next);
        self.step();
        true
    }

    /// Everything that is due now.
    fn step(&mut self) {
        while let Some(arrival) = self.queue.pop(self.now.instant) {
            self.arrive(arrival);
            self.settle();
        }
        let due = |at: Option<Instant>| at.is_some_and(|at| at <= self.now.instant);
        if due(self.gateway.poll_timeout()) {
            self.gateway.hub.handle_timeout(self.now);
        }
        for party in self.parties() {
            self.party_timeout(party);
        }
        self.settle();
    }

    fn party_timeout(&mut self, id: PartyId) {
        let now = self.now.instant;
        let due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        let party = &mut self.parties[id.0];
        let party_now = party.now(self.now);
        if due(party.session.poll_timeout()) {
            party.session.handle_timeout(party_now);
        }
        if due(party.bridge.poll_timeout()) {
            party.bridge.handle_timeout(party_now);
        }
        if let Some(gear) = &mut party.gear {
            if due(gear.sim.poll_timeout()) {
                gear.sim.handle_timeout(now);
            }
            if due(gear.machine.poll_timeout()) {
                gear.machine.handle_timeout(now);
            }
        }
        self.advertise(id);
    }

    fn arrive(&mut self, arrival: Arrival) {
        match arrival {
            Arrival::Dial { party, socket } => self.dial(party, socket),
            Arrival::DialFailed { party, socket } => self.dial_failed(party, socket),
            Arrival::Opened { connection } => self.opened(connection),
            Arrival::Up { connection, text } => self.up(connection, &text),
            Arrival::UpClosed { connection } => self.up_closed(connection),
            Arrival::Down { connection, text } => self.down(connection, text),
            Arrival::Pong { connection } => self.pong(connection),
            Arrival::DownClosed { connection, code } => self.down_closed(connection, code),
            Arrival::RadioConnect { party, op } => self.radio_connect(party, op),
            Arrival::Radio { party, link, operation } => self.radio_operation(party, link, operation),
            Arrival::RadioAnswer { party, link, input } => self.radio_answer(party, link, input),
        }
    }

    /// Carries what the machines say to each other until none has anything to say.
    pub(crate) fn settle(&mut self) {
        loop {
            let mut quiet = true;
            while let Some(output) = self.gateway.poll_output() {
                quiet = false;
                self.hub_output(output);
            }
            for party in self.parties() {
                while let Some(output) = self.parties[party.0].session.poll_output() {
                    quiet = false;
                    self.session_output(party, output);
                }
                while let Some(output) = self.parties[party.0].bridge.poll_output() {
                    quiet = false;
                    self.bridge_output(party, output);
                }
                let gear = |world: &mut Self| world.parties[party.0].gear.as_mut()?.machine.poll_output();
                while let Some(output) = gear(self) {
                    quiet = false;
                    self.machine_output(party, output);
                }
                quiet &= !self.listen(party);
            }
            if quiet {
                return;
            }
        }
    }

    fn bridge_output(&mut self, party: PartyId, output: bridge::Output) {
        match output {
            bridge::Output::Device(id, request) => {
                self.note(|| format!("{} device is asked: {request:?}", party.0));
                if let device::Request::Heat { intent, .. } = request {
                    self.parties[party.0].last_intent = Some(intent);
                }
                self.machine_input(party, device::Input::Request(id, request));
            }
            bridge::Output::Gateway(request) => self.session_input(party, puff::Input::Request(request)),
            bridge::Output::Trouble(trouble) => {
                self.note(|| format!("{} trouble: {trouble:?}", party.0));
                self.parties[party.0].troubles.push(trouble);
            }
        }
    }

    pub(crate) fn session_input(&mut self, party: PartyId, input: puff::Input) {
        let party = &mut self.parties[party.0];
        let now = party.now(self.now);
        party.session.handle(now, input);
    }

    pub(crate) fn session_told(&mut self, party: PartyId, event: group::Event) {
        if let group::Event::StartHeating { excluded, start_at, .. } = event {
            let told_at = self.now.instant;
            self.record.starts_told.push(StartTold { party, told_at, excluded, start_at });
        }
        if !matches!(event, group::Event::Group(Some(_))) {
            self.note(|| format!("{} is told: {event:?}", party.0));
        }
        let party = &mut self.parties[party.0];
        let now = party.now(self.now);
        party.told(now, event);
    }

    pub(crate) fn machine_input(&mut self, party: PartyId, input: device::Input) {
        let now = self.now.instant;
        if let Some(gear) = &mut self.parties[party.0].gear {
            gear.machine.handle(now, input);
        }
    }

    pub(crate) fn machine_told(&mut self, party: PartyId, event: device::Event) {
        if !matches!(event, device::Event::State(_)) {
            self.note(|| format!("{} device: {event:?}", party.0));
        }
        let party = &mut self.parties[party.0];
        let now = party.now(self.now);
        party.bridge.handle(now, bridge::Input::Device(event));
    }
}

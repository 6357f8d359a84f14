//! A table at which a person sits with their device: what the tests of the bridge tell it, and what it asked.

use std::time::Duration;

use hearth_clock::{Clock, Now};
use hearth_companion::bridge::{Bridge, Input, Output};
use hearth_companion::report::Pseudonym;
use hearth_gateway_client::group::{self, Group, GroupPhase, SessionId, Visibility};
use puffco::device::{Event, Phase, Request, RequestId};
use puffco::state::{DeviceState, OperatingState};

/// Between the announcement of a start and the instant of it.
pub const LEAD: Option<Duration> = Some(Duration::from_secs(3));

pub struct Table {
    pub now: Now,
    pub bridge: Bridge,
}

impl Table {
    /// A connected device whose button was pressed in a group that awaits.
    pub fn laid() -> Self {
        let mut table = Self::not_ready();
        table.device(OperatingState::TEMP_SELECT);
        table.outputs();
        table
    }

    /// A connected, idle device and a group that awaits.
    pub fn not_ready() -> Self {
        let mut table = Self::connected();
        table.group(GroupPhase::Awaiting, 0);
        table.outputs();
        table
    }

    /// A connected, idle device, and no group.
    pub fn connected() -> Self {
        let mut table = Self { now: Clock::new().now(), bridge: Bridge::new(Pseudonym::new([3; 16]), 1) };
        table.device(OperatingState::IDLE);
        table.put(Input::Device(Event::Phase(Phase::Ready)));
        table
    }

    pub fn put(&mut self, input: Input) {
        self.bridge.handle(self.now, input);
    }

    pub fn device(&mut self, operating: OperatingState) {
        let state = DeviceState { operating: Some(operating), ..DeviceState::default() };
        self.put(Input::Device(Event::State(Box::new(state))));
    }

    pub fn group(&mut self, phase: GroupPhase, sesh_counter: u64) {
        self.group_that_counts(phase, sesh_counter, None);
    }

    /// The same group, which counts down for so long from now.
    pub fn group_that_counts(&mut self, phase: GroupPhase, sesh_counter: u64, counts: Option<Duration>) {
        let own = SessionId("own".into());
        let group = Group {
            id: "abc123".into(),
            name: "Test".into(),
            visibility: Visibility::Private,
            phase,
            sesh_counter,
            countdown: counts,
            counts_to: counts.map(|counts| self.now.instant + counts),
            owner: own.clone(),
            own,
            ready: Vec::new(),
            members: Vec::new(),
        };
        self.put(Input::Gateway(group::Event::Group(Some(Box::new(group)))));
    }

    pub fn start(&mut self, excluded: bool, ahead: Option<Duration>) {
        let start_at = ahead.map(|ahead| self.now.instant + ahead);
        self.put(Input::Gateway(group::Event::StartHeating { by: None, excluded, start_at }));
    }

    /// A gateway that says that this person is not excluded, whatever it knows.
    pub fn sesh(&mut self) {
        self.group(GroupPhase::Seshing, 0);
        self.start(false, LEAD);
    }

    /// Passes time, carrying out whatever becomes due.
    pub fn pass(&mut self, time: Duration) {
        let end = self.now.later(time);
        while let Some(due) = self.bridge.poll_timeout().filter(|due| *due <= end.instant) {
            self.now = self.now.later(due.saturating_duration_since(self.now.instant));
            self.bridge.handle_timeout(self.now);
        }
        self.now = end;
    }

    pub fn outputs(&mut self) -> Vec<Output> {
        std::iter::from_fn(|| self.bridge.poll_output()).collect()
    }

    /// What the device was asked since the last look.
    pub fn asked(&mut self) -> Vec<(RequestId, Request)> {
        let asked = |output| match output {
            Output::Device(id, request) => Some((id, request)),
            _ => None,
        };
        self.outputs().into_iter().filter_map(asked).collect()
    }

    pub fn heats_asked(&mut self) -> usize {
        self.asked().iter().filter(|(_, request)| matches!(request, Request::Heat { .. })).count()
    }

    /// What was asked since the last look in words: `away` or `back` of the gateway, the state of the device that it was
    /// told, `put back` into temp select, `heat`, or trouble.
    pub fn told(&mut self) -> Vec<String> {
        let word = |output| match output {
            Output::Gateway(group::Request::Away(true)) => Some("away".to_owned()),
            Output::Gateway(group::Request::Away(false)) => Some("back".to_owned()),
            Output::Gateway(group::Request::Device(Some(report))) => {
                Some(report.state.map_or("no state".to_owned(), |state| format!("state {state}")))
            }
            Output::Gateway(group::Request::Device(None)) => Some("no device".to_owned()),
            Output::Device(_, Request::TempSelectBegin) => Some("put back".to_owned()),
            Output::Device(_, Request::Heat { .. }) => Some("heat".to_owned()),
            Output::Trouble(trouble) => Some(format!("{trouble:?}")),
            _ => None,
        };
        self.outputs().into_iter().filter_map(word).collect()
    }
}

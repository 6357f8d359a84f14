//! The countdown that a group's owner chose heats nothing, and a device that runs out of temp select does not call it off.
#![allow(clippy::unwrap_used, reason = "a test's story stops at the first surprise")]

use std::time::Duration;

use hearth_clock::{Clock, Now};
use hearth_companion::bridge::{Bridge, Input, Output, PUT_BACK_WITHIN};
use hearth_companion::report::Pseudonym;
use hearth_gateway_client::group::{self, Group, GroupPhase, Request, SessionId, Visibility};
use puffco::device::{self, Event, Phase, RequestError, RequestId};
use puffco::state::{DeviceState, OperatingState};

const IDLE: OperatingState = OperatingState::IDLE;
const TEMP_SELECT: OperatingState = OperatingState::TEMP_SELECT;
const TEN_S: Duration = Duration::from_secs(10);

struct Table {
    now: Now,
    bridge: Bridge,
    put_back: Option<RequestId>,
}

impl Table {
    /// Ready, in a group that counts down from ten.
    fn counting() -> Self {
        let bridge = Bridge::new(Pseudonym::new([3; 16]), 1);
        let mut table = Self { now: Clock::new().now(), bridge, put_back: None };
        table.device(IDLE);
        table.put(Input::Device(Event::Phase(Phase::Ready)));
        table.group(GroupPhase::Awaiting, false);
        table.device(TEMP_SELECT);
        table.group(GroupPhase::Awaiting, true);
        table.told();
        table
    }

    fn put(&mut self, input: Input) {
        self.bridge.handle(self.now, input);
    }

    fn device(&mut self, operating: OperatingState) {
        let state = DeviceState { operating: Some(operating), ..DeviceState::default() };
        self.put(Input::Device(Event::State(Box::new(state))));
    }

    fn group(&mut self, phase: GroupPhase, counts: bool) {
        let own = SessionId("own".into());
        let group = Group {
            id: "abc123".into(),
            name: "Test".into(),
            visibility: Visibility::Private,
            phase,
            sesh_counter: 0,
            countdown: Some(TEN_S),
            counts_to: counts.then(|| self.now.instant + TEN_S),
            owner: own.clone(),
            own,
            ready: Vec::new(),
            members: Vec::new(),
        };
        self.put(Input::Gateway(group::Event::Group(Some(Box::new(group)))));
    }

    fn start(&mut self) {
        self.group(GroupPhase::Seshing, false);
        let start_at = Some(self.now.instant + Duration::from_millis(2_100));
        self.put(Input::Gateway(group::Event::StartHeating { by: None, excluded: false, start_at }));
    }

    fn pass(&mut self, time: Duration) {
        let end = self.now.later(time);
        while let Some(due) = self.bridge.poll_timeout().filter(|due| *due <= end.instant) {
            self.now = self.now.later(due.saturating_duration_since(self.now.instant));
            self.bridge.handle_timeout(self.now);
        }
        self.now = end;
    }

    /// What was asked since the last look: the state that the group sees, `back` into temp select, or `heat`.
    fn told(&mut self) -> Vec<String> {
        let mut told = Vec::new();
        while let Some(output) = self.bridge.poll_output() {
            told.push(match output {
                Output::Gateway(Request::Device(Some(report))) => format!("state {}", report.state.unwrap()),
                Output::Device(id, device::Request::TempSelectBegin) => {
                    self.put_back = Some(id);
                    "back".to_owned()
                }
                Output::Device(_, device::Request::Heat { .. }) => "heat".to_owned(),
                Output::Trouble(trouble) => format!("{trouble:?}"),
                _ => continue,
            });
        }
        told
    }
}

#[test]
fn a_countdown_heats_nothing_and_the_start_after_it_once() {
    let mut table = Table::counting();
    table.pass(Duration::from_secs(60));
    assert_eq!(table.told(), [] as [String; 0]);
    table.start();
    table.start();
    table.pass(Duration::from_secs(10));
    assert_eq!(table.told(), ["heat"]);
}

#[test]
fn a_device_that_runs_out_of_temp_select_is_put_back_and_the_group_does_not_see_it() {
    let mut table = Table::counting();
    for _ in 0..3 {
        table.device(IDLE);
        assert_eq!(table.told(), ["back"]);
        table.pass(PUT_BACK_WITHIN / 2);
        table.device(TEMP_SELECT);
        table.pass(PUT_BACK_WITHIN * 2);
        assert_eq!(table.told(), [] as [String; 0]);
    }
}

#[test]
fn the_group_sees_one_that_is_not_back_in_time_or_cannot_be_put_back() {
    let mut table = Table::counting();
    table.device(IDLE);
    table.pass(PUT_BACK_WITHIN);
    assert_eq!(table.told(), ["back", "state 5"]);

    let mut table = Table::counting();
    table.device(IDLE);
    table.told();
    let asked = table.put_back.unwrap();
    table.put(Input::Device(Event::Done(asked, Err(RequestError::NotConnected))));
    assert_eq!(table.told()[0], "state 5");
}

#[test]
fn any_other_state_and_whoever_is_not_ready_any_more_is_seen_at_once() {
    for state in [OperatingState::SLEEP, OperatingState::PREHEAT, OperatingState::MASTER_OFF] {
        let mut table = Table::counting();
        table.device(state);
        assert_eq!(table.told(), [format!("state {}", state.0)]);
    }
    let mut table = Table::counting();
    table.device(IDLE);
    table.told();
    table.put(Input::Unready);
    assert_eq!(table.told(), ["state 5"]);
    table.start();
    table.pass(Duration::from_secs(10));
    assert!(!table.told().contains(&"heat".to_owned()));
}

#[test]
fn without_a_countdown_the_group_sees_every_state() {
    let mut table = Table::counting();
    table.group(GroupPhase::Awaiting, false);
    table.device(IDLE);
    assert_eq!(table.told(), ["back", "state 5"]);
}

#[test]
fn whoever_is_not_ready_any_more_stays_it_although_the_device_is_seen_in_temp_select_a_moment_longer() {
    for coming_back in [false, true] {
        let mut table = Table::counting();
        if coming_back {
            table.device(IDLE);
        }
        table.put(Input::Unready);
        table.device(TEMP_SELECT);
        table.pass(Duration::from_millis(200));
        table.device(TEMP_SELECT);
        table.device(IDLE);
        table.told();
        table.pass(PUT_BACK_WITHIN * 2);
        assert_eq!(table.told(), [] as [String; 0], "it is not put back");
        table.start();
        table.pass(Duration::from_secs(10));
        assert_eq!(table.told(), [] as [String; 0], "and does not heat");
    }
}

#[test]
fn whoever_changes_their_mind_twice_is_ready() {
    let mut table = Table::counting();
    table.put(Input::Unready);
    table.put(Input::Ready);
    table.device(TEMP_SELECT);
    table.start();
    table.pass(Duration::from_secs(10));
    assert!(table.told().contains(&"heat".to_owned()));
}

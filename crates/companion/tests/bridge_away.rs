//! Who is away does not heat with the group, and the gateway is told in the right order.
#![allow(clippy::unwrap_used, reason = "a test's story stops at the first surprise")]

use std::time::Duration;

use hearth_clock::{Clock, Now};
use hearth_companion::away::Rules;
use hearth_companion::bridge::{Bridge, Input, Output, STAY_READY, UNPLUG_AFTER};
use hearth_companion::report::Pseudonym;
use hearth_gateway_client::group::{self, Group, GroupPhase, Request, SessionId, Visibility};
use puffco::device::{self, Event, Phase};
use puffco::state::{DeviceState, OperatingState};

struct Table {
    now: Now,
    bridge: Bridge,
}

impl Table {
    /// A connected, idle device in a group that chills.
    fn laid() -> Self {
        let mut table = Self { now: Clock::new().now(), bridge: Bridge::new(Pseudonym::new([3; 16]), 1) };
        table.put(Input::AwayRules(Rules { without_device: true, when_locked: true, when_idle_min: None }));
        table.device(OperatingState::IDLE);
        table.put(Input::Device(Event::Phase(Phase::Ready)));
        table.group(GroupPhase::Chilling);
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

    fn group(&mut self, phase: GroupPhase) {
        let own = SessionId("own".into());
        let group = Group {
            id: "abc123".into(),
            name: "Test".into(),
            visibility: Visibility::Private,
            phase,
            sesh_counter: 0,
            countdown: None,
            counts_to: None,
            owner: own.clone(),
            own,
            ready: Vec::new(),
            members: Vec::new(),
        };
        self.put(Input::Gateway(group::Event::Group(Some(Box::new(group)))));
    }

    /// A gateway that says that this person is not excluded, whatever it knows.
    fn start(&mut self) {
        self.group(GroupPhase::Seshing);
        let start_at = Some(self.now.instant + Duration::from_secs(3));
        self.put(Input::Gateway(group::Event::StartHeating { by: None, excluded: false, start_at }));
    }

    fn pass(&mut self, time: Duration) {
        let end = self.now.later(time);
        while let Some(due) = self.bridge.poll_timeout().filter(|due| *due <= end.instant) {
            assert!(due > self.now.instant || self.bridge.poll_timeout() == Some(due));
            self.now = self.now.later(due.saturating_duration_since(self.now.instant));
            self.bridge.handle_timeout(self.now);
        }
        self.now = end;
    }

    /// What was asked since the last look: `away`, `back`, the state of the device, or `heat`.
    fn told(&mut self) -> Vec<String> {
        let word = |output| match output {
            Output::Gateway(Request::Away(true)) => Some("away".to_owned()),
            Output::Gateway(Request::Away(false)) => Some("back".to_owned()),
            Output::Gateway(Request::Device(Some(report))) => {
                Some(format!("state {}", report.state.unwrap()))
            }
            Output::Gateway(Request::Device(None)) => Some("no device".to_owned()),
            Output::Device(_, device::Request::Heat { .. }) => Some("heat".to_owned()),
            _ => None,
        };
        std::iter::from_fn(|| self.bridge.poll_output()).filter_map(word).collect()
    }
}

#[test]
fn nobody_who_is_away_by_itself_heats_even_if_the_gateway_says_so() {
    let causes: [fn(&mut Table); 3] = [
        |table| table.put(Input::Locked(true)),
        |table| table.device(OperatingState::SLEEP),
        |table| table.put(Input::Away(true)),
    ];
    for cause in causes {
        let mut table = Table::laid();
        cause(&mut table);
        assert_eq!(table.told()[0], "away");
        table.group(GroupPhase::Awaiting);
        table.start();
        table.pass(Duration::from_secs(5));
        assert!(!table.told().contains(&"heat".to_owned()));
    }
}

#[test]
fn who_goes_away_by_hand_after_the_button_was_pressed_must_press_it_anew() {
    let mut table = Table::laid();
    table.group(GroupPhase::Awaiting);
    table.device(OperatingState::TEMP_SELECT);
    table.put(Input::Away(true));
    table.device(OperatingState::IDLE);
    table.put(Input::Away(false));
    table.start();
    table.pass(Duration::from_secs(5));
    assert!(!table.told().contains(&"heat".to_owned()));
}

#[test]
fn back_in_the_countdown_is_too_late() {
    let mut table = Table::laid();
    table.group(GroupPhase::Awaiting);
    table.device(OperatingState::TEMP_SELECT);
    table.start();
    table.put(Input::Away(true));
    table.put(Input::Away(false));
    table.pass(Duration::from_secs(5));
    assert!(!table.told().contains(&"heat".to_owned()));
}

#[test]
fn a_press_while_the_computer_is_locked_makes_back_before_the_gateway_hears_of_it() {
    let mut table = Table::laid();
    table.put(Input::Locked(true));
    table.group(GroupPhase::Awaiting);
    assert_eq!(table.told(), ["away"]);
    table.device(OperatingState::TEMP_SELECT);
    assert_eq!(table.told(), ["back", "state 6"]);
    table.start();
    table.pass(Duration::from_secs(5));
    assert_eq!(table.told(), ["heat"]);
}

#[test]
fn who_locks_the_computer_when_ready_heats_and_is_away_afterwards() {
    let mut table = Table::laid();
    table.group(GroupPhase::Awaiting);
    table.device(OperatingState::TEMP_SELECT);
    table.put(Input::Locked(true));
    table.start();
    table.pass(Duration::from_secs(3));
    assert_eq!(table.told(), ["state 6", "heat"]);
    for state in [OperatingState::PREHEAT, OperatingState::ACTIVE, OperatingState::FADE] {
        table.device(state);
    }
    table.group(GroupPhase::Chilling);
    assert_eq!(table.told(), ["state 7", "state 8", "state 9"]);
    table.device(OperatingState::IDLE);
    // The request of the heat was never answered here: it may still run.
    table.pass(Duration::from_secs(5));
    assert_eq!(table.told(), ["away", "state 5"]);
}

#[test]
fn who_locks_the_computer_when_ready_and_never_starts_is_away_after_a_while() {
    let mut table = Table::laid();
    table.group(GroupPhase::Awaiting);
    table.device(OperatingState::TEMP_SELECT);
    table.put(Input::Locked(true));
    table.pass(STAY_READY - Duration::from_millis(1));
    assert_eq!(table.told(), ["state 6"]);
    table.pass(Duration::from_millis(1));
    assert_eq!(table.told(), ["away"]);
    table.start();
    table.pass(Duration::from_secs(5));
    assert!(!table.told().contains(&"heat".to_owned()));
}

#[test]
fn a_device_that_goes_to_sleep_makes_away_and_one_that_wakes_makes_back() {
    let mut table = Table::laid();
    table.device(OperatingState::SLEEP);
    assert_eq!(table.told(), ["away", "state 4"]);
    table.put(Input::Device(Event::Phase(Phase::Away)));
    table.pass(Duration::from_secs(60));
    assert_eq!(table.told(), ["no device"]);
    table.device(OperatingState::IDLE);
    table.put(Input::Device(Event::Phase(Phase::Ready)));
    assert_eq!(table.told(), ["back", "state 5"]);
}

#[test]
fn a_link_that_is_lost_for_long_makes_away_and_one_that_is_lost_for_a_moment_does_not() {
    let mut table = Table::laid();
    for _ in 0..5 {
        table.put(Input::Device(Event::Phase(Phase::Away)));
        table.pass(UNPLUG_AFTER - Duration::from_secs(1));
        table.put(Input::Device(Event::Phase(Phase::Ready)));
    }
    assert!(!table.told().contains(&"away".to_owned()));
    table.put(Input::Device(Event::Phase(Phase::Away)));
    table.told();
    table.pass(UNPLUG_AFTER);
    assert_eq!(table.told(), ["away"]);
}

#[test]
fn another_gateway_is_told_anew() {
    let mut table = Table::laid();
    table.put(Input::Away(true));
    assert_eq!(table.told(), ["away"]);
    table.put(Input::GatewayReplaced);
    assert!(table.told().contains(&"away".to_owned()));
}

#[test]
fn switching_it_off_ends_it() {
    let mut table = Table::laid();
    table.put(Input::Locked(true));
    assert_eq!(table.told(), ["away"]);
    table.put(Input::AwayRules(Rules { without_device: true, ..Rules::default() }));
    assert_eq!(table.told(), ["back"]);
}

//! The rules of the bridge between device and group: when a heater is started, and when it is not.

use std::time::Duration;

use hearth_clock::{Clock, Now};
use hearth_companion::bridge::{
    Bridge, HEAT_DEADLINE, Input, LONGEST_LEAD, Output, PRESS_LASTS, STAY_READY, Start, Trouble, UNPLUG_AFTER,
};
use hearth_companion::report::Pseudonym;
use hearth_gateway_client::group::{self, Group, GroupPhase, SessionId, Visibility};
use puffco::device::{Event, Phase, Problem, Request, RequestError, RequestId};
use puffco::state::{DeviceState, OperatingState};

struct Table {
    now: Now,
    bridge: Bridge,
}

impl Table {
    /// A connected device whose button was pressed in a group that awaits.
    fn laid() -> Self {
        let mut table = Self::not_ready();
        table.device(OperatingState::TEMP_SELECT);
        table.outputs();
        table
    }

    /// A connected, idle device and a group that awaits.
    fn not_ready() -> Self {
        let mut table = Self { now: Clock::new().now(), bridge: Bridge::new(Pseudonym::new([3; 16]), 1) };
        table.device(OperatingState::IDLE);
        table.put(Input::Device(Event::Phase(Phase::Ready)));
        table.group(GroupPhase::Awaiting, 0);
        table.outputs();
        table
    }

    fn put(&mut self, input: Input) {
        self.bridge.handle(self.now, input);
    }

    fn device(&mut self, operating: OperatingState) {
        let state = DeviceState { operating: Some(operating), ..DeviceState::default() };
        self.put(Input::Device(Event::State(Box::new(state))));
    }

    fn group(&mut self, phase: GroupPhase, sesh_counter: u64) {
        let own = SessionId("own".into());
        let group = Group {
            id: "abc123".into(),
            name: "Test".into(),
            visibility: Visibility::Private,
            phase,
            sesh_counter,
            countdown: None,
            counts_to: None,
            owner: own.clone(),
            own,
            ready: Vec::new(),
            members: Vec::new(),
        };
        self.put(Input::Gateway(group::Event::Group(Some(Box::new(group)))));
    }

    fn start(&mut self, excluded: bool, ahead: Option<Duration>) {
        let start_at = ahead.map(|ahead| self.now.instant + ahead);
        self.put(Input::Gateway(group::Event::StartHeating { by: None, excluded, start_at }));
    }

    /// Passes time, carrying out whatever becomes due.
    fn pass(&mut self, time: Duration) {
        let end = self.now.later(time);
        while let Some(due) = self.bridge.poll_timeout().filter(|due| *due <= end.instant) {
            self.now = self.now.later(due.saturating_duration_since(self.now.instant));
            self.bridge.handle_timeout(self.now);
        }
        self.now = end;
    }

    fn outputs(&mut self) -> Vec<Output> {
        std::iter::from_fn(|| self.bridge.poll_output()).collect()
    }

    fn asked(&mut self) -> Vec<(RequestId, Request)> {
        let asked = |output| match output {
            Output::Device(id, request) => Some((id, request)),
            _ => None,
        };
        self.outputs().into_iter().filter_map(asked).collect()
    }

    fn heats_asked(&mut self) -> usize {
        self.asked().iter().filter(|(_, request)| matches!(request, Request::Heat { .. })).count()
    }
}

const LEAD: Option<Duration> = Some(Duration::from_secs(3));

#[test]
fn a_ready_member_heats_at_the_start_and_not_before() {
    let mut table = Table::laid();
    table.group(GroupPhase::Seshing, 0);
    table.start(false, LEAD);
    let at = table.now.instant + Duration::from_secs(3);
    table.pass(Duration::from_millis(2_999));
    assert_eq!(table.heats_asked(), 0);
    table.pass(Duration::from_millis(1));
    let asked = table.asked();
    assert!(
        matches!(asked[..], [(_, Request::Heat { deadline, .. })] if deadline == at + HEAT_DEADLINE),
        "{asked:?}"
    );
}

#[test]
fn a_start_that_is_announced_twice_heats_once() {
    let mut table = Table::laid();
    table.group(GroupPhase::Seshing, 0);
    table.start(false, LEAD);
    table.start(false, LEAD);
    table.pass(Duration::from_secs(4));
    table.start(false, LEAD);
    table.pass(Duration::from_secs(4));
    assert_eq!(table.heats_asked(), 1);
}

#[test]
fn a_start_announced_before_the_phase_changes_heats_once() {
    let mut table = Table::laid();
    table.start(false, None);
    table.group(GroupPhase::Seshing, 0);
    table.start(false, None);
    table.pass(Duration::from_secs(4));
    assert_eq!(table.heats_asked(), 1);
}

#[test]
fn the_next_sesh_heats_again() {
    let mut table = Table::laid();
    for counter in 0..2 {
        table.group(GroupPhase::Awaiting, counter);
        table.device(OperatingState::TEMP_SELECT);
        table.group(GroupPhase::Seshing, counter);
        table.start(false, LEAD);
        table.pass(Duration::from_secs(4));
        assert_eq!(table.heats_asked(), 1);
        table.device(OperatingState::IDLE);
        table.group(GroupPhase::Chilling, counter + 1);
    }
}

#[test]
fn whoever_did_not_get_ready_stays_cold_whatever_the_gateway_says() {
    let mut table = Table::not_ready();
    table.group(GroupPhase::Seshing, 0);
    table.start(false, LEAD);
    assert!(!table.bridge.start().is_armed());
    table.pass(Duration::from_secs(5));
    assert_eq!(table.heats_asked(), 0);
}

#[test]
fn readiness_for_one_sesh_is_none_for_the_next() {
    let mut table = Table::laid();
    table.device(OperatingState::IDLE);
    table.group(GroupPhase::Chilling, 0);
    table.group(GroupPhase::Awaiting, 0);
    table.group(GroupPhase::Seshing, 0);
    table.start(false, LEAD);
    table.pass(Duration::from_secs(5));
    assert_eq!(table.heats_asked(), 0);
}

#[test]
fn a_ready_device_whose_temp_select_ran_out_is_put_back_while_the_group_awaits() {
    let mut table = Table::laid();
    for _ in 0..3 {
        table.pass(Duration::from_secs(10));
        table.device(OperatingState::IDLE);
        assert!(matches!(table.asked()[..], [(_, Request::TempSelectBegin)]));
        table.device(OperatingState::TEMP_SELECT);
    }
    table.pass(STAY_READY);
    table.device(OperatingState::IDLE);
    assert_eq!(table.asked(), [], "not for ever");
}

#[test]
fn a_device_that_was_switched_off_or_heats_alone_is_not_put_back() {
    for operating in [OperatingState::MASTER_OFF, OperatingState::SLEEP, OperatingState::PREHEAT] {
        let mut table = Table::laid();
        table.device(operating);
        assert_eq!(table.asked(), [], "{operating:?}");
    }
}

#[test]
fn nothing_is_put_back_when_nobody_waits_any_more() {
    let mut table = Table::laid();
    table.group(GroupPhase::Chilling, 0);
    table.device(OperatingState::IDLE);
    assert_eq!(table.asked(), []);
}

#[test]
fn a_press_counts_as_long_as_the_device_itself_stays_in_temp_select_and_a_second_one_anew() {
    let mut table = Table::laid();
    table.pass(STAY_READY * 2);
    assert!(table.bridge.got_ready());
    table.device(OperatingState::IDLE);
    table.pass(PRESS_LASTS);
    assert!(!table.bridge.got_ready());
    table.device(OperatingState::TEMP_SELECT);
    table.outputs();
    table.device(OperatingState::IDLE);
    assert!(matches!(table.asked()[..], [(_, Request::TempSelectBegin)]), "put back as after the first");
    table.device(OperatingState::TEMP_SELECT);
    table.device(OperatingState::IDLE);
    table.pass(STAY_READY);
    assert!(!table.bridge.got_ready(), "what this program does is no press");
}

#[test]
fn whoever_switches_the_device_off_after_the_press_must_press_it_anew() {
    for operating in [OperatingState::MASTER_OFF, OperatingState::SLEEP, OperatingState::PREHEAT] {
        let mut table = Table::laid();
        table.device(operating);
        table.device(OperatingState::IDLE);
        table.group(GroupPhase::Seshing, 0);
        table.start(false, LEAD);
        table.pass(Duration::from_secs(5));
        assert_eq!(table.heats_asked(), 0, "{operating:?}");
    }
}

#[test]
fn whoever_switches_the_device_off_in_the_countdown_or_heats_it_themselves_is_not_heated() {
    for operating in [OperatingState::MASTER_OFF, OperatingState::SLEEP, OperatingState::PREHEAT] {
        let mut table = Table::laid();
        table.group(GroupPhase::Seshing, 0);
        table.start(false, LEAD);
        table.device(operating);
        // Their own heat may be stopped at the device before the start comes.
        table.device(OperatingState::IDLE);
        table.pass(Duration::from_secs(5));
        assert_eq!(table.heats_asked(), 0, "{operating:?}");
    }
}

#[test]
fn a_press_from_before_somebody_else_asked_counts_only_while_it_lasts() {
    for own in [false, true] {
        let mut table = Table::not_ready();
        table.group(GroupPhase::Chilling, 0);
        table.device(OperatingState::TEMP_SELECT);
        table.pass(Duration::from_secs(3));
        if own {
            table.put(Input::Asked);
        }
        table.group(GroupPhase::Awaiting, 0);
        assert!(table.bridge.got_ready());
        table.outputs();
        table.device(OperatingState::IDLE);
        assert_eq!(table.bridge.got_ready(), own);
        assert_eq!(table.asked().len(), usize::from(own), "put back for whoever asked: they pressed for it");
    }
}

#[test]
fn readiness_does_not_outlive_a_sesh_that_was_missed() {
    let mut table = Table::laid();
    table.device(OperatingState::IDLE);
    table.group(GroupPhase::Awaiting, 1);
    table.group(GroupPhase::Seshing, 1);
    table.start(false, LEAD);
    table.pass(Duration::from_secs(5));
    assert_eq!(table.heats_asked(), 0);
}

#[test]
fn temp_select_that_has_run_out_still_counts_where_the_gateway_counts_it() {
    let mut table = Table::laid();
    table.device(OperatingState::IDLE);
    table.group(GroupPhase::Seshing, 0);
    table.start(false, LEAD);
    table.pass(Duration::from_secs(5));
    assert_eq!(table.heats_asked(), 1);
}

#[test]
fn a_press_does_not_outlive_temp_select_however_long_the_gateway_lets_a_group_wait() {
    for phase in [GroupPhase::Awaiting, GroupPhase::Seshing] {
        let mut table = Table::laid();
        table.pass(STAY_READY);
        table.device(OperatingState::IDLE);
        table.group(phase, 0);
        table.pass(PRESS_LASTS);
        assert!(!table.bridge.would_take_part());
        table.start(false, LEAD);
        table.pass(Duration::from_secs(5));
        assert_eq!(table.heats_asked(), 0, "{phase:?}");
    }
}

#[test]
fn who_presses_again_after_that_is_ready_again() {
    let mut table = Table::laid();
    table.pass(STAY_READY);
    table.device(OperatingState::IDLE);
    table.pass(PRESS_LASTS);
    table.device(OperatingState::TEMP_SELECT);
    table.pass(PRESS_LASTS);
    table.group(GroupPhase::Seshing, 0);
    table.start(false, LEAD);
    table.pass(Duration::from_secs(5));
    assert_eq!(table.heats_asked(), 1);
}

#[test]
fn a_start_that_a_gateway_puts_far_ahead_is_not_taken() {
    let mut table = Table::laid();
    table.group(GroupPhase::Seshing, 0);
    table.start(false, Some(LONGEST_LEAD + Duration::from_millis(1)));
    assert_eq!(table.bridge.start(), &Start::None, "nobody counts to it");
    assert_eq!(table.outputs(), [Output::Trouble(Trouble::StartFarAhead)]);
    table.pass(LONGEST_LEAD * 2);
    assert_eq!(table.heats_asked(), 0);

    let mut table = Table::laid();
    table.group(GroupPhase::Seshing, 0);
    table.start(false, Some(LONGEST_LEAD));
    table.pass(LONGEST_LEAD);
    assert_eq!(table.heats_asked(), 1);
}

#[test]
fn a_press_does_not_outlive_a_link_that_is_lost_for_long() {
    let mut table = Table::laid();
    let waiting = Phase::Waiting { retry_at: table.now.instant, problem: Problem::LinkLost };
    table.put(Input::Device(Event::Phase(waiting.clone())));
    table.pass(STAY_READY - Duration::from_secs(1));
    table.put(Input::Device(Event::Phase(Phase::Ready)));
    table.pass(STAY_READY);
    assert!(table.bridge.would_take_part(), "it is seen in temp select");
    table.put(Input::Device(Event::Phase(waiting)));
    table.pass(STAY_READY);
    table.device(OperatingState::IDLE);
    table.put(Input::Device(Event::Phase(Phase::Ready)));
    assert!(!table.bridge.would_take_part());
}

#[test]
fn stop_takes_the_press_back_too() {
    let mut table = Table::laid();
    table.put(Input::StopHeat);
    let asked = table.asked();
    assert_eq!(asked[0].1, Request::Abort, "what may heat comes first");
    assert_eq!(asked[1].1, Request::TempSelectStop);
    // The device is still seen in temp select for a moment.
    table.group(GroupPhase::Awaiting, 0);
    table.group(GroupPhase::Seshing, 0);
    table.start(false, LEAD);
    table.pass(Duration::from_secs(5));
    assert_eq!(table.heats_asked(), 0);
}

#[test]
fn an_excluded_member_stays_cold() {
    let mut table = Table::laid();
    table.group(GroupPhase::Seshing, 0);
    table.start(true, LEAD);
    assert!(matches!(table.bridge.start(), Start::Watching { .. }));
    table.pass(Duration::from_secs(5));
    assert_eq!(table.heats_asked(), 0);
}

#[test]
fn whoever_sits_out_stays_cold() {
    let mut table = Table::laid();
    table.group(GroupPhase::Seshing, 0);
    table.start(false, LEAD);
    table.put(Input::SitOut);
    table.pass(Duration::from_secs(5));
    assert_eq!(table.heats_asked(), 0);
}

#[test]
fn a_stopped_countdown_stays_cold() {
    let mut table = Table::laid();
    table.group(GroupPhase::Seshing, 0);
    table.start(false, LEAD);
    table.pass(Duration::from_secs(1));
    table.group(GroupPhase::Chilling, 0);
    table.pass(Duration::from_secs(5));
    assert_eq!(table.heats_asked(), 0);
}

#[test]
fn a_gateway_that_ends_the_sesh_at_the_first_preheat_does_not_call_ours_off() {
    let mut table = Table::laid();
    table.group(GroupPhase::Seshing, 4);
    table.start(false, None);
    table.pass(Duration::from_millis(1_900));
    table.group(GroupPhase::Chilling, 5);
    table.pass(Duration::from_millis(200));
    assert_eq!(table.heats_asked(), 1);
}

#[test]
fn leaving_the_group_or_being_kicked_calls_the_start_off() {
    for event in [
        group::Event::Group(None),
        group::Event::Kicked,
        group::Event::GroupDeleted,
        group::Event::GroupClosed,
    ] {
        let mut table = Table::laid();
        table.group(GroupPhase::Seshing, 0);
        table.start(false, LEAD);
        table.put(Input::Gateway(event));
        table.pass(Duration::from_secs(5));
        assert_eq!(table.heats_asked(), 0);
    }
}

#[test]
fn stop_calls_the_start_off_and_stops_the_device() {
    let mut table = Table::laid();
    table.group(GroupPhase::Seshing, 0);
    table.start(false, LEAD);
    table.put(Input::StopHeat);
    assert!(table.asked().iter().any(|(_, request)| *request == Request::Abort));
    table.pass(Duration::from_secs(5));
    assert_eq!(table.heats_asked(), 0);
}

#[test]
fn a_start_that_comes_far_too_late_is_not_taken() {
    let mut table = Table::laid();
    table.group(GroupPhase::Seshing, 0);
    let start_at = Some(table.now.instant);
    table.now = table.now.later(HEAT_DEADLINE + Duration::from_millis(1));
    table.put(Input::Gateway(group::Event::StartHeating { by: None, excluded: false, start_at }));
    table.pass(Duration::from_secs(5));
    assert_eq!(table.heats_asked(), 0);
}

#[test]
fn a_computer_that_slept_through_the_start_does_not_heat_when_it_wakes() {
    let mut table = Table::laid();
    table.group(GroupPhase::Seshing, 0);
    table.start(false, LEAD);
    table.now = table.now.later(Duration::from_secs(3) + HEAT_DEADLINE + Duration::from_secs(60));
    table.bridge.handle_timeout(table.now);
    let outputs = table.outputs();
    assert!(outputs.contains(&Output::Trouble(Trouble::NotHeating(RequestError::TooLate))), "{outputs:?}");
    assert!(!outputs.iter().any(|output| matches!(output, Output::Device(..))));
}

#[test]
fn without_a_link_nobody_is_armed() {
    let mut table = Table::laid();
    table.put(Input::Device(Event::Phase(Phase::Away)));
    table.group(GroupPhase::Seshing, 0);
    table.start(false, LEAD);
    assert!(!table.bridge.start().is_armed());
}

#[test]
fn a_double_click_on_heat_now_heats_once() {
    let mut table = Table::laid();
    table.put(Input::HeatNow);
    table.put(Input::HeatNow);
    let asked = table.asked();
    assert_eq!(asked.len(), 1);
    table.put(Input::Device(Event::Done(asked[0].0, Ok(()))));
    table.put(Input::HeatNow);
    assert_eq!(table.heats_asked(), 0, "the device takes a moment to follow");
}

#[test]
fn the_end_of_the_program_stops_only_its_own_heat() {
    let mut table = Table::laid();
    table.device(OperatingState::PREHEAT);
    table.put(Input::Shutdown);
    assert_eq!(table.asked(), []);

    let mut table = Table::laid();
    table.put(Input::HeatNow);
    let id = table.asked()[0].0;
    table.put(Input::Device(Event::Done(id, Ok(()))));
    table.device(OperatingState::ACTIVE);
    table.put(Input::Shutdown);
    assert!(matches!(table.asked()[..], [(_, Request::Abort)]));
}

#[test]
fn a_heat_that_may_have_been_written_counts_as_own() {
    let mut table = Table::laid();
    table.put(Input::HeatNow);
    let id = table.asked()[0].0;
    table.put(Input::Device(Event::Done(id, Err(RequestError::Uncertain))));
    table.put(Input::Shutdown);
    assert!(matches!(table.asked()[..], [(_, Request::Abort)]));
}

#[test]
fn a_short_loss_of_the_link_does_not_unplug() {
    let mut table = Table::laid();
    let waiting = Phase::Waiting { retry_at: table.now.instant, problem: Problem::LinkLost };
    table.put(Input::Device(Event::Phase(waiting)));
    table.pass(UNPLUG_AFTER - Duration::from_secs(1));
    assert_eq!(table.outputs(), []);
    table.pass(Duration::from_secs(1));
    assert_eq!(table.outputs(), [Output::Gateway(group::Request::Device(None))]);
}

#[test]
fn another_gateway_learns_of_the_device_anew() {
    let mut table = Table::laid();
    table.put(Input::GatewayReplaced);
    let told = |output: &Output| matches!(output, Output::Gateway(group::Request::Device(Some(_))));
    assert_eq!(table.outputs().iter().filter(|output| told(output)).count(), 1);
}

#[test]
fn nothing_heats_once_the_program_ends() {
    let mut table = Table::laid();
    table.put(Input::Shutdown);
    table.group(GroupPhase::Seshing, 0);
    table.start(false, LEAD);
    table.put(Input::HeatNow);
    table.pass(Duration::from_secs(5));
    assert_eq!(table.heats_asked(), 0);
}

#[test]
fn the_end_waits_for_a_heat_that_nobody_has_seen_since_the_link_was_lost() {
    let mut table = Table::laid();
    table.put(Input::HeatNow);
    let id = table.asked()[0].0;
    let waiting = Phase::Waiting { retry_at: table.now.instant, problem: Problem::LinkLost };
    table.put(Input::Device(Event::Phase(waiting)));
    table.put(Input::Device(Event::Done(id, Err(RequestError::Uncertain))));
    table.pass(Duration::from_secs(10));
    assert!(table.bridge.has_to_stop());
}

#[test]
fn a_heat_that_the_device_took_but_never_began_is_none_of_ours_later() {
    let mut table = Table::laid();
    table.put(Input::HeatNow);
    let id = table.asked()[0].0;
    table.put(Input::Device(Event::Done(id, Ok(()))));
    table.pass(Duration::from_secs(60));
    table.device(OperatingState::PREHEAT);
    table.put(Input::Shutdown);
    assert_eq!(table.asked(), [], "the person pressed the button");
}

#[test]
fn the_end_waits_for_a_stop_that_is_under_way() {
    let mut table = Table::laid();
    table.device(OperatingState::PREHEAT);
    table.put(Input::StopHeat);
    assert!(table.bridge.has_to_stop());
    let id = table.asked()[0].0;
    table.put(Input::Device(Event::Done(id, Ok(()))));
    assert!(!table.bridge.has_to_stop());
}

#[test]
fn whoever_lets_the_device_go_takes_no_part_any_more() {
    let mut table = Table::laid();
    table.group(GroupPhase::Seshing, 0);
    table.start(false, LEAD);
    table.put(Input::Device(Event::Phase(Phase::Idle)));
    assert!(!table.bridge.start().is_armed());
    table.put(Input::Device(Event::Phase(Phase::Ready)));
    table.pass(Duration::from_secs(5));
    assert_eq!(table.heats_asked(), 0);
}

#[test]
fn a_heat_alone_takes_a_resting_link_up_within_its_deadline() {
    let mut table = Table::not_ready();
    table.put(Input::Device(Event::Phase(Phase::Resting)));
    table.outputs();
    table.put(Input::HeatNow);
    let deadline = table.now.instant + HEAT_DEADLINE;
    let asked = table.asked();
    assert!(
        matches!(asked[..], [(_, Request::Heat { deadline: until, .. })] if until == deadline),
        "{asked:?}"
    );
    table.put(Input::Device(Event::Done(asked[0].0, Err(RequestError::TooLate))));
    assert_eq!(table.outputs(), [Output::Trouble(Trouble::NotHeating(RequestError::TooLate))]);
    assert!(!table.bridge.has_to_stop());
}

#[test]
fn a_heat_alone_without_a_link_is_refused_in_words_that_fit() {
    let retry_at = Table::not_ready().now.instant;
    for (phase, trouble) in [
        (Phase::Waiting { retry_at, problem: Problem::LinkLost }, Trouble::Connecting),
        (Phase::Away, Trouble::NotHeating(RequestError::NotConnected)),
        (Phase::Idle, Trouble::NoDevice),
    ] {
        let mut table = Table::not_ready();
        table.put(Input::Device(Event::Phase(phase)));
        table.outputs();
        table.put(Input::HeatNow);
        assert_eq!(table.outputs(), [Output::Trouble(trouble)]);
    }
}

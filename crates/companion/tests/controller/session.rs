//! Gateway, group, scan and the device in use.

use std::time::Duration;

use hearth_companion::contract::{Activity, BluetoothState, Command, Event, GatewayState, Stage};
use hearth_companion::controller::{Input, Output};
use hearth_companion::saved::SavedDevice;
use hearth_gateway_client::group::{self, GroupPhase, Member, Request, SessionId, Status};
use puffco::device::{self as machine, Phase, Problem};
use puffco::link::{AdapterState, Advertisement, DeviceId};
use puffco::state::{DeviceState, OperatingState};

use crate::desk::{Desk, ember, in_use, member, storm, with_two_devices, words_of};

#[test]
fn a_fresh_start_connects_to_the_gateway_in_this_program() {
    let desk = Desk::new();
    assert!(desk.asked.iter().any(|output| matches!(output, Output::UseGateway(None))));
    assert!(desk.requests().contains(&Request::Connect));
    let view = desk.controller.view();
    assert_eq!(view.gateway.url, "local");
    assert!(view.gateway.simulated_friends);
    assert_eq!(view.stage.stage, Stage::Alone);
}

#[test]
fn an_invite_given_at_the_start_is_joined_when_the_gateway_answers() {
    let mut desk = Desk::starting(|start| start.join = Some("hearth://join/q7xk2m".into()));
    assert!(!desk.requests().iter().any(|request| matches!(request, Request::Join(_))));
    assert_eq!(desk.stage(), Stage::Joining);
    desk.connected().connected();
    let joins = desk.requests().into_iter().filter(|request| *request == Request::Join("q7xk2m".into()));
    assert_eq!(joins.count(), 1);
}

#[test]
fn a_found_device_is_connected_remembered_and_used() {
    let mut desk = Desk::new();
    desk.command(Command::StartScan).hear_ember();
    let found = desk.controller.view().scan.found;
    assert_eq!(found.len(), 1);
    assert!(!found[0].known);
    desk.command(Command::ConnectDevice { id: ember().0 });
    assert!(
        desk.asked.iter().any(|output| matches!(output, Output::OpenDevice { id, .. } if *id == ember()))
    );
    assert!(desk.asked.iter().any(|output| matches!(output, Output::StopScan)));
    let saved = desk.asked.iter().rev().find_map(|output| match output {
        Output::Save(saved) => Some(saved.clone()),
        _ => None,
    });
    let saved = saved.expect("it is remembered");
    assert_eq!(saved.in_use.as_deref(), Some("ble:ember"));
    assert_eq!(saved.devices[0].name, "Peak Ember");
    assert!(desk.controller.view().devices[0].in_use);
}

#[test]
fn a_neighbours_headphones_are_not_offered() {
    let mut desk = Desk::new();
    let advertisement = Advertisement { name: Some("Headphones".into()), ..Advertisement::default() };
    desk.put(Input::Heard { id: DeviceId("ble:x".into()), advertisement, simulated: false });
    assert_eq!(desk.controller.view().scan.found, []);
}

#[test]
fn a_device_that_went_silent_leaves_the_list() {
    let mut desk = Desk::new();
    desk.command(Command::StartScan).hear_ember();
    desk.pass(Duration::from_secs(25));
    assert_eq!(desk.controller.view().scan.found, []);
}

#[test]
fn a_remembered_device_is_taken_up_again_and_scanned_for_while_it_is_away() {
    let device = SavedDevice::new(&ember(), "Ember".into(), "Peak Pro".into(), false);
    let mut desk = Desk::starting(|start| {
        start.saved.devices = vec![device];
        start.saved.in_use = Some(ember().0);
    });
    let connects = |output: &Output| matches!(output, Output::Device(_, machine::Input::Connect));
    assert!(desk.asked.iter().any(connects));
    desk.put(Input::Device(ember(), machine::Event::Phase(Phase::Away)));
    assert!(matches!(desk.asked.last(), Some(Output::StartScan)));
    desk.hear_ember();
    assert!(matches!(desk.asked.last(), Some(Output::Device(_, machine::Input::Heard))));
    desk.put(Input::Device(ember(), machine::Event::Phase(Phase::Ready)));
    assert!(matches!(desk.asked.last(), Some(Output::StopScan)));
}

#[test]
fn the_state_of_bluetooth_is_told() {
    let mut desk = Desk::new();
    desk.put(Input::Adapter(AdapterState::Off));
    assert_eq!(desk.controller.view().scan.bluetooth, BluetoothState::Off);
    assert!(desk.told.iter().any(|event| matches!(event, Event::Scan { .. })));
}

#[test]
fn nothing_is_told_when_nothing_changed() {
    let mut desk = Desk::new();
    desk.connected();
    desk.told.clear();
    desk.pass(Duration::from_secs(10));
    assert_eq!(desk.told, []);
}

#[test]
fn an_address_that_is_none_keeps_the_present_gateway() {
    let mut desk = Desk::new();
    desk.connected().in_group(GroupPhase::Chilling);
    desk.command(Command::UseGateway { url: "what is this".into() });
    assert_eq!(desk.notices(), ["bad_gateway_address"]);
    assert_eq!(desk.controller.view().gateway.url, "local");
    assert_eq!(desk.stage(), Stage::Chilling);
}

#[test]
fn another_gateway_leaves_the_group_and_is_remembered() {
    let mut desk = Desk::new();
    desk.connected().in_group(GroupPhase::Chilling);
    desk.command(Command::UseGateway { url: "http://127.0.0.1:9000".into() });
    assert_eq!(desk.stage(), Stage::Alone);
    let view = desk.controller.view().gateway;
    assert_eq!(view.name, "127.0.0.1:9000");
    assert!(!view.simulated_friends);
    assert!(view.choices.iter().any(|choice| choice.url == "local"));
    let position = |wanted: &dyn Fn(&Output) -> bool| desk.asked.iter().position(wanted).expect("asked");
    let left = position(&|output| matches!(output, Output::Gateway(Request::Disconnect)));
    let used = position(&|output| matches!(output, Output::UseGateway(Some(_))));
    assert!(left < used, "the old session is asked to leave before it is replaced");
}

#[test]
fn simulated_friends_come_to_groups_of_the_local_gateway_only() {
    let invited = |desk: &Desk| desk.asked.iter().any(|output| matches!(output, Output::InviteFriends(_)));
    let mut local = Desk::new();
    local.connected().in_group(GroupPhase::Chilling);
    assert!(invited(&local));
    let mut remote = Desk::starting(|start| start.gateway = Some("http://127.0.0.1:9000".into()));
    remote.connected().in_group(GroupPhase::Chilling);
    assert!(!invited(&remote));
}

#[test]
fn an_unknown_code_says_so_and_ends_the_joining() {
    let mut desk = Desk::new();
    desk.connected().command(Command::JoinGroup { code: "nope12".into() });
    assert_eq!(desk.stage(), Stage::Joining);
    desk.put(Input::Gateway(group::Event::Refused(group::ActionRefusal::NoSuchGroup)));
    assert_eq!(desk.stage(), Stage::Alone);
    assert_eq!(desk.notices(), ["no_such_group"]);
    desk.command(Command::JoinGroup { code: "q7xk2m".into() });
    assert_eq!(desk.notices(), Vec::<String>::new(), "a new try clears the old error");
}

#[test]
fn a_lost_gateway_is_counted_down_and_its_return_is_told() {
    let mut desk = Desk::new();
    desk.connected();
    let retry_at = desk.now.instant + Duration::from_secs(2);
    desk.put(Input::Gateway(group::Event::Status(Status::Reconnecting { attempt: 1, retry_at })));
    let view = desk.controller.view().gateway;
    assert_eq!(view.state, GatewayState::Reconnecting);
    assert!(view.retry_at.is_some());
    desk.put(Input::Gateway(group::Event::Status(Status::Connected {
        latency: None,
        resumed: true,
        countdown: None,
        voice: false,
    })));
    assert_eq!(desk.controller.view().gateway.state, GatewayState::Resumed);
    desk.pass(Duration::from_secs(6));
    assert_eq!(desk.controller.view().gateway.state, GatewayState::Connected);
}

#[test]
fn the_end_waits_for_an_own_heat() {
    let mut desk = Desk::new();
    desk.hear_ember().command(Command::ConnectDevice { id: ember().0 });
    desk.put(Input::Device(ember(), machine::Event::Phase(Phase::Ready)));
    desk.command(Command::HeatNow);
    let heats = desk.asked.iter().any(|output| {
        matches!(output, Output::Device(_, machine::Input::Request(_, machine::Request::Heat { .. })))
    });
    assert!(heats);
    let state = DeviceState { operating: Some(OperatingState::PREHEAT), ..DeviceState::default() };
    desk.put(Input::Device(ember(), machine::Event::State(Box::new(state.clone()))));
    desk.put(Input::Shutdown);
    let aborts = desk.asked.iter().any(|output| {
        matches!(output, Output::Device(_, machine::Input::Request(_, machine::Request::Abort)))
    });
    assert!(aborts && desk.controller.heats());
    let state = DeviceState { operating: Some(OperatingState::FADE), ..state };
    desk.put(Input::Device(ember(), machine::Event::State(Box::new(state))));
    assert!(!desk.controller.heats());
}

#[test]
fn a_device_with_a_heat_of_this_program_is_kept_until_it_is_over() {
    for command in [
        Command::UseDevice { id: storm().0 },
        Command::DisconnectDevice { id: ember().0 },
        Command::ForgetDevice { id: ember().0 },
    ] {
        let mut desk = with_two_devices();
        desk.command(Command::HeatNow);
        let heats = DeviceState { operating: Some(OperatingState::ACTIVE), ..DeviceState::default() };
        desk.put(Input::Device(ember(), machine::Event::State(Box::new(heats.clone()))));
        desk.asked.clear();
        desk.command(command.clone());
        assert_eq!(in_use(&desk), [ember().0], "{command:?}");
        assert!(desk.asked.is_empty(), "{command:?}: {:?}", desk.asked);
        assert_eq!(desk.notices(), ["device_heats"]);
        desk.command(Command::StopHeat);
        let stops = |output: &Output| {
            matches!(output, Output::Device(id, machine::Input::Request(_, machine::Request::Abort))
                if *id == ember())
        };
        let Some(Output::Device(_, machine::Input::Request(stop, _))) =
            desk.asked.iter().find(|output| stops(output)).cloned()
        else {
            unreachable!("it is still the device that is stopped")
        };
        let over = DeviceState { operating: Some(OperatingState::FADE), ..heats };
        desk.put(Input::Device(ember(), machine::Event::State(Box::new(over))));
        desk.put(Input::Device(ember(), machine::Event::Done(stop, Ok(()))));
        assert_eq!(desk.notices(), Vec::<String>::new(), "what it said holds no more");
        desk.asked.clear();
        desk.command(command.clone());
        assert!(!desk.asked.is_empty(), "{command:?}");
    }
}

#[test]
fn a_heating_device_out_of_reach_is_told_of_and_may_be_replaced() {
    let mut desk = with_two_devices();
    desk.command(Command::HeatNow);
    desk.put(Input::Device(ember(), machine::Event::Phase(Phase::Away)));
    assert_eq!(desk.notices(), ["heats_out_of_sight"]);
    desk.command(Command::UseDevice { id: storm().0 });
    assert_eq!(in_use(&desk), [storm().0]);
    assert_eq!(desk.notices(), ["heats_out_of_sight"]);
}

#[test]
fn a_device_that_is_used_before_it_is_connected_is_watched_closely() {
    let device = |id: DeviceId| SavedDevice::new(&id, "Ember".into(), "Peak Pro".into(), false);
    let mut desk = Desk::starting(|start| start.saved.devices = vec![device(ember())]);
    desk.command(Command::UseDevice { id: ember().0 });
    let position = |wanted: &dyn Fn(&Output) -> bool| desk.asked.iter().position(wanted).expect("asked");
    let opened = position(&|output| matches!(output, Output::OpenDevice { .. }));
    let watched = position(&|output| matches!(output, Output::Device(_, machine::Input::Watched(true))));
    assert!(opened < watched, "a device that does not run yet hears nothing");
}

#[test]
fn a_heat_alone_is_drawn() {
    let mut desk = Desk::new();
    desk.hear_ember().command(Command::ConnectDevice { id: ember().0 });
    desk.put(Input::Device(ember(), machine::Event::Phase(Phase::Ready)));
    for (operating, celsius) in [(7, 60.0), (7, 120.0), (8, 240.0), (9, 230.0)] {
        let state = DeviceState {
            operating: Some(OperatingState(operating)),
            heater_celsius: Some(celsius),
            ..DeviceState::default()
        };
        desk.put(Input::Device(ember(), machine::Event::State(Box::new(state))));
        desk.pass(Duration::from_secs(1));
    }
    let chart = desk.controller.view().chart;
    assert!(chart.live);
    assert_eq!(chart.curves.len(), 1);
    let drawn: Vec<_> = chart.curves[0].points.iter().map(|(_, celsius)| *celsius).collect();
    assert_eq!(drawn, [60.0, 120.0, 240.0, 230.0]);
}

#[test]
fn a_newcomer_is_named_once_the_device_has_told_its_name() {
    let mut desk = Desk::new();
    desk.connected().in_group(GroupPhase::Chilling);
    let lines =
        |desk: &Desk| -> Vec<String> { desk.controller.view().chat.into_iter().map(words_of).collect() };
    desk.in_group_with(GroupPhase::Chilling, vec![member("b", None)]);
    assert_eq!(lines(&desk), Vec::<String>::new());
    desk.in_group_with(GroupPhase::Chilling, vec![member("b", Some("Mika"))]);
    assert_eq!(lines(&desk), ["Mika joined"]);
    desk.in_group_with(GroupPhase::Chilling, vec![member("b", Some("Mika")), member("c", None)]);
    desk.pass(Duration::from_secs(5));
    assert_eq!(lines(&desk), ["Mika joined", "A guest joined"]);
    desk.in_group(GroupPhase::Chilling);
    assert_eq!(lines(&desk), ["Mika joined", "A guest joined", "Mika left", "Guest left"]);
}

#[test]
fn joining_ends_when_the_gateway_will_not_have_us_or_cannot_be_started() {
    let refused = Status::Refused(group::Refusal::NotAGateway);
    for no in
        [Input::Gateway(group::Event::Status(refused)), Input::LocalGatewayFailed("no free port".into())]
    {
        let mut desk = Desk::starting(|start| start.join = Some("q7xk2m".into()));
        desk.put(no.clone());
        assert_eq!(desk.stage(), Stage::Alone, "{no:?}");
        desk.command(Command::JoinGroup { code: "q7xk2m".into() });
        assert_eq!(desk.stage(), Stage::Alone, "{no:?}: nobody would answer");
        assert!(desk.notices().contains(&"not_connected".into()));
    }
}

#[test]
fn joining_can_be_taken_back_before_and_after_the_gateway_was_asked() {
    let mut desk = Desk::starting(|start| start.join = Some("q7xk2m".into()));
    desk.command(Command::LeaveGroup);
    assert_eq!(desk.stage(), Stage::Alone);
    assert!(!desk.requests().contains(&Request::Leave), "it was never asked");
    desk.connected().command(Command::JoinGroup { code: "q7xk2m".into() });
    desk.command(Command::LeaveGroup);
    assert_eq!(desk.stage(), Stage::Alone);
    assert!(desk.requests().contains(&Request::Leave));
}

#[test]
fn another_gateway_clears_what_was_said_of_the_one_before() {
    let mut desk = Desk::new();
    desk.put(Input::LocalGatewayFailed("no free port".into()));
    assert_eq!(desk.notices(), ["local_gateway_failed"]);
    desk.command(Command::UseGateway { url: "http://127.0.0.1:9000".into() });
    assert_eq!(desk.notices(), Vec::<String>::new());
}

#[test]
fn a_local_gateway_that_failed_is_started_again_on_request() {
    let mut desk = Desk::new();
    desk.put(Input::LocalGatewayFailed("no free port".into()));
    desk.asked.clear();
    desk.command(Command::ReconnectNow);
    assert!(desk.asked.iter().any(|output| matches!(output, Output::UseGateway(None))));
}

#[test]
fn a_chart_whose_device_fell_silent_ends_and_faces_are_told() {
    let mut desk = with_two_devices();
    let state = DeviceState {
        operating: Some(OperatingState::PREHEAT),
        heater_celsius: Some(60.0),
        ..DeviceState::default()
    };
    desk.put(Input::Device(ember(), machine::Event::State(Box::new(state))));
    assert!(desk.controller.view().chart.live);
    desk.told.clear();
    desk.pass(Duration::from_secs(302));
    assert!(desk.told.iter().any(|event| matches!(event, Event::Chart { chart } if !chart.live)));
}

#[test]
fn a_point_of_the_chart_is_told_once_and_together_with_the_temperature_it_is_of() {
    let mut desk = with_two_devices();
    let heats = |celsius: f32| {
        let state = DeviceState {
            operating: Some(OperatingState::PREHEAT),
            heater_celsius: Some(celsius),
            ..DeviceState::default()
        };
        Input::Device(ember(), machine::Event::State(Box::new(state)))
    };
    desk.put(heats(60.0)).pass(Duration::from_millis(300));
    desk.told.clear();
    desk.put(heats(72.0));
    let is_told = |event: &Event| matches!(event, Event::Sample { celsius, .. } if *celsius == 72.0);
    let sample = desk.told.iter().position(is_told).expect("the point is told");
    let shows = |event: &Event| matches!(event, Event::Devices { devices } if devices.iter().any(|device| device.celsius == Some(72.0)));
    assert!(desk.told.iter().skip(sample).any(shows), "with its temperature");
    // A chart that is told whole has all its points.
    let mut desk = with_two_devices();
    desk.put(heats(60.0)).pass(Duration::from_millis(300));
    desk.told.clear();
    desk.controller.handle(desk.now, heats(72.0));
    let cold = DeviceState { operating: Some(OperatingState::IDLE), ..DeviceState::default() };
    desk.put(Input::Device(ember(), machine::Event::State(Box::new(cold))));
    let whole = |event: &Event| {
        let Event::Chart { chart } = event else { return false };
        chart.curves.iter().any(|curve| curve.points.iter().any(|(_, celsius)| *celsius == 72.0))
    };
    assert!(desk.told.iter().any(whole));
    assert!(!desk.told.iter().any(is_told), "and it is not told again");
}

#[test]
fn waiting_for_the_next_try_is_told_once() {
    let mut desk = with_two_devices();
    let retry_at = desk.now.instant + Duration::from_micros(2_500_400);
    let problem = machine::Problem::LinkLost;
    desk.put(Input::Gateway(group::Event::Status(Status::Reconnecting { attempt: 1, retry_at })));
    desk.put(Input::Device(ember(), machine::Event::Phase(Phase::Waiting { retry_at, problem })));
    desk.told.clear();
    for _ in 0..100 {
        desk.hear_ember();
    }
    let again = |event: &&Event| matches!(event, Event::Devices { .. } | Event::Gateway { .. });
    assert_eq!(desk.told.iter().filter(again).count(), 0);
}

#[test]
fn a_device_that_left_the_air_before_it_was_picked_says_so() {
    let mut desk = Desk::new();
    desk.command(Command::ConnectDevice { id: ember().0 });
    assert_eq!(desk.notices(), ["device_gone"]);
}

#[test]
fn a_heat_goes_on_in_one_curve_when_the_group_closes() {
    let mut desk = Desk::new();
    desk.connected().in_group(GroupPhase::Chilling);
    desk.hear_ember().command(Command::ConnectDevice { id: ember().0 });
    desk.put(Input::Device(ember(), machine::Event::Phase(Phase::Ready)));
    let heats = |celsius| {
        let operating = Some(OperatingState::PREHEAT);
        let state = DeviceState { operating, heater_celsius: Some(celsius), ..DeviceState::default() };
        Input::Device(ember(), machine::Event::State(Box::new(state)))
    };
    desk.put(heats(60.0)).pass(Duration::from_secs(1));
    desk.put(Input::Gateway(group::Event::GroupClosed));
    desk.put(heats(90.0)).pass(Duration::from_secs(1));
    let chart = desk.controller.view().chart;
    assert_eq!(chart.curves.len(), 1);
    assert_eq!(chart.curves[0].points.len(), 2);
}

#[test]
fn a_heat_whose_link_is_lost_is_shown_and_can_be_stopped_until_it_must_be_over() {
    let lost = || Phase::Waiting { retry_at: Desk::new().now.instant, problem: Problem::LinkLost };
    let heating = DeviceState {
        operating: Some(OperatingState::ACTIVE),
        elapsed_s: Some(10.0),
        total_s: Some(40.0),
        ..DeviceState::default()
    };
    let mut desk = Desk::new();
    desk.linked(&ember(), heating).phase(&ember(), lost());
    assert_eq!(desk.device(&ember()).activity, Activity::Active);
    desk.command(Command::StopHeat);
    let asked: Vec<_> = desk.requested(&ember()).into_iter().map(|(_, request)| request).collect();
    assert_eq!(asked, [machine::Request::Abort]);
    desk.pass(Duration::from_secs(85));
    assert_eq!(desk.device(&ember()).activity, Activity::Active);
    desk.pass(Duration::from_secs(10));
    assert_eq!(desk.device(&ember()).activity, Activity::Unknown);
}

#[test]
fn a_device_that_was_idle_when_its_link_was_lost_is_not_known() {
    let mut desk = Desk::new();
    let idle = DeviceState { operating: Some(OperatingState::IDLE), ..DeviceState::default() };
    desk.linked(&ember(), idle).phase(&ember(), Phase::Away);
    assert_eq!(desk.device(&ember()).activity, Activity::Unknown);
}

#[test]
fn a_machine_is_told_whether_there_seems_to_be_a_bond() {
    let opened = |desk: &Desk| {
        desk.asked.iter().rev().find_map(|output| match output {
            Output::OpenDevice { bonded, .. } => Some(*bonded),
            _ => None,
        })
    };
    let mut desk = Desk::new();
    desk.hear_ember().command(Command::ConnectDevice { id: ember().0 });
    assert_eq!(opened(&desk), Some(false));
    let mac = Some([0x84, 0x2e, 0x14, 1, 2, 3]);
    desk.tells(&ember(), DeviceState { mac, ..DeviceState::default() }).phase(&ember(), Phase::Ready);
    let saved = desk.saved().unwrap();
    let next = Desk::starting(|start| start.saved = saved);
    assert_eq!(opened(&next), Some(true), "it was ready here before");
}

#[test]
fn names_and_messages_of_strangers_turn_nothing_around() {
    let mut desk = Desk::new();
    desk.connected();
    desk.in_group_that(|group| {
        group.name = "Den\u{202e}".into();
        group
            .members
            .push(Member { strain: Some("\u{2066}".into()), ..member("mika", Some("\u{202e}akiM")) });
    });
    desk.put(Input::Gateway(group::Event::Message {
        by: SessionId("mika".into()),
        name: None,
        content: "\u{202e}olleH\u{7}".into(),
        unix_ms: 1,
    }));
    desk.settle();
    let group = desk.controller.view().group.unwrap();
    let mika = group.members.iter().find(|member| member.id == "mika").unwrap();
    assert_eq!((group.name.as_str(), mika.name.as_str(), &mika.strain), ("Den", "akiM", &None));
    assert_eq!(desk.chat().last().unwrap(), "olleH");
}

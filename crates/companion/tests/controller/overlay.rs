//! The overlay for streams: when it is served, and what it shows.

use std::time::Duration;

use hearth_companion::contract::{Command, Settings};
use hearth_companion::controller::{Input, Output, OverlayReport, OverlayWish};
use hearth_dialects::puff::Profile;
use hearth_gateway_client::group::{self, GroupPhase, Member};
use hearth_overlay::{OverlayActivity, OverlayStage, OverlayView};
use puffco::device::Phase;
use puffco::state::{DeviceState, OperatingState};

use crate::desk::{Desk, ember, member};

fn change(desk: &mut Desk, change: impl FnOnce(&mut Settings)) {
    let mut settings = desk.controller.view().settings;
    change(&mut settings);
    desk.command(Command::SetSettings { settings });
}

fn served(desk: &mut Desk) -> &mut Desk {
    change(desk, |settings| settings.overlay.on = true);
    let url = "http://127.0.0.1:7708/0123/".into();
    desk.put(Input::Overlay(OverlayReport::Served { url, port: 7708, moved_from: None }))
}

fn wishes(desk: &Desk) -> Vec<OverlayWish> {
    let wish = |output: &Output| match output {
        Output::Overlay(wish) => Some(wish.clone()),
        _ => None,
    };
    desk.asked.iter().filter_map(wish).collect()
}

fn shown(desk: &Desk) -> OverlayView {
    let view = |wish| match wish {
        OverlayWish::Show(view) => Some(*view),
        _ => None,
    };
    wishes(desk).into_iter().filter_map(view).next_back().unwrap()
}

fn heating(operating: OperatingState) -> DeviceState {
    DeviceState {
        name: Some("Ember".into()),
        operating: Some(operating),
        heater_celsius: Some(180.0),
        battery_percent: Some(80.0),
        elapsed_s: Some(10.0),
        total_s: Some(45.0),
        ..DeviceState::default()
    }
}

fn friend(celsius: f64, elapsed: f64) -> Member {
    let mut friend = member("secret-session", Some("Mika"));
    let device = friend.device.as_mut().unwrap();
    (device.battery, device.total_dabs, device.device_model) = (Some(80.0), Some(1.0), Some("0".into()));
    device.state = Some(OperatingState::ACTIVE.0);
    device.state_time = Some(elapsed);
    device.temperature = Some(hearth_dialects::puff::Temperature::Celsius(celsius));
    device.profile = Some(Profile {
        name: "Warm".into(),
        temp: 260.0,
        time: "0:45".into(),
        color: None,
        mood_id: None,
        intensity: None,
    });
    friend
}

#[test]
fn it_is_served_only_while_the_settings_say_so() {
    let mut desk = Desk::new();
    assert_eq!(wishes(&desk), []);
    served(&mut desk);
    assert_eq!(wishes(&desk)[0], OverlayWish::Serve { port: None });
    assert!(desk.controller.view().overlay.url.is_some());
    desk.asked.clear();
    change(&mut desk, |settings| settings.overlay.on = false);
    assert_eq!(wishes(&desk), [OverlayWish::Stop]);
    assert_eq!(desk.controller.view().overlay.url, None);
}

#[test]
fn the_port_of_last_time_is_wanted_and_a_move_is_told() {
    let mut desk = Desk::starting(|start| {
        start.saved.settings.overlay.on = true;
        start.saved.overlay_port = Some(7708);
    });
    assert_eq!(wishes(&desk), [OverlayWish::Serve { port: Some(7708) }]);
    let url = "http://127.0.0.1:7709/0123/".into();
    desk.put(Input::Overlay(OverlayReport::Served { url, port: 7709, moved_from: Some(7708) }));
    assert_eq!(desk.notices(), ["overlay_moved"]);
    let saved = desk.saved().unwrap();
    assert_eq!(saved.overlay_port, Some(7709));
    assert!(!serde_json::to_string(&saved).unwrap().contains("0123"), "the key is not for settings");
}

#[test]
fn busy_ports_are_told_and_it_can_be_tried_again() {
    let mut desk = Desk::new();
    change(&mut desk, |settings| settings.overlay.on = true);
    desk.put(Input::Overlay(OverlayReport::PortsBusy));
    assert_eq!(desk.notices(), ["overlay_ports_busy"]);
    assert_eq!(desk.controller.view().overlay.problem.unwrap().code, "overlay_ports_busy");
    desk.asked.clear();
    desk.command(Command::NewOverlayKey);
    assert_eq!(wishes(&desk), [OverlayWish::Serve { port: None }]);
}

#[test]
fn what_a_device_does_is_shown_without_waiting() {
    let mut desk = Desk::new();
    desk.linked(&ember(), heating(OperatingState::IDLE));
    served(&mut desk);
    desk.asked.clear();
    let state = heating(OperatingState::PREHEAT);
    let event = puffco::device::Event::State(Box::new(state));
    // No time passes.
    desk.controller.handle(desk.now, Input::Device(ember(), event));
    desk.pass(Duration::ZERO);
    let own = &shown(&desk).members[0];
    assert_eq!((own.activity, own.name.as_deref()), (OverlayActivity::Preheat, Some("Ember")));
}

#[test]
fn a_device_without_a_link_is_shown_as_lost() {
    let mut desk = Desk::new();
    desk.linked(&ember(), heating(OperatingState::IDLE));
    served(&mut desk).phase(&ember(), Phase::Away);
    let own = &shown(&desk).members[0];
    assert_eq!((own.activity, own.celsius), (OverlayActivity::Lost, None));
}

#[test]
fn a_device_that_nobody_named_is_not_shown_by_its_address() {
    let mut desk = Desk::new();
    let name = Some("842E14A1B2C3".into());
    desk.linked(&ember(), DeviceState { name, model_code: Some(12), ..heating(OperatingState::IDLE) });
    served(&mut desk);
    assert_eq!(shown(&desk).members[0].name.as_deref(), Some("Peak Pro Pearl"));
}

#[test]
fn a_groups_members_have_numbers_that_say_nothing_and_stay() {
    let mut desk = Desk::new();
    served(&mut desk).connected().in_group_with(GroupPhase::Chilling, vec![friend(250.0, 5.0)]);
    let first = shown(&desk);
    assert_eq!((first.stage, first.group.as_deref()), (OverlayStage::Chilling, Some("Test")));
    assert_eq!(first.members.len(), 1, "who has no device only watches");
    let text = serde_json::to_string(&first).unwrap();
    assert!(!text.contains("secret-session") && !text.contains("abc123"), "{text}");
    desk.in_group_with(GroupPhase::Chilling, vec![friend(251.0, 6.0)]);
    assert_eq!(shown(&desk).members[0].id, first.members[0].id);
}

#[test]
fn time_at_temperature_goes_on_between_two_words_of_a_member() {
    let mut desk = Desk::new();
    served(&mut desk).connected().in_group_with(GroupPhase::Chilling, vec![friend(250.0, 5.0)]);
    desk.pass(Duration::from_secs(3));
    let left = shown(&desk).members[0].left_s.unwrap();
    assert!((36.0..38.0).contains(&left), "{left}");
    desk.in_group_with(GroupPhase::Chilling, vec![friend(250.0, 9.0)]);
    let left = shown(&desk).members[0].left_s.unwrap();
    assert!((35.5..=36.0).contains(&left), "what they say counts: {left}");
}

#[test]
fn names_are_hidden_when_the_settings_say_so() {
    let mut desk = Desk::new();
    served(&mut desk).connected().in_group_with(GroupPhase::Chilling, vec![friend(250.0, 5.0)]);
    change(&mut desk, |settings| settings.overlay.hide_names = true);
    let view = shown(&desk);
    assert_eq!((view.members[0].name.as_deref(), view.group.as_deref()), (None, Some("Test")));
    change(&mut desk, |settings| settings.overlay.hide_group = true);
    assert!(!serde_json::to_string(&shown(&desk)).unwrap().contains("Test"));
    change(&mut desk, |settings| settings.overlay.hide_names = false);
    assert_eq!(shown(&desk).members[0].name.as_deref(), Some("Mika"));
}

#[test]
fn a_countdown_counts_from_the_moment_of_the_view() {
    let mut desk = Desk::new();
    served(&mut desk).connected().in_group_with(GroupPhase::Awaiting, vec![friend(250.0, 5.0)]);
    let start_at = Some(desk.now.instant + Duration::from_secs(3));
    desk.put(Input::Gateway(group::Event::StartHeating { by: None, excluded: false, start_at }));
    let view = shown(&desk);
    assert_eq!(view.stage, OverlayStage::Countdown);
    assert!(view.countdown_ms.is_some_and(|ms| (2_900..=3_000).contains(&ms)), "{:?}", view.countdown_ms);
}

#[test]
fn who_streams_looks_at_the_device() {
    let mut desk = Desk::new();
    desk.linked(&ember(), heating(OperatingState::IDLE));
    desk.command(Command::Look { visible: false, device: None });
    assert_eq!(desk.watched(&ember()), Some(false));
    served(&mut desk).put(Input::Overlay(OverlayReport::Pages(1)));
    assert_eq!(desk.watched(&ember()), Some(true));
    desk.put(Input::Overlay(OverlayReport::Pages(0)));
    assert_eq!(desk.watched(&ember()), Some(false));
}

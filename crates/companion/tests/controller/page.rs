//! What the page of a device shows and does besides changes and logs.

use std::time::Duration;

use hearth_companion::contract::{Command, DeviceChange, Event, LightPattern, LogName};
use hearth_companion::controller::Input;
use hearth_gateway_client::group;
use puffco::device::{Event as Told, LinkCounters, Phase, Request, RequestError};
use puffco::generation::LedApi;
use puffco::number::Dialect;
use puffco::state::{ChargeState, DeviceState, OperatingState};

use crate::desk::{Desk, ember};
use crate::edits::idle;

fn desk(state: DeviceState) -> Desk {
    let mut desk = Desk::new();
    desk.linked(&ember(), state);
    desk.asked.clear();
    desk
}

#[test]
fn values_carry_their_age_while_there_is_no_link() {
    let mut desk = desk(idle());
    assert_eq!(desk.device(&ember()).seen_at, None);
    desk.pass(Duration::from_secs(30));
    let seen = desk.now;
    desk.put(Input::Device(ember(), Told::LastSeen(seen.instant))).pass(Duration::from_secs(5));
    desk.phase(&ember(), Phase::Away).pass(Duration::from_secs(600));
    let view = desk.device(&ember());
    assert_eq!(view.seen_at, Some(seen.unix_ms as f64));
    assert_eq!(view.profiles[0].celsius, 260.0, "what was known stays");
    desk.phase(&ember(), Phase::Ready);
    assert_eq!(desk.device(&ember()).seen_at, None);
}

#[test]
fn a_device_is_told_in_words() {
    let desk = desk(DeviceState {
        dialect: Some(Dialect::Integer),
        charge: Some(ChargeState(0)),
        charge_source: Some(9),
        max_charge_percent: Some(80.0),
        brightness: Some([0, 128, 255, 3]),
        mac: Some([0x84, 0x2e, 0x14, 0xa1, 0xb2, 0xc3]),
        clock: Some(4_000),
        ..idle()
    });
    let view = desk.device(&ember());
    assert_eq!(view.facts.protocol.unwrap(), "Lorax, whole numbers, colour records");
    assert_eq!(view.charge_source.unwrap(), "Source 9", "unknown codes are raw");
    assert_eq!(view.preserves_battery, Some(true));
    assert_eq!(view.lights.brightness, Some([0, 50, 100, 1]));
    assert_eq!((view.lights.lantern_on, view.lights.most_colors), (Some(false), 1));
    assert!(view.lights.patterns.contains(&LightPattern::Breathe));
    assert_eq!(view.profiles[0].light.as_ref().unwrap().colors, ["#ff7a2e"]);
    assert!(view.facts.clock_unset && view.facts.clock_off_s.is_none());
    assert_eq!(view.facts.mac_end.as_deref(), Some("2C3"));
}

#[test]
fn power_from_nowhere_has_no_source() {
    let charge = Some(ChargeState::DISCONNECTED);
    let desk = desk(DeviceState { charge, charge_source: Some(0), ..idle() });
    assert_eq!(desk.device(&ember()).charge_source, None);
}

#[test]
fn a_clock_is_compared_when_it_is_read_and_not_later() {
    let mut desk = desk(idle());
    let clock = Some((desk.now.unix_ms / 1000) as u32 - 90);
    desk.tells(&ember(), DeviceState { clock, ..idle() });
    desk.pass(Duration::from_secs(60));
    desk.tells(&ember(), DeviceState { clock, battery_percent: Some(50.0), ..idle() });
    assert_eq!(desk.device(&ember()).facts.clock_off_s, Some(-90.0));
}

#[test]
fn the_link_is_told_in_numbers() {
    let mut desk = desk(DeviceState { lights: Some(LedApi::Documents), ..idle() });
    let counters = LinkCounters {
        round_trips: 100,
        links: 2,
        short_frames: 1,
        bad_values: 2,
        stray_replies: 3,
        ..LinkCounters::default()
    };
    desk.put(Input::Device(ember(), Told::Counters(counters)));
    let link = desk.device(&ember()).facts.link;
    assert_eq!((link.round_trips, link.links, link.bad_frames), (100, 2, 6));
}

#[test]
fn a_serial_number_is_told_when_it_is_asked_for_and_only_then() {
    const SERIAL: &str = "7123456789012345678";
    let mut desk = desk(DeviceState { serial: Some(SERIAL.into()), ..idle() });
    desk.connected();
    let text = |desk: &Desk| serde_json::to_string(&desk.told).unwrap();
    assert!(!text(&desk).contains(SERIAL));
    assert!(!serde_json::to_string(&desk.controller.view()).unwrap().contains(SERIAL));
    desk.command(Command::RevealSerial { id: ember().0 });
    assert!(desk.told.contains(&Event::Serial { id: ember().0, serial: SERIAL.into() }));
    let reports = desk.requests().into_iter().filter(|request| matches!(request, group::Request::Device(_)));
    assert!(!format!("{:?}", reports.collect::<Vec<_>>()).contains(SERIAL));
}

#[test]
fn a_serial_number_that_was_not_read_yet_is_told_when_it_is() {
    let mut desk = desk(idle());
    desk.command(Command::RevealSerial { id: ember().0 });
    let told = |desk: &Desk| desk.told.iter().filter(|event| matches!(event, Event::Serial { .. })).count();
    assert_eq!(told(&desk), 0);
    let state = DeviceState { serial: Some("7123456789012345678".into()), ..idle() };
    desk.tells(&ember(), state.clone());
    desk.tells(&ember(), DeviceState { battery_percent: Some(50.0), ..state });
    assert_eq!(told(&desk), 1, "and only once");
}

#[test]
fn a_serial_number_that_cannot_come_says_so() {
    let mut desk = desk(idle());
    desk.phase(&ember(), Phase::Away).command(Command::RevealSerial { id: ember().0 });
    assert_eq!(desk.notices(), ["no_serial"]);
}

#[test]
fn a_device_with_a_heat_of_this_program_is_not_switched_off() {
    let mut desk = desk(idle());
    desk.command(Command::HeatNow);
    let heating = DeviceState { operating: Some(OperatingState::ACTIVE), ..idle() };
    desk.tells(&ember(), heating);
    desk.requested(&ember());
    desk.command(Command::PowerOff { id: ember().0 });
    assert_eq!(desk.requested(&ember()), []);
    assert_eq!(desk.notices(), ["device_heats"]);
    desk.tells(&ember(), idle()).command(Command::PowerOff { id: ember().0 });
    assert_eq!(desk.requested(&ember()).pop().unwrap().1, Request::PowerOff);
}

#[test]
fn a_device_shows_itself_but_not_in_mid_heat() {
    let mut desk = desk(idle());
    desk.command(Command::Blink { id: ember().0 });
    let (id, request) = desk.requested(&ember()).pop().unwrap();
    assert_eq!(request, Request::ShowBattery);
    desk.answers(&ember(), id, Err(RequestError::Uncertain));
    assert_eq!(desk.notices(), ["not_done"]);
    desk.tells(&ember(), DeviceState { operating: Some(OperatingState::ACTIVE), ..idle() });
    desk.command(Command::Blink { id: ember().0 });
    assert_eq!(desk.requested(&ember()), []);
    let notice = desk.controller.view().notices.pop().unwrap();
    assert_eq!(notice.advice, "It is heating.");
}

#[test]
fn what_is_asked_of_a_device_that_is_not_known_says_so() {
    let id = "ble:nobody".to_owned();
    for command in [
        Command::Blink { id: id.clone() },
        Command::PowerOff { id: id.clone() },
        Command::RevealSerial { id: id.clone() },
        Command::ReadLog { id: id.clone(), log: LogName::Faults },
        Command::UndoProfile { id: id.clone(), slot: 0 },
        Command::ChangeDevice { id: id.clone(), change: DeviceChange::Clock },
        Command::SelectProfile { id: Some(id), slot: 0 },
    ] {
        let mut desk = Desk::new();
        desk.command(command.clone());
        assert_eq!(desk.notices(), ["no_such_device"], "{command:?}");
    }
}

//! One device under several ids.

use std::time::Duration;

use hearth_companion::contract::{Command, DeviceChange, EditState, LogName, ProfileChanges};
use hearth_companion::controller::Output;
use hearth_companion::saved::SavedDevice;
use puffco::device::{Input as MachineInput, Phase, Request};
use puffco::link::DeviceId;
use puffco::state::{DeviceState, OperatingState};

use crate::desk::{Desk, ember, in_use};
use crate::edits::idle;

const SERIAL: &str = "7123456789012345678";

/// Ember, after the system made up a new id for it.
fn ember_again() -> DeviceId {
    DeviceId("ble:6f1e".into())
}

fn told(operating: OperatingState) -> DeviceState {
    DeviceState { serial: Some(SERIAL.into()), operating: Some(operating), ..idle() }
}

fn desk() -> Desk {
    let mut desk = Desk::new();
    desk.linked(&ember(), told(OperatingState::IDLE));
    desk
}

fn closed<'a>(desk: &'a Desk) -> Vec<&'a DeviceId> {
    let of = |output: &'a Output| match output {
        Output::CloseDevice(id) => Some(id),
        _ => None,
    };
    desk.asked.iter().filter_map(of).collect()
}

#[test]
fn a_device_that_came_back_under_another_id_keeps_its_place_and_its_history() {
    let mut desk = desk();
    let changes = ProfileChanges { celsius: Some(285.0), ..ProfileChanges::default() };
    desk.command(Command::EditProfile { id: ember().0, slot: 0, changes });
    let (id, _) = desk.requested(&ember()).pop().unwrap();
    desk.answers(&ember(), id, Ok(())).phase(&ember(), Phase::Away);
    desk.linked(&ember_again(), told(OperatingState::IDLE));
    let devices = desk.controller.view().devices;
    assert_eq!(devices.len(), 1);
    assert_eq!(devices[0].id, ember_again().0);
    assert!(devices[0].in_use && devices[0].profiles[0].undoable);
    assert_eq!(devices[0].name, "Ember");
    assert_eq!(closed(&desk), [&ember()]);
    let saved = desk.saved().unwrap();
    assert_eq!(saved.in_use, Some(ember_again().0));
    assert_eq!(saved.devices.len(), 1);
}

#[test]
fn it_is_recognised_after_a_restart_and_what_is_kept_is_not_its_serial_number() {
    let saved = desk().saved().unwrap();
    let text = serde_json::to_string(&saved).unwrap();
    assert!(!text.contains(SERIAL) && text.contains("fingerprints"), "{text}");
    let mut desk = Desk::starting(|start| start.saved = saved);
    desk.linked(&ember_again(), told(OperatingState::IDLE));
    assert_eq!(in_use(&desk), [ember_again().0]);
    assert_eq!(desk.controller.view().devices.len(), 1);
}

#[test]
fn settings_of_earlier_versions_are_read() {
    let device = r#"{ "id": "ble:x", "name": "Ember", "model": "Peak Pro", "simulated": false }"#;
    let device: SavedDevice = serde_json::from_str(device).unwrap();
    assert_eq!(device, SavedDevice::new(&DeviceId("ble:x".into()), "Ember".into(), "Peak Pro".into(), false));
}

#[test]
fn two_devices_that_are_live_at_once_are_two() {
    let mut desk = desk();
    desk.linked(&ember_again(), told(OperatingState::IDLE));
    assert_eq!(desk.controller.view().devices.len(), 2);
}

#[test]
fn a_heat_of_this_program_is_stopped_under_both_ids_until_the_device_is_seen_cold() {
    let mut desk = desk();
    desk.command(Command::HeatNow).tells(&ember(), told(OperatingState::PREHEAT));
    let retry_at = desk.now.instant;
    let problem = puffco::device::Problem::LinkLost;
    desk.phase(&ember(), Phase::Waiting { retry_at, problem });
    desk.linked(&ember_again(), told(OperatingState::PREHEAT));
    assert_eq!(closed(&desk), Vec::<&DeviceId>::new(), "the old one is held on to");
    desk.asked.clear();
    desk.command(Command::StopHeat);
    for id in [ember(), ember_again()] {
        let aborts = desk.requested(&id).into_iter().filter(|(_, request)| *request == Request::Abort);
        assert_eq!(aborts.count(), 1, "{id}");
    }
    desk.tells(&ember_again(), told(OperatingState::FADE));
    assert_eq!(closed(&desk), [&ember()]);
    assert_eq!(in_use(&desk), [ember_again().0]);
    assert!(!desk.controller.heats());
}

#[test]
fn what_was_shown_and_read_goes_on_under_the_new_id() {
    let mut desk = desk();
    desk.command(Command::Look { visible: true, device: Some(ember().0) });
    desk.command(Command::ReadLog { id: ember().0, log: LogName::Faults });
    let (id, _) = desk.requested(&ember()).pop().unwrap();
    desk.answers(&ember(), id, Ok(())).phase(&ember(), Phase::Away);
    desk.linked(&ember_again(), told(OperatingState::IDLE));
    let logs = desk.controller.view().logs;
    assert_eq!(logs.len(), 1);
    assert_eq!(logs[0].device, ember_again().0);
    assert_eq!(desk.watched(&ember_again()), Some(true));
    let looks = |output: &Output| matches!(output, Output::Device(id, MachineInput::Request(_, Request::ReadAll)) if *id == ember_again());
    assert!(desk.asked.iter().any(looks), "its page is still shown");
}

#[test]
fn faces_learn_the_earlier_ids_and_may_go_on_naming_the_device_by_them() {
    let mut desk = desk();
    desk.phase(&ember(), Phase::Away).pass(Duration::from_secs(30));
    desk.linked(&ember_again(), told(OperatingState::IDLE));
    assert_eq!(desk.device(&ember_again()).former_ids, [ember().0]);
    desk.asked.clear();
    let changes = ProfileChanges { celsius: Some(285.0), ..ProfileChanges::default() };
    desk.command(Command::EditProfile { id: ember().0, slot: 0, changes });
    assert_eq!(desk.requested(&ember_again()).len(), 1);
    desk.command(Command::Look { visible: true, device: Some(ember().0) });
    desk.command(Command::Look { visible: false, device: None });
    assert_eq!(desk.notices(), Vec::<String>::new());
    // The system may go back to the first id.
    desk.phase(&ember_again(), Phase::Away);
    desk.linked(&ember(), told(OperatingState::IDLE));
    assert_eq!(desk.device(&ember()).former_ids, [ember_again().0]);
}

#[test]
fn a_change_that_was_under_way_under_the_old_id_is_told_as_not_known() {
    let mut desk = desk();
    let changes = ProfileChanges { celsius: Some(285.0), ..ProfileChanges::default() };
    desk.command(Command::EditProfile { id: ember().0, slot: 0, changes });
    desk.command(Command::ChangeDevice { id: ember().0, change: DeviceChange::Stealth { on: true } });
    let problem = puffco::device::Problem::LinkLost;
    let retry_at = desk.now.instant;
    desk.phase(&ember(), Phase::Waiting { retry_at, problem });
    desk.linked(&ember_again(), told(OperatingState::IDLE));
    let device = desk.device(&ember_again());
    let words: Vec<_> = device
        .edits
        .into_iter()
        .map(|edit| match edit.state {
            EditState::Failed { words } => words.english(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(words[0].contains("not known whether the device has it"), "{words:?}");
    assert!(words[1].contains("nothing was changed"), "{words:?}");
    assert!(device.profiles[0].undoable, "it may have been written");
}

//! Bluetooth adapters: their choice, and what happens when one comes back.

use std::time::Duration;

use hearth_companion::contract::Command;
use hearth_companion::controller::{Input, Output};
use puffco::device::{Input as MachineInput, Phase, Problem, SetupStep};
use puffco::link::{AdapterInfo, AdapterState};
use puffco::state::{DeviceState, OperatingState};

use crate::desk::{Desk, ember};
use crate::edits::idle;

fn adapter(name: &str, in_use: bool) -> AdapterInfo {
    AdapterInfo { id: format!("00:11:{name}"), name: name.into(), powered: true, in_use }
}

fn used<'a>(desk: &'a Desk) -> Vec<Option<&'a str>> {
    let of = |output: &'a Output| match output {
        Output::UseAdapter(id) => Some(id.as_deref()),
        _ => None,
    };
    desk.asked.iter().filter_map(of).collect()
}

#[test]
fn there_is_a_choice_only_between_several() {
    let mut desk = Desk::new();
    desk.put(Input::Adapters(vec![adapter("hci0", true)]));
    assert_eq!(desk.controller.view().scan.adapters, []);
    desk.put(Input::Adapters(vec![adapter("hci0", true), adapter("hci1", false)]));
    let adapters = desk.controller.view().scan.adapters;
    assert_eq!(adapters.iter().map(|adapter| adapter.name.as_str()).collect::<Vec<_>>(), ["hci0", "hci1"]);
    assert!(adapters[0].in_use && !adapters[1].in_use);
    assert_eq!(used(&desk), [], "nobody chose");
    assert_eq!(desk.controller.view().scan.adapter_chosen, None);
    desk.command(Command::UseAdapter { id: Some("00:11:hci1".into()) });
    assert_eq!(desk.controller.view().scan.adapter_chosen.as_deref(), Some("00:11:hci1"));
}

#[test]
fn what_is_there_can_be_chosen_in_place_of_an_adapter_that_is_not() {
    let mut desk = Desk::starting(|start| start.saved.adapter = Some("00:11:hci7".into()));
    assert_eq!(desk.controller.view().scan.adapters, []);
    desk.put(Input::Adapters(vec![adapter("hci0", false)]));
    let scan = desk.controller.view().scan;
    assert_eq!((scan.adapters.len(), scan.adapter_chosen.as_deref()), (1, Some("00:11:hci7")));
    desk.command(Command::UseAdapter { id: None });
    assert_eq!(used(&desk).last(), Some(&None));
    assert_eq!(desk.controller.view().scan.adapters, []);
}

#[test]
fn the_choice_is_remembered_and_made_again_at_the_start() {
    let mut desk = Desk::new();
    desk.put(Input::Adapters(vec![adapter("hci0", true), adapter("hci1", false)]));
    desk.command(Command::UseAdapter { id: Some("00:11:hci1".into()) });
    assert_eq!(used(&desk), [Some("00:11:hci1")]);
    let saved = desk.saved().unwrap();
    let mut desk = Desk::starting(|start| start.saved = saved);
    assert_eq!(used(&desk), [Some("00:11:hci1")]);
    desk.command(Command::UseAdapter { id: None });
    assert_eq!(used(&desk), [Some("00:11:hci1"), None]);
    assert_eq!(desk.saved().unwrap().adapter, None);
}

#[test]
fn an_adapter_for_one_run_may_be_named_and_is_not_remembered() {
    let mut desk = Desk::starting(|start| {
        start.saved.adapter = Some("00:11:hci0".into());
        start.adapter = Some("hci1".into());
    });
    desk.put(Input::Adapters(vec![adapter("hci0", true), adapter("hci1", false)]));
    assert_eq!(used(&desk), [Some("hci1"), Some("00:11:hci1")], "by its id as soon as that is known");
    desk.linked(&ember(), idle());
    assert_eq!(desk.saved().unwrap().adapter.as_deref(), Some("00:11:hci0"));
}

#[test]
fn every_device_hears_once_that_bluetooth_is_back() {
    // Whether it matters is the device's business: the word that a try failed for want of it may still come.
    for phase in [
        Phase::Failed(Problem::AdapterOff),
        Phase::Failed(Problem::NoAdapter),
        Phase::Failed(Problem::PermissionDenied),
        Phase::SettingUp { attempt: 2, step: SetupStep::Connect },
    ] {
        let mut desk = Desk::new();
        desk.put(Input::Adapter(AdapterState::On("hci0".into()))).linked(&ember(), idle());
        desk.put(Input::Adapter(AdapterState::Off)).phase(&ember(), phase.clone());
        desk.asked.clear();
        desk.put(Input::Adapter(AdapterState::On("hci0".into())));
        desk.put(Input::Adapter(AdapterState::On("hci0".into())));
        let tries = desk
            .asked
            .iter()
            .filter(|output| matches!(output, Output::Device(_, MachineInput::AdapterOn)))
            .count();
        assert_eq!(tries, 1, "{phase:?}");
    }
}

#[test]
fn no_link_with_a_heat_of_this_program_is_moved_to_another_adapter() {
    let mut desk = Desk::starting(|start| start.adapter = Some("hci1".into()));
    desk.put(Input::Adapters(vec![adapter("hci0", true)])).linked(&ember(), idle());
    let heating = DeviceState { operating: Some(OperatingState::PREHEAT), ..idle() };
    desk.command(Command::HeatNow).tells(&ember(), heating);
    desk.asked.clear();
    desk.put(Input::Adapters(vec![adapter("hci0", true), adapter("hci1", false)]));
    desk.command(Command::UseAdapter { id: None });
    assert_eq!(used(&desk), []);
    assert_eq!(desk.notices(), ["device_heats"]);
    desk.tells(&ember(), idle()).pass(Duration::from_secs(2));
    assert_eq!(used(&desk), [Some("00:11:hci1")], "what was chosen before comes when the heat is over");
}

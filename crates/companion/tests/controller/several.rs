//! Several devices at once: what happens to one leaves the others alone.

use hearth_companion::contract::{Command, EditState, LogName, LogState, ProfileChanges};
use hearth_companion::controller::{Input, Output};
use puffco::device::{Input as MachineInput, Phase, Request, RequestError};
use puffco::state::{DeviceState, OperatingState};

use crate::desk::{Desk, ember, in_use, storm};
use crate::edits::idle;

fn desk() -> Desk {
    let mut desk = Desk::new();
    desk.linked(&ember(), idle()).linked(&storm(), idle());
    desk.asked.clear();
    desk
}

fn does(operating: OperatingState) -> DeviceState {
    DeviceState { operating: Some(operating), ..idle() }
}

fn aborts(desk: &mut Desk, of: &puffco::link::DeviceId) -> usize {
    desk.requested(of).into_iter().filter(|(_, request)| *request == Request::Abort).count()
}

#[test]
fn one_is_changed_and_read_while_another_heats() {
    let mut desk = desk();
    desk.command(Command::HeatNow).tells(&ember(), does(OperatingState::PREHEAT));
    let (heat, request) = desk.requested(&ember()).pop().unwrap();
    assert!(matches!(request, Request::Heat { .. }));
    let changes = ProfileChanges { celsius: Some(285.0), ..ProfileChanges::default() };
    desk.command(Command::EditProfile { id: storm().0, slot: 0, changes });
    desk.command(Command::ReadLog { id: storm().0, log: LogName::Activity });
    let asked = desk.requested(&storm());
    let ids: Vec<_> = asked.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids.len(), 2);
    assert!(!ids.contains(&heat), "no two requests share a number");
    // An answer counts only from the device that was asked.
    desk.answers(&ember(), ids[0], Ok(()));
    assert!(matches!(desk.device(&storm()).edits[0].state, EditState::Saving { .. }));
    desk.answers(&storm(), ids[0], Ok(())).answers(&storm(), ids[1], Ok(()));
    assert_eq!(desk.device(&storm()).edits[0].state, EditState::Saved);
    assert!(matches!(desk.controller.view().logs[0].state, LogState::Ready { .. }));
    assert!(desk.controller.heats(), "the heat went on");
    assert_eq!(desk.device(&ember()).edits, []);
}

#[test]
fn forgetting_and_disconnecting_one_leaves_the_other_alone() {
    for command in [Command::DisconnectDevice { id: storm().0 }, Command::ForgetDevice { id: storm().0 }] {
        let mut desk = desk();
        let changes = ProfileChanges { celsius: Some(285.0), ..ProfileChanges::default() };
        desk.command(Command::EditProfile { id: ember().0, slot: 0, changes });
        let (edit, _) = desk.requested(&ember()).pop().unwrap();
        desk.asked.clear();
        desk.command(command.clone());
        let touches = |output: &Output| match output {
            Output::Device(id, _) | Output::CloseDevice(id) | Output::OpenDevice { id, .. } => *id == ember(),
            _ => false,
        };
        assert!(!desk.asked.iter().any(touches), "{command:?}: {:?}", desk.asked);
        desk.answers(&ember(), edit, Ok(()));
        assert_eq!(desk.device(&ember()).edits[0].state, EditState::Saved);
        assert_eq!(in_use(&desk), [ember().0]);
    }
}

#[test]
fn a_profile_of_another_device_is_selected_there() {
    let mut desk = desk();
    desk.command(Command::SelectProfile { id: Some(storm().0), slot: 3 });
    assert_eq!(desk.requested(&storm()).pop().unwrap().1, Request::select_profile(3).unwrap());
    desk.command(Command::SelectProfile { id: None, slot: 1 });
    assert_eq!(desk.requested(&ember()).pop().unwrap().1, Request::select_profile(1).unwrap());
}

#[test]
fn a_profile_that_was_not_selected_is_told_in_words() {
    let mut desk = desk();
    desk.command(Command::SelectProfile { id: None, slot: 1 });
    let (request, _) = desk.requested(&ember()).pop().unwrap();
    desk.answers(&ember(), request, Err(RequestError::Uncertain));
    assert_eq!(desk.notices(), ["not_done"]);
    desk.command(Command::SelectProfile { id: None, slot: 4 });
    assert_eq!(desk.requested(&ember()), []);
    assert_eq!(desk.notices(), ["not_done", "no_such_profile"]);
}

/// Ember heats out of reach, and Storm was taken in its place.
fn with_a_stray() -> Desk {
    let mut desk = desk();
    desk.command(Command::HeatNow).tells(&ember(), does(OperatingState::PREHEAT));
    desk.phase(&ember(), Phase::Away).command(Command::UseDevice { id: storm().0 });
    assert_eq!(in_use(&desk), [storm().0]);
    desk.asked.clear();
    desk
}

#[test]
fn a_stop_reaches_a_heat_of_this_program_wherever_it_runs() {
    let mut desk = with_a_stray();
    desk.phase(&ember(), Phase::Ready);
    desk.command(Command::StopHeat);
    assert_eq!((aborts(&mut desk, &ember()), aborts(&mut desk, &storm())), (1, 1));
    desk.tells(&ember(), does(OperatingState::FADE));
    desk.command(Command::StopHeat);
    assert_eq!((aborts(&mut desk, &ember()), aborts(&mut desk, &storm())), (0, 1), "it is over");
}

#[test]
fn what_is_said_of_a_stray_stays_until_it_is_seen_cold() {
    let mut desk = with_a_stray();
    desk.tells(&storm(), does(OperatingState::IDLE));
    assert_eq!(desk.notices(), ["heats_out_of_sight"], "the other device being cold says nothing of it");
    desk.phase(&ember(), Phase::Ready);
    assert_eq!(desk.notices(), ["stray_heats"]);
    let dismissed = desk.controller.view().notices[0].id;
    desk.command(Command::DismissNotice { id: dismissed });
    desk.tells(&ember(), DeviceState { heater_celsius: Some(200.0), ..does(OperatingState::ACTIVE) });
    assert_eq!(desk.notices(), Vec::<String>::new(), "it is said once");
    desk.phase(&ember(), Phase::Away).phase(&ember(), Phase::Ready);
    assert_eq!(desk.notices(), ["stray_heats"]);
    desk.tells(&ember(), does(OperatingState::FADE));
    assert_eq!(desk.notices(), Vec::<String>::new());
}

#[test]
fn a_stray_that_came_back_is_kept_and_stopped_at_the_end() {
    let mut desk = with_a_stray();
    desk.phase(&ember(), Phase::Ready);
    for command in [Command::ForgetDevice { id: ember().0 }, Command::PowerOff { id: ember().0 }] {
        desk.command(command.clone());
        assert_eq!(desk.controller.view().devices.len(), 2, "{command:?}");
    }
    let lets_go = |output: &Output| {
        matches!(
            output,
            Output::CloseDevice(_) | Output::Device(_, MachineInput::Request(_, Request::PowerOff))
        )
    };
    assert!(!desk.asked.iter().any(lets_go));
    desk.put(Input::Shutdown);
    assert_eq!(aborts(&mut desk, &ember()), 1);
    assert!(desk.controller.heats());
    desk.tells(&ember(), does(OperatingState::IDLE));
    assert!(!desk.controller.heats());
}

#[test]
fn one_device_is_stopped_and_the_notice_of_a_stray_says_which() {
    let mut desk = with_a_stray();
    desk.phase(&ember(), Phase::Ready);
    let notice = desk.controller.view().notices.remove(0);
    assert_eq!((notice.code.as_str(), notice.device), ("stray_heats", Some(ember().0)));
    desk.command(Command::StopDevice { id: ember().0 });
    assert_eq!((aborts(&mut desk, &ember()), aborts(&mut desk, &storm())), (1, 0));
    desk.command(Command::StopDevice { id: storm().0 });
    assert_eq!((aborts(&mut desk, &ember()), aborts(&mut desk, &storm())), (0, 1));
    desk.command(Command::StopDevice { id: "ble:none".into() });
    assert!(desk.notices().contains(&"no_such_device".to_owned()));
}

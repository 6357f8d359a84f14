//! What happens with one device, from the first scan to the end: one chapter after the other on one guest,
//! because starting it takes longest.

use std::time::Duration;

use puffco::device::{Input, Phase, Problem, Request};
use puffco::gatt;
use puffco::generation::Generation;
use puffco::link::{AdapterState, LinkError, Radio, WriteMode};
use puffco::setting::{Setting, Slot};
use puffco::state::{OperatingState, Profile};

use crate::bluetoothd;
use crate::rig::Rig;
use crate::vm::Vm;

/// What is particular about a device.
#[derive(Clone, Copy, Default)]
pub struct Kind {
    /// One characteristic for each attribute instead of Lorax.
    pub legacy: bool,
    /// It wants a bond.
    pub bonds: bool,
    /// It drops the first link at once.
    pub drops_first: bool,
    /// Here the service is killed, too.
    pub restarts_bluetoothd: bool,
}

/// A heat command in the device's log.
const HEATS: &str = "mode=HEAT_CYCLE_START";

/// How long after the link became ready Bluetooth is switched off.
const OFF_AFTER: [Duration; 3] = [Duration::ZERO, Duration::from_millis(120), Duration::from_millis(600)];

/// How long a device sleeps before it is woken.
const ASLEEP: Duration = Duration::from_secs(1);

/// All of it.
pub async fn tell(name: &'static str, kind: Kind, vm: Vm) {
    bluetoothd::keep_alive();
    let mut rig = Rig::find(name, vm).await;
    set_up(&mut rig, kind).await;
    snapshot(&mut rig, kind).await;
    profile_edit(&mut rig).await;
    heat_by_command(&mut rig).await;
    heat_by_button(&mut rig).await;
    link_lost(&mut rig, kind).await;
    impatient_device(&mut rig, kind).await;
    sleeping_device(&mut rig).await;
    bluetooth_off(&mut rig).await;
    if kind.restarts_bluetoothd {
        bluetoothd_restarted(&mut rig).await;
    }
    assert_eq!(rig.vm.count(HEATS), 1, "heat commands in all");
    assert_eq!(rig.vm.count("k=forbidden"), 0, "writes that are never allowed");
    rig.end().await;
    if !kind.legacy {
        frame_too_large(&mut rig).await;
    }
    rig.say("passed");
}

async fn set_up(rig: &mut Rig, kind: Kind) {
    rig.send(Input::Watched(true));
    rig.send(Input::Connect);
    rig.until_ready(120).await;
    let state = rig.vm.tell("state");
    assert_eq!(state["unlocked"], true, "{state}");
    assert_eq!(state["bonds"], u64::from(kind.bonds), "{state}");
    assert_eq!(rig.vm.count("k=link what=paired"), u64::from(kind.bonds));
    let links = state["links"].as_u64().unwrap();
    let needed = 1 + u64::from(kind.drops_first);
    assert!((needed..=needed + 2).contains(&links), "{links} links opened");
    let bond = if kind.bonds { "bonded through our own agent, " } else { "" };
    let again = if kind.drops_first { "dropped once, " } else { "" };
    rig.say(&format!("{again}{bond}unlocked, ready"));
}

/// Everything that the machine tells is what the device holds.
async fn snapshot(rig: &mut Rig, kind: Kind) {
    rig.until("a snapshot", 80, |rig| {
        let state = &rig.state;
        let whole = |profile: &Profile| !profile.name.is_empty() && profile.seconds > 0.0;
        state.profiles.len() == 4
            && state.profiles.iter().all(whole)
            && state.total_dabs.is_some()
            && state.name.is_some()
            && state.chamber.is_some()
    })
    .await;
    let state = rig.state.clone();
    let generation = if kind.legacy { Generation::Legacy } else { Generation::Lorax };
    assert_eq!(state.generation, Some(generation));
    assert_eq!(state.operating, Some(OperatingState::IDLE));
    assert_eq!(state.name, Some(rig.vm.text("/u/sys/name")));
    assert_eq!(state.serial, Some(rig.vm.text("/p/sys/hw/ser")));
    assert_eq!(state.firmware.map(|it| it as f32), Some(rig.vm.number("/p/sys/fw/ver")));
    assert_eq!(state.chamber.map(|it| f32::from(it.0)), Some(rig.vm.number("/p/htr/chmt")));
    assert_near("charge", state.battery_percent, rig.vm.number("/p/bat/soc"), 0.1);
    assert_near("dabs", state.total_dabs, rig.vm.number("/p/app/odom/0/nc"), 0.1);
    assert_near("chamber", state.heater_celsius, rig.vm.number("/p/app/htr/temp"), 2.0);
    for profile in &state.profiles {
        let base = format!("/u/app/hc/{}", profile.slot);
        assert_eq!(profile.name, rig.vm.text(&format!("{base}/name")));
        assert_near("target", Some(profile.celsius), rig.vm.number(&format!("{base}/temp")), 0.1);
        assert_near("time", Some(profile.seconds), rig.vm.number(&format!("{base}/time")), 0.1);
    }
    let dabs = state.total_dabs.unwrap_or_default();
    rig.say(&format!("snapshot as the device has it: {dabs} dabs, 4 profiles"));
}

fn assert_near(what: &str, told: Option<f32>, held: f32, slack: f32) {
    let near = told.is_some_and(|told| (told - held).abs() <= slack);
    assert!(near, "{what}: told {told:?}, the device has {held}");
}

/// Written, read back, and kept where it belongs.
async fn profile_edit(rig: &mut Rig) {
    let slot = Slot::new(1).unwrap();
    let name = "Ember ☕";
    let edits = [
        Setting::ProfileName(slot, name.to_owned()),
        Setting::ProfileCelsius(slot, 262.0),
        Setting::ProfileSeconds(slot, 44.0),
    ];
    for edit in edits {
        rig.ask(Request::Set(edit.clone())).await.unwrap_or_else(|error| panic!("{edit:?}: {error}"));
    }
    rig.until("the edited profile", 60, |rig| {
        let profile = rig.state.profiles.iter().find(|profile| profile.slot == 1);
        profile.is_some_and(|profile| {
            profile.name == name
                && (profile.celsius - 262.0).abs() < 0.1
                && (profile.seconds - 44.0).abs() < 0.1
        })
    })
    .await;
    assert_eq!(rig.vm.text("/u/app/hc/1/name"), name);
    assert_near("target", Some(262.0), rig.vm.number("/u/app/hc/1/temp"), 0.06);
    assert_near("time", Some(44.0), rig.vm.number("/u/app/hc/1/time"), 0.01);
    assert_near("its neighbour", Some(238.0), rig.vm.number("/u/app/hc/0/temp"), 0.1);
    rig.ask(Request::select_profile(1).unwrap()).await.unwrap();
    rig.until("the selection", 60, |rig| rig.state.selected_profile == Some(1)).await;
    assert_eq!(rig.vm.number("/p/app/hcs"), 1.0);
    rig.say("profile edited, read back and selected");
}

/// A whole heat that we begin.
async fn heat_by_command(rig: &mut Rig) {
    assert_eq!(rig.vm.count(HEATS), 0);
    rig.forget();
    let heat = rig.heat(1);
    rig.ask(heat).await.unwrap();
    let again = rig.heat(1);
    assert!(rig.ask(again).await.is_err(), "one intent, one heat");
    rig.until("heat and fade", 180, |rig| {
        rig.seen.contains(&OperatingState::PREHEAT) && rig.seen.last() == Some(&OperatingState::IDLE)
    })
    .await;
    let cycle = [OperatingState::PREHEAT, OperatingState::ACTIVE, OperatingState::FADE];
    let seen: Vec<_> = rig.seen.iter().copied().filter(|state| state.is_heat_cycle()).collect();
    assert_eq!(seen, cycle, "{:?}", rig.seen);
    assert_eq!(rig.vm.count(HEATS), 1, "written once");
    rig.say("heated by our command, which was written once");
}

/// The button is pressed and the owner starts; we stop it.
async fn heat_by_button(rig: &mut Rig) {
    rig.forget();
    rig.vm.tell("button click");
    rig.until("temp select", 60, |rig| rig.seen.contains(&OperatingState::TEMP_SELECT)).await;
    rig.vm.tell("button double");
    rig.until("the owner's heat", 60, |rig| rig.seen.contains(&OperatingState::ACTIVE)).await;
    rig.ask(Request::Abort).await.unwrap();
    rig.until("the end of the heat", 60, |rig| rig.state.operating == Some(OperatingState::IDLE)).await;
    assert_eq!(rig.vm.count(HEATS), 1, "nothing of it was ours");
    assert_eq!(rig.vm.count("mode=HEAT_CYCLE_ABORT"), 1, "stopped once");
    rig.say("button seen (state 6), the owner's heat seen and stopped");
}

async fn lose_link(rig: &mut Rig, how: &str) {
    rig.forget();
    rig.vm.tell(how);
    rig.until("the loss", 60, |rig| !rig.phases.is_empty()).await;
    rig.until_ready(120).await;
}

async fn link_lost(rig: &mut Rig, kind: Kind) {
    let paired = rig.vm.count("k=link what=paired");
    lose_link(rig, "drop-link").await;
    rig.say("link dropped by the device, ready again");
    lose_link(rig, "drop-link timeout").await;
    assert_eq!(rig.vm.count("k=link what=paired"), paired, "the bond is used again");
    let bond = if kind.bonds { " with the same bond" } else { "" };
    rig.say(&format!("link timed out, ready again{bond}"));
}

/// A bonded device that drops a link on which nothing happens for half a second.
async fn impatient_device(rig: &mut Rig, kind: Kind) {
    rig.vm.tell("quirk idle_drop_s 0.5");
    let before = rig.vm.tell("state")["links"].as_u64().unwrap();
    lose_link(rig, "drop-link").await;
    let links = rig.vm.tell("state")["links"].as_u64().unwrap() - before;
    rig.vm.tell("quirk idle_drop_s 0");
    if kind.bonds {
        // The emulated stack may be slow once, but not always.
        assert!(links <= 3, "{links} links until it was ready");
    }
    let links = if links == 1 { "the first link".to_owned() } else { format!("{links} links") };
    rig.say(&format!("a device that drops quiet links after half a second: ready after {links}"));
}

async fn sleeping_device(rig: &mut Rig) {
    rig.forget();
    rig.vm.tell("sleep");
    rig.until("away", 120, |rig| rig.phase == Phase::Away).await;
    assert!(rig.state.battery_percent.is_some(), "what was known stays");
    // Woken while it still falls asleep, the virtual device may never advertise again.
    tokio::time::sleep(ASLEEP).await;
    rig.vm.tell("wake");
    rig.until_ready(120).await;
    rig.say("asleep, then awake and ready by itself");
}

/// Bluetooth is switched off and on in the settings, in the middle of different things. The scan goes on by
/// itself, and so does the machine.
async fn bluetooth_off(rig: &mut Rig) {
    for wait in OFF_AFTER {
        tokio::time::sleep(wait).await;
        rig.forget();
        bluetoothd::power(false).await;
        rig.until_adapter(|state| *state == AdapterState::Off).await;
        let off = Phase::Failed(Problem::AdapterOff);
        rig.until("word that Bluetooth is off", 80, |rig| rig.phase == off).await;
        assert_eq!(rig.radio.start_scan().await, Err(LinkError::AdapterOff));
        bluetoothd::power(true).await;
        rig.until_adapter(|state| matches!(state, AdapterState::On(_))).await;
        rig.until("ready", 120, |rig| rig.phase == Phase::Ready).await;
        // By that alone one that is asleep by then would be found when it wakes up.
        bluetoothd::until_discovering().await;
    }
    rig.say("Bluetooth off and on, thrice: scanning, connected and ready by itself");
}

async fn bluetoothd_restarted(rig: &mut Rig) {
    rig.forget();
    bluetoothd::kill();
    rig.until_adapter(|state| *state == AdapterState::Missing).await;
    rig.until_adapter(|state| matches!(state, AdapterState::On(_))).await;
    rig.until("ready", 180, |rig| !rig.phases.is_empty() && rig.phase == Phase::Ready).await;
    rig.say("bluetoothd killed and started again: ready by itself");
}

/// A frame that does not fit into one packet is refused at once, and the link goes on.
async fn frame_too_large(rig: &mut Rig) {
    let connection = rig.radio.connect(&rig.id).await.unwrap();
    connection.link.read(gatt::VERSION).await.unwrap();
    connection.link.subscribe(gatt::REPLY).await.unwrap();
    let large = connection.link.write(gatt::COMMAND, &[0; 200], WriteMode::WithoutResponse).await;
    assert!(matches!(large, Err(LinkError::Other(_))), "{large:?}");
    connection.link.write(gatt::COMMAND, &[1, 0, 2], WriteMode::WithoutResponse).await.unwrap();
    connection.link.disconnect().await;
    rig.say(&format!("a frame of 200 bytes is refused ({}), and the link goes on", large.unwrap_err()));
}

//! A whole companion, as it runs.

#![allow(clippy::unwrap_used, reason = "a test's story stops at the first surprise")]

mod waiting;

use std::time::Duration;

use futures::StreamExt;
use futures::stream::BoxStream;
use hearth_companion::contract::{
    Activity, Command, DeviceChange, DeviceLogView, DeviceView, EditPart, EditState, Event, LightPattern,
    LightView, LinkView, LogName, LogState, ProfileChanges,
};
use hearth_companion::radios::{RadioChoice, demo_device};
use hearth_companion::{Companion, Options};
use puffco_sim::{SimConfig, SimModel, revision};
use waiting::until;

#[tokio::test]
async fn a_remembered_device_of_a_radio_that_this_run_lacks_answers_all_the_same() {
    let directory = tempfile::tempdir().unwrap();
    let device = r#"{ "id": "ble:gone", "name": "Ember", "model": "Peak Pro", "simulated": false }"#;
    let saved = format!(r#"{{ "version": 1, "devices": [{device}], "inUse": "ble:gone" }}"#);
    std::fs::write(directory.path().join("companion.json"), saved).unwrap();
    let options = Options { data_dir: Some(directory.path().to_owned()), ..Options::ephemeral() };
    let companion = Companion::start(options).await;
    let mut events = companion.subscribe();
    companion.command(Command::StopHeat);
    let (mut failed, mut told) = (false, false);
    let story = async {
        while !(failed && told) {
            let (devices, notices) = match events.next().await.unwrap() {
                Event::View { view } => (view.devices, view.notices),
                Event::Devices { devices } => (devices, Vec::new()),
                Event::Notices { notices } => (Vec::new(), notices),
                _ => continue,
            };
            failed |= devices.iter().any(|device| matches!(device.link, LinkView::Failed { .. }));
            told |= notices.iter().any(|notice| notice.code == "not_stopping");
        }
    };
    tokio::time::timeout(Duration::from_secs(10), story).await.unwrap();
    companion.shutdown().await;
}

/// A companion with a simulated device that is ready.
async fn with_device() -> (Companion, BoxStream<'static, Event>, String) {
    with(demo_device()).await
}

async fn with(simulated: SimConfig) -> (Companion, BoxStream<'static, Event>, String) {
    let radios = RadioChoice { bluetooth: false, simulated: vec![simulated] };
    let companion = Companion::start(Options { radios, ..Options::ephemeral() }).await;
    let mut events = companion.subscribe();
    companion.command(Command::StartScan);
    let id = until(&mut events, |event| match event {
        Event::Scan { scan } => scan.found.first().map(|found| found.id.clone()),
        _ => None,
    })
    .await;
    companion.command(Command::ConnectDevice { id: id.clone() });
    device(&mut events, |device| device.link == LinkView::Ready && device.profiles.len() == 4).await;
    (companion, events, id)
}

async fn device(events: &mut BoxStream<'static, Event>, is: impl Fn(&DeviceView) -> bool) -> DeviceView {
    until(events, |event| match event {
        Event::Devices { devices } => devices.into_iter().find(&is),
        _ => None,
    })
    .await
}

fn state(device: &DeviceView, part: EditPart) -> Option<&EditState> {
    device.edits.iter().find(|edit| edit.part == part).map(|edit| &edit.state)
}

#[tokio::test]
async fn a_profile_is_changed_and_taken_back_on_a_device_of_every_kind() {
    let legacy = revision::number("X").unwrap();
    let kinds = [
        demo_device(),
        SimConfig::new(SimModel::Opal),
        SimConfig::new(SimModel::Opal).with_firmware(legacy),
        SimConfig::new(SimModel::ProxyHaze),
    ];
    futures::future::join_all(kinds.map(change_and_take_back)).await;
}

async fn change_and_take_back(kind: SimConfig) {
    let what = format!("model {} with firmware {}", kind.model_code, kind.firmware);
    let (companion, mut events, id) = with(kind).await;
    let part = EditPart::Profile { slot: 2 };
    let ended = |device: &DeviceView| {
        let state = state(device, part).cloned();
        state.filter(|state| !matches!(state, EditState::Saving { .. }))
    };
    let light = LightView { pattern: LightPattern::Breathe, colors: vec!["#112233".into()], tempo: 0.5 };
    let changes = ProfileChanges {
        name: Some("Dawn".into()),
        celsius: Some(277.0),
        seconds: Some(66.0),
        light: Some(light),
        boost_celsius: Some(8.0),
        ..ProfileChanges::default()
    };
    companion.command(Command::EditProfile { id: id.clone(), slot: 2, changes });
    let changed = device(&mut events, |device| ended(device).is_some()).await;
    assert_eq!(ended(&changed), Some(EditState::Saved), "{what}");
    let profile = &changed.profiles[2];
    assert_eq!((profile.name.as_str(), profile.celsius, profile.seconds), ("Dawn", 277.0, 66.0), "{what}");
    assert_eq!((profile.color.as_deref(), profile.boost_celsius), (Some("#112233"), Some(8.0)), "{what}");
    assert!(profile.undoable, "{what}");
    companion.command(Command::UndoProfile { id, slot: 2 });
    let undone = device(&mut events, |device| ended(device).is_some() && !device.profiles[2].undoable).await;
    assert_eq!(ended(&undone), Some(EditState::Saved), "{what}");
    assert_ne!(undone.profiles[2].name, "Dawn", "{what}");
    assert_ne!(undone.profiles[2].color.as_deref(), Some("#112233"), "{what}");
    companion.shutdown().await;
}

#[tokio::test]
async fn lights_name_and_charge_limit_are_changed_on_a_device() {
    let (companion, mut events, id) = with_device().await;
    for change in [
        DeviceChange::Lantern { on: true },
        DeviceChange::Brightness { levels: [10, 20, 30, 40] },
        DeviceChange::PreserveBattery { on: true },
        DeviceChange::Name { name: "Glow".into() },
    ] {
        companion.command(Command::ChangeDevice { id: id.clone(), change });
    }
    let changed = device(&mut events, |device| device.name == "Glow").await;
    assert_eq!(changed.lights.lantern_on, Some(true));
    assert_eq!(changed.lights.brightness, Some([10, 20, 30, 40]));
    assert_eq!(changed.preserves_battery, Some(true));
    companion.command(Command::ChangeDevice { id, change: DeviceChange::Stealth { on: true } });
    let stealthy = device(&mut events, |device| {
        state(device, EditPart::Stealth) == Some(&EditState::Saved) && device.lights.stealth == Some(true)
    })
    .await;
    assert_eq!(stealthy.lights.lantern_on, Some(false));
    companion.shutdown().await;
}

#[tokio::test]
async fn the_page_of_a_device_tells_all_that_it_is() {
    let (companion, mut events, id) = with_device().await;
    companion.command(Command::Look { visible: true, device: Some(id.clone()) });
    let told =
        device(&mut events, |device| device.facts.git_hash.is_some() && device.facts.battery_volts.is_some())
            .await;
    assert!(told.facts.protocol.is_some() && told.facts.hardware.is_some());
    assert!(told.facts.link.round_trips > 0);
    companion.command(Command::ReadLog { id, log: LogName::Activity });
    let log: DeviceLogView = until(&mut events, |event| match event {
        Event::Log { log } if !matches!(log.state, LogState::Reading { .. }) => Some(log),
        _ => None,
    })
    .await;
    assert!(matches!(log.state, LogState::Ready { .. }), "{:?}", log.state);
    assert!(!log.entries.is_empty());
    companion.shutdown().await;
}

#[tokio::test]
async fn one_device_is_changed_and_read_while_another_heats() {
    let quick = |device: SimConfig| SimConfig { speed: 20.0, ..device };
    let devices = vec![quick(demo_device()), quick(SimConfig::new(SimModel::Opal).numbered(1))];
    let radios = RadioChoice { bluetooth: false, simulated: devices };
    let companion = Companion::start(Options { radios, ..Options::ephemeral() }).await;
    let mut events = companion.subscribe();
    companion.command(Command::StartScan);
    let found = until(&mut events, |event| match event {
        Event::Scan { scan } if scan.found.len() == 2 => Some(scan.found),
        _ => None,
    })
    .await;
    let ids: Vec<String> = found.into_iter().map(|found| found.id).collect();
    for id in &ids {
        companion.command(Command::ConnectDevice { id: id.clone() });
        let whole = |device: &DeviceView| {
            device.id == *id && device.link == LinkView::Ready && device.profiles.len() == 4
        };
        device(&mut events, whole).await;
    }
    let other = ids[1].clone();
    companion.command(Command::HeatNow);
    device(&mut events, |device| device.in_use && device.activity == Activity::Preheat).await;
    let changes = ProfileChanges { celsius: Some(250.0), ..ProfileChanges::default() };
    companion.command(Command::EditProfile { id: other.clone(), slot: 1, changes });
    companion.command(Command::ReadLog { id: other.clone(), log: LogName::Faults });
    let (mut saved, mut read, mut hot) = (false, false, false);
    until(&mut events, |event| {
        match event {
            Event::Log { log } => read |= matches!(log.state, LogState::Ready { .. }),
            Event::Devices { devices } => {
                let part = EditPart::Profile { slot: 1 };
                saved |= devices
                    .iter()
                    .any(|device| device.id == other && state(device, part) == Some(&EditState::Saved));
                hot |= devices.iter().any(|device| device.in_use && device.activity == Activity::Active);
            }
            _ => {}
        }
        (saved && read && hot).then_some(())
    })
    .await;
    companion.command(Command::StopHeat);
    device(&mut events, |device| {
        device.in_use && !matches!(device.activity, Activity::Preheat | Activity::Active)
    })
    .await;
    companion.shutdown().await;
}

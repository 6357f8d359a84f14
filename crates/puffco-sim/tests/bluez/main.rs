//! The real btleplug against the fake `org.bluez`, on a private bus.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test")]

mod bus;
mod instants;
mod kinds;
mod life;

use std::sync::Arc;
use std::time::Duration;

use bus::{Simulator, on_private_bus};
use futures::StreamExt;
use futures::stream::BoxStream;
use puffco::advertisement::recognise;
use puffco::device::{DeviceConfig, Event, Input, IntentId, Phase, Request, RequestId};
use puffco::gatt;
use puffco::link::{
    AdapterState, Advertisement, Connection, DeviceId, LinkError, LinkEvent, Radio, RadioEvent, WriteMode,
};
use puffco::state::OperatingState;
use puffco_ble::{BleRadio, DeviceHandle};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

fn radio() -> (BleRadio, BoxStream<'static, RadioEvent>) {
    let radio = BleRadio::new(Handle::current());
    let events = radio.events();
    (radio, events)
}

/// The next change of the adapter.
async fn adapter(events: &mut BoxStream<'static, RadioEvent>) -> AdapterState {
    loop {
        if let RadioEvent::Adapter(state) = events.next().await.unwrap() {
            return state;
        }
    }
}

/// The next device that is heard and looks like a Puffco.
async fn found(events: &mut BoxStream<'static, RadioEvent>) -> (DeviceId, Advertisement) {
    loop {
        if let RadioEvent::Heard(id, heard) = events.next().await.unwrap()
            && recognise(&heard).is_some()
        {
            return (id, heard);
        }
    }
}

async fn scan(radio: &BleRadio, events: &mut BoxStream<'static, RadioEvent>) -> DeviceId {
    assert_eq!(adapter(events).await, AdapterState::On("hci0".to_owned()));
    radio.start_scan().await.unwrap();
    found(events).await.0
}

async fn notified(connection: &mut Connection) -> Vec<u8> {
    match tokio::time::timeout(Duration::from_secs(5), connection.events.next()).await {
        Ok(Some(LinkEvent::Notified { characteristic, value })) => {
            assert_eq!(characteristic, gatt::REPLY);
            value
        }
        other => panic!("no notification but {other:?}"),
    }
}

/// GET_LIMITS with this sequence number (facts/puffco-ble.md §7.1).
async fn ask_limits(connection: &mut Connection, sequence: u8) {
    let request = [sequence, 0, 2];
    connection.link.write(gatt::COMMAND, &request, WriteMode::WithoutResponse).await.unwrap();
    let reply = notified(connection).await;
    assert_eq!(reply, [sequence, 0, 0, 125, 0, 40, 0, 8, 0]);
}

#[test]
fn a_device_is_found_bonded_asked_dropped_and_connected_again() {
    on_private_bus("a_device_is_found_bonded_asked_dropped_and_connected_again", async {
        let mut simulator = Simulator::start(&["--device", "pearl"]).await;
        let (radio, mut events) = radio();
        let id = scan(&radio, &mut events).await;
        assert_eq!(id, DeviceId("84:2E:14:0E:3B:E2".to_owned()));
        assert!(radio.is_simulated());

        let mut connection = radio.connect(&id).await.unwrap();
        assert!(connection.gatt.has_service(gatt::LORAX_SERVICE));
        assert_eq!(connection.link.read(gatt::VERSION).await.unwrap(), [1, 0]);
        simulator.report("paired").await;
        connection.link.subscribe(gatt::REPLY).await.unwrap();
        ask_limits(&mut connection, 1).await;

        simulator.tell("drop").await;
        assert_eq!(connection.events.next().await, Some(LinkEvent::Closed));
        assert_eq!(connection.events.next().await, None);
        assert_eq!(connection.link.read(gatt::VERSION).await, Err(LinkError::Disconnected));

        // The scan goes on by itself after connecting, and tells that the bond is kept.
        let heard = loop {
            let (_, heard) = found(&mut events).await;
            if heard.bonded {
                break heard;
            }
        };
        assert_eq!(heard.name.as_deref(), Some("Ember"));
        let mut connection = radio.connect(&id).await.unwrap();
        connection.link.read(gatt::VERSION).await.unwrap();
        connection.link.subscribe(gatt::REPLY).await.unwrap();
        ask_limits(&mut connection, 2).await;
        connection.link.disconnect().await;
        assert_eq!(connection.events.next().await, Some(LinkEvent::Closed));
        simulator.report("disconnected").await;
    });
}

#[test]
fn events_may_be_dropped_while_notifications_flow() {
    on_private_bus("events_may_be_dropped_while_notifications_flow", async {
        let _simulator = Simulator::start(&["--bonded"]).await;
        let (radio, mut events) = radio();
        let id = scan(&radio, &mut events).await;
        for round in 0..50_u8 {
            let mut connection = radio.connect(&id).await.unwrap();
            connection.link.read(gatt::VERSION).await.unwrap();
            connection.link.subscribe(gatt::REPLY).await.unwrap();
            ask_limits(&mut connection, round).await;
            let Connection { link, events, .. } = connection;
            for sequence in 0..20_u8 {
                link.write(gatt::COMMAND, &[sequence, 1, 2], WriteMode::WithoutResponse).await.unwrap();
            }
            drop(events);
            if round % 2 == 0 {
                link.disconnect().await;
            } else {
                // Dropping the link closes it, too, before the next one is opened.
                drop(link);
            }
        }
    });
}

#[test]
fn a_bond_is_refused_until_the_device_is_in_pairing_mode() {
    on_private_bus("a_bond_is_refused_until_the_device_is_in_pairing_mode", async {
        let mut simulator = Simulator::start(&["--pairing-mode-required"]).await;
        let (radio, mut events) = radio();
        let id = scan(&radio, &mut events).await;
        let connection = radio.connect(&id).await.unwrap();
        let refused = connection.link.read(gatt::VERSION).await;
        assert!(matches!(refused, Err(LinkError::NotPaired(_))), "{refused:?}");
        simulator.tell("hold").await;
        simulator.report("state").await;
        assert_eq!(connection.link.read(gatt::VERSION).await.unwrap(), [1, 0]);
        simulator.report("paired").await;
    });
}

#[test]
fn a_bond_that_the_device_forgot_is_told_apart_from_a_weak_signal() {
    on_private_bus("a_bond_that_the_device_forgot_is_told_apart_from_a_weak_signal", async {
        let mut simulator = Simulator::start(&["--bonded"]).await;
        let (radio, mut events) = radio();
        let id = scan(&radio, &mut events).await;
        simulator.tell("forget").await;
        for _ in 0..2 {
            let refused = radio.connect(&id).await.err();
            assert!(matches!(refused, Some(LinkError::Other(_))), "{refused:?}");
        }
        let refused = radio.connect(&id).await.err();
        assert!(matches!(refused, Some(LinkError::NotPaired(_))), "{refused:?}");
    });
}

#[test]
fn only_what_is_on_the_list_is_written() {
    on_private_bus("only_what_is_on_the_list_is_written", async {
        let _simulator = Simulator::start(&["--bonded"]).await;
        let (radio, mut events) = radio();
        let id = scan(&radio, &mut events).await;
        let connection = radio.connect(&id).await.unwrap();
        let refused = connection.link.write(gatt::VERSION, &[1], WriteMode::WithResponse).await;
        assert!(matches!(refused, Err(LinkError::Other(_))), "{refused:?}");
        let missing = connection.link.read(gatt::PUP_SERVICE).await;
        assert_eq!(missing, Err(LinkError::NoCharacteristic(gatt::PUP_SERVICE)));
    });
}

#[test]
fn the_adapter_may_be_switched_off_unplugged_and_come_back() {
    on_private_bus("the_adapter_may_be_switched_off_unplugged_and_come_back", async {
        let mut simulator = Simulator::start(&["--bonded"]).await;
        let (radio, mut events) = radio();
        let id = scan(&radio, &mut events).await;
        let mut connection = radio.connect(&id).await.unwrap();

        simulator.tell("power off").await;
        assert_eq!(connection.events.next().await, Some(LinkEvent::Closed));
        assert_eq!(adapter(&mut events).await, AdapterState::Off);
        assert_eq!(radio.start_scan().await, Err(LinkError::AdapterOff));
        assert_eq!(radio.connect(&id).await.err(), Some(LinkError::AdapterOff));

        simulator.tell("power on").await;
        assert_eq!(adapter(&mut events).await, AdapterState::On("hci0".to_owned()));
        radio.start_scan().await.unwrap();
        found(&mut events).await;

        simulator.tell("unplug").await;
        assert_eq!(adapter(&mut events).await, AdapterState::Missing);
        assert_eq!(radio.connect(&id).await.err(), Some(LinkError::NoAdapter));
        simulator.tell("plug").await;
        assert_eq!(adapter(&mut events).await, AdapterState::On("hci0".to_owned()));
        // The scan was wanted, so it goes on.
        found(&mut events).await;
        radio.connect(&id).await.unwrap();
    });
}

#[test]
fn bluetooth_that_starts_later_or_again_is_found() {
    on_private_bus("bluetooth_that_starts_later_or_again_is_found", async {
        let (radio, mut events) = radio();
        assert_eq!(adapter(&mut events).await, AdapterState::Missing);
        assert_eq!(radio.start_scan().await, Err(LinkError::NoAdapter));

        let simulator = Simulator::start(&[]).await;
        assert_eq!(adapter(&mut events).await, AdapterState::On("hci0".to_owned()));
        radio.start_scan().await.unwrap();
        let (id, _) = found(&mut events).await;
        let mut connection = radio.connect(&id).await.unwrap();

        simulator.kill().await;
        assert_eq!(connection.events.next().await, Some(LinkEvent::Closed));
        assert_eq!(adapter(&mut events).await, AdapterState::Missing);

        // The new one holds no bond and knows no agent of ours yet.
        let mut simulator = Simulator::start(&[]).await;
        assert_eq!(adapter(&mut events).await, AdapterState::On("hci0".to_owned()));
        let (id, _) = found(&mut events).await;
        let connection = radio.connect(&id).await.unwrap();
        assert_eq!(connection.link.read(gatt::VERSION).await.unwrap(), [1, 0]);
        simulator.report("paired").await;
    });
}

#[test]
fn giving_up_a_connection_leaves_the_device_free() {
    on_private_bus("giving_up_a_connection_leaves_the_device_free", async {
        let mut simulator = Simulator::start(&["--bonded"]).await;
        let (radio, mut events) = radio();
        let id = scan(&radio, &mut events).await;
        simulator.tell("sleep").await;
        simulator.report("state").await;
        let gave_up = tokio::time::timeout(Duration::from_millis(500), radio.connect(&id)).await;
        assert!(gave_up.is_err(), "a device that is asleep cannot be connected");
        simulator.tell("wake").await;
        simulator.report("state").await;
        // It advertises again: nobody is connecting to it any more.
        found(&mut events).await;
        let connection = radio.connect(&id).await.unwrap();
        assert_eq!(connection.link.read(gatt::VERSION).await.unwrap(), [1, 0]);
    });
}

type Events = mpsc::UnboundedReceiver<(DeviceId, Event)>;

async fn phase(events: &mut Events, wanted: impl Fn(&Phase) -> bool) {
    loop {
        if let (_, Event::Phase(phase)) = events.recv().await.unwrap()
            && wanted(&phase)
        {
            return;
        }
    }
}

async fn operating(events: &mut Events, wanted: OperatingState) {
    loop {
        if let (_, Event::State(state)) = events.recv().await.unwrap()
            && state.operating == Some(wanted)
        {
            return;
        }
    }
}

#[test]
fn a_machine_sets_up_heats_once_and_outlives_a_dropped_link() {
    on_private_bus("a_machine_sets_up_heats_once_and_outlives_a_dropped_link", async {
        let mut simulator = Simulator::start(&["--speed", "20"]).await;
        let (radio, mut heard) = radio();
        let id = scan(&radio, &mut heard).await;
        let clock = Arc::new(hearth_clock::Clock::new());
        let (sender, mut events) = mpsc::unbounded_channel();
        let device = DeviceHandle::spawn(Arc::new(radio), id, DeviceConfig::default(), clock.clone(), sender);
        device.send(Input::Watched(true));
        device.send(Input::Connect);
        phase(&mut events, |phase| *phase == Phase::Ready).await;

        let deadline = clock.now().instant + Duration::from_millis(1500);
        let heat = Request::Heat { intent: IntentId(1), deadline };
        device.send(Input::Request(RequestId(1), heat.clone()));
        device.send(Input::Request(RequestId(2), heat));
        simulator.report("heat").await;
        operating(&mut events, OperatingState::ACTIVE).await;

        simulator.tell("drop").await;
        phase(&mut events, |phase| matches!(phase, Phase::Waiting { .. } | Phase::Away)).await;
        device.send(Input::Heard);
        phase(&mut events, |phase| *phase == Phase::Ready).await;
        operating(&mut events, OperatingState::IDLE).await;

        // The last handle ends the link.
        drop(device);
        let reports = simulator.reports_until("disconnected", 2).await;
        let heats = reports.iter().filter(|report| report["event"] == "heat").count();
        assert_eq!(heats, 0, "written again: {reports:?}");
    });
}

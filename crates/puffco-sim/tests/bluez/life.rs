//! The life of the radio: adapters that are chosen, go and come back, and the sleep of the computer.

use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::BoxStream;
use puffco::device::{DeviceConfig, Event, Input, Phase};
use puffco::link::{AdapterInfo, AdapterState, DeviceId, LinkError, LinkEvent, Radio, RadioEvent};
use puffco_ble::DeviceHandle;
use tokio::sync::{Mutex, mpsc};
use zbus::object_server::SignalEmitter;
use zbus::zvariant::{OwnedFd, Value};

use crate::bus::{Simulator, on_private_bus};
use crate::{adapter, found, phase, radio, scan};

/// A connection that takes longer waits for something that does not come.
const HELD_UP: Duration = Duration::from_secs(8);

/// Switches an adapter off and on, as fast as it goes, while there is one.
async fn flicker(name: String) {
    let bus = zbus::Connection::system().await.unwrap();
    let path = format!("/org/bluez/{name}");
    let adapter = zbus::Proxy::new(&bus, "org.bluez", path, "org.bluez.Adapter1").await.unwrap();
    let mut on = false;
    while adapter.set_property("Powered", Value::from(on)).await.is_ok() {
        on = !on;
    }
}

/// The next list in which this adapter is in use.
async fn using(events: &mut BoxStream<'static, RadioEvent>, name: &str) -> Vec<AdapterInfo> {
    loop {
        if let RadioEvent::Adapters(list) = events.next().await.unwrap()
            && list.iter().any(|adapter| adapter.in_use && adapter.name == name)
        {
            return list;
        }
    }
}

#[test]
fn a_chosen_adapter_is_moved_to_with_the_scan_and_the_links_of_the_other_end() {
    on_private_bus(
        "life::a_chosen_adapter_is_moved_to_with_the_scan_and_the_links_of_the_other_end",
        async {
            let mut simulator = Simulator::start(&["--adapters", "2"]).await;
            let (radio, mut events) = radio();
            let id = scan(&radio, &mut events).await;
            let mut connection = radio.connect(&id).await.unwrap();
            let list = radio.events().filter_map(async |event| match event {
                RadioEvent::Adapters(list) => Some(list),
                _ => None,
            });
            let list = Box::pin(list).next().await.unwrap();
            assert!(list.iter().all(|adapter| adapter.powered && adapter.id != adapter.name), "{list:?}");

            radio.use_adapter(Some(list[1].id.clone()));
            assert_eq!(connection.events.next().await, Some(LinkEvent::Closed));
            simulator.report("disconnected").await;
            using(&mut events, "hci1").await;
            // The scan is there now, and so is the next link.
            let (id, _) = found(&mut events).await;
            let mut connection = radio.connect(&id).await.unwrap();

            // Switched off, the chosen one is not left for another.
            simulator.tell("power off hci1").await;
            assert_eq!(connection.events.next().await, Some(LinkEvent::Closed));
            while adapter(&mut events).await != AdapterState::Off {}
            assert_eq!(radio.connect(&id).await.err(), Some(LinkError::AdapterOff));

            // Without a choice, the first that is on is as good as any.
            radio.use_adapter(None);
            using(&mut events, "hci0").await;
            found(&mut events).await;

            // It stays in use when the other is back.
            simulator.tell("power on hci1").await;
            while !using(&mut events, "hci0").await.iter().all(|adapter| adapter.powered) {}
        },
    );
}

#[test]
fn a_chosen_adapter_that_is_plugged_in_again_is_used_again() {
    on_private_bus("life::a_chosen_adapter_that_is_plugged_in_again_is_used_again", async {
        let mut simulator = Simulator::start(&["--adapters", "2"]).await;
        let (radio, mut events) = radio();
        let list = using(&mut events, "hci0").await;
        radio.start_scan().await.unwrap();
        radio.use_adapter(Some(list[1].id.clone()));
        using(&mut events, "hci1").await;
        simulator.tell("unplug hci1").await;
        assert_eq!(using(&mut events, "hci0").await.len(), 1);
        found(&mut events).await;
        simulator.tell("plug hci1").await;
        using(&mut events, "hci1").await;
        found(&mut events).await;
    });
}

#[test]
fn a_switch_too_quick_to_be_seen_ends_links_and_the_scan_goes_on() {
    on_private_bus("life::a_switch_too_quick_to_be_seen_ends_links_and_the_scan_goes_on", async {
        let mut simulator = Simulator::start(&["--bonded"]).await;
        let (radio, mut events) = radio();
        let id = scan(&radio, &mut events).await;
        for switch in [["power off", "power on"], ["unplug", "plug"]] {
            let mut connection = radio.connect(&id).await.unwrap();
            for line in switch {
                simulator.tell(line).await;
            }
            assert_eq!(connection.events.next().await, Some(LinkEvent::Closed));
            simulator.report("disconnected").await;
            drop(connection);
            // Only what is heard from now on counts.
            let mut events = radio.events();
            let (heard, _) = found(&mut events).await;
            assert_eq!(heard, id);
        }
    });
}

#[test]
fn a_scan_that_could_not_start_does_when_bluetooth_is_switched_on() {
    on_private_bus("life::a_scan_that_could_not_start_does_when_bluetooth_is_switched_on", async {
        let mut simulator = Simulator::start(&[]).await;
        let (radio, mut events) = radio();
        assert_eq!(adapter(&mut events).await, AdapterState::On("hci0".to_owned()));
        simulator.tell("power off").await;
        assert_eq!(adapter(&mut events).await, AdapterState::Off);
        assert_eq!(radio.start_scan().await, Err(LinkError::AdapterOff));
        simulator.tell("power on").await;
        found(&mut events).await;
        // Nor does it go on when nobody wants it any more.
        radio.stop_scan().await.unwrap();
        simulator.tell("power off").await;
        while adapter(&mut events).await != AdapterState::Off {}
        simulator.tell("power on").await;
        while adapter(&mut events).await == AdapterState::Off {}
        let heard = tokio::time::timeout(std::time::Duration::from_millis(500), found(&mut events)).await;
        assert!(heard.is_err(), "it scans unasked");
    });
}

/// As much of logind as says that the computer is about to sleep, and waits for who asked it to.
struct Logind {
    held: Arc<Mutex<Vec<std::io::PipeReader>>>,
}

#[zbus::interface(name = "org.freedesktop.login1.Manager")]
impl Logind {
    async fn inhibit(&self, what: String, _who: String, _why: String, mode: String) -> OwnedFd {
        assert_eq!((what.as_str(), mode.as_str()), ("sleep", "delay"));
        let (reader, writer) = std::io::pipe().unwrap();
        self.held.lock().await.push(reader);
        OwnedFd::from(std::os::fd::OwnedFd::from(writer))
    }

    #[zbus(signal)]
    async fn prepare_for_sleep(emitter: &SignalEmitter<'_>, start: bool) -> zbus::Result<()>;
}

#[test]
fn the_computer_sleeps_after_an_idle_device_was_let_go_and_has_it_again_when_awake() {
    on_private_bus(
        "life::the_computer_sleeps_after_an_idle_device_was_let_go_and_has_it_again_when_awake",
        async {
            const PATH: &str = "/org/freedesktop/login1";
            let held = Arc::new(Mutex::new(Vec::new()));
            let logind = Logind { held: held.clone() };
            let bus = zbus::connection::Builder::system().unwrap().serve_at(PATH, logind).unwrap();
            let bus = bus.name("org.freedesktop.login1").unwrap().build().await.unwrap();
            let announce = SignalEmitter::new(&bus, PATH).unwrap();

            let mut simulator = Simulator::start(&["--bonded"]).await;
            let (radio, mut heard) = radio();
            let id = scan(&radio, &mut heard).await;
            let clock = Arc::new(hearth_clock::Clock::new());
            let (sender, mut events) = mpsc::unbounded_channel::<(DeviceId, Event)>();
            let device = DeviceHandle::spawn(Arc::new(radio), id, DeviceConfig::default(), clock, sender);
            device.send(Input::Connect);
            phase(&mut events, |phase| *phase == Phase::Ready).await;

            let mut reader = held.lock().await.pop().expect("nobody asked for a moment before a sleep");
            Logind::prepare_for_sleep(&announce, true).await.unwrap();
            let let_go = tokio::task::spawn_blocking(move || reader.read_to_end(&mut Vec::new()));
            let_go.await.unwrap().unwrap();
            // The link had ended by then.
            let gone = simulator.report("disconnected");
            tokio::time::timeout(std::time::Duration::from_secs(2), gone).await.unwrap();

            Logind::prepare_for_sleep(&announce, false).await.unwrap();
            phase(&mut events, |phase| *phase == Phase::Ready).await;
            // And asks again for the next time.
            while held.lock().await.is_empty() {
                tokio::task::yield_now().await;
            }
        },
    );
}

#[test]
fn news_of_many_services_while_adapters_flicker_hold_nothing_up() {
    on_private_bus("life::news_of_many_services_while_adapters_flicker_hold_nothing_up", async {
        let _simulator = Simulator::start(&["--device", "og@X", "--adapters", "8"]).await;
        let (radio, mut events) = radio();
        let id = scan(&radio, &mut events).await;
        for number in 1..8 {
            tokio::spawn(flicker(format!("hci{number}")));
        }
        let connection = tokio::time::timeout(HELD_UP, radio.connect(&id)).await.expect("held up");
        drop(connection.unwrap());
    });
}

//! The simulated radio, as a companion uses it: real tokio, fast devices.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::time::Duration;

use futures::StreamExt;
use puffco::advertisement::{Likelihood, recognise};
use puffco::link::{AdapterState, DeviceId, LinkError, LinkEvent, Radio, RadioEvent, WriteMode};
use puffco_sim::{Charger, Quirks, SimConfig, SimHandle, SimRadio, ids};
use tokio::time::timeout;

fn radio() -> (SimRadio, SimHandle, DeviceId) {
    let (radio, handle) = SimRadio::new(vec![SimConfig::default(), SimConfig::default().numbered(1)]);
    let id = handle.ids()[0].clone();
    (radio, handle, id)
}

async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(20), future).await.expect("it takes too long")
}

#[tokio::test]
async fn devices_are_heard_only_while_somebody_scans() {
    let (radio, _handle, _) = radio();
    let mut events = radio.events();
    assert!(matches!(soon(events.next()).await, Some(RadioEvent::Adapter(AdapterState::On(_)))));
    assert!(timeout(Duration::from_millis(100), events.next()).await.is_err());
    radio.start_scan().await.unwrap();
    let mut names = Vec::new();
    while names.len() < 2 {
        let Some(RadioEvent::Heard(_, heard)) = soon(events.next()).await else { panic!("not heard") };
        assert_eq!(recognise(&heard).unwrap().likelihood, Likelihood::Certain);
        names.push(heard.name.unwrap());
    }
    assert_eq!(names, ["Ember", "Juniper"]);
}

#[tokio::test]
async fn a_link_bonds_at_the_encrypted_read_and_carries_replies() {
    let (radio, handle, id) = radio();
    let mut connection = soon(radio.connect(&id)).await.unwrap();
    assert_eq!(handle.with(&id, |device, _| device.is_bonded()), Some(false));
    assert_eq!(soon(connection.link.read(ids::VERSION)).await, Ok(vec![1, 0]));
    connection.link.subscribe(ids::REPLY).await.unwrap();
    connection.link.write(ids::COMMAND, &[9, 0, 2], WriteMode::WithoutResponse).await.unwrap();
    let reply = LinkEvent::Notified { characteristic: ids::REPLY, value: vec![9, 0, 0, 125, 0, 40, 0, 8, 0] };
    assert_eq!(soon(connection.events.next()).await, Some(reply));
}

#[tokio::test]
async fn a_link_that_is_dropped_says_so_once_and_is_closed() {
    let (radio, handle, id) = radio();
    let mut connection = soon(radio.connect(&id)).await.unwrap();
    assert!(handle.drop_link(&id));
    assert_eq!(soon(connection.events.next()).await, Some(LinkEvent::Closed));
    assert_eq!(soon(connection.events.next()).await, None);
    assert_eq!(connection.link.read(ids::VERSION).await, Err(LinkError::Disconnected));
}

#[tokio::test]
async fn an_old_link_does_not_touch_a_new_one() {
    let (radio, handle, id) = radio();
    let old = soon(radio.connect(&id)).await.unwrap();
    handle.drop_link(&id);
    let new = soon(radio.connect(&id)).await.unwrap();
    old.link.disconnect().await;
    drop(old);
    assert_eq!(soon(new.link.read(ids::VERSION)).await, Ok(vec![1, 0]));
}

#[tokio::test]
async fn a_link_nobody_holds_is_closed() {
    let (radio, handle, id) = radio();
    drop(soon(radio.connect(&id)).await.unwrap());
    assert_eq!(handle.with(&id, |device, _| device.is_connected()), Some(false));
}

#[tokio::test]
async fn a_sleeping_device_is_connected_when_it_wakes() {
    let (radio, handle, id) = radio();
    handle.sleep(&id);
    let connecting = tokio::spawn({
        let (radio, id) = (radio.clone(), id.clone());
        async move { radio.connect(&id).await.map(|_| ()) }
    });
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert!(!connecting.is_finished());
    handle.press(&id);
    assert_eq!(soon(connecting).await.unwrap(), Ok(()));
}

#[tokio::test]
async fn a_device_that_does_not_exist_is_not_found() {
    let (radio, handle, _) = radio();
    let nobody = DeviceId("00:00:00:00:00:00".to_owned());
    assert!(matches!(radio.connect(&nobody).await, Err(LinkError::NotFound)));
    assert!(!handle.press(&nobody));
}

#[tokio::test]
async fn an_older_device_answers_reads_after_a_while_and_is_heard_as_one() {
    let older = SimConfig::default().with_firmware(18);
    let (radio, handle) = SimRadio::new(vec![older]);
    let id = handle.ids()[0].clone();
    let connection = soon(radio.connect(&id)).await.unwrap();
    let asked = hearth_clock::Clock::new();
    let start = asked.now().instant;
    assert_eq!(soon(connection.link.read(ids::legacy(0x22))).await, Ok(5.0_f32.to_le_bytes().to_vec()));
    assert!(asked.now().instant - start >= Duration::from_millis(25));
}

#[tokio::test]
async fn a_silent_device_is_silent_until_it_is_heard_again() {
    let (radio, handle, id) = radio();
    let mut connection = soon(radio.connect(&id)).await.unwrap();
    soon(connection.link.read(ids::VERSION)).await.unwrap();
    connection.link.subscribe(ids::REPLY).await.unwrap();
    assert!(handle.silence(&id, true));
    connection.link.write(ids::COMMAND, &[9, 0, 2], WriteMode::WithoutResponse).await.unwrap();
    assert!(timeout(Duration::from_millis(150), connection.events.next()).await.is_err());
    handle.silence(&id, false);
    connection.link.write(ids::COMMAND, &[10, 0, 2], WriteMode::WithoutResponse).await.unwrap();
    let Some(LinkEvent::Notified { value, .. }) = soon(connection.events.next()).await else { panic!() };
    assert_eq!(value[0], 10);
    assert_eq!(handle.counters(&id).unwrap().commands, 2);
}

#[tokio::test]
async fn the_hand_on_a_device_reaches_its_attributes_chamber_charger_and_advertisements() {
    let (radio, handle, id) = radio();
    assert!(handle.set_chamber(&id, 0) && handle.set_charger(&id, Some(Charger::Wireless)));
    assert_eq!(handle.attribute(&id, "/p/htr/chmt"), Some(vec![0]));
    assert_eq!(handle.attribute(&id, "/p/bat/chg/src"), Some(vec![1]));
    assert!(handle.set_attribute(&id, "/p/bat/soc", &7.5_f32.to_le_bytes()));
    assert_eq!(handle.attribute(&id, "/p/bat/soc"), Some(7.5_f32.to_le_bytes().to_vec()));
    assert_eq!(handle.attribute(&id, "/nowhere"), None);
    assert!(handle.set_advertising(&id, false));
    radio.start_scan().await.unwrap();
    let mut events = radio.events();
    let hears = async |events: &mut futures::stream::BoxStream<'static, RadioEvent>| {
        let heard = async {
            loop {
                if matches!(events.next().await, Some(RadioEvent::Heard(heard, _)) if heard == id) {
                    return;
                }
            }
        };
        timeout(Duration::from_millis(900), heard).await.is_ok()
    };
    assert!(!hears(&mut events).await);
    handle.set_advertising(&id, true);
    assert!(hears(&mut events).await);
}

#[tokio::test]
async fn a_clock_that_is_off_is_off_from_the_worlds() {
    let quirks = Quirks { clock_off: Some(-7200), ..Quirks::default() };
    let (_radio, handle) = SimRadio::new(vec![SimConfig { quirks, ..SimConfig::default() }]);
    let clock = handle.attribute(&handle.ids()[0], "/p/sys/time").unwrap();
    let clock = u64::from(u32::from_le_bytes(clock.try_into().unwrap()));
    let off = hearth_clock::Clock::new().now().unix_ms / 1000 - clock;
    assert!((7199..7202).contains(&off), "{off}");
}

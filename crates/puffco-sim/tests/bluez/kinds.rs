//! Other devices than the usual one, several adapters, quirks, and what a real bluetoothd shows beside the
//! device's own services. The last is asked of the bus directly: the library does not tell all of it.

use std::collections::HashMap;
use std::process::Stdio;
use std::time::Duration;

use futures::StreamExt;
use puffco::link::{
    AdapterInfo, AdapterState, Connection, LinkError, LinkEvent, Radio, RadioEvent, WriteMode,
};
use puffco_sim::ids;
use zbus::fdo::ObjectManagerProxy;
use zbus::zvariant::{OwnedObjectPath, OwnedValue};

use crate::bus::{Simulator, on_private_bus};
use crate::{adapter, ask_limits, found, radio, scan};

/// All objects of org.bluez: path → interfaces with their properties.
async fn objects() -> HashMap<OwnedObjectPath, HashMap<String, HashMap<String, OwnedValue>>> {
    let connection = zbus::Connection::system().await.unwrap();
    let manager = ObjectManagerProxy::builder(&connection).destination("org.bluez").unwrap();
    let manager = manager.path("/").unwrap().build().await.unwrap();
    let objects = manager.get_managed_objects().await.unwrap().into_iter();
    objects
        .map(|(path, interfaces)| {
            (path, interfaces.into_iter().map(|(name, properties)| (name.to_string(), properties)).collect())
        })
        .collect()
}

/// Ends a link in order, so that the library has nothing left to do when the test ends.
async fn hang_up(mut connection: Connection) {
    connection.link.disconnect().await;
    while connection.events.next().await.is_some() {}
}

fn text(value: &OwnedValue) -> String {
    value.downcast_ref::<String>().unwrap()
}

#[test]
fn an_older_device_is_found_opened_by_its_key_and_asked() {
    on_private_bus("kinds::an_older_device_is_found_opened_by_its_key_and_asked", async {
        let mut simulator = Simulator::start(&["--device", "og@X"]).await;
        let (radio, mut events) = radio();
        let id = scan(&radio, &mut events).await;
        let mut connection = radio.connect(&id).await.unwrap();
        assert!(connection.gatt.has_service(ids::LEGACY) && !connection.gatt.has_service(ids::LORAX));
        let link = &connection.link;
        assert_eq!(link.read(ids::SOFTWARE_REVISION).await.unwrap(), b"X");
        let locked = link.read(ids::legacy(0x20)).await;
        assert!(matches!(locked, Err(LinkError::Other(_))), "{locked:?}");
        let seed = link.read(ids::legacy(0xe0)).await.unwrap();
        let key = {
            use sha2::{Digest, Sha256};
            let key = *b"\x15\x4a\xd9\x73\x45\xa2\x96\x15\x01\xb5\xe4\xf6\x26\x50\x9c\xf8";
            Sha256::digest([&key[..], &seed].concat())[..16].to_vec()
        };
        link.write(ids::legacy(0xe0), &key, WriteMode::WithResponse).await.unwrap();
        assert_eq!(link.read(ids::legacy(0x20)).await.unwrap(), 82.0_f32.to_le_bytes());
        link.write(ids::legacy(0x40), &7.0_f32.to_le_bytes(), WriteMode::WithResponse).await.unwrap();
        assert_eq!(simulator.report("heat").await["count"], 1);
        simulator.tell("drop").await;
        assert_eq!(connection.events.next().await, Some(LinkEvent::Closed));
    });
}

#[test]
fn a_proxy_tells_its_numbers_as_integers() {
    on_private_bus("kinds::a_proxy_tells_its_numbers_as_integers", async {
        let mut simulator = Simulator::start(&["--device", "proxy-haze"]).await;
        simulator.tell("get /p/bat/soc").await;
        let told = simulator.report("attribute").await;
        assert_eq!(told["value"], "08200000", "8200 hundredths");
        simulator.tell("set /p/bat/temp ff010000").await;
        simulator.tell("get /p/bat/temp").await;
        assert_eq!(simulator.report("attribute").await["value"], "ff010000");
    });
}

#[test]
fn what_a_real_bluetoothd_shows_beside_the_services_is_there() {
    on_private_bus("kinds::what_a_real_bluetoothd_shows_beside_the_services_is_there", async {
        let _simulator = Simulator::start(&["--bonded", "--quirk", "mtu=185"]).await;
        let (radio, mut events) = radio();
        let id = scan(&radio, &mut events).await;
        let connection = radio.connect(&id).await.unwrap();
        let objects = objects().await;
        let of = |interface: &str| -> Vec<&HashMap<String, OwnedValue>> {
            objects.values().filter_map(|interfaces| interfaces.get(interface)).collect()
        };
        let services: Vec<String> =
            of("org.bluez.GattService1").iter().map(|service| text(&service["UUID"])).collect();
        assert!(services.contains(&ids::sig(0x1801).to_string()), "{services:?}");
        assert!(services.contains(&ids::PUP.to_string()), "{services:?}");
        let descriptors = of("org.bluez.GattDescriptor1");
        assert!(
            descriptors.iter().all(|descriptor| text(&descriptor["UUID"]) == ids::sig(0x2902).to_string())
        );
        // REPLY, EVENT, the answers of the updater, and service changed.
        assert_eq!(descriptors.len(), 4);
        let characteristics = of("org.bluez.GattCharacteristic1");
        let mtu: u16 = characteristics[0]["MTU"].downcast_ref().unwrap();
        assert_eq!(mtu, 185);

        let oversized = connection.link.write(ids::COMMAND, &[0; 183], WriteMode::WithoutResponse).await;
        assert!(matches!(oversized, Err(LinkError::Other(_))), "{oversized:?}");
        connection.link.write(ids::COMMAND, &[0; 182], WriteMode::WithoutResponse).await.unwrap();
        hang_up(connection).await;
    });
}

#[test]
fn with_two_adapters_each_knows_the_device_on_its_own() {
    on_private_bus("kinds::with_two_adapters_each_knows_the_device_on_its_own", async {
        let mut simulator = Simulator::start(&["--adapters", "2"]).await;
        let (radio, mut events) = radio();
        let adapters = |events: &Vec<AdapterInfo>| -> Vec<(String, bool)> {
            events.iter().map(|adapter| (adapter.name.clone(), adapter.in_use)).collect()
        };
        let both = loop {
            if let RadioEvent::Adapters(list) = events.next().await.unwrap()
                && list.len() == 2
            {
                break list;
            }
        };
        assert_eq!(adapters(&both), [("hci0".to_owned(), true), ("hci1".to_owned(), false)]);
        assert_ne!(both[0].id, both[1].id);

        radio.start_scan().await.unwrap();
        let (id, _) = found(&mut events).await;
        let connection = radio.connect(&id).await.unwrap();
        connection.link.read(ids::VERSION).await.unwrap();
        simulator.report("paired").await;
        connection.link.disconnect().await;
        simulator.report("disconnected").await;

        // The first is pulled: the second one hears the device, and has no bond with it.
        simulator.tell("unplug hci0").await;
        while adapter(&mut events).await != AdapterState::On("hci1".to_owned()) {}
        let heard = loop {
            let (id, heard) = found(&mut events).await;
            if !heard.bonded {
                break id;
            }
        };
        let mut connection = radio.connect(&heard).await.unwrap();
        connection.link.read(ids::VERSION).await.unwrap();
        simulator.report("paired").await;
        connection.link.subscribe(ids::REPLY).await.unwrap();
        ask_limits(&mut connection, 1).await;
        hang_up(connection).await;
    });
}

#[test]
fn quirks_are_those_of_the_command_line_and_the_console_tells_what_was_asked() {
    on_private_bus(
        "kinds::quirks_are_those_of_the_command_line_and_the_console_tells_what_was_asked",
        async {
            let quirks = ["first-connects-fail=1", "no-services-advertised", "early-replies"];
            let quirks = quirks.iter().flat_map(|quirk| ["--quirk", quirk]);
            let arguments: Vec<&str> = ["--bonded", "--seed", "7"].into_iter().chain(quirks).collect();
            let mut simulator = Simulator::start(&arguments).await;
            let (radio, mut events) = radio();
            assert_eq!(adapter(&mut events).await, AdapterState::On("hci0".to_owned()));
            radio.start_scan().await.unwrap();
            let (id, heard) = found(&mut events).await;
            assert!(heard.services.is_empty(), "{:?}", heard.services);
            assert!(radio.connect(&id).await.is_err());
            let mut connection = radio.connect(&id).await.unwrap();
            connection.link.read(ids::VERSION).await.unwrap();
            connection.link.subscribe(ids::REPLY).await.unwrap();
            simulator.tell("counts").await;
            let before = simulator.report("counts").await;
            ask_limits(&mut connection, 1).await;
            simulator.tell("replies off").await;
            simulator.tell("counts").await;
            let after = simulator.report("counts").await;
            assert_eq!(before["links"], 1, "the refused one is none");
            assert_eq!(before["round_trips"].as_u64().map(|count| count + 1), after["round_trips"].as_u64());
            connection.link.write(ids::COMMAND, &[2, 0, 2], WriteMode::WithoutResponse).await.unwrap();
            let silence = tokio::time::timeout(Duration::from_millis(200), connection.events.next()).await;
            assert!(silence.is_err(), "{silence:?}");
            hang_up(connection).await;
        },
    );
}

#[test]
fn a_command_line_that_cannot_be_had_says_why() {
    for (arguments, reason) in [
        (["--speed", "0"], "from 0.001 to 1000"),
        (["--quirk", "explodes"], "no quirk `explodes`"),
        (["--device", "opal@Q"], "no firmware `Q`"),
    ] {
        let run = std::process::Command::new(env!("CARGO_BIN_EXE_hearth-sim"))
            .arg("bluez")
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let words = String::from_utf8_lossy(&run.stderr).into_owned();
        assert!(!run.status.success() && words.contains(reason), "{words}");
    }
}

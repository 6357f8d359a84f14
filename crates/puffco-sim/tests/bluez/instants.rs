//! A try to connect that ends at any instant of it: everything else goes on.

use std::sync::Arc;
use std::time::Duration;

use hearth_clock::Clock;
use puffco::link::{DeviceId, Radio};
use puffco_ble::BleRadio;
use zbus::Connection;

use crate::bus::{Simulator, on_private_bus_cut_short};
use crate::{radio, scan};

/// Tries, and by how much each of them ends later than the one before.
const TRIES: u32 = 80;
const STEP: Duration = Duration::from_micros(150);
/// A scan that does not go on within this time never does.
const GOES_ON: Duration = Duration::from_secs(10);
/// Meanwhile the last try has taken everything back.
const SETTLED: Duration = Duration::from_millis(500);

#[zbus::proxy(
    interface = "org.bluez.Adapter1",
    default_service = "org.bluez",
    default_path = "/org/bluez/hci0",
    gen_blocking = false
)]
trait Adapter1 {
    #[zbus(property)]
    fn set_powered(&self, powered: bool) -> zbus::Result<()>;
    #[zbus(property)]
    fn discovering(&self) -> zbus::Result<bool>;
}

#[zbus::proxy(interface = "org.bluez.Device1", default_service = "org.bluez", gen_blocking = false)]
trait Device1 {
    fn connect(&self) -> zbus::Result<()>;
    fn pair(&self) -> zbus::Result<()>;
}

impl Adapter1Proxy<'_> {
    async fn here() -> Self {
        let bus = Connection::system().await.unwrap();
        let uncached = zbus::proxy::CacheProperties::No;
        Self::builder(&bus).cache_properties(uncached).build().await.unwrap()
    }

    /// Waits until somebody scans; says in which try nobody did.
    async fn is_scanned(&self, try_number: u32) {
        let scanned = async { while !self.discovering().await.unwrap() {} };
        let scanned = tokio::time::timeout(GOES_ON, scanned).await;
        assert!(scanned.is_ok(), "nobody scans after try {try_number}");
    }
}

/// The timer's steps are too large to end a try between two calls to the bus.
async fn passed(time: Duration) {
    let clock = Clock::new();
    let end = clock.now().instant + time;
    while clock.now().instant < end {
        tokio::task::yield_now().await;
    }
}

async fn begin(arguments: &[&str]) -> (Simulator, Arc<BleRadio>, DeviceId, Adapter1Proxy<'static>) {
    let simulator = Simulator::start(arguments).await;
    let (radio, mut events) = radio();
    let id = scan(&radio, &mut events).await;
    (simulator, Arc::new(radio), id, Adapter1Proxy::here().await)
}

#[test]
fn the_scan_goes_on_whenever_a_try_to_connect_is_given_up() {
    on_private_bus_cut_short("instants::the_scan_goes_on_whenever_a_try_to_connect_is_given_up", async {
        let (_simulator, radio, id, adapter) = begin(&["--bonded"]).await;
        for number in 0..TRIES {
            tokio::select! {
                _ = radio.connect(&id) => {}
                () = passed(STEP * number) => {}
            }
            adapter.is_scanned(number).await;
        }
    });
}

#[test]
fn the_scan_goes_on_whenever_the_adapter_is_switched_off_around_a_try_to_connect() {
    on_private_bus_cut_short(
        "instants::the_scan_goes_on_whenever_the_adapter_is_switched_off_around_a_try_to_connect",
        async {
            let (_simulator, radio, id, adapter) = begin(&["--bonded"]).await;
            for number in 0..TRIES {
                let (radio, id) = (radio.clone(), id.clone());
                let off_first = number % 2 == 0;
                let early = if off_first { STEP * number } else { Duration::ZERO };
                let connecting = tokio::spawn(async move {
                    passed(early).await;
                    radio.connect(&id).await
                });
                passed(STEP * number - early).await;
                adapter.set_powered(false).await.unwrap();
                drop(connecting.await.unwrap());
                adapter.set_powered(true).await.unwrap();
                adapter.is_scanned(number).await;
            }
        },
    );
}

#[test]
fn no_bond_is_agreed_to_after_a_try_to_connect_was_given_up() {
    on_private_bus_cut_short("instants::no_bond_is_agreed_to_after_a_try_to_connect_was_given_up", async {
        let (_simulator, radio, id, adapter) = begin(&[]).await;
        // The last ones open no link.
        for number in (0..TRIES).rev() {
            tokio::select! {
                _ = radio.connect(&id) => {}
                () = passed(STEP * number) => {}
            }
            adapter.is_scanned(number).await;
        }
        tokio::time::sleep(SETTLED).await;
        let bus = Connection::system().await.unwrap();
        let path = format!("/org/bluez/hci0/dev_{}", id.0.replace(':', "_"));
        let device = Device1Proxy::builder(&bus).path(path).unwrap().build().await.unwrap();
        device.connect().await.unwrap();
        // Nobody is asked: another program's pairing is not this one's to answer.
        match device.pair().await {
            Err(zbus::Error::MethodError(name, ..)) => {
                assert_eq!(name.as_str(), "org.bluez.Error.AuthenticationFailed");
            }
            other => panic!("{other:?}"),
        }
    });
}

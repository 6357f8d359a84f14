//! What BlueZ wants beside btleplug: adapters that come and go, connecting with a deadline, trust, and the
//! bond. Everything goes over one D-Bus connection of our own, to the same bus as btleplug's.

mod agent;
mod daemon;
mod logind;
mod setup;
mod watch;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use btleplug::api::Manager as _;
use btleplug::platform::{Manager, Peripheral};
use puffco::link::{DeviceId, LinkError};
use tokio::task::JoinHandle;
use zbus::Connection;
use zbus::zvariant::{OwnedObjectPath, Value};

use crate::adapters::{Adapters, Present};
use crate::sleep::Sleeps;
use agent::Agent;
pub(crate) use setup::Bonding;

/// How long bluetoothd may take for any call. Connecting and bonding have their own, shorter limits.
const CALL_LIMIT: Duration = Duration::from_secs(30);

/// The alias by which a simulated adapter says what it is.
const SIMULATED_ALIAS: &str = "Hearth simulated adapter";

/// The Bluetooth side of this computer, while its bus lives.
pub(crate) struct Host {
    connection: Connection,
    agent: Arc<Agent>,
    rebuffs: setup::Rebuffs,
    adapters: tokio::sync::watch::Receiver<Adapters>,
    watch: JoinHandle<()>,
    logind: JoinHandle<()>,
}

impl Host {
    /// Connects to the system bus, looks for adapters, and goes on watching them, and the computer's sleep.
    pub(crate) async fn open(sleeps: &Sleeps) -> Result<Self, LinkError> {
        let connection = connect_to_bus().await.map_err(|error| daemon::classify(&error))?;
        let agent = Agent::serve(&connection).await.map_err(|error| daemon::classify(&error))?;
        let manager = Manager::new().await.map_err(crate::failure::classify)?;
        let (adapters, watch) = watch::start(connection.clone(), manager, agent.clone())
            .await
            .map_err(|error| daemon::classify(&error))?;
        let logind = logind::start(connection.clone(), sleeps.clone());
        Ok(Self { connection, agent, rebuffs: setup::Rebuffs::default(), adapters, watch, logind })
    }

    /// What adapters there are; ends with the bus.
    pub(crate) fn adapters(&self) -> tokio::sync::watch::Receiver<Adapters> {
        self.adapters.clone()
    }

    /// Looks again now; whether that found something new. On Linux every change is signalled.
    pub(crate) async fn look_again(&self) -> bool {
        false
    }

    /// Starts this program's discovery. Not by btleplug, which would switch an adapter on that somebody just
    /// switched off.
    pub(crate) async fn start_scan(&self, present: &Present) -> Result<(), LinkError> {
        let start = async {
            let adapter = self.adapter(present).await?;
            let filter =
                HashMap::from([("Transport", Value::from("le")), ("DuplicateData", Value::from(true))]);
            adapter.set_discovery_filter(filter).await?;
            match adapter.start_discovery().await {
                // By an earlier call of ours; or the kernel still discovers for a bluetoothd that ended. Only
                // a discovery that bluetoothd itself began is heard.
                Err(error) if daemon::is(&error, "org.bluez.Error.InProgress") => {
                    let _ = adapter.stop_discovery().await;
                    adapter.start_discovery().await
                }
                answer => answer,
            }
        };
        start.await.map_err(|error| daemon::classify(&error))
    }

    /// Ends this program's discovery.
    pub(crate) async fn stop_scan(&self, present: &Present) -> Result<(), LinkError> {
        let stop = async { self.adapter(present).await?.stop_discovery().await };
        stop.await.map_err(|error| daemon::classify(&error))
    }

    async fn adapter(&self, present: &Present) -> zbus::Result<daemon::Adapter1Proxy<'static>> {
        daemon::Adapter1Proxy::builder(&self.connection)
            .path(format!("/org/bluez/{}", present.name))?
            .cache_properties(zbus::proxy::CacheProperties::No)
            .build()
            .await
    }

    /// Whether BlueZ holds a bond with the device.
    pub(crate) async fn is_bonded(&self, peripheral: &Peripheral) -> bool {
        match self.device(peripheral).await {
            Ok(device) => device.paired().await.unwrap_or(false),
            Err(_) => false,
        }
    }

    async fn device(&self, peripheral: &Peripheral) -> zbus::Result<daemon::Device1Proxy<'static>> {
        daemon::Device1Proxy::builder(&self.connection)
            .path(object_path(peripheral)?)?
            .cache_properties(zbus::proxy::CacheProperties::No)
            .build()
            .await
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.watch.abort();
        self.logind.abort();
    }
}

/// What a device is remembered by: its address. Adapters have other paths to it.
pub(crate) fn device_id(peripheral: &Peripheral) -> DeviceId {
    use btleplug::api::Peripheral as _;
    DeviceId(peripheral.address().to_string())
}

fn object_path(peripheral: &Peripheral) -> zbus::Result<OwnedObjectPath> {
    use btleplug::api::Peripheral as _;
    Ok(OwnedObjectPath::try_from(format!("/org/bluez/{}", peripheral.id()))?)
}

async fn connect_to_bus() -> zbus::Result<Connection> {
    zbus::connection::Builder::system()?.method_timeout(CALL_LIMIT).build().await
}

/// The adapters that btleplug knows, by object path.
async fn btleplug_adapters(manager: &Manager) -> Vec<(String, btleplug::platform::Adapter)> {
    use btleplug::api::Central as _;
    let mut adapters = Vec::new();
    for adapter in manager.adapters().await.unwrap_or_default() {
        // "hci0 (usb:v1D6Bp0246d0542)"
        if let Ok(info) = adapter.adapter_info().await
            && let Some(name) = info.split_whitespace().next()
        {
            adapters.push((format!("/org/bluez/{name}"), adapter));
        }
    }
    adapters
}

//! macOS and Windows: the system itself bonds when an encrypted value is read, and shows its own dialog.

use std::time::Duration;

use btleplug::api::{Central as _, CentralEvent, CentralState, Manager as _, Peripheral as _, ScanFilter};
use btleplug::platform::{Adapter, Manager, Peripheral};
use futures::StreamExt;
use puffco::link::{DeviceId, LinkError};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::adapters::{Adapters, Present};
use crate::failure::classify;

/// Limit of opening the link.
const CONNECT_LIMIT: Duration = Duration::from_secs(12);

/// Limit of asking for services.
const DISCOVER_LIMIT: Duration = Duration::from_secs(12);

/// The Bluetooth side of this computer.
pub(crate) struct Host {
    adapters: watch::Sender<Adapters>,
    manager: Manager,
    watch: std::sync::Mutex<Option<JoinHandle<()>>>,
}

impl Host {
    /// Looks for an adapter, and goes on watching it.
    pub(crate) async fn open() -> Result<Self, LinkError> {
        let manager = Manager::new().await.map_err(classify)?;
        let (adapters, _) = watch::channel(Adapters::Missing);
        let host = Self { adapters, manager, watch: std::sync::Mutex::new(None) };
        host.look_again().await;
        Ok(host)
    }

    /// What adapters there are.
    pub(crate) fn adapters(&self) -> watch::Receiver<Adapters> {
        self.adapters.subscribe()
    }

    /// Looks again now: these systems do not tell of an adapter that is plugged in later.
    pub(crate) async fn look_again(&self) {
        if matches!(*self.adapters.borrow(), Adapters::Present(_)) {
            return;
        }
        let adapter = match self.manager.adapters().await.map_err(classify) {
            Ok(adapters) => adapters.into_iter().next(),
            Err(error) => {
                self.adapters.send_replace(Adapters::from_error(&error).unwrap_or(Adapters::Missing));
                return;
            }
        };
        let Some(adapter) = adapter else { return };
        self.adapters.send_replace(look(&adapter).await);
        let Ok(mut events) = adapter.events().await else { return };
        let adapters = self.adapters.clone();
        let task = tokio::spawn(async move {
            while let Some(event) = events.next().await {
                if matches!(event, CentralEvent::StateUpdate(_)) {
                    adapters.send_replace(look(&adapter).await);
                }
            }
        });
        let mut watch = self.watch.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(old) = watch.replace(task) {
            old.abort();
        }
    }

    /// Starts a scan for everything.
    pub(crate) async fn start_scan(&self, present: &Present) -> Result<(), LinkError> {
        present.adapter.start_scan(ScanFilter::default()).await.map_err(classify)
    }

    /// Ends the scan.
    pub(crate) async fn stop_scan(&self, present: &Present) -> Result<(), LinkError> {
        present.adapter.stop_scan().await.map_err(classify)
    }

    /// Whether the system holds a bond: not told here.
    pub(crate) async fn is_bonded(&self, _peripheral: &Peripheral) -> bool {
        false
    }

    /// Opens a link. When this fails or is dropped, the caller disconnects.
    pub(crate) async fn connect(&self, peripheral: &Peripheral) -> Result<Bonding, LinkError> {
        peripheral.connect_with_timeout(CONNECT_LIMIT).await.map_err(classify)?;
        Ok(Bonding)
    }

    /// Asks for the services of a connected device.
    pub(crate) async fn discover(&self, peripheral: &Peripheral) -> Result<(), LinkError> {
        peripheral.discover_services_with_timeout(DISCOVER_LIMIT).await.map_err(classify)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let watch = self.watch.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(task) = watch.take() {
            task.abort();
        }
    }
}

async fn look(adapter: &Adapter) -> Adapters {
    let name = adapter.adapter_info().await.unwrap_or_else(|_| "Bluetooth".to_owned());
    // macOS says "unknown" until it has asked the hardware, and while it has not asked the person.
    let powered = adapter.adapter_state().await.is_ok_and(|state| state != CentralState::PoweredOff);
    Adapters::Present(Present { adapter: adapter.clone(), name, powered, simulated: false })
}

/// What a device is remembered by: its address, or on macOS an id that only this computer uses.
pub(crate) fn device_id(peripheral: &Peripheral) -> DeviceId {
    DeviceId(peripheral.id().to_string())
}

/// Nothing is to be done for a bond here.
pub(crate) struct Bonding;

impl Bonding {
    /// Always.
    pub(crate) fn is_settled(&self) -> bool {
        true
    }

    /// Nothing to make sure of.
    pub(crate) async fn settle(&mut self, _read: &Result<Vec<u8>, LinkError>) -> Result<bool, LinkError> {
        Ok(false)
    }
}

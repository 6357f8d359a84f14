//! macOS and Windows: the system itself bonds when an encrypted value is read, and shows its own dialog.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use btleplug::api::{Central as _, CentralEvent, CentralState, Manager as _, Peripheral as _, ScanFilter};
use btleplug::platform::{Adapter, Manager, Peripheral};
use futures::StreamExt;
use puffco::link::{DeviceId, LinkError};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::adapters::{Adapters, Present};
use crate::failure::{PAIRING_HINT, classify};
use crate::sleep::Sleeps;

/// Limit of opening the link.
const CONNECT_LIMIT: Duration = Duration::from_secs(12);

/// Limit of asking for services.
const DISCOVER_LIMIT: Duration = Duration::from_secs(12);

/// The Bluetooth side of this computer.
pub(crate) struct Host {
    adapters: watch::Sender<Adapters>,
    manager: Manager,
    watches: Mutex<Vec<JoinHandle<()>>>,
}

impl Host {
    /// Looks for adapters, and goes on watching them. Nothing is told of the computer's sleep here.
    pub(crate) async fn open(_sleeps: &Sleeps) -> Result<Self, LinkError> {
        let manager = Manager::new().await.map_err(classify)?;
        let adapters = watch::Sender::new(Adapters::missing());
        let host = Self { adapters, manager, watches: Mutex::default() };
        host.look_again().await;
        Ok(host)
    }

    /// What adapters there are.
    pub(crate) fn adapters(&self) -> watch::Receiver<Adapters> {
        self.adapters.subscribe()
    }

    /// Looks again now; whether that found something new. These systems do not tell of an adapter that is
    /// plugged in later, and btleplug not of a permission that is given later.
    pub(crate) async fn look_again(&self) -> bool {
        if matches!(&*self.adapters.borrow(), Adapters::Found(list) if !list.is_empty()) {
            return false;
        }
        let found = match self.manager.adapters().await.map_err(classify) {
            Ok(found) => found,
            Err(error) => {
                let adapters = Adapters::from_error(&error).unwrap_or_else(Adapters::missing);
                self.adapters.send_replace(adapters);
                return true;
            }
        };
        let mut list = Vec::new();
        for (number, adapter) in found.into_iter().enumerate() {
            list.push(look(adapter, number).await);
        }
        let mut watches = self.watches.lock().unwrap_or_else(PoisonError::into_inner);
        for old in watches.drain(..) {
            old.abort();
        }
        for present in &list {
            let task = follow(self.adapters.clone(), self.manager.clone(), present.clone());
            watches.push(tokio::spawn(task));
        }
        self.adapters.send_replace(Adapters::Found(list));
        true
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
        Ok(Bonding { settled: false })
    }

    /// Asks for the services of a connected device.
    pub(crate) async fn discover(&self, peripheral: &Peripheral) -> Result<(), LinkError> {
        peripheral.discover_services_with_timeout(DISCOVER_LIMIT).await.map_err(classify)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        for task in self.watches.get_mut().unwrap_or_else(PoisonError::into_inner).drain(..) {
            task.abort();
        }
    }
}

/// Keeps the power of one adapter current.
async fn follow(adapters: watch::Sender<Adapters>, manager: Manager, present: Present) {
    let Ok(mut events) = present.adapter.events().await else { return };
    while let Some(event) = events.next().await {
        let CentralEvent::StateUpdate(state) = event else { continue };
        if state == CentralState::Unknown && is_refused(&manager).await {
            adapters.send_replace(Adapters::NotAllowed);
            return;
        }
        let powered = is_on(state);
        adapters.send_modify(|adapters| {
            let Adapters::Found(list) = adapters else { return };
            if let Some(known) = list.iter_mut().find(|known| known.name == present.name) {
                // What was begun before it went off is over, also when it is on again by now.
                known.epoch += u64::from(!powered);
                known.powered = powered;
            }
        });
    }
}

/// Whether the person has refused Bluetooth to this program. macOS asks at the first use, and btleplug tells
/// only when it is opened.
async fn is_refused(manager: &Manager) -> bool {
    cfg!(target_os = "macos")
        && matches!(manager.adapters().await.map_err(classify), Err(LinkError::PermissionDenied))
}

/// macOS says "unknown" until it has asked the hardware, and while it has not asked the person.
fn is_on(state: CentralState) -> bool {
    state != CentralState::PoweredOff
}

async fn look(adapter: Adapter, number: usize) -> Present {
    let what = adapter.adapter_info().await.unwrap_or_else(|_| "Bluetooth".to_owned());
    // All of one system are called the same.
    let name = if number == 0 { what } else { format!("{what} {}", number + 1) };
    let address = adapter.adapter_address().await.ok().flatten();
    let id = address.map_or_else(|| name.clone(), |address| address.to_string());
    let powered = adapter.adapter_state().await.is_ok_and(is_on);
    Present { adapter, id, name, powered, simulated: false, epoch: 0 }
}

/// What a device is remembered by: its address, or on macOS an id that only this computer uses.
pub(crate) fn device_id(peripheral: &Peripheral) -> DeviceId {
    DeviceId(peripheral.id().to_string())
}

/// The bond of one link. The system makes it by itself at the first encrypted read, after asking the person.
pub(crate) struct Bonding {
    settled: bool,
}

impl Bonding {
    /// A first read has shown that nothing is missing.
    pub(crate) fn is_settled(&self) -> bool {
        self.settled
    }

    /// After a first read: what its failure means. Never asks for a repetition.
    pub(crate) async fn settle(
        &mut self,
        read: &Result<Vec<u8>, LinkError>,
        _wants_bond: bool,
    ) -> Result<bool, LinkError> {
        match read {
            Ok(_) => self.settled = true,
            // Windows says "access denied" or "protocol error" where a bond is missing or not known any more.
            Err(LinkError::PermissionDenied) => return Err(LinkError::NotPaired(PAIRING_HINT.to_owned())),
            Err(LinkError::Other(words)) if words.contains("ProtocolError") => {
                return Err(LinkError::NotPaired(PAIRING_HINT.to_owned()));
            }
            Err(_) => {}
        }
        Ok(false)
    }
}

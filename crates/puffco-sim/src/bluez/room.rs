//! Who is in the room: adapters, devices, and what BlueZ knows of each device on each adapter.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use uuid::Uuid;

use super::handles::{self, ServiceNode};
use crate::config::SimModel;
use crate::device::SimDevice;

/// One adapter.
pub(super) struct Adapter {
    /// Object path.
    pub(super) path: String,
    pub(super) address: [u8; 6],
    pub(super) plugged: bool,
    pub(super) powered: bool,
    /// The clients that discover.
    pub(super) discovering: BTreeSet<String>,
}

impl Adapter {
    pub(super) fn new(number: u8) -> Self {
        Self {
            path: format!("/org/bluez/hci{number}"),
            address: [0x00, 0x00, 0x5e, 0x00, 0x53, number + 1],
            plugged: true,
            powered: true,
            discovering: BTreeSet::new(),
        }
    }

    /// `hci0`
    pub(super) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Whether it hears advertisements.
    pub(super) fn listens(&self) -> bool {
        self.plugged && self.powered && !self.discovering.is_empty()
    }
}

/// A device in the room.
pub(super) struct Nearby {
    device: Arc<Mutex<SimDevice>>,
    pub(super) model: SimModel,
    pub(super) reported_state: u8,
    pub(super) reported_heats: u32,
}

impl Nearby {
    pub(super) fn new(model: SimModel, device: SimDevice) -> Self {
        Self {
            model,
            reported_state: device.operating_state().0,
            reported_heats: 0,
            device: Arc::new(Mutex::new(device)),
        }
    }

    /// What it is to this adapter.
    pub(super) fn peer(&self, number: usize, adapter: &Adapter) -> Peer {
        Peer::new(number, &adapter.path, &self.device)
    }

    pub(super) fn device(&self) -> MutexGuard<'_, SimDevice> {
        self.device.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One device and what BlueZ knows of it on one adapter.
pub(super) struct Peer {
    device: Arc<Mutex<SimDevice>>,
    /// The adapter that hears it.
    pub(super) adapter: usize,
    /// Object path.
    pub(super) path: String,
    /// What is below it while its services are known.
    pub(super) services: Vec<ServiceNode>,
    /// The name that it was last heard with.
    pub(super) name: String,
    /// Its object is on the bus: it was heard, or is bonded.
    pub(super) known: bool,
    pub(super) gatt_exported: bool,
    pub(super) paired: bool,
    /// The device's side of the bond.
    pub(super) kept: bool,
    pub(super) trusted: bool,
    pub(super) connected: bool,
    pub(super) resolved: bool,
    /// While it is heard.
    pub(super) rssi: Option<i16>,
    pub(super) notifying: BTreeSet<Uuid>,
    /// A client is connecting, by this try.
    pub(super) connecting: Option<u64>,
    /// Tries to connect so far.
    pub(super) tries: u64,
}

impl Peer {
    fn new(adapter: usize, adapter_path: &str, shared: &Arc<Mutex<SimDevice>>) -> Self {
        let device = shared.lock().unwrap_or_else(PoisonError::into_inner);
        let address = address_text(device.config().address);
        let path = format!("{adapter_path}/dev_{}", address.replace(':', "_"));
        // The bonds that there are at start are the first adapter's.
        let first = adapter == 0;
        Self {
            services: handles::lay_out(&path, device.services()),
            adapter,
            path,
            name: device.name(),
            known: false,
            gatt_exported: false,
            paired: first && device.is_bonded_for_host(),
            kept: first && device.is_bonded(),
            trusted: false,
            connected: false,
            resolved: false,
            rssi: None,
            notifying: BTreeSet::new(),
            connecting: None,
            tries: 0,
            device: Arc::clone(shared),
        }
    }

    pub(super) fn device(&self) -> MutexGuard<'_, SimDevice> {
        self.device.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it is this device.
    pub(super) fn is(&self, nearby: &Nearby) -> bool {
        Arc::ptr_eq(&self.device, &nearby.device)
    }

    /// Ends its link.
    pub(super) fn hang_up(&mut self, now: Instant) {
        self.connecting = None;
        if self.connected {
            self.device().disconnect(now);
        }
    }

    /// Path of a characteristic.
    pub(super) fn characteristic_path(&self, id: Uuid) -> Option<&str> {
        let mut all = self.services.iter().flat_map(|service| &service.characteristics);
        all.find(|node| node.id == id).map(|node| node.path.as_str())
    }

    /// The services that programs hear of: those advertised, or all once they are known.
    pub(super) fn uuids(&self) -> Vec<String> {
        let device = self.device();
        let hidden = device.config().quirks.no_services_advertised;
        let services = device.services();
        let count = if self.gatt_exported { services.len() } else { usize::from(!hidden) };
        services.iter().take(count).map(|service| service.id.to_string()).collect()
    }
}

/// `84:2E:14:…`
pub(super) fn address_text(address: [u8; 6]) -> String {
    address.map(|byte| format!("{byte:02X}")).join(":")
}

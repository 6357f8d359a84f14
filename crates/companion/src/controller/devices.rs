//! The remembered devices, the scan, and which device heats with the group.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use puffco::device::Phase;
use puffco::link::DeviceId;

use super::device::KnownDevice;
use super::found::Found;
use crate::contract::{AdapterView, BluetoothState, DeviceView, ScanView};
use crate::identity::Fingerprints;
use crate::saved::{Saved, SavedDevice};

/// A scan that nobody stops ends by itself.
const LONGEST_SCAN: Duration = Duration::from_secs(120);

/// The devices.
#[derive(Debug)]
pub struct Devices {
    pub(super) known: BTreeMap<DeviceId, KnownDevice>,
    pub(super) in_use: Option<DeviceId>,
    pub(super) found: Found,
    bluetooth: BluetoothState,
    /// A person looks for devices, since then.
    pub(super) looking: Option<(Instant, u64)>,
    /// The radios are scanning.
    pub(super) scanning: bool,
}

impl Devices {
    /// The remembered ones, without links.
    #[must_use]
    pub fn new(saved: &Saved) -> Self {
        let known = saved
            .devices
            .iter()
            .map(|device| (DeviceId(device.id.clone()), KnownDevice::new(device.clone())));
        let known: BTreeMap<_, _> = known.collect();
        let in_use = saved.in_use.clone().map(DeviceId).filter(|id| known.contains_key(id));
        Self {
            known,
            in_use,
            found: Found::default(),
            bluetooth: BluetoothState::Unknown,
            looking: None,
            scanning: false,
        }
    }

    /// What is to be remembered.
    #[must_use]
    pub fn saved(&self) -> Vec<SavedDevice> {
        self.known.values().map(|device| device.saved().clone()).collect()
    }

    /// The device that heats with the group.
    #[must_use]
    pub fn in_use(&self) -> Option<&DeviceId> {
        self.in_use.as_ref()
    }

    /// The device that heats with the group, with what is known of it.
    #[must_use]
    pub fn used(&self) -> Option<&KnownDevice> {
        self.known.get(self.in_use.as_ref()?)
    }

    /// What faces see of a device.
    #[must_use]
    pub fn view(&self) -> Vec<DeviceView> {
        let view = |device: &KnownDevice| {
            let id = device.id();
            device.view(self.in_use.as_ref() == Some(&id), self.found.rssi(&id))
        };
        self.known.values().map(view).collect()
    }

    /// What faces see of the scan.
    #[must_use]
    pub fn scan_view(&self, adapters: Vec<AdapterView>, adapter_chosen: Option<String>) -> ScanView {
        ScanView {
            scanning: self.looking.is_some(),
            started_at: self.looking.map(|(_, ms)| ms as f64),
            bluetooth: self.bluetooth,
            adapters,
            adapter_chosen,
            found: self.found.view(|id| self.known.contains_key(id)),
        }
    }

    /// Every device.
    pub fn each_mut(&mut self) -> impl Iterator<Item = (&DeviceId, &mut KnownDevice)> {
        self.known.iter_mut()
    }

    /// A device.
    #[must_use]
    pub fn get(&self, id: &DeviceId) -> Option<&KnownDevice> {
        self.known.get(id)
    }

    /// A device.
    pub fn get_mut(&mut self, id: &DeviceId) -> Option<&mut KnownDevice> {
        self.known.get_mut(id)
    }

    /// Bluetooth changed. What it was before.
    pub fn set_bluetooth(&mut self, bluetooth: BluetoothState) -> BluetoothState {
        std::mem::replace(&mut self.bluetooth, bluetooth)
    }

    /// The id of a device that is named by this id, or was before it was given another.
    #[must_use]
    pub fn present_id(&self, id: DeviceId) -> DeviceId {
        if self.known.contains_key(&id) {
            return id;
        }
        self.known.values().find(|device| device.was(&id)).map_or(id, KnownDevice::id)
    }

    /// A device other than this one that seems to be the same, under another id of the same radio.
    #[must_use]
    pub fn twin(&self, id: &DeviceId, fingerprints: &Fingerprints) -> Option<DeviceId> {
        let radio = |id: &DeviceId| id.0.split_once(':').map(|(radio, _)| radio.to_owned());
        let is_twin = |known: &&KnownDevice| {
            let other = known.id();
            other != *id && radio(&other) == radio(id) && known.saved().fingerprints.are_of_same(fingerprints)
        };
        self.known.values().find(is_twin).map(KnownDevice::id)
    }

    /// Takes a device out, which is known under another id from now on.
    pub fn replace(&mut self, old: &DeviceId, new: &DeviceId) -> Option<KnownDevice> {
        let earlier = self.known.remove(old)?;
        if self.in_use.as_ref() == Some(old) {
            self.in_use = Some(new.clone());
        }
        Some(earlier)
    }

    /// Time has passed.
    pub fn tick(&mut self, now: Instant) {
        self.found.prune(now);
        for device in self.known.values_mut() {
            device.tick(now);
        }
        if self.looking.is_some_and(|(since, _)| since + LONGEST_SCAN <= now) {
            self.looking = None;
        }
    }

    /// A device waits to be heard.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.known.values().any(|device| matches!(device.phase(), Phase::Away | Phase::Waiting { .. }))
    }
}

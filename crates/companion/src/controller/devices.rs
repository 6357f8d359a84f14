//! The remembered devices, the scan, and which device heats with the group.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use hearth_clock::Now;
use puffco::device::{self as machine, Phase};
use puffco::link::{Advertisement, DeviceId};

use super::device::KnownDevice;
use super::found::Found;
use super::{Controller, Output};
use crate::bridge;
use crate::contract::{AdapterView, BluetoothState, DeviceView, NoticeKind, ScanView};
use crate::identity::Fingerprints;
use crate::saved::{Saved, SavedDevice};

/// A scan that nobody stops ends by itself.
const LONGEST_SCAN: Duration = Duration::from_secs(120);

/// The devices.
#[derive(Debug)]
pub struct Devices {
    known: BTreeMap<DeviceId, KnownDevice>,
    in_use: Option<DeviceId>,
    found: Found,
    bluetooth: BluetoothState,
    /// A person looks for devices, since then.
    looking: Option<(Instant, u64)>,
    /// The radios are scanning.
    scanning: bool,
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
    pub fn scan_view(&self, adapters: Vec<AdapterView>) -> ScanView {
        ScanView {
            scanning: self.looking.is_some(),
            started_at: self.looking.map(|(_, ms)| ms as f64),
            bluetooth: self.bluetooth,
            adapters,
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
    fn waits(&self) -> bool {
        self.known.values().any(|device| matches!(device.phase(), Phase::Away | Phase::Waiting { .. }))
    }
}

impl Controller {
    pub(super) fn take_up_device_in_use(&mut self) {
        if let Some(id) = self.devices.in_use().cloned() {
            self.open(&id);
            self.outputs.push_back(Output::Device(id, machine::Input::Connect));
        }
    }

    /// Runs a machine for a device.
    fn open(&mut self, id: &DeviceId) {
        if let Some(device) = self.devices.known.get_mut(id) {
            device.opened = true;
            self.outputs.push_back(Output::OpenDevice(id.clone()));
        }
    }

    pub(super) fn start_scan(&mut self, now: Now) {
        if self.devices.looking.is_none() {
            self.devices.looking = Some((now.instant, now.unix_ms));
        }
        self.devices.scanning = true;
        self.outputs.push_back(Output::StartScan);
    }

    pub(super) fn stop_scan(&mut self) {
        self.devices.looking = None;
        self.keep_scanning_as_needed();
    }

    /// Scans while a person looks, and while a device waits to be heard.
    pub(super) fn keep_scanning_as_needed(&mut self) {
        let wanted = self.devices.looking.is_some() || self.devices.waits();
        if wanted != self.devices.scanning {
            self.devices.scanning = wanted;
            self.outputs.push_back(if wanted { Output::StartScan } else { Output::StopScan });
        }
    }

    pub(super) fn heard(&mut self, now: Now, id: &DeviceId, advertisement: &Advertisement, simulated: bool) {
        self.devices.found.heard(now.instant, id, advertisement, simulated);
        if self.devices.known.contains_key(id) {
            self.outputs.push_back(Output::Device(id.clone(), machine::Input::Heard));
        }
    }

    pub(super) fn connect_device(&mut self, now: Now, id: &DeviceId) {
        if !self.devices.known.contains_key(id) {
            let Some(found) = self.devices.found.get(id) else {
                let advice = "Press its button to wake it, then look for devices again.";
                self.notices.add(
                    NoticeKind::Error,
                    "device_gone",
                    "This device is not on the air any more",
                    advice,
                );
                return;
            };
            self.notices.settle("device_gone");
            let saved = SavedDevice::new(id, found.name, found.model, found.simulated);
            self.devices.known.insert(id.clone(), KnownDevice::new(saved));
        }
        self.devices.looking = None;
        self.keep_scanning_as_needed();
        self.open(id);
        self.outputs.push_back(Output::Device(id.clone(), machine::Input::Connect));
        if self.devices.used().is_none_or(|device| *device.phase() == Phase::Idle) {
            self.use_device(now, id);
        }
        self.save();
    }

    /// Whether this device has to be kept: it stays in use, and linked, while a heat of this program may run
    /// on it and can be stopped.
    pub(super) fn keeps(&mut self, id: &DeviceId) -> bool {
        let used = self.devices.in_use() == Some(id) && self.bridge.holds_device();
        let keeps = used || self.has_to_stop_stray(id);
        if keeps {
            let advice = "Stop the heat first, or wait until it is over.";
            self.notices.add(NoticeKind::Error, "device_heats", "Your device is heating", advice);
        }
        keeps
    }

    pub(super) fn disconnect_device(&mut self, id: &DeviceId) {
        if !self.keeps(id) && self.devices.known.contains_key(id) {
            self.outputs.push_back(Output::Device(id.clone(), machine::Input::Disconnect));
        }
    }

    pub(super) fn forget_device(&mut self, now: Now, id: &DeviceId) {
        if self.keeps(id) || self.devices.known.remove(id).is_none() {
            return;
        }
        self.outputs.push_back(Output::CloseDevice(id.clone()));
        self.requests.forget(id);
        self.logs.forget(id);
        self.strays.remove(id);
        if self.devices.in_use.as_ref() == Some(id) {
            self.devices.in_use = None;
            self.bridge(now, bridge::Input::DeviceReplaced);
            let next = self.devices.known.values().find(|device| *device.phase() == Phase::Ready);
            if let Some(next) = next.map(KnownDevice::id) {
                self.use_device(now, &next);
            }
        }
        self.save();
    }

    pub(super) fn use_device(&mut self, now: Now, id: &DeviceId) {
        if !self.devices.known.contains_key(id) || self.devices.in_use.as_ref() == Some(id) {
            return;
        }
        if self.devices.in_use().cloned().is_some_and(|present| self.keeps(&present)) {
            return;
        }
        self.open(id);
        if let Some(before) = self.devices.in_use.replace(id.clone())
            && self.bridge.has_to_stop()
        {
            // Out of reach now; when it comes back, its heat is still this program's.
            self.strays.insert(before);
        }
        self.hand_to_bridge(now);
        self.save();
    }

    /// The bridge has another device in use from now on.
    pub(super) fn hand_to_bridge(&mut self, now: Now) {
        self.bridge(now, bridge::Input::DeviceReplaced);
        let Some(device) = self.devices.used() else { return };
        let phase = device.phase().clone();
        let state = device.state().cloned();
        self.bridge(now, bridge::Input::Device(machine::Event::Phase(phase)));
        if let Some(state) = state {
            self.bridge(now, bridge::Input::Device(machine::Event::State(Box::new(state))));
        }
    }

    /// Takes away what was said of the device in use and holds no more.
    fn settle_device_notices(&mut self) {
        let Some(device) = self.devices.used().filter(|device| *device.phase() == Phase::Ready) else {
            return;
        };
        let operating = device.state().and_then(|state| state.operating);
        self.notices.settle("no_device");
        if !self.bridge.has_to_stop() {
            self.notices.settle("device_heats");
        }
        match operating {
            Some(operating) if operating.is_heating() => self.notices.settle("not_heating"),
            Some(_) => {
                self.notices.settle("not_stopping");
                if !self.bridge.has_to_stop() {
                    self.notices.settle("heats_out_of_sight");
                }
            }
            None => {}
        }
    }

    pub(super) fn device_event(&mut self, now: Now, id: &DeviceId, event: machine::Event) {
        let Some(device) = self.devices.known.get_mut(id) else { return };
        let mut remember = false;
        match event {
            machine::Event::Phase(ref phase) => device.phase_changed(now, phase.clone()),
            machine::Event::State(ref state) => {
                remember = device.state_changed(now, state.clone());
                remember |= device.recognised_by(Fingerprints::of(state, &self.salt));
            }
            machine::Event::LastSeen(at) => return device.last_seen(now, at),
            machine::Event::Counters(counters) => return device.counted(counters),
            machine::Event::Progress(request, done, of) => return self.log_progress(id, request, done, of),
            machine::Event::Log(request, _, entries) => return self.log_read(now, id, request, &entries),
            machine::Event::Done(request, result) => return self.request_done(now, id, request, result),
        }
        if self.devices.in_use.as_ref() == Some(id) {
            self.bridge(now, bridge::Input::Device(event));
            self.settle_device_notices();
            self.follow_own_heat(now);
        }
        self.tell_serial(id);
        self.look_after_stray(id);
        self.join_twins(now, id);
        if remember {
            self.save();
        }
        self.keep_scanning_as_needed();
    }
}

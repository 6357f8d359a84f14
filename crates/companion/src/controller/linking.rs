//! Finding, connecting, using and forgetting devices, and what their machines tell.

use hearth_clock::Now;
use puffco::device::{self as machine, Phase};
use puffco::link::{Advertisement, DeviceId};

use super::device::KnownDevice;
use super::{Controller, Output};
use crate::bridge;
use crate::contract::NoticeKind;
use crate::identity::Fingerprints;
use crate::saved::SavedDevice;

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
            // One that was ready here before was bonded then; what is heard of it now knows better.
            let was_ready = device.saved().fingerprints != Fingerprints::default();
            let bonded = self.devices.found.get(id).map_or(was_ready, |heard| heard.paired);
            self.outputs.push_back(Output::OpenDevice { id: id.clone(), bonded });
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
    /// on it and can be stopped. Says so.
    pub(super) fn keeps(&mut self, id: &DeviceId) -> bool {
        let used = self.devices.in_use() == Some(id) && self.bridge.holds_device();
        let keeps = used || self.has_to_stop_stray(id);
        if keeps {
            self.say_that_it_heats();
        }
        keeps
    }

    /// Whether any device has to be kept.
    pub(super) fn holds_any(&self) -> bool {
        self.bridge.holds_device() || self.strays.iter().any(|id| self.has_to_stop_stray(id))
    }

    pub(super) fn say_that_it_heats(&mut self) {
        let advice = "Stop the heat first, or wait until it is over.";
        self.notices.add(NoticeKind::Error, "device_heats", "Your device is heating", advice);
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
        self.record_forgotten(now, id);
        self.outputs.push_back(Output::CloseDevice(id.clone()));
        self.requests.forget(id);
        self.logs.forget(id);
        self.strays.remove(id);
        self.notices.settle_of("stray_heats", &id.0);
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
        let over = !self.bridge.has_to_stop() && self.strays.is_empty();
        self.notices.settle("no_device");
        if over {
            self.notices.settle("device_heats");
        }
        match operating {
            Some(operating) if operating.is_heating() => self.notices.settle("not_heating"),
            Some(_) => {
                self.notices.settle("not_stopping");
                if over {
                    self.notices.settle("heats_out_of_sight");
                    self.notices.settle("remote_heat");
                    self.notices.settle("community_heat");
                }
            }
            None => {}
        }
    }

    pub(super) fn device_event(&mut self, now: Now, id: &DeviceId, event: machine::Event) {
        let Some(device) = self.devices.known.get_mut(id) else { return };
        let mut remember = false;
        let came = matches!(event, machine::Event::Phase(Phase::Ready));
        let did = device.operating();
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
        self.follow_gesture(id, did);
        self.record_device(now, id);
        self.tell_serial(id);
        self.look_after_stray(id, came);
        self.join_twins(now, id);
        if remember {
            self.save();
        }
        self.keep_scanning_as_needed();
    }
}

//! One device under two ids: it came back under another one (macOS makes up new ids). What was known of it
//! under the old id goes on under the new one, which is the one that reaches it.

use hearth_clock::Now;
use puffco::link::DeviceId;

use super::{Controller, Output};

impl Controller {
    /// Joins a device with what was known of it under another id. Not while a heat of this program may run on
    /// that and is held on to: then both are reached by a stop.
    pub(super) fn join_twins(&mut self, now: Now, id: &DeviceId) {
        let Some(device) = self.devices.get(id) else { return };
        let operating = device.operating();
        let Some(old) = self.devices.twin(id, &device.saved().fingerprints) else { return };
        // A device has one link: two that are live are two devices, whatever they say.
        if self.devices.get(&old).is_none_or(|old| old.is_live()) {
            return;
        }
        let used = self.devices.in_use() == Some(&old);
        // Reached under the new id and seen cold, there is no heat to hold on to.
        let cold = operating.is_some_and(|operating| !operating.is_heating());
        if !cold && (self.strays.contains(&old) || (used && self.bridge.has_to_stop())) {
            self.strays.insert(id.clone());
        }
        let held = (used && self.bridge.holds_device()) || self.has_to_stop_stray(&old);
        if held && !cold {
            return;
        }
        let Some(earlier) = self.devices.replace(&old, id) else { return };
        if earlier.opened {
            self.outputs.push_back(Output::CloseDevice(old.clone()));
        }
        self.requests.forget(&old);
        self.strays.remove(&old);
        self.logs.rename(&old, id);
        self.faces.rename(&old, id);
        self.notices.rename(&old.0, &id.0);
        if let Some(device) = self.devices.get_mut(id) {
            device.continue_from(now, earlier);
        }
        self.record_twin(now, &old, id);
        if used {
            self.hand_to_bridge(now);
        }
        self.save();
    }
}

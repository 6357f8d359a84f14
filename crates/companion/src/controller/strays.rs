//! Devices that are not in use, on which a heat of this program may still run: they were out of reach when
//! another one took their place. A stop reaches them too.

use hearth_clock::Now;
use puffco::device::{Phase, Request};
use puffco::link::DeviceId;
use puffco::state::OperatingState;

use super::Controller;
use super::requests::Owner;
use crate::bridge;
use crate::contract::NoticeKind;
use crate::said;

impl Controller {
    /// Stops them.
    pub(super) fn stop_strays(&mut self) {
        for id in self.strays.clone() {
            self.request(&id, Request::Abort, Owner::Stop);
        }
    }

    /// Stops one device, in use or not.
    pub(super) fn stop_device(&mut self, now: Now, id: &DeviceId) {
        if self.devices.in_use() == Some(id) {
            self.bridge(now, bridge::Input::StopHeat);
        } else if self.knows(id) {
            self.request(id, Request::Abort, Owner::Stop);
        }
    }

    /// One that is seen not to heat is none any more; of one that came back and heats the person is told.
    pub(super) fn look_after_stray(&mut self, id: &DeviceId, came_back: bool) {
        let Some(device) = self.devices.get(id).filter(|_| self.strays.contains(id)) else { return };
        let Some(operating) = device.operating() else { return };
        let title = said!("{name} is still heating", name = &device.saved().name);
        if !operating.is_heating() {
            self.strays.remove(id);
            self.notices.settle_of("stray_heats", &id.0);
            if self.strays.is_empty() && !self.bridge.has_to_stop() {
                for code in ["heats_out_of_sight", "stray_heats", "device_heats"] {
                    self.notices.settle(code);
                }
            }
        } else if came_back {
            self.notices.settle("heats_out_of_sight");
            let advice = said!("It is not the device in use, but Hearth started this heat and can stop it.");
            self.notices.add_of(&id.0, NoticeKind::Warning, "stray_heats", title, advice);
        }
    }

    /// A heat of this program may run on it, and it can be reached to be stopped.
    pub(super) fn has_to_stop_stray(&self, id: &DeviceId) -> bool {
        let reachable = self
            .devices
            .get(id)
            .is_some_and(|device| !matches!(device.phase(), Phase::Idle | Phase::Away | Phase::Failed(_)));
        reachable && self.strays.contains(id)
    }

    /// A heat of this program is seen to run on one.
    pub(super) fn a_stray_heats(&self) -> bool {
        let heats = |id: &DeviceId| {
            let operating = self.devices.get(id).and_then(|device| device.operating());
            operating.is_some_and(OperatingState::is_heating)
        };
        self.strays.iter().any(heats)
    }
}

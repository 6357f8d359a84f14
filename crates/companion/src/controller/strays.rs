//! Devices that are not in use, on which a heat of this program may still run: they were out of reach when
//! another one took their place. A stop reaches them too.

use puffco::device::{Phase, Request};
use puffco::link::DeviceId;
use puffco::state::OperatingState;

use super::Controller;
use super::requests::Owner;

impl Controller {
    /// Stops them.
    pub(super) fn stop_strays(&mut self) {
        for id in self.strays.clone() {
            self.request(&id, Request::Abort, Owner::Stop);
        }
    }

    /// One that is seen not to heat is none any more.
    pub(super) fn look_after_stray(&mut self, id: &DeviceId) {
        let operating = self.devices.get(id).and_then(|device| device.operating());
        if operating.is_some_and(|operating| !operating.is_heating()) && self.strays.remove(id) {
            self.notices.settle("heats_out_of_sight");
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

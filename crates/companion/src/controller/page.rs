//! What a device's page asks for: changes, logs, lights, the serial number. Each goes to that device, in use or
//! not.

use hearth_clock::Now;
use puffco::device::{Obstacle, Phase, Request, RequestError, RequestId};
use puffco::link::DeviceId;
use puffco::log::LogEntry;
use puffco::setting::{Setting, Slot};
use puffco::state::OperatingState;

use super::Controller;
use super::requests::Owner;
use crate::bridge::{self, Trouble};
use crate::contract::{Event, LogName, NoticeKind};
use crate::edits::Wish;
use crate::logs;
use crate::said;

impl Controller {
    /// Whether this device is known; says so when it is not.
    pub(super) fn knows(&mut self, id: &DeviceId) -> bool {
        let known = self.devices.get(id).is_some();
        if !known {
            let advice = said!("Look for devices and connect it first.");
            self.notices.add(NoticeKind::Error, "no_such_device", said!("This device is not known"), advice);
        }
        known
    }

    /// Writes a change, or says why not.
    pub(super) fn change(&mut self, now: Now, id: &DeviceId, wish: Wish) {
        let unit = self.saved.settings.unit;
        let Some(device) = self.devices.get_mut(id) else {
            self.knows(id);
            return;
        };
        if let Some(setting) = device.wish(now, unit, wish) {
            self.write(id, setting);
        }
    }

    pub(super) fn change_profile(
        &mut self,
        now: Now,
        id: &DeviceId,
        slot: u8,
        wish: impl FnOnce(Slot) -> Wish,
    ) {
        match Slot::new(slot) {
            Some(slot) => self.change(now, id, wish(slot)),
            None => self.no_such_profile(),
        }
    }

    fn no_such_profile(&mut self) {
        let advice = said!("A device has four. Nothing was changed.");
        self.notices.add(NoticeKind::Error, "no_such_profile", said!("There is no such profile"), advice);
    }

    pub(super) fn edit_answered(&mut self, now: Now, id: &DeviceId, result: Result<(), RequestError>) {
        let unit = self.saved.settings.unit;
        let Some(device) = self.devices.get_mut(id) else { return };
        if let Some(setting) = device.edit_answered(now, unit, result) {
            self.write(id, setting);
        }
    }

    fn write(&mut self, id: &DeviceId, setting: Setting) {
        self.request(id, Request::Set(setting), Owner::Edit);
    }

    pub(super) fn select_profile(&mut self, now: Now, id: Option<DeviceId>, slot: u8) {
        let Some(request) = Request::select_profile(slot) else { return self.no_such_profile() };
        match id.filter(|id| self.devices.in_use() != Some(id)) {
            None => self.bridge(now, bridge::Input::SelectProfile(slot)),
            Some(id) if self.knows(&id) => self.request(&id, request, Owner::Person),
            Some(_) => {}
        }
    }

    /// Makes a device show itself, unless it heats: it shows itself then, and the command might end its heat.
    pub(super) fn blink(&mut self, id: &DeviceId) {
        if !self.knows(id) {
            return;
        }
        let operating = self.devices.get(id).and_then(|device| device.operating());
        if operating.is_some_and(OperatingState::is_heating) {
            let heating = RequestError::NotPossible(Obstacle::Heating);
            self.notices.trouble(&Trouble::NotDone(heating));
        } else {
            self.request(id, Request::ShowBattery, Owner::Person);
        }
    }

    pub(super) fn power_off(&mut self, id: &DeviceId) {
        if self.knows(id) && !self.keeps(id) {
            self.request(id, Request::PowerOff, Owner::Person);
        }
    }

    pub(super) fn read_log(&mut self, id: &DeviceId, log: LogName) {
        if !self.knows(id) {
            return;
        }
        if !self.devices.get(id).is_some_and(|device| device.is_reachable()) {
            self.logs.failed(id, log, &RequestError::NotConnected);
        } else if self.logs.begin(id, log) {
            self.request(id, Request::ReadLog(logs::kind(log)), Owner::Log(log));
        }
    }

    pub(super) fn log_progress(&mut self, id: &DeviceId, request: RequestId, done: u32, of: u32) {
        if let Some(Owner::Log(log)) = self.requests.owner(id, request) {
            self.logs.progress(id, log, done, of);
        }
    }

    pub(super) fn log_read(&mut self, now: Now, id: &DeviceId, request: RequestId, entries: &[LogEntry]) {
        let Some(clocks) = self.devices.get(id).map(|device| device.clocks()) else { return };
        if let Some(Owner::Log(log)) = self.requests.owner(id, request) {
            self.logs.read(id, log, entries, clocks, now.unix_ms);
            if log == LogName::Activity {
                self.record_log(id, entries, now.unix_ms);
            }
        }
    }

    /// Tells the faces, and nobody else, a serial number; as soon as the device has told it.
    pub(super) fn reveal_serial(&mut self, id: &DeviceId) {
        let Some(device) = self.devices.get_mut(id) else {
            self.knows(id);
            return;
        };
        self.notices.settle("no_serial");
        device.serial_wanted = true;
        let takes_up = *device.phase() == Phase::Resting;
        self.tell_serial(id);
        if takes_up {
            self.request(id, Request::ReadAll, Owner::Nobody);
        }
    }

    /// Tells a serial number that is wanted, or that it will not come.
    pub(super) fn tell_serial(&mut self, id: &DeviceId) {
        let Some(device) = self.devices.get_mut(id).filter(|device| device.serial_wanted) else { return };
        let serial = device.state().and_then(|state| state.serial.clone());
        let may_come = matches!(device.phase(), Phase::Ready | Phase::Resting | Phase::SettingUp { .. });
        device.serial_wanted = serial.is_none() && may_come;
        match serial {
            Some(serial) => self.emit(Event::Serial { id: id.0.clone(), serial }),
            None if may_come => {}
            None => self.notices.add(
                NoticeKind::Error,
                "no_serial",
                said!("The serial number is not known yet"),
                said!("Connect the device first; it tells the number itself."),
            ),
        }
    }
}

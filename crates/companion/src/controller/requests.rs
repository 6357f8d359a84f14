//! One source of request numbers for all devices, and who waits for each answer: the bridge, an edit, a log or
//! a person. What is asked is elsewhere.

use std::collections::BTreeMap;

use hearth_clock::Now;
use puffco::device::{self as machine, Request, RequestError, RequestId};
use puffco::link::DeviceId;

use super::{Controller, Output};
use crate::bridge::{self, Trouble};
use crate::contract::LogName;

/// Who waits for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The bridge, under its own number.
    Bridge(RequestId),
    /// The stop of a heat of this program on a device that is not in use.
    Stop,
    /// The change of a device that is being saved.
    Edit,
    /// The reading of a log.
    Log(LogName),
    /// A person, who is told only when it was not done.
    Person,
    /// Nobody: it is tried again by itself.
    Nobody,
}

/// The requests that are not answered yet.
#[derive(Clone, Debug, Default)]
pub struct Requests {
    last: u64,
    open: BTreeMap<RequestId, (DeviceId, Owner)>,
}

impl Requests {
    /// A number that no request has had, and who waits for its answer.
    pub fn open(&mut self, device: &DeviceId, owner: Owner) -> RequestId {
        self.last += 1;
        let id = RequestId(self.last);
        self.open.insert(id, (device.clone(), owner));
        id
    }

    /// Who waits for the answer; only the device that was asked can give it.
    #[must_use]
    pub fn owner(&self, device: &DeviceId, id: RequestId) -> Option<Owner> {
        self.open.get(&id).filter(|(asked, _)| asked == device).map(|(_, owner)| *owner)
    }

    /// The answer came.
    pub fn close(&mut self, device: &DeviceId, id: RequestId) -> Option<Owner> {
        let owner = self.owner(device, id)?;
        self.open.remove(&id);
        Some(owner)
    }

    /// No answer comes from this device any more.
    pub fn forget(&mut self, device: &DeviceId) {
        self.open.retain(|_, (asked, _)| asked != device);
    }
}

impl Controller {
    /// Asks a device for something.
    pub(super) fn request(&mut self, device: &DeviceId, request: Request, owner: Owner) {
        self.note_request(device, &request);
        let id = self.requests.open(device, owner);
        let input = machine::Input::Request(id, request);
        self.outputs.push_back(Output::Device(device.clone(), input));
    }

    /// A device answered.
    pub(super) fn request_done(
        &mut self,
        now: Now,
        device: &DeviceId,
        id: RequestId,
        result: Result<(), RequestError>,
    ) {
        let Some(owner) = self.requests.close(device, id) else { return };
        match (owner, result) {
            (Owner::Bridge(id), result) => {
                if self.devices.in_use() == Some(device) {
                    self.bridge(now, bridge::Input::Device(machine::Event::Done(id, result)));
                }
            }
            (Owner::Edit, result) => self.edit_answered(now, device, result),
            (Owner::Log(log), result) => self.logs.ended(device, log, &result, now.unix_ms),
            (Owner::Stop, Err(error)) => self.notices.trouble(&Trouble::NotStopping(error)),
            (Owner::Person, Err(error)) => self.notices.trouble(&Trouble::NotDone(error)),
            (Owner::Stop | Owner::Person, Ok(())) | (Owner::Nobody, _) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_device_that_was_asked_can_answer() {
        let (ember, storm) = (DeviceId("ble:ember".into()), DeviceId("ble:storm".into()));
        let mut requests = Requests::default();
        let id = requests.open(&ember, Owner::Edit);
        assert_eq!(requests.close(&storm, id), None);
        assert_eq!(requests.close(&ember, id), Some(Owner::Edit));
        assert_eq!(requests.close(&ember, id), None, "and only once");
    }
}

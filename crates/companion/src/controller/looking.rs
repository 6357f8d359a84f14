//! Who looks at what: a link that nobody looks at is let go after a while, because it costs the device's
//! battery. Without any face that says otherwise, somebody looks (a kiosk has none). In a group the device in use is
//! held, whoever looks: a press of its button counts there.

use std::collections::BTreeMap;
use std::time::Duration;

use hearth_clock::Now;
use puffco::device as machine;
use puffco::link::DeviceId;
use puffco::state::OperatingState;

use super::requests::Owner;
use super::{Controller, Output};

/// A page shows what is not read by itself; it is read again so often.
const READ_FOR_PAGE: Duration = Duration::from_secs(60);

/// Names a face.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FaceId(pub u64);

impl FaceId {
    /// All that speak for the program itself.
    pub const PROGRAM: Self = Self(0);
    /// The pages of the overlay for streams.
    pub const OVERLAY: Self = Self(u64::MAX);
    /// Those who follow a shared device.
    pub const FOLLOWERS: Self = Self(u64::MAX - 1);
}

/// What a face shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// It is visible.
    pub visible: bool,
    /// The device whose page it shows.
    pub device: Option<DeviceId>,
}

impl Default for Look {
    fn default() -> Self {
        Self { visible: true, device: None }
    }
}

/// The faces that have said what they show.
#[derive(Clone, Debug, Default)]
pub struct Faces {
    looks: BTreeMap<FaceId, Look>,
    /// One has said what it shows, at some time.
    known: bool,
}

impl Faces {
    fn is_anybody_looking(&self) -> bool {
        self.looks.is_empty() || self.looks.values().any(|look| look.visible)
    }

    /// A face is visible on which somebody can read; without any that ever said what it shows, somebody can.
    pub fn is_anybody_reading(&self) -> bool {
        let reads = |(face, look): (&FaceId, &Look)| {
            look.visible && !matches!(*face, FaceId::OVERLAY | FaceId::FOLLOWERS)
        };
        !self.known || self.looks.iter().any(reads)
    }

    /// A face is there, visible or not; without any that ever said what it shows, one is.
    pub fn is_any_there(&self) -> bool {
        let is_one = |face: &FaceId| !matches!(*face, FaceId::OVERLAY | FaceId::FOLLOWERS);
        !self.known || self.looks.keys().any(is_one)
    }

    fn shows(&self, device: &DeviceId) -> bool {
        self.looks.values().any(|look| look.visible && look.device.as_ref() == Some(device))
    }

    /// The device is known under another id now.
    pub fn rename(&mut self, old: &DeviceId, new: &DeviceId) {
        for look in self.looks.values_mut().filter(|look| look.device.as_ref() == Some(old)) {
            look.device = Some(new.clone());
        }
    }
}

impl Controller {
    /// A face says what it shows; `None`: it is gone.
    pub(super) fn look(&mut self, face: FaceId, look: Option<Look>) {
        self.faces.known |= !matches!(face, FaceId::OVERLAY | FaceId::FOLLOWERS);
        match look {
            Some(Look { visible, device }) => {
                let device = device.map(|id| self.devices.present_id(id));
                self.faces.looks.insert(face, Look { visible, device })
            }
            None => self.faces.looks.remove(&face),
        };
        if !self.faces.is_anybody_reading() {
            self.let_go_of_talk();
        }
    }

    /// Tells the machines whether somebody looks, and reads for pages what is not read by itself.
    pub(super) fn follow_looks(&mut self, now: Now) {
        let together = self.membership.group().is_some();
        let shared =
            self.faces.is_anybody_looking() || self.bridge.has_to_stop() || self.bridge.start().is_armed();
        let in_use = self.devices.in_use().cloned();
        let mut pages = Vec::new();
        for (id, device) in self.devices.each_mut() {
            let shown = self.faces.shows(id);
            let active = device.operating().is_some_and(|operating| {
                operating.is_heat_cycle() || operating == OperatingState::TEMP_SELECT
            });
            let busy = active || device.is_being_changed() || self.logs.is_reading(id);
            let watched = shown || busy || (shared && in_use.as_ref() == Some(id));
            if device.opened && device.watched != watched {
                device.watched = watched;
                self.outputs.push_back(Output::Device(id.clone(), machine::Input::Watched(watched)));
            }
            let held = together && in_use.as_ref() == Some(id);
            if device.opened && device.held != held {
                device.held = held;
                self.outputs.push_back(Output::Device(id.clone(), machine::Input::Held(held)));
            }
            let due = device.read_for_page.is_none_or(|at| at + READ_FOR_PAGE <= now.instant);
            if shown && due && device.is_live() && !active {
                device.read_for_page = Some(now.instant);
                pages.push(id.clone());
            } else if !shown {
                device.read_for_page = None;
            }
        }
        for id in pages {
            self.request(&id, machine::Request::ReadAll, Owner::Nobody);
        }
    }
}

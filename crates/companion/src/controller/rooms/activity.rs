//! How this person is seen on chat servers: as they said, and while they allow it, as what they do. Who does not
//! want to be seen stays unseen.

use hearth_gateway_client::chat::{Presence, PresenceStatus, Request};
use puffco::state::OperatingState;

use super::Controller;
use crate::contract::{PersonStatus, Stage};
use crate::controller::device::KnownDevice;
use crate::said;

impl Controller {
    /// Tells each server how this person is to be seen, when that is not what it was told last.
    pub(super) fn share_activity(&mut self) {
        let shares = self.saved.settings.share_activity;
        let in_sesh = shares && matches!(self.stage().stage, Stage::Countdown | Stage::Seshing);
        let operating = self.devices.used().and_then(KnownDevice::operating);
        let heats = shares && operating.is_some_and(OperatingState::is_heating);
        let mut told = Vec::new();
        for hall in self.rooms.halls.iter_mut().filter(|hall| hall.saved.on && hall.features().presence) {
            let own = &hall.saved.rooms;
            let unseen = own.status == PersonStatus::Offline;
            let status = if heats && !unseen { PersonStatus::Dnd } else { own.status };
            let custom_status = if in_sesh && !unseen {
                Some(said!("In a sesh").english())
            } else {
                Some(own.custom_status.clone()).filter(|text| !text.is_empty())
            };
            let wanted = Presence { status: word(status), custom_status };
            // A session says nothing of a person of whom there is nothing to say.
            let usual = Presence { status: PresenceStatus::Online, custom_status: None };
            if hall.seen_as.as_ref().unwrap_or(&usual) != &wanted {
                hall.seen_as = Some(wanted.clone());
                told.push((hall.saved.id, wanted));
            }
        }
        for (id, presence) in told {
            self.rooms.changed = true;
            self.rooms_ask(id, Request::Presence(presence));
        }
    }
}

const fn word(status: PersonStatus) -> PresenceStatus {
    match status {
        PersonStatus::Online => PresenceStatus::Online,
        PersonStatus::Idle => PresenceStatus::Idle,
        PersonStatus::Dnd => PresenceStatus::Dnd,
        PersonStatus::Offline => PresenceStatus::Offline,
    }
}

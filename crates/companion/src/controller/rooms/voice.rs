//! What voice sees of chat servers: who is in a voice room.

use hearth_gateway_client::chat::{ChannelKind, Status, VoiceState};

use super::hall::{Hall, Place};
use super::{Rooms, tidy};
use crate::controller::voice::{InVoice, Known, Roster};

impl Rooms {
    /// There are voice rooms.
    pub(in crate::controller) fn has_voice(&self, id: u32) -> bool {
        self.get(id).is_some_and(|hall| hall.saved.on && hall.features().voice)
    }

    /// What a channel is called.
    pub(in crate::controller) fn name_of_channel(&self, id: u32, channel: &str) -> Option<String> {
        let (_, channel) = self.get(id)?.find(channel)?;
        Some(tidy::line(&channel.name, tidy::NAME))
    }

    /// Where a chat server is, and the code of the group whose community it says to be.
    pub(in crate::controller) fn sesh_of(&self, id: u32, server: &str) -> Option<(&str, &str)> {
        let hall = self.get(id)?;
        Some((&hall.saved.url, hall.place(server)?.server.sesh.as_deref()?))
    }

    /// Who is in a voice room; nothing when this person is not on that server any more.
    pub(in crate::controller) fn roster(&self, id: u32, server: &str, channel: &str) -> Option<Roster> {
        let hall = self.get(id).filter(|hall| hall.saved.on)?;
        let connected = hall.is_connected();
        // Where this person is a member is told with who they are.
        let room =
            if connected && hall.me.is_some() { hall.voice_room(server, channel) } else { Known::NotYet };
        let refused = matches!(hall.status, Status::Refused(_));
        Some(Roster { connected, refused, me: hall.me.as_ref().map(|me| me.id.clone()), room })
    }
}

impl Hall {
    fn voice_room(&self, server: &str, channel: &str) -> Known {
        let Some(place) = self.place(server) else { return Known::None };
        let known = place.channels.iter().find(|known| known.id == channel);
        match (known, place.voices.get(channel)) {
            _ if !place.loaded => Known::NotYet,
            (Some(known), _) if known.kind != ChannelKind::Voice => Known::None,
            (None, _) => Known::None,
            (Some(_), None) => Known::NotYet,
            (Some(_), Some(voices)) => {
                Known::Room(voices.iter().map(|voice| place.person_in_voice(voice)).collect())
            }
        }
    }
}

impl Place {
    fn person_in_voice(&self, voice: &VoiceState) -> InVoice {
        let told = || tidy::some(voice.username.as_deref(), tidy::NAME);
        InVoice::new(voice, self.name_of(&voice.user).or_else(told).unwrap_or_default())
    }
}

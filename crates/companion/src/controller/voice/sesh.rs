//! The voice room of the group: the access that its gateway gives to a member, and what the session with its community
//! tells of the room.

use std::collections::BTreeMap;
use std::time::Instant;

use hearth_gateway_client::chat::{Channel, ChannelKind, Event, Member, Room, Status, VoiceState};

use super::{InVoice, Known, Roster};
use crate::controller::rooms::tidy;

/// The most people of a room that are kept.
const MOST_PEOPLE: usize = 200;
/// The most members whose names are kept.
const MOST_NAMES: usize = 5_000;

/// The room of a group.
#[derive(Debug)]
pub(super) struct Sesh {
    /// The code of the group.
    pub group: String,
    /// Given by the gateway.
    pub access: Option<Access>,
    /// The session that runs.
    pub session: Option<u64>,
    /// The session tells of the community, on each connection.
    pub reads: bool,
    /// The session wants another token; the gateway is asked for it then.
    pub token_wanted: Option<Instant>,
    town: Town,
}

/// Which room it is.
#[derive(Clone, Debug)]
pub(super) struct Access {
    pub server: String,
    pub channel: String,
}

/// What the session tells.
#[derive(Debug, Default)]
struct Town {
    connected: bool,
    me: Option<String>,
    /// Whether there is the room; nobody knows it at first.
    exists: Option<bool>,
    names: BTreeMap<String, String>,
    voices: Vec<VoiceState>,
}

impl Sesh {
    pub fn new(group: String) -> Self {
        Self { group, access: None, session: None, reads: false, token_wanted: None, town: Town::default() }
    }

    pub fn roster(&self) -> Roster {
        let town = &self.town;
        let room = match town.exists {
            None => Known::NotYet,
            Some(false) => Known::None,
            Some(true) => Known::Room(town.voices.iter().map(|voice| town.person(voice)).collect()),
        };
        Roster { connected: town.connected, refused: false, me: town.me.clone(), room }
    }

    /// The session told something.
    pub fn heard(&mut self, event: &Event) {
        let Some(access) = &self.access else { return };
        match event {
            Event::Ready { user, .. } => {
                self.town = Town { connected: true, me: Some(user.id.clone()), ..Town::default() };
            }
            Event::Status(status) if !matches!(status, Status::Connected { .. }) => {
                self.town.connected = false;
                self.town.exists = None;
                self.town.voices.clear();
            }
            Event::Server { id, channels, members, rooms } if *id == access.server => {
                self.town.fill(&access.channel, channels, members, rooms);
            }
            Event::Voice(state) => self.town.voice(&access.channel, state),
            _ => {}
        }
    }
}

impl Town {
    fn fill(&mut self, channel: &str, channels: &[Channel], members: &[Member], rooms: &[Room]) {
        let is_room = |known: &Channel| known.id == channel && known.kind == ChannelKind::Voice;
        self.exists = Some(channels.iter().any(is_room));
        let name =
            |member: &Member| tidy::line(member.nickname.as_ref().unwrap_or(&member.username), tidy::NAME);
        self.names =
            members.iter().take(MOST_NAMES).map(|member| (member.user.clone(), name(member))).collect();
        let room = rooms.iter().find(|room| room.channel == channel);
        self.voices =
            room.map_or_else(Vec::new, |room| room.voices.iter().take(MOST_PEOPLE).cloned().collect());
    }

    fn voice(&mut self, channel: &str, state: &VoiceState) {
        let is_here = state.channel.as_deref() == Some(channel);
        match self.voices.iter().position(|voice| voice.user == state.user) {
            Some(at) if is_here => self.voices[at].clone_from(state),
            Some(at) => drop(self.voices.remove(at)),
            None if is_here && self.voices.len() < MOST_PEOPLE => self.voices.push(state.clone()),
            None => {}
        }
    }

    fn person(&self, voice: &VoiceState) -> InVoice {
        let told = || tidy::some(voice.username.as_deref(), tidy::NAME);
        InVoice::new(voice, self.names.get(&voice.user).cloned().or_else(told).unwrap_or_default())
    }
}

//! A server as a whole: its channels, members and voice rooms, asked for one by one, with what happens meanwhile.

use std::collections::BTreeMap;
use std::time::Instant;

use super::calls::{Call, Part, Purpose};
use super::session::Session;
use super::{Channel, ChannelKind, Event, Failure, Member, Presence, Room, VoiceState};

/// A server that is being loaded.
#[derive(Debug, Default)]
pub(super) struct Loading {
    channels: Option<Vec<Channel>>,
    members: Option<Vec<Member>>,
    /// By channel; `None`: not known yet.
    rooms: BTreeMap<String, Option<Vec<VoiceState>>>,
    /// What was heard since it was asked for, by user.
    presences: BTreeMap<String, Presence>,
    voices: BTreeMap<String, VoiceState>,
    /// It changed since it was asked for, and nothing says how: all once more.
    again: bool,
}

/// What was answered.
#[derive(Debug)]
pub(super) enum Loaded {
    Channels(Vec<Channel>),
    Members(Vec<Member>),
    Room(String, Vec<VoiceState>),
}

impl Loading {
    fn is_complete(&self) -> bool {
        self.channels.is_some() && self.members.is_some() && self.rooms.values().all(Option::is_some)
    }

    fn told(self, id: String) -> Event {
        let mut channels = self.channels.unwrap_or_default();
        channels.sort_by_key(|channel| channel.position);
        let mut members = self.members.unwrap_or_default();
        for member in &mut members {
            if let Some(presence) = self.presences.get(&member.user) {
                member.presence.clone_from(presence);
            }
        }
        let mut rooms: Vec<Room> = Vec::new();
        for channel in channels.iter().filter(|channel| channel.kind == ChannelKind::Voice) {
            let voices = self.rooms.get(&channel.id).cloned().flatten().unwrap_or_default();
            rooms.push(Room { channel: channel.id.clone(), voices });
        }
        for (user, state) in self.voices {
            for room in &mut rooms {
                let is_here = state.channel.as_ref() == Some(&room.channel);
                match room.voices.iter().position(|voice| voice.user == user) {
                    Some(place) if is_here => room.voices[place].clone_from(&state),
                    Some(place) => drop(room.voices.remove(place)),
                    None if is_here => room.voices.push(state.clone()),
                    None => {}
                }
            }
        }
        Event::Server { id, channels, members, rooms }
    }
}

impl Session {
    /// Loads a server, now and after each reconnect.
    pub(super) fn load(&mut self, now: Instant, server: &str) {
        if let Some(Some(loading)) = self.watched.get_mut(server) {
            loading.again = true;
            return;
        }
        self.watched.insert(server.to_owned(), Some(Loading::default()));
        for (part, name) in [(Part::Channels, "channels"), (Part::Members, "members")] {
            let purpose = Purpose::Load { server: server.to_owned(), part };
            self.calls.push(Call::get(purpose, format!("/servers/{server}/{name}"), now));
        }
    }

    /// All that are watched, on a new connection; those that we are in no more are not.
    pub(super) fn load_all(&mut self, now: Instant, is_member: impl Fn(&str) -> bool) {
        for (server, _) in std::mem::take(&mut self.watched) {
            if is_member(&server) {
                self.load(now, &server);
            }
        }
    }

    /// A part has come.
    pub(super) fn loaded(&mut self, now: Instant, server: String, part: Loaded) {
        let Some(Some(loading)) = self.watched.get_mut(&server) else { return };
        match part {
            Loaded::Members(members) => loading.members = Some(members),
            Loaded::Room(channel, voices) => drop(loading.rooms.insert(channel, Some(voices))),
            Loaded::Channels(channels) => {
                for channel in channels.iter().filter(|channel| channel.kind == ChannelKind::Voice) {
                    loading.rooms.insert(channel.id.clone(), None);
                    let part = Part::Room(channel.id.clone());
                    let purpose = Purpose::Load { server: server.clone(), part };
                    self.calls.push(Call::get(purpose, format!("/channels/{}/voice", channel.id), now));
                }
                loading.channels = Some(channels);
            }
        }
        if !loading.is_complete() {
            return;
        }
        let complete = self.watched.insert(server.clone(), None).flatten().unwrap_or_default();
        if complete.again {
            return self.load(now, &server);
        }
        self.event(complete.told(server));
    }

    /// A part cannot be had.
    pub(super) fn not_loaded(&mut self, server: String, why: Failure, text: String) {
        let of_it = |purpose: &Purpose| matches!(purpose, Purpose::Load { server: of, .. } if *of == server);
        self.calls.take_waiting(|call| of_it(&call.purpose));
        self.calls.take_running(of_it);
        if matches!(why, Failure::NotFound | Failure::NotAllowed) {
            self.watched.remove(&server);
        } else if let Some(loading) = self.watched.get_mut(&server) {
            *loading = None;
        }
        self.event(Event::NotLoaded { server, why, text });
    }

    pub(super) fn presence_while_loading(&mut self, user: &str, presence: &Presence) {
        for loading in self.watched.values_mut().flatten() {
            loading.presences.insert(user.to_owned(), presence.clone());
        }
    }

    pub(super) fn voice_while_loading(&mut self, state: &VoiceState) {
        for loading in self.watched.values_mut().flatten() {
            loading.voices.insert(state.user.clone(), state.clone());
        }
    }
}

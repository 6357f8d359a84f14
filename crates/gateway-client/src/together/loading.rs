//! A server as a whole: its channels, members and voice rooms, asked for one by one, with what happens meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use super::purpose::{Other, Part};
use super::session::Session;
use super::{Channel, ChannelKind, Event, Failure, Member, Presence, Room, VoiceState};
use crate::chat::calls::Call;
use crate::chat::purpose::Purpose;

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

/// A server that is told as a whole.
#[derive(Debug, Default)]
pub struct Watched {
    /// It is being loaded.
    loading: Option<Loading>,
    /// What was told of it last.
    channels: BTreeSet<String>,
    users: BTreeSet<String>,
    /// When it was asked for because of somebody who is not among them.
    looked_at: Option<Instant>,
}

impl Watched {
    /// The connection is gone, and what was on its way.
    pub fn lost(&mut self) {
        self.loading = None;
    }
}

/// Somebody unknown is looked for once in this time.
const LOOK: Duration = Duration::from_secs(10);

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

    fn told(self) -> (Vec<Channel>, Vec<Member>, Vec<Room>) {
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
        (channels, members, rooms)
    }
}

impl Session {
    /// Loads a server, now and after each reconnect.
    pub(super) fn load(&mut self, now: Instant, server: &str) {
        let watched = self.own.watched.entry(server.to_owned()).or_default();
        if let Some(loading) = &mut watched.loading {
            loading.again = true;
            return;
        }
        watched.loading = Some(Loading::default());
        for (part, name) in [(Part::Channels, "channels"), (Part::Members, "members")] {
            let purpose = Other::Load { server: server.to_owned(), part };
            self.rest.calls.push(Call::get(purpose, format!("/servers/{server}/{name}"), now));
        }
    }

    /// All that are watched, on a new connection; those that we are in no more are not.
    pub(super) fn load_all(&mut self, now: Instant, is_member: impl Fn(&str) -> bool) {
        self.own.watched.retain(|server, _| is_member(server));
        for server in self.own.watched.keys().cloned().collect::<Vec<_>>() {
            self.load(now, &server);
        }
    }

    /// A part has come.
    pub(super) fn loaded(&mut self, now: Instant, server: String, part: Loaded) {
        let Some(watched) = self.own.watched.get_mut(&server) else { return };
        let Some(loading) = &mut watched.loading else { return };
        match part {
            Loaded::Members(members) => loading.members = Some(members),
            Loaded::Room(channel, voices) => drop(loading.rooms.insert(channel, Some(voices))),
            Loaded::Channels(channels) => {
                for channel in channels.iter().filter(|channel| channel.kind == ChannelKind::Voice) {
                    loading.rooms.insert(channel.id.clone(), None);
                    let part = Part::Room(channel.id.clone());
                    let purpose = Other::Load { server: server.clone(), part };
                    self.rest.calls.push(Call::get(purpose, format!("/channels/{}/voice", channel.id), now));
                }
                loading.channels = Some(channels);
            }
        }
        if !loading.is_complete() {
            return;
        }
        let Some(complete) = watched.loading.take() else { return };
        if complete.again {
            return self.load(now, &server);
        }
        let (channels, members, rooms) = complete.told();
        watched.channels = channels.iter().map(|channel| channel.id.clone()).collect();
        watched.users = members.iter().map(|member| member.user.clone()).collect();
        self.event(Event::Server { id: server, channels, members, rooms });
    }

    /// Somebody did something in a channel. No event tells who has joined (facts TOG-R23): who is not known yet is
    /// found among the members, as they are now.
    pub(super) fn met(&mut self, now: Instant, user: &str, channel: &str) {
        let here = self.own.watched.iter_mut().find(|(_, watched)| watched.channels.contains(channel));
        let Some((server, watched)) = here else { return };
        let is_early = watched.looked_at.is_some_and(|at| now < at + LOOK);
        if watched.users.contains(user) || watched.loading.is_some() || is_early {
            return;
        }
        watched.looked_at = Some(now);
        let server = server.clone();
        self.load(now, &server);
    }

    /// A part cannot be had.
    pub(super) fn not_loaded(&mut self, server: String, why: Failure, text: String) {
        let of_it = |purpose: &Purpose<Other>| matches!(purpose, Purpose::Other(Other::Load { server: of, .. }) if *of == server);
        self.rest.calls.take_waiting(|call| of_it(&call.purpose));
        self.rest.calls.take_running(of_it);
        if matches!(why, Failure::NotFound | Failure::NotAllowed) {
            self.own.watched.remove(&server);
        } else if let Some(watched) = self.own.watched.get_mut(&server) {
            watched.lost();
        }
        self.event(Event::NotLoaded { server, why, text });
    }

    pub(super) fn presence_while_loading(&mut self, user: &str, presence: &Presence) {
        for loading in self.own.watched.values_mut().filter_map(|watched| watched.loading.as_mut()) {
            loading.presences.insert(user.to_owned(), presence.clone());
        }
    }

    pub(super) fn voice_while_loading(&mut self, state: &VoiceState) {
        for loading in self.own.watched.values_mut().filter_map(|watched| watched.loading.as_mut()) {
            loading.voices.insert(state.user.clone(), state.clone());
        }
    }
}

//! Who is there, who speaks in which room, and who is told what: a state machine without I/O. It trusts what it is
//! told of members and channels; the desk asks the store.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use hearth_clock::Now;
use serde_json::Value;
use uuid::Uuid;

use super::event::{ChatEvent, Welcome};
use super::limits::Limits;
use super::model::{ChannelId, Community, CommunityId, Presence, Status, VoiceState};
use super::store::{ChatRefusal, Written};

/// Names a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionKey(pub u64);

/// Somebody who is there.
#[derive(Debug, Default)]
struct Online {
    connections: BTreeSet<ConnectionKey>,
    communities: BTreeSet<CommunityId>,
    presence: Presence,
}

/// A voice room in which somebody is.
#[derive(Debug)]
struct Room {
    community: CommunityId,
    /// In the order in which they came.
    states: Vec<VoiceState>,
}

/// The state machine.
#[derive(Debug, Default)]
pub struct Switchboard {
    connections: BTreeMap<ConnectionKey, Uuid>,
    online: BTreeMap<Uuid, Online>,
    /// The members of each community that are there.
    present: BTreeMap<CommunityId, BTreeSet<Uuid>>,
    rooms: BTreeMap<ChannelId, Room>,
    room_of: BTreeMap<Uuid, ChannelId>,
    /// Who is in a room without a connection, and until when that is borne.
    unconnected: BTreeMap<Uuid, Instant>,
    outputs: VecDeque<(ChatEvent, Vec<ConnectionKey>)>,
}

impl Switchboard {
    /// Who joined a voice room by REST has this long to connect.
    pub const CONNECTS_WITHIN: Duration = Duration::from_secs(30);

    /// Somebody connects. Others see it when it is the first connection.
    pub fn connect(
        &mut self,
        key: ConnectionKey,
        account: Uuid,
        custom_status: Option<String>,
        communities: Vec<Community>,
    ) {
        self.connections.insert(key, account);
        self.unconnected.remove(&account);
        let online = self.online.entry(account).or_default();
        let is_first = online.connections.is_empty();
        online.connections.insert(key);
        if is_first {
            online.presence = Presence { status: Status::Online, custom_status };
        }
        online.communities = communities.iter().map(|community| community.id).collect();
        for community in &online.communities {
            self.present.entry(*community).or_default().insert(account);
        }
        let presence = online.presence.clone();
        let welcome = Welcome { account, presence, communities };
        self.outputs.push_back((ChatEvent::Welcome(Box::new(welcome)), vec![key]));
        if is_first {
            self.tell_presence(account);
        }
    }

    /// A connection is gone. With the last one of somebody they leave their voice room, then they are offline.
    pub fn disconnect(&mut self, key: ConnectionKey) {
        let Some(account) = self.connections.remove(&key) else { return };
        let Some(online) = self.online.get_mut(&account) else { return };
        online.connections.remove(&key);
        if !online.connections.is_empty() {
            return;
        }
        self.leave_room(account);
        if let Some(online) = self.online.get_mut(&account) {
            online.presence.status = Status::Offline;
        }
        self.tell_presence(account);
        if let Some(online) = self.online.remove(&account) {
            for community in online.communities {
                self.absent(community, account);
            }
        }
    }

    fn absent(&mut self, community: CommunityId, account: Uuid) {
        if let Some(present) = self.present.get_mut(&community) {
            present.remove(&account);
            if present.is_empty() {
                self.present.remove(&community);
            }
        }
    }

    /// The connections of an account.
    #[must_use]
    pub fn connections_of(&self, account: Uuid) -> Vec<ConnectionKey> {
        self.online
            .get(&account)
            .map(|online| online.connections.iter().copied().collect())
            .unwrap_or_default()
    }

    /// All connections.
    pub fn connections(&self) -> impl Iterator<Item = ConnectionKey> {
        self.connections.keys().copied()
    }

    /// Whether somebody is there.
    #[must_use]
    pub fn status(&self, account: Uuid) -> Status {
        self.online.get(&account).map(|online| online.presence.status).unwrap_or_default()
    }

    /// Somebody says something else of themselves. Who is not connected stays offline.
    pub fn set_presence(
        &mut self,
        account: Uuid,
        status: Option<Status>,
        custom_status: Option<Option<String>>,
    ) {
        let Some(online) = self.online.get_mut(&account) else { return };
        let mut presence = online.presence.clone();
        presence.status = status.unwrap_or(presence.status);
        presence.custom_status = custom_status.unwrap_or(presence.custom_status);
        if online.presence != presence {
            online.presence = presence;
            self.tell_presence(account);
        }
    }

    fn tell_presence(&mut self, account: Uuid) {
        let Some(online) = self.online.get(&account) else { return };
        let mut others = BTreeSet::new();
        for community in &online.communities {
            others.extend(self.present.get(community).into_iter().flatten().copied());
        }
        others.remove(&account);
        let event = ChatEvent::Presence { account, presence: online.presence.clone() };
        self.tell(event, others);
    }

    /// A change was made: those whom it concerns are told.
    pub fn written(&mut self, by: Option<(Uuid, &str)>, written: &Written) {
        match written {
            Written::Posted { community, message, .. } => {
                let event = ChatEvent::MessageCreated { community: *community, message: message.clone() };
                self.tell_community(*community, None, event);
            }
            Written::Edited(community, message) => {
                let event = ChatEvent::MessageEdited { community: *community, message: message.clone() };
                self.tell_community(*community, None, event);
            }
            &Written::Deleted(community, channel, id, number) => {
                let event = ChatEvent::MessageDeleted { community, channel, id, number };
                self.tell_community(community, None, event);
            }
            Written::Community(community) => {
                if let Some((account, _)) = by {
                    self.enter(account, community.id);
                }
            }
            Written::Joined(community) => {
                if let Some((account, username)) = by {
                    let (community, username) = (community.id, username.to_owned());
                    self.enter(account, community);
                    let event = ChatEvent::Joined { community, account, username };
                    self.tell_community(community, None, event);
                }
            }
            Written::Left(community) => {
                if let Some((account, username)) = by {
                    let (community, username) = (community.id, username.to_owned());
                    let event = ChatEvent::Left { community, account, username };
                    self.tell_community(community, None, event);
                    self.exit(account, community);
                }
            }
            Written::Ended(Some(community)) => {
                for account in self.present.get(community).cloned().unwrap_or_default() {
                    self.exit(account, *community);
                }
                self.rooms.retain(|_, room| room.community != *community);
                let rooms = &self.rooms;
                self.room_of.retain(|_, room| rooms.contains_key(room));
            }
            Written::Ended(None) | Written::Channel(_) | Written::Done => {}
        }
    }

    fn enter(&mut self, account: Uuid, community: CommunityId) {
        if let Some(online) = self.online.get_mut(&account) {
            online.communities.insert(community);
            self.present.entry(community).or_default().insert(account);
        }
    }

    fn exit(&mut self, account: Uuid, community: CommunityId) {
        let room = self.room_of.get(&account).and_then(|room| self.rooms.get(room));
        if room.is_some_and(|room| room.community == community) {
            self.leave_room(account);
        }
        if let Some(online) = self.online.get_mut(&account) {
            online.communities.remove(&community);
            self.absent(community, account);
        }
    }

    /// Somebody writes in a channel.
    pub fn typing(&mut self, account: Uuid, username: &str, community: CommunityId, channel: ChannelId) {
        let event = ChatEvent::Typing { community, channel, account, username: username.to_owned() };
        self.tell_community(community, Some(account), event);
    }

    /// Somebody joins a voice room, and leaves the one that they are in (facts/other-gateways.md §3.3).
    ///
    /// # Errors
    /// [`ChatRefusal::TooMany`] when the room is full.
    pub fn join_voice(
        &mut self,
        now: Now,
        account: Uuid,
        username: &str,
        community: CommunityId,
        channel: ChannelId,
    ) -> Result<VoiceState, ChatRefusal> {
        let is_full = |room: &Room| {
            room.states.len() >= Limits::VOICE && room.states.iter().all(|state| state.account != account)
        };
        if self.rooms.get(&channel).is_some_and(is_full) {
            return Err(ChatRefusal::TooMany);
        }
        let former = self.room_of.get(&account).copied();
        match former.and_then(|room| self.rooms.get(&room)).map(|room| room.community) {
            // Within a community the new place says it all.
            Some(former) if former == community => drop(self.take_out(account)),
            _ => self.leave_room(account),
        }
        let state = VoiceState {
            account,
            username: username.to_owned(),
            channel: Some(channel),
            self_mute: false,
            self_deaf: false,
            joined_ms: now.unix_ms,
        };
        let room = self.rooms.entry(channel).or_insert_with(|| Room { community, states: Vec::new() });
        room.states.push(state.clone());
        self.room_of.insert(account, channel);
        if !self.online.contains_key(&account) {
            self.unconnected.insert(account, now.instant + Self::CONNECTS_WITHIN);
        }
        self.tell_community(community, None, ChatEvent::Voice { community, state: state.clone() });
        Ok(state)
    }

    /// Somebody changes in the room that they are in.
    ///
    /// # Errors
    /// [`ChatRefusal::NotInVoice`] when they are not in this one.
    pub fn change_voice(
        &mut self,
        account: Uuid,
        channel: ChannelId,
        self_mute: Option<bool>,
        self_deaf: Option<bool>,
    ) -> Result<VoiceState, ChatRefusal> {
        let room = self.rooms.get_mut(&channel).ok_or(ChatRefusal::NotInVoice)?;
        let state = room.states.iter_mut().find(|state| state.account == account);
        let state = state.ok_or(ChatRefusal::NotInVoice)?;
        state.self_mute = self_mute.unwrap_or(state.self_mute);
        state.self_deaf = self_deaf.unwrap_or(state.self_deaf);
        let (community, state) = (room.community, state.clone());
        self.tell_community(community, None, ChatEvent::Voice { community, state: state.clone() });
        Ok(state)
    }

    /// Somebody leaves a voice room.
    ///
    /// # Errors
    /// [`ChatRefusal::NotInVoice`] when they are not in this one.
    pub fn leave_voice(&mut self, account: Uuid, channel: ChannelId) -> Result<(), ChatRefusal> {
        if self.room_of.get(&account) != Some(&channel) {
            return Err(ChatRefusal::NotInVoice);
        }
        self.leave_room(account);
        Ok(())
    }

    /// Who is in a voice room, in the order in which they came.
    #[must_use]
    pub fn participants(&self, channel: ChannelId) -> &[VoiceState] {
        self.rooms.get(&channel).map(|room| room.states.as_slice()).unwrap_or_default()
    }

    fn take_out(&mut self, account: Uuid) -> Option<(CommunityId, VoiceState)> {
        self.unconnected.remove(&account);
        let channel = self.room_of.remove(&account)?;
        let room = self.rooms.get_mut(&channel)?;
        let place = room.states.iter().position(|state| state.account == account)?;
        let left = (room.community, room.states.remove(place));
        if room.states.is_empty() {
            self.rooms.remove(&channel);
        }
        Some(left)
    }

    fn leave_room(&mut self, account: Uuid) {
        if let Some((community, state)) = self.take_out(account) {
            let state = VoiceState { channel: None, self_mute: false, self_deaf: false, ..state };
            self.tell_community(community, None, ChatEvent::Voice { community, state });
        }
    }

    /// A peer tells another one of its room how to reach it; what is not allowed is dropped (TOG-R15).
    pub fn signal(&mut self, from: Uuid, to: Uuid, signal: Value) {
        let room = self.room_of.get(&from);
        if from == to || (room.is_some() && room == self.room_of.get(&to)) {
            self.tell(ChatEvent::Signal { from, signal }, [to]);
        }
    }

    /// When [`Switchboard::handle_timeout`] is to be called.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.unconnected.values().min().copied()
    }

    /// Does what is due.
    pub fn handle_timeout(&mut self, now: Now) {
        let due = self.unconnected.iter().filter(|(_, until)| **until <= now.instant);
        let due: Vec<Uuid> = due.map(|(account, _)| *account).collect();
        for account in due {
            self.leave_room(account);
        }
    }

    /// What to send next, and to whom.
    pub fn poll_output(&mut self) -> Option<(ChatEvent, Vec<ConnectionKey>)> {
        self.outputs.pop_front()
    }

    fn tell_community(&mut self, community: CommunityId, except: Option<Uuid>, event: ChatEvent) {
        let present = self.present.get(&community).into_iter().flatten().copied();
        let to: Vec<Uuid> = present.filter(|account| Some(*account) != except).collect();
        self.tell(event, to);
    }

    fn tell(&mut self, event: ChatEvent, accounts: impl IntoIterator<Item = Uuid>) {
        let online = accounts.into_iter().filter_map(|account| self.online.get(&account));
        let to: Vec<ConnectionKey> = online.flat_map(|online| online.connections.iter().copied()).collect();
        if !to.is_empty() {
            self.outputs.push_back((event, to));
        }
    }
}

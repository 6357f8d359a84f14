//! Voice rooms: who is in which, in the order in which they came, and who is told. Nobody is in two at once.

use std::time::{Duration, Instant};

use hearth_clock::Now;
use serde_json::Value;
use uuid::Uuid;

use super::super::event::ChatEvent;
use super::super::limits::Limits;
use super::super::model::{ChannelId, CommunityId};
use super::super::people::{Person, VoiceState};
use super::super::store::ChatRefusal;
use super::Switchboard;

/// A voice room in which somebody is.
#[derive(Debug)]
pub(super) struct Room {
    community: CommunityId,
    /// In the order in which they came.
    states: Vec<VoiceState>,
}

impl Switchboard {
    /// Who joined a voice room by REST has this long to connect.
    pub const CONNECTS_WITHIN: Duration = Duration::from_secs(30);

    /// Somebody joins a voice room, and leaves the one that they are in (facts/other-gateways.md §3.3).
    ///
    /// # Errors
    /// [`ChatRefusal::TooMany`] when the room is full.
    pub fn join_voice(
        &mut self,
        now: Now,
        person: Person,
        community: CommunityId,
        channel: ChannelId,
    ) -> Result<VoiceState, ChatRefusal> {
        let account = person.account;
        let is_full = |room: &Room| {
            room.states.len() >= Limits::VOICE
                && room.states.iter().all(|state| state.person.account != account)
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
            person,
            channel: Some(channel),
            self_mute: false,
            self_deaf: false,
            joined_ms: now.unix_ms,
        };
        let room = self.rooms.entry(channel).or_insert_with(|| Room { community, states: Vec::new() });
        room.states.push(state.clone());
        self.room_of.insert(account, channel);
        self.moved.push_back((account, Some(community)));
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
        let state = room.states.iter_mut().find(|state| state.person.account == account);
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
        let place = room.states.iter().position(|state| state.person.account == account)?;
        let left = (room.community, room.states.remove(place));
        self.moved.push_back((account, None));
        if room.states.is_empty() {
            self.rooms.remove(&channel);
        }
        Some(left)
    }

    pub(super) fn leave_room(&mut self, account: Uuid) {
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

    /// What somebody hears of a community ends with their leaving it, so the voice room comes before.
    pub(super) fn leave_room_of(&mut self, account: Uuid, community: CommunityId) {
        let room = self.room_of.get(&account).and_then(|room| self.rooms.get(room));
        if room.is_some_and(|room| room.community == community) {
            self.leave_room(account);
        }
    }

    /// A community ends, and its rooms with it.
    pub(super) fn close_rooms_of(&mut self, community: CommunityId) {
        self.rooms.retain(|_, room| room.community != community);
        let rooms = &self.rooms;
        let moved = &mut self.moved;
        self.room_of.retain(|account, room| {
            let stays = rooms.contains_key(room);
            if !stays {
                moved.push_back((*account, None));
            }
            stays
        });
    }

    /// Who went into a room of which community since the last time, or out of one (`None`), in order.
    pub fn poll_moved(&mut self) -> Option<(Uuid, Option<CommunityId>)> {
        self.moved.pop_front()
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
}

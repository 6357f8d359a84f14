//! Who is there, who speaks in which room, and who is told what: a state machine without I/O. It trusts what it is
//! told of members and channels; the desk asks the store.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use hearth_clock::Now;
use serde_json::Value;
use uuid::Uuid;

use super::event::{ChatEvent, Welcome};
use super::limits::Limits;
use super::model::{ChannelId, Community, CommunityId};
use super::people::{Person, Presence, Status, VoiceState};
use super::store::{ChatRefusal, Written};

/// Names a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionKey(pub u64);

/// Somebody who is there.
#[derive(Debug)]
struct Online {
    person: Person,
    connections: BTreeSet<ConnectionKey>,
    communities: BTreeSet<CommunityId>,
    presence: Presence,
}

impl Online {
    const fn new(person: Person) -> Self {
        let presence = Presence { status: Status::Offline, custom_status: None };
        Self { person, connections: BTreeSet::new(), communities: BTreeSet::new(), presence }
    }
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
        person: Person,
        custom_status: Option<String>,
        communities: Vec<Community>,
    ) {
        let account = person.account;
        self.connections.insert(key, account);
        self.unconnected.remove(&account);
        let online = self.online.entry(account).or_insert_with(|| Online::new(person.clone()));
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
        let welcome = Welcome { person, presence, communities };
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
        let event = ChatEvent::Presence { person: online.person.clone(), presence: online.presence.clone() };
        self.tell(event, others);
    }

    /// A change was made: those whom it concerns are told.
    pub fn written(&mut self, by: Option<&Person>, written: &Written) {
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
            Written::Founded(community, _) => {
                if let Some(person) = by {
                    self.enter(person.account, community.id);
                }
            }
            Written::Joined(community) => {
                if let Some(person) = by.cloned() {
                    let (community, status) = (community.id, self.status(person.account));
                    self.enter(person.account, community);
                    self.tell_community(community, None, ChatEvent::Joined { community, person, status });
                }
            }
            Written::Left(community) => {
                if let Some(person) = by.cloned() {
                    let (community, account) = (community.id, person.account);
                    self.leave_room_of(account, community);
                    self.tell_community(community, None, ChatEvent::Left { community, person });
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
            Written::Ended(None) | Written::Community(_) | Written::Channel(_) | Written::Done => {}
        }
    }

    fn enter(&mut self, account: Uuid, community: CommunityId) {
        if let Some(online) = self.online.get_mut(&account) {
            online.communities.insert(community);
            self.present.entry(community).or_default().insert(account);
        }
    }

    /// What somebody hears of a community ends with their leaving it, so the voice room comes before.
    fn leave_room_of(&mut self, account: Uuid, community: CommunityId) {
        let room = self.room_of.get(&account).and_then(|room| self.rooms.get(room));
        if room.is_some_and(|room| room.community == community) {
            self.leave_room(account);
        }
    }

    fn exit(&mut self, account: Uuid, community: CommunityId) {
        self.leave_room_of(account, community);
        if let Some(online) = self.online.get_mut(&account) {
            online.communities.remove(&community);
            self.absent(community, account);
        }
    }

    /// Somebody writes in a channel.
    pub fn typing(&mut self, person: Person, community: CommunityId, channel: ChannelId) {
        let account = person.account;
        let event = ChatEvent::Typing { community, channel, person };
        self.tell_community(community, Some(account), event);
    }

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

#[cfg(test)]
mod tests {
    use hearth_clock::Clock;

    use super::*;
    use crate::chat::{Author, Message, MessageId};

    /// A world with the communities A and B; ada and bob share A, bob and eve share B.
    struct World {
        board: Switchboard,
        now: Now,
        communities: [Community; 2],
        lounge: ChannelId,
        last: u64,
    }

    const ADA: Uuid = Uuid::from_u128(1);
    const BOB: Uuid = Uuid::from_u128(2);
    const EVE: Uuid = Uuid::from_u128(3);

    fn person(account: Uuid) -> Person {
        Person { account, number: account.as_u64_pair().1, username: "name".into() }
    }

    fn community(number: u64) -> Community {
        Community {
            id: CommunityId(Uuid::from_u128(u128::from(number) << 64)),
            number,
            name: format!("community {number}"),
            description: None,
            icon_url: None,
            owner: None,
            sesh: None,
            open: false,
            member_count: 2,
            created_ms: 0,
            updated_ms: 0,
        }
    }

    impl World {
        fn new() -> Self {
            Self {
                board: Switchboard::default(),
                now: Clock::new().now(),
                communities: [community(1), community(2)],
                lounge: ChannelId::fresh(),
                last: 0,
            }
        }

        fn connect(&mut self, account: Uuid) -> ConnectionKey {
            let [a, b] = &self.communities;
            let communities = match account {
                ADA => vec![a.clone()],
                BOB => vec![a.clone(), b.clone()],
                _ => vec![b.clone()],
            };
            self.last += 1;
            let key = ConnectionKey(self.last);
            self.board.connect(key, person(account), None, communities);
            key
        }

        fn join_voice(&mut self, account: Uuid) -> Result<VoiceState, ChatRefusal> {
            let community = self.communities[0].id;
            self.board.join_voice(self.now, person(account), community, self.lounge)
        }

        fn outputs(&mut self) -> Vec<(ChatEvent, Vec<ConnectionKey>)> {
            std::iter::from_fn(|| self.board.poll_output()).collect()
        }
    }

    fn status_of(event: &ChatEvent) -> Option<(Uuid, Status)> {
        match event {
            ChatEvent::Presence { person, presence } => Some((person.account, presence.status)),
            _ => None,
        }
    }

    #[test]
    fn a_connection_begins_with_its_welcome_and_others_see_who_came() {
        let mut world = World::new();
        let ada = world.connect(ADA);
        let outputs = world.outputs();
        assert_eq!(outputs.len(), 1, "nobody else is there");
        assert!(matches!(&outputs[0], (ChatEvent::Welcome(welcome), to)
            if welcome.communities.len() == 1 && welcome.presence.status == Status::Online && *to == [ada]));
        let bob = world.connect(BOB);
        let outputs = world.outputs();
        assert!(matches!(&outputs[0], (ChatEvent::Welcome(_), to) if *to == [bob]));
        assert_eq!((status_of(&outputs[1].0), &outputs[1].1), (Some((BOB, Status::Online)), &vec![ada]));
    }

    #[test]
    fn only_the_last_connection_of_somebody_takes_them_offline() {
        let mut world = World::new();
        let ada = world.connect(ADA);
        let (first, second) = (world.connect(BOB), world.connect(BOB));
        world.outputs();
        world.board.disconnect(first);
        assert_eq!(world.outputs(), []);
        world.board.disconnect(second);
        let outputs = world.outputs();
        assert_eq!(outputs.len(), 1);
        assert_eq!((status_of(&outputs[0].0), &outputs[0].1), (Some((BOB, Status::Offline)), &vec![ada]));
        assert_eq!(world.board.status(BOB), Status::Offline);
    }

    #[test]
    fn a_presence_reaches_those_of_shared_communities_once_and_not_its_owner() {
        let mut world = World::new();
        let (ada, bob, eve) = (world.connect(ADA), world.connect(BOB), world.connect(EVE));
        world.outputs();
        world.board.set_presence(BOB, Some(Status::Dnd), Some(Some("heating".into())));
        let outputs = world.outputs();
        assert_eq!(outputs.len(), 1);
        let mut to = outputs[0].1.clone();
        to.sort_unstable();
        assert_eq!(to, [ada, eve]);
        world.board.set_presence(BOB, Some(Status::Dnd), None);
        assert_eq!(world.outputs(), [], "nothing is different");
        world.board.set_presence(ADA, Some(Status::Idle), None);
        assert_eq!(world.outputs()[0].1, [bob]);
    }

    #[test]
    fn who_is_not_connected_stays_offline_whatever_they_say() {
        let mut world = World::new();
        world.board.set_presence(ADA, Some(Status::Online), None);
        assert_eq!((world.board.status(ADA), world.outputs()), (Status::Offline, vec![]));
    }

    #[test]
    fn a_message_reaches_everybody_of_its_community_the_author_too() {
        let mut world = World::new();
        let (ada, bob, _eve) = (world.connect(ADA), world.connect(BOB), world.connect(EVE));
        world.outputs();
        let message = Message {
            id: MessageId::fresh(),
            number: 1,
            channel: ChannelId::fresh(),
            channel_number: 7,
            author: Author::Account(person(ADA)),
            content: "hello".into(),
            reply_to: None,
            extra: None,
            created_ms: 1,
            edited_ms: None,
        };
        let community = world.communities[0].id;
        world.board.written(None, &Written::Posted { community, sesh: None, message });
        let outputs = world.outputs();
        assert_eq!((outputs.len(), &outputs[0].1), (1, &vec![ada, bob]));
    }

    #[test]
    fn who_leaves_a_community_hears_of_their_leaving_and_nothing_more() {
        let mut world = World::new();
        let (ada, bob) = (world.connect(ADA), world.connect(BOB));
        world.outputs();
        let community = world.communities[0].clone();
        world.join_voice(BOB).unwrap();
        world.outputs();
        world.board.written(Some(&person(BOB)), &Written::Left(community.clone()));
        let outputs = world.outputs();
        assert!(matches!(&outputs[0].0, ChatEvent::Voice { state, .. } if state.channel.is_none()));
        assert!(matches!(&outputs[1].0, ChatEvent::Left { person, .. } if person.account == BOB));
        assert_eq!((outputs.len(), &outputs[1].1), (2, &vec![ada, bob]));
        world.board.set_presence(ADA, Some(Status::Idle), None);
        assert_eq!(world.outputs(), []);
    }

    #[test]
    fn a_voice_room_is_left_before_its_member_goes_offline() {
        let mut world = World::new();
        let (_ada, bob) = (world.connect(ADA), world.connect(BOB));
        world.join_voice(BOB).unwrap();
        world.outputs();
        world.board.disconnect(bob);
        let outputs = world.outputs();
        assert!(matches!(&outputs[0].0, ChatEvent::Voice { state, .. } if state.channel.is_none()));
        assert_eq!(status_of(&outputs[1].0), Some((BOB, Status::Offline)));
        assert_eq!(world.board.participants(world.lounge), []);
    }

    #[test]
    fn signals_go_between_people_of_one_room_only() {
        let mut world = World::new();
        let (ada, bob, _eve) = (world.connect(ADA), world.connect(BOB), world.connect(EVE));
        world.join_voice(ADA).unwrap();
        world.outputs();
        world.board.signal(ADA, BOB, Value::Null);
        world.board.signal(EVE, BOB, Value::Null);
        assert_eq!(world.outputs(), [], "bob is in no room");
        world.board.signal(ADA, ADA, Value::Null);
        assert_eq!(world.outputs()[0].1, [ada]);
        world.join_voice(BOB).unwrap();
        world.outputs();
        world.board.signal(ADA, BOB, Value::Bool(true));
        let expected = ChatEvent::Signal { from: ADA, signal: Value::Bool(true) };
        assert_eq!(world.outputs(), [(expected, vec![bob])]);
    }

    #[test]
    fn a_place_in_a_voice_room_without_a_connection_is_given_up() {
        let mut world = World::new();
        world.connect(ADA);
        world.join_voice(BOB).unwrap();
        world.outputs();
        let due = world.board.poll_timeout().unwrap();
        let later = world.now.later(due - world.now.instant);
        world.board.handle_timeout(later);
        assert!(matches!(&world.outputs()[0].0, ChatEvent::Voice { state, .. } if state.channel.is_none()));
        assert_eq!(world.board.poll_timeout(), None);
    }

    #[test]
    fn a_full_voice_room_takes_nobody_more_but_those_who_are_in_it() {
        let mut world = World::new();
        for number in 0..Limits::VOICE as u128 {
            world.join_voice(Uuid::from_u128(100 + number)).unwrap();
        }
        assert_eq!(world.join_voice(ADA), Err(ChatRefusal::TooMany));
        assert!(world.join_voice(Uuid::from_u128(100)).is_ok());
        assert_eq!(world.board.participants(world.lounge).len(), Limits::VOICE);
    }

    #[test]
    fn nothing_is_left_when_everybody_is_gone() {
        let mut world = World::new();
        let keys = [world.connect(ADA), world.connect(BOB), world.connect(BOB), world.connect(EVE)];
        world.join_voice(ADA).unwrap();
        world.join_voice(BOB).unwrap();
        for key in keys {
            world.board.disconnect(key);
        }
        let Switchboard { connections, online, present, rooms, room_of, unconnected, .. } = &world.board;
        assert!(connections.is_empty() && online.is_empty() && present.is_empty());
        assert!(rooms.is_empty() && room_of.is_empty() && unconnected.is_empty());
    }
}

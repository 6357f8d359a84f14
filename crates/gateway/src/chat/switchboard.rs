//! Who is there, who speaks in which room, and who is told what: a state machine without I/O. It trusts what it is
//! told of members and channels; the desk asks the store.

mod voice;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Instant;

use uuid::Uuid;

use super::event::{ChatEvent, Welcome};
use super::model::{ChannelId, Community, CommunityId};
use super::people::{Person, Presence, Status};
use super::store::Written;
use voice::Room;

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
    /// Who went into a room of which community, or out of one.
    moved: VecDeque<(Uuid, Option<CommunityId>)>,
    outputs: VecDeque<(ChatEvent, Vec<ConnectionKey>)>,
}

impl Switchboard {
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
        let event = ChatEvent::Presence {
            person: online.person.clone(),
            presence: online.presence.clone(),
            communities: online.communities.iter().copied().collect(),
        };
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
            &Written::Ended(Some(community)) => {
                let present = self.present.get(&community).cloned().unwrap_or_default();
                for account in &present {
                    self.leave_room_of(*account, community);
                }
                self.close_rooms_of(community);
                self.tell_community(community, None, ChatEvent::Ended { community });
                for account in present {
                    self.exit(account, community);
                }
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
mod tests;

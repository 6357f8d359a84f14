//! The rooms that are known, the one we are in, and who is there.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use hearth_dialects::i386chat::{Room, User};

use super::session::Session;
use crate::chat::{Channel, Event, Member, Presence, PresenceStatus, Server};

/// More rooms, and people of one room, are not kept.
const MOST_ROOMS: usize = 1000;
const MOST_PEOPLE: usize = 5000;

/// Many come at once after one has moved: they are told together.
const TOLD_AFTER: Duration = Duration::from_millis(50);

/// Rooms.
#[derive(Debug, Default)]
pub(super) struct Rooms {
    known: Vec<(Server, Option<String>)>,
    /// Where we are on this connection.
    pub here: Option<String>,
    /// Where we want to be after a loss.
    pub wanted: Option<String>,
    /// Who is there, by id.
    people: BTreeMap<String, String>,
    /// What changed is told then.
    pub servers_at: Option<Instant>,
    pub people_at: Option<Instant>,
}

impl Rooms {
    pub fn remembering(ids: &[String]) -> Self {
        let ids = ids.iter().filter(|id| id.parse::<u64>().is_ok()).take(MOST_ROOMS);
        let known = ids.map(|id| (Server { id: id.clone(), ..Server::default() }, None)).collect();
        Self { known, ..Self::default() }
    }

    pub fn servers(&self) -> Vec<Server> {
        self.known.iter().map(|(server, _)| server.clone()).collect()
    }

    pub fn has(&self, id: &str) -> bool {
        self.known.iter().any(|(server, _)| server.id == id)
    }

    pub fn is_here(&self, id: &str) -> bool {
        self.here.as_deref() == Some(id)
    }

    /// A room as it is. True when that is news.
    pub fn put(&mut self, room: &Room) -> bool {
        let shown = (shown(room), room.description.clone().filter(|text| !text.is_empty()));
        match self.known.iter_mut().find(|(server, _)| server.id == shown.0.id) {
            Some(known) if *known == shown => false,
            Some(known) => {
                *known = shown;
                true
            }
            None => {
                let fits = self.known.len() < MOST_ROOMS;
                if fits {
                    self.known.push(shown);
                }
                fits
            }
        }
    }

    pub fn forget(&mut self, id: &str) {
        self.known.retain(|(server, _)| server.id != id);
    }

    /// All of a room; of those that we are not in, nobody is known.
    pub fn whole(&self, id: &str) -> Option<Event> {
        let (server, topic) = self.known.iter().find(|(server, _)| server.id == id)?;
        let channel = Channel {
            id: id.to_owned(),
            server: id.to_owned(),
            name: server.name.clone(),
            topic: topic.clone(),
            ..Channel::default()
        };
        let people = self.people.iter().filter(|_| self.is_here(id));
        let presence = Presence { status: PresenceStatus::Online, custom_status: None };
        let member = |(user, username): (&String, &String)| Member {
            user: user.clone(),
            username: username.clone(),
            presence: presence.clone(),
            ..Member::default()
        };
        let members = people.map(member).collect();
        Some(Event::Server { id: id.to_owned(), channels: vec![channel], members, rooms: Vec::new() })
    }
}

fn shown(room: &Room) -> Server {
    Server {
        id: room.id.to_string(),
        name: room.name.clone(),
        description: room.description.clone().filter(|text| !text.is_empty()),
        owner: room.creator.as_ref().map(|creator| creator.id.to_string()),
        ..Server::default()
    }
}

impl Session {
    /// A room that one may go into.
    pub(super) fn room_is_known(&mut self, now: Instant, room: &Room) {
        if self.own.rooms.put(room) {
            self.own.rooms.servers_at.get_or_insert(now + TOLD_AFTER);
        }
    }

    /// We are in a room now.
    pub(super) fn moved(&mut self, now: Instant, room: &Room) {
        let id = room.id.to_string();
        self.own.rooms.people.clear();
        if let Some(user) = self.user.clone().filter(|user| !user.id.is_empty()) {
            self.own.rooms.people.insert(user.id, user.username);
        }
        self.room_is_known(now, room);
        self.own.rooms.wanted = Some(id.clone());
        self.own.rooms.here = Some(id.clone());
        self.tell_rooms(None);
        self.event(Event::Here(Some(id)));
        self.own.rooms.people_at = Some(now + TOLD_AFTER);
    }

    /// We are in no room any more.
    pub(super) fn is_out(&mut self) {
        self.own.rooms.wanted = None;
        self.own.rooms.people.clear();
        if self.own.rooms.here.take().is_some() {
            self.event(Event::Here(None));
        }
    }

    pub(super) fn came(&mut self, now: Instant, user: &User) {
        if self.own.rooms.people.len() < MOST_PEOPLE {
            self.own.rooms.people.insert(user.id.to_string(), user.name.clone());
            self.own.rooms.people_at.get_or_insert(now + TOLD_AFTER);
        }
    }

    pub(super) fn went(&mut self, now: Instant, user: &User) {
        if self.own.rooms.people.remove(&user.id.to_string()).is_some() {
            self.own.rooms.people_at.get_or_insert(now + TOLD_AFTER);
        }
    }

    /// Tells what changed; what is not due yet too, without `now`.
    pub(super) fn tell_rooms(&mut self, now: Option<Instant>) {
        let is_due = |at: &mut Instant| now.is_none_or(|now| *at <= now);
        if self.own.rooms.servers_at.take_if(is_due).is_some() {
            self.event(Event::Servers(self.own.rooms.servers()));
        }
        if self.own.rooms.people_at.take_if(is_due).is_some()
            && let Some(event) = self.own.rooms.here.clone().and_then(|here| self.own.rooms.whole(&here))
        {
            self.event(event);
        }
    }
}

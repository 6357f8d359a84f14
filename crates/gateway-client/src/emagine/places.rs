//! The channels that are known. The real server lists them nowhere: they are remembered by our owner. Names of people
//! are asked for one by one, because a channel has only the ids of its members.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use hearth_dialects::emagine::{id, rest};

use super::purpose::{Other, Why};
use super::session::Session;
use super::show;
use crate::chat::calls::{Call, Lane};
use crate::chat::{Channel, Event, Failure, Member, Outcome, Server};

/// More channels, people of one channel, and names are not kept.
const MOST_PLACES: usize = 1000;
const MOST_PEOPLE: usize = 5000;
const MOST_NAMES: usize = 20_000;

/// So many names are asked for at once.
const MOST_ASKED: usize = 64;

/// A channel is asked for anew because of somebody unknown once in this time.
const LOOK: Duration = Duration::from_secs(10);

/// A channel in which we are no member is listened to so often.
const LISTEN: Duration = Duration::from_secs(20);

/// A channel.
#[derive(Debug, Default)]
pub(super) struct Place {
    pub server: Server,
    channel: Channel,
    /// Ids, when they were told.
    members: Option<Vec<String>>,
    /// It is told as a whole, and has to be.
    watched: bool,
    untold: bool,
    looked_at: Option<Instant>,
    listen_at: Option<Instant>,
}

/// All channels.
#[derive(Debug, Default)]
pub(super) struct Places {
    known: Vec<Place>,
    /// Known by id only.
    remembered: BTreeSet<String>,
    names: BTreeMap<String, String>,
    /// Names that are being asked for, and people that have none on this connection.
    naming: BTreeSet<String>,
    nameless: BTreeSet<String>,
}

impl Places {
    pub fn remembering(ids: &[String]) -> Self {
        let remembered = ids.iter().filter(|text| id(text).is_some()).take(MOST_PLACES).cloned().collect();
        Self { remembered, ..Self::default() }
    }

    pub fn servers(&self) -> Vec<Server> {
        self.known.iter().map(|place| place.server.clone()).collect()
    }

    pub fn get(&self, id: &str) -> Option<&Place> {
        self.known.iter().find(|place| place.server.id == id)
    }

    fn get_mut(&mut self, id: &str) -> Option<&mut Place> {
        self.known.iter_mut().find(|place| place.server.id == id)
    }

    pub fn name(&self, user: &str) -> Option<&String> {
        self.names.get(user)
    }

    pub fn is_called(&mut self, user: &str, name: &str) {
        if !name.is_empty() && (self.names.len() < MOST_NAMES || self.names.contains_key(user)) {
            self.names.insert(user.to_owned(), name.to_owned());
        }
    }

    /// A channel as it is now. False when there are too many.
    pub fn put(&mut self, shown: &rest::Channel) -> bool {
        self.remembered.remove(&shown.id);
        if self.get(&shown.id).is_none() {
            if self.known.len() >= MOST_PLACES {
                return false;
            }
            self.known.push(Place::default());
        }
        let new = |place: &&mut Place| place.server.id.is_empty() || place.server.id == shown.id;
        if let Some(place) = self.known.iter_mut().rev().find(new) {
            place.server = show::server(shown);
            place.channel = show::channel(shown);
            if let Some(members) = &shown.members {
                place.members = Some(members.iter().take(MOST_PEOPLE).cloned().collect());
            }
        }
        true
    }

    pub fn forget(&mut self, id: &str) {
        self.remembered.remove(id);
        self.known.retain(|place| place.server.id != id);
    }

    /// The server lists where we are: nothing else is.
    pub fn listed(&mut self, channels: &[rest::Channel]) {
        self.remembered.clear();
        self.known.retain(|place| channels.iter().any(|channel| channel.id == place.server.id));
        for channel in channels {
            self.put(channel);
        }
    }

    /// Ids of all that have to be asked for on a server that lists none.
    pub fn unlisted(&self) -> Vec<String> {
        let known = self.known.iter().map(|place| &place.server.id);
        known.chain(&self.remembered).cloned().collect()
    }

    pub fn watched(&self) -> Vec<String> {
        let watched = self.known.iter().filter(|place| place.watched);
        watched.map(|place| place.server.id.clone()).collect()
    }

    /// The connection is gone, and what was on its way.
    pub fn lost(&mut self) {
        self.naming.clear();
        self.nameless.clear();
    }

    /// When a channel is to be listened to.
    pub fn due(&self) -> Option<Instant> {
        self.known.iter().filter_map(|place| place.listen_at).min()
    }
}

impl Session {
    /// Has a channel told as a whole, now and after each reconnect.
    pub(super) fn load(&mut self, now: Instant, id: &str) {
        match self.own.places.get_mut(id) {
            Some(place) => {
                place.watched = true;
                self.show(now, id, Why::Load);
            }
            None => {
                let (server, why) = (id.to_owned(), Failure::NotFound);
                self.event(Event::NotLoaded { server, why, text: String::new() });
            }
        }
    }

    pub(super) fn show(&mut self, now: Instant, id: &str, why: Why) {
        let channel = id.to_owned();
        let call = Call::get(Other::Show { channel, why }, format!("/channels/{id}"), now);
        self.rest.calls.push(if matches!(why, Why::Joined(_) | Why::Created(_)) {
            call.lane(Lane::Servers)
        } else {
            call
        });
    }

    pub(super) fn list(&mut self, now: Instant) {
        self.rest.calls.push(Call::get(Other::List, "/channels".into(), now));
    }

    /// Something that has to be known before the owner is told where we are has come, or will not.
    pub(super) fn found(&mut self, now: Instant, more: usize) {
        let live = self.connection.live_mut().map(|live| &mut live.own);
        let Some(live) = live.filter(|live| live.missing > 0) else { return };
        live.missing = live.missing - 1 + more;
        if live.missing == 0
            && let Some(user) = self.user.clone()
        {
            let servers = self.own.places.servers();
            self.event(Event::Ready { user: Box::new(user), servers });
            for id in self.own.places.watched() {
                self.show(now, &id, Why::Load);
            }
        }
    }

    /// A server that lists no channels: those that are remembered.
    pub(super) fn unlisted(&mut self, now: Instant) {
        let ids = self.own.places.unlisted();
        for id in &ids {
            self.show(now, id, Why::Remembered);
        }
        self.found(now, ids.len());
    }

    /// A channel as it is.
    pub(super) fn shown(&mut self, now: Instant, shown: &rest::Channel, why: Why) {
        let is_new = self.own.places.get(&shown.id).is_none();
        let fits = self.own.places.put(shown);
        self.listen_if_deaf(now, &shown.id);
        match why {
            Why::Remembered => self.found(now, 0),
            Why::Load => {
                if let Some(place) = self.own.places.get_mut(&shown.id) {
                    place.untold = true;
                }
                self.tell_places(now);
            }
            Why::Joined(ticket) | Why::Created(ticket) if !fits => {
                self.failed(ticket, Failure::TooMany, String::new());
            }
            Why::Joined(ticket) => self.done(ticket, Outcome::Joined(Some(shown.id.clone()))),
            Why::Created(ticket) => self.done(ticket, Outcome::ServerCreated(Box::new(show::server(shown)))),
        }
        if is_new && fits && !matches!(why, Why::Remembered) {
            self.event(Event::Servers(self.own.places.servers()));
        }
    }

    /// A channel that cannot be had.
    pub(super) fn not_shown(&mut self, now: Instant, id: String, why: Why, failure: Failure, text: String) {
        let is_gone = matches!(failure, Failure::NotFound | Failure::NotAllowed);
        match why {
            Why::Remembered => {
                if is_gone {
                    self.own.places.forget(&id);
                }
                self.found(now, 0);
            }
            Why::Load => {
                if is_gone {
                    self.own.places.forget(&id);
                    self.event(Event::Servers(self.own.places.servers()));
                }
                self.event(Event::NotLoaded { server: id, why: failure, text });
            }
            Why::Joined(ticket) | Why::Created(ticket) => self.failed(ticket, failure, text),
        }
    }

    /// Those that are to be told, as soon as the names of their people are known.
    fn tell_places(&mut self, now: Instant) {
        let waiting = self.own.places.known.iter().filter(|place| place.untold);
        let people = waiting.flat_map(|place| place.members.iter().flatten());
        let is_unknown = |user: &&String| {
            !self.own.places.names.contains_key(*user) && !self.own.places.nameless.contains(*user)
        };
        let unknown: BTreeSet<String> = people.filter(is_unknown).cloned().collect();
        for user in unknown.into_iter().take(MOST_ASKED) {
            if id(&user).is_none() {
                self.own.places.nameless.insert(user);
            } else if self.own.places.naming.insert(user.clone()) {
                let path = format!("/users/{user}");
                self.rest.calls.push(Call::get(Other::Name { user }, path, now));
            }
        }
        if !self.own.places.naming.is_empty() {
            return;
        }
        let told: Vec<Event> = self
            .own
            .places
            .known
            .iter()
            .filter(|place| place.untold)
            .map(|place| self.whole(place))
            .collect();
        self.own.places.known.iter_mut().for_each(|place| place.untold = false);
        told.into_iter().for_each(|event| self.event(event));
    }

    fn whole(&self, place: &Place) -> Event {
        let member = |user: &String| {
            let username = self.own.places.name(user).unwrap_or(user).clone();
            Member { user: user.clone(), username, ..Member::default() }
        };
        let members = place.members.iter().flatten().map(member).collect();
        let (id, channels) = (place.server.id.clone(), vec![place.channel.clone()]);
        Event::Server { id, channels, members, rooms: Vec::new() }
    }

    /// What somebody is called; `None`: it is not known.
    pub(super) fn named(&mut self, now: Instant, user: &str, name: Option<&str>) {
        self.own.places.naming.remove(user);
        match name {
            Some(name) => self.own.places.is_called(user, name),
            None => drop(self.own.places.nameless.insert(user.to_owned())),
        }
        if self.own.places.naming.is_empty() {
            self.tell_places(now);
        }
    }

    /// Somebody said something in a channel. No event tells who has joined.
    pub(super) fn met(&mut self, now: Instant, user: &str, channel: &str) {
        let Some(place) = self.own.places.get_mut(channel) else { return };
        let is_known = place.members.iter().flatten().any(|member| member == user);
        if is_known || !place.watched || place.looked_at.is_some_and(|at| now < at + LOOK) {
            return;
        }
        place.looked_at = Some(now);
        self.show(now, channel, Why::Load);
    }

    /// Where we are no member, nothing is told on the socket (EMG-R4).
    fn listen_if_deaf(&mut self, now: Instant, id: &str) {
        let own = self.user.as_ref().map(|user| user.id.clone());
        let Some(place) = self.own.places.get_mut(id) else { return };
        let is_deaf =
            place.members.as_ref().is_some_and(|members| !members.iter().any(|id| Some(id) == own.as_ref()));
        place.listen_at = match place.listen_at {
            Some(at) if is_deaf => Some(at),
            None if is_deaf => Some(now + LISTEN),
            _ => None,
        };
    }

    /// We have said something there, and are told from now on.
    pub(super) fn is_member(&mut self, id: &str) {
        if let Some(place) = self.own.places.get_mut(id) {
            place.listen_at = None;
        }
    }

    pub(super) fn listen(&mut self, now: Instant) {
        let is_live = self.is_live();
        let due =
            self.own.places.known.iter_mut().filter(|place| place.listen_at.is_some_and(|at| at <= now));
        let mut ids = Vec::new();
        for place in due {
            place.listen_at = Some(now + LISTEN);
            ids.push(place.server.id.clone());
        }
        for channel in ids.into_iter().filter(|_| is_live) {
            let path = format!("/channels/{channel}/posts?limit={}", super::talk::PAGE);
            self.rest.calls.push(Call::get(Other::Listen { channel }, path, now));
        }
    }
}

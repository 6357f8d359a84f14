//! What a session tells: what there is, what happens there, and what came of what was asked.

use std::collections::BTreeSet;

use hearth_clock::Now;
use hearth_gateway_client::chat::{Event, Failure, Message, Outcome, Request, Server, User};

use super::hall::{Asked, Doing};
use super::{Controller, tidy, words};
use crate::contract::{NoticeKind, Said};

/// Communities that are loaded at once without a person having looked into them.
const MOST_LOADED: usize = 32;

impl Controller {
    /// A session told something.
    pub(super) fn told_in_hall(&mut self, now: Now, id: u32, event: Event) {
        match event {
            Event::Status(status) => self.hall_status(now, id, status),
            Event::Ready { user, servers } => self.ready_in_hall(id, *user, servers),
            Event::Servers(servers) => self.servers_of_hall(id, servers),
            Event::Server { id: server, channels, members, rooms } => {
                if let Some(hall) = self.rooms.get_mut(id) {
                    hall.fill(&server, channels, members, rooms);
                }
                self.count_unread(id, &server);
            }
            Event::NotLoaded { server, why, text } => self.not_loaded(id, &server, why, &text),
            Event::Message(message) => self.line_said(id, &message),
            Event::MessageEdited(message) => {
                if let Some(hall) = self.rooms.get_mut(id)
                    && let Some(room) = hall.rooms.get_mut(&message.channel)
                {
                    room.edited(&message);
                }
            }
            Event::MessageDeleted { id: line, channel } => {
                let Some(hall) = self.rooms.get_mut(id) else { return };
                if let Some(room) = hall.rooms.get_mut(&channel) {
                    room.gone(&line);
                }
                if let Some(unread) = hall.unread.get_mut(&channel) {
                    unread.retain(|unread| *unread != line);
                }
            }
            Event::Presence { user, presence } => {
                if let Some(hall) = self.rooms.get_mut(id) {
                    hall.presence(&user, &presence);
                }
            }
            Event::Voice(state) => {
                if let Some(hall) = self.rooms.get_mut(id) {
                    hall.voice(&state);
                }
                self.voice_told_in_hall(now, id, &state);
            }
            Event::Typing { channel, user, username } => {
                if let Some(hall) = self.rooms.get_mut(id) {
                    hall.types(now.instant, &channel, &user, username.as_deref());
                }
            }
            Event::Page { ticket, channel, messages, more } => {
                self.page_read(id, ticket, &channel, &messages, more);
            }
            Event::Done { ticket, outcome } => self.done_in_hall(id, ticket, outcome),
            Event::Failed { ticket, why, text } => self.failed_in_hall(id, ticket, why, &text),
            Event::Here(server) => self.here_in_hall(id, server),
            Event::Notice(text) => {
                if let Some(hall) = self.rooms.get_mut(id) {
                    hall.notice = tidy::some(Some(&text), tidy::ABOUT);
                }
            }
            Event::VoiceFailed { channel, why, text } => {
                self.voice_refused_in_hall(now, id, &channel, (why, &text));
            }
            Event::Signal { from, signal } => self.signalled_in_hall(now, id, from, signal),
            // A secret is kept where the session is run, and these sign in by themselves.
            Event::Secret(_) | Event::TokenWanted => {}
        }
    }

    /// A new connection: what was read before may have changed meanwhile.
    fn ready_in_hall(&mut self, id: u32, user: User, servers: Vec<Server>) {
        let Some(hall) = self.rooms.get_mut(id) else { return };
        hall.loaded_all = false;
        let name = tidy::line(&user.username, tidy::NAME);
        if !hall.features().passwords && !name.is_empty() && name != hall.saved.name {
            // A token knows whose it is.
            hall.saved.name = name;
            self.rooms.unsaved = true;
        }
        let Some(hall) = self.rooms.get_mut(id) else { return };
        hall.me = Some(user);
        self.set_servers(id, servers);
        let Some(hall) = self.rooms.get_mut(id) else { return };
        let wanted: Vec<String> = hall
            .places
            .iter()
            .map(|place| &place.server.id)
            .filter(|server| hall.saved.rooms.servers.contains(server))
            .cloned()
            .collect();
        for server in wanted {
            self.load_server(id, &server);
        }
        self.reread_open_room(id);
    }

    fn set_servers(&mut self, id: u32, servers: Vec<Server>) {
        let Some(hall) = self.rooms.get_mut(id) else { return };
        let before = hall.saved.rooms.places.clone();
        hall.set_servers(servers);
        self.rooms.unsaved |= before != hall.saved.rooms.places;
    }

    /// Where one is now, and only there is anything to be seen.
    fn here_in_hall(&mut self, id: u32, server: Option<String>) {
        let Some(hall) = self.rooms.get_mut(id) else { return };
        hall.here.clone_from(&server);
        if let Some(server) = server {
            self.look_into(id, &server);
        }
    }

    /// Where one has just come into is looked into.
    fn servers_of_hall(&mut self, id: u32, servers: Vec<Server>) {
        let Some(hall) = self.rooms.get_mut(id) else { return };
        let before: BTreeSet<String> = hall.places.iter().map(|place| place.server.id.clone()).collect();
        self.set_servers(id, servers);
        let Some(hall) = self.rooms.get_mut(id) else { return };
        let fresh = hall.places.iter().map(|place| place.server.id.clone());
        let fresh: Vec<String> = fresh.filter(|server| !before.contains(server)).take(MOST_LOADED).collect();
        // Where one is in one at a time, only there is anything to be seen.
        let many = hall.features().many;
        for server in fresh.into_iter().filter(|_| many) {
            self.look_into(id, &server);
        }
    }

    /// Has a community told as a whole, unless the session does so by itself.
    pub(in crate::controller) fn load_server(&mut self, id: u32, server: &str) {
        let Some(hall) = self.rooms.get_mut(id) else { return };
        if hall.place(server).is_some() && hall.watched.insert(server.to_owned()) {
            self.rooms_ask(id, Request::LoadServer { server: server.to_owned() });
        }
    }

    fn not_loaded(&mut self, id: u32, server: &str, why: Failure, text: &str) {
        let Some(hall) = self.rooms.get_mut(id) else { return };
        // Asked for again, it is tried again.
        hall.watched.remove(server);
        if !matches!(why, Failure::NotConnected) {
            tracing::warn!(%why, "a community was not told");
            let words = words::not_loaded(why, text);
            self.rooms_notice(NoticeKind::Error, "room_not_done", words);
        }
    }

    /// So much came that some of it was passed over.
    pub(super) fn read_anew(&mut self, id: u32) {
        let Some(hall) = self.rooms.get_mut(id) else { return };
        let watched: Vec<String> = hall.watched.iter().cloned().collect();
        for server in watched {
            self.rooms_ask(id, Request::LoadServer { server });
        }
        self.reread_open_room(id);
    }

    fn line_said(&mut self, id: u32, message: &Message) {
        let open = self.rooms.open_in(id) == Some(message.channel.as_str());
        let Some(hall) = self.rooms.get_mut(id) else { return };
        let own = hall.me.as_ref().map(|me| me.id.clone());
        let mine = message.author.is_some() && message.author == own;
        if let Some(author) = &message.author {
            hall.typed(&message.channel, author);
            hall.heard_of(author, Some(&message.channel));
        }
        if let Some(room) = hall.rooms.get_mut(&message.channel) {
            if open {
                room.said(message, own.as_deref());
            } else {
                room.found(message, own.as_deref());
            }
        }
        if !mine {
            hall.unread_line(&message.channel, &message.id);
            let at = tidy::at_ms(&message.created_at).unwrap_or_default();
            self.never_read_before(id, &message.channel, at);
        }
        self.load_strange_channel(id, &message.channel);
    }

    /// A line in a channel that nobody knows: it is new, or in a community that was not looked into.
    fn load_strange_channel(&mut self, id: u32, channel: &str) {
        let Some(hall) = self.rooms.get_mut(id) else { return };
        if hall.find(channel).is_some() {
            return;
        }
        hall.heard_of_channel();
        if std::mem::replace(&mut hall.loaded_all, true) {
            return;
        }
        let unknown = hall.places.iter().filter(|place| !place.loaded).take(MOST_LOADED);
        let unknown: Vec<String> = unknown.map(|place| place.server.id.clone()).collect();
        for server in unknown {
            self.load_server(id, &server);
        }
    }

    fn done_in_hall(&mut self, id: u32, ticket: u64, outcome: Outcome) {
        let Some(hall) = self.rooms.get_mut(id) else { return };
        match hall.asked.remove(&ticket) {
            Some(Asked::Say { channel, pending }) => {
                if let Some(room) = hall.rooms.get_mut(&channel) {
                    room.arrived(&pending);
                }
                self.forget_empty_room(id, &channel);
            }
            Some(Asked::Other(_)) => {
                self.notices.settle("room_not_done");
                match outcome {
                    Outcome::ServerCreated(server) => self.look_into(id, &server.id),
                    Outcome::Joined(Some(server)) => self.look_into(id, &server),
                    // The servers are told next.
                    _ => {}
                }
            }
            Some(Asked::Page { .. } | Asked::Count) | None => {}
        }
    }

    fn failed_in_hall(&mut self, id: u32, ticket: u64, why: Failure, text: &str) {
        let Some(hall) = self.rooms.get_mut(id) else { return };
        match hall.asked.remove(&ticket) {
            Some(Asked::Say { channel, pending }) => {
                let why_not = words::not_said(why, text);
                if let Some(room) = hall.rooms.get_mut(&channel) {
                    room.not_arrived(&pending, why_not, why == Failure::NoAnswer);
                }
            }
            Some(Asked::Page { channel, .. }) => {
                if let Some(room) = hall.rooms.get_mut(&channel).filter(|room| room.asked == Some(ticket)) {
                    room.asked = None;
                    room.failed = Some(words::why(why, text));
                }
            }
            Some(Asked::Other(doing)) => {
                let text = words::not_done(doing, why, text);
                self.rooms_notice(NoticeKind::Error, "room_not_done", text);
            }
            Some(Asked::Count) | None => {}
        }
    }

    /// Why nothing can be asked for at a server now.
    pub(super) fn not_connected(&mut self, id: u32, doing: Doing) -> bool {
        if self.rooms.get(id).is_some_and(super::hall::Hall::is_connected) {
            return false;
        }
        let text: (Said, Said) = words::not_done(doing, Failure::NotConnected, "");
        self.rooms_notice(NoticeKind::Error, "room_not_done", text);
        true
    }
}

//! Reading: which channel is open, its pages, and how far each channel was read. What is in an open channel is read
//! while a face is visible; own lines are never unread.

use hearth_gateway_client::chat::{Message, Request};

use super::hall::Asked;
use super::room::{MOST_LINES, Room};
use super::{Controller, tidy};
use crate::saved::ReadMark;

/// Channels of one community whose unread lines are counted after a connection was made.
const MOST_COUNTED: usize = 24;
/// Channels of which it is remembered how far they were read.
const MOST_MARKS: usize = 500;
/// Communities that are remembered as looked into.
const MOST_SERVERS: usize = 32;

impl Controller {
    /// A person looks into a community; it is loaded on later connections too.
    pub(super) fn look_into(&mut self, id: u32, server: &str) {
        let Some(hall) = self.rooms.get_mut(id) else { return };
        let servers = &mut hall.saved.rooms.servers;
        if !servers.iter().any(|known| known == server) {
            servers.push(server.to_owned());
            if servers.len() > MOST_SERVERS {
                servers.remove(0);
            }
            self.rooms.unsaved = true;
        }
        self.load_server(id, server);
    }

    /// Opens a channel, or none.
    pub(super) fn open_room(&mut self, open: Option<(u32, String)>) {
        if let Some((id, channel)) = self.rooms.open.take() {
            if Some((id, &channel)) == open.as_ref().map(|(id, channel)| (*id, channel)) {
                self.rooms.open = open;
                return self.reread_failed(id);
            }
            if let Some(hall) = self.rooms.get_mut(id)
                && hall.rooms.get_mut(&channel).is_some_and(|room| !room.close())
            {
                hall.rooms.remove(&channel);
            }
        }
        self.rooms.typed_at = None;
        let Some((id, channel)) = open else { return };
        let Some(hall) = self.rooms.get_mut(id) else { return };
        let Some((place, _)) = hall.find(&channel) else { return };
        let server = place.server.id.clone();
        hall.rooms.entry(channel.clone()).or_default();
        self.rooms.open = Some((id, channel));
        self.look_into(id, &server);
        self.reread_open_room(id);
    }

    /// Once more, when the last page could not be read.
    fn reread_failed(&mut self, id: u32) {
        let Some((_, channel)) = &self.rooms.open else { return };
        let room = self.rooms.get(id).and_then(|hall| hall.rooms.get(channel));
        if room.is_some_and(|room| room.failed.is_some() && room.asked.is_none()) {
            self.reread_open_room(id);
        }
    }

    /// Reads the newest page of the open room.
    pub(super) fn reread_open_room(&mut self, id: u32) {
        let Some(channel) = self.rooms.open_in(id).map(str::to_owned) else { return };
        self.ask_page(id, &channel, None);
    }

    /// Reads what is before the first line of the open room.
    pub(super) fn older_lines(&mut self) {
        let Some((id, channel)) = self.rooms.open.clone() else { return };
        let Some(room) = self.rooms.get(id).and_then(|hall| hall.rooms.get(&channel)) else { return };
        if room.asked.is_some() {
            return;
        }
        match room.lines.first().map(|line| line.id.clone()) {
            None => self.reread_open_room(id),
            Some(first) if room.more && room.lines.len() < MOST_LINES => {
                self.ask_page(id, &channel, Some(first));
            }
            Some(_) => {}
        }
    }

    fn ask_page(&mut self, id: u32, channel: &str, before: Option<String>) {
        let ticket = self.rooms.ticket();
        let older = before.is_some();
        let Some(hall) = self.rooms.get_mut(id).filter(|hall| hall.is_connected()) else { return };
        let Some(room) = hall.rooms.get_mut(channel) else { return };
        room.asks(ticket, !older);
        hall.asked.insert(ticket, Asked::Page { channel: channel.to_owned(), older });
        self.rooms_ask(id, Request::Page { ticket, channel: channel.to_owned(), before });
    }

    /// A page was read: of a room, or to count what is unread.
    pub(super) fn page_read(&mut self, id: u32, ticket: u64, channel: &str, page: &[Message], more: bool) {
        let Some(hall) = self.rooms.get_mut(id) else { return };
        let own = hall.me.as_ref().map(|me| me.id.clone());
        match hall.asked.remove(&ticket) {
            Some(Asked::Page { older, .. }) => {
                let Some(room) = hall.rooms.get_mut(channel).filter(|room| room.asked == Some(ticket)) else {
                    return;
                };
                room.asked = None;
                if older {
                    return room.older(page, more);
                }
                room.newest(page, more, own.as_deref());
                self.count_page(id, channel, page);
                self.mark_new(id, channel);
                self.forget_empty_room(id, channel);
            }
            Some(Asked::Count) => self.count_page(id, channel, page),
            _ => {}
        }
    }

    /// What of a page, newest first, was not read.
    fn count_page(&mut self, id: u32, channel: &str, page: &[Message]) {
        let Some(hall) = self.rooms.get_mut(id) else { return };
        let Some(mark) = hall.saved.rooms.read.get(channel).cloned() else { return };
        let is_mine = |message: &Message| message.author.as_ref().is_some_and(|author| hall.is_me(author));
        let at = |message: &Message| tidy::at_ms(&message.created_at).unwrap_or_default();
        let known = page.iter().any(|message| message.id == mark.line);
        let after = page
            .iter()
            .take_while(|message| if known { message.id != mark.line } else { at(message) > mark.at });
        let unread: Vec<String> =
            after.filter(|message| !is_mine(message)).map(|message| message.id.clone()).collect();
        hall.unread.remove(channel);
        for line in unread.into_iter().rev() {
            hall.unread_line(channel, &line);
        }
    }

    /// The first unread line of the room, once for each time that it is looked at anew.
    fn mark_new(&mut self, id: u32, channel: &str) {
        let Some(hall) = self.rooms.get_mut(id) else { return };
        let Some(unread) = hall.unread.get(channel).and_then(|unread| unread.first()) else { return };
        if let Some(room) = hall.rooms.get_mut(channel)
            && room.new_from.is_none()
        {
            room.new_from = Some(unread.clone());
        }
    }

    /// Counts what is unread of a community, after a connection was made.
    pub(super) fn count_unread(&mut self, id: u32, server: &str) {
        let open = self.rooms.open_in(id).map(str::to_owned);
        let Some(hall) = self.rooms.get_mut(id) else { return };
        let Some(place) = hall.place(server) else { return };
        let channels = place.channels.iter().map(|channel| channel.id.clone());
        let counted: Vec<String> = channels
            .filter(|channel| Some(channel) != open.as_ref() && hall.saved.rooms.read.contains_key(channel))
            .take(MOST_COUNTED)
            .collect();
        for channel in counted {
            let ticket = self.rooms.ticket();
            let Some(hall) = self.rooms.get_mut(id) else { return };
            hall.asked.insert(ticket, Asked::Count);
            self.rooms_ask(id, Request::Page { ticket, channel, before: None });
        }
    }

    /// The first line that is heard of a channel: what is said from here on is not read.
    pub(super) fn never_read_before(&mut self, id: u32, channel: &str, at: i64) {
        let Some(hall) = self.rooms.get_mut(id) else { return };
        if !hall.saved.rooms.read.contains_key(channel) {
            let mark = ReadMark { line: String::new(), at: at.saturating_sub(1) };
            hall.saved.rooms.read.insert(channel.to_owned(), mark);
            self.bound_marks(id);
        }
    }

    /// What is in the open room is read while somebody can see it.
    pub(super) fn read_open_room(&mut self) {
        let Some((id, channel)) = self.rooms.open.clone() else { return };
        let reading = self.faces.is_anybody_reading();
        let was_reading = std::mem::replace(&mut self.rooms.reading, reading);
        if !reading {
            // What comes while nobody looks begins where they look again.
            if was_reading
                && let Some(room) = self.rooms.get_mut(id).and_then(|hall| hall.rooms.get_mut(&channel))
            {
                room.new_from = None;
            }
            return self.mark_new(id, &channel);
        }
        let Some(hall) = self.rooms.get_mut(id) else { return };
        let Some(room) = hall.rooms.get(&channel) else { return };
        // While it is being read nobody knows what is the first unread line.
        let Some(last) = room.lines.last().filter(|_| room.asked.is_none()) else { return };
        let mark = ReadMark { line: last.id.clone(), at: last.at };
        let had_unread = hall.unread.remove(&channel).is_some();
        let moved = hall.saved.rooms.read.get(&channel) != Some(&mark);
        if moved {
            hall.saved.rooms.read.insert(channel, mark);
            self.bound_marks(id);
        }
        self.rooms.changed |= had_unread;
    }

    fn bound_marks(&mut self, id: u32) {
        self.rooms.unsaved = true;
        let Some(hall) = self.rooms.get_mut(id) else { return };
        let read = &mut hall.saved.rooms.read;
        if read.len() > MOST_MARKS {
            let oldest = read.iter().min_by_key(|(_, mark)| mark.at).map(|(channel, _)| channel.clone());
            oldest.map(|channel| read.remove(&channel));
        }
    }

    /// A room that is not open is kept for what is not said yet.
    pub(super) fn forget_empty_room(&mut self, id: u32, channel: &str) {
        if self.rooms.open_in(id) == Some(channel) {
            return;
        }
        let Some(hall) = self.rooms.get_mut(id) else { return };
        if hall.rooms.get(channel).is_some_and(|room: &Room| room.pending.is_empty()) {
            hall.rooms.remove(channel);
        }
    }
}

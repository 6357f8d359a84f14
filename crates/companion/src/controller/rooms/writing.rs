//! Writing in the open room: saying, changing, taking back, and that somebody is writing.

use std::time::Duration;

use hearth_clock::Now;
use hearth_gateway_client::chat::{Failure, Request};

use super::hall::{Asked, Doing};
use super::room::{Pending, Saying};
use super::{Controller, words};
use crate::contract::NoticeKind;

/// Lines of this person that are not said yet, in one channel.
const MOST_PENDING: usize = 50;

/// Writing is told once in this time.
const TYPING: Duration = Duration::from_secs(3);

impl Controller {
    pub(super) fn say_in_room(&mut self, now: Now, text: &str, reply_to: Option<String>) {
        let Some((id, channel)) = self.rooms.open.clone() else { return };
        let Some(text) = self.text_of_line(id, text) else { return };
        self.rooms.last_pending += 1;
        let pending = format!("own-{}", self.rooms.last_pending);
        let Some(hall) = self.rooms.get_mut(id) else { return };
        let replies = hall.features().replies;
        let Some(room) = hall.rooms.get_mut(&channel) else { return };
        if room.pending.len() >= MOST_PENDING {
            let text = words::too_many_waiting();
            return self.rooms_notice(NoticeKind::Error, "room_line", text);
        }
        // What is not said itself cannot be answered yet.
        let reply_to = reply_to.filter(|reply| replies && room.lines.iter().any(|line| line.id == *reply));
        room.pending.push(Pending {
            id: pending.clone(),
            at: i64::try_from(now.unix_ms).unwrap_or(i64::MAX),
            text,
            reply_to,
            state: Saying::Sending { heard: None },
        });
        self.rooms.typed_at = None;
        self.send_line(id, &channel, &pending);
    }

    /// Says a line that is not said yet.
    fn send_line(&mut self, id: u32, channel: &str, pending: &str) {
        let ticket = self.rooms.ticket();
        let Some(hall) = self.rooms.get_mut(id) else { return };
        let connected = hall.is_connected();
        let Some(room) = hall.rooms.get_mut(channel) else { return };
        let Some(line) = room.pending.iter_mut().find(|line| line.id == pending) else { return };
        if !connected {
            line.state = Saying::Failed { why: words::not_said(Failure::NotConnected, ""), unsure: false };
            return;
        }
        line.state = Saying::Sending { heard: None };
        let request = Request::Say {
            ticket,
            channel: channel.to_owned(),
            content: line.text.clone(),
            reply_to: line.reply_to.clone(),
        };
        hall.asked.insert(ticket, Asked::Say { channel: channel.to_owned(), pending: pending.to_owned() });
        self.rooms_ask(id, request);
    }

    /// Says a line again that failed; behind those that were said since.
    pub(super) fn retry_line(&mut self, now: Now, line: &str) {
        let Some((id, channel)) = self.rooms.open.clone() else { return };
        let Some(room) = self.rooms.get_mut(id).and_then(|hall| hall.rooms.get_mut(&channel)) else { return };
        let failed = |pending: &Pending| pending.id == line && matches!(pending.state, Saying::Failed { .. });
        let Some(place) = room.pending.iter().position(failed) else { return };
        let mut again = room.pending.remove(place);
        again.at = i64::try_from(now.unix_ms).unwrap_or(i64::MAX);
        room.pending.push(again);
        self.send_line(id, &channel, line);
    }

    pub(super) fn drop_line(&mut self, line: &str) {
        let Some((id, channel)) = self.rooms.open.clone() else { return };
        if let Some(room) = self.rooms.get_mut(id).and_then(|hall| hall.rooms.get_mut(&channel)) {
            room.pending
                .retain(|pending| pending.id != line || matches!(pending.state, Saying::Sending { .. }));
        }
    }

    pub(super) fn edit_line(&mut self, line: &str, text: &str) {
        let Some((id, channel)) = self.rooms.open.clone() else { return };
        let Some(content) = self.text_of_line(id, text) else { return };
        let Some((may_edit, _)) = self.rooms.get(id).and_then(|hall| hall.may(&channel, line)) else {
            return;
        };
        if may_edit {
            let message = line.to_owned();
            self.ask_for(id, Doing::Edit, |ticket| Request::Edit { ticket, message, content });
        }
    }

    pub(super) fn delete_line(&mut self, line: &str) {
        let Some((id, channel)) = self.rooms.open.clone() else { return };
        let Some((_, may_delete)) = self.rooms.get(id).and_then(|hall| hall.may(&channel, line)) else {
            return;
        };
        if may_delete {
            let message = line.to_owned();
            self.ask_for(id, Doing::Delete, |ticket| Request::Delete { ticket, message });
        }
    }

    /// Asks for something that succeeds or fails.
    pub(super) fn ask_for(&mut self, id: u32, doing: Doing, request: impl FnOnce(u64) -> Request) {
        if self.not_connected(id, doing) {
            return;
        }
        let ticket = self.rooms.ticket();
        if let Some(hall) = self.rooms.get_mut(id) {
            hall.asked.insert(ticket, Asked::Other(doing));
            self.rooms_ask(id, request(ticket));
        }
    }

    pub(super) fn typing_in_room(&mut self, now: Now) {
        let told_of_late = self.rooms.typed_at.is_some_and(|at| now.instant < at + TYPING);
        let Some((id, channel)) = self.rooms.open.clone().filter(|_| !told_of_late) else { return };
        if self.rooms.get(id).is_some_and(|hall| hall.is_connected() && hall.features().typing) {
            self.rooms.typed_at = Some(now.instant);
            self.rooms_ask(id, Request::Typing { channel });
        }
    }

    /// The text of a line; says why it is none.
    fn text_of_line(&mut self, id: u32, text: &str) -> Option<String> {
        let text = text.trim();
        let longest = self.rooms.get(id)?.features().message;
        if text.is_empty() {
            return None;
        }
        if !longest.takes(text) {
            let text = words::too_long(longest);
            self.rooms_notice(NoticeKind::Error, "room_line", text);
            return None;
        }
        self.notices.settle("room_line");
        Some(text.to_owned())
    }
}

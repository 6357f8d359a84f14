//! What was said in each room while this session was there: the server tells nothing of before. And messages that come in
//! pieces, because they do not fit into one payload.

use std::collections::{BTreeMap, VecDeque};

use hearth_dialects::i386chat::MessageCreate;

use crate::chat::Message;

/// So many messages of a room are kept, of so many rooms.
const MOST: usize = 200;
const MOST_ROOMS: usize = 64;

/// A message in more pieces than this, or longer in bytes, is told as far as it goes.
const MOST_PARTS: u32 = 1000;
const LONGEST: usize = 64 * 1024;

/// What was said, by room, oldest first.
#[derive(Debug, Default)]
pub(super) struct Log {
    rooms: BTreeMap<String, VecDeque<Message>>,
    /// Rooms in the order in which something was said there first.
    order: VecDeque<String>,
}

impl Log {
    /// Something is said.
    pub fn said(&mut self, message: &Message) {
        if !self.rooms.contains_key(&message.channel) {
            self.order.push_back(message.channel.clone());
            if self.order.len() > MOST_ROOMS
                && let Some(oldest) = self.order.pop_front()
            {
                self.rooms.remove(&oldest);
            }
        }
        let room = self.rooms.entry(message.channel.clone()).or_default();
        room.push_back(message.clone());
        if room.len() > MOST {
            room.pop_front();
        }
    }

    /// Whether it was said, as far as is known.
    pub fn has(&self, message: &Message) -> bool {
        self.rooms.get(&message.channel).is_some_and(|room| room.iter().any(|said| said.id == message.id))
    }

    /// It says something else now. `at`: when it changed.
    pub fn edited(&mut self, message: &Message) {
        let room = self.rooms.get_mut(&message.channel);
        if let Some(said) = room.and_then(|room| room.iter_mut().find(|said| said.id == message.id)) {
            said.content.clone_from(&message.content);
            said.edited_at.clone_from(&message.edited_at);
        }
    }

    pub fn gone(&mut self, channel: &str, id: &str) {
        if let Some(room) = self.rooms.get_mut(channel) {
            room.retain(|said| said.id != id);
        }
    }

    /// Newest first; those before a message, and whether there are more before them.
    pub fn page(&self, channel: &str, before: Option<&str>, most: usize) -> (Vec<Message>, bool) {
        let room = self.rooms.get(channel).into_iter().flatten().rev();
        let mut older = room.skip_while(|said| before.is_some_and(|before| said.id != before));
        if before.is_some() {
            older.next();
        }
        let page: Vec<Message> = older.by_ref().take(most).cloned().collect();
        (page, older.next().is_some())
    }
}

/// A message whose pieces are still coming.
#[derive(Debug, Default)]
pub(super) struct Pieces(Option<(MessageCreate, u32)>);

impl Pieces {
    /// Takes a message, or a piece of one; gives what is whole now. A message that was begun and does not go on is whole.
    pub fn take(&mut self, message: MessageCreate) -> Vec<MessageCreate> {
        let (part, parts) = (message.part.unwrap_or(1), message.parts.unwrap_or(1).min(MOST_PARTS));
        let mut whole = Vec::new();
        match self.0.take() {
            Some((mut begun, had))
                if begun.message_id == message.message_id
                    && part == had + 1
                    && begun.content.len() + message.content.len() <= LONGEST =>
            {
                begun.content += &message.content;
                begun.nonce = begun.nonce.or(message.nonce);
                self.0 = Some((begun, part));
            }
            before => {
                whole.extend(before.map(|(begun, _)| begun));
                // Its beginning was missed, or it is whole.
                self.0 = Some((message, part));
            }
        }
        if part >= parts {
            whole.extend(self.0.take().map(|(message, _)| message));
        }
        whole
    }

    /// What was begun, and does not go on.
    pub fn rest(&mut self) -> Option<MessageCreate> {
        self.0.take().map(|(message, _)| message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(id: u64, content: &str, part: Option<u32>, parts: Option<u32>) -> MessageCreate {
        MessageCreate {
            message_id: Some(id.into()),
            content: content.into(),
            part,
            parts,
            ..MessageCreate::default()
        }
    }

    fn contents(pieces: Vec<MessageCreate>) -> Vec<String> {
        pieces.into_iter().map(|message| message.content).collect()
    }

    #[test]
    fn i386_13_pieces_make_a_message() {
        let mut pieces = Pieces::default();
        assert_eq!(contents(pieces.take(piece(1, "whole", None, None))), ["whole"]);
        assert_eq!(contents(pieces.take(piece(2, "a ", Some(1), Some(3)))), [""; 0]);
        assert_eq!(contents(pieces.take(piece(2, "b ", Some(2), Some(3)))), [""; 0]);
        assert_eq!(contents(pieces.take(piece(2, "c", Some(3), Some(3)))), ["a b c"]);
        // One that ends early, and one whose beginning was missed.
        pieces.take(piece(3, "a ", Some(1), Some(3)));
        assert_eq!(contents(pieces.take(piece(4, "other", None, None))), ["a ", "other"]);
        assert_eq!(contents(pieces.take(piece(5, "end", Some(2), Some(2)))), ["end"]);
        assert_eq!(pieces.rest(), None);
    }

    #[test]
    fn what_is_kept_is_bounded_and_read_in_pages() {
        let mut log = Log::default();
        for id in 0..1000 {
            let channel = (id % 2).to_string();
            log.said(&Message { id: id.to_string(), channel, ..Message::default() });
        }
        let ids = |(page, more): (Vec<Message>, bool)| {
            (page.into_iter().map(|message| message.id).collect::<Vec<_>>(), more)
        };
        assert_eq!(ids(log.page("0", None, 2)), (vec!["998".to_owned(), "996".to_owned()], true));
        assert_eq!(ids(log.page("0", Some("602"), 2)), (vec!["600".to_owned()], false));
        assert_eq!(ids(log.page("0", Some("1"), 2)), (Vec::new(), false));
        for room in 0..100 {
            log.said(&Message { id: "x".into(), channel: format!("r{room}"), ..Message::default() });
        }
        assert_eq!((log.rooms.len(), log.order.len()), (MOST_ROOMS, MOST_ROOMS));
    }
}

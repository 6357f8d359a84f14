//! What was said in the group: which messages were told to the owner already, and which of their own the gateway has
//! not echoed yet. A gateway echoes every message to its author; ours also repeats the last ones after a resume, so
//! that none is lost and none is said twice. The other gateways forget what was said while the connection was lost.

use std::collections::VecDeque;

use hearth_dialects::puff::{Message, SessionId};

use super::SocketId;

/// Messages that are remembered: more than a gateway repeats.
const KEPT: usize = 256;

/// A message of the owner's that was sent and not echoed.
#[derive(Debug, PartialEq, Eq)]
struct Unconfirmed {
    content: String,
    on: SocketId,
}

/// The chat of one membership.
#[derive(Debug, Default)]
pub(super) struct Chat {
    told: VecDeque<Message>,
    unconfirmed: VecDeque<Unconfirmed>,
}

impl Chat {
    /// The owner says something.
    pub fn said(&mut self, content: String, on: SocketId) {
        if self.unconfirmed.len() == KEPT {
            self.unconfirmed.pop_front();
        }
        self.unconfirmed.push_back(Unconfirmed { content, on });
    }

    /// A message arrived. True when it was not told before.
    pub fn heard(&mut self, message: &Message, own: bool) -> bool {
        if self.told.contains(message) {
            return false;
        }
        if own {
            let content = &message.message.content;
            if let Some(index) = self.unconfirmed.iter().position(|said| said.content == *content) {
                self.confirmed(index);
            }
        }
        if self.told.len() == KEPT {
            self.told.pop_front();
        }
        self.told.push_back(message.clone());
        true
    }

    /// Answers to one socket come in order: what was said on it before this, and was passed over, was refused. What
    /// was said on an earlier socket did not get through and still has to.
    fn confirmed(&mut self, index: usize) {
        let Some(confirmed) = self.unconfirmed.remove(index) else { return };
        let mut place = 0;
        self.unconfirmed.retain(|said| {
            place += 1;
            place > index || said.on != confirmed.on
        });
    }

    /// The gateway refused the oldest message that it has not echoed.
    pub fn refused(&mut self) {
        self.unconfirmed.pop_front();
    }

    /// Everything that arrived was heard: what is still not confirmed and was said on an earlier socket did not get
    /// through.
    pub fn lost(&mut self, now_on: SocketId) -> Vec<String> {
        let (lost, waiting) =
            std::mem::take(&mut self.unconfirmed).into_iter().partition(|said| said.on != now_on);
        self.unconfirmed = waiting;
        let lost: VecDeque<Unconfirmed> = lost;
        lost.into_iter().map(|said| said.content).collect()
    }
}

/// Whether this session wrote it.
pub(super) fn is_by(message: &Message, own: &SessionId) -> bool {
    message.author_session_id == *own
}

#[cfg(test)]
mod tests {
    use hearth_dialects::puff::MessageContent;

    use super::*;

    fn message(by: &str, content: &str, timestamp: u64) -> Message {
        Message {
            author_name: None,
            group_id: "abc123".into(),
            author_session_id: by.into(),
            message: MessageContent { content: content.into(), timestamp },
        }
    }

    #[test]
    fn a_message_is_told_once_also_when_it_comes_again_among_others() {
        let mut chat = Chat::default();
        for n in 0..10 {
            assert!(chat.heard(&message("other", "hi", n), false));
        }
        for n in 0..10 {
            assert!(!chat.heard(&message("other", "hi", n), false));
        }
    }

    #[test]
    fn what_was_not_echoed_on_an_earlier_socket_is_lost_and_the_rest_is_awaited() {
        let mut chat = Chat::default();
        for content in ["one", "two", "three"] {
            chat.said(content.into(), SocketId(1));
        }
        chat.said("four".into(), SocketId(2));
        chat.heard(&message("own", "one", 1), true);
        assert_eq!(chat.lost(SocketId(2)), ["two", "three"]);
        assert!(chat.lost(SocketId(2)).is_empty());
        chat.heard(&message("own", "four", 2), true);
        assert!(chat.lost(SocketId(3)).is_empty());
    }

    #[test]
    fn a_message_that_got_through_says_nothing_of_those_on_earlier_sockets() {
        let mut chat = Chat::default();
        chat.said("lost".into(), SocketId(1));
        chat.said("refused".into(), SocketId(2));
        chat.said("arrived".into(), SocketId(2));
        chat.heard(&message("own", "arrived", 1), true);
        assert_eq!(chat.lost(SocketId(3)), ["lost"]);
    }

    #[test]
    fn a_refused_message_is_not_said_again() {
        let mut chat = Chat::default();
        chat.said("too soon".into(), SocketId(1));
        chat.refused();
        assert!(chat.lost(SocketId(2)).is_empty());
    }

    #[test]
    fn its_memory_is_bounded() {
        let mut chat = Chat::default();
        for n in 0..10_000 {
            chat.said("x".into(), SocketId(1));
            chat.heard(&message("other", "hi", n), false);
        }
        assert!(chat.told.len() <= KEPT && chat.unconfirmed.len() <= KEPT);
    }
}

//! Which messages were told, so that each is told once: answers of REST and events race each other (facts TOG-R12).

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::Message;

/// So many messages are remembered, the latest.
const MOST: usize = 8192;

#[derive(Debug)]
struct Known {
    /// Counts up.
    at: u64,
    channel: String,
    /// What was told of its last change.
    edited_at: Option<String>,
    gone: bool,
}

/// A moment between two messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark(u64);

/// The messages that were told.
#[derive(Debug, Default)]
pub(super) struct Seen {
    known: BTreeMap<String, Known>,
    order: VecDeque<String>,
    next: u64,
    /// Channels whose newest messages are known.
    read: BTreeSet<String>,
}

impl Seen {
    /// A message is told. False when it was before, or is gone.
    pub fn tell(&mut self, message: &Message) -> bool {
        if self.known.contains_key(&message.id) {
            return false;
        }
        self.insert(&message.id, &message.channel, message.edited_at.clone(), false);
        true
    }

    /// A change is told. False when it was before, or the message is gone.
    pub fn tell_edit(&mut self, message: &Message) -> bool {
        let Some(known) = self.known.get_mut(&message.id) else { return true };
        if known.gone || (message.edited_at.is_some() && known.edited_at == message.edited_at) {
            return false;
        }
        known.edited_at.clone_from(&message.edited_at);
        true
    }

    /// The end of a message is told. False when it was before.
    pub fn tell_end(&mut self, id: &str, channel: &str) -> bool {
        match self.known.get_mut(id) {
            Some(known) => !std::mem::replace(&mut known.gone, true),
            None => {
                self.insert(id, channel, None, true);
                true
            }
        }
    }

    /// Which channel a message is in.
    pub fn channel_of(&self, id: &str) -> Option<&str> {
        self.known.get(id).map(|known| known.channel.as_str())
    }

    /// The newest messages of a channel were told: what comes later is new.
    pub fn read(&mut self, channel: &str) {
        self.read.insert(channel.to_owned());
    }

    /// Whether the newest messages of a channel were told once.
    pub fn has_read(&self, channel: &str) -> bool {
        self.read.contains(channel)
    }

    /// Now.
    pub const fn mark(&self) -> Mark {
        Mark(self.next)
    }

    /// Whether a message was told before that.
    pub fn was_before(&self, id: &str, mark: Mark) -> bool {
        self.known.get(id).is_some_and(|known| known.at < mark.0)
    }

    fn insert(&mut self, id: &str, channel: &str, edited_at: Option<String>, gone: bool) {
        let known = Known { at: self.next, channel: channel.to_owned(), edited_at, gone };
        self.next += 1;
        self.known.insert(id.to_owned(), known);
        self.order.push_back(id.to_owned());
        if self.order.len() > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(id: &str, edited_at: Option<&str>) -> Message {
        let edited_at = edited_at.map(str::to_owned);
        Message { id: id.into(), channel: "c".into(), edited_at, ..Message::default() }
    }

    /// TOG-14…16 (TOG-R12)
    #[test]
    fn a_message_its_changes_and_its_end_are_told_once_each() {
        let mut seen = Seen::default();
        assert!(seen.tell(&message("a", None)) && !seen.tell(&message("a", None)));
        assert!(seen.tell_edit(&message("a", Some("1"))) && !seen.tell_edit(&message("a", Some("1"))));
        assert!(seen.tell_edit(&message("a", Some("2"))));
        assert!(seen.tell_end("a", "c") && !seen.tell_end("a", "c"));
        assert!(!seen.tell_edit(&message("a", Some("3"))) && !seen.tell(&message("a", None)));
        assert!(seen.tell_end("never told", "c") && !seen.tell(&message("never told", None)));
        assert!(seen.tell_edit(&message("unknown", None)) && seen.tell(&message("unknown", None)));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut seen = Seen::default();
        for id in 0..20_000 {
            seen.tell(&message(&id.to_string(), None));
        }
        assert_eq!((seen.known.len(), seen.order.len()), (MOST, MOST));
        assert!(!seen.tell(&message("19999", None)));
    }
}

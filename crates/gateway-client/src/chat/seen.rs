//! Which messages were told, so that each is told once: answers of REST and events race each other (facts TOG-R12).

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::Message;

/// So many messages are remembered, the latest.
const MOST: usize = 8192;

#[derive(Debug)]
struct Known {
    /// Counts up.
    at: u64,
    channel: String,
    /// What was told of it last.
    last: Version,
    gone: bool,
    /// It is known that we said it, from the answer; it was not told.
    untold: bool,
}

/// What tells the states of a message apart; servers may write times in whole seconds.
#[derive(Debug, Default, PartialEq, Eq)]
struct Version {
    edited_at: Option<String>,
    content: u64,
}

impl Version {
    fn of(message: &Message) -> Self {
        let mut content = DefaultHasher::new();
        message.content.hash(&mut content);
        Self { edited_at: message.edited_at.clone(), content: content.finish() }
    }
}

/// A moment between two messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mark(u64);

/// The messages that were told.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    known: BTreeMap<String, Known>,
    order: VecDeque<String>,
    next: u64,
    /// Channels whose newest messages are known, on this connection.
    read: BTreeSet<String>,
}

impl Seen {
    /// A message is told. False when it was before, or is gone.
    pub fn tell(&mut self, message: &Message) -> bool {
        if let Some(known) = self.known.get_mut(&message.id) {
            return std::mem::take(&mut known.untold) && !known.gone;
        }
        self.insert(&message.id, &message.channel, Version::of(message), false);
        true
    }

    /// We said something, and were answered; it is to be told. False when it was.
    pub fn answered(&mut self, message: &Message) -> bool {
        if self.known.contains_key(&message.id) {
            return false;
        }
        self.insert(&message.id, &message.channel, Version::of(message), false);
        self.known.entry(message.id.clone()).and_modify(|known| known.untold = true);
        true
    }

    /// Whether it is known that we said it, and it was not told.
    pub fn is_answered(&self, id: &str) -> bool {
        self.known.get(id).is_some_and(|known| known.untold)
    }

    /// A change is told. False when it was before, or the message is gone.
    pub fn tell_edit(&mut self, message: &Message) -> bool {
        let Some(known) = self.known.get_mut(&message.id) else { return true };
        let version = Version::of(message);
        if known.gone || known.last == version {
            return false;
        }
        known.last = version;
        true
    }

    /// The end of a message is told. False when it was before.
    pub fn tell_end(&mut self, id: &str, channel: &str) -> bool {
        match self.known.get_mut(id) {
            Some(known) => !std::mem::replace(&mut known.gone, true),
            None => {
                self.insert(id, channel, Version::default(), true);
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

    /// There was no connection for a while: what was said meanwhile is not known.
    pub fn missed_some(&mut self) {
        self.read.clear();
    }

    /// Whether the newest messages of a channel were told, and all since.
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

    fn insert(&mut self, id: &str, channel: &str, last: Version, gone: bool) {
        let known = Known { at: self.next, channel: channel.to_owned(), last, gone, untold: false };
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
        let within_the_second = Message { content: "other".into(), ..message("a", Some("2")) };
        assert!(seen.tell_edit(&within_the_second) && !seen.tell_edit(&within_the_second));
        assert!(seen.tell_end("a", "c") && !seen.tell_end("a", "c"));
        assert!(!seen.tell_edit(&message("a", Some("3"))) && !seen.tell(&message("a", None)));
        assert!(seen.tell_end("never told", "c") && !seen.tell(&message("never told", None)));
        assert!(seen.tell_edit(&message("unknown", None)) && seen.tell(&message("unknown", None)));
    }

    #[test]
    fn what_was_answered_is_told_once_and_not_after_its_end() {
        let mut seen = Seen::default();
        assert!(seen.answered(&message("a", None)) && seen.is_answered("a"));
        let mark = seen.mark();
        assert!(seen.tell(&message("a", None)) && !seen.is_answered("a") && !seen.tell(&message("a", None)));
        assert!(seen.was_before("a", mark), "it was said before what comes now");
        assert!(!seen.answered(&message("a", None)));
        assert!(
            seen.answered(&message("b", None)) && seen.tell_end("b", "c") && !seen.tell(&message("b", None))
        );
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

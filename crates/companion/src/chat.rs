//! The chat of the group: messages, reactions, and what happened in between.

use std::collections::VecDeque;

use crate::contract::{ChatKind, ChatLine, Said};

/// The most lines that are kept.
const MOST: usize = 200;

/// Who wrote a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// Session id; `None` for who is in none of the group's.
    pub id: Option<String>,
    /// Name.
    pub name: String,
    /// `#rrggbb`.
    pub led: Option<String>,
    /// This person.
    pub me: bool,
}

/// The chat.
#[derive(Clone, Debug, Default)]
pub struct Chat {
    lines: VecDeque<ChatLine>,
    next: u32,
}

impl Chat {
    /// Adds what somebody wrote or reacted.
    pub fn said(&mut self, at_ms: u64, author: Author, kind: ChatKind, text: String) -> ChatLine {
        let Author { id, name, led, me } = author;
        let name = Some(name);
        self.push(ChatLine { id: 0, at: at_ms as f64, by: id, name, led, me, kind, text, happened: None })
    }

    /// Adds what happened.
    pub fn happened(&mut self, at_ms: u64, kind: ChatKind, what: Said) -> ChatLine {
        self.push(ChatLine {
            id: 0,
            at: at_ms as f64,
            by: None,
            name: None,
            led: None,
            me: false,
            kind,
            text: String::new(),
            happened: Some(what),
        })
    }

    fn push(&mut self, mut line: ChatLine) -> ChatLine {
        self.next += 1;
        line.id = self.next;
        self.lines.push_back(line.clone());
        if self.lines.len() > MOST {
            self.lines.pop_front();
        }
        line
    }

    /// Forgets all lines; their numbers go on.
    pub fn clear(&mut self) {
        self.lines.clear();
    }

    /// Oldest first.
    #[must_use]
    pub fn view(&self) -> Vec<ChatLine> {
        self.lines.iter().cloned().collect()
    }
}

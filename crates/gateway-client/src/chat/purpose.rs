//! What calls are for: to say something, to look for it when its answer was lost, to read a page, and what only one
//! dialect asks for.

use std::collections::{BTreeMap, BTreeSet};

use super::Message;
use super::sought::Saying;

/// What was heard while a page was on its way: it may show what was before.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Oldest first.
    pub said: Vec<Message>,
    pub edited: BTreeMap<String, Message>,
    pub gone: BTreeSet<String>,
}

impl Changes {
    /// A page as it is now, newest first.
    pub fn merge(&self, page: Vec<Message>) -> Vec<Message> {
        let is_there = |message: &Message| page.iter().any(|there| there.id == message.id);
        let said: Vec<Message> = self.said.iter().rev().filter(|said| !is_there(said)).cloned().collect();
        let mut messages: Vec<Message> = said.into_iter().chain(page).collect();
        messages.retain(|message| !self.gone.contains(&message.id));
        for message in &mut messages {
            if let Some(edited) = self.edited.get(&message.id) {
                message.clone_from(edited);
            }
        }
        messages
    }
}

/// What a call is for. `O` is what only one dialect asks for.
#[derive(Debug)]
pub(crate) enum Purpose<O> {
    Say(Saying),
    /// Looks for something whose answer was lost.
    Look(Saying),
    Page {
        ticket: u64,
        channel: String,
        /// `None`: the newest.
        before: Option<String>,
        changes: Changes,
    },
    Other(O),
}

/// What only one dialect asks for.
pub trait Other {
    /// What the owner waits for with this ticket.
    fn ticket(&self) -> Option<u64>;

    /// It is asked for again with each connection.
    fn ends_with_connection(&self) -> bool;
}

impl<O> From<O> for Purpose<O> {
    fn from(other: O) -> Self {
        Self::Other(other)
    }
}

impl<O> Purpose<O> {
    /// It says something, which is said at most once.
    pub const fn is_saying(&self) -> bool {
        matches!(self, Self::Say(_))
    }

    /// What is being said here, or was.
    pub const fn saying_mut(&mut self) -> Option<&mut Saying> {
        if let Self::Say(saying) | Self::Look(saying) = self { Some(saying) } else { None }
    }
}

impl<O: Other> Purpose<O> {
    /// What the owner waits for with this ticket.
    pub fn ticket(&self) -> Option<u64> {
        match self {
            Self::Say(saying) | Self::Look(saying) => Some(saying.ticket),
            Self::Page { ticket, .. } => Some(*ticket),
            Self::Other(other) => other.ticket(),
        }
    }

    /// It is asked for again with each connection.
    pub fn ends_with_connection(&self) -> bool {
        matches!(self, Self::Other(other) if other.ends_with_connection())
    }
}

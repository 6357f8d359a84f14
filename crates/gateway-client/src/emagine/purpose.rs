//! What calls of this dialect are for.

use crate::chat::ServerKind;
use crate::chat::calls::{self, Changes};
use crate::chat::sought::Saying;

/// Why a channel is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// It was known before this connection.
    Remembered,
    /// The owner, or somebody unknown in it, wants it told.
    Load,
    /// We want in, or are: the ticket.
    Joined(u64),
    /// We made it: the ticket.
    Created(u64),
}

/// What a call is for.
#[derive(Debug)]
pub(super) enum Purpose {
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
    /// What is said where we are no member, and are told nothing (EMG-R4).
    Listen {
        channel: String,
    },
    /// `again`: the server wants to be told more than a name.
    Create {
        ticket: u64,
        name: String,
        kind: ServerKind,
        again: bool,
    },
    /// Only our server knows this.
    Enter {
        ticket: u64,
        channel: String,
    },
    /// Only our server knows this.
    Leave {
        ticket: u64,
        channel: String,
    },
    /// Only our server knows this.
    List,
    Show {
        channel: String,
        why: Why,
    },
    /// What somebody is called.
    Name {
        user: String,
    },
}

impl Purpose {
    /// What the owner waits for with this ticket.
    pub const fn ticket(&self) -> Option<u64> {
        match self {
            Self::Say(saying) | Self::Look(saying) => Some(saying.ticket),
            Self::Page { ticket, .. }
            | Self::Create { ticket, .. }
            | Self::Enter { ticket, .. }
            | Self::Leave { ticket, .. }
            | Self::Show { why: Why::Joined(ticket) | Why::Created(ticket), .. } => Some(*ticket),
            Self::Listen { .. } | Self::List | Self::Show { .. } | Self::Name { .. } => None,
        }
    }
}

impl calls::Purpose for Purpose {
    fn is_saying(&self) -> bool {
        matches!(self, Self::Say(_))
    }
}

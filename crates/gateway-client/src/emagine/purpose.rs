//! What calls of this dialect are for.

use crate::chat::ServerKind;
use crate::chat::purpose;

/// Why a channel is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It was known before this connection.
    Remembered,
    /// The owner, or somebody unknown in it, wants it told.
    Load,
    /// We want in, or are: the ticket.
    Joined(u64),
    /// We made it: the ticket.
    Created(u64),
}

/// What a call is for, beside what every dialect asks for.
#[derive(Debug)]
pub enum Other {
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

impl purpose::Other for Other {
    fn ticket(&self) -> Option<u64> {
        match self {
            Self::Create { ticket, .. }
            | Self::Enter { ticket, .. }
            | Self::Leave { ticket, .. }
            | Self::Show { why: Why::Joined(ticket) | Why::Created(ticket), .. } => Some(*ticket),
            Self::Listen { .. } | Self::List | Self::Show { .. } | Self::Name { .. } => None,
        }
    }

    fn ends_with_connection(&self) -> bool {
        self.ticket().is_none()
    }
}

//! What calls of this dialect are for.

use crate::chat::calls::{self, Changes};
use crate::chat::sought::Saying;

/// Which part of a server is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Channels,
    Members,
    /// Who is in this voice channel.
    Room(String),
}

/// What is done in a voice room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InVoice {
    /// Joining or changing: the answer is our state.
    Be,
    Leave,
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
        newest: bool,
        changes: Changes,
    },
    Edit {
        ticket: u64,
        message: String,
        echoed: bool,
    },
    Delete {
        ticket: u64,
        message: String,
    },
    CreateServer {
        ticket: u64,
    },
    JoinServer {
        ticket: u64,
        asked: String,
    },
    LeaveServer {
        ticket: u64,
        server: String,
    },
    CreateChannel {
        ticket: u64,
        server: String,
    },
    /// Where we are a member.
    Servers,
    /// `echoed`: an event has told it since.
    Voice {
        channel: String,
        what: InVoice,
        echoed: bool,
    },
    Load {
        server: String,
        part: Part,
    },
}

impl Purpose {
    /// What the owner waits for with this ticket.
    pub const fn ticket(&self) -> Option<u64> {
        match self {
            Self::Say(saying) | Self::Look(saying) => Some(saying.ticket),
            Self::Page { ticket, .. }
            | Self::Edit { ticket, .. }
            | Self::Delete { ticket, .. }
            | Self::CreateServer { ticket }
            | Self::JoinServer { ticket, .. }
            | Self::LeaveServer { ticket, .. }
            | Self::CreateChannel { ticket, .. } => Some(*ticket),
            Self::Servers | Self::Voice { .. } | Self::Load { .. } => None,
        }
    }

    /// It is asked for again with each connection.
    pub const fn ends_with_connection(&self) -> bool {
        matches!(self, Self::Servers | Self::Load { .. })
    }
}

impl calls::Purpose for Purpose {
    fn is_saying(&self) -> bool {
        matches!(self, Self::Say(_))
    }
}

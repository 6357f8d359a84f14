//! What calls of this dialect are for.

use crate::chat::purpose;

/// Which part of a server is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    Channels,
    Members,
    /// Who is in this voice channel.
    Room(String),
}

/// What is done in a voice room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InVoice {
    /// Joining or changing: the answer is our state.
    Be,
    Leave,
}

/// What a call is for, beside what every dialect asks for.
#[derive(Debug)]
pub enum Other {
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

impl purpose::Other for Other {
    fn ticket(&self) -> Option<u64> {
        match self {
            Self::Edit { ticket, .. }
            | Self::Delete { ticket, .. }
            | Self::CreateServer { ticket }
            | Self::JoinServer { ticket, .. }
            | Self::LeaveServer { ticket, .. }
            | Self::CreateChannel { ticket, .. } => Some(*ticket),
            Self::Servers | Self::Voice { .. } | Self::Load { .. } => None,
        }
    }

    fn ends_with_connection(&self) -> bool {
        matches!(self, Self::Servers | Self::Load { .. })
    }
}

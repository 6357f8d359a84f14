//! What a client sends.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::number::Number;
use super::payload::{self, Payload, TooLong, Unreadable, function};

/// What a client sends.
#[derive(Clone, Debug, PartialEq)]
pub enum ClientFrame {
    /// 110 (I386-14).
    Present(Present),
    /// 120 (I386-05).
    Heartbeat,
    /// 130 (I386-17).
    Execute(Execute),
}

/// Who this is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Present {
    /// As it was issued (I386-15).
    pub token: String,
}

impl fmt::Debug for Present {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Present").finish_non_exhaustive()
    }
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub struct Execute {
    /// The client's own count, if it has one. Never a reason to refuse something (I386-R3).
    pub s: Option<Number>,
    /// What; `None`: an event that is not known, that only servers send, or whose data cannot be used.
    pub command: Option<Command>,
}

/// What a client can have done.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// MESSAGE_CREATE (I386-23).
    MessageCreate {
        /// What is said.
        content: String,
        /// Comes back with the message.
        nonce: Option<Number>,
    },
    /// MESSAGE_DELETE (I386-24).
    MessageDelete {
        /// Which.
        message_id: Number,
    },
    /// START_TYPING (I386-25).
    StartTyping,
    /// SYSTEM_BAN_ADD (I386-26).
    SystemBanAdd {
        /// Whom.
        id: Number,
        /// Why.
        reason: Option<String>,
    },
    /// CHANNEL_ADD (I386-27).
    ChannelAdd {
        /// What it is called.
        name: String,
        /// About it.
        description: Option<String>,
        /// Whether anybody finds it by its name; `true` when it is not said.
        visibility: bool,
    },
    /// CHANNEL_MOVE (I386-28); ROOM_USER_ADD from a client means the same.
    ChannelMove(Whither),
    /// ROOM_USER_REMOVE from a client: leave the room.
    Leave,
}

/// Names a room to move into. Where both are given, the id counts.
#[derive(Clone, Debug, PartialEq)]
pub enum Whither {
    /// By its id.
    Id(Number),
    /// By its name, among the visible ones.
    Name(String),
}

#[derive(Deserialize)]
struct Said {
    content: String,
    nonce: Option<Number>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Deleted {
    #[serde(rename = "messageID")]
    message_id: Number,
}

#[derive(Deserialize)]
struct Ban {
    id: Number,
    reason: Option<String>,
}

#[derive(Deserialize)]
struct NewRoom {
    name: String,
    description: Option<String>,
    visibility: Option<bool>,
}

#[derive(Deserialize)]
struct Place {
    id: Option<Number>,
    name: Option<String>,
}

impl ClientFrame {
    /// Reads a message of the socket. `s`, `t` and `e` of anything but a 130 are not looked at (I386-12).
    ///
    /// # Errors
    /// [`Unreadable`]. A 130 is always read, so that somebody who is not presented learns that first.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        let mut payload = Payload::read(text)?;
        match payload.f {
            function::PRESENT => Ok(Self::Present(payload.cnf()?)),
            function::HEARTBEAT => Ok(Self::Heartbeat),
            function::EXECUTE => {
                let s = payload.s;
                Ok(Self::Execute(Execute { s, command: Command::read(payload) }))
            }
            _ => Err(Unreadable::Malformed),
        }
    }

    /// Writes it.
    ///
    /// # Errors
    /// [`TooLong`]: it is not to be sent (I386-R5).
    pub fn text(&self) -> Result<String, TooLong> {
        match self {
            Self::Present(present) => payload::written(function::PRESENT, present),
            Self::Heartbeat => Ok(json!({ "f": function::HEARTBEAT }).to_string()),
            Self::Execute(Execute { s, command: Some(command) }) => {
                payload::execute(*s, &payload::tail(command.name(), &command.cnf()))
            }
            Self::Execute(Execute { s, command: None }) => {
                payload::execute(*s, &payload::tail("", &Value::Null))
            }
        }
    }
}

impl Command {
    /// As a frame, with the client's count.
    #[must_use]
    pub fn numbered(self, s: u64) -> ClientFrame {
        ClientFrame::Execute(Execute { s: Some(s.into()), command: Some(self) })
    }

    /// The name of its event.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::MessageCreate { .. } => "MESSAGE_CREATE",
            Self::MessageDelete { .. } => "MESSAGE_DELETE",
            Self::StartTyping => "START_TYPING",
            Self::SystemBanAdd { .. } => "SYSTEM_BAN_ADD",
            Self::ChannelAdd { .. } => "CHANNEL_ADD",
            Self::ChannelMove(_) => "CHANNEL_MOVE",
            Self::Leave => "ROOM_USER_REMOVE",
        }
    }

    fn read(mut payload: Payload) -> Option<Self> {
        // Owned, because reading takes the data out.
        let name = payload.event()?.to_owned();
        Some(match name.as_str() {
            "MESSAGE_CREATE" => {
                let Said { content, nonce } = payload.cnf().ok()?;
                Self::MessageCreate { content, nonce }
            }
            "MESSAGE_DELETE" => {
                let Deleted { message_id } = payload.cnf().ok()?;
                Self::MessageDelete { message_id }
            }
            "START_TYPING" => Self::StartTyping,
            "SYSTEM_BAN_ADD" => {
                let Ban { id, reason } = payload.cnf().ok()?;
                Self::SystemBanAdd { id, reason }
            }
            "CHANNEL_ADD" => {
                let NewRoom { name, description, visibility } = payload.cnf().ok()?;
                Self::ChannelAdd { name, description, visibility: visibility.unwrap_or(true) }
            }
            "CHANNEL_MOVE" | "ROOM_USER_ADD" => {
                let Place { id, name } = payload.cnf().ok()?;
                Self::ChannelMove(id.map(Whither::Id).or(name.map(Whither::Name))?)
            }
            "ROOM_USER_REMOVE" => Self::Leave,
            _ => return None,
        })
    }

    fn cnf(&self) -> Value {
        match self {
            Self::MessageCreate { content, nonce: None } => json!({ "content": content }),
            Self::MessageCreate { content, nonce } => json!({ "content": content, "nonce": nonce }),
            Self::MessageDelete { message_id } => json!({ "messageID": message_id }),
            Self::SystemBanAdd { id, reason: None } => json!({ "id": id }),
            Self::SystemBanAdd { id, reason } => json!({ "id": id, "reason": reason }),
            Self::ChannelAdd { name, description: None, visibility } => {
                json!({ "name": name, "visibility": visibility })
            }
            Self::ChannelAdd { name, description, visibility } => {
                json!({ "name": name, "description": description, "visibility": visibility })
            }
            Self::ChannelMove(Whither::Id(id)) => json!({ "id": id }),
            Self::ChannelMove(Whither::Name(name)) => json!({ "name": name }),
            Self::StartTyping | Self::Leave => json!({}),
        }
    }
}

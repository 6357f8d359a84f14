//! What a server tells: the events of its 130s.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::limits;
use super::number::Number;
use super::payload::{self, Payload, Unreadable, pieces, shortened, width};
use super::room::{Room, User};

/// An event.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// MESSAGE_CREATE: somebody in the room says something, oneself too (I386-23).
    MessageCreate(MessageCreate),
    /// MESSAGE_DELETE (I386-24).
    MessageDelete {
        /// Which.
        message_id: Number,
    },
    /// START_TYPING (I386-25).
    StartTyping {
        /// Who.
        user: User,
    },
    /// SYSTEM_BAN_ADD: the answer to an admin who asked for it (I386-26).
    SystemBanAdd {
        /// Who may not come any more.
        user: User,
    },
    /// CHANNEL_ADD: a room that one may move into (I386-27).
    ChannelAdd {
        /// Which.
        room: Room,
    },
    /// CHANNEL_MOVE: one is in this room now (I386-28).
    ChannelMove {
        /// Which.
        room: Room,
    },
    /// ROOM_USER_ADD: somebody is in the room now (I386-29).
    RoomUserAdd {
        /// Who.
        user: User,
    },
    /// ROOM_USER_REMOVE: somebody is in the room no more; oneself, when one is in none now (I386-30).
    RoomUserRemove {
        /// Who.
        user: User,
    },
    /// GATEWAY_DOWN: the end is near (I386-31).
    GatewayDown,
    /// SERVER_MESSAGE: the server says something.
    ServerMessage {
        /// What.
        content: String,
    },
    /// One that nobody here knows; its name.
    Other(String),
}

/// MESSAGE_CREATE as a server sends it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MessageCreate {
    /// Who.
    pub user: User,
    /// What.
    pub content: String,
    /// As the author's client sent it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<Number>,
    /// Names the message; ours.
    #[serde(default, rename = "messageID", skip_serializing_if = "Option::is_none")]
    pub message_id: Option<Number>,
    /// The message with this id says this now; ours.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub edited: bool,
    /// Which piece of the message this is, from 1; ours. Missing when it is whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<u32>,
    /// How many pieces there are; ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parts: Option<u32>,
}

#[derive(Deserialize)]
struct Somebody {
    user: User,
}

#[derive(Deserialize)]
struct Somewhere {
    room: Room,
}

#[derive(Deserialize)]
struct Said {
    content: String,
}

#[derive(Deserialize)]
struct Deleted {
    #[serde(rename = "messageID")]
    message_id: Number,
}

/// Names of people are cut to this many bytes where the frame would be too narrow.
const NAME_ROOM: usize = 256;

impl Event {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::MessageCreate(_) => "MESSAGE_CREATE",
            Self::MessageDelete { .. } => "MESSAGE_DELETE",
            Self::StartTyping { .. } => "START_TYPING",
            Self::SystemBanAdd { .. } => "SYSTEM_BAN_ADD",
            Self::ChannelAdd { .. } => "CHANNEL_ADD",
            Self::ChannelMove { .. } => "CHANNEL_MOVE",
            Self::RoomUserAdd { .. } => "ROOM_USER_ADD",
            Self::RoomUserRemove { .. } => "ROOM_USER_REMOVE",
            Self::GatewayDown => "GATEWAY_DOWN",
            Self::ServerMessage { .. } => "SERVER_MESSAGE",
            Self::Other(name) => name,
        }
    }

    fn cnf(&self) -> Value {
        match self {
            Self::MessageCreate(message) => json!(message),
            Self::MessageDelete { message_id } => json!({ "messageID": message_id }),
            Self::StartTyping { user }
            | Self::SystemBanAdd { user }
            | Self::RoomUserAdd { user }
            | Self::RoomUserRemove { user } => json!({ "user": user }),
            Self::ChannelAdd { room } | Self::ChannelMove { room } => json!({ "room": room }),
            Self::ServerMessage { content } => json!({ "content": content }),
            Self::GatewayDown | Self::Other(_) => json!({}),
        }
    }

    /// Everything of its frame but the count, the same for all who are told: [`ServerFrame::numbered`] makes the
    /// frame of it.
    ///
    /// [`ServerFrame::numbered`]: super::ServerFrame::numbered
    #[must_use]
    pub fn tail(&self) -> String {
        payload::tail(self.name(), &self.cnf())
    }

    pub(super) fn read(mut payload: Payload) -> Result<Self, Unreadable> {
        let name = payload.event().ok_or(Unreadable::Malformed)?.to_owned();
        Ok(match name.as_str() {
            "MESSAGE_CREATE" => Self::MessageCreate(payload.cnf()?),
            "MESSAGE_DELETE" => {
                let Deleted { message_id } = payload.cnf()?;
                Self::MessageDelete { message_id }
            }
            "START_TYPING" => Self::StartTyping { user: somebody(&mut payload)? },
            "SYSTEM_BAN_ADD" => Self::SystemBanAdd { user: somebody(&mut payload)? },
            "CHANNEL_ADD" => Self::ChannelAdd { room: somewhere(&mut payload)? },
            "CHANNEL_MOVE" => Self::ChannelMove { room: somewhere(&mut payload)? },
            "ROOM_USER_ADD" => Self::RoomUserAdd { user: somebody(&mut payload)? },
            "ROOM_USER_REMOVE" => Self::RoomUserRemove { user: somebody(&mut payload)? },
            "GATEWAY_DOWN" => Self::GatewayDown,
            "SERVER_MESSAGE" => {
                let Said { content } = payload.cnf()?;
                Self::ServerMessage { content }
            }
            _ => Self::Other(name),
        })
    }

    /// The same in events that each fit into a frame, whatever their count is: what is said is split into parts, what
    /// is said about a room is cut.
    #[must_use]
    pub fn fitted(self) -> Vec<Self> {
        if self.room_left().is_some() {
            return vec![self];
        }
        match self {
            Self::MessageCreate(message) => message.split().into_iter().map(Self::MessageCreate).collect(),
            Self::ServerMessage { content } => {
                let room = Self::ServerMessage { content: String::new() }.room_left().unwrap_or_default();
                let says = |content: &str| Self::ServerMessage { content: content.to_owned() };
                pieces(&content, room).into_iter().map(says).collect()
            }
            Self::ChannelAdd { room } => vec![Self::ChannelAdd { room: room.fitted() }],
            Self::ChannelMove { room } => vec![Self::ChannelMove { room: room.fitted() }],
            Self::StartTyping { user } => vec![Self::StartTyping { user: user.short() }],
            Self::SystemBanAdd { user } => vec![Self::SystemBanAdd { user: user.short() }],
            Self::RoomUserAdd { user } => vec![Self::RoomUserAdd { user: user.short() }],
            Self::RoomUserRemove { user } => vec![Self::RoomUserRemove { user: user.short() }],
            other @ (Self::MessageDelete { .. } | Self::GatewayDown | Self::Other(_)) => vec![other],
        }
    }

    /// The bytes that are left in its frame with the longest count; `None`: it does not fit.
    fn room_left(&self) -> Option<usize> {
        /// `{"f":130,"s":18446744073709551615,`
        const HEAD: usize = 35;
        limits::FRAME_BYTES.checked_sub(HEAD + self.tail().len())
    }
}

fn somebody(payload: &mut Payload) -> Result<User, Unreadable> {
    payload.cnf().map(|Somebody { user }| user)
}

fn somewhere(payload: &mut Payload) -> Result<Room, Unreadable> {
    payload.cnf().map(|Somewhere { room }| room)
}

impl MessageCreate {
    /// The message in parts that fit.
    fn split(self) -> Vec<Self> {
        /// No message has more, and no text of a count is longer.
        const MOST: u32 = 99_999;
        let user = self.user.clone().short();
        let empty = |part| Self {
            user: user.clone(),
            content: String::new(),
            part: Some(part),
            parts: Some(MOST),
            ..self.clone()
        };
        let room = Event::MessageCreate(empty(MOST)).room_left().unwrap_or_default();
        let mut pieces = pieces(&self.content, room);
        if pieces.is_empty() {
            pieces.push("");
        }
        let parts = u32::try_from(pieces.len()).unwrap_or(MOST);
        let part = |(part, content): (u32, &str)| Self {
            content: content.to_owned(),
            parts: Some(parts),
            ..empty(part)
        };
        (1..).zip(pieces).map(part).collect()
    }
}

impl User {
    fn short(self) -> Self {
        let bio = self.bio.map(|bio| shortened(&bio, 4 * NAME_ROOM));
        let uuid = self.uuid.map(|uuid| shortened(&uuid, NAME_ROOM));
        Self { name: shortened(&self.name, NAME_ROOM), uuid, bio, ..self }
    }
}

impl Room {
    /// With as much of its description as fits into a frame.
    fn fitted(self) -> Self {
        let creator = self.creator.map(|creator| User { bio: None, ..creator.short() });
        let room = Self { name: shortened(&self.name, 4 * NAME_ROOM), description: None, creator, ..self };
        let Some(description) = self.description else { return room };
        let said = Self { description: Some(String::new()), ..room };
        let left = Event::ChannelMove { room: said.clone() }.room_left().unwrap_or_default();
        debug_assert!(left > width('…'), "names are cut");
        Self { description: Some(shortened(&description, left)), ..said }
    }
}

//! Frames from a gateway: the hello, then events.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::Value;

use super::event::Event;
use super::member::SessionId;
use super::op::Op;

/// The first frame on a socket (op 0).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hello {
    /// The session that this socket has until it resumes another.
    pub session_id: SessionId,
    /// With it, another socket can resume the session. After a resume, the token of the latest hello counts
    /// together with the resumed id.
    pub session_token: String,
    /// Milliseconds between heartbeats (op 420).
    pub heartbeat_interval: u64,
    /// Only our gateway says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hearth: Option<HearthHello>,
}

/// What our gateway adds to its hello.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HearthHello {
    /// Version of the gateway.
    pub version: String,
    /// The gateway's milliseconds since 1970: a first estimate of its clock.
    pub server_time: u64,
    /// The longest countdown that the owner of a group can choose, ms; an older gateway has none to choose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub countdown: Option<u64>,
    /// Members of a group can have access to its voice room ([`VoiceAccess`](super::VoiceAccess)).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub voice: bool,
}

/// One frame from a gateway.
#[derive(Clone, Debug, PartialEq)]
pub enum ServerFrame {
    /// Op 0.
    Hello(Hello),
    /// Op 3.
    Event(Event),
}

/// Not a frame of this dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Not JSON at all. One such frame is nothing; a peer that sends nothing else is not a gateway.
    #[error("the frame is not JSON")]
    NotJson,
    /// JSON, but neither a hello nor an event.
    #[error("the frame is neither a hello nor an event")]
    NotAFrame,
}

impl ServerFrame {
    /// The text to send, keys in the order of the TypeScript gateway (op, t, d).
    #[must_use]
    pub fn encode(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what a gateway sent. Unknown events are frames too.
    ///
    /// # Errors
    /// [`Unreadable`]; the frame costs only itself.
    pub fn decode(text: &str) -> Result<Self, Unreadable> {
        let frame: Value = serde_json::from_str(text).map_err(|_| Unreadable::NotJson)?;
        super::inbound::frame(&frame).ok_or(Unreadable::NotAFrame)
    }
}

impl From<Event> for ServerFrame {
    fn from(event: Event) -> Self {
        Self::Event(event)
    }
}

impl Serialize for ServerFrame {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut frame = serializer.serialize_map(None)?;
        match self {
            Self::Hello(hello) => {
                frame.serialize_entry("op", &Op::Hello.code())?;
                frame.serialize_entry("d", hello)?;
            }
            Self::Event(event) => {
                frame.serialize_entry("op", &Op::Event.code())?;
                event.entries(&mut frame)?;
            }
        }
        frame.end()
    }
}

#[derive(Serialize)]
struct Group<'a> {
    group_id: &'a str,
}

#[derive(Serialize)]
struct Session<'a> {
    session_id: &'a SessionId,
}

#[derive(Serialize)]
struct GroupMember<'a> {
    group_id: &'a str,
    session_id: &'a SessionId,
}

#[derive(Serialize)]
struct Countdown<'a> {
    group_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<&'a SessionId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_at: Option<u64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    cancelled: bool,
}

impl Event {
    /// The event's name on the wire.
    #[must_use]
    pub fn name(&self) -> std::borrow::Cow<'static, str> {
        use std::borrow::Cow::{Borrowed, Owned};
        Borrowed(match self {
            Self::JoinedGroup(_) => "JOINED_GROUP",
            Self::GroupCreate(_) => "GROUP_CREATE",
            Self::GroupDelete { .. } => "GROUP_DELETE",
            Self::GroupUpdate(_) => "GROUP_UPDATE",
            Self::UserJoin(_) => "GROUP_USER_JOIN",
            Self::UserLeft { .. } => "GROUP_USER_LEFT",
            Self::UserUpdate(_) => "GROUP_USER_UPDATE",
            Self::DeviceUpdate(_) => "GROUP_USER_DEVICE_UPDATE",
            Self::DeviceDisconnect { .. } => "GROUP_USER_DEVICE_DISCONNECT",
            Self::HeatInquiry(_) => "GROUP_HEAT_INQUIRY",
            Self::StartHeating(_) => "GROUP_START_HEATING",
            Self::Countdown { .. } => "GROUP_COUNTDOWN",
            Self::UserReady { .. } => "GROUP_USER_READY",
            Self::UserUnready { .. } => "GROUP_USER_UNREADY",
            Self::VisibilityChange { .. } => "GROUP_VISIBILITY_CHANGE",
            Self::AwayState { .. } => "GROUP_USER_AWAY_STATE",
            Self::Message(_) => "GROUP_MESSAGE",
            Self::Reaction(_) => "GROUP_REACTION",
            Self::Kicked { .. } => "GROUP_USER_KICKED",
            Self::PublicGroups(_) => "PUBLIC_GROUPS_UPDATE",
            Self::SessionResumed { .. } => "SESSION_RESUMED",
            Self::UserLinked { .. } => "USER_LINK_SUCCESS",
            Self::WatchedDevice(_) => "WATCHED_DEVICE_UPDATE",
            Self::RemoteAction { .. } => "REMOTE_ACTION",
            Self::Clock(_) => "CLOCK",
            Self::RateLimited { .. } => "RATE_LIMITED",
            Self::Error(refusal) => return refusal.event.name(),
            Self::Unknown { t } => return Owned(t.clone()),
        })
    }

    fn entries<M: SerializeMap>(&self, frame: &mut M) -> Result<(), M::Error> {
        use serde_json::json;

        frame.serialize_entry("t", &self.name())?;
        match self {
            Self::JoinedGroup(group) => frame.serialize_entry("d", group),
            Self::GroupCreate(group) => frame.serialize_entry("d", group),
            Self::GroupUpdate(patch) => frame.serialize_entry("d", patch),
            Self::UserJoin(joined) => frame.serialize_entry("d", joined),
            Self::UserUpdate(patch) => frame.serialize_entry("d", patch),
            Self::DeviceUpdate(update) => frame.serialize_entry("d", update),
            Self::HeatInquiry(inquiry) => frame.serialize_entry("d", inquiry),
            Self::StartHeating(start) => frame.serialize_entry("d", start),
            Self::Message(message) => frame.serialize_entry("d", message),
            Self::Reaction(reaction) => frame.serialize_entry("d", reaction),
            Self::PublicGroups(groups) => frame.serialize_entry("d", groups),
            Self::WatchedDevice(watched) => frame.serialize_entry("d", watched),
            Self::Clock(reply) => frame.serialize_entry("d", reply),
            Self::GroupDelete { group_id } | Self::Kicked { group_id } => {
                frame.serialize_entry("d", &Group { group_id: &group_id.0 })
            }
            Self::UserLeft { group_id, session_id } | Self::DeviceDisconnect { group_id, session_id } => {
                frame.serialize_entry("d", &GroupMember { group_id: &group_id.0, session_id })
            }
            Self::Countdown { group_id, session_id, start_at } => {
                let (group_id, session_id) = (&group_id.0, session_id.as_ref());
                let cancelled = start_at.is_none();
                frame
                    .serialize_entry("d", &Countdown { group_id, session_id, start_at: *start_at, cancelled })
            }
            Self::UserReady { session_id }
            | Self::UserUnready { session_id }
            | Self::SessionResumed { session_id } => frame.serialize_entry("d", &Session { session_id }),
            Self::VisibilityChange { visibility, session_id } => {
                frame.serialize_entry("d", &json!({ "visibility": visibility, "session_id": session_id }))
            }
            Self::AwayState { session_id, state } => {
                frame.serialize_entry("d", &json!({ "session_id": session_id, "state": state }))
            }
            Self::UserLinked { id } => frame.serialize_entry("d", &json!({ "id": id })),
            Self::RemoteAction { action, data: Some(data) } => {
                frame.serialize_entry("d", &json!({ "action": action, "data": data }))
            }
            Self::RemoteAction { action, data: None } => {
                frame.serialize_entry("d", &json!({ "action": action }))
            }
            Self::RateLimited { op: Some(op) } => frame.serialize_entry("d", &json!({ "op": op })),
            Self::Error(refusal) => frame.serialize_entry("d", &json!({ "code": refusal.code.name() })),
            Self::RateLimited { op: None } | Self::Unknown { .. } => Ok(()),
        }
    }
}

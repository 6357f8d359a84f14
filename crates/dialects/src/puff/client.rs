//! Frames from a client: strict decoding for gateways, encoding for clients.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::{Value, json};

use super::device::DeviceState;
use super::emoji::is_emoji;
use super::fields::{Fields, Invalid, whole};
use super::group::{self, HearthGroup, Visibility};
use super::limits;
use super::member::{Change, GroupId, SessionId};
use super::op::Op;
use super::refusal::{ErrorCode, ErrorEvent, Refusal};

/// Op 2.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CreateGroup {
    /// Name, up to 32; without one the gateway chooses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Who may find it; private unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    /// A chosen code; only for administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<GroupId>,
    /// Stays when it is empty; only for administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persistent: Option<bool>,
    /// What only Hearth knows of a group; other gateways ignore it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hearth: Option<HearthGroup>,
}

/// Op 5: what to change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct EditGroup {
    /// Name, 1 to 32.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Who may find it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    /// Stays when it is empty. The web client always sends it; only administrators may change it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persistent: Option<bool>,
    /// The new owner, a member of the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_session_id: Option<SessionId>,
    /// What only Hearth knows of a group; other gateways ignore it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hearth: Option<HearthGroup>,
}

/// Op 6, and ops 18, 19 and 21: what changed about oneself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct UserUpdate {
    /// What is in the bowl, up to 48.
    #[serde(skip_serializing_if = "Change::is_keep")]
    pub strain: Change<String>,
    /// Away or back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub away: Option<bool>,
    /// On a phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mobile: Option<bool>,
}

/// What a client asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum ClientOp {
    /// Op 1.
    Join {
        /// The group's code.
        group_id: GroupId,
    },
    /// Op 2.
    Create(CreateGroup),
    /// Op 4: what changed on the own device.
    DeviceState(Box<DeviceState>),
    /// Op 5.
    Edit(EditGroup),
    /// Op 6.
    UpdateUser(UserUpdate),
    /// Op 7.
    Leave,
    /// Op 8.
    Inquire,
    /// Op 9.
    Start,
    /// Op 10.
    DisconnectDevice,
    /// Op 11.
    Message {
        /// Text, 1 to 1024.
        content: String,
    },
    /// Op 12.
    Stop,
    /// Op 13.
    Resume {
        /// The session to take up again.
        session_id: SessionId,
        /// Its token.
        session_token: String,
    },
    /// Op 14.
    Reaction {
        /// Emoji only.
        emoji: String,
    },
    /// Op 15.
    Delete,
    /// Op 16.
    Transfer {
        /// The new owner.
        session_id: SessionId,
    },
    /// Op 17.
    Kick {
        /// Whom.
        session_id: SessionId,
    },
    /// Op 18, an alias of op 6.
    Away {
        /// Away.
        state: bool,
    },
    /// Op 19, an alias of op 6.
    Strain {
        /// What is in the bowl.
        strain: String,
    },
    /// Op 20.
    LinkUser {
        /// Account token.
        token: String,
    },
    /// Op 21, an alias of op 6: on a phone.
    Mobile,
    /// Op 22.
    WatchDevice {
        /// `device_` and the base64 of the MAC text (or pseudonym).
        id: String,
    },
    /// Op 420.
    Heartbeat,
    /// Op 421.
    Clock {
        /// Any number of the client's, given back unchanged.
        client_time: u64,
    },
}

/// A frame whose operation is known and whose payload was not looked at yet, so that limits on rates come
/// before limits on contents.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientFrame {
    /// The operation.
    pub op: Op,
    /// The payload, `null` when there is none.
    pub d: Value,
}

impl ClientFrame {
    /// Reads the envelope. `Ok(None)`: not JSON, ignored without an answer as both recorded gateways do.
    /// The operation may also come as a text (`"op":"2"`), as the TypeScript gateway takes it.
    ///
    /// # Errors
    /// JSON that is no frame, or an unknown operation: INTERNAL_ERROR INVALID_OP_CODE.
    pub fn parse(text: &str) -> Result<Option<Self>, Refusal> {
        let Ok(mut frame) = serde_json::from_str::<Value>(text) else { return Ok(None) };
        let code = match frame.get("op") {
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(number) => whole(number),
            None => None,
        };
        let op = code.and_then(Op::from_client).ok_or_else(Refusal::invalid_op)?;
        let d = frame.get_mut("d").map(Value::take).unwrap_or_default();
        Ok(Some(Self { op, d }))
    }

    /// Reads the payload.
    ///
    /// # Errors
    /// The exact event and code that a gateway answers. The frame costs only itself.
    pub fn read(&self) -> Result<ClientOp, Refusal> {
        self.payload().map_err(|Invalid| refusal_of(self.op))
    }

    fn payload(&self) -> Result<ClientOp, Invalid> {
        let d = || Fields::strict(&self.d);
        // An empty payload may be left out where nothing in it is required.
        let empty = Value::Object(serde_json::Map::new());
        let optional = || Fields::strict(if self.d.is_null() { &empty } else { &self.d });
        let target = || Ok(SessionId(d()?.text("session_id", limits::SESSION_ID)?.ok_or(Invalid)?));
        Ok(match self.op {
            Op::Join => {
                ClientOp::Join { group_id: GroupId(d()?.text("group_id", limits::GROUP_ID)?.ok_or(Invalid)?) }
            }
            Op::Create => ClientOp::Create(create(optional()?)?),
            Op::DeviceState => ClientOp::DeviceState(Box::new(DeviceState::read(d()?)?)),
            Op::Edit => ClientOp::Edit(edit(d()?)?),
            Op::UpdateUser => ClientOp::UpdateUser(user_update(optional()?)?),
            Op::Leave => ClientOp::Leave,
            Op::Inquire => ClientOp::Inquire,
            Op::Start => ClientOp::Start,
            Op::DisconnectDevice => ClientOp::DisconnectDevice,
            Op::Message => {
                let content = d()?.text("content", limits::MESSAGE)?.filter(|content| !content.is_empty());
                ClientOp::Message { content: content.ok_or(Invalid)? }
            }
            Op::Stop => ClientOp::Stop,
            Op::Resume => ClientOp::Resume {
                session_id: target()?,
                session_token: d()?.text("session_token", limits::TOKEN)?.ok_or(Invalid)?,
            },
            Op::Reaction => {
                let emoji = d()?.text("emoji", limits::REACTION)?.filter(|emoji| is_emoji(emoji));
                ClientOp::Reaction { emoji: emoji.ok_or(Invalid)? }
            }
            Op::Delete => ClientOp::Delete,
            Op::Transfer => ClientOp::Transfer { session_id: target()? },
            Op::Kick => ClientOp::Kick { session_id: target()? },
            Op::Away => ClientOp::Away { state: d()?.flag("state")?.ok_or(Invalid)? },
            Op::Strain => ClientOp::Strain { strain: d()?.text("strain", limits::STRAIN)?.ok_or(Invalid)? },
            Op::LinkUser => {
                let token = d()?.text("token", limits::TOKEN)?.filter(|token| !token.is_empty());
                ClientOp::LinkUser { token: token.ok_or(Invalid)? }
            }
            Op::Mobile => ClientOp::Mobile,
            Op::WatchDevice => {
                let id = d()?.text("id", limits::WATCHED_ID)?;
                ClientOp::WatchDevice { id: id.filter(|id| id.starts_with("device_")).ok_or(Invalid)? }
            }
            Op::Heartbeat => ClientOp::Heartbeat,
            Op::Clock => ClientOp::Clock {
                client_time: d()?.whole("client_time", limits::SAFE_INTEGER)?.ok_or(Invalid)?,
            },
            Op::Hello | Op::Event => return Err(Invalid),
        })
    }
}

fn create(d: Fields<'_>) -> Result<CreateGroup, Invalid> {
    Ok(CreateGroup {
        name: d.text("name", limits::GROUP_NAME)?,
        visibility: group::visibility(d)?,
        id: d.text("id", limits::GROUP_ID)?.map(GroupId),
        persistent: d.flag("persistent")?,
        hearth: d.object("hearth", HearthGroup::read_wish)?,
    })
}

fn edit(d: Fields<'_>) -> Result<EditGroup, Invalid> {
    let name = d.text("name", limits::GROUP_NAME)?;
    if name.as_ref().is_some_and(|name| name.trim().is_empty()) {
        return Err(Invalid);
    }
    Ok(EditGroup {
        name,
        visibility: group::visibility(d)?,
        persistent: d.flag("persistent")?,
        owner_session_id: d.text("owner_session_id", limits::SESSION_ID)?.map(SessionId),
        hearth: d.object("hearth", HearthGroup::read_wish)?,
    })
}

fn user_update(d: Fields<'_>) -> Result<UserUpdate, Invalid> {
    Ok(UserUpdate {
        strain: Change::read(d, "strain", |d, name| d.text(name, limits::STRAIN))?,
        away: d.flag("away")?,
        mobile: d.flag("mobile")?,
    })
}

/// How a payload that cannot be read is answered.
fn refusal_of(op: Op) -> Refusal {
    let event = match op {
        Op::Join => return Refusal::new(ErrorEvent::GroupJoin, ErrorCode::InvalidGroup),
        Op::Create => return Refusal::new(ErrorEvent::GroupCreate, ErrorCode::InvalidGroupName),
        Op::Resume => return Refusal::new(ErrorEvent::SessionResume, ErrorCode::InvalidSession),
        Op::LinkUser => return Refusal::new(ErrorEvent::UserLink, ErrorCode::InvalidToken),
        Op::UpdateUser | Op::Away | Op::Strain | Op::Mobile => ErrorEvent::UserUpdate,
        Op::WatchDevice | Op::Clock => ErrorEvent::Internal,
        _ => ErrorEvent::GroupAction,
    };
    Refusal::new(event, ErrorCode::InvalidData)
}

impl ClientOp {
    /// The operation.
    #[must_use]
    pub const fn op(&self) -> Op {
        match self {
            Self::Join { .. } => Op::Join,
            Self::Create(_) => Op::Create,
            Self::DeviceState(_) => Op::DeviceState,
            Self::Edit(_) => Op::Edit,
            Self::UpdateUser(_) => Op::UpdateUser,
            Self::Leave => Op::Leave,
            Self::Inquire => Op::Inquire,
            Self::Start => Op::Start,
            Self::DisconnectDevice => Op::DisconnectDevice,
            Self::Message { .. } => Op::Message,
            Self::Stop => Op::Stop,
            Self::Resume { .. } => Op::Resume,
            Self::Reaction { .. } => Op::Reaction,
            Self::Delete => Op::Delete,
            Self::Transfer { .. } => Op::Transfer,
            Self::Kick { .. } => Op::Kick,
            Self::Away { .. } => Op::Away,
            Self::Strain { .. } => Op::Strain,
            Self::LinkUser { .. } => Op::LinkUser,
            Self::Mobile => Op::Mobile,
            Self::WatchDevice { .. } => Op::WatchDevice,
            Self::Heartbeat => Op::Heartbeat,
            Self::Clock { .. } => Op::Clock,
        }
    }

    /// The text to send.
    #[must_use]
    pub fn encode(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Envelope and payload at once. `Ok(None)`: not JSON.
    ///
    /// # Errors
    /// As [`ClientFrame::parse`] and [`ClientFrame::read`].
    pub fn decode(text: &str) -> Result<Option<Self>, Refusal> {
        ClientFrame::parse(text)?.map(|frame| frame.read()).transpose()
    }
}

impl Serialize for ClientOp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut frame = serializer.serialize_map(None)?;
        frame.serialize_entry("op", &self.op().code())?;
        match self {
            Self::Create(create) => frame.serialize_entry("d", create)?,
            Self::DeviceState(state) => frame.serialize_entry("d", state)?,
            Self::Edit(edit) => frame.serialize_entry("d", edit)?,
            Self::UpdateUser(update) => frame.serialize_entry("d", update)?,
            Self::Join { group_id } => frame.serialize_entry("d", &json!({ "group_id": group_id }))?,
            Self::Message { content } => frame.serialize_entry("d", &json!({ "content": content }))?,
            Self::Resume { session_id, session_token } => frame
                .serialize_entry("d", &json!({ "session_id": session_id, "session_token": session_token }))?,
            Self::Reaction { emoji } => frame.serialize_entry("d", &json!({ "emoji": emoji }))?,
            Self::Transfer { session_id } | Self::Kick { session_id } => {
                frame.serialize_entry("d", &json!({ "session_id": session_id }))?;
            }
            Self::Away { state } => frame.serialize_entry("d", &json!({ "state": state }))?,
            Self::Strain { strain } => frame.serialize_entry("d", &json!({ "strain": strain }))?,
            Self::LinkUser { token } => frame.serialize_entry("d", &json!({ "token": token }))?,
            Self::WatchDevice { id } => frame.serialize_entry("d", &json!({ "id": id }))?,
            Self::Clock { client_time } => {
                frame.serialize_entry("d", &json!({ "client_time": client_time }))?;
            }
            Self::Leave
            | Self::Inquire
            | Self::Start
            | Self::DisconnectDevice
            | Self::Stop
            | Self::Delete
            | Self::Mobile
            | Self::Heartbeat => {}
        }
        frame.end()
    }
}

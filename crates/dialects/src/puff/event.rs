//! Everything that a gateway says after its hello (op 3).

use serde::Serialize;
use serde_json::Value;

use super::device::{DeviceState, LastDab};
use super::group::{GroupCreated, GroupPatch, JoinedGroup, PublicGroup, Visibility};
use super::member::{Change, GroupId, Member, SessionId, User, VoiceChannel};
use super::number;
use super::refusal::Refusal;

/// GROUP_USER_JOIN: the new member, without a device.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UserJoined {
    /// Group.
    pub group_id: GroupId,
    /// Who.
    #[serde(flatten)]
    pub member: Member,
}

/// GROUP_USER_UPDATE: what changed about a member, the device excepted.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct UserPatch {
    /// Who.
    pub session_id: SessionId,
    /// Group. The Elixir gateway puts the session's id here.
    pub group_id: GroupId,
    /// Whether the gateway waits for the member's connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disconnected: Option<bool>,
    /// What is in the bowl.
    #[serde(skip_serializing_if = "Change::is_keep")]
    pub strain: Change<String>,
    /// Away or back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub away: Option<bool>,
    /// On a phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mobile: Option<bool>,
    /// The account.
    #[serde(skip_serializing_if = "Change::is_keep")]
    pub user: Change<User>,
    /// The voice channel.
    #[serde(skip_serializing_if = "Change::is_keep")]
    pub voice: Change<VoiceChannel>,
}

/// GROUP_USER_DEVICE_UPDATE: what changed on a member's device.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DeviceUpdate {
    /// Group.
    pub group_id: GroupId,
    /// Whose.
    pub session_id: SessionId,
    /// What changed.
    pub device_state: DeviceState,
}

/// GROUP_HEAT_INQUIRY, to each member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeatInquiry {
    /// Who asks.
    pub session_id: SessionId,
    /// The recipient has no device.
    pub watcher: bool,
    /// The recipient is away.
    pub away: bool,
}

/// GROUP_START_HEATING, to each member. Only one for whom none of the three marks is true heats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StartHeating {
    /// Who made it start; the Elixir gateway does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<SessionId>,
    /// The recipient was not ready.
    pub excluded: bool,
    /// The recipient has no device.
    pub watcher: bool,
    /// The recipient is away.
    pub away: bool,
    /// The instant at which devices are told to heat, in the gateway's milliseconds since 1970. An extension of
    /// Hearth: other clients ignore it and heat two seconds after receipt; a client that knows the gateway's
    /// clock (op 421) counts down to this instant, so that all start together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_at: Option<u64>,
}

impl StartHeating {
    /// Whether the recipient's device is told to heat.
    #[must_use]
    pub const fn heats(&self) -> bool {
        !(self.excluded || self.watcher || self.away)
    }
}

/// The inside of a chat message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MessageContent {
    /// Text.
    pub content: String,
    /// When, ms since 1970.
    pub timestamp: u64,
}

/// GROUP_MESSAGE.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Group.
    pub group_id: GroupId,
    /// Author.
    pub author_session_id: SessionId,
    /// The name of an author who is in no session of the group, but reads and writes its chat from elsewhere; our
    /// extension.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author_name: Option<String>,
    /// Text and time.
    pub message: MessageContent,
}

/// GROUP_REACTION.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reaction {
    /// Group.
    pub group_id: GroupId,
    /// Author.
    pub author_session_id: SessionId,
    /// One or more emoji.
    pub emoji: String,
}

/// WATCHED_DEVICE_UPDATE: counters of a watched device (op 22).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct WatchedDevice {
    /// `device_` and the base64 of the MAC text (or pseudonym).
    pub id: String,
    /// Lifetime heat cycles.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "number::write_option")]
    pub dabs: Option<f64>,
    /// Average a day.
    #[serde(
        rename = "dabsPerDay",
        skip_serializing_if = "Option::is_none",
        serialize_with = "number::write_option"
    )]
    pub dabs_per_day: Option<f64>,
    /// Last heat cycle.
    #[serde(rename = "lastDab", skip_serializing_if = "Option::is_none")]
    pub last_dab: Option<LastDab>,
}

/// CLOCK: the answer to op 421, an extension of Hearth. With the send and receive instants `t0` and `t1` of the
/// client, the gateway's clock is ahead by `server_time − (t0 + t1) / 2`, give or take half the round trip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ClockReply {
    /// The time that the ping carried, unchanged.
    pub client_time: u64,
    /// The gateway's milliseconds since 1970.
    pub server_time: u64,
}

/// One event. Field order is the order on the wire.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// JOINED_GROUP.
    JoinedGroup(Box<JoinedGroup>),
    /// GROUP_CREATE.
    GroupCreate(GroupCreated),
    /// GROUP_DELETE: the group is gone, and so is one's membership.
    GroupDelete {
        /// Group.
        group_id: GroupId,
    },
    /// GROUP_UPDATE.
    GroupUpdate(Box<GroupPatch>),
    /// GROUP_USER_JOIN.
    UserJoin(Box<UserJoined>),
    /// GROUP_USER_LEFT.
    UserLeft {
        /// Group.
        group_id: GroupId,
        /// Who.
        session_id: SessionId,
    },
    /// GROUP_USER_UPDATE.
    UserUpdate(Box<UserPatch>),
    /// GROUP_USER_DEVICE_UPDATE.
    DeviceUpdate(Box<DeviceUpdate>),
    /// GROUP_USER_DEVICE_DISCONNECT.
    DeviceDisconnect {
        /// Group.
        group_id: GroupId,
        /// Whose.
        session_id: SessionId,
    },
    /// GROUP_HEAT_INQUIRY.
    HeatInquiry(HeatInquiry),
    /// GROUP_START_HEATING.
    StartHeating(StartHeating),
    /// GROUP_COUNTDOWN: a countdown that is longer than the usual lead began, or was called off. An extension of
    /// Hearth; devices heat only at GROUP_START_HEATING.
    Countdown {
        /// Group.
        group_id: GroupId,
        /// Who made it begin, or called it off; not said when nobody did.
        session_id: Option<SessionId>,
        /// When devices will be told to heat, in the gateway's milliseconds since 1970. `None`: called off.
        start_at: Option<u64>,
    },
    /// GROUP_USER_READY.
    UserReady {
        /// Who.
        session_id: SessionId,
    },
    /// GROUP_USER_UNREADY.
    UserUnready {
        /// Who.
        session_id: SessionId,
    },
    /// GROUP_VISIBILITY_CHANGE.
    VisibilityChange {
        /// The new one.
        visibility: Visibility,
        /// Who changed it.
        session_id: SessionId,
    },
    /// GROUP_USER_AWAY_STATE.
    AwayState {
        /// Who.
        session_id: SessionId,
        /// Away.
        state: bool,
    },
    /// GROUP_MESSAGE.
    Message(Message),
    /// GROUP_REACTION.
    Reaction(Reaction),
    /// GROUP_USER_KICKED, to the one who was removed.
    Kicked {
        /// Group.
        group_id: GroupId,
    },
    /// PUBLIC_GROUPS_UPDATE.
    PublicGroups(Vec<PublicGroup>),
    /// SESSION_RESUMED.
    SessionResumed {
        /// The session that this socket has now. Its token is the one of the latest hello.
        session_id: SessionId,
    },
    /// USER_LINK_SUCCESS.
    UserLinked {
        /// Account id.
        id: String,
    },
    /// WATCHED_DEVICE_UPDATE.
    WatchedDevice(Box<WatchedDevice>),
    /// REMOTE_ACTION: 0 refresh, 1 disconnect, 2 inquire, 3 begin heat, 4 cancel heat, 5 skip, 6 ready, 7 unready
    /// (facts §7). Whether it is obeyed is up to the receiver; a heater needs its owner's consent.
    RemoteAction {
        /// Which.
        action: u64,
        /// For which device or group.
        data: Option<Value>,
    },
    /// CLOCK.
    Clock(ClockReply),
    /// RATE_LIMITED.
    RateLimited {
        /// The operation that was too fast; the Elixir gateway does not say.
        op: Option<u64>,
    },
    /// One of the error events.
    Error(Refusal),
    /// An event that is not known, or one that lacks what it must have.
    Unknown {
        /// Its name.
        t: String,
    },
}

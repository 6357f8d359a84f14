//! A group as a member sees it, neutral to dialects, and what happens in it.

use std::time::{Duration, Instant};

pub use crate::chat::AccessToken;

/// Names one client at the gateway. Opaque.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub String);

/// Where a group is in its cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupPhase {
    /// Nothing asked.
    Chilling,
    /// Somebody asked to start; members get ready.
    Awaiting,
    /// Devices are told to heat, or heating.
    Seshing,
}

/// Who may find a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Listed for everyone.
    Public,
    /// Only by its code.
    Private,
}

/// A member's device as the gateway tells it. Every field may be missing.
pub use hearth_dialects::puff::DeviceState as DeviceReport;

/// One member of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Who.
    pub session_id: SessionId,
    /// The account's display name, for members that are signed in.
    pub user_name: Option<String>,
    /// Away: not counted, not heated.
    pub away: bool,
    /// The gateway lost the connection and waits for it.
    pub disconnected: bool,
    /// On a phone.
    pub mobile: bool,
    /// What is in the bowl.
    pub strain: Option<String>,
    /// The device, when there is one.
    pub device: Option<DeviceReport>,
    /// The voice room that the member is in.
    pub voice: Option<Voice>,
}

/// Where somebody is to be heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voice {
    /// On a gateway with voice rooms of its own ([`Status::Connected`] says so): the account that speaks there for the
    /// member, [`VoiceAccess::user`]. Elsewhere: a channel of another service.
    pub id: String,
    /// Name of the room.
    pub name: String,
}

/// Access to the voice room of a group: who one is there. It is used with a session of
/// [`together`](crate::together) at the address of the same gateway, and with nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoiceAccess {
    /// Lets that session in: [`chat::Request::ConnectWith`](crate::chat::Request::ConnectWith).
    pub token: AccessToken,
    /// The account; [`Voice::id`] of this member while it is in the room.
    pub user: String,
    /// The server of the group.
    pub server: String,
    /// Its voice channel.
    pub channel: String,
}

/// Why there is no access to the voice room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoVoice {
    /// This gateway has no voice rooms for groups.
    NotOffered,
    /// We are not in this group (any more).
    NotInGroup,
    /// The connection is lost: ask again when it is back.
    NotConnected,
    /// Asked too often: not again before this long.
    TooOften(Duration),
    /// No answer, or the gateway cannot do it now: ask again later.
    Later,
    /// It says why not, in its words.
    Refused(String),
}

impl Member {
    /// A sesher has a device that reported at least battery, dabs, state and model; everybody else watches.
    #[must_use]
    pub fn is_sesher(&self) -> bool {
        self.device.as_ref().is_some_and(DeviceReport::is_sesher)
    }
}

/// The group that this session is in.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The code that friends join by.
    pub id: String,
    /// Name.
    pub name: String,
    /// Who may find it.
    pub visibility: Visibility,
    /// Phase.
    pub phase: GroupPhase,
    /// Seshes so far.
    pub sesh_counter: u64,
    /// Who owns it.
    pub owner: SessionId,
    /// This session's own id.
    pub own: SessionId,
    /// From the decision to start until devices are told to heat, as the owner chose; `None` where the gateway has no
    /// such choice.
    pub countdown: Option<Duration>,
    /// While the group awaits and counts down: when devices will be told to heat. It can be called off; only
    /// [`Event::StartHeating`] heats.
    pub counts_to: Option<Instant>,
    /// Who is ready.
    pub ready: Vec<SessionId>,
    /// Everybody, this session included.
    pub members: Vec<Member>,
}

/// A public group in the lobby.
#[derive(Clone, Debug, PartialEq)]
pub struct PublicGroup {
    /// Code.
    pub id: String,
    /// Name.
    pub name: String,
    /// Phase.
    pub phase: GroupPhase,
    /// Seshes so far.
    pub sesh_counter: u64,
    /// Members with a device.
    pub seshers: u32,
    /// Members without.
    pub watchers: u32,
}

/// The state of the connection to the gateway.
#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// Not wanted.
    Offline,
    /// First connection under way.
    Connecting,
    /// Live.
    Connected {
        /// Round-trip time of the last ping.
        latency: Option<std::time::Duration>,
        /// This connection took an earlier session up again.
        resumed: bool,
        /// The longest countdown that the owner of a group can choose here; `None`: there is none to choose.
        countdown: Option<Duration>,
        /// Groups have voice rooms here ([`Request::VoiceAccess`]).
        voice: bool,
    },
    /// No gateway was ever heard at this address; trying again at `retry_at`.
    Unreached {
        /// Which try comes next, from 1.
        attempt: u32,
        /// When.
        retry_at: Instant,
    },
    /// Lost; trying again at `retry_at`.
    Reconnecting {
        /// Which try comes next, from 1.
        attempt: u32,
        /// When.
        retry_at: Instant,
    },
    /// The gateway will not have us; trying again makes no sense.
    Refused(Refusal),
}

/// Why a gateway refuses for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The account is suspended (close code 4003).
    Suspended,
    /// The other end does not speak this dialect.
    NotAGateway,
    /// Whoever hosted the gateway has ended it (close code 4009). It may be there again later; the person decides.
    HostStopped,
}

/// What a session tells its owner.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The connection changed.
    Status(Status),
    /// A question that keeps the connection alive was answered, every few seconds.
    RoundTrip {
        /// How long that took.
        took: std::time::Duration,
        /// What the gateway's clock shows now, ms since 1970; only of a gateway that tells it.
        gateway_ms: Option<u64>,
    },
    /// The group changed, was joined (`Some`) or left (`None`).
    Group(Option<Box<Group>>),
    /// The public groups changed.
    PublicGroups(Vec<PublicGroup>),
    /// Somebody asks everyone to get ready. Told once per awaiting phase, also when it was asked while the
    /// connection was lost or before this session joined.
    Inquiry {
        /// Who; `None` when it was asked before we were there to hear it.
        by: Option<SessionId>,
        /// We have no device.
        watcher: bool,
        /// We are away.
        away: bool,
    },
    /// A countdown that the owner of the group chose began, or was called off.
    Countdown {
        /// Who made it begin, or called it off; `None`: nobody did.
        by: Option<SessionId>,
        /// When devices will be told to heat; `None`: called off.
        start_at: Option<Instant>,
    },
    /// Devices start heating after the countdown.
    StartHeating {
        /// Who made it start.
        by: Option<SessionId>,
        /// We must not heat: not ready, a watcher, or away.
        excluded: bool,
        /// The instant to start at, when the gateway tells one and its clock is known.
        start_at: Option<Instant>,
    },
    /// A chat message.
    Message {
        /// Author.
        by: SessionId,
        /// Name of an author who is in no session of the group, but reads and writes its chat from elsewhere.
        name: Option<String>,
        /// Text.
        content: String,
        /// When, ms since 1970.
        unix_ms: u64,
    },
    /// A reaction.
    Reaction {
        /// Author.
        by: SessionId,
        /// One or more emoji.
        emoji: String,
    },
    /// We were removed from the group.
    Kicked,
    /// The group was deleted while we were in it.
    GroupDeleted,
    /// The group did not exist any more when the connection came back.
    GroupClosed,
    /// This person's account asks for something from elsewhere, and means this session and its device. What of it
    /// is done is up to the owner: a heater needs their consent.
    RemoteAction(RemoteAction),
    /// The answer to [`Request::VoiceAccess`].
    VoiceAccess {
        /// Code of the group that we were in when it was asked for.
        group: String,
        /// It, or why not.
        access: Result<Box<VoiceAccess>, NoVoice>,
    },
    /// A request was refused.
    Refused(ActionRefusal),
}

/// What an account asks of its session from elsewhere (facts/puff-gateway.md §7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemoteAction {
    /// Disconnect the device.
    Disconnect,
    /// Ask everyone to get ready.
    Inquire,
    /// Begin to heat.
    BeginHeat,
    /// Stop heating.
    CancelHeat,
    /// Start with those who are ready.
    StartWithReady,
    /// Get ready.
    Ready,
    /// Not ready any more.
    Unready,
}

impl RemoteAction {
    /// Whether it makes things colder only: nobody has to be asked whether they agree.
    #[must_use]
    pub fn only_stops(self) -> bool {
        matches!(self, Self::Disconnect | Self::CancelHeat | Self::Unready)
    }
}

/// Why a request was refused. The stable part of the gateway's error codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionRefusal {
    /// No group has this code.
    NoSuchGroup,
    /// Already in a group: leave it first.
    AlreadyInGroup,
    /// Not in a group.
    NotInGroup,
    /// Only ready members may start.
    NotReady,
    /// Nobody is ready.
    NobodyReady,
    /// Nobody in the group has a device.
    NoDevices,
    /// The group is in another phase.
    WrongPhase,
    /// Only the owner may.
    NotOwner,
    /// Only who runs the gateway may; also a group that takes nobody in any more.
    NotPermitted,
    /// The member that is meant is not in the group (any more).
    MemberGone,
    /// The owner cannot be removed.
    OwnerStays,
    /// The gateway keeps this group for good.
    GroupStays,
    /// Too fast; try again in a moment.
    RateLimited,
    /// The text or number was not accepted.
    InvalidData,
    /// The name of the group was not accepted.
    InvalidName,
    /// The gateway knows no such request.
    Unsupported,
    /// The gateway has a fault of its own; try again later.
    GatewayFault,
    /// The gateway did not answer in time.
    NoAnswer,
    /// The connection was lost before the answer: nobody knows whether it was done.
    ConnectionLost,
    /// Not connected: nothing was sent.
    NotConnected,
    /// Another code, raw.
    Other(String),
}

/// What a session can be asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// Connect and stay connected.
    Connect,
    /// Leave the group and close.
    Disconnect,
    /// Do not wait for the next try.
    ReconnectNow,
    /// Create a group and be in it.
    Create {
        /// Name; empty lets the gateway choose.
        name: String,
        /// Who may find it.
        visibility: Visibility,
        /// From the decision to start until devices are told to heat. Not said to a gateway that has no such choice.
        countdown: Option<Duration>,
    },
    /// Join a group by its code.
    Join(String),
    /// Leave the group.
    Leave,
    /// The device as it is now, whole; `None`: there is none any more. Differences are sent coalesced: state
    /// at once, temperature at most four times a second.
    Device(Option<Box<DeviceReport>>),
    /// Ask everyone to get ready.
    Inquire,
    /// Start with those who are ready.
    StartWithReady,
    /// Back to chilling.
    Stop,
    /// Away or back.
    Away(bool),
    /// What is in the bowl.
    Strain(Option<String>),
    /// Chat.
    Message(String),
    /// React.
    React(String),
    /// Change the group; only its owner may. What is `None` stays.
    Edit {
        /// Name, 1 to 32 characters.
        name: Option<String>,
        /// Who may find it.
        visibility: Option<Visibility>,
        /// From the decision to start until devices are told to heat.
        countdown: Option<Duration>,
    },
    /// Delete the group; only its owner may.
    Delete,
    /// Make another member the owner; only the owner may.
    Transfer(SessionId),
    /// Remove a member; only the owner may.
    Kick(SessionId),
    /// This client runs on a phone.
    Mobile(bool),
    /// Be let into the voice room of the group. Answered with [`Event::VoiceAccess`], once for all that was asked until
    /// then; at once when we are in no group.
    VoiceAccess,
}

//! A group as a member sees it, neutral to dialects, and what happens in it.

mod event;
mod request;

use std::time::{Duration, Instant};

pub use crate::chat::AccessToken;
pub use event::{Event, RemoteAction};
pub use request::{ActionRefusal, Request};

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
        latency: Option<Duration>,
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

//! What a session tells its owner of its group.

use std::time::{Duration, Instant};

#[cfg(doc)]
use super::Request;
use super::{ActionRefusal, Group, NoVoice, PublicGroup, SessionId, Status, VoiceAccess};

/// What a session tells its owner.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The connection changed.
    Status(Status),
    /// A question that keeps the connection alive was answered, every few seconds.
    RoundTrip {
        /// How long that took.
        took: Duration,
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

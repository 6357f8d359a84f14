//! What the owner of a session can ask of it, and why that is refused.

use std::time::Duration;

#[cfg(doc)]
use super::Event;
use super::{DeviceReport, SessionId, Visibility};

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

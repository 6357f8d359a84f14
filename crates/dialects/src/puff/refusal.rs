//! How a gateway says no: an error event and a stable code.

use std::borrow::Cow;

macro_rules! named {
    ($(#[$outer:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$outer])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$doc])* $variant,)*
            /// Another one, raw.
            Other(String),
        }

        impl $name {
            /// All named ones.
            pub const NAMED: &'static [Self] = &[$(Self::$variant,)*];

            /// The text on the wire.
            #[must_use]
            pub fn name(&self) -> Cow<'static, str> {
                match self {
                    $(Self::$variant => Cow::Borrowed($text),)*
                    Self::Other(text) => Cow::Owned(text.clone()),
                }
            }

            /// The one that the wire names; texts that are not known stay raw.
            #[must_use]
            pub fn from_name(name: &str) -> Self {
                match name {
                    $($text => Self::$variant,)*
                    other => Self::Other(other.to_owned()),
                }
            }
        }
    };
}

named! {
    /// The event that carries a refusal.
    ErrorEvent {
        /// A request about the group that one is in.
        GroupAction = "GROUP_ACTION_ERROR",
        /// Joining.
        GroupJoin = "GROUP_JOIN_ERROR",
        /// Creating.
        GroupCreate = "GROUP_CREATE_ERROR",
        /// Changing oneself.
        UserUpdate = "USER_UPDATE_ERROR",
        /// Signing in.
        UserLink = "USER_LINK_ERROR",
        /// Resuming.
        SessionResume = "SESSION_RESUME_ERROR",
        /// The frame itself, or the gateway's own fault.
        Internal = "INTERNAL_ERROR",
        /// A chat message (the Elixir gateway).
        Message = "MESSAGE_ERROR",
        /// A payload that cannot be read (the Elixir gateway).
        Syntax = "SYNTAX_ERROR",
        /// A payload that cannot be read (named by the TypeScript gateway, never sent).
        InvalidSyntax = "INVALID_SYNTAX",
        /// An old operation (the Elixir gateway).
        OpcodeDeprecated = "OPCODE_DEPRECATED",
        /// An old operation (named by the TypeScript gateway, never sent).
        OpDeprecated = "OP_DEPRECATED",
    }
}

named! {
    /// Why.
    ErrorCode {
        /// Not in a group.
        NotInGroup = "NOT_IN_GROUP",
        /// Only the owner may.
        NotOwner = "NOT_OWNER",
        /// Only an administrator may.
        NotPermitted = "NOT_PERMITTED",
        /// The payload is missing, of the wrong type, out of range or too long.
        InvalidData = "INVALID_DATA",
        /// The group is in another state.
        InvalidGroupState = "INVALID_GROUP_STATE",
        /// Only ready members may.
        SessionNotReady = "SESSION_NOT_READY",
        /// There is no device to disconnect.
        NoDeviceConnected = "NO_DEVICE_CONNECTED",
        /// The target is not a member of this group.
        UserNotInGroup = "USER_NOT_IN_GROUP",
        /// The owner cannot be removed.
        CannotKickOwner = "CANNOT_KICK_OWNER",
        /// A persistent group stays.
        CannotDeletePersistentGroup = "CANNOT_DELETE_PERSISTENT_GROUP",
        /// In a group already: leave it first.
        AlreadyInAGroup = "already_in_a_group",
        /// The same (the Elixir gateway).
        AlreadyInGroup = "ALREADY_IN_GROUP",
        /// No group has this code.
        InvalidGroup = "invalid_group",
        /// The same (the Elixir gateway).
        InvalidGroupId = "INVALID_GROUP_ID",
        /// The group's name is not accepted.
        InvalidGroupName = "INVALID_GROUP_NAME",
        /// The session is unknown, or the token is wrong.
        InvalidSession = "INVALID_SESSION",
        /// The account token is not accepted.
        InvalidToken = "INVALID_TOKEN",
        /// No such operation, or no frame at all.
        InvalidOpCode = "INVALID_OP_CODE",
        /// The gateway's own fault.
        UncaughtException = "UNCAUGHT_EXCEPTION",
        /// It cannot be answered at present; try again later.
        Unavailable = "UNAVAILABLE",
        /// Nobody has a device (the Elixir gateway).
        NoSeshers = "NO_SESHERS",
        /// Nobody is ready (the Elixir gateway).
        NoMembersReady = "NO_MEMBERS_READY",
        /// The text is not accepted (the Elixir gateway).
        InvalidContent = "INVALID_CONTENT",
        /// The payload is not accepted (the Elixir gateway).
        InvalidPayload = "INVALID_PAYLOAD",
        /// The payload is missing (the Elixir gateway).
        MissingData = "MISSING_DATA",
        /// The payload or the code is missing (the Elixir gateway).
        MissingDataOrGroupId = "MISSING_DATA_OR_GROUP_ID",
        /// The target is missing (the Elixir gateway).
        InvalidTargetSessionId = "INVALID_TARGET_SESSION_ID",
        /// An old operation (the Elixir gateway).
        Deprecated = "DEPRECATED",
    }
}

/// A refused request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The event that carries it.
    pub event: ErrorEvent,
    /// Why.
    pub code: ErrorCode,
}

impl Refusal {
    /// A refusal.
    #[must_use]
    pub const fn new(event: ErrorEvent, code: ErrorCode) -> Self {
        Self { event, code }
    }

    /// A refused group action, the most common kind.
    #[must_use]
    pub const fn action(code: ErrorCode) -> Self {
        Self::new(ErrorEvent::GroupAction, code)
    }

    /// The answer to a frame that is none, or has an unknown operation.
    #[must_use]
    pub const fn invalid_op() -> Self {
        Self::new(ErrorEvent::Internal, ErrorCode::InvalidOpCode)
    }
}

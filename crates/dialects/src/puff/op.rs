//! Operation numbers.

/// What a frame asks for or carries (facts/puff-gateway.md §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
pub enum Op {
    /// Gateway to client, first frame.
    Hello = 0,
    /// Join a group.
    Join = 1,
    /// Create a group.
    Create = 2,
    /// Gateway to client, everything after the hello.
    Event = 3,
    /// What changed on the own device.
    DeviceState = 4,
    /// Edit the group.
    Edit = 5,
    /// Change the own strain, away or mobile mark.
    UpdateUser = 6,
    /// Leave the group.
    Leave = 7,
    /// Ask everyone to get ready.
    Inquire = 8,
    /// Start with those who are ready.
    Start = 9,
    /// The own device is gone.
    DisconnectDevice = 10,
    /// Chat.
    Message = 11,
    /// Back to chilling.
    Stop = 12,
    /// Take an earlier session up again.
    Resume = 13,
    /// React with emoji.
    Reaction = 14,
    /// Delete the group.
    Delete = 15,
    /// Give the group to another member.
    Transfer = 16,
    /// Remove a member.
    Kick = 17,
    /// Away or back; an alias of [`Op::UpdateUser`].
    Away = 18,
    /// What is in the bowl; an alias of [`Op::UpdateUser`].
    Strain = 19,
    /// Sign in with an account token.
    LinkUser = 20,
    /// On a phone; an alias of [`Op::UpdateUser`].
    Mobile = 21,
    /// Tell when a device's counters change.
    WatchDevice = 22,
    /// Still alive. Never answered.
    Heartbeat = 420,
    /// Clock ping, answered at once with `CLOCK`. An extension of Hearth: `{"op":421,"d":{"client_time":ms}}`.
    Clock = 421,
}

impl Op {
    /// All operations that a client may send, in order.
    pub const FROM_CLIENT: [Self; 23] = [
        Self::Join,
        Self::Create,
        Self::DeviceState,
        Self::Edit,
        Self::UpdateUser,
        Self::Leave,
        Self::Inquire,
        Self::Start,
        Self::DisconnectDevice,
        Self::Message,
        Self::Stop,
        Self::Resume,
        Self::Reaction,
        Self::Delete,
        Self::Transfer,
        Self::Kick,
        Self::Away,
        Self::Strain,
        Self::LinkUser,
        Self::Mobile,
        Self::WatchDevice,
        Self::Heartbeat,
        Self::Clock,
    ];

    /// The number on the wire.
    #[must_use]
    pub const fn code(self) -> u16 {
        self as u16
    }

    /// The operation that a client means by `code`; `None` for unknown ones and for those that only a gateway
    /// sends.
    #[must_use]
    pub fn from_client(code: u64) -> Option<Self> {
        Self::FROM_CLIENT.into_iter().find(|op| u64::from(op.code()) == code)
    }
}

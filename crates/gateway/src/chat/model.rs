//! What there is: communities, channels, messages, people.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new one.
            #[must_use]
            pub fn fresh() -> Self {
                Self(Uuid::new_v4())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

ids! {
    /// Names a community.
    CommunityId,
    /// Names a channel.
    ChannelId,
    /// Names a message.
    MessageId,
}

/// People who share channels. Together calls it a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Community {
    /// Stays the same for ever.
    pub id: CommunityId,
    /// The same as a number, in the order of creation; at most 2^53.
    pub number: u64,
    /// Name.
    pub name: String,
    /// About it.
    pub description: Option<String>,
    /// The picture's address.
    pub icon_url: Option<String>,
    /// Whose it is.
    pub owner: Option<Uuid>,
    /// The code of the sesh group that it belongs to.
    pub sesh: Option<String>,
    /// Members.
    pub member_count: u32,
    /// When it was made, ms since 1970.
    pub created_ms: u64,
    /// When it changed last, ms since 1970.
    pub updated_ms: u64,
}

/// What a channel is for. Text can be written in either.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelKind {
    /// Messages.
    Text,
    /// Messages, and a voice room.
    Voice,
}

impl ChannelKind {
    /// As it is stored and as Together names it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Voice => "voice",
        }
    }

    /// Reads [`ChannelKind::name`].
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        match name {
            "text" => Some(Self::Text),
            "voice" => Some(Self::Voice),
            _ => None,
        }
    }
}

/// A channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Stays the same for ever.
    pub id: ChannelId,
    /// The same as a number, in the order of creation; at most 2^53.
    pub number: u64,
    /// Whose channel.
    pub community: CommunityId,
    /// Name.
    pub name: String,
    /// What for.
    pub kind: ChannelKind,
    /// Its place among the channels, from 0.
    pub position: u32,
    /// About it.
    pub topic: Option<String>,
    /// The heading that it stands under.
    pub category: Option<String>,
    /// When it was made, ms since 1970.
    pub created_ms: u64,
}

/// Who said something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// An account, with its name at that time.
    Account(Uuid, String),
    /// A member of a sesh without an account, or somebody whose account is gone.
    Guest(String),
}

impl Author {
    /// The account, if there is one.
    #[must_use]
    pub const fn account(&self) -> Option<Uuid> {
        match self {
            Self::Account(id, _) => Some(*id),
            Self::Guest(_) => None,
        }
    }

    /// The name at the time.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Account(_, name) | Self::Guest(name) => name,
        }
    }
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Stays the same for ever.
    pub id: MessageId,
    /// The same as a number; a later message of the gateway has a larger one; at most 2^53.
    pub number: u64,
    /// Where.
    pub channel: ChannelId,
    /// Who.
    pub author: Author,
    /// What.
    pub content: String,
    /// The message that it answers.
    pub reply_to: Option<MessageId>,
    /// When, ms since 1970.
    pub created_ms: u64,
    /// When it was changed last, ms since 1970.
    pub edited_ms: Option<u64>,
}

/// Somebody in a community.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Account.
    pub account: Uuid,
    /// Name.
    pub username: String,
    /// The picture's address.
    pub avatar_url: Option<String>,
    /// The name in this community.
    pub nickname: Option<String>,
    /// Since when, ms since 1970.
    pub joined_ms: u64,
    /// Whether they are there.
    pub presence: Presence,
}

/// Whether somebody is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// There.
    Online,
    /// There, but not looking.
    Idle,
    /// There, and not to be disturbed.
    Dnd,
    /// Not there.
    #[default]
    Offline,
}

impl Status {
    /// As the dialects name it (TOG-18).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Idle => "idle",
            Self::Dnd => "dnd",
            Self::Offline => "offline",
        }
    }

    /// Reads a name; `away` is `idle` (TOG-R6).
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        match name {
            "online" => Some(Self::Online),
            "idle" | "away" => Some(Self::Idle),
            "dnd" => Some(Self::Dnd),
            "offline" => Some(Self::Offline),
            _ => None,
        }
    }
}

/// Whether somebody is there, and what they say of themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presence {
    /// Whether they are there.
    pub status: Status,
    /// What they say of themselves.
    pub custom_status: Option<String>,
}

/// Somebody in a voice room, or who has just left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoiceState {
    /// Account.
    pub account: Uuid,
    /// Name.
    pub username: String,
    /// The room; `None`: in none any more.
    pub channel: Option<ChannelId>,
    /// Has switched the own microphone off.
    pub self_mute: bool,
    /// Has switched the own speakers off.
    pub self_deaf: bool,
    /// Since when, ms since 1970.
    pub joined_ms: u64,
}

//! Who there is: people, what they say of themselves, where they speak.

use uuid::Uuid;

use super::model::ChannelId;
use crate::accounts::Account;

/// Somebody with an account, by everything that a dialect may call them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Person {
    /// Account.
    pub account: Uuid,
    /// The account as a number, 1..=2^53 - 1.
    pub number: u64,
    /// Name.
    pub username: String,
}

impl From<&Account> for Person {
    fn from(account: &Account) -> Self {
        Self { account: account.id, number: account.number, username: account.username.clone() }
    }
}

/// Who said something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// Somebody with an account, with its name at that time.
    Account(Person),
    /// A member of a sesh without an account, or somebody whose account is gone.
    Guest(String),
}

impl Author {
    /// The account, if there is one.
    #[must_use]
    pub const fn account(&self) -> Option<Uuid> {
        match self {
            Self::Account(person) => Some(person.account),
            Self::Guest(_) => None,
        }
    }

    /// The number of the account; 0 when there is none.
    #[must_use]
    pub const fn number(&self) -> u64 {
        match self {
            Self::Account(person) => person.number,
            Self::Guest(_) => 0,
        }
    }

    /// The name at the time.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Account(person) => &person.username,
            Self::Guest(name) => name,
        }
    }
}

/// Somebody in a community.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub person: Person,
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
    /// Who.
    pub person: Person,
    /// The room; `None`: in none any more.
    pub channel: Option<ChannelId>,
    /// Has switched the own microphone off.
    pub self_mute: bool,
    /// Has switched the own speakers off.
    pub self_deaf: bool,
    /// Since when, ms since 1970.
    pub joined_ms: u64,
}

//! What there is: communities, channels, messages. People are in [`super::people`].

use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::limits::Limits;
use super::people::Author;

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
    /// Whether everybody finds it by its name. Into any other come those who are invited, or know a channel's number.
    pub open: bool,
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
    /// The same as a number, at random; 1..=2^53 - 1. Whoever knows it may come in, as with the id of the community.
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
    /// What only one dialect knows of it.
    pub extra: Option<Extra>,
    /// When it was made, ms since 1970.
    pub created_ms: u64,
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
    /// The number of the channel.
    pub channel_number: u64,
    /// Who.
    pub author: Author,
    /// What.
    pub content: String,
    /// The message that it answers.
    pub reply_to: Option<MessageId>,
    /// What only one dialect knows of it.
    pub extra: Option<Extra>,
    /// When, ms since 1970.
    pub created_ms: u64,
    /// When it was changed last, ms since 1970.
    pub edited_ms: Option<u64>,
}

/// What only one dialect knows of a channel or a message, kept as it came: a JSON object with at least one member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra(Map<String, Value>);

/// More than is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more than {} bytes of further members", Limits::EXTRA)]
pub struct TooMuch;

impl Extra {
    /// What is left of an object when everything that has a place of its own is taken out; `None`: nothing is left.
    ///
    /// # Errors
    /// [`TooMuch`] when it is more than [`Limits::EXTRA`] bytes as JSON.
    pub fn of(members: Map<String, Value>) -> Result<Option<Self>, TooMuch> {
        if members.is_empty() {
            return Ok(None);
        }
        let extra = Self(members);
        if extra.json().len() <= Limits::EXTRA { Ok(Some(extra)) } else { Err(TooMuch) }
    }

    /// The members.
    #[must_use]
    pub const fn members(&self) -> &Map<String, Value> {
        &self.0
    }

    /// As it is stored.
    pub(super) fn json(&self) -> String {
        // The keys are texts, so this does not fail.
        serde_json::to_string(&self.0).unwrap_or_default()
    }

    /// Reads [`Extra::json`].
    pub(super) fn from_json(text: &str) -> serde_json::Result<Self> {
        serde_json::from_str(text).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn members(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn further_members_are_kept_as_they_came_up_to_two_kibibytes() {
        let kept = members(json!({ "type": 1, "deep": { "er": [null, 1.5, "x"] } }));
        let extra = Extra::of(kept.clone()).unwrap().unwrap();
        assert_eq!(Extra::from_json(&extra.json()).unwrap().members(), &kept);
        assert_eq!(Extra::of(Map::new()), Ok(None));
        let of_size =
            |size: usize| Extra::of(members(json!({ "a": "x".repeat(size - r#"{"a":""}"#.len()) })));
        assert!(of_size(Limits::EXTRA).is_ok());
        assert_eq!(of_size(Limits::EXTRA + 1), Err(TooMuch));
    }
}

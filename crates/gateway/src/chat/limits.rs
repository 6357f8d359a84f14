//! How often people may change something, how long names and texts may be, and how many there may be of what. Lengths are in characters.

use std::time::Duration;

use crate::hub::RateLimit;

/// What a host can set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChatOptions {
    /// How much an account may change: messages, their edits, joins, voice rooms, and so on together.
    pub changes: RateLimit,
    /// Connections of an account; the oldest of more is closed.
    pub connections: usize,
    /// How long somebody waits for a place in front of a desk that is full.
    pub patience: Duration,
}

impl Default for ChatOptions {
    /// More than people do by hand, and than their programs do for them.
    fn default() -> Self {
        Self {
            changes: RateLimit { count: 50, per: Duration::from_secs(10) },
            connections: 16,
            patience: Duration::from_secs(5),
        }
    }
}

/// The limits of the chat core. Together's are the widest of those that the dialects document
/// (facts/other-gateways.md §3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits;

impl Limits {
    /// A message.
    pub const CONTENT: usize = 4000;
    /// The name of a community or of a channel.
    pub const NAME: usize = 100;
    /// A topic, a category or a description.
    pub const ABOUT: usize = 1024;
    /// What somebody says of themselves.
    pub const CUSTOM_STATUS: usize = 128;
    /// An address of a picture.
    pub const URL: usize = 2048;
    /// What only one dialect knows of something, in bytes of JSON.
    pub const EXTRA: usize = 2048;
    /// Channels of a community.
    pub const CHANNELS: u32 = 200;
    /// Communities that somebody is in.
    pub const COMMUNITIES: u32 = 200;
    /// Members of a community.
    pub const MEMBERS: u32 = 10_000;
    /// People in a voice room.
    pub const VOICE: usize = 32;
    /// Messages of a page.
    pub const PAGE: u32 = 100;

    /// Whether a text has at least one character that shows and at most `most` in all.
    #[must_use]
    pub fn says_something(text: &str, most: usize) -> bool {
        !text.trim().is_empty() && text.chars().count() <= most
    }
}

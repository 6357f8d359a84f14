//! The Together dialect: chat, presence and voice signalling over a WebSocket, everything that is stored over REST.
//!
//! A client sends a [`ClientOp`], a server a [`ServerFrame`]; `rest` has the bodies of both sides. The document of the
//! protocol never matched its server, so ours sends the members of both and reads either: facts/other-gateways.md §3,
//! with its ids `TOG-01`…`TOG-31` and resolutions `TOG-R1`…`TOG-R24`.

mod client;
mod close;
mod event;
pub mod rest;
mod signal;

pub use client::{ClientOp, Unreadable};
pub use close::CloseCode;
pub use event::{Event, MessageGone, Ready, ServerFrame, SignalFrom, Typing, UserPresence, VoiceUpdate};
pub use signal::Signal;

/// How long an access token lives (TOG-02).
pub const ACCESS_TOKEN: std::time::Duration = std::time::Duration::from_secs(15 * 60);

/// How often a client sends HEARTBEAT (TOG-11).
pub const HEARTBEAT: std::time::Duration = std::time::Duration::from_secs(30);

/// Limits of what a client may send. Lengths of texts are in characters.
pub mod limits {
    use std::ops::RangeInclusive;

    /// Bytes of one message on the socket. The recorded server takes more, later ones 16 KiB (TOG-R17); an offer with
    /// many candidates is about 8 KiB.
    pub const FRAME_BYTES: usize = 256 * 1024;
    /// A username.
    pub const USERNAME: RangeInclusive<usize> = 3..=32;
    /// A password.
    pub const PASSWORD: RangeInclusive<usize> = 8..=128;
    /// The name of a server or a channel.
    pub const NAME: RangeInclusive<usize> = 1..=100;
    /// A message.
    pub const CONTENT: RangeInclusive<usize> = 1..=4000;
    /// Messages of a page, and how many come when it is not said.
    pub const PAGE: u32 = 100;
    /// See [`PAGE`].
    pub const USUAL_PAGE: u32 = 50;
}

//! The i386chat dialect: rooms, one at a time, over a WebSocket with function codes; its tokens come over REST.
//!
//! A client sends a [`ClientFrame`], a server a [`ServerFrame`]; both directions encode and decode, and neither encodes
//! more than [`limits::FRAME_BYTES`]. `rest` has the bodies of both sides. No server of this protocol was ever built, so
//! docs/protocol-i386chat.md is its reference: facts/other-gateways.md §1, with its ids `I386-01`…`I386-31` and
//! resolutions `I386-R1`…`I386-R17`.

mod client;
mod code;
mod event;
mod number;
mod payload;
pub mod rest;
mod room;
mod server;

pub use client::{ClientFrame, Command, Execute, Present, Whither};
pub use code::ErrorCode;
pub use event::{Event, MessageCreate};
pub use number::Number;
pub use payload::{TooLong, Unreadable};
pub use room::{Room, User};
pub use server::{Fault, Ready, ServerFrame};

/// The version of the protocol that our server tells (I386-R13).
pub const VERSION: u64 = 6;

/// How often a client sends a heartbeat, as our server asks for it (I386-03).
pub const HEARTBEAT: std::time::Duration = std::time::Duration::from_secs(20);

/// Limits of what is sent. Lengths of texts are in characters (Unicode scalar values).
pub mod limits {
    /// Bytes of one message on the socket, either way (I386-13, I386-R5).
    pub const FRAME_BYTES: usize = 4096;
    /// The name of a room.
    pub const NAME: usize = 100;
    /// About a room.
    pub const DESCRIPTION: usize = 1024;
    /// About an account.
    pub const BIO: usize = 256;
    /// Why somebody is banned.
    pub const REASON: usize = 256;
    /// A message that is posted over REST; on the socket the frame is the limit.
    pub const CONTENT: usize = 4000;
}

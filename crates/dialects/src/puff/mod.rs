//! The puff.social dialect: JSON frames over a WebSocket.
//!
//! A client sends `{op, d}` ([`ClientOp`]); a gateway sends a [`Hello`] and then events
//! ([`ServerFrame`], [`Event`]). Decoding what a client sent is strict and gives the exact [`Refusal`] that a
//! gateway answers. Decoding what a gateway sent is tolerant: the TypeScript gateway, the Elixir gateway and
//! ours are all understood, unknown events and fields never hurt. Facts: `facts/puff-gateway.md`.

mod client;
mod close;
mod device;
mod emoji;
mod event;
mod fields;
mod group;
mod inbound;
mod member;
mod number;
mod op;
mod refusal;
mod remote;
mod server;
mod voice;

pub use client::{ClientFrame, ClientOp, CreateGroup, EditGroup, UserUpdate};
pub use close::CloseCode;
pub use device::{ActiveColor, DeviceState, LastDab, Profile, Temperature};
pub use event::{
    ClockReply, DeviceUpdate, Event, HeatInquiry, Message, MessageContent, Reaction, StartHeating,
    UserJoined, UserPatch, WatchedDevice,
};
pub use group::{GroupCreated, GroupPatch, GroupState, HearthGroup, JoinedGroup, PublicGroup, Visibility};
pub use member::{Change, GroupId, Member, MemberList, SessionId, User, VoiceChannel};
pub use op::Op;
pub use refusal::{ErrorCode, ErrorEvent, Refusal};
pub use remote::RemoteActionKind;
pub use server::{HearthHello, Hello, ServerFrame, Unreadable};
pub use voice::VoiceAccess;

/// Limits of what a client may send. Text lengths are UTF-16 units, as the TypeScript gateway counts them.
pub mod limits {
    /// Bytes of one frame.
    pub const FRAME_BYTES: usize = 64 * 1024;
    /// A group's name.
    pub const GROUP_NAME: usize = 32;
    /// A group's code, also a chosen one.
    pub const GROUP_ID: usize = 16;
    /// A session id. Ours are UUIDs; other gateways' may not be.
    pub const SESSION_ID: usize = 64;
    /// A session or account token.
    pub const TOKEN: usize = 4096;
    /// What is in the bowl.
    pub const STRAIN: usize = 48;
    /// A chat message.
    pub const MESSAGE: usize = 1024;
    /// A reaction: a handful of emoji, joiners and modifiers counted.
    pub const REACTION: usize = 128;
    /// Any text inside a device state.
    pub const DEVICE_TEXT: usize = 64;
    /// The id of a watched device: `device_` and the base64 of a MAC text.
    pub const WATCHED_ID: usize = 128;
    /// A group's countdown, ms; the shortest is the lead that every start has. An extension of Hearth.
    pub const COUNTDOWN_MS: std::ops::RangeInclusive<u64> = 2_100..=30_000;
    /// The largest integer that every JSON implementation keeps exact.
    pub const SAFE_INTEGER: u64 = (1 << 53) - 1;
}

//! A client session of the i386chat dialect, as a state machine without I/O or clock.
//!
//! i386chat has rooms, one at a time. Everything is said over a WebSocket, in payloads of at most 4096 bytes; only the
//! token comes over REST. Nothing that was said before can be read, so a session keeps what it heard. "facts" in this
//! module are those of `facts/other-gateways.md` §1; docs/protocol-i386chat.md is the reference.
//!
//! - `session`: its own way of what every session does; `entry`: the token.
//! - `talk`: what the owner asks for; `asked` finds the question to each answer.
//! - `heard`: what happens over there; `rooms`: the rooms that are known, and who is where we are; `log`: what was said.
//!
//! What is asked for and told is of [`chat`](crate::chat). A room is a [`Server`](crate::chat::Server) with one
//! [`Channel`](crate::chat::Channel), both with its id.

mod asked;
mod entry;
mod heard;
mod log;
mod rooms;
mod session;
mod talk;

pub use session::Session;

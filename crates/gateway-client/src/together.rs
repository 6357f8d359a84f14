//! A client session of the Together dialect, as a state machine without I/O or clock.
//!
//! Together is a chat server: communities ("servers") with text and voice channels. Everything that is stored goes
//! over REST, everything that happens comes over a WebSocket. It works with the real server and with ours. "facts" in
//! this module are those of `facts/other-gateways.md` §3.
//!
//! - `session`, `connection`: its own way of what every session does; `sign_in`.
//! - `talk` and `voice`: what the owner asks for, as calls, whose `purpose`s are named; `answers`: what came of them.
//! - `heard`: what happens over there. `loading`: a server as a whole.
//!
//! What is asked for and told is of [`chat`](crate::chat).

mod answers;
mod connection;
mod heard;
mod loading;
mod purpose;
mod session;
mod sign_in;
mod talk;
mod voice;

pub use crate::chat::*;
pub use session::Session;

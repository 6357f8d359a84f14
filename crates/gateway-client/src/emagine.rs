//! A client session of the E-Magine dialect, as a state machine without I/O or clock.
//!
//! E-Magine has channels: questions, streams, direct messages. Everything is written and read over REST; a WebSocket
//! tells what is said in channels of which one is a member. It works with the real server and with ours. "facts" in
//! this module are those of `facts/other-gateways.md` §4.
//!
//! - `session`: its own way of what every session does; `sign_in`.
//! - `talk`: what the owner asks for, as calls, whose `purpose`s are named; `answers`: what came of them.
//! - `heard`: what is said over there; `places`: the channels that are known, each as a community of its own; `show`:
//!   how it is told.
//!
//! What is asked for and told is of [`chat`](crate::chat). A channel is a [`Server`](crate::chat::Server) with one
//! [`Channel`](crate::chat::Channel), both with its id.

mod answers;
mod heard;
mod places;
mod purpose;
mod session;
mod show;
mod sign_in;
mod talk;

pub use session::Session;

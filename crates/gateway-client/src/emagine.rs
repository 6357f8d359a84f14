//! A client session of the E-Magine dialect, as a state machine without I/O or clock.
//!
//! E-Magine has channels: questions, streams, direct messages. Everything is written and read over REST; a WebSocket
//! tells what is said in channels of which one is a member. It works with the real server and with ours. "facts" in
//! this module are those of `facts/other-gateways.md` §4.
//!
//! - `session`, `connection`: the connection's life, from signing in to live and back; `sign_in`.
//! - `talk`: what the owner asks for, which becomes `purpose`s of calls; `calling` asks the server, `answers`: what came
//!   of it.
//! - `heard`: what is said over there; `places`: the channels that are known, each as a community of its own; `show`:
//!   how it is told.
//!
//! What is asked for and told is of [`chat`](crate::chat). A channel is a [`Server`](crate::chat::Server) with one
//! [`Channel`](crate::chat::Channel), both with its id.

mod answers;
mod calling;
mod connection;
mod heard;
mod places;
mod purpose;
mod session;
mod show;
mod sign_in;
mod talk;

pub use session::Session;

//! A client session of the Together dialect, as a state machine without I/O or clock.
//!
//! Together is a chat server: communities ("servers") with text and voice channels. Everything that is stored goes
//! over REST, everything that happens comes over a WebSocket. It works with the real server and with ours. "facts" in
//! this module are those of `facts/other-gateways.md` §3.
//!
//! - `session`, `connection`: the connection's life, from signing in to live and back; `sign_in`, `token`.
//! - `talk` and `voice`: what the owner asks for, which becomes `purpose`s of calls; `calling` asks the server,
//!   `answers`: what came of it.
//! - `heard`: what happens over there. `loading`: a server as a whole. `sought`: messages whose answer was lost.
//!
//! What is asked for and told is of [`chat`](crate::chat).

mod answers;
mod calling;
mod connection;
mod heard;
mod loading;
mod purpose;
mod session;
mod sign_in;
mod sought;
mod talk;
mod token;
mod voice;

pub use crate::chat::*;
pub use session::Session;

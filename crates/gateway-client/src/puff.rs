//! A client session of the puff.social dialect, as a state machine without I/O or clock.
//!
//! It works with the TypeScript gateway, the Elixir gateway and ours, and finds out by itself which one it
//! speaks to ([`ServerKind`]). Feed it [`Input`], take [`Output`], call it again at [`Session::poll_timeout`].
//! "facts" in this module are those of `facts/puff-gateway.md`.
//!
//! - `session` and `connection`: the connection's life, from opening to live and back.
//! - `requests`, `frames` and `remote`: what the owner asks for, and what the gateway says.
//! - `membership` and `replica`: being in a group, and what is known of it.
//! - `device_feed`, `clock_sync`, `liveness`, `identity`, `told`: one concern each.

mod backoff;
mod chat;
mod clock_sync;
mod connection;
mod device_feed;
mod endpoint;
mod frames;
mod identity;
mod listing;
mod liveness;
mod membership;
mod refusals;
mod remote;
mod replica;
mod requests;
mod session;
mod told;

pub use endpoint::{EndpointError, endpoint};
pub use identity::ServerKind;
pub use listing::{listing, listing_url};
pub use session::Session;

use crate::group;

/// What a session needs to know before it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionConfig {
    /// Address of the gateway: `ws(s)://…`, or the `http(s)://` base that `hearth-gateway` prints.
    pub url: String,
    /// Seed of the jitter between tries. Any number; different ones for different clients.
    pub seed: u64,
}

/// Names one socket of a session. A session has at most one at a time; what a former one reports is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketId(pub u64);

/// Why a socket could not be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenFailure {
    /// No route, refused, TLS, timed out, …: it may work later.
    Network(String),
    /// A web server answered, but not with an upgrade: its status code.
    Http(u16),
}

/// What goes into a session.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The socket is open.
    Opened(SocketId),
    /// The socket could not be opened.
    OpenFailed(SocketId, OpenFailure),
    /// A text message.
    Text(SocketId, String),
    /// A binary message. No gateway sends any unless it was asked to compress.
    Binary(SocketId, Vec<u8>),
    /// The answer to [`Output::Ping`].
    Pong(SocketId),
    /// The socket is gone: the close code, when the other end sent one, and its reason.
    Closed(SocketId, Option<u16>, String),
    /// The owner of the session wants something.
    Request(group::Request),
}

/// What comes out of a session.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Open a WebSocket to this URL.
    Open(SocketId, String),
    /// Send a text message.
    Text(SocketId, String),
    /// Send a WebSocket ping.
    Ping(SocketId),
    /// Close with this code. Nothing that the socket reports later matters.
    Close(SocketId, u16),
    /// Tell the owner.
    Event(group::Event),
}

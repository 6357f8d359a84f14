//! A client session of the puff.social dialect, as a state machine without I/O or clock.
//!
//! It works with the TypeScript gateway, the Elixir gateway and ours, and finds out by itself which one it
//! speaks to ([`ServerKind`]). Feed it [`Input`], take [`Output`], call it again at
//! [`Machine::poll_timeout`](crate::machine::Machine::poll_timeout).
//! "facts" in this module are those of `facts/puff-gateway.md`.
//!
//! - `session`, `connection` and `greeting`: the connection's life, from opening to live and back.
//! - `requests`, `frames` and `remote`: what the owner asks for, and what the gateway says.
//! - `membership`, `replica` and `phases`: being in a group, what is known of it, and getting ready and starting there.
//! - `voice`: access to the voice room of a group, over HTTP.
//! - `device_feed`, `clock_sync`, `liveness`, `identity`, `told`: one concern each.

mod chat;
mod clock_sync;
mod connection;
mod device_feed;
mod endpoint;
mod frames;
mod greeting;
mod identity;
mod listing;
mod liveness;
mod membership;
mod phases;
mod refusals;
mod remote;
mod replica;
mod requests;
mod session;
mod told;
mod voice;

pub use crate::address::EndpointError;
pub use crate::machine::{OpenFailure, SocketId};
pub use endpoint::endpoint;
pub use identity::ServerKind;
pub use listing::{listing, listing_url};
pub use session::Session;

use crate::{group, machine};

/// What a session needs to know before it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionConfig {
    /// Address of the gateway: `ws(s)://…`, or the `http(s)://` base that `hearth-gateway` prints.
    pub url: String,
    /// Seed of the jitter between tries. Any number; different ones for different clients.
    pub seed: u64,
}

/// What goes into a session. No gateway sends binary messages unless it was asked to compress.
pub type Input = machine::Input<group::Request>;

/// What comes out of a session.
pub type Output = machine::Output<group::Event>;

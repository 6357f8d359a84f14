//! The server over real sockets: what the hub cannot show by itself.
#![allow(clippy::unwrap_used, reason = "tests")]

mod client;
mod http;
mod life;
mod sesh;

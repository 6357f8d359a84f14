//! The server over real sockets: what the hub cannot show by itself.
#![allow(clippy::unwrap_used, reason = "tests")]

mod admin;
mod bounds;
mod client;
mod http;
mod identity;
mod life;
#[cfg(unix)]
mod restart;
mod sesh;
mod zlib;

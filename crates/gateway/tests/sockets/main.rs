//! The server over real sockets: what the hub cannot show by itself.
#![allow(clippy::unwrap_used, reason = "tests")]

mod admin;
mod bounds;
mod client;
mod concierge;
mod conversation;
mod document;
mod emagine;
mod http;
mod i386chat;
mod identity;
mod life;
#[path = "../common/log.rs"]
mod log;
mod recorded;
#[cfg(unix)]
mod restart;
mod sesh;
mod talk;
mod together;
mod voice;
mod wire;
mod zlib;

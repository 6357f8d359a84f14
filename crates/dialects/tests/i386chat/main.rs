//! The wire types of the i386chat dialect, from both sides and by chance.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod by_chance;
mod from_client;
mod from_server;

//! The Together session in virtual time, against a server that says what the test tells it to say.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs, reason = "tests")]

mod anything;
#[path = "../common/mod.rs"]
mod common;
mod connecting;
mod given;
mod messages;
mod order;
mod recordings;
mod script;
mod servers;
mod signing_in;
mod town;
mod voice;

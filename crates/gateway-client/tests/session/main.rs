//! The puff session against scripted gateways of all three kinds, in virtual time.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

mod anything;
#[path = "../common/mod.rs"]
mod common;
mod connecting;
mod countdown;
mod device;
mod frames;
mod groups;
mod remote;
mod resuming;
mod script;
mod sesh;
mod voice;

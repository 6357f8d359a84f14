//! Companions in voice rooms of a real gateway, over real sockets on this computer: each has a simulated microphone that
//! hears a tone of its own, and hears everybody else's.

#![allow(clippy::unwrap_used, reason = "a test's story stops at the first surprise")]

mod channel;
mod log;
mod party;
mod sesh;

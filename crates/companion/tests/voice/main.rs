//! Companions in voice rooms of a real gateway, over real sockets on this computer: each has a simulated microphone that
//! hears a tone of its own, and hears everybody else's.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test's story stops at the first surprise, and says what it measured"
)]

mod channel;
mod full;
mod log;
mod party;
mod rough;
mod sesh;
mod storm;
mod way;

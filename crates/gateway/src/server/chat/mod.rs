//! What the sockets of all chat dialects have in common: one session without I/O each ([`crate::chat::Session`]), its timers,
//! its place in the chat core. What only one dialect does is its clerk's.

mod alarms;
mod clerk;
mod desk;
mod mount;
mod socket;

pub(super) use clerk::Clerk;
pub(super) use desk::{Desk, take_in};
pub(super) use mount::{Ground, Mounted};
pub(super) use socket::Socket;

#[cfg(test)]
mod tests;

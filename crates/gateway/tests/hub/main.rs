//! The hub's rules, each in virtual time: clients, gateway and clock are plain values.
#![allow(clippy::unwrap_used, reason = "tests")]

mod defects;
mod groups;
mod ready;
mod resume;
mod seshes;
mod sessions;
mod table;
mod talk;

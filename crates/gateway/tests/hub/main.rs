//! The hub's rules, each in virtual time: clients, gateway and clock are plain values.
#![allow(clippy::unwrap_used, reason = "tests")]

mod accounts;
mod community;
mod countdown;
mod defects;
mod device;
mod fields;
mod groups;
mod lobby;
mod ready;
mod remote;
mod restart;
mod resume;
mod seshes;
mod sessions;
mod suspend;
mod table;
mod talk;
mod voice;
mod whole;

//! The broker of the ert-concierge dialect, in virtual time. Requirements are named by their ids
//! (facts/other-gateways.md §2).
#![allow(clippy::unwrap_used, reason = "tests")]

mod heartbeat;
mod identify;
mod limits;
mod messages;
mod model;
mod services;
mod world;

//! The frames of the puff dialect, both ways.
#![allow(clippy::unwrap_used, reason = "tests")]

mod device;
mod from_client;
mod from_gateway;

//! What goes over the wire in the ert-concierge dialect, in both directions.
#![allow(clippy::unwrap_used, reason = "tests")]

mod from_client;
mod from_server;

/// The uuid of all examples.
pub const UUID: &str = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";

/// The same, parsed.
pub fn uuid() -> uuid::Uuid {
    uuid::Uuid::parse_str(UUID).unwrap()
}

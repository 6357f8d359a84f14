//! The Together dialect as a view of the chat core (facts/other-gateways.md §3): REST here, its sockets in the server.

pub(crate) mod rest;
pub(crate) mod show;

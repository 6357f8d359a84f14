//! The i386chat dialect as a view of the chat core (facts/other-gateways.md §1): a room is a channel. The rules of its
//! connections, what happens in their rooms, and REST; its sockets are in the server.

pub(crate) mod connection;
pub(crate) mod deeds;
pub(crate) mod errand;
pub(crate) mod rest;
pub(crate) mod session;
pub(crate) mod show;
pub(crate) mod stay;
pub(crate) mod tokens;

/// What a host can set for this dialect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct I386chatOptions {
    /// The times and limits of sockets.
    pub rules: session::Rules,
    /// Tokens of the host's choice.
    pub tokens: tokens::StaticTokens,
}

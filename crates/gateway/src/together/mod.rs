//! The Together dialect as a view of the chat core (facts/other-gateways.md §3): REST and the rules of its sockets. The
//! sockets themselves are in the server.

pub(crate) mod rest;
mod session;
pub(crate) mod show;

pub use session::TogetherOptions;
pub(crate) use session::{Answer, Request, Session};

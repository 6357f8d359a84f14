//! The Together dialect on the network. REST, what is shown and the rules of a socket are in [`crate::together`], every other
//! rule in [`crate::chat`].

mod clerk;
mod routes;

pub(super) use clerk::{Clerk, Desk};
pub(super) use routes::{Front, dedicated, health, shared, token, upgrade};

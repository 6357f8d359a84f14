//! The Together dialect on the network. REST, what is shown and the rules of a socket are in [`crate::together`], every other
//! rule in [`crate::chat`].

mod clerk;
mod routes;

use std::sync::Arc;

use super::chat::Ground;
use crate::together::TogetherOptions;
use crate::together::rest;
use clerk::Clerk;

pub(super) use routes::{Front, dedicated, health, shared, token, upgrade};

/// The dialect, for the listeners. `seshes`: the groups of the puff dialect.
pub(super) fn front(ground: &Ground, options: TogetherOptions, seshes: Arc<dyn rest::Seshes>) -> Front {
    let Ground { accounts, chat, doors, .. } = ground.clone();
    let desk = ground.open(Clerk { accounts: Arc::clone(&accounts), options });
    Front { desk, doors, rest: rest::Front { accounts, chat, seshes } }
}

//! The i386chat dialect on the network. REST, what is shown and the rules of a socket are in [`crate::i386chat`], every
//! other rule in [`crate::chat`].

mod clerk;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::routing::get;

use super::chat::{Ground, Mounted, take_in};
use crate::dialect::Dialect;
use crate::i386chat::deeds::Deeds;
use crate::i386chat::{I386chatOptions, rest};
use clerk::Clerk;

/// Sockets at `/i386chat`, on a listener of its own at any path that is not REST's; REST at `/api/v2`.
pub(super) fn mount(ground: &Ground, options: I386chatOptions) -> Mounted {
    let Ground { accounts, gate, chat, doors, .. } = ground.clone();
    let I386chatOptions { rules, tokens } = options;
    let deeds = Deeds { accounts, tokens: Arc::new(tokens), chat };
    let desk = ground.open(Clerk { deeds: deeds.clone(), rules });
    let sockets = get(async move |request: Request| take_in(&desk, &doors, (), request));
    let rest = rest::router(rest::Front { deeds, gate });
    let path = format!("/{}", Dialect::I386chat.path());
    Mounted {
        dialect: Dialect::I386chat,
        shared: Router::new().route(&path, sockets.clone()).merge(rest.clone()),
        own: rest.fallback_service(sockets),
    }
}

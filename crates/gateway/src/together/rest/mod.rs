//! REST of the Together dialect (facts/other-gateways.md §3.3). Registering and signing in are the accounts' own.

mod bearer;
mod messages;
mod refusal;
mod servers;
mod users;
mod voice;

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::routing::{delete, get, patch, post};

use crate::accounts::Accounts;
use crate::chat::{Chat, ChatError, CommunityId};

pub(crate) use refusal::Refusal;

/// What the routes need.
#[derive(Clone, Debug)]
pub(crate) struct Front {
    pub accounts: Arc<Accounts>,
    pub chat: Chat,
    pub seshes: Arc<dyn Seshes>,
}

/// The groups of the puff dialect.
#[async_trait]
pub(crate) trait Seshes: std::fmt::Debug + Send + Sync {
    /// The community of the group with this code, which gets one if it has none yet; whoever is in the group is in it by
    /// then. `None`: there is no such group.
    async fn find(&self, code: String) -> Option<Result<CommunityId, ChatError>>;
}

impl FromRef<Front> for Arc<Accounts> {
    fn from_ref(front: &Front) -> Self {
        Arc::clone(&front.accounts)
    }
}

impl FromRef<Front> for Chat {
    fn from_ref(front: &Front) -> Self {
        front.chat.clone()
    }
}

/// The routes, for a server to mount.
pub(crate) fn router(front: Front) -> Router {
    /// A message of 4,000 characters, each escaped, with room to spare.
    const BODY_BYTES: usize = 64 * 1024;
    Router::new()
        .route("/users/@me", get(users::me).patch(users::edit_me))
        .route("/servers", get(servers::mine).post(servers::create))
        .route("/servers/{id}", get(servers::one))
        .route("/servers/{id}/members", get(servers::members))
        .route("/servers/{id}/join", post(servers::join))
        .route("/servers/{id}/leave", delete(servers::leave))
        .route("/servers/{id}/bans/{user}", post(servers::ban).delete(servers::unban))
        .route("/servers/{id}/channels", get(servers::channels).post(servers::create_channel))
        .route("/channels/{id}/messages", get(messages::page).post(messages::post))
        .route("/messages/{id}", patch(messages::edit).delete(messages::remove))
        .route(
            "/channels/{id}/voice",
            get(voice::participants).post(voice::join).patch(voice::change).delete(voice::leave),
        )
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .with_state(front)
}

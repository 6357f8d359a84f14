//! HTTP of the E-Magine dialect: the upgrade, and REST (EMG-R16).

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;

use super::super::chat::{Desk, take_in};
use super::super::doors::Doors;
use super::clerk::Clerk;
use crate::emagine::rest;

/// What the routes need.
#[derive(Clone, Debug)]
pub(in crate::server) struct Front {
    pub desk: Desk<Clerk>,
    pub doors: Doors,
    pub rest: rest::Front,
}

/// The routes on a listener for every dialect: sockets at `/gateway`.
pub(in crate::server) fn shared(front: &Front) -> Router {
    Router::new().route("/gateway", get(upgrade)).with_state(front.clone()).merge(rest::router(&front.rest))
}

/// The routes on a listener of its own: sockets at `/` too.
pub(in crate::server) fn dedicated(front: &Front) -> Router {
    Router::new()
        .route("/", get(upgrade))
        .route("/health", get(async || StatusCode::NO_CONTENT))
        .with_state(front.clone())
        .merge(shared(front))
}

async fn upgrade(State(Front { desk, doors, .. }): State<Front>, request: Request) -> Response {
    take_in(&desk, &doors, (), request)
}

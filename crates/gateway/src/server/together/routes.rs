//! HTTP of the Together dialect: the upgrade, and REST.

use axum::Router;
use axum::extract::{Json, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};

use super::super::chat;
use super::super::doors::Doors;
use super::clerk::Desk;
use crate::together::rest;

/// What the routes need.
#[derive(Clone, Debug)]
pub(in crate::server) struct Front {
    pub desk: Desk,
    pub doors: Doors,
    pub rest: rest::Front,
}

/// The routes on a listener for every dialect; its sockets are at `/ws` with a token.
pub(in crate::server) fn shared(front: &Front) -> Router {
    rest::router(front.rest.clone())
}

/// The routes on a listener of its own: sockets on any path.
pub(in crate::server) fn dedicated(front: Front) -> Router {
    let rest = rest::router(front.rest.clone());
    Router::new()
        .route("/health", get(health))
        .fallback(async move |request: Request| upgrade(&front, request))
        .merge(rest)
}

/// As Together tells that it is well.
pub(in crate::server) async fn health() -> Json<Value> {
    let version = env!("CARGO_PKG_VERSION");
    Json(json!({ "status": "ok", "service": "hearth-gateway", "version": version, "database": "ok" }))
}

/// The token of a request for a socket (TOG-01); `None`: it is not one of this dialect.
pub(in crate::server) fn token(query: Option<&str>) -> Option<&str> {
    query?.split('&').find_map(|pair| pair.strip_prefix("token="))
}

/// Takes a socket in.
pub(in crate::server) fn upgrade(Front { desk, doors, .. }: &Front, request: Request) -> Response {
    let query = request.uri().query().map(str::to_owned);
    let Some(token) = token(query.as_deref()) else { return StatusCode::NOT_FOUND.into_response() };
    chat::take_in(desk, doors, token.into(), request)
}

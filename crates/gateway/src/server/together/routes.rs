//! HTTP of the Together dialect: the upgrade, and REST.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::{Json, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};

use super::super::doors::Doors;
use super::super::listener::{Forwarded, Held};
use super::super::socket::{Seat, Upgrade};
use super::desk::Desk;
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

/// Takes a socket in. Whose it is is looked at when it is open: a browser cannot see why it was refused before.
pub(in crate::server) fn upgrade(Front { desk, doors, .. }: &Front, request: Request) -> Response {
    let query = request.uri().query().map(str::to_owned);
    let Some(token) = token(query.as_deref()) else { return StatusCode::NOT_FOUND.into_response() };
    let extensions = request.extensions();
    let peer = extensions.get::<axum::extract::ConnectInfo<SocketAddr>>().map(|peer| peer.0);
    let held = extensions.get::<Held>().cloned();
    let forwarded = extensions.get::<Forwarded>().is_some_and(|Forwarded(forwarded)| *forwarded);
    let (Some(peer), Some(held)) = (peer, held) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let Some(upgrade) = Upgrade::of(request) else { return StatusCode::BAD_REQUEST.into_response() };
    let share = match forwarded.then(|| doors.address(peer.ip())) {
        Some(None) => return StatusCode::TOO_MANY_REQUESTS.into_response(),
        share => share.flatten(),
    };
    let seat = Seat { held, share, compressor: None };
    upgrade.accept(peer.ip(), desk.of(token), seat)
}

//! HTTP: the upgrade to a WebSocket, and what can be asked without one (facts/puff-gateway.md §7).

use std::net::SocketAddr;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use serde_json::json;

use super::Dialect;
use super::courier::{Letter, Mailbox};
use super::socket;

/// The routes of a listener. A listener of its own for the puff dialect upgrades on any path, as the TypeScript
/// gateway does; the shared one at `/socket` and `/`.
pub(super) fn router(dialect: Option<Dialect>, mailbox: Mailbox) -> Router {
    let routes = Router::new()
        .route("/health", get(async || StatusCode::NO_CONTENT))
        .route("/v1/groups", get(groups))
        .route("/v1/groups/", get(groups))
        .route("/v1/groups/{id}", get(group));
    let routes = match dialect {
        Some(Dialect::Puff) => routes.fallback(upgrade),
        None => routes.route("/socket", get(upgrade)).route("/", get(upgrade)).fallback(not_found),
    };
    routes
        .method_not_allowed_fallback(not_found)
        .layer(middleware::from_fn(allow_any_origin))
        .with_state(mailbox)
}

type Upgrade = Result<WebSocketUpgrade, WebSocketUpgradeRejection>;

async fn upgrade(
    State(mailbox): State<Mailbox>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    upgrade: Upgrade,
) -> Response {
    match upgrade {
        Ok(upgrade) => socket::accept(upgrade, peer.ip(), mailbox),
        Err(_) => not_found().await,
    }
}

async fn groups(State(mailbox): State<Mailbox>) -> Response {
    match mailbox.ask(|answer| Letter::PublicGroups { answer }).await {
        Some(groups) => Json(json!({ "success": true, "data": groups })).into_response(),
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

async fn group(State(mailbox): State<Mailbox>, Path(id): Path<String>) -> Response {
    match mailbox.ask(|answer| Letter::Group { id, answer }).await {
        Some(Some(group)) => Json(json!({ "success": true, "data": group })).into_response(),
        Some(None) => {
            let error = json!({ "code": "group_not_found", "message": "No group has this code" });
            (StatusCode::NOT_FOUND, Json(json!({ "success": false, "error": error }))).into_response()
        }
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

async fn not_found() -> Response {
    (StatusCode::NOT_FOUND, Json(json!({ "code": "not_found" }))).into_response()
}

/// Web pages of any origin may read, and their preflights are answered. Nothing here depends on cookies.
async fn allow_any_origin(request: Request, next: Next) -> Response {
    let is_preflight = request.method() == Method::OPTIONS;
    let mut response =
        if is_preflight { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if is_preflight {
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, OPTIONS"));
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("*"));
    }
    response
}

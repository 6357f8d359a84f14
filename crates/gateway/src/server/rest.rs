//! HTTP: the upgrade to a WebSocket, and what can be asked without one (facts/puff-gateway.md §7).

use std::net::SocketAddr;

use axum::Router;
use axum::extract::{ConnectInfo, Extension, FromRef, Path, RawQuery, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use serde_json::json;

use super::compression::Encoding;
use super::concierge::{self, Lobby};
use super::courier::{Letter, Mailbox};
use super::doors::Doors;
use super::listener::{Forwarded, Held};
use super::options::Dialect;
use super::socket::{Seat, Upgrade};

/// What the routes need.
#[derive(Clone, Debug)]
pub(super) struct Front {
    pub mailbox: Mailbox,
    pub doors: Doors,
}

impl FromRef<Front> for Mailbox {
    fn from_ref(front: &Front) -> Self {
        front.mailbox.clone()
    }
}

/// The routes of a listener. A listener of its own for the puff dialect upgrades on any path, as the TypeScript
/// gateway does; the shared one at `/socket` and `/`, beside the routes of the other dialects. `more` are the routes of the accounts.
pub(super) fn router(dialect: Option<Dialect>, front: Front, lobby: Lobby, more: Router) -> Router {
    if dialect == Some(Dialect::Concierge) {
        return concierge::dedicated(lobby).layer(middleware::from_fn(allow_any_origin));
    }
    let routes = Router::new()
        .route("/health", get(async || StatusCode::NO_CONTENT))
        .route("/v1/groups", get(groups))
        .route("/v1/groups/", get(groups))
        .route("/v1/groups/{id}", get(group));
    let routes = match dialect {
        Some(_) => routes.fallback(upgrade),
        None => routes.route("/socket", get(upgrade)).route("/", get(upgrade)).fallback(not_found),
    };
    routes
        .method_not_allowed_fallback(not_found)
        .with_state(front)
        .merge(if dialect.is_none() { concierge::shared(lobby) } else { Router::new() })
        .merge(more)
        .layer(middleware::from_fn(allow_any_origin))
}

async fn upgrade(
    State(Front { mailbox, doors }): State<Front>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Extension(held): Extension<Held>,
    Extension(Forwarded(forwarded)): Extension<Forwarded>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let Some(upgrade) = Upgrade::of(request) else { return not_found().await };
    let share = match forwarded.then(|| doors.address(peer.ip())) {
        Some(None) => return StatusCode::TOO_MANY_REQUESTS.into_response(),
        Some(share) => share,
        None => None,
    };
    let compressor = match Encoding::of_query(query.as_deref()) {
        Encoding::Plain => None,
        Encoding::Zlib => match doors.compressor() {
            None => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
            compressor => compressor,
        },
    };
    upgrade.accept(peer.ip(), mailbox, Seat { held, share, compressor })
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
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static("GET, POST, DELETE, OPTIONS"),
        );
        // The star does not stand for Authorization.
        let allowed = HeaderValue::from_static("*, authorization, content-type");
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, allowed);
    }
    response
}

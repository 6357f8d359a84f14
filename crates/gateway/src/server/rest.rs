//! HTTP: the upgrade to a WebSocket, and what can be asked without one (facts/puff-gateway.md §7).

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, Extension, FromRef, Path, RawQuery, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use serde_json::json;

use super::chat::Mounted;
use super::compression::Encoding;
use super::concierge::{self, Lobby};
use super::courier::{Entrance, Letter, Mailbox};
use super::doors::Doors;
use super::listener::{Forwarded, Held};
use super::socket::{Seat, Upgrade};
use super::together;
use super::voice::{self, Rooms};
use crate::dialect::Dialect;
use crate::emagine;

/// What the routes need.
#[derive(Clone, Debug)]
pub(super) struct Front {
    pub mailbox: Mailbox,
    pub doors: Doors,
    /// `None`: groups have no voice rooms.
    pub rooms: Option<Rooms>,
}

/// What the routes of the other dialects need.
#[derive(Clone, Debug)]
pub(super) struct Fronts {
    pub concierge: Lobby,
    /// `None`: there are no accounts to sign in with.
    pub together: Option<together::Front>,
    /// Those that are nothing special.
    pub mounted: Arc<[Mounted]>,
}

impl FromRef<Front> for Mailbox {
    fn from_ref(front: &Front) -> Self {
        front.mailbox.clone()
    }
}

/// The routes of a listener. A listener of its own for the puff dialect upgrades on any path, as the TypeScript
/// gateway does; the shared one at `/socket` and `/`, beside the routes of the other dialects. `more` are the routes of the accounts.
pub(super) fn router(dialect: Option<Dialect>, front: Front, fronts: Fronts, more: Router) -> Router {
    let Fronts { concierge, together, mounted } = fronts.clone();
    let own =
        |of: Dialect| mounted.iter().find(|mounted| mounted.dialect == of).map(|mounted| mounted.own.clone());
    // Where there are no accounts nobody can sign in, and there is nothing.
    let dedicated = match dialect {
        Some(Dialect::Concierge) => Some(concierge::dedicated(concierge.clone())),
        Some(Dialect::Together) => Some(
            together
                .clone()
                .map(|together| together::dedicated(together).merge(more.clone()))
                .unwrap_or_default(),
        ),
        Some(other @ (Dialect::Emagine | Dialect::I386chat)) => Some(own(other).unwrap_or_default()),
        Some(Dialect::Puff) | None => None,
    };
    if let Some(dedicated) = dedicated {
        return dedicated.layer(middleware::from_fn(allow_any_origin));
    }
    // Access is to a room that is reached at the same address.
    let rooms = front.rooms.clone().filter(|_| dialect.is_none());
    let front = Front { rooms, ..front };
    let routes = Router::new()
        .route("/v1/groups/{id}/voice", post(voice::enter))
        .route("/v1/groups", get(groups))
        .route("/v1/groups/", get(groups))
        .route("/v1/groups/{id}", get(group));
    let routes = match dialect {
        Some(_) => routes.route("/health", get(async || StatusCode::NO_CONTENT)).fallback(upgrade),
        None => routes
            .route("/health", get(together::health))
            .route("/socket", get(upgrade))
            .route("/", get(upgrade))
            .fallback(not_found),
    };
    let others = match dialect {
        Some(_) => Router::new(),
        None => concierge::shared(concierge.clone())
            .merge(together.as_ref().map(together::shared).unwrap_or_default())
            .merge(mounted.iter().map(|mounted| mounted.shared.clone()).fold(Router::new(), Router::merge))
            .merge(Router::new().route("/ws", get(web_socket)).with_state(fronts)),
    };
    routes
        .method_not_allowed_fallback(not_found)
        .with_state(front)
        .merge(others)
        .merge(more)
        .layer(middleware::from_fn(allow_any_origin))
}

/// `/ws` is Together's with a token, the concierge's without.
async fn web_socket(
    State(Fronts { concierge, together, .. }): State<Fronts>,
    peer: ConnectInfo<SocketAddr>,
    held: Extension<Held>,
    forwarded: Extension<Forwarded>,
    request: Request,
) -> Response {
    match (together, together::token(request.uri().query())) {
        (Some(together), Some(_)) => together::upgrade(&together, request),
        (None, Some(_)) => not_found().await,
        (_, None) => concierge::upgrade(State(concierge), peer, held, forwarded, request).await,
    }
}

async fn upgrade(
    State(Front { mailbox, doors, rooms }): State<Front>,
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
    let entrance = Entrance { mailbox, voice: rooms.is_some() };
    upgrade.accept(peer.ip(), entrance, Seat { held, share, compressor })
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
    // Clients of these send credentials.
    let is_api = request.uri().path().starts_with("/api");
    let origin = request.headers().get(header::ORIGIN).filter(|_| is_api).cloned();
    let mut response =
        if is_preflight { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if is_preflight {
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE, OPTIONS"),
        );
        // The star does not stand for Authorization.
        let allowed = HeaderValue::from_static("*, authorization, content-type");
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, allowed);
    }
    emagine::rest::allow_credentials(origin, &mut response);
    response
}

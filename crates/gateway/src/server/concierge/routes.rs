//! HTTP of the ert-concierge dialect: the upgrade, and the file server (facts/other-gateways.md §2.3).

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::SystemTime;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, DefaultBodyLimit, Extension, Multipart, Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hearth_dialects::concierge::{FILE_KEY_HEADER, SUBPROTOCOL, VERSION};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;
use tokio::io::AsyncReadExt;
use uuid::Uuid;

use super::super::doors::Doors;
use super::super::listener::{Forwarded, Held};
use super::super::socket::{Seat, Upgrade};
use super::desk::{Desk, Letter};
use super::files::{FileStore, NotKept, clean};

/// What the routes need.
#[derive(Clone, Debug)]
pub(in crate::server) struct Lobby {
    pub desk: Desk,
    pub doors: Doors,
    /// `None`: there is no file server.
    pub files: Option<Arc<FileStore>>,
}

/// The routes on a listener for every dialect, beside `/ws`.
pub(in crate::server) fn shared(lobby: Lobby) -> Router {
    let files = lobby.files.is_some();
    if files { file_routes().with_state(lobby) } else { Router::new() }
}

/// The routes on a listener of its own: sockets on any path, as some clients ask for none.
pub(in crate::server) fn dedicated(lobby: Lobby) -> Router {
    let files = lobby.files.is_some();
    let routes = Router::new()
        .route("/health", get(async || StatusCode::NO_CONTENT))
        .route("/", get(upgrade_or_greet))
        .route("/ws", get(upgrade))
        .fallback(upgrade_anywhere);
    if files { routes.merge(file_routes()) } else { routes }.with_state(lobby)
}

fn file_routes() -> Router<Lobby> {
    /// What multipart adds to the files.
    const ENVELOPE: usize = 64 * 1024;
    /// Bytes of one request.
    const LARGEST: usize = 32 * 1024 * 1024;
    Router::new()
        .route("/fs/{client}/{file}", get(download).post(upload).delete(delete))
        .route("/fs/{client}/", post(upload_many))
        .layer(DefaultBodyLimit::max(LARGEST + ENVELOPE))
}

async fn upgrade_or_greet(
    state: State<Lobby>,
    peer: ConnectInfo<SocketAddr>,
    held: Extension<Held>,
    forwarded: Extension<Forwarded>,
    request: Request,
) -> Response {
    let answer = upgrade(state, peer, held, forwarded, request).await;
    if answer.status() == StatusCode::BAD_REQUEST {
        return format!("Hearth {}, ert-concierge {VERSION}\n", env!("CARGO_PKG_VERSION")).into_response();
    }
    answer
}

async fn upgrade_anywhere(
    state: State<Lobby>,
    peer: ConnectInfo<SocketAddr>,
    held: Extension<Held>,
    forwarded: Extension<Forwarded>,
    request: Request,
) -> Response {
    let answer = upgrade(state, peer, held, forwarded, request).await;
    if answer.status() == StatusCode::BAD_REQUEST { StatusCode::NOT_FOUND.into_response() } else { answer }
}

pub(in crate::server) async fn upgrade(
    State(Lobby { desk, doors, .. }): State<Lobby>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Extension(held): Extension<Held>,
    Extension(Forwarded(forwarded)): Extension<Forwarded>,
    request: Request,
) -> Response {
    if !desk.is_open() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let offered = offers_subprotocol(request.headers());
    let Some(upgrade) = Upgrade::of(request) else { return StatusCode::BAD_REQUEST.into_response() };
    let share = match forwarded.then(|| doors.address(peer.ip())) {
        Some(None) => return StatusCode::TOO_MANY_REQUESTS.into_response(),
        Some(share) => share,
        None => None,
    };
    let seat = Seat { held, share, compressor: None };
    let upgrade = match offered {
        true => upgrade.with_header(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL)),
        false => upgrade,
    };
    upgrade.accept(peer.ip(), desk, seat)
}

/// Whether the subprotocol itself is among what is offered. Anything else is no reason to refuse: real clients offer
/// its letters one by one (CON-R8).
fn offers_subprotocol(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|offer| offer.trim() == SUBPROTOCOL)
}

/// Why a file is not given or taken.
struct Refused(StatusCode, &'static str);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.0, self.1).into_response()
    }
}

/// Whose folder, and who asks.
struct Wanted {
    files: Arc<FileStore>,
    client: Option<Uuid>,
    key: Uuid,
}

impl Wanted {
    async fn of(lobby: &Lobby, headers: &HeaderMap, name: String) -> Result<Self, Refused> {
        let files = lobby.files.clone().ok_or(Refused(StatusCode::NOT_FOUND, ""))?;
        let key = headers
            .get(FILE_KEY_HEADER)
            .ok_or(Refused(StatusCode::PRECONDITION_REQUIRED, "Missing x-fs-key header"))?;
        let key = key.to_str().ok().and_then(|key| Uuid::try_parse(key).ok());
        let key = key.ok_or(Refused(StatusCode::EXPECTATION_FAILED, "The key is no uuid"))?;
        let (known, client) = lobby
            .desk
            .ask(|answer| Letter::Key { key, name, answer })
            .await
            .ok_or(Refused(StatusCode::SERVICE_UNAVAILABLE, ""))?;
        if !known {
            return Err(Refused(StatusCode::UNAUTHORIZED, "Bad authorization"));
        }
        Ok(Self { files, client, key })
    }

    /// Only for the client itself.
    fn own(self) -> Result<Self, Refused> {
        if self.client == Some(self.key) {
            Ok(self)
        } else {
            Err(Refused(StatusCode::FORBIDDEN, "Insufficient permission"))
        }
    }

    /// Keeps files, and removes them again when the client has left meanwhile.
    async fn keep(self, lobby: &Lobby, kept: Vec<(String, Bytes)>) -> Response {
        let (files, client) = (Arc::clone(&self.files), self.key);
        let keeping = tokio::task::spawn_blocking(move || {
            kept.iter().try_for_each(|(name, data)| files.keep(client, name, data))
        });
        let answer = match keeping.await {
            Ok(Ok(())) => StatusCode::CREATED.into_response(),
            Ok(Err(NotKept::TooLarge)) => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
            Ok(Err(NotKept::Full)) => StatusCode::INSUFFICIENT_STORAGE.into_response(),
            Ok(Err(NotKept::Io(error))) => failed(&error),
            Err(error) => failed(&error),
        };
        let here = lobby.desk.ask(|answer| Letter::Key { key: client, name: String::new(), answer }).await;
        if !here.is_some_and(|(known, _)| known) {
            self.files.forget(client);
        }
        answer
    }
}

fn failed(error: &dyn std::error::Error) -> Response {
    tracing::warn!(%error, "a file of a concierge client could not be read or written");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

async fn upload(
    State(lobby): State<Lobby>,
    Path((client, file)): Path<(String, String)>,
    headers: HeaderMap,
    parts: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Response {
    let wanted = match Wanted::of(&lobby, &headers, client).await.and_then(Wanted::own) {
        Ok(wanted) => wanted,
        Err(refused) => return refused.into_response(),
    };
    let Some(name) = clean(&file) else { return StatusCode::PRECONDITION_FAILED.into_response() };
    let mut sent = match received(parts, &wanted.files).await {
        Ok(sent) => sent,
        Err(refused) => return refused,
    };
    sent.dedup_by(|a, b| a.0 == b.0);
    match (sent.len(), sent.pop()) {
        (1, Some((_, data))) => wanted.keep(&lobby, vec![(name, data)]).await,
        (0, _) => StatusCode::BAD_REQUEST.into_response(),
        _ => (StatusCode::PRECONDITION_FAILED, "More than one file").into_response(),
    }
}

async fn upload_many(
    State(lobby): State<Lobby>,
    Path(client): Path<String>,
    headers: HeaderMap,
    parts: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Response {
    let wanted = match Wanted::of(&lobby, &headers, client).await.and_then(Wanted::own) {
        Ok(wanted) => wanted,
        Err(refused) => return refused.into_response(),
    };
    match received(parts, &wanted.files).await {
        Ok(sent) if sent.is_empty() => StatusCode::BAD_REQUEST.into_response(),
        Ok(sent) => {
            let named: Option<Vec<_>> =
                sent.into_iter().map(|(name, data)| Some((clean(&name)?, data))).collect();
            match named {
                Some(named) => wanted.keep(&lobby, named).await,
                None => StatusCode::PRECONDITION_FAILED.into_response(),
            }
        }
        Err(refused) => refused,
    }
}

/// The files of a multipart request, each with the name that its part tells.
async fn received(
    parts: Result<Multipart, axum::extract::multipart::MultipartRejection>,
    files: &FileStore,
) -> Result<Vec<(String, Bytes)>, Response> {
    let mut parts = parts.map_err(IntoResponse::into_response)?;
    let limits = files.limits();
    let mut sent = Vec::new();
    let mut total = 0;
    while let Some(mut part) = parts.next_field().await.map_err(IntoResponse::into_response)? {
        let Some(name) = part.file_name().map(str::to_owned) else { continue };
        let mut data = Vec::new();
        while let Some(chunk) = part.chunk().await.map_err(IntoResponse::into_response)? {
            data.extend_from_slice(&chunk);
            if data.len() as u64 > limits.file {
                return Err(StatusCode::PAYLOAD_TOO_LARGE.into_response());
            }
        }
        total += data.len() as u64;
        if sent.len() >= limits.files || total > limits.client {
            return Err(StatusCode::INSUFFICIENT_STORAGE.into_response());
        }
        sent.push((name, data.into()));
    }
    Ok(sent)
}

async fn download(
    State(lobby): State<Lobby>,
    Path((client, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let wanted = match Wanted::of(&lobby, &headers, client).await {
        Ok(wanted) => wanted,
        Err(refused) => return refused.into_response(),
    };
    let (Some(client), Some(name)) = (wanted.client, clean(&file)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let opening = tokio::task::spawn_blocking(move || wanted.files.file(client, &name));
    let (file, metadata) = match opening.await {
        Ok(Ok(Some(found))) => found,
        Ok(Ok(None)) => return StatusCode::NOT_FOUND.into_response(),
        Ok(Err(error)) => return failed(&error),
        Err(error) => return failed(&error),
    };
    let modified = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
    let modified = OffsetDateTime::from(modified);
    let tag = format!("\"{:x}-{:x}\"", metadata.len(), modified.unix_timestamp_nanos());
    let date = modified.format(&Rfc2822).unwrap_or_default().replace("+0000", "GMT");
    let fields = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, "attachment".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CONTENT_LENGTH, metadata.len().to_string()),
        (header::ETAG, tag),
        (header::LAST_MODIFIED, date),
    ];
    (fields, contents(tokio::fs::File::from_std(file))).into_response()
}

/// A file in pieces, so that who reads it slowly holds little of it.
fn contents(file: tokio::fs::File) -> Body {
    const PIECE: usize = 64 * 1024;
    Body::from_stream(futures::stream::try_unfold(file, async |mut file| {
        let mut piece = vec![0; PIECE];
        let length = file.read(&mut piece).await?;
        piece.truncate(length);
        Ok::<_, std::io::Error>((length > 0).then(|| (Bytes::from(piece), file)))
    }))
}

async fn delete(
    State(lobby): State<Lobby>,
    Path((client, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let wanted = match Wanted::of(&lobby, &headers, client).await.and_then(Wanted::own) {
        Ok(wanted) => wanted,
        Err(refused) => return refused.into_response(),
    };
    let Some(name) = clean(&file) else { return StatusCode::NOT_FOUND.into_response() };
    let removing = tokio::task::spawn_blocking(move || wanted.files.remove(wanted.key, &name));
    match removing.await {
        Ok(Ok(true)) => StatusCode::OK.into_response(),
        Ok(Ok(false)) => StatusCode::NOT_FOUND.into_response(),
        Ok(Err(error)) => failed(&error),
        Err(error) => failed(&error),
    }
}

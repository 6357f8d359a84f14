//! The UI in a browser on loopback: the built files, and the contract over a WebSocket.
//!
//! Whoever speaks the contract can start a heater, so a page from elsewhere must not: requests need a loopback
//! `Host` (against rebound names), and the WebSocket an `Origin` that is this very address.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ws::{Message, WebSocket};
use axum::extract::{Request, State, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::{SinkExt, StreamExt};
use hearth_companion::Companion;
use hearth_companion::contract::Command;
use include_dir::{Dir, include_dir};
use tokio::net::TcpListener;

static UI: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../ui/dist");

/// A longer command is refused.
const LONGEST: usize = 64 * 1024;

const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      connect-src 'self'; frame-ancestors 'none'";

/// Serves the UI in the background.
///
/// # Errors
/// The address cannot be listened on.
pub async fn serve(address: SocketAddr, companion: Companion) -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    let app = Router::new()
        .route("/companion", get(contract))
        .fallback(get(file))
        .layer(middleware::from_fn(only_here))
        .with_state(companion);
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, app).await {
            tracing::error!(%error, "the UI is not served any more");
        }
    });
    Ok(address)
}

async fn only_here(request: Request, next: Next) -> Response {
    if is_loopback(request.headers()) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "Open this page by its loopback address.").into_response()
    }
}

fn is_loopback(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name =
        host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(host, |(name, _)| name);
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &header::HeaderValue| value.to_str().ok());
    match (text(header::ORIGIN), text(header::HOST)) {
        (Some(origin), Some(host)) => origin.strip_prefix("http://") == Some(host),
        // Programs send no origin; browsers always do.
        (None, Some(_)) => true,
        _ => false,
    }
}

async fn contract(
    State(companion): State<Companion>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    if !is_same_origin(&headers) {
        return (StatusCode::FORBIDDEN, "This page may not use Hearth.").into_response();
    }
    upgrade.max_message_size(LONGEST).on_upgrade(move |socket| speak(socket, companion))
}

async fn speak(socket: WebSocket, companion: Companion) {
    let (mut out, mut incoming) = socket.split();
    let face = companion.face();
    let mut events = face.subscribe();
    loop {
        tokio::select! {
            event = events.next() => {
                let Some(event) = event else { break };
                let Ok(text) = serde_json::to_string(&event) else { continue };
                if out.send(Message::Text(text.into())).await.is_err() {
                    break;
                }
            }
            message = incoming.next() => match message {
                Some(Ok(Message::Text(text))) => match serde_json::from_str::<Command>(&text) {
                    Ok(command) => face.command(command),
                    Err(error) => tracing::warn!(%error, "the UI sent something that is no command"),
                },
                Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                Some(Ok(_)) => {}
            },
        }
    }
}

async fn file(uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    let path = if path.is_empty() { "index.html" } else { path };
    let Some(file) = UI.get_file(path) else {
        return (StatusCode::NOT_FOUND, "There is no such page.").into_response();
    };
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let headers = [
        (header::CONTENT_TYPE, kind.as_ref().to_owned()),
        (header::CONTENT_SECURITY_POLICY, POLICY.to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    (headers, Body::from(file.contents())).into_response()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(pairs: &[(header::HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn only_loopback_names_are_served() {
        for host in ["127.0.0.1:4204", "localhost:4204", "[::1]:4204", "localhost"] {
            assert!(is_loopback(&headers(&[(header::HOST, host)])), "{host}");
        }
        for host in ["evil.example:4204", "127.0.0.1.evil.example", ""] {
            assert!(!is_loopback(&headers(&[(header::HOST, host)])), "{host}");
        }
    }

    #[test]
    fn a_page_from_elsewhere_cannot_speak_the_contract() {
        let with = |origin| headers(&[(header::HOST, "127.0.0.1:4204"), (header::ORIGIN, origin)]);
        assert!(is_same_origin(&with("http://127.0.0.1:4204")));
        assert!(!is_same_origin(&with("http://127.0.0.1:9999")));
        assert!(!is_same_origin(&with("https://evil.example")));
        assert!(!is_same_origin(&with("null")));
        assert!(is_same_origin(&headers(&[(header::HOST, "127.0.0.1:4204")])));
    }
}

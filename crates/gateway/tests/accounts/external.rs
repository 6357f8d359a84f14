//! An account service elsewhere, as it is and as it should not be.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::get;
use hearth_gateway::hub::Verdict;
use hearth_gateway::verify::{External, Verifier};
use serde_json::json;

async fn serve(app: Router) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

async fn asking(app: Router) -> External {
    External::new(&format!("http://{}/internal/", serve(app).await)).unwrap()
}

fn ada() -> axum::Json<serde_json::Value> {
    axum::Json(
        json!({ "valid": true, "user": { "id": "u1", "name": "ada", "flags": 0 }, "connection": null }),
    )
}

#[tokio::test]
async fn the_token_is_all_that_is_told_and_the_answer_is_taken() {
    let answer = async |headers: HeaderMap| match headers["authorization"].to_str().unwrap() {
        "token of ada" => ada(),
        "token of eve" => {
            axum::Json(json!({ "valid": true, "user": { "id": "u2", "name": "eve", "flags": 8 } }))
        }
        _ => axum::Json(json!({ "valid": false })),
    };
    let service = asking(Router::new().route("/internal/verify", get(answer))).await;
    assert!(matches!(service.verify("token of ada").await, Verdict::User(user) if user.name == "ada"));
    assert_eq!(service.verify("token of eve").await, Verdict::Suspended);
    assert_eq!(service.verify("token of nobody").await, Verdict::Invalid);
}

#[tokio::test]
async fn a_token_that_is_no_header_is_not_asked_about() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let answer = async move || {
        count.fetch_add(1, Ordering::SeqCst);
        ada()
    };
    let service = asking(Router::new().route("/internal/verify", get(answer))).await;
    for token in ["", "a\r\nx-admin: 1", "\0", "a\nb"] {
        assert_eq!(service.verify(token).await, Verdict::Invalid, "{token:?}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn redirects_are_not_followed_with_the_token() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let elsewhere = async move || {
        count.fetch_add(1, Ordering::SeqCst);
        ada()
    };
    let elsewhere = serve(Router::new().route("/", get(elsewhere))).await;
    let redirect = async move || axum::response::Redirect::temporary(&format!("http://{elsewhere}/"));
    let service = asking(Router::new().route("/internal/verify", get(redirect))).await;
    assert_eq!(service.verify("token").await, Verdict::Unavailable);
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn answers_without_end_are_cut_off() {
    let endless = async || {
        let chunks = futures::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b' '; 4096]));
        Body::from_stream(chunks)
    };
    let service = asking(Router::new().route("/internal/verify", get(endless))).await;
    let long = Duration::from_secs(60);
    let service = service.with_timeout(long);
    let verdict = tokio::time::timeout(Duration::from_secs(20), service.verify("token")).await;
    assert_eq!(verdict.unwrap(), Verdict::Unavailable);
}

#[tokio::test]
async fn a_service_that_fails_is_no_verdict_about_a_token() {
    let broken = async || (StatusCode::BAD_GATEWAY, "<h1>502</h1>").into_response();
    let service = asking(Router::new().route("/internal/verify", get(broken))).await;
    assert_eq!(service.verify("token").await, Verdict::Unavailable);
    let nothing_there = asking(Router::new()).await;
    assert_eq!(nothing_there.verify("token").await, Verdict::Unavailable);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gone = External::new(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    drop(listener);
    assert_eq!(gone.verify("token").await, Verdict::Unavailable);
}

#[tokio::test]
async fn a_service_that_stalls_is_not_waited_for() {
    assert_eq!(External::TIMEOUT, Duration::from_secs(3));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    // The kernel takes the connection; nobody answers.
    let service = External::new(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let service = service.with_timeout(Duration::from_millis(50));
    let verdict = tokio::time::timeout(Duration::from_secs(20), service.verify("token")).await;
    assert_eq!(verdict.unwrap(), Verdict::Unavailable);
}

#[tokio::test]
async fn a_service_on_https_that_nobody_vouches_for_is_not_told_tokens() {
    let asked = Arc::new(AtomicUsize::new(0));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut hello = vec![0; 4096];
        let length = socket.read(&mut hello).await.unwrap();
        // A TLS handshake begins with 22; the token does not go out in clear.
        assert_eq!(hello[0], 22);
        assert!(!hello[..length].windows(5).any(|part| part == b"token"));
        count.fetch_add(1, Ordering::SeqCst);
        socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await.unwrap();
    });
    let service = External::new(&format!("https://{address}")).unwrap();
    assert_eq!(service.verify("token").await, Verdict::Unavailable);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

//! The server as browsers and others meet it, over real sockets.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use futures::{SinkExt, StreamExt};
use hearth_overlay::{
    Key, Overlay, OverlayActivity, OverlayError, OverlayMember, OverlayMessage, OverlayOptions, OverlayStage,
    OverlayView,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Page = WebSocketStream<MaybeTlsStream<TcpStream>>;

fn member(id: u32, name: &str) -> OverlayMember {
    OverlayMember {
        id,
        name: Some(name.to_owned()),
        me: id == 1,
        led: Some("#ff8a3d".to_owned()),
        activity: OverlayActivity::Idle,
        celsius: Some(25.0),
        target_celsius: Some(285.0),
        left_s: None,
        hold_s: None,
        ready: false,
        away: false,
    }
}

fn view() -> OverlayView {
    OverlayView {
        stage: OverlayStage::Chilling,
        group: Some("Attic".to_owned()),
        members: vec![member(1, "Rowan"), member(2, "Mika")],
        ..OverlayView::default()
    }
}

async fn serve(view: OverlayView) -> (Overlay, watch::Sender<OverlayView>) {
    let (views, receiver) = watch::channel(view);
    let options =
        OverlayOptions { port: 0, patience: Duration::from_millis(400), ..OverlayOptions::default() };
    (Overlay::start(options, receiver).await.unwrap(), views)
}

/// The status and all of an answer.
async fn get(port: u16, path: &str, headers: &str) -> (u16, String) {
    request(port, &format!("GET {path} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n")).await
}

async fn request(port: u16, text: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let answer = String::from_utf8_lossy(&bytes).into_owned();
    (answer.split(' ').nth(1).unwrap_or("0").parse().unwrap(), answer)
}

fn path(overlay: &Overlay) -> String {
    format!("/{}/", overlay.key().unwrap().reveal())
}

async fn open(overlay: &Overlay, query: &str) -> Result<Page, Error> {
    let port = overlay.port();
    open_from(overlay, query, Some(&format!("http://127.0.0.1:{port}"))).await
}

async fn open_from(overlay: &Overlay, query: &str, origin: Option<&str>) -> Result<Page, Error> {
    let address = format!("ws://127.0.0.1:{}{}live{query}", overlay.port(), path(overlay));
    let mut request = address.into_client_request()?;
    if let Some(origin) = origin {
        request.headers_mut().insert("origin", origin.parse().unwrap());
    }
    Ok(connect_async(request).await?.0)
}

/// The next message that is not a ping; `None` at the end.
async fn text(page: &mut Page) -> Option<String> {
    loop {
        match page.next().await? {
            Ok(Message::Text(text)) => return Some(text.to_string()),
            Ok(Message::Close(_)) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

async fn message(page: &mut Page) -> OverlayMessage {
    serde_json::from_str(&text(page).await.unwrap()).unwrap()
}

/// Waits, in real time, until it is so.
async fn until(what: &str, mut so: impl FnMut() -> bool) {
    for _ in 0..500 {
        if so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("not in time: {what}");
}

fn refused(opened: Result<Page, Error>) -> u16 {
    match opened {
        Err(Error::Http(response)) => {
            assert!(response.body().as_ref().is_none_or(Vec::is_empty), "it says why");
            response.status().as_u16()
        }
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn the_page_may_load_its_own_files_and_nothing_else() {
    let (overlay, _views) = serve(view()).await;
    let port = overlay.port();
    let (status, answer) = get(port, &path(&overlay), &format!("Host: 127.0.0.1:{port}\r\n")).await;
    assert_eq!(status, 200);
    let answer = answer.to_lowercase();
    for header in [
        "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self';",
        &format!("connect-src ws://127.0.0.1:{port};"),
        "frame-ancestors 'none'",
        "x-content-type-options: nosniff",
        "referrer-policy: no-referrer",
        "cache-control: no-store",
        "content-type: text/html",
    ] {
        assert!(answer.contains(header), "{header} in {answer}");
    }
    assert!(!answer.contains("access-control"), "{answer}");
}

#[tokio::test]
async fn without_the_key_nothing_is_there() {
    let (overlay, _views) = serve(view()).await;
    let port = overlay.port();
    let other = Key::random().unwrap();
    let host = format!("Host: 127.0.0.1:{port}\r\n");
    for path in
        ["/".to_owned(), "/live".to_owned(), format!("/{}/", other.reveal()), "/favicon.ico".to_owned()]
    {
        let (status, answer) = get(port, &path, &host).await;
        assert_eq!(status, 404, "{path}");
        assert_eq!(answer.split("\r\n\r\n").nth(1), Some(""), "{answer}");
        assert!(!answer.to_lowercase().contains("hearth"), "{answer}");
    }
    let missing = format!("{}nothing.js", path(&overlay));
    assert_eq!(get(port, &missing, &host).await.0, 404);
    let post =
        format!("POST {} HTTP/1.1\r\n{host}Connection: close\r\nContent-Length: 0\r\n\r\n", path(&overlay));
    assert_eq!(request(port, &post).await.0, 404);
}

#[tokio::test]
async fn names_that_were_made_to_lead_here_and_other_pages_are_refused() {
    let (overlay, _views) = serve(view()).await;
    let port = overlay.port();
    for host in ["evil.example".to_owned(), format!("evil.example:{port}"), "127.0.0.1:1".to_owned()] {
        let (status, _) = get(port, &path(&overlay), &format!("Host: {host}\r\n")).await;
        assert_eq!(status, 404, "{host}");
    }
    let two = format!("Host: 127.0.0.1:{port}\r\nHost: evil.example\r\n");
    assert_ne!(get(port, &path(&overlay), &two).await.0, 200);
    for origin in [Some("https://evil.example"), Some("http://127.0.0.1:1"), Some("null"), None] {
        assert_eq!(refused(open_from(&overlay, "", origin).await), 404, "{origin:?}");
    }
    assert_eq!(overlay.clients(), 0);
}

#[tokio::test]
async fn a_page_is_told_everything_first_and_then_what_changes() {
    let (overlay, views) = serve(view()).await;
    let mut page = open(&overlay, "").await.unwrap();
    assert_eq!(message(&mut page).await, OverlayMessage::Hello { view: view(), trails: Vec::new() });
    views.send_modify(|view| view.members[1].celsius = Some(26.5));
    let warmer = OverlayMember { celsius: Some(26.5), ..member(2, "Mika") };
    assert_eq!(message(&mut page).await, OverlayMessage::Members { members: vec![warmer] });
    views.send_modify(|view| view.stage = OverlayStage::Awaiting);
    let OverlayMessage::View { view } = message(&mut page).await else { panic!("not the view") };
    assert_eq!(view.stage, OverlayStage::Awaiting);
    assert_eq!(overlay.clients(), 1);
}

#[tokio::test]
async fn hidden_names_never_cross_the_socket() {
    let mut hidden = view();
    hidden.look.names = false;
    // One source hides them by its address, the other asks for names that are hidden for all.
    for (shown, query) in [(view(), "?layout=strip&names=0"), (hidden, "?names=1")] {
        let (overlay, views) = serve(shown).await;
        let mut page = open(&overlay, query).await.unwrap();
        let mut said = text(&mut page).await.unwrap();
        views.send_modify(|view| view.members[0].activity = OverlayActivity::Preheat);
        said += &text(&mut page).await.unwrap();
        views.send_modify(|view| view.members.push(member(3, "Theo")));
        said += &text(&mut page).await.unwrap();
        assert!(said.contains("preheat") && said.contains("\"id\":3"), "{said}");
        for name in ["Rowan", "Mika", "Theo", "Attic"] {
            assert!(!said.contains(name), "{name} in {said}");
        }
    }
}

#[tokio::test]
async fn what_a_page_says_is_ignored_until_it_is_too_much() {
    let (overlay, views) = serve(view()).await;
    let mut page = open(&overlay, "").await.unwrap();
    text(&mut page).await.unwrap();
    page.send(Message::text(r#"{"command":"heat_now"}"#)).await.unwrap();
    page.send(Message::binary(vec![0; 100])).await.unwrap();
    views.send_modify(|view| view.ready = 1);
    assert!(matches!(message(&mut page).await, OverlayMessage::View { view } if view.ready == 1));
    page.send(Message::text("x".repeat(100_000))).await.unwrap();
    assert_eq!(text(&mut page).await, None);
    until("the seat is free", || overlay.clients() == 0).await;
}

#[tokio::test]
async fn a_page_that_stalls_is_let_go() {
    let (overlay, _views) = serve(view()).await;
    // It never reads, so it never answers a ping.
    let stalled = open(&overlay, "").await.unwrap();
    let mut lively = open(&overlay, "").await.unwrap();
    assert_eq!(overlay.clients(), 2);
    let reading = tokio::spawn(async move { while text(&mut lively).await.is_some() {} });
    until("the stalled page is gone", || overlay.clients() == 1).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(overlay.clients(), 1, "the other one stays");
    drop(stalled);
    reading.abort();
}

#[tokio::test]
async fn there_are_at_most_eight_pages() {
    let (overlay, _views) = serve(view()).await;
    let mut pages = Vec::new();
    for _ in 0..8 {
        pages.push(open(&overlay, "").await.unwrap());
    }
    assert_eq!(refused(open(&overlay, "").await), 503);
    pages.pop().unwrap().close(None).await.unwrap();
    until("there is a seat again", || overlay.clients() < 8).await;
    open(&overlay, "").await.unwrap();
}

#[tokio::test]
async fn a_new_key_ends_what_the_old_one_opened() {
    let (overlay, _views) = serve(view()).await;
    let before = path(&overlay);
    let mut page = open(&overlay, "").await.unwrap();
    text(&mut page).await.unwrap();
    let key = overlay.new_key().unwrap();
    assert!(overlay.url().contains(key.reveal()));
    assert_eq!(text(&mut page).await, None);
    let host = format!("Host: 127.0.0.1:{}\r\n", overlay.port());
    assert_eq!(get(overlay.port(), &before, &host).await.0, 404);
    assert_eq!(get(overlay.port(), &path(&overlay), &host).await.0, 200);
}

#[tokio::test]
async fn port_and_key_stay_the_same_between_starts() {
    let (first, _views) = serve(view()).await;
    let (port, key, url) = (first.port(), first.key(), first.url());
    let mut page = open(&first, "").await.unwrap();
    text(&mut page).await.unwrap();
    first.stop().await;
    assert_eq!(text(&mut page).await, None);
    let (_views, receiver) = watch::channel(view());
    let options = OverlayOptions { port, key, ..OverlayOptions::default() };
    let again = Overlay::start(options, receiver).await.unwrap();
    assert_eq!(again.url(), url);
    assert_eq!(again.moved_from(), None);
}

#[tokio::test]
async fn a_busy_port_is_told_and_the_next_one_taken() {
    let (taken, port) = loop {
        let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = taken.local_addr().unwrap().port();
        if port < 65_000 {
            break (taken, port);
        }
    };
    let (_views, receiver) = watch::channel(view());
    let options = OverlayOptions { port, ..OverlayOptions::default() };
    let overlay = Overlay::start(options, receiver).await.unwrap();
    assert_eq!(overlay.moved_from(), Some(port));
    assert!(overlay.port() > port);
    drop(taken);
}

#[tokio::test]
async fn when_all_ports_are_busy_the_error_names_them() {
    let _taken = TcpListener::bind("127.0.0.1:65535").await.unwrap();
    let (_views, receiver) = watch::channel(view());
    let options = OverlayOptions { port: 65_535, ..OverlayOptions::default() };
    let error = Overlay::start(options, receiver).await.unwrap_err();
    assert!(matches!(error, OverlayError::PortsBusy(ref ports) if *ports == (65_535..=65_535)), "{error}");
}

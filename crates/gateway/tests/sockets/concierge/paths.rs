//! Where the dialect is reached, and what is offered and picked there.

use hearth_gateway::concierge::Access;
use hearth_gateway::server::{ConciergeOptions, ListenOn};
use hearth_gateway::{Server, ServerOptions};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::{Guest, serving};
use crate::client::http;
use crate::together::Socket;

/// The subprotocol that is picked of what is offered, or the HTTP code of the refusal.
async fn picked(url: &str, offers: &[&'static str]) -> Result<Option<String>, u16> {
    let mut request = url.into_client_request().unwrap();
    for offer in offers {
        request.headers_mut().append("sec-websocket-protocol", offer.parse().unwrap());
    }
    let stream = tokio::net::TcpStream::connect(request.uri().authority().unwrap().as_str()).await.unwrap();
    // tungstenite itself refuses an answer that does not pick one of its offers, so the answer is read as it is.
    let key = "dGhlIHNhbXBsZSBub25jZQ==";
    let offers: String = offers.iter().map(|offer| format!("Sec-WebSocket-Protocol: {offer}\r\n")).collect();
    let text = format!(
        "GET {} HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: {key}\r\n{offers}\r\n",
        request.uri().path_and_query().unwrap()
    );
    let head = crate::concierge::paths::answer(stream, &text).await;
    let status: u16 = head.split(' ').nth(1).unwrap().parse().unwrap();
    if status != 101 {
        return Err(status);
    }
    let line = head.lines().find_map(|line| line.strip_prefix("sec-websocket-protocol: "));
    Ok(line.map(str::to_owned))
}

/// The head of the answer to a request.
async fn answer(mut stream: tokio::net::TcpStream, request: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap().to_lowercase()
}

/// CON-01, CON-R8
#[tokio::test]
async fn con_01_the_subprotocol_is_picked_when_it_is_offered_and_odd_offers_are_no_reason_to_refuse() {
    let server = serving(ConciergeOptions::default()).await;
    let url = &server.dialects()["concierge"];
    let chosen = Ok(Some("ert-concierge".to_owned()));
    assert_eq!(picked(url, &["ert-concierge"]).await, chosen);
    assert_eq!(picked(url, &["other, ert-concierge"]).await, chosen);
    assert_eq!(picked(url, &["other", "ert-concierge"]).await, chosen);
    for odd in [&[][..], &["other"], &["e, r, t, -, c, o, n, c, i, e, r, g, e"], &["ert-concierge2"], &[","]]
    {
        assert_eq!(picked(url, odd).await, Ok(None), "{odd:?}");
    }
    server.shutdown().await;
}

#[tokio::test]
async fn on_the_shared_port_it_is_at_ws_and_leaves_tokens_to_others() {
    let server = serving(ConciergeOptions::default()).await;
    let url = server.dialects()["concierge"].clone();
    assert!(url.ends_with("/ws"), "{url}");
    // Together's, which takes every socket in and looks at the token then.
    assert_eq!(Socket::open(server.local_addr(), "abc").await.closed().await, 4001);
    assert_eq!(picked(&format!("{url}?x=1"), &[]).await, Ok(None));
    let (head, _) = http(server.local_addr(), "GET", "/ws").await;
    assert!(head.starts_with("http/1.1 400"), "{head}");
    assert!(http(server.local_addr(), "GET", "/fs/a/b").await.0.starts_with("http/1.1 404"));
    Guest::join(&server, "sam").await.is_undisturbed().await;
    server.shutdown().await;
}

#[tokio::test]
async fn a_listener_of_its_own_takes_any_path_and_nothing_of_others() {
    let listen: Vec<ListenOn> =
        vec!["127.0.0.1:0".parse().unwrap(), "concierge=127.0.0.1:0".parse().unwrap()];
    let server = Server::bind(ServerOptions { listen, ..ServerOptions::default() }).await.unwrap();
    let url = server.dialects()["concierge"].clone();
    let address = url.strip_prefix("ws://").unwrap().strip_suffix("/ws").unwrap().parse().unwrap();
    assert_ne!(address, server.local_addr());
    for path in ["", "/", "/ws", "/some/where"] {
        assert_eq!(picked(&format!("ws://{address}{path}"), &[]).await, Ok(None), "{path}");
    }
    for (path, status) in
        [("/", 200), ("/ws", 400), ("/health", 204), ("/v1/groups", 404), ("/auth/login", 404)]
    {
        let (head, body) = http(address, "GET", path).await;
        assert!(head.starts_with(&format!("http/1.1 {status}")), "{path} {head}");
        assert!(path != "/" || body.contains("0.2.0"), "{body}");
    }
    server.shutdown().await;
}

#[tokio::test]
async fn a_gateway_without_a_listener_for_it_does_not_speak_it() {
    let listen = vec!["puff=127.0.0.1:0".parse().unwrap()];
    let server = Server::bind(ServerOptions { listen, ..ServerOptions::default() }).await.unwrap();
    assert!(!server.dialects().contains_key("concierge"));
    let url = format!("ws://{}/ws", server.local_addr());
    // There, every path is the other dialect's.
    let (mut socket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
    let first = futures::StreamExt::next(&mut socket).await.unwrap().unwrap();
    assert!(matches!(first, Message::Text(text) if text.contains("session_token")));
    server.shutdown().await;
}

#[tokio::test]
async fn the_end_is_told_and_a_host_that_stops_says_so() {
    let server = serving(ConciergeOptions::default()).await;
    let mut guest = Guest::join(&server, "sam").await;
    let (code, ()) = tokio::join!(guest.closed(), server.shutdown());
    assert_eq!(code, 1001);
    let server = serving(ConciergeOptions::default()).await;
    let mut guest = Guest::join(&server, "sam").await;
    let (code, ()) = tokio::join!(guest.closed(), server.retire());
    assert_eq!(code, 4011);
}

#[tokio::test]
async fn tungstenite_gets_the_subprotocol_that_it_asks_for() {
    let server = serving(ConciergeOptions::default()).await;
    let mut request = server.dialects()["concierge"].as_str().into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", "ert-concierge".parse().unwrap());
    match tokio_tungstenite::connect_async(request).await {
        Ok((_, response)) => assert_eq!(response.headers()["sec-websocket-protocol"], "ert-concierge"),
        Err(Error::Http(response)) => panic!("{response:?}"),
        Err(other) => panic!("{other}"),
    }
    server.shutdown().await;
}

#[tokio::test]
async fn a_concierge_that_is_closed_is_not_there_and_the_rest_of_the_gateway_is() {
    let server = serving(ConciergeOptions::default()).await;
    let mut sam = Guest::join(&server, "sam").await;
    server.admit_to_concierge(Access { open: false, secret: None }).await;
    assert_eq!(sam.closed().await, 4011);
    let refused = tokio_tungstenite::connect_async(&server.dialects()["concierge"]).await;
    let Err(Error::Http(answer)) = refused else { panic!("it is there") };
    assert_eq!(answer.status(), 404);
    crate::client::Client::connect(&server).await;
    server.admit_to_concierge(Access { open: true, secret: None }).await;
    Guest::join(&server, "sam").await.is_undisturbed().await;
    server.shutdown().await;
}

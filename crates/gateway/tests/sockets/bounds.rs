//! What one peer may take: connections, time, and whose word is believed about where it is.

use std::net::SocketAddr;
use std::time::Duration;

use futures::future::join_all;
use hearth_gateway::hub::{AddressLimits, HubConfig, RateLimit};
use hearth_gateway::server::ConnectionLimits;
use hearth_gateway::{Server, ServerOptions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::client::{Client, http, request};

/// Whether a connection is closed without an answer.
async fn is_turned_away(address: SocketAddr) -> bool {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let _ = stream.write_all(b"GET /health HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n").await;
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await;
    read.expect("neither answered nor closed").is_err() || answer.is_empty()
}

// PUFF-59
#[tokio::test]
async fn an_address_holds_only_its_share_of_connections() {
    let connections = ConnectionLimits { per_address: 2, loopback: true, ..ConnectionLimits::default() };
    let server = Server::bind(ServerOptions { connections, ..ServerOptions::default() }).await.unwrap();
    let first = Client::connect(&server).await;
    let second = Client::connect(&server).await;
    assert!(is_turned_away(server.local_addr()).await);
    drop((first, second));
    for _ in 0..100 {
        if !is_turned_away(server.local_addr()).await {
            return server.shutdown().await;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the places never came back");
}

#[tokio::test]
async fn there_is_a_bound_for_all_connections_and_the_host_still_gets_in() {
    let connections = ConnectionLimits { total: 1, ..ConnectionLimits::default() };
    let metrics = Some("127.0.0.1:0".parse().unwrap());
    let server =
        Server::bind(ServerOptions { connections, metrics, ..ServerOptions::default() }).await.unwrap();
    let mut first = Client::connect(&server).await;
    assert!(is_turned_away(server.local_addr()).await);
    let (head, body) = http(server.metrics_addr().unwrap(), "GET", "/metrics").await;
    assert!(
        head.starts_with("http/1.1 200") && body.contains("\nhearth_open_connections 1\n"),
        "{head} {body}"
    );
    first.create().await;
    server.shutdown().await;
}

#[tokio::test]
async fn a_request_that_does_not_come_to_its_end_is_cut_off() {
    let header_timeout = Duration::from_millis(150);
    let server = Server::bind(ServerOptions { header_timeout, ..ServerOptions::default() }).await.unwrap();
    let slow = [&b""[..], b"GET /health HTTP/1.1\r\nHost: te", b"GET /health HTTP/1.1\r\nHost: test\r\n\r\n"];
    join_all(slow.map(async |sent| {
        let mut stream = TcpStream::connect(server.local_addr()).await.unwrap();
        stream.write_all(sent).await.unwrap();
        let mut answer = Vec::new();
        let closed = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await;
        assert!(closed.is_ok(), "held open after {:?}", String::from_utf8_lossy(sent));
    }))
    .await;
    // A socket is no request: it may be silent for longer.
    let mut client = Client::connect(&server).await;
    tokio::time::sleep(header_timeout * 3).await;
    client.create().await;
    server.shutdown().await;
}

#[tokio::test]
async fn a_head_without_end_is_refused() {
    let server = crate::client::server().await;
    let long = "x".repeat(40_000);
    let (head, _) = request(server.local_addr(), "GET", "/health", &[("x-long", &long)], "").await;
    assert!(head.starts_with("http/1.1 431"), "{head}");
    server.shutdown().await;
}

/// Opens a socket through a proxy that tells `forwarded`; the first message, or the HTTP code of the refusal.
async fn through_proxy(server: &Server, forwarded: &str) -> Result<Message, u16> {
    use futures::StreamExt;
    let mut request = server.dialects()["puff"].as_str().into_client_request().unwrap();
    request.headers_mut().insert("x-forwarded-for", forwarded.parse().unwrap());
    match tokio_tungstenite::connect_async(request).await {
        Ok((mut socket, _)) => {
            let first = socket.next().await.unwrap().unwrap();
            // Held open for as long as the test runs.
            std::mem::forget(socket);
            Ok(first)
        }
        Err(Error::Http(response)) => Err(response.status().as_u16()),
        Err(other) => panic!("{other}"),
    }
}

fn one_connect() -> HubConfig {
    let connects = RateLimit { count: 1, per: Duration::from_secs(60) };
    HubConfig { address: AddressLimits { connects, ..AddressLimits::default() }, ..HubConfig::default() }
}

#[tokio::test]
async fn limits_count_by_the_address_that_a_trusted_proxy_tells() {
    let options = ServerOptions {
        hub: one_connect(),
        trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()],
        ..ServerOptions::default()
    };
    let server = Server::bind(options).await.unwrap();
    assert!(through_proxy(&server, "192.0.2.1").await.unwrap().is_text());
    assert!(through_proxy(&server, "192.0.2.1").await.unwrap().is_close());
    assert!(
        through_proxy(&server, "6.6.6.6, 192.0.2.1").await.unwrap().is_close(),
        "the left can be made up"
    );
    assert!(through_proxy(&server, "192.0.2.2").await.unwrap().is_text());
    server.shutdown().await;
}

#[tokio::test]
async fn nobody_else_is_believed() {
    let server =
        Server::bind(ServerOptions { hub: one_connect(), ..ServerOptions::default() }).await.unwrap();
    for _ in 0..3 {
        assert!(through_proxy(&server, "192.0.2.1").await.unwrap().is_text(), "loopback is exempt");
    }
    server.shutdown().await;
}

#[tokio::test]
async fn sockets_through_a_proxy_count_for_the_address_that_it_tells() {
    let connections = ConnectionLimits { per_address: 1, ..ConnectionLimits::default() };
    let trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    let options = ServerOptions { connections, trusted_proxies, ..ServerOptions::default() };
    let server = Server::bind(options).await.unwrap();
    assert!(through_proxy(&server, "192.0.2.1").await.is_ok());
    assert_eq!(through_proxy(&server, "192.0.2.1").await, Err(429));
    assert!(through_proxy(&server, "192.0.2.2").await.is_ok());
    server.shutdown().await;
}

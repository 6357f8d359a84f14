//! Readers that do not keep up: who sends to them waits, they are closed, and nobody else notices.

use std::time::Duration;

use futures::SinkExt;
use hearth_clock::Clock;
use hearth_gateway::ServerOptions;
use hearth_gateway::server::ConciergeOptions;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use super::{Guest, serving};
use crate::client::http;

const MIB: usize = 1024 * 1024;

fn big(target: &serde_json::Value, index: usize, length: usize) -> String {
    format!(r#"{{"type":"MESSAGE","target":{target},"data":"{index} {}"}}"#, "x".repeat(length))
}

#[tokio::test]
async fn a_stalled_subscriber_is_cut_off_and_everybody_else_gets_everything_in_order() {
    const MESSAGES: usize = 64;
    let metrics = Some("127.0.0.1:0".parse().unwrap());
    let server =
        hearth_gateway::Server::bind(ServerOptions { metrics, ..ServerOptions::default() }).await.unwrap();
    let mut owner = Guest::join(&server, "owner").await;
    owner.send(json!({ "type": "SERVICE_CREATE", "service": "s" })).await;
    let mut reader = Guest::join(&server, "reader").await;
    let mut stalled = Guest::open_without_buffer(&server).await.identified("stalled").await;
    for guest in [&mut reader, &mut stalled] {
        guest.send(json!({ "type": "SELF_SUBSCRIBE", "service": "s" })).await;
        guest.until("SELF_SUBSCRIBE_RESULT").await;
    }
    let (mut ann, mut ben) = (Guest::join(&server, "ann").await, Guest::join(&server, "ben").await);
    let clock = Clock::new();
    let began = clock.now().instant;
    let target = json!({ "type": "SERVICE", "service": "s" });
    let flood = async {
        for index in 0..MESSAGES {
            owner.text(big(&target, index, MIB - 200)).await;
        }
        for _ in 0..MESSAGES {
            owner.until("OK").await;
        }
    };
    let is_over = std::cell::Cell::new(false);
    let read = async {
        let (mut index, mut left) = (0, None);
        while index < MESSAGES || left.is_none() {
            let Some(Message::Text(text)) = reader.message().await else { panic!("no text") };
            if text.len() > MIB / 2 {
                assert!(text.contains(&format!(r#""data":"{index} "#)), "in order");
                index += 1;
            } else if text.contains("CLIENT_LEFT") {
                left = Some(text);
            }
        }
        is_over.set(true);
        left
    };
    let others = async {
        let mut slowest = Duration::ZERO;
        let mut times = 0;
        while !is_over.get() {
            times += 1;
            let before = clock.now().instant;
            ann.send(json!({ "type": "MESSAGE", "target": { "type": "NAME", "name": "ben" }, "data": 1 }))
                .await;
            ben.until("MESSAGE").await;
            ann.until("OK").await;
            slowest = slowest.max(clock.now().instant - before);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        (slowest, times)
    };
    let ((), left, (slowest, times)) = tokio::join!(flood, read, others);
    let took = clock.now().instant - began;
    assert!(took > Duration::from_secs(4), "the sender did not wait for whom it sends to: {took:?}");
    assert!(slowest < Duration::from_secs(2), "others waited {slowest:?}");
    assert!(left.is_some_and(|left| left.contains(r#""name":"stalled""#)));
    let (_, page) = http(server.metrics_addr().unwrap(), "GET", "/metrics").await;
    let messages = format!("hearth_concierge_messages_total {}", MESSAGES + times);
    for line in ["hearth_concierge_too_slow_total 1", "hearth_concierge_clients 4", &messages] {
        assert!(page.lines().any(|known| known == line), "{line}\n{page}");
    }
    drop(stalled);
    server.shutdown().await;
}

#[tokio::test]
async fn who_asks_for_much_and_does_not_read_it_is_cut_off() {
    let server = serving(ConciergeOptions::default()).await;
    let mut greedy = Guest::open_without_buffer(&server).await.identified("greedy").await;
    let mut other = Guest::join(&server, "other").await;
    let to_itself = json!({ "type": "NAME", "name": "greedy" });
    let sending = async {
        // It is not read any more before it has sent all of this.
        for index in 0..64 {
            let message = Message::text(big(&to_itself, index, MIB - 200));
            // Either it waits for good, or it is closed while it does.
            let sending = tokio::time::timeout(Duration::from_secs(15), greedy.socket.send(message));
            if !matches!(sending.await, Ok(Ok(()))) {
                return index;
            }
        }
        64
    };
    let watching = async { other.until("CLIENT_LEFT").await };
    let (sent, left) = tokio::select! {
        (sent, left) = async { tokio::join!(sending, watching) } => (sent, left),
        () = tokio::time::sleep(Duration::from_secs(30)) => panic!("it was not cut off"),
    };
    assert!(sent < 64, "all of it was taken");
    assert_eq!(left["client"]["name"], "greedy");
    other.is_undisturbed().await;
    server.shutdown().await;
}

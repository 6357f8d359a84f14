//! Sockets with `compression=zlib`, as the Elixir gateway has them.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use hearth_gateway::server::ConnectionLimits;
use hearth_gateway::{Server, ServerOptions};
use serde_json::json;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::client::{Client, device, server};

fn deflated(text: &[u8]) -> Message {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).unwrap();
    Message::binary(encoder.finish().unwrap())
}

// PUFF-07
#[tokio::test]
async fn compressed_and_plain_members_see_the_same_sesh() {
    let server = server().await;
    let (mut plain, mut zlib) = (Client::connect(&server).await, Client::connect_compressed(&server).await);
    let code = plain.create().await;
    zlib.join(&code).await;
    plain.send(4, device()).await;
    assert_eq!(zlib.event("GROUP_USER_DEVICE_UPDATE").await["device_state"], device());
    for n in 0..8 {
        plain.send(11, json!({ "content": format!("message {n}") })).await;
        for client in [&mut plain, &mut zlib] {
            let message = client.event("GROUP_MESSAGE").await;
            assert_eq!(message["message"]["content"], format!("message {n}"));
        }
    }
    server.shutdown().await;
}

// PUFF-07
#[tokio::test]
async fn binary_frames_are_inflated_and_text_stays_json() {
    let server = server().await;
    let mut a = Client::connect_compressed(&server).await;
    a.send_message(deflated(br#"{"op":421,"d":{"client_time":1}}"#)).await;
    assert_eq!(a.event("CLOCK").await["client_time"], 1);
    a.send_message(Message::text(r#"{"op":421,"d":{"client_time":2}}"#)).await;
    assert_eq!(a.event("CLOCK").await["client_time"], 2);
    server.shutdown().await;
}

#[tokio::test]
async fn a_bomb_and_garbage_cost_only_themselves() {
    let server = server().await;
    let mut a = Client::connect_compressed(&server).await;
    a.send_message(Message::binary(vec![0xff; 100])).await;
    a.send_message(deflated(&vec![b' '; 20_000_000])).await;
    assert_eq!(a.event("INTERNAL_ERROR").await["code"], "INVALID_DATA");
    a.send_message(deflated(br#"{"op":421,"d":{"client_time":3}}"#)).await;
    assert_eq!(a.event("CLOCK").await["client_time"], 3);
    server.shutdown().await;
}

#[tokio::test]
async fn compressors_are_limited_and_plain_sockets_are_not() {
    let connections = ConnectionLimits { compressed: 1, ..ConnectionLimits::default() };
    let server = Server::bind(ServerOptions { connections, ..ServerOptions::default() }).await.unwrap();
    let first = Client::connect_compressed(&server).await;
    let url = format!("{}?compression=zlib", server.dialects()["puff"]);
    match tokio_tungstenite::connect_async(&url).await {
        Err(Error::Http(response)) => assert_eq!(response.status(), 503),
        other => panic!("{other:?}"),
    }
    Client::connect(&server).await;
    drop(first);
    // The place comes back when the server has seen that the socket is gone.
    for _ in 0..100 {
        if tokio_tungstenite::connect_async(&url).await.is_ok() {
            return server.shutdown().await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the place never came back");
}

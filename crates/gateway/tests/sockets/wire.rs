//! The WebSocket protocol itself, where tungstenite is not left to answer alone.

use futures::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role};

use crate::client::{Client, server};

const CLOCK: &str = r#"{"op":421,"d":{"client_time":7}}"#;

/// A frame of a client, with a mask that changes nothing.
fn frame(head: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).unwrap();
    assert!(length < 126, "too long for a short head");
    [&[head, 0x80 | length, 0, 0, 0, 0], payload].concat()
}

async fn pong(client: &mut Client) -> Vec<u8> {
    while let Some(message) = client.socket.next().await {
        if let Message::Pong(payload) = message.unwrap() {
            return payload.to_vec();
        }
    }
    panic!("the socket ended");
}

#[tokio::test]
async fn a_ping_is_answered_with_its_payload_on_plain_and_compressed_sockets() {
    let server = server().await;
    for mut client in [Client::connect(&server).await, Client::connect_compressed(&server).await] {
        client.send_message(Message::Ping("are you there".into())).await;
        assert_eq!(pong(&mut client).await, b"are you there");
        client.create().await;
    }
    server.shutdown().await;
}

#[tokio::test]
async fn a_close_is_answered_with_its_code() {
    let server = server().await;
    let mut client = Client::connect(&server).await;
    let close = CloseFrame { code: 4001.into(), reason: "on my way".into() };
    client.socket.send(Message::Close(Some(close))).await.unwrap();
    assert_eq!(client.closed().await, 4001);
    server.shutdown().await;
}

#[tokio::test]
async fn a_message_may_come_in_pieces_with_a_ping_between_them() {
    let server = server().await;
    let mut client = Client::connect(&server).await;
    let (first, last) = CLOCK.as_bytes().split_at(9);
    for piece in [frame(0x01, first), frame(0x89, b"?"), frame(0x80, last)].concat().chunks(5) {
        client.socket.get_mut().write_all(piece).await.unwrap();
    }
    assert_eq!(pong(&mut client).await, b"?");
    assert_eq!(client.event("CLOCK").await["client_time"], 7);
    server.shutdown().await;
}

#[tokio::test]
async fn what_comes_together_with_the_request_is_read() {
    let server = server().await;
    let mut stream = TcpStream::connect(server.local_addr()).await.unwrap();
    let request = "GET /socket HTTP/1.1\r\nHost: test\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\
                   Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    stream.write_all(&[request.as_bytes(), &frame(0x81, CLOCK.as_bytes())].concat()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    // The example of RFC 6455 §1.3.
    assert!(head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="), "{head}");
    let mut socket = WebSocketStream::from_raw_socket(stream, Role::Client, None).await;
    let texts: Vec<String> = [socket.next().await, socket.next().await]
        .map(|message| message.unwrap().unwrap().into_text().unwrap().to_string())
        .into();
    assert!(texts[0].contains("session_token") && texts[1].contains("CLOCK"), "{texts:?}");
    server.shutdown().await;
}

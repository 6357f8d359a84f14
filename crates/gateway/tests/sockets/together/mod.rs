//! The Together dialect over real sockets and HTTP: somebody with an account, and a socket of theirs.

mod document;
mod limits;
mod rules;

use std::net::SocketAddr;

use futures::{SinkExt, StreamExt};
use hearth_gateway::Server;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::client::{PATIENCE, request};

/// Somebody with an account.
pub struct Person {
    pub address: SocketAddr,
    pub id: String,
    pub token: String,
    pub refresh: String,
}

impl Person {
    pub async fn new(server: &Server, name: &str) -> Self {
        let body = json!({ "username": name, "password": "correct horse" }).to_string();
        let headers = [("content-type", "application/json")];
        let address = server.local_addr();
        let (_, answer) = request(address, "POST", "/auth/register", &headers, &body).await;
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self {
            address,
            id: text(&answer["user"]["id"]),
            token: text(&answer["access_token"]),
            refresh: text(&answer["refresh_token"]),
        }
    }

    /// A REST call; status and body of the answer.
    pub async fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let bearer = format!("Bearer {}", self.token);
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let (head, answer) = request(self.address, method, path, &headers, &body).await;
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(&answer).unwrap_or(Value::String(answer)))
    }

    /// A community with a text and a voice channel, and members: their ids.
    pub async fn club(&self, members: &[&Self]) -> (String, String, String) {
        let (status, club) = self.call("POST", "/servers", json!({ "name": "Club" })).await;
        assert_eq!(status, 201);
        let id = club["id"].as_str().unwrap().to_owned();
        for member in members {
            assert_eq!(member.call("POST", &format!("/servers/{id}/join"), Value::Null).await.0, 201);
        }
        let mut channels = Vec::new();
        for kind in ["text", "voice"] {
            let body = json!({ "name": kind, "type": kind });
            let (_, channel) = self.call("POST", &format!("/servers/{id}/channels"), body).await;
            channels.push(channel["id"].as_str().unwrap().to_owned());
        }
        let voice = channels.pop().unwrap();
        (id, channels.pop().unwrap(), voice)
    }

    pub async fn say(&self, channel: &str, content: &str) -> Value {
        let (status, message) =
            self.call("POST", &format!("/channels/{channel}/messages"), json!({ "content": content })).await;
        assert_eq!(status, 201, "{message}");
        message
    }

    pub async fn connect(&self) -> Socket {
        let mut socket = Socket::open(self.address, &self.token).await;
        assert_eq!(socket.event("READY").await["user"]["id"], self.id.as_str());
        socket
    }
}

/// A socket of the dialect.
pub struct Socket(pub WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>);

impl Socket {
    pub async fn open(address: SocketAddr, token: &str) -> Self {
        let url = format!("ws://{address}/ws?token={token}");
        Self(tokio_tungstenite::connect_async(url).await.unwrap().0)
    }

    pub async fn send(&mut self, frame: Value) {
        self.send_text(&frame.to_string()).await;
    }

    pub async fn send_text(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    pub async fn message(&mut self) -> Message {
        tokio::time::timeout(PATIENCE, self.0.next()).await.expect("nothing came").unwrap().unwrap()
    }

    pub async fn next(&mut self) -> Value {
        match self.message().await {
            Message::Text(text) => serde_json::from_str(&text).unwrap(),
            other => panic!("no text: {other:?}"),
        }
    }

    /// The next frame, which is this event; its data.
    pub async fn event(&mut self, t: &str) -> Value {
        let mut frame = self.next().await;
        assert_eq!((&frame["op"], &frame["t"]), (&json!("DISPATCH"), &json!(t)), "{frame}");
        frame["d"].take()
    }

    /// Nothing came that was not read: the next frame answers a heartbeat.
    pub async fn is_quiet(&mut self) {
        self.send(json!({ "op": "HEARTBEAT" })).await;
        assert_eq!(self.next().await, json!({ "op": "HEARTBEAT_ACK" }));
    }

    pub async fn closed(&mut self) -> u16 {
        loop {
            if let Message::Close(frame) = self.message().await {
                return frame.map_or(1005, |frame| frame.code.into());
            }
        }
    }
}

//! The E-Magine dialect over real sockets and HTTP: somebody with an account, and a socket of theirs.

mod document;
mod input;
mod react;
mod rest;
mod rules;

use std::net::SocketAddr;

use futures::{SinkExt, StreamExt};
use hearth_gateway::Server;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::client::{PATIENCE, request};

pub const PASSWORD: &str = "correct horse";

/// A call; status, head and body of the answer.
pub async fn call(
    address: SocketAddr,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: &Value,
) -> (u16, Value) {
    let mut headers = vec![("content-type", "application/json")];
    headers.extend(token.map(|token| ("authorization", token)));
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let (head, answer) = request(address, method, path, &headers, &body).await;
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(&answer).unwrap_or(Value::String(answer)))
}

/// Somebody with an account.
pub struct Person {
    pub address: SocketAddr,
    pub id: String,
    pub token: String,
}

impl Person {
    pub async fn new(server: &Server, name: &str) -> Self {
        Self::at(server.local_addr(), name).await
    }

    pub async fn at(address: SocketAddr, name: &str) -> Self {
        let body = json!({ "username": name, "password": PASSWORD });
        let (status, answer) = call(address, "POST", "/api/v1/auth/register", None, &body).await;
        assert_eq!((status, &answer["success"]), (200, &json!(true)), "{answer}");
        let mut person =
            Self { address, id: String::new(), token: answer["token"].as_str().unwrap().to_owned() };
        let (_, me) = person.call("GET", "/users/me", Value::Null).await;
        person.id = me["profile"]["id"].as_str().unwrap().to_owned();
        person
    }

    /// A call under `/api/v1` with the bare token.
    pub async fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        call(self.address, method, &format!("/api/v1{path}"), Some(&self.token), &body).await
    }

    /// A new channel; its id.
    pub async fn channel(&self, kind: u8) -> String {
        let body = json!({ "type": kind, "timestamp": 1_579_276_740_336_u64, "title": "Which pearl?",
            "description": "I have two", "topic": "pearls", "streamURL": "https://example.org/live" });
        let (status, answer) = self.call("POST", "/channels", body).await;
        assert_eq!((status, &answer["success"]), (200, &json!(true)), "{answer}");
        answer["id"].as_str().unwrap().to_owned()
    }

    /// A post; its id.
    pub async fn post(&self, channel: &str, content: &str) -> String {
        let body = json!({ "type": 0, "content": content });
        let (status, answer) = self.call("POST", &format!("/channels/{channel}/posts"), body).await;
        assert_eq!((status, &answer["success"]), (200, &json!(true)), "{answer}");
        answer["id"].as_str().unwrap().to_owned()
    }

    /// A socket that is ready.
    pub async fn connect(&self) -> Socket {
        let mut socket = Socket::open(self.address, "/gateway").await;
        socket.send(json!({ "op": 1, "token": self.token })).await;
        assert_eq!(socket.next().await, json!({ "op": 2, "user": self.id }));
        socket
    }
}

/// A socket of the dialect.
pub struct Socket(pub WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>);

impl Socket {
    /// Open, and greeted.
    pub async fn open(address: SocketAddr, path: &str) -> Self {
        let request = format!("ws://{address}{path}").into_client_request().unwrap();
        let mut socket = Self(tokio_tungstenite::connect_async(request).await.unwrap().0);
        assert_eq!(socket.next().await, json!({ "op": 0, "heartbeat_interval": 45000 }));
        socket
    }

    pub async fn send(&mut self, frame: Value) {
        self.send_message(Message::text(frame.to_string())).await;
    }

    pub async fn send_message(&mut self, message: Message) {
        self.0.send(message).await.unwrap();
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

    /// The next frame, which is a message.
    pub async fn said(&mut self) -> Value {
        let mut frame = self.next().await;
        assert_eq!(frame["op"], 3, "{frame}");
        frame["message"].take()
    }

    /// Nothing came that was not read: the next frame answers a heartbeat.
    pub async fn is_quiet(&mut self) {
        self.send(json!({ "op": 10, "time": "quiet?" })).await;
        assert_eq!(self.next().await, json!({ "op": 11, "time": "quiet?" }));
    }

    /// Code and reason of the close, which comes next.
    pub async fn closed(&mut self) -> (u16, String) {
        match self.message().await {
            Message::Close(Some(frame)) => (frame.code.into(), frame.reason.to_string()),
            other => panic!("no close: {other:?}"),
        }
    }
}

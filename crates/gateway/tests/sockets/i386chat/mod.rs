//! The i386chat dialect over real sockets and HTTP: somebody with a token, and a socket of theirs.

mod document;
mod input;
mod play;
mod rooms;
mod rules;

use std::net::SocketAddr;

use futures::{SinkExt, StreamExt};
use hearth_gateway::Server;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::client::{PATIENCE, request};

/// Somebody with a token.
pub struct Person {
    pub address: SocketAddr,
    pub id: u64,
    pub token: String,
}

impl Person {
    pub async fn new(server: &Server, name: &str) -> Self {
        let address = server.local_addr();
        let (status, answer) =
            call(address, "", "POST", "/api/v2/auth/create", json!({ "username": name })).await;
        assert_eq!((status, &answer["username"]), (201, &json!(name)), "{answer}");
        let token = answer["token"].as_str().unwrap().to_owned();
        Self { address, id: answer["userId"].as_u64().unwrap(), token }
    }

    /// A REST call; status and body of the answer.
    pub async fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        call(self.address, &self.token, method, path, body).await
    }

    /// A socket on which one is presented, and heard which rooms one is in.
    pub async fn connect(&self) -> Socket {
        let mut socket = Socket::open(self.address).await;
        socket.present(&self.token).await;
        let ready = socket.next().await;
        assert_eq!((&ready["f"], &ready["cnf"]["user"]["id"]), (&json!(140), &json!(self.id)), "{ready}");
        socket
    }
}

pub async fn call(address: SocketAddr, token: &str, method: &str, path: &str, body: Value) -> (u16, Value) {
    let headers = [("authorization", token), ("content-type", "application/json")];
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let (head, answer) = request(address, method, path, &headers, &body).await;
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(&answer).unwrap_or(Value::String(answer)))
}

/// A socket of the dialect.
pub struct Socket {
    pub socket: WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>,
    s: u64,
}

impl Socket {
    /// One that has read its introduction.
    pub async fn open(address: SocketAddr) -> Self {
        Self::open_at(&format!("ws://{address}/i386chat")).await
    }

    pub async fn open_at(url: &str) -> Self {
        let mut socket = Self { socket: tokio_tungstenite::connect_async(url).await.unwrap().0, s: 0 };
        assert_eq!(socket.next().await, json!({ "f": 100, "cnf": { "hb_int": 20_000 } }));
        socket
    }

    pub async fn present(&mut self, token: &str) {
        self.send(json!({ "f": 110, "cnf": { "token": token } })).await;
    }

    pub async fn send(&mut self, frame: Value) {
        self.send_text(&frame.to_string()).await;
    }

    pub async fn send_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    /// Has something done.
    pub async fn does(&mut self, event: &str, cnf: Value) {
        self.s += 1;
        self.send(json!({ "f": 130, "s": self.s, "t": event, "cnf": cnf })).await;
    }

    pub async fn message(&mut self) -> Message {
        tokio::time::timeout(PATIENCE, self.socket.next()).await.expect("nothing came").unwrap().unwrap()
    }

    pub async fn next(&mut self) -> Value {
        match self.message().await {
            Message::Text(text) => {
                assert!(text.len() <= 4096, "{}", text.len());
                serde_json::from_str(&text).unwrap()
            }
            other => panic!("no text: {other:?}"),
        }
    }

    /// The next frame, which is this event; its data.
    pub async fn event(&mut self, name: &str) -> Value {
        let mut frame = self.next().await;
        assert_eq!(
            (&frame["f"], &frame["t"], &frame["e"]),
            (&json!(130), &json!(name), &json!(name)),
            "{frame}"
        );
        frame["cnf"].take()
    }

    /// The next frame, which refuses what was asked last; its code.
    pub async fn refused(&mut self) -> u64 {
        let frame = self.next().await;
        assert_eq!((&frame["f"], &frame["cnf"]["d"]), (&json!(150), &json!(false)), "{frame}");
        assert_eq!(frame["cnf"]["s"], self.s, "{frame}");
        frame["cnf"]["c"].as_u64().unwrap()
    }

    /// A room of one's own, and its id.
    pub async fn makes(&mut self, name: &str, visibility: bool) -> u64 {
        self.does("CHANNEL_ADD", json!({ "name": name, "visibility": visibility })).await;
        self.event("CHANNEL_ADD").await["room"]["id"].as_u64().unwrap()
    }

    /// Moves into a room where one is told of so many others.
    pub async fn moves(&mut self, room: u64, others: usize) -> Vec<u64> {
        self.does("CHANNEL_MOVE", json!({ "id": room })).await;
        assert_eq!(self.event("CHANNEL_MOVE").await["room"]["id"], room);
        let mut here = Vec::new();
        for _ in 0..others {
            here.push(self.event("ROOM_USER_ADD").await["user"]["id"].as_u64().unwrap());
        }
        self.is_quiet().await;
        here
    }

    /// Nothing came that was not read: the next frame answers a heartbeat.
    pub async fn is_quiet(&mut self) {
        self.send(json!({ "f": 120 })).await;
        assert_eq!(self.next().await, json!({ "f": 120 }));
    }

    /// The fatal error, and the code of the close that follows at once.
    pub async fn ended(&mut self) -> (u64, u16) {
        let frame = self.next().await;
        assert_eq!((&frame["f"], &frame["cnf"]["d"]), (&json!(150), &json!(true)), "{frame}");
        match self.message().await {
            Message::Close(close) => (frame["cnf"]["c"].as_u64().unwrap(), close.unwrap().code.into()),
            other => panic!("{other:?}"),
        }
    }
}

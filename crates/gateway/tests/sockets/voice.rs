//! Voice in a group over real sockets: access by the token of a session, as whom, what that lets one do, and when it ends.

mod access;
mod guests;
mod secrets;

use hearth_gateway::Server;
use serde_json::{Value, json};

use crate::client::{Client, request};
use crate::together::{Person, Socket};

/// Asks for access with this token: status, body and the head of the answer.
pub async fn ask(server: &Server, code: &str, token: &str) -> (u16, Value, String) {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str())];
    let path = format!("/v1/groups/{code}/voice");
    let (head, body) = request(server.local_addr(), "POST", &path, &headers, "").await;
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(&body).unwrap_or_default(), head)
}

/// Somebody who was let in.
pub struct Speaker {
    pub person: Person,
    pub server: String,
    pub channel: String,
}

impl Speaker {
    pub async fn new(server: &Server, code: &str, token: &str) -> Self {
        let (status, access, head) = ask(server, code, token).await;
        assert_eq!(status, 200, "{access}");
        assert!(head.contains("cache-control: no-store"), "{head}");
        let expires_ms = access["expires_ms"].as_u64().unwrap();
        assert!((14 * 60_000..=15 * 60_000).contains(&expires_ms), "{expires_ms}");
        let text = |name: &str| access[name].as_str().unwrap().to_owned();
        let person = Person {
            address: server.local_addr(),
            id: text("user_id"),
            token: text("access_token"),
            refresh: String::new(),
        };
        Self { person, server: text("server_id"), channel: text("channel_id") }
    }

    pub async fn of(server: &Server, code: &str, member: &Client) -> Self {
        Self::new(server, code, &member.token).await
    }

    pub fn room(&self) -> String {
        format!("/channels/{}/voice", self.channel)
    }

    /// In the room, and on a socket.
    pub async fn join(&self) -> Socket {
        let mut socket = Socket::open(self.person.address, &self.person.token).await;
        let ready = socket.event("READY").await;
        assert_eq!(ready["user"]["id"], self.person.id.as_str());
        assert!(ready["servers"].to_string().contains(&self.server));
        let (status, state) = self.person.call("POST", &self.room(), Value::Null).await;
        assert_eq!(status, 201, "{state}");
        socket
    }
}

/// Waits until somebody's voice channel is told; whose, and which.
pub async fn voice(member: &mut Client) -> (String, Value) {
    loop {
        let mut update = member.event("GROUP_USER_UPDATE").await;
        if let Some(voice) = update.get_mut("voice").map(Value::take) {
            return (update["session_id"].as_str().unwrap().to_owned(), voice);
        }
    }
}

pub fn in_room(speaker: &Speaker) -> Value {
    json!({ "id": speaker.person.id, "name": "voice" })
}

/// The next event of this name, whatever comes before.
pub async fn event(socket: &mut Socket, t: &str) -> Value {
    loop {
        let mut frame = socket.next().await;
        if frame["t"] == t {
            return frame["d"].take();
        }
    }
}

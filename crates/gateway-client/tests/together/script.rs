//! A session, a virtual clock, and a Together server that says what the test tells it to say.

use std::ops::{Deref, DerefMut};

use hearth_gateway_client::together::{ChatConfig, Dialect, Request, Session};
use serde_json::{Value, json};

use crate::common::{REST, Stage};

/// Our id, our server, its text channel and its voice channel, and somebody else.
pub const US: &str = "u1";
pub const CLUB: &str = "s1";
pub const TEXT: &str = "c1";
pub const VOICE: &str = "v1";
pub const BOB: &str = "u2";

pub fn user() -> Value {
    json!({"id": US, "username": "ada", "email": null, "avatar_url": null, "status": "offline",
        "custom_status": null, "created_at": "2025-01-01T12:00:00Z"})
}

/// As the real server writes it.
pub fn real_server() -> Value {
    json!({"id": CLUB, "name": "Club", "owner_id": US, "icon_url": null, "created_at": "2025-01-01T12:00:00Z",
        "updated_at": "2025-01-01T12:00:00Z"})
}

/// As the document has it.
pub fn document_server() -> Value {
    json!({"id": CLUB, "name": "Club", "description": "About", "owner_id": US, "member_count": 12,
        "created_at": "2025-01-01T12:00:00Z"})
}

pub fn message(id: &str, author: &str, content: &str) -> Value {
    json!({"id": id, "channel_id": TEXT, "author_id": author, "content": content, "reply_to": null,
        "edited_at": null, "deleted": false, "created_at": "2025-01-01T12:00:00Z"})
}

pub fn channels() -> Value {
    let channel = |id, kind, position| {
        json!({"id": id, "server_id": CLUB, "name": kind, "type": kind, "position": position, "category": null,
            "topic": null, "created_at": ""})
    };
    json!([channel(VOICE, "voice", 1), channel(TEXT, "text", 0)])
}

pub fn member(user: &str, status: &str) -> Value {
    json!({"user_id": user, "username": user, "avatar_url": null, "status": status, "nickname": null,
        "joined_at": ""})
}

pub fn voice_state(user: &str, channel: Option<&str>) -> Value {
    json!({"user_id": user, "username": user, "channel_id": channel, "self_mute": false, "self_deaf": false,
        "server_mute": false, "server_deaf": false, "joined_at": null})
}

pub struct Script(Stage<Session>);

impl Deref for Script {
    type Target = Stage<Session>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Script {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

fn beat(text: &str) -> Option<String> {
    (text == r#"{"op":"HEARTBEAT"}"#).then(|| r#"{"op":"HEARTBEAT_ACK"}"#.to_owned())
}

impl Script {
    pub fn new() -> Self {
        let dialect = Dialect::Together;
        let config = ChatConfig { dialect, url: format!("{REST}/"), channels: Vec::new(), seed: 7 };
        Self(Stage::with(Session::new(config).unwrap(), beat))
    }

    /// Connected to a real server, as a member of the club.
    pub fn live() -> Self {
        let mut script = Self::new();
        script.connect(false);
        script.sign_in();
        script.accept();
        script.ready(&[real_server()]);
        script.forget();
        script
    }

    pub fn connect(&mut self, register: bool) {
        let (username, password) = ("ada".to_owned(), "correct horse".into());
        self.request(Request::Connect { username, password, register });
    }

    /// The server takes name and password.
    pub fn sign_in(&mut self) {
        let token = format!("token{}", self.sign_ins);
        self.answer(
            "POST /auth/login",
            200,
            json!({"access_token": token, "refresh_token": "r", "user": user()}),
        );
    }

    pub fn ready(&mut self, servers: &[Value]) {
        self.tells("READY", json!({"user": user(), "servers": servers}));
    }

    /// After a loss: waits for the next try, and is taken in again.
    pub fn back(&mut self) {
        self.until_tried();
        self.sign_in();
        self.accept();
        self.ready(&[real_server()]);
    }

    /// A DISPATCH.
    pub fn tells(&mut self, t: &str, d: Value) {
        self.says(&json!({"op": "DISPATCH", "t": t, "d": d}).to_string());
    }

    pub fn say(&mut self, ticket: u64, content: &str) {
        let (channel, content) = (TEXT.to_owned(), content.to_owned());
        self.request(Request::Say { ticket, channel, content, reply_to: None });
    }

    pub fn page(&mut self, ticket: u64) {
        self.request(Request::Page { ticket, channel: TEXT.into(), before: None });
    }

    pub fn load(&mut self) {
        self.load_of(CLUB);
    }

    pub fn load_of(&mut self, server: &str) {
        self.request(Request::LoadServer { server: server.into() });
    }
}

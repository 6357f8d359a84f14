//! A session, a virtual clock, and an E-Magine server that says what the test tells it to say.

use std::ops::{Deref, DerefMut};

use hearth_gateway_client::chat::{ChatConfig, Dialect, Request, ServerKind};
use hearth_gateway_client::emagine::Session;
use serde_json::{Value, json};

use crate::common::{REST, Stage};

/// Our id, a channel, and somebody else.
pub const US: &str = "5";
pub const PUB: &str = "9007199254740001";
pub const BOB: &str = "6";

pub fn channel(id: &str, members: Option<&[&str]>) -> Value {
    let mut channel = json!({"id": id, "type": 0, "timestamp": 1_579_276_740_336_u64, "title": "Pub", "description": "",
        "topic": "talk", "author": BOB});
    if let Some(members) = members {
        channel["members"] = json!(members);
    }
    channel
}

pub fn post(id: &str, author: &str, content: &str) -> Value {
    json!({"id": id, "channel_id": PUB, "author": author, "type": 0, "content": content,
        "timestamp": 1_579_276_740_336_u64})
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
    let mut frame: Value = serde_json::from_str(text).unwrap();
    (frame["op"] == 10).then(|| {
        assert!(frame["time"].is_u64(), "{text}");
        frame["op"] = 11.into();
        frame.to_string()
    })
}

impl Script {
    pub fn new() -> Self {
        Self::knowing(&[])
    }

    /// Channels are remembered from before.
    pub fn knowing(channels: &[&str]) -> Self {
        let channels = channels.iter().map(|id| (*id).to_owned()).collect();
        let config = ChatConfig { dialect: Dialect::Emagine, url: REST.into(), channels, seed: 7 };
        Self(Stage::with(Session::new(config).unwrap(), beat))
    }

    /// Connected to a server like ours, as a member of the pub.
    pub fn live() -> Self {
        let mut script = Self::new();
        script.connect(false);
        script.sign_in();
        script.greet();
        script.lists(json!([channel(PUB, None)]));
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
        self.answer("POST /api/v1/auth/login", 200, json!({"success": true, "token": token}));
    }

    /// The server takes the socket, says hello and Ready.
    pub fn greet(&mut self) {
        self.accept();
        self.hello();
        self.ready();
    }

    pub fn hello(&mut self) {
        self.tells(json!({"op": 0, "heartbeat_interval": 45_000}));
    }

    pub fn ready(&mut self) {
        self.tells(json!({"op": 2, "user": US}));
    }

    pub fn lists(&mut self, channels: Value) {
        self.answer("GET /api/v1/channels", 200, json!({"success": true, "channels": channels}));
    }

    /// The real server knows no list.
    pub fn lists_nothing(&mut self) {
        self.answer("GET /api/v1/channels", 404, Value::Null);
    }

    /// After a loss: waits for the next try, and is taken in again.
    pub fn back(&mut self) {
        self.until_tried();
        self.greet();
        self.lists(json!([channel(PUB, None)]));
    }

    pub fn tells(&mut self, frame: Value) {
        self.says(&frame.to_string());
    }

    pub fn tells_of(&mut self, message: Value) {
        self.tells(json!({"op": 3, "message": message}));
    }

    pub fn say(&mut self, ticket: u64, content: &str) {
        let (channel, content) = (PUB.to_owned(), content.to_owned());
        self.request(Request::Say { ticket, channel, content, reply_to: None });
    }

    pub fn page(&mut self, ticket: u64, before: Option<&str>) {
        let before = before.map(str::to_owned);
        self.request(Request::Page { ticket, channel: PUB.into(), before });
    }

    pub fn create(&mut self, ticket: u64) {
        self.request(Request::CreateServer { ticket, name: "New".into(), kind: ServerKind::Usual });
    }

    pub fn join(&mut self, ticket: u64, id: &str) {
        self.request(Request::JoinServer { ticket, id_or_code: id.into() });
    }
}

pub fn path(rest: &str) -> String {
    let (method, path) = rest.split_once(' ').unwrap();
    format!("{method} /api/v1/channels/{PUB}{path}")
}

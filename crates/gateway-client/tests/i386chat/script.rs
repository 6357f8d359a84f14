//! A session, a virtual clock, and an i386chat server that says what the test tells it to say.

use std::ops::{Deref, DerefMut};

use hearth_dialects::i386chat::limits;
use hearth_gateway_client::chat::{ChatConfig, Dialect, Request};
use hearth_gateway_client::i386chat::Session;
use serde_json::{Value, json};

use crate::common::{REST, Stage};

/// Our id, a room, and somebody else.
pub const US: u64 = 5;
pub const LOUNGE: &str = "271828182845";
pub const BOB: u64 = 6;

pub fn user(id: u64) -> Value {
    json!({"id": id, "name": format!("u{id}"), "uuid": "u"})
}

pub fn room(id: &str, name: &str) -> Value {
    json!({"id": id.parse::<u64>().unwrap(), "name": name, "description": "about", "visibility": true,
        "creator": user(BOB)})
}

pub struct Script {
    stage: Stage<Session>,
    /// Events that the server counted.
    told: u64,
}

impl Deref for Script {
    type Target = Stage<Session>;

    fn deref(&self) -> &Self::Target {
        &self.stage
    }
}

impl DerefMut for Script {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.stage
    }
}

fn beat(text: &str) -> Option<String> {
    assert!(text.len() <= limits::FRAME_BYTES, "{} bytes", text.len());
    (text == r#"{"f":120}"#).then(|| text.to_owned())
}

impl Script {
    pub fn new() -> Self {
        Self::knowing(&[])
    }

    /// Rooms are remembered from before.
    pub fn knowing(rooms: &[&str]) -> Self {
        let channels = rooms.iter().map(|id| (*id).to_owned()).collect();
        let config = ChatConfig { dialect: Dialect::I386chat, url: REST.into(), channels, seed: 7 };
        Self { stage: Stage::with(Session::new(config).unwrap(), beat), told: 0 }
    }

    /// Connected, in no room.
    pub fn live() -> Self {
        let mut script = Self::new();
        script.connect();
        script.greet();
        script.forget();
        script
    }

    /// In the lounge.
    pub fn here() -> Self {
        let mut script = Self::live();
        script.join(1, LOUNGE);
        script.moves_us(LOUNGE);
        script.wait_ms(100);
        script.forget();
        script
    }

    pub fn connect(&mut self) {
        let (username, password) = ("ada".to_owned(), "token".into());
        self.request(Request::Connect { username, password, register: false });
    }

    pub fn create(&mut self) {
        let (username, password) = ("ada".to_owned(), "".into());
        self.request(Request::Connect { username, password, register: true });
    }

    pub fn introduces(&mut self) {
        self.tells(json!({"f": 100, "cnf": {"hb_int": 20_000}}));
    }

    pub fn ready(&mut self) {
        let cnf = json!({"v": 6, "session_id": 9_683_494_578_353_u64, "enc_key": "k", "user": user(US)});
        self.tells(json!({"f": 140, "cnf": cnf}));
    }

    /// The server takes the socket, introduces itself and lets us in.
    pub fn greet(&mut self) {
        self.told = 0;
        self.accept();
        self.introduces();
        self.ready();
    }

    pub fn tells(&mut self, payload: Value) {
        self.says(&payload.to_string());
    }

    pub fn event(&mut self, name: &str, cnf: Value) {
        self.told += 1;
        self.tells(json!({"f": 130, "s": self.told, "t": name, "e": name, "cnf": cnf}));
    }

    pub fn moves_us(&mut self, id: &str) {
        self.event("CHANNEL_MOVE", json!({"room": room(id, "lounge")}));
    }

    pub fn somebody_says(&mut self, id: u64, author: u64, content: &str) {
        self.event("MESSAGE_CREATE", json!({"user": user(author), "content": content, "messageID": id}));
    }

    pub fn fails(&mut self, c: u64, s: Option<u64>) {
        let mut cnf = json!({"c": c, "d": false, "error": "words"});
        if let Some(s) = s {
            cnf["s"] = s.into();
        }
        self.tells(json!({"f": 150, "cnf": cnf}));
    }

    pub fn join(&mut self, ticket: u64, id: &str) {
        self.request(Request::JoinServer { ticket, id_or_code: id.into() });
    }

    pub fn say(&mut self, ticket: u64, content: &str) {
        let (channel, content) = (LOUNGE.to_owned(), content.to_owned());
        self.request(Request::Say { ticket, channel, content, reply_to: None });
    }

    /// The `cnf` of the only 130 that was sent, and its number.
    pub fn executed(&mut self, name: &str) -> (Value, u64) {
        let sent = self.sent();
        let [payload] = &sent[..] else { panic!("{sent:?}") };
        assert_eq!((&payload["f"], &payload["t"], &payload["e"]), (&json!(130), &json!(name), &json!(name)));
        (payload["cnf"].clone(), payload["s"].as_u64().unwrap())
    }
}

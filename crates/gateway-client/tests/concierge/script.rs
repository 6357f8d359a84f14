//! A session, a virtual clock, and a concierge that says what the test tells it to say.

use std::ops::{Deref, DerefMut};

use hearth_gateway_client::concierge::{
    ConciergeConfig, Directory, Event, NotSent, Origin, Request, Session, Status, Target,
};
use serde_json::{Value, json};

use crate::common::{REST, Stage};

/// Uuids of clients, by a digit.
pub fn uuid(digit: u8) -> String {
    format!("00000000-0000-4000-8000-00000000000{digit}")
}

/// Who this session is.
pub const US: u8 = 1;

pub fn service(name: &str, owner: u8, subscribers: &[u8]) -> Value {
    let subscribers: Vec<String> = subscribers.iter().copied().map(uuid).collect();
    json!({"name": name, "nickname": null, "owner_uuid": uuid(owner), "subscribers": subscribers})
}

pub fn client(name: &str, digit: u8) -> Value {
    json!({"name": name, "nickname": null, "uuid": uuid(digit), "tags": []})
}

pub fn config() -> ConciergeConfig {
    ConciergeConfig {
        url: REST.into(),
        name: "sam_2".into(),
        nickname: Some("Sam".into()),
        tags: vec!["hearth".into()],
        secret: None,
        seed: 7,
    }
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

impl Script {
    pub fn new() -> Self {
        Self::with(config())
    }

    pub fn with(config: ConciergeConfig) -> Self {
        Self(Stage::with(Session::new(config).unwrap(), |_| None))
    }

    /// Connected, with these services and nobody else there.
    pub fn live(services: &[Value]) -> Self {
        let mut script = Self::new();
        script.request(Request::Connect);
        script.greet(services);
        script.forget();
        script
    }

    /// The server takes the connection, says hello, and tells both lists.
    pub fn greet(&mut self, services: &[Value]) {
        self.accept();
        self.hello();
        self.lists(services);
    }

    pub fn hello(&mut self) {
        self.tells(json!({"type": "HELLO", "uuid": uuid(US), "version": "0.2.0"}));
    }

    /// Answers the two questions after the hello, texts 0 and 1.
    pub fn lists(&mut self, services: &[Value]) {
        let us = client("sam_2", US);
        self.tells(json!({"seq": 0, "type": "CLIENT_FETCH_ALL_RESULT", "clients": [us]}));
        self.tells(json!({"seq": 1, "type": "SERVICE_FETCH_ALL_RESULT", "services": services}));
    }

    pub fn tells(&mut self, frame: Value) {
        self.says(&frame.to_string());
    }

    pub fn subscribe(&mut self, service: &str) {
        self.request(Request::Subscribe { service: service.into() });
    }

    pub fn create(&mut self, service: &str) {
        self.request(Request::CreateService { service: service.into(), nickname: None });
    }

    pub fn send(&mut self, ticket: u64, data: &str) {
        self.request(Request::Send { ticket, target: Target::All, data: data.into() });
    }

    /// The types of what was sent since it was asked last.
    pub fn sent_types(&mut self) -> Vec<String> {
        self.sent().iter().map(|frame| frame["type"].as_str().unwrap().to_owned()).collect()
    }

    /// The last state that was told.
    pub fn status(&mut self) -> Option<Status> {
        let status = |event| if let Event::Status(status) = event { Some(status) } else { None };
        self.events().into_iter().rev().find_map(status)
    }

    /// The last directory that was told, after as long as it may take.
    pub fn directory(&mut self) -> Directory {
        self.wait_ms(200);
        let told = |event| if let Event::Directory(directory) = event { Some(directory) } else { None };
        self.events().into_iter().rev().find_map(told).expect("no directory was told")
    }

    /// Created, taken and refused, in order.
    pub fn fates(&mut self) -> Vec<(&'static str, String)> {
        let fate = |event| match event {
            Event::ServiceCreated { service } => Some(("created", service)),
            Event::ServiceTaken { service } => Some(("taken", service)),
            Event::ServiceRefused { service } => Some(("refused", service)),
            _ => None,
        };
        self.events().into_iter().filter_map(fate).collect()
    }

    /// Answers to messages, in order.
    pub fn answers(&mut self) -> Vec<(u64, Option<NotSent>)> {
        let answer = |event| match event {
            Event::Sent { ticket } => Some((ticket, None)),
            Event::NotSent { ticket, why } => Some((ticket, Some(why))),
            _ => None,
        };
        self.events().into_iter().filter_map(answer).collect()
    }

    pub fn messages(&mut self) -> Vec<(Origin, Target, String)> {
        let message = |event| match event {
            Event::Message { origin, target, data } => Some((*origin, target, data)),
            _ => None,
        };
        self.events().into_iter().filter_map(message).collect()
    }
}

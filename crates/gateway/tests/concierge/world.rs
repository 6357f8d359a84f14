//! A broker with its clients, and a time that the tests move.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use hearth_clock::{Clock, Now};
use hearth_gateway::concierge::{Broker, BrokerConfig, Output};
use hearth_gateway::hub::{ConnectionId, SeededRandom};
use serde_json::{Value, json};

pub struct World {
    pub broker: Broker,
    pub now: Now,
    last: u64,
    inboxes: BTreeMap<u64, VecDeque<Got>>,
    pub left: Vec<uuid::Uuid>,
}

/// What a socket was given.
#[derive(Clone, Debug, PartialEq)]
pub enum Got {
    Text(String),
    Ping,
    Closed(u16),
}

/// One client: its socket, and its uuid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    pub id: u64,
    pub name: String,
    pub uuid: String,
}

impl Client {
    pub fn info(&self) -> Value {
        json!({ "name": self.name, "nickname": null, "uuid": self.uuid, "tags": [] })
    }

    pub fn service(&self, name: &str, subscribers: &[&Self]) -> Value {
        let subscribers: Vec<_> = subscribers.iter().map(|client| &client.uuid).collect();
        json!({ "name": name, "nickname": null, "owner_uuid": self.uuid, "subscribers": subscribers })
    }
}

impl World {
    pub fn new() -> Self {
        Self::with(BrokerConfig::default())
    }

    pub fn with(config: BrokerConfig) -> Self {
        Self::seeded(config, 1)
    }

    pub fn seeded(config: BrokerConfig, seed: u64) -> Self {
        let broker = Broker::new(config, Box::new(SeededRandom::new(seed)));
        Self { broker, now: Clock::new().now(), last: 0, inboxes: BTreeMap::new(), left: Vec::new() }
    }

    /// Opens a socket.
    pub fn open(&mut self) -> u64 {
        self.open_from("192.0.2.1")
    }

    /// The same from another address.
    pub fn open_from(&mut self, address: &str) -> u64 {
        self.last += 1;
        self.broker.connect(self.now, ConnectionId(self.last), address.parse().unwrap());
        self.collect();
        self.last
    }

    pub fn text(&mut self, id: u64, text: &str) {
        self.broker.receive(self.now, ConnectionId(id), text);
        self.collect();
    }

    pub fn send(&mut self, client: &Client, payload: Value) {
        self.text(client.id, &payload.to_string());
    }

    /// A client with this name; what it and the others are told of that is dropped.
    pub fn client(&mut self, name: &str) -> Client {
        let id = self.open();
        self.text(id, &json!({ "type": "IDENTIFY", "name": name, "version": "0.2.0" }).to_string());
        let hello = self.next(id);
        assert_eq!(hello["type"], "HELLO", "{hello}");
        let uuid = hello["uuid"].as_str().unwrap().to_owned();
        self.forget();
        Client { id, name: name.to_owned(), uuid }
    }

    /// Sends a payload; everything that the client itself is given for it.
    pub fn ask(&mut self, client: &Client, payload: Value) -> Vec<Value> {
        self.inboxes.remove(&client.id);
        self.send(client, payload);
        self.all(client)
    }

    /// Everything that a client was given since it was last looked at.
    pub fn all(&mut self, client: &Client) -> Vec<Value> {
        let got = self.inboxes.remove(&client.id).unwrap_or_default();
        got.into_iter()
            .map(|got| match got {
                Got::Text(text) => serde_json::from_str(&text).unwrap(),
                other => panic!("{other:?}"),
            })
            .collect()
    }

    pub fn got(&mut self, id: u64) -> Option<Got> {
        self.inboxes.get_mut(&id)?.pop_front()
    }

    pub fn next(&mut self, id: u64) -> Value {
        match self.got(id) {
            Some(Got::Text(text)) => serde_json::from_str(&text).unwrap(),
            other => panic!("no text: {other:?}"),
        }
    }

    /// Drops what was given to anybody.
    pub fn forget(&mut self) {
        self.inboxes.clear();
    }

    pub fn disconnect(&mut self, client: &Client) {
        self.broker.disconnect(ConnectionId(client.id));
        self.collect();
    }

    pub fn pass(&mut self, by: Duration) {
        let end = self.now.instant + by;
        while let Some(at) = self.broker.poll_timeout().filter(|at| *at <= end) {
            self.at(at);
            self.broker.handle_timeout(self.now);
            self.collect();
        }
        self.at(end);
    }

    fn at(&mut self, instant: Instant) {
        self.now = self.now.later(instant.saturating_duration_since(self.now.instant));
    }

    pub fn collect(&mut self) {
        while let Some(output) = self.broker.poll_output() {
            let (to, got) = match output {
                Output::Send { to, text } => (to, Got::Text(text.to_string())),
                Output::Ping { to } => (to, Got::Ping),
                Output::Close { to, code } => (to, Got::Closed(code.code())),
                Output::Left { uuid } => {
                    self.left.push(uuid);
                    continue;
                }
            };
            self.inboxes.entry(to.0).or_default().push_back(got);
        }
    }
}

/// What a list of payloads is, without their members.
pub fn kinds(payloads: &[Value]) -> Vec<&str> {
    payloads.iter().map(|payload| payload["type"].as_str().unwrap()).collect()
}

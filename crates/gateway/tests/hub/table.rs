//! A hub with clients around it. Time stands still until a test advances it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use hearth_clock::{Clock, Now};
use hearth_dialects::puff::User;
use hearth_gateway::hub::{
    ConnectionId, Hub, HubConfig, Output, Peer, SeededRandom, SeshNews, Stored, Verdict,
};
use serde_json::{Value, json};

/// One client's socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    pub connection: ConnectionId,
    pub session: String,
    pub token: String,
}

pub struct Table {
    pub hub: Hub,
    pub now: Now,
    last_connection: u64,
    beat_at: Now,
    frames: BTreeMap<ConnectionId, Vec<Arc<str>>>,
    closed: BTreeMap<ConnectionId, u16>,
    silent: BTreeSet<ConnectionId>,
    /// Account tokens that the hub asked about and that were not answered yet.
    questions: Vec<(ConnectionId, String)>,
    /// What the hub tells the chat core.
    pub news: Vec<SeshNews>,
    /// Bytes of all frames, each recipient counted.
    pub bytes: usize,
}

pub const ALL: &str = "";

/// How often clients beat.
const BEAT: Duration = Duration::from_secs(5);

impl Table {
    pub fn new() -> Self {
        Self::with(HubConfig::default())
    }

    pub fn with(config: HubConfig) -> Self {
        let now = Clock::new().now();
        Self {
            hub: Hub::new(config, Box::new(SeededRandom::new(420))),
            now,
            last_connection: 0,
            beat_at: now.later(BEAT),
            frames: BTreeMap::new(),
            closed: BTreeMap::new(),
            silent: BTreeSet::new(),
            questions: Vec::new(),
            news: Vec::new(),
            bytes: 0,
        }
    }

    pub fn connect(&mut self) -> Client {
        self.connect_from(Peer::LOOPBACK)
    }

    /// A new socket that takes the session of an old one up.
    pub fn resume(&mut self, old: &Client) -> Client {
        self.resume_with(&old.session, &old.token)
    }

    pub fn resume_with(&mut self, session: &str, token: &str) -> Client {
        let mut client = self.connect();
        self.send(&client, 13, json!({ "session_id": session, "session_token": token }));
        client.session = session.to_owned();
        client
    }

    /// What a new socket is greeted with.
    pub fn hello(&mut self) -> Value {
        self.greet(Peer::LOOPBACK).1
    }

    fn greet(&mut self, peer: Peer) -> (ConnectionId, Value) {
        self.last_connection += 1;
        let connection = ConnectionId(self.last_connection);
        self.hub.connect(self.now, connection, peer);
        self.collect();
        let frames = self.frames.remove(&connection).unwrap_or_default();
        (connection, frames.first().map(|hello| parsed(hello)["d"].take()).unwrap_or_default())
    }

    pub fn connect_from(&mut self, peer: Peer) -> Client {
        let (connection, hello) = self.greet(peer);
        let text = |name: &str| hello[name].as_str().unwrap_or_default().to_owned();
        Client { connection, session: text("session_id"), token: text("session_token") }
    }

    pub fn send(&mut self, client: &Client, op: u16, d: Value) {
        let frame = if d.is_null() { json!({ "op": op }) } else { json!({ "op": op, "d": d }) };
        self.send_raw(client, &frame.to_string());
    }

    pub fn send_raw(&mut self, client: &Client, text: &str) {
        self.hub.receive(self.now, client.connection, text);
        self.collect();
    }

    pub fn drop_socket(&mut self, client: &Client) {
        self.hub.disconnect(self.now, client.connection);
        self.silent.insert(client.connection);
        self.collect();
    }

    /// Lets the client beat no more, without closing its socket.
    pub fn silence(&mut self, client: &Client) {
        self.silent.insert(client.connection);
    }

    /// Advances the time; everybody who is not silent beats every five seconds.
    pub fn advance(&mut self, by: Duration) {
        let end = self.now.later(by);
        if self.beat_at.instant < self.now.instant {
            self.beat_at = self.now;
        }
        loop {
            let stop = end.instant.min(self.beat_at.instant);
            let due = self.hub.poll_timeout().filter(|due| *due <= stop);
            let next = due.unwrap_or(stop).max(self.now.instant);
            self.now = self.now.later(next - self.now.instant);
            if due.is_some() {
                self.hub.handle_timeout(self.now);
                self.collect();
            } else if self.now.instant == self.beat_at.instant {
                self.beat();
                self.beat_at = self.now.later(BEAT);
            } else {
                return;
            }
        }
    }

    pub fn advance_secs(&mut self, seconds: u64) {
        self.advance(Duration::from_secs(seconds));
    }

    /// Time passes in which nothing runs; then everything that is due comes at once.
    pub fn sleep(&mut self, slept: Duration) {
        self.now = self.now.later(slept);
        self.hub.handle_timeout(self.now);
        self.collect();
    }

    fn beat(&mut self) {
        for connection in (1..=self.last_connection).map(ConnectionId) {
            if !self.silent.contains(&connection) && !self.closed.contains_key(&connection) {
                self.hub.receive(self.now, connection, r#"{"op":420}"#);
            }
        }
        self.collect();
    }

    pub fn collect(&mut self) {
        while let Some(output) = self.hub.poll_output() {
            match output {
                Output::Send { to, text } => {
                    assert!(!self.closed.contains_key(&to), "a frame for a closed socket: {text}");
                    self.bytes += text.len();
                    self.frames.entry(to).or_default().push(text);
                }
                Output::Verify { to, token } => self.questions.push((to, token)),
                Output::Sesh(news) => self.news.push(news),
                Output::Close { to, code, .. } => {
                    self.closed.insert(to, code);
                }
            }
        }
    }

    /// Takes the token that the hub asked about for this client.
    pub fn question(&mut self, client: &Client) -> Option<String> {
        let at = self.questions.iter().position(|(to, _)| *to == client.connection)?;
        Some(self.questions.remove(at).1)
    }

    pub fn answer(&mut self, client: &Client, verdict: Verdict) {
        self.hub.verified(self.now, client.connection, verdict);
        self.collect();
    }

    /// Sends a token, and lets it be `user`'s.
    pub fn sign_in(&mut self, client: &Client, user: User) {
        self.send(client, 20, json!({ "token": "good" }));
        assert_eq!(self.question(client).as_deref(), Some("good"));
        self.answer(client, Verdict::User(user));
    }

    /// Does something from outside of all sockets.
    pub fn tell<T>(&mut self, told: impl FnOnce(&mut Hub, Now) -> T) -> T {
        let result = told(&mut self.hub, self.now);
        self.collect();
        result
    }

    /// A clean end, `down` without a gateway, and a new one that begins with what was stored. Goes through JSON,
    /// as what is stored does. Every socket is gone.
    pub fn restart(&mut self, down: Duration) {
        let stored = serde_json::to_string(&self.hub.stored(self.now)).unwrap();
        self.restart_with(down, &serde_json::from_str::<Stored>(&stored).unwrap());
    }

    pub fn restart_with(&mut self, down: Duration, stored: &Stored) {
        self.now = self.now.later(down);
        self.hub = Hub::new(HubConfig::default(), Box::new(SeededRandom::new(self.now.unix_ms)));
        self.hub.restore(self.now, stored.clone());
        self.silent.extend((1..=self.last_connection).map(ConnectionId));
        self.frames.clear();
        self.collect();
    }

    pub fn closed_with(&self, client: &Client) -> Option<u16> {
        self.closed.get(&client.connection).copied()
    }

    /// Takes everything that the client got: names of events with their data.
    pub fn take(&mut self, client: &Client) -> Vec<(String, Value)> {
        let frames = self.frames.remove(&client.connection).unwrap_or_default();
        let split = |frame: &Arc<str>| {
            let mut frame = parsed(frame);
            (frame["t"].as_str().unwrap_or("HELLO").to_owned(), frame["d"].take())
        };
        frames.iter().map(split).collect()
    }

    /// Takes everything that the client got; the data of the events called `t` ([`ALL`]: of all).
    pub fn taken(&mut self, client: &Client, t: &str) -> Vec<Value> {
        let wanted = |(name, d): (String, Value)| (t == ALL || name == t).then_some(d);
        self.take(client).into_iter().filter_map(wanted).collect()
    }

    /// Takes everything that the client got; the names.
    pub fn names(&mut self, client: &Client) -> Vec<String> {
        self.take(client).into_iter().map(|(name, _)| name).collect()
    }

    /// The code of the one error that the client got since the last look.
    pub fn error(&mut self, client: &Client) -> Option<String> {
        let errors = self.take(client).into_iter().filter_map(|(name, d)| {
            name.ends_with("_ERROR").then(|| d["code"].as_str().unwrap_or_default().to_owned())
        });
        let errors: Vec<String> = errors.collect();
        assert!(errors.len() <= 1, "{errors:?}");
        errors.into_iter().next()
    }

    pub fn clear(&mut self) {
        self.frames.clear();
    }

    /// A group with one client for each of `devices`; `true` has a device that is idle.
    pub fn group<const N: usize>(&mut self, devices: [bool; N]) -> (String, [Client; N]) {
        let clients = std::array::from_fn(|_| self.connect());
        self.send(&clients[0], 2, json!({ "name": "Test" }));
        let code = self.taken(&clients[0], "GROUP_CREATE")[0]["group_id"].as_str().unwrap().to_owned();
        for client in &clients[1..] {
            self.send(client, 1, json!({ "group_id": code }));
        }
        for (client, has_device) in clients.iter().zip(devices) {
            if has_device {
                self.send(client, 4, device(5));
            }
        }
        self.clear();
        (code, clients)
    }

    pub fn state(&mut self, client: &Client, operating_state: u8) {
        self.send(client, 4, json!({ "state": operating_state }));
    }

    /// Phase, counter and the ready list, as one who joins now would see them.
    pub fn look(&mut self, code: &str) -> (String, u64, Vec<String>) {
        let watcher = self.connect();
        self.send(&watcher, 1, json!({ "group_id": code }));
        let group = self.taken(&watcher, "JOINED_GROUP").remove(0);
        self.send(&watcher, 7, Value::Null);
        let ready = group["ready"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned());
        let phase = group["state"].as_str().unwrap().to_owned();
        (phase, group["sesh_counter"].as_u64().unwrap(), ready.collect())
    }

    pub fn phase(&self, code: &str) -> String {
        serde_json::to_value(self.hub.group(code).unwrap().state).unwrap().as_str().unwrap().to_owned()
    }

    pub fn counter(&self, code: &str) -> u64 {
        self.hub.group(code).unwrap().sesh_counter
    }
}

fn parsed(frame: &str) -> Value {
    serde_json::from_str(frame).unwrap()
}

/// An account with these flags.
pub fn user(id: &str, flags: u64) -> User {
    User { id: id.to_owned(), name: id.to_owned(), flags, ..User::default() }
}

/// A whole device in that operating state.
pub fn device(operating_state: u8) -> Value {
    json!({
        "deviceName": "Peak", "deviceMac": "pseudonym", "deviceModel": "0", "battery": 77, "totalDabs": 420,
        "state": operating_state, "temperature": 25, "serialNumber": "SECRET-SERIAL",
    })
}

/// An example of every operation that needs a group.
pub fn of_a_group() -> Vec<(u16, Value)> {
    vec![
        (4, json!({ "battery": 5 })),
        (4, json!({ "state": 5 })),
        (5, json!({ "name": "x" })),
        (6, json!({ "away": true })),
        (7, Value::Null),
        (8, Value::Null),
        (9, Value::Null),
        (10, Value::Null),
        (11, json!({ "content": "x" })),
        (12, Value::Null),
        (14, json!({ "emoji": "🔥" })),
        (15, Value::Null),
        (16, json!({ "session_id": "x" })),
        (17, json!({ "session_id": "x" })),
        (18, json!({ "state": true })),
        (19, json!({ "strain": "OG" })),
        (21, Value::Null),
    ]
}

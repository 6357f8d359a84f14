//! The hub with its clients around it: moves frames, keeps each client's picture, and looks at every frame.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use hearth_clock::{Clock, Now};
use hearth_gateway::hub::{AddressLimits, ConnectionId, Hub, HubConfig, Output, Peer, SeededRandom};
use serde_json::{Value, json};

use crate::accounts::Account;
use crate::model::{Ask, Edit, Model, Who};
use crate::picture::{Picture, text};
use crate::rates::{CONNECT, Rates, peer_of, strict_limits};

/// What every serial number begins with.
pub const SERIAL: &str = "SERIAL-";

pub type Outcome = Result<(), String>;

/// One client: the session that it believes to have, and what it knows.
pub struct Client {
    pub who: Who,
    pub socket: Option<ConnectionId>,
    pub token: String,
    pub picture: Option<Picture>,
    /// Since when nothing of it gets through, though its socket is open.
    pub mute_since: Option<u64>,
}

/// A frame that a socket got in this step.
pub struct Received {
    pub to: ConnectionId,
    pub t: String,
    pub d: Arc<Value>,
}

pub struct World {
    pub hub: Hub,
    pub config: HubConfig,
    /// People sit at several addresses, and these are limited.
    strict: bool,
    pub now: Now,
    pub start_ms: u64,
    pub model: Model,
    pub clients: Vec<Client>,
    /// Session ids of all that ever were, by number.
    pub ids: Vec<String>,
    pub tokens: Vec<String>,
    sockets: u64,
    pub beat_at: u64,
    pub rates: Rates,
    pub received: Vec<Received>,
    /// The account token that the gateway asks about, and the one that it was sent last, by the socket.
    pub asked: BTreeMap<ConnectionId, String>,
    pub wanted: BTreeMap<ConnectionId, String>,
    /// Who is told one of the events that go to some sockets only in this step, and what.
    pub named: BTreeMap<(ConnectionId, String), Value>,
    /// The gateway is not the first process any more.
    pub restarted: bool,
    pub story: Vec<String>,
}

impl World {
    pub fn new(seed: u64) -> Self {
        let now = Clock::new().now();
        let strict = seed % 4 == 1;
        // So that these are reached now and then.
        let config = HubConfig {
            watched_devices: 2,
            group_members: if seed.is_multiple_of(3) { 4 } else { 100 },
            address: if strict { strict_limits() } else { AddressLimits::default() },
            ..HubConfig::default()
        };
        Self {
            hub: Hub::new(config.clone(), Box::new(SeededRandom::new(seed))),
            strict,
            now,
            start_ms: now.unix_ms,
            model: Model::new(config.group_members),
            config,
            clients: Vec::new(),
            ids: Vec::new(),
            tokens: Vec::new(),
            sockets: 0,
            beat_at: 5_000,
            rates: Rates::default(),
            received: Vec::new(),
            asked: BTreeMap::new(),
            wanted: BTreeMap::new(),
            named: BTreeMap::new(),
            restarted: false,
            story: Vec::new(),
        }
    }

    /// Milliseconds since this world began.
    pub fn ms(&self) -> u64 {
        self.now.unix_ms - self.start_ms
    }

    pub fn id(&self, who: Who) -> String {
        self.ids[who].clone()
    }

    /// Notes what happens next.
    pub fn tell(&mut self, what: String) {
        let at = self.ms();
        self.story.push(format!("{at:>8} ms  {what}"));
    }

    /// Where a client sits.
    fn peer(&self, client: usize) -> Peer {
        if self.strict { peer_of(client) } else { Peer::LOOPBACK }
    }

    /// A new socket with a session of its own; `None` when its address opens too many.
    fn open(&mut self, client: usize) -> Result<Option<(ConnectionId, Who, String)>, String> {
        self.sockets += 1;
        let (socket, peer) = (ConnectionId(self.sockets), self.peer(client));
        self.hub.connect(self.now, socket, peer);
        let answer = self.hub.poll_output();
        if !self.rates.allow_address(peer, CONNECT, self.ms()) {
            let turned_away = matches!(answer, Some(Output::Close { to, code: 1013, .. }) if to == socket);
            return if turned_away { Ok(None) } else { Err(format!("not turned away: {answer:?}")) };
        }
        let Some(Output::Send { to, text: frame }) = answer else {
            return Err("no hello".to_owned());
        };
        let hello: Value = serde_json::from_str(&frame).map_err(|error| error.to_string())?;
        if to != socket || hello["op"] != 0 {
            return Err(format!("not a hello: {hello}"));
        }
        let who = self.ids.len();
        let token = text(&hello["d"]["session_token"]);
        self.ids.push(text(&hello["d"]["session_id"]));
        self.tokens.push(token.clone());
        self.model.arrive(who);
        Ok(Some((socket, who, token)))
    }

    pub fn connect(&mut self) -> Outcome {
        let opened = self.open(self.clients.len())?;
        let (socket, who, token) = opened.ok_or("turned away at the beginning")?;
        self.tell(format!("client {} connects as {who}", self.clients.len()));
        self.clients.push(Client { who, socket: Some(socket), token, picture: None, mute_since: None });
        self.check()
    }

    /// The socket of a client breaks, and both ends know.
    pub fn break_off(&mut self, client: usize) -> Outcome {
        self.tell(format!("client {client} is cut off"));
        let Some(socket) = self.clients[client].socket.take() else { return Ok(()) };
        self.clients[client].mute_since = None;
        self.hub.disconnect(self.now, socket);
        self.model.lose(self.clients[client].who);
        self.check()
    }

    /// Op 13 over a new socket, with a good token or a bad one. Some sign in on the new socket before.
    pub fn resume(&mut self, client: usize, token: Option<&str>, account: Option<&Account>) -> Outcome {
        let Some((socket, fresh, fresh_token)) = self.open(client)? else {
            self.tell(format!("client {client} is turned away"));
            return self.check();
        };
        let (who, peer) = (self.clients[client].who, self.peer(client));
        if let Some(account) = account {
            self.sign_in_at(socket, fresh, peer, account)?;
        }
        let good = token.is_none();
        let token = token.unwrap_or(&self.clients[client].token).to_owned();
        self.tell(format!("client {client} resumes {who} over the socket of {fresh}, token good: {good}"));
        let frame = json!({ "op": 13, "d": { "session_id": self.ids[who], "session_token": token } });
        self.hub.receive(self.now, socket, &frame.to_string());
        if !self.rates.allow(fresh, peer, 13, self.ms()) {
            let closed = self.collect()?;
            if !closed.is_empty() || !self.received.iter().any(|it| it.to == socket && it.t == "RATE_LIMITED")
            {
                return Err("a resume that must be too fast".to_owned());
            }
            return self.hang_up(socket, fresh);
        }
        if good && self.model.find_back(who) {
            self.model.take_over(fresh, who);
            let old = self.clients[client].socket.replace(socket);
            let closed = self.collect()?;
            let expected: Vec<(ConnectionId, u16)> = old.into_iter().map(|old| (old, 4007)).collect();
            if closed != expected {
                return Err(format!("closed {closed:?}, expected {expected:?}"));
            }
            let got = self.received.iter().filter(|it| it.to == socket && it.t == "SESSION_RESUMED").count();
            if got != 1 {
                return Err(format!("{got} SESSION_RESUMED"));
            }
            let slot = &mut self.clients[client];
            slot.token = fresh_token;
            slot.mute_since = None;
        } else {
            let closed = self.collect()?;
            let refused = |it: &Received| it.t == "SESSION_RESUME_ERROR" && it.d["code"] == "INVALID_SESSION";
            if !closed.is_empty() || !self.received.iter().any(|it| it.to == socket && refused(it)) {
                return Err(format!("a resume that must fail: closed {closed:?}"));
            }
            if self.model.people.contains_key(&who) {
                // Somebody else tried.
                return self.hang_up(socket, fresh);
            }
            let slot = &mut self.clients[client];
            *slot = Client {
                who: fresh,
                socket: Some(socket),
                token: fresh_token,
                picture: None,
                mute_since: None,
            };
        }
        self.check()
    }

    /// A socket that nobody uses goes away again.
    fn hang_up(&mut self, socket: ConnectionId, who: Who) -> Outcome {
        self.hub.disconnect(self.now, socket);
        self.model.lose(who);
        self.check()
    }

    /// A client asks for something; the model says what comes of it.
    pub fn ask(&mut self, client: usize, op: u64, d: &Value, ask: &Ask) -> Outcome {
        self.tell(format!("client {client} sends {op} {d}"));
        let who = self.clients[client].who;
        let Some(refused) = self.send(client, op, d)? else { return Ok(()) };
        let was_in = self.model.people[&who].room.is_some();
        match (self.model.ask(who, ask), refused) {
            (Ok(()), None) => {}
            (Err(code), Some(got)) if code == got => {}
            (wanted, got) => return Err(format!("the model says {wanted:?}, the hub {got:?}")),
        }
        if let (true, Ask::Device { .. }, Some((device, watchers))) =
            (was_in, ask, self.model.watchers(who, d))
        {
            let mut news = json!({ "id": device });
            for (from, to) in [("totalDabs", "dabs"), ("dabsPerDay", "dabsPerDay"), ("lastDab", "lastDab")] {
                if !d[from].is_null() {
                    news[to] = d[from].clone();
                }
            }
            self.expect(&watchers, "WATCHED_DEVICE_UPDATE", &news);
        }
        // Two things are not echoed: what one's own device does, and that one has left.
        if was_in && let Some(picture) = &mut self.clients[client].picture {
            match ask {
                Ask::Device { news } => {
                    let id = &self.ids[who];
                    picture.members.entry(id.clone()).or_default().merge_device(news);
                }
                Ask::Leave => self.clients[client].picture = None,
                _ => {}
            }
        }
        self.check()
    }

    /// Op 2. Without a wish for one, the code is the hub's to choose.
    pub fn create(
        &mut self,
        client: usize,
        name: &str,
        public: bool,
        countdown: Option<u64>,
        wish: Option<(&str, bool)>,
    ) -> Outcome {
        let visibility = if public { "public" } else { "private" };
        let mut d = json!({ "name": name, "visibility": visibility });
        if let Some(countdown) = countdown {
            d["hearth"] = json!({ "countdown": countdown });
        }
        if let Some((code, persistent)) = wish {
            d["id"] = json!(code);
            d["persistent"] = json!(persistent);
        }
        self.tell(format!("client {client} sends 2 {d}"));
        let who = self.clients[client].who;
        let Some(refused) = self.send(client, 2, &d)? else { return Ok(()) };
        let taken = wish.is_some_and(|(code, _)| self.model.rooms.contains_key(code));
        let expected = if wish.is_some() && !self.model.is_admin(who) {
            Some("NOT_PERMITTED")
        } else if self.model.people[&who].room.is_some() {
            Some("already_in_a_group")
        } else {
            taken.then_some("INVALID_GROUP_ID")
        };
        let created = self.received.iter().find(|it| it.t == "GROUP_CREATE");
        let code = created.map(|created| text(&created.d["group_id"]));
        match (expected, refused.as_deref(), code) {
            (None, None, Some(code)) => {
                let fits = wish.map_or(code.len() == 6, |(wanted, _)| wanted == code);
                if !fits || self.model.rooms.contains_key(&code) {
                    return Err(format!("not a new code: {code}"));
                }
                let name = Some(name.to_owned());
                let persistent = wish.map(|(_, persistent)| persistent);
                let new = Edit { name, public: Some(public), persistent, countdown, owner: None };
                self.model.create(who, code, new);
            }
            (Some(expected), Some(refused), None) if expected == refused => {}
            (expected, refused, _) => {
                return Err(format!("creating was answered with {refused:?}, expected {expected:?}"));
            }
        }
        self.check()
    }

    /// Whatever this is, it changes nothing.
    pub fn send_nonsense(&mut self, client: usize, frame: &str) -> Outcome {
        self.tell(format!("client {client} sends {frame}"));
        let Client { who, socket: Some(socket), .. } = self.clients[client] else { return Ok(()) };
        let parsed: Value = serde_json::from_str(frame).unwrap_or_default();
        let allowed =
            self.rates.allow(who, self.peer(client), parsed["op"].as_u64().unwrap_or(420), self.ms());
        self.hub.receive(self.now, socket, frame);
        self.collect()?;
        if self.received.iter().any(|it| it.t == "RATE_LIMITED") == allowed {
            return Err(format!("allowed by the model: {allowed}"));
        }
        self.check()
    }

    /// Sends a frame; what the sender was refused with, or `None` when it was too fast.
    pub fn send(&mut self, client: usize, op: u64, d: &Value) -> Result<Option<Option<String>>, String> {
        let Client { who, socket: Some(socket), .. } = self.clients[client] else { return Ok(None) };
        let allowed = self.rates.allow(who, self.peer(client), op, self.ms());
        self.hub.receive(self.now, socket, &json!({ "op": op, "d": d }).to_string());
        self.collect()?;
        let own = || self.received.iter().filter(|it| it.to == socket);
        let limited = own().any(|it| it.t == "RATE_LIMITED" && it.d["op"] == op);
        if limited == allowed {
            return Err(format!("op {op} is allowed by the model: {allowed}"));
        }
        let mut errors = own().filter(|it| it.t.ends_with("_ERROR"));
        let (first, second) = (errors.next(), errors.next());
        if second.is_some() || (limited && first.is_some()) {
            return Err(format!("several answers, limited {limited}"));
        }
        let code = first.map(|error| text(&error.d["code"]));
        let event = match (op, code.as_deref()) {
            (1, _) => "GROUP_JOIN_ERROR",
            (2, Some(code)) if code != "NOT_PERMITTED" => "GROUP_CREATE_ERROR",
            _ => "GROUP_ACTION_ERROR",
        };
        if let Some(other) = first.filter(|error| error.t != event) {
            return Err(format!("op {op} is refused by {}", other.t));
        }
        if limited {
            self.check()?;
            return Ok(None);
        }
        Ok(Some(code))
    }

    /// Time passes. Whoever is connected beats every five seconds.
    pub fn wait(&mut self, by: Duration) -> Outcome {
        self.tell(format!("{} ms pass", by.as_millis()));
        let end = self.ms() + by.as_millis() as u64;
        loop {
            let due =
                self.hub.poll_timeout().map(|due| (due - self.now.instant).as_millis() as u64 + self.ms());
            let next = due.unwrap_or(u64::MAX).min(self.beat_at).min(end);
            self.now = self.now.later(Duration::from_millis(next - self.ms()));
            self.model.advance(self.ms());
            if due == Some(next) {
                self.hub.handle_timeout(self.now);
                for (socket, code) in self.collect()? {
                    self.timed_out(socket, code)?;
                }
                self.check()?;
            } else if self.beat_at == next {
                self.beat_at += 5_000;
                let open = self.clients.iter().filter(|client| client.mute_since.is_none());
                for socket in open.filter_map(|client| client.socket) {
                    self.hub.receive(self.now, socket, r#"{"op":420}"#);
                }
            } else {
                return self.check();
            }
        }
    }

    fn timed_out(&mut self, socket: ConnectionId, code: u16) -> Outcome {
        let now = self.ms();
        let client = self.clients.iter_mut().find(|client| client.socket == Some(socket));
        let client = client.ok_or("a socket that is not there is closed")?;
        let silent = client.mute_since.map(|since| now - since);
        if code != 4002 || !silent.is_some_and(|silent| (10_000..=30_000).contains(&silent)) {
            return Err(format!("closed with {code}, silent for {silent:?} ms"));
        }
        client.socket = None;
        client.mute_since = None;
        let who = client.who;
        self.model.lose(who);
        Ok(())
    }

    /// Takes what the hub sends into the clients' pictures; the sockets that it closed.
    pub fn collect(&mut self) -> Result<Vec<(ConnectionId, u16)>, String> {
        self.received.clear();
        let mut closed = Vec::new();
        let mut last: Option<(Arc<str>, String, Arc<Value>)> = None;
        while let Some(output) = self.hub.poll_output() {
            match output {
                Output::Send { to, text: frame } => {
                    let same = last.as_ref().is_some_and(|(seen, ..)| Arc::ptr_eq(seen, &frame));
                    if !same {
                        let mut parsed: Value =
                            serde_json::from_str(&frame).map_err(|error| format!("{error}: {frame}"))?;
                        for secret in self.tokens.iter().map(String::as_str).chain([SERIAL]) {
                            if frame.contains(secret) {
                                return Err(format!("{secret} is given away: {frame}"));
                            }
                        }
                        last = Some((frame, text(&parsed["t"]), Arc::new(parsed["d"].take())));
                    }
                    if let Some((_, t, d)) = &last {
                        if closed.iter().any(|(socket, _)| *socket == to) {
                            return Err(format!("{t} after the socket was closed"));
                        }
                        self.received.push(Received { to, t: t.clone(), d: Arc::clone(d) });
                    }
                }
                Output::Close { to, code, .. } => closed.push((to, code)),
                Output::Sesh(news) => {
                    return Err(format!("news for a chat core that is not there: {news:?}"));
                }
                Output::Verify { to, token } => {
                    if self.wanted.get(&to) != Some(&token) || self.asked.insert(to, token).is_some() {
                        return Err(
                            "a question about a token that was not sent last, or two at once".to_owned()
                        );
                    }
                }
            }
        }
        Ok(closed)
    }

    /// When everybody has gone, nothing is left.
    pub fn all_leave(&mut self) -> Outcome {
        for client in 0..self.clients.len() {
            self.break_off(client)?;
        }
        self.wait(Duration::from_secs(75))?;
        let population = self.hub.population();
        let all_stay = self.model.rooms.values().all(|room| room.persistent);
        if population.sessions + population.connections != 0 || !all_stay {
            return Err(format!("left behind: {population:?}"));
        }
        Ok(())
    }
}

//! The hub with its clients around it: moves frames, keeps each client's picture, and looks at every frame.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use hearth_clock::{Clock, Now};
use hearth_gateway::hub::{ConnectionId, Hub, HubConfig, Output, Peer, SeededRandom};
use serde_json::{Value, json};

use crate::model::{Ask, Model, Told, Who};
use crate::picture::{Picture, text};
use crate::rates::Rates;

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
struct Received {
    to: ConnectionId,
    t: String,
    d: Arc<Value>,
}

pub struct World {
    hub: Hub,
    now: Now,
    start_ms: u64,
    pub model: Model,
    pub clients: Vec<Client>,
    /// Session ids of all that ever were, by number.
    ids: Vec<String>,
    tokens: Vec<String>,
    sockets: u64,
    beat_at: u64,
    rates: Rates,
    received: Vec<Received>,
    pub story: Vec<String>,
}

impl World {
    pub fn new(seed: u64) -> Self {
        let now = Clock::new().now();
        Self {
            hub: Hub::new(HubConfig::default(), Box::new(SeededRandom::new(seed))),
            now,
            start_ms: now.unix_ms,
            model: Model::default(),
            clients: Vec::new(),
            ids: Vec::new(),
            tokens: Vec::new(),
            sockets: 0,
            beat_at: 5_000,
            rates: Rates::default(),
            received: Vec::new(),
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

    /// A new socket with a session of its own.
    fn open(&mut self) -> Result<(ConnectionId, Who, String), String> {
        self.sockets += 1;
        let socket = ConnectionId(self.sockets);
        self.hub.connect(self.now, socket, Peer::LOOPBACK);
        let Some(Output::Send { to, text: frame }) = self.hub.poll_output() else {
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
        Ok((socket, who, token))
    }

    pub fn connect(&mut self) -> Outcome {
        let (socket, who, token) = self.open()?;
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

    /// Op 13 over a new socket, with a good token or a bad one.
    pub fn resume(&mut self, client: usize, token: Option<&str>) -> Outcome {
        let (socket, fresh, fresh_token) = self.open()?;
        let who = self.clients[client].who;
        let good = token.is_none();
        let token = token.unwrap_or(&self.clients[client].token).to_owned();
        self.tell(format!("client {client} resumes {who} over the socket of {fresh}, token good: {good}"));
        let frame = json!({ "op": 13, "d": { "session_id": self.ids[who], "session_token": token } });
        self.hub.receive(self.now, socket, &frame.to_string());
        if good && self.model.find_back(who) {
            self.model.forget(fresh);
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
                // Somebody else tried; this socket goes away again.
                self.hub.disconnect(self.now, socket);
                self.model.lose(fresh);
            } else {
                let slot = &mut self.clients[client];
                *slot = Client {
                    who: fresh,
                    socket: Some(socket),
                    token: fresh_token,
                    picture: None,
                    mute_since: None,
                };
            }
        }
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
        // Two things are not echoed: what one's own device does, and that one has left.
        if was_in && let Some(picture) = &mut self.clients[client].picture {
            match ask {
                Ask::Device { news } => {
                    let mut news = news.clone();
                    news.remove("serialNumber");
                    let id = &self.ids[who];
                    picture.members.entry(id.clone()).or_default().merge_device(&news);
                }
                Ask::Leave => self.clients[client].picture = None,
                _ => {}
            }
        }
        self.check()
    }

    /// Op 2: the code is the hub's to choose.
    pub fn create(&mut self, client: usize, name: &str, public: bool) -> Outcome {
        let visibility = if public { "public" } else { "private" };
        let d = json!({ "name": name, "visibility": visibility });
        self.tell(format!("client {client} sends 2 {d}"));
        let who = self.clients[client].who;
        let Some(refused) = self.send(client, 2, &d)? else { return Ok(()) };
        let was_in = self.model.people[&who].room.is_some();
        let created = self.received.iter().find(|it| it.t == "GROUP_CREATE");
        match (was_in, refused.as_deref(), created) {
            (true, Some("already_in_a_group"), None) => {}
            (false, None, Some(created)) => {
                let code = text(&created.d["group_id"]);
                if code.len() != 6 || self.model.rooms.contains_key(&code) {
                    return Err(format!("not a new code: {code}"));
                }
                self.model.create(who, code, name.to_owned(), public);
            }
            (_, refused, _) => return Err(format!("creating was answered with {refused:?}")),
        }
        self.check()
    }

    /// Whatever this is, it changes nothing.
    pub fn send_nonsense(&mut self, client: usize, frame: &str) -> Outcome {
        self.tell(format!("client {client} sends {frame}"));
        let Some(socket) = self.clients[client].socket else { return Ok(()) };
        self.hub.receive(self.now, socket, frame);
        self.collect()?;
        self.check()
    }

    /// Sends a frame; what the sender was refused with, or `None` when it was too fast.
    fn send(&mut self, client: usize, op: u64, d: &Value) -> Result<Option<Option<String>>, String> {
        let Client { who, socket: Some(socket), .. } = self.clients[client] else { return Ok(None) };
        self.hub.receive(self.now, socket, &json!({ "op": op, "d": d }).to_string());
        self.collect()?;
        let own = || self.received.iter().filter(|it| it.to == socket);
        let limited = own().any(|it| it.t == "RATE_LIMITED" && it.d["op"] == op);
        self.rates.note(who, op, self.ms(), limited)?;
        let mut errors = own().filter(|it| it.t.ends_with("_ERROR")).map(|it| text(&it.d["code"]));
        let (first, second) = (errors.next(), errors.next());
        if second.is_some() || (limited && first.is_some()) {
            return Err(format!("several answers: {first:?}, {second:?}, limited {limited}"));
        }
        drop(errors);
        if limited {
            self.check()?;
            return Ok(None);
        }
        Ok(Some(first))
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
    fn collect(&mut self) -> Result<Vec<(ConnectionId, u16)>, String> {
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
                #[allow(unreachable_patterns, reason = "outputs that concern no socket")]
                _ => {}
            }
        }
        Ok(closed)
    }

    /// Everything that must hold after every step.
    fn check(&mut self) -> Outcome {
        if self.received.is_empty() {
            self.collect()?;
        }
        let received = std::mem::take(&mut self.received);
        let mut told: BTreeMap<Who, Told> = BTreeMap::new();
        for Received { to, t, d } in &received {
            let Some(index) = self.clients.iter().position(|client| client.socket == Some(*to)) else {
                continue;
            };
            self.look(index, t, d)?;
            if t == "GROUP_START_HEATING" {
                let flag = |name: &str| d[name] == true;
                let news = Told { excluded: flag("excluded"), watcher: flag("watcher"), away: flag("away") };
                if told.insert(self.clients[index].who, news).is_some() {
                    return Err("told to heat twice".to_owned());
                }
            }
            Picture::apply(&mut self.clients[index].picture, t, d);
        }
        let expected = std::mem::take(&mut self.model.told);
        if told != expected {
            return Err(format!("told to heat: {told:?}, by the model: {expected:?}"));
        }
        self.compare()
    }

    /// A frame about a group is for its members, and speaks of nobody else.
    fn look(&self, index: usize, t: &str, d: &Value) -> Outcome {
        let client = &self.clients[index];
        if t == "PUBLIC_GROUPS_UPDATE" {
            for group in d.as_array().into_iter().flatten() {
                if group["visibility"] != "public" {
                    return Err(format!("a list with a private group: {group}"));
                }
            }
            return Ok(());
        }
        let code = |picture: Option<&Picture>| picture.map(|picture| picture.code.clone());
        let own = [
            code(client.picture.as_ref()),
            self.model.people.get(&client.who).and_then(|person| person.room.clone()),
        ];
        if t.starts_with("GROUP_") && !t.ends_with("_ERROR") || t == "JOINED_GROUP" {
            let named = d["group_id"].as_str();
            let belongs = |code: &str| own.iter().flatten().any(|own| own == code);
            if own.iter().all(Option::is_none) || named.is_some_and(|named| !belongs(named)) {
                return Err(format!("client {index}, in {own:?}, got {t} {d}"));
            }
        }
        let mut known: BTreeSet<&str> = BTreeSet::from([self.ids[client.who].as_str()]);
        known.extend(client.picture.iter().flat_map(|picture| picture.members.keys()).map(String::as_str));
        let room = self.model.room_of(client.who);
        known.extend(room.iter().flat_map(|room| &room.members).map(|who| self.ids[*who].as_str()));
        for message in d["messages"].as_array().into_iter().flatten() {
            let said = message["message"]["timestamp"].as_u64().unwrap_or_default() - self.start_ms;
            let code = d["group_id"].as_str().unwrap_or_default();
            if !self.model.was_there(client.who, code, said) || message["group_id"] != code {
                return Err(format!("client {index} is told {message}, which was not said to it"));
            }
        }
        match strangers(d, &self.ids, &known) {
            Some(stranger) => Err(format!("client {index} got {t} {d}, of {stranger} whom it must not know")),
            None => Ok(()),
        }
    }

    /// Everybody who is connected has the model's picture of the own group, and therefore the same as all others.
    fn compare(&self) -> Outcome {
        let mut pictures: BTreeMap<&str, Picture> = BTreeMap::new();
        for (index, client) in self.clients.iter().enumerate().filter(|(_, client)| client.socket.is_some()) {
            let code = self.model.people.get(&client.who).and_then(|person| person.room.as_deref());
            let expected = code.map(|code| {
                &*pictures.entry(code).or_insert_with(|| self.model.picture(code, |who| self.id(who)))
            });
            if client.picture.as_ref() != expected {
                let seen = &client.picture;
                return Err(format!("client {index} sees\n  {seen:?}\nthe model has\n  {expected:?}"));
            }
            if let Some(picture) = &client.picture {
                picture.check()?;
            }
        }
        Ok(())
    }

    /// When everybody has gone, nothing is left.
    pub fn all_leave(&mut self) -> Outcome {
        for client in 0..self.clients.len() {
            self.break_off(client)?;
        }
        self.wait(Duration::from_secs(50))?;
        let population = self.hub.population();
        if population.sessions + population.groups + population.connections != 0 {
            return Err(format!("left behind: {population:?}"));
        }
        Ok(())
    }
}

/// A session that is spoken of and not known.
fn strangers<'a>(d: &'a Value, ids: &[String], known: &BTreeSet<&str>) -> Option<&'a str> {
    match d {
        Value::String(text) => {
            let is_session = text.len() == 36 && ids.iter().any(|id| id == text);
            (is_session && !known.contains(text.as_str())).then_some(text)
        }
        Value::Array(items) => items.iter().find_map(|item| strangers(item, ids, known)),
        // What was said by people who have left since.
        Value::Object(map) => {
            let mut others = map.iter().filter(|(name, _)| *name != "messages");
            others.find_map(|(_, item)| strangers(item, ids, known))
        }
        _ => None,
    }
}

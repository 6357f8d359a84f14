//! A session, a virtual clock, and a Together server that says what the test tells it to say.

use std::time::Duration;

use hearth_clock::{Clock, Now};
use hearth_gateway_client::machine::{
    HttpAnswer, HttpFailure, HttpId, HttpRequest, Machine, OpenFailure, SocketId,
};
use hearth_gateway_client::together::{
    Event, Failure, Input, Message, Outcome, Output, Refusal, Request, Session, Status, TogetherConfig,
};
use serde_json::{Value, json};

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

pub struct Script {
    pub session: Session,
    pub now: Now,
    socket: Option<SocketId>,
    /// Where the last socket was opened.
    pub url: String,
    /// What was asked over HTTP and is not answered.
    asked: Vec<(HttpId, HttpRequest)>,
    /// Whether heartbeats are answered.
    pub acknowledges: bool,
    pub beats: u32,
    /// How often a socket was opened, and how often somebody signed in.
    pub opened: u32,
    pub sign_ins: u32,
    /// At most so many requests ran at once.
    pub most_at_once: usize,
    sent: Vec<Value>,
    events: Vec<Event>,
    closed: Vec<u16>,
}

impl Script {
    pub fn new() -> Self {
        let config = TogetherConfig { url: "http://127.0.0.1:8080/".into(), seed: 7 };
        Self {
            session: Session::new(config).unwrap(),
            now: Clock::new().now(),
            socket: None,
            url: String::new(),
            asked: Vec::new(),
            acknowledges: true,
            beats: 0,
            opened: 0,
            sign_ins: 0,
            most_at_once: 0,
            sent: Vec::new(),
            events: Vec::new(),
            closed: Vec::new(),
        }
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

    pub fn accept(&mut self) {
        let socket = self.socket.expect("no socket");
        self.input(Input::Opened(socket));
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

    pub fn has_socket(&self) -> bool {
        self.socket.is_some()
    }

    /// A DISPATCH.
    pub fn tells(&mut self, t: &str, d: Value) {
        self.says(&json!({"op": "DISPATCH", "t": t, "d": d}).to_string());
    }

    pub fn says(&mut self, text: &str) {
        let socket = self.socket.expect("no socket");
        self.input(Input::Text(socket, text.to_owned()));
    }

    pub fn cut(&mut self, code: Option<u16>) {
        let socket = self.socket.take().expect("no socket");
        self.input(Input::Closed(socket, code, "why".into()));
    }

    pub fn open_failed(&mut self, failure: OpenFailure) {
        let socket = self.socket.take().expect("no socket");
        self.input(Input::OpenFailed(socket, failure));
    }

    pub fn request(&mut self, request: Request) {
        self.input(Input::Request(request));
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

    /// What is asked and not answered: method and path, without query.
    pub fn asked(&self) -> Vec<String> {
        self.asked.iter().map(|(_, request)| line(request)).collect()
    }

    /// Takes the oldest request like this.
    pub fn take(&mut self, wanted: &str) -> (HttpId, HttpRequest) {
        let place = self.asked.iter().position(|(_, request)| line(request) == wanted);
        let place = place.unwrap_or_else(|| panic!("{wanted} was not asked; but {:?}", self.asked()));
        self.asked.remove(place)
    }

    pub fn take_any(&mut self, place: usize) -> Option<(HttpId, HttpRequest)> {
        (place < self.asked.len()).then(|| self.asked.remove(place))
    }

    pub fn answer(&mut self, wanted: &str, status: u16, body: Value) -> HttpRequest {
        self.answer_later(wanted, status, body, None)
    }

    pub fn answer_later(
        &mut self,
        wanted: &str,
        status: u16,
        body: Value,
        retry_after: Option<u64>,
    ) -> HttpRequest {
        let (id, request) = self.take(wanted);
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let retry_after = retry_after.map(Duration::from_secs);
        self.input(Input::Http(id, Ok(HttpAnswer { status, body, retry_after })));
        request
    }

    pub fn lose(&mut self, wanted: &str) {
        let (id, _) = self.take(wanted);
        self.input(Input::Http(id, Err(HttpFailure::Lost("reset".into()))));
    }

    pub fn unreached(&mut self, wanted: &str) {
        let (id, _) = self.take(wanted);
        self.input(Input::Http(id, Err(HttpFailure::Unsent("refused".into()))));
    }

    pub fn input(&mut self, input: Input) {
        self.session.handle(self.now, input);
        self.drain();
    }

    pub fn wait_ms(&mut self, ms: u64) {
        let end = self.now.instant + Duration::from_millis(ms);
        let mut turns = 0;
        while let Some(due) = self.session.poll_timeout().filter(|due| *due <= end) {
            let step = due.saturating_duration_since(self.now.instant);
            self.now = self.now.later(step);
            self.session.handle_timeout(self.now);
            self.drain();
            turns = if step.is_zero() { turns + 1 } else { 0 };
            assert!(turns < 50, "the session spins: {:?}", self.session);
        }
        self.now = self.now.later(end.saturating_duration_since(self.now.instant));
    }

    /// Waits until the next try to connect; how long that was, ms.
    pub fn until_tried(&mut self) -> u64 {
        for waited in 0..40_000 {
            let signs_in = self.asked().iter().any(|line| line.starts_with("POST /auth/"));
            if self.socket.is_some() || signs_in {
                return waited;
            }
            self.wait_ms(1);
        }
        panic!("nothing was tried");
    }

    /// What was sent on the socket since it was asked last, without heartbeats.
    pub fn sent(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.sent)
    }

    pub fn events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// The last state that was told.
    pub fn status(&mut self) -> Option<Status> {
        let status = |event| if let Event::Status(status) = event { Some(status) } else { None };
        self.events().into_iter().rev().find_map(status)
    }

    pub fn refusal(&mut self) -> Refusal {
        match self.status() {
            Some(Status::Refused(why)) => why,
            other => panic!("not refused: {other:?}"),
        }
    }

    /// Tickets and what came of them, in order.
    pub fn fates(&mut self) -> Vec<(u64, Result<Outcome, Failure>)> {
        let fate = |event| match event {
            Event::Done { ticket, outcome } => Some((ticket, Ok(outcome))),
            Event::Failed { ticket, why, .. } => Some((ticket, Err(why))),
            _ => None,
        };
        self.events().into_iter().filter_map(fate).collect()
    }

    /// Ids and contents of what was said.
    pub fn said(&mut self) -> Vec<(String, String)> {
        let said = |event| match event {
            Event::Message(message) => {
                let Message { id, content, .. } = *message;
                Some((id, content))
            }
            _ => None,
        };
        self.events().into_iter().filter_map(said).collect()
    }

    pub fn closed(&mut self) -> Vec<u16> {
        std::mem::take(&mut self.closed)
    }

    pub fn forget(&mut self) {
        self.sent.clear();
        self.events.clear();
        self.closed.clear();
    }

    fn drain(&mut self) {
        while let Some(output) = self.session.poll_output() {
            match output {
                Output::Open(socket, url) => {
                    assert_eq!(self.socket, None, "two sockets at once");
                    self.url = url;
                    self.socket = Some(socket);
                    self.opened += 1;
                }
                Output::Text(socket, text) => {
                    assert_eq!(Some(socket), self.socket, "sent on a socket that is gone");
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    if frame["op"] != "HEARTBEAT" {
                        self.sent.push(frame);
                        continue;
                    }
                    assert_eq!(frame, json!({"op": "HEARTBEAT"}));
                    self.beats += 1;
                    if self.acknowledges {
                        let ack = r#"{"op":"HEARTBEAT_ACK"}"#.to_owned();
                        self.session.handle(self.now, Input::Text(socket, ack));
                    }
                }
                Output::Ping(_) => panic!("this dialect pings with a text"),
                Output::Close(socket, code) => {
                    assert_eq!(Some(socket), self.socket, "closed a socket that is gone");
                    self.socket = None;
                    self.closed.push(code);
                }
                Output::Http(id, request) => {
                    if line(&request).starts_with("POST /auth/") {
                        self.sign_ins += 1;
                        assert_eq!(request.bearer, None);
                    } else {
                        assert!(request.bearer.is_some(), "{request:?}");
                    }
                    self.asked.push((id, request));
                    let calls = self.asked.iter().filter(|(_, request)| request.bearer.is_some());
                    self.most_at_once = self.most_at_once.max(calls.count());
                }
                Output::Event(event) => self.events.push(event),
            }
        }
    }
}

fn line(request: &HttpRequest) -> String {
    let path = request.url.strip_prefix("http://127.0.0.1:8080").unwrap();
    let path = path.split('?').next().unwrap();
    format!("{} {path}", format!("{:?}", request.method).to_uppercase())
}

//! A session, a virtual clock, and a concierge that says what the test tells it to say.

use std::time::{Duration, Instant};

use hearth_clock::{Clock, Now};
use hearth_gateway_client::concierge::{
    ConciergeConfig, Directory, Event, Input, NotSent, Origin, Output, Request, Session, Status, Target,
};
use hearth_gateway_client::machine::{Machine, OpenFailure, SocketId};
use serde_json::{Value, json};

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
        url: "http://127.0.0.1:64209".into(),
        name: "sam_2".into(),
        nickname: Some("Sam".into()),
        tags: vec!["hearth".into()],
        secret: None,
        seed: 7,
    }
}

pub struct Script {
    pub session: Session,
    pub now: Now,
    socket: Option<SocketId>,
    /// Whether pings are answered.
    pub pong: bool,
    /// How often a socket was opened.
    pub opened: u32,
    pub pings: u32,
    sent: Vec<String>,
    events: Vec<Event>,
    closed: Vec<u16>,
}

impl Script {
    pub fn new() -> Self {
        Self::with(config())
    }

    pub fn with(config: ConciergeConfig) -> Self {
        Self {
            session: Session::new(config).unwrap(),
            now: Clock::new().now(),
            socket: None,
            pong: true,
            opened: 0,
            pings: 0,
            sent: Vec::new(),
            events: Vec::new(),
            closed: Vec::new(),
        }
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

    pub fn accept(&mut self) {
        let socket = self.socket.expect("no socket");
        self.input(Input::Opened(socket));
    }

    pub fn hello(&mut self) {
        self.says(json!({"type": "HELLO", "uuid": uuid(US), "version": "0.2.0"}));
    }

    /// Answers the two questions after the hello, texts 0 and 1.
    pub fn lists(&mut self, services: &[Value]) {
        let us = client("sam_2", US);
        self.says(json!({"seq": 0, "type": "CLIENT_FETCH_ALL_RESULT", "clients": [us]}));
        self.says(json!({"seq": 1, "type": "SERVICE_FETCH_ALL_RESULT", "services": services}));
    }

    pub fn has_socket(&self) -> bool {
        self.socket.is_some()
    }

    pub fn says(&mut self, frame: Value) {
        self.says_text(&frame.to_string());
    }

    pub fn says_text(&mut self, text: &str) {
        let socket = self.socket.expect("no socket");
        self.input(Input::Text(socket, text.to_owned()));
    }

    pub fn cut(&mut self, code: Option<u16>) {
        let socket = self.socket.take().expect("no socket");
        self.input(Input::Closed(socket, code, String::new()));
    }

    pub fn open_failed(&mut self, failure: OpenFailure) {
        let socket = self.socket.take().expect("no socket");
        self.input(Input::OpenFailed(socket, failure));
    }

    pub fn request(&mut self, request: Request) {
        self.input(Input::Request(request));
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
            assert!(turns < 50, "the session spins");
        }
        self.now = self.now.later(end.saturating_duration_since(self.now.instant));
    }

    /// Waits until the next try to connect.
    pub fn until_tried(&mut self) {
        for _ in 0..4000 {
            if self.socket.is_some() {
                return;
            }
            self.wait_ms(10);
        }
        panic!("nothing was tried");
    }

    /// What was sent since it was asked last.
    pub fn sent(&mut self) -> Vec<Value> {
        self.sent_text().iter().map(|text| serde_json::from_str(text).unwrap()).collect()
    }

    pub fn sent_text(&mut self) -> Vec<String> {
        std::mem::take(&mut self.sent)
    }

    /// The types of what was sent since it was asked last.
    pub fn sent_types(&mut self) -> Vec<String> {
        self.sent().iter().map(|frame| frame["type"].as_str().unwrap().to_owned()).collect()
    }

    pub fn events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
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

    pub fn closed(&mut self) -> Vec<u16> {
        std::mem::take(&mut self.closed)
    }

    pub fn forget(&mut self) {
        self.sent.clear();
        self.events.clear();
        self.closed.clear();
    }

    pub fn instant_at(&self, ms_from_now: u64) -> Instant {
        self.now.instant + Duration::from_millis(ms_from_now)
    }

    fn drain(&mut self) {
        while let Some(output) = self.session.poll_output() {
            match output {
                Output::Open(socket, url) => {
                    assert_eq!(url, "ws://127.0.0.1:64209/ws");
                    assert_eq!(self.socket, None, "two sockets at once");
                    self.socket = Some(socket);
                    self.opened += 1;
                }
                Output::Text(socket, text) => {
                    assert_eq!(Some(socket), self.socket, "sent on a socket that is gone");
                    assert!(text.len() < 65_536, "{} bytes in one frame", text.len());
                    self.sent.push(text);
                }
                Output::Ping(socket) => {
                    assert_eq!(Some(socket), self.socket, "pinged a socket that is gone");
                    self.pings += 1;
                    if self.pong {
                        self.session.handle(self.now, Input::Pong(socket));
                    }
                }
                Output::Close(socket, code) => {
                    assert_eq!(Some(socket), self.socket, "closed a socket that is gone");
                    self.socket = None;
                    self.closed.push(code);
                }
                Output::Event(event) => self.events.push(event),
                Output::Http(..) => panic!("this dialect asks nothing over HTTP"),
            }
        }
    }
}

//! A session, a virtual clock, and a gateway that says what the test tells it to say.

use std::time::{Duration, Instant};

use hearth_clock::{Clock, Now};
use hearth_gateway_client::group::{ActionRefusal, DeviceReport, Event, Group, Request, Status};
use hearth_gateway_client::puff::{Input, OpenFailure, Output, Session, SessionConfig, SocketId};
use serde_json::{Value, json};

/// Which gateway the script plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Server {
    TypeScript,
    Elixir,
    Hearth,
}

pub const ALL: [Server; 3] = [Server::TypeScript, Server::Elixir, Server::Hearth];

/// The gateway's clock is this far from the client's.
pub const SERVER_AHEAD_MS: u64 = 123_456;

pub struct Script {
    pub server: Server,
    pub session: Session,
    pub now: Now,
    pub start: Now,
    /// Answer WebSocket pings at once.
    pub pong: bool,
    /// The id that the session has at present.
    pub own: String,
    socket: Option<SocketId>,
    greetings: u32,
    opened: u32,
    sent: Vec<Value>,
    events: Vec<Event>,
    closed: Vec<u16>,
}

impl Script {
    /// Offline.
    pub fn new(server: Server) -> Self {
        let now = Clock::new().now();
        let config = SessionConfig { url: "http://127.0.0.1:9000".into(), seed: 7 };
        Self {
            server,
            session: Session::new(config, now).unwrap(),
            now,
            start: now,
            pong: true,
            own: String::new(),
            socket: None,
            greetings: 0,
            opened: 0,
            sent: vec![],
            events: vec![],
            closed: vec![],
        }
    }

    /// Connected, greeted as session `s1` with token `t1`, in no group.
    pub fn live(server: Server) -> Self {
        let mut script = Self::new(server);
        script.request(Request::Connect);
        script.accept();
        script.forget();
        script
    }

    /// In group `abc123` with `other`, no devices.
    pub fn in_group(server: Server) -> Self {
        let mut script = Self::live(server);
        script.request(Request::Join("abc123".into()));
        script.joined(json!({}));
        if server == Server::Elixir {
            // By which it is known.
            script.event("GROUP_UPDATE", json!({"group_id": "abc123", "members": ["s1", "other"]}));
        }
        script.forget();
        script
    }

    pub fn request(&mut self, request: Request) {
        self.session.handle(self.now, Input::Request(request));
        self.drain();
    }

    /// Opens the socket that was asked for and says hello on it: `s1`/`t1` on the first, `s2`/`t2` on the next.
    pub fn accept(&mut self) {
        self.opened();
        self.hello();
    }

    pub fn opened(&mut self) {
        let socket = self.socket.expect("no socket was asked for");
        self.session.handle(self.now, Input::Opened(socket));
        self.drain();
    }

    pub fn hello(&mut self) {
        self.greetings += 1;
        let n = self.greetings;
        self.own = format!("s{n}");
        let interval = if self.server == Server::Elixir { 5000 } else { 10_000 };
        let mut d = json!({"session_id": format!("s{n}"), "session_token": format!("t{n}"), "heartbeat_interval": interval});
        if self.server == Server::Hearth {
            d["hearth"] = json!({"version": "0.1.0", "server_time": self.server_ms()});
        }
        self.raw(&json!({"op": 0, "d": d}).to_string());
    }

    /// What the gateway's clock shows.
    pub fn server_ms(&self) -> u64 {
        self.now.unix_ms + SERVER_AHEAD_MS
    }

    /// A socket was asked for and not given up.
    pub fn has_socket(&self) -> bool {
        self.socket.is_some()
    }

    pub fn open_failed(&mut self, failure: OpenFailure) {
        let socket = self.socket.take().expect("no socket was asked for");
        self.session.handle(self.now, Input::OpenFailed(socket, failure));
        self.drain();
    }

    pub fn raw(&mut self, text: &str) {
        let socket = self.socket.expect("no socket");
        self.session.handle(self.now, Input::Text(socket, text.into()));
        self.drain();
    }

    pub fn event(&mut self, t: &str, d: Value) {
        self.raw(&json!({"op": 3, "t": t, "d": d}).to_string());
    }

    /// JOINED_GROUP of `abc123` in this gateway's way, with `changes` on top.
    pub fn joined(&mut self, changes: Value) {
        let own = self.own.clone();
        let member = |id: &str| match self.server {
            Server::Elixir => {
                json!({"session_id": id, "device_state": {}, "away": false, "disconnected": false,
                "mobile": false, "name": "Unnamed", "strain": null, "user": null, "group_joined": "2026-01-01T00:00:00.000Z"})
            }
            _ => json!({"session_id": id, "away": false, "disconnected": false, "mobile": false,
                "group_joined": "2026-01-01T00:00:00.000Z"}),
        };
        let mut d = json!({"group_id": "abc123", "name": "Golden Goat", "visibility": "private",
            "owner_session_id": "other", "state": "chilling", "sesh_counter": 0,
            "members": [member("other"), member(&own)]});
        if self.server == Server::Elixir {
            d["ready_members"] = json!([]);
        } else {
            d["ready"] = json!([]);
            d["persistent"] = json!(false);
        }
        for (key, value) in changes.as_object().unwrap() {
            d[key] = value.clone();
        }
        self.event("JOINED_GROUP", d);
    }

    pub fn cut(&mut self, code: Option<u16>) {
        let socket = self.socket.take().expect("no socket");
        self.session.handle(self.now, Input::Closed(socket, code, String::new()));
        self.drain();
    }

    /// Reports something of a socket that is not the present one.
    pub fn stale(&mut self, input: impl FnOnce(SocketId) -> Input) {
        self.session.handle(self.now, input(SocketId(0)));
        self.drain();
    }

    /// Lets time pass; timeouts fire exactly when they are due.
    pub fn wait(&mut self, time: Duration) {
        let end = self.now.instant + time;
        let mut calls = 0;
        while let Some(due) = self.session.poll_timeout().filter(|due| *due <= end) {
            self.now = self.now.later(due.saturating_duration_since(self.now.instant));
            self.session.handle_timeout(self.now);
            self.drain();
            calls += 1;
            assert!(calls < 100_000, "the session spins");
        }
        self.now = self.now.later(end.saturating_duration_since(self.now.instant));
    }

    pub fn wait_ms(&mut self, ms: u64) {
        self.wait(Duration::from_millis(ms));
    }

    /// Waits until a socket is asked for; gives the time that took.
    pub fn wait_for_open(&mut self) -> Duration {
        let (before, opened) = (self.now.instant, self.opened);
        while self.opened == opened {
            assert!(self.now.instant < before + Duration::from_secs(60), "it does not connect");
            self.wait_ms(1);
        }
        self.now.instant - before
    }

    /// What was sent since the last look, heartbeats and clock pings left out.
    pub fn sent(&mut self) -> Vec<Value> {
        let sent = std::mem::take(&mut self.sent);
        sent.into_iter().filter(|frame| frame["op"].as_u64().unwrap() < 420).collect()
    }

    /// Everything that was sent since the last look.
    pub fn sent_raw(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.sent)
    }

    pub fn events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// Events since the last look, changes of the group and what round trips took left out.
    pub fn news(&mut self) -> Vec<Event> {
        let mut events = self.events();
        events.retain(|event| {
            !matches!(
                event,
                Event::Group(Some(_)) | Event::Status(Status::Connected { .. }) | Event::RoundTrip { .. }
            )
        });
        events
    }

    /// The group as last shown since the last look.
    pub fn group(&mut self) -> Group {
        let shown = self.events().into_iter().rev().find_map(|event| match event {
            Event::Group(group) => Some(group),
            _ => None,
        });
        *shown.expect("the group was not shown").expect("no group")
    }

    pub fn statuses(&mut self) -> Vec<Status> {
        let status = |event| match event {
            Event::Status(status) => Some(status),
            _ => None,
        };
        self.events().into_iter().filter_map(status).collect()
    }

    pub fn refusals(&mut self) -> Vec<ActionRefusal> {
        let refusal = |event| match event {
            Event::Refused(refusal) => Some(refusal),
            _ => None,
        };
        self.events().into_iter().filter_map(refusal).collect()
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
                    assert_eq!(url, "ws://127.0.0.1:9000/socket?encoding=json&compression=none");
                    assert_eq!(self.socket, None, "two sockets at once");
                    self.socket = Some(socket);
                    self.opened += 1;
                }
                Output::Text(socket, text) => {
                    assert_eq!(Some(socket), self.socket, "sent on a socket that is gone");
                    self.sent.push(serde_json::from_str(&text).unwrap());
                }
                Output::Ping(socket) => {
                    assert_eq!(Some(socket), self.socket, "pinged a socket that is gone");
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

/// A device in this state, whole enough to be a sesher.
pub fn device(state: u8) -> Option<Box<DeviceReport>> {
    Some(Box::new(DeviceReport {
        device_name: Some("Peak".into()),
        device_model: Some("0".into()),
        battery: Some(77.0),
        state: Some(state),
        total_dabs: Some(420.0),
        ..DeviceReport::default()
    }))
}

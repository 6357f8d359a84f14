//! A session, a virtual clock, and a gateway that says what the test tells it to say.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use hearth_clock::{Clock, Now};
use hearth_gateway_client::group::{ActionRefusal, DeviceReport, Event, Group, Request, Status};
use hearth_gateway_client::puff::{Input, Session, SessionConfig, SocketId};
use serde_json::{Value, json};

use crate::common::{REST, Stage};

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
    stage: Stage<Session>,
    pub server: Server,
    pub start: Now,
    /// The id that the session has at present.
    pub own: String,
    greetings: u32,
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

impl Script {
    /// Offline.
    pub fn new(server: Server) -> Self {
        let start = Clock::new().now();
        let config = SessionConfig { url: REST.into(), seed: 7 };
        let mut stage = Stage::with(Session::new(config).unwrap(), |_| None);
        stage.now = start;
        Self { stage, server, start, own: String::new(), greetings: 0 }
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

    /// Opens the socket that was asked for and says hello on it: `s1`/`t1` on the first, `s2`/`t2` on the next.
    pub fn accept(&mut self) {
        self.opened();
        self.hello();
    }

    pub fn opened(&mut self) {
        assert_eq!(self.url, "ws://127.0.0.1:8080/socket?encoding=json&compression=none");
        self.stage.accept();
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
        self.says(&json!({"op": 0, "d": d}).to_string());
    }

    /// What the gateway's clock shows.
    pub fn server_ms(&self) -> u64 {
        self.now.unix_ms + SERVER_AHEAD_MS
    }

    pub fn event(&mut self, t: &str, d: Value) {
        self.says(&json!({"op": 3, "t": t, "d": d}).to_string());
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

    /// Reports something of a socket that is not the present one.
    pub fn stale(&mut self, input: impl FnOnce(SocketId) -> Input) {
        self.input(input(SocketId(0)));
    }

    /// Lets time pass; timeouts fire exactly when they are due.
    pub fn wait(&mut self, time: Duration) {
        self.wait_ms(time.as_millis() as u64);
    }

    /// Waits until a socket is asked for; gives the time that took.
    pub fn wait_for_open(&mut self) -> Duration {
        Duration::from_millis(self.until_tried())
    }

    /// What was sent since the last look, heartbeats and clock pings left out.
    pub fn sent(&mut self) -> Vec<Value> {
        self.sent_raw().into_iter().filter(|frame| frame["op"].as_u64().unwrap() < 420).collect()
    }

    /// Everything that was sent since the last look.
    pub fn sent_raw(&mut self) -> Vec<Value> {
        self.stage.sent()
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

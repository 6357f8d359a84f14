//! One of our sessions in the place of a recorded client.

use std::time::Duration;

use hearth_clock::Now;
use hearth_dialects::puff::{Change, ClientOp, ServerFrame, Visibility as Wire};
use hearth_gateway_client::group::{DeviceReport, Event, Group, Request, SessionId, Visibility};
use hearth_gateway_client::machine::Machine;
use hearth_gateway_client::puff::{Input, Output, Session, SessionConfig, SocketId};
use serde_json::Value;

use crate::picture::Picture;

pub struct Person {
    session: Session,
    socket: Option<SocketId>,
    open: bool,
    device: DeviceReport,
    pub group: Option<Box<Group>>,
    pub chat: Vec<(String, String)>,
    pub reactions: Vec<(String, String)>,
    pub sent: Vec<Value>,
    /// What the recording says that this person sees.
    pub picture: Picture,
}

impl Person {
    pub fn new(now: Now) -> Self {
        let config = SessionConfig { url: "ws://127.0.0.1:9000".into(), seed: 1 };
        let mut person = Self {
            session: Session::new(config).unwrap(),
            socket: None,
            open: false,
            device: DeviceReport::default(),
            group: None,
            chat: vec![],
            reactions: vec![],
            sent: vec![],
            picture: Picture::default(),
        };
        person.request(now, Request::Connect);
        person
    }

    /// The recorded client opens a socket; ours does so too, at the latest now.
    pub fn open(&mut self, now: Now) {
        if self.open {
            self.closed(now, None);
        }
        if self.socket.is_none() {
            self.request(now, Request::ReconnectNow);
        }
        let socket = self.socket.expect("it wants no socket");
        self.open = true;
        self.put(now, Input::Opened(socket));
    }

    pub fn closed(&mut self, now: Now, code: Option<u16>) {
        if let (true, Some(socket)) = (self.open, self.socket.take()) {
            self.open = false;
            self.put(now, Input::Closed(socket, code, String::new()));
        }
    }

    pub fn hear(&mut self, now: Now, frame: &Value) {
        if let (true, Some(socket)) = (self.open, self.socket) {
            self.picture.read(frame);
            self.put(now, Input::Text(socket, frame.to_string()));
        }
    }

    /// What the recorded client sends is asked of ours, when a client of ours would send such a thing at all.
    pub fn ask(&mut self, now: Now, frame: &Value) {
        let Ok(Some(op)) = ClientOp::decode(&frame.to_string()) else { return };
        match op {
            ClientOp::Join { group_id } => self.request(now, Request::Join(group_id.0)),
            ClientOp::Create(create) => {
                let visibility = visibility(create.visibility.unwrap_or_default());
                self.request(
                    now,
                    Request::Create { name: create.name.unwrap_or_default(), visibility, countdown: None },
                );
            }
            ClientOp::DeviceState(state) => {
                self.device.merge(&state);
                self.request(now, Request::Device(Some(Box::new(self.device.clone()))));
            }
            ClientOp::DisconnectDevice => {
                self.device = DeviceReport::default();
                self.request(now, Request::Device(None));
            }
            ClientOp::UpdateUser(update) => {
                if let Some(away) = update.away {
                    self.request(now, Request::Away(away));
                }
                match update.strain {
                    Change::Keep => {}
                    Change::Clear => self.request(now, Request::Strain(None)),
                    Change::Set(strain) => self.request(now, Request::Strain(Some(strain))),
                }
                if let Some(mobile) = update.mobile {
                    self.request(now, Request::Mobile(mobile));
                }
            }
            ClientOp::Away { state } => self.request(now, Request::Away(state)),
            ClientOp::Strain { strain } => self.request(now, Request::Strain(Some(strain))),
            ClientOp::Mobile => self.request(now, Request::Mobile(true)),
            ClientOp::Edit(edit) => {
                let visibility = edit.visibility.map(visibility);
                self.request(now, Request::Edit { name: edit.name, visibility, countdown: None });
            }
            ClientOp::Leave => {
                self.picture.left();
                self.request(now, Request::Leave);
            }
            ClientOp::Inquire => self.request(now, Request::Inquire),
            ClientOp::Start => self.request(now, Request::StartWithReady),
            ClientOp::Stop => self.request(now, Request::Stop),
            ClientOp::Message { content } => self.request(now, Request::Message(content)),
            ClientOp::Reaction { emoji } => self.request(now, Request::React(emoji)),
            ClientOp::Delete => self.request(now, Request::Delete),
            ClientOp::Transfer { session_id } => {
                self.request(now, Request::Transfer(SessionId(session_id.0)))
            }
            ClientOp::Kick { session_id } => self.request(now, Request::Kick(SessionId(session_id.0))),
            // The session does these by itself, or not at all.
            ClientOp::Resume { .. }
            | ClientOp::LinkUser { .. }
            | ClientOp::WatchDevice { .. }
            | ClientOp::Heartbeat
            | ClientOp::Clock { .. } => {}
        }
    }

    /// Lets time pass.
    pub fn wait(&mut self, from: Now, to: Now) {
        let mut now = from;
        while let Some(due) = self.session.poll_timeout().filter(|due| *due <= to.instant) {
            now = now.later(due.saturating_duration_since(now.instant).max(Duration::from_micros(1)));
            self.session.handle_timeout(now);
            self.drain(now);
        }
    }

    fn request(&mut self, now: Now, request: Request) {
        self.put(now, Input::Request(request));
    }

    fn put(&mut self, now: Now, input: Input) {
        self.session.handle(now, input);
        self.drain(now);
    }

    fn drain(&mut self, now: Now) {
        while let Some(output) = self.session.poll_output() {
            match output {
                Output::Open(socket, _) => self.socket = Some(socket),
                Output::Text(_, text) => self.sent.push(serde_json::from_str(&text).unwrap()),
                Output::Ping(socket) => self.session.handle(now, Input::Pong(socket)),
                Output::Close(..) => {
                    self.socket = None;
                    self.open = false;
                }
                Output::Event(Event::Group(group)) => self.group = group,
                Output::Event(Event::Message { by, content, .. }) => self.chat.push((by.0, content)),
                Output::Event(Event::Reaction { by, emoji }) => self.reactions.push((by.0, emoji)),
                Output::Event(_) => {}
                Output::Http(..) => panic!("this dialect asks nothing over HTTP"),
            }
        }
    }
}

fn visibility(visibility: Wire) -> Visibility {
    match visibility {
        Wire::Public => Visibility::Public,
        Wire::Private => Visibility::Private,
    }
}

/// A device as the dialect reads it from JSON.
pub fn device(json: &Value) -> Option<DeviceReport> {
    use hearth_dialects::puff::Event as Said;
    let update = serde_json::json!({"group_id": "", "session_id": "x", "device_state": json});
    let frame = serde_json::json!({"op": 3, "t": "GROUP_USER_DEVICE_UPDATE", "d": update}).to_string();
    match ServerFrame::decode(&frame) {
        Ok(ServerFrame::Event(Said::DeviceUpdate(update))) => Some(update.device_state),
        _ => None,
    }
    .filter(|device| !device.is_empty())
}

//! A session, a virtual clock, and what the session said, asked and told. What the server says to that, the test says.

use std::fmt::Debug;
use std::time::{Duration, Instant};

use hearth_clock::{Clock, Now};
use hearth_gateway_client::chat::{Event, Failure, Message, Outcome, Refusal, Request, Status};
use hearth_gateway_client::machine::{
    HttpAnswer, HttpFailure, HttpId, HttpRequest, Input, Machine, OpenFailure, Output, SocketId,
};
use serde_json::Value;

/// Where servers of tests are.
pub const REST: &str = "http://127.0.0.1:8080";

/// A session on its own.
pub struct Stage<M: Machine> {
    pub session: M,
    pub now: Now,
    socket: Option<SocketId>,
    /// Where the last socket was opened.
    pub url: String,
    /// How often one was.
    pub opened: u32,
    /// Whether pings are answered, and how many there were.
    pub pong: bool,
    pub pings: u32,
    /// The answer to a text, when that is a heartbeat of the dialect.
    beat: fn(&str) -> Option<String>,
    /// Whether heartbeats are answered, and how many there were.
    pub acknowledges: bool,
    pub beats: u32,
    /// What was asked over HTTP and is not answered; how often somebody signed in; how many calls ran at most at once.
    asked: Vec<(HttpId, HttpRequest)>,
    pub sign_ins: u32,
    pub most_at_once: usize,
    said: Vec<String>,
    events: Vec<M::Event>,
    closed: Vec<u16>,
}

impl<M: Machine + Debug> Stage<M> {
    /// With a session that is offline. `beat`: the answer to a text, when that is a heartbeat of the dialect.
    pub fn with(session: M, beat: fn(&str) -> Option<String>) -> Self {
        Self {
            session,
            now: Clock::new().now(),
            socket: None,
            url: String::new(),
            opened: 0,
            pong: true,
            pings: 0,
            beat,
            acknowledges: true,
            beats: 0,
            asked: Vec::new(),
            sign_ins: 0,
            most_at_once: 0,
            said: Vec::new(),
            events: Vec::new(),
            closed: Vec::new(),
        }
    }

    /// The server takes the socket.
    pub fn accept(&mut self) {
        let socket = self.socket.expect("no socket");
        self.input(Input::Opened(socket));
    }

    pub fn has_socket(&self) -> bool {
        self.socket.is_some()
    }

    /// The server says something.
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

    pub fn request(&mut self, request: M::Request) {
        self.input(Input::Request(request));
    }

    pub fn input(&mut self, input: Input<M::Request>) {
        self.session.handle(self.now, input);
        self.drain();
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

    /// Lets time pass; timeouts fire exactly when they are due.
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
        for waited in 0..60_000 {
            let signs_in = self.asked.iter().any(|(_, request)| is_sign_in(request));
            if self.socket.is_some() || signs_in {
                return waited;
            }
            self.wait_ms(1);
        }
        panic!("nothing was tried");
    }

    /// How long it waits before each of so many tries that fail, ms.
    pub fn waits(&mut self, tries: usize, mut fail: impl FnMut(&mut Self)) -> Vec<u64> {
        let mut wait = |_| {
            let waited = self.until_tried();
            fail(self);
            waited
        };
        (0..tries).map(&mut wait).collect()
    }

    pub fn instant_at(&self, ms_from_now: u64) -> Instant {
        self.now.instant + Duration::from_millis(ms_from_now)
    }

    /// What was sent on the socket since it was asked last, without heartbeats.
    pub fn sent(&mut self) -> Vec<Value> {
        self.sent_text().iter().map(|text| serde_json::from_str(text).unwrap()).collect()
    }

    pub fn sent_text(&mut self) -> Vec<String> {
        std::mem::take(&mut self.said)
    }

    pub fn events(&mut self) -> Vec<M::Event> {
        std::mem::take(&mut self.events)
    }

    pub fn closed(&mut self) -> Vec<u16> {
        std::mem::take(&mut self.closed)
    }

    pub fn forget(&mut self) {
        self.said.clear();
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
                    match (self.beat)(&text) {
                        None => self.said.push(text),
                        Some(answer) => {
                            self.beats += 1;
                            if self.acknowledges {
                                self.session.handle(self.now, Input::Text(socket, answer));
                            }
                        }
                    }
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
                Output::Http(id, request) => {
                    self.sign_ins += u32::from(is_sign_in(&request));
                    assert_eq!(request.bearer.is_none(), is_sign_in(&request), "{request:?}");
                    self.asked.push((id, request));
                    let calls = self.asked.iter().filter(|(_, request)| request.bearer.is_some());
                    self.most_at_once = self.most_at_once.max(calls.count());
                }
                Output::Event(event) => self.events.push(event),
            }
        }
    }
}

impl<M: Machine<Request = Request, Event = Event> + Debug> Stage<M> {
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
}

/// Each is at least twice the one before, from 1 s to 30 s.
pub fn assert_strict(waits: &[u64]) {
    for (wait, (least, most)) in waits.iter().zip([(1, 1.5), (2, 3.0), (4, 6.0), (8, 12.0), (16, 24.0)]) {
        assert!((least * 1000 - 5..=(most * 1000.0) as u64 + 5).contains(wait), "{waits:?}");
    }
    assert!(waits[5..].iter().all(|wait| (19_000..=30_005).contains(wait)), "{waits:?}");
}

fn is_sign_in(request: &HttpRequest) -> bool {
    line(request).contains("/auth/")
}

/// Method and path of a request, without query.
pub fn line(request: &HttpRequest) -> String {
    let path = request.url.strip_prefix(REST).unwrap();
    let path = path.split('?').next().unwrap();
    format!("{} {path}", format!("{:?}", request.method).to_uppercase())
}

//! The life of a session's connection: a token, opening, presenting, live, lost, and again.

use std::collections::VecDeque;
use std::time::Instant;

use hearth_clock::Now;
use hearth_dialects::i386chat::{ClientFrame, Fault, limits};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::asked::Questions;
use super::connection::{After, BACKOFF, Connection, Live, READY_WITHIN, STABLE_AFTER, Stage};
use super::entry::Entry;
use super::log::{Log, Pieces};
use super::rooms::Rooms;
use crate::address::EndpointError;
use crate::backoff::Backoff;
use crate::chat::sign_in::Answer;
use crate::chat::{
    Address, ChatConfig, Dialect, Event, Failure, Input, Outcome, Output, Refusal, Request, Status, User,
};
use crate::connection::{CLOSE_GIVEN_UP, CLOSE_NORMAL, OPEN_WITHIN, SIGN_IN_WITHIN};
use crate::liveness::{Due, Liveness, Pace};
use crate::machine::{HttpAnswer, HttpFailure, HttpId, HttpRequest, Link, Machine, Method, SocketId};

/// A client session. See the [module](super).
#[derive(Debug)]
pub struct Session {
    address: Address,
    pub(super) rng: StdRng,
    pub(super) connection: Connection,
    backoff: Backoff,
    /// A server was met at this address once.
    known: bool,
    /// Who comes in; forgotten when the token is wrong, or no longer needed.
    pub(super) entry: Option<Entry>,
    next_socket: u64,
    next_http: u64,
    /// Why the connection is about to end.
    pub(super) fault: Option<Fault>,
    pub(super) goes_down: bool,
    pub(super) questions: Questions,
    pub(super) rooms: Rooms,
    pub(super) log: Log,
    pub(super) pieces: Pieces,
    pub(super) typed_at: Option<Instant>,
    /// Messages that their server gave no id.
    unnamed: u64,
    /// Who we are, since the first 140.
    pub(super) user: Option<User>,
    outputs: VecDeque<Output>,
}

impl Session {
    /// A session that is offline until [`Request::Connect`].
    ///
    /// # Errors
    /// [`EndpointError`] when the address is no gateway address.
    pub fn new(config: ChatConfig) -> Result<Self, EndpointError> {
        Ok(Self {
            address: Address::parse(&config.url, Dialect::I386chat)?,
            rng: StdRng::seed_from_u64(config.seed),
            connection: Connection::Offline,
            backoff: Backoff::new(BACKOFF),
            known: false,
            entry: None,
            next_socket: 0,
            next_http: 0,
            fault: None,
            goes_down: false,
            questions: Questions::default(),
            rooms: Rooms::remembering(&config.channels),
            log: Log::default(),
            pieces: Pieces::default(),
            typed_at: None,
            unnamed: 0,
            user: None,
            outputs: VecDeque::new(),
        })
    }

    fn request(&mut self, now: Instant, request: Request) {
        match request {
            Request::Connect { username, password, register } => {
                if matches!(self.connection, Connection::Offline | Connection::Refused) {
                    let token = (!register && !password.reveal().is_empty()).then_some(password);
                    self.entry = (register || token.is_some()).then_some(Entry { username, token });
                    self.start_over(now);
                }
            }
            Request::Retry => {
                if matches!(self.connection, Connection::Waiting { .. } | Connection::Refused) {
                    self.start_over(now);
                }
            }
            Request::Disconnect => self.disconnect(),
            other => self.ask(now, other),
        }
    }

    fn start_over(&mut self, now: Instant) {
        self.backoff.reset();
        self.connect(now);
    }

    fn connect(&mut self, now: Instant) {
        (self.fault, self.goes_down) = (None, false);
        match &self.entry {
            Some(Entry { token: Some(_), .. }) => {
                let socket = SocketId(self.next_socket);
                self.next_socket += 1;
                self.connection = Connection::Opening { socket, until: now + OPEN_WITHIN };
                self.outputs.push_back(Output::Open(socket, self.address.socket().to_owned()));
                self.status(Status::Connecting);
            }
            Some(entry) => {
                let (path, body) = entry.ask();
                let id = HttpId(self.next_http);
                self.next_http += 1;
                let url = self.address.rest(path);
                let request = HttpRequest { method: Method::Post, url, bearer: None, body: Some(body) };
                self.outputs.push_back(Output::Http(id, request));
                self.connection = Connection::SigningIn { id, until: now + SIGN_IN_WITHIN };
                self.status(Status::SigningIn);
            }
            None => self.refuse(Refusal::SignInAgain),
        }
    }

    fn http_answered(&mut self, now: Instant, id: HttpId, answer: Result<HttpAnswer, HttpFailure>) {
        if !matches!(self.connection, Connection::SigningIn { id: asked, .. } if asked == id) {
            return;
        }
        let Some(entry) = &mut self.entry else { return };
        match entry.answered(answer, self.known) {
            Answer::Token(token) => {
                self.known = true;
                self.event(Event::Secret(token));
                self.connect(now);
            }
            Answer::Again => self.connect(now),
            Answer::Later(least) => {
                let wait = self.backoff.failed(&mut self.rng).max(least.unwrap_or_default());
                self.wait(now + wait);
            }
            Answer::Refused(why) => self.refuse(why),
        }
    }

    pub(super) fn token(&self) -> Option<String> {
        let token = self.entry.as_ref()?.token.as_ref()?;
        Some(token.reveal().to_owned())
    }

    fn opened(&mut self, now: Instant, socket: SocketId) {
        if matches!(self.connection, Connection::Opening { .. }) {
            let until = now + READY_WITHIN;
            self.connection = Connection::Greeting { socket, until, stage: Stage::Introduction };
        }
    }

    /// 140 (I386-16): we go where we were before.
    pub(super) fn ready(&mut self, now: Instant, socket: SocketId, pace: Pace, user: User) {
        self.known = true;
        self.user = Some(user.clone());
        let liveness = Liveness::new(now, pace);
        self.connection = Connection::Live(Box::new(Live { socket, since: now, liveness }));
        self.tell_connected();
        self.event(Event::Ready { user: Box::new(user), servers: self.rooms.servers() });
        self.go_back(now);
    }

    /// 120 (I386-06).
    pub(super) fn acknowledged(&mut self, now: Instant) {
        if self.connection.live_mut().is_some_and(|live| live.liveness.answered(now)) {
            self.tell_connected();
        }
    }

    fn tell_connected(&mut self) {
        if let (Some(live), Some(user)) = (self.connection.live(), &self.user) {
            let (user, latency) = (Box::new(user.clone()), live.liveness.latency());
            self.status(Status::Connected { user, latency });
        }
    }

    /// A connection was lost, or not made.
    fn lost(&mut self, now: Instant, after: After) {
        if self.connection.is_stable(now, STABLE_AFTER) {
            self.backoff.reset();
        }
        match after {
            After::Never(why) => self.refuse(why),
            After::Retry(least) => {
                self.backoff.at_least(least);
                let wait = self.backoff.failed(&mut self.rng);
                self.wait(now + wait);
            }
        }
    }

    fn wait(&mut self, retry_at: Instant) {
        self.connection_gone(Connection::Waiting { retry_at });
        self.status(Status::Waiting { retry_at });
    }

    fn refuse(&mut self, why: Refusal) {
        if matches!(why, Refusal::WrongPassword | Refusal::Taken | Refusal::BadName(_)) {
            self.entry = None;
        }
        self.connection_gone(Connection::Refused);
        self.status(Status::Refused(why));
    }

    /// The token cannot be one.
    pub(super) fn not_let_in(&mut self, now: Now) {
        self.close(CLOSE_NORMAL);
        self.lost(now.instant, After::Never(Refusal::WrongPassword));
    }

    fn disconnect(&mut self) {
        self.close(CLOSE_NORMAL);
        self.entry = None;
        self.rooms.wanted = None;
        if !matches!(self.connection, Connection::Offline) {
            self.connection_gone(Connection::Offline);
            self.status(Status::Offline);
        }
    }

    /// What was asked may have been done: nothing of it can be looked up.
    fn connection_gone(&mut self, next: Connection) {
        self.connection = next;
        self.pieces = Pieces::default();
        self.rooms.people_at = None;
        for ticket in self.questions.take_all().filter_map(|asked| asked.ticket()) {
            self.failed(ticket, Failure::NoAnswer, String::new());
        }
        self.tell_rooms(None);
        if self.rooms.here.take().is_some() {
            self.event(Event::Here(None));
        }
    }

    fn give_up(&mut self, now: Instant) {
        self.close(CLOSE_GIVEN_UP);
        let after = After::close(None, self.fault.take(), self.goes_down, self.connection.live().is_some());
        self.lost(now, after);
    }

    fn close(&mut self, code: u16) {
        if let Some(socket) = self.connection.socket() {
            self.outputs.push_back(Output::Close(socket, code));
        }
    }

    /// Heartbeats (I386-05, I386-07).
    fn keep_alive(&mut self, now: Instant) {
        while let Some(live) = self.connection.live_mut() {
            match live.liveness.take_due(now) {
                None => return,
                Some(Due::Ask) => {
                    if let Ok(text) = ClientFrame::Heartbeat.text() {
                        self.say(text);
                    }
                }
                Some(Due::Dead) => self.give_up(now),
            }
        }
    }

    fn is_ours(&self, socket: SocketId) -> bool {
        self.connection.socket() == Some(socket)
    }

    /// A name for a message that has none.
    pub(super) fn unnamed(&mut self) -> String {
        self.unnamed += 1;
        format!("~{}", self.unnamed)
    }

    pub(super) fn say(&mut self, text: String) {
        if let Some(socket) = self.connection.socket() {
            self.outputs.push_back(Output::Text(socket, text));
        }
    }

    pub(super) fn event(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    pub(super) fn done(&mut self, ticket: u64, outcome: Outcome) {
        self.event(Event::Done { ticket, outcome });
    }

    pub(super) fn failed(&mut self, ticket: u64, why: Failure, text: String) {
        self.event(Event::Failed { ticket, why, text });
    }

    fn status(&mut self, status: Status) {
        self.event(Event::Status(status));
    }

    fn settle(&mut self, now: Instant) {
        self.keep_alive(now);
        while let Some(asked) = self.questions.take_expired(now) {
            match asked.ticket() {
                Some(ticket) => self.failed(ticket, Failure::NoAnswer, String::new()),
                None => self.rooms.wanted = None,
            }
        }
        self.tell_rooms(Some(now));
    }
}

impl Machine for Session {
    type Request = Request;
    type Event = Event;

    fn link(&self) -> Link {
        // Whoever sends more does not speak this dialect (I386-13).
        Link {
            longest_message: 4 * limits::FRAME_BYTES,
            longest_frame: 4 * limits::FRAME_BYTES,
            ..Link::default()
        }
    }

    fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let Rooms { servers_at, people_at, .. } = self.rooms;
        [self.connection.due(), self.questions.due(), servers_at, people_at].into_iter().flatten().min()
    }

    fn handle(&mut self, now: Now, input: Input) {
        let at = now.instant;
        match input {
            Input::Request(request) => self.request(at, request),
            Input::Http(id, answer) => self.http_answered(at, id, answer),
            Input::Opened(socket) if self.is_ours(socket) => self.opened(at, socket),
            Input::OpenFailed(socket, failure) if self.is_ours(socket) => {
                self.lost(at, After::open_failed(&failure, self.known));
            }
            Input::Closed(socket, code, _) if self.is_ours(socket) => {
                let is_live = self.connection.live().is_some();
                let after = After::close(code, self.fault.take(), self.goes_down, is_live);
                self.lost(at, after);
            }
            Input::Text(socket, text) if self.is_ours(socket) => self.heard(now, &text),
            // Of a socket that is given up, and what no server sends.
            _ => {}
        }
        self.settle(at);
    }

    fn handle_timeout(&mut self, now: Now) {
        let at = now.instant;
        if self.connection.due().is_some_and(|due| due <= at) {
            match self.connection {
                Connection::SigningIn { .. } => self.lost(at, After::Retry(0)),
                Connection::Opening { .. } | Connection::Greeting { .. } => self.give_up(at),
                Connection::Waiting { .. } => self.connect(at),
                Connection::Live(_) | Connection::Offline | Connection::Refused => {}
            }
        }
        self.settle(at);
    }

    fn leave(&mut self, _: Now) {
        self.disconnect();
    }
}

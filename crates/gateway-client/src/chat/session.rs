//! The life of a session's connection, whatever is spoken on it: signing in, opening, greeting, live, lost, and again.
//! What a dialect does in its own way is its [`Tongue`]; tokens are of
//! `renewal`, what goes over REST beside the socket is of `rest`.

use std::collections::VecDeque;
use std::time::Instant;

use hearth_clock::Now;
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::connection::{After, Connection, Live, READY_WITHIN, STABLE_AFTER};
use super::renewal::Renewal;
use super::token::Token;
use super::tongue::Tongue;
use super::{
    Address, ChatConfig, EndpointError, Event, Failure, Input, Outcome, Output, Refusal, Request, Status,
    User,
};
use crate::backoff::Backoff;
use crate::connection::{CLOSE_GIVEN_UP, CLOSE_NORMAL, OPEN_WITHIN, SIGN_IN_WITHIN};
use crate::liveness::{Due, Liveness, Pace};
use crate::machine::{HttpAnswer, HttpFailure, HttpId, HttpRequest, Link, Machine, SocketId};

/// A client session with a chat server, as a state machine without I/O or clock.
#[derive(Debug)]
pub struct Session<T: Tongue> {
    pub(crate) address: Address,
    pub(crate) rng: StdRng,
    pub(crate) connection: Connection<T::Live, T::Stage>,
    pub(super) backoff: Backoff,
    /// A server was met at this address once.
    pub(super) known: bool,
    /// Who signs in; forgotten when it is wrong, or no longer needed.
    pub(crate) entry: Option<T::Entry>,
    pub(crate) token: Option<Token>,
    /// So many fresh tokens in a row were not taken.
    tokens_refused: u8,
    next_socket: u64,
    next_http: u64,
    /// Who we are, since the first time that the server said so.
    pub(crate) user: Option<User>,
    outputs: VecDeque<Output>,
    pub(crate) rest: T::Rest,
    /// What the dialect keeps.
    pub(crate) own: T,
}

impl<T: Tongue> Session<T> {
    /// A session that is offline until [`Request::Connect`].
    ///
    /// # Errors
    /// [`EndpointError`] when the address is no gateway address.
    pub fn new(config: ChatConfig) -> Result<Self, EndpointError> {
        Ok(Self {
            address: Address::parse(&config.url, T::DIALECT)?,
            rng: StdRng::seed_from_u64(config.seed),
            connection: Connection::Offline,
            backoff: Backoff::new(T::BACKOFF),
            known: false,
            entry: None,
            token: None,
            tokens_refused: 0,
            next_socket: 0,
            next_http: 0,
            user: None,
            outputs: VecDeque::new(),
            rest: T::Rest::default(),
            own: T::new(&config),
        })
    }

    fn request(&mut self, now: Now, request: Request) {
        match request {
            Request::Connect { username, password, register } => {
                let (entry, token) = T::entry(username, password, register);
                self.connect_as(now, entry, token);
            }
            Request::Retry => {
                if matches!(self.connection, Connection::Waiting { .. } | Connection::Refused) {
                    self.start_over(now);
                }
            }
            Request::Disconnect => self.disconnect(now),
            other => T::ask(self, now, other),
        }
    }

    /// Connects, where that is not on its way already.
    pub(crate) fn connect_as(&mut self, now: Now, entry: Option<T::Entry>, token: Option<Token>) {
        if matches!(self.connection, Connection::Offline | Connection::Refused) {
            (self.entry, self.token) = (entry, token);
            self.start_over(now);
        }
    }

    fn start_over(&mut self, now: Now) {
        self.backoff.reset();
        self.tokens_refused = 0;
        self.connect(now);
    }

    /// Signs in, unless there is a token.
    pub(crate) fn connect(&mut self, now: Now) {
        let at = now.instant;
        if let Some(token) = self.token.as_ref().and_then(|token| token.for_connection(at)) {
            let url = T::url(&self.address, token);
            let socket = SocketId(self.next_socket);
            self.next_socket += 1;
            self.connection = Connection::Opening { socket, until: at + OPEN_WITHIN };
            self.outputs.push_back(Output::Open(socket, url));
            return self.status(Status::Connecting);
        }
        match self.ask_for_token() {
            Some(id) => {
                self.connection = Connection::SigningIn { id, until: at + SIGN_IN_WITHIN };
                self.status(Status::SigningIn);
            }
            None => self.refuse(now, Refusal::SignInAgain),
        }
    }

    fn http_answered(&mut self, now: Now, id: HttpId, answer: Result<HttpAnswer, HttpFailure>) {
        if matches!(self.connection, Connection::SigningIn { id: asked, .. } if asked == id) {
            self.signed_in(now, answer);
        } else if self.connection.live().is_some_and(|live| live.renewal == Renewal::Asked(id)) {
            self.renewed(now, answer);
        } else {
            T::answered(self, now, id, answer);
        }
    }

    fn opened(&mut self, now: Instant, socket: SocketId) {
        if matches!(self.connection, Connection::Opening { .. }) {
            self.token.iter_mut().for_each(Token::is_used);
            self.connection = Connection::Greeting { socket, until: now + READY_WITHIN, stage: T::GREETING };
        }
    }

    /// The server has let us in.
    pub(crate) fn live(&mut self, now: Instant, socket: SocketId, pace: Pace, user: User, own: T::Live) {
        self.known = true;
        self.user = Some(user);
        let (liveness, renewal) = (Liveness::new(now, pace), Renewal::Idle);
        self.connection = Connection::Live(Box::new(Live { socket, since: now, liveness, renewal, own }));
        self.tell_connected();
    }

    /// The server is there.
    pub(crate) fn acknowledged(&mut self, now: Instant) {
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
    pub(crate) fn lost(&mut self, now: Now, after: After) {
        if self.connection.is_stable(now.instant, STABLE_AFTER) {
            self.backoff.reset();
            self.tokens_refused = 0;
        }
        let least = match after {
            After::Never(why) => return self.refuse(now, why),
            After::SignIn if self.tokens_refused == 0 => {
                self.tokens_refused = 1;
                self.token = None;
                self.connection_gone(now, Connection::Offline);
                return self.connect(now);
            }
            After::SignIn => {
                self.token = None;
                return self.refuse(now, Refusal::SignInAgain);
            }
            After::Retry => 0,
            After::Later(least) => least,
        };
        self.backoff.at_least(least);
        let wait = self.backoff.failed(&mut self.rng);
        self.wait(now, now.instant + wait);
    }

    pub(super) fn wait(&mut self, now: Now, retry_at: Instant) {
        self.connection_gone(now, Connection::Waiting { retry_at });
        self.status(Status::Waiting { retry_at });
    }

    pub(super) fn refuse(&mut self, now: Now, why: Refusal) {
        if matches!(why, Refusal::WrongPassword | Refusal::Taken | Refusal::BadName(_)) {
            (self.entry, self.token) = (None, None);
        }
        self.connection_gone(now, Connection::Refused);
        T::given_up(self);
        self.status(Status::Refused(why));
    }

    fn disconnect(&mut self, now: Now) {
        self.close(CLOSE_NORMAL);
        (self.entry, self.token) = (None, None);
        self.own.left();
        if !matches!(self.connection, Connection::Offline) {
            self.connection_gone(now, Connection::Offline);
            T::given_up(self);
            self.status(Status::Offline);
        }
    }

    fn connection_gone(&mut self, now: Now, next: Connection<T::Live, T::Stage>) {
        self.connection = next;
        T::lost(self, now);
    }

    fn give_up(&mut self, now: Now) {
        self.close(CLOSE_GIVEN_UP);
        let after = T::ended(self, None, "");
        self.lost(now, after);
    }

    pub(crate) fn close(&mut self, code: u16) {
        if let Some(socket) = self.connection.socket() {
            self.outputs.push_back(Output::Close(socket, code));
        }
    }

    fn keep_alive(&mut self, now: Now) {
        while let Some(live) = self.connection.live_mut() {
            match live.liveness.take_due(now.instant) {
                None => return,
                Some(Due::Ask) => T::beat(self, now),
                Some(Due::Dead) => self.give_up(now),
            }
        }
    }

    fn is_ours(&self, socket: SocketId) -> bool {
        self.connection.socket() == Some(socket)
    }

    pub(crate) fn is_live(&self) -> bool {
        self.connection.live().is_some()
    }

    /// Our own id, on a connection or since the last one.
    pub(crate) fn own_id(&self) -> Option<&str> {
        self.user.as_ref().map(|user| user.id.as_str())
    }

    pub(crate) fn say(&mut self, text: String) {
        if let Some(socket) = self.connection.socket() {
            self.outputs.push_back(Output::Text(socket, text));
        }
    }

    pub(super) fn next_http_id(&mut self) -> HttpId {
        let id = HttpId(self.next_http);
        self.next_http += 1;
        id
    }

    pub(crate) fn http(&mut self, request: HttpRequest) -> HttpId {
        let id = self.next_http_id();
        self.outputs.push_back(Output::Http(id, request));
        id
    }

    pub(crate) fn event(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    pub(crate) fn done(&mut self, ticket: u64, outcome: Outcome) {
        self.event(Event::Done { ticket, outcome });
    }

    pub(crate) fn failed(&mut self, ticket: u64, why: Failure, text: String) {
        self.event(Event::Failed { ticket, why, text });
    }

    fn status(&mut self, status: Status) {
        self.event(Event::Status(status));
    }

    fn settle(&mut self, now: Now) {
        self.keep_alive(now);
        if let Some(live) = self.connection.live_mut() {
            live.renewal = live.renewal.after(now.instant);
        }
        T::settle(self, now);
    }
}

impl<T: Tongue> Machine for Session<T> {
    type Request = Request;
    type Event = Event;

    fn link(&self) -> Link {
        T::LINK
    }

    fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.connection.due().into_iter().chain(T::due(self)).min()
    }

    fn handle(&mut self, now: Now, input: Input) {
        match input {
            Input::Request(request) => self.request(now, request),
            Input::Http(id, answer) => self.http_answered(now, id, answer),
            Input::Opened(socket) if self.is_ours(socket) => self.opened(now.instant, socket),
            Input::OpenFailed(socket, failure) if self.is_ours(socket) => {
                self.lost(now, T::open_failed(&failure, self.known));
            }
            Input::Closed(socket, code, reason) if self.is_ours(socket) => {
                let after = T::ended(self, code, &reason);
                self.lost(now, after);
            }
            Input::Text(socket, text) if self.is_ours(socket) => T::heard(self, now, &text),
            // Of a socket that is given up, and what no server sends.
            _ => {}
        }
        self.settle(now);
    }

    fn handle_timeout(&mut self, now: Now) {
        if self.connection.due().is_some_and(|due| due <= now.instant) {
            match self.connection {
                Connection::SigningIn { .. } => self.lost(now, After::Retry),
                Connection::Opening { .. } | Connection::Greeting { .. } => self.give_up(now),
                Connection::Waiting { .. } => self.connect(now),
                Connection::Live(_) | Connection::Offline | Connection::Refused => {}
            }
        }
        self.settle(now);
    }

    fn leave(&mut self, now: Now) {
        self.disconnect(now);
    }
}

//! The life of a session's connection: signing in, opening, live, lost, and again.

use std::collections::{BTreeMap, VecDeque};
use std::time::Instant;

use hearth_clock::Now;
use hearth_dialects::together::ClientOp;
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::connection::{After, BACKOFF, Connection, Live, PACE, READY_WITHIN, STABLE_AFTER};
use super::heard::Kind;
use super::loading::Watched;
use super::purpose::Purpose;
use super::sign_in::{DOORS, Entry};
use super::token::Token;
use super::{
    AccessToken, Address, ChatConfig, Dialect, EndpointError, Event, Failure, Input, Output, Presence,
    Refusal, Request, Server, Status, User,
};
use crate::backoff::Backoff;
use crate::chat::calls::Calls;
use crate::chat::overtaking::Overtaking;
use crate::chat::seen::Seen;
use crate::chat::sign_in::{Account, Answer, Renewal};
use crate::chat::sought::Sought;
use crate::connection::{CLOSE_GIVEN_UP, CLOSE_NORMAL, OPEN_WITHIN, SIGN_IN_WITHIN};
use crate::liveness::{Due, Liveness};
use crate::machine::{HttpAnswer, HttpFailure, Link, Machine, SocketId};

/// A client session. See the [module](super).
#[derive(Debug)]
pub struct Session {
    pub(super) address: Address,
    pub(super) rng: StdRng,
    pub(super) connection: Connection,
    pub(super) backoff: Backoff,
    /// READY was heard, or a sign-in worked, at this address once.
    pub(super) known: bool,
    /// Who signs in; forgotten when it is wrong, or no longer needed.
    pub(super) entry: Option<Entry>,
    pub(super) token: Option<Token>,
    /// So many fresh tokens in a row were not taken.
    tokens_refused: u8,
    next_socket: u64,
    pub(super) next_http: u64,
    pub(super) calls: Calls<Purpose>,
    pub(super) seen: Seen,
    pub(super) sought: Sought,
    pub(super) overtaking: Overtaking,
    /// Servers that are told as a whole.
    pub(super) watched: BTreeMap<String, Watched>,
    /// How we want to be seen.
    pub(super) presence: Option<Presence>,
    /// Who we are, since the first READY.
    pub(super) user: Option<User>,
    pub(super) outputs: VecDeque<Output>,
}

impl Session {
    /// A session that is offline until [`Request::Connect`].
    ///
    /// # Errors
    /// [`EndpointError`] when the address is no gateway address.
    pub fn new(config: ChatConfig) -> Result<Self, EndpointError> {
        Ok(Self {
            address: Address::parse(&config.url, Dialect::Together)?,
            rng: StdRng::seed_from_u64(config.seed),
            connection: Connection::Offline,
            backoff: Backoff::new(BACKOFF),
            known: false,
            entry: None,
            token: None,
            tokens_refused: 0,
            next_socket: 0,
            next_http: 0,
            calls: Calls::default(),
            seen: Seen::default(),
            sought: Sought::default(),
            overtaking: Overtaking::default(),
            watched: BTreeMap::new(),
            presence: None,
            user: None,
            outputs: VecDeque::new(),
        })
    }

    fn request(&mut self, now: Instant, request: Request) {
        match request {
            Request::Connect { username, password, register } => {
                if matches!(self.connection, Connection::Offline | Connection::Refused) {
                    self.entry = Some(Entry::Account(Account::new(&DOORS, username, password, register)));
                    self.token = None;
                    self.start_over(now);
                }
            }
            Request::ConnectWith { token } => {
                if matches!(self.connection, Connection::Offline | Connection::Refused) {
                    self.entry = Some(Entry::Given);
                    self.token = Some(Token::given(token, now));
                    self.start_over(now);
                }
            }
            Request::Token { token } => self.given(now, token),
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
        self.tokens_refused = 0;
        self.connect(now);
    }

    /// Signs in, unless there is a token that no connection had (TOG-02, TOG-28).
    fn connect(&mut self, now: Instant) {
        let token = self.token.as_ref().and_then(|token| token.for_connection(now)).cloned();
        if let Some(token) = token {
            let socket = SocketId(self.next_socket);
            self.next_socket += 1;
            self.connection = Connection::Opening { socket, until: now + OPEN_WITHIN };
            self.outputs.push_back(Output::Open(socket, self.address.socket_with(&token)));
            return self.status(Status::Connecting);
        }
        match self.ask_for_token() {
            Some(id) => {
                self.connection = Connection::SigningIn { id, until: now + SIGN_IN_WITHIN };
                self.status(Status::SigningIn);
            }
            None => self.refuse(now, Refusal::SignInAgain),
        }
    }

    pub(super) fn signed_in(&mut self, now: Instant, answer: Result<HttpAnswer, HttpFailure>) {
        let Some(Entry::Account(account)) = &mut self.entry else { return };
        match account.answered(answer, self.known) {
            Answer::Token(token) => {
                self.known = true;
                self.token = Some(Token::new(token, now));
                self.connect(now);
            }
            Answer::Again => self.connect(now),
            Answer::Later(least) => {
                let wait = self.backoff.failed(&mut self.rng).max(least.unwrap_or_default());
                self.wait(now, now + wait);
            }
            Answer::Refused(why) => self.refuse(now, why),
        }
    }

    /// The owner has another token.
    fn given(&mut self, now: Instant, token: AccessToken) {
        if !matches!(self.entry, Some(Entry::Given)) {
            return;
        }
        self.token = Some(Token::given(token, now));
        match &mut self.connection {
            Connection::SigningIn { .. } => self.connect(now),
            Connection::Live(live) => live.renewal = Renewal::Idle,
            _ => {}
        }
    }

    /// When the next token of those that are given has to be asked for.
    fn wants_token_at(&self) -> Option<Instant> {
        let live = self.connection.live().filter(|_| matches!(self.entry, Some(Entry::Given)))?;
        let over = self.token.as_ref().map_or(live.since, Token::good_until);
        Some(match live.renewal {
            Renewal::At(at) => at.max(over),
            Renewal::Idle | Renewal::Asked(_) => over,
        })
    }

    fn opened(&mut self, now: Instant, socket: SocketId) {
        if matches!(self.connection, Connection::Opening { .. }) {
            self.token.iter_mut().for_each(Token::is_used);
            self.connection = Connection::Greeting { socket, until: now + READY_WITHIN, stage: () };
        }
    }

    /// READY (TOG-10, TOG-28): everything that is known is asked for again.
    pub(super) fn ready(&mut self, now: Instant, kind: Kind, user: User, servers: Vec<Server>) {
        let Connection::Greeting { socket, .. } = self.connection else { return };
        let Kind { is_real, knows_typing } = kind;
        self.user = Some(user.clone());
        self.connection = Connection::Live(Box::new(Live {
            socket,
            user: user.clone(),
            since: now,
            liveness: Liveness::new(now, PACE),
            is_real,
            knows_typing,
            typed: BTreeMap::new(),
            renewal: Renewal::Idle,
        }));
        self.calls.let_go();
        self.seen.missed_some();
        self.tell_connected();
        self.event(Event::Ready { user: Box::new(user), servers: servers.clone() });
        self.show_presence();
        self.look_for_all(now);
        self.load_all(now, |id| servers.iter().any(|server| server.id == id));
    }

    pub(super) fn acknowledged(&mut self, now: Instant) {
        if self.connection.live_mut().is_some_and(|live| live.liveness.answered(now)) {
            self.tell_connected();
        }
    }

    fn tell_connected(&mut self) {
        if let Some(Live { user, liveness, .. }) = self.connection.live() {
            let (user, latency) = (Box::new(user.clone()), liveness.latency());
            self.status(Status::Connected { user, latency });
        }
    }

    /// A connection was lost, or not made.
    fn lost(&mut self, now: Instant, after: After) {
        if self.connection.is_stable(now, STABLE_AFTER) {
            self.backoff.reset();
            self.tokens_refused = 0;
        }
        match after {
            After::Never(why) => self.refuse(now, why),
            After::SignIn if self.tokens_refused == 0 => {
                self.tokens_refused = 1;
                self.token = None;
                self.connection_gone(now, Connection::Offline);
                self.connect(now);
            }
            After::SignIn => {
                self.token = None;
                self.refuse(now, Refusal::SignInAgain);
            }
            After::Retry => {
                let wait = self.backoff.failed(&mut self.rng);
                self.wait(now, now + wait);
            }
        }
    }

    fn wait(&mut self, now: Instant, retry_at: Instant) {
        self.connection_gone(now, Connection::Waiting { retry_at });
        self.status(Status::Waiting { retry_at });
    }

    pub(super) fn refuse(&mut self, now: Instant, why: Refusal) {
        if matches!(why, Refusal::WrongPassword | Refusal::Taken | Refusal::BadName(_)) {
            self.entry = None;
            self.token = None;
        }
        self.connection_gone(now, Connection::Refused);
        self.give_up_all();
        self.status(Status::Refused(why));
    }

    fn disconnect(&mut self) {
        self.close(CLOSE_NORMAL);
        self.entry = None;
        self.token = None;
        if !matches!(self.connection, Connection::Offline) {
            self.connection = Connection::Offline;
            self.tell_overtaking(None);
            self.give_up_all();
            self.status(Status::Offline);
        }
        self.watched.clear();
    }

    /// What was not sent fails. What was sent may still be answered, while there is another try.
    fn connection_gone(&mut self, now: Instant, next: Connection) {
        self.connection = next;
        self.tell_overtaking(None);
        self.calls.take_running(Purpose::ends_with_connection);
        self.watched.values_mut().for_each(Watched::lost);
        for call in self.calls.take_waiting(|_| true) {
            match call.purpose {
                Purpose::Look(saying) => self.lost_answer(now, saying),
                purpose if purpose.ends_with_connection() => {}
                purpose => self.not_carried_out(now, purpose, Failure::NotConnected, String::new()),
            }
        }
    }

    /// Nothing is tried any more.
    fn give_up_all(&mut self) {
        let waiting = self.calls.take_waiting(|_| true).into_iter().map(|call| (call, Failure::NotConnected));
        let running = self.calls.take_running(|_| true).into_iter().map(|call| (call, Failure::NoAnswer));
        for (call, why) in waiting.chain(running).collect::<Vec<_>>() {
            if let Some(ticket) = call.purpose.ticket() {
                self.failed(ticket, why, String::new());
            }
        }
        self.give_up_seeking(None);
    }

    fn give_up(&mut self, now: Instant) {
        self.close(CLOSE_GIVEN_UP);
        self.lost(now, After::Retry);
    }

    pub(super) fn close(&mut self, code: u16) {
        if let Some(socket) = self.connection.socket() {
            self.outputs.push_back(Output::Close(socket, code));
        }
    }

    fn keep_alive(&mut self, now: Instant) {
        while let Some(live) = self.connection.live_mut() {
            match live.liveness.take_due(now) {
                None => return,
                Some(Due::Ask) => self.send(&ClientOp::Heartbeat),
                Some(Due::Dead) => self.give_up(now),
            }
        }
    }

    fn is_ours(&self, socket: SocketId) -> bool {
        self.connection.socket() == Some(socket)
    }

    pub(super) fn send(&mut self, op: &ClientOp) {
        if let Some(text) = op.text() {
            self.say(text);
        }
    }

    pub(super) fn say(&mut self, text: String) {
        if let Some(Live { socket, .. }) = self.connection.live() {
            self.outputs.push_back(Output::Text(*socket, text));
        }
    }

    pub(super) fn event(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    fn status(&mut self, status: Status) {
        self.event(Event::Status(status));
    }

    /// Brings what is asked and what was told up to date with what just happened.
    fn settle(&mut self, now: Instant) {
        self.keep_alive(now);
        for call in self.calls.take_expired(now) {
            self.not_carried_out(now, call.purpose, Failure::NotConnected, String::new());
        }
        self.give_up_seeking(Some(now));
        self.tell_overtaking(Some(now));
        self.calls.wait_no_longer(now);
        if let Some(live) = self.connection.live_mut() {
            live.renewal = live.renewal.after(now);
        }
        if self.wants_token_at().is_some_and(|at| at <= now) {
            self.renew(now);
        }
        self.start_calls(now);
    }
}

impl Machine for Session {
    type Request = Request;
    type Event = Event;

    fn link(&self) -> Link {
        Link::default()
    }

    fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let renewal = self.connection.live().and_then(|live| match live.renewal {
            Renewal::At(at) if self.calls.due().is_some() => Some(at),
            _ => None,
        });
        let (wanted, sought) = (self.wants_token_at(), self.sought.due());
        [self.connection.due(), self.calls.due(), renewal, wanted, sought, self.overtaking.due()]
            .into_iter()
            .flatten()
            .min()
    }

    fn handle(&mut self, now: Now, input: Input) {
        let now = now.instant;
        match input {
            Input::Request(request) => self.request(now, request),
            Input::Http(id, answer) => self.http_answered(now, id, answer),
            Input::Opened(socket) if self.is_ours(socket) => self.opened(now, socket),
            Input::OpenFailed(socket, failure) if self.is_ours(socket) => {
                self.lost(now, After::open_failed(&failure, self.known));
            }
            Input::Closed(socket, code, reason) if self.is_ours(socket) => {
                self.lost(now, After::close(code, &reason));
            }
            Input::Text(socket, text) if self.is_ours(socket) => self.heard(now, &text),
            // Of a socket that is given up, and what no server sends.
            _ => {}
        }
        self.settle(now);
    }

    fn handle_timeout(&mut self, now: Now) {
        let now = now.instant;
        if self.connection.due().is_some_and(|due| due <= now) {
            match self.connection {
                Connection::SigningIn { .. } => self.lost(now, After::Retry),
                Connection::Opening { .. } | Connection::Greeting { .. } => self.give_up(now),
                Connection::Waiting { .. } => self.connect(now),
                Connection::Live(_) | Connection::Offline | Connection::Refused => {}
            }
        }
        self.settle(now);
    }

    fn leave(&mut self, _now: Now) {
        self.disconnect();
    }
}

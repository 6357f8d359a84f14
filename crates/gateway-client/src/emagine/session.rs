//! The life of a session's connection: signing in, opening, identifying, live, lost, and again.

use std::collections::VecDeque;
use std::time::Instant;

use hearth_clock::Now;
use hearth_dialects::emagine::{ClientOp, Time};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::connection::{After, BACKOFF, Connection, Live, READY_WITHIN, STABLE_AFTER, Stage};
use super::places::Places;
use super::purpose::Purpose;
use super::sign_in::DOORS;
use crate::address::EndpointError;
use crate::backoff::Backoff;
use crate::chat::calls::Calls;
use crate::chat::overtaking::Overtaking;
use crate::chat::seen::Seen;
use crate::chat::sign_in::{Account, Answer, Renewal};
use crate::chat::sought::Sought;
use crate::chat::{
    Address, ChatConfig, Dialect, Event, Failure, Input, Outcome, Output, Refusal, Request, Secret, Status,
    User,
};
use crate::connection::{CLOSE_GIVEN_UP, CLOSE_NORMAL, OPEN_WITHIN, SIGN_IN_WITHIN};
use crate::liveness::{Due, Liveness, Pace};
use crate::machine::{HttpAnswer, HttpFailure, Link, Machine, SocketId};

/// Messages are a few thousand characters; a longer frame ends the connection, bytes.
const LONGEST_FRAME: usize = 1 << 20;

/// A client session. See the [module](super).
#[derive(Debug)]
pub struct Session {
    pub(super) address: Address,
    pub(super) rng: StdRng,
    pub(super) connection: Connection,
    pub(super) backoff: Backoff,
    /// A server was met at this address once.
    pub(super) known: bool,
    /// Who signs in; forgotten when it is wrong, or no longer needed.
    pub(super) account: Option<Account>,
    /// Kept until it is refused.
    pub(super) token: Option<Secret>,
    /// So many fresh tokens in a row were not taken.
    tokens_refused: u8,
    next_socket: u64,
    pub(super) next_http: u64,
    pub(super) calls: Calls<Purpose>,
    pub(super) seen: Seen,
    pub(super) sought: Sought,
    pub(super) overtaking: Overtaking,
    pub(super) places: Places,
    /// Who we are, since the first Ready.
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
            address: Address::parse(&config.url, Dialect::Emagine)?,
            rng: StdRng::seed_from_u64(config.seed),
            connection: Connection::Offline,
            backoff: Backoff::new(BACKOFF),
            known: false,
            account: None,
            token: None,
            tokens_refused: 0,
            next_socket: 0,
            next_http: 0,
            calls: Calls::default(),
            seen: Seen::default(),
            sought: Sought::default(),
            overtaking: Overtaking::default(),
            places: Places::remembering(&config.channels),
            user: None,
            outputs: VecDeque::new(),
        })
    }

    fn request(&mut self, now: Now, request: Request) {
        match request {
            Request::Connect { username, password, register } => {
                if matches!(self.connection, Connection::Offline | Connection::Refused) {
                    self.account = Some(Account::new(&DOORS, username, password, register));
                    self.token = None;
                    self.start_over(now.instant);
                }
            }
            Request::Retry => {
                if matches!(self.connection, Connection::Waiting { .. } | Connection::Refused) {
                    self.start_over(now.instant);
                }
            }
            Request::Disconnect => self.disconnect(now),
            other => self.ask(now, other),
        }
    }

    fn start_over(&mut self, now: Instant) {
        self.backoff.reset();
        self.tokens_refused = 0;
        self.connect(now);
    }

    /// Signs in, unless there is a token.
    fn connect(&mut self, now: Instant) {
        if self.token.is_some() {
            let socket = SocketId(self.next_socket);
            self.next_socket += 1;
            self.connection = Connection::Opening { socket, until: now + OPEN_WITHIN };
            self.outputs.push_back(Output::Open(socket, self.address.socket().to_owned()));
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
        let Some(account) = &mut self.account else { return };
        match account.answered(answer, self.known) {
            Answer::Token(token) => {
                self.known = true;
                self.token = Some(token);
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

    fn opened(&mut self, now: Instant, socket: SocketId) {
        if matches!(self.connection, Connection::Opening { .. }) {
            self.connection = Connection::Greeting { socket, until: now + READY_WITHIN, stage: Stage::Hello };
        }
    }

    /// Ready (EMG-05): everything that is known is asked for again.
    pub(super) fn ready(&mut self, now: Now, socket: SocketId, pace: Pace, user: User) {
        let at = now.instant;
        self.user = Some(user);
        let liveness = Liveness::new(at, pace);
        let renewal = Renewal::Idle;
        self.connection =
            Connection::Live(Box::new(Live { socket, since: at, liveness, beat: None, renewal, missing: 1 }));
        self.calls.let_go();
        self.seen.missed_some();
        self.tell_connected();
        for saying in self.sought.take_all() {
            self.look_for(now, saying);
        }
        self.list(at);
    }

    pub(super) fn tell_connected(&mut self) {
        if let (Some(live), Some(user)) = (self.connection.live(), &self.user) {
            let (user, latency) = (Box::new(user.clone()), live.liveness.latency());
            self.status(Status::Connected { user, latency });
        }
    }

    /// A connection was lost, or not made.
    fn lost(&mut self, now: Now, after: After) {
        let at = now.instant;
        if self.connection.is_stable(at, STABLE_AFTER) {
            self.backoff.reset();
            self.tokens_refused = 0;
        }
        match after {
            After::Never(why) => self.refuse(at, why),
            After::SignIn if self.tokens_refused == 0 => {
                self.tokens_refused = 1;
                self.token = None;
                self.connection_gone(at, Connection::Offline);
                self.connect(at);
            }
            After::SignIn => {
                self.token = None;
                self.refuse(at, Refusal::SignInAgain);
            }
            After::Retry => {
                let wait = self.backoff.failed(&mut self.rng);
                self.wait(at, at + wait);
            }
        }
    }

    fn wait(&mut self, at: Instant, retry_at: Instant) {
        self.connection_gone(at, Connection::Waiting { retry_at });
        self.status(Status::Waiting { retry_at });
    }

    pub(super) fn refuse(&mut self, at: Instant, why: Refusal) {
        if matches!(why, Refusal::WrongPassword | Refusal::Taken | Refusal::BadName(_)) {
            self.account = None;
            self.token = None;
        }
        self.connection_gone(at, Connection::Refused);
        self.give_up_all();
        self.status(Status::Refused(why));
    }

    fn disconnect(&mut self, now: Now) {
        let at = now.instant;
        self.close(CLOSE_NORMAL);
        self.account = None;
        self.token = None;
        if !matches!(self.connection, Connection::Offline) {
            self.connection_gone(at, Connection::Offline);
            self.give_up_all();
            self.status(Status::Offline);
        }
    }

    /// What was not sent fails. What was sent may still be answered, while there is another try.
    fn connection_gone(&mut self, now: Instant, next: Connection) {
        self.connection = next;
        self.tell_overtaking(None);
        self.places.lost();
        self.calls.take_running(|purpose| purpose.ticket().is_none());
        for call in self.calls.take_waiting(|_| true) {
            match call.purpose {
                Purpose::Look(saying) => self.sought.add(now, saying),
                purpose => {
                    if let Some(ticket) = purpose.ticket() {
                        self.failed(ticket, Failure::NotConnected, String::new());
                    }
                }
            }
        }
    }

    /// Nothing is tried any more.
    fn give_up_all(&mut self) {
        for call in self.calls.take_running(|_| true) {
            if let Some(ticket) = call.purpose.ticket() {
                self.failed(ticket, Failure::NoAnswer, String::new());
            }
        }
        self.give_up_seeking(None);
    }

    /// Those that cannot be looked for any more.
    fn give_up_seeking(&mut self, now: Option<Instant>) {
        for saying in self.sought.take_expired(now) {
            match saying.echo {
                Some(id) => self.done(saying.ticket, Outcome::Said(id)),
                None => self.failed(saying.ticket, Failure::NoAnswer, String::new()),
            }
        }
    }

    fn give_up(&mut self, now: Now) {
        self.close(CLOSE_GIVEN_UP);
        self.lost(now, After::Retry);
    }

    pub(super) fn close(&mut self, code: u16) {
        if let Some(socket) = self.connection.socket() {
            self.outputs.push_back(Output::Close(socket, code));
        }
    }

    /// Our own heartbeats (EMG-02, EMG-12).
    fn keep_alive(&mut self, now: Now) {
        while let Some(live) = self.connection.live_mut() {
            match live.liveness.take_due(now.instant) {
                None => return,
                Some(Due::Ask) => {
                    live.beat = Some(now.unix_ms);
                    self.say(&ClientOp::Heartbeat { time: Time::of_ms(now.unix_ms) });
                }
                Some(Due::Dead) => self.give_up(now),
            }
        }
    }

    fn is_ours(&self, socket: SocketId) -> bool {
        self.connection.socket() == Some(socket)
    }

    pub(super) fn say(&mut self, op: &ClientOp) {
        if let Some(socket) = self.connection.socket() {
            self.outputs.push_back(Output::Text(socket, op.text()));
        }
    }

    pub(super) fn event(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    fn status(&mut self, status: Status) {
        self.event(Event::Status(status));
    }

    /// Brings what is asked and what was told up to date with what just happened.
    fn settle(&mut self, now: Now) {
        let at = now.instant;
        self.keep_alive(now);
        for call in self.calls.take_expired(at) {
            self.not_carried_out(now, call.purpose, Failure::NotConnected, String::new());
        }
        self.give_up_seeking(Some(at));
        self.tell_overtaking(Some(at));
        self.calls.wait_no_longer(at);
        if let Some(live) = self.connection.live_mut() {
            live.renewal = live.renewal.after(at);
        }
        self.listen(at);
        self.start_calls(at);
    }
}

impl Machine for Session {
    type Request = Request;
    type Event = Event;

    fn link(&self) -> Link {
        Link { longest_message: LONGEST_FRAME, longest_frame: LONGEST_FRAME, ..Link::default() }
    }

    fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let live = self.connection.live();
        let renewal = live.and_then(|live| match live.renewal {
            Renewal::At(at) if self.calls.due().is_some() => Some(at),
            _ => None,
        });
        let listening = live.and_then(|_| self.places.due());
        [
            self.connection.due(),
            self.calls.due(),
            renewal,
            listening,
            self.sought.due(),
            self.overtaking.due(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    fn handle(&mut self, now: Now, input: Input) {
        match input {
            Input::Request(request) => self.request(now, request),
            Input::Http(id, answer) => self.http_answered(now, id, answer),
            Input::Opened(socket) if self.is_ours(socket) => self.opened(now.instant, socket),
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
        if self.connection.due().is_some_and(|due| due <= now.instant) {
            match self.connection {
                Connection::SigningIn { .. } => self.lost(now, After::Retry),
                Connection::Opening { .. } | Connection::Greeting { .. } => self.give_up(now),
                Connection::Waiting { .. } => self.connect(now.instant),
                Connection::Live(_) | Connection::Offline | Connection::Refused => {}
            }
        }
        self.settle(now);
    }

    fn leave(&mut self, now: Now) {
        self.disconnect(now);
    }
}

//! Together's own way of what every session does, and the tokens that its owner is given.

use std::collections::BTreeMap;
use std::time::Instant;

use hearth_clock::Now;
use hearth_dialects::together::{ACCESS_TOKEN, ClientOp, limits};

use super::connection::{self, Live};
use super::heard::Kind;
use super::loading::Watched;
use super::purpose::Other;
use super::sign_in::{DOORS, Entry};
use super::{
    AccessToken, Address, ChatConfig, Dialect, Event, Failure, Message, Presence, Request, Secret, Server,
    User,
};
use crate::backoff::Plan;
use crate::chat::connection::After;
use crate::chat::renewal::Renewal;
use crate::chat::rest::{OverRest, Rest};
use crate::chat::session;
use crate::chat::sign_in::Account;
use crate::chat::sought::Saying;
use crate::chat::token::Token;
use crate::chat::tongue::Tongue;
use crate::connection::Connection;
use crate::machine::{HttpAnswer, HttpFailure, HttpId, Link, OpenFailure};

/// A client session. See the [module](super).
pub type Session = session::Session<Together>;

/// What a session keeps beside what all do.
#[derive(Debug, Default)]
pub struct Together {
    /// Servers that are told as a whole.
    pub(super) watched: BTreeMap<String, Watched>,
    /// How we want to be seen.
    pub(super) presence: Option<Presence>,
}

impl Tongue for Together {
    type Entry = Entry;
    type Stage = ();
    type Live = Live;
    type Rest = Rest<Other>;

    const DIALECT: Dialect = Dialect::Together;
    const BACKOFF: Plan = Plan::STRICT;
    const LINK: Link = Link::USUAL;
    const GREETING: () = ();

    fn new(_: &ChatConfig) -> Self {
        Self::default()
    }

    fn entry(username: String, password: Secret, register: bool) -> (Option<Entry>, Option<Token>) {
        (Some(Entry::Account(Account::new(&DOORS, username, password, register))), None)
    }

    /// Each connection gets a token that none had before (TOG-02, TOG-28).
    fn token(text: Secret, now: Instant) -> Token {
        Token::passing(text, ACCESS_TOKEN, now)
    }

    fn url(address: &Address, token: &Secret) -> String {
        address.socket_with(token)
    }

    fn open_failed(failure: &OpenFailure, known: bool) -> After {
        connection::open_failed(failure, known)
    }

    fn ended(_: &mut Session, code: Option<u16>, reason: &str) -> After {
        connection::close(code, reason)
    }

    fn ask(session: &mut Session, now: Now, request: Request) {
        session.ask(now, request);
    }

    fn heard(session: &mut Session, now: Now, text: &str) {
        session.heard(now, text);
    }

    fn answered(session: &mut Session, now: Now, id: HttpId, answer: Result<HttpAnswer, HttpFailure>) {
        session.call_answered(now, id, answer);
    }

    fn beat(session: &mut Session, _: Now) {
        session.send(&ClientOp::Heartbeat);
    }

    fn lost(session: &mut Session, now: Now) {
        session.own.watched.values_mut().for_each(Watched::lost);
        session.calls_lost(now);
    }

    fn given_up(session: &mut Session) {
        session.give_up_calls();
    }

    fn left(&mut self) {
        self.watched.clear();
    }

    fn settle(session: &mut Session, now: Now) {
        session.settle_calls(now);
        if session.wants_token_at().is_some_and(|at| at <= now.instant) {
            session.renew(now);
        }
        session.start_calls(now);
    }

    fn due(session: &Session) -> Option<Instant> {
        session.calls_due().into_iter().chain(session.wants_token_at()).min()
    }
}

impl OverRest for Together {
    type Other = Other;

    fn newest(channel: &str) -> String {
        format!("/channels/{channel}/messages?limit={}", limits::PAGE)
    }

    fn page(answer: &HttpAnswer, _: Option<&str>) -> Option<(Vec<Message>, bool)> {
        super::answers::page(answer)
    }

    fn posted(_: &mut Session, _: Now, _: &Saying, answer: &HttpAnswer) -> Option<Message> {
        super::answers::message(answer)
    }

    fn carried_out(session: &mut Session, now: Now, what: Other, answer: &HttpAnswer) {
        session.carried_out(now.instant, what, answer);
    }

    fn not_carried_out(session: &mut Session, now: Now, what: Other, why: Failure, text: String) {
        session.not_carried_out(now.instant, what, why, text);
    }
}

impl Session {
    /// The owner has another token.
    pub(super) fn given(&mut self, now: Now, token: AccessToken) {
        if !matches!(self.entry, Some(Entry::Given)) {
            return;
        }
        self.token = Some(Token::given(token, now.instant));
        match &mut self.connection {
            Connection::SigningIn { .. } => self.connect(now),
            Connection::Live(live) => live.renewal = Renewal::Idle,
            _ => {}
        }
    }

    /// When the next token of those that are given has to be asked for.
    fn wants_token_at(&self) -> Option<Instant> {
        let live = self.connection.live().filter(|_| matches!(self.entry, Some(Entry::Given)))?;
        let over = self.token.as_ref().map_or(Some(live.since), Token::good_until)?;
        Some(match live.renewal {
            Renewal::At(at) => at.max(over),
            Renewal::Idle | Renewal::Asked(_) => over,
        })
    }

    /// READY (TOG-10, TOG-28): everything that is known is asked for again.
    pub(super) fn ready(&mut self, now: Now, kind: Kind, user: User, servers: Vec<Server>) {
        let Connection::Greeting { socket, .. } = self.connection else { return };
        self.live(now.instant, socket, connection::PACE, user.clone(), Live::of(kind));
        self.event(Event::Ready { user: Box::new(user), servers: servers.clone() });
        self.show_presence();
        self.begin_calls(now);
        self.load_all(now.instant, |id| servers.iter().any(|server| server.id == id));
    }

    pub(super) fn send(&mut self, op: &ClientOp) {
        if let Some(text) = op.text().filter(|_| self.is_live()) {
            self.say(text);
        }
    }
}

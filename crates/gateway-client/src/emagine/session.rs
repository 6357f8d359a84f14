//! E-Magine's own way of what every session does.

use std::time::Instant;

use hearth_clock::Now;
use hearth_dialects::emagine::{ClientOp, CloseCode, Time};

use super::places::Places;
use super::purpose::Other;
use super::sign_in::DOORS;
use super::{answers, talk};
use crate::backoff::Plan;
use crate::chat::connection::After;
use crate::chat::rest::{OverRest, Rest};
use crate::chat::session;
use crate::chat::sign_in::Account;
use crate::chat::sought::Saying;
use crate::chat::token::Token;
use crate::chat::tongue::Tongue;
use crate::chat::{ChatConfig, Dialect, Failure, Message, Refusal, Request, Secret, User};
use crate::liveness::Pace;
use crate::machine::{HttpAnswer, HttpFailure, HttpId, Link, SocketId};

/// A client session. See the [module](super).
pub type Session = session::Session<Emagine>;

/// What a session keeps beside what all do.
#[derive(Debug)]
pub struct Emagine {
    pub(super) places: Places,
}

/// What is waited for before a connection is usable.
#[derive(Clone, Copy, Debug)]
pub enum Stage {
    /// The server has not said hello yet.
    Hello,
    /// We have said who we are.
    Identified(Pace),
}

/// What is kept of a usable connection.
#[derive(Debug)]
pub struct Live {
    /// The time in our last heartbeat, which comes back with its answer.
    pub beat: Option<u64>,
    /// What is still asked for before the owner is told where we are.
    pub missing: usize,
}

/// What follows from a close (EMG-04, EMG-06, EMG-12).
fn close(code: Option<u16>, reason: &str) -> After {
    match code.map(CloseCode::from_code) {
        Some(CloseCode::BadToken) => After::SignIn,
        Some(CloseCode::Malformed) => After::Never(Refusal::Misunderstood(reason.to_owned())),
        // Coming back would only end the next one, in a ring.
        Some(CloseCode::Crowded) => After::Never(Refusal::Crowded),
        _ => After::Retry,
    }
}

impl Tongue for Emagine {
    type Entry = Account;
    type Stage = Stage;
    type Live = Live;
    type Rest = Rest<Other>;

    const DIALECT: Dialect = Dialect::Emagine;
    const BACKOFF: Plan = Plan::WIDE;
    /// Messages are a few thousand characters.
    const LINK: Link = Link::of_messages(1 << 20);
    const GREETING: Stage = Stage::Hello;

    fn new(config: &ChatConfig) -> Self {
        Self { places: Places::remembering(&config.channels) }
    }

    fn entry(username: String, password: Secret, register: bool) -> (Option<Account>, Option<Token>) {
        (Some(Account::new(&DOORS, username, password, register)), None)
    }

    fn token(text: Secret, _: Instant) -> Token {
        Token::lasting(text)
    }

    fn ended(_: &mut Session, code: Option<u16>, reason: &str) -> After {
        close(code, reason)
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

    /// Our own heartbeats (EMG-02, EMG-12).
    fn beat(session: &mut Session, now: Now) {
        if let Some(live) = session.connection.live_mut() {
            live.own.beat = Some(now.unix_ms);
            session.say(ClientOp::Heartbeat { time: Time::of_ms(now.unix_ms) }.text());
        }
    }

    fn lost(session: &mut Session, now: Now) {
        session.own.places.lost();
        session.calls_lost(now);
    }

    fn given_up(session: &mut Session) {
        session.give_up_calls();
    }

    fn settle(session: &mut Session, now: Now) {
        session.settle_calls(now);
        session.listen(now.instant);
        session.start_calls(now);
    }

    fn due(session: &Session) -> Option<Instant> {
        let listening = session.connection.live().and_then(|_| session.own.places.due());
        session.calls_due().into_iter().chain(listening).min()
    }
}

impl OverRest for Emagine {
    type Other = Other;

    fn newest(channel: &str) -> String {
        format!("/channels/{channel}/posts?limit={}", talk::PAGE)
    }

    fn page(answer: &HttpAnswer, before: Option<&str>) -> Option<(Vec<Message>, bool)> {
        answers::page(answer, before)
    }

    fn posted(session: &mut Session, now: Now, saying: &Saying, answer: &HttpAnswer) -> Option<Message> {
        session.posted(now, saying, answer)
    }

    fn told(session: &mut Session, message: &mut Message) {
        session.told(message);
    }

    fn carried_out(session: &mut Session, now: Now, what: Other, answer: &HttpAnswer) {
        session.carried_out(now, what, answer);
    }

    fn not_carried_out(session: &mut Session, now: Now, what: Other, why: Failure, text: String) {
        session.not_carried_out(now, what, why, text);
    }
}

impl Session {
    /// Ready (EMG-05): everything that is known is asked for again.
    pub(super) fn ready(&mut self, now: Now, socket: SocketId, pace: Pace, user: User) {
        self.live(now.instant, socket, pace, user, Live { beat: None, missing: 1 });
        self.begin_calls(now);
        self.list(now.instant);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emg_04_06_12_the_table_of_ends_row_by_row() {
        for (code, after) in [
            (None, After::Retry),
            (Some(1000), After::Retry),
            (Some(1001), After::Retry),
            (Some(1009), After::Retry),
            (Some(4001), After::Never(Refusal::Misunderstood("why".into()))),
            (Some(4002), After::Retry),
            (Some(4003), After::SignIn),
            (Some(4008), After::Retry),
            (Some(4009), After::Never(Refusal::Crowded)),
            (Some(4999), After::Retry),
        ] {
            assert_eq!(close(code, "why"), after, "{code:?}");
        }
    }
}

//! i386chat's own way of what every session does, and what follows from how its connections end.

use std::time::Instant;

use hearth_clock::Now;
use hearth_dialects::i386chat::{ClientFrame, ErrorCode, Fault, limits};

use super::asked::Questions;
use super::entry::Entry;
use super::log::{Log, Pieces};
use super::rooms::Rooms;
use crate::backoff::Plan;
use crate::chat::connection::After;
use crate::chat::session;
use crate::chat::token::Token;
use crate::chat::tongue::Tongue;
use crate::chat::{ChatConfig, Dialect, Event, Failure, Refusal, Request, Secret, User};
use crate::connection::CLOSE_NORMAL;
use crate::liveness::Pace;
use crate::machine::{Link, SocketId};

/// A client session. See the [module](super).
pub type Session = session::Session<I386chat>;

/// What a session keeps beside what all do.
#[derive(Debug)]
pub struct I386chat {
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
}

/// What is waited for before a connection is usable.
#[derive(Clone, Copy, Debug)]
pub enum Stage {
    /// 100.
    Introduction,
    /// 140: we have presented ourselves.
    Presented(Pace),
}

/// The server has said that it goes down: it is not back in a second (I386-31).
const DOWN: u32 = 2;

/// We were too fast for it: it wants to be left alone.
const TOO_MUCH: u32 = 4;

/// What follows from a close. `fault` is the error that was told before it (I386-22), `goes_down` whether the server said
/// so (I386-31), `is_live` whether it had let us in.
fn close(code: Option<u16>, fault: Option<Fault>, goes_down: bool, is_live: bool) -> After {
    let (told, words) = fault.map_or((None, None), |fault| (Some(fault.code), fault.error));
    let words = words.unwrap_or_default();
    match told.or_else(|| code.and_then(ErrorCode::from_close)) {
        // Authentication failed (facts I386-R6).
        Some(ErrorCode::InvalidToken) => After::Never(Refusal::WrongPassword),
        Some(ErrorCode::Banned) => After::Never(Refusal::Suspended(words)),
        None if code == Some(ErrorCode::POLICY) && !is_live => After::Never(Refusal::WrongPassword),
        Some(ErrorCode::Malformed) => After::Never(Refusal::Misunderstood(words)),
        // Coming back would only end the next one, in a ring.
        Some(ErrorCode::Crowded) => After::Never(Refusal::Crowded),
        Some(ErrorCode::RateLimited) => After::Later(TOO_MUCH),
        Some(ErrorCode::ShuttingDown) => After::Later(DOWN),
        _ if goes_down => After::Later(DOWN),
        _ => After::Retry,
    }
}

impl Tongue for I386chat {
    type Entry = Entry;
    type Stage = Stage;
    type Live = ();
    type Rest = ();

    const DIALECT: Dialect = Dialect::I386chat;
    const BACKOFF: Plan = Plan::STRICT;
    /// Whoever sends more does not speak this dialect (I386-13).
    const LINK: Link = Link::of_messages(4 * limits::FRAME_BYTES);
    const GREETING: Stage = Stage::Introduction;

    fn new(config: &ChatConfig) -> Self {
        Self {
            fault: None,
            goes_down: false,
            questions: Questions::default(),
            rooms: Rooms::remembering(&config.channels),
            log: Log::default(),
            pieces: Pieces::default(),
            typed_at: None,
            unnamed: 0,
        }
    }

    /// What is given in the place of a password is the token.
    fn entry(username: String, password: Secret, register: bool) -> (Option<Entry>, Option<Token>) {
        let is_given = !register && !password.reveal().is_empty();
        let entry = (register || is_given).then_some(Entry { username });
        (entry, is_given.then(|| Token::lasting(password)))
    }

    fn token(text: Secret, _: Instant) -> Token {
        Token::lasting(text)
    }

    fn ended(session: &mut Session, code: Option<u16>, _: &str) -> After {
        let is_live = session.is_live();
        close(code, session.own.fault.take(), session.own.goes_down, is_live)
    }

    fn ask(session: &mut Session, now: Now, request: Request) {
        session.ask(now.instant, request);
    }

    fn heard(session: &mut Session, now: Now, text: &str) {
        session.heard(now, text);
    }

    /// I386-05, I386-07.
    fn beat(session: &mut Session, _: Now) {
        if let Ok(text) = ClientFrame::Heartbeat.text() {
            session.say(text);
        }
    }

    /// What was asked may have been done: nothing of it can be looked up.
    fn lost(session: &mut Session, _: Now) {
        let own = &mut session.own;
        (own.fault, own.goes_down) = (None, false);
        own.pieces = Pieces::default();
        own.rooms.people_at = None;
        for ticket in own.questions.take_all().filter_map(|asked| asked.ticket()) {
            session.failed(ticket, Failure::NoAnswer, String::new());
        }
        session.tell_rooms(None);
        if session.own.rooms.here.take().is_some() {
            session.event(Event::Here(None));
        }
    }

    fn left(&mut self) {
        self.rooms.wanted = None;
    }

    fn settle(session: &mut Session, now: Now) {
        while let Some(asked) = session.own.questions.take_expired(now.instant) {
            match asked.ticket() {
                Some(ticket) => session.failed(ticket, Failure::NoAnswer, String::new()),
                None => session.own.rooms.wanted = None,
            }
        }
        session.tell_rooms(Some(now.instant));
    }

    fn due(session: &Session) -> Option<Instant> {
        let Rooms { servers_at, people_at, .. } = session.own.rooms;
        [session.own.questions.due(), servers_at, people_at].into_iter().flatten().min()
    }
}

impl Session {
    /// 140 (I386-16): we go where we were before.
    pub(super) fn ready(&mut self, now: Instant, socket: SocketId, pace: Pace, user: User) {
        self.live(now, socket, pace, user.clone(), ());
        self.event(Event::Ready { user: Box::new(user), servers: self.own.rooms.servers() });
        self.go_back(now);
    }

    /// The token cannot be one.
    pub(super) fn not_let_in(&mut self, now: Now) {
        self.close(CLOSE_NORMAL);
        self.lost(now, After::Never(Refusal::WrongPassword));
    }

    /// A name for a message that has none.
    pub(super) fn unnamed(&mut self) -> String {
        self.own.unnamed += 1;
        format!("~{}", self.own.unnamed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i386_22_the_table_of_ends_row_by_row() {
        let misunderstood = || After::Never(Refusal::Misunderstood("invalid or malformed event".into()));
        let banned = || After::Never(Refusal::Suspended("user is banned".into()));
        for (code, after) in [
            (ErrorCode::InvalidToken, After::Never(Refusal::WrongPassword)),
            (ErrorCode::Banned, banned()),
            (ErrorCode::Storage, After::Retry),
            (ErrorCode::TooLong, After::Retry),
            (ErrorCode::Timeout, After::Retry),
            (ErrorCode::RateLimited, After::Later(TOO_MUCH)),
            (ErrorCode::Crowded, After::Never(Refusal::Crowded)),
            (ErrorCode::ShuttingDown, After::Later(DOWN)),
            (ErrorCode::Malformed, misunderstood()),
            (ErrorCode::NotPresented, After::Retry),
            (ErrorCode::Other(7), After::Retry),
        ] {
            let fault = Some(Fault::fatal(code));
            assert_eq!(close(Some(code.close_code()), fault, false, false), after, "{code:?}");
        }
        // The error itself may be lost.
        assert_eq!(close(Some(1008), None, false, false), After::Never(Refusal::WrongPassword));
        assert_eq!(close(Some(1008), None, false, true), After::Retry);
        assert_eq!(close(Some(4003), None, false, true), After::Later(DOWN));
        assert_eq!(close(None, None, true, true), After::Later(DOWN));
        assert_eq!(close(None, None, false, true), After::Retry);
    }
}

//! What a dialect does in its own way, of what every session does.

use std::fmt::Debug;
use std::time::Instant;

use hearth_clock::Now;

use super::connection::After;
use super::session::Session;
use super::sign_in::Entry;
use super::token::Token;
use super::{Address, ChatConfig, Dialect, Request, Secret};
use crate::backoff::Plan;
use crate::machine::{HttpAnswer, HttpFailure, HttpId, Link, OpenFailure};

/// How a dialect does what every session does, and what it keeps for that.
pub trait Tongue: Debug + Sized {
    /// Who signs in.
    type Entry: Entry;
    /// How far the greeting has come.
    type Stage: Debug;
    /// What is kept of a usable connection.
    type Live: Debug;
    /// What is kept for REST; nothing where only the token comes over it.
    type Rest: Debug + Default;

    const DIALECT: Dialect;
    const BACKOFF: Plan;
    const LINK: Link;
    /// The socket is open, and nothing was said.
    const GREETING: Self::Stage;

    /// What is known before the first connection.
    fn new(config: &ChatConfig) -> Self;

    /// Who comes in with what the owner was given: how a token is had, and one that there is already.
    fn entry(username: String, password: Secret, register: bool) -> (Option<Self::Entry>, Option<Token>);

    /// What a sign-in gave.
    fn token(text: Secret, now: Instant) -> Token;

    /// What the socket is opened with.
    fn url(address: &Address, _token: &Secret) -> String {
        address.socket().to_owned()
    }

    /// What follows when the socket could not be opened.
    fn open_failed(failure: &OpenFailure, known: bool) -> After {
        After::open_failed(failure, known)
    }

    /// What follows from how the socket was closed: by the server, or, without a code, by us who gave it up.
    fn ended(session: &mut Session<Self>, code: Option<u16>, reason: &str) -> After;

    /// What is asked for, and is not about the connection.
    fn ask(session: &mut Session<Self>, now: Now, request: Request);

    /// A text on the socket.
    fn heard(session: &mut Session<Self>, now: Now, text: &str);

    /// Over HTTP, but for signing in.
    fn answered(_: &mut Session<Self>, _: Now, _: HttpId, _: Result<HttpAnswer, HttpFailure>) {}

    /// Asks whether the server is there.
    fn beat(session: &mut Session<Self>, now: Now);

    /// There is no connection any more, and perhaps another try.
    fn lost(session: &mut Session<Self>, now: Now);

    /// Nothing is tried any more.
    fn given_up(_: &mut Session<Self>) {}

    /// The owner wants no connection.
    fn left(&mut self) {}

    /// Brings what is asked and what was told up to date with what just happened.
    fn settle(session: &mut Session<Self>, now: Now);

    /// When [`Tongue::settle`] has something to do.
    fn due(session: &Session<Self>) -> Option<Instant>;
}

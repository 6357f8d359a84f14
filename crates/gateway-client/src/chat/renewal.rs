//! How a session gets its tokens: one for its next connection, and another when a connection outlives its own.

use std::time::{Duration, Instant};

use hearth_clock::Now;

use super::session::Session;
use super::sign_in::{Answer, Entry};
use super::tongue::Tongue;
use super::{Event, Refusal, Secret};
use crate::connection::CLOSE_NORMAL;
use crate::machine::{HttpAnswer, HttpFailure, HttpId, HttpRequest, Method};

/// Connections last longer than tokens: whether calls need another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Renewal {
    /// It is good, or nothing needs it.
    Idle,
    /// Signing in for another.
    Asked(HttpId),
    /// That did not work; it is tried again then.
    At(Instant),
}

impl Renewal {
    /// What it is when this time has come.
    pub fn after(self, now: Instant) -> Self {
        match self {
            Self::At(at) if at <= now => Self::Idle,
            renewal => renewal,
        }
    }
}

/// A token that is given is wanted again after this long.
const GIVEN_WITHIN: Duration = Duration::from_secs(20);

impl<T: Tongue> Session<T> {
    /// The answer that it gets is known by the id; who is given tokens answers with [`Request::Token`](super::Request::Token).
    pub(super) fn ask_for_token(&mut self) -> Option<HttpId> {
        let Some((path, body)) = self.entry.as_ref()?.ask() else {
            self.event(Event::TokenWanted);
            return Some(self.next_http_id());
        };
        let url = self.address.rest(path);
        Some(self.http(HttpRequest { method: Method::Post, url, bearer: None, body: Some(body) }))
    }

    pub(super) fn signed_in(&mut self, now: Now, answer: Result<HttpAnswer, HttpFailure>) {
        let Some(entry) = &mut self.entry else { return };
        match entry.answered(answer, self.known) {
            Answer::Token(token) => {
                self.known = true;
                self.has_token(now, token);
                self.connect(now);
            }
            Answer::Again => self.connect(now),
            Answer::Later(least) => {
                let wait = self.backoff.failed(&mut self.rng).max(least.unwrap_or_default());
                self.wait(now, now.instant + wait);
            }
            Answer::Refused(why) => self.refuse(now, why),
        }
    }

    fn has_token(&mut self, now: Now, token: Secret) {
        if !T::DIALECT.features().passwords {
            self.event(Event::Secret(token.clone()));
        }
        self.token = Some(T::token(token, now.instant));
    }

    /// Has another token, for what needs one beside the connection.
    pub(crate) fn renew(&mut self, now: Now) {
        if self.connection.live().is_none_or(|live| live.renewal != Renewal::Idle) {
            return;
        }
        let is_given = self.entry.as_ref().is_some_and(|entry| entry.ask().is_none());
        match (self.ask_for_token(), self.connection.live_mut()) {
            (Some(_), Some(live)) if is_given => live.renewal = Renewal::At(now.instant + GIVEN_WITHIN),
            (Some(id), Some(live)) => live.renewal = Renewal::Asked(id),
            _ => {
                self.close(CLOSE_NORMAL);
                self.refuse(now, Refusal::SignInAgain);
            }
        }
    }

    /// A connection outlives its token (facts TOG-R18).
    pub(super) fn renewed(&mut self, now: Now, answer: Result<HttpAnswer, HttpFailure>) {
        let Some(entry) = &mut self.entry else { return };
        let renewal = match entry.answered(answer, self.known) {
            Answer::Token(token) => {
                self.has_token(now, token);
                Renewal::Idle
            }
            Answer::Again => Renewal::Idle,
            Answer::Later(least) => {
                let wait = self.backoff.failed(&mut self.rng).max(least.unwrap_or_default());
                Renewal::At(now.instant + wait)
            }
            Answer::Refused(why) => {
                self.close(CLOSE_NORMAL);
                return self.refuse(now, why);
            }
        };
        if let Some(live) = self.connection.live_mut() {
            live.renewal = renewal;
        }
    }
}

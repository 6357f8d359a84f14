//! HTTP of a session: calls with a token that is good, another token when it is over, and whose answer is whose.

use std::time::{Duration, Instant};

use super::purpose::Purpose;
use super::session::Session;
use super::sign_in::Entry;
use super::token::Token;
use super::{Event, Failure, Output, Refusal};
use crate::chat::calls::Changes;
use crate::chat::sign_in::{Answer, Renewal};
use crate::connection::{CLOSE_NORMAL, Connection};
use crate::machine::{HttpAnswer, HttpFailure, HttpId, HttpRequest, Method};

/// A token that is given is wanted again after this long.
const GIVEN_WITHIN: Duration = Duration::from_secs(20);

impl Session {
    /// Why nothing can be asked for now.
    pub(super) fn may_call(&self) -> Result<(), Failure> {
        if self.connection.live().is_none() {
            return Err(Failure::NotConnected);
        }
        if self.calls.have_room() { Ok(()) } else { Err(Failure::TooMany) }
    }

    pub(super) fn ask_for_token(&mut self) -> Option<HttpId> {
        let Entry::Account(account) = self.entry.as_ref()? else {
            // Nothing is asked over HTTP: who is told answers with `Request::Token`.
            self.event(Event::TokenWanted);
            return Some(self.next_http_id());
        };
        let (path, body) = account.ask();
        let url = self.address.rest(path);
        Some(self.http(HttpRequest { method: Method::Post, url, bearer: None, body: Some(body) }))
    }

    /// A connection outlives its token (facts TOG-R18): calls need another.
    fn renewed(&mut self, now: Instant, answer: Result<HttpAnswer, HttpFailure>) {
        let Some(Entry::Account(account)) = &mut self.entry else { return };
        let renewal = match account.answered(answer, self.known) {
            Answer::Token(token) => {
                self.token = Some(Token::new(token, now));
                Renewal::Idle
            }
            Answer::Again => Renewal::Idle,
            Answer::Later(least) => {
                let wait = self.backoff.failed(&mut self.rng).max(least.unwrap_or_default());
                Renewal::At(now + wait)
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

    /// Starts what can be started, with a token that is good.
    pub(super) fn start_calls(&mut self, now: Instant) {
        while self.connection.live().is_some() && self.calls.has_next(now) {
            let Some(token) = self.token.as_ref().and_then(|token| token.for_call(now)).cloned() else {
                return self.renew(now);
            };
            let Some(mut call) = self.calls.take_next(now) else { return };
            match &mut call.purpose {
                Purpose::Say(saying) => {
                    saying.sent = self.seen.has_read(&saying.channel).then(|| self.seen.mark());
                }
                // What was heard during an earlier try is in what this one reads.
                Purpose::Page { changes, .. } => *changes = Changes::default(),
                _ => {}
            }
            let url = self.address.rest(&call.path);
            let (method, body) = (call.method, call.body.clone());
            let id = self.http(HttpRequest { method, url, bearer: Some(token.reveal().to_owned()), body });
            self.calls.started(id, call);
        }
    }

    pub(super) fn renew(&mut self, now: Instant) {
        if self.connection.live().is_none_or(|live| live.renewal != Renewal::Idle) {
            return;
        }
        let is_given = matches!(self.entry, Some(Entry::Given));
        match (self.ask_for_token(), self.connection.live_mut()) {
            (Some(_), Some(live)) if is_given => live.renewal = Renewal::At(now + GIVEN_WITHIN),
            (Some(id), Some(live)) => live.renewal = Renewal::Asked(id),
            _ => {
                self.close(CLOSE_NORMAL);
                self.refuse(now, Refusal::SignInAgain);
            }
        }
    }

    fn next_http_id(&mut self) -> HttpId {
        let id = HttpId(self.next_http);
        self.next_http += 1;
        id
    }

    fn http(&mut self, request: HttpRequest) -> HttpId {
        let id = self.next_http_id();
        self.outputs.push_back(Output::Http(id, request));
        id
    }

    pub(super) fn http_answered(
        &mut self,
        now: Instant,
        id: HttpId,
        answer: Result<HttpAnswer, HttpFailure>,
    ) {
        if matches!(self.connection, Connection::SigningIn { id: asked, .. } if asked == id) {
            self.signed_in(now, answer);
        } else if self.connection.live().is_some_and(|live| live.renewal == Renewal::Asked(id)) {
            self.renewed(now, answer);
        } else if let Some(call) = self.calls.answered(id) {
            self.answered(now, call, answer);
        }
    }
}

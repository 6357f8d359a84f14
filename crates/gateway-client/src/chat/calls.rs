//! Calls over REST: a few at once, and those that belong together one after the other.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use super::Failure;
use super::purpose::{Changes, Purpose};
use super::sought::Saying;
use crate::machine::{HttpAnswer, HttpFailure, HttpId, Method};

/// So many run at once.
pub(crate) const AT_ONCE: usize = 8;

/// So many more of the owner's may wait.
const MOST_WAITING: usize = 256;

/// A call that was not carried out by then is given up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A call is tried so often when the server is not reached, or when it only reads.
const TRIES: u32 = 3;

/// The wait before another try, times the tries.
const PAUSE: Duration = Duration::from_secs(1);

/// A rate limit without a time.
const HOLD: Duration = Duration::from_secs(2);

/// Calls of the same lane are carried out one after the other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lane {
    Channel(String),
    /// A message whose channel is not known.
    Message(String),
    Voice,
    /// Making, joining and leaving servers.
    Servers,
}

/// What came of a call, or of one try.
#[derive(Debug)]
pub(crate) enum Verdict<O> {
    /// It was carried out.
    CarriedOut(Purpose<O>, HttpAnswer),
    /// It is tried again.
    Again,
    /// It is tried again with another token: this one was refused.
    AgainWithToken,
    /// It was not carried out, and why; the server's words.
    Not(Purpose<O>, Failure, String),
    /// It would be tried again, but there is no connection any more.
    Cut(Purpose<O>),
    /// Something that was said may have arrived.
    Unsure(Purpose<O>),
}

/// A call.
#[derive(Debug)]
pub(crate) struct Call<O> {
    pub purpose: Purpose<O>,
    pub method: Method,
    pub path: String,
    pub body: Option<String>,
    pub lane: Option<Lane>,
    pub give_up_at: Instant,
    /// It was tried before; not again before this.
    pub not_before: Option<Instant>,
    pub tries: u32,
    /// A token was refused for it already.
    pub signed_again: bool,
}

impl<O> Call<O> {
    pub fn new(purpose: impl Into<Purpose<O>>, method: Method, path: String, now: Instant) -> Self {
        let give_up_at = now + PATIENCE;
        Self {
            purpose: purpose.into(),
            method,
            path,
            body: None,
            lane: None,
            give_up_at,
            not_before: None,
            tries: 0,
            signed_again: false,
        }
    }

    pub fn get(purpose: impl Into<Purpose<O>>, path: String, now: Instant) -> Self {
        Self::new(purpose, Method::Get, path, now)
    }

    /// Reads messages of a channel.
    pub fn page(ticket: u64, channel: String, before: Option<String>, path: String, now: Instant) -> Self {
        let lane = Lane::Channel(channel.clone());
        let purpose = Purpose::Page { ticket, channel, before, changes: Changes::default() };
        Self::get(purpose, path, now).lane(lane)
    }

    /// Says something.
    pub fn say(saying: Saying, path: String, now: Instant) -> Self {
        let lane = Lane::Channel(saying.channel.clone());
        Self::new(Purpose::Say(saying), Method::Post, path, now).lane(lane)
    }

    pub fn body(mut self, body: &impl serde::Serialize) -> Self {
        self.body = serde_json::to_string(body).ok();
        self
    }

    pub fn lane(mut self, lane: Lane) -> Self {
        self.lane = Some(lane);
        self
    }
}

/// All calls of a session.
#[derive(Debug)]
pub(crate) struct Calls<O> {
    waiting: VecDeque<Call<O>>,
    running: BTreeMap<HttpId, Call<O>>,
    /// The server wants to be left alone until then.
    held_until: Option<Instant>,
}

impl<O> Default for Calls<O> {
    fn default() -> Self {
        Self { waiting: VecDeque::new(), running: BTreeMap::new(), held_until: None }
    }
}

impl<O> Calls<O> {
    /// Whether another one of the owner's may wait.
    pub fn have_room(&self) -> bool {
        self.waiting.len() < MOST_WAITING
    }

    pub fn push(&mut self, call: Call<O>) {
        self.waiting.push_back(call);
    }

    /// Before all others: it was started already.
    pub fn put_back(&mut self, call: Call<O>) {
        self.waiting.push_front(call);
    }

    /// Nothing is started until then.
    pub fn hold(&mut self, until: Instant) {
        self.held_until = Some(self.held_until.map_or(until, |held| held.max(until)));
    }

    /// The next connection may go to a server that has forgotten it.
    pub const fn let_go(&mut self) {
        self.held_until = None;
    }

    /// Whether one could be started now, if there is a token.
    pub fn has_next(&self, now: Instant) -> bool {
        self.next(now).is_some()
    }

    fn next(&self, now: Instant) -> Option<usize> {
        if self.running.len() >= AT_ONCE || self.held_until.is_some_and(|until| now < until) {
            return None;
        }
        let mut taken: BTreeSet<&Lane> =
            self.running.values().filter_map(|call| call.lane.as_ref()).collect();
        self.waiting.iter().position(|call| {
            let is_first = call.lane.as_ref().is_none_or(|lane| taken.insert(lane));
            is_first && call.not_before.is_none_or(|at| at <= now)
        })
    }

    /// Takes the next one that can be started.
    pub fn take_next(&mut self, now: Instant) -> Option<Call<O>> {
        let next = self.next(now)?;
        self.waiting.remove(next)
    }

    pub fn started(&mut self, id: HttpId, call: Call<O>) {
        self.running.insert(id, call);
    }

    pub fn answered(&mut self, id: HttpId) -> Option<Call<O>> {
        self.running.remove(&id)
    }

    /// Whether something like this waits or runs.
    pub fn any(&self, wanted: impl Fn(&Purpose<O>) -> bool) -> bool {
        self.waiting.iter().chain(self.running.values()).any(|call| wanted(&call.purpose))
    }

    /// What is being asked just now.
    pub fn running_mut(&mut self) -> impl Iterator<Item = &mut Purpose<O>> {
        self.running.values_mut().map(|call| &mut call.purpose)
    }

    /// When something waits for time to pass.
    pub fn due(&self) -> Option<Instant> {
        let times = self.waiting.iter().flat_map(|call| [Some(call.give_up_at), call.not_before]);
        let held = self.held_until.filter(|_| !self.waiting.is_empty());
        times.flatten().chain(held).min()
    }

    /// Time has passed: nothing waits for what is over.
    pub fn wait_no_longer(&mut self, now: Instant) {
        self.held_until = self.held_until.filter(|until| now < *until);
        for call in &mut self.waiting {
            call.not_before = call.not_before.filter(|at| now < *at);
        }
    }

    /// Takes those that were not carried out in time.
    pub fn take_expired(&mut self, now: Instant) -> Vec<Call<O>> {
        self.take_waiting(|call| call.give_up_at <= now)
    }

    /// Takes those that wait and are like this.
    pub fn take_waiting(&mut self, mut wanted: impl FnMut(&Call<O>) -> bool) -> Vec<Call<O>> {
        let (taken, kept): (VecDeque<Call<O>>, _) =
            std::mem::take(&mut self.waiting).into_iter().partition(|call| wanted(call));
        self.waiting = kept;
        Vec::from(taken)
    }

    /// Forgets those that run and are like this; their answers mean nothing any more.
    pub fn take_running(&mut self, wanted: impl Fn(&Purpose<O>) -> bool) -> Vec<Call<O>> {
        self.running.extract_if(.., |_, call| wanted(&call.purpose)).map(|(_, call)| call).collect()
    }
}

impl<O> Calls<O> {
    /// What an answer means, and what is done about it. `is_live`: there is a connection to try again on.
    pub fn judge(
        &mut self,
        now: Instant,
        mut call: Call<O>,
        answer: Result<HttpAnswer, HttpFailure>,
        is_live: bool,
    ) -> Verdict<O> {
        match answer {
            Ok(answer) if answer.is_success() => Verdict::CarriedOut(call.purpose, answer),
            // A token that is over, or that the server forgot: once more with another.
            Ok(HttpAnswer { status: 401, .. }) if !call.signed_again => {
                call.signed_again = true;
                match self.once_more(call, None, is_live) {
                    Verdict::Again => Verdict::AgainWithToken,
                    verdict => verdict,
                }
            }
            Ok(HttpAnswer { status: 429, retry_after, .. }) => {
                self.wait_and_try(now, call, retry_after.unwrap_or(HOLD), is_live)
            }
            Ok(HttpAnswer { status: 503, retry_after: Some(wait), .. }) => {
                self.wait_and_try(now, call, wait, is_live)
            }
            // A proxy or a server that broke down: it may have been carried out all the same.
            Ok(HttpAnswer { status: 408 | 500.., .. }) if call.purpose.is_saying() => {
                Verdict::Unsure(call.purpose)
            }
            Ok(HttpAnswer { status: 408 | 500.., .. }) if call.method == Method::Get => {
                self.try_again(now, call, Failure::Broken, is_live)
            }
            Ok(answer) => Verdict::Not(call.purpose, Failure::of_status(answer.status), answer.words()),
            Err(HttpFailure::Unsent(_)) => self.try_again(now, call, Failure::NotConnected, is_live),
            Err(HttpFailure::Lost(_)) if call.purpose.is_saying() => Verdict::Unsure(call.purpose),
            Err(HttpFailure::Lost(_)) if call.method == Method::Get => {
                self.try_again(now, call, Failure::NoAnswer, is_live)
            }
            Err(HttpFailure::Lost(_)) => Verdict::Not(call.purpose, Failure::NoAnswer, String::new()),
        }
    }

    /// The server has too much to do; it did not do this.
    fn wait_and_try(&mut self, now: Instant, call: Call<O>, wait: Duration, is_live: bool) -> Verdict<O> {
        let until = now + wait;
        if until >= call.give_up_at {
            return Verdict::Not(call.purpose, Failure::TooMany, String::new());
        }
        self.hold(until);
        self.once_more(call, None, is_live)
    }

    fn try_again(
        &mut self,
        now: Instant,
        mut call: Call<O>,
        otherwise: Failure,
        is_live: bool,
    ) -> Verdict<O> {
        call.tries += 1;
        if call.tries >= TRIES {
            return Verdict::Not(call.purpose, otherwise, String::new());
        }
        let pause = PAUSE * call.tries;
        self.once_more(call, Some(now + pause), is_live)
    }

    fn once_more(&mut self, mut call: Call<O>, not_before: Option<Instant>, is_live: bool) -> Verdict<O> {
        if !is_live {
            return Verdict::Cut(call.purpose);
        }
        call.not_before = not_before;
        self.put_back(call);
        Verdict::Again
    }
}

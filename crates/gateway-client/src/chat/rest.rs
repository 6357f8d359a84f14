//! What goes over REST beside the socket: calls with a token that is good, and what was said, told once each and in its
//! place, also when its answer was lost.

use std::time::Instant;

use hearth_clock::Now;

use super::calls::{Call, Calls, Lane, Verdict};
use super::overtaking::Overtaking;
use super::purpose::{Changes, Other, Purpose};
use super::renewal::Renewal;
use super::seen::Seen;
use super::session::Session;
use super::sought::{Saying, Sought};
use super::tongue::Tongue;
use super::{Event, Failure, Message, Outcome};
use crate::machine::{HttpAnswer, HttpFailure, HttpId, HttpRequest};

/// What a session keeps for it.
#[derive(Debug)]
pub struct Rest<O> {
    pub(crate) calls: Calls<O>,
    pub(crate) seen: Seen,
    pub(crate) sought: Sought,
    overtaking: Overtaking,
}

impl<O> Default for Rest<O> {
    fn default() -> Self {
        Self {
            calls: Calls::default(),
            seen: Seen::default(),
            sought: Sought::default(),
            overtaking: Overtaking::default(),
        }
    }
}

/// A dialect in which messages are said and read over REST.
pub trait OverRest: Tongue<Rest = Rest<<Self as OverRest>::Other>> {
    /// What only this dialect asks for.
    type Other: Other;

    /// Where the newest messages of a channel are, as many as there are at once.
    fn newest(channel: &str) -> String;

    /// The messages of a page, newest first, and whether there may be some before them. `before`: what was asked for.
    fn page(answer: &HttpAnswer, before: Option<&str>) -> Option<(Vec<Message>, bool)>;

    /// What was said, from the answer to it.
    fn posted(session: &mut Session<Self>, now: Now, saying: &Saying, answer: &HttpAnswer)
    -> Option<Message>;

    /// A message is going to be told.
    fn told(_: &mut Session<Self>, _: &mut Message) {}

    /// A call has come to its end.
    fn carried_out(session: &mut Session<Self>, now: Now, what: Self::Other, answer: &HttpAnswer);

    /// A call will not be carried out.
    fn not_carried_out(session: &mut Session<Self>, now: Now, what: Self::Other, why: Failure, text: String);
}

/// Calls.
impl<T: OverRest> Session<T> {
    /// Why nothing can be asked for now.
    pub(crate) fn may_call(&self) -> Result<(), Failure> {
        if !self.is_live() {
            return Err(Failure::NotConnected);
        }
        if self.rest.calls.have_room() { Ok(()) } else { Err(Failure::TooMany) }
    }

    /// Starts what can be started, with a token that is good.
    pub(crate) fn start_calls(&mut self, now: Now) {
        let at = now.instant;
        while self.is_live() && self.rest.calls.has_next(at) {
            let Some(token) = self.token.as_ref().and_then(|token| token.for_call(at)).cloned() else {
                return self.renew(now);
            };
            let Some(mut call) = self.rest.calls.take_next(at) else { return };
            match &mut call.purpose {
                Purpose::Say(saying) => {
                    let seen = &self.rest.seen;
                    saying.sent = seen.has_read(&saying.channel).then(|| seen.mark());
                }
                // What was heard during an earlier try is in what this one reads.
                Purpose::Page { changes, .. } => *changes = Changes::default(),
                _ => {}
            }
            let url = self.address.rest(&call.path);
            let (method, body) = (call.method, call.body.clone());
            let id = self.http(HttpRequest { method, url, bearer: Some(token.reveal().to_owned()), body });
            self.rest.calls.started(id, call);
        }
    }

    /// There is a connection: everything that is known is asked for again.
    pub(crate) fn begin_calls(&mut self, now: Now) {
        self.rest.calls.let_go();
        self.rest.seen.missed_some();
        for saying in self.rest.sought.take_all() {
            self.look_for(now, saying);
        }
    }

    /// Time has passed for what was asked. Nothing is started.
    pub(crate) fn settle_calls(&mut self, now: Now) {
        for call in self.rest.calls.take_expired(now.instant) {
            self.call_failed(now, call.purpose, Failure::NotConnected, String::new());
        }
        self.give_up_seeking(Some(now.instant));
        self.tell_overtaking(Some(now.instant));
        self.rest.calls.wait_no_longer(now.instant);
    }

    /// When calls have something to do.
    pub(crate) fn calls_due(&self) -> Option<Instant> {
        let Rest { calls, sought, overtaking, .. } = &self.rest;
        let renewal = self.connection.live().and_then(|live| match live.renewal {
            Renewal::At(at) if calls.due().is_some() => Some(at),
            _ => None,
        });
        [calls.due(), renewal, sought.due(), overtaking.due()].into_iter().flatten().min()
    }

    /// What was not sent fails. What was sent may still be answered, while there is another try.
    pub(crate) fn calls_lost(&mut self, now: Now) {
        self.tell_overtaking(None);
        self.rest.calls.take_running(Purpose::ends_with_connection);
        for call in self.rest.calls.take_waiting(|call| !call.purpose.ends_with_connection()) {
            match call.purpose {
                Purpose::Look(saying) => self.lost_answer(now, saying),
                purpose => self.call_failed(now, purpose, Failure::NotConnected, String::new()),
            }
        }
        self.rest.calls.take_waiting(|_| true);
    }

    /// No answer is waited for any more.
    pub(crate) fn give_up_calls(&mut self) {
        for call in self.rest.calls.take_running(|_| true) {
            if let Some(ticket) = call.purpose.ticket() {
                self.failed(ticket, Failure::NoAnswer, String::new());
            }
        }
        self.give_up_seeking(None);
    }

    /// A call has come to its end, or to the end of one try.
    pub(crate) fn call_answered(&mut self, now: Now, id: HttpId, answer: Result<HttpAnswer, HttpFailure>) {
        let Some(call) = self.rest.calls.answered(id) else { return };
        let is_live = self.is_live();
        match self.rest.calls.judge(now.instant, call, answer, is_live) {
            Verdict::CarriedOut(purpose, answer) => self.call_done(now, purpose, &answer),
            Verdict::Again => {}
            Verdict::AgainWithToken => self.token = None,
            Verdict::Unsure(Purpose::Say(saying)) | Verdict::Cut(Purpose::Look(saying)) => {
                self.lost_answer(now, saying);
            }
            Verdict::Unsure(purpose) => self.call_failed(now, purpose, Failure::NoAnswer, String::new()),
            Verdict::Cut(purpose) => self.call_failed(now, purpose, Failure::NotConnected, String::new()),
            Verdict::Not(purpose, why, text) => self.call_failed(now, purpose, why, text),
        }
    }

    fn call_failed(&mut self, now: Now, purpose: Purpose<T::Other>, why: Failure, text: String) {
        match purpose {
            // It had been said before it was looked for.
            Purpose::Look(saying) => self.failed(saying.ticket, Failure::NoAnswer, text),
            Purpose::Say(saying) => self.failed(saying.ticket, why, text),
            Purpose::Page { ticket, .. } => self.failed(ticket, why, text),
            Purpose::Other(what) => T::not_carried_out(self, now, what, why, text),
        }
    }

    fn call_done(&mut self, now: Now, purpose: Purpose<T::Other>, answer: &HttpAnswer) {
        match purpose {
            Purpose::Say(saying) => match T::posted(self, now, &saying, answer) {
                Some(message) => {
                    let id = message.id.clone();
                    self.was_said(now, message);
                    self.done(saying.ticket, Outcome::Said(id));
                }
                None => self.lost_answer(now, saying),
            },
            Purpose::Look(saying) => match T::page(answer, None) {
                Some((page, _)) => self.looked_for(saying, page),
                None => self.failed(saying.ticket, Failure::NoAnswer, String::new()),
            },
            Purpose::Page { ticket, channel, before, changes } => match T::page(answer, before.as_deref()) {
                Some((page, more)) => {
                    let messages = changes.merge(page);
                    for message in &messages {
                        self.rest.seen.tell(message);
                    }
                    if before.is_none() {
                        self.rest.seen.read(&channel);
                    }
                    self.event(Event::Page { ticket, channel, messages, more });
                }
                None => self.failed(ticket, Failure::Broken, String::new()),
            },
            Purpose::Other(what) => T::carried_out(self, now, what, answer),
        }
    }
}

/// What was said.
impl<T: OverRest> Session<T> {
    /// We said something, and were answered. Its event tells it, if it comes.
    fn was_said(&mut self, now: Now, message: Message) {
        if self.rest.seen.answered(&message) {
            if self.is_live() {
                self.rest.overtaking.add(now.instant, message);
            } else {
                self.said(message);
            }
        }
    }

    /// Those whose event does not come; all without `now`.
    fn tell_overtaking(&mut self, now: Option<Instant>) {
        for message in self.rest.overtaking.take_expired(now) {
            self.said(message);
        }
    }

    /// Something was said: an event, or the answer to having said it.
    pub(crate) fn said(&mut self, mut message: Message) {
        // What was answered is known, and is no other of ours.
        let is_answered = self.rest.seen.is_answered(&message.id);
        if !self.rest.seen.tell(&message) {
            return;
        }
        self.rest.overtaking.forget(&message.id);
        if !is_answered && self.is_of_us(&message) {
            self.claim(&message);
        }
        T::told(self, &mut message);
        for purpose in self.rest.calls.running_mut() {
            if let Purpose::Page { channel, before: None, changes, .. } = purpose
                && *channel == message.channel
            {
                changes.said.push(message.clone());
            }
        }
        self.event(Event::Message(Box::new(message)));
    }

    /// Whether we have written it.
    pub(crate) fn is_of_us(&self, message: &Message) -> bool {
        message.author.is_some() && message.author.as_deref() == self.own_id()
    }

    /// The answer to something that was said was lost.
    fn lost_answer(&mut self, now: Now, saying: Saying) {
        if let Some(id) = saying.echo {
            return self.done(saying.ticket, Outcome::Said(id));
        }
        if self.is_live() {
            self.look_for(now, saying);
        } else {
            self.rest.sought.add(now.instant, saying);
        }
    }

    fn look_for(&mut self, now: Now, saying: Saying) {
        let (path, lane) = (T::newest(&saying.channel), Lane::Channel(saying.channel.clone()));
        // What is said there next waits: it may be the same words.
        self.rest.calls.put_back(Call::get(Purpose::Look(saying), path, now.instant).lane(lane));
    }

    /// The newest messages of the channel where something was said.
    fn looked_for(&mut self, saying: Saying, page: Vec<Message>) {
        if let Some(id) = saying.echo {
            return self.done(saying.ticket, Outcome::Said(id));
        }
        match saying.find(page, self.own_id(), &self.rest.seen) {
            Ok(message) => {
                let id = message.id.clone();
                self.said(message);
                self.done(saying.ticket, Outcome::Said(id));
            }
            Err(why) => self.failed(saying.ticket, why, String::new()),
        }
    }

    /// A message of ours is heard of: whether something that was said is it.
    fn claim(&mut self, message: &Message) {
        let Rest { calls, sought, .. } = &mut self.rest;
        let mut sayings = calls.running_mut().filter_map(Purpose::saying_mut).chain(sought.iter_mut());
        if let Some(saying) = sayings.find(|saying| saying.echo.is_none() && saying.is(message)) {
            saying.echo = Some(message.id.clone());
        }
    }

    /// Those that cannot be looked for any more; all without `now`.
    fn give_up_seeking(&mut self, now: Option<Instant>) {
        for saying in self.rest.sought.take_expired(now) {
            match saying.echo {
                Some(id) => self.done(saying.ticket, Outcome::Said(id)),
                None => self.failed(saying.ticket, Failure::NoAnswer, String::new()),
            }
        }
    }
}

//! What came of calls, and of those that have no answer.

use hearth_clock::Now;
use hearth_dialects::emagine::rest::{ChannelOf, Channels, Created, Message as Post, ProfileOf};
use hearth_dialects::emagine::{id, limits};
use serde::Deserialize;
use serde_json::Value;

use super::purpose::{Purpose, Why};
use super::session::Session;
use super::{show, talk};
use crate::chat::calls::{Call, Lane, Verdict};
use crate::chat::sought::Saying;
use crate::chat::{Event, Failure, Message, Outcome};
use crate::machine::{HttpAnswer, HttpFailure};

/// Messages of a page, newest first, without what cannot be read of it; and how many there were.
fn page_of(answer: &HttpAnswer) -> Option<(Vec<Message>, usize)> {
    #[derive(Deserialize)]
    struct Posts {
        posts: Vec<Value>,
    }
    let Posts { posts } = answer.read()?;
    let count = posts.len();
    let read = |post| serde_json::from_value::<Post>(post).ok();
    let mut messages: Vec<Message> =
        posts.into_iter().filter_map(read).map(|post| show::message(post, None)).collect();
    messages.sort_by_key(|message| std::cmp::Reverse(id(&message.id)));
    Some((messages, count))
}

impl Session {
    /// A call has come to its end, or to the end of one try.
    pub(super) fn answered(
        &mut self,
        now: Now,
        call: Call<Purpose>,
        answer: Result<HttpAnswer, HttpFailure>,
    ) {
        match self.calls.judge(now.instant, call, answer, self.connection.live().is_some()) {
            Verdict::CarriedOut(purpose, answer) => self.carried_out(now, purpose, &answer),
            Verdict::Again => {}
            Verdict::AgainWithToken => self.token = None,
            Verdict::Unsure(Purpose::Say(saying)) | Verdict::Cut(Purpose::Look(saying)) => {
                self.lost_answer(now, saying);
            }
            Verdict::Unsure(purpose) => self.not_carried_out(now, purpose, Failure::NoAnswer, String::new()),
            Verdict::Cut(purpose) => {
                self.not_carried_out(now, purpose, Failure::NotConnected, String::new());
            }
            Verdict::Not(purpose, why, text) => self.not_carried_out(now, purpose, why, text),
        }
    }

    /// A call will not be carried out.
    pub(super) fn not_carried_out(&mut self, now: Now, purpose: Purpose, why: Failure, text: String) {
        let at = now.instant;
        match purpose {
            // It had been said before it was looked for.
            Purpose::Look(saying) => self.failed(saying.ticket, Failure::NoAnswer, text),
            Purpose::List if matches!(why, Failure::NotConnected | Failure::NoAnswer) => self.found(at, 0),
            Purpose::List => self.unlisted(at),
            Purpose::Show { channel, why: because } => self.not_shown(at, channel, because, why, text),
            // A server that does not know this call knows the channel, or not.
            Purpose::Enter { ticket, channel } if matches!(why, Failure::NotFound | Failure::Invalid) => {
                self.show(at, &channel, Why::Joined(ticket));
            }
            Purpose::Leave { ticket, channel } if matches!(why, Failure::NotFound | Failure::Invalid) => {
                self.left(ticket, &channel);
            }
            Purpose::Create { ticket, name, kind, again: false } if why == Failure::Invalid => {
                self.calls.push(talk::create(ticket, name, kind, true, now));
            }
            Purpose::Name { user } => self.named(at, &user, None),
            purpose => {
                if let Some(ticket) = purpose.ticket() {
                    self.failed(ticket, why, text);
                }
            }
        }
    }

    fn carried_out(&mut self, now: Now, purpose: Purpose, answer: &HttpAnswer) {
        match purpose {
            Purpose::Say(saying) => match answer.read::<Created>() {
                Some(Created { id }) => self.posted(now, saying, id),
                None => self.lost_answer(now, saying),
            },
            Purpose::Look(saying) => match page_of(answer) {
                Some((page, _)) => self.looked_for(saying, page),
                None => self.failed(saying.ticket, Failure::NoAnswer, String::new()),
            },
            Purpose::Page { ticket, channel, before, changes } => match page_of(answer) {
                Some((page, count)) => {
                    // The real server does not know that member, and tells the newest once more.
                    let is_newest = before
                        .as_ref()
                        .is_some_and(|before| page.iter().any(|message| id(&message.id) >= id(before)));
                    let page = if is_newest { Vec::new() } else { page };
                    let more = !is_newest && count >= limits::PAGE as usize;
                    let messages = changes.merge(page);
                    for message in &messages {
                        self.seen.tell(message);
                    }
                    if before.is_none() {
                        self.seen.read(&channel);
                    }
                    self.event(Event::Page { ticket, channel, messages, more });
                }
                None => self.failed(ticket, Failure::Broken, String::new()),
            },
            Purpose::Listen { channel } => {
                let page = page_of(answer).map(|(page, _)| page).unwrap_or_default();
                let is_first = !self.seen.has_read(&channel);
                for message in page.into_iter().rev() {
                    if is_first {
                        self.seen.tell(&message);
                    } else {
                        self.said(message);
                    }
                }
                self.seen.read(&channel);
            }
            Purpose::Create { ticket, .. } => match answer.read::<Created>() {
                Some(Created { id }) if talk::is_id(&id).is_ok() => self.created(now, ticket, &id),
                _ => self.failed(ticket, Failure::Broken, String::new()),
            },
            Purpose::Enter { ticket, channel } => self.show(now.instant, &channel, Why::Joined(ticket)),
            Purpose::Leave { ticket, channel } => self.left(ticket, &channel),
            Purpose::List => match answer.read::<Channels>() {
                Some(Channels { channels }) => {
                    self.places.listed(&channels);
                    self.found(now.instant, 0);
                }
                None => self.unlisted(now.instant),
            },
            Purpose::Show { channel, why } => match answer.read::<ChannelOf>() {
                Some(ChannelOf { channel: shown }) if shown.id == channel => {
                    self.shown(now.instant, &shown, why);
                }
                _ => self.not_shown(now.instant, channel, why, Failure::Broken, String::new()),
            },
            Purpose::Name { user } => {
                let profile = answer.read::<ProfileOf>().map(|ProfileOf { profile }| profile);
                let shown = profile.map(|profile| {
                    let given = profile.display_name.filter(|name| !name.trim().is_empty());
                    given.unwrap_or(profile.username)
                });
                self.named(now.instant, &user, shown.as_deref());
            }
        }
    }

    fn left(&mut self, ticket: u64, channel: &str) {
        self.places.forget(channel);
        self.done(ticket, Outcome::Ok);
        self.event(Event::Servers(self.places.servers()));
    }

    /// It was said. Where the event did not tell it before, this does.
    fn posted(&mut self, now: Now, saying: Saying, id: String) {
        self.is_member(&saying.channel);
        let message = Message {
            id: id.clone(),
            channel: saying.channel,
            author: self.own_id(),
            author_name: self.user.as_ref().map(|user| user.username.clone()),
            content: saying.content,
            created_at: crate::chat::time(now.unix_ms).unwrap_or_default(),
            ..Message::default()
        };
        self.was_said(now.instant, message);
        self.done(saying.ticket, Outcome::Said(id));
    }

    /// The answer to something that was said was lost.
    pub(super) fn lost_answer(&mut self, now: Now, saying: Saying) {
        if let Some(id) = saying.echo {
            return self.done(saying.ticket, Outcome::Said(id));
        }
        if self.connection.live().is_some() {
            self.look_for(now, saying);
        } else {
            self.sought.add(now.instant, saying);
        }
    }

    pub(super) fn look_for(&mut self, now: Now, saying: Saying) {
        let path = format!("/channels/{}/posts?limit={}", saying.channel, talk::PAGE);
        let lane = Lane::Channel(saying.channel.clone());
        // What is said there next waits: it may be the same words.
        self.calls.put_back(Call::get(Purpose::Look(saying), path, now.instant).lane(lane));
    }

    /// The newest messages of the channel where something was said.
    fn looked_for(&mut self, saying: Saying, page: Vec<Message>) {
        if let Some(id) = saying.echo {
            return self.done(saying.ticket, Outcome::Said(id));
        }
        match saying.find(page, self.own_id().as_ref(), &self.seen) {
            Ok(message) => {
                let id = message.id.clone();
                self.said(message);
                self.done(saying.ticket, Outcome::Said(id));
            }
            Err(why) => self.failed(saying.ticket, why, String::new()),
        }
    }

    pub(super) fn done(&mut self, ticket: u64, outcome: Outcome) {
        self.event(Event::Done { ticket, outcome });
    }

    pub(super) fn failed(&mut self, ticket: u64, why: Failure, text: String) {
        self.event(Event::Failed { ticket, why, text });
    }
}

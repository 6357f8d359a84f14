//! What came of calls that only this dialect has, and how its answers are read.

use hearth_clock::Now;
use hearth_dialects::emagine::rest::{ChannelOf, Channels, Created, Message as Post, ProfileOf};
use hearth_dialects::emagine::{id, limits};
use serde::Deserialize;
use serde_json::Value;

use super::purpose::{Other, Why};
use super::session::Session;
use super::{show, talk};
use crate::chat::purpose::Other as _;
use crate::chat::sought::Saying;
use crate::chat::{Event, Failure, Message, Outcome};
use crate::machine::HttpAnswer;

/// Messages of a page, newest first, without what cannot be read of it; and whether there may be more.
pub(super) fn page(answer: &HttpAnswer, before: Option<&str>) -> Option<(Vec<Message>, bool)> {
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
    // The real server does not know that member, and tells the newest once more.
    if before.is_some_and(|before| messages.iter().any(|message| id(&message.id) >= id(before))) {
        return Some((Vec::new(), false));
    }
    Some((messages, count >= limits::PAGE as usize))
}

impl Session {
    /// A call will not be carried out.
    pub(super) fn not_carried_out(&mut self, now: Now, what: Other, why: Failure, text: String) {
        let at = now.instant;
        match what {
            Other::List if matches!(why, Failure::NotConnected | Failure::NoAnswer) => self.found(at, 0),
            Other::List => self.unlisted(at),
            Other::Show { channel, why: because } => self.not_shown(at, channel, because, why, text),
            // A server that does not know this call knows the channel, or not.
            Other::Enter { ticket, channel } if matches!(why, Failure::NotFound | Failure::Invalid) => {
                self.show(at, &channel, Why::Joined(ticket));
            }
            Other::Leave { ticket, channel } if matches!(why, Failure::NotFound | Failure::Invalid) => {
                self.left(ticket, &channel);
            }
            Other::Create { ticket, name, kind, again: false } if why == Failure::Invalid => {
                self.rest.calls.push(talk::create(ticket, name, kind, true, now));
            }
            Other::Name { user } => self.named(at, &user, None),
            other => {
                if let Some(ticket) = other.ticket() {
                    self.failed(ticket, why, text);
                }
            }
        }
    }

    pub(super) fn carried_out(&mut self, now: Now, what: Other, answer: &HttpAnswer) {
        match what {
            Other::Listen { channel } => {
                let page = page(answer, None).map(|(page, _)| page).unwrap_or_default();
                let is_first = !self.rest.seen.has_read(&channel);
                for message in page.into_iter().rev() {
                    if is_first {
                        self.rest.seen.tell(&message);
                    } else {
                        self.said(message);
                    }
                }
                self.rest.seen.read(&channel);
            }
            Other::Create { ticket, .. } => match answer.read::<Created>() {
                Some(Created { id }) if talk::is_id(&id).is_ok() => self.created(now, ticket, &id),
                _ => self.failed(ticket, Failure::Broken, String::new()),
            },
            Other::Enter { ticket, channel } => self.show(now.instant, &channel, Why::Joined(ticket)),
            Other::Leave { ticket, channel } => self.left(ticket, &channel),
            Other::List => match answer.read::<Channels>() {
                Some(Channels { channels }) => {
                    self.own.places.listed(&channels);
                    self.found(now.instant, 0);
                }
                None => self.unlisted(now.instant),
            },
            Other::Show { channel, why } => match answer.read::<ChannelOf>() {
                Some(ChannelOf { channel: shown }) if shown.id == channel => {
                    self.shown(now.instant, &shown, why);
                }
                _ => self.not_shown(now.instant, channel, why, Failure::Broken, String::new()),
            },
            Other::Name { user } => {
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
        self.own.places.forget(channel);
        self.done(ticket, Outcome::Ok);
        self.event(Event::Servers(self.own.places.servers()));
    }

    /// What was said, from the answer to it, which has no more than its id.
    pub(super) fn posted(&mut self, now: Now, saying: &Saying, answer: &HttpAnswer) -> Option<Message> {
        let Created { id } = answer.read()?;
        self.is_member(&saying.channel);
        Some(Message {
            id,
            channel: saying.channel.clone(),
            author: self.own_id().map(str::to_owned),
            author_name: self.user.as_ref().map(|user| user.username.clone()),
            content: saying.content.clone(),
            created_at: crate::chat::time(now.unix_ms).unwrap_or_default(),
            ..Message::default()
        })
    }
}

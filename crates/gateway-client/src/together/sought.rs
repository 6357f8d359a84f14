//! What was said, and nobody knows whether it arrived: it is never said again, but looked for among what was said
//! there last.

use std::time::{Duration, Instant};

use hearth_dialects::together::limits;

use super::calls::{Call, Lane, Purpose};
use super::seen::Mark;
use super::session::Session;
use super::{Failure, Message, Outcome};

/// What could not be looked for within this time is not looked for any more.
const GIVE_UP: Duration = Duration::from_secs(120);

/// Something that is being said, or was.
#[derive(Debug)]
pub(super) struct Saying {
    pub ticket: u64,
    pub channel: String,
    pub content: String,
    pub reply_to: Option<String>,
    /// When it was sent; `None` where nothing was read before, and older words of ours may be the same.
    pub sent: Option<Mark>,
    /// An event has told it, with this id.
    pub echo: Option<String>,
}

impl Saying {
    /// Whether a message of this session's user may be it.
    fn is(&self, message: &Message) -> bool {
        self.channel == message.channel
            && self.content == message.content
            && self.reply_to == message.reply_to
    }
}

/// A saying that is to be looked for, when there is a connection.
#[derive(Debug)]
pub(super) struct Sought {
    saying: Saying,
    give_up_at: Instant,
}

impl Session {
    /// The answer to something that was said was lost.
    pub(super) fn lost_answer(&mut self, now: Instant, saying: Saying) {
        if let Some(id) = saying.echo {
            return self.done(saying.ticket, Outcome::Said(id));
        }
        if self.connection.live().is_some() {
            self.look_for(now, saying);
        } else {
            self.sought.push(Sought { saying, give_up_at: now + GIVE_UP });
        }
    }

    /// There is a connection again.
    pub(super) fn look_for_all(&mut self, now: Instant) {
        for Sought { saying, .. } in std::mem::take(&mut self.sought) {
            self.look_for(now, saying);
        }
    }

    fn look_for(&mut self, now: Instant, saying: Saying) {
        let path = format!("/channels/{}/messages?limit={}", saying.channel, limits::PAGE);
        let lane = Lane::Channel(saying.channel.clone());
        // What is said there next waits: it may be the same words.
        self.calls.put_back(Call::get(Purpose::Look(saying), path, now).lane(lane));
    }

    /// The newest messages of the channel where something was said.
    pub(super) fn looked_for(&mut self, saying: Saying, page: Vec<Message>) {
        if let Some(id) = saying.echo {
            return self.done(saying.ticket, Outcome::Said(id));
        }
        let Some(sent) = saying.sent else {
            return self.failed(saying.ticket, Failure::NoAnswer, String::new());
        };
        let own = self.own_id();
        let found = page
            .into_iter()
            .take_while(|message| !self.seen.was_before(&message.id, sent))
            .find(|message| message.author == own && saying.is(message));
        match found {
            Some(message) => {
                let id = message.id.clone();
                self.said(message);
                self.done(saying.ticket, Outcome::Said(id));
            }
            None => self.failed(saying.ticket, Failure::NotArrived, String::new()),
        }
    }

    /// A message of ours is heard of: whether something that was said is it.
    pub(super) fn claim(&mut self, message: &Message) {
        let running = self.calls.running_mut().filter_map(|purpose| match purpose {
            Purpose::Say(saying) | Purpose::Look(saying) => Some(saying),
            _ => None,
        });
        let sought = self.sought.iter_mut().map(|sought| &mut sought.saying);
        let mut sayings = running.chain(sought);
        if let Some(saying) = sayings.find(|saying| saying.echo.is_none() && saying.is(message)) {
            saying.echo = Some(message.id.clone());
        }
    }

    /// Those that cannot be looked for any more.
    pub(super) fn give_up_seeking(&mut self, now: Option<Instant>) {
        let (over, kept) = std::mem::take(&mut self.sought)
            .into_iter()
            .partition::<Vec<_>, _>(|sought| now.is_none_or(|now| sought.give_up_at <= now));
        self.sought = kept;
        for Sought { saying, .. } in over {
            match saying.echo {
                Some(id) => self.done(saying.ticket, Outcome::Said(id)),
                None => self.failed(saying.ticket, Failure::NoAnswer, String::new()),
            }
        }
    }

    pub(super) fn seeking_until(&self) -> Option<Instant> {
        self.sought.iter().map(|sought| sought.give_up_at).min()
    }
}

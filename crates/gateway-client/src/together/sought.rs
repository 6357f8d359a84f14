//! What was said, and nobody knows whether it arrived.

use std::time::Instant;

use hearth_dialects::together::limits;

use super::purpose::Purpose;
use super::session::Session;
use super::{Failure, Message, Outcome};
use crate::chat::calls::{Call, Lane};
use crate::chat::sought::Saying;

impl Session {
    /// The answer to something that was said was lost.
    pub(super) fn lost_answer(&mut self, now: Instant, saying: Saying) {
        if let Some(id) = saying.echo {
            return self.done(saying.ticket, Outcome::Said(id));
        }
        if self.connection.live().is_some() {
            self.look_for(now, saying);
        } else {
            self.sought.add(now, saying);
        }
    }

    /// There is a connection again.
    pub(super) fn look_for_all(&mut self, now: Instant) {
        for saying in self.sought.take_all() {
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
        match saying.find(page, self.own_id().as_ref(), &self.seen) {
            Ok(message) => {
                let id = message.id.clone();
                self.said(message);
                self.done(saying.ticket, Outcome::Said(id));
            }
            Err(why) => self.failed(saying.ticket, why, String::new()),
        }
    }

    /// A message of ours is heard of: whether something that was said is it.
    pub(super) fn claim(&mut self, message: &Message) {
        let running = self.calls.running_mut().filter_map(|purpose| match purpose {
            Purpose::Say(saying) | Purpose::Look(saying) => Some(saying),
            _ => None,
        });
        let mut sayings = running.chain(self.sought.iter_mut());
        if let Some(saying) = sayings.find(|saying| saying.echo.is_none() && saying.is(message)) {
            saying.echo = Some(message.id.clone());
        }
    }

    /// Those that cannot be looked for any more.
    pub(super) fn give_up_seeking(&mut self, now: Option<Instant>) {
        for saying in self.sought.take_expired(now) {
            match saying.echo {
                Some(id) => self.done(saying.ticket, Outcome::Said(id)),
                None => self.failed(saying.ticket, Failure::NoAnswer, String::new()),
            }
        }
    }
}

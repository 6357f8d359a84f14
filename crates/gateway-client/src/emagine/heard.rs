//! What is said over there, as the socket tells it. What cannot be read costs only itself.

use std::time::Instant;

use hearth_clock::Now;
use hearth_dialects::emagine::{ClientOp, ServerFrame, Token};

use super::connection::{Stage, pace};
use super::purpose::{Purpose, Why};
use super::session::Session;
use super::show;
use crate::chat::{Event, Message, User};
use crate::connection::Connection;

impl Session {
    /// A text on the socket.
    pub(super) fn heard(&mut self, now: Now, text: &str) {
        let Some(frame) = ServerFrame::parse(text) else { return };
        match (frame, &mut self.connection) {
            // At once, also before anybody is identified (EMG-11, EMG-R11).
            (ServerFrame::Heartbeat { time }, _) => self.say(&ClientOp::HeartbeatAck { time }),
            (ServerFrame::HeartbeatAck { time }, Connection::Live(live)) => {
                let is_ours = live.beat.is_some_and(|beat| time.ms() == i64::try_from(beat).ok());
                if is_ours && live.liveness.answered(now.instant) {
                    self.tell_connected();
                }
            }
            (ServerFrame::Hello { heartbeat_interval }, Connection::Greeting { stage, .. }) => {
                // Some other server's hello may come again; it says nothing new.
                if let (Stage::Hello, Some(token)) = (*stage, &self.token) {
                    *stage = Stage::Identified(pace(heartbeat_interval));
                    let token = Token(token.reveal().to_owned());
                    self.say(&ClientOp::Identify { token });
                }
            }
            (
                ServerFrame::Ready { user },
                Connection::Greeting { stage: Stage::Identified(pace), socket, .. },
            ) if !user.is_empty() => {
                let (pace, socket) = (*pace, *socket);
                let username = self.account.as_ref().map(|account| account.username().to_owned());
                let username = username.unwrap_or_default();
                self.ready(now, socket, pace, User { id: user, username, avatar_url: None });
            }
            (ServerFrame::Message(post), Connection::Live(_)) => {
                let message = show::message(*post, Some(now.unix_ms));
                if super::talk::is_id(&message.channel).is_err() {
                    return;
                }
                if let Some(author) = &message.author {
                    if let Some(name) = &message.author_name {
                        self.places.is_called(author, name);
                    }
                    self.met(now.instant, author, &message.channel);
                }
                self.of_unknown_place(now, &message.channel);
                self.said(message);
            }
            _ => {}
        }
    }

    /// A channel that we are a member of and do not know.
    fn of_unknown_place(&mut self, now: Now, channel: &str) {
        let is_ready = self.connection.live().is_some_and(|live| live.missing == 0);
        let is_asked =
            self.calls.any(|purpose| matches!(purpose, Purpose::Show { channel: of, .. } if of == channel));
        if is_ready && !is_asked && self.places.get(channel).is_none() {
            self.show(now.instant, channel, Why::Load);
        }
    }

    /// We said something, and were answered. Its event tells it, if it comes.
    pub(super) fn was_said(&mut self, now: Instant, message: Message) {
        if self.seen.answered(&message) {
            if self.connection.live().is_some() {
                self.overtaking.add(now, message);
            } else {
                self.said(message);
            }
        }
    }

    /// Those whose event does not come; all without `now`.
    pub(super) fn tell_overtaking(&mut self, now: Option<Instant>) {
        for message in self.overtaking.take_expired(now) {
            self.said(message);
        }
    }

    /// Something was said: an event, or the answer to having said it.
    pub(super) fn said(&mut self, mut message: Message) {
        // What was answered is known, and is no other of ours.
        let is_answered = self.seen.is_answered(&message.id);
        if !self.seen.tell(&message) {
            return;
        }
        self.overtaking.forget(&message.id);
        if message.author.is_some() && message.author == self.own_id() {
            self.is_member(&message.channel);
            if !is_answered {
                self.claim(&message);
            }
        }
        if message.author_name.is_none() {
            message.author_name =
                message.author.as_ref().and_then(|author| self.places.name(author)).cloned();
        }
        for purpose in self.calls.running_mut() {
            if let Purpose::Page { channel, before: None, changes, .. } = purpose
                && *channel == message.channel
            {
                changes.said.push(message.clone());
            }
        }
        self.event(Event::Message(Box::new(message)));
    }

    /// A message of ours is heard of: whether something that was said is it.
    fn claim(&mut self, message: &Message) {
        let running = self.calls.running_mut().filter_map(|purpose| match purpose {
            Purpose::Say(saying) | Purpose::Look(saying) => Some(saying),
            _ => None,
        });
        let mut sayings = running.chain(self.sought.iter_mut());
        if let Some(saying) = sayings.find(|saying| saying.echo.is_none() && saying.is(message)) {
            saying.echo = Some(message.id.clone());
        }
    }

    /// Our own id, on a connection or since the last one.
    pub(super) fn own_id(&self) -> Option<String> {
        self.user.as_ref().map(|User { id, .. }| id.clone())
    }
}

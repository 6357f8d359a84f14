//! What is said over there, as the socket tells it. What cannot be read costs only itself.

use std::time::Duration;

use hearth_clock::Now;
use hearth_dialects::emagine::{ClientOp, ServerFrame, Token};

use super::purpose::{Other, Why};
use super::session::{Session, Stage};
use super::show;
use crate::chat::purpose::Purpose;
use crate::chat::{Message, User};
use crate::connection::Connection;
use crate::liveness::Pace;

impl Session {
    /// A text on the socket.
    pub(super) fn heard(&mut self, now: Now, text: &str) {
        let Some(frame) = ServerFrame::parse(text) else { return };
        match (frame, &mut self.connection) {
            // At once, also before anybody is identified (EMG-11, EMG-R11).
            (ServerFrame::Heartbeat { time }, _) => self.say(ClientOp::HeartbeatAck { time }.text()),
            (ServerFrame::HeartbeatAck { time }, Connection::Live(live))
                if live.own.beat.is_some_and(|beat| time.ms() == i64::try_from(beat).ok()) =>
            {
                self.acknowledged(now.instant);
            }
            (ServerFrame::Hello { heartbeat_interval }, Connection::Greeting { stage, .. }) => {
                // Some other server's hello may come again; it says nothing new.
                let token = self.token.as_ref().and_then(|token| token.for_call(now.instant));
                if let (Stage::Hello, Some(token)) = (*stage, token) {
                    // As often as the server asks for it (EMG-02), each answered before the next (EMG-12).
                    *stage = Stage::Identified(Pace::told(Duration::from_millis(heartbeat_interval)));
                    let token = Token(token.reveal().to_owned());
                    self.say(ClientOp::Identify { token }.text());
                }
            }
            (
                ServerFrame::Ready { user },
                Connection::Greeting { stage: Stage::Identified(pace), socket, .. },
            ) if !user.is_empty() => {
                let (pace, socket) = (*pace, *socket);
                let username = self.entry.as_ref().map(|account| account.username().to_owned());
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
                        self.own.places.is_called(author, name);
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
        let is_ready = self.connection.live().is_some_and(|live| live.own.missing == 0);
        let is_asked = self.rest.calls.any(
            |purpose| matches!(purpose, Purpose::Other(Other::Show { channel: of, .. }) if of == channel),
        );
        if is_ready && !is_asked && self.own.places.get(channel).is_none() {
            self.show(now.instant, channel, Why::Load);
        }
    }

    /// A message is going to be told.
    pub(super) fn told(&mut self, message: &mut Message) {
        if self.is_of_us(message) {
            self.is_member(&message.channel);
        }
        if message.author_name.is_none() {
            let name = message.author.as_ref().and_then(|author| self.own.places.name(author));
            message.author_name = name.cloned();
        }
    }
}

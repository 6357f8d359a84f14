//! What happens over there, as the socket tells it. What cannot be read costs only itself.

use std::time::Instant;

use hearth_clock::Now;
use hearth_dialects::together::{
    Event as Told, MessageGone, Ready, ServerFrame, SignalFrom, Typing, UserPresence, VoiceUpdate,
};
use serde_json::Value;

use super::purpose::Other;
use super::session::Session;
use super::{Event, Message, Presence, PresenceStatus, Server, VoiceState};
use crate::chat::purpose::Purpose;

/// What is told of the server by the members of READY that the document does not have (facts TOG-R16).
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// The server has `away` in the place of `idle`, and reads only flat signals (facts TOG-R14, TOG-R16).
    pub is_real: bool,
    /// It does not close the socket for TYPING_START, which the document does not have.
    pub knows_typing: bool,
}

impl Kind {
    fn of(text: &str) -> Self {
        let frame: Value = serde_json::from_str(text).unwrap_or_default();
        // A server of the document closes for opcodes that it does not know; all that have this member do not.
        let knows_typing = frame["d"]["user"].get("custom_status").is_some();
        Self { is_real: Ready::says_away(text), knows_typing }
    }
}

impl Session {
    /// A text on the socket.
    pub(super) fn heard(&mut self, now: Now, text: &str) {
        let Some(frame) = ServerFrame::parse(text) else { return };
        match frame {
            ServerFrame::HeartbeatAck => self.acknowledged(now.instant),
            ServerFrame::Dispatch(told) => match *told {
                Told::Ready(Ready { user, servers }) if !user.id.is_empty() => {
                    let servers = servers.into_iter().map(Server::from).collect();
                    self.ready(now, Kind::of(text), user.into(), servers);
                }
                // What is told before READY is in what is asked for after it.
                told if self.is_live() => self.happened(now.instant, told),
                _ => {}
            },
        }
    }

    fn happened(&mut self, now: Instant, told: Told) {
        match told {
            Told::MessageCreate(message) => {
                let message = Message::from(message);
                if let Some(author) = &message.author {
                    self.met(now, author, &message.channel);
                }
                self.said(message);
            }
            Told::MessageUpdate(message) => {
                let message = Message::from(message);
                for purpose in self.rest.calls.running_mut() {
                    match purpose {
                        Purpose::Page { channel, changes, .. } if *channel == message.channel => {
                            changes.edited.insert(message.id.clone(), message.clone());
                        }
                        Purpose::Other(Other::Edit { message: id, echoed, .. }) if *id == message.id => {
                            *echoed = true;
                        }
                        _ => {}
                    }
                }
                self.edited(message);
            }
            Told::MessageDelete(MessageGone { id, channel_id }) => {
                for purpose in self.rest.calls.running_mut() {
                    if let Purpose::Page { channel, changes, .. } = purpose
                        && *channel == channel_id
                    {
                        changes.gone.insert(id.clone());
                    }
                }
                self.taken_back(id, channel_id);
            }
            Told::Presence(UserPresence { user_id: user, status, custom_status }) => {
                let presence = Presence { status: PresenceStatus::of(&status), custom_status };
                self.presence_while_loading(&user, &presence);
                self.event(Event::Presence { user, presence });
            }
            Told::VoiceState(VoiceUpdate(state)) => {
                let state = VoiceState::from(state);
                if let Some(channel) = &state.channel {
                    self.met(now, &state.user, channel);
                }
                self.voice_changed(state);
            }
            Told::Signal(SignalFrom { from_user_id: from, signal }) => {
                self.event(Event::Signal { from, signal });
            }
            Told::Typing(Typing { channel_id: channel, user_id: user, username }) => {
                self.met(now, &user, &channel);
                self.event(Event::Typing { channel, user, username });
            }
            // Later servers have more.
            Told::Ready(_) | Told::Other(_) => {}
        }
    }

    pub(super) fn edited(&mut self, message: Message) {
        if self.rest.seen.tell_edit(&message) {
            self.event(Event::MessageEdited(Box::new(message)));
        }
    }

    pub(super) fn taken_back(&mut self, id: String, channel: String) {
        if self.rest.seen.tell_end(&id, &channel) {
            self.event(Event::MessageDeleted { id, channel });
        }
    }

    fn voice_changed(&mut self, state: VoiceState) {
        if Some(state.user.as_str()) == self.own_id() {
            for purpose in self.rest.calls.running_mut() {
                if let Purpose::Other(Other::Voice { echoed, .. }) = purpose {
                    *echoed = true;
                }
            }
        }
        self.voice_while_loading(&state);
        self.event(Event::Voice(Box::new(state)));
    }
}

//! What came of calls that only this dialect has, and how its answers are read.

use std::time::Instant;

use hearth_dialects::together::{limits, rest};
use serde::de::DeserializeOwned;

use super::loading::Loaded;
use super::purpose::{InVoice, Other, Part};
use super::session::Session;
use super::{Channel, Event, Failure, Member, Message, Outcome, Server, VoiceState};
use crate::chat::calls::Call;
use crate::chat::purpose::Other as _;
use crate::machine::HttpAnswer;

/// A list, without what cannot be read of it.
fn list<T: DeserializeOwned, U: From<T>>(answer: &HttpAnswer) -> Option<Vec<U>> {
    let values: Vec<serde_json::Value> = answer.read()?;
    let read = |value| serde_json::from_value::<T>(value).ok().map(U::from);
    Some(values.into_iter().filter_map(read).collect())
}

/// Messages of a page without those that are gone, and whether there may be more.
pub(super) fn page(answer: &HttpAnswer) -> Option<(Vec<Message>, bool)> {
    let values: Vec<serde_json::Value> = answer.read()?;
    let more = values.len() >= limits::USUAL_PAGE as usize;
    let messages = values.into_iter().filter_map(|value| serde_json::from_value::<rest::Message>(value).ok());
    Some((messages.filter(|message| !message.deleted).map(Message::from).collect(), more))
}

/// The message that was said, or changed.
pub(super) fn message(answer: &HttpAnswer) -> Option<Message> {
    answer.read::<rest::Message>().map(Message::from)
}

impl Session {
    /// A call will not be carried out.
    pub(super) fn not_carried_out(&mut self, now: Instant, what: Other, why: Failure, text: String) {
        match what {
            Other::Voice { channel, .. } => self.event(Event::VoiceFailed { channel, why, text }),
            Other::Load { server, part: Part::Room(channel) }
                if matches!(why, Failure::NotFound | Failure::NotAllowed | Failure::Invalid) =>
            {
                // The channel is gone, or has no room.
                self.loaded(now, server, Loaded::Room(channel, Vec::new()));
            }
            Other::Load { server, .. } => self.not_loaded(server, why, text),
            other => {
                if let Some(ticket) = other.ticket() {
                    self.failed(ticket, why, text);
                }
            }
        }
    }

    pub(super) fn carried_out(&mut self, now: Instant, what: Other, answer: &HttpAnswer) {
        match what {
            Other::Edit { ticket, echoed, .. } => {
                if let Some(message) = message(answer).filter(|_| !echoed) {
                    self.edited(message);
                }
                self.done(ticket, Outcome::Ok);
            }
            Other::Delete { ticket, message } => {
                if let Some(channel) = self.rest.seen.channel_of(&message).map(str::to_owned) {
                    self.taken_back(message, channel);
                }
                self.done(ticket, Outcome::Ok);
            }
            Other::CreateServer { ticket } => match answer.read::<rest::Server>().map(Server::from) {
                Some(server) => {
                    self.done(ticket, Outcome::ServerCreated(Box::new(server)));
                    self.list_servers(now);
                }
                None => self.failed(ticket, Failure::Broken, String::new()),
            },
            Other::JoinServer { ticket, asked } => {
                let told = answer
                    .read::<serde_json::Value>()
                    .and_then(|body| Some(body.get("id")?.as_str()?.to_owned()));
                let id = told.or_else(|| uuid::Uuid::parse_str(&asked).is_ok().then_some(asked));
                self.done(ticket, Outcome::Joined(id));
                self.list_servers(now);
            }
            Other::LeaveServer { ticket, server } => {
                self.own.watched.remove(&server);
                self.done(ticket, Outcome::Ok);
                self.list_servers(now);
            }
            Other::CreateChannel { ticket, server } => {
                match answer.read::<rest::Channel>().map(Channel::from) {
                    Some(channel) => {
                        self.done(ticket, Outcome::ChannelCreated(Box::new(channel)));
                        // No event tells of it (facts TOG-R23).
                        if self.own.watched.contains_key(&server) {
                            self.load(now, &server);
                        }
                    }
                    None => self.failed(ticket, Failure::Broken, String::new()),
                }
            }
            Other::Servers => {
                if let Some(servers) = list::<rest::Server, _>(answer) {
                    self.event(Event::Servers(servers));
                }
            }
            Other::Voice { what, echoed, .. } => self.voiced(what, echoed, answer),
            Other::Load { server, part } => {
                let loaded = match part {
                    Part::Channels => list::<rest::Channel, _>(answer).map(Loaded::Channels),
                    Part::Members => list::<rest::Member, Member>(answer).map(Loaded::Members),
                    Part::Room(channel) => {
                        list::<rest::VoiceState, _>(answer).map(|voices| Loaded::Room(channel, voices))
                    }
                };
                match loaded {
                    Some(part) => self.loaded(now, server, part),
                    None => self.not_loaded(server, Failure::Broken, String::new()),
                }
            }
        }
    }

    /// When an event came meanwhile it is newer than the answer.
    fn voiced(&mut self, what: InVoice, echoed: bool, answer: &HttpAnswer) {
        let state = match what {
            InVoice::Be => answer.read::<rest::VoiceState>().map(VoiceState::from),
            InVoice::Leave => {
                self.own_id().map(|user| VoiceState { user: user.to_owned(), ..VoiceState::default() })
            }
        };
        if let Some(state) = state.filter(|_| !echoed) {
            self.voice_while_loading(&state);
            self.event(Event::Voice(Box::new(state)));
        }
    }

    fn list_servers(&mut self, now: Instant) {
        self.rest.calls.push(Call::get(Other::Servers, "/servers".into(), now));
    }
}

//! What came of calls, and of those that have no answer.

use std::time::Instant;

use hearth_dialects::together::{limits, rest};
use serde::de::DeserializeOwned;

use super::loading::Loaded;
use super::purpose::{InVoice, Part, Purpose};
use super::session::Session;
use super::{Channel, Event, Failure, Member, Message, Outcome, Server, VoiceState};
use crate::chat::calls::{Call, Changes, Verdict};
use crate::machine::{HttpAnswer, HttpFailure};

/// A list, without what cannot be read of it.
fn list<T: DeserializeOwned, U: From<T>>(answer: &HttpAnswer) -> Option<Vec<U>> {
    let values: Vec<serde_json::Value> = answer.read()?;
    let read = |value| serde_json::from_value::<T>(value).ok().map(U::from);
    Some(values.into_iter().filter_map(read).collect())
}

/// Messages of a page without those that are gone, and how many there were.
fn page_of(answer: &HttpAnswer) -> Option<(Vec<Message>, usize)> {
    let values: Vec<serde_json::Value> = answer.read()?;
    let count = values.len();
    let messages = values.into_iter().filter_map(|value| serde_json::from_value::<rest::Message>(value).ok());
    Some((messages.filter(|message| !message.deleted).map(Message::from).collect(), count))
}

impl Session {
    /// A call has come to its end, or to the end of one try.
    pub(super) fn answered(
        &mut self,
        now: Instant,
        call: Call<Purpose>,
        answer: Result<HttpAnswer, HttpFailure>,
    ) {
        match self.calls.judge(now, call, answer, self.connection.live().is_some()) {
            Verdict::CarriedOut(purpose, answer) => self.carried_out(now, purpose, &answer),
            Verdict::Again => {}
            Verdict::AgainWithToken => self.token = None,
            Verdict::Unsure(Purpose::Say(saying)) | Verdict::Cut(Purpose::Look(saying)) => {
                self.lost_answer(now, saying);
            }
            Verdict::Unsure(purpose) => self.not_carried_out(now, purpose, Failure::NoAnswer, String::new()),
            Verdict::Cut(purpose) => self.not_carried_out(now, purpose, Failure::NotConnected, String::new()),
            Verdict::Not(purpose, why, text) => self.not_carried_out(now, purpose, why, text),
        }
    }

    /// A call will not be carried out.
    pub(super) fn not_carried_out(&mut self, now: Instant, purpose: Purpose, why: Failure, text: String) {
        match purpose {
            // It had been said before it was looked for.
            Purpose::Look(saying) => self.failed(saying.ticket, Failure::NoAnswer, text),
            Purpose::Voice { channel, .. } => self.event(Event::VoiceFailed { channel, why, text }),
            Purpose::Load { server, part: Part::Room(channel) }
                if matches!(why, Failure::NotFound | Failure::NotAllowed | Failure::Invalid) =>
            {
                // The channel is gone, or has no room.
                self.loaded(now, server, Loaded::Room(channel, Vec::new()));
            }
            Purpose::Load { server, .. } => self.not_loaded(server, why, text),
            purpose => {
                if let Some(ticket) = purpose.ticket() {
                    self.failed(ticket, why, text);
                }
            }
        }
    }

    fn carried_out(&mut self, now: Instant, purpose: Purpose, answer: &HttpAnswer) {
        match purpose {
            Purpose::Say(saying) => match answer.read::<rest::Message>().map(Message::from) {
                Some(message) => {
                    let id = message.id.clone();
                    self.was_said(now, message);
                    self.done(saying.ticket, Outcome::Said(id));
                }
                None => self.lost_answer(now, saying),
            },
            Purpose::Look(saying) => match page_of(answer) {
                Some((page, _)) => self.looked_for(saying, page),
                None => self.failed(saying.ticket, Failure::NoAnswer, String::new()),
            },
            Purpose::Page { ticket, channel, newest, changes } => match page_of(answer) {
                Some((messages, count)) => {
                    let messages = self.page(&channel, newest, &changes, messages);
                    let more = count >= limits::USUAL_PAGE as usize;
                    self.event(Event::Page { ticket, channel, messages, more });
                }
                None => self.failed(ticket, Failure::Broken, String::new()),
            },
            Purpose::Edit { ticket, echoed, .. } => {
                if let Some(message) = answer.read::<rest::Message>().map(Message::from).filter(|_| !echoed) {
                    self.edited(message);
                }
                self.done(ticket, Outcome::Ok);
            }
            Purpose::Delete { ticket, message } => {
                if let Some(channel) = self.seen.channel_of(&message).map(str::to_owned) {
                    self.taken_back(message, channel);
                }
                self.done(ticket, Outcome::Ok);
            }
            Purpose::CreateServer { ticket } => match answer.read::<rest::Server>().map(Server::from) {
                Some(server) => {
                    self.done(ticket, Outcome::ServerCreated(Box::new(server)));
                    self.list_servers(now);
                }
                None => self.failed(ticket, Failure::Broken, String::new()),
            },
            Purpose::JoinServer { ticket, asked } => {
                let told = answer
                    .read::<serde_json::Value>()
                    .and_then(|body| Some(body.get("id")?.as_str()?.to_owned()));
                let id = told.or_else(|| uuid::Uuid::parse_str(&asked).is_ok().then_some(asked));
                self.done(ticket, Outcome::Joined(id));
                self.list_servers(now);
            }
            Purpose::LeaveServer { ticket, server } => {
                self.watched.remove(&server);
                self.done(ticket, Outcome::Ok);
                self.list_servers(now);
            }
            Purpose::CreateChannel { ticket, server } => {
                match answer.read::<rest::Channel>().map(Channel::from) {
                    Some(channel) => {
                        self.done(ticket, Outcome::ChannelCreated(Box::new(channel)));
                        // No event tells of it (facts TOG-R23).
                        if self.watched.contains_key(&server) {
                            self.load(now, &server);
                        }
                    }
                    None => self.failed(ticket, Failure::Broken, String::new()),
                }
            }
            Purpose::Servers => {
                if let Some(servers) = list::<rest::Server, _>(answer) {
                    self.event(Event::Servers(servers));
                }
            }
            Purpose::Voice { what, echoed, .. } => self.voiced(what, echoed, answer),
            Purpose::Load { server, part } => {
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

    /// A page as it is now, with what was heard since it was asked for.
    fn page(&mut self, channel: &str, newest: bool, changes: &Changes, page: Vec<Message>) -> Vec<Message> {
        let messages = changes.merge(page);
        for message in &messages {
            self.seen.tell(message);
        }
        if newest {
            self.seen.read(channel);
        }
        messages
    }

    /// When an event came meanwhile it is newer than the answer.
    fn voiced(&mut self, what: InVoice, echoed: bool, answer: &HttpAnswer) {
        let state = match what {
            InVoice::Be => answer.read::<rest::VoiceState>().map(VoiceState::from),
            InVoice::Leave => self.own_id().map(|user| VoiceState { user, ..VoiceState::default() }),
        };
        if let Some(state) = state.filter(|_| !echoed) {
            self.voice_while_loading(&state);
            self.event(Event::Voice(Box::new(state)));
        }
    }

    fn list_servers(&mut self, now: Instant) {
        self.calls.push(Call::get(Purpose::Servers, "/servers".into(), now));
    }

    pub(super) fn done(&mut self, ticket: u64, outcome: Outcome) {
        self.event(Event::Done { ticket, outcome });
    }

    pub(super) fn failed(&mut self, ticket: u64, why: Failure, text: String) {
        self.event(Event::Failed { ticket, why, text });
    }
}

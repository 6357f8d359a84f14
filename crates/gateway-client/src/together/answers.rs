//! What came of calls, and of those that have no answer.

use std::time::{Duration, Instant};

use hearth_dialects::together::{limits, rest};
use serde::de::DeserializeOwned;

use super::calls::{Call, Changes, InVoice, Part, Purpose};
use super::loading::Loaded;
use super::session::Session;
use super::sign_in::words;
use super::{Channel, Event, Failure, Member, Message, Outcome, Server, VoiceState};
use crate::machine::{HttpAnswer, HttpFailure, Method};

/// A call is tried so often when the server is not reached, or when it only reads.
const TRIES: u32 = 3;

/// The wait before another try, times the tries.
const PAUSE: Duration = Duration::from_secs(1);

/// A rate limit without a time.
const HOLD: Duration = Duration::from_secs(2);

/// Why a call was not carried out, by the status of its answer (facts §3.3).
const fn failure(status: u16) -> Failure {
    match status {
        401 | 403 => Failure::NotAllowed,
        404 | 410 => Failure::NotFound,
        409 => Failure::Conflict,
        400 | 405 | 413 | 415 | 422 => Failure::Invalid,
        429 => Failure::TooMany,
        _ => Failure::Broken,
    }
}

/// A proxy or a server that broke down: it may have been carried out all the same.
const fn is_no_answer(status: u16) -> bool {
    matches!(status, 408 | 500..)
}

fn read<T: DeserializeOwned>(answer: &HttpAnswer) -> Option<T> {
    serde_json::from_str(&answer.body).ok()
}

/// A list, without what cannot be read of it.
fn list<T: DeserializeOwned, U: From<T>>(answer: &HttpAnswer) -> Option<Vec<U>> {
    let values: Vec<serde_json::Value> = read(answer)?;
    let read = |value| serde_json::from_value::<T>(value).ok().map(U::from);
    Some(values.into_iter().filter_map(read).collect())
}

/// Messages of a page without those that are gone, and how many there were.
fn page_of(answer: &HttpAnswer) -> Option<(Vec<Message>, usize)> {
    let values: Vec<serde_json::Value> = read(answer)?;
    let count = values.len();
    let messages = values.into_iter().filter_map(|value| serde_json::from_value::<rest::Message>(value).ok());
    Some((messages.filter(|message| !message.deleted).map(Message::from).collect(), count))
}

impl Session {
    /// A call has come to its end, or to the end of one try.
    pub(super) fn answered(&mut self, now: Instant, mut call: Call, answer: Result<HttpAnswer, HttpFailure>) {
        match answer {
            Ok(answer) if answer.is_success() => self.carried_out(now, call, &answer),
            // A token that is over, or that the server forgot: once more with another.
            Ok(HttpAnswer { status: 401, .. }) if !call.signed_again => {
                call.signed_again = true;
                self.token = None;
                self.once_more(now, call, None);
            }
            Ok(HttpAnswer { status: 429, retry_after, .. }) => {
                self.hold(now, call, retry_after.unwrap_or(HOLD));
            }
            Ok(HttpAnswer { status: 503, retry_after: Some(wait), .. }) => self.hold(now, call, wait),
            Ok(answer) => {
                let may_be_there = is_no_answer(answer.status);
                match call.purpose {
                    Purpose::Say(saying) if may_be_there => self.lost_answer(now, saying),
                    _ if may_be_there && call.method == Method::Get => {
                        self.try_again(now, call, Failure::Broken)
                    }
                    purpose => self.not_carried_out(now, purpose, failure(answer.status), words(&answer)),
                }
            }
            Err(HttpFailure::Unsent(_)) => self.try_again(now, call, Failure::NotConnected),
            Err(HttpFailure::Lost(_)) => match call.purpose {
                Purpose::Say(saying) => self.lost_answer(now, saying),
                _ if call.method == Method::Get => self.try_again(now, call, Failure::NoAnswer),
                purpose => self.not_carried_out(now, purpose, Failure::NoAnswer, String::new()),
            },
        }
    }

    /// The server has too much to do; it did not do this.
    fn hold(&mut self, now: Instant, call: Call, wait: Duration) {
        let until = now + wait;
        if until < call.give_up_at {
            self.calls.hold(until);
            self.once_more(now, call, None);
        } else {
            self.not_carried_out(now, call.purpose, Failure::TooMany, String::new());
        }
    }

    fn try_again(&mut self, now: Instant, mut call: Call, otherwise: Failure) {
        call.tries += 1;
        if call.tries >= TRIES {
            return match call.purpose {
                Purpose::Look(saying) => self.failed(saying.ticket, Failure::NoAnswer, String::new()),
                purpose => self.not_carried_out(now, purpose, otherwise, String::new()),
            };
        }
        let pause = PAUSE * call.tries;
        self.once_more(now, call, Some(now + pause));
    }

    fn once_more(&mut self, now: Instant, mut call: Call, not_before: Option<Instant>) {
        if self.connection.live().is_none() {
            return match call.purpose {
                Purpose::Look(saying) => self.lost_answer(now, saying),
                purpose => self.not_carried_out(now, purpose, Failure::NotConnected, String::new()),
            };
        }
        call.not_before = not_before;
        self.calls.put_back(call);
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

    fn carried_out(&mut self, now: Instant, call: Call, answer: &HttpAnswer) {
        match call.purpose {
            Purpose::Say(saying) => match read::<rest::Message>(answer).map(Message::from) {
                Some(message) => {
                    let id = message.id.clone();
                    self.said(message);
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
                if let Some(message) = read::<rest::Message>(answer).map(Message::from).filter(|_| !echoed) {
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
            Purpose::CreateServer { ticket } => match read::<rest::Server>(answer).map(Server::from) {
                Some(server) => {
                    self.done(ticket, Outcome::ServerCreated(Box::new(server)));
                    self.list_servers(now);
                }
                None => self.failed(ticket, Failure::Broken, String::new()),
            },
            Purpose::JoinServer { ticket, asked } => {
                let told = read::<serde_json::Value>(answer)
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
                match read::<rest::Channel>(answer).map(Channel::from) {
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
        let is_there = |message: &Message| page.iter().any(|there| there.id == message.id);
        let said: Vec<Message> = changes.said.iter().rev().filter(|said| !is_there(said)).cloned().collect();
        let mut messages: Vec<Message> = said.into_iter().chain(page).collect();
        messages.retain(|message| !changes.gone.contains(&message.id));
        for message in &mut messages {
            if let Some(edited) = changes.edited.get(&message.id) {
                message.clone_from(edited);
            }
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
            InVoice::Be => read::<rest::VoiceState>(answer).map(VoiceState::from),
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

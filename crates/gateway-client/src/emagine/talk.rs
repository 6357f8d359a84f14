//! What the owner asks for, as calls.

use hearth_clock::Now;
use hearth_dialects::emagine::rest::{ChannelKind, NewChannel, NewPost};
use hearth_dialects::emagine::{id, limits};

use super::purpose::{Other, Why};
use super::session::Session;
use crate::chat::calls::{Call, Lane};
use crate::chat::sought::Saying;
use crate::chat::{Event, Failure, Request, ServerKind};
use crate::machine::Method;

/// Messages of a page.
pub(super) const PAGE: u32 = limits::PAGE;

/// A text, as kinds of messages go.
const TEXT: u64 = 0;

pub(super) fn is_id(text: &str) -> Result<(), Failure> {
    id(text).map(drop).ok_or(Failure::NotFound)
}

impl Session {
    /// What is not about the connection itself.
    pub(super) fn ask(&mut self, now: Now, request: Request) {
        match request {
            Request::LoadServer { server } => match self.may_call() {
                Ok(()) => self.load(now.instant, &server),
                Err(why) => self.event(Event::NotLoaded { server, why, text: String::new() }),
            },
            Request::JoinVoice { channel }
            | Request::LeaveVoice { channel }
            | Request::SetVoice { channel, .. } => {
                let why = Failure::Unsupported;
                self.event(Event::VoiceFailed { channel, why, text: String::new() });
            }
            request => {
                let Some(ticket) = request.ticket() else { return };
                match self.may_call().and_then(|()| self.call_for(now, request)) {
                    Ok(call) => self.rest.calls.push(call),
                    Err(why) => self.failed(ticket, why, String::new()),
                }
            }
        }
    }

    fn call_for(&self, now: Now, request: Request) -> Result<Call<Other>, Failure> {
        let at = now.instant;
        Ok(match request {
            Request::Page { ticket, channel, before } => {
                is_id(&channel)?;
                let mut path = format!("/channels/{channel}/posts?limit={PAGE}");
                if let Some(before) = &before {
                    is_id(before)?;
                    path += &format!("&before={before}");
                }
                Call::page(ticket, channel, before, path, at)
            }
            Request::Say { ticket, channel, content, reply_to } => {
                is_id(&channel)?;
                if reply_to.is_some() {
                    return Err(Failure::Unsupported);
                }
                let path = format!("/channels/{channel}/posts");
                let extra = [("timestamp".to_owned(), now.unix_ms.into())].into_iter().collect();
                let body = NewPost { kind: TEXT.into(), content: content.clone(), extra };
                let saying = Saying { ticket, channel, content, reply_to, sent: None, echo: None };
                Call::say(saying, path, at).body(&body)
            }
            Request::CreateServer { ticket, name, kind } => create(ticket, name, kind, false, now),
            Request::JoinServer { ticket, id_or_code } => {
                let channel = id_or_code.trim().to_owned();
                is_id(&channel)?;
                let path = format!("/channels/{channel}/members/me");
                Call::new(Other::Enter { ticket, channel }, Method::Put, path, at).lane(Lane::Servers)
            }
            Request::LeaveServer { ticket, server: channel } => {
                is_id(&channel)?;
                let path = format!("/channels/{channel}/members/me");
                Call::new(Other::Leave { ticket, channel }, Method::Delete, path, at).lane(Lane::Servers)
            }
            _ => return Err(Failure::Unsupported),
        })
    }

    /// What was made is asked for as it is now.
    pub(super) fn created(&mut self, now: Now, ticket: u64, channel: &str) {
        self.show(now.instant, channel, Why::Created(ticket));
    }
}

/// A stream, or else a question, which is a channel that anybody finds. `again`: the server wants a description and a topic too.
pub(super) fn create(ticket: u64, name: String, kind: ServerKind, again: bool, now: Now) -> Call<Other> {
    let about = if again { name.clone() } else { String::new() };
    let (number, stream_url) = match &kind {
        ServerKind::Stream { url } => (ChannelKind::Stream.number(), Some(url.clone())),
        ServerKind::Usual | ServerKind::Hidden => (ChannelKind::Question.number(), None),
    };
    let body = NewChannel {
        kind: number,
        timestamp: now.unix_ms,
        title: name.clone(),
        description: about.clone(),
        topic: about,
        stream_url,
    };
    let purpose = Other::Create { ticket, name, kind, again };
    Call::new(purpose, Method::Post, "/channels".into(), now.instant).body(&body).lane(Lane::Servers)
}

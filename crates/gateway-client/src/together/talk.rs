//! What the owner asks for, as calls and as what is said on the socket.

use std::time::{Duration, Instant};

use hearth_clock::Now;
use hearth_dialects::together::rest::{
    ChannelKind as RestKind, MessageEdit, NewChannel, NewMessage, NewServer,
};
use hearth_dialects::together::{ClientOp, limits};

use super::purpose::Other;
use super::session::Session;
use super::sign_in::Entry;
use super::{ChannelKind, Event, Failure, Presence, Request};
use crate::chat::calls::{Call, Lane};
use crate::chat::sought::Saying;
use crate::chat::token::Token;
use crate::machine::Method;

/// Typing in a channel is told once in this time.
const TYPING: Duration = Duration::from_secs(3);

/// Whether a text can be the name of something over there: ids are UUIDs, codes are letters and digits. Nothing else
/// belongs into a path.
pub(super) fn is_id(text: &str) -> Result<(), Failure> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !text.is_empty() && text.len() <= 64 && text.chars().all(fits) {
        Ok(())
    } else {
        Err(Failure::NotFound)
    }
}

impl Session {
    /// What is not about the connection itself.
    pub(super) fn ask(&mut self, by: Now, request: Request) {
        let now = by.instant;
        match request {
            Request::ConnectWith { token } => {
                self.connect_as(by, Some(Entry::Given), Some(Token::given(token, now)));
            }
            Request::Token { token } => self.given(by, token),
            Request::LoadServer { server } => match self.may_call().and_then(|()| is_id(&server)) {
                Ok(()) => self.load(now, &server),
                Err(why) => self.event(Event::NotLoaded { server, why, text: String::new() }),
            },
            Request::JoinVoice { channel } => self.join_voice(now, channel),
            Request::LeaveVoice { channel } => self.leave_voice(now, channel),
            Request::SetVoice { channel, self_mute, self_deaf } => {
                self.set_voice(now, channel, self_mute, self_deaf);
            }
            Request::Presence(presence) => {
                self.own.presence = Some(presence);
                self.show_presence();
            }
            Request::Typing { channel } => self.typing(now, channel),
            Request::Signal { to, signal } => self.signal(to, signal),
            ticketed => match self.call_for(now, ticketed) {
                Ok(call) => self.rest.calls.push(call),
                Err(Some((ticket, why))) => self.failed(ticket, why, String::new()),
                Err(None) => {}
            },
        }
    }

    fn call_for(&self, now: Instant, request: Request) -> Result<Call<Other>, Option<(u64, Failure)>> {
        let may = |ticket, ids: &[&str]| {
            let ids = ids.iter().try_for_each(|id| is_id(id));
            self.may_call().and(ids).map_err(|why| Some((ticket, why)))
        };
        Ok(match request {
            Request::Page { ticket, channel, before } => {
                may(ticket, &[&channel, before.as_deref().unwrap_or("-")])?;
                let mut path = format!("/channels/{channel}/messages?limit={}", limits::USUAL_PAGE);
                if let Some(before) = &before {
                    path += &format!("&before={before}");
                }
                Call::page(ticket, channel, before, path, now)
            }
            Request::Say { ticket, channel, content, reply_to } => {
                may(ticket, &[&channel, reply_to.as_deref().unwrap_or("-")])?;
                let path = format!("/channels/{channel}/messages");
                let body = NewMessage { content: content.clone(), reply_to: reply_to.clone() };
                let saying = Saying { ticket, channel, content, reply_to, sent: None, echo: None };
                Call::say(saying, path, now).body(&body)
            }
            Request::Edit { ticket, message, content } => {
                may(ticket, &[&message])?;
                let (path, lane) = (format!("/messages/{message}"), self.lane_of(&message));
                let purpose = Other::Edit { ticket, message, echoed: false };
                Call::new(purpose, Method::Patch, path, now).body(&MessageEdit { content }).lane(lane)
            }
            Request::Delete { ticket, message } => {
                may(ticket, &[&message])?;
                let (path, lane) = (format!("/messages/{message}"), self.lane_of(&message));
                Call::new(Other::Delete { ticket, message }, Method::Delete, path, now).lane(lane)
            }
            Request::CreateServer { ticket, name, .. } => {
                may(ticket, &[])?;
                let body = NewServer { name, icon_url: None };
                let call = Call::new(Other::CreateServer { ticket }, Method::Post, "/servers".into(), now);
                call.body(&body).lane(Lane::Servers)
            }
            Request::JoinServer { ticket, id_or_code } => {
                let asked = id_or_code.trim().to_owned();
                may(ticket, &[&asked])?;
                let path = format!("/servers/{asked}/join");
                Call::new(Other::JoinServer { ticket, asked }, Method::Post, path, now).lane(Lane::Servers)
            }
            Request::LeaveServer { ticket, server } => {
                may(ticket, &[&server])?;
                let path = format!("/servers/{server}/leave");
                Call::new(Other::LeaveServer { ticket, server }, Method::Delete, path, now)
                    .lane(Lane::Servers)
            }
            Request::CreateChannel { ticket, server, name, kind } => {
                may(ticket, &[&server])?;
                let path = format!("/servers/{server}/channels");
                let kind = match kind {
                    ChannelKind::Text => RestKind::Text,
                    ChannelKind::Voice => RestKind::Voice,
                };
                let body = NewChannel { name, kind, topic: None, category: None };
                let purpose = Other::CreateChannel { ticket, server };
                Call::new(purpose, Method::Post, path, now).body(&body).lane(Lane::Servers)
            }
            other => return Err(other.ticket().map(|ticket| (ticket, Failure::Unsupported))),
        })
    }

    fn lane_of(&self, message: &str) -> Lane {
        match self.rest.seen.channel_of(message) {
            Some(channel) => Lane::Channel(channel.to_owned()),
            None => Lane::Message(message.to_owned()),
        }
    }

    fn typing(&mut self, now: Instant, channel: String) {
        let live = self.connection.live_mut().map(|live| &mut live.own);
        let Some(live) = live.filter(|live| live.kind.knows_typing) else { return };
        live.typed.retain(|_, at| now < *at + TYPING);
        if live.typed.contains_key(&channel) {
            return;
        }
        live.typed.insert(channel.clone(), now);
        self.send(&ClientOp::Typing { channel_id: channel });
    }

    /// How we want to be seen, if anybody has said so: the server starts each connection as `online`.
    pub(super) fn show_presence(&mut self) {
        let Some(live) = self.connection.live() else { return };
        let Some(Presence { status, custom_status }) = &self.own.presence else { return };
        let status = status.name(live.own.kind.is_real).to_owned();
        let custom_status = Some(custom_status.clone());
        self.send(&ClientOp::Presence { status, custom_status });
    }
}

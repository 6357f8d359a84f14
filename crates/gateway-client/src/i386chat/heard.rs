//! What the server says. What cannot be read costs only itself.

use hearth_clock::Now;
use hearth_dialects::i386chat::{
    ClientFrame, ErrorCode, Event as Told, Fault, MessageCreate, Present, ServerFrame, User as Wire,
};

use super::asked::Asked;
use super::session::{Session, Stage};
use crate::chat::{Event, Failure, Message, Outcome, User};
use crate::connection::Connection;
use crate::liveness::Pace;

/// Why something was not carried out, by the code of the error.
const fn failure(code: ErrorCode, asked: &Asked) -> Failure {
    match (code, asked) {
        (ErrorCode::NoSuchUser | ErrorCode::NoSuchRoom | ErrorCode::NoSuchBot, _) => Failure::NotFound,
        (ErrorCode::InvalidToken | ErrorCode::Banned, _) => Failure::NotAllowed,
        // The one code for what is malformed, and for what one may not.
        (ErrorCode::Malformed, Asked::Delete { .. } | Asked::Ban { .. }) => Failure::NotAllowed,
        (ErrorCode::Malformed, _) => Failure::Invalid,
        (ErrorCode::TooLong, _) => Failure::TooLong,
        (ErrorCode::RateLimited, _) => Failure::TooMany,
        (ErrorCode::NotPresented | ErrorCode::ShuttingDown | ErrorCode::Timeout | ErrorCode::Crowded, _) => {
            Failure::NotConnected
        }
        (ErrorCode::Storage | ErrorCode::Other(_), _) => Failure::Broken,
    }
}

impl Session {
    /// A text on the socket.
    pub(super) fn heard(&mut self, now: Now, text: &str) {
        let Ok(frame) = ServerFrame::parse(text) else { return };
        match (frame, &mut self.connection) {
            (ServerFrame::Introduce { heartbeat }, Connection::Greeting { stage, .. }) => {
                let token = self.token.as_ref().and_then(|token| token.for_call(now.instant));
                if let (Stage::Introduction, Some(token)) = (*stage, token) {
                    // As often as the server asks for it, each answered before the next (I386-05, I386-07).
                    *stage = Stage::Presented(Pace::told(heartbeat));
                    let present = ClientFrame::Present(Present { token: token.reveal().to_owned() });
                    match present.text() {
                        Ok(text) => self.say(text),
                        // No server has issued a token that long.
                        Err(_) => self.not_let_in(now),
                    }
                }
            }
            (
                ServerFrame::Ready(ready),
                Connection::Greeting { stage: Stage::Presented(pace), socket, .. },
            ) => {
                let (pace, socket) = (*pace, *socket);
                let user = ready.user.unwrap_or_default();
                let id = Some(user.id.to_string()).filter(|id| id != "0").unwrap_or_default();
                let username = Some(user.name).filter(|name| !name.is_empty());
                let username = username.or_else(|| self.entry.as_ref().map(|entry| entry.username.clone()));
                let username = username.unwrap_or_default();
                self.ready(now.instant, socket, pace, User { id, username, avatar_url: None });
            }
            (ServerFrame::Heartbeat, _) => self.acknowledged(now.instant),
            (ServerFrame::Error(fault), _) => self.fault(fault),
            (ServerFrame::Execute { event, .. }, Connection::Live(_)) => self.happened(now, event),
            (ServerFrame::Execute { event: Told::GatewayDown, .. }, _) => self.own.goes_down = true,
            _ => {}
        }
    }

    fn fault(&mut self, fault: Fault) {
        if fault.is_fatal {
            self.own.fault = Some(fault);
            return;
        }
        let Some(asked) = self.own.questions.refused(fault.s) else { return };
        let why = failure(fault.code, &asked);
        match asked.ticket() {
            Some(ticket) => self.failed(ticket, why, fault.error.unwrap_or_default()),
            // We cannot be where we were.
            None => {
                self.own.rooms.wanted = None;
                self.event(Event::Here(None));
            }
        }
    }

    fn happened(&mut self, now: Now, told: Told) {
        // Whatever comes between its pieces ends a message.
        if !matches!(told, Told::MessageCreate(_))
            && let Some(message) = self.own.pieces.rest()
        {
            self.said(now, message);
        }
        let own = self.own_id().unwrap_or_default().to_owned();
        let answered = match &told {
            // Known by its nonce, when it is whole.
            Told::MessageCreate(_) => None,
            told => self.own.questions.answered(told, &own),
        };
        match told {
            Told::MessageCreate(message) => {
                for message in self.own.pieces.take(message) {
                    self.said(now, message);
                }
            }
            Told::MessageDelete { message_id } => {
                let id = message_id.to_string();
                if let Some(channel) = self.own.rooms.here.clone() {
                    self.own.log.gone(&channel, &id);
                    self.event(Event::MessageDeleted { id, channel });
                }
            }
            Told::StartTyping { user } => {
                if let (Some(channel), Some(id)) = (self.own.rooms.here.clone(), id_of(&user)) {
                    let username = Some(user.name).filter(|name| !name.is_empty());
                    self.event(Event::Typing { channel, user: id, username });
                }
            }
            Told::ChannelAdd { room } => {
                self.room_is_known(now.instant, &room);
                if let Some(Asked::Create { ticket, .. }) = &answered {
                    let id = room.id.to_string();
                    let server = self.own.rooms.servers().into_iter().find(|server| server.id == id);
                    self.tell_rooms(None);
                    match server {
                        Some(server) => self.done(*ticket, Outcome::ServerCreated(Box::new(server))),
                        None => self.failed(*ticket, Failure::TooMany, String::new()),
                    }
                }
                return;
            }
            Told::ChannelMove { room } => {
                let id = room.id.to_string();
                self.moved(now.instant, &room);
                if let Some(ticket) = answered.as_ref().and_then(Asked::ticket) {
                    self.done(ticket, Outcome::Joined(Some(id)));
                }
                return;
            }
            Told::RoomUserAdd { user } => self.came(now.instant, &user),
            Told::RoomUserRemove { user } if !own.is_empty() && user.id.to_string() == own => {
                let left = self.own.rooms.here.clone();
                self.is_out();
                if let (Some(Asked::Leave { .. }), Some(left)) = (&answered, left) {
                    self.forget_room(&left);
                }
            }
            Told::RoomUserRemove { user } => self.went(now.instant, &user),
            Told::GatewayDown => self.own.goes_down = true,
            Told::ServerMessage { content } => self.event(Event::Notice(content)),
            Told::SystemBanAdd { .. } | Told::Other(_) => {}
        }
        if let Some(ticket) = answered.as_ref().and_then(Asked::ticket) {
            self.done(ticket, Outcome::Ok);
        }
    }

    /// Something was said here, as a whole.
    fn said(&mut self, now: Now, told: MessageCreate) {
        let Some(channel) = self.own.rooms.here.clone() else { return };
        let own = self.own_id().unwrap_or_default().to_owned();
        let answered = self.own.questions.answered(&Told::MessageCreate(told.clone()), &own);
        let id = told.message_id.map_or_else(|| self.unnamed(), |id| id.to_string());
        let message = Message {
            id: id.clone(),
            channel,
            author: id_of(&told.user),
            author_name: Some(told.user.name).filter(|name| !name.is_empty()),
            content: told.content,
            created_at: crate::chat::time(now.unix_ms).unwrap_or_default(),
            edited_at: None,
            reply_to: None,
        };
        if told.edited {
            let message = Message { edited_at: Some(message.created_at.clone()), ..message };
            self.own.log.edited(&message);
            self.event(Event::MessageEdited(Box::new(message)));
        } else if !self.own.log.has(&message) {
            self.own.log.said(&message);
            self.event(Event::Message(Box::new(message)));
        }
        if let Some(ticket) = answered.as_ref().and_then(Asked::ticket) {
            self.done(ticket, Outcome::Said(id));
        }
    }
}

/// Guests of a sesh have none.
fn id_of(user: &Wire) -> Option<String> {
    Some(user.id.to_string()).filter(|id| id != "0")
}

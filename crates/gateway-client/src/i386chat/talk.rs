//! What the owner asks for, as payloads.

use std::time::{Duration, Instant};

use hearth_dialects::i386chat::{Command, Number, Whither};
use rand::RngExt;

use super::asked::Asked;
use super::session::Session;
use crate::chat::{Event, Failure, Outcome, Request, ServerKind};

/// Typing is told once in this time.
const TYPING: Duration = Duration::from_secs(5);

/// Messages of a page.
const PAGE: usize = 50;

fn number(id: &str) -> Result<Number, Failure> {
    id.trim().parse::<u64>().map(Number::from).map_err(|_| Failure::NotFound)
}

impl Session {
    /// What is not about the connection itself.
    pub(super) fn ask(&mut self, now: Instant, request: Request) {
        let is_live = self.is_live();
        match request {
            Request::LoadServer { server } => match self.own.rooms.whole(&server) {
                Some(event) if is_live => self.event(event),
                known => {
                    let why = if known.is_some() { Failure::NotConnected } else { Failure::NotFound };
                    self.event(Event::NotLoaded { server, why, text: String::new() });
                }
            },
            Request::JoinVoice { channel }
            | Request::LeaveVoice { channel }
            | Request::SetVoice { channel, .. } => {
                let why = Failure::Unsupported;
                self.event(Event::VoiceFailed { channel, why, text: String::new() });
            }
            Request::Typing { channel } => self.typing(now, &channel),
            request => {
                let Some(ticket) = request.ticket() else { return };
                let allowed = if is_live { Ok(()) } else { Err(Failure::NotConnected) };
                if let Err(why) = allowed.and_then(|()| self.ticketed(now, request)) {
                    self.failed(ticket, why, String::new());
                }
            }
        }
    }

    fn ticketed(&mut self, now: Instant, request: Request) -> Result<(), Failure> {
        match request {
            Request::Page { ticket, channel, before } => {
                let (messages, more) = self.own.log.page(&channel, before.as_deref(), PAGE);
                self.event(Event::Page { ticket, channel, messages, more });
                Ok(())
            }
            Request::Say { reply_to: Some(_), .. } => Err(Failure::Unsupported),
            Request::Say { ticket, channel, content, reply_to: None } => {
                self.must_be_here(&channel)?;
                let nonce = self.rng.random_range(1..1 << 53);
                let command = Command::MessageCreate { content, nonce: Some(nonce.into()) };
                self.execute(now, command, Some(Asked::Say { ticket, nonce }))
            }
            Request::Delete { ticket, message } => {
                let command = Command::MessageDelete { message_id: number(&message)? };
                self.execute(now, command, Some(Asked::Delete { ticket, message }))
            }
            Request::CreateServer { ticket, name, kind } => {
                let visibility = kind != ServerKind::Hidden;
                let command = Command::ChannelAdd { name: name.clone(), description: None, visibility };
                self.execute(now, command, Some(Asked::Create { ticket, name }))
            }
            Request::JoinServer { ticket, id_or_code } => {
                let whither = number(&id_or_code)
                    .map_or_else(|_| Whither::Name(id_or_code.trim().to_owned()), Whither::Id);
                self.execute(now, Command::ChannelMove(whither), Some(Asked::Move { ticket: Some(ticket) }))
            }
            Request::LeaveServer { ticket, server } => {
                if self.own.rooms.is_here(&server) {
                    return self.execute(now, Command::Leave, Some(Asked::Leave { ticket }));
                }
                if !self.own.rooms.has(&server) {
                    return Err(Failure::NotFound);
                }
                self.forget_room(&server);
                self.done(ticket, Outcome::Ok);
                Ok(())
            }
            Request::Ban { ticket, user, reason } => {
                let command = Command::SystemBanAdd { id: number(&user)?, reason };
                self.execute(now, command, Some(Asked::Ban { ticket, user: user.trim().to_owned() }))
            }
            _ => Err(Failure::Unsupported),
        }
    }

    /// Where we were before the connection was lost.
    pub(super) fn go_back(&mut self, now: Instant) {
        if let Some(Ok(id)) = self.own.rooms.wanted.as_deref().map(number) {
            // A connection that has just begun has room.
            let _ =
                self.execute(now, Command::ChannelMove(Whither::Id(id)), Some(Asked::Move { ticket: None }));
        }
    }

    pub(super) fn forget_room(&mut self, id: &str) {
        self.own.rooms.forget(id);
        self.event(Event::Servers(self.own.rooms.servers()));
    }

    fn must_be_here(&self, channel: &str) -> Result<(), Failure> {
        if self.own.rooms.is_here(channel) { Ok(()) } else { Err(Failure::Elsewhere) }
    }

    fn typing(&mut self, now: Instant, channel: &str) {
        if self.must_be_here(channel).is_err() || self.own.typed_at.is_some_and(|at| now < at + TYPING) {
            return;
        }
        self.own.typed_at = Some(now);
        let _ = self.execute(now, Command::StartTyping, None);
    }

    /// Sends a 130 (I386-17). What does not fit into a payload is not sent (I386-R5).
    fn execute(&mut self, now: Instant, command: Command, asked: Option<Asked>) -> Result<(), Failure> {
        if !self.own.questions.have_room(now) {
            return Err(Failure::TooMany);
        }
        let s = self.own.questions.next();
        let text = command.numbered(s).text().map_err(|_| Failure::TooLong)?;
        self.say(text);
        if let Some(asked) = asked {
            self.own.questions.ask(now, s, asked);
        }
        Ok(())
    }
}

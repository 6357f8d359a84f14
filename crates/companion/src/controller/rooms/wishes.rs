//! What a person asks of chat servers: open, make, join, leave. What is about an account is in `account`.

use hearth_clock::Now;
use hearth_gateway_client::chat::{ChannelKind, Features, Request, ServerKind};

use super::account::Account;
use super::hall::Doing;
use super::{Controller, tidy, words};
use crate::contract::{Command, NoticeKind};
use crate::controller::community::number;

/// Characters of the name of a community or channel.
const TITLE: std::ops::RangeInclusive<usize> = 1..=100;
/// The longest address of a stream.
const ADDRESS: usize = 1_000;
/// The longest custom status.
const CUSTOM_STATUS: usize = 128;

impl Controller {
    pub(in crate::controller) fn rooms_command(&mut self, now: Now, command: Command) {
        (self.rooms.changed, self.rooms.urgent) = (true, true);
        match command {
            Command::AddCommunity { kind, url, name, secret, register, keep } => {
                let secret = secret.map(|secret| secret.0).filter(|secret| !secret.is_empty());
                let (url, name) = (url.trim().to_owned(), name.trim().to_owned());
                self.add_hall(Account { kind, url, name, secret, register, keep });
            }
            Command::EditCommunity { id, name, secret, keep } => {
                self.edit_hall(number(&id), name, secret, keep)
            }
            Command::RemoveCommunity { id } => self.remove_hall(number(&id)),
            Command::ConnectCommunity { id, on } => self.connect_hall(number(&id), on),
            Command::OpenServer { id, server } => self.look_into(number(&id), &server),
            Command::OpenRoom { id, channel } => {
                self.open_room(id.zip(channel).map(|(id, channel)| (number(&id), channel)));
            }
            Command::OlderLines => self.older_lines(),
            Command::SayInRoom { text, reply_to } => self.say_in_room(now, &text, reply_to),
            Command::EditLine { line, text } => self.edit_line(&line, &text),
            Command::DeleteLine { line } => self.delete_line(&line),
            Command::RetryLine { line } => self.retry_line(now, &line),
            Command::DropLine { line } => self.drop_line(&line),
            Command::Typing => self.typing_in_room(now),
            Command::CreateServer { id, name, stream, hidden } => {
                let id = number(&id);
                if let Some(name) = self.title(&name)
                    && let Some(kind) = self.kind_of_server(id, stream, hidden)
                {
                    let create = |ticket| Request::CreateServer { ticket, name, kind };
                    self.ask_for(id, Doing::CreateServer, create);
                }
            }
            Command::JoinServer { id, code } => {
                let join = |ticket| Request::JoinServer { ticket, id_or_code: code.trim().to_owned() };
                self.ask_for(number(&id), Doing::JoinServer, join);
            }
            Command::LeaveServer { id, server } => {
                let leave = |ticket| Request::LeaveServer { ticket, server };
                self.ask_for(number(&id), Doing::LeaveServer, leave);
            }
            Command::CreateChannel { id, server, name, voice } => {
                if let Some(name) = self.title(&name)
                    && let Some(features) = self.features_of(number(&id)).filter(|features| features.channels)
                {
                    let voice = voice && features.voice;
                    let kind = if voice { ChannelKind::Voice } else { ChannelKind::Text };
                    let create = |ticket| Request::CreateChannel { ticket, server, name, kind };
                    self.ask_for(number(&id), Doing::CreateChannel, create);
                }
            }
            Command::SetCommunityStatus { id, status, text } => {
                let hall = self.rooms.get_mut(number(&id));
                if let Some(hall) = hall.filter(|hall| hall.features().presence) {
                    hall.saved.rooms.status = status;
                    hall.saved.rooms.custom_status = tidy::line(&text, CUSTOM_STATUS);
                    self.save();
                }
            }
            _ => {}
        }
    }

    /// The name of a community or channel; says why it is none.
    fn title(&mut self, name: &str) -> Option<String> {
        let name = name.trim();
        if TITLE.contains(&name.chars().count()) {
            self.notices.settle("room_title");
            return Some(name.to_owned());
        }
        self.rooms_notice(NoticeKind::Error, "room_title", words::bad_title());
        None
    }

    fn features_of(&self, id: u32) -> Option<Features> {
        self.rooms.get(id).map(|hall| hall.features())
    }

    /// What kind of community is to be made; says why it cannot be.
    fn kind_of_server(&mut self, id: u32, stream: Option<String>, hidden: bool) -> Option<ServerKind> {
        let features = self.features_of(id)?;
        match stream.filter(|_| features.streams) {
            Some(url) => {
                let url = url.trim().to_owned();
                let parsed = url::Url::parse(&url).ok().filter(|_| url.chars().count() <= ADDRESS);
                let good =
                    parsed.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
                if !good {
                    self.rooms_notice(NoticeKind::Error, "room_stream", words::bad_stream());
                    return None;
                }
                self.notices.settle("room_stream");
                Some(ServerKind::Stream { url })
            }
            None if hidden && features.hidden => Some(ServerKind::Hidden),
            None => Some(ServerKind::Usual),
        }
    }
}

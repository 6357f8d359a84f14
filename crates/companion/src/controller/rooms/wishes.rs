//! What a person asks of Together servers: add, change, leave, open, make, join.

use hearth_clock::Now;
use hearth_gateway_client::chat::{Address, ChannelKind, Dialect, Request, ServerKind, Status};

use super::hall::{Doing, Hall};
use super::{Controller, PasswordWish, RoomsWish, tidy, words};
use crate::contract::{Command, CommunityKind, NoticeKind, SecretText};
use crate::controller::community::{MOST_GATEWAYS, number};
use crate::saved::{SavedCommunity, SavedRooms};
use crate::secrets::Secret;

/// Characters of a username, of a password that is made, and of the name of a community or channel.
const USERNAME: std::ops::RangeInclusive<usize> = 3..=32;
const PASSWORD: std::ops::RangeInclusive<usize> = 8..=128;
const TITLE: std::ops::RangeInclusive<usize> = 1..=100;
/// The longest custom status.
const CUSTOM_STATUS: usize = 128;

/// An account that is added.
struct Account {
    url: String,
    name: String,
    password: String,
    register: bool,
    keep: bool,
}

impl Controller {
    pub(in crate::controller) fn rooms_command(&mut self, now: Now, command: Command) {
        (self.rooms.changed, self.rooms.urgent) = (true, true);
        match command {
            Command::AddCommunity { url, name, secret, register, keep, .. } => {
                let password = secret.map(|secret| secret.0).unwrap_or_default();
                let (url, name) = (url.trim().to_owned(), name.trim().to_owned());
                self.add_hall(Account { url, name, password, register, keep });
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
            Command::CreateServer { id, name } => {
                if let Some(name) = self.title(&name) {
                    let create = |ticket| Request::CreateServer { ticket, name, kind: ServerKind::Usual };
                    self.ask_for(number(&id), Doing::CreateServer, create);
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
                if let Some(name) = self.title(&name) {
                    let kind = if voice { ChannelKind::Voice } else { ChannelKind::Text };
                    let create = |ticket| Request::CreateChannel { ticket, server, name, kind };
                    self.ask_for(number(&id), Doing::CreateChannel, create);
                }
            }
            Command::SetCommunityStatus { id, status, text } => {
                if let Some(hall) = self.rooms.get_mut(number(&id)) {
                    hall.saved.rooms.status = status;
                    hall.saved.rooms.custom_status = tidy::line(&text, CUSTOM_STATUS);
                    self.save();
                }
            }
            _ => {}
        }
    }

    fn add_hall(&mut self, account: Account) {
        let Account { url, name, password, register, keep } = account;
        if !self.is_username(&name) || !self.is_password(&password, register) {
            return;
        }
        if Address::parse(&url, Dialect::Together).is_err() {
            return self.rooms_notice(NoticeKind::Error, "community_address", words::bad_address());
        }
        if !self.may_add(&url, &name) {
            return;
        }
        let id = self.next_community();
        let saved = SavedCommunity {
            id,
            kind: CommunityKind::Together,
            url,
            name,
            has_secret: keep,
            on: true,
            followed: Vec::new(),
            sharing: false,
            allowed: Vec::new(),
            rooms: SavedRooms::default(),
        };
        let mut hall = Hall::new(saved);
        hall.registers = register;
        self.rooms.halls.push(hall);
        self.open_hall(id, PasswordWish::New { password: Secret::new(password), keep });
        self.save();
    }

    fn is_username(&mut self, name: &str) -> bool {
        let good = USERNAME.contains(&name.chars().count()) && !name.chars().any(char::is_control);
        if good {
            self.notices.settle("community_name");
        } else {
            self.rooms_notice(NoticeKind::Error, "community_name", words::bad_name());
        }
        good
    }

    fn is_password(&mut self, password: &str, register: bool) -> bool {
        let length = password.chars().count();
        let good = if register { PASSWORD.contains(&length) } else { (1..=1_024).contains(&length) };
        if good {
            self.notices.settle("community_password");
        } else {
            self.rooms_notice(NoticeKind::Error, "community_password", words::bad_password());
        }
        good
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

    fn edit_hall(&mut self, id: u32, name: Option<String>, secret: Option<SecretText>, keep: Option<bool>) {
        let name = name.map(|name| name.trim().to_owned());
        if name.as_ref().is_some_and(|name| !self.is_username(name)) {
            return;
        }
        let Some(registers) = self.rooms.get(id).map(|hall| hall.registers) else { return };
        let secret = secret.map(|secret| secret.0);
        if secret.as_ref().is_some_and(|password| !self.is_password(password, registers)) {
            return;
        }
        let Some(hall) = self.rooms.get_mut(id) else { return };
        if let Some(name) = name {
            if name != hall.saved.name {
                // Somebody else's servers and what they read.
                hall.saved.rooms = SavedRooms::default();
                hall.places.clear();
                hall.unread.clear();
                hall.rooms.clear();
            }
            hall.saved.name = name;
        }
        let kept = hall.saved.has_secret;
        let keeps = keep.unwrap_or(kept);
        hall.saved.has_secret = keeps;
        hall.saved.on = true;
        let password = match secret {
            Some(password) => PasswordWish::New { password: Secret::new(password), keep: keeps },
            None if keeps != kept => PasswordWish::Keep(keeps),
            None => PasswordWish::Known { kept },
        };
        self.open_hall(id, password);
        self.save();
    }

    fn remove_hall(&mut self, id: u32) {
        if !self.rooms.has(id) {
            return;
        }
        if self.rooms.open_in(id).is_some() {
            self.rooms.open = None;
        }
        self.rooms.halls.retain(|hall| hall.saved.id != id);
        self.rooms_wish(id, RoomsWish::Forget);
        self.save();
    }

    fn connect_hall(&mut self, id: u32, on: bool) {
        let Some(hall) = self.rooms.get_mut(id) else { return };
        let was = std::mem::replace(&mut hall.saved.on, on);
        let kept = hall.saved.has_secret;
        if !on {
            hall.begin_anew();
            hall.status = Status::Offline;
            self.rooms_wish(id, RoomsWish::Close);
        } else if was && matches!(hall.status, Status::Waiting { .. }) {
            self.rooms_ask(id, Request::Retry);
        } else if !was || matches!(hall.status, Status::Refused(_) | Status::Offline) {
            self.open_hall(id, PasswordWish::Known { kept });
        }
        if was != on {
            self.save();
        }
    }

    /// Whether another gateway can be added; says why not.
    fn may_add(&mut self, url: &str, name: &str) -> bool {
        let known = |hall: &Hall| hall.saved.url == url && hall.saved.name == name;
        if self.rooms.halls.iter().any(known) {
            let text = crate::controller::community::known();
            self.rooms_notice(NoticeKind::Error, "community_known", text);
            return false;
        }
        if self.communities() >= MOST_GATEWAYS {
            let text = crate::controller::community::too_many();
            self.rooms_notice(NoticeKind::Error, "community_many", text);
            return false;
        }
        self.notices.settle("community_address");
        true
    }
}

//! Being let in: chat servers that are added, changed, switched on and off, forgotten; the rules for names and
//! passwords. Tokens are told by servers, and are nobody's choice.

use hearth_gateway_client::chat::{Address, Dialect, Request, Status};

use super::dialect::dialect;
use super::hall::Hall;
use super::{Controller, PasswordWish, RoomsWish, words};
use crate::contract::{CommunityKind, NoticeKind, SecretText};
use crate::controller::community::MOST_GATEWAYS;
use crate::saved::{SavedCommunity, SavedRooms};
use crate::secrets::Secret;

/// Characters of a username, of a password that is made, and of one that there is, or of a token.
const USERNAME: std::ops::RangeInclusive<usize> = 3..=32;
const PASSWORD: std::ops::RangeInclusive<usize> = 8..=128;
const SECRET: std::ops::RangeInclusive<usize> = 1..=1_024;

/// An account that is added.
pub(super) struct Account {
    pub kind: CommunityKind,
    pub url: String,
    pub name: String,
    /// Its password or its token; `None`: none was typed.
    pub secret: Option<String>,
    pub register: bool,
    pub keep: bool,
}

impl Controller {
    pub(super) fn add_hall(&mut self, account: Account) {
        let Account { kind, url, name, secret, register, keep } = account;
        let Some(dialect) = dialect(kind) else { return };
        let told = !dialect.features().passwords;
        // Who has no token yet is told one, with the account that is made.
        let register = if told { secret.is_none() } else { register };
        if !self.is_username(&name) || !self.is_secret(dialect, secret.as_deref(), register) {
            return;
        }
        if Address::parse(&url, dialect).is_err() {
            return self.rooms_notice(NoticeKind::Error, "community_address", words::bad_address());
        }
        if !self.may_add(kind, &url, &name) {
            return;
        }
        let id = self.next_community();
        let saved = SavedCommunity {
            id,
            kind,
            url,
            name,
            has_secret: keep,
            on: true,
            followed: Vec::new(),
            sharing: false,
            allowed: Vec::new(),
            rooms: SavedRooms::default(),
        };
        let Some(mut hall) = Hall::new(saved) else { return };
        hall.registers = register;
        let known = hall.password();
        self.rooms.halls.push(hall);
        self.open_hall(id, secret.map_or(known, |secret| new(secret, keep)));
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

    /// Whether a password or a token can be one; none can be none where the server tells it.
    fn is_secret(&mut self, dialect: Dialect, secret: Option<&str>, register: bool) -> bool {
        let passwords = dialect.features().passwords;
        let length = secret.unwrap_or_default().chars().count();
        let good = match secret {
            None => !passwords && register,
            Some(_) if passwords && register => PASSWORD.contains(&length),
            Some(_) => SECRET.contains(&length),
        };
        if good {
            self.notices.settle("community_password");
        } else {
            let text = if passwords { words::bad_password() } else { words::bad_token() };
            self.rooms_notice(NoticeKind::Error, "community_password", text);
        }
        good
    }

    pub(super) fn edit_hall(
        &mut self,
        id: u32,
        name: Option<String>,
        secret: Option<SecretText>,
        keep: Option<bool>,
    ) {
        let name = name.map(|name| name.trim().to_owned());
        if name.as_ref().is_some_and(|name| !self.is_username(name)) {
            return;
        }
        let Some((dialect, registers)) = self.rooms.get(id).map(|hall| (hall.dialect, hall.registers)) else {
            return;
        };
        let passwords = dialect.features().passwords;
        let secret = secret.map(|secret| secret.0).filter(|secret| passwords || !secret.is_empty());
        let makes = registers && passwords;
        if secret.is_some() && !self.is_secret(dialect, secret.as_deref(), makes) {
            return;
        }
        let Some(hall) = self.rooms.get_mut(id) else { return };
        let kept = hall.saved.has_secret;
        let keeps = keep.unwrap_or(kept);
        hall.saved.has_secret = keeps;
        let renamed = name.is_some_and(|name| hall.is_called(name));
        if !renamed && secret.is_none() && keeps != kept && hall.is_connected() {
            // The server need not be told.
            self.rooms_wish(id, RoomsWish::Keep(keeps));
            return self.save();
        }
        hall.saved.on = true;
        if !passwords {
            // A token belongs to its name; another name is told its own.
            hall.registers = secret.is_none() && (renamed || registers);
        }
        let password = match secret {
            Some(secret) => new(secret, keeps),
            None if hall.registers && !passwords => hall.password(),
            None if keeps != kept => PasswordWish::Keep(keeps),
            None => PasswordWish::Known { kept },
        };
        self.open_hall(id, password);
        self.save();
    }

    pub(super) fn remove_hall(&mut self, id: u32) {
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

    pub(super) fn connect_hall(&mut self, id: u32, on: bool) {
        let Some(hall) = self.rooms.get_mut(id) else { return };
        let was = std::mem::replace(&mut hall.saved.on, on);
        if !on {
            hall.begin_anew();
            hall.status = Status::Offline;
            self.rooms_wish(id, RoomsWish::Close);
        } else if was && matches!(hall.status, Status::Waiting { .. }) {
            self.rooms_ask(id, Request::Retry);
        } else if !was || matches!(hall.status, Status::Refused(_) | Status::Offline) {
            let password = hall.password();
            self.open_hall(id, password);
        }
        if was != on {
            self.save();
        }
    }

    /// Whether another gateway can be added; says why not.
    fn may_add(&mut self, kind: CommunityKind, url: &str, name: &str) -> bool {
        let known = |hall: &Hall| hall.saved.kind == kind && hall.saved.url == url && hall.saved.name == name;
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

    /// The account is there, and its token is known.
    pub(super) fn registered(&mut self, id: u32) {
        if let Some(hall) = self.rooms.get_mut(id) {
            hall.registers = false;
        }
    }
}

impl Hall {
    /// The account has this name from now on. Whether it is another one.
    fn is_called(&mut self, name: String) -> bool {
        if name == self.saved.name {
            return false;
        }
        // Somebody else's servers and what they read.
        self.saved.rooms = SavedRooms::default();
        self.places.clear();
        self.unread.clear();
        self.rooms.clear();
        self.saved.name = name;
        true
    }
}

fn new(secret: String, keep: bool) -> PasswordWish {
    PasswordWish::New { password: Secret::new(secret), keep }
}

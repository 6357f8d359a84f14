//! What a person asks of community gateways: add, change, leave, follow, send, allow.

use hearth_clock::Now;
use hearth_gateway_client::concierge::{Directory, NotSent, Request, Status, Target, endpoint};
use serde::de::IgnoredAny;

use super::feed::Entry;
use super::{CommunityWish, Controller, Gateway, SecretWish, words};
use crate::contract::{AllowedName, Command, CommunityKind, MessageTo, NoticeKind, Permission, SecretText};
use crate::saved::{SavedCommunity, SavedRooms};
use crate::secrets::Secret;

/// The most gateways, of all kinds.
pub(in crate::controller) const MOST_GATEWAYS: usize = 8;
/// The most services that are followed on one.
const MOST_FOLLOWED: usize = 32;
/// The most names that are allowed on one.
const MOST_ALLOWED: usize = 64;
/// The longest name of a person.
const LONGEST_NAME: usize = 32;
/// The longest message that a person sends, bytes.
const LONGEST_MESSAGE: usize = 16_000;
/// The most messages of a person whose answers are waited for.
const MOST_TICKETS: usize = 64;

impl Controller {
    pub(in crate::controller) fn community_command(&mut self, now: Now, command: Command) {
        self.community.changed = true;
        if self.is_of_rooms(&command) {
            return self.rooms_command(now, command);
        }
        match command {
            Command::AddCommunity { kind, url, name, secret, .. } => {
                self.add_community(now, kind, &url, &name, secret)
            }
            Command::EditCommunity { id, name, secret, .. } => {
                self.edit_community(now, number(&id), name, secret)
            }
            Command::RemoveCommunity { id } => self.remove_community(number(&id)),
            Command::ConnectCommunity { id, on } => self.connect_community(now, number(&id), on),
            Command::FollowService { id, service, on } => self.follow_service(number(&id), &service, on),
            Command::LookAtService { id, service } => {
                self.community.looked = id.zip(service).map(|(id, service)| (number(&id), service));
            }
            Command::SendToService { id, to, text } => self.send_to_service(now, number(&id), to, &text),
            Command::ShareTelemetry { id, on } => {
                if let Some(gateway) = self.community.get_mut(number(&id)) {
                    gateway.saved.sharing = on;
                    self.save();
                }
            }
            Command::AllowCommands { id, name, permission } => self.allow(number(&id), &name, permission),
            _ => {}
        }
    }

    /// It is about a chat server.
    fn is_of_rooms(&self, command: &Command) -> bool {
        match command {
            Command::AddCommunity { kind, .. } => *kind != CommunityKind::Concierge,
            Command::EditCommunity { id, .. }
            | Command::RemoveCommunity { id }
            | Command::ConnectCommunity { id, .. } => self.rooms.has(number(id)),
            _ => false,
        }
    }

    fn add_community(
        &mut self,
        now: Now,
        kind: CommunityKind,
        url: &str,
        name: &str,
        secret: Option<SecretText>,
    ) {
        let (url, name) = (url.trim().to_owned(), name.trim().to_owned());
        if !self.is_good_name(&name) {
            return;
        }
        if endpoint(&url).is_err() {
            return self.community_notice(NoticeKind::Error, "community_address", words::bad_address());
        }
        let known = &self.community.gateways;
        if known.iter().any(|gateway| gateway.saved.url == url && gateway.saved.name == name) {
            return self.community_notice(NoticeKind::Error, "community_known", words::known());
        }
        if self.communities() >= MOST_GATEWAYS {
            return self.community_notice(NoticeKind::Error, "community_many", words::too_many());
        }
        self.notices.settle("community_address");
        let id = self.next_community();
        let secret = secret.map(|secret| secret.0).filter(|secret| !secret.is_empty());
        let saved = SavedCommunity {
            id,
            kind,
            url,
            name,
            has_secret: secret.is_some(),
            on: true,
            followed: Vec::new(),
            sharing: false,
            allowed: Vec::new(),
            rooms: SavedRooms::default(),
        };
        self.community.gateways.push(Gateway::new(saved));
        let wish = secret.map_or(SecretWish::Without, |secret| SecretWish::New(Secret::new(secret)));
        self.open_community(now, id, Some(wish));
        self.save();
    }

    /// Whether a concierge takes such a name (CON-21, CON-R5); says why not.
    fn is_good_name(&mut self, name: &str) -> bool {
        let good = !name.is_empty()
            && name.chars().count() <= LONGEST_NAME
            && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
        if good {
            self.notices.settle("community_name");
        } else {
            let text = words::bad_name();
            self.community_notice(NoticeKind::Error, "community_name", text);
        }
        good
    }

    fn edit_community(&mut self, now: Now, id: u32, name: Option<String>, secret: Option<SecretText>) {
        let name = name.map(|name| name.trim().to_owned());
        if name.as_ref().is_some_and(|name| !self.is_good_name(name)) {
            return;
        }
        let Some(gateway) = self.community.get_mut(id) else { return };
        if let Some(name) = name {
            gateway.saved.name = name;
        }
        let wish = secret.map(|secret| {
            gateway.saved.has_secret = !secret.0.is_empty();
            if secret.0.is_empty() { SecretWish::Forget } else { SecretWish::New(Secret::new(secret.0)) }
        });
        gateway.saved.on = true;
        self.open_community(now, id, wish);
        self.warn_of_open_heat(id);
        self.save();
    }

    fn remove_community(&mut self, id: u32) {
        if self.community.get(id).is_none() {
            return;
        }
        self.community.gateways.retain(|gateway| gateway.saved.id != id);
        if self.community.looked.as_ref().is_some_and(|(looked, _)| *looked == id) {
            self.community.looked = None;
        }
        self.community_wish(id, CommunityWish::Forget);
        self.save();
    }

    fn connect_community(&mut self, now: Now, id: u32, on: bool) {
        let Some(gateway) = self.community.get_mut(id) else { return };
        let was = std::mem::replace(&mut gateway.saved.on, on);
        if !on {
            gateway.status = Status::Offline;
            gateway.directory = Directory::default();
            gateway.shares.clear();
            self.community_wish(id, CommunityWish::Close);
        } else if was && gateway.status != Status::Offline {
            self.community_ask(id, Request::Retry);
        } else {
            self.open_community(now, id, None);
        }
        if was != on {
            self.save();
        }
    }

    fn follow_service(&mut self, id: u32, service: &str, on: bool) {
        let Some(gateway) = self.community.get_mut(id) else { return };
        let followed = &mut gateway.saved.followed;
        let was = followed.iter().any(|followed| followed == service);
        if was == on {
            return;
        }
        if on && followed.len() >= MOST_FOLLOWED {
            let text = words::follows_enough(MOST_FOLLOWED);
            return self.community_notice(NoticeKind::Error, "community_follows", text);
        }
        let own = gateway.is_own(service);
        let service = service.to_owned();
        if on {
            gateway.saved.followed.push(service.clone());
        } else {
            gateway.saved.followed.retain(|followed| *followed != service);
            gateway.feeds.remove(&service);
        }
        match (own, on) {
            // Of the own ones it is heard anyway who follows them.
            (true, _) => {}
            (false, true) => self.community_ask(id, Request::Subscribe { service }),
            (false, false) => self.community_ask(id, Request::Unsubscribe { service }),
        }
        self.save();
    }

    fn send_to_service(&mut self, now: Now, id: u32, to: MessageTo, text: &str) {
        let text = text.trim();
        let data = if serde_json::from_str::<IgnoredAny>(text).is_ok() {
            text.to_owned()
        } else {
            serde_json::Value::from(text).to_string()
        };
        if data.len() > LONGEST_MESSAGE {
            let text = words::too_long();
            return self.community_notice(NoticeKind::Error, "community_too_long", text);
        }
        let ticket = self.community.ticket();
        let Some(gateway) = self.community.get_mut(id) else { return };
        if gateway.me().is_none() {
            let text = words::not_sent(&NotSent::NotConnected);
            return self.community_notice(NoticeKind::Error, "community_not_sent", text);
        }
        let target = match to {
            MessageTo::Service { name } => {
                let from = gateway.saved.name.clone();
                let entry = Entry { from: &from, mine: true, text: &data, bytes: data.len(), count: 1 };
                if let Some(feed) = gateway.feed(&name) {
                    feed.take(now, &entry);
                }
                Target::Service { service: name }
            }
            MessageTo::Client { uuid } => Target::Uuid { uuid },
        };
        self.community_ask(id, Request::Send { ticket, target, data });
        self.community.tickets.insert(ticket);
        if self.community.tickets.len() > MOST_TICKETS {
            self.community.tickets.pop_first();
        }
    }

    fn allow(&mut self, id: u32, name: &str, permission: Option<Permission>) {
        let name = name.trim();
        if permission.is_some() && !self.is_good_name(name) {
            return;
        }
        let Some(gateway) = self.community.get_mut(id) else { return };
        gateway.saved.allowed.retain(|allowed| allowed.name != name);
        if let Some(permission) = permission {
            if gateway.saved.allowed.len() >= MOST_ALLOWED {
                let text = words::allows_enough(MOST_ALLOWED);
                return self.community_notice(NoticeKind::Error, "community_allows", text);
            }
            gateway.saved.allowed.push(AllowedName { name: name.to_owned(), permission });
            gateway.saved.allowed.sort_by(|a, b| a.name.cmp(&b.name));
        }
        self.warn_of_open_heat(id);
        self.save();
    }

    /// A name proves nothing where whoever connects first has it.
    fn warn_of_open_heat(&mut self, id: u32) {
        let open = |gateway: &Gateway| {
            let heats = |allowed: &AllowedName| allowed.permission == Permission::Heat;
            !gateway.saved.has_secret && gateway.saved.allowed.iter().any(heats)
        };
        if self.community.get(id).is_some_and(open) {
            let text = words::open_heat();
            self.community_notice(NoticeKind::Warning, "community_open_heat", text);
        } else if !self.community.gateways.iter().any(open) {
            self.notices.settle("community_open_heat");
        }
    }
}

/// The number of a gateway; 0, which none has, for what is no number.
pub(in crate::controller) fn number(id: &str) -> u32 {
    id.parse().unwrap_or_default()
}

//! Community gateways: which there are, their connections, and what a person asks of them. What is shared with them
//! and what others may ask is in [`sharing`] and [`asked`], what is shown of services in [`feed`].

mod asked;
mod feed;
mod heard;
mod sharing;
mod view;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use hearth_clock::Now;
use hearth_gateway_client::concierge::{Directory, NotSent, Refusal, Request, Status, Target, endpoint};
use serde::de::IgnoredAny;

use super::device::wall;
use super::{Controller, Output};
use crate::contract::{
    AllowedName, Command, CommunityKind, CommunityView, MessageTo, NoticeKind, Permission, SecretText,
};
use crate::saved::{Saved, SavedCommunity};
use crate::secrets::Secret;
use crate::telemetry::{Allowance, SeshFollower};
use asked::Together;
use feed::{Entry, Feed};
pub use heard::{Heard, HeardAs, Held};
use sharing::Share;
use words::Text;

/// The most gateways.
const MOST_GATEWAYS: usize = 8;
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

/// Where the secret of a gateway comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretWish {
    /// It has none.
    Without,
    /// From the keychain.
    Kept,
    /// This one; keep it.
    New(Secret),
    /// It has none any more: keep the old one no longer.
    Forget,
}

/// What the runtime is asked to do with the session of a gateway.
#[derive(Clone, Debug, PartialEq)]
pub enum CommunityWish {
    /// Run a session with it, in place of the present one.
    Open {
        /// Its address.
        url: String,
        /// The name to have there.
        name: String,
        /// Its secret.
        secret: SecretWish,
    },
    /// Ask the session.
    Ask(Request),
    /// End the session.
    Close,
    /// End the session, and keep the secret no longer.
    Forget,
}

/// What the runtime reports of a session.
#[derive(Clone, Debug, PartialEq)]
pub enum CommunityNews {
    /// The state of the connection.
    Status(Status),
    /// What there is.
    Directory(Directory),
    /// A service is ours.
    Created(String),
    /// A service is somebody else's.
    Taken(String),
    /// A service cannot be had.
    Refused(String),
    /// A message.
    Heard(Heard),
    /// A message arrived.
    Sent(u64),
    /// A message did not.
    NotSent(u64, NotSent),
    /// Its address is none.
    BadAddress,
}

/// The community gateways.
#[derive(Debug)]
pub struct Community {
    gateways: Vec<Gateway>,
    /// The service that a person looks at.
    looked: Option<(u32, String)>,
    sesh: SeshFollower,
    together: Together,
    /// When followers are to be told something.
    due: Option<Instant>,
    last_ticket: u64,
    /// A person's messages whose answers have not come.
    tickets: BTreeSet<u64>,
    /// There may be something else to see.
    changed: bool,
    shown: Option<CommunityView>,
    shown_feed: Option<(u32, String, u64)>,
    feed_due: Option<Instant>,
    /// The service that is looked at is not told before.
    feed_next: Option<Instant>,
}

/// One of them.
#[derive(Debug)]
struct Gateway {
    saved: SavedCommunity,
    status: Status,
    /// Since when it is connected, ms since 1970.
    since_ms: f64,
    /// When the next try comes, ms since 1970.
    retry_at_ms: f64,
    directory: Directory,
    shares: Vec<Share>,
    feeds: BTreeMap<String, Feed>,
    /// How often those may ask who are allowed to, for stops and for the rest, and all others.
    stops: Allowance,
    allowed: Allowance,
    strangers: Allowance,
}

impl Gateway {
    fn new(saved: SavedCommunity) -> Self {
        let each = Duration::from_millis(500);
        Self {
            saved,
            status: Status::Offline,
            since_ms: 0.0,
            retry_at_ms: 0.0,
            directory: Directory::default(),
            shares: Vec::new(),
            feeds: BTreeMap::new(),
            stops: Allowance::new(4, each),
            allowed: Allowance::new(4, each),
            strangers: Allowance::new(4, each),
        }
    }

    /// This session's uuid, while connected.
    fn me(&self) -> Option<&str> {
        match &self.status {
            Status::Connected { uuid, .. } => Some(uuid),
            _ => None,
        }
    }

    /// It is ours, or is to be.
    fn is_own(&self, service: &str) -> bool {
        self.shares.iter().any(|share| share.service == service)
    }

    /// What the name may ask for.
    fn permission(&self, name: &str) -> Option<Permission> {
        self.saved.allowed.iter().find(|allowed| allowed.name == name).map(|allowed| allowed.permission)
    }

    /// What is shown of a service, if anything is.
    fn feed(&mut self, service: &str) -> Option<&mut Feed> {
        if !self.is_own(service) && !self.saved.followed.iter().any(|followed| followed == service) {
            return None;
        }
        Some(self.feeds.entry(service.to_owned()).or_default())
    }

    /// The name that people read.
    fn shown_name(&self) -> String {
        let parsed = url::Url::parse(&self.saved.url).ok();
        let host = parsed.and_then(|url| {
            let host = url.host_str()?.to_owned();
            Some(url.port().map_or(host.clone(), |port| format!("{host}:{port}")))
        });
        host.unwrap_or_else(|| self.saved.url.clone())
    }
}

impl Community {
    /// The remembered ones, not connected yet.
    #[must_use]
    pub fn new(saved: &Saved) -> Self {
        Self {
            gateways: saved.community.iter().cloned().map(Gateway::new).collect(),
            looked: None,
            sesh: SeshFollower::default(),
            together: Together::default(),
            due: None,
            last_ticket: 0,
            tickets: BTreeSet::new(),
            changed: true,
            shown: None,
            shown_feed: None,
            feed_due: None,
            feed_next: None,
        }
    }

    /// What is to be remembered.
    #[must_use]
    pub fn saved(&self) -> Vec<SavedCommunity> {
        self.gateways.iter().map(|gateway| gateway.saved.clone()).collect()
    }

    /// When something is due.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        self.due.into_iter().chain(self.feed_due).min()
    }

    fn get_mut(&mut self, id: u32) -> Option<&mut Gateway> {
        self.gateways.iter_mut().find(|gateway| gateway.saved.id == id)
    }

    fn get(&self, id: u32) -> Option<&Gateway> {
        self.gateways.iter().find(|gateway| gateway.saved.id == id)
    }

    fn ticket(&mut self) -> u64 {
        self.last_ticket += 1;
        self.last_ticket
    }
}

impl Controller {
    /// Connects to those that are wanted.
    pub(super) fn open_communities(&mut self, now: Now) {
        let wanted: Vec<u32> =
            self.community.gateways.iter().filter(|gateway| gateway.saved.on).map(|g| g.saved.id).collect();
        for id in wanted {
            self.open_community(now, id, None);
        }
    }

    /// The program ends.
    pub(super) fn close_communities(&mut self) {
        let open: Vec<u32> = self.community.gateways.iter().map(|gateway| gateway.saved.id).collect();
        for id in open {
            self.community_wish(id, CommunityWish::Close);
        }
    }

    pub(super) fn community_command(&mut self, now: Now, command: Command) {
        self.community.changed = true;
        match command {
            Command::AddCommunity { kind, url, name, secret } => {
                self.add_community(now, kind, &url, &name, secret)
            }
            Command::EditCommunity { id, name, secret } => {
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

    fn community_wish(&mut self, id: u32, wish: CommunityWish) {
        self.outputs.push_back(Output::Community(id, wish));
    }

    fn community_ask(&mut self, id: u32, request: Request) {
        self.community_wish(id, CommunityWish::Ask(request));
    }

    fn community_notice(&mut self, kind: NoticeKind, code: &str, (title, advice): Text) {
        self.notices.add(kind, code, &title, &advice);
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
        let tongue = self.words_tongue();
        if endpoint(&url).is_err() {
            return self.community_notice(NoticeKind::Error, "community_address", words::bad_address(tongue));
        }
        let known = &self.community.gateways;
        if known.iter().any(|gateway| gateway.saved.url == url && gateway.saved.name == name) {
            return self.community_notice(NoticeKind::Error, "community_known", words::known(tongue));
        }
        if known.len() >= MOST_GATEWAYS {
            return self.community_notice(NoticeKind::Error, "community_many", words::too_many(tongue));
        }
        self.notices.settle("community_address");
        let id = known.iter().map(|gateway| gateway.saved.id).max().unwrap_or_default() + 1;
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
            let text = words::bad_name(self.words_tongue());
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

    /// Runs a session; a new one knows nothing of what is wanted there.
    fn open_community(&mut self, now: Now, id: u32, secret: Option<SecretWish>) {
        let Some(gateway) = self.community.get_mut(id) else { return };
        gateway.status = Status::Connecting;
        gateway.directory = Directory::default();
        gateway.shares.clear();
        let kept = if gateway.saved.has_secret { SecretWish::Kept } else { SecretWish::Without };
        let (url, name) = (gateway.saved.url.clone(), gateway.saved.name.clone());
        let followed = gateway.saved.followed.clone();
        self.community_wish(id, CommunityWish::Open { url, name, secret: secret.unwrap_or(kept) });
        for service in followed {
            self.community_ask(id, Request::Subscribe { service });
        }
        self.community_ask(id, Request::Connect);
        self.share(now);
    }

    fn follow_service(&mut self, id: u32, service: &str, on: bool) {
        let Some(gateway) = self.community.get_mut(id) else { return };
        let followed = &mut gateway.saved.followed;
        let was = followed.iter().any(|followed| followed == service);
        if was == on {
            return;
        }
        if on && followed.len() >= MOST_FOLLOWED {
            let text = words::follows_enough(self.words_tongue(), MOST_FOLLOWED);
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
        let tongue = self.words_tongue();
        let text = text.trim();
        let data = if serde_json::from_str::<IgnoredAny>(text).is_ok() {
            text.to_owned()
        } else {
            serde_json::Value::from(text).to_string()
        };
        if data.len() > LONGEST_MESSAGE {
            let text = words::too_long(tongue);
            return self.community_notice(NoticeKind::Error, "community_too_long", text);
        }
        let ticket = self.community.ticket();
        let Some(gateway) = self.community.get_mut(id) else { return };
        if gateway.me().is_none() {
            let text = words::not_sent(tongue, &NotSent::NotConnected);
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
        let tongue = self.words_tongue();
        let Some(gateway) = self.community.get_mut(id) else { return };
        gateway.saved.allowed.retain(|allowed| allowed.name != name);
        if let Some(permission) = permission {
            if gateway.saved.allowed.len() >= MOST_ALLOWED {
                let text = words::allows_enough(tongue, MOST_ALLOWED);
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
            let text = words::open_heat(self.words_tongue());
            self.community_notice(NoticeKind::Warning, "community_open_heat", text);
        } else if !self.community.gateways.iter().any(open) {
            self.notices.settle("community_open_heat");
        }
    }

    /// A session told something.
    pub(super) fn community_news(&mut self, now: Now, id: u32, news: CommunityNews) {
        if self.community.get(id).is_none_or(|gateway| !gateway.saved.on) {
            return;
        }
        if !matches!(news, CommunityNews::Heard(_) | CommunityNews::Sent(_)) {
            self.community.changed = true;
        }
        match news {
            CommunityNews::Status(status) => self.community_status(now, id, status),
            CommunityNews::Directory(directory) => {
                if let Some(gateway) = self.community.get_mut(id) {
                    gateway.directory = directory;
                }
            }
            CommunityNews::Created(service) => self.service_created(id, &service),
            CommunityNews::Taken(service) => self.service_taken(id, &service),
            CommunityNews::Refused(service) => {
                tracing::warn!(service, "a concierge takes no service of this name");
            }
            CommunityNews::Heard(heard) => self.heard_from_community(now, id, &heard),
            CommunityNews::Sent(ticket) => {
                if self.community.tickets.remove(&ticket) {
                    self.notices.settle("community_not_sent");
                }
            }
            CommunityNews::NotSent(ticket, why) => {
                if self.community.tickets.remove(&ticket) {
                    let text = words::not_sent(self.words_tongue(), &why);
                    self.community_notice(NoticeKind::Error, "community_not_sent", text);
                }
            }
            CommunityNews::BadAddress => {
                let refused = Status::Refused(Refusal::Protocol);
                self.community_status(now, id, refused);
            }
        }
    }

    fn community_status(&mut self, now: Now, id: u32, status: Status) {
        let tongue = self.words_tongue();
        let Some(gateway) = self.community.get_mut(id) else { return };
        let was_connected = gateway.me().is_some();
        match &status {
            Status::Connected { .. } if !was_connected => gateway.since_ms = now.unix_ms as f64,
            Status::Waiting { retry_at } => gateway.retry_at_ms = wall(now, *retry_at),
            _ => {}
        }
        let news = std::mem::replace(&mut gateway.status, status);
        let refused = match &gateway.status {
            Status::Refused(why) if news != gateway.status => {
                Some(words::refused(tongue, &gateway.shown_name(), *why))
            }
            _ => None,
        };
        if gateway.me().is_none() {
            gateway.shares.iter_mut().for_each(Share::lost);
        } else {
            self.notices.settle("community_refused");
        }
        if let Some(text) = refused {
            self.community_notice(NoticeKind::Error, "community_refused", text);
        }
    }

    /// A message came.
    fn heard_from_community(&mut self, now: Now, id: u32, heard: &Heard) {
        let Some(gateway) = self.community.get_mut(id) else { return };
        let entry = Entry {
            from: &heard.from,
            mine: false,
            text: &heard.text,
            bytes: heard.bytes,
            count: heard.count,
        };
        match &heard.heard_as {
            HeardAs::Follower { service } => {
                if let Some(feed) = gateway.feed(service) {
                    feed.take(now, &entry);
                }
            }
            HeardAs::Owner { service } => {
                if let Some(feed) = gateway.feed(service) {
                    feed.take(now, &entry);
                }
                self.asked_by_follower(now, id, service, heard);
            }
            HeardAs::Person => {}
        }
    }

    /// A second has passed.
    pub(super) fn tick_community(&mut self, now: Now) {
        for gateway in &mut self.community.gateways {
            for feed in gateway.feeds.values_mut() {
                self.community.changed |= feed.advance(now);
            }
        }
    }
}

/// The number of a gateway; 0, which none has, for what is no number.
fn number(id: &str) -> u32 {
    id.parse().unwrap_or_default()
}

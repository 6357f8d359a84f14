//! Community gateways: which there are, and the connections with concierges; those of the other kind are in
//! [`rooms`](super::rooms). What a person asks of them is in [`wishes`], what is shared with them and what others may
//! ask in [`sharing`] and [`asked`], what is shown of services in [`feed`], what came for this person in [`inbox`].

mod asked;
mod feed;
mod heard;
mod inbox;
mod sharing;
mod view;
mod wishes;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use hearth_clock::Now;
use hearth_gateway_client::concierge::{Directory, NotSent, Refusal, Request, Status};

use super::device::wall;
use super::{Controller, Output};
use crate::contract::{CommunityKind, CommunityView, DirectTarget, NoticeKind, Permission};
use crate::saved::{Saved, SavedCommunity};
use crate::secrets::Secret;
use crate::telemetry::{Allowance, SeshFollower};
use asked::Together;
use feed::{Entry, Feed};
pub use heard::{Heard, HeardAs, Held};
use inbox::Inbox;
use sharing::Share;
pub(super) use view::health;
pub(super) use wishes::{MOST_GATEWAYS, number};
use words::Text;
pub(super) use words::{known, too_many};

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
    /// Something came for this person that faces were not told.
    has_mail: bool,
    /// They are not told of it before.
    mail_next: Option<Instant>,
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
    inbox: Inbox,
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
            inbox: Inbox::default(),
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
            gateways: concierges(saved).cloned().map(Gateway::new).collect(),
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
            has_mail: false,
            mail_next: None,
        }
    }

    /// What is to be remembered.
    pub fn saved(&self) -> impl Iterator<Item = SavedCommunity> + '_ {
        self.gateways.iter().map(|gateway| gateway.saved.clone())
    }

    /// When something is due.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        let mail = self.mail_next.filter(|_| self.has_mail);
        self.due.into_iter().chain(self.feed_due).chain(mail).min()
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

fn concierges(saved: &Saved) -> impl Iterator<Item = &SavedCommunity> {
    saved.community.iter().filter(|saved| saved.kind == CommunityKind::Concierge)
}

impl Controller {
    /// How many community gateways there are, of all kinds.
    pub(super) fn communities(&self) -> usize {
        self.community.gateways.len() + self.rooms.saved().count()
    }

    /// The number of the next one that is added.
    pub(super) fn next_community(&self) -> u32 {
        self.communities_saved().iter().map(|saved| saved.id).max().unwrap_or_default() + 1
    }

    /// What is to be remembered, in the order in which they were added.
    pub(super) fn communities_saved(&self) -> Vec<SavedCommunity> {
        let mut saved: Vec<SavedCommunity> = self.community.saved().chain(self.rooms.saved()).collect();
        saved.sort_by_key(|saved| saved.id);
        saved
    }

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

    fn community_wish(&mut self, id: u32, wish: CommunityWish) {
        self.outputs.push_back(Output::Community(id, wish));
    }

    fn community_ask(&mut self, id: u32, request: Request) {
        self.community_wish(id, CommunityWish::Ask(request));
    }

    fn community_notice(&mut self, kind: NoticeKind, code: &str, (title, advice): Text) {
        self.notices.add(kind, code, title, advice);
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
                    let text = words::not_sent(&why);
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
                Some(words::refused(&gateway.shown_name(), *why))
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
            HeardAs::Person => self.take_mail(now, id, DirectTarget::Me, heard),
            HeardAs::Everybody => self.take_mail(now, id, DirectTarget::Everybody, heard),
        }
    }

    /// A message came for this person.
    fn take_mail(&mut self, now: Now, id: u32, to: DirectTarget, heard: &Heard) {
        let Some(gateway) = self.community.get_mut(id) else { return };
        // What was said to all comes back.
        if gateway.me() == Some(&heard.uuid) {
            return;
        }
        gateway.inbox.take(now, to, heard);
        self.community.has_mail = true;
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

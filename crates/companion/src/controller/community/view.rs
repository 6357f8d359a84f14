//! Community gateways as faces see them.

use std::collections::BTreeMap;
use std::time::Duration;

use hearth_clock::Now;
use hearth_gateway_client::concierge::{Refusal, Status};

use super::{Controller, Gateway};
use crate::contract::{
    BrokerClient, BrokerView, CommunityContent, CommunityGateway, CommunityRefusal, CommunityState,
    CommunityView, Event, Health, PartView, Said, ServiceFeed, ServiceView, SharedDevice, SharingView,
};
use crate::controller::rooms;
use crate::said;
use crate::telemetry::name;

/// A service that is looked at, and what came for this person, are told at most so often.
const FEED_EVERY: Duration = Duration::from_millis(200);

/// The most services, and the most clients, that are shown of one gateway.
const MOST_SHOWN: usize = 500;

/// Names that are longer cannot be shown, nor named in commands, bytes.
const LONGEST_NAME: usize = 256;

impl Gateway {
    fn view(&self) -> CommunityGateway {
        CommunityGateway {
            id: self.saved.id.to_string(),
            name: self.shown_name(),
            url: self.saved.url.clone(),
            me: self.saved.name.clone(),
            account: rooms::account(self.saved.kind),
            has_secret: self.saved.has_secret,
            state: self.state(),
            content: CommunityContent::Concierge(self.content()),
        }
    }

    fn state(&self) -> CommunityState {
        match &self.status {
            _ if !self.saved.on => CommunityState::Off,
            Status::Offline => CommunityState::Off,
            Status::Connecting => CommunityState::Connecting,
            Status::Connected { latency, .. } => CommunityState::Connected {
                since: self.since_ms,
                latency_ms: latency.map(|latency| latency.as_millis() as u32),
            },
            Status::Waiting { .. } => CommunityState::Waiting { retry_at: self.retry_at_ms },
            Status::Refused(why) => CommunityState::Refused { why: refusal(*why) },
        }
    }

    fn content(&self) -> BrokerView {
        let me = self.me();
        let names: BTreeMap<&str, &str> = self
            .directory
            .clients
            .iter()
            .map(|client| (client.uuid.as_str(), client.name.as_str()))
            .collect();
        let services = self.directory.services.iter().filter(|service| service.name.len() <= LONGEST_NAME);
        let services = services.take(MOST_SHOWN).map(|service| {
            let mine = me == Some(service.owner.as_str()) && self.is_own(&service.name);
            let others = service.subscribers.iter().filter(|uuid| !(mine && me == Some(uuid.as_str())));
            ServiceView {
                name: service.name.clone(),
                nickname: service.nickname.as_deref().map(name).filter(|nickname| !nickname.is_empty()),
                owner: names.get(service.owner.as_str()).map(|owner| name(owner)).unwrap_or_default(),
                mine,
                subscribers: count(others.count()),
                subscribed: self.saved.followed.contains(&service.name),
                rate: self.feeds.get(&service.name).map_or(0.0, super::Feed::rate),
            }
        });
        let clients = self.directory.clients.iter().filter(|client| client.name.len() <= LONGEST_NAME);
        let clients = clients.take(MOST_SHOWN).map(|client| {
            let is_me = me == Some(client.uuid.as_str());
            BrokerClient {
                uuid: client.uuid.clone(),
                name: client.name.clone(),
                nickname: client.nickname.as_deref().map(name).filter(|nickname| !nickname.is_empty()),
                tags: client.tags.iter().take(16).map(|tag| name(tag)).collect(),
                me: is_me,
                allowed: if is_me { None } else { self.permission(&client.name) },
            }
        });
        BrokerView {
            services: services.collect(),
            clients: clients.collect(),
            inbox: self.inbox.view(),
            sharing: self.sharing(),
        }
    }

    fn sharing(&self) -> SharingView {
        let services = self.shares.iter().filter(|share| share.created).map(|share| SharedDevice {
            device: share.device.0.clone(),
            service: share.service.clone(),
            subscribers: count(share.followers.len()),
        });
        SharingView {
            on: self.saved.sharing,
            services: services.collect(),
            allowed: self.saved.allowed.clone(),
        }
    }

    fn part(&self) -> PartView {
        let (health, state) = health(&self.state());
        let facts = [
            (said!("services"), self.directory.services.len()),
            (said!("clients"), self.directory.clients.len()),
            (said!("followed"), self.saved.followed.len()),
            (said!("shared"), self.shares.iter().filter(|share| share.created).count()),
        ];
        PartView {
            part: "community".into(),
            name: Said::verbatim(self.shown_name()),
            health,
            state,
            since: None,
            pace: None,
            clock_ahead_ms: None,
            facts: facts.map(|(fact, number)| (fact, Said::verbatim(number.to_string()))).to_vec(),
        }
    }
}

impl Controller {
    /// The gateways as faces see them.
    pub(in crate::controller) fn community_view(&self) -> CommunityView {
        let concierges = self.community.gateways.iter().map(|gateway| (gateway.saved.id, gateway.view()));
        let rooms = self.rooms_view().map(|view| (super::number(&view.id), view));
        let mut all: Vec<(u32, CommunityGateway)> = concierges.chain(rooms).collect();
        all.sort_by_key(|(id, _)| *id);
        let gateways = all.into_iter().map(|(_, view)| view).collect();
        CommunityView { gateways, kinds: rooms::offers() }
    }

    /// The service that is looked at, as faces see it.
    pub(in crate::controller) fn feed_view(&self) -> Option<ServiceFeed> {
        let (id, service) = self.community.looked.as_ref()?;
        let gateway = self.community.get(*id)?;
        if !gateway.is_own(service) && !gateway.saved.followed.contains(service) {
            return None;
        }
        let nothing = super::Feed::default();
        Some(gateway.feeds.get(service).unwrap_or(&nothing).view(*id, service))
    }

    /// The gateways as somebody sees them who looks for a fault.
    pub(in crate::controller) fn community_parts(&self) -> Vec<PartView> {
        self.community.gateways.iter().map(Gateway::part).chain(self.rooms_parts()).collect()
    }

    /// Tells faces what changed.
    pub(in crate::controller) fn show_community(&mut self, now: Now) {
        self.community.changed |= self.show_rooms(now);
        let community = &mut self.community;
        if community.has_mail && community.mail_next.is_none_or(|next| now.instant >= next) {
            (community.has_mail, community.changed) = (false, true);
            community.mail_next = Some(now.instant + FEED_EVERY);
        }
        if std::mem::take(&mut self.community.changed) {
            let view = self.community_view();
            if self.community.shown.as_ref() != Some(&view) {
                self.community.shown = Some(view.clone());
                self.emit(Event::Community { community: view });
            }
        }
        self.show_feed(now);
    }

    fn show_feed(&mut self, now: Now) {
        let looked = self.community.looked.clone().and_then(|(id, service)| {
            let gateway = self.community.get(id)?;
            let revision = gateway.feeds.get(&service).map_or(0, super::Feed::revision);
            Some((id, service, revision))
        });
        if looked == self.community.shown_feed {
            self.community.feed_due = None;
            return;
        }
        let another = |shown: &(u32, String, u64)| {
            looked.as_ref().is_none_or(|(id, service, _)| (*id, service) != (shown.0, &shown.1))
        };
        let urgent = self.community.shown_feed.as_ref().is_none_or(another);
        if !urgent && self.community.feed_next.is_some_and(|next| now.instant < next) {
            self.community.feed_due = self.community.feed_next;
            return;
        }
        self.community.feed_due = None;
        self.community.feed_next = Some(now.instant + FEED_EVERY);
        self.community.shown_feed = looked;
        let feed = self.feed_view();
        self.emit(Event::Feed { feed });
    }
}

/// A connection with a community gateway as somebody sees it who looks for a fault.
pub(in crate::controller) fn health(state: &CommunityState) -> (Health, Said) {
    match state {
        CommunityState::Off => (Health::Off, said!("Not connected")),
        CommunityState::Connecting => (Health::Fair, said!("Connecting")),
        CommunityState::Connected { .. } => (Health::Good, said!("Connected")),
        CommunityState::Waiting { .. } => (Health::Fair, said!("Lost, trying again")),
        CommunityState::Refused { why } => (
            Health::Bad,
            match why {
                CommunityRefusal::NameTaken => said!("Refused: the name is taken"),
                CommunityRefusal::BadName => said!("Refused: the name is not allowed"),
                CommunityRefusal::BadSecret => said!("Refused: wrong secret"),
                CommunityRefusal::WrongPassword => said!("Refused: wrong name or password"),
                CommunityRefusal::Suspended => said!("Refused: the account is suspended"),
                CommunityRefusal::RegistrationClosed => said!("Refused: no new accounts"),
                CommunityRefusal::Crowded => said!("Refused: too many connections"),
                CommunityRefusal::SignInAgain => said!("The password is wanted again"),
                CommunityRefusal::Version => said!("Refused: another version"),
                CommunityRefusal::Protocol => said!("Refused: not understood"),
            },
        ),
    }
}

fn refusal(why: Refusal) -> CommunityRefusal {
    match why {
        Refusal::NameTaken => CommunityRefusal::NameTaken,
        Refusal::BadName => CommunityRefusal::BadName,
        Refusal::BadSecret => CommunityRefusal::BadSecret,
        Refusal::Version => CommunityRefusal::Version,
        Refusal::Protocol => CommunityRefusal::Protocol,
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

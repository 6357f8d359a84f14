//! Who is here, which services there are, and who hears them. Keeps the four in step; sends nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Instant;

use hearth_dialects::concierge::{ClientInfo, ServiceInfo};
use uuid::Uuid;

use super::Population;
use crate::hub::ConnectionId;

/// A client that has identified.
#[derive(Debug)]
pub(super) struct Client {
    pub info: ClientInfo,
    /// The number of the next text from it.
    pub next_seq: u64,
    /// When something came from it last.
    pub heard: Instant,
    pub next_ping: Instant,
    /// When it is looked at next; its entry among the timers.
    pub wake: Instant,
    pub owns: BTreeSet<String>,
    pub hears: BTreeSet<String>,
}

/// A service.
#[derive(Debug)]
pub(super) struct Service {
    pub nickname: Option<String>,
    pub owner: ConnectionId,
    pub owner_uuid: Uuid,
    pub subscribers: BTreeMap<ConnectionId, Uuid>,
}

impl Service {
    pub fn info(&self, name: &str) -> ServiceInfo {
        ServiceInfo {
            name: name.to_owned(),
            nickname: self.nickname.clone(),
            owner_uuid: self.owner_uuid,
            subscribers: self.subscribers.values().copied().collect(),
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Directory {
    clients: BTreeMap<ConnectionId, Client>,
    names: HashMap<String, ConnectionId>,
    uuids: HashMap<Uuid, ConnectionId>,
    services: BTreeMap<String, Service>,
    subscriptions: usize,
}

impl Directory {
    pub fn insert(&mut self, id: ConnectionId, client: Client) {
        self.names.insert(client.info.name.clone(), id);
        self.uuids.insert(client.info.uuid, id);
        self.clients.insert(id, client);
    }

    /// Forgets a client. What it owns and hears has to be taken from it before.
    pub fn remove(&mut self, id: ConnectionId) -> Option<Client> {
        let client = self.clients.remove(&id)?;
        self.names.remove(&client.info.name);
        self.uuids.remove(&client.info.uuid);
        Some(client)
    }

    pub fn client(&self, id: ConnectionId) -> Option<&Client> {
        self.clients.get(&id)
    }

    pub fn client_mut(&mut self, id: ConnectionId) -> Option<&mut Client> {
        self.clients.get_mut(&id)
    }

    pub fn named(&self, name: &str) -> Option<ConnectionId> {
        self.names.get(name).copied()
    }

    pub fn with_uuid(&self, uuid: Uuid) -> Option<ConnectionId> {
        self.uuids.get(&uuid).copied()
    }

    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.get(name)
    }

    pub fn ids(&self) -> impl Iterator<Item = ConnectionId> {
        self.clients.keys().copied()
    }

    pub fn others(&self, id: ConnectionId) -> impl Iterator<Item = ConnectionId> {
        self.ids().filter(move |other| *other != id)
    }

    pub fn clients(&self) -> Vec<ClientInfo> {
        self.clients.values().map(|client| client.info.clone()).collect()
    }

    pub fn services(&self) -> Vec<ServiceInfo> {
        self.services.iter().map(|(name, service)| service.info(name)).collect()
    }

    /// The services that a client hears.
    pub fn subscriptions(&self, client: &Client) -> Vec<ServiceInfo> {
        let services = client.hears.iter().filter_map(|name| Some((name, self.services.get(name)?)));
        services.map(|(name, service)| service.info(name)).collect()
    }

    /// A new service; `None` when the owner is not here.
    pub fn create(
        &mut self,
        owner: ConnectionId,
        name: &str,
        nickname: Option<String>,
    ) -> Option<ServiceInfo> {
        let client = self.clients.get_mut(&owner)?;
        client.owns.insert(name.to_owned());
        let owner_uuid = client.info.uuid;
        let service = Service { nickname, owner, owner_uuid, subscribers: BTreeMap::new() };
        let info = service.info(name);
        self.services.insert(name.to_owned(), service);
        Some(info)
    }

    /// Takes a service away, also from those who hear it (CON-R22); what it was.
    pub fn delete(&mut self, name: &str) -> Option<ServiceInfo> {
        let service = self.services.remove(name)?;
        for id in service.subscribers.keys() {
            if let Some(client) = self.clients.get_mut(id) {
                client.hears.remove(name);
                self.subscriptions -= 1;
            }
        }
        if let Some(owner) = self.clients.get_mut(&service.owner) {
            owner.owns.remove(name);
        }
        Some(service.info(name))
    }

    /// Whether it is new; `false` also when one of the two is not here.
    pub fn subscribe(&mut self, id: ConnectionId, name: &str) -> bool {
        let (Some(client), Some(service)) = (self.clients.get_mut(&id), self.services.get_mut(name)) else {
            return false;
        };
        let new = client.hears.insert(name.to_owned());
        if new {
            service.subscribers.insert(id, client.info.uuid);
            self.subscriptions += 1;
        }
        new
    }

    /// Whether it was subscribed.
    pub fn unsubscribe(&mut self, id: ConnectionId, name: &str) -> bool {
        let (Some(client), Some(service)) = (self.clients.get_mut(&id), self.services.get_mut(name)) else {
            return false;
        };
        let was = client.hears.remove(name);
        if was {
            service.subscribers.remove(&id);
            self.subscriptions -= 1;
        }
        was
    }

    pub fn population(&self) -> Population {
        Population {
            waiting: 0,
            clients: self.clients.len(),
            services: self.services.len(),
            subscriptions: self.subscriptions,
        }
    }
}

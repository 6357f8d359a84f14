//! What there is on the server: the two lists that were asked for after the hello, and every event since.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use hearth_dialects::concierge::{ClientInfo, ServerPayload, ServiceInfo};
use uuid::Uuid;

use super::{Client, Directory, Service};

/// The owner is told at most once in this time.
const TOLD_EVERY: Duration = Duration::from_millis(100);

/// A server decides how many it tells of, and how long their names are. More clients or services than this are not
/// kept, nor those with longer texts; of the subscribers of one service not more than these.
const MOST: usize = 2048;
const LONGEST: usize = 8 * 1024;
const MOST_SUBSCRIBERS: usize = 4096;

/// What is known of the server.
#[derive(Debug, Default)]
pub(super) struct Replica {
    clients: BTreeMap<Uuid, ClientInfo>,
    services: BTreeMap<String, ServiceInfo>,
    changed: bool,
    told_at: Option<Instant>,
}

impl Replica {
    /// A new connection: nothing is known.
    pub fn clear(&mut self) {
        self.clients.clear();
        self.services.clear();
        self.changed = true;
    }

    /// A service, when there is one of that name.
    pub fn service(&self, name: &str) -> Option<&ServiceInfo> {
        self.services.get(name)
    }

    /// There is no service of that name.
    pub fn no_service(&mut self, name: &str) {
        self.changed |= self.services.remove(name).is_some();
    }

    /// Takes over what a frame says of clients and services.
    pub fn apply(&mut self, payload: &ServerPayload<'_>) {
        use ServerPayload as P;

        match payload {
            P::ServiceFetchAllResult { services } => {
                let services = services.iter().filter(|service| service_fits(service)).take(MOST);
                let services = services.cloned().map(sorted);
                let services = services.map(|service| (service.name.clone(), service)).collect();
                self.changed |= self.services != services;
                self.services = services;
            }
            P::ClientFetchAllResult { clients } => {
                let clients = clients.iter().filter(|client| client_fits(client)).take(MOST);
                self.clients = clients.map(|client| (client.uuid, client.clone())).collect();
                self.changed = true;
            }
            P::ClientJoined { client } if self.clients.len() < MOST && client_fits(client) => {
                self.clients.insert(client.uuid, client.clone());
                self.changed = true;
            }
            P::ClientLeft { client } => {
                self.clients.remove(&client.uuid);
                // The servers say all this themselves (CON-17), but not the same of it (facts CON-R21).
                self.services.retain(|_, service| service.owner_uuid != client.uuid);
                for service in self.services.values_mut() {
                    service.subscribers.retain(|uuid| *uuid != client.uuid);
                }
                self.changed = true;
            }
            P::ServiceCreateResult { service, .. }
            | P::SelfSubscribeResult { service, .. }
            | P::SelfUnsubscribeResult { service, .. }
            | P::ServiceFetchResult { service } => self.put(service.clone()),
            P::ServiceDeleteResult { service } => {
                // The second of two copies must not delete a service that somebody else has made meanwhile.
                let same = |known: &ServiceInfo| known.owner_uuid == service.owner_uuid;
                if self.services.get(&service.name).is_some_and(same) {
                    self.no_service(&service.name);
                }
            }
            P::ServiceClientSubscribed { client, service } => {
                let mut service = service.clone();
                if !service.subscribers.contains(&client.uuid) {
                    service.subscribers.push(client.uuid);
                }
                self.put(service);
            }
            P::ServiceClientUnsubscribed { client, service } => {
                // One generation still lists whoever has left (facts CON-R21).
                let mut service = service.clone();
                service.subscribers.retain(|uuid| *uuid != client.uuid);
                self.put(service);
            }
            _ => {}
        }
    }

    fn put(&mut self, service: ServiceInfo) {
        let service = sorted(service);
        let known = self.services.get(&service.name);
        let new = known.map_or(self.services.len() < MOST, |known| *known != service);
        if new && service_fits(&service) {
            self.services.insert(service.name.clone(), service);
            self.changed = true;
        }
    }

    /// When [`Replica::take`] has something.
    pub fn due(&self) -> Option<Instant> {
        self.changed.then_some(())?;
        self.told_at.map(|at| at + TOLD_EVERY)
    }

    /// The whole, when it has changed and was not told just now.
    pub fn take(&mut self, now: Instant) -> Option<Directory> {
        let due = self.changed && self.told_at.is_none_or(|at| at + TOLD_EVERY <= now);
        due.then(|| {
            self.changed = false;
            self.told_at = Some(now);
            let mut clients: Vec<Client> = self.clients.values().cloned().map(Client::from).collect();
            clients.sort_by(|a, b| (&a.name, &a.uuid).cmp(&(&b.name, &b.uuid)));
            Directory { clients, services: self.services.values().cloned().map(Service::from).collect() }
        })
    }
}

/// Servers list subscribers in any order (facts CON-R26).
fn sorted(mut service: ServiceInfo) -> ServiceInfo {
    service.subscribers.sort_unstable();
    service.subscribers.truncate(MOST_SUBSCRIBERS);
    service
}

fn service_fits(service: &ServiceInfo) -> bool {
    service.name.len() + length(service.nickname.as_deref()) <= LONGEST
}

fn client_fits(client: &ClientInfo) -> bool {
    let tags: usize = client.tags.iter().map(|tag| tag.len() + size_of::<String>()).sum();
    client.name.len() + length(client.nickname.as_deref()) + tags <= LONGEST
}

fn length(text: Option<&str>) -> usize {
    text.map_or(0, str::len)
}

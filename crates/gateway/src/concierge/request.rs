//! What a client can ask for, besides sending messages.

use hearth_dialects::concierge::{ClientPayload, ServerPayload, ServiceInfo};

use super::Broker;
use crate::hub::ConnectionId;

impl Broker {
    /// Answers a payload with its number.
    pub(super) fn execute(&mut self, id: ConnectionId, seq: u64, payload: ClientPayload<'_>) {
        let answer = match payload {
            ClientPayload::Identify(_) => ServerPayload::ErrorUnsupported,
            ClientPayload::SelfSetSeq { .. } => ServerPayload::Ok,
            ClientPayload::SelfFetch => match self.directory.client(id) {
                Some(client) => ServerPayload::SelfFetchResult {
                    client: client.info.clone(),
                    subscriptions: self.directory.subscriptions(client),
                },
                None => return,
            },
            ClientPayload::SelfSubscribe { service } => return self.subscribe(id, seq, service),
            ClientPayload::SelfUnsubscribe { service } => return self.unsubscribe(id, seq, service),
            ClientPayload::ServiceCreate { service, nickname } => self.create(id, service, nickname),
            ClientPayload::ServiceDelete { service } => self.delete(id, service),
            ClientPayload::ServiceFetch { service } => match self.directory.service(&service) {
                Some(known) => ServerPayload::ServiceFetchResult { service: known.info(&service) },
                None => ServerPayload::InvalidService { service },
            },
            ClientPayload::ServiceFetchAll => {
                ServerPayload::ServiceFetchAllResult { services: self.directory.services() }
            }
            ClientPayload::ClientFetch { uuid } => {
                match self.directory.with_uuid(uuid).and_then(|of| self.directory.client(of)) {
                    Some(client) => ServerPayload::ClientFetchResult {
                        client: client.info.clone(),
                        subscriptions: self.directory.subscriptions(client),
                    },
                    None => ServerPayload::InvalidUuid { uuid },
                }
            }
            ClientPayload::ClientFetchAll => {
                ServerPayload::ClientFetchAllResult { clients: self.directory.clients() }
            }
            ClientPayload::Message { target, data } => self.message(id, target, data),
        };
        self.outbox.answer(id, seq, answer);
    }

    /// The answer comes before the event, and who subscribes gets both (CON-R16).
    fn subscribe(&mut self, id: ConnectionId, seq: u64, name: String) {
        let Some(client) = self.directory.client(id) else { return };
        let (info, hears) = (client.info.clone(), client.hears.len());
        let Some(service) = self.directory.service(&name) else {
            return self.outbox.answer(id, seq, ServerPayload::InvalidService { service: name });
        };
        let is_new = !service.subscribers.contains_key(&id);
        if is_new
            && (hears >= self.config.subscriptions_per_client
                || self.directory.population().subscriptions >= self.config.subscriptions)
        {
            return self.outbox.answer(id, seq, full("subscriptions"));
        }
        let successful = self.directory.subscribe(id, &name);
        let Some(service) = self.directory.service(&name).map(|service| service.info(&name)) else { return };
        self.outbox.answer(id, seq, ServerPayload::SelfSubscribeResult { successful, service });
        if successful {
            self.tell_subscribers(&name, |service| ServerPayload::ServiceClientSubscribed {
                client: info,
                service,
            });
        }
    }

    /// Who leaves gets the answer, those who stay the event (CON-R16).
    fn unsubscribe(&mut self, id: ConnectionId, seq: u64, name: String) {
        let Some(client) = self.directory.client(id).map(|client| client.info.clone()) else { return };
        let successful = self.directory.unsubscribe(id, &name);
        let Some(service) = self.directory.service(&name).map(|service| service.info(&name)) else {
            return self.outbox.answer(id, seq, ServerPayload::InvalidService { service: name });
        };
        self.outbox.answer(id, seq, ServerPayload::SelfUnsubscribeResult { successful, service });
        if successful {
            self.tell_subscribers(&name, |service| ServerPayload::ServiceClientUnsubscribed {
                client,
                service,
            });
        }
    }

    /// Everybody gets the event, then the creator the answer (CON-R15).
    fn create(&mut self, id: ConnectionId, name: String, nickname: Option<String>) -> ServerPayload<'static> {
        if let Some(service) = self.directory.service(&name) {
            return ServerPayload::ServiceCreateResult { successful: false, service: service.info(&name) };
        }
        let owns = self.directory.client(id).map_or(0, |client| client.owns.len());
        if owns >= self.config.services_per_client
            || self.directory.population().services >= self.config.services
        {
            return full("services");
        }
        match self.directory.create(id, &name, nickname) {
            None => ServerPayload::Bad,
            Some(service) => {
                let payload = ServerPayload::ServiceCreateResult { successful: true, service };
                self.outbox.tell(self.directory.ids(), payload.clone());
                payload
            }
        }
    }

    /// Everybody gets the event, then the owner the answer (CON-R13).
    fn delete(&mut self, id: ConnectionId, name: String) -> ServerPayload<'static> {
        match self.directory.service(&name) {
            None => return ServerPayload::InvalidService { service: name },
            Some(service) if service.owner != id => return ServerPayload::Bad,
            Some(_) => {}
        }
        match self.directory.delete(&name) {
            None => ServerPayload::InvalidService { service: name },
            Some(service) => {
                let payload = ServerPayload::ServiceDeleteResult { service };
                self.outbox.tell(self.directory.ids(), payload.clone());
                payload
            }
        }
    }

    /// Tells those who hear a service, as it is now (CON-47, CON-48).
    pub(super) fn tell_subscribers(
        &mut self,
        name: &str,
        event: impl FnOnce(ServiceInfo) -> ServerPayload<'static>,
    ) {
        if let Some(service) = self.directory.service(name)
            && !service.subscribers.is_empty()
        {
            let payload = event(service.info(name));
            self.outbox.tell(service.subscribers.keys().copied(), payload);
        }
    }
}

/// The server cannot take more of them.
fn full(what: &str) -> ServerPayload<'static> {
    ServerPayload::ErrorInternal { desc: format!("no more {what} are possible").into() }
}

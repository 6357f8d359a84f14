//! Messages between clients: who gets them, and who may send them (CON-R9, CON-R10, CON-R11).

use hearth_dialects::concierge::{Data, Origin, ServerPayload, ServiceInfo, Target};

use super::Broker;
use crate::hub::ConnectionId;

impl Broker {
    /// Passes a message on, before its sender gets the answer.
    pub(super) fn message(
        &mut self,
        from: ConnectionId,
        target: Target,
        data: Data<'_>,
    ) -> ServerPayload<'static> {
        let Some(client) = self.directory.client(from).map(|client| client.info.clone()) else {
            return ServerPayload::Bad;
        };
        let (to, service) = match self.audience(from, &target) {
            Ok(audience) => audience,
            Err(answer) => return answer,
        };
        self.outbox.tally.messages += 1;
        let origin = Origin { client, service };
        self.outbox.tell(to, ServerPayload::Message { origin, target, data });
        ServerPayload::Ok
    }

    /// Who gets a message, and the service that it goes through; or why nobody does.
    fn audience(
        &self,
        from: ConnectionId,
        target: &Target,
    ) -> Result<(Vec<ConnectionId>, Option<ServiceInfo>), ServerPayload<'static>> {
        let directory = &self.directory;
        let unknown = |service: &String| ServerPayload::InvalidService { service: service.clone() };
        match target {
            Target::All => Ok((directory.ids().collect(), None)),
            Target::Name { name } => match directory.named(name) {
                Some(id) => Ok((vec![id], None)),
                None => Err(ServerPayload::InvalidName { name: name.clone() }),
            },
            Target::Uuid { uuid } => match directory.with_uuid(*uuid) {
                Some(id) => Ok((vec![id], None)),
                None => Err(ServerPayload::InvalidUuid { uuid: *uuid }),
            },
            Target::Service { service: name } => {
                let service = directory.service(name).ok_or_else(|| unknown(name))?;
                let to = if service.owner == from {
                    service.subscribers.keys().copied().filter(|id| *id != from).collect()
                } else if service.subscribers.contains_key(&from) {
                    vec![service.owner]
                } else {
                    return Err(ServerPayload::Bad);
                };
                Ok((to, Some(service.info(name))))
            }
            Target::ServiceClientUuid { service: name, uuid } => {
                let service = directory.service(name).ok_or_else(|| unknown(name))?;
                if service.owner != from {
                    return Err(ServerPayload::Bad);
                }
                match directory.with_uuid(*uuid) {
                    Some(id) => Ok((vec![id], Some(service.info(name)))),
                    None => Err(ServerPayload::InvalidUuid { uuid: *uuid }),
                }
            }
        }
    }
}

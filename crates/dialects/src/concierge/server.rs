//! Payloads from a server.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::client::{Undecodable, object};
use super::data::Data;
use super::info::{ClientInfo, Origin, ServiceInfo};
use super::target::Target;

/// What a server sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServerFrame<'a> {
    /// Which text of the client it answers; `None` when the client is not the reason (CON-18, CON-19).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// The payload.
    #[serde(flatten)]
    pub payload: ServerPayload<'a>,
}

/// What a server can say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ServerPayload<'a> {
    /// Done (CON-31).
    Ok,
    /// Not allowed (CON-32).
    Bad,
    /// Identified (CON-33).
    Hello {
        /// The client's uuid, also its key to the file server.
        uuid: Uuid,
        /// The server's version.
        version: Cow<'a, str>,
    },
    /// Somebody sent something (CON-13).
    Message {
        /// Who.
        origin: Origin,
        /// To whom.
        target: Target,
        /// What.
        data: Data<'a>,
    },
    /// This client hears the service (CON-36).
    SelfSubscribeResult {
        /// `false`: it did before.
        successful: bool,
        /// The service.
        service: ServiceInfo,
    },
    /// This client does not hear the service (CON-37).
    SelfUnsubscribeResult {
        /// `false`: it did not before.
        successful: bool,
        /// The service.
        service: ServiceInfo,
    },
    /// About this client (CON-38).
    SelfFetchResult {
        /// The client.
        client: ClientInfo,
        /// The services that it hears.
        subscriptions: Vec<ServiceInfo>,
    },
    /// A service is there (CON-39); told everybody when it is new (CON-40).
    ServiceCreateResult {
        /// `false`: it was there before, and stays as it was.
        successful: bool,
        /// The service.
        service: ServiceInfo,
    },
    /// A service is gone; told everybody (CON-41).
    ServiceDeleteResult {
        /// The service as it was.
        service: ServiceInfo,
    },
    /// About one service (CON-42).
    ServiceFetchResult {
        /// The service.
        service: ServiceInfo,
    },
    /// About all services (CON-43).
    ServiceFetchAllResult {
        /// In no particular order.
        services: Vec<ServiceInfo>,
    },
    /// About one client; an extension of the seed (CON-R27).
    ClientFetchResult {
        /// The client.
        client: ClientInfo,
        /// The services that it hears.
        subscriptions: Vec<ServiceInfo>,
    },
    /// About all clients (CON-44).
    ClientFetchAllResult {
        /// In no particular order.
        clients: Vec<ClientInfo>,
    },
    /// Somebody came (CON-45).
    ClientJoined {
        /// Who.
        client: ClientInfo,
    },
    /// Somebody left (CON-46).
    ClientLeft {
        /// Who.
        client: ClientInfo,
    },
    /// Somebody hears a service; told its subscribers, whoever subscribed among them (CON-47, CON-R16).
    ServiceClientSubscribed {
        /// Who.
        client: ClientInfo,
        /// The service, with the client.
        service: ServiceInfo,
    },
    /// Somebody hears a service no more; told its remaining subscribers (CON-48).
    ServiceClientUnsubscribed {
        /// Who.
        client: ClientInfo,
        /// The service, without the client.
        service: ServiceInfo,
    },
    /// The server cannot do it (CON-49).
    ErrorInternal {
        /// Why.
        desc: Cow<'a, str>,
    },
    /// Its `type` is not supported here (CON-50).
    ErrorUnsupported,
    /// Could not be decoded (CON-51).
    ErrorProtocol {
        /// Why.
        desc: Cow<'a, str>,
    },
    /// No client has this name (CON-52).
    InvalidName {
        /// The name.
        name: String,
    },
    /// No client has this uuid (CON-53).
    InvalidUuid {
        /// The uuid.
        uuid: Uuid,
    },
    /// No service has this name (CON-54).
    InvalidService {
        /// The name.
        service: String,
    },
    /// Something newer than this client. Never sent.
    #[serde(skip)]
    Unheard {
        /// Its `type`.
        kind: String,
    },
}

/// The members that every frame has.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(default)]
    seq: Option<u64>,
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
}

/// All members of all payloads but messages; which have to be there depends on the type.
#[derive(Deserialize)]
struct Members {
    uuid: Option<Uuid>,
    version: Option<String>,
    successful: Option<bool>,
    service: Option<serde_json::Value>,
    client: Option<ClientInfo>,
    subscriptions: Option<Vec<ServiceInfo>>,
    services: Option<Vec<ServiceInfo>>,
    clients: Option<Vec<ClientInfo>>,
    desc: Option<String>,
    name: Option<String>,
}

#[derive(Deserialize)]
struct Message<'a> {
    origin: Origin,
    target: Target,
    #[serde(borrow)]
    data: Data<'a>,
}

impl<'a> ServerFrame<'a> {
    /// What the client did not ask for.
    #[must_use]
    pub const fn event(payload: ServerPayload<'a>) -> Self {
        Self { seq: None, payload }
    }

    /// The answer to the client's text of this number.
    #[must_use]
    pub const fn answer(seq: u64, payload: ServerPayload<'a>) -> Self {
        Self { seq: Some(seq), payload }
    }

    /// The text to send: `seq` first, then `type`, absent optional members as `null` (CON-R23, CON-R26).
    #[must_use]
    pub fn encode(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what a server sent; ours or a real one. An unknown type is [`ServerPayload::Unheard`].
    ///
    /// # Errors
    /// [`Undecodable::Malformed`]; the frame costs only itself.
    pub fn decode(text: &'a str) -> Result<Self, Undecodable> {
        let Head { seq, kind } = object(text)?;
        let payload = match &*kind {
            "MESSAGE" => {
                let Message { origin, target, data } = serde_json::from_str(text)?;
                ServerPayload::Message { origin, target, data }
            }
            kind if ServerPayload::TYPES.contains(&kind) => {
                let members: Members = serde_json::from_str(text)?;
                members.payload(kind).ok_or_else(|| {
                    Undecodable::Malformed(format!("`{kind}` without a member that it must have"))
                })?
            }
            _ => ServerPayload::Unheard { kind: kind.into_owned() },
        };
        Ok(Self { seq, payload })
    }
}

impl ServerPayload<'_> {
    /// Every `type` that a server sends.
    pub const TYPES: [&'static str; 23] = [
        "OK",
        "BAD",
        "HELLO",
        "MESSAGE",
        "SELF_SUBSCRIBE_RESULT",
        "SELF_UNSUBSCRIBE_RESULT",
        "SELF_FETCH_RESULT",
        "SERVICE_CREATE_RESULT",
        "SERVICE_DELETE_RESULT",
        "SERVICE_FETCH_RESULT",
        "SERVICE_FETCH_ALL_RESULT",
        "CLIENT_FETCH_RESULT",
        "CLIENT_FETCH_ALL_RESULT",
        "CLIENT_JOINED",
        "CLIENT_LEFT",
        "SERVICE_CLIENT_SUBSCRIBED",
        "SERVICE_CLIENT_UNSUBSCRIBED",
        "ERROR_INTERNAL",
        "ERROR_UNSUPPORTED",
        "ERROR_PROTOCOL",
        "INVALID_NAME",
        "INVALID_UUID",
        "INVALID_SERVICE",
    ];
}

impl Members {
    fn payload(self, kind: &str) -> Option<ServerPayload<'static>> {
        use ServerPayload as P;

        let service_name = self.service.as_ref().and_then(|service| service.as_str()).map(str::to_owned);
        let service = || self.service.and_then(|service| serde_json::from_value(service).ok());
        let desc = Cow::Owned(self.desc.unwrap_or_default());
        let subscriptions = self.subscriptions.unwrap_or_default();
        Some(match kind {
            "OK" => P::Ok,
            "BAD" => P::Bad,
            "HELLO" => P::Hello { uuid: self.uuid?, version: self.version?.into() },
            "SELF_SUBSCRIBE_RESULT" => {
                P::SelfSubscribeResult { successful: self.successful?, service: service()? }
            }
            "SELF_UNSUBSCRIBE_RESULT" => {
                P::SelfUnsubscribeResult { successful: self.successful?, service: service()? }
            }
            "SELF_FETCH_RESULT" => P::SelfFetchResult { client: self.client?, subscriptions },
            "SERVICE_CREATE_RESULT" => {
                P::ServiceCreateResult { successful: self.successful?, service: service()? }
            }
            "SERVICE_DELETE_RESULT" => P::ServiceDeleteResult { service: service()? },
            // The seed writes this type of the list as well (CON-R14).
            "SERVICE_FETCH_RESULT" | "SERVICE_FETCH_ALL_RESULT" => match (service(), self.services) {
                (_, Some(services)) => P::ServiceFetchAllResult { services },
                (Some(service), None) if kind == "SERVICE_FETCH_RESULT" => P::ServiceFetchResult { service },
                _ => return None,
            },
            "CLIENT_FETCH_RESULT" => P::ClientFetchResult { client: self.client?, subscriptions },
            "CLIENT_FETCH_ALL_RESULT" => P::ClientFetchAllResult { clients: self.clients? },
            "CLIENT_JOINED" => P::ClientJoined { client: self.client? },
            "CLIENT_LEFT" => P::ClientLeft { client: self.client? },
            "SERVICE_CLIENT_SUBSCRIBED" => {
                P::ServiceClientSubscribed { client: self.client?, service: service()? }
            }
            "SERVICE_CLIENT_UNSUBSCRIBED" => {
                P::ServiceClientUnsubscribed { client: self.client?, service: service()? }
            }
            "ERROR_INTERNAL" => P::ErrorInternal { desc },
            "ERROR_UNSUPPORTED" => P::ErrorUnsupported,
            "ERROR_PROTOCOL" => P::ErrorProtocol { desc },
            "INVALID_NAME" => P::InvalidName { name: self.name? },
            "INVALID_UUID" => P::InvalidUuid { uuid: self.uuid? },
            "INVALID_SERVICE" => P::InvalidService { service: service_name? },
            _ => return None,
        })
    }
}

//! Payloads from a client.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

use super::data::Data;
use super::limits;
use super::target::Target;

/// The first payload on a socket (CON-21).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identify {
    /// See [`super::is_name`].
    pub name: String,
    /// How people call the client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    /// The version of the protocol; see [`super::is_compatible`].
    pub version: String,
    /// For a server that has one (CON-R4). The text never shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// What the client says about itself.
    #[serde(default, deserialize_with = "or_default")]
    pub tags: Vec<String>,
}

impl fmt::Debug for Identify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identify")
            .field("name", &self.name)
            .field("nickname", &self.nickname)
            .field("version", &self.version)
            .field("secret", &self.secret.as_ref().map(|_| "…"))
            .field("tags", &self.tags)
            .finish()
    }
}

/// What a client can ask for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ClientPayload<'a> {
    /// Who the client is; the first payload, and only that.
    Identify(Identify),
    /// To hear a service (CON-22).
    SelfSubscribe {
        /// Its name.
        service: String,
    },
    /// To hear a service no more (CON-23).
    SelfUnsubscribe {
        /// Its name.
        service: String,
    },
    /// What the server knows of this client (CON-24).
    SelfFetch,
    /// To set the number of this payload; the next has one more (CON-25, CON-R18).
    SelfSetSeq {
        /// The number.
        seq: u64,
    },
    /// To offer a service (CON-26).
    ServiceCreate {
        /// Its name.
        service: String,
        /// How people call it.
        #[serde(skip_serializing_if = "Option::is_none")]
        nickname: Option<String>,
    },
    /// To withdraw a service (CON-27).
    ServiceDelete {
        /// Its name.
        service: String,
    },
    /// About one service (CON-28).
    ServiceFetch {
        /// Its name.
        service: String,
    },
    /// About all services (CON-29).
    ServiceFetchAll,
    /// About one client; an extension of the seed (CON-R27).
    ClientFetch {
        /// Its uuid.
        uuid: Uuid,
    },
    /// About all clients (CON-30).
    ClientFetchAll,
    /// To send something to others (CON-13).
    Message {
        /// To whom.
        target: Target,
        /// What.
        data: Data<'a>,
    },
}

/// Why a text is no payload of a client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undecodable {
    /// Its `type` is none of this dialect. Answered with `ERROR_UNSUPPORTED` (CON-50, CON-R20).
    #[error("the type is not supported")]
    UnknownType,
    /// Not JSON, or members are missing, of a wrong type or too long. Answered with `ERROR_PROTOCOL` (CON-51).
    #[error("{0}")]
    Malformed(String),
}

impl From<serde_json::Error> for Undecodable {
    fn from(error: serde_json::Error) -> Self {
        let text = error.to_string();
        Self::Malformed(match text.char_indices().nth(limits::DESCRIPTION) {
            Some((end, _)) => text[..end].to_owned(),
            None => text,
        })
    }
}

/// The member that every payload has.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
}

#[derive(Deserialize)]
struct OfService {
    service: String,
}

#[derive(Deserialize)]
struct Created {
    service: String,
    #[serde(default)]
    nickname: Option<String>,
}

#[derive(Deserialize)]
struct Numbered {
    seq: u64,
}

#[derive(Deserialize)]
struct OfClient {
    uuid: Uuid,
}

#[derive(Deserialize)]
struct Message<'a> {
    target: Target,
    #[serde(borrow)]
    data: Data<'a>,
}

impl<'a> ClientPayload<'a> {
    /// The text to send; names are not escaped more than JSON asks for (CON-R24).
    #[must_use]
    pub fn encode(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what a client sent. Members that are not known are not looked at; names and nicknames of services and
    /// names in targets are within their limits.
    ///
    /// # Errors
    /// [`Undecodable`]; the payload costs only itself.
    pub fn decode(text: &'a str) -> Result<Self, Undecodable> {
        let Head { kind } = object(text)?;
        let service = || serde_json::from_str(text).map_err(Undecodable::from).and_then(OfService::checked);
        Ok(match &*kind {
            "IDENTIFY" => Self::Identify(serde_json::from_str(text)?),
            "SELF_SUBSCRIBE" => Self::SelfSubscribe { service: service()? },
            "SELF_UNSUBSCRIBE" => Self::SelfUnsubscribe { service: service()? },
            "SELF_FETCH" => Self::SelfFetch,
            "SELF_SET_SEQ" => Self::SelfSetSeq { seq: serde_json::from_str::<Numbered>(text)?.seq },
            // The second of each is what the seed's prose says (CON-R12).
            "SERVICE_CREATE" | "CREATE_SERVICE" => {
                let Created { service, nickname } = serde_json::from_str(text)?;
                within("service", &service, limits::SERVICE)?;
                within("nickname", nickname.as_deref().unwrap_or_default(), limits::NICKNAME)?;
                Self::ServiceCreate { service, nickname }
            }
            "SERVICE_DELETE" | "DELETE_SERVICE" => Self::ServiceDelete { service: service()? },
            "SERVICE_FETCH" => Self::ServiceFetch { service: service()? },
            "SERVICE_FETCH_ALL" => Self::ServiceFetchAll,
            "CLIENT_FETCH" => Self::ClientFetch { uuid: serde_json::from_str::<OfClient>(text)?.uuid },
            "CLIENT_FETCH_ALL" => Self::ClientFetchAll,
            "MESSAGE" => {
                let Message { target, data } = serde_json::from_str(text)?;
                within("target", target.name().unwrap_or_default(), limits::SERVICE)?;
                Self::Message { target, data }
            }
            _ => return Err(Undecodable::UnknownType),
        })
    }
}

impl OfService {
    fn checked(self) -> Result<String, Undecodable> {
        within("service", &self.service, limits::SERVICE)?;
        Ok(self.service)
    }
}

/// Reads an object. An array, which serde also takes for one, is none here.
pub(super) fn object<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Undecodable> {
    let value = serde_json::from_str(text)?;
    if text.trim_start_matches([' ', '\t', '\n', '\r']).starts_with('{') {
        Ok(value)
    } else {
        Err(Undecodable::Malformed("expected an object".to_owned()))
    }
}

fn within(what: &str, text: &str, limit: usize) -> Result<(), Undecodable> {
    if text.len() <= limit || text.chars().count() <= limit {
        Ok(())
    } else {
        Err(Undecodable::Malformed(format!("`{what}` is longer than {limit} characters")))
    }
}

/// `null` counts as a missing member (CON-R23).
pub(super) fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

//! Whom a message is for.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Whom a message is for (CON-13, CON-R9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Target {
    /// The client of this name.
    Name {
        /// Exactly.
        name: String,
    },
    /// The client with this uuid.
    Uuid {
        /// Its uuid.
        uuid: Uuid,
    },
    /// Through a service: its owner reaches all subscribers, a subscriber reaches the owner (CON-14).
    Service {
        /// The service; older documents call it `name`.
        #[serde(alias = "name")]
        service: String,
    },
    /// One client, through a service that the sender owns.
    ServiceClientUuid {
        /// The service; older documents call it `name`.
        #[serde(alias = "name")]
        service: String,
        /// The client.
        uuid: Uuid,
    },
    /// Everybody, the sender included.
    All,
}

impl Target {
    /// The name in it, of a client or a service.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Name { name } => Some(name),
            Self::Service { service } | Self::ServiceClientUuid { service, .. } => Some(service),
            Self::Uuid { .. } | Self::All => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CON-13, CON-R9
    #[test]
    fn con_13_targets_are_written_as_they_are_read() {
        for text in [
            r#"{"type":"NAME","name":"sam"}"#,
            r#"{"type":"UUID","uuid":"6ba7b810-9dad-11d1-80b4-00c04fd430c8"}"#,
            r#"{"type":"SERVICE","service":"chat"}"#,
            r#"{"type":"SERVICE_CLIENT_UUID","service":"chat","uuid":"6ba7b810-9dad-11d1-80b4-00c04fd430c8"}"#,
            r#"{"type":"ALL"}"#,
        ] {
            let target: Target = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&target).unwrap(), text);
            assert_eq!(serde_json::from_str::<Target>(&text.replace("service\"", "name\"")).unwrap(), target);
        }
        for wrong in [r#"{"type":"NOPE"}"#, r#"{"name":"a"}"#, r#"{"type":"UUID","uuid":"zzz"}"#, "5", "null"]
        {
            assert!(serde_json::from_str::<Target>(wrong).is_err(), "{wrong}");
        }
    }
}

//! What everybody may know about clients and services.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A client (CON-35).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientInfo {
    /// Unique among those who are connected; compared exactly (CON-R29).
    pub name: String,
    /// How people call it.
    #[serde(default)]
    pub nickname: Option<String>,
    /// Given by the server, for as long as the client is connected.
    pub uuid: Uuid,
    /// What the client says about itself.
    #[serde(default, deserialize_with = "super::client::or_default")]
    pub tags: Vec<String>,
}

/// A service (CON-34).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceInfo {
    /// Unique among services; any text (CON-R28).
    pub name: String,
    /// How people call it.
    #[serde(default)]
    pub nickname: Option<String>,
    /// The client that created it.
    pub owner_uuid: Uuid,
    /// Who hears it, in no particular order (CON-R26).
    #[serde(default, deserialize_with = "super::client::or_default")]
    pub subscribers: Vec<Uuid>,
}

/// Where a message comes from. The server writes it; what a client claims is not looked at (CON-R9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Who sent it.
    #[serde(flatten)]
    pub client: ClientInfo,
    /// The service that it was sent through, if it was.
    #[serde(default)]
    pub service: Option<ServiceInfo>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";

    /// CON-35, CON-R23
    #[test]
    fn con_35_a_client_reads_absent_and_null_alike_and_writes_null() {
        let written = format!(r#"{{"name":"sam","nickname":null,"uuid":"{UUID}","tags":[]}}"#);
        let absent = format!(r#"{{"name":"sam","uuid":"{UUID}"}}"#);
        let nulls = format!(r#"{{"name":"sam","nickname":null,"uuid":"{UUID}","tags":null,"new":1}}"#);
        for text in [&written, &absent, &nulls] {
            let client: ClientInfo = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&client).unwrap(), written);
        }
    }

    /// CON-34, CON-33
    #[test]
    fn con_34_a_service_names_its_owner_and_subscribers_as_hyphenated_uuids() {
        let plain = UUID.replace('-', "").to_uppercase();
        let text = format!(r#"{{"name":"s","owner_uuid":"{plain}","subscribers":["{plain}"]}}"#);
        let service: ServiceInfo = serde_json::from_str(&text).unwrap();
        let written =
            format!(r#"{{"name":"s","nickname":null,"owner_uuid":"{UUID}","subscribers":["{UUID}"]}}"#);
        assert_eq!(serde_json::to_string(&service).unwrap(), written);
    }

    /// CON-R9, CON-R23
    #[test]
    fn con_r9_an_origin_without_a_service_says_null() {
        let text = format!(r#"{{"name":"sam","nickname":null,"uuid":"{UUID}","tags":["t"],"service":null}}"#);
        let origin: Origin = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(&origin).unwrap(), text);
        assert_eq!(serde_json::from_str::<Origin>(&text.replace(r#","service":null"#, "")).unwrap(), origin);
    }
}

//! Between this session's words and the payloads of the dialect.

use hearth_dialects::concierge::{self as wire, ClientPayload, Data, Identify, limits};
use uuid::Uuid;

use super::{Client, ConciergeConfig, NotSent, Origin, Service, Target};

/// Real servers close a connection for a longer frame (facts CON-R25).
const LONGEST_FRAME: usize = limits::PORTABLE_BYTES - 1;

/// Whether JSON writes the name as it is. Real servers cannot read a name with an escape (facts CON-R24).
pub(super) fn is_plain(name: &str) -> bool {
    !name.contains(escaped)
}

fn escaped(c: char) -> bool {
    c < ' ' || matches!(c, '"' | '\\')
}

/// What people read, without what JSON escapes and within the limits of servers.
fn cleaned(text: &str, longest: usize) -> String {
    text.chars().filter(|c| !escaped(*c)).take(longest).collect()
}

/// The text that introduces us.
pub(super) fn identification(config: &ConciergeConfig) -> String {
    let nickname = config.nickname.as_deref().map(|name| cleaned(name, limits::NICKNAME));
    ClientPayload::Identify(Identify {
        name: config.name.clone(),
        nickname: nickname.filter(|name| !name.is_empty()),
        version: wire::VERSION.to_owned(),
        secret: config.secret.clone(),
        tags: config.tags.iter().take(limits::TAGS).map(|tag| cleaned(tag, limits::TAG)).collect(),
    })
    .encode()
}

/// The text that asks for a service, if one can.
pub(super) fn creation(service: &str, nickname: Option<&str>) -> Option<String> {
    let nickname = nickname.map(|name| cleaned(name, limits::NICKNAME)).filter(|name| !name.is_empty());
    let text = ClientPayload::ServiceCreate { service: service.to_owned(), nickname }.encode();
    (is_plain(service) && text.len() <= LONGEST_FRAME).then_some(text)
}

/// The text of a message.
pub(super) fn message(target: &wire::Target, data: String) -> Result<String, NotSent> {
    if !target.name().is_none_or(is_plain) {
        return Err(NotSent::BadTarget);
    }
    let data = Data::new(data).map_err(|_| NotSent::NotJson)?;
    let text = ClientPayload::Message { target: target.clone(), data }.encode();
    if text.len() <= LONGEST_FRAME { Ok(text) } else { Err(NotSent::TooLong) }
}

/// As it is written on the wire. No client has what is no uuid.
pub(super) fn target(target: Target) -> Result<wire::Target, NotSent> {
    let parsed = |uuid: String| uuid.parse::<Uuid>().map_err(|_| NotSent::NoClient);
    Ok(match target {
        Target::Name { name } => wire::Target::Name { name },
        Target::Uuid { uuid } => wire::Target::Uuid { uuid: parsed(uuid)? },
        Target::Service { service } => wire::Target::Service { service },
        Target::ServiceClient { service, uuid } => {
            wire::Target::ServiceClientUuid { service, uuid: parsed(uuid)? }
        }
        Target::All => wire::Target::All,
    })
}

impl From<wire::Target> for Target {
    fn from(target: wire::Target) -> Self {
        match target {
            wire::Target::Name { name } => Self::Name { name },
            wire::Target::Uuid { uuid } => Self::Uuid { uuid: uuid.to_string() },
            wire::Target::Service { service } => Self::Service { service },
            wire::Target::ServiceClientUuid { service, uuid } => {
                Self::ServiceClient { service, uuid: uuid.to_string() }
            }
            wire::Target::All => Self::All,
        }
    }
}

impl From<wire::ClientInfo> for Client {
    fn from(client: wire::ClientInfo) -> Self {
        let wire::ClientInfo { name, nickname, uuid, tags } = client;
        Self { uuid: uuid.to_string(), name, nickname, tags }
    }
}

impl From<wire::ServiceInfo> for Service {
    fn from(service: wire::ServiceInfo) -> Self {
        let wire::ServiceInfo { name, nickname, owner_uuid, subscribers } = service;
        let subscribers = subscribers.iter().map(Uuid::to_string).collect();
        Self { name, nickname, owner: owner_uuid.to_string(), subscribers }
    }
}

impl From<wire::Origin> for Origin {
    fn from(origin: wire::Origin) -> Self {
        Self { client: origin.client.into(), service: origin.service.map(Service::from) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> ConciergeConfig {
        ConciergeConfig {
            url: "http://127.0.0.1".into(),
            name: "名前_2".into(),
            nickname: Some("Zoë \"🔥\"\n\u{2028}".into()),
            tags: vec!["a\\b".into()],
            secret: None,
            seed: 1,
        }
    }

    /// CON-R24, CON-21
    #[test]
    fn con_r24_printable_text_is_never_escaped() {
        let text = identification(&config());
        assert!(
            text.contains("\"名前_2\"") && text.contains("Zoë 🔥\u{2028}") && text.contains("\"ab\""),
            "{text}"
        );
        assert!(!text.contains('\\'), "{text}");
        let created = creation("é\u{7f} ü\u{a0}🔥", Some("日本 \t")).expect("a name");
        assert!(created.contains("é\u{7f} ü\u{a0}🔥") && !created.contains('\\'), "{created}");
    }

    /// CON-R24
    #[test]
    fn con_r24_what_would_be_escaped_is_refused() {
        for name in ["a\"b", "a\\b", "a\nb", "\u{1f}"] {
            assert_eq!(creation(name, None), None);
            for bad in [
                wire::Target::Name { name: name.into() },
                wire::Target::Service { service: name.into() },
                wire::Target::ServiceClientUuid { service: name.into(), uuid: Uuid::nil() },
            ] {
                assert_eq!(message(&bad, "1".into()), Err(NotSent::BadTarget));
            }
        }
        assert_eq!(target(Target::Uuid { uuid: "\"".into() }), Err(NotSent::NoClient));
    }

    /// CON-R25
    #[test]
    fn con_r25_a_frame_stays_below_64_kib() {
        let to_all = |bytes: usize| message(&wire::Target::All, format!("\"{}\"", "x".repeat(bytes)));
        let frame = to_all(1000).expect("short");
        let around = frame.len() - 1000;
        assert_eq!(to_all(65_535 - around).map(|frame| frame.len()), Ok(65_535));
        assert_eq!(to_all(65_536 - around), Err(NotSent::TooLong));
        assert_eq!(creation(&"x".repeat(70_000), None), None);
    }

    /// CON-R9
    #[test]
    fn con_r9_data_goes_out_byte_for_byte() {
        let data = r#"{ "b" : 1.0e2, "dup":1,"dup":2, "s":"\u00e9\/" }"#;
        let frame = message(&wire::Target::All, data.into()).expect("JSON");
        assert_eq!(frame, format!(r#"{{"type":"MESSAGE","target":{{"type":"ALL"}},"data":{data}}}"#));
        for wrong in ["", "{", "1 2", "{'a':1}"] {
            assert_eq!(message(&wire::Target::All, wrong.into()), Err(NotSent::NotJson));
        }
    }
}

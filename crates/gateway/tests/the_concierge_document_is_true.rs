//! `docs/protocol-concierge.md` names every payload, member, limit and close code, and the limits are those of the code.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;
use std::time::Duration;

use hearth_dialects::concierge::{
    ClientInfo, ClientPayload, CloseCode, FILE_KEY_HEADER, Origin, SUBPROTOCOL, ServerPayload, ServiceInfo,
    Target, VERSION, limits,
};
use hearth_gateway::concierge::BrokerConfig;
use hearth_gateway::server::FileLimits;
use uuid::Uuid;

const DOCUMENT: &str = include_str!("../../../docs/protocol-concierge.md");

fn words() -> BTreeSet<&'static str> {
    DOCUMENT.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect()
}

fn seconds(duration: Duration) -> u64 {
    duration.as_secs()
}

#[test]
fn every_payload_of_both_directions_is_named() {
    let words = words();
    for kind in ServerPayload::TYPES {
        assert!(words.contains(kind), "{kind}");
    }
    // Those that a client sends, from the one place that reads them.
    let source = include_str!("../../dialects/src/concierge/client.rs");
    let decode = source.split_once("Ok(match &*kind {").unwrap().1.split_once("_ => return Err").unwrap().0;
    let kinds: BTreeSet<&str> = decode
        .split('"')
        .filter(|text| text.len() > 4 && text.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
        .collect();
    assert_eq!(kinds.len(), 14, "{kinds:?}");
    for kind in kinds {
        assert!(words.contains(kind), "{kind}");
        let text = format!(r#"{{"type":"{kind}"}}"#);
        let unknown = hearth_dialects::concierge::Undecodable::UnknownType;
        assert_ne!(ClientPayload::decode(&text).err(), Some(unknown), "{kind} is read");
    }
}

#[test]
fn every_member_and_target_is_named() {
    let client = ClientInfo { name: String::new(), nickname: None, uuid: Uuid::nil(), tags: Vec::new() };
    let service =
        ServiceInfo { name: String::new(), nickname: None, owner_uuid: Uuid::nil(), subscribers: Vec::new() };
    let origin = Origin { client, service: Some(service) };
    let mut texts = vec![serde_json::to_string(&origin).unwrap()];
    for target in [
        Target::All,
        Target::Name { name: String::new() },
        Target::Uuid { uuid: Uuid::nil() },
        Target::Service { service: String::new() },
        Target::ServiceClientUuid { service: String::new(), uuid: Uuid::nil() },
    ] {
        texts.push(serde_json::to_string(&target).unwrap());
    }
    let words = words();
    for text in texts {
        let named = text.split('"').filter(|part| part.len() > 2 && !part.contains([':', ',', '{', '-']));
        for name in named {
            assert!(words.contains(name), "{name}");
        }
    }
}

#[test]
fn every_close_code_has_its_row() {
    for close in CloseCode::NAMED {
        let row = format!("| {} | {}", close.code(), close.reason());
        assert!(DOCUMENT.contains(row.trim_end()), "{row}");
    }
}

#[test]
fn limits_and_times_are_those_of_the_code() {
    let config = BrokerConfig::default();
    let files = FileLimits::default();
    const MIB: u64 = 1024 * 1024;
    for said in [
        format!("| `name` | 1–{} characters", limits::NAME),
        format!("| `nickname?` | ≤ {} characters", limits::NICKNAME),
        format!("≤ {} texts of ≤ {} characters", limits::TAGS, limits::TAG),
        format!("any text of ≤ {} characters", limits::SERVICE),
        format!("`nickname` of a service ≤ {} characters", limits::NICKNAME),
        format!("`desc`, ≤ {} characters", limits::DESCRIPTION),
        format!("| a message | {} KiB | closed with 1009", limits::MESSAGE_BYTES / 1024),
        format!("stay under {} KiB", limits::PORTABLE_BYTES / 1024),
        format!("within {} s of connecting", seconds(config.identify)),
        format!("The server pings every {} s", seconds(config.ping)),
        format!("after {} s without one", seconds(config.silence)),
        format!("| clients | {} | closed with 1013", config.clients),
        format!("| sockets that have not identified | {} |", config.waiting),
        format!(
            "| wrong secrets of an address | {} in {} s |",
            config.guesses.count,
            seconds(config.guesses.per)
        ),
        format!("| services | {}; {} of one client", config.services, config.services_per_client),
        format!(
            "| subscriptions | {}; {} of one client",
            config.subscriptions, config.subscriptions_per_client
        ),
        format!("a file over {} MiB; over {} files", files.file / MIB, files.files),
        format!("{} MiB of a client, or {} MiB of all", files.client / MIB, files.total / MIB),
        format!("`{SUBPROTOCOL}`"),
        format!("`{FILE_KEY_HEADER}`"),
        format!("`version` (\"{VERSION}\")"),
    ] {
        assert!(DOCUMENT.contains(&said), "{said}");
    }
}

/// What is on its way is bounded as the document says.
#[test]
fn the_bounds_of_what_waits_are_those_of_the_code() {
    let desk = include_str!("../src/server/concierge/desk.rs");
    let courier = include_str!("../src/server/concierge/courier.rs");
    for (source, written, said) in [
        (desk, "const MARK: usize = 1024 * 1024;", "less than 1 MiB"),
        (desk, "const LOAD: usize = 32 * 1024;", "may have 32 MiB together"),
        (desk, "const LIGHT: usize = 4 * 1024;", "larger than 4 KiB"),
        (desk, "const LAG: usize = 16 * 1024;", "more than 16 KiB waiting"),
        (courier, "const STALL: Duration = Duration::from_secs(5);", "takes nothing for 5 s"),
        (courier, "const IDLE: Duration = Duration::from_secs(15);", "takes nothing for 15 s"),
        (courier, "const SLOW: Duration = Duration::from_secs(30);", "holds them up for 30 s"),
    ] {
        assert!(source.contains(written), "{written}");
        assert!(DOCUMENT.contains(said), "{said}");
    }
}

//! How a socket becomes a client, and how it does not.

use std::time::Duration;

use hearth_gateway::concierge::{Access, BrokerConfig, Population};
use hearth_gateway::hub::{ConnectionId, RateLimit};
use serde_json::json;

use crate::world::{Got, World};

/// What a new socket is closed with that says this first.
fn refused(world: &mut World, text: &str) -> Option<u16> {
    refused_from(world, "192.0.2.1", text)
}

fn refused_from(world: &mut World, address: &str, text: &str) -> Option<u16> {
    let id = world.open_from(address);
    world.text(id, text);
    match world.got(id) {
        Some(Got::Closed(code)) => Some(code),
        Some(Got::Text(_)) => None,
        other => panic!("{other:?}"),
    }
}

fn identify(name: &str, version: &str, secret: Option<&str>) -> String {
    json!({ "type": "IDENTIFY", "name": name, "version": version, "secret": secret, "tags": [] }).to_string()
}

/// CON-02, CON-07
#[test]
fn con_02_con_07_who_does_not_identify_in_five_seconds_is_closed_with_4004() {
    let mut world = World::new();
    let id = world.open();
    world.pass(Duration::from_millis(4_999));
    assert_eq!(world.got(id), None);
    world.pass(Duration::from_millis(1));
    assert_eq!(world.got(id), Some(Got::Closed(4004)));
    assert_eq!(world.broker.population().waiting, 0);
}

/// CON-03, CON-06, CON-R2, CON-R3
#[test]
fn con_03_con_06_anything_else_before_is_closed_with_4003() {
    let mut world = World::new();
    for text in [
        r#"{"type":"SELF_FETCH"}"#,
        r#"{"type":"SERVICE_CREATE","service":"s"}"#,
        r#"{"type":"MESSAGE","target":{"type":"ALL"},"data":1}"#,
    ] {
        assert_eq!(refused(&mut world, text), Some(4003), "{text}");
    }
    let id = world.open();
    world.broker.receive_binary(world.now, ConnectionId(id));
    world.collect();
    assert_eq!(world.got(id), Some(Got::Closed(4003)));
    let pinging = world.open();
    world.broker.heard(world.now, ConnectionId(pinging));
    world.collect();
    assert_eq!(world.got(pinging), None, "a ping is no payload");
}

/// CON-05, CON-R1
#[test]
fn con_05_what_cannot_be_decoded_is_closed_with_4002() {
    let mut world = World::new();
    for text in [
        "hello",
        "",
        "[]",
        r#"{"type":"NOPE"}"#,
        r#"{"type":"identify","name":"x","version":"0.2.0"}"#,
        r#"{"type":"IDENTIFY","name":"x","tags":[]}"#,
        r#"{"type":"IDENTIFY","version":"0.2.0"}"#,
    ] {
        assert_eq!(refused(&mut world, text), Some(4002), "{text}");
    }
}

/// CON-08, CON-R29
#[test]
fn con_08_a_name_belongs_to_one_client_until_it_leaves() {
    let mut world = World::new();
    let sam = world.client("sam");
    assert_eq!(refused(&mut world, &identify("sam", "0.2.0", None)), Some(4005));
    assert_eq!(refused(&mut world, &identify("SAM", "0.2.0", None)), None, "compared exactly");
    world.disconnect(&sam);
    assert_eq!(refused(&mut world, &identify("sam", "0.2.0", None)), None, "free at once");
}

/// CON-09
#[test]
fn con_09_whoever_guesses_the_secret_too_often_is_not_heard_for_a_while_whatever_it_says() {
    let guesses = RateLimit { count: 2, per: Duration::from_secs(60) };
    let config = BrokerConfig { secret: Some("s3cret".into()), guesses, ..BrokerConfig::default() };
    let mut world = World::with(config);
    let (right, wrong) = (identify("sam", "0.2.0", Some("s3cret")), identify("eve", "0.2.0", Some("guess")));
    for _ in 0..9 {
        let id = world.open();
        world.text(id, &right);
        assert_eq!(world.next(id)["type"], "HELLO", "who knows it may come as often as it likes");
        world.broker.disconnect(ConnectionId(id));
        world.collect();
    }
    assert_eq!(refused(&mut world, &wrong), Some(4006));
    assert_eq!(refused(&mut world, &wrong), Some(4006));
    for text in [&wrong, &right] {
        assert_eq!(refused(&mut world, text), Some(1013));
    }
    assert_eq!(refused_from(&mut world, "192.0.2.2", &wrong), Some(4006), "others are not concerned");
    world.pass(Duration::from_secs(30));
    assert_eq!(refused(&mut world, &wrong), Some(4006), "there is one more");
    assert_eq!(refused(&mut world, &right), Some(1013));
    world.pass(Duration::from_secs(30));
    assert_eq!(refused(&mut world, &right), None);
}

/// CON-09
#[test]
fn con_09_another_secret_sends_everybody_away_and_none_or_the_same_nobody() {
    let mut world = World::new();
    let (sam, waiting) = (world.client("sam"), world.open());
    world.broker.admit(Access { open: true, secret: Some("s3cret".into()) });
    world.collect();
    for id in [sam.id, waiting] {
        assert_eq!(world.got(id), Some(Got::Closed(4006)));
    }
    assert_eq!(refused(&mut world, &identify("sam", "0.2.0", None)), Some(4006));
    assert_eq!(refused(&mut world, &identify("sam", "0.2.0", Some("s3cret"))), None);
    world.broker.admit(Access { open: true, secret: Some("s3cret".into()) });
    world.broker.admit(Access { open: true, secret: None });
    world.collect();
    assert_eq!(world.broker.population().clients, 1);
    assert_eq!(refused(&mut world, &identify("eve", "0.2.0", None)), None);
}

#[test]
fn a_concierge_that_is_closed_sends_everybody_away_for_good_and_can_be_opened_again() {
    let mut world = World::new();
    let sam = world.client("sam");
    world.broker.admit(Access { open: false, secret: None });
    world.collect();
    assert_eq!(world.got(sam.id), Some(Got::Closed(4011)));
    let late = world.open();
    assert_eq!(world.got(late), Some(Got::Closed(4011)));
    assert_eq!((world.broker.population(), world.broker.poll_timeout()), (Population::default(), None));
    world.broker.admit(Access { open: true, secret: None });
    world.client("sam");
}

/// CON-09, CON-R4, CON-R5
#[test]
fn con_09_the_secret_is_checked_after_the_name_and_before_the_version() {
    let mut world = World::with(BrokerConfig { secret: Some("s3cret".into()), ..BrokerConfig::default() });
    for (name, version, secret, code) in [
        ("sam", "0.2.0", None, Some(4006)),
        ("sam", "0.2.0", Some(""), Some(4006)),
        ("sam", "0.2.0", Some("wrong"), Some(4006)),
        ("sam", "9.9.9", Some("s3cret "), Some(4006)),
        ("n n", "9.9.9", Some("wrong"), Some(4008)),
        ("", "0.2.0", Some("s3cret"), Some(4008)),
        ("sam", "9.9.9", Some("s3cret"), Some(4007)),
        ("sam", "0.2.0", Some("s3cret"), None),
        ("sam", "9.9.9", Some("s3cret"), Some(4007)),
        ("sam", "0.2.0", Some("s3cret"), Some(4005)),
    ] {
        assert_eq!(
            refused(&mut world, &identify(name, version, secret)),
            code,
            "{name} {version} {secret:?}"
        );
    }
    let mut open = World::new();
    assert_eq!(refused(&mut open, &identify("sam", "0.2.0", Some("any"))), None, "without one it is ignored");
}

/// CON-10, CON-R6
#[test]
fn con_10_a_version_that_is_none_is_closed_with_4007_and_nobody_notices() {
    let mut world = World::new();
    let alice = world.client("alice");
    for version in ["abc", "", "0.3.0", "0.2.0-rc.1"] {
        assert_eq!(refused(&mut world, &identify("mallory", version, None)), Some(4007), "{version}");
    }
    assert!(world.all(&alice).is_empty());
}

/// CON-11, CON-33, CON-45, CON-R17
#[test]
fn con_11_con_45_a_client_gets_its_uuid_and_the_others_hear_of_it() {
    let mut world = World::new();
    let alice = world.client("alice");
    let id = world.open();
    world.text(
        id,
        r#"{"type":"IDENTIFY","name":"bob","nickname":"Bob","version":"0.2.7","tags":["babylon"],"extra":1}"#,
    );
    let hello = world.next(id);
    let uuid = hello["uuid"].as_str().unwrap();
    assert_eq!(uuid.len(), 36, "hyphenated");
    assert_ne!(uuid, alice.uuid);
    assert_eq!(hello, json!({ "type": "HELLO", "uuid": uuid, "version": "0.2.0" }), "no number");
    assert_eq!(world.got(id), None, "the newcomer is not told of itself");
    let client = json!({ "name": "bob", "nickname": "Bob", "uuid": uuid, "tags": ["babylon"] });
    assert_eq!(world.all(&alice), [json!({ "type": "CLIENT_JOINED", "client": client })]);
}

//! What there can be, and what is answered when there is more.

use hearth_dialects::concierge::{CloseCode, limits};
use hearth_gateway::concierge::{BrokerConfig, Population};
use serde_json::json;

use crate::world::{Got, World, kinds};

fn small() -> BrokerConfig {
    BrokerConfig {
        clients: 2,
        waiting: 2,
        services: 3,
        services_per_client: 2,
        subscriptions: 3,
        subscriptions_per_client: 2,
        ..BrokerConfig::default()
    }
}

#[test]
fn more_clients_or_sockets_than_there_can_be_are_told_to_try_later() {
    let mut world = World::with(small());
    let (a, _b) = (world.client("a"), world.client("b"));
    let (first, second, third) = (world.open(), world.open(), world.open());
    assert_eq!(world.got(third), Some(Got::Closed(1013)));
    world.text(first, r#"{"type":"IDENTIFY","name":"c","version":"0.2.0"}"#);
    assert_eq!(world.got(first), Some(Got::Closed(1013)));
    world.disconnect(&a);
    world.forget();
    world.text(second, r#"{"type":"IDENTIFY","name":"c","version":"0.2.0"}"#);
    assert_eq!(world.next(second)["type"], "HELLO");
}

/// CON-49
#[test]
fn con_49_more_services_and_subscriptions_than_there_can_be_are_an_internal_error() {
    let mut world = World::with(small());
    let (a, b) = (world.client("a"), world.client("b"));
    let create = |name: &str| json!({ "type": "SERVICE_CREATE", "service": name });
    let subscribe = |name: &str| json!({ "type": "SELF_SUBSCRIBE", "service": name });
    let created = ["SERVICE_CREATE_RESULT", "SERVICE_CREATE_RESULT"];
    assert_eq!(kinds(&world.ask(&a, create("1"))), created);
    assert_eq!(kinds(&world.ask(&a, create("2"))), created);
    let full = world.ask(&a, create("3"));
    assert_eq!(
        full,
        [json!({ "seq": 2, "type": "ERROR_INTERNAL", "desc": "no more services are possible" })]
    );
    assert_eq!(kinds(&world.ask(&b, create("3"))), created);
    assert_eq!(kinds(&world.ask(&b, create("4"))), ["ERROR_INTERNAL"], "all together have as many");

    let subscribed = ["SELF_SUBSCRIBE_RESULT", "SERVICE_CLIENT_SUBSCRIBED"];
    assert_eq!(kinds(&world.ask(&a, subscribe("1"))), subscribed);
    assert_eq!(kinds(&world.ask(&a, subscribe("3"))), subscribed);
    assert_eq!(kinds(&world.ask(&a, subscribe("2"))), ["ERROR_INTERNAL"]);
    assert_eq!(kinds(&world.ask(&a, subscribe("1"))), ["SELF_SUBSCRIBE_RESULT"], "it is subscribed already");
    assert_eq!(kinds(&world.ask(&b, subscribe("1"))), subscribed);
    assert_eq!(kinds(&world.ask(&b, subscribe("2"))), ["ERROR_INTERNAL"]);
}

/// CON-R5
#[test]
fn con_r5_long_names_nicknames_and_tags_are_closed_with_4008() {
    let mut world = World::new();
    let long = |length: usize| "ü".repeat(length);
    for identify in [
        json!({ "name": long(limits::NAME + 1) }),
        json!({ "name": "a", "nickname": long(limits::NICKNAME + 1) }),
        json!({ "name": "a", "tags": vec!["t"; limits::TAGS + 1] }),
        json!({ "name": "a", "tags": [long(limits::TAG + 1)] }),
    ] {
        let mut identify = identify;
        identify["type"] = json!("IDENTIFY");
        identify["version"] = json!("0.2.0");
        let id = world.open();
        world.text(id, &identify.to_string());
        assert_eq!(world.got(id), Some(Got::Closed(4008)), "{identify}");
    }
    let id = world.open();
    let most = json!({
        "type": "IDENTIFY", "version": "0.2.0", "name": long(limits::NAME), "nickname": long(limits::NICKNAME),
        "tags": vec![long(limits::TAG); limits::TAGS],
    });
    world.text(id, &most.to_string());
    assert_eq!(world.next(id)["type"], "HELLO");
}

/// CON-04
#[test]
fn con_04_the_end_closes_everybody_and_leaves_nothing() {
    let mut world = World::new();
    let client = world.client("a");
    let waiting = world.open();
    world.broker.close_all(CloseCode::GoingAway);
    world.collect();
    assert_eq!(world.got(client.id), Some(Got::Closed(1001)));
    assert_eq!(world.got(waiting), Some(Got::Closed(1001)));
    assert_eq!(world.broker.population(), Population::default());
    assert_eq!(world.broker.poll_timeout(), None);
    assert_eq!(CloseCode::Unknown.code(), 4000, "and nothing here is answered with an error of its own");
}

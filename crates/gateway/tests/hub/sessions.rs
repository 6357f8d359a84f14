//! Hello, heartbeat, rates, broken frames, and the clock.

use std::time::Duration;

use hearth_gateway::hub::{AddressLimits, ConnectionId, HubConfig, Output, Peer, RateLimit, Stored};
use serde_json::{Value, json};

use crate::table::Table;

// PUFF-10, PUFF-62
#[test]
fn the_first_frame_is_a_hello_with_our_extension() {
    let mut table = Table::new();
    table.hub.connect(table.now, ConnectionId(99), Peer::LOOPBACK);
    let Some(Output::Send { to, text }) = table.hub.poll_output() else { panic!("nothing was sent") };
    let hello: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((to, &hello["op"]), (ConnectionId(99), &json!(0)));
    assert_eq!(hello["d"]["heartbeat_interval"], 10_000);
    assert_eq!(hello["d"]["hearth"]["server_time"], table.now.unix_ms);
    assert!(text.starts_with(r#"{"op":0,"d":{"session_id":""#), "{text}");
}

// PUFF-12
#[test]
fn a_silent_socket_is_closed_with_4002() {
    let mut table = Table::new();
    let (_, [a, b]) = table.group([false, false]);
    table.silence(&b);
    table.advance_secs(31);
    assert_eq!(table.closed_with(&b), Some(4002));
    assert_eq!(table.closed_with(&a), None);
    assert_eq!(table.taken(&a, "GROUP_USER_UPDATE")[0]["disconnected"], true);
}

// PUFF-11, PUFF-12
#[test]
fn a_beating_socket_stays_open_for_an_hour() {
    let mut table = Table::new();
    let a = table.connect();
    table.advance_secs(3600);
    assert_eq!(table.closed_with(&a), None);
}

// PUFF-12
#[test]
fn any_frame_counts_as_a_sign_of_life() {
    let mut table = Table::new();
    let (_, [_, b]) = table.group([false, true]);
    table.silence(&b);
    for _ in 0..20 {
        table.advance_secs(6);
        table.state(&b, 5);
    }
    assert_eq!(table.closed_with(&b), None);
}

// PUFF-62
#[test]
fn a_clock_ping_is_answered_with_the_gateways_time() {
    let mut table = Table::new();
    let a = table.connect();
    table.advance(Duration::from_millis(1_234));
    table.send(&a, 421, json!({ "client_time": 5 }));
    let server_time = table.now.unix_ms;
    assert_eq!(table.take(&a), [("CLOCK".into(), json!({ "client_time": 5, "server_time": server_time }))]);
}

/// Sends `count` of the same frame, and counts how many were refused as too fast.
fn refused(table: &mut Table, client: &crate::table::Client, op: u16, d: &Value, count: usize) -> usize {
    table.clear();
    for _ in 0..count {
        table.send(client, op, d.clone());
    }
    table.taken(client, "RATE_LIMITED").iter().filter(|limited| limited["op"] == op).count()
}

// PUFF-58
#[test]
fn the_table_of_rates_row_by_row() {
    let rows: [(u16, Value, usize, u64); 15] = [
        (1, json!({ "group_id": "nowhere" }), 2, 5),
        (4, json!({ "battery": 5 }), 250, 10),
        (5, json!({ "name": "x" }), 10, 10),
        (6, json!({ "away": false }), 10, 10),
        (7, Value::Null, 10, 10),
        (8, Value::Null, 3, 10),
        (9, Value::Null, 1, 10),
        (10, Value::Null, 10, 10),
        (11, json!({ "content": "x" }), 10, 10),
        (12, Value::Null, 3, 10),
        (14, json!({ "emoji": "🔥" }), 15, 5),
        (16, json!({ "session_id": "nobody" }), 5, 10),
        (17, json!({ "session_id": "nobody" }), 10, 10),
        (20, json!({ "token": "x" }), 2, 60),
        (22, json!({ "id": "device_x" }), 2, 30),
    ];
    for (op, d, count, seconds) in rows {
        let mut table = Table::new();
        let (_, [a]) = table.group([true]);
        table.advance_secs(60);
        assert_eq!(refused(&mut table, &a, op, &d, count), 0, "{op}");
        assert_eq!(refused(&mut table, &a, op, &d, 1), 1, "{op}");
        table.advance_secs(seconds);
        assert_eq!(refused(&mut table, &a, op, &d, 1), 0, "{op}");
    }
}

// PUFF-58
#[test]
fn creating_is_limited_to_one_in_thirty_seconds() {
    let mut table = Table::new();
    let a = table.connect();
    assert_eq!(refused(&mut table, &a, 2, &json!({}), 2), 1);
    table.send(&a, 7, Value::Null);
    table.advance_secs(30);
    assert_eq!(refused(&mut table, &a, 2, &json!({}), 1), 0);
}

// PUFF-16, PUFF-59
#[test]
fn an_address_that_opens_too_many_sockets_is_turned_away() {
    let three = RateLimit { count: 3, per: Duration::from_secs(60) };
    let address = AddressLimits { connects: three, ..AddressLimits::default() };
    let mut table = Table::with(HubConfig { address, ..HubConfig::default() });
    let far = Peer { address: "203.0.113.7".parse().unwrap(), ..Peer::LOOPBACK };
    let clients: Vec<_> = (0..4).map(|_| table.connect_from(far)).collect();
    let closed: Vec<_> = clients.iter().map(|client| table.closed_with(client)).collect();
    assert_eq!(closed, [None, None, None, Some(1013)]);
    table.advance_secs(61);
    let later = table.connect_from(far);
    assert_eq!(table.closed_with(&later), None);
}

// PUFF-59
#[test]
fn reconnecting_does_not_reset_the_limit_on_guessing_codes() {
    let mut table = Table::new();
    let far = Peer { address: "203.0.113.7".parse().unwrap(), ..Peer::LOOPBACK };
    let mut refused = 0;
    for _ in 0..80 {
        let client = table.connect_from(far);
        table.send(&client, 1, json!({ "group_id": "aaaaaa" }));
        refused += table.taken(&client, "RATE_LIMITED").len();
    }
    assert_eq!(refused, 20);
}

// PUFF-04
#[test]
fn a_broken_frame_costs_only_itself() {
    let mut table = Table::new();
    let (_, [a, b]) = table.group([true, false]);
    let too_long = format!(r#"{{"op":11,"d":{{"content":"{}"}}}}"#, "x".repeat(70_000));
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let frames = [
        "null",
        "[]",
        "5",
        "\"x\"",
        "true",
        "{}",
        "{not json",
        "",
        "\u{0}",
        r#"{"op":null}"#,
        r#"{"op":-1}"#,
        r#"{"op":1e999}"#,
        r#"{"op":99}"#,
        r#"{"op":0}"#,
        r#"{"op":3}"#,
        r#"{"op":"x"}"#,
        r#"{"op":1}"#,
        r#"{"op":1,"d":null}"#,
        r#"{"op":1,"d":[]}"#,
        r#"{"op":1,"d":{"group_id":5}}"#,
        r#"{"op":4,"d":null}"#,
        r#"{"op":4,"d":{"battery":"76"}}"#,
        r#"{"op":4,"d":{"battery":1e308}}"#,
        r#"{"op":4,"d":{"state":-1}}"#,
        r#"{"op":4,"d":{"profile":{"name":"x"}}}"#,
        r#"{"op":5,"d":5}"#,
        r#"{"op":6,"d":{"strain":5}}"#,
        r#"{"op":13,"d":{"session_id":"x","session_token":5}}"#,
        r#"{"op":16,"d":{}}"#,
        r#"{"op":17}"#,
        r#"{"op":20}"#,
        r#"{"op":22}"#,
        r#"{"op":421}"#,
        &too_long,
        &deep,
    ];
    for frame in frames {
        table.send_raw(&a, frame);
    }
    assert_eq!(table.names(&b), [] as [String; 0], "nobody else hears of it");
    assert!(table.take(&a).iter().all(|(name, _)| name.ends_with("_ERROR") || name == "RATE_LIMITED"));
    assert_eq!(table.closed_with(&a), None);
    table.send(&a, 11, json!({ "content": "still here" }));
    assert_eq!(table.names(&b), ["GROUP_MESSAGE"]);
}

#[test]
fn frames_of_a_socket_that_is_not_there_are_nothing() {
    let mut table = Table::new();
    let a = table.connect();
    table.drop_socket(&a);
    table.send(&a, 2, json!({}));
    table.drop_socket(&a);
    assert_eq!(table.hub.population().groups, 0);
}

#[test]
fn nothing_is_left_when_everybody_is_gone() {
    let mut table = Table::new();
    let (_, [a, b]) = table.group([true, true]);
    table.send(&a, 22, json!({ "id": "device_x" }));
    table.drop_socket(&a);
    table.drop_socket(&b);
    table.advance_secs(60);
    assert_eq!(table.hub.stored(table.now), Stored::default());
    let left = table.hub.population();
    assert_eq!((left.connections, left.sessions), (0, 0));
    assert_eq!((left.groups, left.watched_devices), (0, 0));
    assert_eq!(table.hub.poll_timeout(), None);
}

// PUFF-14
#[test]
fn shutting_down_closes_every_socket_with_1001() {
    let mut table = Table::new();
    let (_, [a, b]) = table.group([false, false]);
    table.hub.close_all();
    table.advance(Duration::ZERO);
    table.send(&a, 420, Value::Null);
    assert_eq!((table.closed_with(&a), table.closed_with(&b)), (Some(1001), Some(1001)));
}

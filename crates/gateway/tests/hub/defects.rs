//! The defects of the recorded gateways (facts/puff-gateway.md §10) that concern the core, each as the behaviour
//! that this one has instead. Those that other files hold by their rule are not repeated here.

use std::time::Duration;

use hearth_gateway::hub::{ConnectionId, HubConfig, Output, Peer};
use serde_json::{Value, json};

use crate::table::{ALL, Table, device};

#[test]
fn defect_1_no_frame_ends_the_gateway() {
    let mut table = Table::new();
    let (_, [a, b]) = table.group([true, false]);
    for frame in [
        "null",
        r#"{"op":1}"#,
        r#"{"op":2}"#,
        r#"{"op":13,"d":{"session_id":"no uuid","session_token":"x"}}"#,
        r#"{"op":17,"d":{"session_id":"no uuid"}}"#,
        r#"{"op":20}"#,
        r#"{"op":20,"d":{"token":"x"}}"#,
        r#"{"op":22,"d":{"id":"no underscore"}}"#,
    ] {
        table.send_raw(&a, frame);
    }
    table.send(&a, 6, json!({ "strain": "x".repeat(49) }));
    table.clear();
    table.send(&b, 11, json!({ "content": "alive" }));
    assert_eq!(table.names(&a), ["GROUP_MESSAGE"]);
}

#[test]
fn defect_3_a_kick_reaches_only_the_own_group() {
    let mut table = Table::new();
    let (_, [a]) = table.group([false]);
    let (_, [d, e]) = table.group([false, false]);
    table.send(&a, 17, json!({ "session_id": e.session }));
    assert_eq!(table.error(&a).unwrap(), "USER_NOT_IN_GROUP");
    assert_eq!(table.names(&e), [] as [String; 0]);
    table.send(&e, 11, json!({ "content": "still in" }));
    assert_eq!(table.names(&d), ["GROUP_MESSAGE"]);
}

#[test]
fn defect_6_a_serial_number_never_leaves() {
    let mut table = Table::new();
    let (code, [a, b]) = table.group([true, true]);
    table.send(&a, 4, json!({ "serialNumber": "ANOTHER-SECRET" }));
    assert_eq!(table.names(&b), [] as [String; 0], "there is nothing else to tell");
    let c = table.connect();
    table.send(&c, 1, json!({ "group_id": code }));
    table.send(&b, 7, Value::Null);
    let everything = [&a, &b, &c].map(|client| json!(table.taken(client, ALL)).to_string()).concat();
    assert!(everything.contains("device_state"), "{everything}");
    assert!(!everything.contains("SECRET") && !everything.contains("serialNumber"), "{everything}");
}

#[test]
fn a_desert_is_told_from_an_onyx_by_its_serial_number() {
    let mut table = Table::new();
    let (_, [a, b]) = table.group([false, false]);
    table.send(&a, 4, json!({ "serialNumber": "7412345", "deviceModel": "13" }));
    assert_eq!(table.taken(&b, ALL)[0]["device_state"], json!({ "deviceModel": "15" }));
    let mut split = Table::new();
    let (_, [a, b]) = split.group([false, false]);
    split.send(&a, 4, json!({ "deviceModel": "13" }));
    split.send(&a, 4, json!({ "serialNumber": "7412345" }));
    let models = split.taken(&b, ALL);
    assert_eq!(models[0]["device_state"]["deviceModel"], "13");
    assert_eq!(models[1]["device_state"]["deviceModel"], "15");
}

#[test]
fn defect_6_a_device_does_not_follow_into_the_next_group() {
    let mut table = Table::new();
    let (_, [a, _b]) = table.group([true, false]);
    let (next, [_c]) = table.group([false]);
    table.send(&a, 7, Value::Null);
    table.send(&a, 1, json!({ "group_id": next }));
    assert_eq!(table.hub.group(&next).unwrap().sesher_count, 0);
}

#[test]
fn defect_7_frames_of_one_socket_are_executed_in_order() {
    let mut table = Table::new();
    let (code, [a]) = table.group([false]);
    let b = table.connect();
    let frames = [
        json!({ "op": 1, "d": { "group_id": code } }),
        json!({ "op": 4, "d": device(5) }),
        json!({ "op": 11, "d": { "content": "hi" } }),
        json!({ "op": 7 }),
    ];
    for frame in frames {
        table.hub.receive(table.now, b.connection, &frame.to_string());
    }
    table.advance(Duration::ZERO);
    table.send(&b, 420, Value::Null);
    assert_eq!(
        table.names(&a),
        ["GROUP_USER_JOIN", "GROUP_USER_DEVICE_UPDATE", "GROUP_MESSAGE", "GROUP_USER_LEFT", "GROUP_UPDATE"]
    );
}

#[test]
fn defect_8_away_watchers_do_not_make_a_sesh_start_without_the_others() {
    let mut table = Table::new();
    let (code, [a, b, watcher]) = table.group([true, true, false]);
    table.send(&watcher, 6, json!({ "away": true }));
    table.send(&a, 8, Value::Null);
    table.state(&a, 6);
    assert_eq!(table.phase(&code), "awaiting");
    table.state(&b, 6);
    assert_eq!(table.phase(&code), "seshing");
}

#[test]
fn defect_8_an_unplugged_member_is_never_told_to_heat() {
    let mut table = Table::new();
    let (_, [a, b, c]) = table.group([true, true, true]);
    table.send(&a, 8, Value::Null);
    table.state(&b, 6);
    table.send(&b, 10, Value::Null);
    table.state(&a, 6);
    table.clear();
    table.state(&c, 6);
    let start = table.taken(&b, "GROUP_START_HEATING").remove(0);
    assert_eq!((&start["excluded"], &start["watcher"]), (&json!(true), &json!(true)));
}

#[test]
fn defect_10_a_deleted_group_strands_nobody() {
    let mut table = Table::new();
    let (code, [a, b]) = table.group([true, true]);
    table.send(&a, 15, Value::Null);
    let gone = [("GROUP_DELETE".to_owned(), json!({ "group_id": code }))];
    assert_eq!(table.take(&a), gone);
    assert_eq!(table.take(&b), gone);
    table.advance_secs(30);
    for client in [&a, &b] {
        table.send(client, 2, json!({}));
        assert_eq!(table.names(client), ["GROUP_CREATE", "JOINED_GROUP"]);
    }
}

#[test]
fn defect_11_a_group_that_turns_private_leaves_the_list() {
    let mut table = Table::new();
    let (a, lobby) = (table.connect(), table.connect());
    table.send(&a, 2, json!({ "visibility": "public" }));
    table.advance_secs(1);
    table.clear();
    table.send(&a, 5, json!({ "visibility": "private" }));
    assert_eq!(table.taken(&lobby, "PUBLIC_GROUPS_UPDATE"), [json!([])]);
    let changed = json!({ "visibility": "private", "session_id": a.session });
    assert_eq!(table.taken(&a, "GROUP_VISIBILITY_CHANGE"), [changed]);
}

#[test]
fn defect_11_many_renames_are_few_lists() {
    let mut table = Table::new();
    let (a, lobby) = (table.connect(), table.connect());
    table.send(&a, 2, json!({ "visibility": "public" }));
    table.advance_secs(1);
    table.clear();
    for i in 0..10 {
        table.send(&a, 5, json!({ "name": format!("name {i}") }));
    }
    table.advance_secs(1);
    let lists = table.taken(&lobby, "PUBLIC_GROUPS_UPDATE");
    assert_eq!(lists.len(), 2);
    assert_eq!(lists[1][0]["name"], "name 9", "the last one is not lost");
}

#[test]
fn defect_11_the_list_has_an_end() {
    let mut table = Table::with(HubConfig { public_list_length: 3, ..HubConfig::default() });
    for _ in 0..5 {
        let client = table.connect();
        table.send(&client, 2, json!({ "visibility": "public" }));
    }
    assert_eq!(table.hub.public_groups().len(), 3);
}

#[test]
fn defect_14_the_number_of_members_is_a_number() {
    let mut table = Table::new();
    let (code, [_, _]) = table.group([true, false]);
    let group = serde_json::to_value(table.hub.group(&code).unwrap()).unwrap();
    assert_eq!((&group["member_count"], &group["sesher_count"]), (&json!(2), &json!(1)));
}

#[test]
fn a_frame_for_many_is_encoded_once() {
    let mut table = Table::new();
    let (_, [a, _b, _c]) = table.group([true, false, false]);
    table.hub.receive(table.now, a.connection, r#"{"op":11,"d":{"content":"hi"}}"#);
    let texts: Vec<_> = std::iter::from_fn(|| table.hub.poll_output())
        .filter_map(|output| match output {
            Output::Send { text, .. } => Some(text),
            _ => None,
        })
        .collect();
    assert_eq!(texts.len(), 3);
    assert!(texts.iter().all(|text| std::sync::Arc::ptr_eq(text, &texts[0])));
}

#[test]
fn two_hubs_with_the_same_seed_say_the_same() {
    let story = || {
        let mut table = Table::new();
        let now = hearth_clock::Now { unix_ms: 1_700_000_000_000, ..table.now };
        let mut said = Vec::new();
        for (id, text) in [(1, r#"{"op":2,"d":{}}"#), (2, r#"{"op":421,"d":{"client_time":1}}"#)] {
            table.hub.connect(now, ConnectionId(id), Peer::LOOPBACK);
            table.hub.receive(now, ConnectionId(id), text);
            said.extend(std::iter::from_fn(|| table.hub.poll_output()));
        }
        said
    };
    assert_eq!(story(), story());
}

#[test]
fn members_who_vanish_together_cost_the_others_one_list() {
    let mut table = Table::new();
    let (_, clients) = table.group([true; 20]);
    for client in &clients[1..11] {
        table.drop_socket(client);
    }
    table.clear();
    table.advance_secs(11);
    let frames = table.take(&clients[0]);
    let left = frames.iter().filter(|(t, _)| t == "GROUP_USER_LEFT").count();
    let lists: Vec<usize> =
        frames.iter().filter_map(|(_, d)| d["members"].as_array().map(Vec::len)).collect();
    assert_eq!(left, 10);
    assert_eq!(lists, [10]);
}

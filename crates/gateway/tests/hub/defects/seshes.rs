//! Defects 6, 8 and 9: devices, ready and the end of a sesh.

use serde_json::{Value, json};

use crate::table::{ALL, Table};

// PUFF-29
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

// PUFF-29
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

// PUFF-32
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
fn defect_8_the_start_is_looked_at_again_when_one_leaves_goes_away_or_unplugs() {
    for (op, d) in [(7, Value::Null), (6, json!({ "away": true })), (10, Value::Null)] {
        let mut table = Table::new();
        let (code, [a, b]) = table.group([true, true]);
        table.send(&a, 8, Value::Null);
        table.state(&a, 6);
        assert_eq!(table.phase(&code), "awaiting");
        table.send(&b, op, d);
        assert_eq!(table.phase(&code), "seshing", "{op}");
    }
}

#[test]
fn defect_8_an_inquiry_keeps_nobody_ready_who_is_not() {
    let mut table = Table::new();
    let (code, [a, b, _c]) = table.group([true, true, true]);
    table.send(&a, 8, Value::Null);
    table.state(&b, 6);
    table.state(&b, 5);
    table.send(&a, 8, Value::Null);
    assert_eq!(table.look(&code).2, [] as [String; 0]);
}

#[test]
fn defect_8_nobody_asks_again_during_a_sesh() {
    let mut table = Table::new();
    let (code, [a, b]) = table.group([true, false]);
    table.send(&a, 8, Value::Null);
    table.state(&a, 6);
    table.clear();
    table.send(&b, 8, Value::Null);
    assert_eq!(table.error(&b).unwrap(), "INVALID_GROUP_STATE");
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
fn defect_9_a_sesh_ends_with_its_last_participant_and_counts_what_was_finished() {
    let mut table = Table::new();
    let (code, [a, b, excluded]) = table.group([true, true, true]);
    table.send(&a, 8, Value::Null);
    table.state(&a, 6);
    table.state(&b, 6);
    table.send(&a, 9, Value::Null);
    for state in [7, 8, 5] {
        table.state(&excluded, state);
        assert_eq!((table.phase(&code).as_str(), table.counter(&code)), ("seshing", 0), "{state}");
    }
    table.state(&a, 7);
    table.state(&b, 7);
    assert_eq!((table.phase(&code).as_str(), table.counter(&code)), ("seshing", 0), "not at the preheat");
    table.state(&a, 5);
    assert_eq!((table.phase(&code).as_str(), table.counter(&code)), ("seshing", 0), "not at the first");
    table.state(&b, 5);
    assert_eq!((table.phase(&code).as_str(), table.counter(&code)), ("chilling", 1));
}

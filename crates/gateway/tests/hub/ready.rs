//! Who is ready, and when everybody is.

use serde_json::{Value, json};

use crate::table::{Table, device};

// PUFF-48, PUFF-64
#[test]
fn a_device_in_temperature_select_makes_ready() {
    let mut table = Table::new();
    let (code, [a, b]) = table.group([true, true]);
    table.send(&a, 8, Value::Null);
    table.clear();
    table.state(&a, 6);
    assert_eq!(table.taken(&b, "GROUP_UPDATE"), [json!({ "ready": [a.session] })]);
    assert_eq!(table.names(&a), ["GROUP_UPDATE", "GROUP_USER_READY"]);
    assert_eq!(table.phase(&code), "awaiting");
}

#[test]
fn a_device_that_was_there_before_the_inquiry_is_ready_at_once() {
    let mut table = Table::new();
    let (code, [a, b]) = table.group([true, true]);
    table.state(&b, 6);
    table.clear();
    table.send(&a, 8, Value::Null);
    assert_eq!(
        table.names(&a),
        ["GROUP_UPDATE", "GROUP_HEAT_INQUIRY", "GROUP_UPDATE", "GROUP_USER_READY"],
        "the inquiry comes before what follows from it"
    );
    assert_eq!(table.look(&code).2, [b.session]);
}

// PUFF-49, PUFF-50, PUFF-63
#[test]
fn the_last_to_get_ready_starts_the_sesh_for_everybody() {
    let mut table = Table::new();
    let (code, [a, b, watcher]) = table.group([true, true, false]);
    table.send(&watcher, 8, Value::Null);
    table.state(&a, 6);
    table.clear();
    let told_at = table.now.unix_ms;
    table.state(&b, 6);
    let start = |excluded: bool, watcher: bool| {
        json!({
            "session_id": b.session, "excluded": excluded, "watcher": watcher, "away": false,
            "start_at": told_at + 2_100,
        })
    };
    assert_eq!(table.taken(&a, "GROUP_START_HEATING"), [start(false, false)]);
    assert_eq!(table.taken(&b, "GROUP_START_HEATING"), [start(false, false)]);
    let watched = table.take(&watcher);
    let names: Vec<&str> = watched.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "GROUP_UPDATE",
            "GROUP_USER_READY",
            "GROUP_UPDATE",
            "GROUP_START_HEATING",
            "GROUP_USER_DEVICE_UPDATE"
        ],
        "the device that made it start is told last"
    );
    assert_eq!(watched[3].1, start(true, true));
    assert_eq!(table.phase(&code), "seshing");
}

// PUFF-47, PUFF-49
#[test]
fn watchers_are_not_waited_for() {
    let mut table = Table::new();
    let (code, [a, _watcher]) = table.group([true, false]);
    table.send(&a, 8, Value::Null);
    table.state(&a, 6);
    assert_eq!(table.phase(&code), "seshing");
}

// PUFF-49
#[test]
fn nothing_starts_without_anybody_ready() {
    let mut table = Table::new();
    let (code, [a, _b]) = table.group([false, false]);
    table.send(&a, 8, Value::Null);
    table.advance_secs(60);
    assert_eq!(table.phase(&code), "awaiting");
}

// PUFF-47
#[test]
fn a_device_that_does_not_tell_enough_is_not_waited_for() {
    let mut table = Table::new();
    let (code, [a, b]) = table.group([true, false]);
    table.send(&b, 4, json!({ "battery": 50, "state": 5 }));
    table.send(&a, 8, Value::Null);
    table.state(&a, 6);
    assert_eq!(table.phase(&code), "seshing");
}

// PUFF-48
#[test]
fn an_away_member_is_neither_ready_nor_waited_for() {
    let mut table = Table::new();
    let (code, [a, b]) = table.group([true, true]);
    table.send(&b, 6, json!({ "away": true }));
    table.send(&a, 8, Value::Null);
    table.state(&b, 6);
    assert_eq!(table.look(&code), ("awaiting".into(), 0, vec![]));
    table.state(&a, 6);
    let start = table.taken(&b, "GROUP_START_HEATING").remove(0);
    assert_eq!((&start["excluded"], &start["away"]), (&json!(true), &json!(true)));
}

#[test]
fn coming_back_from_away_with_the_device_in_temperature_select_makes_ready() {
    let mut table = Table::new();
    let (code, [a, b, _c]) = table.group([true, true, true]);
    table.send(&b, 6, json!({ "away": true }));
    table.state(&b, 6);
    table.send(&a, 8, Value::Null);
    table.send(&b, 6, json!({ "away": false }));
    assert_eq!(table.look(&code).2, [b.session]);
}

/// Everything that makes unready, from the same start: of three members, `b` is ready.
fn with_b_ready(
    act: impl FnOnce(&mut Table, &crate::table::Client),
) -> (Table, String, [crate::table::Client; 3]) {
    let mut table = Table::new();
    let (code, members) = table.group([true, true, true]);
    table.send(&members[0], 8, Value::Null);
    table.state(&members[1], 6);
    assert_eq!(table.look(&code).2, [members[1].session.as_str()]);
    table.clear();
    act(&mut table, &members[1]);
    (table, code, members)
}

// PUFF-35, PUFF-64
#[test]
fn unplugging_makes_unready() {
    let (mut table, code, [a, b, _]) = with_b_ready(|table, b| table.send(b, 10, Value::Null));
    assert_eq!(
        table.take(&a),
        [
            ("GROUP_USER_DEVICE_DISCONNECT".into(), json!({ "group_id": code, "session_id": b.session })),
            ("GROUP_UPDATE".into(), json!({ "ready": [] })),
            ("GROUP_USER_UNREADY".into(), json!({ "session_id": b.session })),
        ]
    );
}

#[test]
fn leaving_makes_unready() {
    let (mut table, code, [a, b, _]) = with_b_ready(|table, b| table.send(b, 7, Value::Null));
    assert_eq!(table.taken(&a, "GROUP_USER_UNREADY"), [json!({ "session_id": b.session })]);
    assert_eq!(table.look(&code).2, [] as [String; 0]);
}

#[test]
fn going_away_makes_unready() {
    let (mut table, code, [a, b, _]) = with_b_ready(|table, b| table.send(b, 6, json!({ "away": true })));
    assert_eq!(table.taken(&a, "GROUP_USER_UNREADY"), [json!({ "session_id": b.session })]);
    assert_eq!(table.look(&code).2, [] as [String; 0]);
}

// PUFF-48, PUFF-64
#[test]
fn leaving_temperature_select_makes_unready() {
    let (mut table, code, [a, b, _]) = with_b_ready(|table, b| table.state(b, 5));
    assert_eq!(table.taken(&a, "GROUP_USER_UNREADY"), [json!({ "session_id": b.session })]);
    assert_eq!(table.look(&code).2, [] as [String; 0]);
}

// PUFF-27
#[test]
fn telling_the_same_state_again_changes_nothing() {
    let (mut table, _, [a, b, _]) = with_b_ready(|table, b| table.state(b, 6));
    assert_eq!(table.names(&a), ["GROUP_USER_DEVICE_UPDATE"]);
    assert_eq!(table.names(&b), [] as [String; 0]);
}

/// Everything that may leave only ready members behind, from the same start: of two, `a` is ready.
fn starts_when_b(act: impl FnOnce(&mut Table, &crate::table::Client)) {
    let mut table = Table::new();
    let (code, [a, b]) = table.group([true, true]);
    table.send(&a, 8, Value::Null);
    table.state(&a, 6);
    assert_eq!(table.phase(&code), "awaiting");
    table.clear();
    act(&mut table, &b);
    let start = table.taken(&a, "GROUP_START_HEATING");
    assert_eq!(start.len(), 1);
    assert_eq!(start[0]["session_id"], a.session, "somebody who is there made it start");
    assert_eq!(start[0]["excluded"], false);
    assert_eq!(table.phase(&code), "seshing");
}

// PUFF-49
#[test]
fn the_start_is_looked_at_again_when_somebody_leaves() {
    starts_when_b(|table, b| table.send(b, 7, Value::Null));
}

// PUFF-49
#[test]
fn the_start_is_looked_at_again_when_somebody_drops() {
    starts_when_b(|table, b| table.drop_socket(b));
}

// PUFF-49
#[test]
fn the_start_is_looked_at_again_when_somebody_goes_away() {
    starts_when_b(|table, b| table.send(b, 6, json!({ "away": true })));
}

// PUFF-49
#[test]
fn the_start_is_looked_at_again_when_somebody_unplugs() {
    starts_when_b(|table, b| table.send(b, 10, Value::Null));
}

#[test]
fn the_start_is_looked_at_again_when_somebody_is_kicked() {
    let mut table = Table::new();
    let (code, [a, b]) = table.group([true, true]);
    table.send(&a, 8, Value::Null);
    table.state(&a, 6);
    table.send(&a, 17, json!({ "session_id": b.session }));
    assert_eq!(table.phase(&code), "seshing");
}

#[test]
fn one_who_is_ready_stays_it_through_a_drop() {
    let (mut table, code, [_, b, _]) = with_b_ready(|table, b| table.drop_socket(b));
    assert_eq!(table.look(&code).2, [b.session.as_str()]);
}

#[test]
fn one_who_is_gone_does_not_get_ready_before_coming_back() {
    let mut table = Table::new();
    let (code, [a, b, c]) = table.group([true, true, true]);
    table.state(&b, 6);
    table.drop_socket(&b);
    table.send(&a, 8, Value::Null);
    assert_eq!(table.look(&code).2, [] as [String; 0]);
    let b2 = table.connect();
    table.send(&b2, 13, json!({ "session_id": b.session, "session_token": b.token }));
    assert_eq!(table.look(&code).2, [b.session.as_str()]);
    assert_eq!(table.taken(&c, "GROUP_USER_READY"), [json!({ "session_id": b.session })]);
}

#[test]
fn one_who_dropped_is_excluded_from_the_start() {
    let (mut table, code, [a, b, c]) = with_b_ready(|table, b| table.drop_socket(b));
    table.state(&a, 6);
    table.state(&c, 6);
    assert_eq!(table.look(&code), ("seshing".into(), 0, vec![a.session, c.session]));
    drop(b);
}

#[test]
fn the_whole_device_in_one_frame_may_make_ready() {
    let mut table = Table::new();
    let (code, [a, b]) = table.group([true, false]);
    table.send(&a, 8, Value::Null);
    table.send(&b, 4, device(6));
    assert_eq!(table.look(&code).2, [b.session]);
}

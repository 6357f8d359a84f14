//! The countdown that an owner chose: it can be called off, and heats nobody before its end, twice, or who is not ready.

use std::time::Duration;

use serde_json::{Value, json};

use crate::table::{Client, Table, device};

const MS: Duration = Duration::from_millis(1);

/// A group whose countdown takes ten seconds, and whose members have been asked.
fn asked<const N: usize>(devices: [bool; N]) -> (Table, String, [Client; N]) {
    let mut table = Table::new();
    let (code, clients) = table.group(devices);
    table.send(&clients[0], 5, json!({ "hearth": { "countdown": 10_000 } }));
    table.send(&clients[0], 8, Value::Null);
    table.clear();
    (table, code, clients)
}

/// The same; it counts down since now.
fn counting<const N: usize>(devices: [bool; N]) -> (Table, String, [Client; N]) {
    let (mut table, code, clients) = asked(devices);
    for (client, _) in clients.iter().zip(devices).filter(|(_, has_device)| *has_device) {
        table.state(client, 6);
    }
    table.clear();
    (table, code, clients)
}

fn called_off(code: &str, by: &Client) -> Value {
    json!({ "group_id": code, "session_id": by.session, "cancelled": true })
}

/// Lets the whole countdown pass; how many were told to heat.
fn heats(table: &mut Table, clients: &[&Client]) -> usize {
    table.clear();
    table.advance_secs(12);
    let told = |client: &&Client| table.taken(client, "GROUP_START_HEATING").len();
    clients.iter().map(told).sum()
}

#[test]
fn everybody_ready_begins_the_countdown_and_its_end_the_sesh() {
    let (mut table, code, [a, b, watcher]) = asked([true, true, false]);
    table.state(&a, 6);
    table.clear();
    let began = table.now.unix_ms;
    table.state(&b, 6);
    let begun = json!({ "group_id": code, "session_id": b.session, "start_at": began + 10_000 });
    for client in [&a, &b, &watcher] {
        assert_eq!(table.taken(client, "GROUP_COUNTDOWN"), std::slice::from_ref(&begun));
    }
    assert_eq!(table.phase(&code), "awaiting");
    table.advance(7_899 * MS);
    assert_eq!(table.phase(&code), "awaiting");
    table.clear();
    table.advance(MS);
    assert_eq!(table.phase(&code), "seshing");
    let start = table.taken(&a, "GROUP_START_HEATING");
    assert_eq!(start[0]["start_at"], began + 10_000, "the instant that was told");
    assert_eq!((start.len(), &start[0]["excluded"]), (1, &json!(false)));
    assert_eq!(start[0]["session_id"], b.session);
    assert_eq!(heats(&mut table, &[&a, &b, &watcher]), 0, "not a second time");
}

#[test]
fn the_usual_length_starts_at_once_and_tells_of_no_countdown() {
    let mut table = Table::new();
    let (code, [a, b]) = table.group([true, true]);
    table.send(&a, 5, json!({ "hearth": { "countdown": 2_100 } }));
    table.send(&a, 8, Value::Null);
    table.state(&a, 6);
    table.clear();
    table.state(&b, 6);
    assert_eq!(table.phase(&code), "seshing");
    assert!(!table.names(&a).contains(&"GROUP_COUNTDOWN".to_owned()));
}

#[test]
fn whoever_is_not_ready_any_more_calls_it_off() {
    let ways: [(&str, u16, Value); 4] = [
        ("another state", 4, json!({ "state": 5 })),
        ("away", 6, json!({ "away": true })),
        ("unplugged", 10, Value::Null),
        ("left", 7, Value::Null),
    ];
    for (how, op, d) in ways {
        let (mut table, code, [a, b, c]) = counting([true, true, true]);
        table.advance_secs(4);
        table.clear();
        // c takes part, and does not get ready again.
        table.send(&c, op, d);
        let told = table.taken(&a, "GROUP_COUNTDOWN");
        assert_eq!(told[0], called_off(&code, &c), "{how}");
        // Where the others are all who count, it begins anew, and whole.
        let anew: Vec<Value> = told[1..].iter().map(|told| told["start_at"].clone()).collect();
        let expected = if how == "another state" { vec![] } else { vec![json!(table.now.unix_ms + 10_000)] };
        assert_eq!(anew, expected, "{how}");
        let told = heats(&mut table, &[&a, &b]);
        assert_eq!(told, 2 * expected.len(), "{how}");
    }
}

#[test]
fn a_kick_calls_it_off() {
    let (mut table, code, [a, b, c]) = counting([true, true, true]);
    table.send(&a, 17, json!({ "session_id": c.session }));
    assert_eq!(table.taken(&b, "GROUP_COUNTDOWN")[0], called_off(&code, &c));
    assert_eq!(table.taken(&c, "GROUP_START_HEATING").len(), 0);
}

#[test]
fn a_stop_calls_it_off() {
    let (mut table, code, [a, b]) = counting([true, true]);
    table.send(&b, 12, Value::Null);
    let told = table.take(&a);
    let names: Vec<&str> = told.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["GROUP_COUNTDOWN", "GROUP_UPDATE"]);
    assert_eq!(told[0].1, called_off(&code, &b));
    assert_eq!(heats(&mut table, &[&a, &b]), 0);
    assert_eq!(table.phase(&code), "chilling");
}

#[test]
fn one_does_not_wait_for_the_others_and_they_do_not_call_it_off() {
    let (mut table, code, [a, b, c]) = asked([true, true, true]);
    table.state(&a, 6);
    table.clear();
    table.send(&a, 9, Value::Null);
    let begun = table.taken(&b, "GROUP_COUNTDOWN");
    assert_eq!(begun[0]["start_at"], table.now.unix_ms + 10_000);
    table.advance_secs(3);
    table.state(&b, 6);
    table.send(&c, 6, json!({ "away": true }));
    table.send(&c, 6, json!({ "away": false }));
    table.advance(4_900 * MS);
    assert_eq!(table.phase(&code), "seshing");
    let excluded = |table: &mut Table, who| table.taken(who, "GROUP_START_HEATING")[0]["excluded"].clone();
    assert_eq!([excluded(&mut table, &a), excluded(&mut table, &b)], [json!(false), json!(false)]);
    assert_eq!(excluded(&mut table, &c), json!(true));
}

#[test]
fn who_asks_to_start_again_does_not_make_it_shorter_or_longer() {
    let (mut table, code, [a, b]) = counting([true, true]);
    table.advance_secs(4);
    table.send(&a, 9, Value::Null);
    table.send(&a, 8, Value::Null);
    table.send(&a, 5, json!({ "hearth": { "countdown": 2_100 } }));
    assert_eq!(table.taken(&b, "GROUP_COUNTDOWN"), [] as [Value; 0]);
    table.advance(3_899 * MS);
    assert_eq!(table.phase(&code), "awaiting");
    table.advance(MS);
    assert_eq!(table.phase(&code), "seshing");
}

#[test]
fn who_joins_sees_it_and_neither_ends_it_nor_heats() {
    let (mut table, code, [a, b]) = counting([true, true]);
    let start_at = table.now.unix_ms + 10_000;
    table.advance_secs(2);
    let d = table.connect();
    table.send(&d, 1, json!({ "group_id": code }));
    let joined = table.taken(&d, "JOINED_GROUP").remove(0);
    assert_eq!(joined["hearth"], json!({ "countdown": 10_000, "start_at": start_at }));
    assert!(joined["start_at"].is_null(), "who knows only this heats at it");
    table.send(&d, 4, device(5));
    assert_eq!(table.taken(&b, "GROUP_COUNTDOWN"), [] as [Value; 0]);
    table.advance_secs(6);
    assert_eq!(table.taken(&a, "GROUP_START_HEATING")[0]["excluded"], false);
    assert_eq!(table.taken(&d, "GROUP_START_HEATING")[0]["excluded"], true);
}

#[test]
fn who_lost_the_connection_sees_it_again_and_takes_part() {
    let (mut table, _, [a, b]) = counting([true, true]);
    let start_at = table.now.unix_ms + 10_000;
    table.drop_socket(&b);
    table.advance_secs(5);
    assert_eq!(table.taken(&a, "GROUP_COUNTDOWN"), [] as [Value; 0]);
    let b = table.resume(&b);
    assert_eq!(table.taken(&b, "JOINED_GROUP")[0]["hearth"]["start_at"], start_at);
    table.advance_secs(3);
    assert_eq!(table.taken(&b, "GROUP_START_HEATING")[0]["excluded"], false);
}

#[test]
fn who_is_not_connected_at_the_end_does_not_heat_and_nobody_there_is_no_sesh() {
    let (mut table, code, [a, b]) = counting([true, true]);
    table.drop_socket(&b);
    table.advance_secs(8);
    assert_eq!(table.taken(&a, "GROUP_START_HEATING").len(), 1);
    let b = table.resume(&b);
    assert_eq!(table.taken(&b, "GROUP_START_HEATING").len(), 0);
    assert!(!table.look(&code).2.contains(&b.session));

    let (mut table, code, [a, b, watcher]) = counting([true, true, false]);
    table.drop_socket(&a);
    table.drop_socket(&b);
    table.advance_secs(8);
    assert_eq!(table.phase(&code), "awaiting");
    let off = json!({ "group_id": code, "cancelled": true });
    assert_eq!(table.taken(&watcher, "GROUP_COUNTDOWN"), [off]);
}

#[test]
fn a_computer_that_slept_heats_nobody() {
    let (mut table, code, [a, b]) = counting([true, true]);
    table.clear();
    table.sleep(Duration::from_secs(600));
    let told = table.taken(&a, "GROUP_COUNTDOWN");
    assert_eq!(told[0], json!({ "group_id": code, "cancelled": true }));
    assert_eq!(
        told[1]["start_at"],
        table.now.unix_ms + 10_000,
        "both are still ready: it begins anew, whole"
    );
    assert_eq!(table.taken(&b, "GROUP_START_HEATING").len(), 0);
    assert_eq!(table.phase(&code), "awaiting");
}

#[test]
fn a_frame_that_comes_before_the_gateway_noticed_its_sleep_starts_nothing() {
    let (mut table, code, [a, b]) = counting([true, true]);
    table.clear();
    table.now = table.now.later(Duration::from_secs(600));
    table.state(&b, 6);
    assert_eq!(table.taken(&a, "GROUP_START_HEATING").len(), 0);
    assert_eq!(table.phase(&code), "awaiting");
}

#[test]
fn a_restart_drops_it_and_keeps_its_length() {
    let (mut table, code, [a, b]) = counting([true, true]);
    table.restart(Duration::from_secs(1));
    let a = table.resume(&a);
    assert_eq!(table.taken(&a, "JOINED_GROUP")[0]["hearth"], json!({ "countdown": 10_000 }));
    table.advance_secs(12);
    assert_eq!(table.phase(&code), "awaiting", "b is on the way back");
    let b = table.resume(&b);
    let begun = table.taken(&b, "GROUP_COUNTDOWN");
    assert_eq!(begun[0]["start_at"], table.now.unix_ms + 10_000);
}

#[test]
fn its_length_is_told_kept_and_bounded() {
    let mut table = Table::new();
    let a = table.connect();
    table.send(&a, 2, json!({ "name": "x", "hearth": { "countdown": 5_000 } }));
    let joined = table.taken(&a, "JOINED_GROUP").remove(0);
    assert_eq!(joined["hearth"], json!({ "countdown": 5_000 }));
    let code = joined["group_id"].as_str().unwrap().to_owned();
    let b = table.connect();
    table.send(&b, 1, json!({ "group_id": code }));
    table.clear();
    table.send(&a, 5, json!({ "hearth": { "countdown": 30_000 } }));
    assert_eq!(table.taken(&b, "GROUP_UPDATE"), [json!({ "hearth": { "countdown": 30_000 } })]);
    for bad in [json!(2_099), json!(30_001), json!(-1), json!("5000"), json!(5_000.5)] {
        table.send(&a, 5, json!({ "name": "y", "hearth": { "countdown": bad } }));
        assert_eq!(table.error(&a).as_deref(), Some("INVALID_DATA"), "{bad}");
    }
    table.send(&a, 5, json!({ "hearth": 5_000 }));
    assert_eq!(table.error(&a).as_deref(), Some("INVALID_DATA"));
    assert_eq!(table.taken(&b, "GROUP_UPDATE"), [] as [Value; 0]);
    table.send(&b, 5, json!({ "hearth": { "countdown": 3_000 } }));
    assert_eq!(table.error(&b).as_deref(), Some("NOT_OWNER"));
    let c = table.connect();
    table.send(&c, 2, json!({ "hearth": { "countdown": 1 } }));
    assert_eq!(table.error(&c).as_deref(), Some("INVALID_GROUP_NAME"));
}

#[test]
fn who_does_not_choose_has_the_usual_length() {
    let mut table = Table::new();
    let a = table.connect();
    table.send(&a, 2, Value::Null);
    assert_eq!(table.taken(&a, "JOINED_GROUP")[0]["hearth"], json!({ "countdown": 2_100 }));
}

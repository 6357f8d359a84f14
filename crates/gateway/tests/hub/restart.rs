//! A clean restart of the gateway: whoever was there finds everything as it was.

use std::time::Duration;

use hearth_dialects::puff::User;
use serde_json::{Value, json};

use crate::table::{Table, user};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_client_resumes_after_a_restart_with_the_same_id_and_token() {
    let mut table = Table::new();
    let (code, [a, b, c]) = table.group([true, true, false]);
    table.send(&c, 6, json!({ "away": true, "mobile": true, "strain": "OG" }));
    table.sign_in(&c, user("u1", 2));
    table.send(&a, 8, Value::Null);
    table.state(&b, 6);
    let before = table.look(&code);
    table.restart(5 * SECOND);
    let c2 = table.resume(&c);
    let frames = table.take(&c2);
    let names: Vec<&str> = frames.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["SESSION_RESUMED", "GROUP_USER_UPDATE", "JOINED_GROUP"]);
    let joined = &frames[2].1;
    assert_eq!((&joined["state"], &joined["name"]), (&json!("awaiting"), &json!("Test")));
    assert_eq!(joined["owner_session_id"], a.session);
    assert_eq!(joined["ready"], json!([b.session]));
    let me = &joined["members"][2];
    assert_eq!((&me["away"], &me["mobile"], &me["strain"]), (&json!(true), &json!(true), &json!("OG")));
    assert_eq!((&me["session_id"], &me["user"]["id"]), (&json!(c.session), &json!("u1")));
    assert_eq!(joined["members"][0]["device_state"]["battery"], 77);
    for client in [&a, &b] {
        let resumed = table.resume(client);
        assert_eq!(table.names(&resumed)[0], "SESSION_RESUMED");
    }
    assert_eq!(table.look(&code), before);
}

#[test]
fn the_first_to_come_back_after_a_restart_does_not_heat_alone() {
    let mut table = Table::new();
    let (code, [a, b, c]) = table.group([true, true, true]);
    table.send(&a, 8, Value::Null);
    table.state(&a, 6);
    table.state(&b, 6);
    table.restart(SECOND);
    let a2 = table.resume(&a);
    let b2 = table.resume(&b);
    assert_eq!(table.phase(&code), "awaiting");
    let c2 = table.resume(&c);
    assert_eq!(table.phase(&code), "awaiting", "c was not ready");
    table.state(&c2, 6);
    for client in [&a2, &b2, &c2] {
        assert_eq!(table.taken(client, "GROUP_START_HEATING").len(), 1);
    }
}

#[test]
fn who_does_not_come_back_after_a_restart_is_waited_for_only_so_long() {
    let mut table = Table::new();
    let (code, [a, b]) = table.group([true, true]);
    table.send(&a, 8, Value::Null);
    table.state(&b, 6);
    table.restart(SECOND);
    assert_eq!(table.phase(&code), "awaiting");
    let a2 = table.resume(&a);
    table.state(&a2, 6);
    for _ in 0..5 {
        table.advance_secs(5);
        table.send(&a2, 420, Value::Null);
        assert_eq!(table.phase(&code), "awaiting");
    }
    table.advance_secs(5);
    assert_eq!(table.taken(&a2, "GROUP_START_HEATING").len(), 1);
    let b2 = table.resume(&b);
    assert_eq!(table.taken(&b2, "GROUP_START_HEATING"), [] as [Value; 0]);
}

#[test]
fn a_sesh_goes_on_over_a_restart_and_is_counted_once() {
    let mut table = Table::new();
    let (code, [a, b]) = table.group([true, true]);
    table.send(&a, 8, Value::Null);
    table.state(&a, 6);
    table.state(&b, 6);
    table.advance_secs(3);
    table.state(&a, 7);
    table.state(&b, 7);
    let start_at = table.look(&code);
    table.restart(2 * SECOND);
    assert_eq!(table.look(&code), start_at);
    let a2 = table.resume(&a);
    assert_eq!(table.taken(&a2, "JOINED_GROUP")[0]["state"], "seshing");
    let b2 = table.resume(&b);
    table.state(&a2, 5);
    assert_eq!(table.phase(&code), "seshing");
    table.state(&b2, 5);
    assert_eq!((table.phase(&code).as_str(), table.counter(&code)), ("chilling", 1));
}

#[test]
fn a_sesh_does_not_last_longer_for_a_restart() {
    let mut table = Table::new();
    let (code, [a]) = table.group([true]);
    table.send(&a, 8, Value::Null);
    table.state(&a, 6);
    table.state(&a, 7);
    table.advance_secs(170);
    table.restart(5 * SECOND);
    let _a2 = table.resume(&a);
    assert_eq!(table.phase(&code), "seshing");
    table.advance_secs(9);
    assert_eq!((table.phase(&code).as_str(), table.counter(&code)), ("chilling", 1));
}

#[test]
fn the_time_to_come_back_is_wall_time() {
    for (down, resumes) in [(29, true), (30, false), (3600, false)] {
        let mut table = Table::new();
        let (_, [a, _b]) = table.group([false, false]);
        table.restart(SECOND * down);
        let a2 = table.resume(&a);
        assert_eq!(table.names(&a2)[0] == "SESSION_RESUMED", resumes, "{down} s");
    }
}

#[test]
fn a_session_that_was_dropped_before_has_only_what_was_left_of_its_grace() {
    for (down, resumes) in [(5, true), (7, false)] {
        let mut table = Table::new();
        let (code, [_a, b]) = table.group([false, false]);
        table.drop_socket(&b);
        table.advance_secs(4);
        table.restart(SECOND * down);
        assert_eq!(table.hub.group(&code).unwrap().member_count, 1 + u64::from(resumes));
        let b2 = table.resume(&b);
        assert_eq!(table.names(&b2)[0] == "SESSION_RESUMED", resumes, "{down} s");
    }
}

#[test]
fn a_wall_clock_that_was_put_back_does_not_lengthen_the_grace() {
    let mut table = Table::new();
    let (_, [a, _b]) = table.group([false, false]);
    let mut stored = table.hub.stored(table.now);
    for session in &mut stored.sessions {
        session.until_ms += 365 * 24 * 3_600_000;
    }
    table.restart_with(SECOND, &stored);
    table.advance_secs(31);
    let a2 = table.resume(&a);
    assert_eq!(table.error(&a2).unwrap(), "INVALID_SESSION");
}

#[test]
fn whoever_does_not_come_back_leaves_and_the_ownership_passes_on() {
    let mut table = Table::new();
    let (code, [_a, b]) = table.group([false, false]);
    table.restart(SECOND);
    let b2 = table.resume(&b);
    table.clear();
    table.advance_secs(30);
    let names = table.names(&b2);
    assert_eq!(names, ["GROUP_USER_LEFT", "GROUP_UPDATE", "GROUP_UPDATE"]);
    table.send(&b2, 5, json!({ "name": "mine" }));
    assert_eq!(table.hub.group(&code).unwrap().name, "mine");
}

#[test]
fn a_token_is_stored_as_a_hash_only_and_serves_once() {
    let mut table = Table::new();
    let (_, [a]) = table.group([true]);
    let stored = serde_json::to_string(&table.hub.stored(table.now)).unwrap();
    assert!(!stored.contains(&a.token), "{stored}");
    assert!(!stored.contains("SECRET-SERIAL"), "{stored}");
    table.restart(SECOND);
    let a2 = table.resume(&a);
    assert_eq!(table.names(&a2)[0], "SESSION_RESUMED");
    let thief = table.resume(&a);
    assert_eq!(table.error(&thief).unwrap(), "INVALID_SESSION");
}

#[test]
fn persistent_groups_survive_restarts_and_stay_while_nobody_is_there() {
    let mut table = Table::new();
    let admin = table.connect();
    table.sign_in(&admin, user("admin", User::ADMIN));
    table.send(
        &admin,
        2,
        json!({ "id": "lobby", "name": "The Lobby", "persistent": true, "visibility": "public" }),
    );
    for _ in 0..3 {
        table.restart(SECOND * 100);
        table.advance_secs(3600);
    }
    let lobby = table.hub.group("lobby").unwrap();
    assert_eq!((lobby.name.as_str(), lobby.persistent, lobby.member_count), ("The Lobby", true, 0));
    let b = table.connect();
    table.send(&b, 1, json!({ "group_id": "lobby" }));
    assert_eq!(table.taken(&b, "JOINED_GROUP")[0]["owner_session_id"], b.session);
}

#[test]
fn after_a_crash_groups_are_there_without_members() {
    let mut table = Table::new();
    let (code, [a, b]) = table.group([true, true]);
    table.send(&a, 8, Value::Null);
    table.state(&b, 6);
    let groups = table.hub.stored_groups();
    table.restart_with(SECOND, &groups.into());
    assert_eq!(table.hub.population().sessions, 0);
    let c = table.connect();
    table.send(&c, 1, json!({ "group_id": code }));
    let joined = table.taken(&c, "JOINED_GROUP").remove(0);
    assert_eq!((&joined["state"], &joined["owner_session_id"]), (&json!("chilling"), &json!(c.session)));
}

#[test]
fn a_sesh_that_a_crash_ended_counts_when_something_heated() {
    for (state, count) in [(7, 1), (6, 0)] {
        let mut table = Table::new();
        let (code, [a]) = table.group([true]);
        table.send(&a, 8, Value::Null);
        table.state(&a, 6);
        table.state(&a, state);
        let groups = table.hub.stored_groups();
        table.restart_with(SECOND, &groups.into());
        assert_eq!(table.look(&code), ("chilling".into(), count, vec![]));
    }
}

#[test]
fn what_an_older_version_stored_is_understood() {
    let old = r#"{"groups":[{"id":"abc123","name":"Misty Porch","public":true,"sesh_counter":3}]}"#;
    let mut table = Table::new();
    table.restart_with(SECOND, &serde_json::from_str(old).unwrap());
    let group = table.hub.group("abc123").unwrap();
    assert_eq!((group.sesh_counter, group.persistent), (3, false));
}

#[test]
fn a_watched_device_stays_watched() {
    let mut table = Table::new();
    let (_, [a]) = table.group([true]);
    let overlay = table.connect();
    table.send(&overlay, 22, json!({ "id": "device_cHNldWRvbnlt" }));
    table.restart(SECOND);
    let overlay2 = table.resume(&overlay);
    let a2 = table.resume(&a);
    table.clear();
    table.send(&a2, 4, json!({ "totalDabs": 421 }));
    assert_eq!(table.names(&overlay2), ["WATCHED_DEVICE_UPDATE"]);
}

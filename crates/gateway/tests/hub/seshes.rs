//! Inquiry, start, the sesh itself, and its end.

use serde_json::{Value, json};

use crate::table::{Client, Table};

/// A sesh of two that has just started.
fn seshing() -> (Table, String, [Client; 2]) {
    let mut table = Table::new();
    let (code, members) = table.group([true, true]);
    table.send(&members[0], 8, Value::Null);
    table.state(&members[0], 6);
    table.state(&members[1], 6);
    assert_eq!(table.phase(&code), "seshing");
    table.clear();
    (table, code, members)
}

// PUFF-33
#[test]
fn everybody_is_asked_with_their_own_marks() {
    let mut table = Table::new();
    let (_, [a, b, c]) = table.group([true, false, true]);
    table.send(&c, 6, json!({ "away": true }));
    table.clear();
    table.send(&b, 8, Value::Null);
    let asked = |watcher, away| json!({ "session_id": b.session, "watcher": watcher, "away": away });
    assert_eq!(table.taken(&a, "GROUP_HEAT_INQUIRY"), [asked(false, false)]);
    assert_eq!(table.taken(&b, "GROUP_HEAT_INQUIRY"), [asked(true, false)]);
    assert_eq!(table.taken(&c, "GROUP_HEAT_INQUIRY"), [asked(false, true)]);
}

// PUFF-33
#[test]
fn an_inquiry_is_accepted_without_any_device() {
    let mut table = Table::new();
    let (code, [a]) = table.group([false]);
    table.send(&a, 8, Value::Null);
    assert_eq!(table.error(&a), None);
    assert_eq!(table.phase(&code), "awaiting");
}

// PUFF-33
#[test]
fn an_inquiry_is_refused_while_seshing() {
    let (mut table, code, [a, _]) = seshing();
    table.send(&a, 8, Value::Null);
    assert_eq!(table.error(&a).unwrap(), "INVALID_GROUP_STATE");
    assert_eq!(table.phase(&code), "seshing");
}

// PUFF-34, PUFF-50
#[test]
fn a_ready_member_need_not_wait_for_the_others() {
    let mut table = Table::new();
    let (code, [a, b]) = table.group([true, true]);
    table.send(&a, 8, Value::Null);
    table.state(&a, 6);
    table.clear();
    table.send(&a, 9, Value::Null);
    assert_eq!(table.taken(&a, "GROUP_START_HEATING")[0]["excluded"], false);
    assert_eq!(table.taken(&b, "GROUP_START_HEATING")[0]["excluded"], true);
    assert_eq!(table.look(&code).2, [a.session]);
}

// PUFF-34
#[test]
fn only_a_ready_member_may_start_and_only_while_awaiting() {
    let mut table = Table::new();
    let (_, [a, b]) = table.group([true, true]);
    table.send(&a, 9, Value::Null);
    assert_eq!(table.error(&a).unwrap(), "INVALID_GROUP_STATE");
    table.send(&a, 8, Value::Null);
    table.clear();
    table.send(&b, 9, Value::Null);
    assert_eq!(table.error(&b).unwrap(), "SESSION_NOT_READY");
}

// PUFF-51
#[test]
fn a_sesh_lasts_until_every_participant_is_through() {
    let (mut table, code, [a, b]) = seshing();
    for state in [7, 8, 9, 5] {
        table.state(&a, state);
        table.advance_secs(1);
        table.state(&b, if state == 5 { 9 } else { state });
    }
    assert_eq!(table.phase(&code), "seshing", "b still cools down");
    table.clear();
    table.state(&b, 5);
    assert_eq!(
        table.taken(&a, "GROUP_UPDATE"),
        [json!({ "sesh_counter": 1, "state": "chilling", "ready": [] })]
    );
}

#[test]
fn the_sesh_does_not_end_before_the_slower_device_has_begun() {
    let (mut table, code, [a, b]) = seshing();
    table.state(&a, 7);
    table.state(&a, 5);
    assert_eq!(table.phase(&code), "seshing");
    table.state(&b, 7);
    table.state(&b, 5);
    assert_eq!((table.phase(&code).as_str(), table.counter(&code)), ("chilling", 1));
}

#[test]
fn a_device_that_never_begins_is_not_waited_for_long() {
    let (mut table, code, [a, _]) = seshing();
    table.advance_secs(2);
    table.state(&a, 7);
    table.advance_secs(12);
    table.state(&a, 5);
    assert_eq!(table.phase(&code), "seshing");
    table.advance_secs(10);
    assert_eq!((table.phase(&code).as_str(), table.counter(&code)), ("chilling", 1));
}

// PUFF-51
#[test]
fn a_sesh_in_which_nothing_heats_ends_after_three_minutes_and_does_not_count() {
    let (mut table, code, [a, _]) = seshing();
    table.advance_secs(179);
    assert_eq!(table.phase(&code), "seshing");
    table.clear();
    table.advance_secs(1);
    assert_eq!(table.taken(&a, "GROUP_UPDATE"), [json!({ "state": "chilling", "ready": [] })]);
    assert_eq!(table.counter(&code), 0);
}

#[test]
fn a_sesh_ends_after_three_minutes_although_a_device_still_heats() {
    let (mut table, code, [a, b]) = seshing();
    table.state(&a, 7);
    table.state(&b, 7);
    table.advance_secs(180);
    assert_eq!((table.phase(&code).as_str(), table.counter(&code)), ("chilling", 1));
}

#[test]
fn who_was_not_ready_does_not_hold_a_sesh_up_nor_make_it_count() {
    let mut table = Table::new();
    let (code, [a, b]) = table.group([true, true]);
    table.send(&a, 8, Value::Null);
    table.state(&a, 6);
    table.send(&a, 9, Value::Null);
    table.state(&b, 7);
    table.state(&b, 5);
    assert_eq!((table.phase(&code).as_str(), table.counter(&code)), ("seshing", 0));
    table.state(&b, 7);
    table.state(&a, 7);
    table.state(&a, 5);
    assert_eq!((table.phase(&code).as_str(), table.counter(&code)), ("chilling", 1));
}

#[test]
fn a_participant_who_unplugs_is_not_waited_for() {
    let (mut table, code, [a, b]) = seshing();
    table.state(&a, 7);
    table.state(&b, 7);
    table.clear();
    table.send(&b, 10, Value::Null);
    assert_eq!(table.taken(&a, "GROUP_UPDATE"), [json!({ "ready": [a.session] })]);
    table.state(&a, 5);
    assert_eq!((table.phase(&code).as_str(), table.counter(&code)), ("chilling", 1));
}

#[test]
fn a_sesh_whose_participants_have_all_left_is_over() {
    let mut table = Table::new();
    let (code, [a, _watcher]) = table.group([true, false]);
    table.send(&a, 8, Value::Null);
    table.state(&a, 6);
    table.send(&a, 7, Value::Null);
    assert_eq!((table.phase(&code).as_str(), table.counter(&code)), ("chilling", 0));
}

#[test]
fn a_sesh_goes_on_through_a_dropped_connection() {
    let (mut table, code, [a, b]) = seshing();
    table.state(&a, 7);
    table.state(&b, 7);
    table.drop_socket(&b);
    table.state(&a, 5);
    table.advance_secs(3);
    assert_eq!(table.phase(&code), "seshing");
    let b2 = table.connect();
    table.send(&b2, 13, json!({ "session_id": b.session, "session_token": b.token }));
    table.state(&b2, 5);
    assert_eq!((table.phase(&code).as_str(), table.counter(&code)), ("chilling", 1));
}

// PUFF-37
#[test]
fn anybody_may_stop_at_any_time() {
    let mut table = Table::new();
    let (code, [a, _, watcher]) = table.group([true, true, false]);
    table.send(&a, 8, Value::Null);
    table.state(&a, 6);
    table.clear();
    table.send(&watcher, 12, Value::Null);
    assert_eq!(table.taken(&a, "GROUP_UPDATE"), [json!({ "state": "chilling", "ready": [] })]);
    table.send(&a, 8, Value::Null);
    assert_eq!(table.look(&code), ("awaiting".into(), 0, vec![a.session.clone()]));
    table.send(&a, 9, Value::Null);
    table.clear();
    table.send(&watcher, 12, Value::Null);
    assert_eq!(table.taken(&a, "GROUP_UPDATE"), [json!({ "state": "chilling", "ready": [] })]);
}

#[test]
fn a_stopped_sesh_in_which_something_heated_counts() {
    let (mut table, code, [a, b]) = seshing();
    table.state(&a, 7);
    table.clear();
    table.send(&b, 12, Value::Null);
    assert_eq!(
        table.taken(&b, "GROUP_UPDATE"),
        [json!({ "sesh_counter": 1, "state": "chilling", "ready": [] })]
    );
    assert_eq!(table.counter(&code), 1);
}

#[test]
fn the_next_sesh_starts_from_nothing() {
    let (mut table, code, [a, b]) = seshing();
    for state in [7, 8, 9, 5] {
        table.state(&a, state);
        table.state(&b, state);
    }
    table.advance_secs(30);
    table.send(&b, 8, Value::Null);
    assert_eq!(table.look(&code), ("awaiting".into(), 1, vec![]));
    table.state(&a, 6);
    table.state(&b, 6);
    for state in [7, 5] {
        table.state(&a, state);
        table.state(&b, state);
    }
    assert_eq!((table.phase(&code).as_str(), table.counter(&code)), ("chilling", 2));
}

#[test]
fn one_who_comes_late_sees_who_takes_part() {
    let (mut table, code, [a, b]) = seshing();
    assert_eq!(table.look(&code), ("seshing".into(), 0, vec![a.session, b.session]));
}

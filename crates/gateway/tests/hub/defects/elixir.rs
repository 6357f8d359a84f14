//! The defects of the Elixir gateway.

use serde_json::{Value, json};

use crate::table::{ALL, Table, of_a_group};

// PUFF-03
#[test]
fn elixir_defect_unknown_keys_are_never_taken_over() {
    let mut table = Table::new();
    let (code, [a, b]) = table.group([true, false]);
    table.send(
        &a,
        5,
        json!({ "name": "x", "sesh_counter": 99, "state": "seshing", "members": [], "anything": 1 }),
    );
    table.send(&a, 4, json!({ "battery": 5, "anything": 1 }));
    table.send(&a, 11, json!({ "content": "x", "author_session_id": b.session, "anything": 1 }));
    assert_eq!(table.look(&code).1, 0);
    let everything = json!(table.taken(&b, ALL)).to_string();
    assert!(everything.contains("battery") && !everything.contains("anything"), "{everything}");
    assert!(everything.contains(&format!("\"author_session_id\":\"{}\"", a.session)), "{everything}");
}

#[test]
fn elixir_defect_every_operation_outside_of_a_group_is_answered() {
    for (op, d) in of_a_group() {
        let mut table = Table::new();
        let a = table.connect();
        table.send(&a, op, d);
        assert_eq!(table.error(&a).unwrap(), "NOT_IN_GROUP", "{op}");
        table.send(&a, 2, json!({}));
        assert_eq!(table.names(&a), ["GROUP_CREATE", "JOINED_GROUP"], "{op}: not deaf");
    }
}

#[test]
fn elixir_defect_a_first_device_state_during_a_sesh_is_one_like_any_other() {
    let mut table = Table::new();
    let (code, [a, b]) = table.group([true, false]);
    table.send(&a, 8, Value::Null);
    table.state(&a, 6);
    table.clear();
    table.state(&b, 5);
    assert_eq!(table.names(&a), ["GROUP_USER_DEVICE_UPDATE"]);
    assert_eq!(table.phase(&code), "seshing");
}

#[test]
fn elixir_defect_a_kicked_member_is_not_heard_any_more() {
    let mut table = Table::new();
    let (_, [a, b]) = table.group([true, true]);
    table.send(&a, 17, json!({ "session_id": b.session }));
    table.clear();
    table.send(&b, 11, json!({ "content": "x" }));
    table.send(&b, 4, json!({ "state": 6 }));
    assert_eq!(table.names(&a), [] as [String; 0]);
}

#[test]
fn elixir_defect_nobody_is_in_two_groups() {
    let mut table = Table::new();
    let (first, [a, _b]) = table.group([false, false]);
    let (second, [_c]) = table.group([false]);
    table.send(&a, 1, json!({ "group_id": second }));
    assert_eq!(table.error(&a).unwrap(), "already_in_a_group");
    let count = |code: &str| table.hub.group(code).unwrap().member_count;
    assert_eq!((count(&first), count(&second)), (2, 1));
}

#[test]
fn elixir_defect_a_transfer_reaches_only_members() {
    let mut table = Table::new();
    let (_, [a]) = table.group([false]);
    let stranger = table.connect();
    table.send(&a, 16, json!({ "session_id": stranger.session }));
    assert_eq!(table.error(&a).unwrap(), "USER_NOT_IN_GROUP");
}

#[test]
fn elixir_defect_accents_are_letters() {
    let mut table = Table::new();
    let (_, [a, b]) = table.group([false, false]);
    table.send(&a, 5, json!({ "name": "Käsekuchen" }));
    table.send(&a, 11, json!({ "content": "café" }));
    let frames = table.take(&b);
    assert_eq!(frames[0].1["name"], "Käsekuchen");
    assert_eq!(frames[1].1["message"]["content"], "café");
}

#[test]
fn elixir_defect_the_group_of_a_user_update_is_the_group() {
    let mut table = Table::new();
    let (code, [a, b]) = table.group([false, false]);
    table.send(&a, 6, json!({ "strain": "OG" }));
    assert_eq!(table.taken(&b, "GROUP_USER_UPDATE")[0]["group_id"], code);
}

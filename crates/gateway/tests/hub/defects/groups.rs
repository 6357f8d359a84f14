//! Defects 3, 4, 10 and 14: kicks, owners, deletion, names and codes.

use hearth_dialects::puff::User;
use serde_json::{Value, json};

use crate::table::{Table, user};

// PUFF-41
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

// PUFF-30, PUFF-54
#[test]
fn defect_4_the_ownership_passes_on_when_the_owner_leaves_or_drops() {
    for drops in [false, true] {
        let mut table = Table::new();
        let (_, [a, b, _c]) = table.group([false, false, false]);
        if drops {
            table.drop_socket(&a);
            table.advance_secs(11);
        } else {
            table.send(&a, 7, Value::Null);
            assert_eq!(table.error(&a), None, "no stray error for the owner who left");
        }
        let owners = table.taken(&b, "GROUP_UPDATE");
        assert_eq!(owners.last().unwrap(), &json!({ "owner_session_id": b.session }));
        table.send(&b, 5, json!({ "name": "mine" }));
        assert_eq!(table.names(&b), ["GROUP_UPDATE"]);
    }
}

// PUFF-39
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
fn defect_10_only_a_member_can_be_made_the_owner() {
    let mut table = Table::new();
    let (_, [a, b]) = table.group([false, false]);
    let stranger = table.connect();
    for id in ["8c0b3c59-3c6f-4f0e-9a53-0f6f2f1f5f10", stranger.session.as_str()] {
        table.send(&a, 5, json!({ "owner_session_id": id, "name": "x" }));
        assert_eq!(table.error(&a).unwrap(), "USER_NOT_IN_GROUP");
    }
    assert_eq!(table.names(&b), [] as [String; 0]);
}

#[test]
fn defect_10_no_group_has_an_empty_name() {
    let mut table = Table::new();
    let a = table.connect();
    table.send(&a, 2, json!({ "name": "  " }));
    let name = table.taken(&a, "GROUP_CREATE").remove(0)["name"].take();
    assert!(!name.as_str().unwrap().trim().is_empty());
    table.send(&a, 5, json!({ "name": "" }));
    assert_eq!(table.error(&a).unwrap(), "INVALID_DATA");
}

#[test]
fn defect_10_a_chosen_code_never_takes_over_a_live_group() {
    let mut table = Table::new();
    let (code, [_a, b]) = table.group([false, false]);
    let admin = table.connect();
    table.sign_in(&admin, user("admin", User::ADMIN));
    table.clear();
    table.send(&admin, 2, json!({ "id": code, "name": "taken over" }));
    assert_eq!(table.error(&admin).unwrap(), "INVALID_GROUP_ID");
    let group = table.hub.group(&code).unwrap();
    assert_eq!((group.name.as_str(), group.member_count), ("Test", 2));
    assert_eq!(table.names(&b), [] as [String; 0]);
}

#[test]
fn defect_14_an_old_deadline_deletes_no_group_early() {
    let mut table = Table::new();
    let (code, [a]) = table.group([false]);
    table.send(&a, 7, Value::Null);
    table.advance_secs(25);
    table.send(&a, 1, json!({ "group_id": code }));
    table.send(&a, 7, Value::Null);
    table.advance_secs(29);
    assert!(table.hub.group(&code).is_some());
    table.advance_secs(1);
    assert!(table.hub.group(&code).is_none());
}

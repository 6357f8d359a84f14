//! Create, join, leave, owners, the public list, and the end of a group.

use std::time::Duration;

use hearth_gateway::hub::HubConfig;
use serde_json::{Value, json};

use crate::table::Table;

// PUFF-26, PUFF-54
#[test]
fn the_creator_owns_the_group_and_is_in_it() {
    let mut table = Table::new();
    let a = table.connect();
    table.send(&a, 2, json!({ "name": "Golden Goat" }));
    let frames = table.take(&a);
    let names: Vec<&str> = frames.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["GROUP_CREATE", "JOINED_GROUP"]);
    assert_eq!(frames[0].1["owner_session_id"], a.session);
    assert_eq!(frames[1].1["members"][0]["session_id"], a.session);
    assert_eq!(frames[1].1["visibility"], "private");
}

// PUFF-26
#[test]
fn a_group_without_a_good_name_gets_a_random_one() {
    for name in [json!({}), json!({ "name": " " }), json!({ "name": "join discord.gg/x" }), Value::Null] {
        let mut table = Table::new();
        let a = table.connect();
        table.send(&a, 2, name.clone());
        let chosen = table.taken(&a, "GROUP_CREATE")[0]["name"].as_str().unwrap().to_owned();
        assert_eq!(chosen.split(' ').count(), 2, "{name} became {chosen}");
    }
}

#[test]
fn names_have_at_most_32_characters() {
    let mut table = Table::new();
    let a = table.connect();
    table.send(&a, 2, json!({ "name": "x".repeat(33) }));
    assert_eq!(table.take(&a), [("GROUP_CREATE_ERROR".into(), json!({ "code": "INVALID_GROUP_NAME" }))]);
}

// PUFF-56
#[test]
fn only_administrators_choose_codes_or_make_groups_persistent() {
    for create in [json!({ "id": "lobby" }), json!({ "persistent": true })] {
        let mut table = Table::new();
        let a = table.connect();
        table.send(&a, 2, create);
        assert_eq!(table.error(&a).unwrap(), "NOT_PERMITTED");
        assert_eq!(table.hub.population().groups, 0);
    }
}

// PUFF-25, PUFF-26
#[test]
fn nobody_is_in_two_groups() {
    let mut table = Table::new();
    let (code, [a, b]) = table.group([false, false]);
    table.send(&b, 1, json!({ "group_id": code }));
    assert_eq!(table.error(&b).unwrap(), "already_in_a_group");
    table.send(&b, 2, json!({}));
    assert_eq!(table.error(&b).unwrap(), "already_in_a_group");
    drop(a);
}

// PUFF-45
#[test]
fn members_are_listed_seshers_first() {
    let mut table = Table::new();
    let (code, [a, b, c]) = table.group([false, true, false]);
    let d = table.connect();
    table.send(&d, 1, json!({ "group_id": code }));
    let joined = table.taken(&d, "JOINED_GROUP").remove(0);
    let ids: Vec<&Value> = joined["members"].as_array().unwrap().iter().map(|it| &it["session_id"]).collect();
    assert_eq!(ids, [&b.session, &a.session, &c.session, &d.session]);
}

// PUFF-32, PUFF-54
#[test]
fn the_owner_passes_the_group_on_by_leaving() {
    let mut table = Table::new();
    let (code, [a, b, c]) = table.group([false, false, false]);
    table.send(&a, 7, Value::Null);
    assert_eq!(table.names(&a), [] as [String; 0], "the leaver hears nothing, least of all an error");
    assert_eq!(table.taken(&b, "GROUP_UPDATE")[1], json!({ "owner_session_id": b.session }));
    table.send(&b, 5, json!({ "name": "mine now" }));
    assert_eq!(table.taken(&c, "GROUP_UPDATE").last().unwrap(), &json!({ "name": "mine now" }));
    assert_eq!(table.hub.group(&code).unwrap().name, "mine now");
}

// PUFF-54
#[test]
fn the_owner_passes_the_group_on_by_dropping() {
    let mut table = Table::new();
    let (_, [a, b]) = table.group([false, false]);
    table.drop_socket(&a);
    table.advance_secs(9);
    table.clear();
    table.advance_secs(1);
    assert_eq!(table.taken(&b, "GROUP_UPDATE")[1], json!({ "owner_session_id": b.session }));
}

// PUFF-25, PUFF-54
#[test]
fn who_joins_an_empty_group_owns_it() {
    let mut table = Table::new();
    let (code, [a]) = table.group([false]);
    table.send(&a, 7, Value::Null);
    let b = table.connect();
    table.send(&b, 1, json!({ "group_id": code }));
    assert_eq!(table.taken(&b, "JOINED_GROUP")[0]["owner_session_id"], b.session);
}

// PUFF-57
#[test]
fn an_empty_group_is_deleted_after_thirty_seconds() {
    let mut table = Table::new();
    let (code, [a]) = table.group([false]);
    table.send(&a, 7, Value::Null);
    table.advance_secs(29);
    assert!(table.hub.group(&code).is_some());
    table.advance_secs(1);
    assert!(table.hub.group(&code).is_none());
}

// PUFF-57
#[test]
fn a_rejoin_cancels_the_deletion() {
    let mut table = Table::new();
    let (code, [a]) = table.group([false]);
    table.send(&a, 7, Value::Null);
    table.advance_secs(20);
    table.send(&a, 1, json!({ "group_id": code }));
    table.advance_secs(60);
    assert!(table.hub.group(&code).is_some());
    table.send(&a, 7, Value::Null);
    table.advance_secs(29);
    assert!(table.hub.group(&code).is_some(), "thirty seconds after the last leave, not the first");
    table.advance_secs(1);
    assert!(table.hub.group(&code).is_none());
}

// PUFF-55
#[test]
fn only_the_owner_edits_deletes_transfers_and_kicks() {
    let mut table = Table::new();
    let (_, [_, b, c]) = table.group([false, false, false]);
    let target = json!({ "session_id": c.session });
    for (op, d) in [(5, json!({ "name": "x" })), (15, Value::Null), (16, target.clone()), (17, target)] {
        table.send(&b, op, d);
        assert_eq!(table.error(&b).unwrap(), "NOT_OWNER", "op {op}");
    }
}

// PUFF-30
#[test]
fn an_edit_as_the_web_client_sends_it_works() {
    let mut table = Table::new();
    let (_, [a, b]) = table.group([false, false]);
    let edit = json!({ "name": "From web", "visibility": "private", "persistent": false });
    table.send(&a, 5, edit.clone());
    assert_eq!(table.take(&b), [("GROUP_UPDATE".into(), edit)]);
}

// PUFF-30
#[test]
fn an_edit_changes_nothing_when_any_of_it_is_refused() {
    let mut table = Table::new();
    let (code, [a, b]) = table.group([false, false]);
    for (edit, error) in [
        (json!({ "name": "x", "persistent": true }), "NOT_PERMITTED"),
        (
            json!({ "name": "x", "owner_session_id": "7d444840-9dc0-11d1-b245-5ffdce74fad2" }),
            "USER_NOT_IN_GROUP",
        ),
        (json!({ "name": "x", "visibility": "secret" }), "INVALID_DATA"),
        (json!({ "name": "" }), "INVALID_DATA"),
        (json!({ "name": "see x.com now" }), "INVALID_DATA"),
    ] {
        table.send(&a, 5, edit);
        assert_eq!(table.error(&a).unwrap(), error);
    }
    assert_eq!(table.hub.group(&code).unwrap().name, "Test");
    assert_eq!(table.names(&b), [] as [String; 0]);
}

// PUFF-40
#[test]
fn a_transfer_goes_to_members_only() {
    let mut table = Table::new();
    let (_, [a, b]) = table.group([false, false]);
    let stranger = table.connect();
    table.send(&a, 16, json!({ "session_id": stranger.session }));
    assert_eq!(table.error(&a).unwrap(), "USER_NOT_IN_GROUP");
    table.send(&a, 16, json!({ "session_id": b.session }));
    assert_eq!(table.take(&b), [("GROUP_UPDATE".into(), json!({ "owner_session_id": b.session }))]);
    table.send(&a, 5, json!({ "name": "x" }));
    assert_eq!(table.error(&a).unwrap(), "NOT_OWNER");
}

// PUFF-41
#[test]
fn a_kicked_member_is_out_and_may_come_back() {
    let mut table = Table::new();
    let (code, [a, b]) = table.group([false, false]);
    table.send(&a, 17, json!({ "session_id": b.session }));
    assert_eq!(table.take(&b), [("GROUP_USER_KICKED".into(), json!({ "group_id": code }))]);
    assert_eq!(table.names(&a), ["GROUP_USER_LEFT", "GROUP_UPDATE"]);
    table.advance_secs(5);
    table.send(&b, 1, json!({ "group_id": code }));
    assert_eq!(table.names(&b), ["JOINED_GROUP"]);
}

// PUFF-41
#[test]
fn the_owner_cannot_be_kicked() {
    let mut table = Table::new();
    let (_, [a, b]) = table.group([false, false]);
    for by in [&a, &b] {
        table.send(by, 17, json!({ "session_id": a.session }));
        assert_eq!(table.error(by).unwrap(), "CANNOT_KICK_OWNER");
    }
}

// PUFF-52
#[test]
fn a_new_public_group_is_told_to_everybody() {
    let mut table = Table::new();
    let (a, b) = (table.connect(), table.connect());
    table.send(&a, 2, json!({ "name": "Open House", "visibility": "public" }));
    let list = table.taken(&b, "PUBLIC_GROUPS_UPDATE").remove(0);
    assert_eq!(list[0]["name"], "Open House");
    assert_eq!((&list[0]["member_count"], &list[0]["watcher_count"]), (&json!(1), &json!(1)));
    assert_eq!(table.names(&a), ["GROUP_CREATE", "JOINED_GROUP", "PUBLIC_GROUPS_UPDATE"]);
}

#[test]
fn the_lobby_hears_of_counts_soon_and_members_do_not() {
    let mut table = Table::new();
    let (a, lobby) = (table.connect(), table.connect());
    table.send(&a, 2, json!({ "visibility": "public" }));
    table.clear();
    table.send(&a, 4, crate::table::device(5));
    assert_eq!(table.names(&lobby), [] as [String; 0]);
    table.advance_secs(2);
    assert_eq!(table.taken(&lobby, "PUBLIC_GROUPS_UPDATE")[0][0]["sesher_count"], 1);
    assert_eq!(table.names(&a), [] as [String; 0]);
}

#[test]
fn a_full_group_takes_nobody_else() {
    let mut table = Table::with(HubConfig { group_members: 2, ..HubConfig::default() });
    let (code, [_, _]) = table.group([false, false]);
    let c = table.connect();
    table.send(&c, 1, json!({ "group_id": code }));
    assert_eq!(table.taken(&c, "GROUP_JOIN_ERROR").len(), 1);
}

#[test]
fn groups_outlive_a_restart_until_somebody_comes_or_nobody_does() {
    let mut before = Table::new();
    let a = before.connect();
    before.send(&a, 2, json!({ "name": "Open House", "visibility": "public" }));
    let code = before.taken(&a, "GROUP_CREATE")[0]["group_id"].as_str().unwrap().to_owned();
    let (other, [_b]) = before.group([false]);

    let mut after = Table::new();
    after.hub.restore(after.now, before.hub.stored_groups());
    let c = after.connect();
    after.send(&c, 1, json!({ "group_id": code }));
    let joined = after.taken(&c, "JOINED_GROUP").remove(0);
    assert_eq!((&joined["name"], &joined["visibility"]), (&json!("Open House"), &json!("public")));
    assert_eq!(joined["owner_session_id"], c.session);
    after.advance(Duration::from_secs(31));
    assert!(after.hub.group(&code).is_some());
    assert!(after.hub.group(&other).is_none());
}

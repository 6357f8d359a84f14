//! Op 20: asking about a token, what each verdict does, what an account may, and accounts that change meanwhile.

use hearth_dialects::puff::{User, VoiceChannel};
use hearth_gateway::hub::{UserChange, Verdict};
use serde_json::{Value, json};

use crate::table::{Table, user};

fn voice() -> VoiceChannel {
    VoiceChannel { id: "v".into(), name: "Lounge".into(), link: None }
}

fn user_json(id: &str, flags: u64) -> Value {
    json!({ "id": id, "name": id, "display_name": null, "image": null, "banner": null, "flags": flags, "bio": null })
}

// PUFF-42
#[test]
fn a_good_token_links_the_account_and_the_group_is_shown_it() {
    let mut table = Table::new();
    let (code, [a, b]) = table.group([false, false]);
    table.sign_in(&b, user("u1", 0));
    let shown = json!({
        "group_id": code, "session_id": b.session, "disconnected": false, "user": user_json("u1", 0),
    });
    assert_eq!(
        table.take(&b),
        [("USER_LINK_SUCCESS".into(), json!({ "id": "u1" })), ("GROUP_USER_UPDATE".into(), shown.clone())]
    );
    assert_eq!(table.take(&a), [("GROUP_USER_UPDATE".into(), shown)]);
}

#[test]
fn whoever_joins_is_shown_with_the_account_and_sees_those_of_the_others() {
    let mut table = Table::new();
    let (code, [a, b]) = table.group([false, false]);
    table.sign_in(&b, user("u1", 2));
    let c = table.connect();
    table.send(&c, 20, json!({ "token": "t" }));
    table.answer(&c, Verdict::UserInVoice(user("u2", 0), voice()));
    table.clear();
    table.send(&c, 1, json!({ "group_id": code }));
    let joined = table.taken(&a, "GROUP_USER_JOIN").remove(0);
    assert_eq!(joined["user"], user_json("u2", 0));
    assert_eq!(joined["voice"], json!({ "id": "v", "name": "Lounge" }));
    let members = table.taken(&c, "JOINED_GROUP").remove(0)["members"].take();
    assert_eq!((&members[1]["user"], &members[0]["user"]), (&user_json("u1", 2), &Value::Null));
}

// PUFF-42
#[test]
fn a_bad_token_is_answered_and_changes_nothing() {
    let mut table = Table::new();
    let (_, [a, b]) = table.group([false, false]);
    for (verdict, code) in [(Verdict::Invalid, "INVALID_TOKEN"), (Verdict::Unavailable, "UNAVAILABLE")] {
        table.send(&b, 20, json!({ "token": "bogus" }));
        table.answer(&b, verdict);
        assert_eq!(table.take(&b), [("USER_LINK_ERROR".into(), json!({ "code": code }))]);
    }
    assert_eq!(table.names(&a), [] as [String; 0]);
}

#[test]
fn an_empty_or_missing_token_is_not_asked_about() {
    for d in [
        Value::Null,
        json!({}),
        json!({ "token": "" }),
        json!({ "token": 5 }),
        json!({ "token": "x".repeat(4097) }),
    ] {
        let mut table = Table::new();
        let a = table.connect();
        table.send(&a, 20, d);
        assert_eq!(table.question(&a), None);
        assert_eq!(table.error(&a).unwrap(), "INVALID_TOKEN");
    }
}

// PUFF-17
#[test]
fn a_suspended_account_is_closed_with_4003_and_has_nothing_to_resume() {
    for verdict in [Verdict::Suspended, Verdict::User(user("u", User::SUSPENDED | User::ADMIN))] {
        let mut table = Table::new();
        let (_, [a, b]) = table.group([false, true]);
        table.send(&b, 20, json!({ "token": "t" }));
        table.answer(&b, verdict);
        assert_eq!(table.closed_with(&b), Some(4003));
        assert_eq!(table.names(&a), ["GROUP_USER_LEFT", "GROUP_UPDATE"]);
        let again = table.connect();
        table.send(&again, 13, json!({ "session_id": b.session, "session_token": b.token }));
        assert_eq!(table.error(&again).unwrap(), "INVALID_SESSION");
    }
}

#[test]
fn an_answer_for_a_socket_that_is_gone_or_asked_nothing_is_ignored() {
    let mut table = Table::new();
    let (_, [a, b]) = table.group([false, false]);
    table.answer(&a, Verdict::User(user("u1", 4)));
    table.answer(&a, Verdict::Suspended);
    table.send(&b, 20, json!({ "token": "t" }));
    table.drop_socket(&b);
    table.clear();
    table.answer(&b, Verdict::Suspended);
    assert_eq!(table.names(&a), [] as [String; 0]);
    assert_eq!(table.hub.population().sessions, 2);
}

#[test]
fn the_answer_to_a_superseded_token_is_ignored() {
    let mut table = Table::new();
    let a = table.connect();
    table.send(&a, 20, json!({ "token": "first" }));
    table.send(&a, 20, json!({ "token": "second" }));
    assert_eq!(table.question(&a).unwrap(), "first");
    assert_eq!(table.question(&a), None, "one at a time");
    table.answer(&a, Verdict::User(user("first", User::ADMIN)));
    assert_eq!(table.names(&a), [] as [String; 0]);
    assert_eq!(table.question(&a).unwrap(), "second");
    table.answer(&a, Verdict::User(user("second", 0)));
    assert_eq!(table.taken(&a, "USER_LINK_SUCCESS"), [json!({ "id": "second" })]);
}

// PUFF-20
#[test]
fn the_link_is_kept_over_a_resume() {
    let mut table = Table::new();
    let (_, [_, b]) = table.group([false, false]);
    table.sign_in(&b, user("u1", 4));
    table.drop_socket(&b);
    let b2 = table.resume(&b);
    let joined = table.taken(&b2, "JOINED_GROUP").remove(0);
    assert_eq!(joined["members"][1]["user"]["id"], "u1");
    table.send(&b2, 5, json!({ "name": "still an administrator" }));
    assert_eq!(table.names(&b2), ["GROUP_UPDATE"]);
}

#[test]
fn a_token_that_was_sent_before_the_resume_links_the_resumed_session() {
    let mut table = Table::new();
    let (_, [a, b]) = table.group([false, false]);
    table.drop_socket(&b);
    let b2 = table.connect();
    table.send(&b2, 20, json!({ "token": "t" }));
    table.send(&b2, 13, json!({ "session_id": b.session, "session_token": b.token }));
    table.clear();
    table.answer(&b2, Verdict::User(user("u1", 0)));
    assert_eq!(table.names(&b2), ["USER_LINK_SUCCESS", "GROUP_USER_UPDATE"]);
    assert_eq!(table.taken(&a, "GROUP_USER_UPDATE")[0]["session_id"], b.session);
}

#[test]
fn whoever_signed_in_before_the_resume_is_who_the_session_is_then() {
    let mut table = Table::new();
    let (_, [_, b]) = table.group([false, false]);
    table.sign_in(&b, user("old", 4));
    table.drop_socket(&b);
    let b2 = table.connect();
    table.sign_in(&b2, user("new", 0));
    table.send(&b2, 13, json!({ "session_id": b.session, "session_token": b.token }));
    let joined = table.taken(&b2, "JOINED_GROUP").remove(0);
    assert_eq!(joined["members"][1]["user"]["id"], "new");
    table.send(&b2, 5, json!({ "name": "no administrator any more" }));
    assert_eq!(table.error(&b2).unwrap(), "NOT_OWNER");
}

#[test]
fn the_others_are_told_who_a_session_is_that_signed_in_before_it_resumed() {
    let mut table = Table::new();
    let (code, [a, b]) = table.group([false, false]);
    table.send(&b, 20, json!({ "token": "t" }));
    table.answer(&b, Verdict::UserInVoice(user("old", 0), voice()));
    table.drop_socket(&b);
    let b2 = table.connect();
    table.sign_in(&b2, user("new", 0));
    table.clear();
    table.send(&b2, 13, json!({ "session_id": b.session, "session_token": b.token }));
    assert_eq!(
        table.taken(&a, "GROUP_USER_UPDATE"),
        [json!({
            "group_id": code, "session_id": b.session, "disconnected": false, "user": user_json("new", 0),
            "voice": null,
        })]
    );
}

#[test]
fn nobody_who_is_suspended_is_told_to_heat_because_another_session_of_theirs_has_gone() {
    let mut table = Table::new();
    let (_, [a, b, c]) = table.group([true, true, true]);
    for client in [&b, &c] {
        table.sign_in(client, user("u1", 0));
    }
    table.send(&a, 8, Value::Null);
    table.state(&a, 6);
    table.state(&c, 6);
    table.clear();
    let change = UserChange { user: Some(Some(user("u1", User::SUSPENDED))), voice: None };
    table.tell(|hub, now| hub.user_updated(now, "u1", change));
    assert_eq!(table.names(&b), [] as [String; 0]);
    assert_eq!(table.names(&c), [] as [String; 0]);
    assert_eq!(table.taken(&a, "GROUP_START_HEATING").len(), 1);
}

// PUFF-39, PUFF-55, PUFF-56
#[test]
fn an_administrator_edits_keeps_kicks_transfers_and_deletes_in_others_groups() {
    let mut table = Table::new();
    let (code, [a, b, admin]) = table.group([false, false, false]);
    table.sign_in(&admin, user("admin", User::ADMIN | User::TESTER));
    table.clear();
    table.send(&admin, 5, json!({ "name": "kept", "persistent": true }));
    assert_eq!(table.take(&a), [("GROUP_UPDATE".into(), json!({ "name": "kept", "persistent": true }))]);
    table.send(&admin, 17, json!({ "session_id": b.session }));
    assert_eq!(table.taken(&b, "GROUP_USER_KICKED").len(), 1);
    table.send(&a, 15, Value::Null);
    assert_eq!(table.taken(&a, "GROUP_ACTION_ERROR"), [json!({ "code": "CANNOT_DELETE_PERSISTENT_GROUP" })]);
    table.send(&a, 5, json!({ "persistent": false }));
    assert_eq!(table.error(&a).unwrap(), "NOT_PERMITTED");
    table.send(&admin, 16, json!({ "session_id": admin.session }));
    assert_eq!(table.taken(&a, "GROUP_UPDATE"), [json!({ "owner_session_id": admin.session })]);
    table.send(&admin, 15, Value::Null);
    assert_eq!(table.names(&a), ["GROUP_DELETE"]);
    assert!(table.hub.group(&code).is_none());
}

// PUFF-56
#[test]
fn an_administrator_chooses_codes_but_never_that_of_a_live_group() {
    let mut table = Table::new();
    let (code, [_]) = table.group([false]);
    for (id, error) in [
        (code.as_str(), Some("INVALID_GROUP_ID")),
        ("", Some("INVALID_GROUP_ID")),
        ("a/b", Some("INVALID_GROUP_ID")),
        ("ä", Some("INVALID_GROUP_ID")),
        ("seventeen-letters", Some("INVALID_GROUP_NAME")),
        ("sixteen-letters_", None),
        ("Lobby", None),
    ] {
        let admin = table.connect();
        table.sign_in(&admin, user("admin", User::ADMIN));
        table.send(&admin, 2, json!({ "id": id, "persistent": true }));
        let taken = table.take(&admin);
        let (name, d) = &taken[1];
        match error {
            Some(error) => {
                assert_eq!((name.as_str(), &d["code"]), ("GROUP_CREATE_ERROR", &json!(error)), "{id}")
            }
            None => {
                assert_eq!((name.as_str(), &d["group_id"]), ("GROUP_CREATE", &json!(id)));
                assert_eq!(d["persistent"], true);
            }
        }
    }
    assert_eq!(table.hub.group(&code).unwrap().name, "Test");
}

// PUFF-57
#[test]
fn a_persistent_group_is_never_deleted_for_being_empty() {
    let mut table = Table::new();
    let admin = table.connect();
    table.sign_in(&admin, user("admin", User::ADMIN));
    table.send(&admin, 2, json!({ "id": "lobby", "persistent": true }));
    table.send(&admin, 7, Value::Null);
    table.advance_secs(3600);
    assert_eq!(table.hub.group("lobby").unwrap().member_count, 0);
    let b = table.connect();
    table.send(&b, 1, json!({ "group_id": "lobby" }));
    assert_eq!(table.taken(&b, "JOINED_GROUP")[0]["owner_session_id"], b.session);
}

#[test]
fn an_account_that_changes_is_shown_to_every_group_of_its_sessions() {
    let mut table = Table::new();
    let (first, [a, b]) = table.group([false, false]);
    let (_, [c]) = table.group([false]);
    for client in [&b, &c] {
        table.sign_in(client, user("u1", 0));
    }
    table.clear();
    let change = UserChange { user: Some(Some(user("u1", 2))), voice: Some(Some(voice())) };
    assert_eq!(table.tell(|hub, now| hub.user_updated(now, "u1", change)), 2);
    let shown = json!({
        "group_id": first, "session_id": b.session,
        "user": user_json("u1", 2), "voice": { "id": "v", "name": "Lounge" },
    });
    assert_eq!(table.take(&a), [("GROUP_USER_UPDATE".into(), shown)]);
    assert_eq!(table.names(&c), ["GROUP_USER_UPDATE"]);
    let change = UserChange { user: None, voice: Some(None) };
    table.tell(|hub, now| hub.user_updated(now, "u1", change));
    let cleared = json!({
        "group_id": first, "session_id": b.session, "user": user_json("u1", 2), "voice": null,
    });
    assert_eq!(table.take(&a), [("GROUP_USER_UPDATE".into(), cleared)]);
    assert_eq!(table.tell(|hub, now| hub.user_updated(now, "nobody", UserChange::default())), 0);
}

#[test]
fn an_account_that_is_suspended_meanwhile_loses_its_sessions() {
    let mut table = Table::new();
    let (_, [a, b]) = table.group([false, false]);
    table.sign_in(&b, user("u1", 0));
    table.clear();
    let change = UserChange { user: Some(Some(user("u1", User::SUSPENDED))), voice: None };
    assert_eq!(table.tell(|hub, now| hub.user_updated(now, "u1", change)), 1);
    assert_eq!(table.closed_with(&b), Some(4003));
    assert_eq!(table.names(&a), ["GROUP_USER_LEFT", "GROUP_UPDATE"]);
}

#[test]
fn an_account_that_is_gone_takes_its_rights_along() {
    let mut table = Table::new();
    let (_, [_a, b]) = table.group([false, false]);
    table.sign_in(&b, user("u1", User::ADMIN));
    table.tell(|hub, now| hub.user_updated(now, "u1", UserChange { user: Some(None), voice: None }));
    assert_eq!(table.taken(&b, "GROUP_USER_UPDATE").last().unwrap()["user"], Value::Null);
    table.send(&b, 5, json!({ "name": "x" }));
    assert_eq!(table.error(&b).unwrap(), "NOT_OWNER");
}

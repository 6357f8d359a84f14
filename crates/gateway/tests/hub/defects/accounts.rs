//! Defects 2, 13, 14 and that of the account service: rights, remote actions, tokens.

use hearth_dialects::puff::User;
use hearth_gateway::hub::{Reached, RemoteAction, Verdict};
use serde_json::{Value, json};

use crate::table::{Table, user};

// PUFF-55, PUFF-56
#[test]
fn defect_2_only_the_administrators_flag_gives_rights() {
    for flags in [User::TESTER, User::SUPPORTER, User::TESTER | User::SUPPORTER, 16, !12] {
        let mut table = Table::new();
        let (_, [a, b]) = table.group([false, false]);
        table.sign_in(&b, user("u", flags));
        table.clear();
        for (op, d, code) in [
            (5, json!({ "name": "mine" }), "NOT_OWNER"),
            (5, json!({ "persistent": true }), "NOT_OWNER"),
            (15, Value::Null, "NOT_OWNER"),
            (16, json!({ "session_id": b.session }), "NOT_OWNER"),
            (17, json!({ "session_id": b.session }), "NOT_OWNER"),
        ] {
            table.send(&b, op, d);
            assert_eq!(table.error(&b).unwrap(), code, "{flags} {op}");
        }
        assert_eq!(table.names(&a), [] as [String; 0]);
        table.send(&b, 7, Value::Null);
        for d in [json!({ "id": "lobby" }), json!({ "persistent": true })] {
            table.advance_secs(31);
            table.clear();
            table.send(&b, 2, d);
            assert_eq!(table.error(&b).unwrap(), "NOT_PERMITTED", "{flags}");
        }
    }
}

#[test]
fn defect_13_a_remote_action_reaches_only_the_sessions_of_its_account() {
    let mut table = Table::new();
    let (_, [a, b]) = table.group([true, true]);
    table.sign_in(&a, user("u1", 0));
    table.clear();
    let action = RemoteAction { action: 3, data: None };
    assert_eq!(table.tell(|hub, now| hub.remote_action(now, "u1", action)), Reached::Sessions(1));
    assert_eq!(table.names(&a), ["REMOTE_ACTION"]);
    assert_eq!(table.names(&b), [] as [String; 0]);
    assert_eq!(table.hub.group("nobody").map(|group| group.state), None);
}

// PUFF-31, PUFF-42
#[test]
fn defect_14_a_failed_link_and_old_operations_are_answered() {
    let mut table = Table::new();
    let (_, [a]) = table.group([false]);
    table.send(&a, 20, json!({ "token": "bogus" }));
    table.answer(&a, Verdict::Invalid);
    assert_eq!(table.names(&a), ["USER_LINK_ERROR"]);
    table.send(&a, 18, json!({ "state": true }));
    assert_eq!(table.names(&a), ["GROUP_USER_UPDATE", "GROUP_USER_AWAY_STATE"]);
    table.send(&a, 19, json!({ "strain": "OG" }));
    table.send(&a, 21, Value::Null);
    assert_eq!(table.names(&a), ["GROUP_USER_UPDATE", "GROUP_USER_UPDATE"]);
}

#[test]
fn api_defect_a_token_that_nobody_has_is_nobodys() {
    let mut table = Table::new();
    let (_, [a, b]) = table.group([false, false]);
    table.send(&b, 20, json!({ "token": "bogus" }));
    table.answer(&b, Verdict::Invalid);
    assert_eq!(table.names(&b), ["USER_LINK_ERROR"]);
    assert_eq!(table.names(&a), [] as [String; 0]);
}

//! Defects 1, 5 and 7: broken frames, resuming, and the order of frames.

use std::time::Duration;

use hearth_gateway::hub::{Peer, Verdict};
use serde_json::{Value, json};

use crate::table::{Client, Table, device};

// PUFF-04
#[test]
fn defect_1_no_frame_ends_the_gateway() {
    let mut table = Table::new();
    let (_, [a, b]) = table.group([true, false]);
    for frame in [
        "null",
        r#"{"op":1}"#,
        r#"{"op":2}"#,
        r#"{"op":13,"d":{"session_id":"no uuid","session_token":"x"}}"#,
        r#"{"op":17,"d":{"session_id":"no uuid"}}"#,
        r#"{"op":20}"#,
        r#"{"op":20,"d":{"token":"x"}}"#,
        r#"{"op":22,"d":{"id":"no underscore"}}"#,
    ] {
        table.send_raw(&a, frame);
    }
    table.send(&a, 6, json!({ "strain": "x".repeat(49) }));
    table.clear();
    table.send(&b, 11, json!({ "content": "alive" }));
    assert_eq!(table.names(&a), ["GROUP_MESSAGE"]);
}

#[test]
fn defect_1_an_account_service_that_is_down_costs_one_answer() {
    let mut table = Table::new();
    let (_, [a, b]) = table.group([true, false]);
    table.send(&a, 20, json!({ "token": "x" }));
    table.answer(&a, Verdict::Unavailable);
    assert_eq!(table.error(&a).unwrap(), "UNAVAILABLE");
    table.send(&a, 11, json!({ "content": "alive" }));
    assert_eq!(table.names(&b), ["GROUP_MESSAGE"]);
}

#[test]
fn defect_5_a_drop_after_a_resume_is_noticed_and_leaves_no_ghost() {
    let mut table = Table::new();
    let (code, [_a, b]) = table.group([true, true]);
    table.drop_socket(&b);
    let b2 = table.resume(&b);
    table.advance_secs(60);
    table.drop_socket(&b2);
    table.advance_secs(11);
    assert_eq!(table.hub.group(&code).unwrap().member_count, 1);
}

// PUFF-23, PUFF-27
#[test]
fn defect_5_the_old_socket_is_closed_and_its_end_disconnects_nobody() {
    let mut table = Table::new();
    let (_, [a, b]) = table.group([true, true]);
    let b2 = table.resume(&b);
    table.clear();
    assert_eq!(table.closed_with(&b), Some(4007));
    table.drop_socket(&b);
    table.advance_secs(60);
    assert_eq!(table.names(&a), [] as [String; 0]);
    table.state(&b2, 5);
    assert_eq!(table.names(&a), ["GROUP_USER_DEVICE_UPDATE"]);
}

// PUFF-20
#[test]
fn defect_5_away_and_mobile_are_kept_over_a_resume() {
    let mut table = Table::new();
    let (_, [_a, b]) = table.group([true, true]);
    table.send(&b, 6, json!({ "away": true, "mobile": true }));
    table.drop_socket(&b);
    let b2 = table.resume(&b);
    let me = table.taken(&b2, "JOINED_GROUP").remove(0)["members"][1].take();
    assert_eq!((&me["away"], &me["mobile"]), (&json!(true), &json!(true)));
}

#[test]
fn defect_5_the_limit_on_resumes_holds_over_new_sockets() {
    let mut table = Table::new();
    let (_, [_a, b]) = table.group([false, false]);
    let far = Peer { address: "203.0.113.7".parse().unwrap(), ..Peer::LOOPBACK };
    let mut refused = 0;
    for _ in 0..90 {
        let thief = table.connect_from(far);
        table.send(&thief, 13, json!({ "session_id": b.session, "session_token": "guess" }));
        refused += table.taken(&thief, "RATE_LIMITED").len();
    }
    assert_eq!(refused, 30);
}

// PUFF-10
#[test]
fn defect_5_ids_and_tokens_are_long_and_never_the_same() {
    let mut table = Table::new();
    let clients: Vec<Client> = (0..500).map(|_| table.connect()).collect();
    let tokens: std::collections::BTreeSet<&str> = clients.iter().map(|it| it.token.as_str()).collect();
    assert_eq!(tokens.len(), 500);
    assert!(tokens.iter().all(|token| token.len() == 43), "258 bits each");
}

// PUFF-05
#[test]
fn defect_7_frames_of_one_socket_are_executed_in_order() {
    let mut table = Table::new();
    let (code, [a]) = table.group([false]);
    let b = table.connect();
    let frames = [
        json!({ "op": 1, "d": { "group_id": code } }),
        json!({ "op": 4, "d": device(5) }),
        json!({ "op": 11, "d": { "content": "hi" } }),
        json!({ "op": 7 }),
    ];
    for frame in frames {
        table.hub.receive(table.now, b.connection, &frame.to_string());
    }
    table.advance(Duration::ZERO);
    table.send(&b, 420, Value::Null);
    assert_eq!(
        table.names(&a),
        ["GROUP_USER_JOIN", "GROUP_USER_DEVICE_UPDATE", "GROUP_MESSAGE", "GROUP_USER_LEFT", "GROUP_UPDATE"]
    );
}

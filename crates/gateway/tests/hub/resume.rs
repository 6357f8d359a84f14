//! Taking a session up again after its socket was lost.

use serde_json::{Value, json};

use crate::table::Table;

// PUFF-20, PUFF-64
#[test]
fn a_dropped_session_resumes_with_everything_it_had() {
    let mut table = Table::new();
    let (code, [a, b, c]) = table.group([true, true, true]);
    table.send(&b, 6, json!({ "away": true, "mobile": true, "strain": "OG" }));
    table.send(&a, 8, Value::Null);
    table.state(&c, 6);
    table.drop_socket(&b);
    table.advance_secs(9);
    table.clear();
    let b2 = table.resume(&b);
    let frames = table.take(&b2);
    let names: Vec<&str> = frames.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["SESSION_RESUMED", "GROUP_USER_UPDATE", "JOINED_GROUP"]);
    assert_eq!(frames[0].1, json!({ "session_id": b.session }));
    let joined = &frames[2].1;
    assert_eq!((&joined["group_id"], &joined["state"]), (&json!(code), &json!("awaiting")));
    assert_eq!(joined["ready"], json!([c.session]));
    assert_eq!(joined["ready_members"], json!([c.session]));
    let members = joined["members"].as_array().unwrap();
    let me = members.iter().find(|member| member["session_id"] == b.session.as_str()).unwrap();
    assert_eq!((&me["away"], &me["mobile"], &me["strain"]), (&json!(true), &json!(true), &json!("OG")));
    assert_eq!((&me["disconnected"], &me["device_state"]["battery"]), (&json!(false), &json!(77)));
    assert_eq!(
        table.taken(&a, "GROUP_USER_UPDATE"),
        [json!({ "group_id": code, "session_id": b.session, "disconnected": false })]
    );
}

// PUFF-19, PUFF-32
#[test]
fn the_others_hear_of_a_drop_at_once_and_of_the_leave_after_the_grace_time() {
    let mut table = Table::new();
    let (code, [a, b]) = table.group([false, false]);
    table.drop_socket(&b);
    assert_eq!(
        table.take(&a),
        [(
            "GROUP_USER_UPDATE".into(),
            json!({ "group_id": code, "session_id": b.session, "disconnected": true })
        )]
    );
    table.advance_secs(9);
    assert_eq!(table.names(&a), [] as [String; 0]);
    table.advance_secs(1);
    assert_eq!(table.names(&a), ["GROUP_USER_LEFT", "GROUP_UPDATE"]);
}

// PUFF-19, PUFF-22
#[test]
fn after_the_grace_time_there_is_nothing_to_resume() {
    let mut table = Table::new();
    let (_, [_, b]) = table.group([false, false]);
    table.drop_socket(&b);
    table.advance_secs(11);
    let b2 = table.resume(&b);
    assert_eq!(table.take(&b2), [("SESSION_RESUME_ERROR".into(), json!({ "code": "INVALID_SESSION" }))]);
    assert_eq!(table.closed_with(&b2), None);
}

// PUFF-22
#[test]
fn a_refused_resume_leaves_a_usable_session() {
    let mut table = Table::new();
    let (code, [_a, b]) = table.group([false, false]);
    let b2 = table.resume_with(&b.session, "wrong");
    assert_eq!(table.error(&b2).unwrap(), "INVALID_SESSION");
    table.send(&b2, 1, json!({ "group_id": code }));
    assert_eq!(table.names(&b2), ["JOINED_GROUP"]);
}

// PUFF-21
#[test]
fn resuming_works_ten_times_each_time_with_the_token_of_the_latest_hello() {
    let mut table = Table::new();
    let (code, [a, b]) = table.group([true, true]);
    let (session, mut last) = (b.session.clone(), b);
    for round in 1..=10 {
        table.drop_socket(&last);
        table.advance_secs(2);
        let stale = last.token.clone();
        last = table.resume_with(&session, &stale);
        assert_eq!(table.names(&last)[0], "SESSION_RESUMED", "{round}");
        let thief = table.resume_with(&session, &stale);
        assert_eq!(table.error(&thief).unwrap(), "INVALID_SESSION", "{round}");
        table.drop_socket(&thief);
        table.advance_secs(12);
        assert_eq!(table.hub.group(&code).unwrap().member_count, 2, "{round}");
    }
    table.clear();
    table.send(&last, 11, json!({ "content": "still here" }));
    assert_eq!(table.taken(&a, "GROUP_MESSAGE")[0]["author_session_id"], session);
}

// PUFF-23
#[test]
fn a_resume_closes_the_old_socket_which_then_drives_nothing() {
    let mut table = Table::new();
    let (_, [a, b]) = table.group([false, false]);
    let b2 = table.resume(&b);
    assert_eq!(table.closed_with(&b), Some(4007));
    table.clear();
    table.send(&b, 11, json!({ "content": "from the old socket" }));
    table.drop_socket(&b);
    table.advance_secs(30);
    assert_eq!(table.names(&a), [] as [String; 0]);
    table.send(&b2, 11, json!({ "content": "from the new one" }));
    assert_eq!(table.names(&a), ["GROUP_MESSAGE"]);
}

#[test]
fn a_drop_after_a_resume_is_noticed() {
    let mut table = Table::new();
    let (_, [a, b]) = table.group([false, false]);
    table.drop_socket(&b);
    let b2 = table.resume(&b);
    table.advance_secs(20);
    table.clear();
    table.drop_socket(&b2);
    assert_eq!(table.taken(&a, "GROUP_USER_UPDATE")[0]["disconnected"], true);
    table.advance_secs(10);
    assert_eq!(table.names(&a), ["GROUP_USER_LEFT", "GROUP_UPDATE"]);
}

#[test]
fn the_session_of_the_new_hello_is_gone_after_a_resume() {
    let mut table = Table::new();
    let (_, [_, b]) = table.group([false, false]);
    table.drop_socket(&b);
    table.resume(&b);
    assert_eq!(table.hub.population().sessions, 2);
    assert_eq!(table.hub.population().connections, 2);
}

#[test]
fn one_resume_a_minute_for_each_new_session() {
    let mut table = Table::new();
    let (_, [_, b]) = table.group([false, false]);
    let b2 = table.resume_with(&b.session, "wrong");
    table.clear();
    table.send(&b2, 13, json!({ "session_id": b.session, "session_token": b.token }));
    assert_eq!(table.take(&b2), [("RATE_LIMITED".into(), json!({ "op": 13 }))]);
}

//! Chat, reactions, away, strain, and watching a device.

use serde_json::{Value, json};

use crate::table::{Table, of_a_group};

// PUFF-36
#[test]
fn a_message_goes_to_everybody_with_its_author_and_time() {
    let mut table = Table::new();
    let (code, [a, b]) = table.group([false, false]);
    table.send(&a, 11, json!({ "content": "héllo 👋", "extra": 1 }));
    let message = json!({
        "group_id": code, "author_session_id": a.session,
        "message": { "content": "héllo 👋", "timestamp": table.now.unix_ms },
    });
    assert_eq!(table.take(&a), [("GROUP_MESSAGE".into(), message.clone())]);
    assert_eq!(table.take(&b), [("GROUP_MESSAGE".into(), message)]);
}

// PUFF-36
#[test]
fn messages_have_one_to_1024_characters() {
    let mut table = Table::new();
    let (_, [a]) = table.group([false]);
    for (content, error) in [
        ("", true),
        ("   ", false),
        (&*"x".repeat(1024), false),
        (&*"x".repeat(1025), true),
        (&*"é".repeat(1024), false),
    ] {
        table.send(&a, 11, json!({ "content": content }));
        assert_eq!(table.error(&a).is_some(), error, "{}", content.len());
    }
}

// PUFF-31, PUFF-64
#[test]
fn the_aliases_say_what_op_6_says() {
    let mut table = Table::new();
    let (code, [a, b]) = table.group([false, false]);
    let update = |key: &str, value: Value| {
        let mut d = json!({ "session_id": a.session, "group_id": code });
        d[key] = value;
        ("GROUP_USER_UPDATE".to_owned(), d)
    };
    table.send(&a, 18, json!({ "state": true }));
    let away = ("GROUP_USER_AWAY_STATE".to_owned(), json!({ "session_id": a.session, "state": true }));
    assert_eq!(table.take(&b), [update("away", json!(true)), away]);
    table.send(&a, 19, json!({ "strain": "OG" }));
    assert_eq!(table.take(&b), [update("strain", json!("OG"))]);
    table.send(&a, 21, Value::Null);
    assert_eq!(table.take(&b), [update("mobile", json!(true))]);
    table.send(&a, 6, json!({ "strain": null }));
    assert_eq!(table.take(&b), [update("strain", Value::Null)]);
}

// PUFF-44
#[test]
fn everything_about_a_group_is_refused_outside_of_one() {
    for (op, d) in of_a_group() {
        let mut table = Table::new();
        let a = table.connect();
        table.send(&a, op, d);
        assert_eq!(
            table.take(&a),
            [("GROUP_ACTION_ERROR".into(), json!({ "code": "NOT_IN_GROUP" }))],
            "op {op}"
        );
    }
}

// PUFF-43
#[test]
fn whoever_watches_a_device_hears_of_its_counters() {
    let mut table = Table::new();
    let (_, [a]) = table.group([true]);
    let watcher = table.connect();
    table.send(&watcher, 22, json!({ "id": "device_cHNldWRvbnlt" }));
    assert_eq!(table.names(&watcher), [] as [String; 0]);
    table.state(&a, 6);
    table.send(&a, 4, json!({ "totalDabs": 421 }));
    let update = json!({ "id": "device_cHNldWRvbnlt", "dabs": 421 });
    assert_eq!(table.take(&watcher), [("WATCHED_DEVICE_UPDATE".into(), update)]);
    table.drop_socket(&watcher);
    table.advance_secs(11);
    table.send(&a, 4, json!({ "totalDabs": 422 }));
}

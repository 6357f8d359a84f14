//! The life of a connection: introducing, heartbeats, errors, losses, tries.

use hearth_gateway_client::chat::{Event, Refusal, Request, Status};
use hearth_gateway_client::machine::OpenFailure;
use serde_json::{Value, json};

use crate::common::assert_strict;
use crate::script::{LOUNGE, Script, room};

#[test]
fn i386_01_02_16_19_20_it_is_connected_after_140_whatever_version_it_names() {
    for (v, session_id) in [(json!(6), json!(1)), (json!(99), json!(18_446_744_073_709_551_615_u64))] {
        let mut script = Script::new();
        script.connect();
        script.accept();
        script.ready();
        assert!(!matches!(script.status(), Some(Status::Connected { .. })), "nobody presented themselves");
        script.introduces();
        script.introduces();
        assert_eq!(script.sent().len(), 1, "once is enough");
        script.tells(json!({"f": 140, "cnf": {"v": v, "session_id": session_id, "enc_key": ""}}));
        let Some(Status::Connected { user, .. }) = script.status() else { panic!("not connected") };
        assert_eq!(
            (user.id.as_str(), user.username.as_str()),
            ("", "ada"),
            "other servers do not tell who we are"
        );
    }
}

#[test]
fn i386_03_05_06_heartbeats_come_as_often_as_the_server_asks_and_tell_the_latency() {
    let mut script = Script::live();
    let before = script.beats;
    script.wait_ms(199_000);
    assert_eq!((before, script.beats), (1, 10));
    script.acknowledges = false;
    script.wait_ms(1500);
    script.wait_ms(70);
    script.tells(json!({"f": 120}));
    let Some(Status::Connected { latency: Some(latency), .. }) = script.status() else {
        panic!("no latency")
    };
    assert_eq!(latency.as_millis(), 570);
}

#[test]
fn i386_07_a_heartbeat_that_is_not_answered_when_the_next_is_due_ends_the_connection() {
    let mut script = Script::live();
    script.acknowledges = false;
    script.wait_ms(20_000 + 19_900);
    script.somebody_says(1, 6, "other things are no answer");
    assert!(script.has_socket());
    script.wait_ms(200);
    assert_eq!(script.closed(), [1001]);
    assert!(matches!(script.status(), Some(Status::Waiting { .. })));
}

#[test]
fn without_100_or_140_a_connection_is_none() {
    for introduces in [false, true] {
        let mut script = Script::new();
        script.connect();
        script.accept();
        if introduces {
            script.introduces();
        }
        script.wait_ms(10_000);
        assert_eq!(script.closed(), [1001]);
    }
}

/// I386-22 (I386-R4)
#[test]
fn i386_22_a_fatal_error_is_known_before_the_close_and_another_costs_nothing() {
    let mut script = Script::live();
    for c in [1, 3, 99, 4002, 4004, 4005, 544_541] {
        script.fails(c, None);
    }
    assert!(script.has_socket() && script.events().is_empty());
    script.tells(json!({"f": 150, "cnf": {"c": 4004, "d": true, "error": "no UTF-8"}}));
    script.cut(Some(4004));
    assert_eq!(script.refusal(), Refusal::Misunderstood("no UTF-8".into()));
    let mut script = Script::live();
    script.tells(json!({"f": 150, "cnf": {"c": 4001, "d": true}}));
    script.cut(Some(4001));
    assert!(matches!(script.status(), Some(Status::Waiting { .. })));
}

/// I386-31 (I386-R16)
#[test]
fn i386_31_a_server_that_goes_down_is_left_alone_for_a_while() {
    let mut script = Script::live();
    script.event("GATEWAY_DOWN", json!({}));
    script.tells(json!({"f": 150, "cnf": {"c": 4003, "d": true}}));
    script.cut(Some(4003));
    let waited = script.until_tried();
    assert!((4000..=6005).contains(&waited), "{waited}");
    // Also where only the announcement arrived.
    let mut script = Script::live();
    script.event("GATEWAY_DOWN", json!({}));
    script.cut(None);
    assert!(script.until_tried() >= 4000);
}

/// I386-R17
#[test]
fn who_was_too_much_comes_back_late() {
    let mut script = Script::live();
    script.tells(json!({"f": 150, "cnf": {"c": 4002, "d": true}}));
    script.cut(Some(4002));
    assert!(script.until_tried() >= 15_000);
}

/// Coming back would only end the next one, in a ring.
#[test]
fn one_connection_too_many_waits_for_its_person() {
    let mut script = Script::live();
    script.tells(json!({"f": 150, "cnf": {"c": 4009, "d": true, "error": "too many connections"}}));
    script.cut(Some(4009));
    assert_eq!(script.refusal(), Refusal::Crowded);
    script.wait_ms(120_000);
    assert_eq!(script.opened, 1);
    script.request(Request::Retry);
    assert_eq!(script.opened, 2);
}

#[test]
fn tries_come_later_and_later_up_to_thirty_seconds_and_never_end() {
    let mut script = Script::live();
    script.cut(None);
    assert_strict(&script.waits(20, |script| {
        script.open_failed(OpenFailure::Network("refused".into()));
    }));
}

#[test]
fn after_a_loss_we_are_where_we_were() {
    let mut script = Script::here();
    script.cut(None);
    let events = script.events();
    assert!(events.contains(&Event::Here(None)), "{events:?}");
    script.until_tried();
    script.greet();
    let id: u64 = LOUNGE.parse().unwrap();
    let sent = script.sent();
    assert_eq!((&sent[1]["t"], &sent[1]["cnf"]), (&json!("CHANNEL_MOVE"), &json!({"id": id})));
    script.moves_us(LOUNGE);
    assert!(script.events().contains(&Event::Here(Some(LOUNGE.into()))));
    // A room that is gone is not looked for again.
    script.cut(None);
    script.until_tried();
    script.greet();
    let s = script.sent()[1]["s"].as_u64();
    script.fails(3, s);
    script.cut(None);
    script.until_tried();
    script.greet();
    assert_eq!(script.sent().len(), 1);
}

/// I386-08, I386-12 (I386-R8): what cannot be read costs only itself.
#[test]
fn i386_04_08_09_10_11_12_what_cannot_be_read_is_passed_over() {
    let mut script = Script::live();
    for text in
        ["", "null", "[]", "5", "{}", r#"{"f":"100"}"#, r#"{"f":110,"cnf":{"token":"x"}}"#, r#"{"f":777}"#]
    {
        script.says(text);
    }
    script.tells(json!({"f": 130, "t": "A", "e": "B", "cnf": {}}));
    script.tells(json!({"f": 130, "t": "MESSAGE_CREATE", "cnf": null}));
    script.tells(json!({"f": 100, "cnf": {"hb_int": 1}}));
    script.says(&"x".repeat(5000));
    assert!(script.has_socket() && script.events().is_empty());
    assert_eq!(script.sent(), [Value::Null; 0]);
    // Either member names the event (I386-R1).
    script.tells(json!({"f": 130, "e": "CHANNEL_ADD", "cnf": {"room": room("7", "attic")}}));
    script.wait_ms(100);
    assert!(script.events().iter().any(|event| matches!(event, Event::Servers(_))));
}

#[test]
fn whoever_disconnects_says_goodbye_and_is_asked_for_the_token_again() {
    let mut script = Script::here();
    script.request(Request::Disconnect);
    assert_eq!(script.closed(), [1000]);
    assert!(script.events().contains(&Event::Status(Status::Offline)));
    script.wait_ms(120_000);
    script.request(Request::Retry);
    assert_eq!(script.opened, 1);
}

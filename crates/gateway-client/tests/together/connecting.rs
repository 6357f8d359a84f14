//! The life of a connection: heartbeats, losses, tries.

use hearth_gateway_client::machine::OpenFailure;
use hearth_gateway_client::together::{Event, Presence, PresenceStatus, Refusal, Request, Status};
use serde_json::json;

use crate::common::assert_strict;
use crate::script::{Script, document_server, real_server, user};

/// TOG-05, TOG-06, TOG-11, TOG-23
#[test]
fn tog_11_a_heartbeat_is_said_every_thirty_seconds_and_its_answer_tells_how_long_the_way_is() {
    let mut script = Script::live();
    let before = script.beats;
    script.wait_ms(299_000);
    assert_eq!((before, script.beats), (1, 10));
    script.acknowledges = false;
    script.wait_ms(1500);
    assert_eq!(script.beats, 11);
    script.wait_ms(70);
    script.says(r#"{"op":"HEARTBEAT_ACK","t":null,"d":null}"#);
    let status = script.status();
    let Some(Status::Connected { latency: Some(latency), .. }) = status else { panic!("{status:?}") };
    assert!((70..2000).contains(&latency.as_millis()), "{latency:?}");
}

/// TOG-06, TOG-11
#[test]
fn tog_11_a_server_that_does_not_answer_heartbeats_is_gone() {
    let mut script = Script::live();
    script.acknowledges = false;
    script.wait_ms(30_000 + 14_900);
    assert!(script.has_socket());
    script.wait_ms(200);
    assert_eq!(script.closed(), [1001]);
    assert!(matches!(script.status(), Some(Status::Waiting { .. })));
}

#[test]
fn without_ready_a_connection_is_none() {
    let mut script = Script::new();
    script.connect(false);
    script.sign_in();
    script.wait_ms(12_000);
    assert_eq!(script.closed(), [1001]);
    script.until_tried();
    script.accept();
    script.tells("PRESENCE_UPDATE", json!({"user_id": "u2", "status": "online"}));
    script.tells("READY", json!({"servers": []}));
    script.forget();
    script.wait_ms(10_000);
    assert_eq!(script.closed(), [1001]);
    assert!(
        !script.events().iter().any(|event| matches!(event, Event::Presence { .. } | Event::Ready { .. }))
    );
}

/// TOG-29 (TOG-R24)
#[test]
fn tog_29_tries_come_later_and_later_up_to_thirty_seconds_and_never_end() {
    let mut script = Script::live();
    script.cut(None);
    assert_strict(&script.waits(20, |script| script.unreached("POST /auth/login")));
    script.back();
    script.wait_ms(20_000);
    script.cut(None);
    assert!(script.until_tried() <= 1505, "it was good for a while");
}

/// TOG-31 (TOG-R19, TOG-R21): with a close frame or without.
#[test]
fn tog_31_a_server_that_goes_away_is_tried_again() {
    for code in [Some(1001), Some(1000), None, Some(1011), Some(4008)] {
        let mut script = Script::live();
        script.cut(code);
        assert!(matches!(script.status(), Some(Status::Waiting { .. })), "{code:?}");
        script.back();
        let events = script.events();
        assert!(events.iter().any(|event| matches!(event, Event::Ready { .. })), "{code:?}: {events:?}");
    }
}

/// TOG-30
#[test]
fn tog_30_a_server_that_cannot_read_us_is_not_tried_again() {
    let mut script = Script::live();
    script.cut(Some(4002));
    assert_eq!(script.refusal(), Refusal::Misunderstood("why".into()));
    script.wait_ms(120_000);
    assert_eq!((script.opened, script.sign_ins), (1, 1));
    script.request(Request::Retry);
    script.sign_in();
    assert_eq!(script.opened, 2);
}

/// The account has too many connections: coming back would only end the next one, in a ring.
#[test]
fn one_connection_too_many_waits_for_its_person() {
    let mut script = Script::live();
    script.cut(Some(4009));
    assert_eq!(script.refusal(), Refusal::Crowded);
    script.wait_ms(120_000);
    assert_eq!((script.opened, script.sign_ins), (1, 1));
    script.request(Request::Retry);
    script.sign_in();
    assert_eq!(script.opened, 2);
}

#[test]
fn whoever_disconnects_says_goodbye_and_is_asked_for_the_password_again() {
    let mut script = Script::live();
    script.request(Request::Disconnect);
    assert_eq!((script.closed(), script.status()), (vec![1000], Some(Status::Offline)));
    script.wait_ms(120_000);
    script.request(Request::Retry);
    assert_eq!((script.opened, script.sign_ins), (1, 1));
    script.connect(false);
    script.sign_in();
    assert_eq!(script.opened, 2);
}

#[test]
fn a_web_server_that_does_not_upgrade_is_tried_again_after_it_was_signed_in_to() {
    let mut script = Script::new();
    script.connect(false);
    script.sign_in();
    script.open_failed(OpenFailure::Http(502));
    assert!(matches!(script.status(), Some(Status::Waiting { .. })));
}

/// TOG-07, TOG-18, TOG-24 (TOG-R6, TOG-R16)
#[test]
fn tog_24_idle_is_called_as_the_server_calls_it_and_said_again_after_a_reconnect() {
    let idle = Presence { status: PresenceStatus::Idle, custom_status: Some("in a sesh".into()) };
    for (server, name) in [(real_server(), "away"), (document_server(), "idle")] {
        let mut script = Script::new();
        script.request(Request::Presence(idle.clone()));
        script.connect(false);
        script.sign_in();
        script.accept();
        script.ready(std::slice::from_ref(&server));
        let said = json!({"op": "PRESENCE_UPDATE", "d": {"status": name, "custom_status": "in a sesh"}});
        assert_eq!(script.sent(), std::slice::from_ref(&said));
        script.cut(None);
        script.until_tried();
        script.sign_in();
        script.accept();
        script.ready(&[server]);
        assert_eq!(script.sent(), [said]);
    }
}

/// TYPING_START is no word of the document: its server closes with 4002 for it (TOG-30).
#[test]
fn tog_30_typing_is_told_to_servers_that_do_not_close_for_it_and_not_too_often() {
    let typing = || Request::Typing { channel: "c1".into() };
    let mut script = Script::live();
    script.request(typing());
    script.request(typing());
    script.wait_ms(2900);
    script.request(typing());
    assert_eq!(script.sent(), [json!({"op": "TYPING_START", "d": {"channel_id": "c1"}})]);
    script.wait_ms(200);
    script.request(typing());
    assert_eq!(script.sent().len(), 1);
    let mut script = Script::new();
    script.connect(false);
    script.sign_in();
    script.accept();
    let mut user = user();
    user.as_object_mut().unwrap().remove("custom_status");
    script.tells("READY", json!({"user": user, "servers": [document_server()]}));
    script.request(typing());
    assert_eq!(script.sent(), [json!(null); 0]);
}

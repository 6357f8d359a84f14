//! From the address to the hello, and what follows from each way in which it ends.

use hearth_gateway_client::concierge::{ConciergeConfig, EndpointError, Refusal, Request, Status, endpoint};
use hearth_gateway_client::machine::{Machine, OpenFailure};
use serde_json::json;

use crate::script::{Script, US, config, uuid};

fn connecting() -> Script {
    let mut script = Script::new();
    script.request(Request::Connect);
    script
}

fn is_waiting(script: &mut Script) -> bool {
    matches!(script.status(), Some(Status::Waiting { .. }))
}

/// CON-01, CON-R8
#[test]
fn con_01_the_subprotocol_is_offered_on_the_path_of_the_dialect() {
    assert_eq!(Script::new().session.link().subprotocols, ["ert-concierge"]);
    for (given, opened) in [
        ("http://127.0.0.1:64209", "ws://127.0.0.1:64209/ws"),
        ("https://sesh.example/", "wss://sesh.example/ws"),
        ("ws://[::1]:64209/ws", "ws://[::1]:64209/ws"),
        ("wss://host/broker/ws?x=1", "wss://host/broker/ws?x=1"),
    ] {
        assert_eq!(endpoint(given).as_deref(), Ok(opened));
    }
    assert_eq!(endpoint("ftp://host"), Err(EndpointError::Scheme("ftp".into())));
}

/// CON-02, CON-21, CON-12
#[test]
fn con_02_the_first_text_is_the_identification_and_it_goes_out_at_once() {
    let mut script = connecting();
    assert_eq!(script.status(), Some(Status::Connecting));
    script.accept();
    let identify = json!({"type": "IDENTIFY", "name": "sam_2", "nickname": "Sam", "version": "0.2.0", "tags": ["hearth"]});
    assert_eq!(script.sent(), [identify]);
    // One generation closes the connection for a ping before the hello (CON-R3).
    script.wait_ms(9000);
    assert_eq!((script.pings, script.sent().len()), (0, 0));
}

/// CON-R4
#[test]
fn con_r4_a_secret_goes_with_the_identification_and_is_not_shown() {
    let secret = ConciergeConfig { secret: Some("s3cret".into()), ..config() };
    assert!(!format!("{secret:?}").contains("s3cret"));
    let mut script = Script::with(secret);
    assert!(!format!("{:?}", script.session).contains("s3cret"));
    script.request(Request::Connect);
    script.accept();
    assert_eq!(script.sent()[0]["secret"], "s3cret");
}

/// CON-11, CON-33
#[test]
fn con_11_the_hello_says_who_we_are() {
    let mut script = connecting();
    script.accept();
    script.forget();
    script.hello();
    let connected = |event: &Status| matches!(event, Status::Connected { uuid: own, .. } if *own == uuid(US));
    assert!(script.status().is_some_and(|status| connected(&status)));
    assert_eq!(script.sent_types(), ["CLIENT_FETCH_ALL", "SERVICE_FETCH_ALL"]);
}

/// CON-04, CON-05, CON-06, CON-08, CON-09, CON-10, CON-R1, CON-R5: nothing is tried again unchanged.
#[test]
fn con_r1_an_identification_that_is_refused_is_not_repeated() {
    for (code, why) in [
        (4000, Refusal::Protocol),
        (4002, Refusal::Protocol),
        (4003, Refusal::Protocol),
        (4005, Refusal::NameTaken),
        (4006, Refusal::BadSecret),
        (4007, Refusal::Version),
        (4008, Refusal::BadName),
    ] {
        let mut script = connecting();
        script.accept();
        script.cut(Some(code));
        assert_eq!(script.status(), Some(Status::Refused(why)), "{code}");
        script.wait_ms(3_600_000);
        assert_eq!(script.opened, 1, "{code}");
        script.request(Request::Retry);
        assert_eq!(script.opened, 2, "{code}: asked for by the person");
    }
}

/// CON-07: a server that found us too slow is tried again.
#[test]
fn con_07_other_ends_are_tried_again_later_and_later() {
    for code in [None, Some(1000), Some(1001), Some(1002), Some(1011), Some(4004), Some(4009), Some(4444)] {
        let mut script = connecting();
        script.accept();
        script.cut(code);
        assert!(is_waiting(&mut script), "{code:?}");
        script.wait_ms(3000);
        assert_eq!(script.opened, 2, "{code:?}");
    }
    let mut script = connecting();
    for round in 0..40 {
        script.open_failed(OpenFailure::Network("refused".into()));
        let Some(Status::Waiting { retry_at }) = script.status() else { panic!("not waiting") };
        assert!(retry_at >= script.instant_at(1000) && retry_at <= script.instant_at(30_000));
        assert!(round < 4 || retry_at >= script.instant_at(10_000));
        script.until_tried();
    }
}

#[test]
fn a_server_that_never_answers_is_given_up_and_tried_again() {
    let mut script = connecting();
    script.wait_ms(12_000);
    assert_eq!(script.closed(), [1001]);
    assert!(is_waiting(&mut script));
    script.wait_ms(3000);
    script.accept();
    script.wait_ms(10_000);
    assert_eq!(script.closed(), [1001]);
    assert!(is_waiting(&mut script));
}

#[test]
fn what_is_no_concierge_is_refused() {
    let mut script = connecting();
    script.open_failed(OpenFailure::Http(404));
    assert_eq!(script.status(), Some(Status::Refused(Refusal::Protocol)));
    let mut script = connecting();
    script.accept();
    script.says("welcome to the chat");
    assert_eq!(script.status(), Some(Status::Refused(Refusal::Protocol)));
    assert_eq!(script.closed(), [1001]);
}

/// CON-21
#[test]
fn con_21_a_name_that_no_server_takes_is_refused_without_asking_one() {
    for name in ["", "a b", "a-b", "a\"b"] {
        let mut script = Script::with(ConciergeConfig { name: name.into(), ..config() });
        script.request(Request::Connect);
        assert_eq!(script.status(), Some(Status::Refused(Refusal::BadName)), "{name}");
        assert_eq!(script.opened, 0);
    }
}

/// CON-08, CON-R29: the server has not missed our former connection yet.
#[test]
fn con_08_a_name_that_is_taken_just_after_a_loss_is_our_own() {
    let mut script = Script::live(&[]);
    script.wait_ms(20_000);
    script.cut(None);
    let mut tries = 0;
    loop {
        script.until_tried();
        script.accept();
        script.forget();
        script.cut(Some(4005));
        tries += 1;
        match script.status() {
            Some(Status::Waiting { .. }) => {}
            status => {
                assert_eq!(status, Some(Status::Refused(Refusal::NameTaken)));
                break;
            }
        }
    }
    assert!((3..=10).contains(&tries), "{tries} tries while it may be our own");
}

/// CON-04, CON-R1: after the hello the identification was taken.
#[test]
fn con_04_an_error_inside_the_server_is_not_taken_for_a_refusal() {
    for code in [4000, 4002] {
        let mut script = Script::live(&[]);
        script.cut(Some(code));
        assert!(is_waiting(&mut script), "{code}");
    }
}

/// CON-R7
#[test]
fn con_r7_we_ping_every_five_seconds_and_measure() {
    let mut script = Script::live(&[]);
    let before = script.pings;
    script.wait_ms(60_000);
    assert!((11..=13).contains(&(script.pings - before)), "{}", script.pings);
    assert!(script.has_socket());
}

/// CON-R7: whatever else arrives.
#[test]
fn con_r7_a_link_that_answers_no_ping_for_fifteen_seconds_is_dead() {
    let mut script = Script::live(&[]);
    script.wait_ms(5000);
    script.pong = false;
    for second in 0..30 {
        script.wait_ms(1000);
        if !script.has_socket() {
            assert!((15..=20).contains(&second), "{second}");
            assert_eq!(script.closed(), [1001]);
            return assert!(is_waiting(&mut script));
        }
        script.tells(json!({"type": "CLIENT_JOINED", "client": crate::script::client("x", 9)}));
    }
    panic!("the dead link was not found");
}

#[test]
fn offline_is_offline() {
    let mut script = Script::live(&[]);
    script.request(Request::Disconnect);
    assert_eq!(script.closed(), [1000]);
    assert_eq!(script.status(), Some(Status::Offline));
    script.wait_ms(3_600_000);
    script.request(Request::Retry);
    assert_eq!(script.opened, 1);
    script.request(Request::Connect);
    assert_eq!(script.opened, 2);
    let now = script.now;
    script.session.leave(now);
}

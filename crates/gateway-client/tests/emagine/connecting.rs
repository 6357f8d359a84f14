//! The life of a connection: identifying, heartbeats both ways, losses, tries.

use hearth_gateway_client::chat::{Event, Refusal, Request, Status};
use hearth_gateway_client::machine::OpenFailure;
use serde_json::json;

use crate::script::{PUB, Script, US, channel};

#[test]
fn emg_01_03_05_it_identifies_after_hello_and_is_connected_after_ready() {
    let mut script = Script::new();
    script.connect(false);
    script.sign_in();
    assert_eq!(script.url, "ws://127.0.0.1:8080/gateway");
    script.accept();
    assert_eq!(script.sent(), [json!(null); 0]);
    script.ready();
    assert!(!matches!(script.status(), Some(Status::Connected { .. })), "nobody was identified");
    script.hello();
    assert_eq!(script.sent(), [json!({"op": 1, "token": "token1"})]);
    script.hello();
    assert_eq!(script.sent(), [json!(null); 0], "once is enough");
    script.ready();
    let Some(Status::Connected { user, .. }) = script.status() else { panic!("not connected") };
    assert_eq!((user.id.as_str(), user.username.as_str()), (US, "ada"));
}

/// EMG-05 (EMG-R1): the document has the opcode of Identify for Ready.
#[test]
fn emg_05_ready_comes_in_two_shapes() {
    for ready in [json!({"op": 2, "user": US}), json!({"op": 1, "user": US})] {
        let mut script = Script::new();
        script.connect(false);
        script.sign_in();
        script.accept();
        script.hello();
        script.tells(ready);
        assert!(matches!(script.status(), Some(Status::Connected { .. })));
    }
}

/// EMG-11 (EMG-R10, EMG-R11): whatever the time is, and before anybody is identified too.
#[test]
fn emg_08_09_11_heartbeats_of_the_server_are_answered_at_once() {
    let mut script = Script::new();
    script.connect(false);
    script.sign_in();
    script.accept();
    script.tells(json!({"op": 10, "time": 5}));
    assert_eq!(script.sent(), [json!({"op": 11, "time": 5})]);
    let mut script = Script::live();
    for time in [json!(1_579_276_740_336_u64), json!("abc"), json!({"a": 1}), json!(1.5)] {
        script.tells(json!({"op": 10, "time": time}));
        assert_eq!(script.sent(), [json!({"op": 11, "time": time})]);
    }
    script.tells(json!({"op": 10}));
    assert_eq!(script.sent(), [json!({"op": 11})]);
}

#[test]
fn emg_02_10_13_our_own_heartbeats_come_as_often_as_the_server_asks_and_tell_the_latency() {
    let mut script = Script::live();
    let before = script.beats;
    script.wait_ms(449_000);
    assert_eq!((before, script.beats), (1, 10));
    script.acknowledges = false;
    script.wait_ms(1500);
    assert_eq!(script.beats, 11);
    let sent_at = script.now.unix_ms - 500;
    script.wait_ms(70);
    // The one of before, and none of ours.
    script.tells(json!({"op": 11, "time": sent_at - 45_000}));
    script.tells(json!({"op": 11}));
    assert_eq!(script.status(), None);
    script.tells(json!({"op": 11, "time": sent_at}));
    let Some(Status::Connected { latency: Some(latency), .. }) = script.status() else {
        panic!("no latency")
    };
    assert_eq!(latency.as_millis(), 570);
}

/// EMG-12: from our side.
#[test]
fn emg_12_a_server_that_does_not_answer_within_one_interval_is_gone() {
    let mut script = Script::live();
    script.acknowledges = false;
    script.wait_ms(45_000 + 44_900);
    assert!(script.has_socket());
    // It still asks itself, but hears nothing.
    script.tells(json!({"op": 10, "time": 1}));
    script.wait_ms(200);
    assert_eq!(script.closed(), [1001]);
    assert!(matches!(script.status(), Some(Status::Waiting { .. })));
}

#[test]
fn without_hello_or_ready_a_connection_is_none() {
    for says_hello in [false, true] {
        let mut script = Script::new();
        script.connect(false);
        script.sign_in();
        script.accept();
        if says_hello {
            script.hello();
        }
        script.wait_ms(10_000);
        assert_eq!(script.closed(), [1001]);
    }
}

#[test]
fn emg_06_a_token_that_is_refused_is_replaced_once() {
    let mut script = Script::live();
    script.cut(Some(4003));
    assert_eq!(script.status(), Some(Status::SigningIn));
    script.sign_in();
    script.accept();
    script.hello();
    assert_eq!(script.sent(), [json!({"op": 1, "token": "token2"})]);
    script.cut(Some(4003));
    assert_eq!(script.refusal(), Refusal::SignInAgain);
    script.wait_ms(120_000);
    assert_eq!((script.opened, script.sign_ins), (2, 2));
}

#[test]
fn a_token_is_kept_for_the_next_connection() {
    let mut script = Script::live();
    script.wait_ms(20_000);
    script.cut(None);
    script.back();
    assert_eq!((script.opened, script.sign_ins), (2, 1));
    assert_eq!(script.sent()[0], json!({"op": 1, "token": "token1"}));
}

#[test]
fn tries_come_later_and_later_up_to_thirty_seconds_and_never_end() {
    let mut script = Script::live();
    script.cut(None);
    let waits = script.waits(30, |script| script.open_failed(OpenFailure::Network("refused".into())));
    assert!((1000..=3005).contains(&waits[0]), "{waits:?}");
    assert!(waits.iter().all(|wait| *wait <= 30_005), "{waits:?}");
    assert!(waits[4..].iter().all(|wait| *wait >= 10_000), "{waits:?}");
    script.back();
    script.wait_ms(20_000);
    script.cut(Some(1001));
    assert!(script.until_tried() <= 3005, "it was good for a while");
}

/// EMG-04, EMG-12
#[test]
fn emg_04_what_each_close_means() {
    for (code, refusal) in [
        (Some(4001), Some(Refusal::Misunderstood("why".into()))),
        (Some(4009), Some(Refusal::Crowded)),
        (Some(4002), None),
        (Some(4008), None),
        (Some(1000), None),
        (None, None),
    ] {
        let mut script = Script::live();
        script.cut(code);
        match refusal {
            Some(refusal) => {
                assert_eq!(script.refusal(), refusal, "{code:?}");
                script.wait_ms(120_000);
                assert_eq!(script.opened, 1, "{code:?}");
                script.request(Request::Retry);
                assert_eq!(script.opened, 2, "{code:?}");
            }
            None => {
                assert!(matches!(script.status(), Some(Status::Waiting { .. })), "{code:?}");
                script.back();
                assert!(script.events().iter().any(|event| matches!(event, Event::Ready { .. })), "{code:?}");
            }
        }
    }
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
    script.greet();
    script.lists(json!([channel(PUB, None)]));
    assert_eq!((script.opened, script.sign_ins), (2, 2));
}

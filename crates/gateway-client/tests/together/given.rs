//! Sessions with a token that was given: how it is used, when the next is asked for, and what when none comes.

use std::time::Duration;

use hearth_gateway_client::machine::OpenFailure;
use hearth_gateway_client::together::{AccessToken, Event, Refusal, Request, Status};
use serde_json::{Value, json};

use crate::script::{Script, VOICE, real_server, voice_state};

fn token(text: &str) -> AccessToken {
    AccessToken { text: text.into(), good_for: Duration::from_secs(900) }
}

fn shows(script: &Script, token: &str) {
    assert_eq!(script.url, format!("ws://127.0.0.1:8080/ws?token={token}"));
}

fn live() -> Script {
    let mut script = Script::new();
    script.request(Request::ConnectWith { token: token("one") });
    shows(&script, "one");
    script.accept();
    script.ready(&[real_server()]);
    script.forget();
    script
}

/// How often another one was asked for.
fn wanted(script: &mut Script) -> usize {
    script.events().iter().filter(|event| **event == Event::TokenWanted).count()
}

fn give(script: &mut Script, text: &str) {
    script.request(Request::Token { token: token(text) });
}

#[test]
fn it_connects_and_calls_with_the_token_and_never_signs_in() {
    let mut script = live();
    script.request(Request::JoinVoice { channel: VOICE.into() });
    let request =
        script.answer(&format!("POST /channels/{VOICE}/voice"), 201, voice_state("u1", Some(VOICE)));
    assert_eq!(request.bearer.as_deref(), Some("one"));
    assert_eq!((script.sign_ins, wanted(&mut script)), (0, 0));
}

#[test]
fn the_next_one_is_asked_for_a_minute_before_the_end_and_again_until_there_is_one() {
    let mut script = live();
    script.wait_ms(839_000);
    assert_eq!(wanted(&mut script), 0);
    script.wait_ms(2_000);
    assert_eq!(wanted(&mut script), 1);
    script.wait_ms(20_000);
    assert_eq!(wanted(&mut script), 1);
    give(&mut script, "two");
    script.wait_ms(600_000);
    assert_eq!(wanted(&mut script), 0);
    script.request(Request::LeaveVoice { channel: VOICE.into() });
    assert_eq!(script.take(&format!("DELETE /channels/{VOICE}/voice")).1.bearer.as_deref(), Some("two"));
    assert_eq!(script.opened, 1, "the connection outlives its token");
}

#[test]
fn after_a_loss_the_same_token_is_shown_again_while_it_is_good() {
    let mut script = live();
    script.cut(None);
    script.until_tried();
    shows(&script, "one");
    script.accept();
    script.ready(&[real_server()]);
    assert_eq!(wanted(&mut script), 0);
    // With another one in store that is shown.
    give(&mut script, "two");
    script.cut(Some(1001));
    script.until_tried();
    shows(&script, "two");
}

#[test]
fn a_token_that_is_not_taken_any_more_is_replaced_once_at_a_time() {
    let mut script = live();
    script.cut(Some(4001));
    assert_eq!((script.status(), script.has_socket()), (Some(Status::SigningIn), false));
    give(&mut script, "two");
    shows(&script, "two");
    script.open_failed(OpenFailure::Http(401));
    assert_eq!(script.refusal(), Refusal::SignInAgain);
    script.wait_ms(120_000);
    assert_eq!((script.opened, wanted(&mut script)), (2, 0), "nothing is tried by itself");
    script.request(Request::ConnectWith { token: token("three") });
    shows(&script, "three");
}

#[test]
fn a_call_that_is_refused_is_made_again_with_the_next_token() {
    let mut script = live();
    let path = format!("DELETE /channels/{VOICE}/voice");
    script.request(Request::LeaveVoice { channel: VOICE.into() });
    script.answer(&path, 401, json!({ "error": "words" }));
    assert_eq!((wanted(&mut script), script.asked()), (1, Vec::new()));
    give(&mut script, "two");
    let request = script.answer(&path, 204, Value::Null);
    assert_eq!(request.bearer.as_deref(), Some("two"));
}

#[test]
fn while_no_token_comes_it_is_asked_for_with_each_try() {
    let mut script = live();
    script.cut(Some(4001));
    assert_eq!(wanted(&mut script), 1);
    script.wait_ms(45_000);
    assert_eq!(wanted(&mut script), 1, "a wait, and another try");
    give(&mut script, "two");
    shows(&script, "two");
    script.accept();
    script.ready(&[real_server()]);
    assert!(matches!(script.status(), Some(Status::Connected { .. })));
}

/// A proxy in front of a server that restarts answers anything.
#[test]
fn a_server_that_was_met_once_is_not_taken_for_a_stranger() {
    let mut script = live();
    script.cut(Some(1001));
    script.until_tried();
    script.open_failed(OpenFailure::Http(404));
    assert!(matches!(script.status(), Some(Status::Waiting { .. })));
}

#[test]
fn who_disconnects_is_asked_for_nothing_and_a_late_token_does_nothing() {
    let mut script = live();
    script.cut(Some(4001));
    script.request(Request::Disconnect);
    script.forget();
    give(&mut script, "late");
    script.wait_ms(600_000);
    assert_eq!((script.opened, wanted(&mut script)), (1, 0));
}

#[test]
fn a_session_that_signs_in_by_itself_takes_no_token() {
    let mut script = Script::live();
    give(&mut script, "given");
    script.request(Request::LeaveVoice { channel: VOICE.into() });
    let (_, request) = script.take(&format!("DELETE /channels/{VOICE}/voice"));
    assert_eq!(request.bearer.as_deref(), Some("token1"));
}

#[test]
fn no_token_is_in_what_is_printed() {
    let mut script = live();
    give(&mut script, "another-secret");
    let request = Request::ConnectWith { token: token("a-secret") };
    let shown = format!("{request:?} {:?}", script.session);
    assert!(!shown.contains("secret"), "{shown}");
}

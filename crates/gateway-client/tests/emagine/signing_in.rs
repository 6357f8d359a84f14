//! Signing in and registering, and tokens that end while connected.

use hearth_gateway_client::chat::{Event, Refusal, Status};
use serde_json::json;

use crate::script::{PUB, Script, path, post};

#[test]
fn who_registers_is_signed_in() {
    let mut script = Script::new();
    script.connect(true);
    let request = script.answer("POST /api/v1/auth/register", 200, json!({"success": true, "token": "t"}));
    assert_eq!(request.body.as_deref(), Some(r#"{"password":"correct horse","username":"ada"}"#));
    assert!(script.has_socket());
}

/// The real server makes the account and never answers (facts §4.3).
#[test]
fn an_account_that_was_made_without_an_answer_is_found() {
    let mut script = Script::new();
    script.connect(true);
    script.lose("POST /api/v1/auth/register");
    assert!(matches!(script.status(), Some(Status::Waiting { .. })));
    script.until_tried();
    script.sign_in();
    assert!(script.has_socket());
}

#[test]
fn a_name_that_is_taken_and_a_wrong_password_are_told_and_not_tried_again() {
    for (register, line, why) in [
        (true, "POST /api/v1/auth/register", Refusal::Taken),
        (false, "POST /api/v1/auth/login", Refusal::WrongPassword),
    ] {
        let mut script = Script::new();
        script.connect(register);
        script.answer(line, 403, json!({"success": false, "error": "no"}));
        assert_eq!(script.refusal(), why);
        script.wait_ms(120_000);
        assert_eq!(script.sign_ins, 1);
    }
}

/// EMG-R12
#[test]
fn a_token_that_ends_while_connected_is_replaced_and_the_call_carried_out() {
    let mut script = Script::live();
    script.page(1, None);
    script.answer(
        &path("GET /posts"),
        401,
        json!({"success": false, "error": "Invalid api token provided!"}),
    );
    script.sign_in();
    let posts = json!({"success": true, "posts": [post("1", "6", "hello")]});
    let request = script.answer(&path("GET /posts"), 200, posts);
    assert_eq!(request.bearer.as_deref(), Some("token2"));
    let events = script.events();
    let is_page = |event: &Event| matches!(event, Event::Page { ticket: 1, channel, .. } if channel == PUB);
    assert!(events.iter().any(is_page), "{events:?}");
}

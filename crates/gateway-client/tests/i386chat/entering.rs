//! Tokens: given, and made with an account.

use hearth_gateway_client::chat::{Event, Refusal, Request, Status};
use serde_json::json;

use crate::script::Script;

const CREATE: &str = "POST /api/v2/auth/create";

#[test]
fn i386_15_a_token_that_is_given_is_presented() {
    let mut script = Script::new();
    script.connect();
    assert_eq!(script.url, "ws://127.0.0.1:8080/i386chat");
    assert_eq!(script.asked(), [""; 0]);
    script.accept();
    script.introduces();
    assert_eq!(script.sent(), [json!({"f": 110, "cnf": {"token": "token"}})]);
}

#[test]
fn an_account_that_is_made_tells_its_token_once_and_is_used() {
    let mut script = Script::new();
    script.create();
    let request = script.answer(CREATE, 201, json!({"userId": 5, "username": "ada", "token": "made"}));
    assert_eq!(request.body.as_deref(), Some(r#"{"username":"ada"}"#));
    let told = script.events().into_iter().filter(|event| *event == Event::Secret("made".into())).count();
    assert_eq!(told, 1);
    script.greet();
    assert_eq!(script.sent()[0], json!({"f": 110, "cnf": {"token": "made"}}));
    script.cut(None);
    script.until_tried();
    script.greet();
    assert_eq!((script.sign_ins, script.opened), (1, 2), "it is kept");
}

#[test]
fn a_name_that_is_taken_is_told_and_not_tried_again() {
    let mut script = Script::new();
    script.create();
    script.answer(CREATE, 400, json!({"code": 4004, "error": "Username is taken"}));
    assert_eq!(script.refusal(), Refusal::Taken);
    script.wait_ms(120_000);
    assert_eq!(script.sign_ins, 1);
}

#[test]
fn too_many_accounts_are_made_later() {
    let mut script = Script::new();
    script.create();
    script.answer_later(CREATE, 400, json!({"code": 4002, "error": "rate limited"}), Some(40));
    assert!(matches!(script.status(), Some(Status::Waiting { .. })));
    assert!((40_000..41_000).contains(&script.until_tried()));
}

#[test]
fn without_a_token_nothing_is_tried() {
    let mut script = Script::new();
    let (username, password) = ("ada".to_owned(), "".into());
    script.request(Request::Connect { username, password, register: false });
    assert_eq!(script.refusal(), Refusal::SignInAgain);
    assert_eq!(script.opened, 0);
}

/// I386-14 (I386-R6): authentication failed, and it is not tried again by itself.
#[test]
fn i386_14_16_a_token_that_is_refused_is_not_shown_again() {
    for (c, refusal) in [(0, Refusal::WrongPassword), (5, Refusal::Suspended("words".into()))] {
        let mut script = Script::new();
        script.connect();
        script.accept();
        script.introduces();
        script.tells(json!({"f": 150, "cnf": {"c": c, "d": true, "error": "words"}}));
        script.cut(Some(1008));
        assert_eq!(script.refusal(), refusal);
        script.wait_ms(120_000);
        assert_eq!(script.opened, 1);
    }
}

#[test]
fn a_token_that_fits_into_no_payload_is_not_sent() {
    let mut script = Script::new();
    let (username, password) = ("ada".to_owned(), "x".repeat(5000).into());
    script.request(Request::Connect { username, password, register: false });
    script.accept();
    script.introduces();
    assert_eq!((script.closed(), script.refusal()), (vec![1000], Refusal::WrongPassword));
}

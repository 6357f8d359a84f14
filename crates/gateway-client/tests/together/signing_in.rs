//! Names and passwords, tokens, and what a server says to them.

use hearth_gateway_client::machine::OpenFailure;
use hearth_gateway_client::together::{Event, Refusal, Request, Status};
use serde_json::{Value, json};

use crate::script::{Script, message, real_server, user};

fn error(text: &str) -> Value {
    json!({ "error": text })
}

/// TOG-01, TOG-02, TOG-10, TOG-12, TOG-13
#[test]
fn tog_01_the_token_of_a_fresh_sign_in_is_shown_on_the_socket_and_ready_makes_it_usable() {
    let mut script = Script::new();
    script.connect(false);
    assert_eq!(script.status(), Some(Status::SigningIn));
    let (id, request) = script.take("POST /auth/login");
    let body: Value = serde_json::from_str(request.body.as_deref().unwrap()).unwrap();
    assert_eq!(body, json!({"username": "ada", "password": "correct horse"}));
    let answer = json!({"access_token": "tok.en", "user": user()}).to_string();
    let answer = hearth_gateway_client::machine::HttpAnswer { status: 200, body: answer, retry_after: None };
    script.input(hearth_gateway_client::together::Input::Http(id, Ok(answer)));
    assert_eq!(script.url, "ws://127.0.0.1:8080/ws?token=tok.en");
    assert_eq!(script.status(), Some(Status::Connecting));
    script.accept();
    script.ready(&[real_server()]);
    let events = script.events();
    assert!(
        matches!(&events[0], Event::Status(Status::Connected { user, .. }) if user.username == "ada"),
        "{events:?}"
    );
    let Event::Ready { user, servers } = &events[1] else { panic!("{events:?}") };
    assert_eq!((user.id.as_str(), servers[0].name.as_str()), ("u1", "Club"));
}

#[test]
fn neither_password_nor_token_is_in_what_is_printed() {
    let mut script = Script::new();
    let request = Request::Connect { username: "ada".into(), password: "pass-word".into(), register: false };
    assert!(!format!("{request:?}").contains("pass-word"));
    script.connect(false);
    assert!(!format!("{:?}", script.session).contains("correct horse"));
    let (_, request) = script.take("POST /auth/login");
    assert!(!format!("{request:?}").contains("correct horse"));
    let mut script = Script::live();
    script.say(1, "hello");
    let output = hearth_gateway_client::together::Output::Open(
        hearth_gateway_client::machine::SocketId(1),
        script.url.clone(),
    );
    assert!(script.url.contains("token1"), "{}", script.url);
    let (_, request) = script.take("POST /channels/c1/messages");
    let shown = format!("{:?} {request:?} {output:?}", script.session);
    assert!(!shown.contains("token1") && !shown.contains("correct horse"), "{shown}");
}

#[test]
fn each_refusal_of_a_sign_in_is_told_in_the_words_of_the_server() {
    for (register, status, wanted) in [
        (false, 401, Refusal::WrongPassword),
        (true, 409, Refusal::Taken),
        (true, 400, Refusal::BadName("words".into())),
        (true, 403, Refusal::Closed("words".into())),
        (false, 403, Refusal::Suspended("words".into())),
    ] {
        let mut script = Script::new();
        script.connect(register);
        let path = if register { "POST /auth/register" } else { "POST /auth/login" };
        script.answer(path, status, error("words"));
        assert_eq!(script.refusal(), wanted);
        script.wait_ms(120_000);
        assert_eq!((script.opened, script.sign_ins), (0, 1));
    }
}

#[test]
fn a_wrong_password_is_forgotten_and_has_to_be_given_again() {
    let mut script = Script::new();
    script.connect(false);
    script.answer("POST /auth/login", 401, error("Invalid username or password"));
    script.forget();
    script.request(Request::Retry);
    assert_eq!(script.refusal(), Refusal::SignInAgain);
    script.connect(false);
    script.sign_in();
    assert!(script.has_socket());
}

#[test]
fn an_account_is_made_once_and_signed_in_for_from_then_on() {
    let mut script = Script::new();
    script.connect(true);
    script.answer("POST /auth/register", 201, json!({"access_token": "t", "user": user()}));
    script.accept();
    script.ready(&[]);
    script.cut(Some(1001));
    script.until_tried();
    assert_eq!(script.asked(), ["POST /auth/login"]);
}

#[test]
fn an_account_whose_making_was_not_answered_may_be_there() {
    let mut script = Script::new();
    script.connect(true);
    script.lose("POST /auth/register");
    script.until_tried();
    script.answer("POST /auth/login", 401, error("Invalid username or password"));
    assert_eq!(script.asked(), ["POST /auth/register"]);
    script.answer("POST /auth/register", 201, json!({"access_token": "t", "user": user()}));
    assert!(script.has_socket());
}

#[test]
fn after_too_many_tries_it_waits_as_long_as_the_server_says() {
    let mut script = Script::new();
    script.connect(false);
    script.answer_later("POST /auth/login", 429, error("Too many attempts"), Some(45));
    assert!(matches!(script.status(), Some(Status::Waiting { .. })));
    script.wait_ms(44_900);
    assert_eq!(script.asked(), [""; 0]);
    script.wait_ms(200);
    script.sign_in();
    assert!(script.has_socket());
}

/// TOG-09, TOG-28 (TOG-R1)
#[test]
fn tog_09_a_refused_token_is_replaced_once() {
    type Refuse = fn(&mut Script);
    let refusals: [Refuse; 3] = [
        |script| script.open_failed(OpenFailure::Http(401)),
        |script| script.open_failed(OpenFailure::Http(400)),
        |script| {
            script.accept();
            script.cut(Some(4001));
        },
    ];
    for refuse in refusals {
        let mut script = Script::new();
        script.connect(false);
        script.sign_in();
        refuse(&mut script);
        assert_eq!(script.asked(), ["POST /auth/login"], "at once");
        script.sign_in();
        assert!(script.url.ends_with("token=token2"), "{}", script.url);
        refuse(&mut script);
        assert_eq!(script.refusal(), Refusal::SignInAgain);
        script.wait_ms(120_000);
        assert_eq!(script.sign_ins, 2);
        script.request(Request::Retry);
        script.sign_in();
        script.accept();
        script.ready(&[]);
        script.wait_ms(60_000);
        script.cut(Some(4001));
        assert_eq!(script.asked(), ["POST /auth/login"], "it was good for a while");
    }
}

/// TOG-02, TOG-28
#[test]
fn tog_28_each_connection_is_signed_in_for_anew_but_not_each_try() {
    let mut script = Script::live();
    assert_eq!(script.sign_ins, 1);
    script.cut(None);
    script.until_tried();
    assert_eq!(script.asked(), ["POST /auth/login"]);
    script.sign_in();
    for _ in 0..5 {
        script.open_failed(OpenFailure::Network("refused".into()));
        script.until_tried();
        assert!(script.has_socket(), "the token was shown to nobody yet");
    }
    script.accept();
    script.cut(None);
    script.until_tried();
    assert_eq!((script.asked(), script.sign_ins), (vec!["POST /auth/login".to_owned()], 3));
}

/// TOG-02 (TOG-R18): the connection stays, calls need another token.
#[test]
fn tog_02_a_token_that_is_over_is_renewed_when_something_needs_it() {
    let mut script = Script::live();
    script.wait_ms(15 * 60 * 1000);
    assert_eq!(script.sign_ins, 1);
    script.say(1, "hello");
    assert_eq!(script.asked(), ["POST /auth/login"]);
    script.sign_in();
    let request = script.answer("POST /channels/c1/messages", 201, message("m1", "u1", "hello"));
    assert_eq!(request.bearer.as_deref(), Some("token2"));
    assert_eq!((script.opened, script.fates().len()), (1, 1));
}

#[test]
fn a_call_that_is_not_signed_in_is_made_once_more_with_another_token() {
    let mut script = Script::live();
    script.say(1, "hello");
    script.answer("POST /channels/c1/messages", 401, error("Invalid or expired token"));
    script.sign_in();
    script.answer("POST /channels/c1/messages", 401, error("Invalid or expired token"));
    assert_eq!(script.asked(), [""; 0]);
    let events = script.events();
    assert!(
        matches!(&events[..], [Event::Failed { ticket: 1, text, .. }] if text.contains("expired")),
        "{events:?}"
    );
}

#[test]
fn a_password_that_was_changed_ends_the_session() {
    let mut script = Script::live();
    script.say(1, "hello");
    script.answer("POST /channels/c1/messages", 401, error(""));
    script.answer("POST /auth/login", 401, error(""));
    let events = script.events();
    assert!(matches!(events[0], Event::Failed { ticket: 1, .. }), "{events:?}");
    assert_eq!(events.last(), Some(&Event::Status(Status::Refused(Refusal::WrongPassword))));
    assert_eq!(script.closed(), [1000]);
}

#[test]
fn whatever_answers_in_the_place_of_a_server_is_told_as_that() {
    let mut script = Script::new();
    script.connect(false);
    script.answer("POST /auth/login", 404, json!("<html>"));
    assert_eq!(script.refusal(), Refusal::Stranger);
    let mut script = Script::live();
    script.cut(None);
    script.until_tried();
    script.answer("POST /auth/login", 404, json!("a proxy, while the server is restarted"));
    assert!(matches!(script.status(), Some(Status::Waiting { .. })));
}

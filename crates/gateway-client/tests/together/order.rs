//! Calls: a few at once, in order where it matters, and no faster than the server wants.

use hearth_gateway_client::together::{Failure, Outcome, Request};
use serde_json::{Value, json};

use crate::script::{BOB, Script, US, message};

const POST: &str = "POST /channels/c1/messages";

#[test]
fn what_is_said_in_a_channel_is_said_one_after_the_other() {
    let mut script = Script::live();
    for ticket in 0..20 {
        script.say(ticket, &format!("text {ticket}"));
    }
    for ticket in 0..20 {
        assert_eq!(script.asked(), [POST]);
        let id = format!("m{ticket}");
        let request = script.answer(POST, 201, message(&id, US, &format!("text {ticket}")));
        assert!(request.body.unwrap().contains(&format!("text {ticket}")));
        assert_eq!(script.fates(), [(ticket, Ok(Outcome::Said(id)))]);
    }
}

/// The answer takes another way than what others said before.
#[test]
fn what_we_said_is_told_in_its_place_among_the_others() {
    let mut script = Script::live();
    script.say(1, "ours");
    script.answer(POST, 201, message("m2", US, "ours"));
    assert_eq!(script.fates(), [(1, Ok(Outcome::Said("m2".into())))]);
    script.tells("MESSAGE_CREATE", message("m1", BOB, "theirs"));
    script.tells("MESSAGE_CREATE", message("m2", US, "ours"));
    let said = script.said();
    assert_eq!(said.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["m1", "m2"]);
    // Where no event comes, it is told all the same.
    script.say(2, "alone");
    script.answer(POST, 201, message("m3", US, "alone"));
    script.forget();
    script.wait_ms(1000);
    assert_eq!(script.said(), [("m3".to_owned(), "alone".to_owned())]);
    script.say(3, "cut");
    script.answer(POST, 201, message("m4", US, "cut"));
    script.forget();
    script.cut(None);
    assert_eq!(script.said(), [("m4".to_owned(), "cut".to_owned())]);
}

#[test]
fn no_more_than_eight_calls_run_at_once_and_no_channel_waits_for_another() {
    let mut script = Script::live();
    for n in 0..30_u64 {
        script.request(Request::Page { ticket: n, channel: format!("c{n}"), before: None });
    }
    assert_eq!(script.asked().len(), 8);
    for n in 0..30_u64 {
        script.answer(&format!("GET /channels/c{n}/messages"), 200, json!([]));
    }
    assert_eq!((script.asked().len(), script.most_at_once, script.events().len()), (0, 8, 30));
    script.say(40, "a");
    script.say(41, "b");
    script.request(Request::Page { ticket: 42, channel: "c2".into(), before: None });
    assert_eq!(script.asked(), [POST, "GET /channels/c2/messages"]);
}

#[test]
fn a_rate_limit_is_waited_out_and_order_is_kept() {
    let mut script = Script::live();
    script.say(1, "first");
    script.say(2, "second");
    script.answer_later(POST, 429, json!({"error": "slow down"}), Some(7));
    script.wait_ms(6900);
    assert_eq!(script.asked(), [""; 0]);
    script.wait_ms(200);
    let request = script.answer(POST, 201, message("m1", US, "first"));
    assert!(request.body.unwrap().contains("first"));
    script.answer(POST, 201, message("m2", US, "second"));
    assert_eq!(script.fates().len(), 2);
}

#[test]
fn a_token_that_could_not_be_renewed_waits_with_the_calls_that_need_it() {
    let mut script = Script::live();
    for n in 1..3 {
        script.request(Request::Page { ticket: n, channel: format!("c{n}"), before: None });
    }
    script.answer("GET /channels/c1/messages", 401, Value::Null);
    script.answer("POST /auth/login", 503, Value::Null);
    script.answer_later("GET /channels/c2/messages", 429, Value::Null, Some(30));
    script.wait_ms(29_000);
    assert_eq!(script.asked(), [""; 0]);
    script.wait_ms(1000);
    script.sign_in();
    assert_eq!(script.asked().len(), 2);
}

#[test]
fn nobody_waits_an_hour() {
    let mut script = Script::live();
    script.say(1, "first");
    script.answer_later(POST, 429, Value::Null, Some(3600));
    assert_eq!(script.fates(), [(1, Err(Failure::TooMany))]);
    script.say(2, "second");
    assert_eq!(script.asked(), [POST]);
}

#[test]
fn what_waits_for_too_long_fails() {
    let mut script = Script::live();
    script.say(1, "first");
    script.wait_ms(1000);
    script.say(2, "second");
    script.wait_ms(59_900);
    assert_eq!(script.fates(), []);
    script.wait_ms(200);
    assert_eq!(script.fates(), [(2, Err(Failure::NotConnected))]);
}

#[test]
fn too_much_at_once_is_refused() {
    let mut script = Script::live();
    for ticket in 0..1000 {
        script.say(ticket, "x");
    }
    let fates = script.fates();
    assert_eq!(fates.len(), 1000 - 257);
    assert!(fates.iter().all(|(_, fate)| *fate == Err(Failure::TooMany)));
}

#[test]
fn what_was_not_sent_when_the_connection_broke_fails_and_what_was_may_be_answered() {
    let mut script = Script::live();
    script.say(1, "first");
    script.say(2, "second");
    script.cut(None);
    assert_eq!(script.fates(), [(2, Err(Failure::NotConnected))]);
    script.answer(POST, 201, message("m1", US, "first"));
    assert_eq!(script.fates(), [(1, Ok(Outcome::Said("m1".into())))]);
}

#[test]
fn whoever_disconnects_learns_what_came_of_everything() {
    let mut script = Script::live();
    script.say(1, "first");
    script.say(2, "second");
    script.page(3);
    script.request(Request::Disconnect);
    let mut fates = script.fates();
    fates.sort_by_key(|(ticket, _)| *ticket);
    let not = Err(Failure::NotConnected);
    assert_eq!(fates, [(1, Err(Failure::NoAnswer)), (2, not.clone()), (3, not)]);
    script.answer(POST, 201, message("m1", US, "first"));
    assert_eq!(script.events(), []);
}

#[test]
fn reading_is_tried_again_and_changing_is_not() {
    let mut script = Script::live();
    script.request(Request::Edit { ticket: 1, message: "m1".into(), content: "x".into() });
    script.lose("PATCH /messages/m1");
    assert_eq!(script.fates(), [(1, Err(Failure::NoAnswer))]);
    script.page(2);
    script.lose("GET /channels/c1/messages");
    script.wait_ms(1000);
    script.answer("GET /channels/c1/messages", 500, Value::Null);
    script.wait_ms(2000);
    script.answer("GET /channels/c1/messages", 200, json!([]));
    assert_eq!(script.events().len(), 1);
}

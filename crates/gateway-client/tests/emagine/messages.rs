//! What is said, and looked up.

use hearth_gateway_client::chat::{Event, Failure, Message, Outcome, Request};
use serde_json::{Value, json};

use crate::script::{BOB, PUB, Script, US, path, post};

fn pages(script: &mut Script) -> Vec<(Vec<String>, bool)> {
    let page = |event| match event {
        Event::Page { messages, more, .. } => {
            Some((messages.into_iter().map(|message: Message| message.id).collect(), more))
        }
        _ => None,
    };
    script.events().into_iter().filter_map(page).collect()
}

/// EMG-07, EMG-14 (EMG-R2): the document has the opcode of Ready for messages.
#[test]
fn emg_07_a_message_comes_in_two_shapes_and_is_told_once() {
    let mut script = Script::live();
    script.tells(json!({"op": 3, "message": post("1", BOB, "hello")}));
    script.tells(json!({"op": 2, "message": post("2", BOB, "there")}));
    script.tells(json!({"op": 3, "message": post("2", BOB, "there")}));
    assert_eq!(script.said(), [("1".to_owned(), "hello".to_owned()), ("2".to_owned(), "there".to_owned())]);
}

/// EMG-R4: the author hears it too, before the answer or after it.
#[test]
fn what_is_said_is_told_once_whichever_comes_first() {
    for echo_first in [true, false] {
        let mut script = Script::live();
        script.say(1, "hello");
        let line = path("POST /posts");
        if echo_first {
            script.tells_of(post("1", US, "hello"));
        }
        let request = script.answer(&line, 200, json!({"success": true, "id": "1"}));
        if !echo_first {
            script.tells_of(post("1", US, "hello"));
        }
        let body: Value = serde_json::from_str(request.body.as_deref().unwrap()).unwrap();
        assert_eq!((&body["type"], &body["content"]), (&json!(0), &json!("hello")));
        assert_eq!(body["timestamp"], script.now.unix_ms);
        let events = script.events();
        let said = events.iter().filter(|event| matches!(event, Event::Message(_))).count();
        assert_eq!(said, 1, "{events:?}");
        assert!(events.contains(&Event::Done { ticket: 1, outcome: Outcome::Said("1".into()) }));
    }
}

#[test]
fn a_message_whose_answer_was_lost_is_looked_for_and_not_said_again() {
    for arrived in [true, false] {
        let mut script = Script::live();
        script.page(1, None);
        script.answer(&path("GET /posts"), 200, json!({"posts": [post("1", US, "hello")]}));
        script.forget();
        script.say(2, "hello");
        script.lose(&path("POST /posts"));
        let mut posts = vec![post("1", US, "hello")];
        if arrived {
            posts.push(post("2", US, "hello"));
        }
        script.answer(&path("GET /posts"), 200, json!({"posts": posts}));
        let fate = if arrived { Ok(Outcome::Said("2".into())) } else { Err(Failure::NotArrived) };
        assert_eq!(script.fates(), [(2, fate)]);
        assert_eq!(script.asked(), [""; 0]);
    }
}

#[test]
fn a_message_whose_answer_was_lost_with_the_connection_is_looked_for_on_the_next() {
    let mut script = Script::live();
    script.page(1, None);
    script.answer(&path("GET /posts"), 200, json!({"posts": []}));
    script.say(2, "hello");
    script.cut(None);
    script.lose(&path("POST /posts"));
    script.forget();
    script.back();
    script.answer(&path("GET /posts"), 200, json!({"posts": [post("2", US, "hello")]}));
    assert_eq!(script.fates(), [(2, Ok(Outcome::Said("2".into())))]);
}

#[test]
fn pages_are_newest_first_and_the_real_server_which_knows_no_before_ends_them() {
    let mut script = Script::live();
    script.page(1, None);
    let posts: Vec<Value> = (100..150).map(|id| post(&id.to_string(), BOB, "x")).collect();
    let request = script.answer(&path("GET /posts"), 200, json!({"posts": posts}));
    assert!(request.url.ends_with("?limit=50"), "{}", request.url);
    let told = pages(&mut script);
    assert_eq!((told[0].0[0].as_str(), told[0].0[49].as_str(), told[0].1), ("149", "100", true));
    // A server like ours.
    script.page(3, Some("100"));
    let request = script.answer(&path("GET /posts"), 200, json!({"posts": [post("99", BOB, "x")]}));
    assert!(request.url.ends_with("?limit=50&before=100"), "{}", request.url);
    assert_eq!(pages(&mut script), [(vec!["99".to_owned()], false)]);
    script.page(4, Some("100"));
    script.answer(&path("GET /posts"), 200, json!({"posts": posts}));
    assert_eq!(pages(&mut script), [(vec![], false)]);
}

#[test]
fn what_is_said_while_a_page_is_on_its_way_is_in_it() {
    let mut script = Script::live();
    script.page(1, None);
    script.tells_of(post("2", BOB, "new"));
    script.answer(&path("GET /posts"), 200, json!({"posts": [post("1", BOB, "old")]}));
    assert_eq!(pages(&mut script), [(vec!["2".to_owned(), "1".to_owned()], false)]);
}

#[test]
fn what_the_dialect_does_not_know_is_refused_at_once() {
    let mut script = Script::live();
    let content = || "x".to_owned();
    for (ticket, request) in [
        (1, Request::Edit { ticket: 1, message: "1".into(), content: content() }),
        (2, Request::Delete { ticket: 2, message: "1".into() }),
        (3, Request::Say { ticket: 3, channel: PUB.into(), content: content(), reply_to: Some("1".into()) }),
        (4, Request::Ban { ticket: 4, user: BOB.into(), reason: None }),
    ] {
        script.request(request);
        assert_eq!(script.fates(), [(ticket, Err(Failure::Unsupported))]);
    }
    script.request(Request::Say { ticket: 5, channel: "../me".into(), content: content(), reply_to: None });
    assert_eq!(script.fates(), [(5, Err(Failure::NotFound))]);
    assert_eq!(script.asked(), [""; 0]);
}

#[test]
fn what_is_asked_while_not_connected_fails() {
    let mut script = Script::new();
    script.say(1, "hello");
    assert_eq!(script.fates(), [(1, Err(Failure::NotConnected))]);
}

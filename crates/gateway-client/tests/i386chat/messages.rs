//! What is said in a room.

use hearth_gateway_client::chat::{Event, Failure, Message, Outcome, Request};
use serde_json::json;

use crate::script::{BOB, LOUNGE, Script, US, user};

#[test]
fn i386_17_18_23_what_is_said_comes_back_with_its_nonce_and_is_told_once() {
    let mut script = Script::here();
    script.say(1, "hello");
    let (cnf, _) = script.executed("MESSAGE_CREATE");
    assert_eq!(cnf["content"], "hello");
    let nonce = cnf["nonce"].clone();
    // Somebody else's, with the same.
    script
        .event("MESSAGE_CREATE", json!({"user": user(BOB), "content": "x", "messageID": 1, "nonce": nonce}));
    assert_eq!(script.fates(), []);
    script.event(
        "MESSAGE_CREATE",
        json!({"user": user(US), "content": "hello", "messageID": 2, "nonce": nonce}),
    );
    let events = script.events();
    let [Event::Message(message), Event::Done { ticket: 1, outcome: Outcome::Said(id) }] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!((message.id.as_str(), id.as_str(), message.channel.as_str()), ("2", "2", LOUNGE));
    assert_eq!((message.author.as_deref(), message.author_name.as_deref()), (Some("5"), Some("u5")));
    assert!(message.created_at.ends_with('Z'), "{message:?}");
}

/// I386-R3: the numbers of our 130s count from 1.
#[test]
fn i386_10_errors_name_what_they_answer() {
    let mut script = Script::here();
    for ticket in 1..4 {
        script.say(ticket, "x");
    }
    let numbers: Vec<u64> = script.sent().iter().map(|payload| payload["s"].as_u64().unwrap()).collect();
    assert_eq!(numbers, [2, 3, 4], "1 was the move");
    script.fails(4004, Some(3));
    assert_eq!(script.fates(), [(2, Err(Failure::Invalid))]);
    script.fails(99, Some(77));
    assert_eq!(script.fates(), []);
    // Other servers do not name it, and answer in order.
    script.fails(4002, None);
    assert_eq!(script.fates(), [(1, Err(Failure::TooMany))]);
    script.wait_ms(10_000);
    assert_eq!(script.fates(), [(3, Err(Failure::NoAnswer))]);
}

/// I386-13 (I386-R5)
#[test]
fn i386_13_what_does_not_fit_into_a_payload_is_not_sent() {
    let mut script = Script::here();
    script.say(1, &"é".repeat(3000));
    assert_eq!(script.fates(), [(1, Err(Failure::TooLong))]);
    assert_eq!(script.sent(), [json!(null); 0]);
    script.say(2, &"x".repeat(3900));
    assert_eq!(script.sent().len(), 1);
}

#[test]
fn one_can_speak_only_where_one_is() {
    let mut script = Script::live();
    script.say(1, "hello");
    assert_eq!(script.fates(), [(1, Err(Failure::Elsewhere))]);
    let mut script = Script::here();
    let say = Request::Say { ticket: 1, channel: "7".into(), content: "x".into(), reply_to: None };
    script.request(say);
    assert_eq!(script.fates(), [(1, Err(Failure::Elsewhere))]);
}

#[test]
fn i386_24_a_message_is_taken_back() {
    let mut script = Script::here();
    script.somebody_says(9, US, "oops");
    script.forget();
    script.request(Request::Delete { ticket: 1, message: "9".into() });
    assert_eq!(script.executed("MESSAGE_DELETE").0, json!({"messageID": 9}));
    script.event("MESSAGE_DELETE", json!({"messageID": 9}));
    let gone = Event::MessageDeleted { id: "9".into(), channel: LOUNGE.into() };
    assert_eq!(script.events(), [gone, Event::Done { ticket: 1, outcome: Outcome::Ok }]);
    script.request(Request::Delete { ticket: 2, message: "10".into() });
    let (_, s) = script.executed("MESSAGE_DELETE");
    script.fails(4004, Some(s));
    assert_eq!(script.fates(), [(2, Err(Failure::NotAllowed))]);
}

#[test]
fn i386_25_typing_is_told_not_too_often() {
    let mut script = Script::here();
    let typing = || Request::Typing { channel: LOUNGE.into() };
    script.request(typing());
    script.request(typing());
    script.executed("START_TYPING");
    script.wait_ms(5000);
    script.request(typing());
    script.executed("START_TYPING");
    script.event("START_TYPING", json!({"user": user(BOB)}));
    let typing = Event::Typing { channel: LOUNGE.into(), user: "6".into(), username: Some("u6".into()) };
    assert_eq!(script.events(), [typing]);
}

/// Messages of other dialects may be longer than a payload, and may be changed.
#[test]
fn pieces_are_one_message_and_changes_are_told() {
    let mut script = Script::here();
    for (part, content) in [(1, "a "), (2, "b")] {
        let cnf = json!({"user": user(BOB), "content": content, "messageID": 3, "part": part, "parts": 2});
        script.event("MESSAGE_CREATE", cnf);
    }
    assert_eq!(script.said(), [("3".to_owned(), "a b".to_owned())]);
    script
        .event("MESSAGE_CREATE", json!({"user": user(BOB), "content": "c", "messageID": 3, "edited": true}));
    let events = script.events();
    let is_edit = |event: &Event| matches!(event, Event::MessageEdited(message) if message.content == "c");
    assert!(events.iter().any(is_edit), "{events:?}");
}

/// No server tells what was said before.
#[test]
fn a_page_has_what_was_heard() {
    let mut script = Script::here();
    for id in 1..=60 {
        script.somebody_says(id, BOB, "x");
    }
    script.forget();
    script.request(Request::Page { ticket: 1, channel: LOUNGE.into(), before: None });
    script.request(Request::Page { ticket: 2, channel: LOUNGE.into(), before: Some("11".into()) });
    let page = |event| match event {
        Event::Page { messages, more, .. } => Some((messages, more)),
        _ => None,
    };
    let pages: Vec<(Vec<Message>, bool)> = script.events().into_iter().filter_map(page).collect();
    assert_eq!((pages[0].0.len(), pages[0].0[0].id.as_str(), pages[0].1), (50, "60", true));
    assert_eq!((pages[1].0.len(), pages[1].0[0].id.as_str(), pages[1].1), (10, "10", false));
}

#[test]
fn i386_26_an_admin_bans() {
    let mut script = Script::here();
    script.request(Request::Ban { ticket: 1, user: "6".into(), reason: Some("why".into()) });
    assert_eq!(script.executed("SYSTEM_BAN_ADD").0, json!({"id": 6, "reason": "why"}));
    script.event("SYSTEM_BAN_ADD", json!({"user": user(BOB)}));
    assert_eq!(script.fates(), [(1, Ok(Outcome::Ok))]);
    script.request(Request::Ban { ticket: 2, user: "6".into(), reason: None });
    let (_, s) = script.executed("SYSTEM_BAN_ADD");
    script.fails(4004, Some(s));
    assert_eq!(script.fates(), [(2, Err(Failure::NotAllowed))]);
}

/// I386-R17: servers end connections that say too much at once.
#[test]
fn a_flood_is_held_back_here() {
    let mut script = Script::here();
    for ticket in 0..200 {
        script.say(ticket, "x");
        let sent = script.sent();
        if let Some(payload) = sent.first() {
            let nonce = payload["cnf"]["nonce"].clone();
            let cnf = json!({"user": user(US), "content": "x", "messageID": ticket + 1, "nonce": nonce});
            script.event("MESSAGE_CREATE", cnf);
        }
    }
    let fates = script.fates();
    let said = fates.iter().filter(|(_, fate)| fate.is_ok()).count();
    assert_eq!((said, fates.len()), (49, 200), "50 with the move");
    assert!(fates.iter().all(|(_, fate)| fate.is_ok() || *fate == Err(Failure::TooMany)));
    script.wait_ms(1000);
    script.say(900, "x");
    assert_eq!(script.sent().len(), 1);
}

#[test]
fn what_the_dialect_does_not_know_is_refused_at_once() {
    let mut script = Script::here();
    script.request(Request::Edit { ticket: 1, message: "1".into(), content: "x".into() });
    let (channel, content) = (LOUNGE.to_owned(), "x".to_owned());
    script.request(Request::Say { ticket: 2, channel, content, reply_to: Some("1".into()) });
    assert_eq!(script.fates(), [(1, Err(Failure::Unsupported)), (2, Err(Failure::Unsupported))]);
    script.event("SERVER_MESSAGE", json!({"content": "read this"}));
    assert_eq!(script.events(), [Event::Notice("read this".into())]);
}

#[test]
fn what_was_asked_when_the_connection_was_lost_has_no_answer() {
    let mut script = Script::here();
    script.say(1, "x");
    script.cut(None);
    assert_eq!(script.fates(), [(1, Err(Failure::NoAnswer))]);
    script.say(2, "x");
    assert_eq!(script.fates(), [(2, Err(Failure::NotConnected))]);
}

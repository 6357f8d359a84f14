//! Messages: said once, told once, in whatever order answers and events come.

use hearth_gateway_client::together::{Event, Failure, Outcome, Request};
use serde_json::{Value, json};

use crate::script::{BOB, Script, TEXT, US, message};

const POST: &str = "POST /channels/c1/messages";
const GET: &str = "GET /channels/c1/messages";

fn said(id: &str) -> Result<Outcome, Failure> {
    Ok(Outcome::Said(id.into()))
}

fn edited(id: &str, content: &str, at: &str) -> Value {
    let mut message = message(id, US, content);
    message["edited_at"] = at.into();
    message
}

/// TOG-14 (TOG-R12)
#[test]
fn tog_14_a_message_is_told_once_whether_its_event_or_its_answer_comes_first() {
    for event_first in [true, false] {
        let mut script = Script::live();
        script.say(1, "hello");
        let event = |script: &mut Script| script.tells("MESSAGE_CREATE", message("m1", US, "hello"));
        let answer = |script: &mut Script| drop(script.answer(POST, 201, message("m1", US, "hello")));
        if event_first {
            event(&mut script);
            answer(&mut script);
        } else {
            answer(&mut script);
            event(&mut script);
        }
        let events = script.events();
        let told = events.iter().filter(|event| matches!(event, Event::Message(_))).count();
        let done = events.iter().filter(|event| matches!(event, Event::Done { .. })).count();
        assert_eq!((told, done), (1, 1), "{events:?}");
    }
}

/// TOG-14, TOG-15 (TOG-R11): the members of the document and of the real server.
#[test]
fn tog_15_either_kind_of_message_is_read() {
    let mut script = Script::live();
    let document = json!({"id": "m1", "channel_id": TEXT, "author_id": BOB, "content": "hi",
        "created_at": "2025-01-01T12:00:00Z", "updated_at": null});
    script.tells("MESSAGE_CREATE", document.clone());
    let mut changed = document;
    changed["content"] = "hello".into();
    changed["updated_at"] = "2025-01-01T12:01:00Z".into();
    script.tells("MESSAGE_UPDATE", changed);
    let mut guest = message("m2", BOB, "guest");
    guest["author_id"] = Value::Null;
    script.tells("MESSAGE_CREATE", guest);
    let events = script.events();
    let [Event::Message(first), Event::MessageEdited(edit), Event::Message(guest)] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!((first.author.as_deref(), first.edited_at.as_deref()), (Some(BOB), None));
    assert_eq!(edit.edited_at.as_deref(), Some("2025-01-01T12:01:00Z"));
    assert_eq!((edit.content.as_str(), guest.author.as_deref()), ("hello", None));
}

/// TOG-15, TOG-16 (TOG-R12)
#[test]
fn tog_16_changes_and_ends_are_told_once_also_of_messages_that_nobody_knows() {
    let mut script = Script::live();
    script.request(Request::Edit { ticket: 1, message: "m7".into(), content: "new".into() });
    script.tells("MESSAGE_UPDATE", edited("m7", "new", "1"));
    script.answer("PATCH /messages/m7", 200, edited("m7", "new", "1"));
    script.request(Request::Delete { ticket: 2, message: "m7".into() });
    script.tells("MESSAGE_DELETE", json!({"id": "m7", "channel_id": TEXT}));
    script.answer("DELETE /messages/m7", 204, Value::Null);
    script.tells("MESSAGE_DELETE", json!({"id": "m8", "channel_id": TEXT}));
    script.tells("MESSAGE_CREATE", message("m8", BOB, "late"));
    let events = script.events();
    let ok = |ticket| Event::Done { ticket, outcome: Outcome::Ok };
    let gone = |id: &str| Event::MessageDeleted { id: id.into(), channel: TEXT.into() };
    assert!(matches!(&events[0], Event::MessageEdited(message) if message.content == "new"), "{events:?}");
    assert_eq!(events[1..], [ok(1), gone("m7"), ok(2), gone("m8")]);
}

#[test]
fn what_an_answer_tells_first_an_event_does_not_tell_again() {
    let mut script = Script::live();
    script.tells("MESSAGE_CREATE", message("m1", US, "hello"));
    script.request(Request::Edit { ticket: 1, message: "m1".into(), content: "hi".into() });
    script.answer("PATCH /messages/m1", 200, edited("m1", "hi", "1"));
    script.tells("MESSAGE_UPDATE", edited("m1", "hi", "1"));
    script.request(Request::Delete { ticket: 2, message: "m1".into() });
    script.answer("DELETE /messages/m1", 204, Value::Null);
    script.tells("MESSAGE_DELETE", json!({"id": "m1", "channel_id": TEXT}));
    assert_eq!(script.events().len(), 5);
}

#[test]
fn a_page_shows_what_was_heard_since_it_was_asked_for() {
    let mut script = Script::live();
    script.page(1);
    script.tells("MESSAGE_UPDATE", edited("m1", "new", "1"));
    script.tells("MESSAGE_DELETE", json!({"id": "m2", "channel_id": TEXT}));
    for id in ["m3", "m5", "m6"] {
        script.tells("MESSAGE_CREATE", message(id, BOB, "hi"));
    }
    script.forget();
    let mut gone = message("m4", BOB, "deleted before");
    gone["deleted"] = true.into();
    let page = json!([message("m3", BOB, "hi"), message("m2", BOB, "x"), gone, message("m1", US, "old"), 5]);
    let request = script.answer(GET, 200, page);
    assert!(request.url.ends_with("?limit=50"), "{}", request.url);
    script.tells("MESSAGE_CREATE", message("m3", BOB, "hi"));
    let events = script.events();
    let [Event::Page { ticket: 1, messages, more: false, .. }] = &events[..] else { panic!("{events:?}") };
    let contents: Vec<&str> = messages.iter().map(|message| message.content.as_str()).collect();
    assert_eq!(contents, ["hi", "hi", "hi", "new"]);
}

#[test]
fn a_page_that_is_asked_for_again_knows_nothing_of_what_was_heard_before() {
    let mut script = Script::live();
    script.page(1);
    script.tells("MESSAGE_CREATE", message("m1", BOB, "hi"));
    script.lose(GET);
    script.tells("MESSAGE_DELETE", json!({"id": "m1", "channel_id": TEXT}));
    script.wait_ms(1000);
    script.forget();
    script.answer(GET, 200, json!([]));
    let events = script.events();
    assert!(matches!(&events[..], [Event::Page { messages, .. }] if messages.is_empty()), "{events:?}");
}

#[test]
fn pages_go_back_until_one_is_not_full() {
    let mut script = Script::live();
    let page = |from: u32, count: u32| -> Value {
        (from..from + count).map(|n| message(&format!("m{n}"), BOB, "x")).collect::<Vec<_>>().into()
    };
    script.page(1);
    script.answer(GET, 200, page(0, 50));
    let before = Some("m49".to_owned());
    script.request(Request::Page { ticket: 2, channel: TEXT.into(), before });
    let request = script.answer(GET, 200, page(50, 3));
    assert!(request.url.ends_with("?limit=50&before=m49"), "{}", request.url);
    let more: Vec<bool> = script
        .events()
        .iter()
        .filter_map(|event| if let Event::Page { more, .. } = event { Some(*more) } else { None })
        .collect();
    assert_eq!(more, [true, false]);
}

#[test]
fn refusals_are_told_with_their_kind_and_the_servers_words() {
    for (status, why) in [
        (400, Failure::Invalid),
        (403, Failure::NotAllowed),
        (404, Failure::NotFound),
        (409, Failure::Conflict),
        (413, Failure::Invalid),
        (422, Failure::Invalid),
        (418, Failure::Broken),
    ] {
        let mut script = Script::live();
        script.say(1, "hello");
        script.answer(POST, status, json!({"error": "words"}));
        assert_eq!(script.events(), [Event::Failed { ticket: 1, why, text: "words".into() }]);
    }
}

#[test]
fn nothing_is_kept_that_is_said_while_there_is_no_connection() {
    let mut script = Script::new();
    script.say(1, "hello");
    script.connect(false);
    script.say(2, "hello");
    script.sign_in();
    script.say(3, "hello");
    script.page(4);
    let why = Err(Failure::NotConnected);
    assert_eq!(script.fates(), [(1, why.clone()), (2, why.clone()), (3, why.clone()), (4, why)]);
    script.accept();
    script.ready(&[]);
    assert_eq!(script.asked(), [""; 0]);
}

#[test]
fn what_is_no_id_is_not_put_into_a_path() {
    let mut script = Script::live();
    for id in ["", "../users/@me", "a/b", "a?b", "ü", &"x".repeat(65)] {
        script.request(Request::Delete { ticket: 1, message: id.into() });
        script.request(Request::Page { ticket: 2, channel: "c1".into(), before: Some(id.into()) });
        script.request(Request::JoinVoice { channel: id.into() });
        script.load_of(id);
    }
    assert_eq!(script.asked(), [""; 0]);
    assert_eq!(script.events().len(), 24);
}

// A message is said at most once.

#[test]
fn a_message_whose_answer_was_lost_is_found_where_it_was_said() {
    let mut script = Script::live();
    script.page(1);
    script.answer(GET, 200, json!([message("m1", US, "hello")]));
    script.say(2, "hello");
    script.say(3, "again");
    script.forget();
    script.lose(POST);
    assert_eq!(script.asked(), [GET], "before anything else is said there");
    let page = json!([message("m3", BOB, "hello"), message("m2", US, "hello"), message("m1", US, "hello")]);
    script.answer(GET, 200, page);
    let events = script.events();
    assert!(matches!(&events[0], Event::Message(message) if message.id == "m2"), "{events:?}");
    assert_eq!(events[1..], [Event::Done { ticket: 2, outcome: Outcome::Said("m2".into()) }]);
    assert_eq!(script.asked(), [POST]);
    script.tells("MESSAGE_CREATE", message("m2", US, "hello"));
    assert_eq!(script.said(), []);
}

#[test]
fn a_message_that_is_not_there_did_not_arrive_and_is_not_said_again() {
    let mut script = Script::live();
    script.page(1);
    script.answer(GET, 200, json!([message("m1", US, "hello")]));
    script.say(2, "hello");
    script.lose(POST);
    script.answer(GET, 200, json!([message("m1", US, "hello")]));
    assert_eq!(script.fates(), [(2, Err(Failure::NotArrived))]);
    assert_eq!(script.asked(), [""; 0]);
}

#[test]
fn where_nothing_was_read_nobody_can_tell_old_words_from_new_ones() {
    let mut script = Script::live();
    script.say(2, "hello");
    script.lose(POST);
    script.answer(GET, 200, json!([message("m1", US, "hello")]));
    assert_eq!(script.fates(), [(2, Err(Failure::NoAnswer))]);
}

#[test]
fn what_was_read_before_a_reconnect_says_nothing_of_what_was_said_since() {
    let mut script = Script::live();
    script.page(1);
    script.answer(GET, 200, json!([]));
    script.cut(None);
    script.back();
    script.forget();
    script.say(2, "hello");
    script.lose(POST);
    script.answer(GET, 200, json!([message("m1", US, "hello")]));
    assert_eq!(script.fates(), [(2, Err(Failure::NoAnswer))]);
}

#[test]
fn an_event_answers_for_a_lost_answer() {
    for event_first in [true, false] {
        let mut script = Script::live();
        script.say(1, "hello");
        if event_first {
            script.tells("MESSAGE_CREATE", message("m1", US, "hello"));
            script.lose(POST);
        } else {
            script.lose(POST);
            script.tells("MESSAGE_CREATE", message("m1", US, "hello"));
            script.answer(GET, 200, json!([]));
        }
        assert_eq!(script.fates(), [(1, said("m1"))]);
    }
}

/// TOG-28
#[test]
fn tog_28_what_was_said_while_the_connection_broke_is_looked_for_on_the_next() {
    let mut script = Script::live();
    script.page(1);
    script.answer(GET, 200, json!([]));
    script.say(2, "hello");
    script.cut(None);
    script.lose(POST);
    script.back();
    script.forget();
    script.answer(GET, 200, json!([message("m1", US, "hello")]));
    assert_eq!(script.fates(), [(2, said("m1"))]);
    // And when there is none in time, nobody knows.
    script.say(3, "bye");
    script.lose(POST);
    script.cut(None);
    script.lose(GET);
    for _ in 0..12 {
        script.until_tried();
        script.unreached("POST /auth/login");
    }
    assert_eq!(script.fates(), [(3, Err(Failure::NoAnswer))]);
}

#[test]
fn a_broken_proxy_may_have_passed_it_on() {
    let mut script = Script::live();
    script.page(1);
    script.answer(GET, 200, json!([]));
    script.say(2, "hello");
    script.answer(POST, 502, Value::Null);
    script.answer(GET, 200, json!([message("m1", US, "hello")]));
    assert_eq!(script.fates(), [(2, said("m1"))]);
}

#[test]
fn a_server_that_was_not_reached_is_asked_again() {
    let mut script = Script::live();
    script.say(1, "hello");
    for _ in 0..2 {
        script.unreached(POST);
        script.wait_ms(2000);
    }
    script.unreached(POST);
    assert_eq!(script.fates(), [(1, Err(Failure::NotConnected))]);
    assert!(script.has_socket());
}

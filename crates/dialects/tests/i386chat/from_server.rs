//! What a server sends.

use std::time::Duration;

use hearth_dialects::i386chat::{
    ErrorCode, Event, Fault, MessageCreate, Number, Ready, Room, ServerFrame, Unreadable, User, limits,
};
use serde_json::{Value, json};

fn ada() -> User {
    User { id: Number::Whole(7), name: "ada".into(), uuid: Some("u".into()), ..User::default() }
}

fn lounge() -> Room {
    Room {
        id: Number::Whole(5),
        name: "lounge".into(),
        description: None,
        visibility: true,
        creator: Some(ada()),
    }
}

fn said(content: &str) -> MessageCreate {
    MessageCreate {
        user: ada(),
        content: content.into(),
        nonce: Some(Number::Whole(3)),
        message_id: Some(Number::Whole(12)),
        ..MessageCreate::default()
    }
}

/// I386-03, I386-19…22: as the document writes them.
#[test]
fn the_examples_of_the_document_are_read() {
    let parse = |text: &str| ServerFrame::parse(text).unwrap();
    let introduce = ServerFrame::Introduce { heartbeat: Duration::from_secs(20) };
    assert_eq!(parse(r#"{ "f": 100, "cnf": { "hb_int": 20000 } }"#), introduce);
    assert_eq!(parse(r#"{ "f": 120 }"#), ServerFrame::Heartbeat);
    let ready =
        parse(r#"{ "f": 140, "cnf": { "v": 6, "session_id": 9683494578353, "enc_key": "fffis-dfsdf" } }"#);
    let expected = Ready {
        v: Number::Whole(6),
        session_id: Number::Whole(9_683_494_578_353),
        enc_key: "fffis-dfsdf".into(),
        user: None,
    };
    assert_eq!(ready, ServerFrame::Ready(expected));
    let error = Fault { code: ErrorCode::Timeout, is_fatal: true, s: None, error: None };
    assert_eq!(parse(r#"{ "f": 150, "cnf": { "c": 4001, "d": true } }"#), ServerFrame::Error(error));
}

#[test]
fn i386_21_neither_key_nor_session_is_in_a_log() {
    let ready = Ready { enc_key: "secret".into(), ..Ready::default() };
    assert!(!format!("{ready:?}").contains("secret"));
}

/// I386-19, I386-20 (I386-R13, I386-R14): any version, any size.
#[test]
fn what_other_servers_may_tell_is_read() {
    let text = r#"{"f":140,"cnf":{"v":7,"session_id":2.1e19,"enc_key":"","more":[]}}"#;
    let ServerFrame::Ready(ready) = ServerFrame::parse(text).unwrap() else { panic!("{text}") };
    assert_eq!((ready.v, ready.session_id), (Number::Whole(7), Number::Near(2.1e19)));
    assert_eq!(ServerFrame::parse(r#"{"f":160,"cnf":5}"#), Ok(ServerFrame::Other(160)));
    let unknown = ServerFrame::parse(r#"{"f":130,"e":"POKE","cnf":"x"}"#);
    assert_eq!(unknown, Ok(ServerFrame::Execute { s: None, event: Event::Other("POKE".into()) }));
    let teapot = ServerFrame::parse(r#"{"f":150,"cnf":{"c":544541}}"#).unwrap();
    let expected = Fault { code: ErrorCode::Other(544_541), is_fatal: false, s: None, error: None };
    assert_eq!(teapot, ServerFrame::Error(expected));
}

/// I386-14, I386-13
#[test]
fn what_no_server_sends_is_not_read() {
    for text in [
        "null",
        "[]",
        r#"{"f":110,"cnf":{"token":"x"}}"#,
        r#"{"f":100}"#,
        r#"{"f":100,"cnf":{"hb_int":0}}"#,
        r#"{"f":100,"cnf":{"hb_int":-5}}"#,
        r#"{"f":150,"cnf":{"d":true}}"#,
        r#"{"f":130,"cnf":{}}"#,
        r#"{"f":130,"t":"A","e":"B"}"#,
        r#"{"f":130,"t":"MESSAGE_CREATE","cnf":{"content":"x"}}"#,
        r#"{"f":130,"t":"ROOM_USER_ADD","cnf":{"user":"ada"}}"#,
    ] {
        assert_eq!(ServerFrame::parse(text), Err(Unreadable::Malformed), "{text}");
    }
    let long = format!(r#"{{"f":120}}{}"#, " ".repeat(4096));
    assert_eq!(ServerFrame::parse(&long), Err(Unreadable::TooLong));
}

/// I386-23…31, I386-11, I386-10 (I386-R1, I386-R2)
#[test]
fn what_a_server_writes_a_client_reads() {
    let events = [
        Event::MessageCreate(said("hello")),
        Event::MessageCreate(MessageCreate { edited: true, nonce: None, ..said("hello") }),
        Event::MessageDelete { message_id: Number::Whole(12) },
        Event::StartTyping { user: ada() },
        Event::SystemBanAdd { user: ada() },
        Event::ChannelAdd { room: lounge() },
        Event::ChannelMove { room: lounge() },
        Event::RoomUserAdd { user: ada() },
        Event::RoomUserRemove { user: User { admin: Some(true), bio: Some("b".into()), ..ada() } },
        Event::GatewayDown,
        Event::ServerMessage { content: "welcome".into() },
    ];
    for (s, event) in (1..).zip(events) {
        let (name, tail) = (event.name().to_owned(), event.tail());
        let frame = ServerFrame::Execute { s: Some(Number::Whole(s)), event };
        let text = frame.text().unwrap();
        assert_eq!(ServerFrame::numbered(s, &tail), Ok(text.clone()), "the same for everybody but the count");
        assert_eq!(ServerFrame::parse(&text), Ok(frame));
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["f"], 130);
        assert_eq!((&value["t"], &value["e"], &value["s"]), (&json!(name), &json!(name), &json!(s)));
    }
    let others = [
        ServerFrame::Introduce { heartbeat: Duration::from_millis(1) },
        ServerFrame::Heartbeat,
        ServerFrame::Ready(Ready { user: Some(ada()), ..Ready::default() }),
        ServerFrame::Error(Fault::fatal(ErrorCode::Banned)),
        ServerFrame::Error(Fault::of(ErrorCode::NoSuchRoom, Some(Number::Whole(4))).saying("no room")),
        ServerFrame::Other(170),
    ];
    for frame in others {
        assert_eq!(ServerFrame::parse(&frame.text().unwrap()), Ok(frame));
    }
}

#[test]
fn i386_13_a_long_message_is_told_in_parts_of_which_each_fits() {
    let content = "word \"quoted\" 🔥 ".repeat(500);
    assert_eq!(
        ServerFrame::Execute { s: None, event: Event::MessageCreate(said(&content)) }.text().ok(),
        None
    );
    let parts = Event::MessageCreate(said(&content)).fitted();
    let count = parts.len();
    assert!(count > 1);
    let mut whole = String::new();
    for (number, event) in (1..).zip(parts) {
        assert!(ServerFrame::numbered(u64::MAX, &event.tail()).unwrap().len() <= limits::FRAME_BYTES);
        let Event::MessageCreate(part) = event else { panic!("{event:?}") };
        assert_eq!((part.part, part.parts), (Some(number), u32::try_from(count).ok()));
        assert_eq!((part.message_id, part.nonce), (Some(Number::Whole(12)), Some(Number::Whole(3))));
        whole.push_str(&part.content);
    }
    assert_eq!(whole, content);
    let short = Event::MessageCreate(said("short"));
    assert_eq!(short.clone().fitted(), [short]);
}

/// I386-13
#[test]
fn what_is_said_about_a_room_is_cut_and_what_the_server_says_is_split() {
    let room = Room { description: Some("🔥".repeat(limits::DESCRIPTION)), ..lounge() };
    let moved = Event::ChannelMove { room }.fitted();
    let [Event::ChannelMove { room }] = &moved[..] else { panic!("{moved:?}") };
    assert!(room.description.as_ref().unwrap().ends_with('…'));
    assert_eq!((room.name.as_str(), room.creator.as_ref()), ("lounge", Some(&ada())));
    assert!(moved[0].tail().len() > 4000, "no more than has to be");
    let content = "line\n".repeat(2000);
    let said = Event::ServerMessage { content: content.clone() }.fitted();
    let says = |event: &Event| match event {
        Event::ServerMessage { content } => content.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(said.iter().map(says).collect::<String>(), content);
}

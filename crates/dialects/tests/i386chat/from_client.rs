//! What a client sends.

use hearth_dialects::i386chat::{
    ClientFrame, Command, ErrorCode, Execute, Number, Present, Unreadable, Whither, limits,
};
use serde_json::{Value, json};

fn command(text: &str) -> Option<Command> {
    match ClientFrame::parse(text).unwrap() {
        ClientFrame::Execute(Execute { command, .. }) => command,
        other => panic!("{other:?}"),
    }
}

fn of(event: &str, cnf: &Value) -> Option<Command> {
    command(&json!({ "f": 130, "cnf": cnf, "e": event }).to_string())
}

#[test]
fn i386_14_15_present_has_a_token() {
    let frame = ClientFrame::Present(Present { token: "token_here".into() });
    let seed = r#"{ "f": 110, "cnf": { "token": "token_here" } }"#;
    assert_eq!(ClientFrame::parse(seed), Ok(frame.clone()));
    assert_eq!(ClientFrame::parse(&frame.text().unwrap()), Ok(frame.clone()));
    assert!(!format!("{frame:?}").contains("token_here"), "no token in a log");
    for cnf in ["", r#","cnf":null"#, r#","cnf":{}"#, r#","cnf":{"token":5}"#, r#","cnf":"token""#] {
        let text = format!(r#"{{"f":110{cnf}}}"#);
        assert_eq!(ClientFrame::parse(&text), Err(Unreadable::Malformed), "{text}");
    }
}

#[test]
fn i386_05_a_heartbeat_has_no_cnf_and_any_is_passed_over() {
    assert_eq!(ClientFrame::Heartbeat.text().unwrap(), r#"{"f":120}"#);
    for text in [r#"{"f":120}"#, r#"{"f":120,"cnf":null}"#, r#"{"f":120,"cnf":[1],"more":{}}"#] {
        assert_eq!(ClientFrame::parse(text), Ok(ClientFrame::Heartbeat), "{text}");
    }
}

#[test]
fn i386_12_s_and_t_matter_only_in_a_130() {
    for text in [r#"{"f":120,"s":"x","t":5,"e":{}}"#, r#"{"f":120,"s":1,"t":"A","e":"B"}"#] {
        assert_eq!(ClientFrame::parse(text), Ok(ClientFrame::Heartbeat), "{text}");
    }
    let present = r#"{"f":110,"cnf":{"token":"x"},"t":"A","e":"B","s":null}"#;
    assert!(matches!(ClientFrame::parse(present), Ok(ClientFrame::Present(_))));
}

#[test]
fn i386_11_17_the_event_is_named_by_t_or_by_e() {
    let typing = Some(Command::StartTyping);
    for text in [
        r#"{"f":130,"cnf":{},"s":21,"e":"START_TYPING"}"#,
        r#"{"f":130,"cnf":{},"s":21,"t":"START_TYPING"}"#,
        r#"{"f":130,"t":"START_TYPING","e":"START_TYPING"}"#,
        r#"{"f":130,"t":null,"e":"START_TYPING"}"#,
    ] {
        assert_eq!(command(text), typing, "{text}");
    }
    for text in [
        r#"{"f":130,"t":"START_TYPING","e":"MESSAGE_CREATE","cnf":{"content":"x"}}"#,
        r#"{"f":130,"t":5,"e":"START_TYPING"}"#,
        r#"{"f":130}"#,
        r#"{"f":130,"t":"start_typing"}"#,
        r#"{"f":130,"t":"NOPE"}"#,
    ] {
        assert_eq!(command(text), None, "{text}");
    }
}

#[test]
fn i386_10_a_count_is_never_a_reason_to_refuse() {
    for s in ["21", "0", "-1", "1.5", "null", "\"21\"", "[]", "99999999999999999999"] {
        let text = format!(r#"{{"f":130,"s":{s},"t":"START_TYPING"}}"#);
        assert_eq!(command(&text), Some(Command::StartTyping), "{text}");
    }
    let frame = ClientFrame::parse(r#"{"f":130,"s":21,"t":"X"}"#).unwrap();
    assert_eq!(frame, ClientFrame::Execute(Execute { s: Some(Number::Whole(21)), command: None }));
}

#[test]
fn i386_18_each_event_has_data_of_its_own() {
    let whole = Number::Whole;
    let said = |nonce| Some(Command::MessageCreate { content: "hi".into(), nonce });
    assert_eq!(of("MESSAGE_CREATE", &json!({ "content": "hi" })), said(None));
    assert_eq!(of("MESSAGE_CREATE", &json!({ "content": "hi", "nonce": 7, "x": [] })), said(Some(whole(7))));
    let gone = Command::MessageDelete { message_id: whole(9) };
    assert_eq!(of("MESSAGE_DELETE", &json!({ "messageID": 9 })), Some(gone));
    let ban = |reason: Option<&str>| {
        Some(Command::SystemBanAdd { id: whole(3), reason: reason.map(ToOwned::to_owned) })
    };
    assert_eq!(of("SYSTEM_BAN_ADD", &json!({ "id": 3 })), ban(None));
    assert_eq!(of("SYSTEM_BAN_ADD", &json!({ "id": 3, "reason": "spam" })), ban(Some("spam")));
    let room = |description: Option<&str>, visibility| {
        let description = description.map(ToOwned::to_owned);
        Some(Command::ChannelAdd { name: "lounge".into(), description, visibility })
    };
    assert_eq!(of("CHANNEL_ADD", &json!({ "name": "lounge" })), room(None, true));
    let private = json!({ "name": "lounge", "description": "d", "visibility": false });
    assert_eq!(of("CHANNEL_ADD", &private), room(Some("d"), false));
    let by_id = Some(Command::ChannelMove(Whither::Id(whole(5))));
    assert_eq!(of("CHANNEL_MOVE", &json!({ "id": 5 })), by_id);
    assert_eq!(of("CHANNEL_MOVE", &json!({ "id": 5, "name": "lounge" })), by_id, "the id counts");
    assert_eq!(of("ROOM_USER_ADD", &json!({ "id": 5 })), by_id);
    let by_name = Some(Command::ChannelMove(Whither::Name("lounge".into())));
    assert_eq!(of("CHANNEL_MOVE", &json!({ "name": "lounge" })), by_name);
    assert_eq!(of("ROOM_USER_REMOVE", &json!(null)), Some(Command::Leave));
}

/// I386-09, I386-18
#[test]
fn data_that_cannot_be_used_makes_no_command() {
    for (event, cnf) in [
        ("MESSAGE_CREATE", json!({})),
        ("MESSAGE_CREATE", json!({ "content": 5 })),
        ("MESSAGE_CREATE", json!({ "content": "x", "nonce": "7" })),
        ("MESSAGE_CREATE", json!("x")),
        ("MESSAGE_CREATE", json!(null)),
        ("MESSAGE_DELETE", json!({ "messageID": "9" })),
        ("MESSAGE_DELETE", json!({ "messageID": 1.5 })),
        ("SYSTEM_BAN_ADD", json!({ "id": null })),
        ("SYSTEM_BAN_ADD", json!({ "id": 1, "reason": 2 })),
        ("CHANNEL_ADD", json!({ "name": ["x"] })),
        ("CHANNEL_ADD", json!({ "name": "x", "visibility": 1 })),
        ("CHANNEL_MOVE", json!({})),
        ("CHANNEL_MOVE", json!([5])),
        ("GATEWAY_DOWN", json!({})),
        ("SERVER_MESSAGE", json!({ "content": "x" })),
    ] {
        assert_eq!(of(event, &cnf), None, "{event} {cnf}");
    }
}

/// I386-04, I386-08, I386-22 (I386-R8)
#[test]
fn what_is_no_payload_of_a_client_is_malformed() {
    for text in [
        "",
        "null",
        "5",
        "[]",
        "\"x\"",
        "true",
        "{",
        "{}",
        "nonsense",
        r#"{"f":"130"}"#,
        r#"{"f":null}"#,
        r#"{"f":1.5}"#,
        r#"{"f":-120}"#,
        r#"{"f":1e400}"#,
        r#"{"f":99999999999999999999}"#,
        r#"{"f":100,"cnf":{"hb_int":1}}"#,
        r#"{"f":140,"cnf":{}}"#,
        r#"{"f":150,"cnf":{"c":0,"d":true}}"#,
        r#"{"f":0}"#,
        r#"{"f":131}"#,
    ] {
        assert_eq!(ClientFrame::parse(text), Err(Unreadable::Malformed), "{text}");
    }
    let deep = "[".repeat(4000);
    assert_eq!(ClientFrame::parse(&deep), Err(Unreadable::Malformed));
    assert_eq!(Unreadable::Malformed.code(), ErrorCode::Malformed);
    // JSON does not tell 120 from 120.0.
    assert_eq!(ClientFrame::parse(r#"{"f":120.0}"#), Ok(ClientFrame::Heartbeat));
}

#[test]
fn i386_13_4096_bytes_are_read_and_written_and_one_more_is_not() {
    let frame =
        |letters: usize| Command::MessageCreate { content: "é".repeat(letters), nonce: None }.numbered(1);
    let empty = frame(0).text().unwrap().len();
    let most = (limits::FRAME_BYTES - empty) / 2;
    let text = frame(most).text().unwrap();
    let padded = format!("{text}{}", " ".repeat(limits::FRAME_BYTES - text.len()));
    assert_eq!(padded.len(), 4096);
    assert_eq!(ClientFrame::parse(&padded), Ok(frame(most)));
    assert_eq!(ClientFrame::parse(&format!("{padded} ")), Err(Unreadable::TooLong));
    assert_eq!(Unreadable::TooLong.code(), ErrorCode::TooLong);
    let refused = frame(most + 1).text().unwrap_err();
    assert!(refused.bytes > 4096, "{refused}");
}

/// I386-23…28, I386-10, I386-11 (I386-R1)
#[test]
fn what_a_client_writes_a_server_reads() {
    let commands = [
        Command::MessageCreate { content: "a \"b\" \n".into(), nonce: Some(Number::Near(-4.0)) },
        Command::MessageCreate { content: String::new(), nonce: None },
        Command::MessageDelete { message_id: Number::Whole(u64::MAX) },
        Command::StartTyping,
        Command::SystemBanAdd { id: Number::Whole(7), reason: None },
        Command::SystemBanAdd { id: Number::Whole(7), reason: Some("spam".into()) },
        Command::ChannelAdd { name: "n".into(), description: None, visibility: false },
        Command::ChannelAdd { name: "n".into(), description: Some("d".into()), visibility: true },
        Command::ChannelMove(Whither::Id(Number::Near(2.1e19))),
        Command::ChannelMove(Whither::Name("lounge".into())),
        Command::Leave,
    ];
    for (s, command) in (1..).zip(commands) {
        let name = command.name();
        let frame = command.numbered(s);
        let text = frame.text().unwrap();
        assert_eq!(ClientFrame::parse(&text), Ok(frame));
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&value["t"], &value["e"], &value["s"]), (&json!(name), &json!(name), &json!(s)));
        assert!(value["cnf"].is_object(), "{text}");
    }
}

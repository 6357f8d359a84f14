//! `docs/protocol-together.md` names every operation, event, close code and member of the dialect, and
//! `docs/interop.md` every one of its events.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;

use hearth_dialects::together::rest::{
    Channel, ChannelKind, Member, Message, MessageEdit, NewChannel, NewMessage, NewServer, Server, SignedIn,
    User, UserEdit, VoiceEdit, VoiceState,
};
use hearth_dialects::together::{
    ClientOp, CloseCode, Event, MessageGone, Ready, ServerFrame, Signal, SignalFrom, Typing, UserPresence,
    VoiceUpdate,
};
use serde::Serialize;
use serde_json::Value;

const DOCUMENT: &str = include_str!("../../../docs/protocol-together.md");
const INTEROP: &str = include_str!("../../../docs/interop.md");

fn words(text: &str) -> BTreeSet<&str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect()
}

fn names(value: &impl Serialize) -> Vec<String> {
    let value = serde_json::to_value(value).unwrap();
    value.as_object().unwrap().keys().cloned().collect()
}

/// The line that begins like this, and those that go on with it.
fn paragraph(start: &str) -> String {
    let at = DOCUMENT.find(start).unwrap_or_else(|| panic!("the document has no {start}"));
    let end = |text: &str| text.find("\n**").or_else(|| text.find("\n\n")).unwrap_or(text.len());
    DOCUMENT[at..][..end(&DOCUMENT[at..])].to_owned()
}

fn assert_named(place: &str, names: impl IntoIterator<Item = String>) {
    let words = words(place);
    let missing: Vec<String> = names.into_iter().filter(|name| !words.contains(name.as_str())).collect();
    assert_eq!(missing, [""; 0], "in: {place}");
}

/// The row of a table that begins with a word.
fn row(word: &str) -> String {
    let is_it = |line: &&str| {
        let first = line.trim_start_matches("| ").split([' ', '|', '*']).next().unwrap();
        line.starts_with("| ") && first == word
    };
    let rows: Vec<&str> = DOCUMENT.lines().filter(is_it).collect();
    assert!(!rows.is_empty(), "the document has no row for {word}");
    rows.join("\n")
}

/// TOG-04, TOG-10, TOG-14…17, TOG-19, TOG-21
#[test]
fn events_and_their_members() {
    let signal = || Signal::description("offer", "v=0");
    let events = [
        Event::Ready(Ready::default()),
        Event::MessageCreate(Message::default()),
        Event::MessageUpdate(Message::default()),
        Event::MessageDelete(MessageGone::default()),
        Event::Presence(UserPresence::default()),
        Event::VoiceState(VoiceUpdate::default()),
        Event::Signal(SignalFrom { from_user_id: String::new(), signal: signal() }),
        Event::Typing(Typing::default()),
    ];
    let source = include_str!("../src/together/event.rs");
    let written = source.lines().filter(|line| line.contains(r#"=> ""#) && line.contains("Self::")).count();
    assert_eq!(events.len(), written, "an event is missing here");
    for event in events {
        let name = event.name().to_owned();
        assert!(words(INTEROP).contains(name.as_str()), "{name}");
        let frame: Value = serde_json::from_str(&ServerFrame::dispatch(event).text()).unwrap();
        let row = row(&name);
        match name.as_str() {
            "MESSAGE_CREATE" | "MESSAGE_UPDATE" => assert!(row.contains("message")),
            "VOICE_STATE_UPDATE" => assert!(row.contains("voice state")),
            _ => assert_named(&row, names(&frame["d"])),
        }
    }
    assert_named(DOCUMENT, ["HEARTBEAT_ACK".to_owned()]);
}

/// TOG-03, TOG-05, TOG-24, TOG-25
#[test]
fn operations_and_their_members() {
    let ops = [
        ClientOp::Heartbeat,
        ClientOp::Presence { status: String::new(), custom_status: Some(None) },
        ClientOp::Signal { to_user_id: String::new(), signal: Signal::description("offer", "v=0") },
        ClientOp::Signal { to_user_id: String::new(), signal: Signal::candidate("c", None, None) },
        ClientOp::Typing { channel_id: String::new() },
    ];
    for op in ops {
        let frame: Value = serde_json::from_str(&op.text().unwrap()).unwrap();
        let row = row(frame["op"].as_str().unwrap());
        if frame["d"].is_object() {
            assert_named(&row, names(&frame["d"]));
        }
    }
}

/// TOG-12…14, TOG-19
#[test]
fn members_of_what_rest_answers() {
    assert_named(&paragraph("**User**"), names(&User::default()));
    let server = Server { member_count: Some(1), sesh: Some(String::new()), ..Server::default() };
    assert_named(&paragraph("**Server**"), names(&server));
    assert_named(&paragraph("**Channel**"), names(&Channel::default()));
    assert_named(&paragraph("**Member**"), names(&Member::default()));
    let message = Message { author_name: Some(String::new()), ..Message::default() };
    assert_named(&paragraph("**Message**"), names(&message));
    assert_named(&paragraph("**Voice state**"), names(&VoiceState::default()));
}

#[test]
fn members_of_what_rest_is_asked() {
    let asked = |request: &str| {
        let line = DOCUMENT.lines().find(|line| line.starts_with(&format!("| `{request}`")));
        line.unwrap_or_else(|| panic!("no {request}")).to_owned()
    };
    let text = || Some(String::new());
    let signed_in = SignedIn { access_token: String::new(), refresh_token: None, user: User::default() };
    let channel =
        NewChannel { name: String::new(), kind: ChannelKind::Text, topic: text(), category: text() };
    let edit = UserEdit { status: text(), custom_status: Some(text()), avatar_url: Some(text()) };
    for (request, names) in [
        ("POST /auth/register", names(&signed_in)),
        ("POST /servers", names(&NewServer { name: String::new(), icon_url: text() })),
        ("POST /servers/SERVER/channels", names(&channel)),
        ("POST /channels/TEXT/messages", names(&NewMessage { content: String::new(), reply_to: text() })),
        ("PATCH /messages/MESSAGE", names(&MessageEdit { content: String::new() })),
        ("PATCH /users/@me", names(&edit)),
        ("PATCH /channels/VOICE/voice", names(&VoiceEdit { self_mute: Some(true), self_deaf: Some(true) })),
    ] {
        assert_named(&asked(request), names);
    }
}

/// TOG-09, TOG-30, TOG-31
#[test]
fn close_codes_and_their_reasons() {
    for code in 1000..5000 {
        let close = CloseCode::from_code(code);
        if !matches!(close, CloseCode::Other(_)) {
            let row = row(&code.to_string());
            assert!(row.contains(&format!("| {} |", close.reason()).replace("  ", " ")), "{row}");
        }
    }
}

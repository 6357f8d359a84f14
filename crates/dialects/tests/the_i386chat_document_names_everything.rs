//! `docs/protocol-i386chat.md` names every function code, event, error code and member of the dialect.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;
use std::time::Duration;

use hearth_dialects::i386chat::rest::{Created, NewAccount, NewMessage, Refused};
use hearth_dialects::i386chat::{
    ClientFrame, Command, ErrorCode, Event, Fault, MessageCreate, Number, Present, Ready, Room, ServerFrame,
    User, Whither,
};
use serde::Serialize;
use serde_json::Value;

const DOCUMENT: &str = include_str!("../../../docs/protocol-i386chat.md");

fn words(text: &str) -> BTreeSet<&str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect()
}

fn names(value: &impl Serialize) -> Vec<String> {
    let value = serde_json::to_value(value).unwrap();
    value.as_object().unwrap().keys().cloned().collect()
}

fn assert_named(place: &str, names: impl IntoIterator<Item = String>) {
    let words = words(place);
    let missing: Vec<String> = names.into_iter().filter(|name| !words.contains(name.as_str())).collect();
    assert_eq!(missing, [""; 0], "in: {place}");
}

/// The rows of the table after a text whose first cell begins with a word.
fn row(after: &str, word: &str) -> String {
    let (_, rest) = DOCUMENT.split_once(after).unwrap_or_else(|| panic!("the document has no {after}"));
    let table = rest.lines().skip_while(|line| !line.starts_with("|---"));
    let is_it = |line: &&str| line.trim_start_matches("| ").split([' ', '|']).next() == Some(word);
    let row = table.take_while(|line| line.starts_with('|')).find(is_it);
    row.unwrap_or_else(|| panic!("after {after} the document has no row for {word}")).to_owned()
}

fn everything() -> (User, Room) {
    let text = || Some(String::new());
    let user = User { uuid: text(), admin: Some(true), bio: text(), ..User::default() };
    let room = Room { creator: Some(user.clone()), ..Room::default() };
    (user, room)
}

/// I386-08, I386-09, I386-19…22
#[test]
fn function_codes_and_their_members() {
    let (user, _) = everything();
    let error = Fault { s: Some(Number::Whole(1)), ..Fault::fatal(ErrorCode::Timeout) };
    let frames = [
        ServerFrame::Introduce { heartbeat: Duration::from_secs(1) }.text(),
        ClientFrame::Present(Present { token: String::new() }).text(),
        ClientFrame::Heartbeat.text(),
        ServerFrame::Heartbeat.text(),
        Command::StartTyping.numbered(1).text(),
        ServerFrame::Ready(Ready { user: Some(user), ..Ready::default() }).text(),
        ServerFrame::Error(error).text(),
    ];
    for frame in frames {
        let frame: Value = serde_json::from_str(&frame.unwrap()).unwrap();
        let f = frame["f"].to_string();
        let row = row("| `f` | from | name", &f);
        if frame["cnf"].is_object() && f != "130" {
            assert_named(&row, names(&frame["cnf"]));
        }
        assert_named(DOCUMENT, names(&frame));
    }
}

/// I386-18, I386-23…28
#[test]
fn events_of_clients_and_their_members() {
    let text = || Some(String::new());
    let commands = [
        Command::MessageCreate { content: String::new(), nonce: Some(Number::Whole(1)) },
        Command::MessageDelete { message_id: Number::Whole(1) },
        Command::StartTyping,
        Command::SystemBanAdd { id: Number::Whole(1), reason: text() },
        Command::ChannelAdd { name: String::new(), description: text(), visibility: true },
        Command::ChannelMove(Whither::Id(Number::Whole(1))),
        Command::ChannelMove(Whither::Name(String::new())),
        Command::Leave,
    ];
    for command in commands {
        let frame: Value = serde_json::from_str(&command.clone().numbered(1).text().unwrap()).unwrap();
        assert_named(&row("What a client sends, as `cnf`", command.name()), names(&frame["cnf"]));
    }
    row("What a client sends, as `cnf`", "ROOM_USER_ADD");
}

/// I386-23…31
#[test]
fn events_of_the_gateway_and_their_members() {
    let (user, room) = everything();
    let message = MessageCreate {
        nonce: Some(Number::Whole(1)),
        message_id: Some(Number::Whole(1)),
        edited: true,
        part: Some(1),
        parts: Some(1),
        ..MessageCreate::default()
    };
    let events = [
        Event::MessageCreate(message),
        Event::MessageDelete { message_id: Number::Whole(1) },
        Event::StartTyping { user: user.clone() },
        Event::SystemBanAdd { user: user.clone() },
        Event::ChannelAdd { room: room.clone() },
        Event::ChannelMove { room: room.clone() },
        Event::RoomUserAdd { user: user.clone() },
        Event::RoomUserRemove { user: user.clone() },
        Event::GatewayDown,
        Event::ServerMessage { content: String::new() },
    ];
    let source = include_str!("../src/i386chat/event.rs");
    let written = source.lines().filter(|line| line.contains(r#"=> ""#) && line.contains("Self::")).count();
    assert_eq!(events.len(), written, "an event is missing here");
    for event in events {
        let frame = ServerFrame::numbered(1, &event.tail()).unwrap();
        let frame: Value = serde_json::from_str(&frame).unwrap();
        assert_named(&row("What the gateway sends:", event.name()), names(&frame["cnf"]));
    }
    let line = |start: &str| {
        DOCUMENT.lines().skip_while(move |line| !line.starts_with(start)).take(2).collect::<String>()
    };
    assert_named(&line("A **user**"), names(&user));
    assert_named(&line("A **room**"), names(&room));
}

/// I386-22
#[test]
fn error_codes_and_their_words() {
    for code in ErrorCode::ALL {
        let row = row("| code | error", &code.code().to_string());
        assert!(row.contains(&format!("| {} |", code.reason())), "{row}");
    }
}

#[test]
fn members_of_what_http_asks_and_answers() {
    let asked = |request: &str| {
        let line = DOCUMENT.lines().find(|line| line.starts_with(&format!("| `{request}")));
        line.unwrap_or_else(|| panic!("no {request}")).to_owned()
    };
    let account = NewAccount { username: String::new(), bio: Some(String::new()) };
    let created = Created { user_id: Number::Whole(1), username: String::new(), token: String::new() };
    let create = asked("POST /api/v2/auth/create");
    assert_named(&create, names(&account));
    assert_named(&create, names(&created));
    let message = NewMessage { content: String::new(), nonce: Some(Number::Whole(1)) };
    assert_named(&asked("POST /api/v2/channels/ID/messages"), names(&message));
    asked("GET /api/v2/channels");
    let refused = Refused { code: 0, error: String::new() };
    assert!(DOCUMENT.contains(&format!("{{{}}}", names(&refused).join(", "))));
}

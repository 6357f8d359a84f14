//! Recordings of the real server, played to our session from the server's side: each recorded client is one of our
//! sessions, which is asked for what that client asked for, asks the server in the same words, and hears what that
//! client heard.
//!
//! Without recordings there is nothing to play, and the test says so.

use std::collections::BTreeMap;

use hearth_gateway_client::machine::OpenFailure;
use hearth_gateway_client::together::{ChannelKind, Event, Refusal, Request, ServerKind, Status};
use serde_json::{Value, json};

use crate::common::recordings::{self, text};
use crate::script::Script;

/// What our session is asked for, for what the recorded client asked the server; `None` for what ours never asks.
fn wanted(ticket: u64, line: &str, body: &Value) -> Option<Request> {
    let (method, path) = line.split_once(' ')?;
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let id = parts.get(1).map(|id| (*id).to_owned()).filter(|id| id.len() == 36);
    Some(match (method, parts[0], parts.get(2).copied()) {
        ("POST", "servers", None) => {
            Request::CreateServer { ticket, name: text(&body["name"]), kind: ServerKind::Usual }
        }
        ("POST", "servers", Some("join")) => Request::JoinServer { ticket, id_or_code: id? },
        ("DELETE", "servers", Some("leave")) => Request::LeaveServer { ticket, server: id? },
        ("POST", "servers", Some("channels")) => {
            let kind = match body["type"].as_str()? {
                "text" => ChannelKind::Text,
                "voice" => ChannelKind::Voice,
                _ => return None,
            };
            Request::CreateChannel { ticket, server: id?, name: text(&body["name"]), kind }
        }
        ("POST", "channels", Some("messages")) => {
            let reply_to = body["reply_to"].as_str().map(str::to_owned);
            Request::Say { ticket, channel: id?, content: text(body.get("content")?), reply_to }
        }
        ("GET", "channels", Some("messages")) => Request::Page { ticket, channel: id?, before: None },
        ("PATCH", "messages", None) => {
            Request::Edit { ticket, message: id?, content: text(&body["content"]) }
        }
        ("DELETE", "messages", None) => Request::Delete { ticket, message: id? },
        _ => return None,
    })
}

/// A recorded client, and our session in its place.
#[derive(Default)]
struct Person {
    script: Option<Script>,
    tickets: u64,
    /// The call that the recorded server is about to answer.
    asked: Option<String>,
    /// Messages that were told, by id.
    messages: BTreeMap<String, u32>,
    ends: BTreeMap<String, u32>,
}

impl Person {
    /// Live, also where the recorded client only used REST.
    fn script(&mut self) -> &mut Script {
        self.script.get_or_insert_with(Script::live)
    }

    fn open(&mut self, status: u64) {
        let mut script = Script::new();
        script.connect(false);
        script.sign_in();
        if status == 101 {
            script.accept();
            self.script = Some(script);
            return;
        }
        // Refused, and once more with another token.
        script.open_failed(OpenFailure::Http(status as u16));
        script.sign_in();
        script.open_failed(OpenFailure::Http(status as u16));
        assert_eq!(script.refusal(), Refusal::SignInAgain);
    }

    fn hear(&mut self, frame: &Value) {
        let script = self.script.as_mut().unwrap();
        script.forget();
        script.says(&frame.to_string());
        let events = script.events();
        let id = text(&frame["d"]["id"]);
        match frame["t"].as_str() {
            Some("READY") => {
                let servers = frame["d"]["servers"].as_array().unwrap().len();
                let is_it = |event: &Event| matches!(event, Event::Ready { servers: told, .. } if told.len() == servers);
                assert!(events.iter().any(is_it), "{events:?}");
            }
            Some("MESSAGE_CREATE") => {
                *self.messages.entry(id.clone()).or_default() += events.len() as u32;
                assert_eq!(self.messages[&id], 1, "told once, by the event or by the answer before it");
            }
            Some("MESSAGE_UPDATE") => {
                assert!(
                    matches!(&events[..], [Event::MessageEdited(message)] if message.edited_at.is_some())
                );
            }
            Some("MESSAGE_DELETE") => {
                *self.ends.entry(id.clone()).or_default() += events.len() as u32;
                assert_eq!(self.ends[&id], 1, "told once, by the event or by the answer before it");
            }
            Some("PRESENCE_UPDATE") => assert!(matches!(&events[..], [Event::Presence { .. }])),
            _ => {}
        }
    }

    fn ask(&mut self, frame: &Value) -> bool {
        let line = format!("{} {}", text(&frame["method"]), text(&frame["url"]));
        let body = &frame["json"];
        self.asked = None;
        if line.starts_with("POST /auth/") && body["username"].is_string() && body["password"].is_string() {
            let mut script = Script::new();
            let (username, password) = (text(&body["username"]), text(&body["password"]).into());
            let register = line.ends_with("register");
            script.request(Request::Connect { username, password, register });
            self.script = Some(script);
        } else {
            if frame["headers"]["Authorization"].is_null() {
                return false;
            }
            self.tickets += 1;
            let Some(request) = wanted(self.tickets, &line, body) else { return false };
            self.script().request(request);
        }
        assert!(self.script().asked().contains(&line), "{line}: {:?}", self.script().asked());
        self.asked = Some(line);
        true
    }

    fn answered(&mut self, frame: &Value) {
        let Some(line) = self.asked.take() else { return };
        let status = frame["status"].as_u64().unwrap();
        let body = if frame["json"].is_null() { frame["text"].clone() } else { frame["json"].clone() };
        let ticket = self.tickets;
        let script = self.script();
        script.forget();
        script.answer(&line, status as u16, body);
        let events = script.events();
        if line.starts_with("POST /auth/") {
            let refusal = events.iter().find_map(|event| match event {
                Event::Status(Status::Refused(refusal)) => Some(refusal),
                _ => None,
            });
            match status {
                200 | 201 => assert!(script.has_socket()),
                401 => assert_eq!(refusal, Some(&Refusal::WrongPassword)),
                409 => assert_eq!(refusal, Some(&Refusal::Taken)),
                _ => assert!(
                    matches!(refusal, Some(Refusal::BadName(words)) if !words.is_empty()),
                    "{refusal:?}"
                ),
            }
            return;
        }
        for event in &events {
            match event {
                Event::Message(message) => *self.messages.entry(message.id.clone()).or_default() += 1,
                Event::MessageDeleted { id, .. } => *self.ends.entry(id.clone()).or_default() += 1,
                _ => {}
            }
        }
        let is_well = events.iter().any(|event| match event {
            Event::Done { ticket: of, .. } | Event::Page { ticket: of, .. } => *of == ticket,
            _ => false,
        });
        let has_words = |event: &Event| matches!(event, Event::Failed { text, .. } if !text.is_empty());
        assert_eq!(is_well, status / 100 == 2, "{line}: {events:?}");
        assert!(is_well || events.iter().any(has_words), "{line}: {events:?}");
        // What a session asks for by itself.
        while let Some((id, _)) = self.script().take_any(0) {
            let lost = hearth_gateway_client::machine::HttpFailure::Lost(String::new());
            self.script().input(hearth_gateway_client::together::Input::Http(id, Err(lost)));
        }
    }
}

/// TOG-01…04, TOG-06, TOG-10, TOG-12…17, TOG-31
#[test]
fn our_session_asks_and_hears_what_the_recorded_clients_did() {
    let Some(folder) = recordings::folder("together") else {
        println!("no folder of recordings: nothing was played");
        return;
    };
    let recordings = recordings::of(&folder);
    let (mut heard, mut asked) = (0, 0);
    for recording in &recordings {
        let mut people: BTreeMap<String, Person> = BTreeMap::new();
        for frame in recording["frames"].as_array().unwrap() {
            let person = people.entry(text(&frame["conn"])).or_default();
            match frame["event"].as_str().unwrap() {
                "open" => person.open(frame["status"].as_u64().unwrap()),
                "recv" if frame["opcode"] == "text" => {
                    heard += 1;
                    person.hear(&frame["json"]);
                }
                "http-request" => asked += u32::from(person.ask(frame)),
                "http-response" => person.answered(frame),
                "tcp-eof" | "tcp-abort" => {
                    let script = person.script.as_mut().unwrap();
                    script.cut(None);
                    assert!(matches!(script.status(), Some(Status::Waiting { .. })));
                }
                _ => {}
            }
        }
    }
    println!("{} recordings: {heard} frames heard, {asked} calls asked", recordings.len());
    assert!(heard >= 20 && asked >= 25, "{heard}, {asked}");
}

#[test]
fn a_frame_that_no_recording_has_would_be_noticed() {
    let mut person = Person::default();
    person.open(101);
    person.hear(
        &json!({"op": "DISPATCH", "t": "READY", "d": {"user": {"id": "u", "username": "u"}, "servers": []}}),
    );
    let create =
        json!({"op": "DISPATCH", "t": "MESSAGE_CREATE", "d": {"id": "m", "channel_id": "c", "content": ""}});
    person.hear(&create);
    assert_eq!(person.messages["m"], 1);
}

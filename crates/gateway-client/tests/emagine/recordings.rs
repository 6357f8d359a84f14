//! Recordings of the real server, played to our session from the server's side: each recorded client is one of our
//! sessions, which hears what that client heard, and has to do what is documented.
//!
//! Without recordings there is nothing to play, and the test says so.

use std::collections::BTreeMap;

use hearth_gateway_client::chat::{Refusal, Request, Status};
use serde_json::{Value, json};

use crate::common::recordings::{self, text};
use crate::script::Script;

/// A recorded client, and our session in its place.
struct Person {
    script: Script,
    /// The recorded server says Ready to it sooner or later: the token fits.
    is_ready: bool,
    is_over: bool,
    /// The recorded clock.
    at_ms: u64,
}

/// With numbers in the place of `"<unix-ms>"`.
fn frame_of(frame: &Value, now: &Script) -> String {
    frame["json"].to_string().replace("\"<unix-ms>\"", &now.now.unix_ms.to_string())
}

impl Person {
    fn open(at_ms: u64) -> Self {
        let mut script = Script::new();
        script.connect(false);
        script.sign_in();
        script.accept();
        Self { script, is_ready: false, is_over: false, at_ms }
    }

    fn pass(&mut self, at_ms: u64) {
        self.script.wait_ms(at_ms.saturating_sub(self.at_ms));
        self.at_ms = at_ms;
        // Where the recorded client did not say who it is, ours did, and waited for Ready in vain.
        let gave_up = !self.script.closed().is_empty();
        assert!(!(gave_up && self.is_ready), "given up while the server answered");
        self.is_over |= gave_up;
    }

    fn hear(&mut self, frame: &Value, where_: &str) {
        let (heard, op) = (frame_of(frame, &self.script), &frame["json"]["op"]);
        self.script.forget();
        self.script.says(&heard);
        match op.as_u64() {
            Some(0) => assert_eq!(self.script.sent(), [json!({"op": 1, "token": "token1"})], "{where_}"),
            // A second Ready says nothing new.
            Some(2) if self.is_ready => assert_eq!(self.script.status(), None, "{where_}"),
            Some(2) => {
                let Some(Status::Connected { user, .. }) = self.script.status() else { panic!("{where_}") };
                assert_eq!(user.id, text(&frame["json"]["user"]), "{where_}");
                self.is_ready = true;
            }
            Some(10) => {
                let mut answer: Value = serde_json::from_str(&heard).unwrap();
                answer["op"] = 11.into();
                assert_eq!(self.script.sent(), [answer], "{where_}");
            }
            _ => assert_eq!(self.script.sent(), [json!(null); 0], "{where_}"),
        }
    }

    fn closed(&mut self, code: Option<u64>, where_: &str) {
        self.script.cut(code.map(|code| u16::try_from(code).unwrap()));
        match (code, self.script.status()) {
            (Some(4001), Some(Status::Refused(Refusal::Misunderstood(_))))
            | (Some(4003), Some(Status::SigningIn)) => {}
            (Some(4001 | 4003), status) => panic!("{where_}: {status:?}"),
            (_, status) => assert!(matches!(status, Some(Status::Waiting { .. })), "{where_}: {status:?}"),
        }
    }
}

/// What a recorded client asked over HTTP and was answered, to our session.
fn answered(request: &Value, answer: Option<&Value>) -> bool {
    let body = &request["json"];
    let line = format!("{} {}", text(&request["method"]), text(&request["url"]));
    if !line.contains("/auth/") || !body["username"].is_string() || !body["password"].is_string() {
        return false;
    }
    let mut script = Script::new();
    let (username, password) = (text(&body["username"]), text(&body["password"]).into());
    script.request(Request::Connect { username, password, register: line.ends_with("register") });
    let Some(answer) = answer else {
        script.lose(&line);
        assert!(matches!(script.status(), Some(Status::Waiting { .. })), "{line}");
        return true;
    };
    let status = answer["status"].as_u64().unwrap();
    script.answer(&line, u16::try_from(status).unwrap(), answer["json"].clone());
    let refusal = script.status();
    match status {
        200 => assert!(script.has_socket(), "{line}"),
        403 if line.ends_with("register") => assert_eq!(refusal, Some(Status::Refused(Refusal::Taken))),
        403 => assert_eq!(refusal, Some(Status::Refused(Refusal::WrongPassword))),
        status => panic!("{line}: {status}"),
    }
    true
}

/// EMG-01, EMG-04, EMG-05, EMG-06, EMG-08, EMG-11, EMG-12
#[test]
fn our_session_makes_of_the_recorded_server_what_is_documented() {
    let Some(folder) = recordings::folder("emagine") else {
        println!("no folder of recordings: nothing was played");
        return;
    };
    let recordings = recordings::of(&folder);
    let (mut heard, mut closes, mut asked) = (0, 0, 0);
    for recording in &recordings {
        let mut people: BTreeMap<String, Person> = BTreeMap::new();
        let frames = recording["frames"].as_array().unwrap();
        for (place, frame) in frames.iter().enumerate() {
            let where_ = format!("{} n={}", recording["scenario"], frame["n"]);
            let conn = text(&frame["conn"]);
            let at_ms = frame["at_ms"].as_u64().unwrap();
            if let Some(person) = people.get_mut(&conn) {
                person.pass(at_ms);
            }
            let is = |event: &str, opcode: &str| frame["event"] == event && frame["opcode"] == opcode;
            if frame["event"] == "open" {
                people.insert(conn, Person::open(at_ms));
            } else if frame["event"] == "http-request" {
                let answer = frames.get(place + 1).filter(|answer| answer["event"] == "http-response");
                asked += u32::from(answered(frame, answer));
            } else if let Some(person) =
                people.get_mut(&conn).filter(|person| !person.is_over && person.script.has_socket())
            {
                // What that client said by itself, ours does not say; its answers ours does not wait for.
                if is("recv", "text") {
                    heard += 1;
                    person.hear(frame, &where_);
                } else if is("recv", "close") || frame["event"] == "tcp-eof" {
                    closes += 1;
                    person.closed(frame["code"].as_u64(), &where_);
                } else if is("send", "close") {
                    person.script.request(Request::Disconnect);
                    assert_eq!(person.script.closed(), [1000], "{where_}");
                }
            }
        }
    }
    println!("{} recordings: {heard} frames heard, {closes} closes, {asked} sign-ins", recordings.len());
    assert!(heard >= 30 && closes >= 12 && asked >= 4, "{heard} {closes} {asked}");
}

//! Access to the voice room of a group: asked for where it is offered, with the token that counts, and told once.

use std::time::Duration;

use hearth_gateway_client::group::{Event, NoVoice, Request, Status, Voice, VoiceAccess};
use serde_json::{Value, json};

use crate::script::{ALL, Script, Server};

const ASKED: &str = "POST /v1/groups/abc123/voice";

fn hello(script: &mut Script, n: u32) {
    script.own = format!("s{n}");
    let hearth = json!({ "version": "0.1.0", "server_time": script.server_ms(), "voice": true });
    let hello = json!({
        "session_id": format!("s{n}"), "session_token": format!("t{n}"), "heartbeat_interval": 10_000, "hearth": hearth,
    });
    script.says(&json!({ "op": 0, "d": hello }).to_string());
}

/// Live at a gateway of ours that has voice rooms.
fn live() -> Script {
    let mut script = Script::new(Server::Hearth);
    script.request(Request::Connect);
    script.opened();
    hello(&mut script, 1);
    script
}

fn in_group() -> Script {
    let mut script = live();
    script.request(Request::Join("abc123".into()));
    script.joined(json!({}));
    script.forget();
    script
}

fn access() -> Value {
    json!({
        "access_token": "a.b.c", "expires_ms": 900_000, "user_id": "u1", "server_id": "se1", "channel_id": "v1",
    })
}

/// What was answered to whoever asked: the group, and what came of it.
fn answers(script: &mut Script) -> Vec<(String, Result<Box<VoiceAccess>, NoVoice>)> {
    let answer = |event| match event {
        Event::VoiceAccess { group, access } => Some((group, access)),
        _ => None,
    };
    script.events().into_iter().filter_map(answer).collect()
}

fn why(script: &mut Script) -> NoVoice {
    let mut answers = answers(script);
    assert_eq!(answers.len(), 1, "{answers:?}");
    answers.remove(0).1.unwrap_err()
}

#[test]
fn a_member_asks_with_the_token_of_its_session_and_is_told_who_it_is_in_the_room() {
    let mut script = in_group();
    script.request(Request::VoiceAccess);
    script.request(Request::VoiceAccess);
    assert_eq!(script.asked(), [ASKED], "one answer is for both");
    let request = script.answer(ASKED, 200, access());
    assert_eq!((request.bearer.as_deref(), request.body.as_deref()), (Some("t1"), None));
    let mut answers = answers(&mut script);
    assert_eq!(answers.len(), 1);
    let (group, access) = answers.remove(0);
    let access = access.unwrap();
    assert_eq!(group, "abc123");
    assert_eq!((access.token.text.reveal(), access.token.good_for), ("a.b.c", Duration::from_secs(900)));
    let VoiceAccess { user, server, channel, .. } = &*access;
    assert_eq!((user.as_str(), server.as_str(), channel.as_str()), ("u1", "se1", "v1"));
    let shown = format!("{access:?} {request:?}");
    assert!(!shown.contains("a.b.c") && !shown.contains("t1"), "{shown}");
}

#[test]
fn after_a_resume_the_token_of_the_latest_hello_counts() {
    let mut script = in_group();
    script.cut(None);
    script.until_tried();
    script.opened();
    hello(&mut script, 2);
    script.own = "s1".into();
    script.event("SESSION_RESUMED", json!({ "session_id": "s1" }));
    script.joined(json!({}));
    script.request(Request::VoiceAccess);
    let (_, request) = script.take(ASKED);
    assert_eq!(request.bearer.as_deref(), Some("t2"));
}

#[test]
fn the_token_is_shown_to_no_gateway_that_does_not_offer_voice() {
    for server in ALL {
        let mut script = Script::in_group(server);
        script.request(Request::VoiceAccess);
        assert_eq!(script.asked(), [] as [String; 0], "{server:?}");
        assert_eq!(why(&mut script), NoVoice::NotOffered, "{server:?}");
    }
    let offers = |status: &Status| matches!(status, Status::Connected { voice: true, .. });
    assert!(live().statuses().iter().any(offers));
    assert!(!Script::new(Server::Hearth).statuses().iter().any(offers));
}

#[test]
fn who_is_in_no_group_or_lost_is_told_so_at_once() {
    let mut script = live();
    script.forget();
    script.request(Request::VoiceAccess);
    assert_eq!(why(&mut script), NoVoice::NotInGroup);
    let mut script = in_group();
    script.cut(None);
    script.forget();
    script.request(Request::VoiceAccess);
    assert_eq!(why(&mut script), NoVoice::NotConnected);
}

#[test]
fn each_refusal_has_its_meaning() {
    let words = || json!({ "error": "words" });
    for (status, body, retry_after, meaning) in [
        (401, words(), None, NoVoice::Later),
        (403, words(), None, NoVoice::Refused("words".into())),
        (404, words(), None, NoVoice::NotInGroup),
        (404, json!({ "code": "not_found" }), None, NoVoice::NotOffered),
        (409, words(), None, NoVoice::Refused("words".into())),
        (429, words(), Some(7), NoVoice::TooOften(Duration::from_secs(7))),
        (429, words(), None, NoVoice::TooOften(Duration::from_secs(5))),
        (500, words(), None, NoVoice::Later),
        (501, words(), None, NoVoice::NotOffered),
        (503, words(), Some(1), NoVoice::Later),
        (200, json!({ "access_token": 5 }), None, NoVoice::Later),
    ] {
        let mut script = in_group();
        script.request(Request::VoiceAccess);
        script.answer_later(ASKED, status, body, retry_after);
        assert_eq!(why(&mut script), meaning, "{status}");
        // It may be asked for again.
        script.request(Request::VoiceAccess);
        script.lose(ASKED);
        assert_eq!(why(&mut script), NoVoice::Later);
    }
}

#[test]
fn an_answer_for_a_group_that_was_left_is_for_nobody() {
    let leave: fn(&mut Script) = |script| script.request(Request::Leave);
    let kicked: fn(&mut Script) = |script| script.event("GROUP_USER_KICKED", json!({ "group_id": "abc123" }));
    let deleted: fn(&mut Script) = |script| script.event("GROUP_DELETE", json!({ "group_id": "abc123" }));
    for end in [leave, kicked, deleted] {
        let mut script = in_group();
        script.request(Request::VoiceAccess);
        end(&mut script);
        assert_eq!(why(&mut script), NoVoice::NotInGroup);
        script.answer(ASKED, 200, access());
        assert_eq!(answers(&mut script), []);
    }
}

#[test]
fn a_connection_that_is_lost_meanwhile_loses_no_answer() {
    let mut script = in_group();
    script.request(Request::VoiceAccess);
    script.cut(None);
    script.answer(ASKED, 200, access());
    assert!(answers(&mut script).remove(0).1.is_ok());
}

#[test]
fn members_are_known_with_the_voice_room_that_they_are_in() {
    let mut script = in_group();
    let voice = |script: &mut Script| {
        let mut groups = script.events().into_iter().filter_map(|event| match event {
            Event::Group(Some(group)) => Some(group),
            _ => None,
        });
        groups.next_back().map(|group| group.members[0].voice.clone())
    };
    let room = || Some(Voice { id: "u2".into(), name: "voice".into() });
    let told = json!({ "id": "u2", "name": "voice" });
    let update = |voice: &Value| json!({ "group_id": "abc123", "session_id": "other", "voice": voice });
    script.event("GROUP_USER_UPDATE", update(&told));
    assert_eq!(voice(&mut script), Some(room()));
    script.event("GROUP_USER_UPDATE", update(&told));
    assert_eq!(voice(&mut script), None, "nothing is new");
    script.event("GROUP_USER_UPDATE", json!({ "group_id": "abc123", "session_id": "other", "away": true }));
    assert_eq!(voice(&mut script), Some(room()));
    script.event("GROUP_USER_UPDATE", update(&Value::Null));
    assert_eq!(voice(&mut script), Some(None));
    let member = json!({ "session_id": "other", "away": false, "voice": told });
    script.event("GROUP_UPDATE", json!({ "members": [member] }));
    assert_eq!(voice(&mut script), Some(room()));
}

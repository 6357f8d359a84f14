//! Taking a session up again, on each of the gateways; and getting back into the group when that fails.

use std::time::Duration;

use hearth_gateway_client::group::{ActionRefusal, Event, GroupPhase, Request, Status};
use hearth_gateway_client::puff::ServerKind;
use serde_json::{Value, json};

use crate::script::{ALL, Script, Server, device};

fn resume(id: &str, token: &str) -> Value {
    json!({"op": 13, "d": {"session_id": id, "session_token": token}})
}

/// Lost and open again; the resume is on its way.
fn reopened(script: &mut Script) {
    script.forget();
    script.cut(None);
    script.wait_for_open();
    script.accept();
}

/// What a gateway says to a good resume of `s1`.
fn resumed(script: &mut Script) {
    script.event("SESSION_RESUMED", json!({"session_id": "s1"}));
    script.own = "s1".into();
    let group_id = if script.server == Server::Elixir { "s1" } else { "abc123" };
    script
        .event("GROUP_USER_UPDATE", json!({"group_id": group_id, "session_id": "s1", "disconnected": false}));
}

// PUFF-21
#[test]
fn id_and_token_rotate_as_each_gateway_wants() {
    for (server, tokens) in [
        (Server::TypeScript, ["t1", "t2", "t3"]),
        (Server::Hearth, ["t1", "t2", "t3"]),
        (Server::Elixir, ["t1", "t1", "t1"]),
    ] {
        let mut script = Script::in_group(server);
        for token in tokens {
            reopened(&mut script);
            assert_eq!(script.sent(), [resume("s1", token)], "{server:?}");
            resumed(&mut script);
            assert!(
                script
                    .statuses()
                    .iter()
                    .any(|status| matches!(status, Status::Connected { resumed: true, .. }))
            );
        }
    }
}

#[test]
fn the_elixir_gateway_is_known_by_its_answer_to_the_first_resume() {
    let mut script = Script::live(Server::Elixir);
    script.request(Request::Join("abc123".into()));
    script.joined(json!({}));
    assert_eq!(script.session.server_kind(), ServerKind::Unknown);
    reopened(&mut script);
    resumed(&mut script);
    assert_eq!(script.session.server_kind(), ServerKind::Elixir);
    reopened(&mut script);
    assert_eq!(script.sent(), [resume("s1", "t1")]);
}

#[test]
fn a_session_in_no_group_is_not_worth_resuming() {
    let mut script = Script::live(Server::TypeScript);
    reopened(&mut script);
    assert!(script.sent().is_empty());
    assert!(matches!(script.statuses().last(), Some(Status::Connected { resumed: false, .. })));
}

#[test]
fn the_group_stays_in_sight_while_the_connection_is_lost() {
    for server in ALL {
        let mut script = Script::in_group(server);
        reopened(&mut script);
        resumed(&mut script);
        assert!(!script.events().contains(&Event::Group(None)), "{server:?}");
        script.event("GROUP_UPDATE", json!({"sesh_counter": 9}));
        assert_eq!(script.group().sesh_counter, 9);
    }
}

#[test]
fn after_a_resume_the_whole_device_and_away_are_told_again() {
    let mut script = Script::in_group(Server::TypeScript);
    script.request(Request::Device(device(5)));
    script.request(Request::Away(true));
    script.event("GROUP_USER_UPDATE", json!({"group_id": "abc123", "session_id": "s1", "away": true}));
    reopened(&mut script);
    script.forget();
    resumed(&mut script);
    let sent = script.sent();
    assert_eq!(sent[0], json!({"op": 6, "d": {"away": true}}), "the TypeScript gateway forgets it");
    assert_eq!(sent[1]["op"], 4);
    assert_eq!(sent[1]["d"]["battery"], 77);
    assert_eq!(sent[1]["d"]["state"], 5);
    assert_eq!(sent.len(), 2);
}

// PUFF-22
#[test]
fn a_refused_resume_joins_the_same_group_from_the_new_session() {
    let mut script = Script::in_group(Server::TypeScript);
    script.request(Request::Device(device(5)));
    reopened(&mut script);
    script.forget();
    script.event("SESSION_RESUME_ERROR", json!({"code": "INVALID_SESSION"}));
    assert_eq!(script.sent(), [json!({"op": 1, "d": {"group_id": "abc123"}})]);
    script.joined(json!({}));
    assert_eq!(script.sent()[0]["d"]["state"], 5, "the whole device state follows");
    let group = script.group();
    assert_eq!(group.own.0, "s2");
    // And from then on the new session is the one to resume.
    reopened(&mut script);
    assert_eq!(script.sent(), [resume("s2", "t2")]);
}

#[test]
fn a_close_with_4001_joins_the_same_group_over_another_socket() {
    let mut script = Script::in_group(Server::Elixir);
    reopened(&mut script);
    script.cut(Some(4001));
    script.forget();
    script.wait_for_open();
    script.accept();
    assert_eq!(script.sent(), [json!({"op": 1, "d": {"group_id": "abc123"}})]);
}

#[test]
fn a_resume_that_is_limited_in_rate_counts_as_refused() {
    let mut script = Script::in_group(Server::TypeScript);
    reopened(&mut script);
    script.forget();
    script.event("RATE_LIMITED", json!({"op": 13}));
    assert_eq!(script.sent(), [json!({"op": 1, "d": {"group_id": "abc123"}})]);
    assert!(script.refusals().is_empty(), "nobody asked for it");
}

#[test]
fn a_resume_without_an_answer_is_started_over_without_the_session() {
    let mut script = Script::in_group(Server::TypeScript);
    reopened(&mut script);
    script.wait_ms(5100);
    assert_eq!(script.closed(), [1001]);
    script.wait_for_open();
    script.forget();
    script.accept();
    assert_eq!(script.sent(), [json!({"op": 1, "d": {"group_id": "abc123"}})]);
}

#[test]
fn a_group_that_is_gone_is_told_as_closed() {
    let mut script = Script::in_group(Server::Hearth);
    reopened(&mut script);
    script.event("SESSION_RESUME_ERROR", json!({"code": "INVALID_SESSION"}));
    script.forget();
    script.event("GROUP_JOIN_ERROR", json!({"code": "invalid_group"}));
    assert_eq!(script.news(), [Event::GroupClosed, Event::Group(None)]);
    script.request(Request::Join("other1".into()));
    assert_eq!(script.sent(), [json!({"op": 1, "d": {"group_id": "other1"}})]);
}

#[test]
fn getting_back_is_tried_again_when_joining_is_limited_in_rate() {
    let mut script = Script::in_group(Server::TypeScript);
    reopened(&mut script);
    script.event("SESSION_RESUME_ERROR", json!({"code": "INVALID_SESSION"}));
    script.forget();
    script.event("RATE_LIMITED", json!({"op": 1}));
    assert!(script.news().is_empty());
    script.wait_ms(5000);
    assert_eq!(script.sent(), [json!({"op": 1, "d": {"group_id": "abc123"}})]);
}

#[test]
fn leaving_while_the_connection_is_lost_is_said_when_it_is_back() {
    let mut script = Script::in_group(Server::Hearth);
    script.cut(None);
    script.forget();
    script.request(Request::Leave);
    assert_eq!(script.news(), [Event::Group(None)]);
    script.wait_for_open();
    script.accept();
    assert_eq!(script.sent(), [resume("s1", "t1")]);
    script.event("SESSION_RESUMED", json!({"session_id": "s1"}));
    assert_eq!(script.sent(), [json!({"op": 7})]);
    // The snapshot was on its way already.
    script.joined(json!({"members": []}));
    assert!(!script.events().iter().any(|event| matches!(event, Event::Group(Some(_)))));
}

// PUFF-64
#[test]
fn a_snapshot_after_the_resume_makes_up_for_what_was_missed() {
    let mut script = Script::in_group(Server::Hearth);
    script.request(Request::Device(device(5)));
    reopened(&mut script);
    resumed(&mut script);
    script.forget();
    script.joined(json!({"state": "awaiting", "sesh_counter": 3, "ready": ["other"]}));
    let events = script.events();
    let Event::Group(Some(group)) = &events[0] else { panic!("{events:?}") };
    assert_eq!((group.phase, group.sesh_counter, group.ready.len()), (GroupPhase::Awaiting, 3, 1));
    assert_eq!(events[1..], [Event::Inquiry { by: None, watcher: false, away: false }]);
    // Told once, also when the gateway repeats itself.
    script.event("GROUP_HEAT_INQUIRY", json!({"session_id": "other", "watcher": false, "away": false}));
    assert!(script.news().is_empty());
}

#[test]
fn an_inquiry_that_was_told_before_the_cut_is_not_told_again() {
    let mut script = Script::in_group(Server::Hearth);
    script.event("GROUP_UPDATE", json!({"state": "awaiting"}));
    script.event("GROUP_HEAT_INQUIRY", json!({"session_id": "other", "watcher": true, "away": false}));
    reopened(&mut script);
    resumed(&mut script);
    script.forget();
    script.joined(json!({"state": "awaiting"}));
    assert!(script.news().is_empty());
}

#[test]
fn a_socket_that_the_gateway_missed_for_too_long_is_replaced() {
    let mut script = Script::in_group(Server::TypeScript);
    reopened(&mut script);
    resumed(&mut script);
    script.wait(Duration::from_secs(20));
    script.forget();
    // The gateway notices the loss of the first socket now, and takes the session for lost.
    script
        .event("GROUP_USER_UPDATE", json!({"group_id": "abc123", "session_id": "s1", "disconnected": true}));
    assert_eq!(script.closed(), [1001]);
    script.wait_for_open();
    script.accept();
    assert_eq!(script.sent(), [resume("s1", "t2")]);
}

#[test]
fn a_gateway_that_forgot_our_membership_is_joined_again() {
    let mut script = Script::in_group(Server::TypeScript);
    script.request(Request::Message("hi".into()));
    script.forget();
    script.event("GROUP_ACTION_ERROR", json!({"code": "NOT_IN_GROUP"}));
    assert_eq!(script.refusals(), [ActionRefusal::NotInGroup]);
    assert_eq!(script.sent(), [json!({"op": 1, "d": {"group_id": "abc123"}})]);
}

#[test]
fn a_resume_that_is_cut_off_before_its_answer_is_tried_with_both_tokens() {
    for arrived in [true, false] {
        let mut script = Script::in_group(Server::TypeScript);
        reopened(&mut script);
        assert_eq!(script.sent(), [resume("s1", "t1")]);
        // Whether the gateway took it, and with it the token of this socket's hello, is not known.
        reopened(&mut script);
        assert_eq!(script.sent(), [resume("s1", "t2")]);
        if !arrived {
            script.event("SESSION_RESUME_ERROR", json!({"code": "INVALID_SESSION"}));
            assert_eq!(script.closed().len(), 1, "one resume per socket");
            script.wait_for_open();
            script.accept();
            assert_eq!(script.sent(), [resume("s1", "t1")]);
        }
        resumed(&mut script);
        assert!(matches!(script.statuses().last(), Some(Status::Connected { resumed: true, .. })));
        reopened(&mut script);
        assert_eq!(script.sent(), [resume("s1", if arrived { "t3" } else { "t4" })]);
    }
}

#[test]
fn when_no_token_is_taken_the_group_is_joined_again() {
    let mut script = Script::in_group(Server::TypeScript);
    reopened(&mut script);
    reopened(&mut script);
    script.event("SESSION_RESUME_ERROR", json!({"code": "INVALID_SESSION"}));
    script.wait_for_open();
    script.accept();
    script.forget();
    script.event("SESSION_RESUME_ERROR", json!({"code": "INVALID_SESSION"}));
    assert_eq!(script.sent(), [json!({"op": 1, "d": {"group_id": "abc123"}})]);
}

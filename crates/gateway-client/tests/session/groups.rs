//! Creating, joining, leaving; and the picture of the group that is kept.

use std::time::Duration;

use hearth_gateway_client::group::{ActionRefusal, Event, GroupPhase, Request, SessionId, Visibility};
use hearth_gateway_client::puff::ServerKind;
use serde_json::{Value, json};

use crate::script::{ALL, Script, Server, device};

fn create() -> Request {
    Request::Create { name: "Golden Goat".into(), visibility: Visibility::Public, countdown: None }
}

fn created(script: &mut Script) {
    let mut d = json!({"group_id": "abc123", "name": "Golden Goat", "visibility": "public", "owner_session_id": "s1"});
    if script.server != Server::Elixir {
        d["persistent"] = json!(false);
    }
    script.event("GROUP_CREATE", d);
}

fn op(op: u64) -> Value {
    json!({ "op": op })
}

fn join(code: &str) -> Value {
    json!({"op": 1, "d": {"group_id": code}})
}

#[test]
fn creating_is_being_in_the_group_on_every_gateway() {
    for server in ALL {
        let mut script = Script::live(server);
        script.request(create());
        assert_eq!(script.sent(), [json!({"op": 2, "d": {"name": "Golden Goat", "visibility": "public"}})]);
        created(&mut script);
        if server == Server::Elixir {
            script.wait(Duration::from_secs(1));
            assert_eq!(script.sent(), [join("abc123")], "its creator must join by itself");
        }
        script.joined(json!({"owner_session_id": "s1"}));
        assert_eq!(script.group().owner, SessionId("s1".into()));
        script.wait(Duration::from_secs(20));
        assert!(script.sent().is_empty(), "{server:?}");
        assert!(script.refusals().is_empty(), "{server:?}");
    }
}

#[test]
fn a_join_that_crosses_the_gateways_own_is_not_an_error() {
    let mut script = Script::live(Server::TypeScript);
    script.request(create());
    created(&mut script);
    // JOINED_GROUP is late, so we join; then both answers arrive.
    script.wait(Duration::from_secs(1));
    assert_eq!(script.sent().last(), Some(&join("abc123")));
    script.joined(json!({}));
    script.event("GROUP_JOIN_ERROR", json!({"code": "already_in_a_group"}));
    assert!(script.refusals().is_empty());
    assert!(script.sent().is_empty());
    // The next one is real.
    script.event("GROUP_JOIN_ERROR", json!({"code": "already_in_a_group"}));
    assert_eq!(script.refusals(), [ActionRefusal::AlreadyInGroup]);
}

#[test]
fn an_empty_name_lets_the_gateway_choose() {
    let mut script = Script::live(Server::TypeScript);
    script.request(Request::Create { name: String::new(), visibility: Visibility::Private, countdown: None });
    assert_eq!(script.sent(), [json!({"op": 2, "d": {"visibility": "private"}})]);
}

#[test]
fn what_would_break_a_gateway_is_never_sent() {
    let mut script = Script::live(Server::TypeScript);
    script.request(Request::Create {
        name: "x".repeat(33),
        visibility: Visibility::Private,
        countdown: None,
    });
    assert_eq!(script.refusals(), [ActionRefusal::InvalidName]);
    script.request(Request::Join(String::new()));
    assert_eq!(script.refusals(), [ActionRefusal::NoSuchGroup]);
    let mut script = Script::in_group(Server::TypeScript);
    for request in [
        Request::Strain(Some("x".repeat(49))),
        Request::Message(String::new()),
        Request::Message("x".repeat(1025)),
        Request::React(String::new()),
    ] {
        script.request(request);
        assert_eq!(script.refusals(), [ActionRefusal::InvalidData]);
    }
    for name in ["", "  ", &"x".repeat(33)] {
        script.request(Request::Edit { name: Some(name.into()), visibility: None, countdown: None });
        assert_eq!(script.refusals(), [ActionRefusal::InvalidName]);
    }
    for request in [Request::Transfer(SessionId("gone".into())), Request::Kick(SessionId("gone".into()))] {
        script.request(request);
        assert_eq!(script.refusals(), [ActionRefusal::MemberGone]);
    }
    assert!(script.sent().is_empty());
}

#[test]
fn errors_of_all_gateways_have_one_meaning() {
    for code in ["invalid_group", "INVALID_GROUP_ID"] {
        let mut script = Script::live(Server::TypeScript);
        script.request(Request::Join("nope12".into()));
        script.event("GROUP_JOIN_ERROR", json!({ "code": code }));
        assert_eq!(script.refusals(), [ActionRefusal::NoSuchGroup]);
    }
    for (code, refusal) in [
        ("NOT_OWNER", ActionRefusal::NotOwner),
        ("SESSION_NOT_READY", ActionRefusal::NotReady),
        ("NO_MEMBERS_READY", ActionRefusal::NobodyReady),
        ("NO_SESHERS", ActionRefusal::NoDevices),
        ("NOT_PERMITTED", ActionRefusal::NotPermitted),
        ("USER_NOT_IN_GROUP", ActionRefusal::MemberGone),
        ("INVALID_TARGET_SESSION_ID", ActionRefusal::MemberGone),
        ("CANNOT_KICK_OWNER", ActionRefusal::OwnerStays),
        ("CANNOT_DELETE_PERSISTENT_GROUP", ActionRefusal::GroupStays),
        ("UNCAUGHT_EXCEPTION", ActionRefusal::GatewayFault),
        ("INVALID_GROUP_STATE", ActionRefusal::WrongPhase),
        ("INVALID_DATA", ActionRefusal::InvalidData),
        ("SOMETHING_NEW", ActionRefusal::Other("SOMETHING_NEW".into())),
    ] {
        let mut script = Script::in_group(Server::TypeScript);
        script.event("GROUP_ACTION_ERROR", json!({ "code": code }));
        assert_eq!(script.refusals(), [refusal]);
    }
    let mut script = Script::in_group(Server::TypeScript);
    script.event("RATE_LIMITED", json!({"op": 11}));
    assert_eq!(script.refusals(), [ActionRefusal::RateLimited]);
}

#[test]
fn creating_too_often_is_told_on_both_kinds() {
    for (server, d) in [(Server::TypeScript, json!({"op": 2})), (Server::Elixir, Value::Null)] {
        let mut script = Script::live(server);
        script.request(create());
        script.event("RATE_LIMITED", d);
        assert_eq!(script.refusals(), [ActionRefusal::RateLimited]);
        script.forget();
        script.request(Request::Join("abc123".into()));
        assert_eq!(script.sent(), [join("abc123")]);
    }
}

#[test]
fn a_gateway_that_does_not_answer_is_told() {
    let mut script = Script::live(Server::TypeScript);
    script.request(Request::Join("abc123".into()));
    script.forget();
    script.wait(Duration::from_secs(11));
    assert_eq!(script.refusals(), [ActionRefusal::NoAnswer]);
    // Should it answer after all: we are not there.
    script.joined(json!({}));
    assert_eq!(script.sent(), [op(7)]);
}

#[test]
fn leaving_before_the_answer_to_joining_leaves() {
    for server in ALL {
        let mut script = Script::live(server);
        script.request(Request::Join("abc123".into()));
        script.request(Request::Leave);
        // Not at once: the TypeScript gateway would handle the leave before the join.
        assert_eq!(script.sent(), [join("abc123")]);
        script.joined(json!({}));
        assert_eq!(script.sent(), [op(7)]);
        assert!(script.news().is_empty());
        assert!(!script.events().iter().any(|event| matches!(event, Event::Group(Some(_)))));
    }
}

#[test]
fn the_last_of_several_quick_wishes_counts() {
    let mut script = Script::live(Server::TypeScript);
    script.request(Request::Join("abc123".into()));
    script.request(Request::Leave);
    script.request(Request::Join("second".into()));
    script.joined(json!({}));
    assert_eq!(script.sent(), [join("abc123"), op(7), join("second")]);
    // Late news of the first group, which does not name it.
    script.event("GROUP_UPDATE", json!({"state": "seshing"}));
    script.joined(json!({"group_id": "second"}));
    assert_eq!(script.group().phase, GroupPhase::Chilling);
}

#[test]
fn joining_the_same_group_twice_is_one_join_and_another_is_refused() {
    let mut script = Script::live(Server::TypeScript);
    script.request(Request::Join("abc123".into()));
    script.request(Request::Join("abc123".into()));
    assert_eq!(script.sent(), [join("abc123")]);
    assert!(script.refusals().is_empty());
    script.request(Request::Join("second".into()));
    assert_eq!(script.refusals(), [ActionRefusal::AlreadyInGroup]);
}

#[test]
fn a_gateway_that_thinks_we_are_elsewhere_is_told_to_leave_first() {
    let mut script = Script::live(Server::TypeScript);
    script.request(Request::Join("abc123".into()));
    script.forget();
    script.event("GROUP_JOIN_ERROR", json!({"code": "already_in_a_group"}));
    assert_eq!(script.sent(), [op(7), join("abc123")]);
    script.event("GROUP_JOIN_ERROR", json!({"code": "already_in_a_group"}));
    assert_eq!(script.refusals(), [ActionRefusal::AlreadyInGroup]);
    assert!(script.sent().is_empty(), "once");
}

#[test]
fn a_join_whose_answer_was_lost_is_asked_again() {
    let mut script = Script::live(Server::TypeScript);
    script.request(Request::Join("abc123".into()));
    script.cut(None);
    script.wait_for_open();
    script.forget();
    script.accept();
    assert_eq!(script.sent(), [join("abc123")]);
}

#[test]
fn the_stray_error_after_an_owner_left_is_nothing() {
    let mut script = Script::in_group(Server::TypeScript);
    script.request(Request::Leave);
    assert_eq!(script.sent(), [op(7)]);
    script.forget();
    script.event("GROUP_ACTION_ERROR", json!({"code": "NOT_IN_GROUP"}));
    assert!(script.events().is_empty());
    assert!(script.sent().is_empty());
}

#[test]
fn leaving_no_group_and_asking_in_no_group_are_refused() {
    let mut script = Script::live(Server::TypeScript);
    for request in [Request::Leave, Request::Inquire, Request::Message("hi".into())] {
        script.request(request);
        assert_eq!(script.refusals(), [ActionRefusal::NotInGroup]);
    }
    assert!(script.sent().is_empty(), "these end a session at the Elixir gateway");
}

#[test]
fn kicked_is_out() {
    for server in ALL {
        let mut script = Script::in_group(server);
        script.event("GROUP_USER_KICKED", json!({"group_id": "abc123"}));
        let news = script.news();
        assert_eq!(news[..2], [Event::Kicked, Event::Group(None)]);
        if server == Server::Elixir {
            // It would go on counting this session as a member.
            assert_eq!(script.closed(), [1001]);
            script.wait_for_open();
            script.accept();
        }
        script.event("GROUP_USER_KICKED", json!({"group_id": "abc123"}));
        script.event("GROUP_UPDATE", json!({"state": "awaiting"}));
        assert!(script.news().is_empty());
        assert!(script.sent().is_empty());
    }
}

#[test]
fn a_deleted_group_strands_nobody() {
    let mut script = Script::in_group(Server::TypeScript);
    script.event("GROUP_DELETE", json!({"group_id": "abc123"}));
    assert_eq!(script.news(), [Event::GroupDeleted, Event::Group(None)]);
    assert_eq!(script.sent(), [op(7)], "the TypeScript gateway keeps its members in it");
    let mut script = Script::in_group(Server::Hearth);
    script.event("GROUP_DELETE", json!({"group_id": "abc123"}));
    assert_eq!(script.news(), [Event::GroupDeleted, Event::Group(None)]);
    assert!(script.sent().is_empty());
}

#[test]
fn a_button_that_was_pressed_while_away_counts_when_back() {
    for (server, told) in [(Server::TypeScript, 1), (Server::Hearth, 0)] {
        let mut script = Script::in_group(server);
        script.request(Request::Device(device(5)));
        script.request(Request::Away(true));
        script.event("GROUP_USER_UPDATE", json!({"group_id": "abc123", "session_id": "s1", "away": true}));
        script.event("GROUP_UPDATE", json!({"state": "awaiting"}));
        script.request(Request::Away(false));
        script.request(Request::Device(device(6)));
        script.forget();
        let back = json!({"group_id": "abc123", "session_id": "s1", "away": false});
        script.event("GROUP_USER_UPDATE", back.clone());
        script.event("GROUP_USER_UPDATE", back);
        let again = json!({"op": 4, "d": {"state": 6}});
        assert_eq!(script.sent(), vec![again; told], "{server:?}");
    }
}

// PUFF-46
#[test]
fn the_group_is_kept_by_partial_and_whole_updates() {
    let mut script = Script::in_group(Server::TypeScript);
    script.event("GROUP_USER_JOIN", json!({"group_id": "abc123", "session_id": "c", "away": false}));
    script.event("GROUP_UPDATE", json!({"state": "awaiting"}));
    script.event("GROUP_UPDATE", json!({"ready": ["c"]}));
    let group = script.group();
    assert_eq!((group.phase, group.members.len()), (GroupPhase::Awaiting, 3));
    assert_eq!(group.ready, [SessionId("c".into())]);
    script.event("GROUP_USER_LEFT", json!({"group_id": "abc123", "session_id": "c"}));
    script.event(
        "GROUP_UPDATE",
        json!({"members": [{"session_id": "s1"}, {"session_id": "other", "away": true}], "ready": []}),
    );
    let group = script.group();
    assert_eq!(group.members.len(), 2);
    assert!(group.members.iter().any(|member| member.away));

    let mut script = Script::in_group(Server::Elixir);
    script.event(
        "GROUP_USER_JOIN",
        json!({"group_id": "abc123", "session_id": "c", "name": "Unnamed", "user": null}),
    );
    script.event(
        "GROUP_USER_DEVICE_UPDATE",
        json!({"group_id": "abc123", "session_id": "c", "device_state": {"battery": 50}}),
    );
    script.event("GROUP_UPDATE", json!({"group_id": "abc123", "members": ["s1", "other", "c"], "name": "Golden Goat",
        "owner_session_id": "c", "ready": ["c"], "sesh_counter": 2, "state": "awaiting", "visibility": "private"}));
    let group = script.group();
    assert_eq!((group.owner.0.as_str(), group.sesh_counter, group.ready.len()), ("c", 2, 1));
    let c = group.members.iter().find(|member| member.session_id.0 == "c").unwrap();
    assert_eq!(c.device.as_ref().unwrap().battery, Some(50.0), "a list of ids takes nothing away");
}

#[test]
fn every_event_twice_is_as_good_as_once() {
    let mut script = Script::in_group(Server::TypeScript);
    let events = [
        ("GROUP_USER_JOIN", json!({"group_id": "abc123", "session_id": "c"})),
        (
            "GROUP_USER_DEVICE_UPDATE",
            json!({"group_id": "abc123", "session_id": "c", "device_state": {"battery": 50, "state": 5}}),
        ),
        ("GROUP_USER_JOIN", json!({"group_id": "abc123", "session_id": "c"})),
        ("GROUP_UPDATE", json!({"state": "awaiting", "ready": ["c"]})),
        ("GROUP_USER_READY", json!({"session_id": "c"})),
        ("GROUP_USER_UPDATE", json!({"group_id": "abc123", "session_id": "c", "away": true, "strain": "OG"})),
        ("GROUP_USER_AWAY_STATE", json!({"session_id": "c", "state": true})),
        ("GROUP_USER_UNREADY", json!({"session_id": "c"})),
        ("GROUP_USER_DEVICE_DISCONNECT", json!({"group_id": "abc123", "session_id": "c"})),
        ("GROUP_USER_LEFT", json!({"group_id": "abc123", "session_id": "c"})),
        (
            "GROUP_MESSAGE",
            json!({"group_id": "abc123", "author_session_id": "other", "message": {"content": "hi", "timestamp": 5}}),
        ),
    ];
    for (t, d) in events {
        script.forget();
        script.event(t, d.clone());
        script.forget();
        script.event(t, d);
        assert_eq!(script.events(), [], "{t}");
    }
}

#[test]
fn a_leaver_that_is_listed_once_more_stays_gone() {
    let mut script = Script::in_group(Server::Elixir);
    script.event("GROUP_USER_LEFT", json!({"group_id": "abc123", "session_id": "other"}));
    script.event("GROUP_UPDATE", json!({"group_id": "abc123", "owner_session_id": "s1", "members": [{"session_id": "other"}, {"session_id": "s1"}]}));
    let group = script.group();
    assert_eq!((group.members.len(), group.owner.0.as_str()), (1, "s1"));
    script.event("GROUP_USER_JOIN", json!({"group_id": "abc123", "session_id": "other"}));
    assert_eq!(script.group().members.len(), 2);
}

#[test]
fn events_of_another_group_are_ignored() {
    let mut script = Script::in_group(Server::Hearth);
    script.event("GROUP_UPDATE", json!({"group_id": "zzz", "state": "seshing"}));
    script.event("GROUP_DELETE", json!({"group_id": "zzz"}));
    assert!(script.events().is_empty());
}

#[test]
fn away_is_told_in_the_way_that_the_gateway_understands() {
    let mut script = Script::in_group(Server::TypeScript);
    script.request(Request::Away(true));
    assert_eq!(script.sent(), [json!({"op": 6, "d": {"away": true}})]);

    // Not known to be the Elixir gateway yet.
    let mut script = Script::live(Server::Elixir);
    script.request(Request::Join("abc123".into()));
    script.joined(json!({}));
    script.forget();
    script.request(Request::Away(true));
    script.event("OPCODE_DEPRECATED", json!({"code": "DEPRECATED"}));
    assert_eq!(
        script.sent(),
        [json!({"op": 6, "d": {"away": true}}), json!({"op": 18, "d": {"state": true}})]
    );
    assert_eq!(script.session.server_kind(), ServerKind::Elixir);
    assert!(script.refusals().is_empty());
    script.event("GROUP_USER_AWAY_STATE", json!({"session_id": "s1", "state": true}));
    assert!(script.group().members.iter().any(|member| member.session_id.0 == "s1" && member.away));
    script.request(Request::Away(false));
    script.request(Request::Strain(Some("OG".into())));
    assert_eq!(
        script.sent(),
        [json!({"op": 18, "d": {"state": false}}), json!({"op": 19, "d": {"strain": "OG"}})]
    );
}

#[test]
fn marks_made_anywhere_are_told_when_a_group_is_joined() {
    let mut script = Script::new(Server::TypeScript);
    script.request(Request::Away(true));
    script.request(Request::Connect);
    script.accept();
    script.request(Request::Strain(Some("OG".into())));
    assert!(script.refusals().is_empty());
    assert!(script.sent().is_empty());
    script.request(Request::Join("abc123".into()));
    script.forget();
    script.joined(json!({}));
    assert_eq!(script.sent(), [json!({"op": 6, "d": {"away": true, "strain": "OG"}})]);
}

#[test]
fn a_mark_that_came_too_soon_is_told_again_later() {
    let mut script = Script::in_group(Server::TypeScript);
    script.request(Request::Away(true));
    script.forget();
    script.event("RATE_LIMITED", json!({"op": 6}));
    assert!(script.refusals().is_empty());
    script.wait(Duration::from_secs(11));
    assert_eq!(script.sent(), [json!({"op": 6, "d": {"away": true}})]);
}

#[test]
fn a_device_that_the_gateway_kept_from_before_is_taken_back() {
    let mut script = Script::live(Server::TypeScript);
    script.request(Request::Join("abc123".into()));
    script.forget();
    script.joined(json!({"members": [{"session_id": "s1", "device_state": {"battery": 5, "totalDabs": 1, "state": 5, "deviceModel": "0"}}]}));
    assert_eq!(script.sent(), [op(10)]);
    assert!(!script.group().members[0].is_sesher());
}

// PUFF-52
#[test]
fn the_public_list_is_told() {
    let mut script = Script::live(Server::TypeScript);
    script.event(
        "PUBLIC_GROUPS_UPDATE",
        json!([{"group_id": "p", "name": "Pub", "visibility": "public", "state": "seshing",
        "sesh_counter": 4, "member_count": 3, "sesher_count": 2, "watcher_count": 1, "persistent": false}]),
    );
    let events = script.events();
    let [Event::PublicGroups(groups)] = &events[..] else { panic!("{events:?}") };
    assert_eq!((groups[0].phase, groups[0].seshers, groups[0].watchers), (GroupPhase::Seshing, 2, 1));
}

#[test]
fn the_own_device_is_what_this_side_knows_not_what_the_gateway_echoes() {
    let mut script = Script::in_group(Server::Elixir);
    script.request(Request::Device(device(5)));
    assert!(script.group().members.iter().any(|member| member.session_id.0 == "s1" && member.is_sesher()));
    script.event(
        "GROUP_USER_DEVICE_UPDATE",
        json!({"group_id": "abc123", "session_id": "s1", "device_state": {"state": 8}}),
    );
    script.event("GROUP_USER_DEVICE_DISCONNECT", json!({"group_id": "abc123", "session_id": "s1"}));
    assert!(script.events().is_empty());
}

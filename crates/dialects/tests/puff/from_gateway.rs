//! Every event: ours as we write it, and the other gateways' as they do.

use hearth_dialects::puff::{
    Change, ClockReply, DeviceState, DeviceUpdate, ErrorCode, ErrorEvent, Event, GroupCreated, GroupPatch,
    GroupState, HearthGroup, HearthHello, HeatInquiry, Hello, JoinedGroup, Member, MemberList, Message,
    MessageContent, PublicGroup, Reaction, Refusal, ServerFrame, SessionId, StartHeating, Unreadable, User,
    UserJoined, UserPatch, Visibility, VoiceChannel, WatchedDevice,
};
use serde_json::{Value, json};

fn created() -> GroupCreated {
    GroupCreated {
        group_id: "abc123".into(),
        name: "Golden Goat".into(),
        visibility: Visibility::Private,
        persistent: false,
        owner_session_id: "a".into(),
    }
}

fn member(id: &str) -> Member {
    Member {
        session_id: id.into(),
        group_joined: "2026-01-31T12:34:56.789Z".into(),
        device_state: Some(DeviceState { battery: Some(77.0), ..DeviceState::default() }),
        strain: Some("OG".into()),
        user: Some(User { id: "u".into(), name: "plain".into(), flags: 2, ..User::default() }),
        voice: Some(VoiceChannel { id: "1".into(), name: "Lounge".into(), link: None }),
        ..Member::default()
    }
}

fn every_event() -> Vec<Event> {
    let (group_id, session_id) = (|| "abc123".into(), || SessionId::from("a"));
    vec![
        Event::JoinedGroup(Box::new(JoinedGroup::new(
            created(),
            GroupState::Awaiting,
            3,
            vec![session_id()],
            vec![member("a"), Member { session_id: "b".into(), ..Member::default() }],
        ))),
        Event::GroupCreate(created()),
        Event::GroupDelete { group_id: group_id() },
        Event::GroupUpdate(Box::new(GroupPatch {
            members: Some(MemberList::Whole(vec![member("a")])),
            ready: Some(vec![]),
            ..GroupPatch::state(GroupState::Chilling)
        })),
        Event::UserJoin(Box::new(UserJoined {
            group_id: group_id(),
            member: Member { device_state: None, ..member("b") },
        })),
        Event::UserLeft { group_id: group_id(), session_id: session_id() },
        Event::UserUpdate(Box::new(UserPatch {
            session_id: session_id(),
            group_id: group_id(),
            strain: Change::Clear,
            away: Some(true),
            ..UserPatch::default()
        })),
        Event::DeviceUpdate(Box::new(DeviceUpdate {
            group_id: group_id(),
            session_id: session_id(),
            device_state: DeviceState { state: Some(7), ..DeviceState::default() },
        })),
        Event::DeviceDisconnect { group_id: group_id(), session_id: session_id() },
        Event::HeatInquiry(HeatInquiry { session_id: session_id(), watcher: true, away: false }),
        Event::StartHeating(StartHeating {
            session_id: Some(session_id()),
            excluded: false,
            watcher: false,
            away: false,
            start_at: Some(1_700_000_000_000),
        }),
        Event::Countdown {
            group_id: group_id(),
            session_id: Some(session_id()),
            start_at: Some(1_700_000_000_000),
        },
        Event::Countdown { group_id: group_id(), session_id: None, start_at: None },
        Event::GroupUpdate(Box::new(GroupPatch {
            hearth: Some(HearthGroup::countdown(5_000)),
            ..GroupPatch::default()
        })),
        Event::UserReady { session_id: session_id() },
        Event::UserUnready { session_id: session_id() },
        Event::VisibilityChange { visibility: Visibility::Public, session_id: session_id() },
        Event::AwayState { session_id: session_id(), state: true },
        Event::Message(Message {
            group_id: group_id(),
            author_session_id: session_id(),
            author_name: None,
            message: MessageContent { content: "hi".into(), timestamp: 5 },
        }),
        Event::Message(Message {
            group_id: group_id(),
            author_session_id: "account:u".into(),
            author_name: Some("Ada".into()),
            message: MessageContent { content: "from elsewhere".into(), timestamp: 6 },
        }),
        Event::Reaction(Reaction {
            group_id: group_id(),
            author_session_id: session_id(),
            emoji: "🔥".into(),
        }),
        Event::Kicked { group_id: group_id() },
        Event::PublicGroups(vec![PublicGroup {
            group_id: group_id(),
            member_count: 3,
            name: "Open House".into(),
            state: GroupState::Seshing,
            visibility: Visibility::Public,
            persistent: true,
            sesh_counter: 9,
            watcher_count: 1,
            sesher_count: 2,
        }]),
        Event::SessionResumed { session_id: session_id() },
        Event::UserLinked { id: "u".into() },
        Event::WatchedDevice(Box::new(WatchedDevice {
            id: "device_x".into(),
            dabs: Some(421.0),
            ..WatchedDevice::default()
        })),
        Event::RemoteAction { action: 3, data: Some(json!({ "id": "device_x" })) },
        Event::RemoteAction { action: 0, data: None },
        Event::Clock(ClockReply { client_time: 5, server_time: 6 }),
        Event::RateLimited { op: Some(8) },
        Event::RateLimited { op: None },
        Event::Unknown { t: "SOMETHING_NEW".into() },
    ]
}

// PUFF-01
#[test]
fn every_event_is_written_and_read_back() {
    for event in every_event() {
        let text = ServerFrame::Event(event.clone()).encode();
        assert!(text.starts_with(&format!(r#"{{"op":3,"t":"{}""#, event.name())), "{text}");
        assert_eq!(ServerFrame::decode(&text), Ok(ServerFrame::Event(event)), "{text}");
    }
}

// PUFF-09
#[test]
fn every_refusal_is_written_and_read_back() {
    for event in ErrorEvent::NAMED {
        for code in ErrorCode::NAMED {
            let refusal = Event::Error(Refusal::new(event.clone(), code.clone()));
            let text = ServerFrame::Event(refusal.clone()).encode();
            assert_eq!(ServerFrame::decode(&text), Ok(ServerFrame::Event(refusal)), "{text}");
        }
    }
    let raw = r#"{"op":3,"t":"GROUP_ACTION_ERROR","d":{"code":"NEW"}}"#;
    let refusal = Refusal::action(ErrorCode::Other("NEW".into()));
    assert_eq!(event(raw), Event::Error(refusal));
}

fn event(text: &str) -> Event {
    match ServerFrame::decode(text).unwrap() {
        ServerFrame::Event(event) => event,
        ServerFrame::Hello(hello) => panic!("{hello:?}"),
    }
}

fn read(t: &str, d: Value) -> Event {
    event(&json!({ "op": 3, "t": t, "d": d }).to_string())
}

// PUFF-10, PUFF-62
#[test]
fn the_hello_of_each_gateway_is_read() {
    let ours = ServerFrame::Hello(Hello {
        session_id: "a".into(),
        session_token: "t".into(),
        heartbeat_interval: 10_000,
        hearth: Some(HearthHello {
            version: "0.1.0".into(),
            server_time: 5,
            countdown: Some(30_000),
            voice: true,
        }),
    });
    assert_eq!(ServerFrame::decode(&ours.encode()), Ok(ours));
    let elixir = r#"{"d":{"heartbeat_interval":5000,"session_id":"a","session_token":"t"},"op":0}"#;
    let ServerFrame::Hello(hello) = ServerFrame::decode(elixir).unwrap() else { panic!("no hello") };
    assert_eq!((hello.heartbeat_interval, hello.hearth), (5_000, None));
}

// PUFF-45
#[test]
fn the_fields_of_our_frames_stand_in_the_order_of_the_typescript_gateway() {
    let joined = JoinedGroup::new(created(), GroupState::Chilling, 0, vec![], vec![member("a")]);
    let text = ServerFrame::Event(Event::JoinedGroup(Box::new(joined))).encode();
    let expected = concat!(
        r#"{"op":3,"t":"JOINED_GROUP","d":{"group_id":"abc123","name":"Golden Goat","visibility":"private","#,
        r#""persistent":false,"owner_session_id":"a","state":"chilling","sesh_counter":0,"ready":[],"#,
        r#""ready_members":[],"members":[{"session_id":"a","device_state":{"battery":77},"away":false,"#,
    );
    assert!(text.starts_with(expected), "{text}");
}

#[test]
fn a_group_of_the_elixir_gateway_is_read() {
    let Event::JoinedGroup(joined) = read(
        "JOINED_GROUP",
        json!({
            "group_id": "abc123", "name": "Golden Goat", "owner_session_id": "a", "ready_members": ["a"],
            "sesh_counter": 2, "state": "seshing", "visibility": "public",
            "members": [{
                "away": false, "device_state": {}, "disconnected": false, "group_joined": "2023-05-01T00:00:00Z",
                "mobile": false, "name": "Unnamed", "session_id": "a", "strain": null, "user": null
            }],
        }),
    ) else {
        panic!("not read");
    };
    assert_eq!((joined.state, joined.sesh_counter, joined.persistent), (GroupState::Seshing, 2, false));
    assert_eq!(joined.ready, [SessionId::from("a")]);
    assert_eq!(joined.members[0].device_state, None, "an empty device is none");
}

#[test]
fn an_update_of_the_elixir_gateway_lists_members_by_id() {
    let Event::GroupUpdate(patch) = read(
        "GROUP_UPDATE",
        json!({
            "group_id": "abc123", "members": ["a", "b"], "name": "x", "owner_session_id": "a", "ready": [],
            "sesh_counter": 0, "state": "chilling", "visibility": "private",
        }),
    ) else {
        panic!("not read");
    };
    assert_eq!(patch.members, Some(MemberList::Ids(vec!["a".into(), "b".into()])));
    let ids: Vec<&str> = patch.members.as_ref().unwrap().ids().map(SessionId::as_str).collect();
    assert_eq!(ids, ["a", "b"]);
}

// PUFF-46
#[test]
fn an_update_tells_only_what_it_names() {
    let Event::GroupUpdate(patch) = read("GROUP_UPDATE", json!({ "ready": ["a"], "name": null })) else {
        panic!("not read");
    };
    assert_eq!(*patch, GroupPatch { ready: Some(vec!["a".into()]), ..GroupPatch::default() });
}

#[test]
fn the_elixir_gateway_starts_without_a_name_and_limits_without_an_operation() {
    let start = read("GROUP_START_HEATING", json!({ "away": false, "excluded": false, "watcher": false }));
    let Event::StartHeating(start) = start else { panic!("not read") };
    assert!(start.heats() && start.session_id.is_none() && start.start_at.is_none());
    assert_eq!(event(r#"{"op":3,"t":"RATE_LIMITED"}"#), Event::RateLimited { op: None });
}

// PUFF-50
#[test]
fn nobody_heats_who_is_not_told_to() {
    for d in [json!({}), json!({ "excluded": "no" }), json!({ "excluded": false, "away": true })] {
        let Event::StartHeating(start) = read("GROUP_START_HEATING", d.clone()) else { panic!("not read") };
        assert!(!start.heats(), "{d}");
    }
}

// PUFF-09
#[test]
fn a_countdown_that_is_called_off_has_no_end_whatever_else_it_says() {
    let d = json!({ "group_id": "abc123", "cancelled": true, "start_at": 5 });
    let off = Event::Countdown { group_id: "abc123".into(), session_id: None, start_at: None };
    assert_eq!(read("GROUP_COUNTDOWN", d), off);
}

#[test]
fn bad_fields_of_a_device_cost_only_themselves() {
    let d = json!({
        "session_id": "a", "device_state": { "battery": "full", "state": 6, "temperature": null, "profile": {} },
    });
    let Event::DeviceUpdate(update) = read("GROUP_USER_DEVICE_UPDATE", d) else { panic!("not read") };
    assert_eq!((update.device_state.state, update.device_state.battery), (Some(6), None));
    assert_eq!(update.device_state.profile, None);
}

// PUFF-09
#[test]
fn events_that_lack_what_they_must_have_are_unknown_not_errors() {
    for (t, d) in [
        ("GROUP_USER_LEFT", json!({})),
        ("JOINED_GROUP", json!([])),
        ("GROUP_USER_DEVICE_UPDATE", json!({ "session_id": "a" })),
        ("PUBLIC_GROUPS_UPDATE", json!({})),
        ("CLOCK", json!({ "client_time": 1 })),
        ("GROUP_COUNTDOWN", json!({ "group_id": "abc123", "session_id": "a" })),
    ] {
        assert_eq!(read(t, d), Event::Unknown { t: t.into() });
    }
}

#[test]
fn what_is_no_frame_is_told_as_such() {
    assert_eq!(ServerFrame::decode("<html>"), Err(Unreadable::NotJson));
    for text in ["null", "[]", "{}", r#"{"op":3}"#, r#"{"op":7}"#, r#"{"op":0,"d":{}}"#] {
        assert_eq!(ServerFrame::decode(text), Err(Unreadable::NotAFrame), "{text}");
    }
}

//! Every operation that a client may send, and how each is refused.

use hearth_dialects::puff::{
    Change, ClientFrame, ClientOp, CreateGroup, DeviceState, EditGroup, ErrorCode, ErrorEvent, HearthGroup,
    Op, Refusal, UserUpdate, Visibility,
};

/// One of each operation, with its frame.
fn every_op() -> Vec<(ClientOp, &'static str)> {
    let state = DeviceState { battery: Some(77.0), state: Some(6), ..DeviceState::default() };
    vec![
        (ClientOp::Join { group_id: "abc123".into() }, r#"{"op":1,"d":{"group_id":"abc123"}}"#),
        (
            ClientOp::Create(CreateGroup {
                name: Some("Golden Goat".into()),
                visibility: Some(Visibility::Public),
                ..CreateGroup::default()
            }),
            r#"{"op":2,"d":{"name":"Golden Goat","visibility":"public"}}"#,
        ),
        (ClientOp::DeviceState(Box::new(state)), r#"{"op":4,"d":{"battery":77,"state":6}}"#),
        (
            ClientOp::Edit(EditGroup {
                persistent: Some(false),
                hearth: Some(HearthGroup::countdown(30_000)),
                ..EditGroup::default()
            }),
            r#"{"op":5,"d":{"persistent":false,"hearth":{"countdown":30000}}}"#,
        ),
        (
            ClientOp::UpdateUser(UserUpdate { strain: Change::Clear, away: Some(true), mobile: None }),
            r#"{"op":6,"d":{"strain":null,"away":true}}"#,
        ),
        (ClientOp::Leave, r#"{"op":7}"#),
        (ClientOp::Inquire, r#"{"op":8}"#),
        (ClientOp::Start, r#"{"op":9}"#),
        (ClientOp::DisconnectDevice, r#"{"op":10}"#),
        (ClientOp::Message { content: "héllo".into() }, r#"{"op":11,"d":{"content":"héllo"}}"#),
        (ClientOp::Stop, r#"{"op":12}"#),
        (
            ClientOp::Resume { session_id: "s".into(), session_token: "t".into() },
            r#"{"op":13,"d":{"session_id":"s","session_token":"t"}}"#,
        ),
        (ClientOp::Reaction { emoji: "🔥".into() }, r#"{"op":14,"d":{"emoji":"🔥"}}"#),
        (ClientOp::Delete, r#"{"op":15}"#),
        (ClientOp::Transfer { session_id: "s".into() }, r#"{"op":16,"d":{"session_id":"s"}}"#),
        (ClientOp::Kick { session_id: "s".into() }, r#"{"op":17,"d":{"session_id":"s"}}"#),
        (ClientOp::Away { state: true }, r#"{"op":18,"d":{"state":true}}"#),
        (ClientOp::Strain { strain: "OG".into() }, r#"{"op":19,"d":{"strain":"OG"}}"#),
        (ClientOp::LinkUser { token: "t".into() }, r#"{"op":20,"d":{"token":"t"}}"#),
        (ClientOp::Mobile, r#"{"op":21}"#),
        (ClientOp::WatchDevice { id: "device_x".into() }, r#"{"op":22,"d":{"id":"device_x"}}"#),
        (ClientOp::Heartbeat, r#"{"op":420}"#),
        (ClientOp::Clock { client_time: 5 }, r#"{"op":421,"d":{"client_time":5}}"#),
    ]
}

// PUFF-01
#[test]
fn every_operation_is_written_and_read_back() {
    for (op, text) in every_op() {
        assert_eq!(op.encode(), text);
        assert_eq!(ClientOp::decode(text), Ok(Some(op)));
    }
}

#[test]
fn no_operation_is_missing() {
    let codes: Vec<u16> = every_op().iter().map(|(op, _)| op.op().code()).collect();
    let all: Vec<u16> = Op::FROM_CLIENT.iter().map(|op| op.code()).collect();
    assert_eq!(codes, all);
    assert_eq!(all.len(), 23);
}

fn refused(text: &str) -> (String, String) {
    let Refusal { event, code } = ClientOp::decode(text).unwrap_err();
    (event.name().into_owned(), code.name().into_owned())
}

// PUFF-02
#[test]
fn what_is_no_frame_is_refused_as_an_invalid_operation() {
    for text in [
        "null",
        "[]",
        "5",
        "\"x\"",
        "true",
        "{}",
        r#"{"d":{}}"#,
        r#"{"op":99}"#,
        r#"{"op":0}"#,
        r#"{"op":3}"#,
        r#"{"op":-1}"#,
        r#"{"op":1.5}"#,
        r#"{"op":null}"#,
        r#"{"op":"x"}"#,
        r#"{"op":[1]}"#,
        r#"{"op":65537}"#,
    ] {
        assert_eq!(refused(text), ("INTERNAL_ERROR".into(), "INVALID_OP_CODE".into()), "{text}");
    }
}

// PUFF-02
#[test]
fn what_is_not_json_is_ignored() {
    for text in ["", "{not json", "{\"op\":2", "\u{0}", "op"] {
        assert_eq!(ClientOp::decode(text), Ok(None), "{text}");
    }
}

#[test]
fn nesting_without_end_is_ignored() {
    assert_eq!(ClientOp::decode(&"[".repeat(100_000)), Ok(None));
}

// PUFF-03
#[test]
fn an_operation_may_be_a_text_or_have_a_fraction_of_zero() {
    assert_eq!(ClientOp::decode(r#"{"op":"7"}"#), Ok(Some(ClientOp::Leave)));
    assert_eq!(ClientOp::decode(r#"{"op":7.0,"d":{"x":1}}"#), Ok(Some(ClientOp::Leave)));
}

// PUFF-03
#[test]
fn a_create_may_come_without_a_payload() {
    assert_eq!(ClientOp::decode(r#"{"op":2}"#), Ok(Some(ClientOp::Create(CreateGroup::default()))));
}

// PUFF-04
#[test]
fn each_payload_is_refused_with_the_event_of_its_operation() {
    let long = |count: usize| "x".repeat(count);
    let rows: Vec<(String, &str, &str)> = vec![
        (r#"{"op":1}"#.into(), "GROUP_JOIN_ERROR", "invalid_group"),
        (r#"{"op":1,"d":{"group_id":5}}"#.into(), "GROUP_JOIN_ERROR", "invalid_group"),
        (r#"{"op":2,"d":{"name":5}}"#.into(), "GROUP_CREATE_ERROR", "INVALID_GROUP_NAME"),
        (format!(r#"{{"op":2,"d":{{"name":"{}"}}}}"#, long(33)), "GROUP_CREATE_ERROR", "INVALID_GROUP_NAME"),
        (r#"{"op":4}"#.into(), "GROUP_ACTION_ERROR", "INVALID_DATA"),
        (r#"{"op":4,"d":null}"#.into(), "GROUP_ACTION_ERROR", "INVALID_DATA"),
        (r#"{"op":5}"#.into(), "GROUP_ACTION_ERROR", "INVALID_DATA"),
        (r#"{"op":5,"d":{"name":" "}}"#.into(), "GROUP_ACTION_ERROR", "INVALID_DATA"),
        (r#"{"op":5,"d":{"visibility":"secret"}}"#.into(), "GROUP_ACTION_ERROR", "INVALID_DATA"),
        (r#"{"op":6,"d":{"away":"yes"}}"#.into(), "USER_UPDATE_ERROR", "INVALID_DATA"),
        (format!(r#"{{"op":6,"d":{{"strain":"{}"}}}}"#, long(49)), "USER_UPDATE_ERROR", "INVALID_DATA"),
        (r#"{"op":11}"#.into(), "GROUP_ACTION_ERROR", "INVALID_DATA"),
        (r#"{"op":11,"d":{"content":""}}"#.into(), "GROUP_ACTION_ERROR", "INVALID_DATA"),
        (format!(r#"{{"op":11,"d":{{"content":"{}"}}}}"#, long(1025)), "GROUP_ACTION_ERROR", "INVALID_DATA"),
        (r#"{"op":13,"d":{"session_id":"x"}}"#.into(), "SESSION_RESUME_ERROR", "INVALID_SESSION"),
        (r#"{"op":14,"d":{"emoji":"lol"}}"#.into(), "GROUP_ACTION_ERROR", "INVALID_DATA"),
        (r#"{"op":16,"d":{}}"#.into(), "GROUP_ACTION_ERROR", "INVALID_DATA"),
        (r#"{"op":17}"#.into(), "GROUP_ACTION_ERROR", "INVALID_DATA"),
        (r#"{"op":18,"d":{}}"#.into(), "USER_UPDATE_ERROR", "INVALID_DATA"),
        (r#"{"op":19}"#.into(), "USER_UPDATE_ERROR", "INVALID_DATA"),
        (r#"{"op":20}"#.into(), "USER_LINK_ERROR", "INVALID_TOKEN"),
        (r#"{"op":22}"#.into(), "INTERNAL_ERROR", "INVALID_DATA"),
        (r#"{"op":421,"d":{"client_time":-1}}"#.into(), "INTERNAL_ERROR", "INVALID_DATA"),
    ];
    for (text, event, code) in rows {
        assert_eq!(refused(&text), (event.into(), code.into()), "{text}");
    }
}

#[test]
fn lengths_are_counted_as_the_typescript_gateway_counts_them() {
    let fire = |count: usize| format!(r#"{{"op":2,"d":{{"name":"{}"}}}}"#, "🔥".repeat(count));
    assert!(ClientOp::decode(&fire(16)).is_ok(), "32 UTF-16 units");
    assert!(ClientOp::decode(&fire(17)).is_err());
}

#[test]
fn the_operation_is_known_before_its_payload_is_looked_at() {
    let frame = ClientFrame::parse(r#"{"op":4,"d":{"battery":"full"}}"#).unwrap().unwrap();
    assert_eq!(frame.op, Op::DeviceState);
    let refusal = frame.read().unwrap_err();
    assert_eq!(refusal, Refusal::new(ErrorEvent::GroupAction, ErrorCode::InvalidData));
}

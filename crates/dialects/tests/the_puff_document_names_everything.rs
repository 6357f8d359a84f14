//! `docs/protocol-puff.md` names every operation, event, error code, close code and field of the dialect.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;

use hearth_dialects::puff::{
    ActiveColor, CloseCode, DeviceState, ErrorCode, ErrorEvent, Event, GroupCreated, HearthGroup,
    HearthHello, Hello, JoinedGroup, LastDab, Member, Op, Profile, PublicGroup, ServerFrame, SessionId,
    Temperature, User, VoiceAccess, VoiceChannel, limits,
};
use serde_json::Value;

const DOCUMENT: &str = include_str!("../../../docs/protocol-puff.md");

/// All words of the document: letters, digits and underscores.
fn words() -> BTreeSet<&'static str> {
    DOCUMENT.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect()
}

fn missing(named: impl IntoIterator<Item = String>) -> Vec<String> {
    let words = words();
    let missing = named.into_iter().filter(|name| !name.is_empty() && !words.contains(name.as_str()));
    missing.collect()
}

fn none() -> Vec<String> {
    Vec::new()
}

#[test]
fn operations() {
    let rows: BTreeSet<String> = DOCUMENT
        .lines()
        .filter_map(|line| line.strip_prefix("| "))
        .filter_map(|line| line.split([' ', '|']).next())
        .map(str::to_owned)
        .collect();
    let unnamed = Op::FROM_CLIENT.map(|op| op.code().to_string()).into_iter().filter(|op| !rows.contains(op));
    assert_eq!(unnamed.collect::<Vec<_>>(), none());
    assert_eq!(missing(["Hello", "Event"].map(str::to_owned)), none());
}

/// The names are taken from the one place that writes them, so that none is forgotten here.
#[test]
fn events() {
    let source = include_str!("../src/puff/server.rs");
    let names = source.lines().filter_map(|line| line.split_once(r#"=> ""#)?.1.split_once('"'));
    let names: Vec<String> = names.map(|(name, _)| name.to_owned()).collect();
    assert!(names.len() > 20 && names.contains(&"CLOCK".to_owned()), "{names:?}");
    assert_eq!(missing(names), none());
    assert_eq!(missing(ErrorEvent::NAMED.iter().map(|event| event.name().into_owned())), none());
}

#[test]
fn error_codes() {
    assert_eq!(missing(ErrorCode::NAMED.iter().map(|code| code.name().into_owned())), none());
}

#[test]
fn close_codes_and_their_reasons() {
    for close in CloseCode::NAMED {
        let row = format!("| {} | {}", close.code(), close.reason());
        assert!(DOCUMENT.contains(row.trim_end()), "{row}");
    }
}

#[test]
fn limits_of_lengths() {
    for (what, limit) in [
        ("`name?` ≤ ", limits::GROUP_NAME),
        ("`group_id` ≤ ", limits::GROUP_ID),
        ("`session_id` ≤ ", limits::SESSION_ID),
        ("`session_token` ≤ ", limits::TOKEN),
        ("`strain` ≤ ", limits::STRAIN),
        ("`content` 1–", limits::MESSAGE),
        ("emoji, ≤ ", limits::REACTION),
        ("`deviceModel` | text ≤ ", limits::DEVICE_TEXT),
        ("`id` ≤ ", limits::WATCHED_ID),
        ("larger than ", limits::FRAME_BYTES / 1024),
        ("whole ms from ", *limits::COUNTDOWN_MS.start() as usize),
        ("from 2100 to ", *limits::COUNTDOWN_MS.end() as usize),
    ] {
        assert!(DOCUMENT.contains(&format!("{what}{limit}")), "{what}{limit}");
    }
}

/// Every name of a member, at any depth.
fn members(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                into.insert(name.clone());
                members(value, into);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| members(item, into)),
        _ => {}
    }
}

fn whole_device() -> DeviceState {
    DeviceState {
        device_name: Some(String::new()),
        device_mac: Some(String::new()),
        device_model: Some(String::new()),
        serial_number: Some(String::new()),
        device_series: Some(1),
        brightness: Some(1.0),
        battery: Some(1.0),
        state: Some(1),
        state_time: Some(1.0),
        total_dabs: Some(1.0),
        dabs_per_day: Some(1.0),
        utc_time: Some(1.0),
        temperature: Some(Temperature::Celsius(1.0)),
        chamber_type: Some(1),
        charge_source: Some(1),
        active_color: Some(ActiveColor { r: 1, g: 1, b: 1 }),
        profile: Some(Profile {
            name: String::new(),
            temp: 1.0,
            time: String::new(),
            color: Some(String::new()),
            mood_id: Some(String::new()),
            intensity: Some(1.0),
        }),
        last_dab: Some(LastDab {
            total_time: 1.0,
            time_elapsed: 1.0,
            nominal_temp: 1.0,
            actual_temp: 1.0,
            timestamp: 1.0,
        }),
    }
}

#[test]
fn fields_of_groups_members_accounts_and_devices() {
    let member = Member {
        session_id: SessionId::from("a"),
        device_state: Some(whole_device()),
        strain: Some(String::new()),
        user: Some(User { location: Some(String::new()), ..User::default() }),
        voice: Some(VoiceChannel { id: String::new(), name: String::new(), link: Some(String::new()) }),
        ..Member::default()
    };
    let created = GroupCreated {
        group_id: "code".into(),
        name: String::new(),
        visibility: Default::default(),
        persistent: false,
        owner_session_id: SessionId::default(),
    };
    let mut joined = JoinedGroup::new(created, Default::default(), 0, Vec::new(), vec![member]);
    joined.start_at = Some(1);
    joined.messages = Some(Vec::new());
    joined.hearth = Some(HearthGroup { countdown: Some(1), start_at: Some(1) });
    let listed = PublicGroup {
        group_id: "code".into(),
        member_count: 0,
        name: String::new(),
        state: Default::default(),
        visibility: Default::default(),
        persistent: false,
        sesh_counter: 0,
        watcher_count: 0,
        sesher_count: 0,
    };
    let mut names = BTreeSet::new();
    for event in [Event::JoinedGroup(Box::new(joined)), Event::PublicGroups(vec![listed])] {
        members(&serde_json::to_value(ServerFrame::Event(event)).unwrap(), &mut names);
    }
    assert!(names.len() > 60, "{names:?}");
    assert_eq!(missing(names), none());
}

#[test]
fn fields_of_the_hello_and_of_what_a_voice_room_needs() {
    let hearth = HearthHello { version: String::new(), server_time: 1, countdown: Some(1), voice: true };
    let hello = Hello {
        session_id: SessionId::default(),
        session_token: String::new(),
        heartbeat_interval: 1,
        hearth: Some(hearth),
    };
    let access = VoiceAccess {
        access_token: String::new(),
        expires_ms: 1,
        user_id: String::new(),
        server_id: String::new(),
        channel_id: String::new(),
    };
    let mut names = BTreeSet::new();
    members(&serde_json::to_value(hello).unwrap(), &mut names);
    members(&serde_json::to_value(access).unwrap(), &mut names);
    assert_eq!(names.len(), 13, "{names:?}");
    assert_eq!(missing(names), none());
}

//! Frames of all kinds with anything in them: a session reads them without a panic, keeps little of them, and is
//! usable afterwards.

use hearth_gateway_client::group::Request;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Map, Value, json};

use crate::script::{ALL, Script};

const EVENTS: [&str; 30] = [
    "JOINED_GROUP",
    "GROUP_CREATE",
    "GROUP_DELETE",
    "GROUP_UPDATE",
    "GROUP_USER_JOIN",
    "GROUP_USER_LEFT",
    "GROUP_USER_UPDATE",
    "GROUP_USER_DEVICE_UPDATE",
    "GROUP_USER_DEVICE_DISCONNECT",
    "GROUP_USER_READY",
    "GROUP_USER_UNREADY",
    "GROUP_VISIBILITY_CHANGE",
    "GROUP_USER_AWAY_STATE",
    "GROUP_HEAT_INQUIRY",
    "GROUP_START_HEATING",
    "GROUP_MESSAGE",
    "GROUP_REACTION",
    "GROUP_USER_KICKED",
    "PUBLIC_GROUPS_UPDATE",
    "SESSION_RESUMED",
    "SESSION_RESUME_ERROR",
    "GROUP_JOIN_ERROR",
    "GROUP_CREATE_ERROR",
    "GROUP_ACTION_ERROR",
    "OPCODE_DEPRECATED",
    "RATE_LIMITED",
    "CLOCK",
    "REMOTE_ACTION",
    "INTERNAL_ERROR",
    "SOMETHING_NEW",
];

const KEYS: [&str; 34] = [
    "group_id",
    "session_id",
    "author_session_id",
    "owner_session_id",
    "name",
    "visibility",
    "state",
    "sesh_counter",
    "ready",
    "ready_members",
    "members",
    "messages",
    "device_state",
    "away",
    "disconnected",
    "mobile",
    "strain",
    "user",
    "voice",
    "message",
    "content",
    "timestamp",
    "emoji",
    "code",
    "op",
    "client_time",
    "server_time",
    "start_at",
    "excluded",
    "watcher",
    "persistent",
    "temperature",
    "profile",
    "group_joined",
];

fn value(rng: &mut StdRng, depth: u32) -> Value {
    match rng.random_range(0..if depth == 0 { 9 } else { 12 }) {
        0 => Value::Null,
        1 => json!(rng.random_bool(0.5)),
        2 => json!(rng.random_range(-3..12)),
        3 => json!(rng.random::<u64>()),
        4 => json!(rng.random::<f64>() * 1e300),
        5 => json!(
            ["s1", "other", "abc123", "", "chilling", "awaiting", "seshing", "public"]
                [rng.random_range(0..8)]
        ),
        6 => json!(format!("s{}", rng.random_range(0..5000))),
        7 => json!("\u{202e}é\0🔥".repeat(rng.random_range(0..40))),
        8 => json!("x".repeat(rng.random_range(0..600))),
        9 => (0..rng.random_range(0..6)).map(|_| value(rng, depth - 1)).collect(),
        _ => object(rng, depth - 1),
    }
}

fn object(rng: &mut StdRng, depth: u32) -> Value {
    let mut map = Map::new();
    for _ in 0..rng.random_range(0..14) {
        let key = KEYS[rng.random_range(0..KEYS.len())];
        map.insert(key.to_owned(), value(rng, depth));
    }
    // Often enough right where it matters, so that more than the envelope is read.
    for (key, right) in [("session_id", "other"), ("author_session_id", "other"), ("group_id", "abc123")] {
        if rng.random_bool(0.7) {
            map.insert(key.to_owned(), json!(right));
        }
    }
    Value::Object(map)
}

fn frame(rng: &mut StdRng) -> String {
    let text = match rng.random_range(0..20) {
        0 => value(rng, 3).to_string(),
        1 => json!({"op": 0, "d": object(rng, 2)}).to_string(),
        _ => {
            json!({"op": 3, "t": EVENTS[rng.random_range(0..EVENTS.len())], "d": object(rng, 2)}).to_string()
        }
    };
    // Cut in the middle, or with a byte that does not belong there.
    match rng.random_range(0..12) {
        0 => text.chars().take(rng.random_range(0..60)).collect(),
        1 => text.replacen('"', "\u{7}", rng.random_range(1..4)),
        _ => text,
    }
}

// PUFF-09
#[test]
fn anything_a_gateway_says_is_read_without_harm() {
    for seed in 0..1000 {
        let mut rng = StdRng::seed_from_u64(seed);
        let server = ALL[usize::try_from(seed % 3).unwrap()];
        let mut script = if seed % 2 == 0 { Script::in_group(server) } else { Script::live(server) };
        for _ in 0..30 {
            if script.has_socket() {
                let frame = frame(&mut rng);
                script.says(&frame);
                script.wait_ms(rng.random_range(0..100));
            } else {
                script.wait_for_open();
                script.accept();
            }
        }
        script.request(Request::Disconnect);
        script.forget();
        script.request(Request::Connect);
        script.accept();
        script.request(Request::Join("abc123".into()));
        script.joined(json!({}));
        assert_eq!(script.group().id, "abc123", "seed {seed}: unusable afterwards");
    }
}

/// How much a session holds, as far as it shows: the texts of its state.
fn held(script: &Script) -> usize {
    format!("{:?}", script.session).len()
}

#[test]
fn a_gateway_that_never_stops_telling_fills_no_memory() {
    for server in ALL {
        let mut script = Script::in_group(server);
        let flood = |script: &mut Script, from: u32| {
            for n in from..from + 1500 {
                let who = format!("s{n}");
                script.event(
                    "GROUP_USER_JOIN",
                    json!({"group_id": "abc123", "session_id": who, "strain": "x"}),
                );
                script.event("GROUP_USER_READY", json!({ "session_id": who }));
                script.event("GROUP_USER_LEFT", json!({"group_id": "abc123", "session_id": format!("t{n}")}));
                let message = json!({"content": "hi", "timestamp": n});
                let said = json!({"group_id": "abc123", "author_session_id": "other", "message": message});
                script.event("GROUP_MESSAGE", said);
                script.event("CLOCK", json!({"client_time": n, "server_time": n}));
                script.forget();
            }
        };
        flood(&mut script, 0);
        let once = held(&script);
        flood(&mut script, 10_000);
        let twice = held(&script);
        assert!(twice < once + once / 10 + 1000, "{server:?}: {once} bytes, then {twice}");
        assert!(once < 1 << 20, "{server:?}: {once} bytes");
    }
}

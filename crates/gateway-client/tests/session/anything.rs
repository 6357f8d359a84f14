//! Whatever a gateway says, in whatever order: the session never panics, never spins, never speaks on a socket that
//! is gone, and never says anything that a gateway would not understand.

use hearth_dialects::puff::ClientOp;
use hearth_gateway_client::group::{Request, Visibility};
use hearth_gateway_client::puff::OpenFailure;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

use crate::common::chance::any;
use crate::script::{ALL, Script, device};

fn request(rng: &mut StdRng) -> Request {
    let state = rng.random_range(0..12);
    any(
        rng,
        &[
            Request::Connect,
            Request::Disconnect,
            Request::ReconnectNow,
            Request::Create { name: "x".into(), visibility: Visibility::Public, countdown: None },
            Request::Create { name: "x".repeat(40), visibility: Visibility::Private, countdown: None },
            Request::Join("abc123".into()),
            Request::Join("second".into()),
            Request::Leave,
            Request::Device(None),
            Request::Device(device(state)),
            Request::Inquire,
            Request::StartWithReady,
            Request::Stop,
            Request::Away(true),
            Request::Away(false),
            Request::Strain(Some("OG".into())),
            Request::Strain(None),
            Request::Message("hi".into()),
            Request::React("🔥".into()),
            Request::VoiceAccess,
        ],
    )
}

fn event(rng: &mut StdRng) -> (&'static str, Value) {
    let who = any(rng, &["s1", "s2", "other", ""]);
    let group = any(rng, &["abc123", "second", "s1"]);
    let state = any(rng, &["chilling", "awaiting", "seshing", "?"]);
    let code = any(
        rng,
        &["NOT_IN_GROUP", "already_in_a_group", "invalid_group", "INVALID_SESSION", "DEPRECATED", "?"],
    );
    let choices = [
        ("GROUP_CREATE", json!({"group_id": group})),
        ("GROUP_DELETE", json!({"group_id": group})),
        ("GROUP_UPDATE", json!({"state": state})),
        ("GROUP_UPDATE", json!({"group_id": group, "members": [who], "ready": [who], "sesh_counter": 3})),
        ("GROUP_UPDATE", json!({"members": [{"session_id": who}], "owner_session_id": who})),
        ("GROUP_USER_JOIN", json!({"group_id": group, "session_id": who})),
        ("GROUP_USER_LEFT", json!({"group_id": group, "session_id": who})),
        ("GROUP_USER_UPDATE", json!({"group_id": group, "session_id": who, "disconnected": true})),
        ("GROUP_USER_UPDATE", json!({"group_id": group, "session_id": who, "away": true, "strain": null})),
        (
            "GROUP_USER_DEVICE_UPDATE",
            json!({"group_id": group, "session_id": who, "device_state": {"state": 6}}),
        ),
        ("GROUP_USER_DEVICE_DISCONNECT", json!({"group_id": group, "session_id": who})),
        ("GROUP_HEAT_INQUIRY", json!({"session_id": who, "watcher": false, "away": false})),
        (
            "GROUP_START_HEATING",
            json!({"excluded": false, "watcher": false, "away": false, "start_at": u64::MAX}),
        ),
        ("GROUP_START_HEATING", json!({"excluded": false})),
        ("GROUP_USER_READY", json!({"session_id": who})),
        ("GROUP_USER_UNREADY", json!({"session_id": who})),
        ("GROUP_USER_KICKED", json!({"group_id": group})),
        ("GROUP_JOIN_ERROR", json!({"code": code})),
        ("GROUP_CREATE_ERROR", json!({"code": code})),
        ("GROUP_ACTION_ERROR", json!({"code": code})),
        ("OPCODE_DEPRECATED", json!({"code": code})),
        ("SESSION_RESUME_ERROR", json!({"code": code})),
        ("SESSION_RESUMED", json!({"session_id": who})),
        (
            "RATE_LIMITED",
            any(rng, &[Value::Null, json!({"op": 1}), json!({"op": 2}), json!({"op": 6}), json!({"op": 13})]),
        ),
        ("CLOCK", json!({"client_time": 1, "server_time": u64::MAX})),
        ("PUBLIC_GROUPS_UPDATE", json!([{"group_id": group}])),
        ("?", Value::Null),
    ];
    any(rng, &choices)
}

#[test]
fn in_any_order_is_survived() {
    for seed in 0..1500 {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut script = Script::new(ALL[(seed % 3) as usize]);
        script.request(Request::Connect);
        // The TypeScript gateway takes what makes sense in a group only when one is in a group; others fall over.
        let mut may_be_in_group = false;
        for _ in 0..80 {
            match rng.random_range(0..12) {
                0..3 => {
                    let request = request(&mut rng);
                    script.request(request);
                }
                3..6 if script.has_socket() => {
                    let (t, d) = event(&mut rng);
                    script.event(t, d);
                }
                6 if script.has_socket() => {
                    let group = any(&mut rng, &["abc123", "second"]);
                    let state = any(&mut rng, &["chilling", "awaiting", "seshing"]);
                    may_be_in_group = true;
                    script.joined(json!({"group_id": group, "state": state, "start_at": 1}));
                }
                7 if script.has_socket() => script.accept(),
                8 if script.has_socket() && rng.random_bool(0.4) => {
                    let code =
                        any(&mut rng, &[None, Some(1000), Some(4001), Some(4002), Some(4003), Some(4007)]);
                    script.cut(code);
                }
                9 if script.has_socket() && rng.random_bool(0.3) => {
                    let failure =
                        any(&mut rng, &[OpenFailure::Network(String::new()), OpenFailure::Http(502)]);
                    script.open_failed(failure);
                }
                10 => script.pong = rng.random_bool(0.7),
                _ => {
                    let ms = any(&mut rng, &[0, 1, 40, 300, 2500, 11_000]);
                    script.wait_ms(ms);
                }
            }
            for frame in script.sent_raw() {
                let understood = ClientOp::decode(&frame.to_string());
                assert!(matches!(understood, Ok(Some(_))), "seed {seed}: {frame} {understood:?}");
                let op = frame["op"].as_u64().unwrap();
                assert!(
                    may_be_in_group || !matches!(op, 4 | 8..=12 | 14),
                    "seed {seed}: said outside a group: {frame}"
                );
            }
        }
    }
}

//! Device states: limits, merging, differences.

use hearth_dialects::puff::{ActiveColor, ClientOp, DeviceState, Profile, Temperature};
use serde_json::{Value, json};

fn read(d: Value) -> Option<DeviceState> {
    match ClientOp::decode(&json!({ "op": 4, "d": d }).to_string()) {
        Ok(Some(ClientOp::DeviceState(state))) => Some(*state),
        _ => None,
    }
}

fn whole() -> Value {
    json!({
        "deviceName": "Peak A", "deviceMac": "AA:BB:CC:DD:EE:01", "deviceModel": "0", "serialNumber": "x",
        "deviceSeries": 2, "brightness": 80, "battery": 77, "state": 5, "stateTime": 12.5, "totalDabs": 420,
        "dabsPerDay": 3.25, "utcTime": 1_700_000_000, "temperature": 25, "chamberType": 1, "chargeSource": 3,
        "activeColor": { "r": 10, "g": 20, "b": 30 },
        "profile": {
            "name": "Low", "temp": 250, "time": "0:45", "color": "#ffffff", "moodId": "m", "intensity": 0.5
        },
        "lastDab": {
            "totalTime": 45, "timeElapsed": 44.5, "nominalTemp": 250, "actualTemp": 248.5,
            "timestamp": 1_700_000_000_000_u64
        },
    })
}

#[test]
fn a_whole_state_is_written_as_it_was_read() {
    let text = serde_json::to_string(&read(whole()).unwrap()).unwrap();
    let back: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(back, whole(), "whole numbers stay whole: {text}");
}

// PUFF-03
#[test]
fn unknown_keys_and_nulls_are_dropped() {
    let state = read(json!({ "battery": 76, "unknownKey": "x", "deviceName": null })).unwrap();
    assert_eq!(state, DeviceState { battery: Some(76.0), ..DeviceState::default() });
}

// PUFF-28
#[test]
fn every_field_has_limits() {
    for bad in [
        json!({ "battery": "76" }),
        json!({ "battery": 256 }),
        json!({ "battery": -1 }),
        json!({ "battery": true }),
        json!({ "chargeSource": 4 }),
        json!({ "chamberType": 4 }),
        json!({ "chamberType": 1.5 }),
        json!({ "state": 256 }),
        json!({ "state": 6.5 }),
        json!({ "stateTime": 1e10 }),
        json!({ "totalDabs": -1 }),
        json!({ "temperature": 1001 }),
        json!({ "temperature": "hot" }),
        json!({ "temperature": 1e300 }),
        json!({ "deviceModel": 0 }),
        json!({ "deviceName": "x".repeat(65) }),
        json!({ "deviceMac": ["x"] }),
        json!({ "activeColor": { "r": 1, "g": 2 } }),
        json!({ "activeColor": { "r": 1, "g": 2, "b": 256 } }),
        json!({ "profile": { "name": "Mid" } }),
        json!({ "profile": { "name": "Mid", "temp": "x", "time": "0:40" } }),
        json!({ "lastDab": { "totalTime": 1 } }),
        json!({ "utcTime": 1e13 }),
        json!({ "deviceSeries": 70_000 }),
    ] {
        assert_eq!(read(bad.clone()), None, "{bad}");
    }
}

// PUFF-47
#[test]
fn a_sesher_tells_battery_dabs_state_and_model() {
    let full = json!({ "battery": 0, "totalDabs": 0, "state": 0, "deviceModel": "" });
    assert!(read(full.clone()).unwrap().is_sesher());
    for key in ["battery", "totalDabs", "state", "deviceModel"] {
        let mut part = full.clone();
        part.as_object_mut().unwrap().remove(key);
        assert!(!read(part).unwrap().is_sesher(), "{key}");
    }
}

#[test]
fn a_temperature_may_be_taken_back() {
    let mut state = read(json!({ "temperature": 120 })).unwrap();
    assert_eq!(state.celsius(), Some(120.0));
    let gone = read(json!({ "temperature": null })).unwrap();
    assert_eq!(gone.temperature, Some(Temperature::Absent));
    assert_eq!(serde_json::to_string(&gone).unwrap(), r#"{"temperature":null}"#);
    state.merge(&gone);
    assert_eq!(state.celsius(), None);
    assert_eq!(serde_json::from_str::<DeviceState>(r#"{"temperature":null}"#).unwrap(), gone);
}

// PUFF-27
#[test]
fn nested_objects_are_replaced_whole() {
    let mut state = read(whole()).unwrap();
    state.merge(&read(json!({ "profile": { "name": "Mid", "temp": 260, "time": "0:40" } })).unwrap());
    let profile = Profile {
        name: "Mid".into(),
        temp: 260.0,
        time: "0:40".into(),
        color: None,
        mood_id: None,
        intensity: None,
    };
    assert_eq!(state.profile, Some(profile));
    assert_eq!(state.active_color, Some(ActiveColor { r: 10, g: 20, b: 30 }));
}

#[test]
fn a_difference_carries_only_what_changed_and_leads_to_the_same_state() {
    let before = read(whole()).unwrap();
    let mut after = before.clone();
    assert!(after.diff(&before).is_empty());
    after.state = Some(7);
    after.temperature = None;
    let patch = after.diff(&before);
    assert_eq!(serde_json::to_value(&patch).unwrap(), json!({ "state": 7, "temperature": null }));
    let mut followed = before;
    followed.merge(&patch);
    assert_eq!((followed.state, followed.celsius()), (after.state, after.celsius()));
    assert_eq!(after.diff(&DeviceState::default()), after);
}

//! What the own account asks for from elsewhere: told when it means this session and its device.

use hearth_gateway_client::group::{DeviceReport, Event, RemoteAction, Request};
use serde_json::{Value, json};

use crate::script::{Script, Server, device};

/// `device_` and the base64 of `02:00:00:00:00:01`, which stands in for the address of the own device.
const OWN: &str = "device_MDI6MDA6MDA6MDA6MDA6MDE=";
const OTHER: &str = "device_MDI6MDA6MDA6MDA6MDA6MDI=";

fn with_device() -> Script {
    let mut script = Script::in_group(Server::Hearth);
    let report = DeviceReport { device_mac: Some("02:00:00:00:00:01".into()), ..*device(5).unwrap() };
    script.request(Request::Device(Some(Box::new(report))));
    script.forget();
    script
}

fn told(script: &mut Script, action: u64, data: Value) -> Vec<Event> {
    script.event("REMOTE_ACTION", json!({ "action": action, "data": data }));
    script.news()
}

// PUFF-53
#[test]
fn each_action_is_told_by_what_it_asks_for() {
    let mut script = with_device();
    for (code, action) in [
        (1, RemoteAction::Disconnect),
        (2, RemoteAction::Inquire),
        (3, RemoteAction::BeginHeat),
        (4, RemoteAction::CancelHeat),
        (5, RemoteAction::StartWithReady),
        (6, RemoteAction::Ready),
        (7, RemoteAction::Unready),
    ] {
        assert_eq!(told(&mut script, code, Value::Null), [Event::RemoteAction(action)]);
    }
    assert!(told(&mut script, 8, Value::Null).is_empty(), "there is no such action");
    assert!(script.sent().is_empty());
}

// PUFF-53
#[test]
fn an_action_for_another_device_or_group_is_not_for_us() {
    let mut script = with_device();
    for code in [3, 4, 6] {
        for data in [json!({"id": OTHER}), json!({"device_id": OTHER}), json!({"group_id": "other1"})] {
            assert!(told(&mut script, code, data.clone()).is_empty(), "{code} {data}");
        }
        for data in [json!({"id": OWN}), json!({"device_id": OWN}), json!({"group_id": "abc123"}), json!([7])]
        {
            assert_eq!(told(&mut script, code, data.clone()).len(), 1, "{code} {data}");
        }
    }
}

#[test]
fn a_stop_is_told_also_while_the_device_is_out_of_sight_but_a_start_is_not() {
    let mut script = Script::in_group(Server::Hearth);
    let told = |script: &mut Script, code| told(script, code, json!({"id": OWN}));
    assert_eq!(told(&mut script, 4), [Event::RemoteAction(RemoteAction::CancelHeat)]);
    assert!(told(&mut script, 3).is_empty());
}

#[test]
fn a_refresh_sends_the_whole_device_again() {
    let mut script = with_device();
    assert!(told(&mut script, 0, Value::Null).is_empty());
    let sent = script.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0]["d"]["battery"], 77);
    assert_eq!(sent[0]["d"]["deviceMac"], "02:00:00:00:00:01");
}

#[test]
fn outside_a_group_nothing_is_meant_for_us_that_names_one() {
    let mut script = Script::live(Server::Hearth);
    assert!(told(&mut script, 3, json!({"group_id": "abc123"})).is_empty());
}

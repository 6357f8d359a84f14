//! What the gateway is told of the own device, and how often.

use hearth_gateway_client::group::{DeviceReport, Request};
use serde_json::{Value, json};

use crate::script::{Script, Server, device};
use hearth_dialects::puff::Temperature;

fn at(state: u8, celsius: f64) -> Request {
    let mut report = *device(state).unwrap();
    report.temperature = Some(Temperature::Celsius(celsius));
    Request::Device(Some(Box::new(report)))
}

#[test]
fn the_first_report_is_whole_and_without_the_serial_number() {
    let mut script = Script::in_group(Server::TypeScript);
    let report = DeviceReport { serial_number: Some("2112345678901".into()), ..*device(5).unwrap() };
    script.request(Request::Device(Some(Box::new(report))));
    assert_eq!(
        script.sent(),
        [
            json!({"op": 4, "d": {"deviceName": "Peak", "deviceModel": "0", "battery": 77, "state": 5, "totalDabs": 420}})
        ]
    );
    let group = script.group();
    assert!(
        group
            .members
            .iter()
            .all(|member| { member.device.as_ref().is_none_or(|device| device.serial_number.is_none()) })
    );
}

#[test]
fn temperatures_go_at_most_four_times_a_second_and_the_last_one_always_goes() {
    let mut script = Script::in_group(Server::TypeScript);
    script.request(at(8, 20.0));
    script.wait_ms(1000);
    script.forget();
    for tenth in 1..=100 {
        script.request(at(8, 20.0 + f64::from(tenth)));
        script.wait_ms(20);
    }
    let sent = script.sent();
    assert!((7..=9).contains(&sent.len()), "{} frames in 2 s", sent.len());
    assert!(sent.iter().all(|frame| frame["d"].as_object().unwrap().keys().eq(["temperature"])));
    script.wait_ms(300);
    let rest = script.sent();
    let last = rest.last().or(sent.last()).unwrap();
    assert_eq!(last, &json!({"op": 4, "d": {"temperature": 120}}));
}

#[test]
fn a_change_of_state_goes_at_once_with_everything_that_waited() {
    let mut script = Script::in_group(Server::TypeScript);
    script.request(at(6, 20.0));
    script.forget();
    script.request(at(6, 21.0));
    assert!(script.sent().is_empty());
    script.request(at(7, 22.0));
    assert_eq!(script.sent(), [json!({"op": 4, "d": {"state": 7, "temperature": 22}})]);
    script.wait_ms(1000);
    assert!(script.sent().is_empty());
}

#[test]
fn nothing_is_sent_when_nothing_changed() {
    let mut script = Script::in_group(Server::TypeScript);
    script.request(at(5, 20.0));
    script.forget();
    for _ in 0..50 {
        script.request(at(5, 20.0));
        script.wait_ms(100);
    }
    assert!(script.sent().is_empty());
}

#[test]
fn a_temperature_that_is_gone_becomes_null() {
    let mut script = Script::in_group(Server::TypeScript);
    script.request(at(5, 20.0));
    script.forget();
    script.request(Request::Device(device(5)));
    script.wait_ms(300);
    assert_eq!(script.sent(), [json!({"op": 4, "d": {"temperature": Value::Null}})]);
}

#[test]
fn unplugging_is_told_at_once_and_another_device_is_told_whole() {
    let mut script = Script::in_group(Server::TypeScript);
    script.request(Request::Device(device(5)));
    script.forget();
    script.request(Request::Device(None));
    script.request(Request::Device(None));
    script.request(Request::Device(device(4)));
    let sent = script.sent();
    assert_eq!(sent[0], json!({"op": 10}));
    assert_eq!(sent[1]["d"]["battery"], 77);
    assert_eq!(sent.len(), 2);
}

#[test]
fn outside_a_group_nothing_is_told_and_joining_tells_the_whole() {
    let mut script = Script::live(Server::Elixir);
    script.request(Request::Device(device(5)));
    script.wait_ms(1000);
    script.request(Request::Join("abc123".into()));
    assert_eq!(script.sent(), [json!({"op": 1, "d": {"group_id": "abc123"}})]);
    script.joined(json!({}));
    let sent = script.sent();
    assert_eq!((sent.len(), &sent[0]["d"]["battery"]), (1, &json!(77)));
    // And again in the next group.
    script.request(Request::Leave);
    script.request(Request::Join("second".into()));
    script.forget();
    script.joined(json!({"group_id": "second"}));
    assert_eq!(script.sent()[0]["d"]["battery"], 77);
}

#[test]
fn the_elixir_gateway_is_told_away_again_after_unplugging() {
    let mut script = Script::in_group(Server::Elixir);
    script.request(Request::Device(device(5)));
    script.request(Request::Away(true));
    script.forget();
    script.request(Request::Device(None));
    assert_eq!(script.sent(), [json!({"op": 10}), json!({"op": 18, "d": {"state": true}})]);
}

#[test]
fn a_report_that_came_too_soon_is_told_again_whole_a_little_later() {
    let mut script = Script::in_group(Server::Hearth);
    script.request(at(5, 20.0));
    script.request(at(6, 20.0));
    script.forget();
    script.event("RATE_LIMITED", json!({"op": 4}));
    assert!(script.sent().is_empty() && script.refusals().is_empty());
    script.wait_ms(2000);
    let sent = script.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!((&sent[0]["d"]["state"], &sent[0]["d"]["battery"]), (&json!(6), &json!(77)));
}

#[test]
fn limits_on_what_nobody_asked_for_are_not_told() {
    let mut script = Script::in_group(Server::Hearth);
    for op in [421, 420, 13, 4, 10] {
        script.event("RATE_LIMITED", json!({ "op": op }));
    }
    assert!(script.refusals().is_empty());
}

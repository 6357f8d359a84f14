//! This person's devices as services.

use std::time::Duration;

use hearth_companion::contract::Command;
use hearth_companion::controller::{CommunityNews, CommunityWish, Input};
use hearth_gateway_client::concierge::{Request, Status, Target};
use hearth_gateway_client::group::{Event, GroupPhase};
use puffco::device::Phase;
use puffco::state::{DeviceState, OperatingState};
use serde_json::Value;

use super::{SERVICE, at, service, sharing};
use crate::desk::{Desk, ember, member, storm};

fn create(name: &str) -> CommunityWish {
    let nickname = name.strip_prefix("hearth.").map(|name| name.trim_end_matches(" 2").to_owned());
    CommunityWish::Ask(Request::CreateService { service: name.into(), nickname })
}

fn delete(name: &str) -> CommunityWish {
    CommunityWish::Ask(Request::DeleteService { service: name.into() })
}

fn subscribe(name: &str) -> CommunityWish {
    CommunityWish::Ask(Request::Subscribe { service: name.into() })
}

fn heating(celsius: f32) -> DeviceState {
    DeviceState { heater_celsius: Some(celsius), ..at(OperatingState::PREHEAT) }
}

fn types(sent: &[(Target, Value)]) -> Vec<&str> {
    sent.iter().map(|(_, message)| message["type"].as_str().unwrap()).collect()
}

#[test]
fn nothing_is_shared_until_its_owner_says_so() {
    let mut desk = Desk::new();
    desk.linked(&ember(), at(OperatingState::IDLE)).community("robin", None).on_concierge();
    desk.there(Vec::new());
    assert!(!desk.wishes().contains(&create(SERVICE)));
    desk.command(Command::ShareTelemetry { id: "1".into(), on: true });
    assert_eq!(desk.wishes(), [create(SERVICE), subscribe(SERVICE)]);
    assert!(desk.broker().sharing.services.is_empty(), "it is not ours yet");
    desk.news(CommunityNews::Created(SERVICE.into())).followed_by(&[]);
    let sharing = desk.broker().sharing;
    assert_eq!((sharing.on, sharing.services[0].service.as_str()), (true, SERVICE));
    assert!(desk.broker().services[0].mine);
    assert!(desk.sent().is_empty(), "nobody follows");
    desk.command(Command::ShareTelemetry { id: "1".into(), on: false });
    assert!(desk.wishes().contains(&delete(SERVICE)));
}

#[test]
fn a_new_follower_is_told_everything_and_the_others_are_not_told_again() {
    let mut desk = sharing(None);
    desk.followed_by(&["deck"]).followed_by(&["deck", "late"]);
    let sent = desk.sent();
    assert_eq!(types(&sent), ["state"]);
    assert_eq!(sent[0].0, Target::ServiceClient { service: SERVICE.into(), uuid: "late".into() });
    assert_eq!(sent[0].1["device"]["activity"], "idle");
    assert_eq!(desk.broker().sharing.services[0].subscribers, 2, "without ourselves");
    desk.followed_by(&[]).pass(Duration::from_secs(60));
    assert!(desk.sent().is_empty());
    desk.followed_by(&["deck"]);
    let sent = desk.sent();
    assert_eq!(sent[0].0, Target::Service { service: SERVICE.into() });
}

#[test]
fn a_heat_is_followed_live() {
    let mut desk = sharing(None);
    desk.pass(Duration::from_secs(1));
    desk.sent();
    desk.tells(&ember(), heating(25.0));
    let sent = desk.sent();
    assert_eq!(types(&sent), ["state"]);
    assert_eq!(
        (&sent[0].1["device"]["activity"], &sent[0].1["device"]["temperature"]),
        (&"preheat".into(), &25.0.into())
    );
    let mut told = Vec::new();
    for step in 1..=100_u16 {
        desk.tells(&ember(), heating(25.0 + f32::from(step)));
        told.extend(desk.sent());
    }
    // 100 readings at 50 ms: five seconds.
    let temperatures = types(&told).iter().filter(|kind| **kind == "temperature").count();
    assert!((15..=20).contains(&temperatures), "{temperatures}");
    desk.pass(Duration::from_millis(300));
    assert_eq!(desk.sent().last().unwrap().1["temperature"], 125.0, "the last one is told, too");
    desk.tells(&ember(), at(OperatingState::IDLE));
    assert_eq!(types(&desk.sent()), ["state"]);
}

#[test]
fn a_device_without_a_link_tells_what_became_of_it() {
    let mut desk = sharing(None);
    let activity = |desk: &mut Desk| {
        desk.sent().last().map(|(_, message)| message["device"]["activity"].as_str().unwrap().to_owned())
    };
    desk.tells(&ember(), at(OperatingState::SLEEP));
    assert_eq!(activity(&mut desk).as_deref(), Some("asleep"));
    desk.phase(&ember(), Phase::Away);
    assert_eq!(activity(&mut desk), None, "it sleeps on");
    desk.phase(&ember(), Phase::Ready).tells(&ember(), heating(200.0)).phase(&ember(), Phase::Away);
    let (_, message) = desk.sent().pop().unwrap();
    assert_eq!(message["device"]["activity"], "away");
    assert!(message["device"]["temperature"].is_null(), "nobody knows");
    desk.phase(&ember(), Phase::Idle);
    assert_eq!(activity(&mut desk).as_deref(), Some("unknown"));
}

#[test]
fn the_link_of_a_followed_device_is_held() {
    let mut desk = sharing(None);
    desk.command(Command::Look { visible: false, device: None });
    assert_eq!(desk.watched(&ember()), None, "as it was");
    desk.followed_by(&[]);
    assert_eq!(desk.watched(&ember()), Some(false));
    desk.followed_by(&["deck"]);
    assert_eq!(desk.watched(&ember()), Some(true));
}

#[test]
fn a_sesh_is_told_without_anything_of_the_others() {
    let mut desk = sharing(None);
    desk.connected().in_group_with(GroupPhase::Chilling, vec![member("b", Some("Mika"))]);
    desk.sent();
    let told =
        |desk: &mut Desk| -> Vec<Value> { desk.sent().into_iter().map(|(_, message)| message).collect() };
    desk.in_group_with(GroupPhase::Awaiting, vec![member("b", Some("Mika"))]);
    let news = told(&mut desk);
    assert!(news.iter().any(|message| message["event"] == "inquiry"));
    assert!(
        news.iter()
            .any(|message| message["group"]["stage"] == "awaiting" && message["group"]["name"] == "Test")
    );
    desk.tells(&ember(), at(OperatingState::TEMP_SELECT));
    desk.in_group_ready(
        GroupPhase::Seshing,
        vec![member("b", Some("Mika"))],
        vec![hearth_gateway_client::group::SessionId("own".into())],
    );
    let start_at = Some(desk.now.instant + Duration::from_secs(3));
    desk.put(Input::Gateway(Event::StartHeating { by: None, excluded: false, start_at }));
    let mut all = told(&mut desk);
    let countdown = all.iter().find(|message| message["event"] == "countdown").unwrap();
    assert!(countdown["start_at"].as_u64().unwrap() > desk.now.unix_ms);
    desk.pass(Duration::from_secs(4));
    all.extend(told(&mut desk));
    assert!(all.iter().any(|message| message["event"] == "heating"), "{all:?}");
    let text = format!("{news:?}{all:?}").to_lowercase();
    for other in ["mika", "abc123", "\"own\"", "ble:"] {
        // The name of the test's device is its id.
        let text = text.replace("peak ble:ember", "");
        assert!(!text.contains(other), "{other} in {text}");
    }
}

#[test]
fn a_device_that_is_named_by_its_address_is_called_as_its_product() {
    let mut desk = sharing(None);
    desk.wishes();
    let state = DeviceState {
        name: Some("842E14A1B2C3".into()),
        serial: Some("2123456789012345678".into()),
        mac: Some([0x84, 0x2E, 0x14, 0xA1, 0xB2, 0xC3]),
        model_code: Some(12),
        ..at(OperatingState::IDLE)
    };
    desk.tells(&ember(), state);
    let wishes = desk.wishes();
    assert!(wishes.contains(&delete(SERVICE)), "{wishes:?}");
    assert!(wishes.contains(&create("hearth.Peak Pro Pearl")), "{wishes:?}");
    desk.news(CommunityNews::Created("hearth.Peak Pro Pearl".into()));
    desk.there(vec![service("hearth.Peak Pro Pearl", "me", &["me", "deck"])]);
    let text = format!("{:?}", desk.sent()).to_lowercase();
    assert!(text.contains("peak pro pearl"), "{text}");
    for own in ["842e14", "a1b2c3", "21234"] {
        assert!(!text.contains(own), "{own} in {text}");
    }
}

#[test]
fn devices_of_one_name_have_services_of_their_own() {
    let mut desk = sharing(None);
    let named = |name: &str| DeviceState { name: Some(name.into()), ..at(OperatingState::IDLE) };
    desk.tells(&ember(), named("Ember")).wishes();
    desk.linked(&storm(), named("Ember"));
    let wishes = desk.wishes();
    assert!(wishes.contains(&create("hearth.Ember 2")), "{wishes:?}");
    assert!(!wishes.contains(&delete("hearth.Ember")), "{wishes:?}");
    desk.tells(&storm(), named("Storm"));
    assert_eq!(desk.wishes().iter().filter(|wish| **wish == delete("hearth.Ember 2")).count(), 1);
    desk.command(Command::ForgetDevice { id: ember().0 });
    assert!(desk.wishes().contains(&delete("hearth.Ember")));
}

#[test]
fn a_name_that_somebody_else_has_gets_a_number() {
    let mut desk = sharing(None);
    desk.wishes();
    desk.there(vec![service(SERVICE, "stranger", &[])]);
    desk.news(CommunityNews::Taken(SERVICE.into()));
    let second = format!("{SERVICE} 2");
    let wishes = desk.wishes();
    assert!(wishes.contains(&delete(SERVICE)) && wishes.contains(&create(&second)), "{wishes:?}");
    let broker = desk.broker();
    assert!(!broker.services[0].mine && broker.sharing.services.is_empty());
    desk.sends("deck", r#"{"hearth":1,"command":"stop"}"#);
    assert!(desk.answers_to("deck").is_empty(), "that one is not ours");
    desk.news(CommunityNews::Created(second.clone()));
    desk.there(vec![service(&second, "me", &["me", "deck"])]);
    assert_eq!(desk.sent()[0].0, Target::Service { service: second });
}

#[test]
fn after_a_lost_connection_everything_is_told_anew() {
    let mut desk = sharing(None);
    desk.sent();
    let retry_at = desk.now.instant + Duration::from_secs(2);
    desk.news(CommunityNews::Status(Status::Waiting { retry_at }));
    desk.tells(&ember(), heating(100.0)).pass(Duration::from_secs(30));
    assert!(desk.sent().is_empty(), "nobody would hear it");
    assert!(desk.broker().sharing.services.is_empty());
    desk.on_concierge().news(CommunityNews::Created(SERVICE.into())).followed_by(&["deck"]);
    assert_eq!(types(&desk.sent()), ["state"]);
}

#[test]
fn a_device_under_another_id_keeps_its_service() {
    let mut desk = Desk::new();
    let state = |operating| DeviceState {
        name: Some("Ember".into()),
        serial: Some("2123456789012345678".into()),
        ..at(operating)
    };
    desk.linked(&ember(), state(OperatingState::IDLE)).community("robin", None);
    desk.command(Command::ShareTelemetry { id: "1".into(), on: true });
    desk.on_concierge().news(CommunityNews::Created("hearth.Ember".into()));
    desk.wishes();
    desk.phase(&ember(), Phase::Away).linked(&storm(), state(OperatingState::IDLE));
    assert_eq!(desk.controller.view().devices.len(), 1, "it is the same");
    assert_eq!(desk.broker().sharing.services[0].device, storm().0);
    assert_eq!(desk.broker().sharing.services[0].service, "hearth.Ember");
}

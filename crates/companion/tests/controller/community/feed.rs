//! Services of others that are followed.

use std::time::Duration;

use hearth_companion::contract::{Activity, Command, Event, ServiceFeed};
use hearth_companion::controller::{CommunityNews, CommunityWish, Heard, HeardAs, Held, Input};
use hearth_gateway_client::concierge::{Client, Origin, Request, Service, Target};

use super::{service, sharing};
use crate::desk::Desk;

fn tells(desk: &mut Desk, service: &str, data: &str) {
    let heard = heard(service, data);
    desk.put(Input::Community(1, CommunityNews::Heard(heard)));
}

fn heard(service: &str, data: &str) -> Heard {
    Heard {
        uuid: "stranger".into(),
        from: "stranger".into(),
        heard_as: HeardAs::Follower { service: service.into() },
        text: data.into(),
        bytes: data.len(),
        count: 1,
        held: Held::default(),
    }
}

fn feed(desk: &Desk) -> Option<ServiceFeed> {
    desk.controller.view().feed
}

/// A desk that follows `weather` and `hearth.Storm`, which others own.
fn following() -> Desk {
    let mut desk = sharing(None);
    desk.there(vec![service("weather", "stranger", &["me"]), service("hearth.Storm", "stranger", &["me"])]);
    for service in ["weather", "hearth.Storm"] {
        desk.command(Command::FollowService { id: "1".into(), service: service.into(), on: true });
    }
    desk
}

fn look(desk: &mut Desk, service: &str) {
    desk.command(Command::LookAtService { id: Some("1".into()), service: Some(service.into()) });
}

#[test]
fn a_service_that_is_followed_is_counted_and_its_messages_are_kept() {
    let mut desk = following();
    assert!(desk.wishes().contains(&CommunityWish::Ask(Request::Subscribe { service: "weather".into() })));
    assert!(desk.saved().unwrap().community[0].followed.contains(&"weather".to_owned()));
    for number in 0..60 {
        tells(&mut desk, "weather", &format!(r#"{{ "wind": {number} }}"#));
    }
    desk.pass(Duration::from_secs(1));
    let shown = desk.broker().services.into_iter().find(|service| service.name == "weather").unwrap();
    assert!(shown.subscribed && shown.rate > 1.0, "{shown:?}");
    assert_eq!(feed(&desk), None, "nobody looks");
    look(&mut desk, "weather");
    let shown = feed(&desk).unwrap();
    assert_eq!((shown.messages.len(), shown.rates.len()), (50, 60));
    assert_eq!(shown.messages[0].text, r#"{ "wind": 59 }"#, "byte for byte");
    assert_eq!((shown.messages[0].number, shown.latency_ms, shown.telemetry), (60, None, None));
    desk.command(Command::FollowService { id: "1".into(), service: "weather".into(), on: false });
    assert_eq!(feed(&desk), None);
    tells(&mut desk, "weather", "1");
    assert_eq!(feed(&desk), None);
}

#[test]
fn what_another_hearth_tells_is_understood() {
    let mut desk = following();
    look(&mut desk, "hearth.Storm");
    let sent_at = desk.now.unix_ms - 40;
    let state = r#""type":"state","device":{"name":"Storm","model":"Proxy","activity":"preheat","temperature":99.5,"target":240.0,"battery":60}"#;
    tells(&mut desk, "hearth.Storm", &format!(r#"{{"hearth":1,"sent_at":{sent_at},{state}}}"#));
    let shown = feed(&desk).unwrap();
    let told = shown.telemetry.unwrap();
    assert_eq!((told.name.as_str(), told.activity, told.celsius), ("Storm", Activity::Preheat, Some(99.5)));
    assert_eq!(shown.latency_ms, Some(40));
    tells(
        &mut desk,
        "hearth.Storm",
        r#"{"hearth":1,"type":"temperature","temperature":101.0,"target":240.0}"#,
    );
    assert_eq!(feed(&desk).unwrap().telemetry.unwrap().celsius, Some(101.0));
    tells(&mut desk, "hearth.Storm", r#"{"hearth":1,"type":"dance"}"#);
    assert_eq!(feed(&desk).unwrap().telemetry.unwrap().celsius, Some(101.0));
}

#[test]
fn faces_are_told_at_most_five_times_a_second() {
    let mut desk = following();
    look(&mut desk, "weather");
    desk.told.clear();
    let started = desk.now.instant;
    // One each 50 ms, for ten seconds.
    for number in 0..200 {
        tells(&mut desk, "weather", &number.to_string());
    }
    let seconds = desk.now.instant.saturating_duration_since(started).as_secs_f32();
    let feeds = desk.told.iter().filter(|event| matches!(event, Event::Feed { .. })).count();
    let lists = desk.told.iter().filter(|event| matches!(event, Event::Community { .. })).count();
    assert!(feeds as f32 <= seconds * 5.0 + 1.0 && feeds > 20, "{feeds} in {seconds} s");
    assert!(lists as f32 <= seconds + 1.0, "{lists} in {seconds} s");
    desk.pass(Duration::from_millis(250));
    let last = desk.told.iter().rev().find_map(|event| match event {
        Event::Feed { feed } => feed.clone(),
        _ => None,
    });
    assert_eq!(last.unwrap().messages[0].text, "199", "the last one is told, too");
    desk.told.clear();
    desk.pass(Duration::from_secs(70));
    let quiet = desk.told.len();
    desk.pass(Duration::from_secs(70));
    assert_eq!(desk.told.len(), quiet, "then nothing changes any more");
}

#[test]
fn a_flood_of_long_messages_is_counted_and_cut() {
    let mut desk = following();
    look(&mut desk, "weather");
    let client =
        Client { uuid: "stranger".into(), name: "stranger".into(), nickname: None, tags: Vec::new() };
    let service =
        Service { name: "weather".into(), nickname: None, owner: "stranger".into(), subscribers: Vec::new() };
    let origin = Origin { client, service: Some(service) };
    let target = Target::Service { service: "weather".into() };
    let data = format!("\"{}\"", "ß".repeat(524_287));
    for _ in 0..100 {
        let heard = Heard::new(origin.clone(), &target, &data, 10);
        assert!(heard.text.len() <= 8_192 && !heard.is_whole());
        // No time passes between them.
        desk.controller.handle(desk.now, Input::Community(1, CommunityNews::Heard(heard)));
    }
    desk.settle();
    let shown = feed(&desk).unwrap();
    assert_eq!(shown.messages.len(), 50);
    assert_eq!(shown.messages[0].text.chars().count(), 2_000);
    assert_eq!((shown.messages[0].bytes, shown.rates.iter().sum::<u32>()), (data.len() as u32, 1_000));
}

#[test]
fn what_is_not_followed_leaves_nothing() {
    let mut desk = following();
    for number in 0..100 {
        tells(&mut desk, &format!("other {number}"), "1");
    }
    look(&mut desk, "other 1");
    assert_eq!(feed(&desk), None);
}

#[test]
fn ones_own_service_shows_what_it_tells_and_what_comes() {
    let mut desk = sharing(None);
    look(&mut desk, super::SERVICE);
    desk.asks("deck", "stop");
    let messages = feed(&desk).unwrap().messages;
    assert!(messages[0].mine && messages[0].text.contains("not_allowed"), "{messages:?}");
    assert!(!messages[1].mine && messages[1].from == "deck");
}

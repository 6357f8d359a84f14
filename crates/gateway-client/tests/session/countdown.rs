//! The countdown that an owner chose: known where there is one to choose, told as it changes, and never a start.

use std::time::Duration;

use hearth_gateway_client::group::{ActionRefusal, Event, Request, SessionId, Status, Visibility};
use serde_json::{Value, json};

use crate::script::{ALL, Script, Server};

const FIVE_S: Option<Duration> = Some(Duration::from_secs(5));

/// Live at a gateway of ours whose owners can choose up to half a minute.
fn live() -> Script {
    let mut script = Script::new(Server::Hearth);
    script.request(Request::Connect);
    script.opened();
    let hearth = json!({ "version": "0.1.0", "server_time": script.server_ms(), "countdown": 30_000 });
    let hello = json!({
        "session_id": "s1", "session_token": "t1", "heartbeat_interval": 10_000, "hearth": hearth,
    });
    script.own = "s1".to_owned();
    script.says(&json!({ "op": 0, "d": hello }).to_string());
    script
}

/// In a group that awaits, with a countdown of five seconds.
fn awaiting() -> Script {
    let mut script = live();
    script.request(Request::Join("abc123".into()));
    script.joined(json!({ "state": "awaiting", "hearth": { "countdown": 5_000 } }));
    script.forget();
    script
}

fn news_of_countdowns(script: &mut Script) -> Vec<Event> {
    let mut events = script.events();
    events.retain(|event| matches!(event, Event::Countdown { .. } | Event::StartHeating { .. }));
    events
}

fn begun(start_at: u64) -> Value {
    json!({ "group_id": "abc123", "session_id": "other", "start_at": start_at })
}

fn other() -> Option<SessionId> {
    Some(SessionId("other".into()))
}

#[test]
fn what_can_be_chosen_is_told_with_the_connection() {
    let mut script = live();
    let longest = Some(Duration::from_secs(30));
    let chosen =
        |status: &Status| matches!(status, Status::Connected { countdown, .. } if *countdown == longest);
    assert!(script.statuses().iter().any(chosen));
    for server in ALL {
        let mut script = Script::new(server);
        script.request(Request::Connect);
        script.accept();
        let none = |status: &Status| matches!(status, Status::Connected { countdown: None, .. });
        assert!(script.statuses().iter().any(none), "{server:?}");
    }
}

#[test]
fn a_length_is_said_only_to_a_gateway_that_knows_it() {
    let create = || Request::Create { name: "x".into(), visibility: Visibility::Private, countdown: FIVE_S };
    let edit = || Request::Edit { name: None, visibility: None, countdown: FIVE_S };
    let mut script = live();
    script.sent();
    script.request(create());
    assert_eq!(script.sent()[0]["d"]["hearth"], json!({ "countdown": 5_000 }));
    let mut script = awaiting();
    script.request(edit());
    assert_eq!(script.sent()[0]["d"], json!({ "hearth": { "countdown": 5_000 } }));
    for server in ALL {
        let mut script = Script::live(server);
        script.request(create());
        assert!(script.sent()[0]["d"].get("hearth").is_none(), "{server:?}");
        let mut script = Script::in_group(server);
        script.request(edit());
        assert_eq!(script.refusals(), [ActionRefusal::Unsupported]);
        assert_eq!(script.sent(), [] as [Value; 0]);
    }
}

#[test]
fn a_length_that_no_gateway_takes_is_not_sent() {
    for ms in [0, 2_099, 30_001] {
        let mut script = awaiting();
        let countdown = Some(Duration::from_millis(ms));
        script.request(Request::Edit { name: None, visibility: None, countdown });
        assert_eq!(script.refusals(), [ActionRefusal::InvalidData]);
        assert_eq!(script.sent(), [] as [Value; 0]);
    }
}

#[test]
fn it_begins_and_is_called_off_and_each_is_told_once() {
    let mut script = awaiting();
    let end = script.server_ms() + 5_000;
    script.event("GROUP_COUNTDOWN", begun(end));
    script.event("GROUP_COUNTDOWN", begun(end));
    let at = script.instant_at(5_000);
    let told = news_of_countdowns(&mut script);
    assert_eq!(told, [Event::Countdown { by: other(), start_at: Some(at) }]);
    for _ in 0..2 {
        let off = json!({ "group_id": "abc123", "session_id": "other", "cancelled": true });
        script.event("GROUP_COUNTDOWN", off);
    }
    assert_eq!(script.group().counts_to, None);
    script.event("GROUP_COUNTDOWN", begun(end));
    assert_eq!(script.group().counts_to, Some(at));
    script.event("GROUP_UPDATE", json!({ "state": "chilling", "ready": [] }));
    assert_eq!(script.group().counts_to, None, "the end of the waiting is its end");
}

#[test]
fn its_end_is_a_start_only_when_the_gateway_says_so() {
    let mut script = awaiting();
    let end = script.server_ms() + 5_000;
    script.event("GROUP_COUNTDOWN", begun(end));
    script.forget();
    script.wait_ms(6_000);
    assert_eq!(news_of_countdowns(&mut script), []);
    let start = json!({ "excluded": false, "watcher": false, "away": false, "start_at": end + 1_500 });
    script.event("GROUP_UPDATE", json!({ "state": "seshing" }));
    script.event("GROUP_START_HEATING", start.clone());
    script.event("GROUP_START_HEATING", start);
    let told = news_of_countdowns(&mut script);
    assert!(matches!(told[..], [Event::StartHeating { start_at: Some(_), .. }]), "{told:?}");
}

#[test]
fn who_comes_during_it_or_comes_back_sees_it() {
    let mut script = live();
    let end = script.server_ms() + 4_000;
    script.request(Request::Join("abc123".into()));
    let hearth = json!({ "countdown": 5_000, "start_at": end });
    script.joined(json!({ "state": "awaiting", "hearth": hearth }));
    let group = script.group();
    assert_eq!((group.countdown, group.counts_to), (FIVE_S, Some(script.instant_at(4_000))));
    // Called off while nobody listened.
    script.joined(json!({ "state": "awaiting", "hearth": { "countdown": 5_000 } }));
    assert_eq!(script.group().counts_to, None);
    // Told of one that is over, or while the group does not await: there is none.
    script.wait_ms(5_000);
    script.joined(json!({ "state": "awaiting", "hearth": hearth }));
    let late = json!({ "countdown": 5_000, "start_at": script.server_ms() + 9_000 });
    script.joined(json!({ "state": "chilling", "hearth": late }));
    let shown = script.events().into_iter().filter_map(|event| match event {
        Event::Group(group) => group,
        _ => None,
    });
    assert!(shown.into_iter().all(|group| group.counts_to.is_none()));
}

#[test]
fn the_countdown_of_another_group_is_not_ours() {
    let mut script = awaiting();
    let end = script.server_ms() + 5_000;
    script.event("GROUP_COUNTDOWN", json!({ "group_id": "zzz999", "start_at": end }));
    assert_eq!(script.events(), []);
}

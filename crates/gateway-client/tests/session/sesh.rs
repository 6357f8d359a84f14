//! Inquiry and start: each told once, in time or not at all.

use hearth_gateway_client::group::{Event, Group, Request, SessionId};
use serde_json::json;

use crate::script::{ALL, SERVER_AHEAD_MS, Script, Server, device};

fn other() -> SessionId {
    SessionId("other".into())
}

fn ask(script: &mut Script) {
    script.event("GROUP_UPDATE", json!({"state": "awaiting"}));
    script.event("GROUP_HEAT_INQUIRY", json!({"session_id": "other", "watcher": false, "away": false}));
}

/// The start in this gateway's way and order.
fn start(script: &mut Script, excluded: bool) {
    let mut d = json!({"excluded": excluded, "watcher": false, "away": false});
    match script.server {
        Server::Elixir => {
            script.event("GROUP_START_HEATING", d);
            script.event("GROUP_UPDATE", json!({"group_id": "abc123", "state": "seshing", "ready": []}));
        }
        Server::TypeScript => {
            d["session_id"] = json!("other");
            script.event("GROUP_UPDATE", json!({"state": "seshing"}));
            script.event("GROUP_START_HEATING", d);
        }
        Server::Hearth => {
            d["session_id"] = json!("other");
            d["start_at"] = json!(script.server_ms() + 3000);
            script.event("GROUP_UPDATE", json!({"state": "seshing"}));
            script.event("GROUP_START_HEATING", d);
        }
    }
}

fn starts(script: &mut Script) -> Vec<Event> {
    let mut events = script.events();
    events.retain(|event| matches!(event, Event::StartHeating { .. }));
    events
}

/// Answers the clock pings that are under way as a gateway would that is `ms` away in each direction.
fn answer_clock(script: &mut Script, ms: u64) {
    let pings = script.sent_raw();
    let ping = pings.iter().rfind(|frame| frame["op"] == 421).unwrap();
    script.wait_ms(ms);
    let server_time = script.server_ms();
    script.wait_ms(ms);
    script.event("CLOCK", json!({"client_time": ping["d"]["client_time"], "server_time": server_time}));
}

#[test]
fn a_cycle_tells_one_inquiry_and_one_start_on_every_gateway() {
    for server in ALL {
        let mut script = Script::in_group(server);
        for _ in 0..3 {
            ask(&mut script);
            assert_eq!(script.news(), [Event::Inquiry { by: Some(other()), watcher: false, away: false }]);
            start(&mut script, false);
            let started = starts(&mut script);
            let [Event::StartHeating { by, excluded: false, start_at }] = &started[..] else {
                panic!("{started:?}")
            };
            assert_eq!(by.is_none(), server == Server::Elixir);
            assert_eq!(start_at.is_some(), server == Server::Hearth);
            script.event("GROUP_UPDATE", json!({"state": "chilling", "ready": []}));
            script.wait_ms(60_000);
            script.forget();
        }
    }
}

#[test]
fn a_start_that_is_said_twice_is_told_once() {
    for server in ALL {
        let mut script = Script::in_group(server);
        ask(&mut script);
        start(&mut script, false);
        start(&mut script, false);
        assert_eq!(starts(&mut script).len(), 1, "{server:?}");
        script.event("GROUP_UPDATE", json!({"state": "chilling"}));
        script.event("GROUP_START_HEATING", json!({"excluded": false, "watcher": false, "away": false}));
        assert!(starts(&mut script).is_empty(), "{server:?}: not after the sesh either");
    }
}

// PUFF-50
#[test]
fn any_of_the_three_marks_excludes() {
    for mark in ["excluded", "watcher", "away"] {
        let mut script = Script::in_group(Server::TypeScript);
        ask(&mut script);
        let mut d = json!({"session_id": "other", "excluded": false, "watcher": false, "away": false});
        d[mark] = json!(true);
        script.event("GROUP_START_HEATING", d);
        let started = starts(&mut script);
        assert!(matches!(started[..], [Event::StartHeating { excluded: true, .. }]), "{mark}: {started:?}");
    }
}

// PUFF-62, PUFF-63
#[test]
fn the_start_instant_is_exact_once_the_clock_was_measured() {
    let mut script = Script::live(Server::Hearth);
    // Pings go out 300 ms apart.
    script.wait_ms(300);
    answer_clock(&mut script, 90);
    script.wait_ms(120);
    answer_clock(&mut script, 5);
    script.request(Request::Join("abc123".into()));
    script.joined(json!({}));
    ask(&mut script);
    script.forget();
    let start_at_ms = script.server_ms() + 3000;
    // The announcement itself is 120 ms on its way: that does not matter.
    script.wait_ms(120);
    script.event("GROUP_UPDATE", json!({"state": "seshing"}));
    script.event("GROUP_START_HEATING", json!({"session_id": "other", "excluded": false, "watcher": false, "away": false, "start_at": start_at_ms}));
    let exact = script.start.instant
        + std::time::Duration::from_millis(start_at_ms - SERVER_AHEAD_MS - script.start.unix_ms);
    let started = starts(&mut script);
    let [Event::StartHeating { start_at: Some(at), .. }] = started[..] else { panic!("{started:?}") };
    let error = at.max(exact) - at.min(exact);
    assert!(error.as_millis() <= 1, "{error:?}");
}

#[test]
fn other_gateways_name_no_instant_even_if_they_send_the_field() {
    let mut script = Script::in_group(Server::TypeScript);
    ask(&mut script);
    script.event(
        "GROUP_START_HEATING",
        json!({"excluded": false, "watcher": false, "away": false, "start_at": 5}),
    );
    let started = starts(&mut script);
    assert!(matches!(started[..], [Event::StartHeating { start_at: None, .. }]), "{started:?}");
}

/// Cut before the start, back with a snapshot of a group that is seshing.
fn missed_start(start_in_ms: i64, ready: bool) -> (Vec<Event>, Script) {
    let mut script = Script::in_group(Server::Hearth);
    script.request(Request::Device(device(6)));
    ask(&mut script);
    script.cut(None);
    script.wait_for_open();
    script.accept();
    script.event("SESSION_RESUMED", json!({"session_id": "s1"}));
    script.own = "s1".into();
    script.forget();
    let start_at = script.server_ms().saturating_add_signed(start_in_ms);
    let ready = if ready { json!(["s1", "other"]) } else { json!(["other"]) };
    script.joined(json!({"state": "seshing", "ready": ready, "start_at": start_at}));
    (starts(&mut script), script)
}

// PUFF-24, PUFF-63
#[test]
fn a_missed_start_that_is_still_ahead_is_told_after_the_resume() {
    let (started, mut script) = missed_start(1500, true);
    let [Event::StartHeating { by: None, excluded: false, start_at: Some(at) }] = started[..] else {
        panic!("{started:?}")
    };
    assert_eq!(at, script.instant_at(1500));
    // Should the gateway repeat it: it is the same start.
    let start_at = script.server_ms() + 1500;
    script.event("GROUP_START_HEATING", json!({"session_id": "other", "excluded": false, "watcher": false, "away": false, "start_at": start_at}));
    assert!(starts(&mut script).is_empty());
}

// PUFF-24
#[test]
fn a_missed_start_that_has_passed_is_never_made_up_for() {
    let (started, mut script) = missed_start(-1, true);
    assert!(started.is_empty(), "{started:?}");
    script.wait_ms(5000);
    assert!(starts(&mut script).is_empty());
}

#[test]
fn a_missed_start_of_the_others_excludes_us() {
    let (started, _) = missed_start(1500, false);
    assert!(matches!(started[..], [Event::StartHeating { excluded: true, .. }]), "{started:?}");
}

// PUFF-24
#[test]
fn joining_a_group_that_is_seshing_starts_nothing() {
    let mut script = Script::live(Server::TypeScript);
    script.request(Request::Join("abc123".into()));
    script.joined(json!({"state": "seshing", "ready": ["other"]}));
    assert!(starts(&mut script).is_empty());
}

#[test]
fn joining_a_group_that_is_waiting_asks_us_too() {
    let mut script = Script::live(Server::TypeScript);
    script.request(Request::Device(device(5)));
    script.request(Request::Join("abc123".into()));
    script.joined(json!({"state": "awaiting"}));
    assert_eq!(script.news(), [Event::Inquiry { by: None, watcher: false, away: false }]);
}

#[test]
fn after_a_resume_without_a_snapshot_a_new_start_is_still_heard() {
    let mut script = Script::in_group(Server::TypeScript);
    ask(&mut script);
    start(&mut script, false);
    script.cut(None);
    script.wait_for_open();
    script.accept();
    script.event("SESSION_RESUMED", json!({"session_id": "s1"}));
    script.forget();
    // The end of that sesh and the next inquiry were missed; nothing but the start is heard.
    start(&mut script, false);
    assert_eq!(starts(&mut script).len(), 1);
}

#[test]
fn a_device_in_temperature_select_before_the_inquiry_is_told_again() {
    for (server, told) in [(Server::TypeScript, true), (Server::Elixir, true), (Server::Hearth, false)] {
        let mut script = Script::in_group(server);
        script.request(Request::Device(device(6)));
        script.forget();
        ask(&mut script);
        let expected = if told { vec![json!({"op": 4, "d": {"state": 6}})] } else { vec![] };
        assert_eq!(script.sent(), expected, "{server:?}");
    }
}

#[test]
fn a_device_that_is_idle_is_not_made_ready_by_an_inquiry() {
    let mut script = Script::in_group(Server::TypeScript);
    script.request(Request::Device(device(5)));
    script.forget();
    ask(&mut script);
    assert!(script.sent().is_empty());
}

#[test]
fn the_group_is_shown_before_the_start_is_told() {
    let mut script = Script::in_group(Server::TypeScript);
    ask(&mut script);
    script.forget();
    start(&mut script, false);
    let events = script.events();
    let seshing = |event: &Event| matches!(event, Event::Group(Some(group)) if is_seshing(group));
    let shown = events.iter().position(seshing).unwrap();
    let told = events.iter().position(|event| matches!(event, Event::StartHeating { .. })).unwrap();
    assert!(shown < told);
}

fn is_seshing(group: &Group) -> bool {
    group.phase == hearth_gateway_client::group::GroupPhase::Seshing
}

#[test]
fn requests_of_a_cycle_are_the_dialects_operations() {
    let mut script = Script::in_group(Server::TypeScript);
    for request in [
        Request::Inquire,
        Request::StartWithReady,
        Request::Stop,
        Request::Message("hi".into()),
        Request::React("🔥".into()),
    ] {
        script.request(request);
    }
    assert_eq!(
        script.sent(),
        [
            json!({"op": 8}),
            json!({"op": 9}),
            json!({"op": 12}),
            json!({"op": 11, "d": {"content": "hi"}}),
            json!({"op": 14, "d": {"emoji": "🔥"}})
        ]
    );
}

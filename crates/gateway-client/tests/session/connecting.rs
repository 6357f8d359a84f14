//! Getting a connection, keeping it, and noticing that it is gone.

use std::time::Duration;

use hearth_gateway_client::group::{ActionRefusal, Event, Refusal, Request, Status, Visibility};
use hearth_gateway_client::puff::{Input, OpenFailure};
use serde_json::json;

use crate::script::{ALL, Script, Server};

#[test]
fn it_is_offline_until_asked_and_live_after_the_hello() {
    for server in ALL {
        let mut script = Script::new(server);
        script.wait_ms(60_000);
        assert!(script.events().is_empty());
        script.request(Request::Connect);
        assert_eq!(script.statuses(), [Status::Connecting]);
        script.opened();
        assert!(script.statuses().is_empty(), "an open socket is not a gateway yet");
        script.hello();
        let live = script.statuses();
        assert_eq!(
            live[0],
            Status::Connected { latency: None, resumed: false, countdown: None, voice: false }
        );
    }
}

// PUFF-11
#[test]
fn heartbeats_go_out_at_the_interval_of_the_hello() {
    for (server, interval) in [(Server::TypeScript, 10), (Server::Elixir, 5), (Server::Hearth, 10)] {
        let mut script = Script::live(server);
        script.wait(Duration::from_secs(60));
        let beats = script.sent_raw().iter().filter(|frame| **frame == json!({"op": 420})).count();
        assert_eq!(beats, 60 / interval, "{server:?}");
    }
}

// PUFF-62
#[test]
fn clock_pings_go_to_our_gateway_only() {
    for server in ALL {
        let mut script = Script::live(server);
        script.wait(Duration::from_secs(30));
        let pings = script.sent_raw().iter().filter(|frame| frame["op"] == 421).count();
        assert_eq!(pings > 0, server == Server::Hearth, "{server:?}: {pings}");
    }
}

#[test]
fn at_least_two_tries_fall_into_the_grace_time() {
    for code in [None, Some(1001), Some(4002)] {
        let mut script = Script::in_group(Server::TypeScript);
        script.cut(code);
        let lost = script.now.instant;
        for attempt in 1..=2 {
            let statuses = script.statuses();
            assert!(
                matches!(statuses[..], [Status::Reconnecting { attempt: told, .. }] if told == attempt),
                "{statuses:?}"
            );
            script.wait_for_open();
            script.open_failed(OpenFailure::Network("refused".into()));
        }
        assert!(script.now.instant < lost + Duration::from_secs(9));
    }
}

#[test]
fn what_concerns_this_session_alone_is_tried_again_at_once() {
    for code in [4001, 4002, 4007, 4008] {
        let mut script = Script::in_group(Server::TypeScript);
        script.cut(Some(code));
        assert!(script.wait_for_open() <= Duration::from_millis(301), "{code}");
    }
}

#[test]
fn an_address_that_was_never_reached_is_still_being_connected_to() {
    let mut script = Script::new(Server::TypeScript);
    script.request(Request::Connect);
    assert_eq!(script.statuses(), [Status::Connecting]);
    for attempt in 1..=5 {
        script.open_failed(OpenFailure::Network("refused".into()));
        let statuses = script.statuses();
        assert!(
            matches!(statuses[..], [Status::Unreached { attempt: told, .. }] if told == attempt),
            "{statuses:?}"
        );
        script.wait_for_open();
    }
    script.accept();
    script.wait_ms(3000);
    script.forget();
    script.cut(None);
    assert!(matches!(script.statuses()[..], [Status::Reconnecting { attempt: 1, .. }]));
}

#[test]
fn the_announced_time_of_the_next_try_is_kept() {
    let mut script = Script::live(Server::Hearth);
    script.cut(Some(1006));
    let statuses = script.statuses();
    let [Status::Reconnecting { retry_at, .. }] = statuses[..] else { panic!("{statuses:?}") };
    let announced = retry_at - script.now.instant;
    let waited = script.wait_for_open();
    assert!(waited.abs_diff(announced) <= Duration::from_millis(1), "{waited:?} {announced:?}");
}

#[test]
fn reconnect_now_does_not_wait() {
    let mut script = Script::live(Server::Hearth);
    script.cut(None);
    script.request(Request::ReconnectNow);
    script.accept();
    assert!(matches!(script.statuses().last(), Some(Status::Connected { .. })));
}

// PUFF-17
#[test]
fn a_suspended_account_is_not_tried_again() {
    let mut script = Script::in_group(Server::TypeScript);
    script.cut(Some(4003));
    let news = script.news();
    assert_eq!(news, [Event::Group(None), Event::Status(Status::Refused(Refusal::Suspended))]);
    script.wait(Duration::from_secs(600));
    assert!(script.news().is_empty());
    assert!(!script.has_socket(), "not one try");
}

// PUFF-65
#[test]
fn a_gateway_that_its_host_ended_is_not_tried_again_unless_the_person_asks() {
    let mut script = Script::in_group(Server::Hearth);
    script.cut(Some(4009));
    let news = script.news();
    assert_eq!(news, [Event::Group(None), Event::Status(Status::Refused(Refusal::HostStopped))]);
    script.wait(Duration::from_secs(600));
    assert!(script.news().is_empty());
    script.request(Request::ReconnectNow);
    script.accept();
    assert!(matches!(script.statuses().last(), Some(Status::Connected { resumed: false, .. })));
}

// PUFF-13
#[test]
fn an_unknown_close_code_is_tried_again() {
    let mut script = Script::live(Server::TypeScript);
    script.cut(Some(4999));
    assert!(matches!(script.statuses()[..], [Status::Reconnecting { attempt: 1, .. }]));
    script.wait_for_open();
}

#[test]
fn something_that_is_no_gateway_is_refused() {
    let mut script = Script::new(Server::TypeScript);
    script.request(Request::Connect);
    script.forget();
    script.open_failed(OpenFailure::Http(200));
    assert_eq!(script.statuses(), [Status::Refused(Refusal::NotAGateway)]);

    let mut script = Script::new(Server::TypeScript);
    script.request(Request::Connect);
    script.forget();
    script.opened();
    script.says("welcome to the chat!");
    assert_eq!(script.statuses(), [Status::Refused(Refusal::NotAGateway)]);
    assert_eq!(script.closed().len(), 1);
    // The person may insist.
    script.request(Request::ReconnectNow);
    script.accept();
}

#[test]
fn a_proxy_in_front_of_a_restarting_gateway_does_not_end_the_tries() {
    let mut script = Script::in_group(Server::Hearth);
    script.cut(Some(1001));
    script.wait_for_open();
    script.forget();
    script.open_failed(OpenFailure::Http(404));
    assert!(matches!(script.statuses()[..], [Status::Reconnecting { attempt: 2, .. }]));
}

#[test]
fn a_gateway_that_never_says_hello_is_given_up() {
    let mut script = Script::new(Server::TypeScript);
    script.request(Request::Connect);
    script.opened();
    script.forget();
    script.wait_ms(5100);
    assert_eq!(script.closed(), [1001]);
}

#[test]
fn a_dead_link_is_found_by_pings_in_time_to_resume() {
    let mut script = Script::in_group(Server::TypeScript);
    script.wait_ms(3000);
    script.pong = false;
    let silent = script.now.instant;
    script.forget();
    script.wait_ms(8000);
    assert_eq!(script.closed(), [1001]);
    assert!(script.statuses().iter().any(|status| matches!(status, Status::Reconnecting { .. })));
    assert!(script.now.instant - silent <= Duration::from_secs(8));
}

#[test]
fn a_link_that_carries_in_one_direction_only_is_found_within_ten_seconds() {
    for server in ALL {
        for offset in (0..4000).step_by(250) {
            let mut script = Script::in_group(server);
            script.wait_ms(offset);
            script.pong = false;
            script.forget();
            let silent = script.now.instant;
            while script.closed().is_empty() {
                assert!(script.now.instant - silent <= Duration::from_secs(10), "{server:?} {offset}");
                // The others are still heard; nobody hears us.
                script.event(
                    "GROUP_REACTION",
                    json!({"group_id": "abc123", "author_session_id": "other", "emoji": "🔥"}),
                );
                script.wait_ms(100);
            }
            assert!(
                script.wait_for_open() <= Duration::from_millis(301),
                "found by ourselves: tried at once"
            );
        }
    }
}

#[test]
fn what_a_former_socket_reports_is_ignored() {
    let mut script = Script::in_group(Server::Hearth);
    script.cut(None);
    script.wait_for_open();
    script.forget();
    script.stale(|socket| Input::Closed(socket, Some(4003), String::new()));
    script.stale(|socket| {
        Input::Text(
            socket,
            json!({"op": 3, "t": "GROUP_USER_KICKED", "d": {"group_id": "abc123"}}).to_string(),
        )
    });
    assert!(script.events().is_empty());
    script.accept();
}

#[test]
fn requests_without_a_connection_are_refused_and_never_sent_later() {
    let mut script = Script::new(Server::Hearth);
    let requests = [
        Request::Join("abc123".into()),
        Request::Create { name: String::new(), visibility: Visibility::Private, countdown: None },
        Request::Inquire,
        Request::StartWithReady,
        Request::Stop,
        Request::Message("hi".into()),
        Request::React("🔥".into()),
    ];
    for request in &requests {
        script.request(request.clone());
        assert_eq!(script.refusals(), [ActionRefusal::NotConnected], "{request:?}");
    }
    script.request(Request::Connect);
    script.accept();
    script.wait_ms(2000);
    assert_eq!(script.sent(), Vec::<serde_json::Value>::new());
}

#[test]
fn a_clean_leave_says_so_and_closes() {
    for server in ALL {
        let mut script = Script::in_group(server);
        script.request(Request::Disconnect);
        assert_eq!(script.sent(), [json!({"op": 7})]);
        assert_eq!(script.closed(), [1000]);
        assert_eq!(script.news(), [Event::Group(None), Event::Status(Status::Offline)]);
        script.wait(Duration::from_secs(60));
        assert!(script.events().is_empty());
    }
}

// PUFF-09
#[test]
fn garbage_on_a_live_connection_costs_only_itself() {
    let mut script = Script::in_group(Server::TypeScript);
    for text in
        ["", "null", "[]", "{", "{\"op\":3}", "{\"op\":3,\"t\":\"GROUP_UPDATE\",\"d\":5}", "{\"op\":0}"]
    {
        script.says(text);
    }
    assert!(script.news().is_empty());
    script.event("GROUP_UPDATE", json!({"name": "Still here"}));
    assert_eq!(script.group().name, "Still here");
}

#[test]
fn the_round_trip_is_told_when_it_changes() {
    let mut script = Script::live(Server::Hearth);
    script.forget();
    script.wait_ms(300);
    let ping = script.sent_raw().into_iter().rfind(|frame| frame["op"] == 421).unwrap();
    script.wait_ms(40);
    let (asked, server_time) = (&ping["d"]["client_time"], script.server_ms() - 20);
    script.event("CLOCK", json!({"client_time": asked, "server_time": server_time}));
    let took = Duration::from_millis(40);
    let events = script.events();
    assert!(events.contains(&Event::Status(Status::Connected {
        latency: Some(took),
        resumed: false,
        countdown: None,
        voice: false
    })));
    let Some(Event::RoundTrip { took: told, gateway_ms: Some(gateway_ms) }) = events.last() else {
        panic!("{events:?}");
    };
    assert_eq!(*told, took);
    assert!(gateway_ms.abs_diff(script.server_ms()) <= 20, "the mean of this answer and the earlier ones");
}

//! Channels that are known: listed by a server like ours, remembered for the real one, made, joined and left.

use hearth_gateway_client::chat::{Event, Failure, Outcome, Request};
use serde_json::json;

use crate::script::{BOB, PUB, Script, US, channel, path, post};

fn ready(script: &mut Script) -> Vec<String> {
    let told = |event| match event {
        Event::Ready { servers, .. } | Event::Servers(servers) => Some(servers),
        _ => None,
    };
    let servers = script.events().into_iter().rev().find_map(told).expect("no servers were told");
    servers.into_iter().map(|server| server.id).collect()
}

#[test]
fn a_server_that_lists_our_channels_is_believed() {
    let mut script = Script::knowing(&["77"]);
    script.connect(false);
    script.sign_in();
    script.greet();
    assert!(
        !script.events().iter().any(|event| matches!(event, Event::Ready { .. })),
        "where we are is not known"
    );
    script.lists(json!([channel(PUB, None)]));
    assert_eq!(ready(&mut script), [PUB]);
}

/// The real server has no list (facts §4.3).
#[test]
fn where_nothing_is_listed_what_is_remembered_is_asked_for() {
    let mut script = Script::knowing(&["77", PUB, "no id"]);
    script.connect(false);
    script.sign_in();
    script.greet();
    script.lists_nothing();
    script.answer("GET /api/v1/channels/77", 404, json!({"success": false, "error": "Channel not found!"}));
    script.answer(&path("GET "), 200, json!({"channel": channel(PUB, Some(&[US]))}));
    assert_eq!(ready(&mut script), [PUB]);
    assert_eq!(script.asked(), [""; 0]);
}

#[test]
fn a_channel_is_told_with_the_names_of_its_members() {
    let mut script = Script::live();
    script.request(Request::LoadServer { server: PUB.into() });
    script.answer(&path("GET "), 200, json!({"channel": channel(PUB, Some(&[US, BOB]))}));
    assert!(script.events().is_empty(), "names are missing");
    script.answer("GET /api/v1/users/5", 200, json!({"profile": {"id": US, "username": "ada"}}));
    script.answer("GET /api/v1/users/6", 404, json!({"success": false, "error": "no"}));
    let events = script.events();
    let [Event::Server { id, channels, members, .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!((id.as_str(), channels[0].id.as_str(), channels[0].name.as_str()), (PUB, PUB, "Pub"));
    let names: Vec<&str> = members.iter().map(|member| member.username.as_str()).collect();
    assert_eq!(names, ["ada", BOB]);
    // Somebody new is looked for, once in a while.
    let mut stranger = post("1", "7", "hello");
    stranger["author_name"] = "eve".into();
    script.tells_of(stranger.clone());
    script.tells_of(stranger);
    script.answer(&path("GET "), 200, json!({"channel": channel(PUB, Some(&[US, BOB, "7"]))}));
    let events = script.events();
    let is_told =
        |event: &Event| matches!(event, Event::Server { members, .. } if members[2].username == "eve");
    assert!(events.iter().any(is_told), "{events:?}");
    assert_eq!(script.asked(), [""; 0]);
}

#[test]
fn a_channel_that_is_made_is_told_whatever_its_server_wants_to_know_of_it() {
    let mut script = Script::live();
    script.create(1);
    script.answer(
        "POST /api/v1/channels",
        400,
        json!({"success": false, "error": "Missing channel description!"}),
    );
    let request = script.answer("POST /api/v1/channels", 200, json!({"success": true, "id": "77"}));
    assert!(request.body.unwrap().contains(r#""description":"New""#));
    script.answer("GET /api/v1/channels/77", 200, json!({"channel": channel("77", Some(&[US]))}));
    let events = script.events();
    let is_made = |event: &Event| matches!(event, Event::Done { ticket: 1, outcome: Outcome::ServerCreated(server) } if server.id == "77");
    assert!(events.iter().any(is_made), "{events:?}");
    assert!(events.iter().any(|event| matches!(event, Event::Servers(servers) if servers.len() == 2)));
}

#[test]
fn whoever_joins_is_a_member_where_the_server_knows_how() {
    for knows in [true, false] {
        let mut script = Script::live();
        script.join(1, " 77 ");
        let put = "PUT /api/v1/channels/77/members/me";
        if knows {
            script.answer(put, 200, json!({"success": true, "id": "77"}));
        } else {
            script.answer(put, 404, json!("Cannot PUT"));
        }
        script.answer("GET /api/v1/channels/77", 200, json!({"channel": channel("77", Some(&[US]))}));
        assert_eq!(script.fates(), [(1, Ok(Outcome::Joined(Some("77".into()))))]);
        script.join(2, "78");
        script.answer("PUT /api/v1/channels/78/members/me", 404, json!("no"));
        script.answer("GET /api/v1/channels/78", 404, json!("no"));
        assert_eq!(script.fates(), [(2, Err(Failure::NotFound))]);
        script.join(3, "a name");
        assert_eq!(script.fates(), [(3, Err(Failure::NotFound))]);
    }
}

#[test]
fn a_channel_that_is_left_is_forgotten_also_where_the_server_does_not_know_how() {
    let mut script = Script::live();
    script.request(Request::LeaveServer { ticket: 1, server: PUB.into() });
    script.answer(&path("DELETE /members/me"), 404, json!("Cannot DELETE"));
    let events = script.events();
    assert_eq!(events, [Event::Done { ticket: 1, outcome: Outcome::Ok }, Event::Servers(Vec::new())]);
}

/// EMG-R4: nothing is told on the socket to whoever has not posted, and the real server has no other way in.
#[test]
fn a_channel_in_which_we_are_no_member_is_listened_to() {
    let mut script = Script::knowing(&[PUB]);
    script.connect(false);
    script.sign_in();
    script.greet();
    script.lists_nothing();
    script.answer(&path("GET "), 200, json!({"channel": channel(PUB, Some(&[BOB]))}));
    script.wait_ms(20_000);
    script.answer(&path("GET /posts"), 200, json!({"posts": [post("1", BOB, "old")]}));
    script.forget();
    script.wait_ms(20_000);
    script.answer(&path("GET /posts"), 200, json!({"posts": [post("1", BOB, "old"), post("2", BOB, "new")]}));
    assert_eq!(script.said(), [("2".to_owned(), "new".to_owned())]);
    script.say(1, "hello");
    script.answer(&path("POST /posts"), 200, json!({"success": true, "id": "3"}));
    script.wait_ms(60_000);
    assert_eq!(script.asked(), [""; 0], "we are told now");
}

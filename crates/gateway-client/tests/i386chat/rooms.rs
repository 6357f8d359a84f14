//! Rooms: known, made, entered and left, and who is there.

use hearth_gateway_client::chat::{Event, Failure, Outcome, Request, ServerKind};
use serde_json::json;

use crate::script::{BOB, LOUNGE, Script, US, room, user};

fn people(script: &mut Script) -> Vec<String> {
    script.wait_ms(100);
    let told = |event| match event {
        Event::Server { members, .. } => Some(members),
        _ => None,
    };
    let members = script.events().into_iter().rev().find_map(told).expect("nobody was told");
    members.into_iter().map(|member| member.username).collect()
}

#[test]
fn i386_28_one_moves_by_number_or_by_name() {
    let mut script = Script::live();
    script.join(1, LOUNGE);
    assert_eq!(script.executed("CHANNEL_MOVE").0, json!({"id": LOUNGE.parse::<u64>().unwrap()}));
    script.moves_us(LOUNGE);
    let events = script.events();
    assert!(events.contains(&Event::Here(Some(LOUNGE.into()))), "{events:?}");
    assert!(events.contains(&Event::Done { ticket: 1, outcome: Outcome::Joined(Some(LOUNGE.into())) }));
    script.join(2, " attic ");
    let (cnf, s) = script.executed("CHANNEL_MOVE");
    assert_eq!(cnf, json!({"name": "attic"}));
    script.fails(3, Some(s));
    assert_eq!(script.fates(), [(2, Err(Failure::NotFound))]);
}

#[test]
fn i386_29_30_who_is_in_the_room_is_known() {
    let mut script = Script::live();
    script.join(1, LOUNGE);
    script.moves_us(LOUNGE);
    for id in [BOB, 7, 8] {
        script.event("ROOM_USER_ADD", json!({"user": user(id)}));
    }
    assert_eq!(people(&mut script), ["u5", "u6", "u7", "u8"]);
    script.event("ROOM_USER_REMOVE", json!({"user": user(7)}));
    assert_eq!(people(&mut script), ["u5", "u6", "u8"]);
    // Of another room they are others.
    script.join(2, "7");
    script.moves_us("7");
    assert_eq!(people(&mut script), ["u5"]);
}

#[test]
fn five_hundred_who_are_there_are_told_at_once() {
    let mut script = Script::live();
    script.join(1, LOUNGE);
    script.moves_us(LOUNGE);
    for id in 100..600 {
        script.event("ROOM_USER_ADD", json!({"user": user(id)}));
    }
    script.wait_ms(100);
    let told = script.events().into_iter().filter(|event| matches!(event, Event::Server { .. })).count();
    assert_eq!(told, 1);
}

#[test]
fn i386_27_a_room_is_made_and_listed_and_not_moved_into() {
    let mut script = Script::live();
    script.request(Request::CreateServer { ticket: 1, name: "den".into(), kind: ServerKind::Hidden });
    assert_eq!(script.executed("CHANNEL_ADD").0, json!({"name": "den", "visibility": false}));
    script.event("CHANNEL_ADD", json!({"room": room("8", "another")}));
    assert_eq!(script.fates(), []);
    script.event("CHANNEL_ADD", json!({"room": room("7", "den")}));
    let events = script.events();
    let is_made = |event: &Event| matches!(event, Event::Done { ticket: 1, outcome: Outcome::ServerCreated(server) } if server.id == "7");
    assert!(events.iter().any(is_made), "{events:?}");
    assert!(events.iter().any(|event| matches!(event, Event::Servers(servers) if servers.len() == 2)));
    script.say(2, "x");
    assert_eq!(script.fates(), [(2, Err(Failure::Elsewhere))]);
}

#[test]
fn a_room_is_left() {
    let mut script = Script::here();
    script.request(Request::LeaveServer { ticket: 1, server: LOUNGE.into() });
    script.executed("ROOM_USER_REMOVE");
    script.event("ROOM_USER_REMOVE", json!({"user": user(US)}));
    let events = script.events();
    let done = Event::Done { ticket: 1, outcome: Outcome::Ok };
    assert_eq!(events, [Event::Here(None), Event::Servers(Vec::new()), done]);
    script.request(Request::LeaveServer { ticket: 2, server: LOUNGE.into() });
    assert_eq!(script.fates(), [(2, Err(Failure::NotFound))]);
    script.cut(None);
    script.until_tried();
    script.greet();
    assert_eq!(script.sent().len(), 1, "it is not where it was");
}

#[test]
fn whoever_is_thrown_out_is_nowhere_and_still_knows_the_room() {
    let mut script = Script::here();
    script.event("ROOM_USER_REMOVE", json!({"user": user(US)}));
    assert_eq!(script.events(), [Event::Here(None)]);
    script.request(Request::LoadServer { server: LOUNGE.into() });
    assert!(matches!(&script.events()[..], [Event::Server { members, .. }] if members.is_empty()));
}

#[test]
fn remembered_rooms_are_told_and_learn_their_names() {
    let mut script = Script::knowing(&[LOUNGE, "no number"]);
    script.connect();
    script.greet();
    let names = |script: &mut Script| -> Vec<(String, String)> {
        let told = |event| match event {
            Event::Ready { servers, .. } | Event::Servers(servers) => Some(servers),
            _ => None,
        };
        let servers = script.events().into_iter().rev().find_map(told).unwrap();
        servers.into_iter().map(|server| (server.id, server.name)).collect()
    };
    assert_eq!(names(&mut script), [(LOUNGE.to_owned(), String::new())]);
    script.event("CHANNEL_ADD", json!({"room": room(LOUNGE, "lounge")}));
    script.wait_ms(100);
    assert_eq!(names(&mut script), [(LOUNGE.to_owned(), "lounge".to_owned())]);
}

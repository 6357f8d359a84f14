//! Pages, what is unread, who writes, and floods.

use std::time::Duration;

use hearth_companion::contract::{Command, Event as Told};
use hearth_companion::controller::{FaceId, Input, Look, RoomsNews};
use hearth_gateway_client::chat::{
    Event, Message, Presence, PresenceStatus, Request, Server, Status, VoiceState,
};

use super::{at_home, message};
use crate::desk::Desk;

fn said(id: &str, author: &str, second: u32) -> Event {
    Event::Message(Box::new(message(id, author, second)))
}

fn face(desk: &mut Desk, visible: bool) {
    desk.put(Input::Look(FaceId(7), Some(Look { visible, device: None })));
}

fn ids(desk: &Desk) -> Vec<String> {
    desk.room().lines.into_iter().map(|line| line.id).collect()
}

/// Newest first, from `last` down to `first`.
fn pages(first: u32, last: u32) -> Vec<Message> {
    (first..=last).rev().map(|number| message(&format!("m{number}"), "ada", number)).collect()
}

#[test]
fn what_is_said_is_unread_until_the_room_is_open_and_a_face_looks() {
    let mut desk = at_home();
    face(&mut desk, false);
    desk.hears(said("one", "ada", 1)).hears(said("mine", "me", 2)).hears(said("two", "ada", 3));
    assert_eq!((desk.den().unread, desk.club().unread), (2, 2));
    assert_eq!(desk.room().new_from.as_deref(), Some("one"));
    face(&mut desk, true);
    desk.settle();
    assert_eq!((desk.den().unread, desk.room().new_from.as_deref()), (0, Some("one")));
    desk.hears(said("three", "ada", 4));
    assert_eq!((desk.den().unread, desk.room().new_from.as_deref()), (0, Some("one")));
    face(&mut desk, false);
    desk.hears(said("again", "ada", 4));
    face(&mut desk, true);
    assert_eq!(desk.room().new_from.as_deref(), Some("again"));
    desk.command(Command::OpenRoom { id: None, channel: None });
    assert!(desk.controller.view().room.is_none());
    desk.hears(said("four", "ada", 5)).hears(said("five", "ada", 6));
    assert_eq!(desk.den().unread, 2);
    desk.hears(Event::MessageDeleted { id: "five".into(), channel: "den".into() });
    assert_eq!(desk.den().unread, 1, "what is taken back is not unread");
    face(&mut desk, false);
    desk.put(Input::Look(FaceId(7), None));
    desk.reads(vec![message("four", "ada", 5)], false);
    assert_eq!(desk.den().unread, 1, "the last face is gone");
}

#[test]
fn after_a_restart_what_came_meanwhile_is_unread() {
    let mut desk = at_home();
    desk.hears(said("one", "ada", 1)).command(Command::OpenRoom { id: None, channel: None });
    desk.pass(Duration::from_secs(11));
    let saved = desk.saved().unwrap();
    assert_eq!(saved.community[0].rooms.read["den"].line, "one");
    let mut again = Desk::starting(|start| start.saved = saved);
    again.signed_in();
    let asked = again.asked_of_rooms();
    assert!(asked.contains(&Request::LoadServer { server: "club".into() }), "it was looked into: {asked:?}");
    again.loaded(&["ada"]);
    again.page(vec![message("three", "me", 4), message("two", "ada", 3), message("one", "ada", 1)], false);
    assert_eq!(again.den().unread, 1);
    // Where the last line that was read is gone, its time tells.
    again.hears(Event::Status(Status::Connecting)).signed_in().loaded(&["ada"]);
    again.page(pages(1, 9), true);
    assert_eq!(again.den().unread, 8);
}

#[test]
fn a_channel_that_was_never_read_counts_from_the_first_line_that_is_heard() {
    let mut desk = at_home();
    let attic = |id: &str, second| Message { channel: "attic".into(), ..message(id, "ada", second) };
    desk.hears(Event::Message(Box::new(attic("a1", 5))));
    desk.pass(Duration::from_secs(11));
    let mut again = Desk::starting(|start| start.saved = desk.saved().unwrap());
    again.signed_in().loaded(&["ada"]);
    let page = again.asked_of_rooms().into_iter().find_map(|request| match request {
        Request::Page { ticket, channel, .. } if channel == "attic" => Some(ticket),
        _ => None,
    });
    let messages = vec![attic("a2", 6), attic("a1", 5), attic("a0", 4)];
    again.hears(Event::Page { ticket: page.unwrap(), channel: "attic".into(), messages, more: false });
    assert_eq!(again.club().channels[1].unread, 2);
}

#[test]
fn older_lines_come_on_demand_and_five_hundred_are_kept() {
    let mut desk = at_home();
    desk.hears(Event::Status(Status::Connecting)).signed_in().page(pages(1_001, 1_050), true);
    assert!(desk.room().more && !desk.room().loading);
    desk.asked_of_rooms();
    desk.command(Command::OlderLines).command(Command::OlderLines);
    let asked = desk.requested_of_rooms();
    assert!(
        matches!(&asked[..], [Request::Page { before: Some(before), .. }] if before == "m1001"),
        "one at a time: {asked:?}"
    );
    assert!(desk.room().loading);
    for first in (1..10).rev().map(|page| page * 50 + 501) {
        desk.page(pages(first, first + 49), true);
        desk.command(Command::OlderLines);
    }
    let all = ids(&desk);
    assert_eq!((all.len(), all[0].as_str(), desk.room().more), (500, "m551", false));
    desk.hears(said("new", "ada", 2_000));
    assert_eq!((ids(&desk).len(), ids(&desk).last().unwrap().as_str()), (500, "new"));
}

#[test]
fn after_a_gap_the_room_is_what_was_said_last_and_what_was_taken_back_is_gone() {
    let mut desk = at_home();
    desk.hears(Event::Status(Status::Connecting)).signed_in().page(pages(1, 50), true);
    let again = |desk: &mut Desk, page: Vec<Message>| {
        desk.hears(Event::Status(Status::Connecting)).signed_in();
        // What is told before the page has come is newer.
        desk.hears(said("live", "ada", 900)).page(page, true);
    };
    let mut page = pages(40, 60);
    page.retain(|message| message.id != "m45");
    again(&mut desk, page);
    let now = ids(&desk);
    assert!(now.contains(&"m1".into()) && !now.contains(&"m45".into()), "{now:?}");
    assert_eq!(now[now.len() - 2..], ["m60", "live"]);
    again(&mut desk, pages(200, 249));
    assert_eq!((ids(&desk)[0].as_str(), ids(&desk).len()), ("m200", 50), "live was known before");
}

#[test]
fn a_page_that_cannot_be_read_says_why_and_is_read_when_asked_again() {
    let mut desk = at_home();
    desk.hears(Event::Status(Status::Connecting)).signed_in();
    let ticket = desk.asked_of_rooms().into_iter().rev().find_map(|request| match request {
        Request::Page { ticket, .. } => Some(ticket),
        _ => None,
    });
    desk.fails(ticket.unwrap(), hearth_gateway_client::chat::Failure::Broken);
    assert!(desk.room().failed.is_some() && !desk.room().loading);
    desk.command(Command::OpenRoom { id: Some("1".into()), channel: Some("den".into()) });
    assert!(desk.room().failed.is_none() && desk.room().loading);
    desk.page(pages(1, 2), false);
    assert_eq!(ids(&desk), ["m1", "m2"]);
}

#[test]
fn who_writes_is_shown_for_five_seconds_and_not_once_they_said_it() {
    let mut desk = at_home();
    let types = |user: &str| Event::Typing { channel: "den".into(), user: user.into(), username: None };
    desk.hears(types("ada")).hears(types("me"));
    desk.pass(Duration::from_millis(250));
    assert_eq!(desk.den().typing, ["ada"]);
    desk.pass(Duration::from_secs(4));
    desk.hears(types("ada"));
    desk.pass(Duration::from_secs(4));
    assert_eq!(desk.den().typing, ["ada"]);
    desk.pass(Duration::from_secs(2));
    assert!(desk.den().typing.is_empty());
    let told = |desk: &Desk| {
        let community = desk.told.iter().rev().find_map(|event| match event {
            Told::Community { community } => Some(community.clone()),
            _ => None,
        });
        community == Some(desk.controller.view().community)
    };
    assert!(told(&desk), "the end of it is told by itself");
    desk.hears(types("ada")).hears(said("one", "ada", 1));
    assert!(desk.den().typing.is_empty());
}

#[test]
fn writing_is_told_every_three_seconds() {
    let mut desk = at_home();
    desk.asked_of_rooms();
    for _ in 0..60 {
        desk.command(Command::Typing);
        desk.pass(Duration::from_millis(50));
    }
    let asked = desk.asked_of_rooms();
    assert_eq!(asked.len(), 2, "in six seconds: {asked:?}");
}

#[test]
fn who_joined_since_is_looked_for_but_not_for_ever() {
    let mut desk = at_home();
    desk.asked_of_rooms();
    for number in 0..100 {
        let presence = Presence { status: PresenceStatus::Online, custom_status: None };
        desk.hears(Event::Presence { user: format!("new{number}"), presence });
    }
    let load = Request::LoadServer { server: "club".into() };
    let count = |desk: &mut Desk| desk.asked_of_rooms().iter().filter(|request| **request == load).count();
    assert_eq!(count(&mut desk), 1);
    desk.pass(Duration::from_secs(20));
    assert_eq!(count(&mut desk), 1, "and once for those since");
    desk.loaded(&["ada", "new1"]).hears(said("one", "new1", 1));
    desk.pass(Duration::from_secs(20));
    assert_eq!(count(&mut desk), 0);
}

#[test]
fn a_line_in_a_community_that_was_not_looked_into_loads_it_and_counts() {
    let mut desk = Desk::new();
    desk.together("robin", false).signed_in();
    assert!(desk.asked_of_rooms().is_empty(), "lazily");
    assert!(!desk.club().loaded);
    desk.hears(said("one", "ada", 1)).hears(said("two", "ada", 2));
    assert_eq!(desk.asked_of_rooms(), [Request::LoadServer { server: "club".into() }]);
    desk.loaded(&["ada"]);
    assert!(desk.club().loaded);
    assert_eq!(desk.den().unread, 2);
}

#[test]
fn a_channel_that_was_made_since_is_looked_for() {
    let mut desk = at_home();
    desk.asked_of_rooms();
    for id in ["one", "two"] {
        let strange = Message { channel: "cellar".into(), ..message(id, "ada", 1) };
        desk.hears(Event::Message(Box::new(strange)));
    }
    assert_eq!(desk.asked_of_rooms(), [Request::LoadServer { server: "club".into() }]);
}

#[test]
fn who_is_in_a_voice_room_is_shown_with_what_is_switched_off() {
    let mut desk = at_home();
    let state = |user: &str, channel: Option<&str>, muted| VoiceState {
        user: user.into(),
        channel: channel.map(str::to_owned),
        muted,
        ..VoiceState::default()
    };
    desk.hears(Event::Voice(Box::new(state("ada", Some("talk"), false))));
    desk.hears(Event::Voice(Box::new(state("me", Some("talk"), true))));
    let there: Vec<(String, bool, bool)> = desk.club().channels[2]
        .in_voice
        .iter()
        .map(|voice| (voice.name.clone(), voice.me, voice.muted))
        .collect();
    assert_eq!(there, [("ada".into(), false, false), ("me".into(), true, true)]);
    desk.hears(Event::Voice(Box::new(state("ada", None, false))));
    assert_eq!(desk.club().channels[2].in_voice.len(), 1);
    desk.hears(Event::Status(Status::Connecting));
    assert!(desk.club().channels[2].in_voice.is_empty(), "nobody knows any more");
}

#[test]
fn a_flood_is_shown_some_times_a_second_and_bounded() {
    let mut desk = at_home();
    desk.told.clear();
    for number in 0..1_200 {
        let text = "x".repeat(9_000);
        let flood = Message { content: text, ..message(&format!("f{number}"), "ada", 1) };
        desk.hears(Event::Message(Box::new(flood)));
        let other = Message { channel: format!("c{number}"), ..message(&format!("o{number}"), "ada", 1) };
        desk.hears(Event::Message(Box::new(other)));
    }
    // At 50 ms for each input.
    let rooms = desk.told.iter().filter(|event| matches!(event, Told::Room { .. })).count();
    assert!((1..=601).contains(&rooms), "{rooms}");
    assert_eq!(desk.room().lines.len(), 500);
    assert!(desk.room().lines.iter().all(|line| line.text.len() == 4_000));
    let saved = desk.saved().unwrap();
    assert!(saved.community[0].rooms.read.len() <= 500);
    let many = (0..5_000).map(|number| Server { id: number.to_string(), ..Server::default() }).collect();
    desk.hears(Event::Servers(many));
    assert_eq!(desk.halls_chat().servers.len(), 200);
}

#[test]
fn what_was_passed_over_is_read_anew() {
    let mut desk = at_home();
    desk.asked_of_rooms();
    desk.put(Input::Rooms(1, RoomsNews::Missed));
    let asked = desk.asked_of_rooms();
    assert!(asked.contains(&Request::LoadServer { server: "club".into() }), "{asked:?}");
    assert!(asked.iter().any(|request| matches!(request, Request::Page { before: None, .. })), "{asked:?}");
}

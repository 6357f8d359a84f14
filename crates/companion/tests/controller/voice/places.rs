//! Eight hear each other: who comes ninth stays out before a microphone is opened, whatever filled the room.

use std::time::Duration;

use hearth_companion::contract::Command;
use hearth_gateway_client::chat::{Event, Request, VoiceState};

use super::{failed, leaves_channel, participants, same, talk};
use crate::desk::Desk;

/// Somebody who came so many milliseconds after noon.
fn came(user: &str, ms: u32) -> Event {
    Event::Voice(Box::new(VoiceState {
        user: user.into(),
        channel: Some("talk".into()),
        joined_at: Some(format!("2026-05-01T12:00:{:02}.{:03}Z", ms / 1_000, ms % 1_000)),
        ..VoiceState::default()
    }))
}

/// A room in which so many are.
fn with(people: u32) -> Desk {
    let mut desk = Desk::new();
    desk.together("robin", false).signed_in().loaded(&[]);
    for number in 0..people {
        desk.hears(came(&format!("early-{number}"), 1_000 + number));
    }
    desk.asked_of_rooms();
    desk
}

/// No room was entered, or it was left before it was told of anybody: no microphone was opened.
fn stayed_out(desk: &mut Desk) {
    assert!(failed(desk));
    assert!(desk.asked_of_room().is_empty());
    desk.pass(Duration::from_secs(1));
    assert!(desk.entered().is_none());
}

#[test]
fn a_full_room_is_not_even_asked_for_and_there_is_a_place_again_when_somebody_has_left() {
    let mut desk = with(8);
    desk.command(talk());
    assert!(desk.asked_of_rooms().is_empty());
    stayed_out(&mut desk);
    desk.hears(Event::Voice(Box::new(VoiceState { user: "early-3".into(), ..VoiceState::default() })));
    assert!(failed(&desk), "it is not joined by itself");
    desk.command(talk());
    assert_eq!(desk.asked_of_rooms(), [Request::JoinVoice { channel: "talk".into() }]);
    desk.hears(came("me", 2_000));
    assert!(desk.entered().is_some());
}

#[test]
fn of_two_who_join_at_once_the_second_stays_out_in_whatever_order_it_is_told() {
    // The other one came before, and it is told before the answer.
    let mut desk = with(7);
    desk.command(talk()).hears(came("nina", 2_000)).hears(came("me", 2_001));
    assert!(leaves_channel(&mut desk));
    stayed_out(&mut desk);
    // And after it.
    let mut desk = with(7);
    desk.command(talk()).hears(came("me", 2_001)).hears(came("nina", 2_000));
    assert!(leaves_channel(&mut desk));
    stayed_out(&mut desk);
    // In the same millisecond ids decide, for both alike.
    let mut desk = with(7);
    desk.command(talk()).hears(came("me", 2_000)).hears(came("ada", 2_000));
    assert!(leaves_channel(&mut desk));
    stayed_out(&mut desk);
}

#[test]
fn the_first_of_the_two_stays_and_hears_those_who_came_before_the_other() {
    for other_first in [false, true] {
        let mut desk = with(7);
        let (me, nina) = (came("me", 2_000), came("nina", 2_000));
        desk.command(talk());
        for event in if other_first { [nina, me] } else { [me, nina] } {
            desk.hears(event);
        }
        assert!(desk.entered().is_some());
        desk.pass(Duration::from_millis(300));
        let mut others: Vec<_> = (0..7).map(|number| format!("early-{number}")).collect();
        others.push("nina".into());
        same(&desk.asked_of_room(), &[participants(&others.iter().map(String::as_str).collect::<Vec<_>>())]);
        assert!(!failed(&desk) && !leaves_channel(&mut desk));
    }
}

#[test]
fn whoever_has_a_place_keeps_it_whoever_comes() {
    let mut desk = with(3);
    desk.command(talk()).hears(came("me", 2_000));
    for number in 0..20 {
        desk.hears(came(&format!("late-{number}"), 3_000 + number));
    }
    desk.pass(Duration::from_secs(1));
    assert!(desk.entered().is_some() && !failed(&desk));
    desk.command(Command::LeaveVoice);
}

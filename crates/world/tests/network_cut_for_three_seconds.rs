//! A party's network goes away for three seconds, at every stage of a sesh.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

use std::time::Duration;

use hearth_gateway_client::group::{Event, GroupPhase, Request};
use hearth_world::{Options, PartyId, World};
use puffco::state::OperatingState;

const ANN: PartyId = PartyId(0);
const BOB: PartyId = PartyId(1);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn cut_for_three_seconds(world: &mut World, party: PartyId) {
    world.set_online(party, false);
    world.run(seconds(3));
    world.set_online(party, true);
    world.expect("resumed", seconds(6), |world| world.is_resumed(party));
}

fn finish(world: &mut World) {
    for party in [ANN, BOB] {
        world.expect("counted", seconds(90), |world| {
            let group = world.group(party).unwrap();
            group.sesh_counter == 1 && group.phase == GroupPhase::Chilling
        });
        let closed =
            |event: &Event| matches!(event, Event::GroupClosed | Event::GroupDeleted | Event::Kicked);
        assert!(!world.events(party).iter().any(closed));
        assert_eq!(world.group(party).unwrap().members.len(), 2);
        assert_eq!(world.device(party).heat_writes(), 1);
    }
}

#[test]
fn in_the_middle_of_the_heat_the_sesh_goes_on() {
    for seed in 0..20 {
        let mut world = World::new(seed, Options::parties(2));
        world.gather();
        let own = world.group(BOB).unwrap().own.clone();
        world.ask_and_press();
        world.expect("preheat", seconds(5), |world| world.operating(BOB) == OperatingState::PREHEAT);
        world.run(seconds(1));
        cut_for_three_seconds(&mut world, BOB);
        assert_eq!(world.group(BOB).unwrap().own, own, "the same session");
        world.expect("ann sees bob's device again", seconds(3), |world| {
            world.seen_operating(ANN, BOB) == Some(world.operating(BOB))
        });
        finish(&mut world);
    }
}

#[test]
fn the_gateway_tells_the_others_who_is_lost_and_who_is_back() {
    let mut world = World::new(7, Options::parties(2));
    world.gather();
    world.set_online(BOB, false);
    let lost = |world: &World| world.group(ANN).unwrap().members.iter().any(|member| member.disconnected);
    world.expect("lost", seconds(3), lost);
    world.run(seconds(2));
    world.set_online(BOB, true);
    world.expect("back", seconds(6), |world| !lost(world));
}

#[test]
fn an_inquiry_that_was_missed_is_found_after_the_cut() {
    for seed in 0..20 {
        let mut world = World::new(seed, Options::parties(2));
        world.gather();
        world.set_online(BOB, false);
        world.run(seconds(1));
        world.ask(ANN, Request::Inquire);
        world.run(seconds(2));
        world.set_online(BOB, true);
        world.expect("asked after all", seconds(6), |world| {
            world.events(BOB).iter().any(|event| matches!(event, Event::Inquiry { by: None, .. }))
        });
        // The answer to the inquiry is to press, now that the person knows of it.
        for party in [ANN, BOB] {
            world.press(party);
        }
        finish(&mut world);
    }
}

#[test]
fn a_button_that_was_pressed_during_the_cut_counts_after_it() {
    let mut world = World::new(8, Options::parties(2));
    world.gather();
    world.ask(ANN, Request::Inquire);
    world.expect("asked", seconds(3), |world| world.phase(BOB) == Some(GroupPhase::Awaiting));
    world.set_online(BOB, false);
    world.run(seconds(2));
    world.press(BOB);
    world.run(seconds(1));
    world.set_online(BOB, true);
    world.expect("bob is ready", seconds(6), |world| world.group(ANN).unwrap().ready.len() == 1);
    world.press(ANN);
    world.expect("both heat", seconds(12), |world| {
        world.operating(ANN).is_heating() && world.operating(BOB).is_heating()
    });
    finish(&mut world);
}

#[test]
fn a_dead_network_that_tells_nobody_is_noticed_and_resumed() {
    for seed in 0..20 {
        let mut world = World::new(seed, Options::parties(2));
        world.gather();
        world.run(seconds(10));
        world.silence(BOB);
        // Found by pings, before the gateway finds it by missing heartbeats.
        world.expect("noticed", seconds(9), |world| !world.is_connected(BOB));
        world.expect("resumed", seconds(3), |world| world.is_resumed(BOB));
        world.ask_and_press();
        finish(&mut world);
    }
}

#[test]
fn ten_cuts_in_a_row_are_resumed_ten_times() {
    let mut world = World::new(9, Options::parties(2));
    world.gather();
    let own = world.group(BOB).unwrap().own.clone();
    for _ in 0..10 {
        world.cut(BOB);
        world.expect("noticed", seconds(2), |world| !world.is_connected(BOB));
        world.expect("resumed", seconds(9), |world| world.is_resumed(BOB));
        world.run(seconds(3));
        assert_eq!(world.group(BOB).unwrap().own, own);
    }
    world.ask_and_press();
    finish(&mut world);
}

#[test]
fn a_cut_longer_than_the_grace_time_joins_the_same_group_as_somebody_new() {
    let mut world = World::new(10, Options::parties(2));
    let code = world.gather();
    let own = world.group(BOB).unwrap().own.clone();
    world.set_online(BOB, false);
    world.expect("left", seconds(14), |world| world.group(ANN).unwrap().members.len() == 1);
    world.set_online(BOB, true);
    world.expect("back", seconds(20), |world| {
        world.group(ANN).unwrap().members.iter().filter(|member| member.is_sesher()).count() == 2
    });
    let group = world.group(BOB).unwrap();
    assert_eq!(group.id, code);
    assert_ne!(group.own, own);
    world.ask_and_press();
    finish(&mut world);
}

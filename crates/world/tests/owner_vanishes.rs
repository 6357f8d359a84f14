//! The owner of a group is gone, in every way there is; the others go on.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

use std::time::Duration;

use hearth_gateway_client::group::{GroupPhase, Request};
use hearth_world::{Options, PartyId, World};

const OWNER: PartyId = PartyId(0);
const ANN: PartyId = PartyId(1);
const BOB: PartyId = PartyId(2);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn others_go_on(world: &mut World) {
    let heirs = [ANN, BOB].map(|party| world.group(party).unwrap().own.clone());
    for party in [ANN, BOB] {
        world.expect("two are left, and one of them owns the group", seconds(15), |world| {
            let group = world.group(party).unwrap();
            group.members.len() == 2 && heirs.contains(&group.owner)
        });
    }
    assert_eq!(world.group(ANN).unwrap().owner, world.group(BOB).unwrap().owner);
    world.ask(BOB, Request::Inquire);
    world.run(seconds(1));
    world.press(ANN);
    world.press(BOB);
    for party in [ANN, BOB] {
        world.expect("counted", seconds(90), |world| world.group(party).unwrap().sesh_counter == 1);
        assert_eq!(world.device(party).heat_writes(), 1);
    }
}

#[test]
fn by_leaving() {
    let mut world = World::new(1, Options::parties(3));
    world.gather();
    world.ask(OWNER, Request::Leave);
    others_go_on(&mut world);
    assert!(world.group(OWNER).is_none());
    assert_eq!(world.device(OWNER).heat_writes(), 0);
}

#[test]
fn by_losing_the_network_for_good() {
    let mut world = World::new(2, Options::parties(3));
    world.gather();
    world.set_online(OWNER, false);
    others_go_on(&mut world);
}

#[test]
fn by_closing_the_program() {
    let mut world = World::new(3, Options::parties(3));
    world.gather();
    world.ask(OWNER, Request::Disconnect);
    others_go_on(&mut world);
}

#[test]
fn while_everybody_waits_for_the_owner_alone() {
    let mut world = World::new(4, Options::parties(3));
    world.gather();
    world.ask(OWNER, Request::Inquire);
    world.run(seconds(1));
    world.press(ANN);
    world.press(BOB);
    world.expect("two are ready", seconds(3), |world| world.group(ANN).unwrap().ready.len() == 2);
    world.ask(OWNER, Request::Leave);
    for party in [ANN, BOB] {
        world.expect("they start without the owner", seconds(5), |world| {
            world.phase(party) == Some(GroupPhase::Seshing)
        });
        world.expect("and heat", seconds(5), |world| world.operating(party).is_heating());
    }
}

#[test]
fn during_the_countdown_with_the_network_the_heat_is_as_agreed() {
    let mut world = World::new(5, Options::parties(3));
    world.gather();
    world.ask_and_press();
    world.run(Duration::from_millis(200));
    // The start was heard by all; a network that goes away now changes nothing about it.
    world.set_online(OWNER, false);
    for party in [OWNER, ANN, BOB] {
        world.expect("heating", seconds(5), |world| world.operating(party).is_heating());
    }
    world.run(seconds(60));
    for party in [OWNER, ANN, BOB] {
        assert_eq!(world.device(party).heat_writes(), 1);
    }
    assert_eq!(world.group(ANN).unwrap().sesh_counter, 1);
}

#[test]
fn who_leaves_during_the_countdown_does_not_heat() {
    let mut world = World::new(6, Options::parties(3));
    world.gather();
    world.ask_and_press();
    world.ask(OWNER, Request::Leave);
    world.run(seconds(10));
    assert_eq!(world.device(OWNER).heat_writes(), 0);
    assert_eq!(world.device(ANN).heat_writes(), 1);
    assert_eq!(world.device(BOB).heat_writes(), 1);
}

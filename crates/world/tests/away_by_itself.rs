//! Who is away because their computer is locked or their device sleeps or is gone is not waited for, and their
//! device stays cold.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

use std::time::Duration;

use hearth_companion::away::Rules;
use hearth_companion::bridge;
use hearth_gateway_client::group::{GroupPhase, Request};
use hearth_world::{Options, PartyId, World};

const ANN: PartyId = PartyId(0);
const BOB: PartyId = PartyId(1);
const CID: PartyId = PartyId(2);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Three in a group, whose programs make them away by themselves.
fn gathered(seed: u64) -> World {
    let mut world = World::new(seed, Options::parties(3));
    for party in world.parties() {
        let rules = Rules { without_device: true, when_locked: true, when_idle_min: None };
        world.ask_bridge(party, bridge::Input::AwayRules(rules));
    }
    world.gather();
    world
}

fn is_away(world: &World, of: PartyId) -> bool {
    let group = world.group(ANN).unwrap();
    let own = &world.group(of).unwrap().own;
    group.members.iter().any(|member| member.session_id == *own && member.away)
}

fn lock(world: &mut World, party: PartyId, locked: bool) {
    world.ask_bridge(party, bridge::Input::Locked(locked));
}

fn set_in_reach(world: &mut World, party: PartyId, in_reach: bool) {
    world.with_device(party, |device| {
        let faults = device.faults_mut();
        faults.silent_radio = !in_reach;
        faults.refused_connects = if in_reach { 0 } else { u32::MAX };
    });
    if !in_reach {
        world.drop_link(party);
    }
}

fn ask_and_press(world: &mut World, who: &[PartyId]) {
    world.ask(ANN, Request::Inquire);
    world.run(seconds(1));
    for party in who {
        world.press(*party);
    }
}

#[test]
fn the_others_heat_without_who_locked_their_computer() {
    for seed in 0..10 {
        let mut world = gathered(seed);
        lock(&mut world, CID, true);
        world.expect("everybody sees it", seconds(2), |world| is_away(world, CID));
        ask_and_press(&mut world, &[ANN, BOB]);
        world.run(seconds(10));
        assert_eq!([ANN, BOB, CID].map(|party| world.device(party).heat_writes()), [1, 1, 0], "seed {seed}");
        assert_eq!(world.record().invitations_of(CID).count(), 0);
    }
}

#[test]
fn a_press_takes_part_although_the_computer_is_locked() {
    for seed in 0..10 {
        let mut world = gathered(seed);
        lock(&mut world, CID, true);
        world.expect("everybody sees it", seconds(2), |world| is_away(world, CID));
        world.ask(ANN, Request::Inquire);
        world.run(seconds(1));
        world.press(CID);
        world.expect("back and ready", seconds(3), |world| {
            !is_away(world, CID) && world.group(CID).unwrap().ready.len() == 1
        });
        world.press(ANN);
        world.press(BOB);
        world.run(seconds(10));
        assert_eq!([ANN, BOB, CID].map(|party| world.device(party).heat_writes()), [1, 1, 1], "seed {seed}");
    }
}

#[test]
fn a_lock_at_any_moment_of_a_start_heats_at_most_once_and_nobody_whom_the_others_see_away() {
    for seed in 0..40 {
        let mut world = gathered(seed);
        world.ask(ANN, Request::Inquire);
        let at = world.draw(0..6_000_u64);
        world.run(Duration::from_millis(500));
        for party in [ANN, BOB, CID] {
            world.press(party);
        }
        world.run(Duration::from_millis(at));
        lock(&mut world, CID, true);
        world.run(seconds(1));
        let away = is_away(&world, CID);
        let before = world.device(CID).heat_writes();
        world.run(seconds(5));
        let heats = world.device(CID).heat_writes();
        world.check("one heat", heats <= 1);
        world.check("none of who is away", !away || heats == before);
        // A press that was seen after the lock made them back; the next lock counts again.
        lock(&mut world, CID, false);
        lock(&mut world, CID, true);
        world.expect("away when it is over", seconds(180), |world| is_away(world, CID));
    }
}

#[test]
fn who_pulls_their_device_away_is_away_after_a_while_and_back_with_it() {
    for seed in 0..5 {
        let mut world = gathered(seed);
        set_in_reach(&mut world, CID, false);
        world.run(seconds(5));
        assert!(!is_away(&world, CID));
        world.expect("away", seconds(60), |world| is_away(world, CID));
        ask_and_press(&mut world, &[ANN, BOB]);
        world.run(seconds(5));
        assert_eq!([ANN, BOB, CID].map(|party| world.device(party).heat_writes()), [1, 1, 0], "seed {seed}");
        set_in_reach(&mut world, CID, true);
        world.expect("back", seconds(120), |world| !is_away(world, CID));
        world.expect("over", seconds(120), |world| world.group(ANN).unwrap().phase == GroupPhase::Chilling);
    }
}

//! The gateway's process ends, without a word or cleanly, and starts again.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

use std::time::Duration;

use hearth_gateway_client::group::{Event, GroupPhase, Request, Visibility};
use hearth_world::{Options, PartyId, World};

const ANN: PartyId = PartyId(0);
const BOB: PartyId = PartyId(1);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn restart(world: &mut World, down_for: Duration, remembers: bool) {
    world.crash_gateway();
    world.run(down_for);
    world.start_gateway(remembers);
    for party in [ANN, BOB] {
        world.expect("connected", seconds(30), |world| world.is_connected(party));
    }
}

fn sesh(world: &mut World, count: u64) {
    world.ask_and_press();
    for party in [ANN, BOB] {
        world.expect("counted", seconds(90), |world| world.group(party).unwrap().sesh_counter == count);
    }
}

#[test]
fn with_its_groups_everybody_is_back_in_theirs() {
    for seed in 0..20 {
        let mut world = World::new(seed, Options::parties(2));
        let code = world.gather();
        sesh(&mut world, 1);
        world.run(seconds(5));
        let before = [ANN, BOB].map(|party| world.group(party).unwrap().own.clone());
        restart(&mut world, seconds(2), true);
        for party in [ANN, BOB] {
            world.expect("together again, as new members", seconds(15), |world| {
                world.group(party).is_some_and(|group| {
                    group.id == code
                        && group.members.len() == 2
                        && group
                            .members
                            .iter()
                            .all(|member| member.is_sesher() && !before.contains(&member.session_id))
                })
            });
            assert!(!world.events(party).contains(&Event::GroupClosed));
        }
        sesh(&mut world, 2);
    }
}

#[test]
fn after_a_clean_end_everybody_goes_on_as_who_they_were() {
    for seed in 0..10 {
        let mut world = World::new(seed, Options::parties(2));
        let code = world.gather();
        sesh(&mut world, 1);
        world.run(seconds(5));
        let before = [ANN, BOB].map(|party| world.group(party).unwrap().own.clone());
        world.ask(ANN, Request::Inquire);
        world.run(seconds(1));
        world.press(ANN);
        world.run(seconds(1));
        world.stop_gateway();
        world.run(seconds(2));
        world.start_gateway(true);
        for party in [ANN, BOB] {
            world.expect("resumed", seconds(30), |world| world.is_resumed(party));
        }
        for (party, own) in [ANN, BOB].into_iter().zip(before) {
            let group = world.group(party).unwrap();
            assert_eq!((&group.id, &group.own, group.members.len()), (&code, &own, 2));
            assert_eq!(world.phase(party), Some(GroupPhase::Awaiting), "nobody starts without the other");
        }
        world.press(BOB);
        for party in [ANN, BOB] {
            world.expect("counted", seconds(90), |world| world.group(party).unwrap().sesh_counter == 2);
        }
    }
}

#[test]
fn without_its_groups_everybody_is_told_and_can_begin_anew() {
    for seed in 0..20 {
        let mut world = World::new(seed, Options::parties(2));
        world.gather();
        restart(&mut world, seconds(2), false);
        for party in [ANN, BOB] {
            world.expect("told", seconds(5), |world| world.events(party).contains(&Event::GroupClosed));
            assert!(world.group(party).is_none());
        }
        world.ask(
            ANN,
            Request::Create { name: String::new(), visibility: Visibility::Public, countdown: None },
        );
        world.expect("created", seconds(5), |world| world.group(ANN).is_some());
        let code = world.group(ANN).unwrap().id.clone();
        world.ask(BOB, Request::Join(code));
        world.expect("both have their devices there", seconds(5), |world| {
            world
                .group(BOB)
                .is_some_and(|group| group.members.iter().filter(|member| member.is_sesher()).count() == 2)
        });
        sesh(&mut world, 1);
    }
}

#[test]
fn during_the_countdown_the_devices_heat_once_or_not_at_all() {
    for seed in 0..60 {
        let mut world = World::new(seed, Options::parties(2));
        world.gather();
        world.ask_and_press();
        let wait = Duration::from_millis(world.draw(0..2500));
        world.run(wait);
        restart(&mut world, Duration::from_millis(500), seed % 2 == 0);
        world.run(seconds(30));
        for party in [ANN, BOB] {
            let writes = world.record().heat_writes_of(party).count();
            world.check(&format!("{writes} heat commands"), writes <= 1);
        }
    }
}

#[test]
fn a_heat_under_way_runs_to_its_end() {
    let mut world = World::new(3, Options::parties(2));
    world.gather();
    world.ask_and_press();
    world.expect("heating", seconds(5), |world| world.operating(ANN).is_heating());
    let heats = world.device(ANN).heats();
    restart(&mut world, seconds(2), false);
    world.run(seconds(40));
    assert_eq!(world.device(ANN).heats(), heats + 1);
    assert_eq!(world.device(ANN).heat_writes(), 1);
}

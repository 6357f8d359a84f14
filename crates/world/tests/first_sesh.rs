//! Two people meet, get ready by pressing their buttons, and their devices heat together.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

use std::time::Duration;

use hearth_gateway_client::group::{Event, GroupPhase};
use hearth_world::{Options, PartyId, Range, World};
use puffco::state::OperatingState;

const ANN: PartyId = PartyId(0);
const BOB: PartyId = PartyId(1);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn two_devices_heat_together_from_the_inquiry_to_the_counter() {
    let mut world = World::new(1, Options::parties(2));
    world.gather();
    assert_eq!(world.group(BOB).unwrap().sesh_counter, 0);
    world.ask_and_press();

    for party in [ANN, BOB] {
        let asked = |event: &&Event| matches!(event, Event::Inquiry { by: Some(_), watcher: false, .. });
        assert_eq!(world.events(party).iter().filter(asked).count(), 1);
        world.expect("preheat", seconds(4), |world| world.operating(party) == OperatingState::PREHEAT);
    }
    for (by, of) in [(ANN, BOB), (BOB, ANN)] {
        world.expect("the other's preheat is seen", seconds(2), |world| {
            world.seen_operating(by, of) == Some(OperatingState::PREHEAT)
        });
    }
    for state in [OperatingState::ACTIVE, OperatingState::FADE, OperatingState::IDLE] {
        for (by, of) in [(ANN, BOB), (BOB, ANN)] {
            world.expect("the cycle goes on", seconds(60), |world| {
                world.seen_operating(by, of) == Some(state)
            });
        }
    }
    for party in [ANN, BOB] {
        world.expect("counted", seconds(5), |world| {
            let group = world.group(party).unwrap();
            group.sesh_counter == 1 && group.phase == GroupPhase::Chilling
        });
        assert_eq!(world.record().heat_writes_of(party).count(), 1);
        assert_eq!(world.device(party).heat_writes(), 1);
        assert!(world.troubles(party).is_empty());
    }
}

#[test]
fn everybody_sees_temperatures_climb_and_fall() {
    let mut world = World::new(2, Options::parties(2).and_a_watcher());
    world.gather();
    world.ask_and_press();
    let watcher = PartyId(2);
    let of_bob = |world: &World| {
        let bob = &world.group(BOB).unwrap().own;
        let group = world.group(watcher).unwrap();
        let member = group.members.iter().find(|member| member.session_id == *bob).unwrap();
        member.device.as_ref().unwrap().celsius().unwrap()
    };
    let mut seen = vec![of_bob(&world)];
    world.expect("heating", seconds(5), |world| world.operating(BOB).is_heating());
    while world.operating(BOB).is_heating() {
        world.run(Duration::from_millis(500));
        seen.push(of_bob(&world));
    }
    let top = seen.iter().copied().fold(0.0, f64::max);
    assert!(top > 150.0, "{seen:?}");
    let distinct = seen.windows(2).filter(|pair| pair[1] > pair[0] + 0.5).count();
    assert!(distinct >= 8, "it climbs in many small steps: {seen:?}");
    world.run(seconds(30));
    assert!(of_bob(&world) < top - 10.0);
}

#[test]
fn devices_start_within_150_ms_although_clocks_and_networks_differ() {
    for seed in 0..20 {
        let mut options = Options::parties(4);
        options.network_delay = Range::ms(5, 150);
        let mut world = World::new(seed, options);
        world.gather();
        // Long enough to measure the clock.
        world.run(seconds(20));
        world.ask_and_press();
        for party in world.parties() {
            world.expect("heating", seconds(5), |world| world.operating(party).is_heating());
        }
        let writes: Vec<_> = world.record().heat_writes.iter().map(|write| write.at).collect();
        assert_eq!(writes.len(), 4);
        let skew = *writes.iter().max().unwrap() - *writes.iter().min().unwrap();
        world.check(&format!("a skew of {skew:?}"), skew < Duration::from_millis(150));
    }
}

#[test]
fn who_is_not_ready_does_not_heat() {
    use hearth_gateway_client::group::Request;
    let mut world = World::new(3, Options::parties(3));
    world.gather();
    world.ask(ANN, Request::Inquire);
    world.run(seconds(1));
    world.press(ANN);
    world.press(BOB);
    world.expect("two are ready", seconds(3), |world| world.group(ANN).unwrap().ready.len() == 2);
    world.ask(BOB, Request::StartWithReady);
    world.run(seconds(10));
    let late = PartyId(2);
    assert_eq!(world.device(ANN).heat_writes(), 1);
    assert_eq!(world.device(BOB).heat_writes(), 1);
    assert_eq!(world.device(late).heat_writes(), 0);
    assert_eq!(world.record().invitations_of(late).count(), 0);
}

#[test]
fn who_goes_away_is_not_waited_for_and_does_not_heat() {
    use hearth_gateway_client::group::Request;
    let mut world = World::new(4, Options::parties(3));
    world.gather();
    let away = PartyId(2);
    world.ask(away, Request::Away(true));
    world.run(seconds(1));
    world.ask(ANN, Request::Inquire);
    world.run(seconds(1));
    for party in [ANN, BOB, away] {
        world.press(party);
    }
    world.expect("heating", seconds(8), |world| {
        world.operating(ANN).is_heating() && world.operating(BOB).is_heating()
    });
    world.run(seconds(5));
    assert_eq!(world.device(away).heat_writes(), 0);
}

#[test]
fn stopping_during_the_countdown_heats_nothing() {
    use hearth_gateway_client::group::Request;
    let mut world = World::new(5, Options::parties(2));
    world.gather();
    world.ask_and_press();
    world.ask(BOB, Request::Stop);
    world.run(seconds(20));
    for party in [ANN, BOB] {
        assert_eq!(world.device(party).heat_writes(), 0);
        assert_eq!(world.group(party).unwrap().sesh_counter, 0);
    }
    // And the next one works.
    world.ask_and_press();
    world.run(seconds(5));
    assert_eq!(world.device(ANN).heat_writes() + world.device(BOB).heat_writes(), 2);
}

#[test]
fn five_seshes_in_a_row_count_to_five() {
    let mut world = World::new(6, Options::parties(2));
    world.gather();
    for count in 1..=5 {
        world.ask_and_press();
        world.expect("counted", seconds(90), |world| world.group(ANN).unwrap().sesh_counter == count);
        world.run(seconds(10));
    }
    for party in [ANN, BOB] {
        assert_eq!(world.device(party).heat_writes(), 5);
    }
}

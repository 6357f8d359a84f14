//! Pings, and who is not heard of any more.

use std::time::Duration;

use hearth_gateway::hub::ConnectionId;

use crate::world::{Got, World};

/// CON-R7
#[test]
fn con_r7_a_ping_every_five_seconds_and_4009_after_fifteen_of_silence() {
    let mut world = World::new();
    let (silent, ponger) = (world.client("silent"), world.client("ponger"));
    for _ in 0..2 {
        world.pass(Duration::from_secs(5));
        world.broker.heard(world.now, ConnectionId(ponger.id));
        assert_eq!(world.got(silent.id), Some(Got::Ping));
        assert_eq!(world.got(ponger.id), Some(Got::Ping));
    }
    world.pass(Duration::from_millis(4_999));
    assert_eq!(world.got(silent.id), None);
    world.pass(Duration::from_millis(1));
    assert_eq!(world.got(silent.id), Some(Got::Closed(4009)));
    assert_eq!(world.next(ponger.id)["type"], "CLIENT_LEFT");
    assert_eq!(world.got(ponger.id), Some(Got::Ping));
    world.pass(Duration::from_secs(15));
    assert!(!world.broker.has_uuid(silent.uuid.parse().unwrap()));
}

/// CON-R7
#[test]
fn con_r7_any_frame_counts_as_life() {
    let mut world = World::new();
    let client = world.client("client");
    let alive: [fn(&mut World, u64); 3] = [
        |world, id| world.text(id, "not json"),
        |world, id| world.broker.receive_binary(world.now, ConnectionId(id)),
        |world, id| world.broker.heard(world.now, ConnectionId(id)),
    ];
    for sign in alive {
        world.pass(Duration::from_secs(14));
        sign(&mut world, client.id);
    }
    world.pass(Duration::from_millis(14_999));
    assert!(world.broker.has_uuid(client.uuid.parse().unwrap()));
}

#[test]
fn after_the_computer_slept_nobody_is_missed() {
    let mut world = World::new();
    let client = world.client("client");
    let waiting = world.open();
    world.now = world.now.later(Duration::from_secs(3600));
    world.broker.handle_timeout(world.now);
    world.collect();
    assert_eq!(world.got(client.id), Some(Got::Ping));
    assert_eq!(world.got(waiting), None);
    world.pass(Duration::from_secs(5));
    assert_eq!(world.got(waiting), Some(Got::Closed(4004)));
}

//! What a device does badly when it is asked to.

use std::collections::BTreeSet;
use std::time::Duration;

use puffco::link::LinkError;
use puffco_sim::{Quirks, SimConfig, WatchQuirk, ids};

use crate::client::Client;

fn bonded(quirks: Quirks) -> SimConfig {
    SimConfig { bonded: true, quirks, ..SimConfig::default() }
}

#[test]
fn the_first_connects_fail() {
    let mut client = Client::unlocked();
    client.sim = puffco_sim::SimDevice::new(
        bonded(Quirks { first_connects_fail: 2, ..Quirks::default() }),
        client.now,
    );
    assert_eq!(client.sim.connect(client.now), Err(LinkError::Disconnected));
    assert_eq!(client.sim.connect(client.now), Err(LinkError::Disconnected));
    assert_eq!(client.sim.connect(client.now), Ok(()));
}

#[test]
fn no_services_are_advertised() {
    let mut client = Client::with_quirks(Quirks { no_services_advertised: true, ..Quirks::default() });
    assert!(client.sim.gatt().has_service(ids::LORAX));
    client.sim.disconnect(client.now);
    let heard = client.sim.advertisement().unwrap();
    assert!(heard.services.is_empty());
    assert_eq!(heard.name.as_deref(), Some("Ember"));
}

#[test]
fn a_link_that_waits_is_dropped_until_it_is_unlocked() {
    let quirks = Quirks { idle_drop: Some(Duration::from_millis(500)), ..Quirks::default() };
    let mut client = Client::connected(bonded(quirks));
    client.pass(Duration::from_millis(400));
    client.ask(0x02, &[]).unwrap();
    client.pass(Duration::from_millis(430));
    assert!(client.sim.is_connected());
    client.pass(Duration::from_millis(40));
    assert!(!client.sim.is_connected());
    client.connect();
    client.unlock();
    client.pass(Duration::from_secs(20));
    assert!(client.sim.is_connected());
    client.sim.disconnect(client.now);
    client.sim.set_bonded(false);
    client.connect();
    client.pass(Duration::from_secs(20));
    assert!(client.sim.is_connected(), "bonding takes a person's time");
}

#[test]
fn some_readings_are_nan() {
    let mut client = Client::with_quirks(Quirks { nan_readings: 0.3, ..Quirks::default() });
    let nans = (0..200).filter(|_| client.float("/p/app/htr/temp").is_nan()).count();
    assert!((30..90).contains(&nans), "{nans} of 200");
}

#[test]
fn some_states_in_mid_heat_are_idle_and_the_device_is_not() {
    let mut client = Client::with_quirks(Quirks { spurious_idle: 0.2, ..Quirks::default() });
    assert!((0..50).all(|_| client.read("/p/app/stat/id") == [5]));
    client.sim.double_press(client.now);
    let mut idle = 0;
    for _ in 0..100 {
        idle += usize::from(client.read("/p/app/stat/id") == [5]);
        assert!(client.sim.operating_state().is_heating());
    }
    assert!((5..40).contains(&idle), "{idle} of 100");
}

#[test]
fn replies_are_slow_and_stay_in_order() {
    let latency = Some((Duration::from_millis(20), Duration::from_millis(200)));
    let mut client = Client::connected(bonded(Quirks { latency, ..Quirks::default() }));
    client.patience = Duration::ZERO;
    for _ in 0..30 {
        client.ask(0x02, &[]);
    }
    client.pass(Duration::from_millis(15));
    assert!(client.stray.is_empty());
    client.pass(Duration::from_millis(200));
    let order: Vec<u8> = client.stray.iter().map(|(_, value)| value[0]).collect();
    assert_eq!(order, (1..=30).collect::<Vec<u8>>());
}

#[test]
fn a_reply_may_come_before_the_write_returns() {
    let latency = Some((Duration::ZERO, Duration::ZERO));
    let mut client = Client::connected(bonded(Quirks { latency, ..Quirks::default() }));
    client.sim.write(client.now, ids::COMMAND, &[1, 0, 2]).unwrap();
    assert!(client.sim.poll_notification().is_some());
}

#[test]
fn replies_get_lost_and_what_was_asked_is_done() {
    let mut client = Client::unlocked();
    client.sim =
        puffco_sim::SimDevice::new(bonded(Quirks { lost_replies: 0.5, ..Quirks::default() }), client.now);
    client.connect();
    let answered = (0..200).filter(|_| client.ask(0x02, &[]).is_some()).count();
    assert!((60..140).contains(&answered), "{answered} of 200");
    assert_eq!(client.sim.counters().commands, 200);
}

#[test]
fn replies_come_twice() {
    let mut client = Client::with_quirks(Quirks { duplicated_replies: 1.0, ..Quirks::default() });
    client.stray.clear();
    let reply = client.ask(0x02, &[]).unwrap();
    assert_eq!(client.stray.len(), 1);
    assert_eq!(client.stray[0].1[3..], reply.payload);
}

#[test]
fn the_mtu_bounds_frames_payloads_and_notifications() {
    let mut small = Client::connected(bonded(Quirks { mtu: Some(23), ..Quirks::default() }));
    assert_eq!(small.ask(0x02, &[]).unwrap().payload, [20, 0, 40, 0, 8, 0]);
    assert_eq!(small.unlock().status, 0, "its frames have 19 bytes");
    assert_eq!(small.read_at("/p/bat/soc", 0, 20).payload.len(), 4);
    assert_eq!(small.read_at("/p/bat/soc", 0, 21).status, 122);
    let too_long = [&[0, 0, 20, 0], &b"/u/app/hc/0/name"[..]].concat();
    assert_eq!(small.ask(0x10, &too_long), None, "23 bytes");
    for mtu in [185, 247] {
        let mut client = Client::with_quirks(Quirks { mtu: Some(mtu), ..Quirks::default() });
        assert_eq!(client.ask(0x02, &[]).unwrap().payload, [125, 0, 40, 0, 8, 0]);
        assert_eq!(client.write("/u/app/led/ca/0", &[7; 125]), 0, "a frame of 147 bytes");
    }
}

#[test]
fn a_bond_that_only_the_host_remembers_ends_the_link() {
    let quirks = Quirks { bond_lost: true, ..Quirks::default() };
    let mut client = Client::connected(SimConfig { quirks, ..SimConfig::default() });
    assert_eq!(client.ask(0x02, &[]), None);
    assert_eq!(client.sim.read(client.now, ids::VERSION), Err(LinkError::Disconnected));
    assert!(!client.sim.is_connected());
    assert!(client.sim.advertisement().unwrap().bonded);
    client.sim.forget_bond_on_host();
    client.connect();
    assert!(matches!(client.sim.read(client.now, ids::VERSION), Err(LinkError::NotPaired(_))));
    assert_eq!(client.sim.pair(client.now), Ok(()));
    assert_eq!(client.unlock().status, 0);
}

#[test]
fn watches_are_refused_or_lapse() {
    let watch = |client: &mut Client| {
        let handle = client.ask(0x20, b"\0/p/app/stat/id").unwrap().payload[0];
        client.ask(0x23, &[handle, 0, 0, 0, 100, 0, 0, 0, 1, 0]).unwrap().status
    };
    let mut refused = Client::with_quirks(Quirks { watches: WatchQuirk::Refused, ..Quirks::default() });
    assert_ne!(watch(&mut refused), 0);
    let lapse = WatchQuirk::Lapse(Duration::from_secs(2));
    let mut lapses = Client::with_quirks(Quirks { watches: lapse, ..Quirks::default() });
    assert_eq!(watch(&mut lapses), 0);
    lapses.pass(Duration::from_secs(2));
    assert!(lapses.events().len() > 10);
    lapses.pass(Duration::from_secs(5));
    assert!(lapses.events().is_empty());
    assert_eq!(watch(&mut lapses), 0, "set again, it speaks again");
    lapses.pass(Duration::from_secs(1));
    assert!(lapses.events().len() > 5);
}

#[test]
fn limits_may_have_no_answer_and_the_unlock_may_be_refused() {
    let mut silent = Client::with_quirks(Quirks { limits_unanswered: true, ..Quirks::default() });
    assert_eq!(silent.ask(0x02, &[]), None);
    assert_eq!(silent.status_of("/p/bat/soc"), 0);
    let mut closed = Client::connected(bonded(Quirks { unlock_refused: true, ..Quirks::default() }));
    assert_ne!(closed.unlock().status, 0);
    assert_ne!(closed.status_of("/p/bat/soc"), 0);
}

#[test]
fn a_path_may_be_missing() {
    let missing = BTreeSet::from(["/p/app/info/drem".to_owned()]);
    let mut client = Client::with_quirks(Quirks { missing, ..Quirks::default() });
    assert_eq!((client.status_of("/p/app/info/drem"), client.status_of("/p/app/info/dpd")), (2, 0));
}

#[test]
fn the_same_seed_lives_the_same_life() {
    let life = |seed| {
        let config = SimConfig {
            seed,
            ..bonded(Quirks { lost_replies: 0.2, nan_readings: 0.2, ..Quirks::default() })
        };
        let mut client = Client::connected(config);
        let mut told = Vec::new();
        for _ in 0..50 {
            told.push(client.ask(0x00, &[]));
        }
        told
    };
    assert_eq!(life(4), life(4));
    assert_ne!(life(4), life(5));
}

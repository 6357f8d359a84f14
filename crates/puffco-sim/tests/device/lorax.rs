//! The file-system RPC: bond, unlock, reads and writes, watches, and frames that are none.

use std::time::Duration;

use puffco::link::LinkError;
use puffco_sim::{OperatingState, SimConfig, ids};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::client::Client;

#[test]
fn without_a_bond_it_takes_commands_and_says_nothing() {
    let mut client = Client::connected(SimConfig::default());
    assert!(matches!(client.sim.read(client.now, ids::VERSION), Err(LinkError::NotPaired(_))));
    assert_eq!(client.ask(0x02, &[]), None);
    client.sim.pair(client.now).unwrap();
    assert_eq!(client.sim.read(client.now, ids::VERSION), Ok(vec![1, 0]));
    assert_eq!(client.ask(0x02, &[]).unwrap().payload, [125, 0, 40, 0, 8, 0]);
}

#[test]
fn a_first_bond_wants_pairing_mode_where_that_is_asked_for() {
    let mut client = Client::connected(SimConfig { pairing_mode_required: true, ..SimConfig::default() });
    assert!(matches!(client.sim.pair(client.now), Err(LinkError::NotPaired(_))));
    client.sim.hold(client.now);
    assert_eq!(client.sim.operating_state(), OperatingState::BONDING);
    assert_eq!(client.sim.pair(client.now), Ok(()));
    client.sim.forget_bond_on_host();
    client.until_state(5, 60);
    assert!(matches!(client.sim.pair(client.now), Err(LinkError::NotPaired(_))));
}

#[test]
fn files_are_locked_until_the_right_token() {
    let mut client = Client::connected(SimConfig { bonded: true, ..SimConfig::default() });
    assert_ne!(client.status_of("/p/bat/soc"), 0);
    assert_ne!(client.write("/p/app/mc", &[7]), 0);
    client.ask(0x00, &[]);
    assert_ne!(client.ask(0x01, &[1; 16]).unwrap().status, 0);
    assert_ne!(client.status_of("/p/bat/soc"), 0);
    assert_eq!(client.unlock().status, 0);
    assert_eq!(client.status_of("/p/bat/soc"), 0);
    client.pass(Duration::from_secs(2));
    assert_eq!(client.sim.operating_state(), OperatingState::IDLE, "a locked heat heats nothing");
}

#[test]
fn statuses_are_those_that_were_seen_on_hardware() {
    let mut client = Client::unlocked();
    assert_eq!(client.status_of("/p/app/info/dtot"), 2);
    assert_eq!(client.write("/p/app/led/aclr", &[0; 8]), 2);
    assert_eq!(client.read_at("/p/bat/soc", 0, 126).status, 122);
    assert_eq!(client.write("/p/app/ltrn/colr", &[9; 20]), 22);
    assert_eq!(client.read("/p/app/odom/0/nc").len(), 12);
}

#[test]
fn a_long_file_is_read_and_written_in_parts() {
    let mut client = Client::unlocked();
    let mut file = Vec::new();
    loop {
        let part = client.read_at("/u/app/hc/0/colr", file.len() as u16, 125);
        file.extend(&part.payload);
        if part.payload.len() < 125 {
            break;
        }
    }
    assert!(file.len() > 125);
    for (number, part) in file.chunks(80).enumerate() {
        assert_eq!(client.write_at("/u/app/hc/1/colr", number as u16 * 80, part), 0);
    }
    assert_eq!(client.sim.attribute(client.now, "/u/app/hc/1/colr").unwrap(), file);
}

#[test]
fn a_frame_that_does_not_fit_a_packet_vanishes() {
    let mut client = Client::unlocked();
    let mut frame = b"\x01\x00\x11\x00\x00\x00/p/app/mc\0\x07".to_vec();
    frame.resize(129, 0);
    client.sim.write(client.now, ids::COMMAND, &frame).unwrap();
    client.pass(Duration::from_secs(5));
    assert!(client.stray.is_empty());
    assert_eq!(client.sim.heat_writes(), 0);
}

#[test]
fn a_watch_reports_every_interval_until_it_is_closed() {
    let mut client = Client::unlocked();
    let handle = client.ask(0x20, b"\0/p/app/stat/id").unwrap().payload[0];
    let watch = [handle, 0, 0, 0, 0x90, 0x01, 0, 0, 4, 0];
    assert_eq!(client.ask(0x23, &watch).unwrap().status, 0);
    client.pass(Duration::from_secs(4));
    let events = client.events();
    assert!((9..=10).contains(&events.len()), "{} in 4 s", events.len());
    assert!(events.iter().all(|event| *event == (u16::from(handle), vec![5])));
    assert_eq!(client.ask(0x26, &[handle, 0]).unwrap().status, 0);
    client.events();
    client.pass(Duration::from_secs(5));
    assert!(client.events().is_empty());
}

#[test]
fn an_open_file_is_read_and_written_by_its_handle() {
    let mut client = Client::unlocked();
    let handle = client.ask(0x20, b"\0/u/sys/name").unwrap().payload[0];
    let written = client.ask(0x22, &[&[handle, 0, 0, 0], &b"Ash\0"[..]].concat()).unwrap();
    assert_eq!(written.status, 0);
    assert_eq!(client.ask(0x21, &[handle, 0, 0, 0, 4, 0]).unwrap().payload, b"Ash\0");
    assert_eq!(client.sim.name(), "Ash");
    assert_ne!(client.ask(0x21, &[99, 0, 0, 0, 4, 0]).unwrap().status, 0);
}

#[test]
fn a_sleeping_device_cannot_be_reached_until_it_is_pressed() {
    let mut client = Client::unlocked();
    client.sim.sleep(client.now);
    assert!(!client.sim.is_connected());
    assert_eq!(client.sim.advertisement(), None);
    assert_eq!(client.sim.connect(client.now), Err(LinkError::TimedOut));
    client.sim.press(client.now);
    assert_eq!(client.sim.operating_state(), OperatingState::IDLE);
    assert!(client.sim.connect(client.now).is_ok());
}

#[test]
fn while_it_is_connected_it_does_not_advertise() {
    let mut client = Client::unlocked();
    assert_eq!(client.sim.advertisement(), None);
    client.sim.disconnect(client.now);
    let heard = client.sim.advertisement().unwrap();
    assert_eq!((heard.name.as_deref(), heard.bonded), (Some("Ember"), true));
    assert_eq!(heard.services, [ids::LORAX]);
}

#[test]
fn switching_it_off_closes_the_link() {
    let mut client = Client::unlocked();
    client.write("/p/app/mc", &[0]);
    client.pass(Duration::from_secs(1));
    assert!(!client.sim.is_connected());
}

#[test]
fn no_frame_brings_it_down() {
    let mut rng = SmallRng::seed_from_u64(9);
    let mut client = Client::unlocked();
    for _ in 0..5000 {
        let mut frame: Vec<u8> = (0..rng.random_range(0..140)).map(|_| rng.random()).collect();
        if let Some(opcode) = frame.get_mut(2) {
            let known = [0x00, 0x02, 0x03, 0x10, 0x11, 0x20, 0x21, 0x22, 0x23, 0x24, 0x26, 0x27];
            *opcode = known[rng.random_range(0..known.len())];
        }
        client.sim.write(client.now, ids::COMMAND, &frame).unwrap();
        client.now += Duration::from_millis(10);
        client.sim.handle_timeout(client.now);
        while client.sim.poll_notification().is_some() {}
    }
    assert!(client.sim.is_connected());
    assert_eq!(client.sim.heat_writes(), 0);
}

//! The simulated device by itself: what it answers, and what it keeps to itself.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::time::{Duration, Instant};

use puffco::gatt;
use puffco::link::LinkError;
use puffco::lorax::{LORAX_KEY, Operation, Reply, Request, Status, WatchEvent, token};
use puffco_sim::OperatingState;
use puffco_sim::{SimConfig, SimDevice};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

/// A client that does the least.
struct Client {
    now: Instant,
    sim: SimDevice,
    sequence: u16,
}

impl Client {
    fn connected(config: SimConfig) -> Self {
        let now = hearth_clock::Clock::new().now().instant;
        let mut sim = SimDevice::new(config, now);
        sim.connect(now).unwrap();
        for characteristic in [gatt::REPLY, gatt::EVENT] {
            sim.subscribe(now, characteristic).unwrap();
        }
        Self { now, sim, sequence: 0 }
    }

    fn unlocked() -> Self {
        let mut client = Self::connected(SimConfig { bonded: true, ..SimConfig::default() });
        let seed = client.ask(Operation::GetAccessSeed).unwrap().payload.try_into().unwrap();
        let reply = client.ask(Operation::UnlockAccess(token(&LORAX_KEY, &seed))).unwrap();
        assert_eq!((reply.status, reply.payload.len()), (Status::OK, 0));
        client
    }

    /// Asks, and gives the reply that comes within a second.
    fn ask(&mut self, operation: Operation) -> Option<Reply> {
        self.sequence += 1;
        let frame = Request { sequence: self.sequence, operation }.encode().unwrap();
        self.sim.write(self.now, gatt::COMMAND, &frame).unwrap();
        assert_eq!(self.sim.poll_notification(), None, "not before its time");
        self.now += Duration::from_millis(50);
        self.sim.handle_timeout(self.now);
        while let Some((characteristic, value)) = self.sim.poll_notification() {
            if characteristic == gatt::REPLY {
                return Some(Reply::decode(&value).unwrap());
            }
        }
        None
    }

    fn read(&mut self, path: &str) -> Reply {
        self.ask(Operation::ReadShort { offset: 0, length: 125, path: path.to_owned() }).unwrap()
    }
}

#[test]
fn without_a_bond_it_takes_commands_and_says_nothing() {
    let mut client = Client::connected(SimConfig::default());
    assert!(matches!(client.sim.read(client.now, gatt::VERSION), Err(LinkError::NotPaired(_))));
    assert_eq!(client.ask(Operation::GetLimits), None);
    client.sim.pair(client.now).unwrap();
    assert_eq!(client.ask(Operation::GetLimits).unwrap().payload, [125, 0, 40, 0, 8, 0]);
}

#[test]
fn files_are_locked_until_the_right_token() {
    let mut client = Client::connected(SimConfig { bonded: true, ..SimConfig::default() });
    assert_ne!(client.read("/p/bat/soc").status, Status::OK);
    client.ask(Operation::GetAccessSeed);
    assert_ne!(client.ask(Operation::UnlockAccess([1; 16])).unwrap().status, Status::OK);
    assert_ne!(client.read("/p/bat/soc").status, Status::OK);
}

#[test]
fn statuses_are_those_that_were_seen_on_hardware() {
    let mut client = Client::unlocked();
    assert_eq!(client.read("/p/app/info/dtot").status, Status::NO_SUCH_FILE);
    let too_long = Operation::ReadShort { offset: 0, length: 126, path: "/p/bat/soc".to_owned() };
    assert_eq!(client.ask(too_long).unwrap().status, Status::TOO_LONG);
    assert_eq!(client.read("/p/app/odom/0/nc").payload.len(), 12);
}

#[test]
fn a_frame_that_does_not_fit_a_packet_vanishes() {
    let mut client = Client::unlocked();
    let mut frame = vec![1, 0, 0x11, 0, 0, 0];
    frame.extend(b"/p/app/mc\0\x07");
    frame.resize(129, 0);
    client.sim.write(client.now, gatt::COMMAND, &frame).unwrap();
    client.sim.handle_timeout(client.now + Duration::from_secs(5));
    assert_eq!(client.sim.poll_notification(), None);
    assert_eq!(client.sim.heat_writes(), 0);
}

#[test]
fn a_watch_reports_every_interval_until_it_is_closed() {
    let mut client = Client::unlocked();
    let open = Operation::Open { flags: 0, path: "/p/app/stat/id".to_owned() };
    let handle = u16::from(client.ask(open).unwrap().payload[0]);
    client.ask(Operation::Watch { handle, interval_ms: 400, length: 4 });
    let mut events = 0;
    for _ in 0..40 {
        client.now += Duration::from_millis(100);
        client.sim.handle_timeout(client.now);
        while let Some((characteristic, value)) = client.sim.poll_notification() {
            assert_eq!(characteristic, gatt::EVENT);
            let event = WatchEvent::decode(&value).unwrap();
            assert_eq!((event.watch, event.data), (handle, vec![OperatingState::IDLE.0]));
            events += 1;
        }
    }
    assert!((9..=10).contains(&events), "{events} in 4 s");
    assert_eq!(client.ask(Operation::Close { handle }).unwrap().status, Status::OK);
    client.sim.handle_timeout(client.now + Duration::from_secs(5));
    assert_eq!(client.sim.poll_notification(), None);
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
}

#[test]
fn switching_it_off_closes_the_link() {
    let mut client = Client::unlocked();
    client.ask(Operation::WriteShort { offset: 0, flags: 0, path: "/p/app/mc".to_owned(), data: vec![0] });
    client.sim.handle_timeout(client.now + Duration::from_secs(1));
    assert!(!client.sim.is_connected());
}

#[test]
fn no_frame_brings_it_down() {
    let mut rng = SmallRng::seed_from_u64(9);
    let mut client = Client::unlocked();
    for _ in 0..5000 {
        let mut frame: Vec<u8> = (0..rng.random_range(0..140)).map(|_| rng.random()).collect();
        if let Some(opcode) = frame.get_mut(2) {
            let known = [0x00, 0x02, 0x10, 0x11, 0x20, 0x23, 0x26];
            *opcode = known[rng.random_range(0..known.len())];
        }
        client.sim.write(client.now, gatt::COMMAND, &frame).unwrap();
        client.now += Duration::from_millis(10);
        client.sim.handle_timeout(client.now);
        while client.sim.poll_notification().is_some() {}
    }
    assert!(client.sim.is_connected());
}

//! The least of a client: frames by hand, time by hand. It is the tests' own, so that a slip in the driver does
//! not hide one in the device.

use std::time::{Duration, Instant};

use puffco_sim::{Quirks, SimConfig, SimDevice, ids};
use sha2::{Digest, Sha256};
use uuid::Uuid;

const LORAX_KEY: [u8; 16] = *b"\x64\xc6\x45\x62\x56\xf2\x6f\x5b\x1c\xa1\x27\x37\xa5\xdd\x71\xfb";
pub const LEGACY_KEY: [u8; 16] = *b"\x15\x4a\xd9\x73\x45\xa2\x96\x15\x01\xb5\xe4\xf6\x26\x50\x9c\xf8";

pub fn token(key: &[u8; 16], seed: &[u8]) -> Vec<u8> {
    Sha256::digest([&key[..], seed].concat())[..16].to_vec()
}

/// A reply without its sequence number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub status: u8,
    pub payload: Vec<u8>,
}

pub struct Client {
    pub now: Instant,
    pub sim: SimDevice,
    sequence: u16,
    /// How long a reply is waited for.
    pub patience: Duration,
    /// Replies and events that came while something else was waited for.
    pub stray: Vec<(Uuid, Vec<u8>)>,
}

impl Client {
    pub fn connected(config: SimConfig) -> Self {
        let now = hearth_clock::Clock::new().now().instant;
        let mut client = Self {
            now,
            sim: SimDevice::new(config, now),
            sequence: 0,
            patience: Duration::from_millis(50),
            stray: Vec::new(),
        };
        client.connect();
        client
    }

    /// Connects, as often as it takes.
    pub fn connect(&mut self) {
        while self.sim.connect(self.now).is_err() {
            self.pass(Duration::from_millis(100));
        }
        if self.sim.gatt().has_service(ids::LORAX) {
            for characteristic in [ids::REPLY, ids::EVENT] {
                self.sim.subscribe(self.now, characteristic).unwrap();
            }
        }
    }

    pub fn unlocked() -> Self {
        Self::unlocked_with(SimConfig::default())
    }

    pub fn unlocked_with(config: SimConfig) -> Self {
        let mut client = Self::connected(SimConfig { bonded: true, ..config });
        assert_eq!(client.unlock(), Reply { status: 0, payload: Vec::new() });
        client
    }

    pub fn with_quirks(quirks: Quirks) -> Self {
        Self::unlocked_with(SimConfig { quirks, ..SimConfig::default() })
    }

    pub fn unlock(&mut self) -> Reply {
        let seed = self.ask(0x00, &[]).unwrap().payload;
        assert_eq!(seed.len(), 16);
        self.ask(0x01, &token(&LORAX_KEY, &seed)).unwrap()
    }

    /// A request, and the reply that comes in time.
    pub fn ask(&mut self, opcode: u8, body: &[u8]) -> Option<Reply> {
        self.sequence += 1;
        let [low, high] = self.sequence.to_le_bytes();
        self.sim.write(self.now, ids::COMMAND, &[&[low, high, opcode], body].concat()).unwrap();
        self.pass(self.patience);
        let is_reply = |(id, value): &(Uuid, Vec<u8>)| *id == ids::REPLY && value[..2] == [low, high];
        let at = self.stray.iter().position(is_reply)?;
        let (_, value) = self.stray.remove(at);
        Some(Reply { status: value[2], payload: value[3..].to_vec() })
    }

    pub fn read_at(&mut self, path: &str, offset: u16, length: u16) -> Reply {
        let body = [&offset.to_le_bytes(), &length.to_le_bytes(), path.as_bytes()].concat();
        self.ask(0x10, &body).unwrap()
    }

    pub fn read(&mut self, path: &str) -> Vec<u8> {
        let reply = self.read_at(path, 0, 125);
        assert_eq!(reply.status, 0, "{path}");
        reply.payload
    }

    pub fn float(&mut self, path: &str) -> f32 {
        f32::from_le_bytes(self.read(path)[..4].try_into().unwrap())
    }

    pub fn word(&mut self, path: &str) -> u32 {
        u32::from_le_bytes(self.read(path)[..4].try_into().unwrap())
    }

    pub fn integer(&mut self, path: &str) -> i32 {
        self.word(path) as i32
    }

    pub fn status_of(&mut self, path: &str) -> u8 {
        self.read_at(path, 0, 125).status
    }

    pub fn write_at(&mut self, path: &str, offset: u16, data: &[u8]) -> u8 {
        let body = [&offset.to_le_bytes()[..], &[0], path.as_bytes(), &[0], data].concat();
        self.ask(0x11, &body).unwrap().status
    }

    pub fn write(&mut self, path: &str, data: &[u8]) -> u8 {
        self.write_at(path, 0, data)
    }

    /// Lets time pass, step by step as the device asks for it.
    pub fn pass(&mut self, by: Duration) {
        let end = self.now + by;
        while self.now < end {
            let next = self.sim.poll_timeout().unwrap_or(end);
            self.now = next.clamp(self.now + Duration::from_micros(100), end.max(self.now));
            self.sim.handle_timeout(self.now);
            while let Some(notification) = self.sim.poll_notification() {
                self.stray.push(notification);
            }
        }
    }

    /// Lets time pass until the device is in a state.
    pub fn until_state(&mut self, state: u8, seconds: u64) {
        let end = self.now + Duration::from_secs(seconds);
        while self.sim.operating_state().0 != state {
            assert!(self.now < end, "not in {state} but in {:?}", self.sim.operating_state());
            self.pass(Duration::from_millis(100));
        }
    }

    /// All events that came, as handle and data.
    pub fn events(&mut self) -> Vec<(u16, Vec<u8>)> {
        let (events, others) =
            std::mem::take(&mut self.stray).into_iter().partition(|(id, _)| *id == ids::EVENT);
        self.stray = others;
        let events: Vec<(Uuid, Vec<u8>)> = events;
        events
            .iter()
            .map(|(_, value)| (u16::from_le_bytes([value[3], value[4]]), value[6..].to_vec()))
            .collect()
    }

    /// One entry of a log: selects it, waits until it is there, and reads it.
    pub fn log_entry(&mut self, log: &str, index: u32) -> [u8; 16] {
        assert_eq!(self.write(&format!("/p/logv/{log}/sel"), &index.to_le_bytes()), 0);
        while self.word(&format!("/p/logv/{log}/curr")) != index {
            self.pass(Duration::from_millis(10));
        }
        self.read(&format!("/p/logv/{log}/entr")).try_into().unwrap()
    }

    /// The codes of a log, the oldest first.
    pub fn log_codes(&mut self, log: &str) -> Vec<u8> {
        let begin = self.word(&format!("/p/logv/{log}/begn"));
        let end = self.word(&format!("/p/logv/{log}/end"));
        (begin + 1..end).map(|index| self.log_entry(log, index)[4]).collect()
    }
}

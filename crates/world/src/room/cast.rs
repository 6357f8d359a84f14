//! Who is in a room and in what climate: each seed draws its devices, and each climate is bad in its own way.

use std::time::{Duration, Instant};

use puffco::device::DeviceConfig;
use puffco_sim::{Numbers, Quirks, SimConfig, SimModel, revision};
use rand::RngExt;
use rand::rngs::StdRng;

use super::Room;
use super::outage::Outage;
use super::seat::Seat;
use super::weather::Weather;

/// What is bad in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Climate {
    /// Tries to connect fail, hang, take long, or find no services.
    ConnectsFail,
    /// Commands, replies and events are lost and repeated.
    FramesLost,
    /// Replies, events and values are damaged.
    FramesDamaged,
    /// The radio tells the contrary of what happened.
    Lies,
    /// Everything takes long, and late things are overtaken.
    Slow,
    /// Links break at any moment.
    LinksBreak,
    /// Adapters, computers and devices come and go.
    Outages,
    /// All of it.
    Storm,
}

impl Climate {
    /// All of them; a seed has the one at its remainder.
    pub const ALL: [Self; 8] = [
        Self::ConnectsFail,
        Self::FramesLost,
        Self::FramesDamaged,
        Self::Lies,
        Self::Slow,
        Self::LinksBreak,
        Self::Outages,
        Self::Storm,
    ];

    pub(super) fn weather(self) -> Weather {
        match self {
            Self::ConnectsFail => Weather::CONNECTS_FAIL,
            Self::FramesLost => Weather::FRAMES_LOST,
            Self::FramesDamaged => Weather::FRAMES_DAMAGED,
            Self::Lies => Weather::LIES,
            Self::Slow => Weather::SLOW,
            Self::LinksBreak => Weather::LINKS_BREAK,
            Self::Outages => Weather::FAIR,
            Self::Storm => Weather::STORM,
        }
    }

    /// How many outages are planned.
    pub(super) fn outages(self, rng: &mut StdRng) -> usize {
        match self {
            Self::Outages => rng.random_range(4..12),
            Self::ConnectsFail => rng.random_range(3..8),
            _ => rng.random_range(0..4),
        }
    }

    pub(super) fn outage(self, room: &mut Room) -> Outage {
        Outage::draw(room)
    }
}

/// Firmware of the legacy generation: without an access check, with one, with battery preservation.
const LEGACY: [u32; 5] = [8, 17, revision::ACCESS_KEY, revision::BATTERY_PRESERVATION, 23];
/// Firmware that speaks Lorax: the first, those in which something changed, the newest known.
const LORAX: [u32; 6] = [24, 29, revision::API_FILE, 38, 39, 40];

/// A device and its machine, drawn: a family, a generation, a firmware, and what it does badly.
pub(super) fn seat(rng: &mut StdRng, now: Instant, number: u8) -> Seat {
    let (_, model) = SimModel::ALL[rng.random_range(0..SimModel::ALL.len())];
    let mut config = SimConfig::new(model).numbered(number);
    if rng.random_bool(0.5) {
        let legacy = config.numbers == Numbers::Float && rng.random_bool(0.6);
        let firmwares: &[u32] = if legacy { &LEGACY } else { &LORAX };
        config.firmware = firmwares[rng.random_range(0..firmwares.len())];
    }
    config.seed = rng.random();
    config.bonded = rng.random_bool(0.9);
    config.pairing_mode_required = rng.random_bool(0.3);
    config.watches = rng.random_bool(0.8);
    config.reply_delay = Duration::from_millis([0, 5, 30][rng.random_range(0..3_usize)]);
    config.speed = rng.random_range(1.0..4.0);
    for profile in &mut config.profiles {
        profile.celsius = 206.0;
        profile.seconds = rng.random_range(15.0..40.0);
    }
    // Loss, delay and repetition are the radio's business here.
    config.quirks = Quirks {
        latency: None,
        lost_replies: 0.0,
        duplicated_replies: 0.0,
        limits_unanswered: false,
        ..Quirks::drawn(rng.random())
    };
    let rest_after = rng.random_bool(0.8).then(|| Duration::from_secs(rng.random_range(5..60)));
    let machine = DeviceConfig { seed: rng.random(), rest_after, bonded: config.bonded };
    Seat::new(now, config, machine)
}

//! Chance in what a simulated device does badly, from the seed of its configuration alone.

use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::config::Quirks;

/// See the module.
#[derive(Debug)]
pub(super) struct Luck {
    rng: SmallRng,
    spurious_idle: f64,
    lost_replies: f64,
    duplicated_replies: f64,
    latency: (Duration, Duration),
}

impl Luck {
    pub(super) fn new(seed: u64, quirks: &Quirks, reply_delay: Duration) -> Self {
        let (least, most) = quirks.latency.unwrap_or((reply_delay, reply_delay));
        Self {
            rng: SmallRng::seed_from_u64(seed ^ 0x004c_5543_4b00),
            spurious_idle: quirks.spurious_idle,
            lost_replies: quirks.lost_replies,
            duplicated_replies: quirks.duplicated_replies,
            latency: (least, most.max(least)),
        }
    }

    fn happens(&mut self, share: f64) -> bool {
        // Without that quirk nothing is drawn.
        share > 0.0 && self.rng.random_bool(share.min(1.0))
    }

    /// A state reading in mid-heat says IDLE.
    pub(super) fn spurious_idle(&mut self) -> bool {
        self.happens(self.spurious_idle)
    }

    /// A reply gets lost.
    pub(super) fn lost_reply(&mut self) -> bool {
        self.happens(self.lost_replies)
    }

    /// A notification comes twice.
    pub(super) fn duplicated(&mut self) -> bool {
        self.happens(self.duplicated_replies)
    }

    /// From a request to its reply.
    pub(super) fn latency(&mut self) -> Duration {
        let (least, most) = self.latency;
        if least == most { least } else { self.rng.random_range(least..=most) }
    }
}

//! How a world is made: who is in it, and how bad the weather is.

use std::time::Duration;

use hearth_gateway::hub::HubConfig;
use puffco_sim::SimConfig;
use rand::RngExt;
use rand::rngs::StdRng;

/// A duration that is drawn anew each time, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// At least.
    pub least: Duration,
    /// At most.
    pub most: Duration,
}

impl Range {
    /// From so many milliseconds to so many.
    #[must_use]
    pub const fn ms(least: u64, most: u64) -> Self {
        Self { least: Duration::from_millis(least), most: Duration::from_millis(most) }
    }

    pub(crate) fn draw(self, rng: &mut StdRng) -> Duration {
        rng.random_range(self.least..=self.most)
    }
}

/// What a world is made of.
#[derive(Clone, Debug)]
pub struct Options {
    /// One entry for each party: its device, or none.
    pub devices: Vec<Option<SimConfig>>,
    /// How long a frame takes between a party and the gateway, in each direction. Frames of one direction never
    /// overtake each other, as on TCP.
    pub network_delay: Range,
    /// How often, of 1, a frame of the gateway arrives twice.
    pub network_duplicates: f64,
    /// How long a radio operation or a notification takes, one way, in order.
    pub radio_delay: Range,
    /// How often, of 1, a notification of a device arrives twice.
    pub radio_duplicates: f64,
    /// How far the parties' wall clocks may be off from the gateway's, in either direction.
    pub clock_error: Duration,
    /// Write down what happens, for reading after a failure. Takes about as long as everything else together.
    pub tell: bool,
    /// The gateway's times and limits.
    pub hub: HubConfig,
}

impl Options {
    /// `count` parties with a device each, whose heats are short, and fair weather.
    #[must_use]
    pub fn parties(count: u8) -> Self {
        Self {
            devices: (0..count).map(|number| Some(quick_device(number))).collect(),
            network_delay: Range::ms(5, 60),
            network_duplicates: 0.0,
            radio_delay: Range::ms(5, 20),
            radio_duplicates: 0.0,
            clock_error: Duration::from_secs(90),
            tell: true,
            hub: HubConfig::default(),
        }
    }

    /// One more party, which has no device.
    #[must_use]
    pub fn and_a_watcher(mut self) -> Self {
        self.devices.push(None);
        self
    }
}

/// A device that heats for a few seconds only.
fn quick_device(number: u8) -> SimConfig {
    let mut config = SimConfig { bonded: true, seed: 1, ..SimConfig::default() }.numbered(number);
    for profile in &mut config.profiles {
        profile.celsius = 160.0;
        profile.seconds = 5.0;
    }
    config
}

//! The microphones and speakers that a companion may use. None is opened before somebody has joined a voice room.

use hearth_voice::RATE;
use hearth_voice::device::computer::Computer;
use hearth_voice::device::simulated::Simulated;
use hearth_voice::device::{DeviceError, Devices, Ear, Mouth, Names, Open};
pub use hearth_voice::driver::Network;

/// Which there are. Clones are the same ones.
#[derive(Clone, Debug, Default)]
pub enum Sound {
    /// None at all.
    #[default]
    None,
    /// Those of this computer.
    Computer,
    /// Some that are none: a recording is heard, and what is played is recorded.
    Simulated(Simulated),
}

/// How voice runs.
#[derive(Clone, Debug, Default)]
pub struct VoiceOptions {
    /// Microphones and speakers.
    pub sound: Sound,
    /// Where others are.
    pub network: Network,
}

impl Sound {
    /// A microphone in a silent room, and a speaker that records.
    #[must_use]
    pub fn silent() -> Self {
        Self::Simulated(Simulated::default())
    }

    /// A microphone that hears bursts of a tone, and a speaker that records.
    #[must_use]
    pub fn tone(hertz: u32) -> Self {
        Self::Simulated(Simulated::hearing(tone(hertz)))
    }
}

/// Bursts of a tone, as long as words are, for as long as a recording goes round.
#[must_use]
pub fn tone(hertz: u32) -> Vec<f32> {
    const LOUD: f32 = 0.3;
    const RAMP: f32 = 0.005;
    let sample = |at: u32| {
        let seconds = at as f32 / RATE as f32;
        let edge = (seconds / RAMP).min((LOUD - seconds) / RAMP).clamp(0.0, 1.0);
        0.25 * edge * (seconds * hertz as f32 * std::f32::consts::TAU).sin()
    };
    (0..RATE * 6 / 10).map(sample).collect()
}

impl Devices for Sound {
    fn names(&mut self) -> Names {
        match self {
            Self::None => Names::default(),
            Self::Computer => Computer.names(),
            Self::Simulated(devices) => devices.names(),
        }
    }

    fn open_microphone(&mut self, name: Option<&str>, ear: Ear) -> Result<Box<dyn Open>, DeviceError> {
        match self {
            Self::None => Err(DeviceError::Missing),
            Self::Computer => Computer.open_microphone(name, ear),
            Self::Simulated(devices) => devices.open_microphone(name, ear),
        }
    }

    fn open_speaker(&mut self, name: Option<&str>, mouth: Mouth) -> Result<Box<dyn Open>, DeviceError> {
        match self {
            Self::None => Err(DeviceError::Missing),
            Self::Computer => Computer.open_speaker(name, mouth),
            Self::Simulated(devices) => devices.open_speaker(name, mouth),
        }
    }
}

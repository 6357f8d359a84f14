//! What a device is, and how it is inside: for its page and for diagnostics. What is `null` it does not tell.

use std::time::Duration;

use puffco::round_trips::Pace;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Said;

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeviceFacts {
    /// How it is spoken to ("Lorax, decimal numbers, colour documents").
    pub protocol: Option<Said>,
    /// Model code, raw.
    pub model_code: Option<u32>,
    /// Hardware revision.
    pub hardware: Option<u8>,
    /// Boot loader revision.
    pub bootloader: Option<u8>,
    /// Git hash of the firmware.
    pub git_hash: Option<String>,
    /// API revision in letters.
    pub api: Option<String>,
    /// Last three characters of the MAC address.
    pub mac_end: Option<String>,
    /// Day it was first used; ms since 1970.
    pub birthday: Option<f64>,
    /// How far its clock is off, seconds; `null` when not known.
    pub clock_off_s: Option<f64>,
    /// Its clock was never set.
    pub clock_unset: bool,
    /// Seconds since it booted.
    pub uptime_s: Option<f64>,
    /// Heats a day.
    pub dabs_per_day: Option<f32>,
    /// Heats of this trip.
    pub trip_dabs: Option<u32>,
    /// Lifetime seconds of heat.
    pub heat_seconds: Option<u32>,
    /// Battery voltage.
    pub battery_volts: Option<f32>,
    /// Battery current, A; negative when discharging.
    pub battery_amps: Option<f32>,
    /// Battery temperature.
    pub battery_celsius: Option<f32>,
    /// Learned capacity.
    pub battery_mah: Option<u32>,
    /// Heater resistance, Ω.
    pub heater_ohms: Option<f32>,
    /// The link in numbers.
    pub link: LinkFacts,
}

/// A link in numbers, since the program started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LinkFacts {
    /// Links opened.
    pub links: u32,
    /// Commands sent.
    pub round_trips: u32,
    /// Commands that got no answer in time.
    pub unanswered: u32,
    /// Frames and values that made no sense; each cost only itself.
    pub bad_frames: u32,
    /// How long answers take on the present link; `null` before the first one.
    pub pace: Option<PaceView>,
}

/// How long answers took in the last minute, ms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PaceView {
    /// The last one.
    pub last_ms: u32,
    /// Half of them at most this.
    pub usual_ms: u32,
    /// All but the slowest twentieth at most this.
    pub slow_ms: u32,
}

impl From<Pace> for PaceView {
    fn from(pace: Pace) -> Self {
        let ms = |duration: Duration| u32::try_from(duration.as_millis()).unwrap_or(u32::MAX);
        Self { last_ms: ms(pace.last), usual_ms: ms(pace.usual), slow_ms: ms(pace.slow) }
    }
}

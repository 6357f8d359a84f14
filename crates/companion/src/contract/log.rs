//! What a device wrote down about itself.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Said;

/// A log of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LogName {
    /// Heats, charges, starts.
    Activity,
    /// Faults.
    Faults,
}

/// A log as far as it was read. `entries` come with [`LogState::Ready`], newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeviceLogView {
    /// Which device.
    pub device: String,
    /// Which log.
    pub log: LogName,
    /// How far it is.
    pub state: LogState,
    /// Its entries.
    pub entries: Vec<LogLine>,
}

/// How far the reading of a log is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum LogState {
    /// Under way.
    Reading {
        /// Entries read.
        done: u32,
        /// Entries to read; 0 while that is not known.
        of: u32,
    },
    /// Read.
    Ready {
        /// When; ms since 1970.
        at: f64,
    },
    /// It could not be read.
    Failed {
        /// Why and what to do.
        words: Said,
    },
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogLine {
    /// Its number on the device.
    pub index: u32,
    /// When; ms since 1970; `null` when the device's clock was not set.
    pub at: Option<f64>,
    /// What happened ("Reached temperature").
    pub title: Said,
    /// More of it in words; may be empty.
    pub details: Said,
    /// A heat that reached its temperature.
    pub dab: Option<DabView>,
}

/// One heat of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DabView {
    /// Profile, 0..=3; `null` for a heat without one.
    pub profile: Option<u8>,
    /// Highest temperature that was written down.
    pub peak_celsius: Option<f32>,
    /// Seconds until it was hot.
    pub heat_up_seconds: Option<f32>,
    /// Seconds at temperature.
    pub held_seconds: Option<f32>,
    /// More heat was asked for.
    pub boosted: bool,
    /// It was stopped before its time.
    pub stopped: bool,
}

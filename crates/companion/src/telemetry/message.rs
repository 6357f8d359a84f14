//! The messages that go out, in the form of docs/telemetry.md.

use serde::{Deserialize, Serialize};

use super::{Answer, SeshEvent};
use crate::contract::Stage;

/// The version of the messages, their `hearth`.
pub const VERSION: u64 = 1;

/// What is told of a device and its group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The device.
    pub device: DeviceNow,
    /// The group that it is in.
    #[serde(default)]
    pub group: Option<GroupNow>,
}

/// A device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceNow {
    /// The name that its owner gave it; that of the product when nobody did.
    pub name: String,
    /// Product.
    pub model: String,
    /// What it does.
    pub activity: Doing,
    /// Temperature of the chamber, °C; only while linked.
    #[serde(default)]
    pub temperature: Option<f32>,
    /// What it heats to, °C.
    #[serde(default)]
    pub target: Option<f32>,
    /// Battery, 0..=100, as it was known last.
    #[serde(default)]
    pub battery: Option<u8>,
    /// It charges.
    #[serde(default)]
    pub charging: bool,
    /// Name of the profile that is selected.
    #[serde(default)]
    pub profile: Option<String>,
    /// Colour of its light, `#rrggbb`.
    #[serde(default)]
    pub led: Option<String>,
}

/// A group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupNow {
    /// Its name; never its code.
    pub name: String,
    /// Where its sesh is.
    pub stage: Stage,
}

/// What a device does, as far as its Hearth knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    /// Off.
    Off,
    /// Asleep.
    Asleep,
    /// Idle.
    Idle,
    /// Choosing a profile; in a group: ready.
    Selecting,
    /// Heating up.
    Preheat,
    /// At temperature.
    Active,
    /// Cooling down.
    Fade,
    /// In pairing mode.
    Pairing,
    /// Something else, such as its start.
    Busy,
    /// Its link rests, because nobody looks.
    Resting,
    /// It is being connected.
    Connecting,
    /// Its link broke, and is tried again.
    Lost,
    /// Asleep or out of reach.
    Away,
    /// Not connected.
    #[serde(other)]
    Unknown,
}

impl Doing {
    /// In a heat cycle: the temperature is worth telling often.
    #[must_use]
    pub const fn is_hot(self) -> bool {
        matches!(self, Self::Preheat | Self::Active | Self::Fade)
    }
}

/// The temperature alone, between two states.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Temperature {
    /// Of the chamber, °C.
    #[serde(default)]
    pub temperature: Option<f32>,
    /// What it heats to, °C.
    #[serde(default)]
    pub target: Option<f32>,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Payload {
    /// Everything.
    State(State),
    /// The temperature.
    Temperature(Temperature),
    /// Something happened in the group.
    Sesh(SeshEvent),
    /// To a command.
    Answer(Answer),
}

#[derive(Serialize)]
struct Envelope<'a> {
    hearth: u64,
    sent_at: u64,
    #[serde(flatten)]
    payload: &'a Payload,
}

/// A message as JSON, sent at `now_ms` since 1970.
#[must_use]
pub fn write(now_ms: u64, payload: &Payload) -> String {
    // Names and numbers only: what cannot be written as JSON is not in it.
    serde_json::to_string(&Envelope { hearth: VERSION, sent_at: now_ms, payload }).unwrap_or_default()
}

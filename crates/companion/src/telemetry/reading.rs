//! The telemetry of others, as it comes in. A stranger's data: what is out of range is left out, what is no telemetry
//! of a version that is known is none.

use serde::Deserialize;
use serde_json::Value;

use super::message::{Doing, GroupNow, Payload};
use super::{VERSION, name};
use crate::contract::{Activity, TelemetryView};

/// Longer messages are no telemetry, bytes. Names and numbers fit many times over.
const LONGEST: usize = 8_192;

/// Temperatures that a chamber can have, °C.
const CELSIUS: std::ops::RangeInclusive<f32> = -50.0..=600.0;

/// A message of another Hearth.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// When it was sent, ms since 1970 by the clock of the sender.
    pub sent_at: Option<u64>,
    /// What it says; `None`: something that newer versions say.
    pub payload: Option<Payload>,
}

#[derive(Deserialize)]
struct Head {
    hearth: u64,
    #[serde(default)]
    sent_at: Option<u64>,
}

/// Reads a message; `None`: it is not of a Hearth.
#[must_use]
pub fn read(data: &str) -> Option<Reading> {
    if data.len() > LONGEST {
        return None;
    }
    let value: Value = serde_json::from_str(data).ok()?;
    let head = Head::deserialize(&value).ok().filter(|head| head.hearth == VERSION)?;
    Some(Reading { sent_at: head.sent_at, payload: Payload::deserialize(value).ok() })
}

impl Reading {
    /// How long it was under way at `now_ms`, by two clocks that may differ; `None`: too odd to be shown.
    #[must_use]
    pub fn latency_ms(&self, now_ms: u64) -> Option<i32> {
        let sent = i64::try_from(self.sent_at?).ok()?;
        let latency = i64::try_from(now_ms).ok()?.checked_sub(sent)?;
        i32::try_from(latency).ok().filter(|latency| latency.unsigned_abs() < 3_600_000)
    }

    /// What is known of the device after this.
    pub fn follow(&self, known: &mut Option<TelemetryView>) {
        match &self.payload {
            Some(Payload::State(state)) => {
                let device = &state.device;
                *known = Some(TelemetryView {
                    name: name(&device.name),
                    model: name(&device.model),
                    activity: activity(device.activity),
                    celsius: celsius(device.temperature),
                    target_celsius: celsius(device.target),
                    battery: device.battery.filter(|percent| *percent <= 100),
                    charging: device.charging,
                    colour: device.led.clone().filter(|colour| is_colour(colour)),
                    group: state.group.as_ref().map(|GroupNow { name: group, .. }| name(group)),
                    stage: state.group.as_ref().map(|group| group.stage),
                });
            }
            Some(Payload::Temperature(told)) => {
                if let Some(known) = known {
                    known.celsius = celsius(told.temperature);
                    known.target_celsius = celsius(told.target);
                }
            }
            Some(Payload::Sesh(_) | Payload::Answer(_)) | None => {}
        }
    }
}

fn activity(doing: Doing) -> Activity {
    match doing {
        Doing::Off => Activity::Off,
        Doing::Asleep => Activity::Asleep,
        Doing::Idle => Activity::Idle,
        Doing::Selecting => Activity::Selecting,
        Doing::Preheat => Activity::Preheat,
        Doing::Active => Activity::Active,
        Doing::Fade => Activity::Fade,
        Doing::Pairing => Activity::Pairing,
        Doing::Busy => Activity::Busy,
        Doing::Resting | Doing::Connecting | Doing::Lost | Doing::Away | Doing::Unknown => Activity::Unknown,
    }
}

fn celsius(told: Option<f32>) -> Option<f32> {
    told.filter(|celsius| CELSIUS.contains(celsius))
}

fn is_colour(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}

//! The stage of the session, and the heat chart.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The stage of the session, as the stage bar shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StageView {
    /// Stage.
    pub stage: Stage,
    /// Seshers that are ready, and that count.
    pub ready: u32,
    /// Seshers that count: with a device, not away.
    pub counted: u32,
    /// This person is ready.
    pub me_ready: bool,
    /// Who asked to start, while awaiting.
    pub asked_by: Option<String>,
    /// It was this person.
    pub asked_by_me: bool,
    /// When devices start, in the countdown.
    pub start_at: Option<f64>,
    /// The countdown that the owner chose, before 3-2-1: whoever is not ready any more calls it off.
    pub calls_off: bool,
    /// This person's device is armed: it will heat at the end of the countdown.
    pub armed: bool,
    /// Devices that take part, in countdown and sesh.
    pub devices: u32,
    /// When the sesh began, while seshing.
    pub since: Option<f64>,
    /// Between the first and the last preheat, ms, once all have begun.
    pub skew_ms: Option<u32>,
    /// When the last sesh ended.
    pub last_ended_at: Option<f64>,
    /// The last sesh as the history has it, for [`Command::OpenRecap`](super::Command::OpenRecap); `None` while it
    /// is under way, and when none is kept.
    pub last_sesh: Option<String>,
}

/// Stages of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// In no group.
    Alone,
    /// Joining or creating.
    Joining,
    /// Nothing asked.
    Chilling,
    /// Members get ready.
    Awaiting,
    /// 3-2-1, and the countdown that the owner chose before it.
    Countdown,
    /// Heating: until the last armed device has left its heat.
    Seshing,
}

/// The heat chart: curves from a common zero.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChartView {
    /// When it starts; `null` before the first heat.
    pub started_at: Option<f64>,
    /// Points are being added.
    pub live: bool,
    /// One curve a member.
    pub curves: Vec<Curve>,
}

/// One member's curve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Curve {
    /// Session id.
    pub member: String,
    /// Name.
    pub name: String,
    /// This person.
    pub me: bool,
    /// Light, `#rrggbb`.
    pub led: Option<String>,
    /// Target.
    pub target_celsius: Option<f32>,
    /// Points: ms since the start, °C.
    pub points: Vec<(u32, f32)>,
}

//! What happened: dabs and seshes, and one sesh looked at again.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ChatKind, ProblemView, Said};

/// The history of a range of days. It is read when a face asks for it, and again when something is added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HistoryView {
    /// The range.
    pub range: HistoryRange,
    /// Being read; the rest is of before.
    pub loading: bool,
    /// Dabs of every local day of the range, oldest first, days without any included (`all`: from the first).
    pub days: Vec<HistoryDay>,
    /// Dabs.
    pub dabs: u32,
    /// Dabs a day.
    pub per_day: f32,
    /// Median seconds from the start to the target.
    pub time_to_temp_s: Option<f32>,
    /// The profile used most.
    pub favourite: Option<Said>,
    /// Share of dabs in groups, 0..=1.
    pub in_groups: Option<f32>,
    /// Profiles, most used first.
    pub profiles: Vec<ProfileHistory>,
    /// Seshes, latest first.
    pub seshes: Vec<SeshRow>,
    /// There are older seshes in the range: [`Command::MoreSeshes`](super::Command::MoreSeshes).
    pub more: bool,
    /// Why there is none.
    pub problem: Option<ProblemView>,
}

/// A range of days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum HistoryRange {
    /// Fourteen days, today included.
    #[default]
    Days14,
    /// Ninety days, today included.
    Days90,
    /// Everything.
    All,
}

/// A local day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HistoryDay {
    /// `2026-11-21`.
    pub day: String,
    /// Dabs.
    pub dabs: u32,
}

/// What one profile was used for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProfileHistory {
    /// Its name when it was used, or its place where the device did not tell it.
    pub name: Said,
    /// Dabs.
    pub dabs: u32,
    /// Median seconds to the target.
    pub time_to_temp_s: Option<f32>,
}

/// A sesh in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SeshRow {
    /// For [`Command::OpenRecap`](super::Command::OpenRecap).
    pub id: String,
    /// Name of the group.
    pub name: String,
    /// Number of the sesh in its group.
    pub number: u32,
    /// When it began.
    pub at: f64,
    /// How long it was, seconds.
    pub seconds: u32,
    /// Who took part.
    pub people: Vec<SeshPerson>,
}

/// Somebody in a sesh.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SeshPerson {
    /// Name.
    pub name: String,
    /// This person.
    pub me: bool,
    /// Light, `#rrggbb`.
    pub led: Option<String>,
}

/// A sesh, whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RecapView {
    /// Its row.
    pub sesh: SeshRow,
    /// Between the first and the last preheat, ms.
    pub skew_ms: Option<u32>,
    /// Everybody who took part.
    pub members: Vec<RecapMember>,
    /// Reactions, most frequent first.
    pub reactions: Vec<RecapReaction>,
    /// What was written, oldest first.
    pub chat: Vec<RecapLine>,
}

/// One member of a sesh.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RecapMember {
    /// Who.
    pub person: SeshPerson,
    /// Product.
    pub model: Option<String>,
    /// Target.
    pub target_celsius: Option<f32>,
    /// First preheat after the first of all, ms.
    pub began_ms: Option<u32>,
    /// Seconds from the start to the target.
    pub time_to_temp_s: Option<f32>,
    /// Highest temperature.
    pub peak_celsius: Option<f32>,
    /// Points: ms since the start, °C. Empty when no curve is kept.
    pub points: Vec<(u32, f32)>,
}

/// A reaction in a sesh.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RecapReaction {
    /// Who.
    pub name: String,
    /// Emoji.
    pub emoji: String,
    /// How often.
    pub count: u32,
}

/// A line written in a sesh.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RecapLine {
    /// When.
    pub at: f64,
    /// Who; `null` for system lines.
    pub name: Option<String>,
    /// Their light.
    pub led: Option<String>,
    /// What.
    pub kind: ChatKind,
    /// What was written; empty in system lines.
    pub text: String,
    /// What happened; `null` where somebody wrote.
    pub happened: Option<Said>,
}

/// Forms of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// Dabs as a table.
    Csv,
    /// Everything.
    Json,
}

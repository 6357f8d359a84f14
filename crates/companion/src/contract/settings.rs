//! Settings and notices.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What is remembered between starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// Look.
    pub theme: Theme,
    /// Unit of temperatures.
    pub unit: Unit,
    /// Away from the group while the device in use sleeps or is gone.
    pub away_without_device: bool,
    /// Away from the group while this computer is locked.
    pub away_when_locked: bool,
    /// The gateway may start heats for this person's account (facts/puff-gateway.md §7); stops always get through.
    pub remote_actions: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            unit: Unit::Fahrenheit,
            away_without_device: true,
            away_when_locked: true,
            remote_actions: false,
        }
    }
}

/// Look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the computer.
    System,
    /// Dark.
    Dark,
    /// Light.
    Light,
}

/// Unit of temperatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// °F.
    Fahrenheit,
    /// °C.
    Celsius,
}

/// Something the person should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// For [`Command::DismissNotice`].
    pub id: u32,
    /// Kind.
    pub kind: NoticeKind,
    /// Stable code (`no_such_group`); the window never matches on text.
    pub code: String,
    /// What happened.
    pub title: String,
    /// What to do; may be empty.
    pub advice: String,
    /// The device that it is about; `null` where that is plain or there is none.
    pub device: Option<String>,
}

/// Kinds of notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// Good to know; goes by itself.
    Info,
    /// Went well; goes by itself.
    Success,
    /// Something needs attention; stays.
    Warning,
    /// Something failed; stays.
    Error,
}

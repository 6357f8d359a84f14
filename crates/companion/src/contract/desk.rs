//! What of the desktop there is to see: what it offers here, the overlay, what is connected and since when.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{PaceView, ProblemView, Said};

/// What this computer's desktop offers, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeskView {
    /// There is a window to manage; a browser has none, and nothing of the rest either.
    pub window: bool,
    /// A tray that shows Hearth.
    pub tray: bool,
    /// Hearth can start at login.
    pub autostart: bool,
    /// Notifications can be shown.
    pub notifications: bool,
    /// Keys can be heard while another window is in front.
    pub shortcuts: bool,
    /// Secrets are kept in the system's keychain; otherwise only until Hearth quits.
    pub keychain: bool,
    /// The mini window is open.
    pub mini: bool,
    /// Why the shortcut does not work, when one is set.
    pub shortcut_problem: Option<ProblemView>,
    /// Notifications are muted until Hearth ends or [`Command::Mute`](super::Command::Mute) says otherwise.
    pub muted: bool,
    /// An invite that was opened outside of Hearth: to be shown in the lobby's join field, where a person decides.
    pub invite: Option<InviteView>,
    /// Where the window should go; a new `id` is a new wish.
    pub visit: Option<VisitView>,
}

/// An invite that waits for a person to take it or leave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct InviteView {
    /// Tells it from an earlier one with the same code.
    pub id: u32,
    /// The group's code: 1..=64 of `A-Z`, `a-z`, `0-9`, `-` and `_`.
    pub code: String,
}

/// A wish of the desktop to see a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VisitView {
    /// Counts up.
    pub id: u32,
    /// Which page.
    pub page: Page,
}

/// Pages that the desktop leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Page {
    /// The session.
    Session,
    /// The lobby.
    Lobby,
    /// The settings.
    Settings,
}

/// The overlay for streams.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OverlayStatus {
    /// Its address, with its key, while it is served.
    pub url: Option<String>,
    /// Pages that show it now.
    pub pages: u32,
    /// Why it is not served.
    pub problem: Option<ProblemView>,
}

/// What is connected to what, for somebody who looks for a fault.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DiagnosticsView {
    /// One line for each part: gateway, Bluetooth, each device, keychain, history, overlay, tray.
    pub parts: Vec<PartView>,
    /// What failed of late, latest first, at most 50.
    pub failures: Vec<FailureView>,
    /// Where the log files are; `null` when none are written.
    pub log_folder: Option<String>,
    /// The bundle that was put together and not saved yet.
    pub bundle: Option<BundleView>,
}

/// A part of Hearth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PartView {
    /// Stable name (`gateway`, `bluetooth`, `device`, `keychain`, `history`, `overlay`, `tray`).
    pub part: String,
    /// What it is, such as the device's name.
    pub name: Said,
    /// How well it is.
    pub health: Health,
    /// State in a few words.
    pub state: Said,
    /// Since when.
    pub since: Option<f64>,
    /// How long its answers take, while it is connected.
    pub pace: Option<PaceView>,
    /// How far its clock is ahead of this computer's, ms; negative when it is behind. Only of a gateway that tells it.
    pub clock_ahead_ms: Option<f64>,
    /// More facts: name and value.
    pub facts: Vec<(Said, Said)>,
}

/// How well a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// Works.
    Good,
    /// Works partly, or is being mended.
    Fair,
    /// Does not work.
    Bad,
    /// Not wanted.
    Off,
}

/// Something that failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FailureView {
    /// When.
    pub at: f64,
    /// What happened.
    pub title: Said,
    /// The next step.
    pub advice: Said,
    /// The technical cause, redacted.
    pub details: Option<String>,
}

/// A bundle for whoever helps: what is in it before it is saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BundleView {
    /// Its files.
    pub files: Vec<BundleFile>,
}

/// A file of the bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BundleFile {
    /// Name.
    pub name: String,
    /// Size.
    pub bytes: u32,
    /// What is in it.
    pub about: Said,
    /// Its beginning, as it will be saved; at most 4,000 characters.
    pub preview: String,
}

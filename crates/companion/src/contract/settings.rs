//! Settings and notices.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Said;

/// What is remembered between starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// Look.
    pub theme: Theme,
    /// Unit of temperatures.
    pub unit: Unit,
    /// Language.
    pub language: Language,
    /// Size of texts.
    pub text_size: TextSize,
    /// Less movement, also where the system does not ask for it.
    pub reduce_motion: bool,
    /// More contrast, also where the system does not ask for it.
    pub more_contrast: bool,
    /// Away from the group while the device in use sleeps or is gone.
    pub away_without_device: bool,
    /// Away from the group while this computer is locked.
    pub away_when_locked: bool,
    /// Away from the group after so many minutes without a key or the mouse; `null`: never.
    pub away_when_idle_min: Option<u16>,
    /// The gateway may start heats for this person's account (facts/puff-gateway.md §7); stops always get through.
    pub remote_actions: bool,
    /// A battery check at the device (three clicks) asks the group to start, and a second one starts.
    pub ask_by_device: bool,
    /// Chat servers on which people are seen in a certain way are told what this person does: "In a sesh", and not to be
    /// disturbed while the device heats.
    pub share_activity: bool,
    /// What is notified.
    pub notify: Notify,
    /// Nothing is notified within these hours.
    pub quiet: Option<QuietHours>,
    /// Start at login.
    pub start_at_login: bool,
    /// A start at login opens no window.
    pub start_hidden: bool,
    /// Closing the window keeps Hearth in the tray.
    pub close_to_tray: bool,
    /// Keys for "I'm ready" and "Start" while another window is in front, such as `Ctrl+Alt+H`; `null`: none.
    pub shortcut: Option<String>,
    /// The overlay for streams.
    pub overlay: OverlaySettings,
    /// Voice.
    pub voice: VoiceSettings,
    /// Name of the gateway that this computer hosts; empty: the computer's.
    pub host_name: String,
    /// The first-run steps were gone through or skipped.
    pub welcomed: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            unit: Unit::Fahrenheit,
            language: Language::System,
            text_size: TextSize::Normal,
            reduce_motion: false,
            more_contrast: false,
            away_without_device: true,
            away_when_locked: true,
            away_when_idle_min: None,
            remote_actions: false,
            ask_by_device: false,
            share_activity: false,
            notify: Notify::default(),
            quiet: None,
            start_at_login: false,
            start_hidden: true,
            close_to_tray: false,
            shortcut: None,
            overlay: OverlaySettings::default(),
            voice: VoiceSettings::default(),
            host_name: String::new(),
            welcomed: false,
        }
    }
}

/// Language of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// As the computer; English where Hearth does not speak it.
    System,
    /// English.
    En,
    /// German.
    De,
}

/// Size of texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TextSize {
    /// 92 %.
    Small,
    /// 100 %.
    Normal,
    /// 115 %.
    Large,
}

/// What is notified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct Notify {
    /// Somebody asks everyone to get ready.
    pub asked: bool,
    /// The countdown runs, and this person's device takes part.
    pub countdown: bool,
    /// The device is at its temperature.
    pub at_temperature: bool,
    /// Somebody joined the group.
    pub joined: bool,
    /// The device's battery is low.
    pub battery_low: bool,
    /// The device is charged.
    pub charged: bool,
}

impl Default for Notify {
    fn default() -> Self {
        Self {
            asked: true,
            countdown: true,
            at_temperature: true,
            joined: false,
            battery_low: true,
            charged: false,
        }
    }
}

/// Hours of rest, in local time; `from` after `to` goes through midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct QuietHours {
    /// Minutes after midnight, 0..1440.
    pub from: u16,
    /// Minutes after midnight, 0..1440.
    pub to: u16,
}

/// The overlay for streams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct OverlaySettings {
    /// Served.
    pub on: bool,
    /// Arrangement.
    pub layout: OverlayLayout,
    /// Names of members are left out.
    pub hide_names: bool,
    /// The name of the group is left out.
    pub hide_group: bool,
}

/// Arrangements of the overlay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OverlayLayout {
    /// Everybody in a row.
    #[default]
    Strip,
    /// The own device alone.
    Single,
    /// The heat chart.
    Chart,
}

/// Voice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct VoiceSettings {
    /// Name of the microphone; `null`, and while there is none of that name: the system's choice.
    pub microphone: Option<String>,
    /// Name of the speaker; `null`, and while there is none of that name: the system's choice.
    pub speaker: Option<String>,
    /// This person is heard only while a key is held.
    pub push_to_talk: bool,
    /// What the speakers play is taken out of what the microphone hears; not needed with headphones.
    pub clean_echo: bool,
    /// Fans, streets and hiss are taken out; not for music.
    pub clean_noise: bool,
    /// Everything goes by a relay, so that nobody in the room learns this computer's address. Counts from the next join.
    pub relay_only: bool,
    /// Servers that help to reach others, at most four. Changed by
    /// [`Command::AddVoiceServer`](super::Command::AddVoiceServer) and
    /// [`Command::RemoveVoiceServer`](super::Command::RemoveVoiceServer) alone:
    /// [`Command::SetSettings`](super::Command::SetSettings) leaves them as they are. Count from the next join.
    pub servers: Vec<VoiceServer>,
}

impl Default for VoiceSettings {
    fn default() -> Self {
        Self {
            microphone: None,
            speaker: None,
            push_to_talk: false,
            clean_echo: true,
            clean_noise: true,
            relay_only: false,
            servers: Vec::new(),
        }
    }
}

/// A server that helps people in a voice room to reach each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct VoiceServer {
    /// `stun:host[:port]` tells this computer's address, `turn:host[:port]` passes sound on; over UDP.
    pub url: String,
    /// Who asks a `turn` server; empty for the other kind. The password is in the keychain.
    pub username: String,
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
    pub title: Said,
    /// What to do; may be empty.
    pub advice: Said,
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

//! Devices: found, remembered, linked.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{DeviceFacts, EditView, LightView, LightsView, Said};

/// The search for devices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ScanView {
    /// Under way.
    pub scanning: bool,
    /// Since when.
    pub started_at: Option<f64>,
    /// Bluetooth of this computer.
    pub bluetooth: BluetoothState,
    /// The adapters, when there is something to choose: several, or another one than was asked for.
    pub adapters: Vec<AdapterView>,
    /// The adapter that was asked for, also while it is not there; `null`: whichever works.
    pub adapter_chosen: Option<String>,
    /// What was found, strongest first.
    pub found: Vec<FoundDevice>,
}

/// Bluetooth of this computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum BluetoothState {
    /// Not looked at yet.
    Unknown,
    /// Usable.
    On,
    /// Switched off.
    Off,
    /// No adapter.
    Missing,
    /// Not allowed for this program.
    NotAllowed,
}

/// A Bluetooth adapter of this computer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AdapterView {
    /// For [`Command::UseAdapter`](super::Command::UseAdapter).
    pub id: String,
    /// Name ("hci0").
    pub name: String,
    /// Switched on.
    pub on: bool,
    /// The one in use.
    pub in_use: bool,
}

/// A device that a scan found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FoundDevice {
    /// For [`Command::ConnectDevice`].
    pub id: String,
    /// Name.
    pub name: String,
    /// What it probably is.
    pub model: String,
    /// Signal strength, dBm.
    pub rssi: Option<i16>,
    /// Not real.
    pub simulated: bool,
    /// Remembered already.
    pub known: bool,
    /// Paired with this computer.
    pub paired: bool,
}

/// A remembered device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeviceView {
    /// Id.
    pub id: String,
    /// Ids under which it was known before, oldest first: it came back under another one and was recognised.
    /// Commands that name one of them reach it.
    pub former_ids: Vec<String>,
    /// Name.
    pub name: String,
    /// Product ("Peak Pro").
    pub model: String,
    /// Not real.
    pub simulated: bool,
    /// Its button can be pressed with [`Command::PressButton`](super::Command::PressButton): it is simulated
    /// in this program.
    pub pressable: bool,
    /// It is the one that heats with the group.
    pub in_use: bool,
    /// The link.
    pub link: LinkView,
    /// What it is doing.
    pub activity: Activity,
    /// Charge, percent.
    pub battery: Option<u8>,
    /// Taking charge.
    pub charging: bool,
    /// Seconds to full.
    pub charge_eta_s: Option<u32>,
    /// Chamber temperature.
    pub celsius: Option<f32>,
    /// Target of the running heat, or of the selected profile.
    pub target_celsius: Option<f32>,
    /// Seconds in this activity.
    pub elapsed_s: Option<f32>,
    /// Planned seconds of this activity.
    pub total_s: Option<f32>,
    /// Chamber ("3D XL").
    pub chamber: Option<Said>,
    /// Selected profile.
    pub profile: Option<u8>,
    /// The profiles.
    pub profiles: Vec<ProfileView>,
    /// The vapour intensities that its profiles can be given; none where it has none.
    pub intensities: Vec<f32>,
    /// Lifetime heats.
    pub total_dabs: Option<u32>,
    /// Heats left on this charge.
    pub dabs_left: Option<u32>,
    /// Light, `#rrggbb`.
    pub led: Option<String>,
    /// Firmware letters ("AW").
    pub firmware: Option<String>,
    /// Last three characters of the serial number.
    pub serial_end: Option<String>,
    /// Signal strength at the last advertisement, dBm.
    pub rssi: Option<i16>,
    /// When the values were true, while there is no link; ms since 1970.
    pub seen_at: Option<f64>,
    /// Where power comes from ("USB"), while it does.
    pub charge_source: Option<Said>,
    /// Charging stops at 80 %, which spares the battery.
    pub preserves_battery: Option<bool>,
    /// Its lights.
    pub lights: LightsView,
    /// What it is, and how it is inside.
    pub facts: DeviceFacts,
    /// What is being changed, or was just now.
    pub edits: Vec<EditView>,
}

/// A heat profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProfileView {
    /// 0..=3.
    pub slot: u8,
    /// Name.
    pub name: String,
    /// Target.
    pub celsius: f32,
    /// Hold time.
    pub seconds: f32,
    /// `#rrggbb`.
    pub color: Option<String>,
    /// Its light; `null` when it has one that is not understood.
    pub light: Option<LightView>,
    /// Vapour intensity: 0, 0.5, 1 or 1.5; `null` when the device has none.
    pub intensity: Option<f32>,
    /// What a boost adds to the target, °C.
    pub boost_celsius: Option<f32>,
    /// What a boost adds to the hold time.
    pub boost_seconds: Option<f32>,
    /// A change of it can be taken back.
    pub undoable: bool,
}

/// The link to a device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum LinkView {
    /// No link, and none wanted.
    Off,
    /// Setting up.
    SettingUp {
        /// Which try, from 1.
        attempt: u32,
        /// 0 connect, 1 authenticate, 2 read, 3 watch.
        step: u8,
        /// Values read and to read, in step 2.
        progress: Option<(u8, u8)>,
        /// Seconds that each finished step took.
        times: Vec<f32>,
    },
    /// Live.
    Ready,
    /// Let go while nobody looks, to spare the device's battery.
    Resting,
    /// Lost; trying again.
    Waiting {
        /// When.
        retry_at: f64,
        /// Why the last try ended.
        problem: ProblemView,
    },
    /// Asleep or out of range; comes back by itself when it wakes.
    Away,
    /// The person has to do something.
    Failed {
        /// What is wrong.
        problem: ProblemView,
        /// The step it failed in.
        step: u8,
    },
}

/// Something that went wrong, in words for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProblemView {
    /// Stable code (`pairing_needed`).
    pub code: String,
    /// What happened.
    pub title: Said,
    /// What to do.
    pub advice: Said,
    /// Technical words, for "Copy details".
    pub details: Option<String>,
}

/// What a device is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    /// Not known.
    Unknown,
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
    /// Something else (start-up, battery display, …).
    Busy,
}

//! Changes of a device, and what became of them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{LightView, Said};

/// New values of a profile; what is missing stays.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(optional_fields)]
pub struct ProfileChanges {
    /// Name, 1..=29 bytes.
    pub name: Option<String>,
    /// Target, 204..=327 °C.
    pub celsius: Option<f32>,
    /// Hold time, 15..=120.
    pub seconds: Option<f32>,
    /// Light.
    pub light: Option<LightView>,
    /// Vapour intensity: 0, 0.5, 1 or 1.5.
    pub intensity: Option<f32>,
    /// What a boost adds to the target, 0..=20 °C.
    pub boost_celsius: Option<f32>,
    /// What a boost adds to the hold time, 0..=60.
    pub boost_seconds: Option<f32>,
}

/// A change of something else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "change", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum DeviceChange {
    /// Its name, 1..=31 bytes.
    Name {
        /// New name.
        name: String,
    },
    /// The lantern's switch.
    Lantern {
        /// On.
        on: bool,
    },
    /// The lantern's light.
    LanternLight {
        /// New light.
        light: LightView,
    },
    /// How long the lantern shines.
    LanternSeconds {
        /// 60..=28800.
        seconds: u32,
    },
    /// Brightness.
    Brightness {
        /// Base, middle, glass, logo; percent.
        levels: [u8; 4],
    },
    /// Heat without light.
    Stealth {
        /// On.
        on: bool,
    },
    /// Stop charging at 80 %.
    PreserveBattery {
        /// On.
        on: bool,
    },
    /// Set its clock to this computer's.
    Clock,
}

/// What a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum EditPart {
    /// A profile.
    Profile {
        /// 0..=3.
        slot: u8,
    },
    /// The name.
    Name,
    /// The lantern.
    Lantern,
    /// The brightness.
    Brightness,
    /// Stealth.
    Stealth,
    /// Battery preservation.
    Battery,
    /// The clock.
    Clock,
}

/// A change under way, or what became of the last one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EditView {
    /// What it is about.
    pub part: EditPart,
    /// Counts up with each change that is asked of the device: the number of the newest one of this part. Tells
    /// a face whether `state` is about what it asked for last.
    pub number: u32,
    /// How far it is.
    pub state: EditState,
}

/// How far a change is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum EditState {
    /// Being written and read back.
    Saving {
        /// Values that the device has confirmed.
        done: u8,
        /// Values to write.
        of: u8,
    },
    /// The device has it.
    Saved,
    /// The device kept something else.
    Kept {
        /// Which values, a sentence for each.
        words: Vec<Said>,
    },
    /// Not written, or it is not known.
    Failed {
        /// Why and what to do, in a sentence or two.
        words: Said,
    },
}

//! Lights of a device.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How a light moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LightPattern {
    /// It does not.
    Steady,
    /// From colour to colour.
    Fade,
    /// Brighter and darker.
    Breathe,
    /// Around the base.
    Spin,
    /// All colours at once, changing.
    Disco,
    /// A gradient from side to side.
    SplitGradient,
    /// Colours that move upwards.
    Slideshow,
    /// Sparks.
    Confetti,
    /// Slow blobs.
    Lava,
    /// One that the device has and Hearth does not make.
    Other,
}

/// A light.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LightView {
    /// How it moves.
    pub pattern: LightPattern,
    /// `#rrggbb`, at most six.
    pub colors: Vec<String>,
    /// How fast, 0..=1.
    pub tempo: f32,
}

/// The lights of a device. What is `null` the device does not tell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LightsView {
    /// The lantern shines.
    pub lantern_on: Option<bool>,
    /// The lantern's light.
    pub lantern: Option<LightView>,
    /// How long the lantern shines, seconds.
    pub lantern_seconds: Option<u32>,
    /// How long it still shines, seconds.
    pub lantern_left: Option<u32>,
    /// Brightness of base, middle, glass and logo, percent.
    pub brightness: Option<[u8; 4]>,
    /// Heats without light.
    pub stealth: Option<bool>,
    /// The patterns that this device can be given.
    pub patterns: Vec<LightPattern>,
    /// Those of them that move between several colours; the others have one.
    pub many_colors: Vec<LightPattern>,
    /// It takes up to this many colours.
    pub most_colors: u8,
    /// It can be told how fast a pattern moves.
    pub takes_tempo: bool,
}

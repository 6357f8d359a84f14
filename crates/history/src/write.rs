//! What is to be kept. Each can be given again, with the same outcome: after an error it is just repeated, and
//! the next one of the same thing heals what was lost.

use crate::{Device, Ending, Line, Member, Profile, RecentGroup, SeshKey};

/// Something to be kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// A device was seen under this name.
    Device {
        /// The device.
        device: Device,
        /// When, ms since 1970.
        seen_ms: i64,
    },
    /// A dab that was seen, as far as it is known.
    Dab(DabWrite),
    /// A sesh, as far as it is known.
    Sesh(SeshWrite),
    /// Something that was said in a sesh that was written before.
    Line(LineWrite),
    /// A group was visited.
    RecentGroup(RecentGroup),
}

/// A dab that was seen. It is named by its device and the moment at which it began.
#[derive(Clone, Debug, PartialEq)]
pub struct DabWrite {
    /// The device.
    pub device: Device,
    /// When it began to heat, ms since 1970. Names it.
    pub began_ms: i64,
    /// When it reached its temperature, ms since 1970.
    pub at_ms: i64,
    /// The sesh it belongs to; `None`: alone.
    pub sesh: Option<SeshKey>,
    /// The profile.
    pub profile: Profile,
    /// Target, °C.
    pub target_celsius: Option<f32>,
    /// Highest temperature, °C.
    pub peak_celsius: Option<f32>,
    /// From its beginning to the target, ms.
    pub time_to_temp_ms: Option<u32>,
    /// How long the temperature was held, ms.
    pub held_ms: Option<u32>,
    /// How many times it was boosted.
    pub boosts: u32,
    /// How it ended.
    pub ending: Ending,
}

/// A sesh with everybody in it.
#[derive(Clone, Debug, PartialEq)]
pub struct SeshWrite {
    /// Names it.
    pub key: SeshKey,
    /// Name of the gateway.
    pub gateway: String,
    /// Name of the group. Never its code: that is an invitation.
    pub group: String,
    /// Its number, as the group counts.
    pub number: Option<u32>,
    /// When it began, ms since 1970.
    pub began_ms: i64,
    /// The last moment that is known of it, ms since 1970.
    pub known_ms: i64,
    /// It is over.
    pub ended: bool,
    /// Between the first and the last device beginning to heat, ms.
    pub skew_ms: Option<u32>,
    /// Everybody with their curves so far.
    pub members: Vec<Member>,
}

/// Something said in a sesh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineWrite {
    /// The sesh.
    pub sesh: SeshKey,
    /// Its place among what was said in it; names it.
    pub n: u32,
    /// The line.
    pub line: Line,
}

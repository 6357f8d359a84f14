//! Dabs and the devices they were had with.

use serde::Serialize;

/// A device, as the program names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// What the program knows it by: a pseudonym, never an address or a serial number.
    pub key: String,
    /// Name.
    pub name: String,
    /// Product ("Peak Pro").
    pub model: String,
}

/// A dab in the database. Ids are never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct DabId(pub i64);

/// The profile that a heat ran.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// 0..=3; `None`: a temperature for once, or not known.
    pub slot: Option<u8>,
    /// Its name then.
    pub name: Option<String>,
}

/// How a heat ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Not known; also of a heat that is under way.
    #[default]
    Unknown,
    /// It ran to its end.
    Completed,
    /// It was stopped.
    Stopped,
    /// It failed.
    Faulted,
    /// The link to the device was lost while it was at temperature, and nothing more is known.
    LinkLost,
}

impl Ending {
    const ALL: [(Self, &str); 5] = [
        (Self::Unknown, "unknown"),
        (Self::Completed, "completed"),
        (Self::Stopped, "stopped"),
        (Self::Faulted, "faulted"),
        (Self::LinkLost, "link_lost"),
    ];

    /// As it is in the database and in exports.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(ending, _)| *ending == self).map_or("unknown", |(_, name)| name)
    }

    pub(crate) fn of_name(name: &str) -> Self {
        Self::ALL.iter().find(|(_, known)| *known == name).map_or(Self::Unknown, |(ending, _)| *ending)
    }

    /// It is known how it ended.
    #[must_use]
    pub fn is_known(self) -> bool {
        !matches!(self, Self::Unknown | Self::LinkLost)
    }
}

/// Where a dab is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// It was seen.
    Live,
    /// It was read from the device's log.
    Log,
    /// It was seen, and found in the log.
    Both,
}

impl Source {
    /// As it is in exports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Log => "log",
            Self::Both => "both",
        }
    }
}

/// A heat that reached its temperature.
#[derive(Clone, Debug, PartialEq)]
pub struct Dab {
    /// Id.
    pub id: DabId,
    /// The device it was had with.
    pub device: Device,
    /// When it reached its temperature, ms since 1970.
    pub at_ms: i64,
    /// The sesh it was had in; `None`: alone.
    pub sesh: Option<crate::SeshId>,
    /// The profile.
    pub profile: Profile,
    /// Target, °C.
    pub target_celsius: Option<f32>,
    /// Highest temperature, °C.
    pub peak_celsius: Option<f32>,
    /// From the beginning of the heat to the target, ms.
    pub time_to_temp_ms: Option<u32>,
    /// How long the temperature was held, ms.
    pub held_ms: Option<u32>,
    /// How many times it was boosted.
    pub boosts: u32,
    /// How it ended.
    pub ending: Ending,
    /// Where it is known from.
    pub source: Source,
}

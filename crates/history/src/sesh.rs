//! Seshes, who was in them, what was said; and the groups that were visited.

use serde::Serialize;

use crate::Sample;

/// A sesh in the database. Ids are never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct SeshId(pub i64);

/// What the recorder names a sesh by: when it was to begin, ms since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeshKey(pub i64);

/// A sesh in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct SeshRow {
    /// Id.
    pub id: SeshId,
    /// Name of the gateway.
    pub gateway: String,
    /// Name of the group.
    pub group: String,
    /// Its number, as the group counts.
    pub number: Option<u32>,
    /// When it began, ms since 1970.
    pub began_ms: i64,
    /// When it ended; `None` while it is under way.
    pub ended_ms: Option<i64>,
    /// Between the first and the last device beginning to heat, ms.
    pub skew_ms: Option<u32>,
    /// Hearth ended before the sesh did: what came after is not known.
    pub cut_short: bool,
    /// Everybody, without their curves.
    pub members: Vec<Member>,
}

/// Somebody in a sesh.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Member {
    /// Name then.
    pub name: String,
    /// Light, `#rrggbb`.
    pub color: Option<String>,
    /// This person.
    pub own: bool,
    /// Product.
    pub model: Option<String>,
    /// Target, °C.
    pub target_celsius: Option<f32>,
    /// When the device began to heat, ms after the beginning of the sesh. Can be a little negative.
    pub began_after_ms: Option<i32>,
    /// From then to the target, ms.
    pub time_to_temp_ms: Option<u32>,
    /// Highest temperature, °C.
    pub peak_celsius: Option<f32>,
    /// Sat this one out.
    pub excluded: bool,
    /// The curve, at most four samples a second.
    pub curve: Vec<Sample>,
}

/// A sesh, whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Recap {
    /// The sesh, its members with their curves.
    pub sesh: SeshRow,
    /// What was said, in order; reactions too.
    pub lines: Vec<Line>,
    /// The dabs of this computer's devices in it.
    pub dabs: Vec<crate::Dab>,
}

/// Something said in a sesh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When, ms since 1970.
    pub at_ms: i64,
    /// What.
    pub kind: LineKind,
    /// Who; `None`: nobody's.
    pub name: Option<String>,
    /// Their light, `#rrggbb`.
    pub color: Option<String>,
    /// This person.
    pub own: bool,
    /// Text; of a reaction its emoji.
    pub text: String,
}

/// Kinds of what is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// A message.
    Message,
    /// A reaction.
    Reaction,
    /// Somebody joined, left or went away.
    People,
    /// The sesh: asked, started, ended.
    Sesh,
}

impl LineKind {
    /// As it is in the database and in exports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Reaction => "reaction",
            Self::People => "people",
            Self::Sesh => "sesh",
        }
    }

    pub(crate) fn of_name(name: &str) -> Self {
        match name {
            "message" => Self::Message,
            "reaction" => Self::Reaction,
            "people" => Self::People,
            _ => Self::Sesh,
        }
    }
}

/// A part of the list of seshes, latest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SeshPage {
    /// The seshes.
    pub seshes: Vec<SeshRow>,
    /// There are older ones.
    pub more: bool,
}

/// A group that was visited.
#[derive(Clone, PartialEq, Eq)]
pub struct RecentGroup {
    /// Address of the gateway.
    pub gateway_url: String,
    /// The code that one joins by: an invitation.
    pub code: String,
    /// Name.
    pub name: String,
    /// When it was last visited, ms since 1970.
    pub last_ms: i64,
}

impl std::fmt::Debug for RecentGroup {
    /// Without the code: an invitation is never logged.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecentGroup")
            .field("name", &self.name)
            .field("last_ms", &self.last_ms)
            .finish_non_exhaustive()
    }
}

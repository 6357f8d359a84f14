//! What the recorder is told. The companion maps its own types to these.

use std::fmt;

use crate::{Device, LineKind, Profile};

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A device of this computer was heard of. Given at every change, in use or not.
    Device(DeviceSeen),
    /// The link to a device was lost.
    DeviceLost {
        /// Its key.
        key: String,
    },
    /// A device came back under another key.
    DeviceRenamed {
        /// The key so far.
        old: String,
        /// The key from now on.
        new: String,
    },
    /// A boost was sent to a device. One made with its button shows in its total time.
    Boosted {
        /// Its key.
        key: String,
    },
    /// A stop was sent to a device.
    StopAsked {
        /// Its key.
        key: String,
    },
    /// The group was heard of. Given when it was joined, and at every change of it or of a member.
    Group(GroupSeen),
    /// The group was left, or the gateway is gone for good.
    Left,
    /// The group starts to heat: announced, perhaps with a countdown. Comes after the group.
    Start(Start),
    /// Something was said in the group.
    Said(Said),
    /// The sesh is over: the last device has left its heat.
    SeshEnded {
        /// Between the first and the last device beginning to heat, where the caller knows it better (by the
        /// gateway's clock), ms.
        skew_ms: Option<u32>,
    },
    /// It is the moment that [`Recorder::due`](super::Recorder::due) named.
    Tick,
}

/// What a device does, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// Heating up.
    Preheat,
    /// At temperature.
    Active,
    /// Cooling down after a heat.
    Fade,
    /// Anything else.
    Resting,
    /// Not known at the moment.
    Unknown,
}

impl Activity {
    /// The heater is driven.
    #[must_use]
    pub fn is_heating(self) -> bool {
        matches!(self, Self::Preheat | Self::Active)
    }

    /// In a heat, cooling down included.
    #[must_use]
    pub fn is_in_heat(self) -> bool {
        matches!(self, Self::Preheat | Self::Active | Self::Fade)
    }
}

/// A device of this computer at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct DeviceSeen {
    /// The device.
    pub device: Device,
    /// It is the one that heats with the group.
    pub with_group: bool,
    /// What it does.
    pub activity: Activity,
    /// Chamber temperature, °C.
    pub celsius: Option<f32>,
    /// Target, °C.
    pub target_celsius: Option<f32>,
    /// Seconds in this activity.
    pub elapsed_s: Option<f32>,
    /// Planned seconds of this activity; a boost adds to them.
    pub total_s: Option<f32>,
    /// The selected profile.
    pub profile: Profile,
}

/// The group at a moment.
#[derive(Clone, PartialEq)]
pub struct GroupSeen {
    /// Name of the gateway.
    pub gateway: String,
    /// Its address.
    pub gateway_url: String,
    /// The code that one joins by. It is kept among the groups that were visited and nowhere else.
    pub code: String,
    /// Name.
    pub name: String,
    /// Everybody with a device, this person included.
    pub members: Vec<MemberSeen>,
}

impl fmt::Debug for GroupSeen {
    /// Without the code: an invitation is never logged.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GroupSeen")
            .field("name", &self.name)
            .field("members", &self.members)
            .finish_non_exhaustive()
    }
}

/// A member with a device, at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct MemberSeen {
    /// What the gateway names them by. It is not kept.
    pub id: String,
    /// Name.
    pub name: String,
    /// Light, `#rrggbb`.
    pub color: Option<String>,
    /// This person.
    pub own: bool,
    /// Away: not counted.
    pub away: bool,
    /// Product.
    pub model: Option<String>,
    /// What their device does.
    pub activity: Activity,
    /// Chamber temperature, °C.
    pub celsius: Option<f32>,
    /// Target, °C.
    pub target_celsius: Option<f32>,
}

/// A start that was announced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Start {
    /// When devices begin to heat, ms since 1970; `None`: now.
    pub at_ms: Option<i64>,
    /// Number of the sesh, as the group counts.
    pub number: Option<u32>,
    /// Ids of those who do not take part.
    pub excluded: Vec<String>,
}

/// Something said in the group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
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

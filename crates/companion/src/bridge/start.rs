//! A group start that is under way: from the gateway's word until the instant that devices heat.

use std::time::Instant;

use puffco::device::IntentId;

/// Where a start is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// None under way.
    None,
    /// This person's device will be told to heat.
    Armed {
        /// The wish that the command will carry.
        intent: IntentId,
        /// When.
        at: Instant,
    },
    /// The others start; this person's device does not.
    Watching {
        /// When.
        at: Instant,
    },
}

impl Start {
    /// When devices start.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        match self {
            Self::None => None,
            Self::Armed { at, .. } | Self::Watching { at } => Some(*at),
        }
    }

    /// This person's device will heat.
    #[must_use]
    pub fn is_armed(&self) -> bool {
        matches!(self, Self::Armed { .. })
    }
}

//! Which heat this program started: the only one that it may stop when it ends.

use std::time::{Duration, Instant};

use puffco::device::{IntentId, RequestError};
use puffco::state::OperatingState;

/// A device that took the command but does not heat after this long will not (it needs up to about 1 s,
/// puffco-ble §19).
const TAKE_UP: Duration = Duration::from_secs(4);

/// The heat that this program started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnHeat {
    /// None.
    None,
    /// Asked for; whether the device heats is not known yet.
    Asked(IntentId),
    /// The device took the command; its state has not followed yet.
    Taken {
        /// The wish.
        intent: IntentId,
        /// When it was taken.
        at: Instant,
    },
    /// Heating.
    Running(IntentId),
}

impl OwnHeat {
    /// After the device machine answered.
    #[must_use]
    pub fn answered(self, intent: IntentId, result: &Result<(), RequestError>, now: Instant) -> Self {
        match (self, result) {
            (Self::Asked(asked), Ok(())) if asked == intent => Self::Taken { intent, at: now },
            // It may have been written: still ours to stop.
            (Self::Asked(asked), Err(RequestError::Uncertain)) if asked == intent => {
                Self::Taken { intent, at: now }
            }
            (Self::Asked(asked), Err(_)) if asked == intent => Self::None,
            _ => self,
        }
    }

    /// After the device told its state.
    #[must_use]
    pub fn seen(self, operating: Option<OperatingState>) -> Self {
        let Some(operating) = operating else { return self };
        match self {
            Self::Asked(intent) | Self::Taken { intent, .. } if operating.is_heating() => {
                Self::Running(intent)
            }
            Self::Running(_) if !operating.is_heating() => Self::None,
            _ => self,
        }
    }

    /// When a live device that still does not heat is believed.
    #[must_use]
    pub fn due(self) -> Option<Instant> {
        match self {
            Self::Taken { at, .. } => Some(at + TAKE_UP),
            Self::None | Self::Asked(_) | Self::Running(_) => None,
        }
    }

    /// A heat is asked for, about to come, or running. Without a link it stays so: nobody knows better.
    #[must_use]
    pub fn is_current(self) -> bool {
        self != Self::None
    }
}

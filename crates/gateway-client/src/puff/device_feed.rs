//! What the gateway is told of the own device: the whole of it once, then what changed. A change of state goes
//! at once, everything else at most four times a second.

use std::time::{Duration, Instant};

use crate::group::DeviceReport;

/// Between two frames that carry no change of state.
const TICK: Duration = Duration::from_millis(250);

/// What to tell the gateway.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Telling {
    /// The device, or what changed of it (op 4).
    State(Box<DeviceReport>),
    /// There is none any more (op 10).
    Gone,
}

/// The own device as it is, and as the gateway knows it.
#[derive(Debug, Default)]
pub(super) struct DeviceFeed {
    present: Option<Box<DeviceReport>>,
    told: Option<Box<DeviceReport>>,
    told_at: Option<Instant>,
}

impl DeviceFeed {
    /// The device as it is now. The serial number stays here.
    pub fn set(&mut self, device: Option<Box<DeviceReport>>) {
        self.present = device.map(|mut device| {
            device.serial_number = None;
            device
        });
    }

    /// The device as it is now.
    pub fn present(&self) -> Option<&DeviceReport> {
        self.present.as_deref()
    }

    /// The gateway knows nothing of it (any more): the next telling is the whole.
    pub fn forget_told(&mut self) {
        self.told = None;
        self.told_at = None;
    }

    /// The gateway keeps a device from before, which may be another one.
    pub fn assume_told(&mut self) {
        self.told = Some(Box::default());
    }

    /// When [`DeviceFeed::take`] has something to tell; `None` while there is nothing.
    pub fn due(&self, now: Instant) -> Option<Instant> {
        match (self.pending()?, self.told_at) {
            (Telling::State(change), Some(told_at)) if change.state.is_none() => Some(told_at + TICK),
            _ => Some(now),
        }
    }

    /// Takes what is to be told now.
    pub fn take(&mut self, now: Instant) -> Option<Telling> {
        if self.due(now)? > now {
            return None;
        }
        let telling = self.pending()?;
        self.told.clone_from(&self.present);
        self.told_at = Some(now);
        Some(telling)
    }

    /// The present operating state alone, told again. The TypeScript gateway counts a device as ready only when
    /// its state arrives after the inquiry (facts §4).
    pub fn state_again(&self) -> Option<DeviceReport> {
        let state = self.told.as_ref()?.state?;
        Some(DeviceReport { state: Some(state), ..DeviceReport::default() })
    }

    fn pending(&self) -> Option<Telling> {
        match (&self.told, &self.present) {
            (None, None) => None,
            (Some(_), None) => Some(Telling::Gone),
            (None, Some(present)) => Some(Telling::State(present.clone())),
            (Some(told), Some(present)) => {
                let change = present.diff(told);
                (!change.is_empty()).then(|| Telling::State(Box::new(change)))
            }
        }
    }
}

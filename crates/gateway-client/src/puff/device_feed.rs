//! What the gateway is told of the own device: the whole of it once, then what changed. A change of state goes
//! at once, everything else at most four times a second.

use std::time::{Duration, Instant};

use crate::group::DeviceReport;

/// Between two frames that carry no change of state.
const TICK: Duration = Duration::from_millis(250);

/// What came too soon is told again after this long.
const AGAIN_AFTER: Duration = Duration::from_secs(2);

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
    /// The gateway wants to be told nothing before.
    not_before: Option<Instant>,
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
        self.not_before = None;
    }

    /// The gateway keeps a device from before, which may be another one.
    pub fn assume_told(&mut self) {
        self.told = Some(Box::default());
    }

    /// The gateway did not take what it was told, because it came too soon: the whole is told again in a while.
    pub fn refused(&mut self, now: Instant) {
        self.told = self.present.is_none().then(Box::default);
        self.not_before = Some(now + AGAIN_AFTER);
    }

    /// When [`DeviceFeed::take`] has something to tell; `None` while there is nothing.
    pub fn due(&self, now: Instant) -> Option<Instant> {
        let due = match (self.pending()?, self.told_at) {
            (Telling::State(change), Some(told_at)) if change.state.is_none() => told_at + TICK,
            _ => now,
        };
        Some(self.not_before.map_or(due, |not_before| due.max(not_before)))
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

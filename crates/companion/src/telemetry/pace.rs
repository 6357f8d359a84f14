//! When a device's followers are told: changes of what it does at once, its temperature at most four times a second
//! and only in a heat, everything every ten seconds.

use std::time::{Duration, Instant};

use super::{Payload, State, Temperature};

/// Everything is told at least so often.
pub const FULL_EVERY: Duration = Duration::from_secs(10);

/// Temperatures, lights and the battery are told at most so often.
pub const STEP: Duration = Duration::from_millis(250);

/// The pace of one service.
#[derive(Clone, Debug, Default)]
pub struct Pace {
    told: Option<Told>,
    /// Something waits for its turn until then.
    pending: Option<Instant>,
}

#[derive(Clone, Debug)]
struct Told {
    state: State,
    /// When everything was told.
    full: Instant,
    /// When anything was.
    last: Instant,
}

impl Pace {
    /// What is to be told of a state now, if anything.
    pub fn look(&mut self, now: Instant, state: &State) -> Option<Payload> {
        self.pending = None;
        let full = match &self.told {
            None => true,
            Some(told) => told.full + FULL_EVERY <= now || differs(&told.state, state),
        };
        if full {
            self.told = Some(Told { state: state.clone(), full: now, last: now });
            return Some(Payload::State(state.clone()));
        }
        let told = self.told.as_mut()?;
        let faint =
            told.state.device.led != state.device.led || told.state.device.battery != state.device.battery;
        let warmer =
            state.device.activity.is_hot() && told.state.device.temperature != state.device.temperature;
        if !faint && !warmer {
            return None;
        }
        let turn = told.last + STEP;
        if now < turn {
            self.pending = Some(turn);
            return None;
        }
        told.last = now;
        if faint {
            told.full = now;
            told.state = state.clone();
            return Some(Payload::State(state.clone()));
        }
        told.state.device.temperature = state.device.temperature;
        let (temperature, target) = (state.device.temperature, state.device.target);
        Some(Payload::Temperature(Temperature { temperature, target }))
    }

    /// When [`Pace::look`] wants to be called, changed or not.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        let full = self.told.as_ref().map(|told| told.full + FULL_EVERY);
        self.pending.into_iter().chain(full).min()
    }

    /// Nobody follows any more: whoever comes next is told everything.
    pub fn rest(&mut self) {
        *self = Self::default();
    }
}

/// In what is told at once.
fn differs(told: &State, state: &State) -> bool {
    let at_once = |state: &State| {
        let mut state = state.clone();
        state.device.temperature = None;
        state.device.led = None;
        state.device.battery = None;
        state
    };
    at_once(told) != at_once(state)
}

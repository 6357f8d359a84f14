//! The device's clock: set once on each link when it was never set or is off (facts/puffco-ble.md §14.1).

use std::time::Instant;

use super::machine::Device;
use crate::attribute::Attribute;
use crate::setting::Setting;
use crate::state::OperatingState;

/// A clock that is off by more than this is set, seconds.
const OFF: u32 = 10;
/// A computer that shows an earlier time than this does not know the time itself: 2023, seconds since 1970.
const LEAST_WALL: u32 = 1_672_531_200;

/// What the computer's clock showed, and when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wall {
    at: Instant,
    unix: u32,
}

impl Wall {
    pub(super) fn new(at: Instant, unix: u64) -> Option<Self> {
        let unix = u32::try_from(unix).ok().filter(|unix| *unix >= LEAST_WALL)?;
        Some(Self { at, unix })
    }

    fn at(self, now: Instant) -> u32 {
        self.unix.saturating_add(now.saturating_duration_since(self.at).as_secs() as u32)
    }
}

impl Device {
    /// The device told its time.
    pub(super) fn clock_read(&mut self, now: Instant, attribute: Attribute) {
        let (Some(wall), Some(clock)) = (self.wall, self.state.clock) else { return };
        let cycle = self.state.operating.is_none_or(OperatingState::is_heat_cycle);
        let busy = self.edit.is_some() || self.is_stopping();
        let Some(session) = self.session_mut().filter(|session| session.is_ready()) else { return };
        if attribute != Attribute::Clock || session.clock_settled {
            return;
        }
        let unix = wall.at(now);
        if clock.abs_diff(unix) <= OFF {
            session.clock_settled = true;
        } else if cycle || busy {
            // Later: it has to be read anew for that.
            session.polls.by(now + super::timing::UNREADABLE, Attribute::Clock);
        } else {
            session.clock_settled = true;
            if let Err(error) = self.begin_edit(now, None, Setting::Clock(unix)) {
                tracing::debug!(%error, "the clock is not set");
            }
        }
    }
}

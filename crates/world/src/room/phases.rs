//! What must hold of the phases that a machine tells.

use std::time::Duration;

use puffco::device::{Phase, SetupStep};

use super::Room;
use super::ledger::Broken;
use super::seat::{Radio, Seat, SeatId};

/// No wait between two tries is longer.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

impl Room {
    pub(super) fn phase_told(&mut self, seat: SeatId, phase: Phase) {
        self.note(|| format!("{seat} {phase:?}"));
        let checked = self.check_phase(&self.seats[seat], &phase);
        self.rule(checked.map_err(|broken| format!("seat {seat}: {broken}")));
        if phase == Phase::Ready {
            self.seats[seat].ready_at = Some(self.now);
        }
        self.seats[seat].phase = phase;
    }

    fn check_phase(&self, seat: &Seat, phase: &Phase) -> Result<(), Broken> {
        if seat.phase == *phase {
            return Err(format!("{phase:?} is told twice"));
        }
        let wanted = seat.wants_link;
        match phase {
            Phase::Idle if wanted => Err("idle, and a link is wanted".to_owned()),
            Phase::Idle => Ok(()),
            _ if !wanted => Err(format!("{phase:?}, and no link is wanted")),
            Phase::Ready if !matches!(seat.radio, Radio::Open(_)) => Err("ready without a link".to_owned()),
            Phase::Ready if !matches!(seat.phase, Phase::SettingUp { .. }) => {
                Err(format!("ready after {:?}", seat.phase))
            }
            Phase::SettingUp { attempt: 0, .. } => Err("tries count from 1".to_owned()),
            Phase::SettingUp { step: SetupStep::Read { done, of }, .. } if done > of => {
                Err(format!("{done} of {of} are read"))
            }
            Phase::SettingUp { step: SetupStep::Connect, .. } => Ok(()),
            Phase::SettingUp { .. } if !matches!(seat.radio, Radio::Open(_)) => {
                Err(format!("{phase:?} without a link"))
            }
            Phase::Waiting { retry_at, .. } if *retry_at > self.now + LONGEST_WAIT => {
                Err(format!("it waits for {:?}", *retry_at - self.now))
            }
            _ => Ok(()),
        }
    }
}

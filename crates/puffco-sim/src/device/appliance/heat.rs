//! A heat: starting, boosting and stopping it, and what of it goes into the logs.

use super::super::logs::{Entry, audit, fault};
use super::super::state::OperatingState;
use super::{Appliance, RISE};

/// It does not heat below this charge, percent.
const LEAST_HEAT_PERCENT: f32 = 5.0;
const ABORTED_FADE_S: f64 = 1.0;
/// Audit codes of the second generation begin with AW.
const SECOND_CODES_FROM: u32 = 39;

impl Appliance {
    pub(super) fn start(&mut self) {
        if self.operating.is_heating() {
            return;
        }
        let fault = match (self.chamber, self.battery) {
            (0, _) => Some(fault::HEATER_OPEN),
            (_, ..LEAST_HEAT_PERCENT) => Some(fault::LOW_BATTERY),
            _ => None,
        };
        if let Some(code) = fault {
            let millivolts = (self.volts() * 1000.0) as u16;
            let entry = Entry::new(self.unix_clock(), code).with(6, &millivolts.to_le_bytes());
            self.logs.fault.push(entry);
            return;
        }
        self.target = self.attributes.selected().celsius;
        let estimate = f64::from(((self.target - self.celsius) / RISE).max(0.0)) + 2.0;
        self.preheat_s = (estimate, 0.0);
        self.enter(OperatingState::PREHEAT, estimate);
        self.log_heat(Moment::Started);
    }

    pub(super) fn abort(&mut self) {
        if self.operating.is_heating() {
            self.log_heat(Moment::Aborted);
            self.enter(OperatingState::FADE, ABORTED_FADE_S);
        }
    }

    pub(super) fn boost(&mut self) {
        let (celsius, seconds) = self.attributes.boost();
        match self.operating {
            OperatingState::PREHEAT => self.boost_s += f64::from(seconds),
            OperatingState::ACTIVE => self.planned += f64::from(seconds),
            _ => return,
        }
        self.target += celsius;
        self.boost_celsius += celsius;
        self.log_heat(Moment::Boosted);
    }

    /// The client's temperature offset changed in mid-heat.
    pub(in super::super) fn retarget(&mut self) {
        if self.operating.is_heating() {
            self.target = self.attributes.selected().celsius + self.boost_celsius;
        }
    }

    /// Writes what happened in a heat, in the generation of codes that its firmware writes (§18).
    pub(super) fn log_heat(&mut self, moment: Moment) {
        let second = self.firmware >= SECOND_CODES_FROM;
        let preheat = self.operating == OperatingState::PREHEAT;
        let code = match moment {
            Moment::Started if second => audit::PREHEAT_V2,
            Moment::Started => audit::PREHEAT,
            Moment::Reached if second => audit::REACHED_V2,
            Moment::Reached => audit::REACHED,
            Moment::Complete if second => audit::COMPLETE_V2,
            Moment::Complete => audit::COMPLETE,
            Moment::Aborted if preheat => audit::PREHEAT_ABORTED,
            Moment::Aborted => audit::ACTIVE_ABORTED,
            Moment::Boosted => audit::BOOSTED,
        };
        let (slot, nominal) = (self.attributes.slot(), self.attributes.selected().celsius);
        let entry = Entry::new(self.unix_clock(), code);
        let hundredths = |seconds: f64| ((seconds * 100.0) as u16).to_le_bytes();
        let tenths = |celsius: f32| ((celsius * 10.0) as i16).to_le_bytes();
        let entry = match code {
            audit::PREHEAT_V2 | audit::REACHED_V2 | audit::COMPLETE_V2 => entry
                .with(6, &[slot & 7, (nominal - 150.0) as u8])
                .with(10, &hundredths(self.preheat_s.0))
                .with(12, &hundredths(self.preheat_s.1)),
            _ => entry
                .with(5, &[0x80 | slot << 4])
                .with(6, &tenths(nominal))
                .with(8, &tenths(self.target))
                .with(10, &tenths(self.celsius))
                .with(12, &hundredths(self.planned))
                .with(14, &hundredths(self.elapsed())),
        };
        self.note(entry);
    }
}

/// What happens in a heat.
#[derive(Clone, Copy)]
pub(super) enum Moment {
    Started,
    Reached,
    Boosted,
    Aborted,
    Complete,
}

//! The battery: what it holds, and how a charger fills it (facts/puffco-ble.md §14.2, §15).

use super::appliance::Appliance;
use super::logs::{Entry, audit};
use super::state::{Charger, NO_CHARGER};

/// Charging one percent takes this long, seconds.
const CHARGE_S_PER_PERCENT: f32 = 36.0;
/// From here on it charges slowly, percent.
const TOPUP_FROM: f32 = 90.0;
/// Charge of a full battery, coulombs.
const CAPACITY: f32 = 6018.0;
const CHARGE_AMPS: f64 = 1.2;

impl Appliance {
    /// Puts it on a charger or takes it off.
    pub(super) fn set_charger(&mut self, charger: Option<Charger>) {
        if self.charger.is_some() == charger.is_some() {
            self.charger = charger;
            return;
        }
        if charger.is_some() {
            (self.charger_since, self.charge_began) = (self.lived, self.battery);
            let millivolts = self.millivolts(self.battery);
            let celsius = [25_u8];
            let entry = Entry::new(self.unix_clock(), audit::CHARGE_STARTED);
            self.note(entry.with(5, &celsius).with(6, &millivolts.to_le_bytes()));
        } else {
            self.log_charge(audit::CHARGER_GONE);
        }
        self.charger = charger;
    }

    /// Seconds of charging pass.
    pub(super) fn take_charge(&mut self, seconds: f32) {
        if self.charger.is_none() {
            return;
        }
        let most = self.most_percent();
        if self.battery >= most {
            return;
        }
        self.battery = (self.battery + seconds / CHARGE_S_PER_PERCENT).min(most);
        if self.battery >= most {
            self.log_charge(audit::CHARGE_COMPLETE);
        }
    }

    /// Where charging stops: below 100 it preserves the battery.
    fn most_percent(&self) -> f32 {
        (self.attributes.value("/u/bat/msoc") as f32).clamp(1.0, 100.0)
    }

    fn is_charging(&self) -> bool {
        self.charge_state() <= 1
    }

    /// `/p/bat/chg/stat`: 0 bulk, 1 top-up, 2 full, 4 disconnected.
    pub(super) fn charge_state(&self) -> u8 {
        match self.charger {
            None => 4,
            Some(_) if self.battery >= self.most_percent() => 2,
            Some(_) if self.battery >= TOPUP_FROM => 1,
            Some(_) => 0,
        }
    }

    /// `/p/bat/chg/src`.
    pub(super) fn charge_source(&self) -> u8 {
        self.charger.map_or(NO_CHARGER, |charger| charger as u8)
    }

    /// NaN when it does not charge.
    pub(super) fn seconds_to_full(&self) -> f64 {
        let missing = (self.most_percent() - self.battery) * CHARGE_S_PER_PERCENT;
        if self.is_charging() { f64::from(missing) } else { f64::NAN }
    }

    pub(super) fn seconds_on_charger(&self) -> f64 {
        if self.charger.is_some() { self.lived - self.charger_since } else { 0.0 }
    }

    pub(super) fn charge_amps(&self) -> f64 {
        if self.is_charging() { CHARGE_AMPS } else { 0.0 }
    }

    /// Negative when it discharges.
    pub(super) fn amps(&self) -> f64 {
        match (self.operating.is_heating(), self.is_charging()) {
            (true, _) => -9.5,
            (false, true) => CHARGE_AMPS,
            (false, false) => -0.045,
        }
    }

    pub(super) fn volts(&self) -> f64 {
        f64::from(self.millivolts(self.battery)) / 1000.0
    }

    fn millivolts(&self, percent: f32) -> u16 {
        (3300.0 + 9.0 * percent) as u16
    }

    fn log_charge(&mut self, code: u8) {
        let words = |words: [u16; 2]| words.map(u16::to_le_bytes).concat();
        let coulombs = (self.battery - self.charge_began).max(0.0) / 100.0 * CAPACITY;
        let entry = Entry::new(self.unix_clock(), code)
            .with(6, &words([self.millivolts(self.charge_began), self.millivolts(self.battery)]))
            .with(10, &[25, 27])
            .with(12, &words([self.seconds_on_charger() as u16, coulombs as u16]));
        self.note(entry);
    }
}

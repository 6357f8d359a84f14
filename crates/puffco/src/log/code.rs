//! The codes of log entries and of boot causes, with their names in the protocol (facts/puffco-ble.md §15, §18).
//! Newest firmware writes codes that nobody knows: they stay numbers.

/// What an entry of the audit log is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AuditCode(pub u8);

#[expect(missing_docs, reason = "the names are the protocol's")]
impl AuditCode {
    pub const CHARGE_START: Self = Self(0);
    pub const CHARGER_DISCONNECTED: Self = Self(1);
    pub const CHARGE_COMPLETE: Self = Self(2);
    pub const ENTER_PREHEAT: Self = Self(3);
    pub const ABORT_PREHEAT: Self = Self(4);
    pub const ABORT_ACTIVE: Self = Self(5);
    pub const COMPLETE: Self = Self(6);
    pub const BOOSTED: Self = Self(7);
    pub const SYSTEM_BOOT: Self = Self(8);
    pub const REACHED: Self = Self(9);
    pub const FACTORY_RESET: Self = Self(10);
    pub const CLOCK_ADJUST: Self = Self(11);
    pub const FAULTED: Self = Self(12);
    pub const LIGHT_ENDED: Self = Self(13);
    /// Of the second generation of entries.
    pub const ENTER_PREHEAT_V2: Self = Self(15);
    /// Of the second generation of entries.
    pub const COMPLETE_V2: Self = Self(18);
    /// Of the second generation of entries.
    pub const REACHED_V2: Self = Self(20);

    /// Its name; `None` for one that is not known.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::CHARGE_START => "charge_start",
            Self::CHARGER_DISCONNECTED => "charger_disconnected",
            Self::CHARGE_COMPLETE => "charge_complete",
            Self::ENTER_PREHEAT => "heat_cycle_enter_preheat",
            Self::ABORT_PREHEAT => "heat_cycle_abort_preheat",
            Self::ABORT_ACTIVE => "heat_cycle_abort_active",
            Self::COMPLETE => "heat_cycle_complete",
            Self::BOOSTED => "heat_cycle_boosted",
            Self::SYSTEM_BOOT => "system_boot",
            Self::REACHED => "heat_cycle_active",
            Self::FACTORY_RESET => "factory_reset",
            Self::CLOCK_ADJUST => "clock_adjust",
            Self::FAULTED => "heat_cycle_faulted",
            Self::LIGHT_ENDED => "mood_light_ended",
            Self::ENTER_PREHEAT_V2 => "heat_cycle_enter_preheat_v2",
            Self::COMPLETE_V2 => "heat_cycle_complete_v2",
            Self::REACHED_V2 => "heat_cycle_active_v2",
            _ => return None,
        })
    }
}

/// What an entry of the fault log is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FaultCode(pub u8);

impl FaultCode {
    /// A charge that took in little.
    pub const CHARGE_LOW_CAPACITY: Self = Self(0);
    /// A heat that was wanted of a battery too low.
    pub const START_LOW_BATTERY: Self = Self(2);
    /// It started: entries before this one belong to an earlier clock.
    pub const SYSTEM_BOOT: Self = Self(12);

    /// Its name; `None` for one that is not known.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        const NAMES: [&str; 14] = [
            "charge_low_capacity",
            "charge_temp_stop",
            "heat_cycle_start_low_battery",
            "heater_current_sense",
            "heater_short_circuit",
            "heater_open_circuit",
            "heater_temp_erratic",
            "heater_temp_lost",
            "heater_safety_thermal_violation",
            "low_battery_voltage",
            "high_battery_temp",
            "bond_failed",
            "system_boot",
            "clock_adjust",
        ];
        NAMES.get(usize::from(self.0)).copied()
    }
}

/// Why a device started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the chip vendor's")]
pub enum BootCause {
    PowerOn,
    AnalogBrownOut,
    DigitalBrownOut,
    DecoupleBrownOut,
    Pin,
    Lockup,
    Software,
    Watchdog,
    DeepSleep,
}

impl BootCause {
    /// What the bits of a boot entry say. A cause that cuts the power sets bits of others by chance: those are
    /// only told when nothing above them in this list explains the start.
    #[must_use]
    pub fn all_in(bits: u32) -> Vec<Self> {
        let has = |(_, bit): &(Self, u32)| bits >> bit & 1 == 1;
        let power_on = [(Self::PowerOn, 0)];
        let brown_outs = [
            (Self::AnalogBrownOut, 2),
            (Self::DigitalBrownOut, 3),
            (Self::DecoupleBrownOut, 4),
            (Self::Pin, 8),
        ];
        let others = [(Self::Lockup, 9), (Self::Software, 10), (Self::Watchdog, 11), (Self::DeepSleep, 16)];
        let cut = power_on.iter().any(has);
        let browned = brown_outs[..3].iter().any(has);
        power_on
            .iter()
            .chain(brown_outs.iter().filter(|_| !cut))
            .chain(others.iter().filter(|_| !cut && !browned))
            .filter(|cause| has(cause))
            .map(|(cause, _)| *cause)
            .collect()
    }

    /// Its name, for technical people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PowerOn => "Power-on",
            Self::AnalogBrownOut => "AVDD brown-out",
            Self::DigitalBrownOut => "DVDD brown-out",
            Self::DecoupleBrownOut => "DEC brown-out",
            Self::Pin => "Pin",
            Self::Lockup => "Lockup",
            Self::Software => "Software request",
            Self::Watchdog => "Watchdog",
            Self::DeepSleep => "EM4",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_power_cut_explains_all_other_bits() {
        assert_eq!(BootCause::all_in(0xffff_ffff), [BootCause::PowerOn]);
        assert_eq!(
            BootCause::all_in(1 << 3 | 1 << 8 | 1 << 11),
            [BootCause::DigitalBrownOut, BootCause::Pin]
        );
        assert_eq!(BootCause::all_in(1 << 8 | 1 << 11), [BootCause::Pin, BootCause::Watchdog]);
        assert_eq!(BootCause::all_in(1 << 1), []);
    }

    #[test]
    fn codes_that_nobody_knows_have_no_name() {
        for code in [14, 16, 17, 19, 21, 255] {
            assert_eq!(AuditCode(code).name(), None, "{code}");
        }
        assert_eq!((FaultCode(13).name(), FaultCode(14).name()), (Some("clock_adjust"), None));
    }
}

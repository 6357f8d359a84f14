//! What a log entry says, by its code (facts/puffco-ble.md §18).

use super::{AuditCode, BootCause, ENTRY_LENGTH, FaultCode, LogKind};

/// An entry, decoded. Codes without a known meaning keep their number; their bytes are in the entry.
#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    /// Something in a heat, in the form of older firmware.
    Heat(Heat),
    /// A heat of newer firmware started (code 15) or was completed (code 18).
    HeatV2 {
        /// Which of the two.
        moment: HeatMoment,
        /// The profile that it ran. Known where the entry tells a temperature.
        profile: Option<HeatProfile>,
        /// Temperature of the profile, °C.
        nominal_celsius: Option<f32>,
    },
    /// A heat of newer firmware reached its temperature.
    Reached(Reached),
    /// Charging began.
    ChargeStart {
        /// Battery temperature, °C.
        celsius: i8,
        /// Battery voltage, V.
        volts: f32,
    },
    /// The charger was taken away.
    ChargerDisconnected(Charge),
    /// The battery is full.
    ChargeComplete(Charge),
    /// The device started.
    Boot(Vec<BootCause>),
    /// Everything was reset.
    FactoryReset,
    /// The clock was set.
    ClockAdjust {
        /// What it said before.
        previous: u32,
        /// Seconds since it booted.
        uptime_s: u32,
    },
    /// A mood light of the lantern ended.
    LightEnded {
        /// Meaning unknown.
        usage: u8,
        /// How long it shone, seconds.
        seconds: u16,
        /// The end of its identifier.
        ulid_tail: [u8; 8],
    },
    /// Something went wrong.
    Fault(FaultCode, Fault),
    /// An entry of the audit log with a code that is not known.
    Unknown(AuditCode),
}

/// What happened in a heat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeatMoment {
    /// It began to heat up.
    Started,
    /// It was stopped while heating up.
    AbortedInPreheat,
    /// It was stopped at temperature.
    Aborted,
    /// It ran to its end.
    Completed,
    /// It was boosted.
    Boosted,
    /// It reached its temperature.
    Reached,
    /// It failed: the fault log has why.
    Faulted,
}

/// Which profile a heat ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeatProfile {
    /// The profile of this slot.
    Slot(u8),
    /// None: a temperature for once.
    OneOff,
}

impl HeatProfile {
    fn from_bits(bits: u8) -> Self {
        match bits & 7 {
            7 => Self::OneOff,
            slot => Self::Slot(slot),
        }
    }
}

/// A moment of a heat, first generation of entries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heat {
    /// What happened.
    pub moment: HeatMoment,
    /// The profile, where the entry tells it.
    pub profile: Option<HeatProfile>,
    /// Temperature of the profile, °C.
    pub nominal_celsius: f32,
    /// What the heater was told, °C.
    pub commanded_celsius: f32,
    /// What it had, °C.
    pub actual_celsius: f32,
    /// Planned seconds of the state that it was in.
    pub planned_s: f32,
    /// Seconds in that state.
    pub elapsed_s: f32,
}

/// A heat that reached its temperature, second generation of entries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reached {
    /// The profile. Known where the entry tells a temperature.
    pub profile: Option<HeatProfile>,
    /// Temperature of the profile, °C.
    pub nominal_celsius: Option<f32>,
    /// How long the firmware thought that heating up would take, seconds.
    pub estimate_s: f32,
    /// How long it took, seconds.
    pub preheat_s: f32,
}

/// A charge that ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Charge {
    /// Battery voltage when it began, V.
    pub start_volts: f32,
    /// Battery voltage when it ended, V.
    pub end_volts: f32,
    /// Battery temperature when it began, °C.
    pub start_celsius: i8,
    /// Battery temperature when it ended, °C.
    pub end_celsius: i8,
    /// How long it took, seconds.
    pub seconds: u16,
    /// What the battery took in, coulombs; 3.6 of them are a milliampere-hour.
    pub coulombs: u16,
}

impl Charge {
    /// What the battery took in, mAh.
    #[must_use]
    pub fn milliampere_hours(&self) -> f32 {
        f32::from(self.coulombs) / 3.6
    }
}

/// What a fault entry says beside its code.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    /// Nothing that is known.
    Plain,
    /// A charge that took in too little.
    LowCapacity {
        /// Charge when it began, raw: percent, or a fraction of it.
        start: u16,
        /// Charge when it ended, raw.
        end: u16,
        /// Battery temperature when it began, °C.
        start_celsius: i8,
        /// Battery temperature when it ended, °C.
        end_celsius: i8,
        /// How long it took, seconds.
        seconds: u16,
        /// What the battery took in, coulombs.
        coulombs: u16,
    },
    /// A heat was wanted of a battery too low.
    LowBattery {
        /// Battery voltage, V.
        volts: f32,
    },
}

impl Record {
    /// Reads an entry of a log.
    #[must_use]
    pub fn decode(kind: LogKind, bytes: &[u8; ENTRY_LENGTH]) -> Self {
        let fields = Fields(bytes);
        match kind {
            LogKind::Audit => audit(AuditCode(bytes[4]), fields),
            LogKind::Fault => fault(FaultCode(bytes[4]), fields),
        }
    }
}

/// The bytes of an entry, by position.
#[derive(Clone, Copy)]
struct Fields<'a>(&'a [u8; ENTRY_LENGTH]);

impl Fields<'_> {
    fn byte<const AT: usize>(self) -> u8 {
        const { assert!(AT < ENTRY_LENGTH, "inside of the entry") };
        self.0[AT]
    }

    fn signed_byte<const AT: usize>(self) -> i8 {
        self.byte::<AT>() as i8
    }

    fn word<const AT: usize>(self) -> u16 {
        const { assert!(AT + 1 < ENTRY_LENGTH, "inside of the entry") };
        u16::from_le_bytes([self.0[AT], self.0[AT + 1]])
    }

    fn tenths<const AT: usize>(self) -> f32 {
        f32::from(self.word::<AT>() as i16) / 10.0
    }

    /// Never signed: a boosted heat lasts longer than 327 s.
    fn hundredths<const AT: usize>(self) -> f32 {
        f32::from(self.word::<AT>()) / 100.0
    }

    fn volts<const AT: usize>(self) -> f32 {
        f32::from(self.word::<AT>()) / 1000.0
    }

    fn long<const AT: usize>(self) -> u32 {
        const { assert!(AT + 3 < ENTRY_LENGTH, "inside of the entry") };
        u32::from_le_bytes([self.0[AT], self.0[AT + 1], self.0[AT + 2], self.0[AT + 3]])
    }
}

fn audit(code: AuditCode, fields: Fields<'_>) -> Record {
    match code {
        AuditCode::CHARGE_START => {
            Record::ChargeStart { celsius: fields.signed_byte::<5>(), volts: fields.volts::<6>() }
        }
        AuditCode::CHARGER_DISCONNECTED => Record::ChargerDisconnected(charge(fields)),
        AuditCode::CHARGE_COMPLETE => Record::ChargeComplete(charge(fields)),
        AuditCode::ENTER_PREHEAT => heat(HeatMoment::Started, fields),
        AuditCode::ABORT_PREHEAT => heat(HeatMoment::AbortedInPreheat, fields),
        AuditCode::ABORT_ACTIVE => heat(HeatMoment::Aborted, fields),
        AuditCode::COMPLETE => heat(HeatMoment::Completed, fields),
        AuditCode::BOOSTED => heat(HeatMoment::Boosted, fields),
        AuditCode::REACHED => heat(HeatMoment::Reached, fields),
        AuditCode::FAULTED => heat(HeatMoment::Faulted, fields),
        AuditCode::SYSTEM_BOOT => Record::Boot(BootCause::all_in(fields.long::<8>())),
        AuditCode::FACTORY_RESET => Record::FactoryReset,
        AuditCode::CLOCK_ADJUST => {
            Record::ClockAdjust { previous: fields.long::<8>(), uptime_s: fields.long::<12>() }
        }
        AuditCode::LIGHT_ENDED => {
            let mut ulid_tail = [0; 8];
            ulid_tail.copy_from_slice(&fields.0[8..]);
            Record::LightEnded { usage: fields.byte::<5>(), seconds: fields.word::<6>(), ulid_tail }
        }
        AuditCode::ENTER_PREHEAT_V2 => heat_v2(HeatMoment::Started, fields),
        AuditCode::COMPLETE_V2 => heat_v2(HeatMoment::Completed, fields),
        AuditCode::REACHED_V2 => {
            let (profile, nominal_celsius) = profile_v2(fields);
            Record::Reached(Reached {
                profile,
                nominal_celsius,
                estimate_s: fields.hundredths::<10>(),
                preheat_s: fields.hundredths::<12>(),
            })
        }
        code => Record::Unknown(code),
    }
}

fn heat(moment: HeatMoment, fields: Fields<'_>) -> Record {
    let flags = fields.byte::<5>();
    Record::Heat(Heat {
        moment,
        profile: (flags & 0x80 != 0).then(|| HeatProfile::from_bits(flags >> 4)),
        nominal_celsius: fields.tenths::<6>(),
        commanded_celsius: fields.tenths::<8>(),
        actual_celsius: fields.tenths::<10>(),
        planned_s: fields.hundredths::<12>(),
        elapsed_s: fields.hundredths::<14>(),
    })
}

fn heat_v2(moment: HeatMoment, fields: Fields<'_>) -> Record {
    let (profile, nominal_celsius) = profile_v2(fields);
    Record::HeatV2 { moment, profile, nominal_celsius }
}

/// Profile and temperature of the second generation: without a temperature the profile's bits say nothing.
fn profile_v2(fields: Fields<'_>) -> (Option<HeatProfile>, Option<f32>) {
    let above = Some(fields.byte::<7>()).filter(|above| *above != 0);
    let profile = above.map(|_| HeatProfile::from_bits(fields.byte::<6>()));
    (profile, above.map(|above| 150.0 + f32::from(above)))
}

fn charge(fields: Fields<'_>) -> Charge {
    Charge {
        start_volts: fields.volts::<6>(),
        end_volts: fields.volts::<8>(),
        start_celsius: fields.signed_byte::<10>(),
        end_celsius: fields.signed_byte::<11>(),
        seconds: fields.word::<12>(),
        coulombs: fields.word::<14>(),
    }
}

fn fault(code: FaultCode, fields: Fields<'_>) -> Record {
    let detail = match code {
        FaultCode::CHARGE_LOW_CAPACITY => Fault::LowCapacity {
            start: fields.word::<6>(),
            end: fields.word::<8>(),
            start_celsius: fields.signed_byte::<10>(),
            end_celsius: fields.signed_byte::<11>(),
            seconds: fields.word::<12>(),
            coulombs: fields.word::<14>(),
        },
        FaultCode::START_LOW_BATTERY => Fault::LowBattery { volts: fields.volts::<6>() },
        _ => Fault::Plain,
    };
    Record::Fault(code, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An entry with this code and what follows it.
    fn audited(code: u8, rest: [u8; 11]) -> Record {
        Record::decode(LogKind::Audit, &entry(code, rest))
    }

    fn entry(code: u8, rest: [u8; 11]) -> [u8; ENTRY_LENGTH] {
        let mut bytes = [0; ENTRY_LENGTH];
        bytes[4] = code;
        bytes[5..].copy_from_slice(&rest);
        bytes
    }

    #[test]
    fn a_heat_has_its_profile_temperatures_and_times() {
        let record = audited(5, [0xa0, 0x0e, 0x0b, 0x40, 0x0b, 0x9c, 0xff, 0x70, 0x17, 0xc4, 0x09]);
        let heat = Heat {
            moment: HeatMoment::Aborted,
            profile: Some(HeatProfile::Slot(2)),
            nominal_celsius: 283.0,
            commanded_celsius: 288.0,
            actual_celsius: -10.0,
            planned_s: 60.0,
            elapsed_s: 25.0,
        };
        assert_eq!(record, Record::Heat(heat));
    }

    #[test]
    fn long_heats_do_not_become_negative() {
        let Record::Heat(heat) = audited(6, [0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0x40, 0x9c]) else {
            panic!("a heat")
        };
        assert_eq!((heat.planned_s, heat.elapsed_s), (655.35, 400.0));
    }

    #[test]
    fn flags_without_their_highest_bit_name_no_profile() {
        let profile = |flags: u8| match audited(9, [flags, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]) {
            Record::Heat(heat) => heat.profile,
            _ => None,
        };
        assert_eq!(profile(0x70), None);
        assert_eq!(profile(0x80), Some(HeatProfile::Slot(0)));
        assert_eq!(profile(0xf0), Some(HeatProfile::OneOff));
    }

    #[test]
    fn the_second_generation_counts_its_temperature_from_150() {
        let reached = audited(20, [0, 0xf9, 0x6e, 0, 0, 0x60, 0x09, 0xca, 0x08, 0, 0]);
        let expected = Reached {
            profile: Some(HeatProfile::Slot(1)),
            nominal_celsius: Some(260.0),
            estimate_s: 24.0,
            preheat_s: 22.5,
        };
        assert_eq!(reached, Record::Reached(expected));
        let nothing = audited(18, [0; 11]);
        let expected = Record::HeatV2 { moment: HeatMoment::Completed, profile: None, nominal_celsius: None };
        assert_eq!(nothing, expected);
    }

    #[test]
    fn a_clock_adjust_tells_what_the_clock_said() {
        let record = audited(11, [0, 0, 0, 0x10, 0x27, 0, 0, 7, 0, 0, 0]);
        assert_eq!(record, Record::ClockAdjust { previous: 10_000, uptime_s: 7 });
    }

    #[test]
    fn unknown_codes_stay_numbers() {
        assert_eq!(audited(14, [1; 11]), Record::Unknown(AuditCode(14)));
        let fault = Record::decode(LogKind::Fault, &entry(200, [1; 11]));
        assert_eq!(fault, Record::Fault(FaultCode(200), Fault::Plain));
    }

    #[test]
    fn a_low_battery_fault_tells_its_voltage() {
        let fault = Record::decode(LogKind::Fault, &entry(2, [0, 0xe4, 0x0c, 0, 0, 0, 0, 0, 0, 0, 0]));
        assert_eq!(fault, Record::Fault(FaultCode(2), Fault::LowBattery { volts: 3.3 }));
    }
}

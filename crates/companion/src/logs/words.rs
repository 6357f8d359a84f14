//! Log entries in words. Temperatures are left out: a sentence has no unit that suits everybody, and what a
//! dab reached is told in numbers.

use puffco::device::RequestError;
use puffco::log::{Charge, Fault, FaultCode, HeatMoment, HeatProfile, LogEntry, Record};
use puffco::state::UNIX_EPOCH_LEAST;

use crate::contract::Said;
use crate::said;

/// Why a log could not be read, and what to do.
pub fn failed(error: &RequestError) -> Said {
    match error {
        RequestError::NotConnected => {
            said!("The device is not connected. Press its button to wake it, then read the log again.")
        }
        RequestError::NotPossible(_) => {
            said!("The device cannot tell its log now. Read it again in a moment.")
        }
        _ => said!("The link broke while the log was read. Read it again when the device is connected."),
    }
}

/// What happened, and more of it.
pub fn entry(record: &Record, entry: &LogEntry) -> (Said, Said) {
    match record {
        Record::Heat(heat) => {
            let after = (heat.elapsed_s > 0.0).then(|| clock(heat.elapsed_s));
            let details = match (profile(heat.profile), after) {
                (Some(profile), Some(time)) => {
                    said!("{profile}, after {time}", profile = profile, time = time)
                }
                (None, Some(time)) => said!("After {time}", time = time),
                (profile, None) => profile.unwrap_or_default(),
            };
            (moment(heat.moment), details)
        }
        Record::HeatV2 { moment: what, profile: slot, .. } => {
            (moment(*what), profile(*slot).unwrap_or_default())
        }
        Record::Reached(reached) => {
            let took = (reached.preheat_s > 0.0).then(|| clock(reached.preheat_s));
            let details = match (profile(reached.profile), took) {
                (Some(profile), Some(time)) => said!("{profile}, in {time}", profile = profile, time = time),
                (None, Some(time)) => said!("In {time}", time = time),
                (profile, None) => profile.unwrap_or_default(),
            };
            (moment(HeatMoment::Reached), details)
        }
        Record::ChargeStart { volts, .. } => {
            (said!("Charging started"), said!("{volts} V", volts = hundredths(*volts)))
        }
        Record::ChargerDisconnected(charge) => (said!("Charger taken away"), charged(charge)),
        Record::ChargeComplete(charge) => (said!("Fully charged"), charged(charge)),
        Record::Boot(causes) => {
            let causes: Vec<_> = causes.iter().map(|cause| cause.name()).collect();
            (said!("Started up"), Said::verbatim(causes.join(", ")))
        }
        Record::FactoryReset => (said!("Everything was reset"), Said::default()),
        Record::ClockAdjust { previous, .. } => {
            let first = *previous < UNIX_EPOCH_LEAST;
            let details = if first { said!("For the first time since it started") } else { Said::default() };
            (said!("Clock set"), details)
        }
        Record::LightEnded { seconds, .. } => {
            (said!("Lantern mood ended"), said!("After {time}", time = clock(f32::from(*seconds))))
        }
        Record::Fault(code, details) => (fault(*code), fault_details(details)),
        Record::Unknown(code) => (said!("Entry of kind {code}", code = code.0), Said::verbatim(raw(entry))),
    }
}

fn moment(moment: HeatMoment) -> Said {
    match moment {
        HeatMoment::Started => said!("Began to heat up"),
        HeatMoment::AbortedInPreheat => said!("Stopped while heating up"),
        HeatMoment::Aborted => said!("Stopped at temperature"),
        HeatMoment::Completed => said!("Heat complete"),
        HeatMoment::Boosted => said!("Boosted"),
        HeatMoment::Reached => said!("Reached temperature"),
        HeatMoment::Faulted => said!("Heat failed"),
    }
}

fn profile(profile: Option<HeatProfile>) -> Option<Said> {
    profile.map(|profile| match profile {
        HeatProfile::Slot(slot) => said!("Profile {number}", number = u16::from(slot) + 1),
        HeatProfile::OneOff => said!("A temperature for once"),
    })
}

fn charged(charge: &Charge) -> Said {
    said!(
        "{minutes} min, {mah} mAh, {from} to {to} V",
        minutes = charge.seconds / 60,
        mah = charge.milliampere_hours().round(),
        from = hundredths(charge.start_volts),
        to = hundredths(charge.end_volts),
    )
}

/// A fault by its code (puffco-ble §15); unknown codes raw.
fn fault(FaultCode(code): FaultCode) -> Said {
    match code {
        0 => said!("Charged less than expected"),
        1 => said!("Charging stopped: battery too hot or too cold"),
        2 => said!("Battery too low to heat"),
        3 => said!("Heater current could not be measured"),
        4 => said!("Heater short circuit"),
        5 => said!("Heater open circuit"),
        6 => said!("Heater temperature erratic"),
        7 => said!("Heater temperature lost"),
        8 => said!("Safety stop: heater too hot"),
        9 => said!("Battery voltage too low"),
        10 => said!("Battery too hot"),
        11 => said!("Pairing failed"),
        12 => said!("Started up"),
        13 => said!("Clock set"),
        other => said!("Fault {code}", code = other),
    }
}

fn fault_details(fault: &Fault) -> Said {
    match fault {
        Fault::Plain => Said::default(),
        Fault::LowCapacity { seconds, coulombs, .. } => said!(
            "{minutes} min, {mah} mAh",
            minutes = seconds / 60,
            mah = (f32::from(*coulombs) / 3.6).round(),
        ),
        Fault::LowBattery { volts } => said!("{volts} V", volts = hundredths(*volts)),
    }
}

/// The bytes after time and code, for who knows more.
fn raw(entry: &LogEntry) -> String {
    let bytes: Vec<_> = entry.bytes[5..].iter().map(|byte| format!("{byte:02x}")).collect();
    bytes.join(" ")
}

fn hundredths(number: f32) -> f32 {
    (number * 100.0).round() / 100.0
}

fn clock(seconds: f32) -> String {
    let whole = seconds.round().clamp(0.0, 86_400.0) as u32;
    format!("{}:{:02}", whole / 60, whole % 60)
}

//! Log entries in words. Temperatures are left out: a sentence has no unit that suits everybody, and what a
//! dab reached is told in numbers.

use puffco::device::RequestError;
use puffco::log::{Charge, Fault, FaultCode, HeatMoment, HeatProfile, LogEntry, Record};
use puffco::state::UNIX_EPOCH_LEAST;

/// Why a log could not be read, and what to do.
pub fn failed(error: &RequestError) -> &'static str {
    match error {
        RequestError::NotConnected => {
            "The device is not connected. Press its button to wake it, then read the log again."
        }
        RequestError::NotPossible(_) => "The device cannot tell its log now. Read it again in a moment.",
        _ => "The link broke while the log was read. Read it again when the device is connected.",
    }
}

/// What happened, and more of it.
pub fn entry(record: &Record, entry: &LogEntry) -> (String, String) {
    match record {
        Record::Heat(heat) => {
            let after = (heat.elapsed_s > 0.0).then(|| format!("after {}", clock(heat.elapsed_s)));
            (moment(heat.moment).into(), joined([profile(heat.profile), after]))
        }
        Record::HeatV2 { moment: what, profile: slot, .. } => {
            (moment(*what).into(), joined([profile(*slot)]))
        }
        Record::Reached(reached) => {
            let took = (reached.preheat_s > 0.0).then(|| format!("in {}", clock(reached.preheat_s)));
            (moment(HeatMoment::Reached).into(), joined([profile(reached.profile), took]))
        }
        Record::ChargeStart { volts, .. } => ("Charging started".into(), format!("{volts:.2} V")),
        Record::ChargerDisconnected(charge) => ("Charger taken away".into(), charged(charge)),
        Record::ChargeComplete(charge) => ("Fully charged".into(), charged(charge)),
        Record::Boot(causes) => {
            let causes: Vec<_> = causes.iter().map(|cause| cause.name()).collect();
            ("Started up".into(), causes.join(", "))
        }
        Record::FactoryReset => ("Everything was reset".into(), String::new()),
        Record::ClockAdjust { previous, .. } => {
            let first = *previous < UNIX_EPOCH_LEAST;
            (
                "Clock set".into(),
                if first { "For the first time since it started".into() } else { String::new() },
            )
        }
        Record::LightEnded { seconds, .. } => {
            ("Lantern mood ended".into(), format!("after {}", clock(f32::from(*seconds))))
        }
        Record::Fault(code, details) => (fault(*code), fault_details(details)),
        Record::Unknown(code) => (format!("Entry of kind {}", code.0), raw(entry)),
    }
}

fn moment(moment: HeatMoment) -> &'static str {
    match moment {
        HeatMoment::Started => "Began to heat up",
        HeatMoment::AbortedInPreheat => "Stopped while heating up",
        HeatMoment::Aborted => "Stopped at temperature",
        HeatMoment::Completed => "Heat complete",
        HeatMoment::Boosted => "Boosted",
        HeatMoment::Reached => "Reached temperature",
        HeatMoment::Faulted => "Heat failed",
    }
}

fn profile(profile: Option<HeatProfile>) -> Option<String> {
    profile.map(|profile| match profile {
        HeatProfile::Slot(slot) => format!("profile {}", u16::from(slot) + 1),
        HeatProfile::OneOff => "a temperature for once".into(),
    })
}

fn charged(charge: &Charge) -> String {
    let minutes = charge.seconds / 60;
    let mah = charge.milliampere_hours();
    format!("{minutes} min, {mah:.0} mAh, {:.2} to {:.2} V", charge.start_volts, charge.end_volts)
}

/// A fault by its code (puffco-ble §15); unknown codes raw.
fn fault(FaultCode(code): FaultCode) -> String {
    const TITLES: [&str; 14] = [
        "Charged less than expected",
        "Charging stopped: battery too hot or too cold",
        "Battery too low to heat",
        "Heater current could not be measured",
        "Heater short circuit",
        "Heater open circuit",
        "Heater temperature erratic",
        "Heater temperature lost",
        "Safety stop: heater too hot",
        "Battery voltage too low",
        "Battery too hot",
        "Pairing failed",
        "Started up",
        "Clock set",
    ];
    TITLES.get(usize::from(code)).map_or_else(|| format!("Fault {code}"), |title| (*title).to_owned())
}

fn fault_details(fault: &Fault) -> String {
    match fault {
        Fault::Plain => String::new(),
        Fault::LowCapacity { seconds, coulombs, .. } => {
            format!("{} min, {:.0} mAh", seconds / 60, f32::from(*coulombs) / 3.6)
        }
        Fault::LowBattery { volts } => format!("{volts:.2} V"),
    }
}

/// The bytes after time and code, for who knows more.
fn raw(entry: &LogEntry) -> String {
    let bytes: Vec<_> = entry.bytes[5..].iter().map(|byte| format!("{byte:02x}")).collect();
    bytes.join(" ")
}

fn clock(seconds: f32) -> String {
    let whole = seconds.round().clamp(0.0, 86_400.0) as u32;
    format!("{}:{:02}", whole / 60, whole % 60)
}

/// The parts that there are, as one sentence without its end.
fn joined<const N: usize>(parts: [Option<String>; N]) -> String {
    let text = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

//! Entries of the audit log, and the dabs that they tell of.

use std::time::Duration;

use puffco::log::{
    Charge, ENTRY_LENGTH, HeatProfile, LogEntry, LogKind, Reached, Record, Session, place, sessions,
};
use serde_json::{Value, json};

use super::entry::{from_hex, to_hex};
use super::{Checked, Entry, Outcome, unknown};

pub fn check(entry: &Entry) -> Checked {
    match entry.category.as_str() {
        "log.audit.decode" => {
            let hex = entry.text("entry_hex")?;
            decoded(&LogEntry { index: 0, bytes: bytes(hex)? }).map(Outcome::Got)
        }
        "log.audit.sessions" => told(entry).map(Outcome::Exactly),
        _ => unknown(entry),
    }
}

fn bytes(hex: &str) -> Result<[u8; ENTRY_LENGTH], String> {
    from_hex(hex).and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| "an entry has 16 bytes".to_owned())
}

fn decoded(entry: &LogEntry) -> Result<Value, String> {
    let mut got = match entry.record(LogKind::Audit) {
        Record::Heat(heat) => json!({
            "nominal_temp_c": heat.nominal_celsius,
            "commanded_temp_c": heat.commanded_celsius,
            "actual_temp_c": heat.actual_celsius,
            "total_time_s": heat.planned_s,
            "elapsed_s": heat.elapsed_s,
            "profile": heat.profile.map(number),
        }),
        Record::HeatV2 { profile, nominal_celsius, .. } => {
            json!({ "profile": profile.map(number), "nominal_temp_c": nominal_celsius })
        }
        Record::Reached(Reached { profile, nominal_celsius, estimate_s, preheat_s }) => json!({
            "profile": profile.map(number),
            "nominal_temp_c": nominal_celsius,
            "preheat_estimate_s": estimate_s,
            "preheat_s": preheat_s,
        }),
        Record::ChargeStart { celsius, volts } => {
            json!({ "temp_c": celsius, "start_temp_c": celsius, "voltage_v": volts, "start_voltage_v": volts })
        }
        Record::ChargerDisconnected(charge) | Record::ChargeComplete(charge) => charged(&charge),
        Record::Boot(causes) => {
            let names: Vec<&str> = causes.iter().map(|cause| cause.name()).collect();
            json!({ "boot_cause": if names.is_empty() { "Unknown".to_owned() } else { names.join(", ") } })
        }
        Record::ClockAdjust { previous, uptime_s } => json!({
            "previous": previous,
            "previous_clock": previous,
            "previous_timestamp": previous,
            "uptime": uptime_s,
            "uptime_s": uptime_s,
        }),
        Record::LightEnded { usage, seconds, ulid_tail } => {
            json!({ "usage": usage, "duration": seconds, "ulid_tail_hex": to_hex(&ulid_tail) })
        }
        Record::FactoryReset | Record::Unknown(_) => json!({}),
        Record::Fault(..) => return Err("a fault in the audit log".to_owned()),
    };
    got["timestamp_raw"] = json!(entry.stamp());
    got["code"] = json!(entry.code());
    Ok(got)
}

fn charged(charge: &Charge) -> Value {
    json!({
        "start_voltage_v": charge.start_volts,
        "end_voltage_v": charge.end_volts,
        "start_temp_c": charge.start_celsius,
        "end_temp_c": charge.end_celsius,
        "elapsed_s": charge.seconds,
        "charge_delivered_mah": charge.milliampere_hours().round(),
    })
}

/// A profile as the file numbers it.
fn number(profile: HeatProfile) -> i32 {
    match profile {
        HeatProfile::Slot(slot) => i32::from(slot),
        HeatProfile::OneOff => -1,
    }
}

fn told(entry: &Entry) -> Result<Value, String> {
    let list = entry.inputs["entries"].as_array().ok_or("no `entries`")?;
    let entries: Vec<LogEntry> = list
        .iter()
        .map(|value| {
            let index = value["index"].as_u64().and_then(|index| u32::try_from(index).ok());
            let hex = value["entry_hex"].as_str().unwrap_or_default();
            Ok(LogEntry { index: index.ok_or("an entry without index")?, bytes: bytes(hex)? })
        })
        .collect::<Result<_, String>>()?;
    let clock = entry.whole("device_clock").ok();
    let now = Duration::try_from_secs_f64(entry.float("host_now")?).map_err(|error| error.to_string())?;
    let sessions = sessions(&place(LogKind::Audit, &entries, clock, now));
    Ok(json!({ "sessions": sessions.iter().map(session).collect::<Vec<_>>() }))
}

fn session(session: &Session) -> Value {
    json!({
        "index": session.index,
        "ts": session.at.as_secs_f64(),
        "profile": session.profile.map(number),
        "temp_c": session.nominal_celsius.map(f32::round_ties_even),
        "preheat_estimate_s": session.estimate_s,
        "preheat_s": session.preheat_s,
    })
}

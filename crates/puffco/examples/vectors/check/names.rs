//! Names of codes. Other clients have other names for some of them; those count as the same.

use puffco::log::{AuditCode, FaultCode};
use puffco::state::{ChargeSource, ChargeState, OperatingState};
use serde_json::json;

use super::{Checked, Entry, Outcome, unknown};

/// A name of this crate, and what others call the same.
const ALIASES: [(&str, &str); 8] = [
    ("wireless", "qi"),
    ("dock", "power_dock"),
    ("dock", "unknown_2"),
    ("heater_safety_thermal_violation", "safety_thermal_violation"),
    ("heat_cycle_faulted", "faulted"),
    ("heat_cycle_enter_preheat_v2", "unknown_15"),
    ("heat_cycle_complete_v2", "unknown_18"),
    ("heat_cycle_active_v2", "unknown_20"),
];

/// The mode commands, by code. The crate has no commands for the last two: they must not be sent.
const MODES: [&str; 12] = [
    "MASTER_OFF",
    "SLEEP",
    "IDLE",
    "TEMP_SELECT_BEGIN",
    "TEMP_SELECT_STOP",
    "SHOW_BATTERY_LEVEL",
    "SHOW_VERSION",
    "HEAT_CYCLE_START",
    "HEAT_CYCLE_ABORT",
    "HEAT_CYCLE_BOOST",
    "FACTORY_TEST",
    "BONDING",
];

/// The code of a mode command.
pub fn mode_code(name: &str) -> Option<u8> {
    let name = if name == "SHOW_BATTERY" { "SHOW_BATTERY_LEVEL" } else { name };
    MODES.iter().position(|known| *known == name).map(|code| code as u8)
}

pub fn check(entry: &Entry) -> Checked {
    let id: u8 = entry.whole("id")?;
    let name = match entry.category.as_str() {
        "enum.operating_state" => OperatingState(id).name(),
        "enum.charge_state" => ChargeState(id).name(),
        "enum.charge_source" => ChargeSource(id).name(),
        "enum.audit_code" => AuditCode(id).name(),
        "enum.fault_code" => FaultCode(id).name(),
        _ => return unknown(entry),
    };
    let name = name.map_or_else(|| format!("unknown_{id}"), str::to_owned);
    let expected = entry.expected["name"].as_str().unwrap_or_default();
    let same = ALIASES.iter().any(|(ours, theirs)| *ours == name && *theirs == expected);
    Ok(Outcome::Got(json!({ "name": if same { expected } else { &name } })))
}

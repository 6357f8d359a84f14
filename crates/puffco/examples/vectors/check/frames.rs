//! Frames of the newer generation: unlock, requests, replies, events, and whole operations.

use puffco::firmware::Revision;
use puffco::generation::{Encoding, Generation, LedApi};
use puffco::legacy;
use puffco::light::encode_rgb;
use puffco::lorax::{
    LEGACY_KEY, LORAX_KEY, Limits, Operation, Reply, Request, Sequence, WatchEvent, next_read, request_frame,
    token,
};
use puffco::number::{Dialect, Quantity};
use puffco::setting::{Setting, Slot};
use puffco::state::Rgb;
use puffco::temperature::to_celsius;
use puffco::write::{Mode, Target, Write, WriteError};
use serde_json::{Value, json};

use super::entry::to_hex;
use super::{Checked, Entry, Outcome, unknown};

/// A Peak Pro on firmware with records as colours.
pub const FLOATS: Encoding =
    Encoding { generation: Generation::Lorax, dialect: Some(Dialect::Float), lights: Some(LedApi::Records) };

pub const FIRMWARE: Revision = Revision(36);

pub fn check(entry: &Entry) -> Checked {
    let got = match entry.category.as_str() {
        "auth.token" => json!({ "token_hex": to_hex(&answer(entry)?) }),
        "transcript.auth" => {
            let first = entry.whole("first_seq")?;
            numbered(first, &[Operation::GetAccessSeed, Operation::UnlockAccess(answer(entry)?)])?
        }
        "transcript.init" => init(entry)?,
        "transcript.legacy_auth" => json!({
            "write_uuid": legacy::ACCESS.to_string(),
            "data_hex": to_hex(&token(&LEGACY_KEY, &seed(entry)?)),
        }),
        "operation.frames" => return operation(entry),
        "lorax.request.encode" => {
            let (sequence, opcode) = (entry.whole("seq")?, entry.whole("opcode")?);
            let body = entry.bytes("body_hex")?;
            let frame = request_frame(sequence, opcode, &body).map_err(|error| error.to_string())?;
            json!({ "frame_hex": to_hex(&frame) })
        }
        "lorax.reply.decode" => {
            let reply = Reply::decode(&entry.bytes("frame_hex")?).map_err(|error| error.to_string())?;
            json!({ "seq": reply.sequence, "status": reply.status.0, "payload_hex": to_hex(&reply.payload) })
        }
        "lorax.event.decode" => {
            let event = WatchEvent::decode(&entry.bytes("frame_hex")?).map_err(|error| error.to_string())?;
            let data = to_hex(&event.data);
            json!({ "seq": event.sequence, "status": event.status.0, "watch_id": event.watch, "data_hex": data })
        }
        "lorax.limits.decode" => limits(&entry.bytes("payload_hex")?)?,
        "lorax.sequence.next" => json!({ "next": Sequence(entry.whole("previous")?).take() }),
        "lorax.mode_command.encode" => json!({ "data_hex": mode_bytes(entry.whole("command")?)? }),
        "lorax.bool.encode" => json!({ "data_hex": to_hex(&FLOATS.encode_switch(entry.flag("on")?)) }),
        category if category.starts_with("lorax.body.") => {
            let Some(operation) = body(entry, &category["lorax.body.".len()..])? else {
                return unknown(entry);
            };
            let mut body = Vec::new();
            operation.encode_body(&mut body);
            json!({ "body_hex": to_hex(&body) })
        }
        _ => return unknown(entry),
    };
    Ok(Outcome::Got(got))
}

fn seed(entry: &Entry) -> Result<[u8; 16], String> {
    entry.bytes("seed_hex")?.try_into().map_err(|_| "a seed has 16 bytes".to_owned())
}

fn answer(entry: &Entry) -> Result<[u8; 16], String> {
    let key = match entry.text("key")? {
        "lorax" => LORAX_KEY,
        "legacy" => LEGACY_KEY,
        "seed_only" => [0; 16],
        other => return Err(format!("no key `{other}`")),
    };
    Ok(token(&key, &seed(entry)?))
}

fn limits(payload: &[u8]) -> Result<Value, String> {
    let limits = Limits::decode(payload).ok_or("too short for limits")?;
    Ok(json!({
        "max_payload": limits.payload, "max_files": limits.files, "max_commands": limits.commands,
    }))
}

fn body(entry: &Entry, name: &str) -> Result<Option<Operation>, String> {
    let path = || entry.text("path").map(str::to_owned);
    Ok(Some(match name {
        "read_short" => Operation::ReadShort {
            offset: entry.whole("offset")?,
            length: entry.whole("max_len")?,
            path: path()?,
        },
        "write_short" => Operation::WriteShort {
            offset: entry.whole("offset").unwrap_or_default(),
            flags: entry.whole("flags")?,
            path: path()?,
            data: entry.bytes("data_hex")?,
        },
        "open" => Operation::Open { flags: entry.whole("flags")?, path: path()? },
        "read" => Operation::Read {
            handle: entry.whole("handle")?,
            offset: entry.whole("offset")?,
            length: entry.whole("max_len")?,
        },
        "watch" => Operation::Watch {
            handle: entry.whole("handle")?,
            interval_ms: entry.whole("interval_ms")?,
            length: entry.whole("length")?,
        },
        "unwatch" => Operation::Unwatch { handle: entry.whole("handle")? },
        "close" => Operation::Close { handle: entry.whole("handle")? },
        "prune" => prune(entry)?,
        _ => return Ok(None),
    }))
}

/// The time of a prune is told in milliseconds; without one it is the vendor's.
fn prune(entry: &Entry) -> Result<Operation, String> {
    let key = ["timeout_ms", "ms", "interval_ms"].into_iter().find(|key| entry.inputs.get(key).is_some());
    let Some(key) = key else { return Ok(Operation::PRUNE) };
    let milliseconds = entry.whole(key)?;
    Operation::prune_after(milliseconds).ok_or_else(|| format!("{milliseconds} ms are too many"))
}

/// The frames of operations, numbered from here on without a gap.
fn numbered(first: u16, operations: &[Operation]) -> Result<Value, String> {
    let mut frames = Vec::new();
    let mut sequence = first;
    for operation in operations {
        let request = Request { sequence, operation: operation.clone() };
        frames.push(to_hex(&request.encode().map_err(|error| error.to_string())?));
        sequence = sequence.wrapping_add(1);
    }
    Ok(json!({ "frames_hex": frames }))
}

fn init(entry: &Entry) -> Result<Value, String> {
    let version: u16 = entry.whole("lorax_version")?;
    let told: Vec<u16> = entry.wholes("limits")?;
    let payload: Vec<u8> = told.into_iter().flat_map(u16::to_le_bytes).collect();
    let mut operations =
        vec![Operation::GetLimits, Operation::GetAccessSeed, Operation::UnlockAccess(answer(entry)?)];
    if version != 0 {
        operations.insert(0, Operation::PRUNE);
    }
    let mut got = numbered(entry.whole("first_seq")?, &operations)?;
    for (key, value) in limits(&payload)?.as_object().into_iter().flatten() {
        got[key.as_str()] = value.clone();
    }
    Ok(got)
}

/// The bytes of a mode command. Two codes have no command here, because they must not be sent: for them it is
/// checked how a code is put into bytes.
pub fn mode_bytes(code: u8) -> Result<String, String> {
    match Mode::from_code(code) {
        Some(mode) => encoded(&Write::Mode(mode), FLOATS).map(|(_, data)| to_hex(&data)),
        None => Ok(to_hex(&FLOATS.encode_code(code))),
    }
}

pub fn encoded(write: &Write, encoding: Encoding) -> Result<(Target, Vec<u8>), String> {
    write.encode(encoding, FIRMWARE).map_err(|error| error.to_string())
}

/// The setting that an operation of the file asks for.
pub fn setting(entry: &Entry) -> Result<Option<Setting>, String> {
    let slot = || -> Result<Slot, String> {
        let number: u8 =
            entry.whole(if entry.inputs.get("index").is_some() { "index" } else { "profile" })?;
        Slot::new(number).ok_or_else(|| format!("no profile {number}"))
    };
    let seconds = || entry.float("seconds").map(|seconds| seconds as f32);
    let color = || -> Result<Vec<u8>, String> {
        let channel = |key| entry.whole::<u8>(key);
        let rgb = Rgb(channel("r")?, channel("g")?, channel("b")?);
        Ok(encode_rgb(rgb, channel("luma_anim")?).to_vec())
    };
    let light = || -> Result<_, String> {
        puffco::light::Light::decode(&color()?).ok_or_else(|| "no light".to_owned())
    };
    let name = || entry.text("name").or_else(|_| entry.text("text")).map(str::to_owned);
    Ok(Some(match entry.text("operation")? {
        "select_profile" => Setting::SelectedProfile(slot()?),
        "set_profile_time" => Setting::ProfileSeconds(slot()?, seconds()?),
        "set_profile_temp" => Setting::ProfileCelsius(slot()?, celsius(entry)?),
        "set_profile_name" => Setting::ProfileName(slot()?, name()?),
        "set_profile_color" => Setting::ProfileLight(slot()?, light()?),
        "set_boost_temp" => Setting::ProfileBoostCelsius(slot()?, celsius(entry)?),
        "set_boost_time" => Setting::ProfileBoostSeconds(slot()?, seconds()?),
        "set_brightness" => Setting::Brightness(
            entry.wholes("bytes")?.try_into().map_err(|_| "brightness has four bytes".to_owned())?,
        ),
        "set_stealth" => Setting::Stealth(entry.flag("on")?),
        "set_lantern" => Setting::Lantern(entry.flag("on")?),
        "set_lantern_time" => Setting::LanternSeconds(seconds()?),
        "set_lantern_color" => Setting::LanternLight(light()?),
        "set_device_name" | "set_name" => Setting::Name(name()?),
        _ => return Ok(None),
    }))
}

fn celsius(entry: &Entry) -> Result<f32, String> {
    let of = |keys: &[&str]| keys.iter().find_map(|key| entry.float(key).ok()).map(|number| number as f32);
    of(&["celsius", "temp_c", "temperature_c", "value"])
        .or_else(|| of(&["fahrenheit", "temp_f"]).map(to_celsius))
        .ok_or_else(|| "no temperature".to_owned())
}

/// The bytes of a setting. This crate refuses some values that other clients write; how their numbers are put
/// into bytes is checked nevertheless.
pub fn setting_bytes(setting: &Setting, encoding: Encoding) -> Result<(Target, Vec<u8>), String> {
    let write = Write::Set(setting.clone());
    match write.encode(encoding, FIRMWARE) {
        Err(WriteError::OutOfRange { value, .. }) => {
            let quantity = match setting {
                Setting::ProfileCelsius(..) | Setting::ProfileBoostCelsius(..) => Quantity::Celsius,
                Setting::LanternSeconds(_) => Quantity::StateSeconds,
                _ => Quantity::ProfileSeconds,
            };
            let data = quantity.encode(Dialect::Float, value).ok_or("no number")?;
            Ok((write.target(encoding.generation).map_err(|error| error.to_string())?, data.to_vec()))
        }
        Err(error) => Err(error.to_string()),
        Ok(encoded) => Ok(encoded),
    }
}

fn operation(entry: &Entry) -> Checked {
    let first = entry.whole("first_seq")?;
    let write = |target: Target, data: Vec<u8>| match target {
        Target::File(path) => Ok(Operation::WriteShort { offset: 0, flags: 0, path, data }),
        _ => Err("goes to no file".to_owned()),
    };
    let mode = |code: u8| -> Result<Operation, String> {
        let mode = Mode::from_code(code).ok_or_else(|| format!("mode command {code} must not be sent"))?;
        let (target, data) = encoded(&Write::Mode(mode), FLOATS)?;
        write(target, data)
    };
    let operations = match entry.text("operation")? {
        "mode_command" => vec![mode(entry.whole("command")?)?],
        "mode_command x2" => {
            entry.wholes("commands")?.into_iter().map(mode).collect::<Result<Vec<_>, _>>()?
        }
        "read_file_chunked" => {
            let (path, chunk) = (entry.text("path")?, entry.whole::<u16>("chunk")?);
            let length: usize = entry.whole("file_len")?;
            let mut operations = Vec::new();
            let (mut received, mut got) = (0, None);
            while let Some(operation) = next_read(path, chunk, received, got) {
                operations.push(operation);
                let came = usize::from(chunk).min(length - received);
                received += came;
                got = Some(came);
            }
            operations
        }
        "read_short" | "write_short" | "open" | "read" | "watch" | "unwatch" | "close" | "prune" => {
            body(entry, entry.text("operation")?)?.into_iter().collect()
        }
        _ => match setting(entry)? {
            Some(setting) => {
                let (target, data) = setting_bytes(&setting, FLOATS)?;
                vec![write(target, data)?]
            }
            None => return Err(format!("the operation `{}` is not known", entry.text("operation")?)),
        },
    };
    numbered(first, &operations).map(Outcome::Got)
}

//! Examples that were made by running other clients of these devices (facts/puffco-ble.md §25).
//!
//! The file is not part of this repository. It is taken from `HEARTH_PUFFCO_VECTORS`, or from a folder `shared`
//! beside the workspace; without it there is nothing to compare with, and the test says so.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use puffco::advertisement::recognise;
use puffco::attribute::Attribute;
use puffco::cbor;
use puffco::color::{ColorFile, encode_rgb};
use puffco::firmware::Revision;
use puffco::link::Advertisement;
use puffco::lorax::{
    LEGACY_KEY, LORAX_KEY, Limits, Operation, Reply, Request, Sequence, Status, WatchEvent, token,
};
use puffco::model::Product;
use puffco::number::{Dialect, Quantity};
use puffco::state::{ChargeState, DeviceState, OperatingState, Rgb};
use puffco::write::{Mode, Slot, Write};
use serde_json::{Value, json};

fn vectors() -> Option<Vec<Value>> {
    let beside = || {
        let crates = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        crates.ancestors().nth(3).map(|root| root.join("shared").join("vectors").join("puffco-ble.json"))
    };
    let path = std::env::var_os("HEARTH_PUFFCO_VECTORS").map(PathBuf::from).or_else(beside)?;
    let text = std::fs::read_to_string(path).ok()?;
    let file: Value = serde_json::from_str(&text).unwrap();
    Some(file["vectors"].as_array().unwrap().clone())
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(value: &Value) -> Vec<u8> {
    hex(value.as_str().unwrap())
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

fn body(operation: &Operation) -> Value {
    let mut body = Vec::new();
    operation.encode_body(&mut body);
    json!({ "body_hex": to_hex(&body) })
}

fn near(actual: Option<f32>, expected: &Value) -> bool {
    match (actual, expected.as_f64()) {
        (Some(actual), Some(expected)) => {
            (f64::from(actual) - expected).abs() <= 1e-6 * expected.abs().max(1.0)
        }
        (actual, _) => actual.is_none() && expected.is_null(),
    }
}

fn mode(code: u64) -> Option<Mode> {
    use Mode::{
        HeatCycleAbort, HeatCycleBoost, HeatCycleStart, Idle, MasterOff, ShowBattery, ShowVersion, Sleep,
        TempSelectBegin, TempSelectStop,
    };
    let all = [
        MasterOff,
        Sleep,
        Idle,
        TempSelectBegin,
        TempSelectStop,
        ShowBattery,
        ShowVersion,
        HeatCycleStart,
        HeatCycleAbort,
        HeatCycleBoost,
    ];
    all.get(usize::try_from(code).unwrap()).copied()
}

/// The name that the vectors use for a product.
fn peer_name(product: Option<Product>) -> Option<String> {
    use puffco::model::Series;
    let product = product?;
    Some(match (product.series, product.name) {
        (Series::Proxy, name) => format!("Proxy{name}"),
        (Series::PeakPro, "Peak Pro") => "Peak".to_owned(),
        (Series::PeakPro, name) => name.to_owned(),
    })
}

/// Whether the code agrees with a vector; `None` when it does nothing of the kind.
fn agrees(category: &str, inputs: &Value, expected: &Value) -> Option<bool> {
    let text = |key: &str| inputs[key].as_str().unwrap().to_owned();
    Some(match category {
        "auth.token" => {
            let key = match inputs["key"].as_str().unwrap() {
                "lorax" => LORAX_KEY,
                "legacy" => LEGACY_KEY,
                _ => [0; 16],
            };
            let seed: [u8; 16] = bytes(&inputs["seed_hex"]).try_into().unwrap();
            to_hex(&token(&key, &seed)) == expected["token_hex"]
        }
        "lorax.request.encode" => {
            // Any opcode with any body: only the header is ours.
            let opcode = number(&inputs["opcode"]) as u8;
            let body = bytes(&inputs["body_hex"]);
            let operation = Operation::decode(opcode, &body)?;
            let request = Request { sequence: number(&inputs["seq"]) as u16, operation };
            to_hex(&request.encode().unwrap()) == expected["frame_hex"]
        }
        "lorax.reply.decode" => {
            let reply = Reply::decode(&bytes(&inputs["frame_hex"])).unwrap();
            json!({ "seq": reply.sequence, "status": reply.status.0, "payload_hex": to_hex(&reply.payload) })
                == *expected
        }
        "lorax.event.decode" => {
            let event = WatchEvent::decode(&bytes(&inputs["frame_hex"])).unwrap();
            let Status(status) = event.status;
            json!({
                "seq": event.sequence, "status": status, "watch_id": event.watch,
                "data_hex": to_hex(&event.data),
            }) == *expected
        }
        "lorax.limits.decode" => {
            let limits = Limits::decode(&bytes(&inputs["payload_hex"])).unwrap();
            json!({
                "max_payload": limits.payload, "max_files": limits.files, "max_commands": limits.commands,
            }) == *expected
        }
        "lorax.sequence.next" => {
            u64::from(Sequence(number(&inputs["previous"]) as u16).take()) == number(&expected["next"])
        }
        "lorax.body.read_short" => {
            let (offset, length) = (number(&inputs["offset"]) as u16, number(&inputs["max_len"]) as u16);
            body(&Operation::ReadShort { offset, length, path: text("path") }) == *expected
        }
        "lorax.body.write_short" => {
            let (offset, flags) = (number(&inputs["offset"]) as u16, number(&inputs["flags"]) as u8);
            let data = bytes(&inputs["data_hex"]);
            body(&Operation::WriteShort { offset, flags, path: text("path"), data }) == *expected
        }
        "lorax.body.open" => {
            body(&Operation::Open { flags: number(&inputs["flags"]) as u8, path: text("path") }) == *expected
        }
        "lorax.body.watch" => {
            let operation = Operation::Watch {
                handle: number(&inputs["handle"]) as u16,
                interval_ms: number(&inputs["interval_ms"]) as u16,
                length: number(&inputs["length"]) as u16,
            };
            body(&operation) == *expected
        }
        "lorax.body.close" => {
            body(&Operation::Close { handle: number(&inputs["handle"]) as u16 }) == *expected
        }
        "lorax.mode_command.encode" => {
            let Some(mode) = mode(number(&inputs["command"])) else {
                // Factory test and bonding cannot be expressed, on purpose.
                return Some(number(&inputs["command"]) >= 10);
            };
            let Ok(Operation::WriteShort { data, .. }) = Write::Mode(mode).operation(None) else {
                return Some(false);
            };
            to_hex(&data) == expected["data_hex"]
        }
        "operation.frames" => return operation_frames(inputs, expected),
        "firmware.revision.to_string" => {
            Revision(number(&inputs["value"]) as u32).to_string() == expected["text"]
        }
        "firmware.revision.from_string" => match text("text").parse::<Revision>() {
            Ok(Revision(value)) => json!({ "value": value }) == *expected,
            Err(_) => expected["error"] == "invalid",
        },
        "firmware.meets_minimum" => {
            let revision = |key: &str| text(key).parse::<Revision>().unwrap();
            (revision("current") >= revision("minimum")) == expected["result"]
        }
        "product.from_serial" => {
            let name = peer_name(Product::from_serial(&text("serial")));
            // The peer tells the revised first generation apart; people do not.
            name.as_deref().map(|name| {
                if expected["name"] == "PeakAlt" { name == "Peak" } else { expected["name"] == name }
            })?
        }
        "product.from_peak_code" => peer_name(Product::from_peak_code(number(&inputs["code"]) as u32))
            .is_some_and(|name| expected["name"] == name),
        "product.peak_model_with_serial" => {
            let serial = text("serial");
            let product = Product::of(Some(number(&inputs["model_code"]) as u32), Some(&serial));
            peer_name(product).is_some_and(|name| expected["name"] == name)
        }
        "advertisement.match" => {
            let address = text("address");
            let address: Vec<u8> =
                address.split(':').map(|part| u8::from_str_radix(part, 16).unwrap()).collect();
            let services = inputs["service_uuids"].as_array().unwrap();
            let heard = Advertisement {
                name: inputs["local_name"].as_str().map(str::to_owned),
                address: address.try_into().ok(),
                services: services.iter().map(|id| id.as_str().unwrap().parse().unwrap()).collect(),
                ..Advertisement::default()
            };
            recognise(&heard).is_some() == expected["match"]
        }
        "f32.encode" => {
            let value = inputs["value"].as_f64().unwrap() as f32;
            let encoded = Quantity::AlwaysFloat.encode(Dialect::Float, value).unwrap();
            to_hex(&encoded) == expected["data_hex"]
        }
        "f32.decode_finite" => {
            near(Quantity::Celsius.decode(Dialect::Float, &bytes(&inputs["data_hex"])), &expected["value"])
        }
        "int_dialect.temp.decode" => near(
            Quantity::Celsius.decode(Dialect::Integer, &bytes(&inputs["data_hex"])),
            &expected["celsius"],
        ),
        "int_dialect.battery.decode" => {
            let percent = Quantity::Percent.decode(Dialect::Integer, &bytes(&inputs["data_hex"]));
            near(percent.map(f32::round), &expected["percent_rounded"])
        }
        "int_dialect.profile_time.decode" => {
            let seconds = Quantity::ProfileSeconds.decode(Dialect::Integer, &bytes(&inputs["data_hex"]));
            near(seconds.map(f32::round), &expected["seconds_rounded"])
        }
        "color.rgb8.encode" => {
            let channel = |key: &str| number(&inputs[key]) as u8;
            to_hex(&encode_rgb(Rgb(channel("r"), channel("g"), channel("b")), channel("luma_anim")))
                == expected["data_hex"]
        }
        "color.decode" => color(&bytes(&inputs["data_hex"])) == simplified(expected),
        "color.cbor.first_item_len" => {
            let length = cbor::first_item(&bytes(&inputs["data_hex"])).map(|(_, length)| length);
            json!({ "length": length }) == *expected
        }
        "state.is_heat_cycle" => {
            OperatingState(number(&inputs["id"]) as u8).is_heat_cycle() == expected["result"]
        }
        "charge.is_charging" => {
            let charge = ChargeState(number(&inputs["id"]) as u8);
            json!({ "charging": charge.is_charging(), "on_dock": charge.is_on_power() }) == *expected
        }
        // One example has seven bytes: no address, whatever its maker did with it.
        "device.mac.decode" if bytes(&inputs["data_hex"]).len() != 6 => return None,
        "device.mac.decode" => {
            let mut state = DeviceState::default();
            Attribute::Mac.apply(&bytes(&inputs["data_hex"]), None, &mut state);
            let text = state.mac.unwrap().map(|byte| format!("{byte:02X}")).join(":");
            text == expected["text"]
        }
        "file.decode" => return file_decode(inputs, expected),
        _ => return None,
    })
}

fn operation_frames(inputs: &Value, expected: &Value) -> Option<bool> {
    let slot = || Slot::new(number(&inputs["index"]) as u8).unwrap();
    let float = |key: &str| inputs[key].as_f64().unwrap() as f32;
    let write = match inputs["operation"].as_str().unwrap() {
        "mode_command" => Write::Mode(mode(number(&inputs["command"]))?),
        "select_profile" => Write::SelectProfile(slot()),
        "set_profile_time" => Write::ProfileSeconds(slot(), float("seconds")),
        "set_brightness" => {
            let levels: Vec<u8> =
                inputs["bytes"].as_array().unwrap().iter().map(|level| number(level) as u8).collect();
            Write::Brightness(levels.try_into().unwrap())
        }
        "set_stealth" => Write::Stealth(inputs["on"].as_bool().unwrap()),
        "set_lantern_time" => Write::LanternSeconds(float("seconds")),
        "set_lantern_color" => {
            let channel = |key: &str| number(&inputs[key]) as u8;
            Write::LanternColor(Rgb(channel("r"), channel("g"), channel("b")), channel("luma_anim"))
        }
        _ => return None,
    };
    let operation = write.operation(Some(Dialect::Float)).unwrap();
    let frame = Request { sequence: number(&inputs["first_seq"]) as u16, operation }.encode().unwrap();
    Some(json!([to_hex(&frame)]) == expected["frames_hex"])
}

fn file_decode(inputs: &Value, expected: &Value) -> Option<bool> {
    let file = [
        Attribute::Operating,
        Attribute::Firmware,
        Attribute::ModelCode,
        Attribute::TotalDabs,
        Attribute::ChargeEta,
        Attribute::DabsPerDay,
    ]
    .into_iter()
    .find(|file| *file.path() == *inputs["path"].as_str().unwrap())?;
    let mut state = DeviceState::default();
    file.apply(&bytes(&inputs["data_hex"]), Some(Dialect::Float), &mut state);
    let expected = &expected["value"];
    Some(match file {
        Attribute::Operating => json!(state.operating.unwrap().0) == *expected,
        Attribute::Firmware => Revision(state.firmware.unwrap()).to_string() == *expected,
        Attribute::ModelCode => json!(state.model_code.unwrap().to_string()) == *expected,
        Attribute::TotalDabs => near(state.total_dabs, expected),
        Attribute::ChargeEta => near(state.charge_eta_s, expected),
        _ => near(state.dabs_per_day.map(|rate| (rate * 10.0).round() / 10.0), expected),
    })
}

fn color(file: &[u8]) -> Value {
    match ColorFile::decode(file) {
        Some(ColorFile::Rgb { rgb: Rgb(r, g, b), .. }) => json!({ "type": "rgb", "r": r, "g": g, "b": b }),
        Some(ColorFile::Table { luma, speed }) => json!({ "type": "table", "luma": luma, "speed": speed }),
        Some(ColorFile::Document(colors)) => {
            let colors: Vec<String> =
                colors.iter().map(|Rgb(r, g, b)| format!("#{r:02x}{g:02x}{b:02x}")).collect();
            json!({ "type": "cbor", "colors": colors })
        }
        Some(ColorFile::Null) => json!({ "type": "null" }),
        None => json!({ "type": "unknown" }),
    }
}

/// What of a colour is decoded here.
fn simplified(expected: &Value) -> Value {
    let kept = ["type", "r", "g", "b", "luma", "speed", "colors"];
    let fields = expected.as_object().unwrap().iter().filter(|(key, _)| kept.contains(&key.as_str()));
    fields.map(|(key, value)| (key.clone(), value.clone())).collect::<serde_json::Map<_, _>>().into()
}

#[test]
fn other_clients_examples_are_agreed_with() {
    let Some(vectors) = vectors() else {
        println!("no file of examples: nothing was compared");
        return;
    };
    let mut compared: BTreeMap<String, u32> = BTreeMap::new();
    let mut wrong = Vec::new();
    for vector in &vectors {
        let category = vector["category"].as_str().unwrap();
        match agrees(category, &vector["inputs"], &vector["expected"]) {
            Some(true) => *compared.entry(category.to_owned()).or_default() += 1,
            Some(false) => wrong.push(format!("{} {}", vector["name"], vector["expected"])),
            None => {}
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let total: u32 = compared.values().sum();
    println!("{total} of {} examples compared, of {} kinds", vectors.len(), compared.len());
    assert!(total > 150 && compared.len() > 25, "{compared:#?}");
}

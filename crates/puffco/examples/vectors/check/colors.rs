//! Colour files: records, documents, identifiers.

use puffco::cbor::{self, Item};
use puffco::light::{Light, Record, Table, encode_rgb};
use puffco::state::Rgb;
use puffco::ulid::Ulid;
use serde_json::{Map, Value, json};

use super::entry::{from_hex, to_hex};
use super::{Checked, Entry, Outcome, unknown};

pub fn check(entry: &Entry) -> Checked {
    let got = match entry.category.as_str() {
        "color.rgb8.encode" => {
            let channel = |key| entry.whole::<u8>(key);
            let rgb = Rgb(channel("r")?, channel("g")?, channel("b")?);
            json!({ "data_hex": to_hex(&encode_rgb(rgb, channel("luma_anim")?)) })
        }
        "color.decode" => color(&entry.bytes("data_hex")?),
        "color.cbor.encode" => {
            let document = entry.inputs.get("document").ok_or("no `document`")?;
            json!({ "cbor_hex": to_hex(&item("", document)?.encode()) })
        }
        "color.cbor.first_item_len" => {
            let length = cbor::first_item(&entry.bytes("data_hex")?).map(|(_, length)| length);
            json!({ "length": length })
        }
        "ulid.to_bytes" => {
            let ulid: Ulid = entry.text("text")?.parse().map_err(|error| format!("{error}"))?;
            json!({ "data_hex": to_hex(&ulid.0) })
        }
        "ulid.to_text" => {
            let bytes = entry.bytes("data_hex")?.try_into().map_err(|_| "an identifier has 16 bytes")?;
            json!({ "text": Ulid(bytes).to_string() })
        }
        _ => return unknown(entry),
    };
    Ok(Outcome::Got(got))
}

fn color(file: &[u8]) -> Value {
    if file.len() > 8 {
        return match Light::decode(file) {
            Some(light) => {
                json!({ "type": "cbor", "colors": light.colors.iter().map(web).collect::<Vec<_>>() })
            }
            None => json!({ "type": "unknown" }),
        };
    }
    match Record::decode(file) {
        Some(Record::Rgb { rgb: Rgb(r, g, b), animation }) => {
            json!({ "type": "rgb", "r": r, "g": g, "b": b, "luma_anim": animation })
        }
        Some(Record::Table { luma, speed, animation, table: Table { colors, offsets, length, phase } }) => {
            json!({
                "type": "table",
                "luma": luma,
                "speed": speed,
                "luma_anim": animation,
                "color_index": colors,
                "offset_index": offsets,
                "color_length": length,
                "pll_num": phase.map(|(numerator, _)| numerator),
                "pll_denom": phase.map(|(_, denominator)| denominator),
            })
        }
        Some(Record::Null) => json!({ "type": "null" }),
        None => json!({ "type": "unknown" }),
    }
}

fn web(Rgb(r, g, b): &Rgb) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// The item of a value under a key: lists of colours under some keys are byte strings in a document.
fn item<'a>(key: &str, value: &'a Value) -> Result<Item<'a>, String> {
    Ok(match value {
        Value::Null => Item::Scalar,
        Value::Bool(value) => Item::Bool(*value),
        Value::Number(number) => match number.as_i128() {
            Some(whole) => Item::Integer(whole),
            None => Item::Float(number.as_f64().ok_or("no number")?),
        },
        Value::String(text) if key.ends_with("Ulid") => {
            let ulid: Ulid = text.parse().map_err(|error| format!("{error}"))?;
            Item::Bytes(ulid.0.to_vec().into())
        }
        Value::String(text) => Item::text(text.as_str()),
        Value::Array(colors) if matches!(key, "color" | "colors") => {
            Item::Bytes(colors.iter().map(triple).collect::<Result<Vec<_>, _>>()?.concat().into())
        }
        Value::Array(colors) if key == "userColors" => {
            let colors = colors.iter().map(|color| triple(color).map(|rgb| Item::Bytes(rgb.into())));
            Item::Array(colors.collect::<Result<_, _>>()?)
        }
        Value::Array(values) => {
            Item::Array(values.iter().map(|value| item("", value)).collect::<Result<_, _>>()?)
        }
        Value::Object(fields) => map(fields)?,
    })
}

fn map(fields: &Map<String, Value>) -> Result<Item<'_>, String> {
    let entries = fields.iter().map(|(key, value)| Ok((Item::text(key.as_str()), item(key, value)?)));
    entries.collect::<Result<Vec<_>, String>>().map(Item::Map)
}

fn triple(color: &Value) -> Result<Vec<u8>, String> {
    let text = color.as_str().and_then(|text| text.strip_prefix('#'));
    text.and_then(from_hex).filter(|rgb| rgb.len() == 3).ok_or_else(|| format!("no colour {color}"))
}

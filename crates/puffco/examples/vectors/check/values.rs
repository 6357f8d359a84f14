//! Numbers in both dialects, and what the bytes of files mean.

use puffco::attribute::{Attribute, address_text};
use puffco::firmware::Revision;
use puffco::generation::Encoding;
use puffco::number::{Dialect, Quantity, finite_float, float};
use puffco::setting::{brightness_level, brightness_percent};
use puffco::state::{ChargeState, DeviceState, OperatingState, Profile};
use puffco::temperature::{to_celsius, to_fahrenheit};
use serde_json::{Value, json};

use super::entry::to_hex;
use super::frames::FLOATS;
use super::{Checked, Entry, Outcome, unknown};

pub fn check(entry: &Entry) -> Checked {
    let data = || entry.bytes("data_hex");
    let integer = |quantity: Quantity, data: &[u8]| quantity.decode(Dialect::Integer, data);
    let got = match entry.category.as_str() {
        "f32.encode" => {
            let bytes = Quantity::AlwaysFloat.encode(Dialect::Float, entry.float("value")? as f32);
            json!({ "data_hex": to_hex(&bytes.ok_or("no number")?) })
        }
        "f32.decode" => json!({ "value": float(&data()?).map(raw) }),
        "f32.decode_finite" => json!({ "value": finite_float(&data()?) }),
        "temp.f_to_c" => json!({ "value": to_celsius(entry.float("value")? as f32) }),
        "temp.c_to_f" => json!({ "value": to_fahrenheit(entry.float("value")? as f32) }),
        "brightness.percent_to_byte" => json!({ "byte": brightness_level(entry.whole("percent")?) }),
        "brightness.byte_to_percent" => json!({ "percent": brightness_percent(entry.whole("byte")?) }),
        "state.is_heat_cycle" => json!({ "result": OperatingState(entry.whole("id")?).is_heat_cycle() }),
        "charge.is_charging" => {
            let charge = ChargeState(entry.whole("id")?);
            json!({ "charging": charge.is_charging(), "on_dock": charge.is_on_power() })
        }
        "device.mac.decode" => json!({ "text": address_text(&data()?) }),
        "file.decode" => return file(entry),
        "int_dialect.temp.decode" => {
            let celsius = integer(Quantity::Celsius, &data()?);
            let fahrenheit = celsius.map(|celsius| to_fahrenheit(celsius).round());
            json!({ "celsius": celsius, "fahrenheit_rounded": fahrenheit })
        }
        "int_dialect.temp.encode" => {
            let celsius = to_celsius(entry.float("fahrenheit")? as f32);
            let bytes = Quantity::Celsius.encode(Dialect::Integer, celsius).ok_or("no number")?;
            json!({ "data_hex": to_hex(&bytes) })
        }
        "int_dialect.battery.decode" => {
            json!({ "percent_rounded": integer(Quantity::Percent, &data()?).map(f32::round) })
        }
        "int_dialect.profile_time.decode" => {
            json!({ "seconds_rounded": integer(Quantity::ProfileSeconds, &data()?).map(f32::round) })
        }
        _ => return unknown(entry),
    };
    Ok(Outcome::Got(got))
}

/// A float as JSON: what JSON has no number for is a text.
fn raw(value: f32) -> Value {
    if value.is_nan() {
        json!("NaN")
    } else if value.is_infinite() {
        json!(if value > 0.0 { "Infinity" } else { "-Infinity" })
    } else {
        json!(value)
    }
}

fn file(entry: &Entry) -> Checked {
    let path = entry.text("path")?;
    // The running copy of a profile has the files of the profile itself.
    let path = path.strip_prefix("/p/app/thc/").map_or(path.to_owned(), |leaf| format!("/u/app/hc/0/{leaf}"));
    let attribute = Attribute::all()
        .find(|attribute| attribute.path() == path)
        .ok_or_else(|| format!("the file `{path}` is not known"))?;
    let dialect = match entry.text("dialect") {
        Ok("integer" | "int") => Dialect::Integer,
        _ => Dialect::Float,
    };
    let mut state = DeviceState::default();
    attribute.apply(&entry.bytes("data_hex")?, Encoding { dialect: Some(dialect), ..FLOATS }, &mut state);
    let mut value = value(attribute, &state);
    let field = entry.expected["field"].as_str().unwrap_or_default();
    if field.ends_with("_1dp") {
        value = json!(value.as_f64().map(|number| (number * 10.0).round() / 10.0));
    }
    if field.ends_with("_text") && value.is_number() {
        value = json!(value.to_string());
    }
    Ok(Outcome::Got(json!({ "field": field, "value": value })))
}

/// What a state has of an attribute.
fn value(attribute: Attribute, state: &DeviceState) -> Value {
    let profile = |of: fn(&Profile) -> Value| state.profiles.first().map_or(Value::Null, of);
    match attribute {
        Attribute::ModelCode => json!(state.model_code),
        Attribute::Serial => json!(state.serial),
        Attribute::Hardware => json!(state.hardware),
        Attribute::Firmware => json!(state.firmware.map(|number| Revision(number).to_string())),
        Attribute::GitHash => json!(state.git_hash),
        Attribute::ApiRevision => json!(state.api_revision),
        Attribute::Bootloader => json!(state.bootloader),
        Attribute::Mac => json!(state.mac.map(|mac| mac.map(|byte| format!("{byte:02X}")).join(":"))),
        Attribute::Uptime => json!(state.uptime_s),
        Attribute::Clock => json!(state.clock),
        Attribute::Name => json!(state.name),
        Attribute::Birthday => json!(state.birthday),
        Attribute::Battery => json!(state.battery_percent),
        Attribute::BatteryVolts => json!(state.battery_volts),
        Attribute::BatteryAmps => json!(state.battery_amps),
        Attribute::BatteryCelsius => json!(state.battery_celsius),
        Attribute::BatteryCapacity => json!(state.battery_capacity_mah),
        Attribute::MaxCharge => json!(state.max_charge_percent),
        Attribute::Charge => json!(state.charge.map(|charge| charge.0)),
        Attribute::ChargeSource => json!(state.charge_source),
        Attribute::ChargeEta => json!(state.charge_eta_s),
        Attribute::ChargeElapsed => json!(state.charge_elapsed_s),
        Attribute::ChargeAmps => json!(state.charge_amps),
        Attribute::Operating => json!(state.operating.map(|operating| operating.0)),
        Attribute::Elapsed => json!(state.elapsed_s),
        Attribute::Total => json!(state.total_s),
        Attribute::Heater => json!(state.heater_celsius),
        Attribute::Target => json!(state.target_celsius),
        Attribute::HeaterWatts => json!(state.heater_watts),
        Attribute::HeaterOhms => json!(state.heater_ohms),
        Attribute::Chamber => json!(state.chamber.map(|chamber| chamber.0)),
        Attribute::SelectedProfile => json!(state.selected_profile),
        Attribute::TotalDabs => json!(state.total_dabs),
        Attribute::TotalHeatSeconds => json!(state.total_heat_s),
        Attribute::TripDabs => json!(state.trip_dabs),
        Attribute::TripHeatSeconds => json!(state.trip_heat_s),
        Attribute::DabsPerDay => json!(state.dabs_per_day),
        Attribute::DabsLeft => json!(state.dabs_left),
        Attribute::Led => json!(state.led.map(|rgb| [rgb.0, rgb.1, rgb.2])),
        Attribute::Brightness => json!(state.brightness),
        Attribute::Stealth => json!(state.stealth),
        Attribute::LanternOn => json!(state.lantern_on),
        Attribute::LanternLight => {
            json!(
                state.lantern_light.as_ref().and_then(|light| light.first()).map(|rgb| [rgb.0, rgb.1, rgb.2])
            )
        }
        Attribute::LanternSeconds => json!(state.lantern_s),
        Attribute::LanternRemaining => json!(state.lantern_remaining_s),
        Attribute::LightProbe => Value::Null,
        Attribute::ProfileName(_) => profile(|profile| json!(profile.name)),
        Attribute::ProfileCelsius(_) => profile(|profile| json!(profile.celsius)),
        Attribute::ProfileSeconds(_) => profile(|profile| json!(profile.seconds)),
        Attribute::ProfileLight(_) => {
            profile(|profile| json!(profile.color().map(|rgb| [rgb.0, rgb.1, rgb.2])))
        }
        Attribute::ProfileIntensity(_) => profile(|profile| json!(profile.intensity)),
        Attribute::ProfileBoostCelsius(_) => profile(|profile| json!(profile.boost_celsius)),
        Attribute::ProfileBoostSeconds(_) => profile(|profile| json!(profile.boost_seconds)),
    }
}

//! What became of a change, in sentences. Temperatures are in the person's unit; the device's way to say it
//! is never shown.

use std::ops::RangeInclusive;

use puffco::device::RequestError;
use puffco::setting::{
    BOOST_CELSIUS, BOOST_SECONDS, LANTERN_SECONDS, MAX_CHARGE, PROFILE_CELSIUS, PROFILE_SECONDS, Setting,
};
use puffco::temperature::{difference_to_fahrenheit, to_fahrenheit};
use puffco::write::WriteError;

use crate::contract::Unit;
use crate::light::BadLight;

/// Brightness above 100 %.
pub const BAD_BRIGHTNESS: &str = "Brightness is between 0 and 100 percent. Nothing was changed.";
/// This computer's clock says a time that no device can be set to.
pub const BAD_CLOCK: &str = "This computer's own clock is wrong. Set it first. Nothing was changed.";
/// No link, and nothing was written.
pub const NOT_CONNECTED: &str =
    "The device is not connected, so nothing was changed. Press its button to wake it, then save again.";
/// No link yet, and nothing was written.
pub const CONNECTING: &str =
    "The device is still being connected, so nothing was changed. Save again when it is.";
/// The link broke in the middle.
pub const UNCERTAIN: &str = "The link broke while this was saved, so it is not known whether the device has it. It \
                             is read again: look at it when the device is connected.";
/// An intensity that needs another chamber or newer firmware (puffco-ble §15).
pub const NO_XL: &str =
    "XL needs a 3D XL chamber and newer firmware than this device has now. Nothing was changed.";
/// A heat runs, and nothing was written.
pub const HEATING: &str = "The device is heating, so nothing was changed. Save again when the heat is over.";
/// Nothing is there to take back.
pub const NOTHING_TO_UNDO: &str = "There is no change to take back.";
/// More wishes wait than anybody makes by hand.
pub const TOO_MANY: &str = "Too many changes wait already. Try again in a moment.";

/// Why a value was not written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Refused {
    /// It is none that may be written.
    Value(WriteError),
    /// The device answered with this status.
    Status(u8),
}

/// A value that the device kept in place of what was asked for.
#[must_use]
pub fn kept(wanted: &Setting, kept: Option<&Setting>, unit: Unit) -> String {
    let Some((wanted_words, kept)) = value(wanted, unit, false).zip(kept) else {
        return format!("The device kept {} of its own.", thing(wanted));
    };
    match value(kept, unit, false) {
        // Where rounding hides the difference, it is shown exactly.
        Some(kept_words) if kept_words == wanted_words => {
            let exact = |setting| value(setting, unit, true).unwrap_or_default();
            format!("The device kept {} instead of {}.", exact(kept), exact(wanted))
        }
        Some(kept_words) => format!("The device kept {kept_words} instead of {wanted_words}."),
        None => format!("The device kept {} of its own.", thing(wanted)),
    }
}

/// What the device does not have after its link broke in a save, of so many values.
#[must_use]
pub fn lost(missing: &[&Setting], of: usize) -> String {
    if missing.len() == of {
        return "The link broke before this was saved: the device has what it had. Save again.".into();
    }
    let mut things: Vec<_> = missing.iter().map(|setting| thing(setting)).collect();
    let last = things.pop().unwrap_or_default();
    let things =
        if things.is_empty() { last.to_owned() } else { format!("{} and {last}", things.join(", ")) };
    format!("The link broke in the middle: {things} was not saved. Save again.")
}

/// A light that no device takes, or this one does not.
#[must_use]
pub fn bad_light(why: BadLight) -> String {
    match why {
        BadLight::Color => "A light needs a colour. Nothing was changed.".into(),
        BadLight::TooManyColors(1) => "This device takes one colour. Nothing was changed.".into(),
        BadLight::TooManyColors(most) => {
            format!("This device takes up to {most} colours. Nothing was changed.")
        }
        BadLight::Pattern => "This device does not have this pattern. Nothing was changed.".into(),
    }
}

/// A value that must not be written, or that the device did not take.
#[must_use]
pub fn refused(setting: &Setting, why: &Refused, unit: Unit) -> String {
    let why = match why {
        Refused::Status(code) => {
            return format!("The device did not take {} (status {code}). Choose another.", thing(setting));
        }
        Refused::Value(why) => why,
    };
    match (why, setting) {
        (WriteError::BadText { longest }, _) => {
            format!("A name has 1 to {longest} letters; some letters count for more. Nothing was changed.")
        }
        (WriteError::DialectUnknown, _) => {
            "How this device writes its values is not known yet. Nothing was changed. Wait until all of \
             them are read, then save again."
                .into()
        }
        (_, Setting::ProfileCelsius(..)) => range("A profile heats to", &degrees(&PROFILE_CELSIUS, unit)),
        (_, Setting::ProfileBoostCelsius(..)) => range("A boost adds", &difference(&BOOST_CELSIUS, unit)),
        (_, Setting::ProfileSeconds(..)) => range("A profile holds its heat for", &seconds(&PROFILE_SECONDS)),
        (_, Setting::ProfileBoostSeconds(..)) => range("A boost adds", &seconds(&BOOST_SECONDS)),
        (_, Setting::LanternSeconds(_)) => {
            let (least, most) = (LANTERN_SECONDS.start() / 60.0, LANTERN_SECONDS.end() / 3_600.0);
            range("The lantern shines for", &format!("{least} minute to {most} hours"))
        }
        (_, Setting::MaxCharge(_)) => {
            range("Charging stops at", &format!("{} to {}%", MAX_CHARGE.start(), MAX_CHARGE.end()))
        }
        (_, Setting::ProfileIntensity(..)) => {
            "This device has no such vapour intensity. Nothing was changed.".into()
        }
        (_, Setting::Clock(_)) => BAD_CLOCK.into(),
        (_, setting) => format!("This device does not take {}. Nothing was changed.", thing(setting)),
    }
}

/// Why a change ended before its end, so many values of so many being saved.
#[must_use]
pub fn failed(
    setting: &Setting,
    error: &RequestError,
    (done, of): (u8, u8),
    heating: bool,
    unit: Unit,
) -> String {
    let why = match error {
        RequestError::NotConnected if done == 0 => return NOT_CONNECTED.into(),
        RequestError::NotConnected => {
            "Then the link broke. Save again when the device is connected.".to_owned()
        }
        RequestError::NotPossible(_) if heating && done == 0 => return HEATING.into(),
        RequestError::NotPossible(_) if heating => {
            "Then the device began to heat. Save again when the heat is over.".into()
        }
        RequestError::NotPossible(why) => format!("The device cannot do that now: {why}."),
        RequestError::Uncertain => UNCERTAIN.into(),
        RequestError::Status(code) => refused(setting, &Refused::Status(*code), unit),
        RequestError::Invalid(error) => refused(setting, &Refused::Value(*error), unit),
        RequestError::Kept(other) => kept(setting, other.as_deref(), unit),
        RequestError::TooLate | RequestError::AlreadyWritten | RequestError::Cancelled => {
            "It was called off. Save again.".into()
        }
    };
    if done == 0 { why } else { format!("{done} of {of} values were saved. {why}") }
}

fn range(what: &str, range: &str) -> String {
    format!("{what} {range}. Nothing was changed.")
}

fn degrees(range: &RangeInclusive<f32>, unit: Unit) -> String {
    match unit {
        Unit::Celsius => format!("{} to {}°C", range.start(), range.end()),
        Unit::Fahrenheit => {
            let (least, most) = (to_fahrenheit(*range.start()).ceil(), to_fahrenheit(*range.end()).floor());
            format!("{least} to {most}°F")
        }
    }
}

fn difference(range: &RangeInclusive<f32>, unit: Unit) -> String {
    match unit {
        Unit::Celsius => format!("{} to {}°C", range.start(), range.end()),
        Unit::Fahrenheit => format!(
            "{} to {}°F",
            difference_to_fahrenheit(*range.start()),
            difference_to_fahrenheit(*range.end())
        ),
    }
}

fn seconds(range: &RangeInclusive<f32>) -> String {
    format!("{} to {} seconds", range.start(), range.end())
}

/// What a setting is, with its article.
fn thing(setting: &Setting) -> &'static str {
    match setting {
        Setting::Name(_) | Setting::ProfileName(..) => "a name",
        Setting::Clock(_) => "a time",
        Setting::MaxCharge(_) => "a charge limit",
        Setting::Brightness(_) => "a brightness",
        Setting::Stealth(_) => "a stealth setting",
        Setting::Lantern(_) => "a lantern setting",
        Setting::LanternSeconds(_) => "a lantern time",
        Setting::LanternLight(_) | Setting::ProfileLight(..) => "a light",
        Setting::SelectedProfile(_) => "a profile",
        Setting::ProfileCelsius(..) => "a temperature",
        Setting::ProfileSeconds(..) => "a time",
        Setting::ProfileIntensity(..) => "a vapour intensity",
        Setting::ProfileBoostCelsius(..) => "a boost temperature",
        Setting::ProfileBoostSeconds(..) => "a boost time",
    }
}

/// The value of a setting; `None` for lights and times, which words do not tell apart.
fn value(setting: &Setting, unit: Unit, exact: bool) -> Option<String> {
    let number = |number: f32| {
        if exact { ((number * 100.0).round() / 100.0).to_string() } else { number.round().to_string() }
    };
    let letter = match unit {
        Unit::Fahrenheit => "°F",
        Unit::Celsius => "°C",
    };
    let switch = |on: bool, what: &str| format!("{what} {}", if on { "on" } else { "off" });
    Some(match setting {
        Setting::Name(name) | Setting::ProfileName(_, name) => format!("“{name}”"),
        Setting::MaxCharge(percent) => format!("{}%", number(*percent)),
        Setting::Stealth(on) => switch(*on, "stealth"),
        Setting::Lantern(on) => switch(*on, "the lantern"),
        Setting::SelectedProfile(slot) => format!("profile {}", slot.number() + 1),
        Setting::ProfileCelsius(_, celsius) => {
            let degrees = if unit == Unit::Fahrenheit { to_fahrenheit(*celsius) } else { *celsius };
            format!("{}{letter}", number(degrees))
        }
        Setting::ProfileBoostCelsius(_, celsius) => {
            let degrees =
                if unit == Unit::Fahrenheit { difference_to_fahrenheit(*celsius) } else { *celsius };
            format!("a boost of {}{letter}", number(degrees))
        }
        Setting::ProfileSeconds(_, seconds) => clock(*seconds, exact),
        Setting::LanternSeconds(seconds) => format!("{} minutes", number(seconds / 60.0)),
        Setting::ProfileBoostSeconds(_, seconds) => format!("a boost of {} seconds", number(*seconds)),
        Setting::ProfileIntensity(_, intensity) => format!("the intensity {}", intensity_name(*intensity)),
        Setting::Clock(_) | Setting::Brightness(_) | Setting::LanternLight(_) | Setting::ProfileLight(..) => {
            return None;
        }
    })
}

fn clock(seconds: f32, exact: bool) -> String {
    if exact {
        return format!("{} seconds", (seconds * 100.0).round() / 100.0);
    }
    let whole = seconds.round().clamp(0.0, 86_400.0) as u32;
    format!("{}:{:02}", whole / 60, whole % 60)
}

/// The vapour intensities by name (puffco-ble §15); others as numbers.
fn intensity_name(intensity: f32) -> String {
    match intensity {
        0.0 => "Standard".into(),
        0.5 => "High".into(),
        1.0 => "Max".into(),
        1.5 => "XL".into(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use puffco::setting::Slot;

    use super::*;

    fn celsius(celsius: f32) -> Setting {
        Setting::ProfileCelsius(Slot::new(0).unwrap(), celsius)
    }

    #[test]
    fn a_kept_temperature_is_told_in_the_persons_unit() {
        let told = |unit| kept(&celsius(285.0), Some(&celsius(268.333)), unit);
        assert_eq!(told(Unit::Fahrenheit), "The device kept 515°F instead of 545°F.");
        assert_eq!(told(Unit::Celsius), "The device kept 268°C instead of 285°C.");
    }

    #[test]
    fn a_boost_is_a_difference() {
        let boost = |celsius| Setting::ProfileBoostCelsius(Slot::new(0).unwrap(), celsius);
        let told = kept(&boost(10.0), Some(&boost(5.0)), Unit::Fahrenheit);
        assert_eq!(told, "The device kept a boost of 9°F instead of a boost of 18°F.");
    }

    #[test]
    fn what_rounding_would_hide_is_told_exactly() {
        let told = kept(&celsius(260.4), Some(&celsius(260.1)), Unit::Celsius);
        assert_eq!(told, "The device kept 260.1°C instead of 260.4°C.");
    }

    #[test]
    fn the_range_is_told_in_whole_degrees_that_are_within() {
        let error = celsius(400.0).check().unwrap_err();
        let told = |unit| refused(&celsius(400.0), &Refused::Value(error), unit);
        assert_eq!(told(Unit::Fahrenheit), "A profile heats to 400 to 620°F. Nothing was changed.");
        assert_eq!(told(Unit::Celsius), "A profile heats to 204 to 327°C. Nothing was changed.");
    }
}

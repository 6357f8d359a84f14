//! What became of a change, in sentences. Temperatures are in the person's unit; the device's way to say it
//! is never shown.

use std::ops::RangeInclusive;

use puffco::device::RequestError;
use puffco::setting::{
    BOOST_CELSIUS, BOOST_SECONDS, LANTERN_SECONDS, MAX_CHARGE, PROFILE_CELSIUS, PROFILE_SECONDS, Setting,
};
use puffco::temperature::{difference_to_fahrenheit, to_fahrenheit};
use puffco::write::WriteError;

use crate::contract::{Said, Unit};
use crate::light::BadLight;
use crate::notices::obstacle;
use crate::said;

/// Brightness above 100 %.
pub fn bad_brightness() -> Said {
    said!("Brightness is between 0 and 100 percent. Nothing was changed.")
}

/// This computer's clock says a time that no device can be set to.
pub fn bad_clock() -> Said {
    said!("This computer's own clock is wrong. Set it first. Nothing was changed.")
}

/// No link, and nothing was written.
pub fn not_connected() -> Said {
    said!(
        "The device is not connected, so nothing was changed. Press its button to wake it, then save again."
    )
}

/// No link yet, and nothing was written.
pub fn connecting() -> Said {
    said!("The device is still being connected, so nothing was changed. Save again when it is.")
}

/// The link broke in the middle.
pub fn uncertain() -> Said {
    said!(
        "The link broke while this was saved, so it is not known whether the device has it. It is read again: look \
         at it when the device is connected."
    )
}

/// An intensity that needs another chamber or newer firmware (puffco-ble §15).
pub fn no_xl() -> Said {
    said!("XL needs a 3D XL chamber and newer firmware than this device has now. Nothing was changed.")
}

/// A heat runs, and nothing was written.
pub fn heating() -> Said {
    said!("The device is heating, so nothing was changed. Save again when the heat is over.")
}

/// Nothing is there to take back.
pub fn nothing_to_undo() -> Said {
    said!("There is no change to take back.")
}

/// More wishes wait than anybody makes by hand.
pub fn too_many() -> Said {
    said!("Too many changes wait already. Try again in a moment.")
}

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
pub fn kept(wanted: &Setting, kept: Option<&Setting>, unit: Unit) -> Said {
    let of_its_own = || said!("The device kept {thing} of its own.", thing = thing(wanted));
    let Some((wanted_words, kept)) = value(wanted, unit, false).zip(kept) else { return of_its_own() };
    let instead = |kept: Said, wanted: Said| {
        said!("The device kept {kept} instead of {wanted}.", kept = kept, wanted = wanted)
    };
    match value(kept, unit, false) {
        // Where rounding hides the difference, it is shown exactly.
        Some(kept_words) if kept_words == wanted_words => {
            let exact = |setting| value(setting, unit, true).unwrap_or_default();
            instead(exact(kept), exact(wanted))
        }
        Some(kept_words) => instead(kept_words, wanted_words),
        None => of_its_own(),
    }
}

/// What the device does not have after its link broke in a save, of so many values.
#[must_use]
pub fn lost(missing: &[&Setting], of: usize) -> Said {
    if missing.len() == of {
        return said!("The link broke before this was saved: the device has what it had. Save again.");
    }
    match things(missing) {
        (things, true) => {
            said!("The link broke in the middle: {things} were not saved. Save again.", things = things)
        }
        (thing, false) => {
            said!("The link broke in the middle: {thing} was not saved. Save again.", thing = thing)
        }
    }
}

/// Settings in a row, and whether there are several.
fn things(settings: &[&Setting]) -> (Said, bool) {
    let Some((last, before)) = settings.split_last() else { return (Said::default(), false) };
    let before = before.iter().map(|setting| thing(setting));
    let before = before.reduce(|before, next| said!("{before}, {next}", before = before, next = next));
    match before {
        Some(before) => (said!("{before} and {last}", before = before, last = thing(last)), true),
        None => (thing(last), false),
    }
}

/// A light that no device takes, or this one does not.
#[must_use]
pub fn bad_light(why: BadLight) -> Said {
    match why {
        BadLight::Color => said!("A light needs a colour. Nothing was changed."),
        BadLight::TooManyColors(most) => {
            said!("This device takes up to {count} colours. Nothing was changed.", count = most)
        }
        BadLight::Pattern => said!("This device does not have this pattern. Nothing was changed."),
    }
}

/// A value that must not be written, or that the device did not take.
#[must_use]
pub fn refused(setting: &Setting, why: &Refused, unit: Unit) -> Said {
    let why = match why {
        Refused::Status(code) => {
            return said!(
                "The device did not take {thing} (status {code}). Choose another.",
                thing = thing(setting),
                code = *code
            );
        }
        Refused::Value(why) => why,
    };
    match (why, setting) {
        (WriteError::BadText { longest }, _) => said!(
            "A name has 1 to {longest} letters; some letters count for more. Nothing was changed.",
            longest = *longest
        ),
        (WriteError::DialectUnknown, _) => said!(
            "How this device writes its values is not known yet. Nothing was changed. Wait until all of them are \
             read, then save again."
        ),
        (_, Setting::ProfileCelsius(..)) => {
            let (least, most, unit) = degrees(&PROFILE_CELSIUS, unit);
            said!(
                "A profile heats to {least} to {most}{unit}. Nothing was changed.",
                least = least,
                most = most,
                unit = unit
            )
        }
        (_, Setting::ProfileBoostCelsius(..)) => {
            let (least, most, unit) = difference(&BOOST_CELSIUS, unit);
            said!(
                "A boost adds {least} to {most}{unit}. Nothing was changed.",
                least = least,
                most = most,
                unit = unit
            )
        }
        (_, Setting::ProfileSeconds(..)) => said!(
            "A profile holds its heat for {least} to {most} seconds. Nothing was changed.",
            least = *PROFILE_SECONDS.start(),
            most = *PROFILE_SECONDS.end()
        ),
        (_, Setting::ProfileBoostSeconds(..)) => said!(
            "A boost adds {least} to {most} seconds. Nothing was changed.",
            least = *BOOST_SECONDS.start(),
            most = *BOOST_SECONDS.end()
        ),
        (_, Setting::LanternSeconds(_)) => said!(
            "The lantern shines for {least} minute to {most} hours. Nothing was changed.",
            least = LANTERN_SECONDS.start() / 60.0,
            most = LANTERN_SECONDS.end() / 3_600.0
        ),
        (_, Setting::MaxCharge(_)) => said!(
            "Charging stops at {least} to {most}%. Nothing was changed.",
            least = *MAX_CHARGE.start(),
            most = *MAX_CHARGE.end()
        ),
        (_, Setting::ProfileIntensity(..)) => {
            said!("This device has no such vapour intensity. Nothing was changed.")
        }
        (_, Setting::Clock(_)) => bad_clock(),
        (_, setting) => {
            said!("This device does not take {thing}. Nothing was changed.", thing = thing(setting))
        }
    }
}

/// Why a change ended before its end, so many values of so many being saved.
#[must_use]
pub fn failed(
    setting: &Setting,
    error: &RequestError,
    (done, of): (u8, u8),
    is_heating: bool,
    unit: Unit,
) -> Said {
    let why = match error {
        RequestError::NotConnected if done == 0 => return not_connected(),
        RequestError::NotConnected => said!("Then the link broke. Save again when the device is connected."),
        RequestError::NotPossible(_) if is_heating && done == 0 => return heating(),
        RequestError::NotPossible(_) if is_heating => {
            said!("Then the device began to heat. Save again when the heat is over.")
        }
        RequestError::NotPossible(why) => obstacle(*why),
        RequestError::Uncertain => uncertain(),
        RequestError::Status(code) => refused(setting, &Refused::Status(*code), unit),
        RequestError::Invalid(error) => refused(setting, &Refused::Value(*error), unit),
        RequestError::Kept(other) => kept(setting, other.as_deref(), unit),
        RequestError::TooLate | RequestError::AlreadyWritten | RequestError::Cancelled => {
            said!("It was called off. Save again.")
        }
    };
    if done == 0 {
        return why;
    }
    said!("{done} of {of} values were saved. {why}", done = done, of = of, why = why)
}

fn degrees(range: &RangeInclusive<f32>, unit: Unit) -> (f32, f32, &'static str) {
    match unit {
        Unit::Celsius => (*range.start(), *range.end(), "°C"),
        Unit::Fahrenheit => (to_fahrenheit(*range.start()).ceil(), to_fahrenheit(*range.end()).floor(), "°F"),
    }
}

fn difference(range: &RangeInclusive<f32>, unit: Unit) -> (f32, f32, &'static str) {
    match unit {
        Unit::Celsius => (*range.start(), *range.end(), "°C"),
        Unit::Fahrenheit => {
            (difference_to_fahrenheit(*range.start()), difference_to_fahrenheit(*range.end()), "°F")
        }
    }
}

/// What a setting is, with its article.
fn thing(setting: &Setting) -> Said {
    match setting {
        Setting::Name(_) | Setting::ProfileName(..) => said!("a name"),
        Setting::Clock(_) | Setting::ProfileSeconds(..) => said!("a time"),
        Setting::MaxCharge(_) => said!("a charge limit"),
        Setting::Brightness(_) => said!("a brightness"),
        Setting::Stealth(_) => said!("a stealth setting"),
        Setting::Lantern(_) => said!("a lantern setting"),
        Setting::LanternSeconds(_) => said!("a lantern time"),
        Setting::LanternLight(_) | Setting::ProfileLight(..) => said!("a light"),
        Setting::SelectedProfile(_) => said!("a profile"),
        Setting::ProfileCelsius(..) => said!("a temperature"),
        Setting::ProfileIntensity(..) => said!("a vapour intensity"),
        Setting::ProfileBoostCelsius(..) => said!("a boost temperature"),
        Setting::ProfileBoostSeconds(..) => said!("a boost time"),
    }
}

/// The value of a setting; `None` for lights and times, which words do not tell apart.
fn value(setting: &Setting, unit: Unit, exact: bool) -> Option<Said> {
    let number = |number: f32| if exact { (number * 100.0).round() / 100.0 } else { number.round() };
    let letter = match unit {
        Unit::Fahrenheit => "°F",
        Unit::Celsius => "°C",
    };
    Some(match setting {
        Setting::Name(name) | Setting::ProfileName(_, name) => said!("“{name}”", name = name),
        Setting::MaxCharge(percent) => said!("{percent}%", percent = number(*percent)),
        Setting::Stealth(true) => said!("stealth on"),
        Setting::Stealth(false) => said!("stealth off"),
        Setting::Lantern(true) => said!("the lantern on"),
        Setting::Lantern(false) => said!("the lantern off"),
        Setting::SelectedProfile(slot) => said!("profile {number}", number = slot.number() + 1),
        Setting::ProfileCelsius(_, celsius) => {
            let degrees = if unit == Unit::Fahrenheit { to_fahrenheit(*celsius) } else { *celsius };
            said!("{degrees}{unit}", degrees = number(degrees), unit = letter)
        }
        Setting::ProfileBoostCelsius(_, celsius) => {
            let degrees =
                if unit == Unit::Fahrenheit { difference_to_fahrenheit(*celsius) } else { *celsius };
            said!("a boost of {degrees}{unit}", degrees = number(degrees), unit = letter)
        }
        Setting::ProfileSeconds(_, seconds) if exact => {
            said!("{seconds} seconds", seconds = number(*seconds))
        }
        Setting::ProfileSeconds(_, seconds) => Said::verbatim(clock(*seconds)),
        Setting::LanternSeconds(seconds) => said!("{minutes} minutes", minutes = number(seconds / 60.0)),
        Setting::ProfileBoostSeconds(_, seconds) => {
            said!("a boost of {seconds} seconds", seconds = number(*seconds))
        }
        Setting::ProfileIntensity(_, intensity) => {
            said!("the intensity {intensity}", intensity = intensity_name(*intensity))
        }
        Setting::Clock(_) | Setting::Brightness(_) | Setting::LanternLight(_) | Setting::ProfileLight(..) => {
            return None;
        }
    })
}

fn clock(seconds: f32) -> String {
    let whole = seconds.round().clamp(0.0, 86_400.0) as u32;
    format!("{}:{:02}", whole / 60, whole % 60)
}

/// The vapour intensities by name (puffco-ble §15); others as numbers.
fn intensity_name(intensity: f32) -> Said {
    match intensity {
        0.0 => said!("Standard"),
        0.5 => said!("High"),
        1.0 => said!("Max"),
        1.5 => said!("XL"),
        other => Said::verbatim(other.to_string()),
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

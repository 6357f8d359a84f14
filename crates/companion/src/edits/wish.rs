//! What a person wants changed, and the settings that this takes on a device as it is now.

use std::mem::discriminant;

use puffco::setting::{LANTERN_SECONDS, Setting, Slot};
use puffco::state::DeviceState;

use super::history::History;
use super::words::{self, Refused};
use crate::contract::{DeviceChange, EditPart, ProfileChanges, Said, Unit};
use crate::intensity::{self, XL};
use crate::light;

/// How long a lantern shines when the device tells no time of its own (puffco-ble §14.6).
const LANTERN_DEFAULT: f32 = 7_200.0;
/// Where charging stops to spare the battery, and where it does not, percent.
const PRESERVED: f32 = 80.0;
const FULL: f32 = 100.0;

/// What a person wants changed.
#[derive(Clone, Debug, PartialEq)]
pub enum Wish {
    /// New values of a profile.
    Profile(Slot, ProfileChanges),
    /// A profile as it was before its last change.
    Undo(Slot),
    /// Something else.
    Device(DeviceChange),
}

/// One value to write.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// It.
    pub setting: Setting,
    /// Also when the device seems to have it already.
    pub always: bool,
}

impl Step {
    fn always(setting: Setting) -> Self {
        Self { setting, always: true }
    }
}

impl From<Setting> for Step {
    fn from(setting: Setting) -> Self {
        Self { setting, always: false }
    }
}

impl Wish {
    /// What it is about.
    #[must_use]
    pub fn part(&self) -> EditPart {
        match self {
            Self::Profile(slot, _) | Self::Undo(slot) => EditPart::Profile { slot: slot.number() },
            Self::Device(change) => match change {
                DeviceChange::Name { .. } => EditPart::Name,
                DeviceChange::Lantern { .. }
                | DeviceChange::LanternLight { .. }
                | DeviceChange::LanternSeconds { .. } => EditPart::Lantern,
                DeviceChange::Brightness { .. } => EditPart::Brightness,
                DeviceChange::Stealth { .. } => EditPart::Stealth,
                DeviceChange::PreserveBattery { .. } => EditPart::Battery,
                DeviceChange::Clock => EditPart::Clock,
            },
        }
    }

    /// This wish with a newer one on top, value by value; `None` when they are about different things.
    #[must_use]
    pub fn with(&self, newer: &Self) -> Option<Self> {
        match (self, newer) {
            (Self::Profile(slot, old), Self::Profile(other, new)) if slot == other => {
                let new = new.clone();
                let both = ProfileChanges {
                    name: new.name.or_else(|| old.name.clone()),
                    celsius: new.celsius.or(old.celsius),
                    seconds: new.seconds.or(old.seconds),
                    light: new.light.or_else(|| old.light.clone()),
                    intensity: new.intensity.or(old.intensity),
                    boost_celsius: new.boost_celsius.or(old.boost_celsius),
                    boost_seconds: new.boost_seconds.or(old.boost_seconds),
                };
                Some(Self::Profile(*slot, both))
            }
            (Self::Device(old), Self::Device(new)) if discriminant(old) == discriminant(new) => {
                Some(newer.clone())
            }
            _ => None,
        }
    }

    /// How many values it may take.
    #[must_use]
    pub fn len(&self, history: &History) -> u8 {
        match self {
            Self::Profile(_, changes) => {
                let ProfileChanges { name, celsius, seconds, light, intensity, boost_celsius, boost_seconds } =
                    changes;
                let numbers = [celsius, seconds, intensity, boost_celsius, boost_seconds];
                let numbers = numbers.into_iter().filter(|number| number.is_some()).count();
                numbers as u8 + u8::from(name.is_some()) + u8::from(light.is_some())
            }
            Self::Undo(slot) => history.last(*slot).len() as u8,
            Self::Device(_) => 1,
        }
    }

    /// The settings that it takes, in order, each checked.
    ///
    /// # Errors
    /// Why it must not be written, in a sentence.
    pub fn steps(
        &self,
        state: &DeviceState,
        history: &History,
        unix_ms: u64,
        unit: Unit,
    ) -> Result<Vec<Step>, Said> {
        let steps = match self {
            Self::Profile(slot, changes) => profile_steps(*slot, changes, state)?,
            Self::Undo(slot) => history.last(*slot).iter().cloned().map(Step::from).collect(),
            Self::Device(change) => device_steps(change, state, unix_ms)?,
        };
        for step in &steps {
            step.setting
                .check()
                .map_err(|error| words::refused(&step.setting, &Refused::Value(error), unit))?;
        }
        Ok(steps)
    }
}

fn profile_steps(slot: Slot, changes: &ProfileChanges, state: &DeviceState) -> Result<Vec<Step>, Said> {
    let light = match &changes.light {
        Some(light) => Some(light::chosen(light, state).map_err(words::bad_light)?),
        None => None,
    };
    let present = state.profiles.iter().find(|profile| profile.slot == slot.number());
    let has = |intensity: f32| present.is_some_and(|profile| profile.intensity == Some(intensity));
    if changes.intensity == Some(XL) && !has(XL) && !intensity::offered(state).contains(&XL) {
        return Err(words::no_xl());
    }
    let settings = [
        changes.name.as_deref().map(|name| Setting::ProfileName(slot, name.trim().to_owned())),
        changes.celsius.map(|celsius| Setting::ProfileCelsius(slot, celsius)),
        changes.seconds.map(|seconds| Setting::ProfileSeconds(slot, seconds)),
        light.map(|light| Setting::ProfileLight(slot, light)),
        changes.intensity.map(|intensity| Setting::ProfileIntensity(slot, intensity)),
        changes.boost_celsius.map(|celsius| Setting::ProfileBoostCelsius(slot, celsius)),
        changes.boost_seconds.map(|seconds| Setting::ProfileBoostSeconds(slot, seconds)),
    ];
    Ok(settings.into_iter().flatten().map(Step::from).collect())
}

fn device_steps(change: &DeviceChange, state: &DeviceState, unix_ms: u64) -> Result<Vec<Step>, Said> {
    Ok(match change {
        DeviceChange::Name { name } => vec![Setting::Name(name.trim().to_owned()).into()],
        DeviceChange::Lantern { on: true } => {
            let seconds = state.lantern_s.filter(|seconds| LANTERN_SECONDS.contains(seconds));
            // The time belongs to turning on (puffco-ble §19). What the switch reads is not to be relied on.
            vec![
                Step::always(Setting::LanternSeconds(seconds.unwrap_or(LANTERN_DEFAULT))),
                Step::always(Setting::Lantern(true)),
            ]
        }
        DeviceChange::Lantern { on: false } => vec![Step::always(Setting::Lantern(false))],
        DeviceChange::LanternLight { light } => {
            vec![Setting::LanternLight(light::chosen(light, state).map_err(words::bad_light)?).into()]
        }
        DeviceChange::LanternSeconds { seconds } => {
            vec![Setting::LanternSeconds((*seconds).min(1_000_000) as f32).into()]
        }
        DeviceChange::Brightness { levels } => {
            let levels: Vec<u8> = levels.iter().filter_map(|percent| light::level_of(*percent)).collect();
            let levels = <[u8; 4]>::try_from(levels).map_err(|_| words::bad_brightness())?;
            vec![Setting::Brightness(levels).into()]
        }
        // A lantern shines through stealth mode: they exclude each other (puffco-ble §19).
        DeviceChange::Stealth { on: true } if state.lantern_is_on() != Some(false) => {
            vec![Step::always(Setting::Lantern(false)), Setting::Stealth(true).into()]
        }
        DeviceChange::Stealth { on } => vec![Setting::Stealth(*on).into()],
        DeviceChange::PreserveBattery { on } => {
            vec![Setting::MaxCharge(if *on { PRESERVED } else { FULL }).into()]
        }
        DeviceChange::Clock => {
            let seconds = u32::try_from(unix_ms / 1000).map_err(|_| words::bad_clock())?;
            vec![Step::always(Setting::Clock(seconds))]
        }
    })
}

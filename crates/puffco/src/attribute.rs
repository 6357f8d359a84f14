//! The attributes of a device: what can be read, and where each is in both generations
//! (facts/puffco-ble.md §6, §14). What their bytes mean is what [`Attribute::apply`] does; what may be written is in
//! [`crate::setting`] and [`crate::write`].

mod meaning;

use std::borrow::Cow;

use uuid::Uuid;

pub use self::meaning::address_text;

use crate::generation::Generation;
use crate::legacy;

/// Something that a device can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each stands for the field of DeviceState or Profile with its name")]
pub enum Attribute {
    ModelCode,
    Serial,
    Hardware,
    Firmware,
    GitHash,
    ApiRevision,
    Bootloader,
    Mac,
    Uptime,
    Clock,
    Name,
    Birthday,
    Battery,
    BatteryVolts,
    BatteryAmps,
    BatteryCelsius,
    BatteryCapacity,
    MaxCharge,
    Charge,
    ChargeSource,
    ChargeEta,
    ChargeElapsed,
    ChargeAmps,
    Operating,
    Elapsed,
    Total,
    Heater,
    Target,
    HeaterWatts,
    HeaterOhms,
    Chamber,
    SelectedProfile,
    TotalDabs,
    TotalHeatSeconds,
    TripDabs,
    TripHeatSeconds,
    DabsPerDay,
    DabsLeft,
    Led,
    Brightness,
    Stealth,
    LanternOn,
    LanternLight,
    LanternSeconds,
    LanternRemaining,
    /// The preheat colour of the first profile: there only where colours are records (§17.2).
    LightProbe,
    ProfileName(u8),
    ProfileCelsius(u8),
    ProfileSeconds(u8),
    ProfileLight(u8),
    ProfileIntensity(u8),
    ProfileBoostCelsius(u8),
    ProfileBoostSeconds(u8),
}

/// Where an attribute is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file of [`crate::lorax`].
    File(Cow<'static, str>),
    /// A characteristic.
    Characteristic(Uuid),
    /// A characteristic of the profile that [`legacy::POINTER`] points to.
    Pointed {
        /// Profile, 0..=3.
        slot: u8,
        /// The characteristic.
        characteristic: Uuid,
    },
}

impl Attribute {
    /// Those that are there once.
    const PLAIN: [Self; 46] = [
        Self::ModelCode,
        Self::Serial,
        Self::Hardware,
        Self::Firmware,
        Self::GitHash,
        Self::ApiRevision,
        Self::Bootloader,
        Self::Mac,
        Self::Uptime,
        Self::Clock,
        Self::Name,
        Self::Birthday,
        Self::Battery,
        Self::BatteryVolts,
        Self::BatteryAmps,
        Self::BatteryCelsius,
        Self::BatteryCapacity,
        Self::MaxCharge,
        Self::Charge,
        Self::ChargeSource,
        Self::ChargeEta,
        Self::ChargeElapsed,
        Self::ChargeAmps,
        Self::Operating,
        Self::Elapsed,
        Self::Total,
        Self::Heater,
        Self::Target,
        Self::HeaterWatts,
        Self::HeaterOhms,
        Self::Chamber,
        Self::SelectedProfile,
        Self::TotalDabs,
        Self::TotalHeatSeconds,
        Self::TripDabs,
        Self::TripHeatSeconds,
        Self::DabsPerDay,
        Self::DabsLeft,
        Self::Led,
        Self::Brightness,
        Self::Stealth,
        Self::LanternOn,
        Self::LanternLight,
        Self::LanternSeconds,
        Self::LanternRemaining,
        Self::LightProbe,
    ];

    /// Those that every profile has.
    const OF_PROFILE: [fn(u8) -> Self; 7] = [
        Self::ProfileName,
        Self::ProfileCelsius,
        Self::ProfileSeconds,
        Self::ProfileLight,
        Self::ProfileIntensity,
        Self::ProfileBoostCelsius,
        Self::ProfileBoostSeconds,
    ];

    /// All of them, those of the four profiles last.
    pub fn all() -> impl Iterator<Item = Self> {
        let of_profiles = (0..4).flat_map(|slot| Self::OF_PROFILE.map(|attribute| attribute(slot)));
        Self::PLAIN.into_iter().chain(of_profiles)
    }

    /// Where it is read; `None` when a generation does not have it.
    #[must_use]
    pub fn source(self, generation: Generation) -> Option<Source> {
        match generation {
            Generation::Lorax => Some(Source::File(self.path())),
            Generation::Legacy => legacy::source(self),
        }
    }

    /// Its path on a Lorax device.
    #[must_use]
    pub fn path(self) -> Cow<'static, str> {
        let profile = |slot: u8, leaf: &str| Cow::Owned(format!("/u/app/hc/{slot}/{leaf}"));
        Cow::Borrowed(match self {
            Self::ModelCode => "/p/sys/hw/mdcd",
            Self::Serial => "/p/sys/hw/ser",
            Self::Hardware => "/p/sys/hw/ver",
            Self::Firmware => "/p/sys/fw/ver",
            Self::GitHash => "/p/sys/fw/gith",
            Self::ApiRevision => "/p/sys/fw/api",
            Self::Bootloader => "/p/sys/fw/bver",
            Self::Mac => "/p/sys/bt/mac",
            Self::Uptime => "/p/sys/uptm",
            Self::Clock => "/p/sys/time",
            Self::Name => "/u/sys/name",
            Self::Birthday => "/u/sys/bday",
            Self::Battery => "/p/bat/soc",
            Self::BatteryVolts => "/p/bat/volt",
            Self::BatteryAmps => "/p/bat/curr",
            Self::BatteryCelsius => "/p/bat/temp",
            Self::BatteryCapacity => "/p/bat/cap",
            Self::MaxCharge => "/u/bat/msoc",
            Self::Charge => "/p/bat/chg/stat",
            Self::ChargeSource => "/p/bat/chg/src",
            Self::ChargeEta => "/p/bat/chg/etf",
            Self::ChargeElapsed => "/p/bat/chg/elap",
            Self::ChargeAmps => "/p/bat/chg/iout",
            Self::Operating => "/p/app/stat/id",
            Self::Elapsed => "/p/app/stat/elap",
            Self::Total => "/p/app/stat/tott",
            Self::Heater => "/p/app/htr/temp",
            Self::Target => "/p/app/htr/tcmd",
            Self::HeaterWatts => "/p/htr/pwr",
            Self::HeaterOhms => "/p/htr/res",
            Self::Chamber => "/p/htr/chmt",
            Self::SelectedProfile => "/p/app/hcs",
            Self::TotalDabs => "/p/app/odom/0/nc",
            Self::TotalHeatSeconds => "/p/app/odom/0/tm",
            Self::TripDabs => "/p/app/odom/1/nc",
            Self::TripHeatSeconds => "/p/app/odom/1/tm",
            Self::DabsPerDay => "/p/app/info/dpd",
            Self::DabsLeft => "/p/app/info/drem",
            Self::Led => "/p/app/led/aclr",
            Self::Brightness => "/u/app/ui/lbrt",
            Self::Stealth => "/u/app/ui/stlm",
            Self::LanternOn => "/p/app/ltrn/cmd",
            Self::LanternLight => "/p/app/ltrn/colr",
            Self::LanternSeconds => "/p/app/ltrn/time",
            Self::LanternRemaining => "/p/app/ltrn/remt",
            Self::LightProbe => "/u/app/hc/0/phcl",
            Self::ProfileName(slot) => return profile(slot, "name"),
            Self::ProfileCelsius(slot) => return profile(slot, "temp"),
            Self::ProfileSeconds(slot) => return profile(slot, "time"),
            Self::ProfileLight(slot) => return profile(slot, "colr"),
            Self::ProfileIntensity(slot) => return profile(slot, "intn"),
            Self::ProfileBoostCelsius(slot) => return profile(slot, "btmp"),
            Self::ProfileBoostSeconds(slot) => return profile(slot, "btim"),
        })
    }

    /// Reading stops after this many bytes, whatever the device still has to say.
    #[must_use]
    pub fn max_length(self) -> usize {
        match self {
            Self::ProfileLight(_) | Self::LanternLight | Self::Led => 1024,
            _ => 128,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_attribute_has_a_place_of_its_own_in_both_generations() {
        let all: Vec<Attribute> = Attribute::all().collect();
        let files: BTreeSet<_> = all.iter().map(|attribute| attribute.path()).collect();
        assert_eq!(files.len(), all.len());
        let sources: Vec<String> = all
            .iter()
            .filter_map(|attribute| attribute.source(Generation::Legacy))
            .map(|source| format!("{source:?}"))
            .collect();
        assert_eq!(sources.iter().collect::<BTreeSet<_>>().len(), sources.len());
    }

    #[test]
    fn what_a_setting_sets_is_one_of_them() {
        for attribute in Attribute::all() {
            let written = crate::write::is_allowed(&attribute.path());
            let read_only = attribute.path().starts_with("/p/sys/hw") || attribute == Attribute::Led;
            assert!(!(written && read_only), "{attribute:?}");
        }
    }
}

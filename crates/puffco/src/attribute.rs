//! The attributes of a device: what can be read, and where each is in both generations
//! (facts/puffco-ble.md §6, §14). What their bytes mean is in [`mod@meaning`]; what may be written is in
//! [`crate::setting`] and [`crate::write`].

mod meaning;

use std::borrow::Cow;

use uuid::Uuid;

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

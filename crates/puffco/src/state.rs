//! What a device can tell about itself. Unknown codes stay numbers: shown raw, never guessed, never an error.

use crate::advertisement::named_series;
use crate::generation::{Generation, LedApi};
use crate::light::Light;
use crate::model::Product;
use crate::number::Dialect;

/// Operating state (`/p/app/stat/id`, facts §15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperatingState(pub u8);

impl OperatingState {
    /// Starting: reading its memory.
    pub const INIT_MEMORY: Self = Self(0);
    /// Starting: showing its firmware.
    pub const INIT_VERSION_DISPLAY: Self = Self(1);
    /// Starting, or the owner looks at the charge.
    pub const INIT_BATTERY_DISPLAY: Self = Self(2);
    /// Switched off.
    pub const MASTER_OFF: Self = Self(3);
    /// Asleep.
    pub const SLEEP: Self = Self(4);
    /// On and idle.
    pub const IDLE: Self = Self(5);
    /// Its button was pressed: choosing a profile. In a group this means "ready".
    pub const TEMP_SELECT: Self = Self(6);
    /// Heating up.
    pub const PREHEAT: Self = Self(7);
    /// At temperature.
    pub const ACTIVE: Self = Self(8);
    /// Cooling down after a heat.
    pub const FADE: Self = Self(9);
    /// Showing its firmware.
    pub const VERSION_DISPLAY: Self = Self(10);
    /// Showing its charge.
    pub const BATTERY_DISPLAY: Self = Self(11);
    /// In a test at the factory.
    pub const FACTORY_TEST: Self = Self(12);
    /// In pairing mode.
    pub const BONDING: Self = Self(13);

    /// Its name in the protocol; `None` for one that is not known.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        const NAMES: [&str; 14] = [
            "init_memory",
            "init_version_display",
            "init_battery_display",
            "master_off",
            "sleep",
            "idle",
            "temp_select",
            "heat_cycle_preheat",
            "heat_cycle_active",
            "heat_cycle_fade",
            "version_display",
            "battery_display",
            "factory_test",
            "bonding",
        ];
        NAMES.get(usize::from(self.0)).copied()
    }

    /// In a heat cycle: preheat, active or fade.
    #[must_use]
    pub fn is_heat_cycle(self) -> bool {
        (7..=9).contains(&self.0)
    }

    /// The heater is driven: preheat or active. An unknown state counts as not heating.
    #[must_use]
    pub fn is_heating(self) -> bool {
        matches!(self, Self::PREHEAT | Self::ACTIVE)
    }
}

/// Battery charge state (`/p/bat/chg/stat`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChargeState(pub u8);

impl ChargeState {
    /// On power, but too hot or too cold to charge.
    pub const TEMPERATURE_STOP: Self = Self(3);
    /// Not on power.
    pub const DISCONNECTED: Self = Self(4);

    /// Its name in the protocol; `None` for one that is not known.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        ["bulk", "topup", "full", "overtemp", "disconnected"].get(usize::from(self.0)).copied()
    }

    /// Taking charge: bulk or top-up.
    #[must_use]
    pub fn is_charging(self) -> bool {
        self.0 <= 1
    }

    /// On a charger, charging or not.
    #[must_use]
    pub fn is_on_power(self) -> bool {
        self != Self::DISCONNECTED
    }
}

/// Where charge comes from (`/p/bat/chg/src`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChargeSource(pub u8);

impl ChargeSource {
    /// Its name; `None` for one that is not known.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        ["usb", "wireless", "dock", "none"].get(usize::from(self.0)).copied()
    }
}

/// Chamber type (`/p/htr/chmt`): 0 none, 1 classic, 2 XL, 3 3D; others unresolved (facts §15).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chamber(pub u8);

impl Chamber {
    /// No chamber is put on.
    pub const NONE: Self = Self(0);
    /// The 3D XL chamber.
    pub const XL: Self = Self(2);
}

/// A colour, 8 bits a channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// One heat profile.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    /// Slot, 0..=3.
    pub slot: u8,
    /// Name, as the owner gave it.
    pub name: String,
    /// Target, °C.
    pub celsius: f32,
    /// Hold time, seconds.
    pub seconds: f32,
    /// Light; `None` when it was not read or is of no known form.
    pub light: Option<Light>,
    /// Vapour intensity: 0, 0.5, 1 or 1.5.
    pub intensity: Option<f32>,
    /// What a boost adds to the target, °C.
    pub boost_celsius: Option<f32>,
    /// What a boost adds to the hold time, seconds.
    pub boost_seconds: Option<f32>,
}

impl Profile {
    /// The first colour of its light.
    #[must_use]
    pub fn color(&self) -> Option<Rgb> {
        self.light.as_ref().and_then(Light::first)
    }
}

/// A clock or birthday before this was never set: the device counts from its boot (§16), seconds since 1970.
pub const UNIX_EPOCH_LEAST: u32 = 1_000_000_000;

/// Everything known of a device. A field is `None` until it was read, or when the device has no such value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeviceState {
    /// Protocol generation, known as soon as a link was open.
    pub generation: Option<Generation>,
    /// Form of its numbers, once that is certain enough to read by.
    pub dialect: Option<Dialect>,
    /// Form of its colours, once known.
    pub lights: Option<LedApi>,
    /// Model code (`/p/sys/hw/mdcd`), raw.
    pub model_code: Option<u32>,
    /// Serial number. Never leaves this computer.
    pub serial: Option<String>,
    /// MAC address. Leaves this computer only when the owner opted in.
    pub mac: Option<[u8; 6]>,
    /// Device name.
    pub name: Option<String>,
    /// Firmware revision number; [`crate::firmware::Revision`] has its letters.
    pub firmware: Option<u32>,
    /// Hardware revision.
    pub hardware: Option<u8>,
    /// Git hash of the firmware, 7 characters.
    pub git_hash: Option<String>,
    /// API revision; on older firmware the firmware's own.
    pub api_revision: Option<u32>,
    /// Revision of the boot loader.
    pub bootloader: Option<u8>,
    /// Seconds since it booted.
    pub uptime_s: Option<f32>,
    /// Its clock, raw: seconds since 1970, or since its boot when below [`UNIX_EPOCH_LEAST`].
    pub clock: Option<u32>,
    /// When it was first used, seconds since 1970.
    pub birthday: Option<u32>,
    /// Charge, percent 0..=100.
    pub battery_percent: Option<f32>,
    /// Battery voltage, V.
    pub battery_volts: Option<f32>,
    /// Battery current, A; negative when discharging.
    pub battery_amps: Option<f32>,
    /// Battery temperature, °C.
    pub battery_celsius: Option<f32>,
    /// Learned capacity, mAh.
    pub battery_capacity_mah: Option<f32>,
    /// Charging stops at this charge, percent: below 100 is battery preservation.
    pub max_charge_percent: Option<f32>,
    /// Charge state.
    pub charge: Option<ChargeState>,
    /// Charge source: 0 USB, 1 wireless, 2 dock, 3 none.
    pub charge_source: Option<u8>,
    /// Seconds to a full battery.
    pub charge_eta_s: Option<f32>,
    /// Seconds on this charge.
    pub charge_elapsed_s: Option<f32>,
    /// Charge current, A.
    pub charge_amps: Option<f32>,
    /// Operating state.
    pub operating: Option<OperatingState>,
    /// Seconds in this state.
    pub elapsed_s: Option<f32>,
    /// Planned seconds of this state; `None` outside a heat cycle.
    pub total_s: Option<f32>,
    /// Chamber temperature, °C; `None` without a chamber.
    pub heater_celsius: Option<f32>,
    /// Commanded temperature, °C; `None` when idle.
    pub target_celsius: Option<f32>,
    /// Heater power, W.
    pub heater_watts: Option<f32>,
    /// Heater resistance, Ω.
    pub heater_ohms: Option<f32>,
    /// Chamber type.
    pub chamber: Option<Chamber>,
    /// Selected profile slot, 0..=3.
    pub selected_profile: Option<u8>,
    /// The heat profiles that were read, by slot.
    pub profiles: Vec<Profile>,
    /// Lifetime heat cycles.
    pub total_dabs: Option<f32>,
    /// Lifetime seconds of heat.
    pub total_heat_s: Option<f32>,
    /// Heat cycles of this trip.
    pub trip_dabs: Option<f32>,
    /// Seconds of heat of this trip.
    pub trip_heat_s: Option<f32>,
    /// Average per day.
    pub dabs_per_day: Option<f32>,
    /// Dabs left on this charge.
    pub dabs_left: Option<f32>,
    /// Light shown at present.
    pub led: Option<Rgb>,
    /// Brightness of base, middle, glass and logo, 0..=255 each.
    pub brightness: Option<[u8; 4]>,
    /// Stealth mode: heats without light.
    pub stealth: Option<bool>,
    /// The lantern's switch. Unreliable on Lorax: [`Self::lantern_is_on`] knows better.
    pub lantern_on: Option<bool>,
    /// The lantern's light.
    pub lantern_light: Option<Light>,
    /// How long the lantern shines, seconds.
    pub lantern_s: Option<f32>,
    /// How long it still shines, seconds.
    pub lantern_remaining_s: Option<f32>,
}

impl DeviceState {
    /// Which product it is, by its numbers and where those are not enough by its name.
    #[must_use]
    pub fn product(&self) -> Option<Product> {
        let named = self.name.as_deref().and_then(named_series);
        Product::identify(self.model_code, self.serial.as_deref(), named)
    }

    /// The selected profile, when both it and the selection are known.
    #[must_use]
    pub fn profile(&self) -> Option<&Profile> {
        let slot = self.selected_profile?;
        self.profiles.iter().find(|profile| profile.slot == slot)
    }

    /// Whether the lantern shines: by what is left of its time where the device tells that (§14.6).
    #[must_use]
    pub fn lantern_is_on(&self) -> Option<bool> {
        self.lantern_remaining_s.map(|left| left > 0.0).or(self.lantern_on)
    }
}

//! What a device can tell about itself. Unknown codes stay numbers: shown raw, never guessed, never an error.

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

/// Chamber type (`/p/htr/chmt`): 0 none, 1 classic, 2 XL, 3 3D; others unresolved (facts §15).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chamber(pub u8);

impl Chamber {
    /// No chamber is put on.
    pub const NONE: Self = Self(0);
}

/// A colour, 8 bits a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// One heat profile.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Slot, 0..=3.
    pub slot: u8,
    /// Name, as the owner gave it.
    pub name: String,
    /// Target, °C.
    pub celsius: f32,
    /// Hold time, seconds.
    pub seconds: f32,
    /// Light, first colour.
    pub color: Option<Rgb>,
    /// Vapour intensity: 0, 0.5, 1 or 1.5.
    pub intensity: Option<f32>,
}

/// Everything known of a device. A field is `None` until it was read, or when the device has no such value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeviceState {
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
    /// Charge, percent 0..=100.
    pub battery_percent: Option<f32>,
    /// Charge state.
    pub charge: Option<ChargeState>,
    /// Charge source: 0 USB, 1 wireless, 2 dock, 3 none.
    pub charge_source: Option<u8>,
    /// Seconds to a full battery.
    pub charge_eta_s: Option<f32>,
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
    /// Chamber type.
    pub chamber: Option<Chamber>,
    /// Selected profile slot, 0..=3.
    pub selected_profile: Option<u8>,
    /// The heat profiles that were read, by slot.
    pub profiles: Vec<Profile>,
    /// Lifetime heat cycles.
    pub total_dabs: Option<f32>,
    /// Average per day.
    pub dabs_per_day: Option<f32>,
    /// Dabs left on this charge.
    pub dabs_left: Option<f32>,
    /// Light shown at present.
    pub led: Option<Rgb>,
}

impl DeviceState {
    /// The selected profile, when both it and the selection are known.
    #[must_use]
    pub fn profile(&self) -> Option<&Profile> {
        let slot = self.selected_profile?;
        self.profiles.iter().find(|profile| profile.slot == slot)
    }
}

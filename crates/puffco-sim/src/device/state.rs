//! Codes that a device tells about itself (facts/puffco-ble.md §15).

/// Operating state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OperatingState(pub u8);

impl OperatingState {
    /// Switched off.
    pub const MASTER_OFF: Self = Self(3);
    /// Asleep.
    pub const SLEEP: Self = Self(4);
    /// On and idle.
    pub const IDLE: Self = Self(5);
    /// Its button was pressed: choosing a profile.
    pub const TEMP_SELECT: Self = Self(6);
    /// Heating up.
    pub const PREHEAT: Self = Self(7);
    /// At temperature.
    pub const ACTIVE: Self = Self(8);
    /// Cooling down.
    pub const FADE: Self = Self(9);
    /// Showing its firmware.
    pub const VERSION_DISPLAY: Self = Self(10);
    /// Showing its charge.
    pub const BATTERY_DISPLAY: Self = Self(11);
    /// In pairing mode.
    pub const BONDING: Self = Self(13);

    /// Preheat, active or fade.
    #[must_use]
    pub fn is_heat_cycle(self) -> bool {
        matches!(self, Self::PREHEAT | Self::ACTIVE | Self::FADE)
    }

    /// The heater is driven.
    #[must_use]
    pub fn is_heating(self) -> bool {
        matches!(self, Self::PREHEAT | Self::ACTIVE)
    }
}

/// What charges it (`/p/bat/chg/src`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charger {
    /// A cable.
    Usb = 0,
    /// A wireless pad.
    Wireless = 1,
    /// The power dock.
    Dock = 2,
}

/// `/p/bat/chg/src` without a charger.
pub(super) const NO_CHARGER: u8 = 3;

/// Mode commands (`/p/app/mc`).
pub(super) mod mode {
    pub const MASTER_OFF: u8 = 0;
    pub const SLEEP: u8 = 1;
    pub const IDLE: u8 = 2;
    pub const TEMP_SELECT_BEGIN: u8 = 3;
    pub const TEMP_SELECT_STOP: u8 = 4;
    pub const SHOW_BATTERY: u8 = 5;
    pub const SHOW_VERSION: u8 = 6;
    pub const HEAT_START: u8 = 7;
    pub const HEAT_ABORT: u8 = 8;
    pub const HEAT_BOOST: u8 = 9;
    /// A client must never send it (§23).
    pub const FACTORY_TEST: u8 = 10;
    pub const BONDING: u8 = 11;
}

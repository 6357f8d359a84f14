//! What a simulated device is: its model, its firmware, its owner's settings, and how fast and how badly it
//! behaves.

mod model;
mod quirks;

use std::time::Duration;

pub use self::model::{SimModel, UnknownModel};
pub use self::quirks::{NAMES as QUIRK_NAMES, QuirkError, Quirks, WatchQuirk};

use self::model::Family;
use crate::light::Rgb;
use crate::revision;

/// The protocol generation; the firmware decides (facts/puffco-ble.md §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generation {
    /// A small file-system RPC.
    Lorax,
    /// One characteristic per attribute.
    Legacy,
}

/// The form of its four-byte numbers (§13).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// Floats: Peak Pro.
    Float,
    /// Scaled integers: Proxy.
    Integer,
}

/// The form of its colours (§17).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LedApi {
    /// 8-byte records, with files for the preheat and active colours: LED API 2.
    Records,
    /// CBOR documents: LED API 3.
    Documents,
}

/// The update service beside its own (§4.2, §4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateService {
    /// None.
    None,
    /// The chip vendor's.
    Ota,
    /// The one of newer units.
    Pup,
}

/// A heat profile of a simulated device.
#[derive(Clone, Debug, PartialEq)]
pub struct SimProfile {
    /// Name, at most 31 bytes.
    pub name: String,
    /// Target, °C.
    pub celsius: f32,
    /// Hold time, seconds.
    pub seconds: f32,
    /// Light.
    pub color: Rgb,
    /// Vapour intensity: 0, 0.5, 1 or 1.5.
    pub intensity: f32,
}

/// One simulated device. Build it with [`SimConfig::new`] or `default()` and change fields.
#[derive(Clone, Debug, PartialEq)]
pub struct SimConfig {
    /// Device name, as advertised.
    pub name: String,
    /// MAC address.
    pub address: [u8; 6],
    /// Model code (`/p/sys/hw/mdcd`).
    pub model_code: u32,
    /// Serial number, 19 characters.
    pub serial: String,
    /// Firmware revision number; decides the generation, and with it much of what there is.
    pub firmware: u32,
    /// Hardware revision.
    pub hardware: u8,
    /// Form of its numbers.
    pub numbers: Numbers,
    /// Form of its colours; `None` leaves it to the firmware: documents since AW.
    pub led_api: Option<LedApi>,
    /// The update service beside its own.
    pub update_service: UpdateService,
    /// Version of the Lorax protocol (0 or 1 were seen).
    pub lorax_version: u16,
    /// The four profiles.
    pub profiles: [SimProfile; 4],
    /// Profile selected at start, 0..=3.
    pub selected: u8,
    /// Chamber type; 0 is none.
    pub chamber: u8,
    /// Charge at start, percent.
    pub battery_percent: f32,
    /// Lifetime heat cycles at start.
    pub total_dabs: u32,
    /// Heat cycles of the trip at start.
    pub trip_dabs: u32,
    /// Its birthday, seconds since 1970; 1000 when it was never set (§16).
    pub birthday: u32,
    /// Its clock at start, seconds since 1970; `None` when it was never set and counts from boot.
    pub clock_unix: Option<u32>,
    /// Room temperature, °C.
    pub ambient_celsius: f32,
    /// Multiplies the device's own time: heating, holding, fading, temp select, sleep. Not the radio's.
    pub speed: f32,
    /// The device falls asleep after this much of its own time without a link or a press.
    pub sleep_after: Duration,
    /// From a request to its reply. With zero the reply is there before the write returns.
    pub reply_delay: Duration,
    /// Signal strength in advertisements, dBm.
    pub rssi: i16,
    /// The host already has a bond at start.
    pub bonded: bool,
    /// Refuses a first bond unless it is in pairing mode (button held).
    pub pairing_mode_required: bool,
    /// Offers watches; without, OPEN is answered with an error.
    pub watches: bool,
    /// What it does badly.
    pub quirks: Quirks,
    /// Seed of all its randomness: unlock seeds, sensor noise, quirks.
    pub seed: u64,
}

impl SimConfig {
    /// A device of this model, with the name, lights and profiles of the demo.
    #[must_use]
    pub fn new(model: SimModel) -> Self {
        let traits = model.traits();
        let [low, medium, high, peak] = model.lights();
        let profile = |name: &str, celsius, seconds, color, intensity| SimProfile {
            name: name.to_owned(),
            celsius,
            seconds,
            color,
            intensity,
        };
        Self {
            name: "Ember".to_owned(),
            address: [0x84, 0x2e, 0x14, 0x0e, 0x3b, 0xe2],
            model_code: traits.model_code,
            serial: format!("{}23045678901234567", traits.product),
            firmware: traits.firmware,
            hardware: 3,
            numbers: if traits.family == Family::Proxy { Numbers::Integer } else { Numbers::Float },
            led_api: None,
            update_service: if traits.family == Family::Pikachu {
                UpdateService::Ota
            } else {
                UpdateService::Pup
            },
            lorax_version: 1,
            profiles: [
                profile("Slow burn", 238.0, 60.0, low, 0.0),
                profile("Golden hour", 252.0, 50.0, medium, 0.0),
                profile("Campfire", 266.0, 45.0, high, 0.5),
                profile("Full blaze", 280.0, 40.0, peak, 1.0),
            ],
            selected: 0,
            chamber: 3,
            battery_percent: 82.0,
            total_dabs: 420,
            trip_dabs: 12,
            birthday: 1_672_531_200,
            clock_unix: None,
            ambient_celsius: 24.0,
            speed: 1.0,
            sleep_after: Duration::from_secs(300),
            reply_delay: Duration::from_millis(30),
            rssi: -58,
            bonded: false,
            pairing_mode_required: false,
            watches: true,
            quirks: Quirks::default(),
            seed: 1,
        }
    }

    /// The same device under another name and address, for several at once: `number` 0 changes nothing.
    #[must_use]
    pub fn numbered(mut self, number: u8) -> Self {
        const NAMES: [&str; 6] = ["Ember", "Juniper", "Comet", "Marble", "Saffron", "Willow"];
        if number > 0 {
            self.name = NAMES
                .get(usize::from(number))
                .map_or_else(|| format!("Ember {}", u16::from(number) + 1), |name| (*name).to_owned());
            self.address[5] = self.address[5].wrapping_add(number);
            self.serial = format!("{}{number:03}", &self.serial[..16]);
            self.seed = self.seed.wrapping_add(u64::from(number));
        }
        self
    }

    /// The same device with the firmware of this number or these letters' number ([`revision::number`]).
    #[must_use]
    pub fn with_firmware(self, firmware: u32) -> Self {
        Self { firmware, ..self }
    }

    /// The same device, whose clock says `unix` and what [`Quirks::clock_off`] adds; without that quirk the
    /// clock stays as it is. For those who know what time it is.
    #[must_use]
    pub fn on_wall_clock(self, unix: u64) -> Self {
        let off = self.quirks.clock_off;
        let clock = off.and_then(|off| u32::try_from(i64::try_from(unix).ok()?.saturating_add(off)).ok());
        Self { clock_unix: clock.or(self.clock_unix), ..self }
    }

    /// The protocol generation, by its firmware.
    #[must_use]
    pub fn generation(&self) -> Generation {
        if self.firmware >= revision::LORAX { Generation::Lorax } else { Generation::Legacy }
    }

    /// The form of its colours.
    #[must_use]
    pub fn led_api(&self) -> LedApi {
        let by_firmware =
            if self.firmware > revision::LAST_OF_RECORDS { LedApi::Documents } else { LedApi::Records };
        self.led_api.filter(|_| self.generation() == Generation::Lorax).unwrap_or(by_firmware)
    }

    /// The longest frame that fits one packet: 128 with the MTU that was seen (§7.4), less with a smaller one.
    #[must_use]
    pub fn longest_frame(&self) -> usize {
        usize::from(self.mtu()) - 3
    }

    /// The negotiated MTU.
    #[must_use]
    pub fn mtu(&self) -> u16 {
        /// As seen with BlueZ (§7.4).
        const SEEN: u16 = 131;
        self.quirks.mtu.unwrap_or(SEEN).max(23)
    }

    /// The longest payload: 125 where the packets allow it, 20 with the smallest packets (§7.4).
    #[must_use]
    pub fn longest_payload(&self) -> u16 {
        self.mtu().saturating_sub(6).clamp(20, 125)
    }

    /// Whether all of it can be had.
    ///
    /// # Errors
    /// Says the first thing that cannot.
    pub fn check(&self) -> Result<(), ConfigError> {
        let within = |value: f32, range: std::ops::RangeInclusive<f32>| range.contains(&value);
        let share = |value: f64| (0.0..=1.0).contains(&value);
        if !within(self.speed, 0.001..=1000.0) {
            return Err(ConfigError::Speed(self.speed));
        }
        if !within(self.battery_percent, 0.0..=100.0) {
            return Err(ConfigError::Battery(self.battery_percent));
        }
        if self.selected > 3 {
            return Err(ConfigError::Selected(self.selected));
        }
        if self.name.len() > 31 || self.profiles.iter().any(|profile| profile.name.len() > 31) {
            return Err(ConfigError::Name);
        }
        if self.numbers == Numbers::Integer && self.generation() == Generation::Legacy {
            return Err(ConfigError::LegacyIntegers);
        }
        let quirks = &self.quirks;
        let shares =
            [quirks.nan_readings, quirks.spurious_idle, quirks.lost_replies, quirks.duplicated_replies];
        if !shares.into_iter().all(share) {
            return Err(ConfigError::Share);
        }
        Ok(())
    }
}

/// A device that cannot be.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ConfigError {
    /// Its time must pass.
    #[error("the speed must be from 0.001 to 1000, not {0}")]
    Speed(f32),
    /// A charge is a percentage.
    #[error("the charge must be from 0 to 100, not {0}")]
    Battery(f32),
    /// There are four profiles.
    #[error("the selected profile must be from 0 to 3, not {0}")]
    Selected(u8),
    /// A name has 31 bytes.
    #[error("a name is longer than 31 bytes")]
    Name,
    /// No Proxy speaks the legacy protocol: its firmware must be AC or newer.
    #[error("a device with integers has firmware AC or newer")]
    LegacyIntegers,
    /// A share of readings or replies.
    #[error("a share must be from 0 to 1")]
    Share,
}

impl Default for SimConfig {
    fn default() -> Self {
        Self::new(SimModel::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_devices_differ_in_what_identifies_them() {
        let first = SimConfig::default();
        let second = SimConfig::default().numbered(1);
        assert_eq!(first, SimConfig::default().numbered(0));
        assert_ne!(first.address, second.address);
        assert_ne!(first.name, second.name);
        assert_ne!(first.serial, second.serial);
        assert_eq!(second.serial.len(), 19);
    }

    #[test]
    fn firmware_decides_generation_and_colours() {
        let with =
            |letters| SimConfig::default().with_firmware(revision::number(letters).unwrap_or_default());
        assert_eq!(with("X").generation(), Generation::Legacy);
        assert_eq!(with("AC").generation(), Generation::Lorax);
        assert_eq!((with("AV").led_api(), with("AW").led_api()), (LedApi::Records, LedApi::Documents));
        let early = SimConfig { led_api: Some(LedApi::Documents), ..with("AG") };
        assert_eq!(early.led_api(), LedApi::Documents);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        assert_eq!(SimConfig::default().check(), Ok(()));
        for speed in [0.0, -1.0, f32::NAN, f32::INFINITY] {
            assert!(SimConfig { speed, ..SimConfig::default() }.check().is_err(), "{speed}");
        }
        let quirks = Quirks { lost_replies: f64::NAN, ..Quirks::default() };
        assert_eq!(SimConfig { quirks, ..SimConfig::default() }.check(), Err(ConfigError::Share));
        let old_proxy = SimConfig::new(SimModel::ProxyHaze).with_firmware(19);
        assert_eq!(old_proxy.check(), Err(ConfigError::LegacyIntegers));
    }

    #[test]
    fn small_packets_carry_small_payloads() {
        let with = |mtu| SimConfig { quirks: Quirks { mtu, ..Quirks::default() }, ..SimConfig::default() };
        assert_eq!((with(None).longest_frame(), with(None).longest_payload()), (128, 125));
        assert_eq!((with(Some(23)).longest_frame(), with(Some(23)).longest_payload()), (20, 20));
        assert_eq!((with(Some(247)).longest_frame(), with(Some(247)).longest_payload()), (244, 125));
    }

    #[test]
    fn the_clock_is_off_by_what_the_quirk_says() {
        let quirks = Quirks { clock_off: Some(-60), ..Quirks::default() };
        let config = SimConfig { quirks, ..SimConfig::default() }.on_wall_clock(1_700_000_000);
        assert_eq!(config.clock_unix, Some(1_699_999_940));
        assert_eq!(SimConfig::default().on_wall_clock(1_700_000_000).clock_unix, None);
    }
}

//! What a simulated device is: its model, owner's settings, and how fast and how badly it behaves.

use std::str::FromStr;
use std::time::Duration;

use puffco::state::Rgb;

/// The models that can be simulated, by marketing name (facts/puffco-ble.md §3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SimModel {
    /// Onyx, the present Peak Pro. Firmware AW, colours as CBOR documents.
    #[default]
    PeakPro,
    /// Pearl. Firmware AW.
    Pearl,
    /// Storm. Firmware AW.
    Storm,
    /// Opal, of the first generation. Firmware AV, colours as 8-byte records.
    Opal,
    /// Guardian, of the first generation. Firmware AV.
    Guardian,
}

impl SimModel {
    /// All of them, with the name that a command line uses.
    pub const ALL: [(&'static str, Self); 5] = [
        ("peak-pro", Self::PeakPro),
        ("pearl", Self::Pearl),
        ("storm", Self::Storm),
        ("opal", Self::Opal),
        ("guardian", Self::Guardian),
    ];

    /// Model code and serial prefix.
    fn codes(self) -> (u32, &'static str) {
        match self {
            Self::PeakPro => (13, "71"),
            Self::Pearl => (12, "72"),
            Self::Storm => (19, "78"),
            Self::Opal => (1, "22"),
            Self::Guardian => (4, "26"),
        }
    }

    /// The lights of its four profiles: each model has a family of its own, so that several are told apart.
    fn lights(self) -> [Rgb; 4] {
        match self {
            Self::PeakPro => {
                [Rgb(0xff, 0x7a, 0x2e), Rgb(0xff, 0xb0, 0x3a), Rgb(0xff, 0x4e, 0x1c), Rgb(0xff, 0x2a, 0x12)]
            }
            Self::Pearl => {
                [Rgb(0x16, 0xd6, 0xc0), Rgb(0x3a, 0xe8, 0xa8), Rgb(0x12, 0xb4, 0xe6), Rgb(0x1c, 0x86, 0xff)]
            }
            Self::Storm => {
                [Rgb(0x9a, 0x7b, 0xff), Rgb(0xb4, 0x5c, 0xff), Rgb(0x6e, 0x6b, 0xff), Rgb(0xd0, 0x4c, 0xff)]
            }
            Self::Opal => {
                [Rgb(0xff, 0x8a, 0xc0), Rgb(0xff, 0xb3, 0xd6), Rgb(0xff, 0x5f, 0xa0), Rgb(0xff, 0x3d, 0x7d)]
            }
            Self::Guardian => {
                [Rgb(0x6e, 0xe9, 0x16), Rgb(0xa6, 0xf0, 0x3c), Rgb(0x35, 0xc9, 0x3f), Rgb(0x12, 0xa8, 0x5a)]
            }
        }
    }

    /// Firmware revision number: 39 is AW, 38 is AV.
    fn firmware(self) -> u32 {
        match self {
            Self::PeakPro | Self::Pearl | Self::Storm => 39,
            Self::Opal | Self::Guardian => 38,
        }
    }
}

impl std::fmt::Display for SimModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = Self::ALL.iter().find(|(_, model)| model == self).map_or("?", |(name, _)| name);
        f.write_str(name)
    }
}

/// A model name that is not in [`SimModel::ALL`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownModel(String);

impl std::fmt::Display for UnknownModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = SimModel::ALL.iter().map(|(name, _)| *name).collect();
        write!(f, "no model `{}`; there are {}", self.0, names.join(", "))
    }
}

impl std::error::Error for UnknownModel {}

impl FromStr for SimModel {
    type Err = UnknownModel;

    fn from_str(text: &str) -> Result<Self, UnknownModel> {
        SimModel::ALL
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(text))
            .map(|(_, model)| *model)
            .ok_or_else(|| UnknownModel(text.to_owned()))
    }
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
    /// Firmware revision number.
    pub firmware: u32,
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
    /// Seed of its randomness: unlock seeds, sensor noise.
    pub seed: u64,
}

impl SimConfig {
    /// A device of this model, with the name, lights and profiles of the demo.
    #[must_use]
    pub fn new(model: SimModel) -> Self {
        let (model_code, prefix) = model.codes();
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
            model_code,
            serial: format!("{prefix}23045678901234567"),
            firmware: model.firmware(),
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
            ambient_celsius: 24.0,
            speed: 1.0,
            sleep_after: Duration::from_secs(300),
            reply_delay: Duration::from_millis(30),
            rssi: -58,
            bonded: false,
            pairing_mode_required: false,
            watches: true,
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
    fn every_model_is_found_by_the_name_it_shows() {
        for (name, model) in SimModel::ALL {
            assert_eq!(name.parse(), Ok(model));
            assert_eq!(model.to_string(), name);
        }
        assert!("toaster".parse::<SimModel>().is_err());
    }

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
}

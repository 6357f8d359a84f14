//! The models that can be simulated (facts/puffco-ble.md §3), by the name that a command line uses.

use std::str::FromStr;

use crate::light::Rgb;

/// A model, by marketing name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SimModel {
    /// Onyx, the present Peak Pro. Firmware AW, colours as CBOR documents.
    #[default]
    PeakPro,
    /// Pearl. Firmware AW.
    Pearl,
    /// Storm. Firmware AW.
    Storm,
    /// Desert, with its own model code. Firmware AW.
    Desert,
    /// Desert that reports the model code of an Onyx: only the serial number tells.
    Desert13,
    /// Flourish. Firmware AW.
    Flourish,
    /// Daybreak. Firmware AW.
    Daybreak,
    /// Plasma. Firmware AX.
    Plasma,
    /// Glacier: its product code is a Guardian's model code. Firmware AX.
    Glacier,
    /// The first Peak Pro. Firmware AV, colours as 8-byte records.
    Og,
    /// The first Peak Pro, revised. Its model code is 0xFFFFFFFF. Firmware AV.
    Raichu,
    /// Opal, of the first generation. Firmware AV.
    Opal,
    /// Indiglow, of the first generation. Firmware AV.
    Indiglow,
    /// Guardian, of the first generation. Firmware AV.
    Guardian,
    /// Proxy, Onyx: integers in place of floats. Its model code is an OG Peak's.
    ProxyOnyx,
    /// Proxy, Haze. Its model code is an Opal's.
    ProxyHaze,
}

/// The family that a model belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// Peak Pro before 2024.
    Pikachu,
    /// Peak Pro since.
    Peach,
    /// Proxy.
    Proxy,
}

/// Everything that a model decides.
pub(super) struct Traits {
    pub(super) family: Family,
    /// `/p/sys/hw/mdcd`.
    pub(super) model_code: u32,
    /// First two digits of the serial number.
    pub(super) product: &'static str,
    pub(super) firmware: u32,
    /// Lights of its profiles: each model has a family of its own, so that several are told apart.
    pub(super) lights: [u32; 4],
}

impl SimModel {
    /// All of them, with the name that a command line uses.
    pub const ALL: [(&'static str, Self); 16] = [
        ("peak-pro", Self::PeakPro),
        ("pearl", Self::Pearl),
        ("storm", Self::Storm),
        ("desert", Self::Desert),
        ("desert-13", Self::Desert13),
        ("flourish", Self::Flourish),
        ("daybreak", Self::Daybreak),
        ("plasma", Self::Plasma),
        ("glacier", Self::Glacier),
        ("og", Self::Og),
        ("raichu", Self::Raichu),
        ("opal", Self::Opal),
        ("indiglow", Self::Indiglow),
        ("guardian", Self::Guardian),
        ("proxy-onyx", Self::ProxyOnyx),
        ("proxy-haze", Self::ProxyHaze),
    ];

    /// Other names that are understood.
    const ALIASES: [(&'static str, Self); 3] =
        [("onyx", Self::PeakPro), ("peak-pro-og", Self::Og), ("proxy", Self::ProxyOnyx)];

    pub(super) fn traits(self) -> Traits {
        use Family::{Peach, Pikachu, Proxy};
        let (family, model_code, product, firmware, lights) = match self {
            Self::PeakPro => (Peach, 13, "71", 39, [0xff7a2e, 0xffb03a, 0xff4e1c, 0xff2a12]),
            Self::Pearl => (Peach, 12, "72", 39, [0x16d6c0, 0x3ae8a8, 0x12b4e6, 0x1c86ff]),
            Self::Storm => (Peach, 19, "78", 39, [0x9a7bff, 0xb45cff, 0x6e6bff, 0xd04cff]),
            Self::Desert => (Peach, 15, "74", 39, [0xffc48a, 0xffa35c, 0xe6783c, 0xd1542a]),
            Self::Desert13 => (Peach, 13, "74", 39, [0xffc48a, 0xffa35c, 0xe6783c, 0xd1542a]),
            Self::Flourish => (Peach, 17, "75", 39, [0x7bd86a, 0x4fb95c, 0x2e9a55, 0xc8e05a]),
            Self::Daybreak => (Peach, 23, "81", 39, [0xff6f61, 0xff4d5e, 0xd93a5a, 0xa82a4a]),
            Self::Plasma => (Peach, 25, "83", 40, [0xff3df2, 0xc43dff, 0x7a3dff, 0x3d6bff]),
            Self::Glacier => (Peach, 26, "84", 40, [0xa8e6ff, 0x7ad1ff, 0x4cb4ff, 0xd8f4ff]),
            Self::Og => (Pikachu, 0, "21", 38, [0x0000ff, 0x6ee916, 0xf80b00, 0xffffff]),
            Self::Raichu => (Pikachu, u32::MAX, "51", 38, [0x2f5bff, 0x6ee916, 0xff5a36, 0xfff2d8]),
            Self::Opal => (Pikachu, 1, "22", 38, [0xff8ac0, 0xffb3d6, 0xff5fa0, 0xff3d7d]),
            Self::Indiglow => (Pikachu, 2, "25", 38, [0x8c59ff, 0x6a3dff, 0xb07aff, 0x4c2aff]),
            Self::Guardian => (Pikachu, 4, "26", 38, [0x6ee916, 0xa6f03c, 0x35c93f, 0x12a85a]),
            Self::ProxyOnyx => (Proxy, 0, "10", 38, [0xffa640, 0xff8426, 0xff5e1a, 0xe63e12]),
            Self::ProxyHaze => (Proxy, 1, "11", 38, [0xb8c4ff, 0x98a6f2, 0x7a88e0, 0x5c68c8]),
        };
        Traits { family, model_code, product, firmware, lights }
    }

    pub(super) fn lights(self) -> [Rgb; 4] {
        self.traits().lights.map(|rgb| Rgb((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8))
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
            .chain(&Self::ALIASES)
            .find(|(name, _)| name.eq_ignore_ascii_case(text))
            .map(|(_, model)| *model)
            .ok_or_else(|| UnknownModel(text.to_owned()))
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
        assert_eq!("ONYX".parse(), Ok(SimModel::PeakPro));
        assert!("toaster".parse::<SimModel>().is_err());
    }

    #[test]
    fn product_codes_tell_all_models_apart_but_the_two_deserts() {
        let mut products: Vec<_> = SimModel::ALL.iter().map(|(_, model)| model.traits().product).collect();
        products.sort_unstable();
        products.dedup();
        assert_eq!(products.len(), SimModel::ALL.len() - 1);
    }
}

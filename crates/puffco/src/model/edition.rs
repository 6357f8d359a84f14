//! Every edition that was sold: product code, model codes, hardware family (facts/puffco-ble.md §3).

use super::Series;

/// A hardware family, by the name that its makers gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// The first Peak Pro.
    Pikachu,
    /// Its revision.
    Raichu,
    /// The new Peak Pro.
    Peach,
    /// The Proxy.
    Proxy,
}

impl Family {
    /// Its name, in small letters.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pikachu => "pikachu",
            Self::Raichu => "raichu",
            Self::Peach => "peach",
            Self::Proxy => "proxy",
        }
    }

    /// The product line that it belongs to.
    #[must_use]
    pub fn series(self) -> Series {
        if self == Self::Proxy { Series::Proxy } else { Series::PeakPro }
    }
}

/// One edition of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edition {
    /// The first two digits of its serial numbers.
    pub product_code: u32,
    /// What it tells as its model; the same numbers mean other things in another series.
    pub model_codes: &'static [u32],
    /// Its hardware.
    pub family: Family,
    /// Its marketing name; "Peak Pro" for the first ones.
    pub name: &'static str,
}

const fn edition(
    product_code: u32,
    model_codes: &'static [u32],
    family: Family,
    name: &'static str,
) -> Edition {
    Edition { product_code, model_codes, family, name }
}

/// All of them. Where several have a model code, the first is the one that it stands for by itself.
pub const EDITIONS: [Edition; 17] = [
    edition(21, &[0, 21, u32::MAX], Family::Pikachu, "Peak Pro"),
    edition(22, &[1, 22], Family::Pikachu, "Opal"),
    edition(25, &[2], Family::Pikachu, "Indiglow"),
    edition(26, &[4], Family::Pikachu, "Guardian"),
    edition(51, &[0, u32::MAX], Family::Raichu, "Peak Pro"),
    edition(71, &[13], Family::Peach, "Onyx"),
    edition(72, &[12], Family::Peach, "Pearl"),
    edition(74, &[13, 15], Family::Peach, "Desert"),
    edition(75, &[17], Family::Peach, "Flourish"),
    edition(78, &[19], Family::Peach, "Storm"),
    edition(79, &[13], Family::Peach, "Onyx"),
    edition(80, &[12], Family::Peach, "Pearl"),
    edition(81, &[23], Family::Peach, "Daybreak"),
    edition(83, &[25], Family::Peach, "Plasma"),
    edition(84, &[26], Family::Peach, "Glacier"),
    edition(10, &[0], Family::Proxy, "Onyx"),
    edition(11, &[1], Family::Proxy, "Haze"),
];

impl Edition {
    /// By product code.
    #[must_use]
    pub fn from_product_code(code: u32) -> Option<&'static Self> {
        EDITIONS.iter().find(|edition| edition.product_code == code)
    }

    /// By the model code that a device of a series tells.
    #[must_use]
    pub fn from_model_code(series: Series, code: u32) -> Option<&'static Self> {
        EDITIONS
            .iter()
            .find(|edition| edition.family.series() == series && edition.model_codes.contains(&code))
    }

    /// By serial number: its first two characters.
    #[must_use]
    pub fn from_serial(serial: &str) -> Option<&'static Self> {
        let prefix = serial.get(..2).filter(|prefix| prefix.bytes().all(|digit| digit.is_ascii_digit()))?;
        Self::from_product_code(prefix.parse().ok()?)
    }
}

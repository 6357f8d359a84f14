//! Which product a device is (facts/puffco-ble.md §3). Numbers that are not known are no error.

/// A product line: decides which protocol dialect to expect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Series {
    /// A Peak Pro of any generation.
    PeakPro,
    /// A Proxy.
    Proxy,
}

/// A product by its marketing name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Product {
    /// Product line.
    pub series: Series,
    /// Name of the edition, such as "Onyx"; "Peak Pro" for the first one.
    pub name: &'static str,
}

const fn peak(name: &'static str) -> Product {
    Product { series: Series::PeakPro, name }
}

/// Serial prefix → product.
const BY_SERIAL: [(&str, Product); 17] = [
    ("10", Product { series: Series::Proxy, name: "Onyx" }),
    ("11", Product { series: Series::Proxy, name: "Haze" }),
    ("21", peak("Peak Pro")),
    ("22", peak("Opal")),
    ("25", peak("Indiglow")),
    ("26", peak("Guardian")),
    ("51", peak("Peak Pro")),
    ("71", peak("Onyx")),
    ("72", peak("Pearl")),
    ("74", peak("Desert")),
    ("75", peak("Flourish")),
    ("78", peak("Storm")),
    ("79", peak("Onyx")),
    ("80", peak("Pearl")),
    ("81", peak("Daybreak")),
    ("83", peak("Plasma")),
    ("84", peak("Glacier")),
];

/// Model code of a Peak Pro → name. Old firmware tells the product code in its place, so both are here.
const BY_MODEL_CODE: [(u32, &str); 26] = [
    (0, "Peak Pro"),
    (1, "Opal"),
    (2, "Indiglow"),
    (4, "Guardian"),
    (12, "Pearl"),
    (13, "Onyx"),
    (15, "Desert"),
    (17, "Flourish"),
    (19, "Storm"),
    (21, "Peak Pro"),
    (22, "Opal"),
    (23, "Daybreak"),
    (25, "Plasma"),
    (26, "Guardian"),
    (51, "Peak Pro"),
    (71, "Onyx"),
    (72, "Pearl"),
    (74, "Desert"),
    (75, "Flourish"),
    (78, "Storm"),
    (79, "Onyx"),
    (80, "Pearl"),
    (81, "Daybreak"),
    (83, "Plasma"),
    (84, "Glacier"),
    (u32::MAX, "Peak Pro"),
];

impl Product {
    /// By serial number: its first two characters.
    #[must_use]
    pub fn from_serial(serial: &str) -> Option<Self> {
        let prefix = serial.get(..2)?;
        BY_SERIAL.iter().find(|(known, _)| *known == prefix).map(|(_, product)| *product)
    }

    /// By the model code of a Peak Pro. A Proxy uses some of the same codes: ask its serial number first.
    #[must_use]
    pub fn from_peak_code(code: u32) -> Option<Self> {
        BY_MODEL_CODE.iter().find(|(known, _)| *known == code).map(|(_, name)| peak(name))
    }

    /// By all that a device tells. The serial number decides the series, and the edition where a model code
    /// stands for several (13 is Onyx or Desert).
    #[must_use]
    pub fn of(model_code: Option<u32>, serial: Option<&str>) -> Option<Self> {
        let by_serial = serial.and_then(Self::from_serial);
        let by_code = model_code.and_then(Self::from_peak_code);
        match (by_serial, by_code) {
            (Some(product), _) if product.series == Series::Proxy => Some(product),
            (Some(product), Some(code)) if code.name == "Onyx" => Some(product),
            (by_serial, by_code) => by_code.or(by_serial),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_serial_number_decides_where_a_code_is_ambiguous() {
        let name = |code, serial| Product::of(Some(code), Some(serial)).map(|product| product.name);
        assert_eq!(name(13, "7423A00012345678901"), Some("Desert"));
        assert_eq!(name(13, "7123A00012345678901"), Some("Onyx"));
        let haze = Product::of(Some(1), Some("1123A00012345678901")).unwrap();
        assert_eq!((haze.series, haze.name), (Series::Proxy, "Haze"));
    }

    #[test]
    fn unknown_numbers_are_no_product() {
        assert_eq!(Product::of(Some(9999), Some("99")), None);
        assert_eq!(Product::of(None, Some("é")), None);
        assert_eq!(Product::of(None, None), None);
    }
}

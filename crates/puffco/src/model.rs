//! Which product a device is (facts/puffco-ble.md §3). Numbers that are not known are no error.

mod edition;

pub use edition::{EDITIONS, Edition, Family};

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

/// The product code that stands for an edition in a model code's place where both numbers collide: devices of
/// the first generations tell their product code.
const GUARDIAN: u32 = 26;

impl From<&Edition> for Product {
    fn from(edition: &Edition) -> Self {
        Self { series: edition.family.series(), name: edition.name }
    }
}

impl Product {
    /// By serial number: its first two characters.
    #[must_use]
    pub fn from_serial(serial: &str) -> Option<Self> {
        Edition::from_serial(serial).map(Self::from)
    }

    /// By the model code of a Peak Pro; old firmware tells its product code in its place. A Proxy uses some of
    /// the same codes: ask its serial number first.
    #[must_use]
    pub fn from_peak_code(code: u32) -> Option<Self> {
        let by_model = Edition::from_model_code(Series::PeakPro, code).filter(|_| code != GUARDIAN);
        let by_product =
            || Edition::from_product_code(code).filter(|edition| edition.family.series() == Series::PeakPro);
        by_model.or_else(by_product).map(Self::from)
    }

    /// By all that a device tells of itself in numbers; see [`Product::identify`].
    #[must_use]
    pub fn of(model_code: Option<u32>, serial: Option<&str>) -> Option<Self> {
        Self::identify(model_code, serial, None)
    }

    /// By all that is known. The serial number decides the series, and the edition where a model code stands
    /// for several (13 is Onyx or Desert, 26 is Guardian or Glacier). Without a serial number that is known,
    /// `named` does: the series that the device's name tells ([`crate::advertisement::named_series`]), because
    /// model codes 0 and 1 mean one thing on a Peak Pro and another on a Proxy.
    #[must_use]
    pub fn identify(model_code: Option<u32>, serial: Option<&str>, named: Option<Series>) -> Option<Self> {
        let by_serial = serial.and_then(Edition::from_serial);
        let series = by_serial.map(|edition| edition.family.series()).or(named);
        let shares_code = |edition: &&Edition| {
            series == Some(Series::Proxy)
                || model_code
                    .is_none_or(|code| edition.model_codes.contains(&code) || edition.product_code == code)
        };
        if let Some(edition) = by_serial.filter(shares_code) {
            return Some(edition.into());
        }
        let by_code = match series {
            Some(Series::Proxy) => {
                model_code.and_then(|code| Edition::from_model_code(Series::Proxy, code)).map(Self::from)
            }
            Some(Series::PeakPro) | None => model_code.and_then(Self::from_peak_code),
        };
        by_code.or(by_serial.map(Self::from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(code: u32, serial: &str) -> Option<&'static str> {
        Product::of(Some(code), Some(serial)).map(|product| product.name)
    }

    #[test]
    fn the_serial_number_decides_where_a_code_is_ambiguous() {
        assert_eq!(name(13, "7423A00012345678901"), Some("Desert"));
        assert_eq!(name(13, "7123A00012345678901"), Some("Onyx"));
        assert_eq!(name(26, "8423A00012345678901"), Some("Glacier"));
        assert_eq!(name(26, "2623A00012345678901"), Some("Guardian"));
        let haze = Product::of(Some(1), Some("1123A00012345678901")).unwrap();
        assert_eq!((haze.series, haze.name), (Series::Proxy, "Haze"));
    }

    #[test]
    fn a_code_that_does_not_fit_its_serial_number_wins_within_the_series() {
        assert_eq!(name(12, "7123A00012345678901"), Some("Pearl"));
        assert_eq!(name(9999, "7123A00012345678901"), Some("Onyx"));
    }

    #[test]
    fn without_a_serial_number_the_devices_name_decides_the_series() {
        let identify = |named| Product::identify(Some(1), None, named).map(|product| product.name);
        assert_eq!(identify(Some(Series::Proxy)), Some("Haze"));
        assert_eq!(identify(Some(Series::PeakPro)), Some("Opal"));
        assert_eq!(identify(None), Some("Opal"));
        assert_eq!(Product::identify(Some(13), Some("??"), Some(Series::Proxy)), None);
    }

    #[test]
    fn a_product_code_in_a_model_codes_place_is_understood() {
        let name = |code| Product::from_peak_code(code).map(|product| product.name);
        assert_eq!([name(26), name(51), name(79)], [Some("Guardian"), Some("Peak Pro"), Some("Onyx")]);
        assert_eq!((name(10), name(11)), (None, None));
    }

    #[test]
    fn unknown_numbers_are_no_product() {
        assert_eq!(Product::of(Some(9999), Some("99")), None);
        assert_eq!(Product::of(None, Some("é")), None);
        assert_eq!(Product::of(None, Some("+1")), None);
        assert_eq!(Product::of(None, None), None);
    }
}

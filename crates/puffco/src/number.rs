//! Four-byte numbers and the two dialects they come in (facts/puffco-ble.md §13): a Peak Pro sends floats, a
//! Proxy sends scaled integers. 260 °C written as a float to an integer device would be 113 million degrees,
//! so numbers are written only once the dialect is established.

/// How a device sends numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// IEEE f32 in °C, seconds, percent.
    Float,
    /// i32, scaled by kind of quantity; -1 is "none".
    Integer,
}

/// What a number measures. Decides its scale in the integer dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// A temperature or a difference of temperatures, °C.
    Celsius,
    /// Percent.
    Percent,
    /// Heats per day, or heats left.
    Rate,
    /// A count, or seconds of a counter or charge.
    Plain,
    /// Duration of a profile or boost, seconds.
    ProfileSeconds,
    /// Seconds of a state or lantern.
    StateSeconds,
    /// Volts and amperes, which integers carry in thousandths.
    Milli,
    /// A float in both dialects.
    AlwaysFloat,
}

impl Quantity {
    fn scale(self) -> f32 {
        match self {
            Self::Celsius => 10.0,
            Self::Percent | Self::Rate => 100.0,
            Self::Plain | Self::AlwaysFloat => 1.0,
            Self::ProfileSeconds => 200.0,
            Self::StateSeconds | Self::Milli => 1000.0,
        }
    }

    /// The number in the first four bytes; `None` when there are fewer, or when it is NaN, infinite or the
    /// integer dialect's "none".
    #[must_use]
    pub fn decode(self, dialect: Dialect, bytes: &[u8]) -> Option<f32> {
        let bytes = first_four(bytes)?;
        let value = match dialect {
            Dialect::Integer if self != Self::AlwaysFloat => {
                let raw = i32::from_le_bytes(bytes);
                if raw == -1 {
                    return None;
                }
                raw as f32 / self.scale()
            }
            _ => f32::from_le_bytes(bytes),
        };
        value.is_finite().then_some(value)
    }

    /// The bytes of a number; `None` when it is not finite or does not fit.
    #[must_use]
    pub fn encode(self, dialect: Dialect, value: f32) -> Option<[u8; 4]> {
        if !value.is_finite() {
            return None;
        }
        match dialect {
            Dialect::Integer if self != Self::AlwaysFloat => {
                let scaled = f64::from(value) * f64::from(self.scale());
                let fits = (0.0..=f64::from(i32::MAX)).contains(&scaled);
                fits.then(|| (scaled.round() as i32).to_le_bytes())
            }
            _ => Some(value.to_le_bytes()),
        }
    }
}

/// What the files that are never zero say about a device's dialect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DialectEvidence {
    floats: u8,
    integers: u8,
}

impl DialectEvidence {
    /// Looks at a profile's temperature file.
    pub fn profile_temperature(&mut self, bytes: &[u8]) {
        self.look(bytes, 150.0..=400.0, 1500..=4000);
    }

    /// Looks at the battery's charge file.
    pub fn battery(&mut self, bytes: &[u8]) {
        self.look(bytes, 0.5..=100.5, 50..=10050);
    }

    fn look(
        &mut self,
        bytes: &[u8],
        floats: std::ops::RangeInclusive<f32>,
        integers: std::ops::RangeInclusive<i32>,
    ) {
        let Some(bytes) = first_four(bytes) else { return };
        if floats.contains(&f32::from_le_bytes(bytes)) {
            self.floats = self.floats.saturating_add(1);
        } else if integers.contains(&i32::from_le_bytes(bytes)) {
            self.integers = self.integers.saturating_add(1);
        }
    }

    /// The dialect to read with: what the evidence says as far as it goes, and does not contradict itself.
    #[must_use]
    pub fn likely(self) -> Option<Dialect> {
        match (self.floats, self.integers) {
            (1.., 0) => Some(Dialect::Float),
            (0, 1..) => Some(Dialect::Integer),
            _ => None,
        }
    }

    /// The dialect to write with: at least two files agree and none disagrees.
    #[must_use]
    pub fn established(self) -> Option<Dialect> {
        self.likely().filter(|_| self.floats.max(self.integers) >= 2)
    }
}

fn first_four(bytes: &[u8]) -> Option<[u8; 4]> {
    bytes.first_chunk().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_are_none_are_none() {
        for bytes in [[0, 0, 0xc0, 0x7f], [0, 0, 0x80, 0x7f], [0, 0, 0x80, 0xff]] {
            assert_eq!(Quantity::Celsius.decode(Dialect::Float, &bytes), None);
        }
        assert_eq!(Quantity::StateSeconds.decode(Dialect::Integer, &[0xff; 4]), None);
        assert_eq!(Quantity::Celsius.decode(Dialect::Float, &[0, 0, 0]), None);
        assert_eq!(Quantity::Celsius.encode(Dialect::Float, f32::NAN), None);
        assert_eq!(Quantity::Celsius.encode(Dialect::Integer, 1e20), None);
    }

    #[test]
    fn each_quantity_has_its_scale_in_the_integer_dialect() {
        let raw = 5000_i32.to_le_bytes();
        let decode = |quantity: Quantity| quantity.decode(Dialect::Integer, &raw);
        assert_eq!(decode(Quantity::Celsius), Some(500.0));
        assert_eq!(decode(Quantity::Percent), Some(50.0));
        assert_eq!(decode(Quantity::ProfileSeconds), Some(25.0));
        assert_eq!(decode(Quantity::StateSeconds), Some(5.0));
        assert_eq!(Quantity::ProfileSeconds.encode(Dialect::Integer, 25.0), Some(raw));
    }

    #[test]
    fn one_file_is_enough_to_read_by_and_two_to_write_by() {
        let mut evidence = DialectEvidence::default();
        evidence.profile_temperature(&260.0_f32.to_le_bytes());
        assert_eq!((evidence.likely(), evidence.established()), (Some(Dialect::Float), None));
        evidence.battery(&81.5_f32.to_le_bytes());
        assert_eq!(evidence.established(), Some(Dialect::Float));
    }

    #[test]
    fn contradicting_files_establish_nothing() {
        let mut evidence = DialectEvidence::default();
        evidence.profile_temperature(&2600_i32.to_le_bytes());
        evidence.battery(&81.5_f32.to_le_bytes());
        assert_eq!((evidence.likely(), evidence.established()), (None, None));
    }
}

//! Four-byte numbers and the two dialects they come in (facts/puffco-ble.md §13): a Peak Pro sends floats, a
//! Proxy sends scaled integers. 260 °C written as a float to an integer device would be 113 million degrees,
//! so numbers are written only once the dialect is established ([`DialectEvidence`]).

mod evidence;

pub use evidence::DialectEvidence;

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

    /// The number in the first four bytes; `None` when there are fewer, or when it is NaN, infinite, the integer
    /// dialect's "none", or a float as small as only an integer of the other dialect looks.
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
        (value.is_finite() && !value.is_subnormal()).then_some(value)
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
            _ => Some((if value.is_subnormal() { 0.0 } else { value }).to_le_bytes()),
        }
    }
}

/// The float in the first four bytes, if it is a number; `None` for NaN, infinity and fewer bytes.
#[must_use]
pub fn finite_float(bytes: &[u8]) -> Option<f32> {
    float(bytes).filter(|value| value.is_finite())
}

/// The float in the first four bytes, whatever it is: NaN and infinity too. `None` when there are fewer bytes.
#[must_use]
pub fn float(bytes: &[u8]) -> Option<f32> {
    first_four(bytes).map(f32::from_le_bytes)
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
        // An integer of the other dialect.
        assert_eq!(Quantity::Celsius.decode(Dialect::Float, &2600_i32.to_le_bytes()), None);
        assert_eq!(Quantity::Celsius.decode(Dialect::Float, &[0; 4]), Some(0.0));
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
}

//! Integers. Ids of this protocol may be larger than what a double holds, and larger than 64 bits (I386-R14).

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A whole number: exact up to 64 bits, else the nearest double.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// Exact.
    Whole(u64),
    /// Negative, or larger than 64 bits. Finite, without a fraction.
    Near(f64),
}

/// Up to here every whole number is a double of its own.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl Number {
    /// As 64 bits, if it is exact.
    #[must_use]
    pub const fn whole(self) -> Option<u64> {
        match self {
            Self::Whole(number) => Some(number),
            Self::Near(_) => None,
        }
    }

    /// A double that is a whole number, also one written with a fraction of nothing (`21.0`, `2e1`).
    fn of_float(number: f64) -> Option<Self> {
        if !number.is_finite() || number.fract() != 0.0 {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is in the range")]
        let small = (0.0..=EXACT).contains(&number).then_some(number as u64);
        Some(small.map_or(Self::Near(number), Self::Whole))
    }
}

impl Default for Number {
    fn default() -> Self {
        Self::Whole(0)
    }
}

impl From<u64> for Number {
    fn from(number: u64) -> Self {
        Self::Whole(number)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(number) => number.fmt(f),
            Self::Near(number) => number.fmt(f),
        }
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            Self::Whole(number) => serializer.serialize_u64(number),
            #[expect(clippy::cast_possible_truncation, reason = "it is in the range")]
            Self::Near(number) if (-EXACT..=0.0).contains(&number) => serializer.serialize_i64(number as i64),
            Self::Near(number) => serializer.serialize_f64(number),
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;

        impl Visitor<'_> for Read {
            type Value = Number;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an integer")
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Number, E> {
                Ok(Number::Whole(number))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Number, E> {
                #[expect(clippy::cast_precision_loss, reason = "the nearest one is meant")]
                let near = Number::Near(number as f64);
                Ok(u64::try_from(number).map_or(near, Number::Whole))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Number, E> {
                Number::of_float(number).ok_or_else(|| E::custom("not an integer"))
            }
        }

        deserializer.deserialize_any(Read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Number> {
        serde_json::from_str(text).ok()
    }

    /// I386-10, I386-20 (I386-R14): ids of other servers are larger than 2^53, and even than 2^64.
    #[test]
    fn integers_are_exact_up_to_64_bits_and_near_beyond() {
        assert_eq!(read("9683494578353"), Some(Number::Whole(9_683_494_578_353)));
        assert_eq!(read("9007199254740993"), Some(Number::Whole(9_007_199_254_740_993)));
        assert_eq!(read("18446744073709551615"), Some(Number::Whole(u64::MAX)));
        assert_eq!(read("21000000000000000000"), Some(Number::Near(2.1e19)));
        assert_eq!(read("2.1e19"), Some(Number::Near(2.1e19)));
        assert_eq!(read("-7"), Some(Number::Near(-7.0)));
        assert_eq!((read("21.0"), read("2e1")), (Some(Number::Whole(21)), Some(Number::Whole(20))));
    }

    #[test]
    fn what_is_no_integer_is_not_read() {
        for text in ["1.5", "1e400", "true", "null", "\"7\"", "[7]", "{}", "NaN", "-"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_written_reads_the_same() {
        for text in ["0", "1", "-7", "18446744073709551615", "21000000000000000000", "-9e30", "-0"] {
            let number = read(text).unwrap();
            let written = serde_json::to_string(&number).unwrap();
            assert_eq!(read(&written), Some(number), "{text}: {written}");
        }
        assert_eq!(serde_json::to_string(&read("-7")).unwrap(), "-7");
    }
}

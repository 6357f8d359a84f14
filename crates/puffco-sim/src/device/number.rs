//! What the bytes of an attribute are: numbers of both dialects, text and blobs (facts/puffco-ble.md §12, §13).

use crate::config::Numbers;

/// What an attribute holds. Decides its width, and its scale where numbers are integers. What §13 does not list
/// stays a float there, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// One byte: an enumeration, a switch, a mode.
    Code,
    /// u32.
    Word,
    /// A float in both dialects.
    Float,
    /// A temperature, or a difference of them, °C.
    Celsius,
    /// Percent.
    Percent,
    /// Heats per day, or heats left.
    Rate,
    /// A count or plain seconds.
    Count,
    /// A count or plain seconds in a file of 12 bytes, of which four are understood (§14.5).
    Counter,
    /// Seconds of a profile or a boost.
    ProfileSeconds,
    /// Seconds of a state or of the lantern.
    StateSeconds,
    /// Volt or ampere.
    Milli,
    /// Text of so many bytes with its NUL.
    Text(usize),
    /// Bytes of no further meaning here, so many at most.
    Bytes(usize),
    /// A colour file, so many bytes at most.
    Light(usize),
}

impl Kind {
    /// What an integer of 1 stands for.
    fn scale(self) -> f64 {
        match self {
            Self::Celsius => 10.0,
            Self::Percent | Self::Rate => 100.0,
            Self::ProfileSeconds => 200.0,
            Self::StateSeconds | Self::Milli => 1000.0,
            _ => 1.0,
        }
    }

    fn is_float(self, numbers: Numbers) -> bool {
        match self {
            Self::Code | Self::Word | Self::Text(_) | Self::Bytes(_) | Self::Light(_) => false,
            Self::Float => true,
            _ => numbers == Numbers::Float,
        }
    }

    /// Most bytes that it may have.
    pub(super) fn capacity(self, numbers: Numbers) -> usize {
        match self {
            Self::Code => 1,
            Self::Counter if numbers == Numbers::Float => 12,
            Self::Text(capacity) | Self::Bytes(capacity) | Self::Light(capacity) => capacity,
            _ => 4,
        }
    }

    /// The bytes of a number. What is no number is NaN or infinite as a float and -1 as an integer.
    pub(super) fn encode(self, numbers: Numbers, value: f64) -> Vec<u8> {
        let mut bytes = match self {
            Self::Code => vec![value as u8],
            Self::Word => (value as u32).to_le_bytes().to_vec(),
            _ if self.is_float(numbers) => (value as f32).to_le_bytes().to_vec(),
            _ if !value.is_finite() => (-1_i32).to_le_bytes().to_vec(),
            _ => ((value * self.scale()).round() as i32).to_le_bytes().to_vec(),
        };
        bytes.resize(self.capacity(numbers), 0);
        bytes
    }

    /// The number in some bytes; 0 when there are too few.
    pub(super) fn decode(self, numbers: Numbers, bytes: &[u8]) -> f64 {
        let word = bytes.first_chunk::<4>().copied();
        match self {
            Self::Code => bytes.first().copied().map_or(0.0, f64::from),
            Self::Word => word.map_or(0.0, |word| f64::from(u32::from_le_bytes(word))),
            _ if self.is_float(numbers) => word.map_or(0.0, |word| f64::from(f32::from_le_bytes(word))),
            _ => word.map_or(0.0, |word| f64::from(i32::from_le_bytes(word)) / self.scale()),
        }
    }

    /// Whether a client may write these bytes at this offset: numbers as a whole, and finite.
    pub(super) fn accepts(self, numbers: Numbers, offset: usize, data: &[u8]) -> bool {
        match self {
            Self::Text(capacity) | Self::Bytes(capacity) | Self::Light(capacity) => {
                offset + data.len() <= capacity
            }
            _ => {
                let whole = offset == 0 && data.len() == self.capacity(numbers);
                whole && (!self.is_float(numbers) || self.decode(numbers, data).is_finite())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_have_the_scales_of_the_sheet() {
        let raw = |kind: Kind, value| {
            i32::from_le_bytes(kind.encode(Numbers::Integer, value).try_into().unwrap_or_default())
        };
        assert_eq!(raw(Kind::Celsius, 238.0), 2380);
        assert_eq!(raw(Kind::Percent, 82.0), 8200);
        assert_eq!(raw(Kind::ProfileSeconds, 60.0), 12_000);
        assert_eq!(raw(Kind::StateSeconds, 1.5), 1500);
        assert_eq!(raw(Kind::Milli, -9.5), -9500);
        assert_eq!(raw(Kind::Counter, 420.0), 420);
        assert_eq!(raw(Kind::StateSeconds, f64::INFINITY), -1);
        assert_eq!(Kind::Celsius.decode(Numbers::Integer, &2380_i32.to_le_bytes()), 238.0);
    }

    #[test]
    fn floats_are_floats_and_counters_wider() {
        assert_eq!(Kind::Celsius.encode(Numbers::Float, 287.0), [0x00, 0x80, 0x8f, 0x43]);
        assert_eq!(Kind::Counter.encode(Numbers::Float, 1.0).len(), 12);
        assert_eq!(Kind::Float.encode(Numbers::Integer, 0.5), 0.5_f32.to_le_bytes());
    }

    #[test]
    fn a_number_is_written_whole_and_finite_or_not_at_all() {
        let accepts = |offset, data: &[u8]| Kind::Celsius.accepts(Numbers::Float, offset, data);
        assert!(accepts(0, &250.0_f32.to_le_bytes()));
        assert!(!accepts(0, &[0, 0]));
        assert!(!accepts(1, &[0, 0, 0]));
        assert!(!accepts(0, &f32::NAN.to_le_bytes()));
        assert!(Kind::Text(32).accepts(Numbers::Float, 30, &[1, 2]));
        assert!(!Kind::Text(32).accepts(Numbers::Float, 30, &[1, 2, 3]));
    }
}

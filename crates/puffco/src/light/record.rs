//! 8-byte colour records (facts/puffco-ble.md §17.1), and their four-byte predecessor.

use super::{Light, Pattern};
use crate::state::Rgb;
use crate::write::WriteError;

/// The patterns that a record can say, and their luma animation codes (§15).
pub(super) const PATTERNS: [(Pattern, u8); 3] =
    [(Pattern::Steady, 1), (Pattern::Breathe, 5), (Pattern::Spin, 21)];

/// A decoded record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    /// One colour with a light animation code.
    Rgb {
        /// The colour.
        rgb: Rgb,
        /// Animation; `None` in the four-byte form.
        animation: Option<u8>,
    },
    /// A reference to the device's own colour tables; it has no colour to show.
    Table {
        /// Brightness.
        luma: u8,
        /// Speed.
        speed: u8,
        /// Animation; `None` in the four-byte form.
        animation: Option<u8>,
        /// Which of the arrays of the device.
        table: Table,
    },
    /// No colour set.
    Null,
}

/// Which arrays of the device a table record refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    /// Of colours. 8 and more are the user's own: 8 + index of the non-volatile memory.
    pub colors: u8,
    /// Of offsets, numbered like [`Self::colors`].
    pub offsets: u8,
    /// How many colours; `None` in the four-byte form.
    pub length: Option<u8>,
    /// Phase lock, numerator and denominator; `None` in the four-byte form.
    pub phase: Option<(u8, u8)>,
}

impl Record {
    /// Reads a record; `None` when it is of no known form.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        match *bytes {
            [r, g, b, 0] => Some(Self::Rgb { rgb: Rgb(r, g, b), animation: None }),
            [luma, speed, colors, offsets] => {
                let table = Table { colors, offsets, length: None, phase: None };
                Some(Self::Table { luma, speed, animation: None, table })
            }
            [r, g, b, 0, animation, _, _, _] => {
                Some(Self::Rgb { rgb: Rgb(r, g, b), animation: Some(animation) })
            }
            [luma, speed, animation, 1, numerator, denominator, arrays, length] => {
                let table = Table {
                    colors: arrays & 0xf,
                    offsets: arrays >> 4,
                    length: Some(if length & 31 == 0 { 32 } else { length & 31 }),
                    phase: Some((numerator, denominator)),
                };
                Some(Self::Table { luma, speed, animation: Some(animation), table })
            }
            [_, _, _, 0xff, _, _, _, _] => Some(Self::Null),
            _ => None,
        }
    }

    /// The light it stands for.
    #[must_use]
    pub fn light(self) -> Light {
        match self {
            Self::Rgb { rgb, animation } => {
                // 0 is "as it is", which for a colour of its own is steady (§17.1).
                let code = animation.filter(|code| *code != 0).unwrap_or(1);
                let known = PATTERNS.iter().find(|(_, known)| *known == code);
                let pattern = known.map_or(Pattern::Other(Some(code)), |(pattern, _)| *pattern);
                Light { pattern, colors: vec![rgb], tempo: 0.5 }
            }
            Self::Table { speed, animation, .. } => Light {
                pattern: Pattern::Other(animation),
                colors: Vec::new(),
                tempo: f32::from(speed) / 255.0,
            },
            Self::Null => Light { pattern: Pattern::Other(None), colors: Vec::new(), tempo: 0.0 },
        }
    }
}

/// The record of one steady or animated colour.
#[must_use]
pub fn encode_rgb(rgb: Rgb, animation: u8) -> [u8; 8] {
    [rgb.0, rgb.1, rgb.2, 0, animation, 0, 0, 0]
}

pub(super) fn encode(light: &Light) -> Result<Vec<u8>, WriteError> {
    let code = PATTERNS.iter().find(|(known, _)| *known == light.pattern).map(|(_, code)| *code);
    match (code, light.colors.as_slice()) {
        (Some(code), [rgb]) => Ok(encode_rgb(*rgb, code).to_vec()),
        _ => Err(WriteError::Unsupported),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_shows_its_colour() {
        let record = Record::decode(&encode_rgb(Rgb(0xff, 0x7a, 0x2e), 5)).unwrap();
        assert_eq!(record, Record::Rgb { rgb: Rgb(0xff, 0x7a, 0x2e), animation: Some(5) });
        assert_eq!(record.light().first(), Some(Rgb(0xff, 0x7a, 0x2e)));
        assert_eq!(record.light().pattern, Pattern::Breathe);
    }

    #[test]
    fn a_record_of_no_known_form_costs_only_itself() {
        assert_eq!(Record::decode(&[]), None);
        assert_eq!(Record::decode(&[9; 7]), None);
        assert_eq!(Record::decode(&[1, 2, 3, 4, 5, 6, 7, 8]), None);
    }

    #[test]
    fn a_table_record_names_its_arrays() {
        let record = Record::decode(&[255, 64, 21, 1, 1, 10, 0xd4, 0]).unwrap();
        let table = Table { colors: 4, offsets: 13, length: Some(32), phase: Some((1, 10)) };
        assert_eq!(record, Record::Table { luma: 255, speed: 64, animation: Some(21), table });
        assert_eq!(record.light().first(), None);
    }

    #[test]
    fn several_colours_are_too_many_for_a_record() {
        let two = Light { colors: vec![Rgb(1, 2, 3); 2], ..Light::steady(Rgb(0, 0, 0)) };
        assert_eq!(encode(&two), Err(WriteError::Unsupported));
    }
}

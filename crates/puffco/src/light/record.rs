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
    },
    /// No colour set.
    Null,
}

impl Record {
    /// Reads a record; `None` when it is of no known form.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        match *bytes {
            [r, g, b, 0] => Some(Self::Rgb { rgb: Rgb(r, g, b), animation: None }),
            [luma, speed, _, _] => Some(Self::Table { luma, speed, animation: None }),
            [r, g, b, 0, animation, _, _, _] => {
                Some(Self::Rgb { rgb: Rgb(r, g, b), animation: Some(animation) })
            }
            [luma, speed, animation, 1, _, _, _, _] => {
                Some(Self::Table { luma, speed, animation: Some(animation) })
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
    fn several_colours_are_too_many_for_a_record() {
        let two = Light { colors: vec![Rgb(1, 2, 3); 2], ..Light::steady(Rgb(0, 0, 0)) };
        assert_eq!(encode(&two), Err(WriteError::Unsupported));
    }
}

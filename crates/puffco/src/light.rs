//! Lights: what a person chooses for a profile or the lantern, and the colour files that carry it
//! (facts/puffco-ble.md §17): 8-byte records of older firmware, CBOR documents of newer one.

mod document;
mod particles;
mod record;
mod table;

pub use record::{Record, Table, encode_rgb};

use crate::firmware::Revision;
use crate::generation::LedApi;
use crate::state::Rgb;
use crate::write::WriteError;

/// How a light moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// It does not.
    Steady,
    /// From colour to colour.
    Fade,
    /// Brighter and darker.
    Breathe,
    /// Around the base.
    Spin,
    /// All colours at once, changing.
    Disco,
    /// A gradient from side to side.
    SplitGradient,
    /// Colours that move upwards.
    Slideshow,
    /// Sparks.
    Confetti,
    /// Slow blobs.
    Lava,
    /// Something that this program can show the colours of and does not make, with its animation code where
    /// there is one.
    Other(Option<u8>),
}

/// A light.
#[derive(Clone, Debug, PartialEq)]
pub struct Light {
    /// How it moves.
    pub pattern: Pattern,
    /// Its colours, at most [`Light::MOST_COLORS`] when written; empty when it has none of its own.
    pub colors: Vec<Rgb>,
    /// How fast it moves, 0..=1.
    pub tempo: f32,
}

impl Light {
    /// More colours are not written.
    pub const MOST_COLORS: usize = 6;

    /// One colour that does not move.
    #[must_use]
    pub fn steady(color: Rgb) -> Self {
        Self { pattern: Pattern::Steady, colors: vec![color], tempo: 0.5 }
    }

    /// The colour to show for it.
    #[must_use]
    pub fn first(&self) -> Option<Rgb> {
        self.colors.first().copied()
    }

    /// Whether a device that shows `kept` does what was asked for: pattern and colours. The tempo does not count,
    /// because records do not carry one, and documents of other programs only a rounded one.
    #[must_use]
    pub fn is_kept_as(&self, kept: &Self) -> bool {
        self.pattern == kept.pattern && self.colors == kept.colors
    }

    /// Reads a colour file of either form; `None` when it is of no known form.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > 8 { document::decode(bytes) } else { Record::decode(bytes).map(Record::light) }
    }

    /// The bytes of the colour file.
    ///
    /// # Errors
    /// [`WriteError::Unsupported`] when these colours cannot do this pattern, or there are none or too many;
    /// [`WriteError::OutOfRange`] for a tempo that is none.
    pub fn encode(&self, lights: LedApi, firmware: Revision) -> Result<Vec<u8>, WriteError> {
        if self.colors.is_empty() || self.colors.len() > Self::MOST_COLORS {
            return Err(WriteError::Unsupported);
        }
        if !(0.0..=1.0).contains(&self.tempo) {
            return Err(WriteError::OutOfRange { value: self.tempo, least: 0.0, most: 1.0 });
        }
        match lights {
            LedApi::Records => record::encode(self),
            LedApi::Documents => document::encode(self, firmware),
        }
    }

    /// The patterns that a device can be given, the plain one first.
    #[must_use]
    pub fn patterns(lights: LedApi, firmware: Revision) -> Vec<Pattern> {
        match lights {
            LedApi::Records => record::PATTERNS.iter().map(|(pattern, _)| *pattern).collect(),
            LedApi::Documents => document::patterns(firmware),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AW: Revision = Revision(39);

    #[test]
    fn every_pattern_that_is_offered_can_be_written_and_read() {
        for lights in [LedApi::Records, LedApi::Documents] {
            for pattern in Light::patterns(lights, AW) {
                let light = Light { pattern, ..Light::steady(Rgb(0xff, 0x7a, 0x2e)) };
                let bytes = light.encode(lights, AW).unwrap();
                let kept = Light::decode(&bytes).unwrap();
                assert!(light.is_kept_as(&kept), "{pattern:?}");
            }
        }
    }

    #[test]
    fn a_light_that_is_none_is_not_written() {
        let light = Light::steady(Rgb(1, 2, 3));
        for lights in [LedApi::Records, LedApi::Documents] {
            let encode = |light: &Light| light.encode(lights, AW);
            assert_eq!(encode(&Light { colors: Vec::new(), ..light.clone() }), Err(WriteError::Unsupported));
            let many = Light { colors: vec![Rgb(0, 0, 0); 7], ..light.clone() };
            assert_eq!(encode(&many), Err(WriteError::Unsupported));
            let other = Light { pattern: Pattern::Other(Some(1)), ..light.clone() };
            assert_eq!(encode(&other), Err(WriteError::Unsupported));
            for tempo in [-0.1, 1.1, f32::NAN, f32::INFINITY] {
                let wild = Light { tempo, ..light.clone() };
                assert!(matches!(encode(&wild), Err(WriteError::OutOfRange { .. })), "{tempo}");
            }
        }
    }

    #[test]
    fn another_pattern_or_colour_is_not_what_was_asked_for() {
        let light = Light::steady(Rgb(1, 2, 3));
        assert!(!light.is_kept_as(&Light { pattern: Pattern::Fade, ..light.clone() }));
        assert!(!light.is_kept_as(&Light::steady(Rgb(3, 2, 1))));
        assert!(light.is_kept_as(&Light { tempo: 0.1, ..light.clone() }));
    }
}

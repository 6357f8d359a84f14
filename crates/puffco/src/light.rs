//! Lights: what a person chooses for a profile or the lantern, and the colour files that carry it
//! (facts/puffco-ble.md §17): 8-byte records of older firmware, CBOR documents of newer one.

mod document;
mod record;

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

    /// Whether a device that shows `kept` does what was asked for: colours and, where it tells, the pattern.
    #[must_use]
    pub fn is_kept_as(&self, kept: &Self) -> bool {
        let pattern = self.pattern == kept.pattern || kept.pattern == Pattern::Other(None);
        pattern && self.colors == kept.colors
    }

    /// Reads a colour file of either form; `None` when it is of no known form.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > 8 { document::decode(bytes) } else { Record::decode(bytes).map(Record::light) }
    }

    /// The bytes of the colour file.
    ///
    /// # Errors
    /// [`WriteError::Unsupported`] when these colours cannot do this pattern, or there are none or too many.
    pub fn encode(&self, lights: LedApi, firmware: Revision) -> Result<Vec<u8>, WriteError> {
        if self.colors.is_empty() || self.colors.len() > Self::MOST_COLORS || !self.tempo.is_finite() {
            return Err(WriteError::Unsupported);
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

//! The two generations of the protocol, and how each puts values into bytes (facts/puffco-ble.md §5, §12).

use crate::firmware::Revision;
use crate::number::{Dialect, Quantity};

/// The protocol generation. The services found after connecting decide; an advertisement may tell before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generation {
    /// The file-system RPC of [`crate::lorax`].
    Lorax,
    /// One characteristic per value: [`crate::legacy`].
    Legacy,
}

/// How colours are written (§17.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LedApi {
    /// 8-byte records.
    Records,
    /// CBOR documents.
    Documents,
}

/// What came of reading the preheat colour of the first profile ([`crate::attribute::Attribute::LightProbe`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LightProbe {
    /// It has one.
    Readable,
    /// There is no such file: status 2.
    Missing,
}

impl LedApi {
    /// How a device wants its colours, by the rule of the vendor's app (§17.2): its API revision, or its
    /// firmware's where it tells none, and on those that may have documents whether it still has a preheat
    /// colour. `None` as long as that is not known: then no colour is written.
    #[must_use]
    pub fn decide(
        generation: Generation,
        api_revision: Option<u32>,
        firmware: Option<u32>,
        probe: Option<LightProbe>,
    ) -> Option<Self> {
        if generation == Generation::Legacy {
            return Some(Self::Records);
        }
        if api_revision.or(firmware)? < Revision::LED_DOCUMENTS.0 {
            return Some(Self::Records);
        }
        probe.map(|probe| match probe {
            LightProbe::Readable => Self::Records,
            LightProbe::Missing => Self::Documents,
        })
    }
}

/// How one device puts values into bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding {
    /// Decides the width of enumerations: one byte, or a float.
    pub generation: Generation,
    /// Form of four-byte numbers; `None` until it is known. Always floats in the legacy generation.
    pub dialect: Option<Dialect>,
    /// Form of colours; `None` until it is known.
    pub lights: Option<LedApi>,
}

impl Encoding {
    /// A number; `None` when there is none, or when the dialect is not known.
    #[must_use]
    pub fn number(self, quantity: Quantity, bytes: &[u8]) -> Option<f32> {
        quantity.decode(self.dialect?, bytes)
    }

    /// The code of an enumeration: a byte, or a whole float in the legacy generation.
    #[must_use]
    pub fn code(self, bytes: &[u8]) -> Option<u8> {
        match self.generation {
            Generation::Lorax => bytes.first().copied(),
            Generation::Legacy => {
                let code = f32::from_le_bytes(*bytes.first_chunk()?);
                let whole = code.fract() == 0.0 && (0.0..=255.0).contains(&code);
                whole.then_some(code as u8)
            }
        }
    }

    /// The bytes of a switch: a byte, or four with the switch in the first (§6.2).
    #[must_use]
    pub fn encode_switch(self, on: bool) -> Vec<u8> {
        match self.generation {
            Generation::Lorax => vec![u8::from(on)],
            Generation::Legacy => vec![u8::from(on), 0, 0, 0],
        }
    }

    /// The bytes of an enumeration's code.
    #[must_use]
    pub fn encode_code(self, code: u8) -> Vec<u8> {
        match self.generation {
            Generation::Lorax => vec![code],
            Generation::Legacy => f32::from(code).to_le_bytes().to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEGACY: Encoding = Encoding {
        generation: Generation::Legacy,
        dialect: Some(Dialect::Float),
        lights: Some(LedApi::Records),
    };

    #[test]
    fn the_api_revision_and_a_missing_file_decide_how_colours_are_written() {
        let decide = |api, firmware, probe| LedApi::decide(Generation::Lorax, api, firmware, probe);
        assert_eq!(decide(None, Some(26), None), Some(LedApi::Records));
        assert_eq!(decide(None, Some(39), None), None);
        assert_eq!(decide(None, Some(39), Some(LightProbe::Missing)), Some(LedApi::Documents));
        assert_eq!(decide(None, Some(38), Some(LightProbe::Readable)), Some(LedApi::Records));
        // The API revision comes before the firmware's.
        assert_eq!(decide(Some(20), Some(39), Some(LightProbe::Missing)), Some(LedApi::Records));
        assert_eq!(decide(None, None, Some(LightProbe::Missing)), None);
        assert_eq!(LedApi::decide(Generation::Legacy, None, None, None), Some(LedApi::Records));
    }

    #[test]
    fn enumerations_are_floats_in_the_legacy_generation() {
        assert_eq!(LEGACY.encode_code(7), [0, 0, 0xe0, 0x40]);
        assert_eq!(LEGACY.code(&[0, 0, 0xe0, 0x40]), Some(7));
        assert_eq!(LEGACY.code(&[7, 0, 0, 0]), None);
        assert_eq!(LEGACY.code(&f32::NAN.to_le_bytes()), None);
        assert_eq!(LEGACY.code(&[7]), None);
    }
}

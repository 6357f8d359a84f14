//! Colour files (facts/puffco-ble.md §17): 8-byte records of older firmware and CBOR documents of newer one.
//! Only what a window needs to show a profile's colours; moods are not rendered here.

use crate::cbor::{self, Item};
use crate::state::Rgb;

/// A decoded colour file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColorFile {
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
    },
    /// A CBOR document: its colours, the owner's first choice first.
    Document(Vec<Rgb>),
    /// No colour set.
    Null,
}

impl ColorFile {
    /// Reads a file; `None` when it is of no known form.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [r, g, b, 0] => Some(Self::Rgb { rgb: Rgb(*r, *g, *b), animation: None }),
            [luma, speed, _, _] => Some(Self::Table { luma: *luma, speed: *speed }),
            [r, g, b, 0, animation, _, _, _] => {
                Some(Self::Rgb { rgb: Rgb(*r, *g, *b), animation: Some(*animation) })
            }
            [luma, speed, _, 1, _, _, _, _] => Some(Self::Table { luma: *luma, speed: *speed }),
            [_, _, _, 0xff, _, _, _, _] => Some(Self::Null),
            bytes if bytes.len() > 8 => document(bytes).map(Self::Document),
            _ => None,
        }
    }

    /// The colour to show for it.
    #[must_use]
    pub fn first(&self) -> Option<Rgb> {
        match self {
            Self::Rgb { rgb, .. } => Some(*rgb),
            Self::Document(colors) => colors.first().copied(),
            Self::Table { .. } | Self::Null => None,
        }
    }
}

/// The 8-byte record of one steady or animated colour.
#[must_use]
pub fn encode_rgb(rgb: Rgb, animation: u8) -> [u8; 8] {
    [rgb.0, rgb.1, rgb.2, 0, animation, 0, 0, 0]
}

/// The colours of a CBOR document: the owner's own if it names them, else those it shows.
fn document(bytes: &[u8]) -> Option<Vec<Rgb>> {
    let (root, _) = cbor::first_item(bytes)?;
    let users = root.get("meta").and_then(|meta| meta.get("userColors")).map(|colors| match colors {
        Item::Array(colors) => colors.iter().filter_map(Item::bytes).flat_map(triples).collect(),
        _ => Vec::new(),
    });
    if let Some(users) = users.filter(|colors| !colors.is_empty()) {
        return Some(users);
    }
    let param = root.get("lamp")?.get("param")?;
    let packed = param.get("color").or_else(|| param.get("colors"))?.bytes()?;
    Some(triples(packed).collect())
}

fn triples(packed: &[u8]) -> impl Iterator<Item = Rgb> {
    packed.chunks_exact(3).map(|rgb| Rgb(rgb[0], rgb[1], rgb[2]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_shows_its_colour() {
        let file = ColorFile::decode(&encode_rgb(Rgb(0xff, 0x7a, 0x2e), 5)).unwrap();
        assert_eq!(file, ColorFile::Rgb { rgb: Rgb(0xff, 0x7a, 0x2e), animation: Some(5) });
        assert_eq!(file.first(), Some(Rgb(0xff, 0x7a, 0x2e)));
    }

    #[test]
    fn a_file_of_no_known_form_costs_only_itself() {
        assert_eq!(ColorFile::decode(&[]), None);
        assert_eq!(ColorFile::decode(&[9; 7]), None);
        assert_eq!(ColorFile::decode(&[1, 2, 3, 4, 5, 6, 7, 8]), None);
        assert_eq!(ColorFile::decode(&[0xff; 40]), None);
    }

    #[test]
    fn the_owners_colours_come_before_the_rendered_ones() {
        // {"lamp": {"param": {"color": 112233}}, "meta": {"userColors": [h'445566']}}
        let mut file = vec![0xa2, 0x64];
        file.extend(b"lamp\xa1\x65param\xa1\x65color\x43\x11\x22\x33");
        file.extend(b"\x64meta\xa1\x6auserColors\x81\x43\x44\x55\x66");
        assert_eq!(ColorFile::decode(&file), Some(ColorFile::Document(vec![Rgb(0x44, 0x55, 0x66)])));
    }
}

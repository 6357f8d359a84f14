//! CBOR colour documents of newer firmware (facts/puffco-ble.md §17.3, §17.4).

use super::{Light, Pattern};
use crate::cbor::{self, Item};
use crate::firmware::Revision;
use crate::state::Rgb;
use crate::write::WriteError;

/// The light of a document: the owner's own colours if it names them, else those it shows.
pub(super) fn decode(bytes: &[u8]) -> Option<Light> {
    let (root, _) = cbor::first_item(bytes)?;
    let users = root.get("meta").and_then(|meta| meta.get("userColors")).map(|colors| match colors {
        Item::Array(colors) => colors.iter().filter_map(Item::bytes).flat_map(triples).collect(),
        _ => Vec::new(),
    });
    let colors = match users.filter(|colors: &Vec<Rgb>| !colors.is_empty()) {
        Some(users) => users,
        None => {
            let param = root.get("lamp")?.get("param")?;
            let packed = param.get("color").or_else(|| param.get("colors"))?.bytes()?;
            triples(packed).collect()
        }
    };
    Some(Light { pattern: Pattern::Other(None), colors, tempo: 0.5 })
}

fn triples(packed: &[u8]) -> impl Iterator<Item = Rgb> {
    packed.chunks_exact(3).map(|rgb| Rgb(rgb[0], rgb[1], rgb[2]))
}

/// The document of a light.
pub(super) fn encode(_light: &Light, _firmware: Revision) -> Result<Vec<u8>, WriteError> {
    Err(WriteError::Unsupported)
}

/// The patterns that a document can say to this firmware.
pub(super) fn patterns(_firmware: Revision) -> Vec<Pattern> {
    vec![Pattern::Steady]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owners_colours_come_before_the_rendered_ones() {
        // {"lamp": {"param": {"color": 112233}}, "meta": {"userColors": [h'445566']}}
        let mut file = vec![0xa2, 0x64];
        file.extend(b"lamp\xa1\x65param\xa1\x65color\x43\x11\x22\x33");
        file.extend(b"\x64meta\xa1\x6auserColors\x81\x43\x44\x55\x66");
        assert_eq!(decode(&file).unwrap().colors, [Rgb(0x44, 0x55, 0x66)]);
    }
}

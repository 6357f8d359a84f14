//! Colours as a device keeps them (facts/puffco-ble.md §17): 8-byte records, and CBOR documents of newer
//! firmware, with a writer for just as much CBOR as they need.

/// A colour, 8 bits a channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// Animation code of a steady light.
const STEADY: u8 = 1;
/// Offset of each LED into the colour table, for one steady colour (§17.3).
const STEADY_OFFSETS: [u32; 20] =
    [0, 0, 0, 0, 0, 0, 65536, 0, 0, 65536, 0, 0, 65536, 65536, 0, 0, 65536, 65536, 65536, 0];

/// The 8-byte record of a steady colour.
pub(crate) fn record(Rgb(red, green, blue): Rgb) -> Vec<u8> {
    vec![red, green, blue, 0, STEADY, 0, 0, 0]
}

/// The document of a steady colour, as the vendor's app writes it.
pub(crate) fn document(Rgb(red, green, blue): Rgb) -> Vec<u8> {
    let offsets = STEADY_OFFSETS.iter().map(|offset| Item::Number(*offset)).collect();
    let param = Item::Map(vec![
        ("bright", Item::Number(255)),
        ("speed", Item::Number(64)),
        ("anim", Item::Number(u32::from(STEADY))),
        ("plNum", Item::Number(0)),
        ("plDenom", Item::Number(1)),
        ("colorLen", Item::Number(32)),
        ("color", Item::Bytes(vec![red, green, blue])),
        ("offset", Item::Array(offsets)),
    ]);
    let lamp = Item::Map(vec![("name", Item::Text("pikaled2")), ("param", param)]);
    let mut bytes = Vec::new();
    Item::Map(vec![("lamp", lamp)]).write(&mut bytes);
    bytes
}

/// Whether a colour file could begin with these bytes: a document, or a record in any of its lengths.
pub(crate) fn is_plausible(bytes: &[u8]) -> bool {
    match bytes {
        [] => true,
        // A CBOR map.
        [0xa0..=0xbf, ..] if bytes.len() > 8 => true,
        [_, _, _, form, ..] if bytes.len() <= 8 => matches!(form, 0 | 1 | 0xff),
        _ => false,
    }
}

/// What the device's LEDs show for a colour file: its first colour. Black for one that is drawn from tables.
pub(crate) fn shown(file: &[u8]) -> Rgb {
    if let [red, green, blue, form, ..] = *file
        && file.len() <= 8
    {
        return if form == 0 { Rgb(red, green, blue) } else { Rgb::default() };
    }
    let after = |key: &[u8]| {
        let at = file.windows(key.len()).position(|window| window == key)?;
        let rest = &file[at + key.len()..];
        let color = match rest {
            [0x43..=0x57, color @ ..] | [0x58, _, color @ ..] | [0x59, _, _, color @ ..] => color,
            _ => return None,
        };
        color.first_chunk::<3>().map(|[red, green, blue]| Rgb(*red, *green, *blue))
    };
    after(b"\x65color").or_else(|| after(b"\x66colors")).unwrap_or_default()
}

/// The CBOR that documents are made of.
enum Item {
    Number(u32),
    Bytes(Vec<u8>),
    Text(&'static str),
    Array(Vec<Item>),
    Map(Vec<(&'static str, Item)>),
}

impl Item {
    /// Canonical: shortest heads, keys by length and then by bytes.
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Number(value) => head(out, 0, *value),
            Self::Bytes(bytes) => {
                head(out, 2, bytes.len() as u32);
                out.extend(bytes);
            }
            Self::Text(text) => {
                head(out, 3, text.len() as u32);
                out.extend(text.as_bytes());
            }
            Self::Array(items) => {
                head(out, 4, items.len() as u32);
                items.iter().for_each(|item| item.write(out));
            }
            Self::Map(pairs) => {
                head(out, 5, pairs.len() as u32);
                let mut pairs: Vec<_> = pairs.iter().collect();
                pairs.sort_by_key(|(key, _)| (key.len(), *key));
                for (key, value) in pairs {
                    Self::Text(key).write(out);
                    value.write(out);
                }
            }
        }
    }
}

fn head(out: &mut Vec<u8>, major: u8, value: u32) {
    let major = major << 5;
    match value {
        0..24 => out.push(major | value as u8),
        24..0x100 => out.extend([major | 24, value as u8]),
        0x100..0x1_0000 => {
            out.push(major | 25);
            out.extend((value as u16).to_be_bytes());
        }
        _ => {
            out.push(major | 26);
            out.extend(value.to_be_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_document_is_canonical_and_too_long_for_one_read() {
        let file = document(Rgb(0xff, 0x7a, 0x2e));
        assert!(
            file.starts_with(b"\xa1\x64lamp\xa2\x64name\x68pikaled2\x65param\xa8\x64anim\x01\x65color\x43")
        );
        assert!(file.len() > 125, "{}", file.len());
        assert_eq!(shown(&file), Rgb(0xff, 0x7a, 0x2e));
    }

    #[test]
    fn a_record_shows_its_colour_and_a_table_shows_none() {
        assert_eq!(shown(&record(Rgb(1, 2, 3))), Rgb(1, 2, 3));
        assert_eq!(shown(&[0xff, 0x32, 0x12, 1]), Rgb(0, 0, 0));
        assert_eq!(shown(&[]), Rgb(0, 0, 0));
    }

    #[test]
    fn what_is_neither_record_nor_document_is_told() {
        assert!(is_plausible(&[0xff, 0xff, 0xff, 0, 1]));
        assert!(is_plausible(&document(Rgb(1, 2, 3))));
        assert!(!is_plausible(&[9; 9]));
        assert!(!is_plausible(&[1, 2, 3, 4, 5, 6, 7, 8]));
    }
}

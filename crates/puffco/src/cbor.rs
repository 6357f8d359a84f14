//! CBOR, as far as colour files need it (facts/puffco-ble.md §17.3): reads the first item of a file and writes
//! canonically (keys by length, then by bytes; every number in its shortest exact form).
//!
//! Files keep stale bytes after their document, so what follows the first item is ignored. Only definite
//! lengths; depth is bounded, and so is memory: every item takes a byte of the file at least.

mod write;

use std::borrow::Cow;

/// A CBOR item.
#[derive(Clone, Debug, PartialEq)]
pub enum Item<'a> {
    /// A whole number, -2^64..2^64.
    Integer(i128),
    /// Any other number. Written as a whole number when it is one.
    Float(f64),
    /// A byte string.
    Bytes(Cow<'a, [u8]>),
    /// A text string.
    Text(Cow<'a, str>),
    /// An array.
    Array(Vec<Item<'a>>),
    /// A map, in the order of the file. Written in canonical order.
    Map(Vec<(Item<'a>, Item<'a>)>),
    /// True or false.
    Bool(bool),
    /// Null, undefined, or a simple value that is not known. Written as null.
    Scalar,
}

impl<'a> Item<'a> {
    /// A text.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    /// A map with texts as keys.
    pub fn map(entries: impl IntoIterator<Item = (&'a str, Self)>) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (Self::text(key), value)).collect())
    }

    /// The value of a text key of a map.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Map(entries) = self else { return None };
        entries.iter().find(|(known, _)| known.as_text() == Some(key)).map(|(_, value)| value)
    }

    /// A text string's text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// A byte string's bytes.
    #[must_use]
    pub fn bytes(&self) -> Option<&[u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    /// An array's items.
    #[must_use]
    pub fn items(&self) -> Option<&[Self]> {
        if let Self::Array(items) = self { Some(items) } else { None }
    }

    /// A number, whole or not.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Integer(number) => Some(*number as f64),
            Self::Float(number) => Some(*number),
            _ => None,
        }
    }
}

/// Nesting deeper than this is refused.
const MAX_DEPTH: u8 = 16;

/// The first item and its length in bytes; `None` when it is cut off or of an unknown form.
#[must_use]
pub fn first_item(bytes: &[u8]) -> Option<(Item<'_>, usize)> {
    let mut rest = bytes;
    let item = item(&mut rest, MAX_DEPTH)?;
    Some((item, bytes.len() - rest.len()))
}

fn item<'a>(rest: &mut &'a [u8], depth: u8) -> Option<Item<'a>> {
    let depth = depth.checked_sub(1)?;
    let [head, tail @ ..] = *rest else { return None };
    *rest = tail;
    let (major, info) = (head >> 5, head & 0x1f);
    let argument = argument(rest, info)?;
    // A count is not believed: memory grows with the bytes that are really there.
    let count = || usize::try_from(argument).ok();
    Some(match major {
        0 => Item::Integer(i128::from(argument)),
        1 => Item::Integer(-1 - i128::from(argument)),
        2 => Item::Bytes(take(rest, count()?)?.into()),
        3 => Item::text(std::str::from_utf8(take(rest, count()?)?).ok()?),
        4 => {
            let mut items = Vec::new();
            for _ in 0..count()? {
                items.push(item(rest, depth)?);
            }
            Item::Array(items)
        }
        5 => {
            let mut entries = Vec::new();
            for _ in 0..count()? {
                entries.push((item(rest, depth)?, item(rest, depth)?));
            }
            Item::Map(entries)
        }
        6 => item(rest, depth)?,
        _ => match info {
            20 | 21 => Item::Bool(info == 21),
            25 => Item::Float(half(argument as u16)),
            26 => Item::Float(f64::from(f32::from_bits(argument as u32))),
            27 => Item::Float(f64::from_bits(argument)),
            _ => Item::Scalar,
        },
    })
}

fn argument(rest: &mut &[u8], info: u8) -> Option<u64> {
    let width = match info {
        0..=23 => return Some(u64::from(info)),
        24..=27 => 1_usize << (info - 24),
        _ => return None,
    };
    Some(take(rest, width)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, tail) = rest.split_at_checked(count)?;
    *rest = tail;
    Some(taken)
}

/// The number of a 16-bit float.
fn half(bits: u16) -> f64 {
    let fraction = f64::from(bits & 0x3ff);
    let magnitude = match i32::from(bits >> 10 & 0x1f) {
        0 => fraction * 2.0_f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        exponent => (1024.0 + fraction) * 2.0_f64.powi(exponent - 25),
    };
    if bits & 0x8000 == 0 { magnitude } else { -magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_the_first_item_is_ignored() {
        let file = b"\xa1\x61k\x43abc\xff\xff\xa1";
        let (item, length) = first_item(file).unwrap();
        assert_eq!(length, 7);
        assert_eq!(item.get("k").and_then(Item::bytes), Some(&b"abc"[..]));
    }

    #[test]
    fn a_cut_off_or_endless_document_is_refused() {
        assert_eq!(first_item(b"\xa1\x61k\x43ab"), None);
        assert_eq!(first_item(b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff"), None);
        assert_eq!(first_item(&[0x81; 64]), None);
        assert_eq!(first_item(b"\x5f\x41a\xff"), None);
        assert_eq!(first_item(b""), None);
    }

    #[test]
    fn numbers_are_read_and_tags_stepped_over() {
        // [1000, -1, 1.5, true, tag 1 of 7, "x"]
        let file = b"\x86\x19\x03\xe8\x20\xf9\x3e\x00\xf5\xc1\x07\x61x";
        let (Item::Array(items), length) = first_item(file).unwrap() else { panic!("an array") };
        assert_eq!((items.len(), length), (6, file.len()));
        assert_eq!(items[..2], [Item::Integer(1000), Item::Integer(-1)]);
        assert_eq!(items[2..4], [Item::Float(1.5), Item::Bool(true)]);
        assert_eq!(items[4..], [Item::Integer(7), Item::text("x")]);
    }
}

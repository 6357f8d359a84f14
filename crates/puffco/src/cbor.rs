//! Reads the first CBOR item of a file. Files keep stale bytes after their document (facts/puffco-ble.md
//! §17.3), so what follows is ignored. Only definite lengths; depth and size are bounded.

/// A CBOR item. Numbers are skipped over: nothing that reads files here needs them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// A byte string.
    Bytes(&'a [u8]),
    /// A text string.
    Text(&'a str),
    /// An array.
    Array(Vec<Item<'a>>),
    /// A map, in the order of the file.
    Map(Vec<(Item<'a>, Item<'a>)>),
    /// A number, boolean, null or undefined.
    Scalar,
}

impl<'a> Item<'a> {
    /// The value of a text key of a map.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Item<'a>> {
        let Self::Map(entries) = self else { return None };
        entries.iter().find(|(known, _)| *known == Item::Text(key)).map(|(_, value)| value)
    }

    /// A byte string's bytes.
    #[must_use]
    pub fn bytes(&self) -> Option<&'a [u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
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
    // Every element takes a byte at least: a longer count is a lie, and no reason to reserve memory.
    let count = || usize::try_from(argument).ok();
    Some(match major {
        0 | 1 | 7 => Item::Scalar,
        2 => Item::Bytes(take(rest, count()?)?),
        3 => Item::Text(std::str::from_utf8(take(rest, count()?)?).ok()?),
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
        _ => item(rest, depth)?,
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
    fn numbers_and_tags_are_stepped_over() {
        // [1000, -1, 1.5, true, tag 1 of 7, "x"]
        let file = b"\x86\x19\x03\xe8\x20\xf9\x3e\x00\xf5\xc1\x07\x61x";
        let (Item::Array(items), length) = first_item(file).unwrap() else { panic!("an array") };
        assert_eq!((items.len(), length), (6, file.len()));
        assert_eq!(items[5], Item::Text("x"));
    }
}

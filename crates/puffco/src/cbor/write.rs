//! Writes items canonically: definite lengths, keys in order, numbers in their shortest exact form.

use super::{Item, half};

impl Item<'_> {
    /// The bytes of this item.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.append_to(&mut bytes);
        bytes
    }

    fn append_to(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Integer(number) => integer(bytes, *number),
            Self::Float(number) => float(bytes, *number),
            Self::Bytes(content) => {
                head(bytes, 2, content.len() as u64);
                bytes.extend_from_slice(content);
            }
            Self::Text(text) => {
                head(bytes, 3, text.len() as u64);
                bytes.extend_from_slice(text.as_bytes());
            }
            Self::Array(items) => {
                head(bytes, 4, items.len() as u64);
                for item in items {
                    item.append_to(bytes);
                }
            }
            Self::Map(entries) => {
                head(bytes, 5, entries.len() as u64);
                let mut entries: Vec<_> = entries.iter().map(|(key, value)| (key.encode(), value)).collect();
                entries.sort_by(|(a, _), (b, _)| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
                for (key, value) in entries {
                    bytes.extend(key);
                    value.append_to(bytes);
                }
            }
            Self::Bool(value) => bytes.push(if *value { 0xf5 } else { 0xf4 }),
            Self::Scalar => bytes.push(0xf6),
        }
    }
}

/// A major type with its argument, in the shortest form.
fn head(bytes: &mut Vec<u8>, major: u8, argument: u64) {
    let major = major << 5;
    match argument {
        0..=23 => bytes.push(major | argument as u8),
        24..=0xff => bytes.extend([major | 24, argument as u8]),
        0x100..=0xffff => {
            bytes.push(major | 25);
            bytes.extend((argument as u16).to_be_bytes());
        }
        0x1_0000..=0xffff_ffff => {
            bytes.push(major | 26);
            bytes.extend((argument as u32).to_be_bytes());
        }
        _ => {
            bytes.push(major | 27);
            bytes.extend(argument.to_be_bytes());
        }
    }
}

/// A whole number; beyond what CBOR can say, the nearest that it can.
fn integer(bytes: &mut Vec<u8>, number: i128) {
    let clamped = |number: i128| u64::try_from(number).unwrap_or(u64::MAX);
    if number >= 0 {
        head(bytes, 0, clamped(number));
    } else {
        head(bytes, 1, clamped(-1 - number));
    }
}

fn float(bytes: &mut Vec<u8>, number: f64) {
    // Beyond 2^53 not every whole number is one of these, and none is in a colour file.
    if number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0 {
        return integer(bytes, number as i128);
    }
    if let Some(bits) = to_half(number) {
        bytes.push(0xf9);
        bytes.extend(bits.to_be_bytes());
    } else if f64::from(number as f32) == number {
        bytes.push(0xfa);
        bytes.extend((number as f32).to_be_bytes());
    } else {
        bytes.push(0xfb);
        bytes.extend(number.to_be_bytes());
    }
}

/// The 16-bit float that is exactly this number, if there is one; there is one for every NaN.
fn to_half(number: f64) -> Option<u16> {
    if number.is_nan() {
        return Some(0x7e00);
    }
    let sign = if number.is_sign_negative() { 0x8000 } else { 0 };
    let magnitude = number.abs();
    let bits = if magnitude.is_infinite() {
        0x7c00
    } else {
        let exponent = (magnitude.log2().floor() as i32).clamp(-14, 15);
        let scaled = magnitude * 2.0_f64.powi(10 - exponent);
        if scaled.fract() != 0.0 || scaled >= 2048.0 {
            return None;
        }
        // Below 1024 it is subnormal: the exponent field is 0 then.
        let fraction = scaled as u16;
        let field = if fraction < 1024 { 0 } else { (exponent + 15) as u16 };
        field << 10 | fraction & 0x3ff
    };
    let bits = sign | bits;
    (half(bits) == number).then_some(bits)
}

#[cfg(test)]
mod tests {
    use super::super::first_item;
    use super::*;

    #[test]
    fn keys_are_in_order_of_length_and_then_of_bytes() {
        let item = Item::map([("bb", Item::Integer(1)), ("c", Item::Integer(2)), ("ba", Item::Integer(3))]);
        assert_eq!(item.encode(), b"\xa3\x61c\x02\x62ba\x03\x62bb\x01");
    }

    #[test]
    fn whole_numbers_take_their_shortest_form() {
        let encoded = |number: i128| Item::Integer(number).encode();
        assert_eq!(encoded(23), [0x17]);
        assert_eq!(encoded(24), [0x18, 24]);
        assert_eq!(encoded(-1), [0x20]);
        assert_eq!(encoded(65_536), [0x1a, 0, 1, 0, 0]);
        assert_eq!(Item::Float(64.0).encode(), [0x18, 64]);
        assert_eq!(Item::Float(-1.0).encode(), [0x20]);
    }

    #[test]
    fn floats_take_the_shortest_form_that_is_exact() {
        assert_eq!(Item::Float(0.5).encode(), [0xf9, 0x38, 0]);
        assert_eq!(Item::Float(-1.5).encode(), [0xf9, 0xbe, 0]);
        assert_eq!(Item::Float(f64::from(0.1_f32)).encode()[0], 0xfa);
        assert_eq!(Item::Float(0.1).encode()[0], 0xfb);
        assert_eq!(Item::Float(f64::INFINITY).encode(), [0xf9, 0x7c, 0]);
        assert_eq!(Item::Float(f64::NAN).encode(), [0xf9, 0x7e, 0]);
    }

    #[test]
    fn every_half_float_is_read_and_written_as_itself() {
        for bits in 0..=u16::MAX {
            let number = half(bits);
            if !number.is_nan() && number.fract() != 0.0 {
                assert_eq!(to_half(number), Some(bits));
            }
        }
    }

    #[test]
    fn what_is_written_is_read_as_it_was() {
        let item = Item::map([
            ("name", Item::text("pikaled2")),
            ("list", Item::Array(vec![Item::Bool(true), Item::Scalar, Item::Integer(-70_000)])),
            ("color", Item::Bytes(vec![1, 2, 3].into())),
            ("none", Item::Map(Vec::new())),
            ("part", Item::Float(1.0 / 3.0)),
            ("most", Item::Integer(i128::from(u64::MAX))),
            ("least", Item::Integer(-1 - i128::from(u64::MAX))),
        ]);
        let bytes = item.encode();
        let (read, length) = first_item(&bytes).unwrap();
        assert_eq!(length, bytes.len());
        assert_eq!(read.encode(), bytes);
        assert_eq!(read.get("part"), Some(&Item::Float(1.0 / 3.0)));
        assert_eq!(read.get("least"), Some(&Item::Integer(-1 - i128::from(u64::MAX))));
    }
}

//! The identifiers of light documents: 16 bytes, for people 26 characters of Crockford's base 32
//! (facts/puffco-ble.md §17.3).

/// The digits, in order: without I, L, O and U.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Characters of a text form.
const LENGTH: usize = 26;

/// An identifier, as its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ulid(pub [u8; 16]);

impl std::fmt::Display for Ulid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let number = u128::from_be_bytes(self.0);
        for place in (0..LENGTH).rev() {
            let digit = (number >> (5 * place)) & 31;
            write!(f, "{}", char::from(DIGITS[digit as usize]))?;
        }
        Ok(())
    }
}

/// Text that is no identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no identifier")]
pub struct BadUlid(String);

impl std::str::FromStr for Ulid {
    type Err = BadUlid;

    fn from_str(text: &str) -> Result<Self, BadUlid> {
        let bad = || BadUlid(text.to_owned());
        // 26 digits have room for 130 bits: the first of them may only be 0 to 7.
        let fits = text.len() == LENGTH && text.bytes().next().and_then(digit).is_some_and(|first| first < 8);
        if !fits {
            return Err(bad());
        }
        text.bytes()
            .try_fold(0_u128, |number, letter| Some(number << 5 | u128::from(digit(letter)?)))
            .map(|number| Self(number.to_be_bytes()))
            .ok_or_else(bad)
    }
}

/// The value of a digit, in either case; letters that look like digits count as those.
fn digit(letter: u8) -> Option<u8> {
    let letter = match letter.to_ascii_uppercase() {
        b'I' | b'L' => b'1',
        b'O' => b'0',
        letter => letter,
    };
    DIGITS.iter().position(|known| *known == letter).map(|digit| digit as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_bytes_agree_in_both_directions() {
        for bytes in [[0; 16], [0xff; 16], *b"sixteen letters!"] {
            let text = Ulid(bytes).to_string();
            assert_eq!((text.len(), text.parse()), (26, Ok(Ulid(bytes))));
        }
        assert_eq!(Ulid([0xff; 16]).to_string(), "7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
    }

    #[test]
    fn digits_that_look_alike_are_the_same() {
        let parse = |text: &str| text.parse::<Ulid>();
        assert_eq!(parse("01arz3ndektsv4rrffq69g5fav"), parse("OIARZ3NDEKTSV4RRFFQ69G5FAV"));
    }

    #[test]
    fn text_that_is_no_identifier_is_refused() {
        let too_large = "8ZZZZZZZZZZZZZZZZZZZZZZZZZ";
        for text in ["", "01ARZ3NDEK", too_large, "01ARZ3NDEKTSV4RRFFQ69G5FAU", "é1ARZ3NDEKTSV4RRFFQ69G5FA"]
        {
            assert!(text.parse::<Ulid>().is_err(), "{text}");
        }
    }
}

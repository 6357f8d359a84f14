//! Firmware revisions: numbers on the wire, letters for people (facts/puffco-ble.md §5.1). Written from the
//! sheet, apart from the driver's own.

/// The letters of a revision, bijective base 21: there is no I, L, O, Q, S.
const LETTERS: &[u8; 21] = b"ABCDEFGHJKMNPRTUVWXYZ";

/// First revision whose legacy service asks for an access key: X.
pub const ACCESS_KEY: u32 = 19;
/// First revision with battery preservation: Y.
pub const BATTERY_PRESERVATION: u32 = 20;
/// First revision that speaks Lorax: AC.
pub const LORAX: u32 = 24;
/// First revision with an API file: AT.
pub const API_FILE: u32 = 36;
/// Last revision with 8-byte colours, files for preheat and active colours, and the old count of dabs: AV.
pub const LAST_OF_RECORDS: u32 = 38;

/// The letters of a revision; 0 is `X*`.
#[must_use]
pub fn letters(mut number: u32) -> String {
    if number == 0 {
        return "X*".to_owned();
    }
    let mut letters = Vec::new();
    while number > 0 {
        letters.push(char::from(LETTERS[((number - 1) % 21) as usize]));
        number = (number - 1) / 21;
    }
    letters.iter().rev().collect()
}

/// The number of a revision from its letters, in either case; at most three of them.
#[must_use]
pub fn number(letters: &str) -> Option<u32> {
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    letters.bytes().try_fold(0, |number, letter| {
        let digit = LETTERS.iter().position(|known| *known == letter.to_ascii_uppercase())?;
        Some(number * 21 + digit as u32 + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_numbers_are_those_of_the_sheet() {
        let known =
            [("A", 1), ("H", 8), ("X", 19), ("AA", 22), ("AC", 24), ("AW", 39), ("ZZ", 462), ("AAA", 463)];
        for (text, value) in known {
            assert_eq!((letters(value).as_str(), number(text)), (text, Some(value)));
        }
        assert_eq!(number("aw"), Some(39));
        for wrong in ["", "I", "AO", "AAAA", "3"] {
            assert_eq!(number(wrong), None, "{wrong}");
        }
    }
}

//! Firmware revisions: numbers on the wire, letters for people (facts/puffco-ble.md §5.1).

/// The letters of a revision, in order: without I, L, O, Q and S.
const LETTERS: &[u8; 21] = b"ABCDEFGHJKMNPRTUVWXYZ";

/// Name of revision 0.
const UNVERSIONED: &str = "X*";

/// A firmware revision. Compare revisions, never their letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(pub u32);

impl Revision {
    /// First with LED documents (CBOR) as colours.
    pub const LED_DOCUMENTS: Self = Self(27);
    /// First whose lights can follow the breath.
    pub const DYNAMIC_INHALE: Self = Self(28);
    /// First that knows the XL chamber.
    pub const XL_CHAMBER: Self = Self(28);
    /// First that tells its API revision.
    pub const API_REVISIONS: Self = Self(36);
}

impl std::fmt::Display for Revision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0 == 0 {
            return f.write_str(UNVERSIONED);
        }
        let mut letters = Vec::new();
        let mut rest = self.0;
        while rest > 0 {
            rest -= 1;
            letters.push(char::from(LETTERS[(rest % 21) as usize]));
            rest /= 21;
        }
        f.write_str(&letters.iter().rev().collect::<String>())
    }
}

/// Text that is no revision.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no firmware revision")]
pub struct BadRevision(String);

impl std::str::FromStr for Revision {
    type Err = BadRevision;

    fn from_str(text: &str) -> Result<Self, BadRevision> {
        let bad = || BadRevision(text.to_owned());
        if text.eq_ignore_ascii_case(UNVERSIONED) {
            return Ok(Self(0));
        }
        if text.is_empty() {
            return Err(bad());
        }
        text.bytes()
            .try_fold(0_u32, |number, letter| {
                let digit = LETTERS.iter().position(|known| known.eq_ignore_ascii_case(&letter))?;
                number.checked_mul(21)?.checked_add(digit as u32 + 1)
            })
            .map(Self)
            .ok_or_else(bad)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_numbers_agree_in_both_directions() {
        for number in 0..2000 {
            let revision = Revision(number);
            assert_eq!(revision.to_string().parse(), Ok(revision));
        }
        assert_eq!(Revision(38).to_string(), "AV");
        assert_eq!("av".parse(), Ok(Revision(38)));
    }

    #[test]
    fn text_that_is_no_revision_is_refused() {
        for text in ["", "O", "A B", "ÄA", "ZZZZZZZZZZZZ"] {
            assert!(text.parse::<Revision>().is_err(), "{text}");
        }
    }

    #[test]
    fn one_letter_is_older_than_two() {
        assert!("Z".parse::<Revision>().unwrap() < "AA".parse().unwrap());
    }
}

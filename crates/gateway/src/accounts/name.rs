//! Names that accounts are known by: which are allowed, and when two are the same.

use std::fmt;

/// A name that an account can have: 3 to 32 of the letters `a` to `z` in either case, digits, `_`, `-` and `.`.
/// No other letters, because many look the same; what others see is the display name, which is free.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Username(String);

/// Not a name that an account can have. Its text says what is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUsername {
    /// Too short or too long.
    #[error("Username must be between 3 and 32 characters")]
    Length,
    /// Another character.
    #[error("Username can have letters from a to z, digits, and . _ -")]
    Character,
}

impl Username {
    const LENGTH: std::ops::RangeInclusive<usize> = 3..=32;

    /// Takes a name as somebody wrote it.
    ///
    /// # Errors
    /// When no account can have it.
    pub fn parse(text: &str) -> Result<Self, InvalidUsername> {
        if !Self::LENGTH.contains(&text.chars().count()) {
            return Err(InvalidUsername::Length);
        }
        let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-');
        if text.chars().all(is_allowed) { Ok(Self(text.to_owned())) } else { Err(InvalidUsername::Character) }
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two spellings of one name have in common.
    #[must_use]
    pub fn folded(&self) -> String {
        Self::fold(&self.0)
    }

    /// The same of any text, which may be no account's name.
    pub(super) fn fold(text: &str) -> String {
        text.to_ascii_lowercase()
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_three_to_thirty_two_plain_characters() {
        for good in ["ada", "Ada.Lovelace", "a_b-9", &"x".repeat(32)] {
            assert!(Username::parse(good).is_ok(), "{good}");
        }
        assert_eq!(Username::parse("ab"), Err(InvalidUsername::Length));
        assert_eq!(Username::parse(&"x".repeat(33)), Err(InvalidUsername::Length));
        for bad in ["ada lovelace", "аda", "ada\u{200b}", "ada\0", "ada'--"] {
            assert_eq!(Username::parse(bad), Err(InvalidUsername::Character), "{bad:?}");
        }
    }

    #[test]
    fn spellings_of_one_name_fold_to_the_same() {
        assert_eq!(Username::parse("Ada").unwrap().folded(), Username::parse("aDA").unwrap().folded());
    }
}

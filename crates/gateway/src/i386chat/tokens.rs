//! Tokens of the host's choice: whoever presents one is the account that it names.

use std::collections::BTreeMap;
use std::fmt;

use sha2::{Digest, Sha256};

use crate::accounts::{InvalidUsername, Username};

/// Names of accounts, by the hashes of their tokens.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct StaticTokens(BTreeMap<[u8; 32], Username>);

/// Why a list of tokens cannot be used. Lines are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StaticTokensError {
    /// Write a name and a token.
    #[error("line {0}: a name and a token, with a space between them")]
    NotAPair(usize),
    /// Choose another name.
    #[error("line {0}: {1}")]
    Name(usize, InvalidUsername),
    /// Choose a longer token.
    #[error("line {0}: a token has 16 to 512 characters")]
    Length(usize),
    /// Choose another token.
    #[error("line {0}: this token is there already")]
    Twice(usize),
}

impl StaticTokens {
    const LENGTH: std::ops::RangeInclusive<usize> = 16..=512;

    /// Reads lines of `NAME TOKEN`. Empty ones, and those that begin with `#`, are passed over.
    ///
    /// # Errors
    /// See [`StaticTokensError`].
    pub fn parse(text: &str) -> Result<Self, StaticTokensError> {
        let mut tokens = BTreeMap::new();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (name, token) =
                line.split_once(char::is_whitespace).ok_or(StaticTokensError::NotAPair(number))?;
            let name = Username::parse(name).map_err(|error| StaticTokensError::Name(number, error))?;
            let token = token.trim();
            if !Self::LENGTH.contains(&token.chars().count()) {
                return Err(StaticTokensError::Length(number));
            }
            if tokens.insert(hash(token), name).is_some() {
                return Err(StaticTokensError::Twice(number));
            }
        }
        Ok(Self(tokens))
    }

    /// The name of the account that a token stands for. Looked up by its hash, so that the time it takes tells nothing.
    #[must_use]
    pub fn name(&self, token: &str) -> Option<&Username> {
        self.0.get(&hash(token))
    }

    /// The names of all accounts that there are tokens for.
    pub fn names(&self) -> impl Iterator<Item = &Username> {
        self.0.values()
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

impl fmt::Debug for StaticTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StaticTokens").field(&self.0.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// I386-15
    #[test]
    fn a_token_of_the_host_names_its_account() {
        let text = "# for the kiosk\n\nkiosk  0123456789abcdef \r\nada\tanother-long-token\n";
        let tokens = StaticTokens::parse(text).unwrap();
        assert_eq!(tokens.name("0123456789abcdef").map(Username::as_str), Some("kiosk"));
        assert_eq!(tokens.name("another-long-token").map(Username::as_str), Some("ada"));
        assert_eq!((tokens.name(""), tokens.name("0123456789abcde")), (None, None));
        assert_eq!(tokens.names().count(), 2);
        assert!(!format!("{tokens:?}").contains("ada"));
    }

    #[test]
    fn a_line_that_cannot_be_used_is_named() {
        let error = |text: &str| StaticTokens::parse(text).unwrap_err();
        assert_eq!(error("\nada"), StaticTokensError::NotAPair(2));
        assert_eq!(error("ada short"), StaticTokensError::Length(1));
        assert!(matches!(error("a 0123456789abcdef"), StaticTokensError::Name(1, _)));
        assert_eq!(error("ada 0123456789abcdef\nbob 0123456789abcdef"), StaticTokensError::Twice(2));
    }
}

//! Long-lived tokens: made by an administrator, shown once, kept only as a hash.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::hub::{OsRandom, RandomSource};

/// A long-lived token: `hearth_` and 43 characters with 256 random bits. Not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct LongToken(String);

/// What is kept of a token.
pub(super) type TokenHash = [u8; 32];

impl LongToken {
    const PREFIX: &str = "hearth_";
    const BYTES: usize = 32;

    /// A new one.
    pub(super) fn new() -> Self {
        let mut bytes = [0; Self::BYTES];
        OsRandom.fill(&mut bytes);
        Self(format!("{}{}", Self::PREFIX, URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Reads one; `None` when the text cannot be one.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(Self::PREFIX)?).ok()?;
        (bytes.len() == Self::BYTES).then(|| Self(text.to_owned()))
    }

    pub(super) fn hash(&self) -> TokenHash {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// The token, for the one time that it is shown.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for LongToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LongToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_read_back_and_nothing_else_is() {
        let token = LongToken::new();
        assert_eq!(LongToken::parse(token.reveal()), Some(token.clone()));
        assert_ne!(LongToken::new(), token);
        assert!(!format!("{token:?}").contains(&token.reveal()[8..]));
        for bad in ["", "hearth_", "hearth_short", &token.reveal()[7..], &format!("{}A", token.reveal())] {
            assert_eq!(LongToken::parse(bad), None, "{bad}");
        }
    }
}

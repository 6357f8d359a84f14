//! Session tokens as the hub keeps them: only their hashes, so that what is stored lets nobody in.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The SHA-256 of a session token. Tokens are 256 random bits, so a plain hash is enough.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// The hash of `token`.
    #[must_use]
    pub fn of(token: &str) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }

    /// Whether `token` is the one; how long this takes tells nothing of it.
    #[must_use]
    pub fn is_of(&self, token: &str) -> bool {
        self.is(&Self::of(token))
    }

    /// Whether it is the hash of the same token, in the same way.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

/// Not shown: logs are no place for it.
impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash")
    }
}

impl Serialize for TokenHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let digits: String = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
        serializer.serialize_str(&digits)
    }
}

impl<'de> Deserialize<'de> for TokenHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = String::deserialize(deserializer)?;
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        let bytes: Option<Vec<u8>> = digits.as_bytes().chunks(2).map(byte).collect();
        let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| serde::de::Error::custom("not a SHA-256 in hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::TokenHash;

    #[test]
    fn a_hash_outlives_json_and_knows_its_token_only() {
        let json = serde_json::to_string(&TokenHash::of("token")).unwrap();
        assert!(!json.contains("token"));
        let back: TokenHash = serde_json::from_str(&json).unwrap();
        assert!(back.is_of("token") && !back.is_of("tokem") && !back.is_of(""));
        for broken in ["\"\"", "\"abc\"", "\"zz\"", "5"] {
            assert!(serde_json::from_str::<TokenHash>(broken).is_err(), "{broken}");
        }
    }
}

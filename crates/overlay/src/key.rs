//! The key in the page's address: who knows it may watch. It is a secret, so it is never printed by accident.

use std::fmt;

use rand::TryRng;
use rand::rngs::SysRng;
use subtle::ConstantTimeEq;

/// 128 random bits. Write it down with [`Key::reveal`], and keep it where secrets are kept.
#[derive(Clone)]
pub struct Key(String);

/// Bytes of randomness.
const BYTES: usize = 16;

impl Key {
    /// A new one.
    ///
    /// # Errors
    /// The operating system has no randomness to give; no key would be safe then.
    pub fn random() -> Result<Self, NoRandomness> {
        let mut bytes = [0; BYTES];
        SysRng.try_fill_bytes(&mut bytes).map_err(|_| NoRandomness)?;
        Ok(Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// One that was written down: 32 lower-case hexadecimal digits, else `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (text.len() == 2 * BYTES && text.bytes().all(hex)).then(|| Self(text.to_owned()))
    }

    /// The digits, for the address and for safe keeping.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether `text` is this key; takes equally long wherever they differ.
    #[must_use]
    pub(crate) fn is(&self, text: &str) -> bool {
        self.0.as_bytes().ct_eq(text.as_bytes()).into()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// The operating system has no randomness to give. Trying again later may help.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the operating system has no randomness to give")]
pub struct NoRandomness;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_differ_and_are_read_back() {
        let (one, other) = (Key::random().unwrap(), Key::random().unwrap());
        assert_ne!(one.reveal(), other.reveal());
        assert!(Key::parse(one.reveal()).unwrap().is(one.reveal()));
        assert!(!one.is(other.reveal()));
        assert!(!one.is(""));
        assert!(!one.is(&one.reveal()[..31]));
    }

    #[test]
    fn what_is_no_key_is_not_taken_for_one() {
        for text in ["", "f3c9", "../../../../../../../../../../etc", "0123456789ABCDEF0123456789ABCDEF"] {
            assert!(Key::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_key_does_not_show_in_logs() {
        let key = Key::random().unwrap();
        assert!(!format!("{key:?}").contains(key.reveal()));
    }
}

//! The unlock challenge (§9). There is no secret of the owner in it: it only keeps strangers' programs out.

use sha2::{Digest, Sha256};

/// Length of a seed and of a token, bytes.
pub const SEED_LENGTH: usize = 16;

/// Key of the Lorax generation.
pub const LORAX_KEY: [u8; 16] =
    [0x64, 0xc6, 0x45, 0x62, 0x56, 0xf2, 0x6f, 0x5b, 0x1c, 0xa1, 0x27, 0x37, 0xa5, 0xdd, 0x71, 0xfb];

/// Key of the legacy generation.
pub const LEGACY_KEY: [u8; 16] =
    [0x15, 0x4a, 0xd9, 0x73, 0x45, 0xa2, 0x96, 0x15, 0x01, 0xb5, 0xe4, 0xf6, 0x26, 0x50, 0x9c, 0xf8];

/// The token that answers a seed: the first half of SHA-256 over the key and then the seed.
#[must_use]
pub fn token(key: &[u8; 16], seed: &[u8; SEED_LENGTH]) -> [u8; 16] {
    let digest = Sha256::new().chain_update(key).chain_update(seed).finalize();
    let mut token = [0; 16];
    token.copy_from_slice(&digest[..16]);
    token
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_answer_of_the_lorax_key() {
        let mut seed = [0; 16];
        for (byte, value) in seed.iter_mut().zip(0..) {
            *byte = value;
        }
        let expected =
            [0xcc, 0x4a, 0xf4, 0x24, 0x6a, 0x24, 0xeb, 0x8b, 0xb5, 0x12, 0xbc, 0x7d, 0xc5, 0x15, 0x7b, 0x9c];
        assert_eq!(token(&LORAX_KEY, &seed), expected);
        assert_ne!(token(&LEGACY_KEY, &seed), expected);
    }
}

//! Ids, tokens and names from a source of randomness that tests can seed.

use rand::rngs::{StdRng, SysRng};
use rand::{Rng, SeedableRng, TryRng};

use hearth_dialects::puff::{GroupId, SessionId};

/// Where random bytes come from.
pub trait RandomSource {
    /// Fills `bytes` with random ones.
    fn fill(&mut self, bytes: &mut [u8]);
}

/// The operating system's source, for production.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsRandom;

impl RandomSource for OsRandom {
    /// # Panics
    /// When the operating system has no randomness to give: no token would be safe then.
    fn fill(&mut self, bytes: &mut [u8]) {
        if let Err(error) = SysRng.try_fill_bytes(bytes) {
            panic!("the operating system has no random bytes: {error}");
        }
    }
}

/// A source that gives the same bytes for the same seed, for tests.
#[derive(Debug)]
pub struct SeededRandom(StdRng);

impl SeededRandom {
    /// The source of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(StdRng::seed_from_u64(seed))
    }
}

impl RandomSource for SeededRandom {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }
}

/// A UUID, as both recorded gateways use for sessions.
pub(super) fn session_id(random: &mut dyn RandomSource) -> SessionId {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    SessionId(uuid::Builder::from_random_bytes(bytes).into_uuid().to_string())
}

/// 43 of 64 characters: 258 bits.
pub(super) fn token(random: &mut dyn RandomSource) -> String {
    const ALPHABET: &[u8; 64] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    let mut bytes = [0; 43];
    random.fill(&mut bytes);
    bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 63)])).collect()
}

/// Six of `a-z0-9`.
pub(super) fn group_id(random: &mut dyn RandomSource) -> GroupId {
    const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    GroupId((0..6).map(|_| char::from(ALPHABET[below(random, ALPHABET.len())])).collect())
}

/// An adjective and a noun.
pub(super) fn group_name(random: &mut dyn RandomSource) -> String {
    const ADJECTIVES: [&str; 20] = [
        "Amber",
        "Breezy",
        "Candlelit",
        "Cloudy",
        "Cosy",
        "Drowsy",
        "Ember",
        "Foggy",
        "Gentle",
        "Golden",
        "Hazy",
        "Lunar",
        "Mellow",
        "Misty",
        "Quiet",
        "Rosy",
        "Slow",
        "Smoky",
        "Velvet",
        "Warm",
    ];
    const NOUNS: [&str; 20] = [
        "Balcony",
        "Bonfire",
        "Campfire",
        "Canyon",
        "Cloud",
        "Fireside",
        "Garden",
        "Grove",
        "Hammock",
        "Harbour",
        "Hearth",
        "Lantern",
        "Lighthouse",
        "Lounge",
        "Meadow",
        "Orchard",
        "Porch",
        "Rooftop",
        "Sunset",
        "Terrace",
    ];
    let adjective = ADJECTIVES[below(random, ADJECTIVES.len())];
    format!("{adjective} {}", NOUNS[below(random, NOUNS.len())])
}

/// An even choice from `0..limit`, `limit` at most 256.
fn below(random: &mut dyn RandomSource, limit: usize) -> usize {
    let fair = 256 - 256 % limit;
    loop {
        let mut byte = [0];
        random.fill(&mut byte);
        if usize::from(byte[0]) < fair {
            return usize::from(byte[0]) % limit;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_tokens_have_the_shape_that_clients_know() {
        let mut random = SeededRandom::new(1);
        let id = session_id(&mut random);
        assert_eq!(id.0.len(), 36);
        assert_eq!(uuid::Uuid::parse_str(&id.0).unwrap().get_version_num(), 4);
        let code = group_id(&mut random);
        assert_eq!(code.0.len(), 6);
        assert!(code.0.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()), "{code}");
        assert_eq!(token(&mut random).len(), 43);
        assert!(group_name(&mut random).len() <= 32);
    }

    #[test]
    fn the_operating_system_gives_two_different_tokens() {
        assert_ne!(token(&mut OsRandom), token(&mut OsRandom));
    }

    #[test]
    fn every_choice_is_reached() {
        let mut random = SeededRandom::new(7);
        let seen: std::collections::BTreeSet<usize> = (0..2_000).map(|_| below(&mut random, 36)).collect();
        assert_eq!(seen.len(), 36);
    }
}

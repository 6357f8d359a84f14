//! Numbers that name something where a dialect knows only numbers: at random, and small enough for every program that reads
//! JSON numbers as floating point.

use crate::hub::RandomSource;

/// The largest: 2^53 - 1.
pub(crate) const LARGEST: u64 = (1 << 53) - 1;

/// A number that nobody can guess, from 1 on.
pub(crate) fn random(source: &mut dyn RandomSource) -> u64 {
    loop {
        let mut bytes = [0; 8];
        source.fill(&mut bytes);
        let number = u64::from_le_bytes(bytes) & LARGEST;
        if number != 0 {
            return number;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::hub::SeededRandom;

    #[test]
    fn numbers_use_all_of_their_53_bits_and_are_never_zero() {
        let mut source = SeededRandom::new(7);
        let numbers: BTreeSet<u64> = (0..1000).map(|_| random(&mut source)).collect();
        assert_eq!(numbers.len(), 1000);
        assert!(numbers.iter().all(|number| (1..=LARGEST).contains(number)));
        assert_eq!(numbers.iter().fold(0, |bits, number| bits | number), LARGEST);
    }
}

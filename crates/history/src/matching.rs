//! Which entry of a device's log tells of which heat that was seen: both become one dab. Pure.
//!
//! The log's times are by the device's clock, which may be wrong (facts/puffco-ble.md §18). So an entry is
//! compared as it is, and as it would be if the clock had always been wrong by as much as now.

use crate::{Ending, Profile};

/// A dab that a device's log tells of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogDab {
    /// Index of its entry in the log.
    pub index: u32,
    /// Time of the entry, raw. Index and this name it: reading the log again finds it by them.
    pub stamp: u32,
    /// When it reached its temperature, ms since 1970, as the log tells it.
    pub at_ms: i64,
    /// The profile; the name is the one that the slot has now.
    pub profile: Profile,
    /// Target, °C.
    pub target_celsius: Option<f32>,
    /// The highest temperature that the log has of it, °C.
    pub peak_celsius: Option<f32>,
    /// How long heating up took, ms.
    pub time_to_temp_ms: Option<u32>,
    /// How long the temperature was held, ms.
    pub held_ms: Option<u32>,
    /// How many times it was boosted.
    pub boosts: u32,
    /// How it ended.
    pub ending: Ending,
}

/// The dabs of a log that was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogReading {
    /// When, ms since 1970.
    pub now_ms: i64,
    /// The device's clock was set, and then ahead of this computer's by so much, ms; `None` when that is not known.
    pub clock_ahead_ms: Option<i64>,
    /// The dabs.
    pub dabs: Vec<LogDab>,
}

/// What came of reading a log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogTaken {
    /// Dabs that were not known before.
    pub added: u32,
    /// Dabs that had been seen, and are now known from the log too.
    pub merged: u32,
    /// Dabs that were known from the log already.
    pub known: u32,
    /// Dabs that were left out: deleted earlier, or of a time that cannot be.
    pub left_out: u32,
}

/// Two clocks, and the second that an entry is written late, are within this. No two dabs of a device are.
pub(crate) const TOLERANCE_MS: i64 = 45_000;
/// Targets that differ by more are of two heats.
const SAME_TARGET_CELSIUS: f32 = 3.0;
/// An entry from further ahead is from a wrong clock.
const AHEAD_MS: i64 = 5 * 60_000;

/// What a dab is recognised by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Marks {
    pub at_ms: i64,
    pub slot: Option<u8>,
    pub target_celsius: Option<f32>,
}

impl Marks {
    /// How far apart two are that can be the same; `None` when they cannot. `ahead_ms` is how far the clock of
    /// `logged` is ahead.
    pub fn apart_ms(&self, logged: &Self, ahead_ms: Option<i64>) -> Option<u64> {
        let differ = |a: Option<u8>, b: Option<u8>| a.zip(b).is_some_and(|(a, b)| a != b);
        let far = |a: f32, b: f32| (a - b).abs() > SAME_TARGET_CELSIUS;
        let targets = self.target_celsius.zip(logged.target_celsius);
        if differ(self.slot, logged.slot) || targets.is_some_and(|(a, b)| far(a, b)) {
            return None;
        }
        let plain = self.at_ms.abs_diff(logged.at_ms);
        let shifted =
            ahead_ms.map(|ahead| self.at_ms.abs_diff(logged.at_ms.saturating_sub(ahead))).unwrap_or(plain);
        Some(plain.min(shifted)).filter(|apart| *apart <= TOLERANCE_MS.unsigned_abs())
    }
}

/// Pairs entries of a log (`logged`) with heats that were seen (`seen`): indices into both, the nearest first,
/// each at most once.
pub(crate) fn pairs(seen: &[Marks], logged: &[Marks], ahead_ms: Option<i64>) -> Vec<(usize, usize)> {
    let mut candidates = Vec::new();
    for (s, seen) in seen.iter().enumerate() {
        for (l, logged) in logged.iter().enumerate() {
            candidates.extend(seen.apart_ms(logged, ahead_ms).map(|apart| (apart, s, l)));
        }
    }
    candidates.sort_unstable();
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (_, s, l) in candidates {
        if pairs.iter().all(|(seen, logged)| *seen != s && *logged != l) {
            pairs.push((s, l));
        }
    }
    pairs
}

/// When an entry was written, by this computer's clock as far as that can be told. What the log says is believed
/// unless it is still to come: then the device's clock is wrong, and by how much, it was then as it is now.
pub(crate) fn believed(at_ms: i64, reading: &LogReading) -> Option<i64> {
    let possible = |at_ms: i64| at_ms <= reading.now_ms.saturating_add(AHEAD_MS) && at_ms > 0;
    let shifted = || at_ms.checked_sub(reading.clock_ahead_ms?);
    Some(at_ms).filter(|at_ms| possible(*at_ms)).or_else(|| shifted().filter(|at_ms| possible(*at_ms)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_000_000_000;
    const HOUR: i64 = 3_600_000;

    fn marks(at_ms: i64) -> Marks {
        Marks { at_ms, slot: None, target_celsius: None }
    }

    #[test]
    fn the_nearest_belong_together() {
        let seen = [marks(NOW), marks(NOW + 60_000)];
        let logged = [marks(NOW + 40_000), marks(NOW + 59_000), marks(NOW + 200_000)];
        assert_eq!(pairs(&seen, &logged, None), [(1, 1), (0, 0)]);
    }

    #[test]
    fn other_profiles_and_targets_are_other_heats() {
        let with = |slot, target_celsius| Marks { slot, target_celsius, ..marks(NOW) };
        assert_eq!(pairs(&[with(Some(1), None)], &[with(Some(2), None)], None), []);
        assert_eq!(pairs(&[with(None, Some(280.0))], &[with(None, Some(290.0))], None), []);
        assert_eq!(pairs(&[with(Some(1), Some(282.8))], &[with(None, Some(283.0))], None), [(0, 0)]);
    }

    #[test]
    fn a_clock_that_is_wrong_is_taken_into_account() {
        let seen = [marks(NOW)];
        let logged = [marks(NOW + 3 * HOUR)];
        assert_eq!(pairs(&seen, &logged, None), []);
        assert_eq!(pairs(&seen, &logged, Some(3 * HOUR)), [(0, 0)]);
        // It was right then, and is wrong now.
        assert_eq!(pairs(&seen, &[marks(NOW + 2_000)], Some(3 * HOUR)), [(0, 0)]);
    }

    #[test]
    fn what_is_still_to_come_is_believed_only_when_the_clock_explains_it() {
        let reading = |clock_ahead_ms| LogReading { now_ms: NOW, clock_ahead_ms, dabs: Vec::new() };
        assert_eq!(believed(NOW - HOUR, &reading(Some(2 * HOUR))), Some(NOW - HOUR));
        assert_eq!(believed(NOW + HOUR, &reading(Some(2 * HOUR))), Some(NOW - HOUR));
        assert_eq!(believed(NOW + HOUR, &reading(None)), None);
        assert_eq!(believed(NOW + HOUR, &reading(Some(60_000))), None);
    }
}

//! Which dialect a device speaks, from files whose values are never zero (facts/puffco-ble.md §13).
//!
//! The two forms cannot be mistaken for each other: a small integer read as a float is below 1e-38, and any
//! float of a plausible size read as an integer is above ten million. What is neither says nothing.

use std::ops::RangeInclusive;

use super::{Dialect, float};
use crate::attribute::Attribute;

/// Sizes that a float can have and no integer of the other dialect looks like.
const FLOATS: RangeInclusive<f32> = 1e-3..=1e7;
/// Sizes that an integer can have and no float of [`FLOATS`] looks like.
const INTEGERS: RangeInclusive<i32> = 1..=10_000_000;

/// Files that are looked at: four temperatures and four times of profiles, charge, charge limit, voltage.
const FILES: usize = 11;

/// What one file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Look {
    dialect: Dialect,
    /// Its value is what such a file has. An odd value is no evidence, but still contradicts.
    plausible: bool,
}

/// What the files that are never zero say about a device's dialect. Reading a file again replaces what it said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DialectEvidence {
    looks: [Option<Look>; FILES],
}

impl DialectEvidence {
    /// Looks at a file, if it is one that tells. Zero, "none" and bytes that are no number say nothing.
    pub fn look_at(&mut self, attribute: Attribute, bytes: &[u8]) {
        let Some((file, floats, integers)) = plausible(attribute) else { return };
        let Some(value) = float(bytes) else { return };
        let raw = value.to_bits() as i32;
        let look = if FLOATS.contains(&value.abs()) {
            Some(Look { dialect: Dialect::Float, plausible: floats.contains(&value) })
        } else if INTEGERS.contains(&raw) {
            Some(Look { dialect: Dialect::Integer, plausible: integers.contains(&raw) })
        } else {
            None
        };
        if let Some(place) = self.looks.get_mut(file).filter(|_| look.is_some()) {
            *place = look;
        }
    }

    /// Looks at the temperature of the first profile.
    pub fn profile_temperature(&mut self, bytes: &[u8]) {
        self.look_at(Attribute::ProfileCelsius(0), bytes);
    }

    /// Looks at the battery's charge.
    pub fn battery(&mut self, bytes: &[u8]) {
        self.look_at(Attribute::Battery, bytes);
    }

    /// The dialect to read with: what the evidence says as far as it goes, and does not contradict itself.
    #[must_use]
    pub fn likely(self) -> Option<Dialect> {
        let mut looks = self.looks.into_iter().flatten();
        let first = looks.next()?;
        let agreed = looks.all(|look| look.dialect == first.dialect);
        (agreed && self.plausible() > 0).then_some(first.dialect)
    }

    /// The dialect to write with: at least two files agree and none disagrees.
    #[must_use]
    pub fn established(self) -> Option<Dialect> {
        self.likely().filter(|_| self.plausible() >= 2)
    }

    fn plausible(self) -> usize {
        self.looks.into_iter().flatten().filter(|look| look.plausible).count()
    }
}

/// Which of [`FILES`] it is, and what it has in either dialect.
fn plausible(attribute: Attribute) -> Option<(usize, RangeInclusive<f32>, RangeInclusive<i32>)> {
    Some(match attribute {
        Attribute::ProfileCelsius(slot @ 0..=3) => (usize::from(slot), 150.0..=400.0, 1500..=4000),
        Attribute::ProfileSeconds(slot @ 0..=3) => (4 + usize::from(slot), 5.0..=600.0, 1000..=120_000),
        Attribute::Battery => (8, 1e-3..=100.5, 1..=10_050),
        Attribute::MaxCharge => (9, 1.0..=100.0, 100..=10_000),
        Attribute::BatteryVolts => (10, 2.0..=5.0, 2000..=5000),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looked(files: &[(Attribute, [u8; 4])]) -> DialectEvidence {
        let mut evidence = DialectEvidence::default();
        for (attribute, bytes) in files {
            evidence.look_at(*attribute, bytes);
        }
        evidence
    }

    #[test]
    fn one_file_is_enough_to_read_by_and_two_to_write_by() {
        let mut evidence = DialectEvidence::default();
        evidence.profile_temperature(&260.0_f32.to_le_bytes());
        assert_eq!((evidence.likely(), evidence.established()), (Some(Dialect::Float), None));
        evidence.battery(&81.5_f32.to_le_bytes());
        assert_eq!(evidence.established(), Some(Dialect::Float));
    }

    #[test]
    fn the_same_file_twice_is_one_file() {
        let evidence = looked(&[(Attribute::ProfileCelsius(0), 260.0_f32.to_le_bytes()); 2]);
        assert_eq!(evidence.established(), None);
    }

    #[test]
    fn contradicting_files_establish_nothing() {
        let evidence = looked(&[
            (Attribute::ProfileCelsius(0), 2600_i32.to_le_bytes()),
            (Attribute::ProfileCelsius(1), 2600_i32.to_le_bytes()),
            (Attribute::Battery, 81.5_f32.to_le_bytes()),
        ]);
        assert_eq!((evidence.likely(), evidence.established()), (None, None));
    }

    #[test]
    fn an_odd_value_is_no_evidence_and_still_contradicts() {
        let odd = (Attribute::ProfileCelsius(0), 900.0_f32.to_le_bytes());
        assert_eq!(looked(&[odd, odd]).likely(), None);
        let integers = (Attribute::ProfileSeconds(0), 9000_i32.to_le_bytes());
        assert_eq!(looked(&[odd, integers]).likely(), None);
    }

    #[test]
    fn an_empty_battery_and_one_that_is_nearly_empty_are_told_apart_by_their_form() {
        for empty in [[0; 4], [0, 0, 0, 0x80], f32::NAN.to_le_bytes(), (-1_i32).to_le_bytes()] {
            assert_eq!(looked(&[(Attribute::Battery, empty)]), DialectEvidence::default());
        }
        let integer = |raw: i32| looked(&[(Attribute::Battery, raw.to_le_bytes())]).likely();
        assert_eq!([integer(1), integer(49), integer(10_000)], [Some(Dialect::Integer); 3]);
        assert_eq!(looked(&[(Attribute::Battery, 0.4_f32.to_le_bytes())]).likely(), Some(Dialect::Float));
    }

    #[test]
    fn an_empty_battery_does_not_keep_a_device_from_being_known() {
        let proxy = looked(&[
            (Attribute::Battery, [0; 4]),
            (Attribute::ProfileCelsius(0), 2600_i32.to_le_bytes()),
            (Attribute::ProfileSeconds(0), 9000_i32.to_le_bytes()),
        ]);
        assert_eq!(proxy.established(), Some(Dialect::Integer));
    }

    #[test]
    fn no_bit_pattern_is_taken_for_both_forms() {
        for raw in (i32::MIN..=i32::MAX).step_by(99_991) {
            let value = f32::from_bits(raw as u32);
            assert!(!(FLOATS.contains(&value.abs()) && INTEGERS.contains(&raw)), "{raw}");
        }
    }
}

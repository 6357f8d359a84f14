//! Numbers as JavaScript writes them: `25`, not `25.0`, so that other clients and logs see what they know.

use serde::Serializer;

/// Writes a whole number without a fraction.
pub(super) fn write<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    #[expect(clippy::cast_possible_truncation, reason = "whole and far inside the range of i64")]
    if value.fract() == 0.0 && value.abs() < 9e15 {
        serializer.serialize_i64(*value as i64)
    } else {
        serializer.serialize_f64(*value)
    }
}

/// As [`write`], for a field that may be missing (and is then skipped by its owner).
pub(super) fn write_option<S: Serializer>(value: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => write(value, serializer),
        None => serializer.serialize_none(),
    }
}

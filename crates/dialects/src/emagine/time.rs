//! The time in a heartbeat, which is whatever the asker wrote.

use serde_json::Value;

/// When a heartbeat was sent, as its sender wrote it: milliseconds since 1970, but any JSON comes back as it is, and
/// nothing when there was nothing (EMG-09, EMG-R10).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Time(Option<Value>);

impl Time {
    /// Milliseconds since 1970.
    #[must_use]
    pub fn of_ms(unix_ms: u64) -> Self {
        Self(Some(unix_ms.into()))
    }

    /// What a frame had as `time`.
    #[must_use]
    pub const fn of(value: Option<Value>) -> Self {
        Self(value)
    }

    /// What a frame is to have as `time`.
    #[must_use]
    pub const fn value(&self) -> Option<&Value> {
        self.0.as_ref()
    }

    /// As milliseconds since 1970, if it is a number.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "a float that is too large is the largest number")]
    pub fn ms(&self) -> Option<i64> {
        let number = self.0.as_ref()?.as_number()?;
        number.as_i64().or_else(|| number.as_f64().map(|ms| ms as i64))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// EMG-09
    #[test]
    fn a_time_is_milliseconds_when_it_is_a_number() {
        assert_eq!(Time::of_ms(1_579_276_740_336).ms(), Some(1_579_276_740_336));
        assert_eq!(Time::of(Some(json!(1.5))).ms(), Some(1));
        assert_eq!(Time::of(Some(json!(-5))).ms(), Some(-5));
        assert_eq!(Time::of(Some(json!(1e300))).ms(), Some(i64::MAX));
        for none in [None, Some(json!("abc")), Some(json!({ "a": 1 })), Some(json!(null))] {
            assert_eq!(Time::of(none.clone()).ms(), None, "{none:?}");
        }
    }
}

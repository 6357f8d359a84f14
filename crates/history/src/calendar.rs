//! Local days. A day is not always 24 hours long: the rules of the time zone decide where it begins.

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};

/// The days of a place.
#[derive(Clone, Debug)]
pub struct Calendar {
    zone: TimeZone,
}

/// There is no such time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such time zone")]
pub struct UnknownZone;

impl Calendar {
    /// The time zone of this computer; UTC where that cannot be told.
    #[must_use]
    pub fn of_this_computer() -> Self {
        Self { zone: TimeZone::try_system().unwrap_or(TimeZone::UTC) }
    }

    /// A time zone of the IANA database ("Europe/Berlin").
    ///
    /// # Errors
    /// [`UnknownZone`]: there is none of this name. Choose another, or [`Calendar::of_this_computer`].
    pub fn named(name: &str) -> Result<Self, UnknownZone> {
        TimeZone::get(name).map(|zone| Self { zone }).map_err(|_| UnknownZone)
    }

    /// Always so many minutes ahead of UTC. For a place whose rules are not known; more than a day is as a day.
    #[must_use]
    pub fn fixed(minutes_ahead: i32) -> Self {
        let seconds = minutes_ahead.clamp(-24 * 60, 24 * 60) * 60;
        Self { zone: Offset::from_seconds(seconds).map_or(TimeZone::UTC, TimeZone::fixed) }
    }

    /// The day of a moment.
    #[must_use]
    pub fn day(&self, unix_ms: i64) -> Day {
        Day(timestamp(unix_ms).to_zoned(self.zone.clone()).date())
    }

    /// When a day begins, ms since 1970: midnight, or the first moment after it where the clock leaps over it.
    #[must_use]
    pub fn begins(&self, day: Day) -> i64 {
        let begins = day.0.to_zoned(self.zone.clone());
        begins.map_or(i64::MAX, |begins| begins.timestamp().as_millisecond())
    }

    /// A moment as the clock of the place shows it, with its distance from UTC (`2026-11-21T18:04:05+01:00`).
    #[must_use]
    pub fn written(&self, unix_ms: i64) -> String {
        timestamp(unix_ms).to_zoned(self.zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }
}

/// A local day. It is written `2026-11-21`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

impl Day {
    /// The day after.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1.day()))
    }

    /// So many days before.
    #[must_use]
    pub fn before(self, days: u16) -> Self {
        Self(self.0.saturating_sub(i32::from(days).days()))
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A moment that is beyond the calendar is its first or last.
fn timestamp(unix_ms: i64) -> Timestamp {
    let beyond = if unix_ms < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_millisecond(unix_ms).unwrap_or(beyond)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn berlin() -> Calendar {
        Calendar::named("Europe/Berlin").expect("a zone")
    }

    #[test]
    fn the_day_on_which_clocks_change_is_shorter_or_longer() {
        let berlin = berlin();
        let length = |unix_ms| {
            let day = berlin.day(unix_ms);
            (day.to_string(), (berlin.begins(day.next()) - berlin.begins(day)) / HOUR)
        };
        assert_eq!(length(1_774_778_400_000), ("2026-03-29".to_owned(), 23));
        assert_eq!(length(1_792_922_400_000), ("2026-10-25".to_owned(), 25));
        assert_eq!(length(1_795_000_000_000), ("2026-11-18".to_owned(), 24));
    }

    #[test]
    fn a_moment_is_written_as_the_clock_of_the_place_shows_it() {
        assert_eq!(berlin().written(1_795_280_645_000), "2026-11-21T18:04:05+01:00");
        assert_eq!(Calendar::fixed(-330).written(0), "1969-12-31T18:30:00-05:30");
    }

    #[test]
    fn a_day_can_begin_after_midnight() {
        // Clocks in Beirut leap from midnight to one.
        let beirut = Calendar::named("Asia/Beirut").expect("a zone");
        let day = beirut.day(1_774_778_400_000);
        assert_eq!(beirut.written(beirut.begins(day)), "2026-03-29T01:00:00+03:00");
    }

    #[test]
    fn no_moment_is_beyond_the_calendar() {
        for calendar in [berlin(), Calendar::fixed(i32::MAX), Calendar::fixed(i32::MIN)] {
            for unix_ms in [i64::MIN, 0, i64::MAX] {
                assert!(!calendar.day(unix_ms).next().to_string().is_empty());
            }
        }
        assert_eq!(Calendar::named("Nowhere/Atall").map(|_| ()), Err(UnknownZone));
    }
}

//! The figures of a range of days: how many dabs, how fast, with whom. Pure; the dabs come from the store.

use crate::{Calendar, Day};

/// Days that are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// So many local days, today included.
    Days(u16),
    /// Everything.
    All,
}

/// Moments of a range, ms since 1970: from the first to before the second.
pub(crate) type Span = (i64, i64);

impl Range {
    /// The moments of the range. What claims to be from after today is left out.
    pub(crate) fn span(self, calendar: &Calendar, now_ms: i64) -> Span {
        let today = calendar.day(now_ms);
        let from = match self {
            Self::Days(days) => calendar.begins(today.before(days.saturating_sub(1))),
            Self::All => i64::MIN,
        };
        (from, calendar.begins(today.next()))
    }
}

/// The figures of a range.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// Every local day, oldest first, also those without a dab. Of everything: from the first dab's day on.
    pub days: Vec<DayFigures>,
    /// Dabs.
    pub dabs: u32,
    /// Dabs a day.
    pub per_day: f32,
    /// Median from the beginning of a heat to its target, ms.
    pub time_to_temp_ms: Option<u32>,
    /// Share of the dabs that were had in a sesh, 0..=1; `None` without dabs.
    pub in_seshes: Option<f32>,
    /// The profiles, most used first; of equals the one that was used last. The first is the favourite.
    pub profiles: Vec<ProfileFigures>,
}

/// A local day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayFigures {
    /// The day.
    pub day: Day,
    /// Dabs.
    pub dabs: u32,
}

/// What one profile was used for. Profiles of one name are one, on whichever device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileFigures {
    /// Name; of one whose name is not known `None`.
    pub name: Option<String>,
    /// Its place, where its name is not known.
    pub slot: Option<u8>,
    /// Dabs.
    pub dabs: u32,
    /// Median from the beginning of a heat to its target, ms.
    pub time_to_temp_ms: Option<u32>,
}

/// What the figures need of a dab.
#[derive(Clone, Debug)]
pub(crate) struct Counted {
    pub at_ms: i64,
    pub in_sesh: bool,
    pub slot: Option<u8>,
    pub name: Option<String>,
    pub time_to_temp_ms: Option<u32>,
}

/// The figures of dabs, oldest first, all within the range.
pub(crate) fn figures(dabs: &[Counted], range: Range, calendar: &Calendar, now_ms: i64) -> Figures {
    let days = days(dabs, range, calendar, now_ms);
    let count = dabs.len() as u32;
    let in_seshes = dabs.iter().filter(|dab| dab.in_sesh).count();
    Figures {
        dabs: count,
        per_day: if days.is_empty() { 0.0 } else { count as f32 / days.len() as f32 },
        time_to_temp_ms: median(dabs.iter().filter_map(|dab| dab.time_to_temp_ms).collect()),
        in_seshes: (count > 0).then(|| in_seshes as f32 / count as f32),
        profiles: profiles(dabs),
        days,
    }
}

/// More days than this are not listed: a clock that was wrong once must not make a list of decades.
const MOST_DAYS: u16 = 3_660;

fn days(dabs: &[Counted], range: Range, calendar: &Calendar, now_ms: i64) -> Vec<DayFigures> {
    let today = calendar.day(now_ms);
    let first = match range {
        Range::Days(days) => today.before(days.saturating_sub(1)),
        Range::All => match dabs.first() {
            Some(dab) => calendar.day(dab.at_ms).max(today.before(MOST_DAYS - 1)),
            None => return Vec::new(),
        },
    };
    let mut dabs = dabs.iter().peekable();
    let mut days = Vec::new();
    let mut day = first;
    while day <= today {
        let ends = calendar.begins(day.next());
        let begins = calendar.begins(day);
        let mut count = 0;
        while let Some(dab) = dabs.next_if(|dab| dab.at_ms < ends) {
            count += u32::from(dab.at_ms >= begins);
        }
        days.push(DayFigures { day, dabs: count });
        day = day.next();
    }
    days
}

fn profiles(dabs: &[Counted]) -> Vec<ProfileFigures> {
    struct Used<'a> {
        key: (Option<&'a str>, Option<u8>),
        times: Vec<u32>,
        dabs: u32,
        last_ms: i64,
    }
    let mut used: Vec<Used<'_>> = Vec::new();
    for dab in dabs {
        let key = match (&dab.name, dab.slot) {
            (Some(name), _) => (Some(name.as_str()), None),
            (None, Some(slot)) => (None, Some(slot)),
            (None, None) => continue,
        };
        let at = used.iter().position(|used| used.key == key).unwrap_or_else(|| {
            used.push(Used { key, times: Vec::new(), dabs: 0, last_ms: i64::MIN });
            used.len() - 1
        });
        let profile = &mut used[at];
        profile.dabs += 1;
        profile.last_ms = profile.last_ms.max(dab.at_ms);
        profile.times.extend(dab.time_to_temp_ms);
    }
    used.sort_by_key(|used| std::cmp::Reverse((used.dabs, used.last_ms)));
    let figures = |used: Used<'_>| ProfileFigures {
        name: used.key.0.map(str::to_owned),
        slot: used.key.1,
        dabs: used.dabs,
        time_to_temp_ms: median(used.times),
    };
    used.into_iter().map(figures).collect()
}

/// The middle one; of an even number between the middle two.
fn median(mut values: Vec<u32>) -> Option<u32> {
    values.sort_unstable();
    let upper = *values.get(values.len() / 2)?;
    let lower = values[(values.len() - 1) / 2];
    Some(lower + (upper - lower) / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;
    /// 2026-03-30T12:00+02:00, the day after clocks changed.
    const NOW: i64 = 1_774_864_800_000;

    fn berlin() -> Calendar {
        Calendar::named("Europe/Berlin").expect("a zone")
    }

    fn dab(at_ms: i64, name: &str, time_to_temp_ms: u32) -> Counted {
        let name = Some(name.to_owned()).filter(|name| !name.is_empty());
        Counted { at_ms, in_sesh: false, slot: Some(2), name, time_to_temp_ms: Some(time_to_temp_ms) }
    }

    #[test]
    fn days_are_local_ones_also_when_the_clock_changes() {
        let calendar = berlin();
        // 23:30 on the 28th, 00:30 on the 29th, 23:30 on the 29th (of 23 hours), 00:30 on the 30th.
        let midnight = calendar.begins(calendar.day(NOW));
        let dabs: Vec<Counted> = [midnight - 23 * HOUR - HOUR / 2, midnight - 22 * HOUR - HOUR / 2]
            .into_iter()
            .chain([midnight - HOUR / 2, midnight + HOUR / 2])
            .map(|at_ms| dab(at_ms, "Low", 1))
            .collect();
        let figures = figures(&dabs, Range::Days(4), &calendar, NOW);
        let days: Vec<(String, u32)> =
            figures.days.iter().map(|day| (day.day.to_string(), day.dabs)).collect();
        let expected = [("2026-03-27", 0), ("2026-03-28", 1), ("2026-03-29", 2), ("2026-03-30", 1)];
        assert_eq!(days, expected.map(|(day, dabs)| (day.to_owned(), dabs)));
        assert_eq!((figures.dabs, figures.per_day), (4, 1.0));
    }

    #[test]
    fn a_range_begins_at_local_midnight() {
        let (from, to) = Range::Days(2).span(&berlin(), NOW);
        assert_eq!(berlin().written(from), "2026-03-29T00:00:00+01:00");
        assert_eq!(berlin().written(to), "2026-03-31T00:00:00+02:00");
    }

    #[test]
    fn everything_begins_with_the_first_dab() {
        let none = figures(&[], Range::All, &berlin(), NOW);
        assert_eq!((none.days.len(), none.per_day, none.in_seshes), (0, 0.0, None));
        let some = figures(&[dab(NOW - 48 * HOUR, "Low", 1)], Range::All, &berlin(), NOW);
        assert_eq!(some.days.len(), 3);
        let wrong_clock = figures(&[dab(0, "Low", 1)], Range::All, &berlin(), NOW);
        assert_eq!((wrong_clock.days.len(), wrong_clock.dabs), (usize::from(MOST_DAYS), 1));
    }

    #[test]
    fn the_favourite_is_used_most_and_of_equals_last() {
        let dabs = [dab(1, "Low", 10_000), dab(2, "High", 30_000), dab(3, "Low", 20_000), dab(4, "", 5_000)];
        let profiles = profiles(&dabs);
        let told: Vec<_> = profiles
            .iter()
            .map(|profile| (profile.name.as_deref(), profile.slot, profile.dabs, profile.time_to_temp_ms))
            .collect();
        let expected = [
            (Some("Low"), None, 2, Some(15_000)),
            (None, Some(2), 1, Some(5_000)),
            (Some("High"), None, 1, Some(30_000)),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![9, 1, 5]), Some(5));
        assert_eq!(median(vec![u32::MAX, u32::MAX - 2]), Some(u32::MAX - 1));
    }
}

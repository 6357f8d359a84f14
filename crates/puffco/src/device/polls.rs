//! When which file is read again (facts/puffco-ble.md §20). A held link costs the device's battery, so
//! nothing is read more often than somebody needs it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::attribute::Attribute;

/// What the intervals depend on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// A heat cycle runs, or ended just now, or somebody looks closely.
    pub(super) lively: bool,
    /// In a heat cycle.
    pub(super) heating: bool,
    /// Something is expected to change the state any moment.
    pub(super) expecting: bool,
}

/// How long a value stays good. `None`: it is read once, and when something says that it changed.
fn interval(file: Attribute, pace: Pace, watched: bool) -> Option<Duration> {
    let ms = match file {
        Attribute::Operating if pace.expecting => 350,
        Attribute::Operating if watched => 5_000,
        Attribute::Operating if pace.heating => 500,
        Attribute::Operating => 1_000,
        Attribute::Heater if watched => 5_000,
        Attribute::Heater if pace.lively => 600,
        Attribute::Heater => 5_000,
        Attribute::Elapsed if watched => 10_000,
        Attribute::Elapsed if pace.heating => 1_000,
        Attribute::Target if pace.heating => 5_000,
        Attribute::Battery
        | Attribute::Charge
        | Attribute::SelectedProfile
        | Attribute::Chamber
        | Attribute::Led => 8_000,
        Attribute::ChargeSource | Attribute::ChargeEta => 20_000,
        Attribute::TotalDabs | Attribute::DabsPerDay | Attribute::DabsLeft => 60_000,
        _ => return None,
    };
    Some(Duration::from_millis(ms))
}

/// Due times of the files of one link.
#[derive(Debug, Default)]
pub(super) struct Polls {
    due: BTreeMap<Attribute, Option<Instant>>,
}

impl Polls {
    /// A file was read, or is about to be for the first time: it is due again after its interval.
    pub(super) fn done(&mut self, now: Instant, file: Attribute, pace: Pace, watched: bool) {
        let due = interval(file, pace, watched).map(|interval| now + interval);
        self.due.insert(file, due);
    }

    /// This device has no such file: it is not read any more on this link.
    pub(super) fn missing(&mut self, file: Attribute) {
        self.due.insert(file, None);
    }

    /// The value changed or soon will: read it at this time at the latest.
    pub(super) fn by(&mut self, at: Instant, file: Attribute) {
        let due = self.due.entry(file).or_default();
        *due = Some(due.map_or(at, |due| due.min(at)));
    }

    /// The value will change by then: reading it sooner would tell the old one.
    pub(super) fn not_before(&mut self, at: Instant, file: Attribute) {
        self.due.insert(file, Some(at));
    }

    /// The pace changed: what has become more urgent is due sooner.
    pub(super) fn hurry(&mut self, now: Instant, pace: Pace, watched: impl Fn(Attribute) -> bool) {
        for (file, due) in &mut self.due {
            let soonest = interval(*file, pace, watched(*file)).map(|interval| now + interval);
            if let (Some(due), Some(soonest)) = (due.as_mut(), soonest) {
                *due = soonest.min(*due);
            } else if due.is_none() && matches!(file, Attribute::Elapsed | Attribute::Target) {
                *due = soonest;
            }
        }
    }

    /// What to read now: what has been due longest.
    pub(super) fn next(&self, now: Instant) -> Option<Attribute> {
        let due = self.due.iter().filter_map(|(file, due)| due.map(|due| (due, *file)));
        due.filter(|(due, _)| *due <= now).min().map(|(_, file)| file)
    }

    /// When the next file is due.
    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.due.values().flatten().min().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDLE: Pace = Pace { lively: false, heating: false, expecting: false };
    const HEATING: Pace = Pace { lively: true, heating: true, expecting: false };

    #[expect(clippy::disallowed_methods, reason = "any instant will do")]
    fn now() -> Instant {
        Instant::now()
    }

    #[test]
    fn what_has_been_due_longest_is_read_first() {
        let (mut polls, now) = (Polls::default(), now());
        polls.done(now, Attribute::Operating, IDLE, false);
        polls.done(now, Attribute::Heater, IDLE, false);
        assert_eq!(polls.next(now), None);
        assert_eq!(polls.poll_timeout(), Some(now + Duration::from_secs(1)));
        let later = now + Duration::from_secs(6);
        assert_eq!(polls.next(later), Some(Attribute::Operating));
        polls.done(later, Attribute::Operating, IDLE, false);
        assert_eq!(polls.next(later), Some(Attribute::Heater));
    }

    #[test]
    fn a_heat_hurries_temperatures_and_nothing_else() {
        let (mut polls, now) = (Polls::default(), now());
        polls.done(now, Attribute::Heater, IDLE, false);
        polls.done(now, Attribute::TotalDabs, IDLE, false);
        polls.hurry(now, HEATING, |_| false);
        let soon = now + Duration::from_secs(1);
        assert_eq!(polls.next(soon), Some(Attribute::Heater));
        polls.done(soon, Attribute::Heater, HEATING, false);
        assert_eq!(polls.next(soon), None);
    }

    #[test]
    fn a_live_watch_makes_reading_rare() {
        let (mut polls, now) = (Polls::default(), now());
        polls.done(now, Attribute::Operating, HEATING, true);
        assert_eq!(polls.poll_timeout(), Some(now + Duration::from_secs(5)));
    }

    #[test]
    fn what_is_missing_is_not_asked_for_again_until_something_says_so() {
        let (mut polls, now) = (Polls::default(), now());
        polls.by(now, Attribute::Led);
        assert_eq!(polls.next(now), Some(Attribute::Led));
        polls.missing(Attribute::Led);
        assert_eq!(polls.next(now + Duration::from_secs(99)), None);
    }
}

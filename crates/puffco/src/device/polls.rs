//! When which attribute is read again (facts/puffco-ble.md §20). A held link costs the device's battery, so
//! nothing is read more often than somebody needs it; `docs/device-link.md` has the table.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use super::timing::{READ_AGAIN, UNREADABLE};
use crate::attribute::Attribute;

/// What matters less gets a turn at least this often, however much there is to read of what matters more.
const PATIENCE: Duration = Duration::from_millis(250);
/// But not before so many readings of state and temperature: on a slow link each command takes longer than that.
const LIVE_BETWEEN: u8 = 2;

/// What the intervals depend on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pace {
    /// A heat cycle runs, or ended just now, or somebody looks closely.
    pub(super) lively: bool,
    /// In a heat cycle.
    pub(super) heating: bool,
    /// A press of the button matters, though nobody may look.
    pub(super) held: bool,
    /// Something is expected to change the state any moment, or its owner chooses a profile.
    pub(super) expecting: bool,
}

/// How long a value stays good. `None`: it is read once, and when something says that it changed.
fn interval(attribute: Attribute, pace: Pace, watched: bool) -> Option<Duration> {
    let ms = match attribute {
        Attribute::Operating | Attribute::Heater if watched => 10_000,
        // With the other one and a slower one between them this makes 250 ms.
        Attribute::Operating | Attribute::Heater if pace.heating => 80,
        Attribute::Operating if pace.expecting => 350,
        Attribute::Operating if pace.lively || pace.held => 500,
        Attribute::Operating => 1_600,
        Attribute::Heater if pace.lively => 600,
        Attribute::Elapsed if pace.heating && watched => 10_000,
        Attribute::Elapsed if pace.heating => 1_000,
        Attribute::Target if pace.heating => 5_000,
        Attribute::Chamber | Attribute::Battery | Attribute::Heater if pace.expecting => 5_000,
        Attribute::Battery | Attribute::Charge | Attribute::SelectedProfile | Attribute::Chamber
            if pace.lively =>
        {
            8_000
        }
        Attribute::Chamber | Attribute::Battery => 10_000,
        Attribute::SelectedProfile => 20_000,
        Attribute::Heater | Attribute::Charge => 30_000,
        Attribute::ChargeSource | Attribute::ChargeEta if pace.lively => 20_000,
        Attribute::Led | Attribute::LanternRemaining if pace.lively => 8_000,
        Attribute::TotalDabs | Attribute::DabsPerDay | Attribute::DabsLeft if pace.lively => 60_000,
        _ => return None,
    };
    Some(Duration::from_millis(ms))
}

/// What is read first when several are due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    /// State and temperature: a heater is in somebody's hand.
    Live,
    /// How it is now.
    Present,
    /// What hardly changes.
    Lasting,
}

fn class(attribute: Attribute) -> Class {
    match attribute {
        Attribute::Operating | Attribute::Heater => Class::Live,
        Attribute::Elapsed
        | Attribute::Total
        | Attribute::Target
        | Attribute::Battery
        | Attribute::Chamber
        | Attribute::Charge
        | Attribute::ChargeSource
        | Attribute::ChargeEta
        | Attribute::SelectedProfile => Class::Present,
        _ => Class::Lasting,
    }
}

/// Due times of the attributes of one link.
#[derive(Debug, Default)]
pub(super) struct Polls {
    due: BTreeMap<Attribute, Option<Instant>>,
    /// Attributes that were read, or tried to be.
    tried: BTreeSet<Attribute>,
    /// Attributes that could not be read, and how often in a row.
    unreadable: BTreeMap<Attribute, u8>,
    /// When something of no live kind was read last.
    slow_at: Option<Instant>,
    /// Readings of a live kind since then.
    live_since: u8,
}

impl Polls {
    /// It was read, or is about to be for the first time: it is due again after its interval.
    pub(super) fn done(&mut self, now: Instant, attribute: Attribute, pace: Pace, watched: bool) {
        let due = interval(attribute, pace, watched).map(|interval| now + interval);
        self.due.insert(attribute, due);
        self.tried.insert(attribute);
        self.unreadable.remove(&attribute);
    }

    /// This device has no such attribute: it is not read any more on this link.
    pub(super) fn missing(&mut self, attribute: Attribute) {
        self.due.insert(attribute, None);
        self.tried.insert(attribute);
        self.unreadable.insert(attribute, u8::MAX);
    }

    /// It cannot be read now: once more soon, then rarely.
    pub(super) fn failed(&mut self, now: Instant, attribute: Attribute) {
        self.tried.insert(attribute);
        let times = self.unreadable.entry(attribute).or_default();
        *times = times.saturating_add(1).min(u8::MAX - 1);
        let wait = if *times < 2 { READ_AGAIN } else { UNREADABLE };
        self.due.insert(attribute, Some(now + wait));
    }

    /// Whether it is no use to wait for it: the device does not have it, or keeps failing to tell it.
    pub(super) fn is_hopeless(&self, attribute: Attribute) -> bool {
        self.unreadable.get(&attribute).is_some_and(|times| *times >= 2)
    }

    /// Whether it was read on this link, or tried to be.
    pub(super) fn was_tried(&self, attribute: Attribute) -> bool {
        self.tried.contains(&attribute)
    }

    /// Whether the device said that it has no such thing.
    pub(super) fn is_missing(&self, attribute: Attribute) -> bool {
        self.unreadable.get(&attribute) == Some(&u8::MAX)
    }

    /// The value changed or soon will: read it at this time at the latest.
    pub(super) fn by(&mut self, at: Instant, attribute: Attribute) {
        if !self.is_missing(attribute) {
            let due = self.due.entry(attribute).or_default();
            *due = Some(due.map_or(at, |due| due.min(at)));
        }
    }

    /// The value will change by then: reading it sooner would tell the old one.
    pub(super) fn not_before(&mut self, at: Instant, attribute: Attribute) {
        if !self.is_missing(attribute) {
            self.due.insert(attribute, Some(at));
        }
    }

    /// The pace changed: what has become more urgent is due sooner.
    pub(super) fn hurry(&mut self, now: Instant, pace: Pace, watched: impl Fn(Attribute) -> bool) {
        for (attribute, due) in &mut self.due {
            if self.unreadable.contains_key(attribute) {
                continue;
            }
            let soonest = interval(*attribute, pace, watched(*attribute)).map(|interval| now + interval);
            if let Some(soonest) = soonest {
                *due = Some(due.map_or(soonest, |due| due.min(soonest)));
            }
        }
    }

    /// What to read now: what matters most, and of that what has been due longest.
    pub(super) fn next(&self, now: Instant) -> Option<Attribute> {
        let due = || {
            let due = self.due.iter().filter_map(|(attribute, due)| due.map(|due| (due, *attribute)));
            due.filter(|(due, _)| *due <= now)
        };
        let first = due().min_by_key(|(due, attribute)| (class(*attribute), *due, *attribute))?;
        let slow = || {
            due()
                .filter(|(_, attribute)| class(*attribute) > Class::Live)
                .min_by_key(|(due, attribute)| (class(*attribute), *due, *attribute))
        };
        let chosen = if self.yields(now) { slow().unwrap_or(first) } else { first };
        Some(chosen.1)
    }

    /// Something that is neither state nor temperature is sent.
    pub(super) fn took_turn(&mut self, now: Instant) {
        self.slow_at = Some(now);
        self.live_since = 0;
    }

    /// It is read now.
    pub(super) fn sent(&mut self, now: Instant, attribute: Attribute) {
        if class(attribute) > Class::Live {
            self.took_turn(now);
        } else {
            self.live_since = self.live_since.saturating_add(1);
        }
    }

    /// Whether something that matters less than any attribute may take a turn.
    pub(super) fn yields(&self, now: Instant) -> bool {
        let waited = self.slow_at.is_none_or(|at| now.saturating_duration_since(at) >= PATIENCE);
        waited && (self.live_since >= LIVE_BETWEEN || self.slow_at.is_none() || !self.is_live_due(now))
    }

    fn is_live_due(&self, now: Instant) -> bool {
        let due = |attribute| self.due.get(&attribute).is_some_and(|due| due.is_some_and(|due| due <= now));
        due(Attribute::Operating) || due(Attribute::Heater)
    }

    /// Whether neither state nor temperature is due, or what matters less has waited long enough.
    pub(super) fn is_free(&self, now: Instant) -> bool {
        !self.is_live_due(now) || self.yields(now)
    }

    /// When the next one is due.
    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.due.values().flatten().min().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDLE: Pace = Pace { lively: false, heating: false, held: false, expecting: false };
    const HELD: Pace = Pace { held: true, ..IDLE };
    const LOOKED_AT: Pace = Pace { lively: true, ..IDLE };
    const HEATING: Pace = Pace { lively: true, heating: true, ..IDLE };

    #[expect(clippy::disallowed_methods, reason = "any instant will do")]
    fn now() -> Instant {
        Instant::now()
    }

    #[test]
    fn the_state_is_read_before_what_has_been_due_longer() {
        let (mut polls, now) = (Polls::default(), now());
        polls.done(now, Attribute::Operating, IDLE, false);
        polls.done(now, Attribute::Heater, IDLE, false);
        assert_eq!(polls.next(now), None);
        assert_eq!(polls.poll_timeout(), Some(now + Duration::from_millis(1600)));
        polls.took_turn(now + Duration::from_secs(40));
        polls.by(now, Attribute::Serial);
        let later = now + Duration::from_secs(40);
        assert_eq!(polls.next(later), Some(Attribute::Operating));
        polls.done(later, Attribute::Operating, IDLE, false);
        assert_eq!(polls.next(later), Some(Attribute::Heater));
    }

    #[test]
    fn what_matters_less_gets_a_turn_in_a_heat() {
        let (mut polls, now) = (Polls::default(), now());
        polls.took_turn(now);
        for attribute in [Attribute::Operating, Attribute::Heater, Attribute::Serial] {
            polls.by(now, attribute);
        }
        assert!(matches!(polls.next(now), Some(Attribute::Operating | Attribute::Heater)));
        polls.sent(now, Attribute::Operating);
        polls.sent(now, Attribute::Heater);
        assert_eq!(polls.next(now + PATIENCE), Some(Attribute::Serial));
    }

    #[test]
    fn on_a_slow_link_state_and_temperature_still_get_their_turns() {
        let (mut polls, now) = (Polls::default(), now());
        polls.took_turn(now);
        for attribute in [Attribute::Operating, Attribute::Heater, Attribute::Serial] {
            polls.by(now, attribute);
        }
        // Each command takes longer than what matters less has to wait.
        let mut later = now + 2 * PATIENCE;
        assert!(!polls.yields(later) && !polls.is_free(later));
        for live in [Attribute::Operating, Attribute::Heater] {
            assert_eq!(polls.next(later), Some(live));
            polls.sent(later, live);
            polls.not_before(later + PATIENCE, live);
            later += 2 * PATIENCE;
        }
        assert_eq!(polls.next(later), Some(Attribute::Serial));
    }

    #[test]
    fn a_heat_hurries_temperatures_and_nothing_else() {
        let (mut polls, now) = (Polls::default(), now());
        polls.done(now, Attribute::Heater, IDLE, false);
        polls.done(now, Attribute::TotalDabs, LOOKED_AT, false);
        polls.hurry(now, HEATING, |_| false);
        let soon = now + Duration::from_millis(80);
        assert_eq!(polls.next(soon), Some(Attribute::Heater));
        polls.done(soon, Attribute::Heater, HEATING, false);
        assert_eq!(polls.next(soon), None);
    }

    #[test]
    fn a_held_device_is_asked_for_its_state_as_soon_as_a_looked_at_one_and_for_nothing_else() {
        let soon = interval(Attribute::Operating, LOOKED_AT, false);
        assert_eq!(interval(Attribute::Operating, HELD, false), soon);
        for attribute in [Attribute::Heater, Attribute::Battery, Attribute::Chamber, Attribute::Led] {
            let [held, idle] = [HELD, IDLE].map(|pace| interval(attribute, pace, false));
            assert_eq!(held, idle, "{attribute:?}");
        }
    }

    #[test]
    fn a_live_watch_makes_reading_rare() {
        let (mut polls, now) = (Polls::default(), now());
        polls.done(now, Attribute::Operating, HEATING, true);
        assert_eq!(polls.poll_timeout(), Some(now + Duration::from_secs(10)));
    }

    #[test]
    fn what_is_missing_is_not_asked_for_again() {
        let (mut polls, now) = (Polls::default(), now());
        polls.by(now, Attribute::Led);
        assert_eq!(polls.next(now), Some(Attribute::Led));
        polls.missing(Attribute::Led);
        polls.by(now, Attribute::Led);
        assert_eq!(polls.next(now + Duration::from_secs(99)), None);
        assert!(polls.is_hopeless(Attribute::Led));
    }

    #[test]
    fn what_fails_is_tried_once_more_soon_and_then_rarely() {
        let (mut polls, now) = (Polls::default(), now());
        polls.failed(now, Attribute::Battery);
        assert!(!polls.is_hopeless(Attribute::Battery));
        assert_eq!(polls.poll_timeout(), Some(now + READ_AGAIN));
        polls.failed(now, Attribute::Battery);
        assert!(polls.is_hopeless(Attribute::Battery) && !polls.is_missing(Attribute::Battery));
        assert_eq!(polls.poll_timeout(), Some(now + UNREADABLE));
    }
}

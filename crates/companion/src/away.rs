//! Whether this person is away from the group, and why: because they said so, because their device sleeps or is
//! gone, or because their computer is locked or was not touched for a while. Without I/O or clock; the bridge tells the gateway, and heats nobody
//! who is away.
//!
//! What one says by hand is never undone by itself. Back by hand, or by a press of the own device's button, holds
//! until the cause has ended and come again.

use std::time::Instant;

use puffco::device::Phase;
use puffco::state::OperatingState;

use crate::bridge::UNPLUG_AFTER;
use crate::contract::{AwayReason, Settings};

/// Which causes count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// The device in use sleeps or is gone.
    pub without_device: bool,
    /// The computer is locked.
    pub when_locked: bool,
    /// Nobody has touched the computer for so many minutes.
    pub when_idle_min: Option<u16>,
}

impl From<&Settings> for Rules {
    fn from(settings: &Settings) -> Self {
        Self {
            without_device: settings.away_without_device,
            when_locked: settings.away_when_locked,
            when_idle_min: settings.away_when_idle_min.filter(|minutes| *minutes > 0),
        }
    }
}

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Situation<'a> {
    /// The code of the group.
    pub group: Option<&'a str>,
    /// The link of the device in use; [`Phase::Idle`] without one, and after a person let it go.
    pub link: &'a Phase,
    /// What the device told last.
    pub operating: Option<OperatingState>,
    /// Whether this person holds the device in hand.
    pub hand: Hand,
}

/// Whether a person holds the device in hand, because they are ready, about to heat, or heating.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hand {
    /// They do not.
    #[default]
    Free,
    /// They do; it is not known for how long.
    Busy,
    /// They do, at most until then.
    BusyUntil(Instant),
}

/// Something that makes one away while it lasts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Cause {
    /// There is none.
    #[default]
    Absent,
    /// There is one.
    Present,
    /// There is one, but the person came back all the same.
    Overruled,
}

impl Cause {
    fn set(&mut self, present: bool) {
        *self = match (present, *self) {
            (false, _) => Self::Absent,
            (true, Self::Absent) => Self::Present,
            (true, kept) => kept,
        };
    }

    fn overrule(&mut self) {
        if *self == Self::Present {
            *self = Self::Overruled;
        }
    }
}

/// Whether one is away. See the module.
#[derive(Clone, Debug, Default)]
pub struct Away {
    rules: Rules,
    asked: bool,
    device: Cause,
    lock: Cause,
    idle: Cause,
    /// Minutes without a key or the mouse, as far as somebody tells.
    idle_min: Option<u16>,
    /// In the present group this person had a device: without one they watch, and are not missed.
    had_device: bool,
    group: Option<String>,
    gone_since: Option<Instant>,
    /// What the device did last.
    operating: Option<OperatingState>,
    hand: Hand,
}

impl Away {
    /// Why this person is away; `None` when they are not.
    #[must_use]
    pub fn reason(&self) -> Option<AwayReason> {
        if self.asked {
            Some(AwayReason::Asked)
        } else if self.rules.without_device && self.device == Cause::Present {
            Some(AwayReason::Device)
        } else if self.rules.when_locked && self.lock == Cause::Present && self.hand == Hand::Free {
            Some(AwayReason::Locked)
        } else if self.idle == Cause::Present && self.hand == Hand::Free {
            Some(AwayReason::Idle)
        } else {
            None
        }
    }

    /// The person says that they are away, or back.
    pub fn asked(&mut self, away: bool) {
        self.asked = away;
        if !away {
            self.come_back();
        }
    }

    /// Other causes count from now on.
    pub fn follow(&mut self, rules: Rules) {
        self.rules = rules;
        self.idles();
    }

    /// The computer was locked or unlocked.
    pub fn locked(&mut self, locked: bool) {
        self.lock.set(locked);
    }

    /// So many minutes nobody has touched the computer; `None`: nobody tells.
    pub fn idle(&mut self, minutes: Option<u16>) {
        self.idle_min = minutes;
        self.idles();
    }

    fn idles(&mut self) {
        let long = self.rules.when_idle_min.zip(self.idle_min).is_some_and(|(most, minutes)| most <= minutes);
        self.idle.set(long);
    }

    /// When it is to be looked at again, though nothing happens.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        let waits = self.had_device && self.device == Cause::Absent;
        let gone = self.gone_since.filter(|_| waits).map(|since| since + UNPLUG_AFTER);
        let free = match self.hand {
            Hand::BusyUntil(until) if self.lock == Cause::Present || self.idle == Cause::Present => {
                Some(until)
            }
            _ => None,
        };
        [gone, free].into_iter().flatten().min()
    }

    /// Looks at how things are.
    pub fn look(&mut self, now: Instant, seen: Situation<'_>) {
        self.hand = seen.hand;
        if self.group.as_deref() != seen.group {
            self.group = seen.group.map(str::to_owned);
            self.had_device = false;
            self.device = Cause::Absent;
        }
        match seen.link {
            // None, or let go by hand: who does that wants to watch.
            Phase::Idle => {
                self.had_device = false;
                self.gone_since = None;
                self.operating = None;
                self.device.set(false);
            }
            Phase::Ready => {
                self.had_device = seen.group.is_some();
                self.gone_since = None;
                self.tells(seen.operating);
            }
            // Taken up again as soon as somebody needs it.
            Phase::Resting => self.gone_since = None,
            Phase::SettingUp { .. } | Phase::Waiting { .. } | Phase::Away | Phase::Failed(_) => {
                let since = *self.gone_since.get_or_insert(now);
                if self.had_device && since + UNPLUG_AFTER <= now {
                    self.device.set(true);
                }
            }
        }
    }

    fn tells(&mut self, operating: Option<OperatingState>) {
        let Some(operating) = operating else { return };
        let before = self.operating.replace(operating);
        let asleep = matches!(operating, OperatingState::SLEEP | OperatingState::MASTER_OFF);
        self.device.set(asleep && self.had_device);
        if operating == OperatingState::TEMP_SELECT && before != Some(operating) {
            self.come_back();
        }
    }

    /// The person is here, whatever the causes say; by hand they may still be away.
    fn come_back(&mut self) {
        self.device.overrule();
        self.lock.overrule();
        self.idle.overrule();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use hearth_clock::Clock;

    use super::*;

    struct Person {
        now: Instant,
        away: Away,
        group: Option<&'static str>,
        link: Phase,
        operating: Option<OperatingState>,
        hand: Hand,
    }

    impl Person {
        fn in_group() -> Self {
            let mut away = Away::default();
            away.follow(Rules { without_device: true, when_locked: true, when_idle_min: Some(10) });
            let now = Clock::new().now().instant;
            let (group, operating) = (Some("abc123"), Some(OperatingState::IDLE));
            let mut person = Self { now, away, group, link: Phase::Ready, operating, hand: Hand::Free };
            person.look();
            person
        }

        fn watching() -> Self {
            let mut person = Self::in_group();
            person.link = Phase::Idle;
            person.operating = None;
            person.look();
            person
        }

        fn look(&mut self) -> Option<AwayReason> {
            let Self { group, link, operating, hand, .. } = self;
            let seen = Situation { group: *group, link, operating: *operating, hand: *hand };
            self.away.look(self.now, seen);
            self.away.reason()
        }

        fn device(&mut self, operating: OperatingState) -> Option<AwayReason> {
            self.link = Phase::Ready;
            self.operating = Some(operating);
            self.look()
        }

        fn link(&mut self, link: Phase) -> Option<AwayReason> {
            self.link = link;
            self.look()
        }

        fn lock(&mut self, locked: bool) -> Option<AwayReason> {
            self.away.locked(locked);
            self.look()
        }

        fn idle(&mut self, minutes: Option<u16>) -> Option<AwayReason> {
            self.away.idle(minutes);
            self.look()
        }

        fn ask(&mut self, away: bool) -> Option<AwayReason> {
            self.away.asked(away);
            self.look()
        }

        fn pass(&mut self, time: Duration) -> Option<AwayReason> {
            self.now += time;
            self.look()
        }
    }

    const DEVICE: Option<AwayReason> = Some(AwayReason::Device);
    const LOCKED: Option<AwayReason> = Some(AwayReason::Locked);
    const IDLE: Option<AwayReason> = Some(AwayReason::Idle);
    const ASKED: Option<AwayReason> = Some(AwayReason::Asked);

    #[test]
    fn who_said_so_is_away_until_they_say_otherwise() {
        let mut person = Person::in_group();
        assert_eq!(person.ask(true), ASKED);
        assert_eq!(person.lock(true), ASKED);
        assert_eq!(person.lock(false), ASKED);
        assert_eq!(person.device(OperatingState::TEMP_SELECT), ASKED, "a press does not undo it");
        assert_eq!(person.ask(false), None);
    }

    #[test]
    fn a_sleeping_device_makes_away_until_it_wakes() {
        for asleep in [OperatingState::SLEEP, OperatingState::MASTER_OFF] {
            let mut person = Person::in_group();
            assert_eq!(person.device(asleep), DEVICE);
            // Its link usually goes a while later; it did not wake by that.
            assert_eq!(person.link(Phase::Away), DEVICE);
            assert_eq!(person.device(asleep), DEVICE);
            assert_eq!(person.device(OperatingState::IDLE), None);
        }
    }

    #[test]
    fn a_device_is_gone_after_a_while_and_not_at_once() {
        let mut person = Person::in_group();
        assert_eq!(person.link(Phase::Away), None);
        assert_eq!(person.away.due(), Some(person.now + UNPLUG_AFTER));
        assert_eq!(person.pass(UNPLUG_AFTER - Duration::from_millis(1)), None);
        assert_eq!(person.pass(Duration::from_millis(1)), DEVICE);
        assert_eq!(person.away.due(), None, "nothing more is waited for");
        assert_eq!(person.device(OperatingState::IDLE), None);
    }

    #[test]
    fn short_losses_of_the_link_do_not_add_up() {
        let mut person = Person::in_group();
        for _ in 0..20 {
            assert_eq!(person.link(Phase::Away), None);
            assert_eq!(person.pass(Duration::from_secs(14)), None);
            assert_eq!(person.device(OperatingState::IDLE), None);
        }
    }

    #[test]
    fn who_has_no_device_watches_and_is_not_away() {
        let mut person = Person::watching();
        assert_eq!(person.pass(Duration::from_secs(60)), None);
        // Nor is somebody whose device was gone before they came.
        let mut person = Person::in_group();
        person.link = Phase::Away;
        person.group = Some("other1");
        assert_eq!(person.pass(Duration::from_secs(60)), None);
        assert_eq!(person.device(OperatingState::SLEEP), DEVICE, "it is seen here for the first time");
    }

    #[test]
    fn who_lets_their_device_go_by_hand_watches() {
        let mut person = Person::in_group();
        assert_eq!(person.device(OperatingState::SLEEP), DEVICE);
        assert_eq!(person.link(Phase::Idle), None);
        assert_eq!(person.link(Phase::Away), None);
        assert_eq!(person.pass(Duration::from_secs(60)), None);
    }

    #[test]
    fn a_locked_computer_makes_away_also_one_who_watches() {
        for mut person in [Person::in_group(), Person::watching()] {
            assert_eq!(person.lock(true), LOCKED);
            assert_eq!(person.lock(false), None);
        }
    }

    #[test]
    fn a_computer_that_nobody_touches_makes_away_until_somebody_does() {
        for mut person in [Person::in_group(), Person::watching()] {
            assert_eq!(person.idle(Some(9)), None);
            assert_eq!(person.idle(Some(10)), IDLE);
            assert_eq!(person.idle(Some(11)), IDLE);
            assert_eq!(person.idle(Some(0)), None);
            assert_eq!(person.idle(Some(30)), IDLE);
            assert_eq!(person.idle(None), None, "nobody tells any more");
        }
    }

    #[test]
    fn who_presses_their_button_is_back_though_they_touch_nothing_else() {
        let mut person = Person::in_group();
        assert_eq!(person.idle(Some(10)), IDLE);
        assert_eq!(person.device(OperatingState::TEMP_SELECT), None);
        assert_eq!(person.device(OperatingState::IDLE), None);
        assert_eq!(person.idle(Some(20)), None, "it is still the same idleness");
        assert_eq!(person.idle(Some(0)), None);
        assert_eq!(person.idle(Some(10)), IDLE);
        person.hand = Hand::Busy;
        assert_eq!(person.look(), None, "nor while they heat");
    }

    #[test]
    fn idleness_counts_only_where_it_is_wanted() {
        let mut person = Person::in_group();
        person.away.follow(Rules { when_locked: true, ..Rules::default() });
        assert_eq!(person.idle(Some(600)), None);
        person.away.follow(Rules { when_idle_min: Some(10), ..Rules::default() });
        assert_eq!(person.look(), IDLE);
    }

    #[test]
    fn who_holds_their_device_in_hand_is_not_away_before_they_put_it_down() {
        let mut person = Person::in_group();
        person.hand = Hand::BusyUntil(person.now + Duration::from_secs(9));
        assert_eq!(person.lock(true), None);
        assert_eq!(person.away.due(), Some(person.now + Duration::from_secs(9)));
        person.hand = Hand::Busy;
        assert_eq!(person.look(), None);
        assert_eq!(person.away.due(), None);
        person.hand = Hand::Free;
        assert_eq!(person.look(), LOCKED);
    }

    #[test]
    fn a_press_of_the_button_makes_back_until_the_computer_is_locked_anew() {
        let mut person = Person::in_group();
        assert_eq!(person.lock(true), LOCKED);
        assert_eq!(person.device(OperatingState::TEMP_SELECT), None);
        assert_eq!(person.device(OperatingState::IDLE), None);
        assert_eq!(person.lock(true), None, "told twice, it is still the same lock");
        assert_eq!(person.lock(false), None);
        assert_eq!(person.lock(true), LOCKED);
    }

    #[test]
    fn back_by_hand_holds_until_the_cause_comes_again() {
        let mut person = Person::in_group();
        assert_eq!(person.device(OperatingState::SLEEP), DEVICE);
        assert_eq!(person.ask(false), None);
        assert_eq!(person.link(Phase::Away), None);
        assert_eq!(person.pass(Duration::from_secs(60)), None);
        assert_eq!(person.device(OperatingState::IDLE), None);
        assert_eq!(person.device(OperatingState::SLEEP), DEVICE);
    }

    #[test]
    fn what_is_switched_off_makes_nobody_away_any_more() {
        let mut person = Person::in_group();
        person.lock(true);
        person.device(OperatingState::SLEEP);
        person.away.follow(Rules { when_locked: true, ..Rules::default() });
        assert_eq!(person.look(), LOCKED);
        person.away.follow(Rules::default());
        assert_eq!(person.look(), None);
        assert_eq!(person.ask(true), ASKED, "by hand always works");
    }
}

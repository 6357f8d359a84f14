//! One heat of one device: from its beginning until it is known how it ended.

use std::time::{Duration, Instant};

use hearth_clock::Now;

use super::unix_ms;
use super::{Activity, DeviceSeen};
use crate::{DabWrite, Device, Ending, Profile, SeshKey, Write};

/// In mid-heat a device says once in a while that it rests, and is wrong (puffco-ble §19). It is believed after
/// this long, or at once where the heat was about to end.
const DOUBT: Duration = Duration::from_secs(2);
/// A heat that ended by this much before its planned end was stopped.
const EARLY: Duration = Duration::from_secs(3);
/// After a lost link it is the same heat when its times agree to this.
const AGREE: Duration = Duration::from_secs(5);
/// A heat without a link is waited for so long.
const WAIT: Duration = Duration::from_secs(600);
/// Total times that differ by more were boosted.
const BOOST_S: f32 = 1.5;

/// A heat under way.
#[derive(Debug)]
pub(super) struct Heat {
    device: Device,
    sesh: Option<SeshKey>,
    began: Now,
    /// Its beginning was seen or told: the time to its temperature is known.
    began_known: bool,
    reached: Option<Now>,
    peak_celsius: Option<f32>,
    target_celsius: Option<f32>,
    profile: Profile,
    /// Planned time at temperature.
    total_s: Option<f32>,
    /// Boosts that were sent, and boosts that showed in the planned time.
    boosts: (u32, u32),
    stop_asked: bool,
    link: Link,
    /// When it was last known to heat.
    seen: Now,
}

#[derive(Clone, Copy, Debug)]
enum Link {
    Live,
    /// It says that it rests since then.
    Doubtful {
        since: Now,
    },
    Lost {
        at: Now,
    },
    Over,
}

/// What a heat makes of what was heard of its device.
pub(super) enum Heard {
    /// It is about this heat.
    Its(Option<Write>),
    /// It is about another one: this one is over.
    Another(Option<Write>),
}

impl Heat {
    /// A heat begins, or is first seen, when the device says that it heats.
    pub fn begin(now: Now, seen: &DeviceSeen, sesh: Option<SeshKey>) -> Option<(Self, Option<Write>)> {
        if !seen.activity.is_heating() {
            return None;
        }
        let since = earlier(now, elapsed(seen).unwrap_or_default());
        let reached = (seen.activity == Activity::Active).then_some(since);
        let mut heat = Self {
            device: seen.device.clone(),
            sesh,
            began: since,
            began_known: reached.is_none(),
            reached,
            peak_celsius: None,
            target_celsius: None,
            profile: Profile::default(),
            total_s: None,
            boosts: (0, 0),
            stop_asked: false,
            link: Link::Live,
            seen: now,
        };
        heat.take(now, seen);
        let write = heat.reached.is_some().then(|| heat.write(now, Ending::Unknown));
        Some((heat, write))
    }

    /// Takes in what was heard of its device.
    pub fn hear(&mut self, now: Now, seen: &DeviceSeen) -> Heard {
        if let Link::Lost { .. } = self.link
            && seen.activity != Activity::Unknown
            && !self.is_same(now, seen)
        {
            // It was written when the link was lost.
            self.link = Link::Over;
            return Heard::Another(None);
        }
        match (seen.activity, self.reached) {
            (Activity::Unknown, _) => Heard::Its(None),
            // At temperature a device does not heat up again in the same heat.
            (Activity::Preheat, Some(_)) => Heard::Another(self.over(self.seen)),
            (Activity::Preheat, None) => {
                self.take(now, seen);
                Heard::Its(None)
            }
            (Activity::Active, None) => {
                let reached = earlier(now, elapsed(seen).unwrap_or_default());
                self.reached = Some(if reached.instant < self.began.instant { self.began } else { reached });
                self.take(now, seen);
                Heard::Its(Some(self.write(now, Ending::Unknown)))
            }
            (Activity::Active, Some(_)) => {
                let before = self.boosts();
                let was_lost = matches!(self.link, Link::Lost { .. });
                self.take(now, seen);
                let news = was_lost || self.boosts() != before;
                Heard::Its(news.then(|| self.write(now, Ending::Unknown)))
            }
            (Activity::Fade, _) => Heard::Its(self.over(now)),
            (Activity::Resting, _) => Heard::Its(self.rests(now)),
        }
    }

    /// The link was lost: what is known so far is kept.
    pub fn lost(&mut self, now: Now) -> Option<Write> {
        match self.link {
            Link::Live => {
                self.link = Link::Lost { at: now };
                self.reached.map(|_| self.write(self.seen, Ending::LinkLost))
            }
            Link::Doubtful { since } => self.over(since),
            Link::Lost { .. } | Link::Over => None,
        }
    }

    pub fn renamed(&mut self, key: &str) {
        key.clone_into(&mut self.device.key);
    }

    pub fn boosted(&mut self) -> Option<Write> {
        self.reached?;
        self.boosts.0 += 1;
        Some(self.write(self.seen, Ending::Unknown))
    }

    pub fn stop_asked(&mut self) {
        self.stop_asked = true;
    }

    pub fn tick(&mut self, now: Now) -> Option<Write> {
        if self.due().is_none_or(|due| now.instant < due) {
            return None;
        }
        match self.link {
            Link::Doubtful { since } => self.over(since),
            _ => {
                self.link = Link::Over;
                None
            }
        }
    }

    pub fn due(&self) -> Option<Instant> {
        match self.link {
            Link::Doubtful { since } => Some(since.instant + DOUBT),
            Link::Lost { at } => Some(at.instant + WAIT),
            Link::Live | Link::Over => None,
        }
    }

    pub fn is_over(&self) -> bool {
        matches!(self.link, Link::Over)
    }

    fn take(&mut self, now: Now, seen: &DeviceSeen) {
        self.device.name.clone_from(&seen.device.name);
        self.device.model.clone_from(&seen.device.model);
        self.seen = now;
        self.link = Link::Live;
        let celsius = seen.celsius.filter(|celsius| celsius.is_finite());
        self.peak_celsius = [self.peak_celsius, celsius].into_iter().flatten().reduce(f32::max);
        // A boost raises the target; the heat is remembered by the one that it began with.
        self.target_celsius = self.target_celsius.or(seen.target_celsius);
        // Its name may be told later than its place.
        if self.profile.name.is_none() && self.profile.slot.is_none_or(|slot| seen.profile.slot == Some(slot))
        {
            self.profile = seen.profile.clone();
        }
        if seen.activity == Activity::Active
            && let Some(total_s) = seen.total_s.filter(|total| total.is_finite() && *total > 0.0)
        {
            if self.total_s.is_some_and(|before| total_s > before + BOOST_S) {
                self.boosts.1 += 1;
            }
            self.total_s = Some(total_s);
        }
    }

    /// The device rests. In mid-heat it is asked twice.
    fn rests(&mut self, now: Now) -> Option<Write> {
        match self.link {
            Link::Doubtful { .. } => None,
            _ if self.stop_asked || self.is_due(now) => self.over(now),
            _ => {
                self.link = Link::Doubtful { since: now };
                None
            }
        }
    }

    /// Its planned time is about over.
    fn is_due(&self, now: Now) -> bool {
        let left = self.total_s.map(|total| Duration::from_secs_f32(total.min(86_400.0)));
        self.reached.zip(left).is_some_and(|(reached, total)| since(reached, now) + EARLY >= total)
    }

    /// What is heard after a lost link can be of this heat: its times agree.
    fn is_same(&self, now: Now, seen: &DeviceSeen) -> bool {
        let agree = |then: Now| match elapsed(seen) {
            Some(elapsed) => {
                let claimed = earlier(now, elapsed);
                since(then, claimed) <= AGREE && since(claimed, then) <= AGREE
            }
            None => since(self.seen, now) <= Duration::from_secs(60),
        };
        match (seen.activity, self.reached) {
            (Activity::Active, Some(reached)) => agree(reached),
            (Activity::Preheat, None) => agree(self.began),
            // It may have reached its temperature meanwhile.
            (Activity::Active, None) => since(self.seen, now) <= Duration::from_secs(60),
            // Its end, unless it was missed by far.
            (Activity::Fade, Some(_)) => since(self.seen, now) <= Duration::from_secs(60),
            _ => false,
        }
    }

    fn over(&mut self, at: Now) -> Option<Write> {
        self.link = Link::Over;
        self.reached?;
        let ending = match self.total_s {
            _ if self.stop_asked => Ending::Stopped,
            Some(_) if self.is_due(at) => Ending::Completed,
            Some(_) => Ending::Stopped,
            None => Ending::Unknown,
        };
        Some(self.write(at, ending))
    }

    fn boosts(&self) -> u32 {
        self.boosts.0.max(self.boosts.1)
    }

    fn write(&self, until: Now, ending: Ending) -> Write {
        let reached = self.reached.unwrap_or(until);
        Write::Dab(DabWrite {
            device: self.device.clone(),
            began_ms: unix_ms(self.began),
            at_ms: unix_ms(reached),
            sesh: self.sesh,
            profile: self.profile.clone(),
            target_celsius: self.target_celsius,
            peak_celsius: self.peak_celsius,
            time_to_temp_ms: self.began_known.then(|| millis(since(self.began, reached))),
            held_ms: (ending != Ending::Unknown || self.is_over()).then(|| millis(since(reached, until))),
            boosts: self.boosts(),
            ending,
        })
    }
}

fn elapsed(seen: &DeviceSeen) -> Option<Duration> {
    let seconds = seen.elapsed_s.filter(|seconds| (0.0..=3_600.0).contains(seconds))?;
    Some(Duration::from_secs_f32(seconds))
}

fn earlier(now: Now, by: Duration) -> Now {
    let instant = now.instant.checked_sub(by).unwrap_or(now.instant);
    let by = now.instant.saturating_duration_since(instant);
    Now { instant, unix_ms: now.unix_ms.saturating_sub(by.as_millis() as u64) }
}

fn since(then: Now, now: Now) -> Duration {
    now.instant.saturating_duration_since(then.instant)
}

fn millis(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}

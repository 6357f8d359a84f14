//! The countdown that a group's owner chose: between the decision to start and the start. It heats nothing; at its end
//! those who are ready then are told to heat, with the lead that every start has. A length that is no longer than that
//! lead is no countdown of its own.

use std::time::Duration;

use hearth_clock::Now;
use hearth_dialects::puff::{Event, HearthGroup, limits};

use super::Hub;
use super::group::{Countdown, Group, GroupKey, Phase};
use super::session::{Session, SessionKey};

/// What a group has whose owner chose nothing.
pub(super) const USUAL_MS: u64 = *limits::COUNTDOWN_MS.start();

impl Hub {
    /// It was decided to start: at once, or when the group's countdown is over.
    pub(super) fn count_down(&mut self, now: Now, group_key: GroupKey, starter: SessionKey) {
        let session_id = Some(self.id_of(starter));
        let lead = self.config.start_lead;
        let Some(group) = self.groups.get_mut(&group_key) else { return };
        let wait = match group.countdown_ms {
            ..=USUAL_MS => Duration::ZERO,
            ms => Duration::from_millis(ms).saturating_sub(lead),
        };
        let Phase::Awaiting(waiting) = &mut group.phase else { return };
        if wait.is_zero() {
            return self.start(now, group_key, starter);
        }
        let start_at = now.unix_ms + (wait + lead).as_millis() as u64;
        waiting.countdown = Some(Countdown { starter, start_at, due: now.instant + wait });
        let group_id = group.id.clone();
        let begun = Event::Countdown { group_id, session_id, start_at: Some(start_at) };
        self.tell_group(group_key, None, begun);
        self.set_group_timer(now, group_key);
    }

    /// Starts when the countdown is over and somebody who is ready is still there. Nobody heats because of a countdown
    /// that ended while this computer slept.
    pub(super) fn settle_countdown(&mut self, now: Now, group_key: GroupKey) {
        let Some(group) = self.groups.get(&group_key) else { return };
        let Some(countdown) = group.countdown().filter(|countdown| countdown.due <= now.instant) else {
            return;
        };
        let late = now.instant.saturating_duration_since(countdown.due) > Self::ASLEEP;
        let is_here = |key: &SessionKey| self.sessions.get(key).is_some_and(Session::is_connected);
        if late || !group.ready().iter().any(is_here) {
            self.call_off(group_key, None);
        } else {
            self.start(now, group_key, countdown.starter);
        }
    }

    /// There is no countdown any more; the group waits as before. `by` is whose doing that is.
    pub(super) fn call_off(&mut self, group_key: GroupKey, by: Option<SessionKey>) {
        let Some(group) = self.groups.get_mut(&group_key) else { return };
        let Phase::Awaiting(waiting) = &mut group.phase else { return };
        if waiting.countdown.take().is_none() {
            return;
        }
        let group_id = group.id.clone();
        let session_id = by.map(|by| self.id_of(by));
        self.tell_group(group_key, None, Event::Countdown { group_id, session_id, start_at: None });
    }

    /// This computer slept: what was counted down to meanwhile is not what anybody sees on their clock now.
    /// Where all are still ready it begins anew.
    pub(super) fn call_off_all(&mut self, now: Now) {
        let counting = self.groups.iter().filter(|(_, group)| group.countdown().is_some());
        let counting: Vec<GroupKey> = counting.map(|(key, _)| *key).collect();
        for group in counting {
            self.call_off(group, None);
            self.settle(now, group, None);
        }
    }
}

/// What only Hearth knows of a group, whole.
pub(super) fn extension(group: &Group) -> HearthGroup {
    let start_at = group.countdown().map(|countdown| countdown.start_at);
    HearthGroup { start_at, ..HearthGroup::countdown(group.countdown_ms) }
}

//! One group: its members and where it is in its cycle. Knows nothing of sockets and sends nothing.

use std::time::{Duration, Instant};

use hearth_clock::Now;
use hearth_dialects::puff::{GroupId, GroupState, SessionId, Visibility};
use serde::{Deserialize, Serialize};

use super::session::SessionKey;

/// Names a group inside the hub; in order of creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct GroupKey(pub u64);

/// The operating states in which a device heats or cools down from it (facts §4).
const HEAT_CYCLE: std::ops::RangeInclusive<u8> = 7..=9;

/// The operating state that says "ready" in a group.
pub(super) const TEMP_SELECT: u8 = 6;

/// How far a participant's device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HeatProgress {
    /// Not begun.
    Expected,
    /// In its heat cycle.
    Running,
    /// Through.
    Done,
}

/// A sesh under way, as it outlives a clean restart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSesh {
    /// Session ids of those who take part, and how far their devices are.
    pub participants: Vec<(String, HeatProgress)>,
    /// When devices were told to heat, ms since 1970.
    pub start_at: u64,
    /// At least one device heated.
    pub heated: bool,
}

/// A sesh under way.
#[derive(Clone, Debug)]
pub(super) struct Sesh {
    participants: Vec<(SessionKey, HeatProgress)>,
    /// When devices were told to heat, ms since 1970.
    pub start_at: u64,
    /// At least one device heated.
    pub heated: bool,
    /// After this, a device that has not begun is not waited for.
    no_show_at: Instant,
    /// The end at the latest.
    ends_at: Instant,
}

impl Sesh {
    pub fn new(participants: &[SessionKey], start_at: u64, no_show_at: Instant, ends_at: Instant) -> Self {
        let participants = participants.iter().map(|key| (*key, HeatProgress::Expected)).collect();
        Self { participants, start_at, heated: false, no_show_at, ends_at }
    }

    pub fn stored(&self, id_of: impl Fn(SessionKey) -> String) -> StoredSesh {
        let participants = self.participants.iter().map(|(key, heat)| (id_of(*key), *heat)).collect();
        StoredSesh { participants, start_at: self.start_at, heated: self.heated }
    }

    /// Takes a sesh up again after a restart. It ends at the latest when it would have ended, by wall time; those
    /// who take part and are still there get `no_show` from now to come back and heat.
    pub fn restored(
        now: Now,
        stored: StoredSesh,
        key_of: impl Fn(&String) -> Option<SessionKey>,
        no_show: Duration,
        limit: Duration,
    ) -> Self {
        let StoredSesh { participants, start_at, heated } = stored;
        let participants = participants.iter().filter_map(|(id, heat)| Some((key_of(id)?, *heat))).collect();
        let ran = Duration::from_millis(now.unix_ms.saturating_sub(start_at));
        let ends_at = now.instant + limit.saturating_sub(ran);
        Self { participants, start_at, heated, no_show_at: now.instant + no_show, ends_at }
    }

    /// A participant's device told its operating state. Others do not count.
    pub fn observe(&mut self, who: SessionKey, operating_state: u8) {
        let Some((_, heat)) = self.participants.iter_mut().find(|(key, _)| *key == who) else { return };
        if HEAT_CYCLE.contains(&operating_state) {
            *heat = HeatProgress::Running;
            self.heated = true;
        } else if *heat == HeatProgress::Running {
            *heat = HeatProgress::Done;
        }
    }

    /// A participant left, or its device is gone.
    pub fn remove(&mut self, who: SessionKey) {
        self.participants.retain(|(key, _)| *key != who);
    }

    pub fn is_over(&self, now: Instant) -> bool {
        if now >= self.ends_at || self.participants.is_empty() {
            return true;
        }
        let no_shows_count = !self.heated || now < self.no_show_at;
        self.participants.iter().all(|(_, heat)| match heat {
            HeatProgress::Expected => !no_shows_count,
            HeatProgress::Running => false,
            HeatProgress::Done => true,
        })
    }

    /// When to look again.
    pub fn deadline(&self, now: Instant) -> Instant {
        if now < self.no_show_at { self.no_show_at.min(self.ends_at) } else { self.ends_at }
    }

    pub fn participants(&self) -> impl Iterator<Item = SessionKey> {
        self.participants.iter().map(|(key, _)| *key)
    }
}

/// A countdown under way; it can be called off. Nobody has been told to heat.
#[derive(Clone, Copy, Debug)]
pub(super) struct Countdown {
    /// Who made it begin; ready for as long as it runs.
    pub starter: SessionKey,
    /// When devices will be told to heat, ms since 1970.
    pub start_at: u64,
    /// When everybody is told so: the usual lead before.
    pub due: Instant,
}

/// A group that waits until all are ready.
#[derive(Clone, Debug, Default)]
pub(super) struct Waiting {
    /// Those who are ready, in the order in which they became it.
    pub ready: Vec<SessionKey>,
    /// They are all ready, or somebody did not want to wait for the others.
    pub countdown: Option<Countdown>,
}

/// Where a group is in its cycle.
#[derive(Clone, Debug)]
pub(super) enum Phase {
    Chilling,
    Awaiting(Waiting),
    Seshing(Sesh),
}

#[derive(Debug)]
pub(super) struct Group {
    pub id: GroupId,
    pub name: String,
    pub visibility: Visibility,
    pub persistent: bool,
    /// From the decision to start until devices are told to heat, ms.
    pub countdown_ms: u64,
    /// May name one who is gone while the group is empty.
    pub owner: SessionId,
    pub phase: Phase,
    pub sesh_counter: u64,
    /// In the order in which they joined.
    pub members: Vec<SessionKey>,
    /// Deleted then, unless somebody joins.
    pub empty_until: Option<Instant>,
}

impl Group {
    pub const fn state(&self) -> GroupState {
        match self.phase {
            Phase::Chilling => GroupState::Chilling,
            Phase::Awaiting(_) => GroupState::Awaiting,
            Phase::Seshing(_) => GroupState::Seshing,
        }
    }

    /// Who is ready; during a sesh, who takes part.
    pub fn ready(&self) -> Vec<SessionKey> {
        match &self.phase {
            Phase::Chilling => Vec::new(),
            Phase::Awaiting(waiting) => waiting.ready.clone(),
            Phase::Seshing(sesh) => sesh.participants().collect(),
        }
    }

    /// Takes `who` out of everything.
    pub fn remove(&mut self, who: SessionKey) {
        self.members.retain(|member| *member != who);
        self.forget_device(who);
    }

    /// Takes the device of `who` out of the cycle.
    pub fn forget_device(&mut self, who: SessionKey) {
        match &mut self.phase {
            Phase::Chilling => {}
            Phase::Awaiting(waiting) => waiting.ready.retain(|key| *key != who),
            Phase::Seshing(sesh) => sesh.remove(who),
        }
    }

    /// The countdown under way.
    pub const fn countdown(&self) -> Option<Countdown> {
        match &self.phase {
            Phase::Awaiting(waiting) => waiting.countdown,
            Phase::Chilling | Phase::Seshing(_) => None,
        }
    }

    pub fn deadline(&self, now: Instant) -> Option<Instant> {
        let phase = match &self.phase {
            Phase::Seshing(sesh) => Some(sesh.deadline(now)),
            Phase::Awaiting(waiting) => waiting.countdown.map(|countdown| countdown.due),
            Phase::Chilling => None,
        };
        [phase, self.empty_until].into_iter().flatten().min()
    }
}

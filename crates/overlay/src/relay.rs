//! Decides what is said to the pages, and when. A machine without I/O or clock: views go in, messages come out.
//!
//! What an audience reacts to (a stage, a member getting ready, a heat that begins) goes out at once. Temperatures
//! go out at once too, unless the same member's did less than 100 ms ago. Messages are never closer than a frame.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::trails::Trails;
use crate::view::{OverlayMember, OverlayMessage, OverlayView};

/// Between two messages: what changes within a frame of the page goes together.
const FRAME: Duration = Duration::from_millis(16);

/// Between two messages that only have temperatures: with many members they would be many.
const DRIFT_FRAME: Duration = Duration::from_millis(33);

/// Between two temperatures of one member.
const TEMPERATURE: Duration = Duration::from_millis(100);

/// A page counts on by itself; it is told when it is off by more than this.
const OFF_BY_MS: u32 = 80;
const OFF_BY_S: f32 = 0.25;

/// What the pages have been told, and what they have not.
#[derive(Debug)]
pub(crate) struct Relay {
    latest: OverlayView,
    latest_at: Instant,
    told: OverlayView,
    told_at: Instant,
    /// When each member was last told of, by id.
    drifted_at: BTreeMap<u32, Instant>,
    trails: Trails,
}

/// What of a member is other than what was told.
#[derive(PartialEq, Eq)]
enum Change {
    Nothing,
    Drift,
    News,
}

impl Relay {
    pub fn new(view: OverlayView, now: Instant) -> Self {
        let view = view.modest();
        let mut relay = Self {
            latest: OverlayView::default(),
            latest_at: now,
            told: view.clone(),
            told_at: now,
            drifted_at: BTreeMap::new(),
            trails: Trails::default(),
        };
        relay.take(now, view);
        relay
    }

    /// A new view.
    pub fn take(&mut self, now: Instant, view: OverlayView) {
        self.latest = view.modest();
        self.latest_at = now;
        self.trails.take(now, &self.latest);
    }

    /// What a page is told when it comes. It may be told of the latest changes once more, which does no harm.
    pub fn hello(&self, now: Instant) -> OverlayMessage {
        let view = self.latest.clone().aged(since(self.latest_at, now));
        OverlayMessage::Hello { view, trails: self.trails.all() }
    }

    /// What is to be said now to all.
    pub fn poll(&mut self, now: Instant) -> Option<OverlayMessage> {
        if self.due()? > now {
            return None;
        }
        let latest = self.latest.clone().aged(since(self.latest_at, now));
        let told = self.told.clone().aged(since(self.told_at, now));
        self.told_at = now;
        if is_other(&told, &latest) {
            self.drifted_at = latest.members.iter().map(|member| (member.id, now)).collect();
            self.told = latest.clone();
            return Some(OverlayMessage::View { view: latest });
        }
        self.told = told;
        let mut members = Vec::new();
        for (slot, member) in self.told.members.iter_mut().zip(latest.members) {
            let due = match change(slot, &member) {
                Change::Nothing => false,
                Change::News => true,
                Change::Drift => {
                    self.drifted_at.get(&member.id).is_none_or(|drifted| *drifted + TEMPERATURE <= now)
                }
            };
            if due {
                self.drifted_at.insert(member.id, now);
                *slot = member.clone();
                members.push(member);
            }
        }
        Some(OverlayMessage::Members { members })
    }

    /// When [`poll`](Self::poll) will have something to say, if nothing new comes.
    pub fn due(&self) -> Option<Instant> {
        let latest = &self.latest;
        let told = self.told.clone().aged(since(self.told_at, self.latest_at));
        if is_other(&told, latest) {
            return Some(self.told_at + FRAME);
        }
        let dues = told.members.iter().zip(&latest.members).filter_map(|(told, member)| {
            let drifted = self.drifted_at.get(&member.id);
            match change(told, member) {
                Change::Nothing => None,
                Change::News => Some(self.told_at + FRAME),
                Change::Drift => {
                    let rested = drifted.map_or(self.told_at, |drifted| *drifted + TEMPERATURE);
                    Some(rested.max(self.told_at + DRIFT_FRAME))
                }
            }
        });
        dues.min()
    }
}

fn since(then: Instant, now: Instant) -> u64 {
    u64::try_from(now.saturating_duration_since(then).as_millis()).unwrap_or(u64::MAX)
}

/// Something besides the values of members differs.
fn is_other(told: &OverlayView, latest: &OverlayView) -> bool {
    let times_agree = match (told.countdown_ms, latest.countdown_ms) {
        (Some(one), Some(other)) => one.abs_diff(other) <= OFF_BY_MS,
        (one, other) => one == other,
    } && seconds_agree(told.elapsed_s, latest.elapsed_s);
    let same = told.stage == latest.stage
        && told.ready == latest.ready
        && told.counted == latest.counted
        && told.skew_ms == latest.skew_ms
        && told.group == latest.group
        && told.sesh == latest.sesh
        && told.unit == latest.unit
        && told.tongue == latest.tongue
        && told.look == latest.look
        && told.members.len() == latest.members.len()
        && told.members.iter().zip(&latest.members).all(|(one, other)| one.id == other.id);
    !(same && times_agree)
}

fn seconds_agree(one: Option<f32>, other: Option<f32>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => (one - other).abs() <= OFF_BY_S,
        (one, other) => one == other,
    }
}

fn change(told: &OverlayMember, latest: &OverlayMember) -> Change {
    let news = told.name != latest.name
        || told.me != latest.me
        || told.led != latest.led
        || told.activity != latest.activity
        || told.celsius.is_some() != latest.celsius.is_some()
        || told.target_celsius != latest.target_celsius
        || !seconds_agree(told.left_s, latest.left_s)
        || told.hold_s != latest.hold_s
        || told.ready != latest.ready
        || told.away != latest.away;
    if news {
        Change::News
    } else if told.celsius != latest.celsius {
        Change::Drift
    } else {
        Change::Nothing
    }
}

#[cfg(test)]
#[path = "relay_tests.rs"]
mod tests;

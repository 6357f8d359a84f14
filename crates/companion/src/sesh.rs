//! The sesh as a person sees it: from the start until the last device has left its heat.
//!
//! Gateways differ in when they call a sesh over (the TypeScript one at the first preheat); people do not. So
//! the stage is derived from the devices' own states (ui-spec §5).

use std::collections::BTreeMap;

use hearth_clock::Now;
use hearth_gateway_client::group::{Group, GroupPhase, SessionId};
use puffco::state::OperatingState;

use crate::contract::{Stage, StageView};
use crate::report::operating_state;

/// Where the sesh is.
#[derive(Clone, Debug, PartialEq)]
enum Course {
    /// None runs.
    Quiet,
    /// Announced; devices start at `at_ms`.
    Starting { at_ms: u64, participants: Vec<SessionId> },
    /// Devices heat, or are about to.
    Running { since_ms: u64, participants: Vec<SessionId>, began: BTreeMap<SessionId, u64> },
}

/// What changed by an observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Devices start now.
    Began,
    /// Every participant's device has begun to heat, within this many ms.
    AllBegan(u32),
    /// The last device has left its heat.
    Ended,
}

/// Follows one group's seshes.
#[derive(Clone, Debug, PartialEq)]
pub struct Sesh {
    course: Course,
    skew_ms: Option<u32>,
    last_ended_ms: Option<u64>,
}

impl Sesh {
    /// Nothing has happened yet.
    #[must_use]
    pub fn new() -> Self {
        Self { course: Course::Quiet, skew_ms: None, last_ended_ms: None }
    }

    /// The gateway announced a start at `at_ms`. `participants` are the members that were ready.
    pub fn announced(&mut self, at_ms: u64, participants: Vec<SessionId>) {
        if self.course == Course::Quiet {
            self.skew_ms = None;
            self.course = Course::Starting { at_ms, participants };
        }
    }

    /// Looks at the group as it is now.
    pub fn observe(&mut self, now: Now, group: &Group) -> Vec<Turn> {
        let mut turns = Vec::new();
        if self.course == Course::Quiet && group.phase == GroupPhase::Seshing {
            let participants = participants_of(group);
            self.course = Course::Running { since_ms: now.unix_ms, participants, began: BTreeMap::new() };
            turns.push(Turn::Began);
        }
        if let Course::Starting { at_ms, participants } = &self.course {
            if *at_ms <= now.unix_ms {
                self.course = Course::Running {
                    since_ms: *at_ms,
                    participants: participants.clone(),
                    began: BTreeMap::new(),
                };
                turns.push(Turn::Began);
            } else if group.phase == GroupPhase::Chilling && !any_in_heat_cycle(group, participants) {
                self.course = Course::Quiet;
            }
        }
        self.observe_running(now, group, &mut turns);
        turns
    }

    fn observe_running(&mut self, now: Now, group: &Group, turns: &mut Vec<Turn>) {
        let Course::Running { participants, began, .. } = &mut self.course else { return };
        for member in &group.members {
            let heats = operating_state(member).is_some_and(OperatingState::is_heating);
            if heats && participants.contains(&member.session_id) {
                began.entry(member.session_id.clone()).or_insert(now.unix_ms);
            }
        }
        let here = |id: &&SessionId| group.members.iter().any(|member| member.session_id == **id);
        if self.skew_ms.is_none()
            && began.len() > 1
            && participants.iter().filter(here).all(|id| began.contains_key(id))
        {
            let first = began.values().min().copied().unwrap_or_default();
            let last = began.values().max().copied().unwrap_or_default();
            let skew = u32::try_from(last - first).unwrap_or(u32::MAX);
            self.skew_ms = Some(skew);
            turns.push(Turn::AllBegan(skew));
        }
        if group.phase != GroupPhase::Seshing && !any_in_heat_cycle(group, participants) {
            self.last_ended_ms = Some(now.unix_ms);
            self.course = Course::Quiet;
            turns.push(Turn::Ended);
        }
    }

    /// The group was left.
    pub fn left(&mut self) {
        *self = Self::new();
    }

    /// When devices start, while that lies ahead; ms since 1970.
    #[must_use]
    pub fn starts_at_ms(&self) -> Option<u64> {
        match &self.course {
            Course::Starting { at_ms, .. } => Some(*at_ms),
            _ => None,
        }
    }

    /// Devices heat, or are about to.
    #[must_use]
    pub fn is_running(&self) -> bool {
        matches!(self.course, Course::Running { .. })
    }

    /// Who takes part in the sesh under way.
    #[must_use]
    pub fn participants(&self) -> &[SessionId] {
        match &self.course {
            Course::Quiet => &[],
            Course::Starting { participants, .. } | Course::Running { participants, .. } => participants,
        }
    }

    /// The stage bar. `joining`: a group was asked for; `armed`: the own device will heat.
    #[must_use]
    pub fn view(&self, group: Option<&Group>, joining: bool, armed: bool) -> StageView {
        let mut view = StageView {
            stage: if joining { Stage::Joining } else { Stage::Alone },
            ready: 0,
            counted: 0,
            me_ready: false,
            asked_by: None,
            start_at: None,
            armed,
            devices: self.participants().len() as u32,
            since: None,
            skew_ms: self.skew_ms,
            last_ended_at: self.last_ended_ms.map(|ms| ms as f64),
        };
        let Some(group) = group else { return view };
        let counted = group.members.iter().filter(|m| m.is_sesher() && !m.away && !m.disconnected);
        view.counted = counted.count() as u32;
        view.ready = group.ready.len() as u32;
        view.me_ready = group.ready.contains(&group.own);
        (view.stage, view.start_at, view.since) = match &self.course {
            Course::Starting { at_ms, .. } => (Stage::Countdown, Some(*at_ms as f64), None),
            Course::Running { since_ms, .. } => (Stage::Seshing, None, Some(*since_ms as f64)),
            Course::Quiet if group.phase == GroupPhase::Awaiting => (Stage::Awaiting, None, None),
            Course::Quiet => (Stage::Chilling, None, None),
        };
        view
    }
}

impl Default for Sesh {
    fn default() -> Self {
        Self::new()
    }
}

/// Who takes part, when the start itself was missed: the ready, and everybody who heats.
fn participants_of(group: &Group) -> Vec<SessionId> {
    let heats = |m: &&hearth_gateway_client::group::Member| {
        group.ready.contains(&m.session_id)
            || operating_state(m).is_some_and(OperatingState::is_heat_cycle)
    };
    group.members.iter().filter(heats).map(|member| member.session_id.clone()).collect()
}

fn any_in_heat_cycle(group: &Group, participants: &[SessionId]) -> bool {
    group.members.iter().any(|member| {
        participants.contains(&member.session_id)
            && operating_state(member).is_some_and(OperatingState::is_heat_cycle)
    })
}

//! The sesh as a person sees it: from the start until the last device has left its heat.
//!
//! Gateways differ in when they call a sesh over (the TypeScript one at the first preheat); people do not. So
//! the stage is derived from the devices' own states (ui-spec §5).

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

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
    /// The countdown that the group's owner chose: it can be called off, and no device is told to heat yet.
    Counting {
        /// The gateway's word, by this computer's monotonic clock.
        to: Instant,
        at_ms: u64,
    },
    /// The waiting is over, and the announcement of the start comes right after: until then.
    Expecting { until: Instant },
    /// Announced; devices start at `at_ms`.
    Starting { at_ms: u64, participants: Vec<SessionId> },
    /// Devices heat, or are about to.
    Running {
        since_ms: u64,
        participants: Vec<SessionId>,
        began: BTreeMap<SessionId, u64>,
        /// The start itself was seen, so that it can be measured.
        from_start: bool,
    },
}

/// What changed by an observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Devices start now.
    Began,
    /// Every participant's device has begun to heat, within this many ms.
    AllBegan(u32),
    /// The last device has left its heat.
    Ended {
        /// Whether any device heated.
        heated: bool,
    },
}

/// So long after the waiting the announcement of the start is expected.
const ANNOUNCED_WITHIN: Duration = Duration::from_secs(1);

/// Follows one group's seshes.
#[derive(Clone, Debug, PartialEq)]
pub struct Sesh {
    course: Course,
    /// The group awaited when it was last looked at.
    awaited: bool,
    skew_ms: Option<u32>,
    last_ended_ms: Option<u64>,
}

impl Sesh {
    /// Nothing has happened yet.
    #[must_use]
    pub fn new() -> Self {
        Self { course: Course::Quiet, awaited: false, skew_ms: None, last_ended_ms: None }
    }

    /// The gateway announced a start at `at_ms`. `participants` are the members that were ready.
    pub fn announced(&mut self, at_ms: u64, participants: Vec<SessionId>) {
        if !matches!(self.course, Course::Starting { .. }) {
            self.skew_ms = None;
            self.course = Course::Starting { at_ms, participants };
        }
    }

    /// Looks at the group as it is now.
    pub fn observe(&mut self, now: Now, group: &Group) -> Vec<Turn> {
        let mut turns = Vec::new();
        self.observe_counting(now, group);
        self.expect_start(now, group);
        if self.course == Course::Quiet && group.phase == GroupPhase::Seshing {
            let participants = participants_of(group);
            self.course = Course::Running {
                since_ms: now.unix_ms,
                participants,
                began: BTreeMap::new(),
                from_start: false,
            };
            turns.push(Turn::Began);
        }
        if let Course::Starting { at_ms, participants } = &self.course {
            if *at_ms <= now.unix_ms {
                self.course = Course::Running {
                    since_ms: *at_ms,
                    participants: participants.clone(),
                    began: BTreeMap::new(),
                    from_start: true,
                };
                turns.push(Turn::Began);
            } else if group.phase == GroupPhase::Chilling && !any_in_heat_cycle(group, participants) {
                self.course = Course::Quiet;
            }
        }
        self.observe_running(now, group, &mut turns);
        turns
    }

    fn expect_start(&mut self, now: Now, group: &Group) {
        let awaited = std::mem::replace(&mut self.awaited, group.phase == GroupPhase::Awaiting);
        let seshing = group.phase == GroupPhase::Seshing && !any_in_heat_cycle(group, &group.ready);
        match self.course {
            Course::Quiet if awaited && seshing => {
                self.course = Course::Expecting { until: now.instant + ANNOUNCED_WITHIN };
            }
            Course::Expecting { until } if !seshing || until <= now.instant => self.course = Course::Quiet,
            _ => {}
        }
    }

    /// Between the end of the waiting and the announcement of the start it counts on: the one comes right after the
    /// other.
    fn observe_counting(&mut self, now: Now, group: &Group) {
        let known = match self.course {
            Course::Quiet => None,
            Course::Counting { to, at_ms } => Some((to, at_ms)),
            Course::Expecting { .. } | Course::Starting { .. } | Course::Running { .. } => return,
        };
        let over = |at_ms: u64| at_ms <= now.unix_ms;
        let counts_on = |at_ms: u64| group.phase == GroupPhase::Seshing && !over(at_ms);
        self.course = match (group.counts_to, known) {
            (Some(to), Some((known, at_ms))) if to == known && !over(at_ms) => Course::Counting { to, at_ms },
            (Some(to), _) if to > now.instant => {
                let left = to.saturating_duration_since(now.instant).as_millis() as u64;
                Course::Counting { to, at_ms: now.unix_ms + left }
            }
            (None, Some((to, at_ms))) if counts_on(at_ms) => Course::Counting { to, at_ms },
            _ => Course::Quiet,
        };
    }

    /// A countdown runs that whoever is not ready any more calls off.
    #[must_use]
    pub fn can_be_called_off(&self) -> bool {
        matches!(self.course, Course::Counting { .. })
    }

    fn observe_running(&mut self, now: Now, group: &Group, turns: &mut Vec<Turn>) {
        let Course::Running { participants, began, from_start, .. } = &mut self.course else { return };
        for member in &group.members {
            let heats = operating_state(member).is_some_and(OperatingState::is_heating);
            if heats && participants.contains(&member.session_id) {
                began.entry(member.session_id.clone()).or_insert(now.unix_ms);
            }
        }
        let here = |id: &&SessionId| group.members.iter().any(|member| member.session_id == **id);
        if *from_start
            && self.skew_ms.is_none()
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
            let heated = !began.is_empty();
            if heated {
                self.last_ended_ms = Some(now.unix_ms);
            }
            self.course = Course::Quiet;
            turns.push(Turn::Ended { heated });
        }
    }

    /// The group was left.
    pub fn left(&mut self) {
        *self = Self::new();
    }

    /// When devices start, during the countdown; ms since 1970.
    #[must_use]
    pub fn starts_at(&self) -> Option<u64> {
        match &self.course {
            Course::Starting { at_ms, .. } => Some(*at_ms),
            _ => None,
        }
    }

    /// Between the first and the last preheat, ms, once all have begun.
    #[must_use]
    pub fn skew_ms(&self) -> Option<u32> {
        self.skew_ms
    }

    /// Who takes part in the sesh under way.
    #[must_use]
    pub fn participants(&self) -> &[SessionId] {
        match &self.course {
            Course::Quiet | Course::Counting { .. } | Course::Expecting { .. } => &[],
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
            asked_by_me: false,
            start_at: None,
            calls_off: false,
            armed,
            devices: self.participants().len() as u32,
            since: None,
            skew_ms: self.skew_ms,
            last_ended_at: self.last_ended_ms.map(|ms| ms as f64),
            last_sesh: None,
        };
        let Some(group) = group else { return view };
        let counted = group.members.iter().filter(|m| m.is_sesher() && !m.away && !m.disconnected);
        view.counted = counted.count() as u32;
        view.ready = group.ready.len() as u32;
        view.me_ready = group.ready.contains(&group.own);
        (view.stage, view.start_at, view.since) = match &self.course {
            Course::Counting { at_ms, .. } => {
                let present = |id: &&SessionId| {
                    group.members.iter().any(|member| member.session_id == **id && !member.disconnected)
                };
                view.devices = group.ready.iter().filter(present).count() as u32;
                view.calls_off = true;
                (Stage::Countdown, Some(*at_ms as f64), None)
            }
            Course::Starting { at_ms, .. } => (Stage::Countdown, Some(*at_ms as f64), None),
            Course::Running { since_ms, .. } => (Stage::Seshing, None, Some(*since_ms as f64)),
            Course::Expecting { .. } => (Stage::Awaiting, None, None),
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
        group.ready.contains(&m.session_id) || operating_state(m).is_some_and(OperatingState::is_heat_cycle)
    };
    group.members.iter().filter(heats).map(|member| member.session_id.clone()).collect()
}

fn any_in_heat_cycle(group: &Group, participants: &[SessionId]) -> bool {
    group.members.iter().any(|member| {
        participants.contains(&member.session_id)
            && operating_state(member).is_some_and(OperatingState::is_heat_cycle)
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use hearth_clock::Clock;
    use hearth_gateway_client::group::{DeviceReport, Member, Visibility};

    use super::*;

    fn member(id: &str, state: u8) -> Member {
        let device = DeviceReport {
            battery: Some(80.0),
            total_dabs: Some(1.0),
            state: Some(state),
            device_model: Some("0".into()),
            ..DeviceReport::default()
        };
        Member {
            session_id: SessionId(id.into()),
            user_name: None,
            away: false,
            disconnected: false,
            mobile: false,
            voice: None,
            strain: None,
            device: Some(device),
        }
    }

    fn group(phase: GroupPhase, states: [u8; 2]) -> Group {
        Group {
            id: "abc123".into(),
            name: "Test".into(),
            visibility: Visibility::Private,
            phase,
            sesh_counter: 0,
            countdown: None,
            counts_to: None,
            owner: SessionId("a".into()),
            own: SessionId("a".into()),
            ready: vec![SessionId("a".into()), SessionId("b".into())],
            members: vec![member("a", states[0]), member("b", states[1])],
        }
    }

    fn announced(now: Now) -> Sesh {
        let mut sesh = Sesh::new();
        sesh.announced(now.unix_ms + 3_000, vec![SessionId("a".into()), SessionId("b".into())]);
        sesh
    }

    #[test]
    fn a_sesh_lasts_until_the_last_device_has_left_its_heat() {
        let now = Clock::new().now();
        let mut sesh = announced(now);
        assert_eq!(sesh.observe(now, &group(GroupPhase::Seshing, [6, 6])), []);
        let now = now.later(Duration::from_secs(3));
        assert_eq!(sesh.observe(now, &group(GroupPhase::Seshing, [7, 6])), [Turn::Began]);
        // The TypeScript gateway is back to chilling by now.
        let now = now.later(Duration::from_millis(84));
        assert_eq!(sesh.observe(now, &group(GroupPhase::Chilling, [7, 7])), [Turn::AllBegan(84)]);
        assert_eq!(sesh.observe(now, &group(GroupPhase::Chilling, [5, 8])), []);
        assert_eq!(sesh.observe(now, &group(GroupPhase::Chilling, [5, 9])), []);
        let ended = sesh.observe(now, &group(GroupPhase::Chilling, [5, 5]));
        assert_eq!(ended, [Turn::Ended { heated: true }]);
        assert_eq!(sesh.view(Some(&group(GroupPhase::Chilling, [5, 5])), false, false).skew_ms, Some(84));
    }

    #[test]
    fn nobody_is_told_that_devices_heat_before_the_start_is_announced() {
        let now = Clock::new().now();
        let seshing = group(GroupPhase::Seshing, [6, 6]);
        let mut sesh = Sesh::new();
        sesh.observe(now, &group(GroupPhase::Awaiting, [6, 6]));
        assert_eq!(sesh.observe(now, &seshing), []);
        assert_eq!(sesh.view(Some(&seshing), false, false).stage, Stage::Awaiting);
        let mut silent = sesh.clone();
        sesh.announced(now.unix_ms + 2_100, seshing.ready.clone());
        assert_eq!(sesh.observe(now, &seshing), []);
        assert_eq!(sesh.view(Some(&seshing), false, true).stage, Stage::Countdown);
        // Where no announcement comes the devices tell, or time does.
        let mut heats = silent.clone();
        assert_eq!(heats.observe(now, &group(GroupPhase::Seshing, [7, 6])), [Turn::Began]);
        assert_eq!(silent.observe(now.later(ANNOUNCED_WITHIN), &seshing), [Turn::Began]);
    }

    #[test]
    fn a_stopped_countdown_is_no_sesh() {
        let now = Clock::new().now();
        let mut sesh = announced(now);
        assert_eq!(sesh.observe(now, &group(GroupPhase::Chilling, [6, 6])), []);
        assert_eq!(
            sesh.view(Some(&group(GroupPhase::Chilling, [6, 6])), false, false).stage,
            Stage::Chilling
        );
    }

    /// The group awaits and counts down until then; `states` of two devices that are ready.
    fn counting(to: Option<Instant>, states: [u8; 2]) -> Group {
        Group { counts_to: to, ..group(GroupPhase::Awaiting, states) }
    }

    #[test]
    fn a_countdown_that_can_be_called_off_is_shown_from_its_beginning() {
        let now = Clock::new().now();
        let to = Some(now.instant + Duration::from_secs(10));
        let mut sesh = Sesh::new();
        assert_eq!(sesh.observe(now, &counting(to, [6, 6])), []);
        let later = now.later(Duration::from_secs(4));
        assert_eq!(sesh.observe(later, &counting(to, [6, 6])), []);
        let view = sesh.view(Some(&counting(to, [6, 6])), false, true);
        assert_eq!((view.stage, view.calls_off, view.devices), (Stage::Countdown, true, 2));
        assert_eq!(view.start_at, Some((now.unix_ms + 10_000) as f64), "it does not move");
        assert_eq!(sesh.starts_at(), None, "nobody was told to start");
        assert_eq!(sesh.observe(later, &counting(None, [6, 5])), []);
        let view = sesh.view(Some(&counting(None, [6, 5])), false, false);
        assert_eq!((view.stage, view.calls_off, view.start_at), (Stage::Awaiting, false, None));
    }

    #[test]
    fn the_start_follows_the_countdown_without_a_gap() {
        let now = Clock::new().now();
        let to = Some(now.instant + Duration::from_secs(10));
        let mut sesh = Sesh::new();
        sesh.observe(now, &counting(to, [6, 6]));
        let now = now.later(Duration::from_millis(7_900));
        let seshing = group(GroupPhase::Seshing, [6, 6]);
        assert_eq!(sesh.observe(now, &seshing), []);
        assert_eq!(sesh.view(Some(&seshing), false, true).stage, Stage::Countdown);
        sesh.announced(now.unix_ms + 2_100, vec![SessionId("a".into()), SessionId("b".into())]);
        assert_eq!(sesh.observe(now, &seshing), []);
        let view = sesh.view(Some(&seshing), false, true);
        assert_eq!((view.stage, view.calls_off), (Stage::Countdown, false));
        assert_eq!(sesh.observe(now.later(Duration::from_millis(2_100)), &seshing), [Turn::Began]);
    }

    #[test]
    fn a_countdown_whose_end_nobody_announced_is_over() {
        let now = Clock::new().now();
        let to = Some(now.instant + Duration::from_secs(10));
        let mut sesh = Sesh::new();
        sesh.observe(now, &counting(to, [6, 6]));
        assert_eq!(sesh.observe(now.later(Duration::from_secs(11)), &counting(to, [6, 6])), []);
        assert_eq!(sesh.view(Some(&counting(to, [6, 6])), false, true).stage, Stage::Awaiting);
    }

    #[test]
    fn a_sesh_that_was_joined_late_is_followed_to_its_end() {
        let now = Clock::new().now();
        let mut sesh = Sesh::new();
        assert_eq!(sesh.observe(now, &group(GroupPhase::Seshing, [8, 8])), [Turn::Began]);
        let ended = sesh.observe(now, &group(GroupPhase::Chilling, [5, 5]));
        assert_eq!(ended, [Turn::Ended { heated: true }]);
    }
}

//! The sesh of the group: who heats, how warm it is, what is said. It is kept from the first device that heats,
//! every few seconds, and at its end.

use std::time::{Duration, Instant};

use hearth_clock::Now;

use super::{GroupSeen, MemberSeen, Said, Start, unix_ms};
use crate::curve::MOST_SAMPLES;
use crate::{Line, LineWrite, Member, Sample, SeshKey, SeshWrite, Write};

/// How often a sesh under way is kept: what the end of the program can cost of its curves.
const KEEP: Duration = Duration::from_secs(4);
/// A start after which nobody heats for so long was none.
const NOBODY: Duration = Duration::from_secs(60);
/// A sesh in which nobody heats for so long is over, also when nobody says so.
const QUIET: Duration = Duration::from_secs(60);
/// Nothing about a start is believed that is further away.
const FAR_MS: i64 = 60_000;
/// An own heat belongs to the sesh from a little before its start on.
const OWN_EARLY: Duration = Duration::from_secs(2);
/// Samples of a member are further apart.
const SAMPLE_MS: u32 = 250;
/// More members are not kept.
const MOST_MEMBERS: usize = 64;
/// More lines are not kept.
const MOST_LINES: u32 = 2_000;

/// A sesh from its announcement on.
#[derive(Debug)]
pub(super) struct Sesh {
    key: SeshKey,
    gateway: String,
    group: String,
    number: Option<u32>,
    /// When it begins.
    zero: Now,
    members: Vec<Track>,
    lines: u32,
    /// What was said before it was kept first.
    waiting: Vec<Write>,
    heated: Option<Heated>,
    over: bool,
}

/// Somebody heated.
#[derive(Clone, Copy, Debug)]
struct Heated {
    /// Last.
    last: Now,
    /// When it was last kept.
    kept: Instant,
}

/// A member, as they are followed.
#[derive(Debug)]
struct Track {
    id: String,
    member: Member,
    sampled_ms: Option<u32>,
}

impl Sesh {
    /// A start was announced. `after`: its key is at least this.
    pub fn announced(now: Now, group: &GroupSeen, start: &Start, after: i64) -> Self {
        let at_ms = start.at_ms.unwrap_or(unix_ms(now));
        let ahead_ms = at_ms.saturating_sub(unix_ms(now)).clamp(-FAR_MS, FAR_MS);
        let by = Duration::from_millis(ahead_ms.unsigned_abs());
        let zero = if ahead_ms < 0 {
            let instant = now.instant.checked_sub(by).unwrap_or(now.instant);
            Now { instant, unix_ms: now.unix_ms.saturating_sub(ahead_ms.unsigned_abs()) }
        } else {
            now.later(by)
        };
        let mut sesh = Self {
            key: SeshKey(unix_ms(zero).max(after)),
            gateway: group.gateway.clone(),
            group: group.name.clone(),
            number: start.number,
            zero,
            members: Vec::new(),
            lines: 0,
            waiting: Vec::new(),
            heated: None,
            over: false,
        };
        for seen in &group.members {
            let excluded = start.excluded.contains(&seen.id);
            // One who was away and is not named would be listed as one who did not come.
            if excluded || !seen.away {
                sesh.follow(seen).member.excluded = excluded;
            }
        }
        sesh
    }

    pub fn key(&self) -> SeshKey {
        self.key
    }

    /// A heat of the own device that begins now belongs to it.
    pub fn takes_own(&self, now: Now) -> bool {
        let sits_out = self.members.iter().any(|track| track.member.own && track.member.excluded);
        now.instant + OWN_EARLY >= self.zero.instant && !sits_out
    }

    /// Takes in the group.
    pub fn hear(&mut self, now: Now, group: &GroupSeen) -> Vec<Write> {
        self.group.clone_from(&group.name);
        let mut heats = false;
        for seen in &group.members {
            let known = self.members.iter().any(|track| track.id == seen.id);
            // Who comes in the middle is in it once they heat.
            if known || (seen.activity.is_in_heat() && self.members.len() < MOST_MEMBERS) {
                let zero = self.zero;
                heats |= seen.activity.is_heating();
                self.follow(seen).hear(now, zero, seen);
            }
        }
        if !heats {
            return Vec::new();
        }
        match &mut self.heated {
            Some(heated) => {
                heated.last = now;
                Vec::new()
            }
            None => {
                self.heated = Some(Heated { last: now, kept: now.instant });
                let mut writes = vec![self.write(now, false, None)];
                writes.append(&mut self.waiting);
                writes
            }
        }
    }

    /// Takes in what was said.
    pub fn said(&mut self, now: Now, said: Said) -> Vec<Write> {
        if self.lines == MOST_LINES {
            return Vec::new();
        }
        let Said { kind, name, color, own, text } = said;
        let line = Line { at_ms: unix_ms(now), kind, name, color, own, text };
        let write = Write::Line(LineWrite { sesh: self.key, n: self.lines, line });
        self.lines += 1;
        if self.heated.is_some() {
            return vec![write];
        }
        self.waiting.push(write);
        Vec::new()
    }

    pub fn tick(&mut self, now: Now) -> Option<Write> {
        if now.instant < self.due() {
            return None;
        }
        match &mut self.heated {
            None => {
                self.over = true;
                None
            }
            Some(heated) if now.instant >= heated.last.instant + QUIET => {
                self.over = true;
                let last = heated.last;
                Some(self.write(last, true, None))
            }
            Some(heated) => {
                heated.kept = now.instant;
                Some(self.write(now, false, None))
            }
        }
    }

    pub fn due(&self) -> Instant {
        match self.heated {
            None => self.zero.instant + NOBODY,
            Some(heated) => (heated.kept + KEEP).min(heated.last.instant + QUIET),
        }
    }

    pub fn is_over(&self) -> bool {
        self.over
    }

    /// It ends. One in which nobody heated was none.
    pub fn end(self, now: Now, skew_ms: Option<u32>) -> Option<Write> {
        self.heated.map(|_| self.write(now, true, skew_ms))
    }

    fn follow(&mut self, seen: &MemberSeen) -> &mut Track {
        let at = self.members.iter().position(|track| track.id == seen.id).unwrap_or_else(|| {
            self.members.push(Track { id: seen.id.clone(), member: Member::default(), sampled_ms: None });
            self.members.len() - 1
        });
        let track = &mut self.members[at];
        let member = &mut track.member;
        member.name.clone_from(&seen.name);
        member.own = seen.own;
        if seen.color.is_some() {
            member.color.clone_from(&seen.color);
        }
        if seen.model.is_some() {
            member.model.clone_from(&seen.model);
        }
        track
    }

    fn write(&self, known: Now, ended: bool, skew_ms: Option<u32>) -> Write {
        Write::Sesh(SeshWrite {
            key: self.key,
            gateway: self.gateway.clone(),
            group: self.group.clone(),
            number: self.number,
            began_ms: unix_ms(self.zero),
            known_ms: unix_ms(known).max(unix_ms(self.zero)),
            ended,
            skew_ms: skew_ms.or_else(|| self.skew_ms()),
            members: self.members.iter().map(|track| track.member.clone()).collect(),
        })
    }

    /// Between the first and the last of those who were to start together.
    fn skew_ms(&self) -> Option<u32> {
        /// Who begins later did not start with the others.
        const TOGETHER_MS: i32 = 15_000;
        let began = self.members.iter().filter(|track| !track.member.excluded);
        let began = began.filter_map(|track| track.member.began_after_ms).filter(|ms| *ms < TOGETHER_MS);
        let began: Vec<i32> = began.collect();
        let (first, last) = (began.iter().min()?, began.iter().max()?);
        (began.len() > 1).then(|| last.abs_diff(*first))
    }
}

impl Track {
    fn hear(&mut self, now: Now, zero: Now, seen: &MemberSeen) {
        let member = &mut self.member;
        let after_ms = offset_ms(zero, now);
        if member.began_after_ms.is_none() && seen.activity == super::Activity::Preheat {
            member.began_after_ms = Some(after_ms);
        }
        if seen.activity.is_heating() && member.target_celsius.is_none() {
            member.target_celsius = seen.target_celsius;
        }
        if seen.activity == super::Activity::Active && member.time_to_temp_ms.is_none() {
            member.time_to_temp_ms =
                member.began_after_ms.map(|began| after_ms.saturating_sub(began).max(0) as u32);
        }
        if !seen.activity.is_in_heat() {
            return;
        }
        let Some(celsius) = seen.celsius.filter(|celsius| celsius.is_finite()) else { return };
        member.peak_celsius = Some(member.peak_celsius.map_or(celsius, |peak| peak.max(celsius)));
        let Ok(ms) = u32::try_from(after_ms) else { return };
        let early = self.sampled_ms.is_some_and(|last| ms < last.saturating_add(SAMPLE_MS));
        if !early
            && member.curve.len() < MOST_SAMPLES
            && let Some(sample) = Sample::new(ms, celsius)
        {
            member.curve.push(sample);
            self.sampled_ms = Some(ms);
        }
    }
}

/// ms from the beginning to a moment, by the clock that does not leap.
fn offset_ms(zero: Now, now: Now) -> i32 {
    let millis = |duration: Duration| i32::try_from(duration.as_millis()).unwrap_or(i32::MAX);
    let after = now.instant.saturating_duration_since(zero.instant);
    let before = zero.instant.saturating_duration_since(now.instant);
    millis(after) - millis(before)
}

//! What is known of the group that this session is in, kept up to date by events. Every change may arrive
//! twice; the second time changes nothing.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use hearth_dialects::puff::{
    self as wire, DeviceUpdate, GroupPatch, GroupState, JoinedGroup, MemberList, UserPatch,
};

use super::told::Told;
use crate::group::{DeviceReport, Group, GroupPhase, Member, PublicGroup, SessionId, Visibility, Voice};

/// How many that left are remembered: the late list comes with the leaving itself.
const GONE_KEPT: usize = 32;

/// A group has at most this many members here; a gateway that tells of more is not believed.
const MOST_MEMBERS: usize = 1000;

/// The group, and what was told of it.
#[derive(Debug)]
pub(super) struct Replica {
    pub group: Box<Group>,
    pub told: Told,
    state: GroupState,
    /// Members that left and did not come back. The Elixir gateway lists a leaving owner once more after it has
    /// said that it left (facts §4).
    gone: VecDeque<SessionId>,
}

impl Replica {
    /// The group as the gateway tells it, with the own device as it really is.
    pub fn new(own: &wire::SessionId, joined: JoinedGroup, device: Option<&DeviceReport>) -> Self {
        let mut group = Group {
            id: joined.group_id.0,
            name: joined.name,
            visibility: visibility(joined.visibility),
            phase: phase(joined.state),
            sesh_counter: joined.sesh_counter,
            owner: id(&joined.owner_session_id),
            own: id(own),
            countdown: joined.hearth.and_then(|hearth| hearth.countdown).map(Duration::from_millis),
            counts_to: None,
            ready: ids(&joined.ready),
            members: joined.members.into_iter().take(MOST_MEMBERS).map(member).collect(),
        };
        let own = group.own.clone();
        ensure(&mut group.members, &own);
        let mut replica = Self {
            group: Box::new(group),
            told: Told::default(),
            state: joined.state,
            gone: VecDeque::new(),
        };
        replica.set_own_device(device);
        replica
    }

    /// Where the group is in its cycle.
    pub fn state(&self) -> GroupState {
        self.state
    }

    /// The member that this session is.
    pub fn own(&self) -> Option<&Member> {
        self.group.members.iter().find(|member| member.session_id == self.group.own)
    }

    /// Whether this is the session itself.
    pub fn is_own(&self, session: &wire::SessionId) -> bool {
        self.group.own.0 == session.0
    }

    /// Whether this session is counted as ready.
    pub fn own_ready(&self) -> bool {
        self.group.ready.contains(&self.group.own)
    }

    /// The own device, which this side knows best.
    pub fn set_own_device(&mut self, device: Option<&DeviceReport>) -> bool {
        let own = self.group.own.clone();
        self.change(&own, |member| replace(&mut member.device, device.cloned()))
    }

    /// GROUP_UPDATE, partial or whole.
    pub fn update(&mut self, patch: GroupPatch) -> bool {
        if patch.group_id.as_ref().is_some_and(|id| id.0 != self.group.id) {
            return false;
        }
        let mut changed = false;
        if let Some(state) = patch.state {
            self.told.state_changed(self.state, state);
            self.state = state;
            changed |= replace(&mut self.group.phase, phase(state));
            if state != GroupState::Awaiting {
                changed |= replace(&mut self.group.counts_to, None);
            }
        }
        if let Some(name) = patch.name {
            changed |= replace(&mut self.group.name, name);
        }
        if let Some(wanted) = patch.visibility {
            changed |= replace(&mut self.group.visibility, visibility(wanted));
        }
        if let Some(owner) = &patch.owner_session_id {
            changed |= replace(&mut self.group.owner, id(owner));
        }
        if let Some(count) = patch.sesh_counter {
            changed |= replace(&mut self.group.sesh_counter, count);
        }
        if let Some(length) = patch.hearth.and_then(|hearth| hearth.countdown) {
            changed |= replace(&mut self.group.countdown, Some(Duration::from_millis(length)));
        }
        if let Some(ready) = patch.ready {
            changed |= replace(&mut self.group.ready, ids(&ready));
        }
        if let Some(list) = patch.members {
            changed |= self.replace_members(list);
        }
        changed
    }

    /// GROUP_COUNTDOWN, or what JOINED_GROUP says of one that runs. A group that does not await counts to nothing.
    pub fn counts_to(&mut self, start_at: Option<Instant>) -> bool {
        let start_at = start_at.filter(|_| self.state == GroupState::Awaiting);
        replace(&mut self.group.counts_to, start_at)
    }

    fn replace_members(&mut self, list: MemberList) -> bool {
        let own_device = self.own().and_then(|own| own.device.clone());
        let mut members: Vec<Member> = match list {
            MemberList::Whole(members) => members.into_iter().take(MOST_MEMBERS).map(member).collect(),
            MemberList::Ids(list) => {
                ids(&list).into_iter().map(|session| self.known_or_new(session)).collect()
            }
        };
        members.retain(|member| !self.gone.contains(&member.session_id));
        let own = self.group.own.clone();
        ensure(&mut members, &own).device = own_device;
        replace(&mut self.group.members, members)
    }

    fn known_or_new(&self, session: SessionId) -> Member {
        let known = self.group.members.iter().find(|member| member.session_id == session);
        known.cloned().unwrap_or_else(|| blank(session))
    }

    /// GROUP_USER_JOIN.
    pub fn user_joined(&mut self, joined: wire::Member) -> bool {
        let joined = member(joined);
        self.gone.retain(|gone| *gone != joined.session_id);
        let full = self.group.members.len() >= MOST_MEMBERS;
        let known = self.group.members.iter_mut().find(|member| member.session_id == joined.session_id);
        match known {
            // The event carries no device; one that is known already stays.
            Some(known) => {
                let device = joined.device.clone().or_else(|| known.device.clone());
                replace(known, Member { device, ..joined })
            }
            None if full => false,
            None => {
                self.group.members.push(joined);
                true
            }
        }
    }

    /// GROUP_USER_LEFT, of somebody else.
    pub fn user_left(&mut self, session: &wire::SessionId) -> bool {
        let session = id(session);
        let before = self.group.members.len();
        self.group.members.retain(|member| member.session_id != session);
        self.group.ready.retain(|ready| *ready != session);
        if self.gone.len() == GONE_KEPT {
            self.gone.pop_front();
        }
        self.gone.push_back(session);
        self.group.members.len() != before
    }

    /// GROUP_USER_UPDATE. Its `group_id` is not looked at: the Elixir gateway puts the session's id there.
    pub fn user_changed(&mut self, patch: UserPatch) -> bool {
        self.change(&id(&patch.session_id), |member| {
            let mut changed = false;
            if let Some(disconnected) = patch.disconnected {
                changed |= replace(&mut member.disconnected, disconnected);
            }
            if let Some(away) = patch.away {
                changed |= replace(&mut member.away, away);
            }
            if let Some(mobile) = patch.mobile {
                changed |= replace(&mut member.mobile, mobile);
            }
            let mut strain = member.strain.clone();
            patch.strain.apply(&mut strain);
            changed |= replace(&mut member.strain, strain);
            let mut voice = member.voice.clone();
            match patch.voice {
                wire::Change::Keep => {}
                wire::Change::Clear => voice = None,
                wire::Change::Set(channel) => voice = Some(heard_in(channel)),
            }
            changed |= replace(&mut member.voice, voice);
            match patch.user {
                wire::Change::Keep => {}
                wire::Change::Clear => changed |= replace(&mut member.user_name, None),
                wire::Change::Set(user) => {
                    changed |= replace(&mut member.user_name, Some(user.shown_name().to_owned()));
                }
            }
            changed
        })
    }

    /// GROUP_USER_AWAY_STATE.
    pub fn user_away(&mut self, session: &wire::SessionId, away: bool) -> bool {
        self.change(&id(session), |member| replace(&mut member.away, away))
    }

    /// GROUP_USER_DEVICE_UPDATE. The own device is known better here, so an echo is ignored.
    pub fn device_changed(&mut self, update: &DeviceUpdate) -> bool {
        if self.is_own(&update.session_id) {
            return false;
        }
        self.change(&id(&update.session_id), |member| {
            let mut device = member.device.clone().unwrap_or_default();
            device.merge(&update.device_state);
            replace(&mut member.device, Some(device))
        })
    }

    /// GROUP_USER_DEVICE_DISCONNECT; an echo is ignored as above.
    pub fn device_gone(&mut self, session: &wire::SessionId) -> bool {
        if self.is_own(session) {
            return false;
        }
        self.change(&id(session), |member| replace(&mut member.device, None))
    }

    /// GROUP_USER_READY and GROUP_USER_UNREADY.
    pub fn user_ready(&mut self, session: &wire::SessionId, ready: bool) -> bool {
        let session = id(session);
        let known = self.group.ready.contains(&session);
        match (ready, known) {
            (true, false) if self.group.ready.len() < MOST_MEMBERS => self.group.ready.push(session),
            (false, true) => self.group.ready.retain(|ready| *ready != session),
            _ => return false,
        }
        true
    }

    /// GROUP_VISIBILITY_CHANGE.
    pub fn visibility_changed(&mut self, wanted: wire::Visibility) -> bool {
        replace(&mut self.group.visibility, visibility(wanted))
    }

    /// The session was taken up again, and the gateway does not tell what was missed.
    pub fn resumed(&mut self) {
        self.gone.clear();
        self.told.resumed();
    }

    fn change(&mut self, session: &SessionId, change: impl FnOnce(&mut Member) -> bool) -> bool {
        self.group.members.iter_mut().find(|member| member.session_id == *session).is_some_and(change)
    }
}

/// An item of the public list.
pub(super) fn public_group(group: wire::PublicGroup) -> PublicGroup {
    let count = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    PublicGroup {
        id: group.group_id.0,
        name: group.name,
        phase: phase(group.state),
        sesh_counter: group.sesh_counter,
        seshers: count(group.sesher_count),
        watchers: count(group.watcher_count),
    }
}

/// A session id in neutral words.
pub(super) fn id(session: &wire::SessionId) -> SessionId {
    SessionId(session.0.clone())
}

fn ids(sessions: &[wire::SessionId]) -> Vec<SessionId> {
    sessions.iter().take(MOST_MEMBERS).map(id).collect()
}

fn ensure<'a>(members: &'a mut Vec<Member>, session: &SessionId) -> &'a mut Member {
    let index = members.iter().position(|member| member.session_id == *session).unwrap_or_else(|| {
        members.push(blank(session.clone()));
        members.len() - 1
    });
    &mut members[index]
}

fn blank(session_id: SessionId) -> Member {
    Member {
        session_id,
        user_name: None,
        away: false,
        disconnected: false,
        mobile: false,
        strain: None,
        device: None,
        voice: None,
    }
}

fn member(member: wire::Member) -> Member {
    Member {
        session_id: id(&member.session_id),
        user_name: member.user.map(|user| user.shown_name().to_owned()),
        away: member.away,
        disconnected: member.disconnected,
        mobile: member.mobile,
        strain: member.strain,
        device: member.device_state,
        voice: member.voice.map(heard_in),
    }
}

fn heard_in(channel: wire::VoiceChannel) -> Voice {
    Voice { id: channel.id, name: channel.name }
}

fn phase(state: GroupState) -> GroupPhase {
    match state {
        GroupState::Chilling => GroupPhase::Chilling,
        GroupState::Awaiting => GroupPhase::Awaiting,
        GroupState::Seshing => GroupPhase::Seshing,
    }
}

fn visibility(visibility: wire::Visibility) -> Visibility {
    match visibility {
        wire::Visibility::Public => Visibility::Public,
        wire::Visibility::Private => Visibility::Private,
    }
}

/// Puts `value` into `place`; true when that changed something.
fn replace<T: PartialEq>(place: &mut T, value: T) -> bool {
    let changed = *place != value;
    *place = value;
    changed
}

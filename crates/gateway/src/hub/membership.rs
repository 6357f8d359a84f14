//! Coming and going: create, join, leave, kick, and the end of a group.

use hearth_clock::Now;
use hearth_dialects::puff::{
    CreateGroup, ErrorCode, ErrorEvent, Event, GroupCreated, GroupId, GroupPatch, JoinedGroup, Member,
    MemberList, Message, Refusal, SessionId, UserJoined, Visibility, limits,
};
use time::OffsetDateTime;
use time::format_description::well_known::Iso8601;
use time::format_description::well_known::iso8601::{Config, EncodedConfig, TimePrecision};

use super::community::SeshNews;
use super::countdown::{USUAL_MS, extension};
use super::group::{Group, GroupKey, Phase};
use super::outbox::Output;
use super::ownership::is_blocked_name;
use super::session::{Session, SessionKey};
use super::timers::Timer;
use super::{Hub, random};

impl Hub {
    /// Op 2: the creator owns the group and is in it.
    pub(super) fn create(&mut self, now: Now, key: SessionKey, create: CreateGroup) -> Result<(), Refusal> {
        let persistent = create.persistent.unwrap_or_default();
        if (create.id.is_some() || persistent) && !self.is_admin(key) {
            return Err(Refusal::action(ErrorCode::NotPermitted));
        }
        let refused = |code| Refusal::new(ErrorEvent::GroupCreate, code);
        if self.group_of(key).is_ok() {
            return Err(refused(ErrorCode::AlreadyInAGroup));
        }
        if self.groups.len() >= self.config.groups {
            return Err(Refusal::action(ErrorCode::NotPermitted));
        }
        let name = match create.name {
            Some(name) if name.chars().any(char::is_control) => {
                return Err(refused(ErrorCode::InvalidGroupName));
            }
            Some(name) if !name.trim().is_empty() && !is_blocked_name(&name) => name,
            _ => random::group_name(&mut *self.random),
        };
        let id = match create.id {
            // A code stands in links and paths, and never takes over a group that is there.
            Some(id) if !is_code(&id) || self.codes.contains_key(&id) => {
                return Err(refused(ErrorCode::InvalidGroupId));
            }
            Some(id) => id,
            None => self.free_code(),
        };
        let group = Group {
            id,
            name,
            visibility: create.visibility.unwrap_or_default(),
            persistent,
            countdown_ms: create.hearth.and_then(|wish| wish.countdown).unwrap_or(USUAL_MS),
            owner: self.id_of(key),
            phase: Phase::Chilling,
            sesh_counter: 0,
            members: Vec::new(),
            empty_until: None,
        };
        let created = described(&group);
        let public = group.visibility == Visibility::Public;
        let group = self.insert_group(group);
        self.recent.created(group);
        self.tell(key, Event::GroupCreate(created));
        self.add_member(now, group, key);
        if public {
            self.public_list_changed(now);
        }
        Ok(())
    }

    fn free_code(&mut self) -> GroupId {
        loop {
            let code = random::group_id(&mut *self.random);
            if !self.codes.contains_key(&code) {
                return code;
            }
        }
    }

    pub(super) fn insert_group(&mut self, group: Group) -> GroupKey {
        let key = GroupKey(self.next_key());
        self.codes.insert(group.id.clone(), key);
        self.groups.insert(key, group);
        key
    }

    /// Op 1.
    pub(super) fn join(&mut self, now: Now, key: SessionKey, id: &GroupId) -> Result<(), Refusal> {
        let refused = |code| Refusal::new(ErrorEvent::GroupJoin, code);
        if self.group_of(key).is_ok() {
            return Err(refused(ErrorCode::AlreadyInAGroup));
        }
        let group_key = *self.codes.get(id).ok_or(refused(ErrorCode::InvalidGroup))?;
        let own_id = self.id_of(key);
        let group = self.groups.get_mut(&group_key).ok_or(refused(ErrorCode::InvalidGroup))?;
        if group.members.len() >= self.config.group_members {
            return Err(refused(ErrorCode::NotPermitted));
        }
        if group.members.is_empty() {
            group.owner = own_id;
        }
        self.add_member(now, group_key, key);
        self.counts_changed(now, group_key);
        Ok(())
    }

    fn add_member(&mut self, now: Now, group_key: GroupKey, key: SessionKey) {
        let Some(group) = self.groups.get_mut(&group_key) else { return };
        let Some(session) = self.sessions.get_mut(&key) else { return };
        session.group = Some(group_key);
        session.joined = iso8601(now.unix_ms);
        group.members.push(key);
        group.empty_until = None;
        self.communities.touch(group_key);
        self.look_at_room(key);
        let (Some(group), Some(session)) = (self.groups.get(&group_key), self.sessions.get(&key)) else {
            return;
        };
        let joined = UserJoined { group_id: group.id.clone(), member: session.member() };
        self.tell_group(group_key, Some(key), Event::UserJoin(Box::new(joined)));
        self.tell_joined(group_key, key, None);
        self.set_group_timer(now, group_key);
    }

    /// JOINED_GROUP: the whole group, to one member; to one that was cut off, also what was said lately.
    pub(super) fn tell_joined(&mut self, group: GroupKey, key: SessionKey, said: Option<Vec<Message>>) {
        let Some(group) = self.groups.get(&group) else { return };
        let mut joined = JoinedGroup::new(
            described(group),
            group.state(),
            group.sesh_counter,
            self.ids_of(&group.ready()),
            self.members_of(group),
        );
        if let Phase::Seshing(sesh) = &group.phase {
            joined.start_at = Some(sesh.start_at);
        }
        joined.hearth = Some(extension(group));
        joined.messages = said;
        self.tell(key, Event::JoinedGroup(Box::new(joined)));
    }

    /// Seshers first, then watchers, each in the order in which they joined.
    fn members_of(&self, group: &Group) -> Vec<Member> {
        let sessions = || group.members.iter().filter_map(|member| self.sessions.get(member));
        let seshers = sessions().filter(|session| session.is_sesher());
        let watchers = sessions().filter(|session| !session.is_sesher());
        seshers.chain(watchers).map(Session::member).collect()
    }

    /// Op 7.
    pub(super) fn leave(&mut self, now: Now, key: SessionKey) -> Result<(), Refusal> {
        let group = self.group_of(key)?;
        self.remove_member(now, group, key);
        self.enter_lobby(key);
        Ok(())
    }

    /// Op 17: only the owner or an administrator, only members of the own group, never the owner.
    pub(super) fn kick(&mut self, now: Now, key: SessionKey, target: &SessionId) -> Result<(), Refusal> {
        let group_key = self.group_of(key)?;
        let group = self.groups.get(&group_key).ok_or(Refusal::action(ErrorCode::NotInGroup))?;
        if group.owner == *target {
            return Err(Refusal::action(ErrorCode::CannotKickOwner));
        }
        self.require_owner(group_key, key)?;
        let target = self.member_named(group_key, target)?;
        self.remove_member(now, group_key, target);
        self.tell(target, Event::Kicked { group_id: self.code_of(group_key) });
        self.enter_lobby(target);
        Ok(())
    }

    /// Takes a member out, tells the others, passes the ownership on, and looks at the start and the end of a
    /// sesh again.
    pub(super) fn remove_member(&mut self, now: Now, group_key: GroupKey, key: SessionKey) {
        let session_id = self.id_of(key);
        let Some(group) = self.groups.get_mut(&group_key) else { return };
        let was_ready = matches!(&group.phase, Phase::Awaiting(waiting) if waiting.ready.contains(&key));
        group.remove(key);
        let group_id = group.id.clone();
        if let Some(session) = self.sessions.get_mut(&key) {
            session.clear_membership();
        }
        self.communities.touch(group_key);
        if was_ready {
            self.call_off(group_key, Some(key));
            self.tell_group(group_key, None, Event::UserUnready { session_id: session_id.clone() });
        }
        self.tell_group(group_key, None, Event::UserLeft { group_id, session_id: session_id.clone() });
        match &mut self.thinned {
            Some(thinned) => _ = thinned.insert(group_key),
            None => self.close_ranks(group_key),
        }
        let empty_until = now.instant + self.config.empty_group;
        let Some(group) = self.groups.get_mut(&group_key) else { return };
        if group.members.is_empty() {
            // A sesh ends with its last member, and is counted as any other.
            group.sesh_counter += u64::from(matches!(&group.phase, Phase::Seshing(sesh) if sesh.heated));
            group.phase = Phase::Chilling;
            group.empty_until = (!group.persistent).then_some(empty_until);
            self.set_group_timer(now, group_key);
        } else {
            self.settle(now, group_key, None);
        }
        self.counts_changed(now, group_key);
    }

    /// Members are gone: the others are told who is left, whole, and who of them is ready; one of them owns the
    /// group.
    pub(super) fn close_ranks(&mut self, group_key: GroupKey) {
        let Some(group) = self.groups.get(&group_key).filter(|group| !group.members.is_empty()) else {
            return;
        };
        let patch = GroupPatch {
            members: Some(MemberList::Whole(self.members_of(group))),
            ready: Some(self.ids_of(&group.ready())),
            ..GroupPatch::default()
        };
        self.tell_group(group_key, None, Event::GroupUpdate(Box::new(patch)));
        self.pass_ownership(group_key);
    }

    /// Op 15: everybody is told and nobody stays in it.
    pub(super) fn delete(&mut self, now: Now, key: SessionKey) -> Result<(), Refusal> {
        let group_key = self.group_of(key)?;
        self.require_owner(group_key, key)?;
        let group = self.groups.get(&group_key).ok_or(Refusal::action(ErrorCode::NotInGroup))?;
        if group.persistent && !self.is_admin(key) {
            return Err(Refusal::action(ErrorCode::CannotDeletePersistentGroup));
        }
        let members = group.members.clone();
        self.tell_group(group_key, None, Event::GroupDelete { group_id: group.id.clone() });
        for member in &members {
            if let Some(session) = self.sessions.get_mut(member) {
                session.clear_membership();
            }
        }
        self.forget_group(now, group_key);
        for member in members {
            self.enter_lobby(member);
        }
        Ok(())
    }

    fn forget_group(&mut self, now: Now, key: GroupKey) {
        self.timers.set(Timer::Group(key), None);
        let Some(group) = self.groups.remove(&key) else { return };
        self.recent.forget(key);
        self.codes.remove(&group.id);
        if self.communities.forget(key) {
            self.outbox.push(Output::Sesh(SeshNews::Ended { code: group.id.0.clone() }));
        }
        if group.visibility == Visibility::Public {
            self.public_list_changed(now);
        }
    }

    /// An empty group has waited long enough, or a sesh is to be looked at.
    pub(super) fn group_due(&mut self, now: Now, key: GroupKey) {
        let Some(group) = self.groups.get(&key) else { return };
        if group.empty_until.is_some_and(|until| until <= now.instant) && group.members.is_empty() {
            self.forget_group(now, key);
        } else {
            self.settle(now, key, None);
        }
    }

    pub(super) fn set_group_timer(&mut self, now: Now, key: GroupKey) {
        let at = self.groups.get(&key).and_then(|group| group.deadline(now.instant));
        self.timers.set(Timer::Group(key), at);
    }

    /// The member of this group with that id.
    pub(super) fn member_named(&self, group: GroupKey, id: &SessionId) -> Result<SessionKey, Refusal> {
        let key = self.session_ids.get(id).copied();
        key.filter(|key| self.group_of(*key) == Ok(group)).ok_or(Refusal::action(ErrorCode::UserNotInGroup))
    }
}

/// Whether a chosen code can stand in links and paths.
fn is_code(id: &GroupId) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    (1..=limits::GROUP_ID).contains(&id.0.len()) && id.0.chars().all(fits)
}

/// What a group is called and whose it is.
fn described(group: &Group) -> GroupCreated {
    GroupCreated {
        group_id: group.id.clone(),
        name: group.name.clone(),
        visibility: group.visibility,
        persistent: group.persistent,
        owner_session_id: group.owner.clone(),
    }
}

const MILLISECONDS: EncodedConfig = Config::DEFAULT
    .set_time_precision(TimePrecision::Second { decimal_digits: std::num::NonZero::new(3) })
    .set_year_is_six_digits(false)
    .encode();

/// As JavaScript writes it: `2026-01-31T12:34:56.789Z`.
fn iso8601(unix_ms: u64) -> String {
    let moment = OffsetDateTime::from_unix_timestamp_nanos(i128::from(unix_ms) * 1_000_000);
    moment.ok().and_then(|moment| moment.format(&Iso8601::<MILLISECONDS>).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::iso8601;

    #[test]
    fn times_are_written_as_javascript_writes_them() {
        assert_eq!(iso8601(1_700_000_000_123), "2023-11-14T22:13:20.123Z");
        assert_eq!(iso8601(0), "1970-01-01T00:00:00.000Z");
    }
}

//! The heart of a group: inquiry, ready, start, sesh, end (the state machine of the design's puff chapter).

use hearth_clock::Now;
use hearth_dialects::puff::{
    DeviceState, DeviceUpdate, ErrorCode, Event, GroupPatch, GroupState, HeatInquiry, Refusal, SessionId,
    StartHeating,
};

use super::Hub;
use super::group::{GroupKey, Phase, Sesh, TEMP_SELECT, Waiting};
use super::session::{Session, SessionKey};

impl Hub {
    /// Op 4. What the device tells first moves the group, then goes to the others.
    pub(super) fn device_state(
        &mut self,
        now: Now,
        key: SessionKey,
        patch: DeviceState,
    ) -> Result<(), Refusal> {
        let group = self.group_of(key)?;
        let session = self.sessions.get_mut(&key).ok_or(Refusal::action(ErrorCode::NotInGroup))?;
        let was_sesher = session.is_sesher();
        let patch = session.take_device(patch);
        let is_sesher = session.is_sesher();
        if let Some(state) = patch.state
            && let Some(Phase::Seshing(sesh)) = self.groups.get_mut(&group).map(|group| &mut group.phase)
        {
            sesh.observe(key, state);
        }
        self.settle(now, group, Some(key));
        if !patch.is_empty() {
            self.tell_watchers(key, &patch);
            let update = DeviceUpdate {
                group_id: self.code_of(group),
                session_id: self.id_of(key),
                device_state: patch,
            };
            self.tell_group(group, Some(key), Event::DeviceUpdate(Box::new(update)));
        }
        if was_sesher != is_sesher {
            self.counts_changed(now, group);
        }
        Ok(())
    }

    /// Op 10: the device is gone, and with it everything that it stood for.
    pub(super) fn disconnect_device(&mut self, now: Now, key: SessionKey) -> Result<(), Refusal> {
        let group_key = self.group_of(key)?;
        let session = self.sessions.get_mut(&key).ok_or(Refusal::action(ErrorCode::NotInGroup))?;
        if session.device.take().is_none() {
            return Err(Refusal::action(ErrorCode::NoDeviceConnected));
        }
        session.desert = false;
        let gone = Event::DeviceDisconnect { group_id: self.code_of(group_key), session_id: self.id_of(key) };
        self.tell_group(group_key, None, gone);
        if let Some(group) = self.groups.get_mut(&group_key)
            && let Phase::Seshing(sesh) = &mut group.phase
        {
            sesh.remove(key);
            let ready = self.groups.get(&group_key).map(super::group::Group::ready).unwrap_or_default();
            self.tell_ready(group_key, &ready);
        }
        self.settle(now, group_key, None);
        self.counts_changed(now, group_key);
        Ok(())
    }

    /// Op 8: everybody is asked to get ready; those who are already count at once. Also without any device, and
    /// again while awaiting; not during a sesh.
    pub(super) fn inquire(&mut self, now: Now, key: SessionKey) -> Result<(), Refusal> {
        let group_key = self.group_of(key)?;
        let group = self.groups.get_mut(&group_key).ok_or(Refusal::action(ErrorCode::NotInGroup))?;
        match group.phase {
            Phase::Chilling => group.phase = Phase::Awaiting(Waiting::default()),
            Phase::Awaiting(_) => {}
            Phase::Seshing(_) => return Err(Refusal::action(ErrorCode::InvalidGroupState)),
        }
        self.tell_state(group_key, GroupState::Awaiting);
        let by = self.id_of(key);
        self.tell_each(group_key, |watcher, away, _| {
            Event::HeatInquiry(HeatInquiry { session_id: by.clone(), watcher, away })
        });
        self.settle(now, group_key, Some(key));
        self.counts_changed(now, group_key);
        Ok(())
    }

    /// Op 9: a ready member does not wait for the others. A countdown that runs already goes on as it is.
    pub(super) fn start_with_ready(&mut self, now: Now, key: SessionKey) -> Result<(), Refusal> {
        let group = self.group_of(key)?;
        let Some(Phase::Awaiting(waiting)) = self.groups.get(&group).map(|group| &group.phase) else {
            return Err(Refusal::action(ErrorCode::InvalidGroupState));
        };
        if !waiting.ready.contains(&key) {
            return Err(Refusal::action(ErrorCode::SessionNotReady));
        }
        if waiting.countdown.is_none() {
            self.count_down(now, group, key);
        }
        Ok(())
    }

    /// Op 12: back to chilling, from anywhere, by anyone in the group. A sesh in which something heated counts.
    pub(super) fn stop(&mut self, now: Now, key: SessionKey) -> Result<(), Refusal> {
        let group = self.group_of(key)?;
        self.call_off(group, Some(key));
        self.chill(now, group);
        Ok(())
    }

    /// Looks at a group again after anything that may have made somebody ready or unready, everybody ready, or a
    /// sesh over. `by` is who caused it, if a member did.
    pub(super) fn settle(&mut self, now: Now, group_key: GroupKey, by: Option<SessionKey>) {
        let Some(group) = self.groups.get(&group_key) else { return };
        match &group.phase {
            Phase::Chilling => self.set_group_timer(now, group_key),
            Phase::Awaiting(waiting) => {
                let before = waiting.ready.clone();
                self.settle_ready(group_key, &before);
                self.settle_countdown(now, group_key);
                self.start_if_all_ready(now, group_key, by);
                self.set_group_timer(now, group_key);
            }
            Phase::Seshing(sesh) if sesh.is_over(now.instant) => self.chill(now, group_key),
            Phase::Seshing(_) => self.set_group_timer(now, group_key),
        }
    }

    /// Works out anew who is ready, and tells what changed. Whoever is not ready any more calls a countdown off.
    fn settle_ready(&mut self, group_key: GroupKey, before: &[SessionKey]) {
        let Some(group) = self.groups.get(&group_key) else { return };
        let stays = |key: &&SessionKey| group.members.contains(key) && self.is_ready(**key, true);
        let mut ready: Vec<SessionKey> = before.iter().filter(stays).copied().collect();
        let arrives = |key: &&SessionKey| !before.contains(key) && self.is_ready(**key, false);
        let arrived: Vec<SessionKey> = group.members.iter().filter(arrives).copied().collect();
        let left: Vec<SessionKey> = before.iter().filter(|key| !ready.contains(key)).copied().collect();
        if arrived.is_empty() && left.is_empty() {
            return;
        }
        ready.extend(&arrived);
        if let Some(Phase::Awaiting(waiting)) = self.groups.get_mut(&group_key).map(|it| &mut it.phase) {
            waiting.ready.clone_from(&ready);
        }
        self.tell_ready(group_key, &ready);
        for session_id in self.ids_of(&left) {
            self.tell_group(group_key, None, Event::UserUnready { session_id });
        }
        for session_id in self.ids_of(&arrived) {
            self.tell_group(group_key, None, Event::UserReady { session_id });
        }
        if let Some(first) = left.first() {
            self.call_off(group_key, Some(*first));
        }
    }

    /// Ready: a sesher, connected and not away, whose device is in temperature select. One who was ready stays
    /// it through a dropped connection.
    fn is_ready(&self, key: SessionKey, was_ready: bool) -> bool {
        self.sessions.get(&key).is_some_and(|session| {
            !session.away
                && session.operating_state() == Some(TEMP_SELECT)
                && (session.is_connected() || was_ready)
        })
    }

    /// Starts when every counted member is ready and there is at least one. After a restart of the gateway nobody
    /// starts before the others had their time to come back: they did not leave.
    fn start_if_all_ready(&mut self, now: Now, group_key: GroupKey, by: Option<SessionKey>) {
        let Some(group) = self.groups.get(&group_key) else { return };
        let Phase::Awaiting(Waiting { ready, countdown: None }) = &group.phase else { return };
        let is_counted =
            |key: &&SessionKey| self.sessions.get(key).is_some_and(|session| session.is_counted());
        let counted: Vec<SessionKey> = group.members.iter().filter(is_counted).copied().collect();
        let is_expected = |key: &SessionKey| self.sessions.get(key).is_some_and(Session::is_expected);
        if counted.is_empty()
            || !counted.iter().all(|key| ready.contains(key))
            || group.members.iter().any(is_expected)
        {
            return;
        }
        let starter = by.filter(|by| counted.contains(by));
        let last = ready.iter().rev().find(|key| counted.contains(key)).copied();
        if let Some(starter) = starter.or(last) {
            self.count_down(now, group_key, starter);
        }
    }

    /// Tells everybody to heat at the same instant. Those who are ready and connected take part.
    pub(super) fn start(&mut self, now: Now, group_key: GroupKey, starter: SessionKey) {
        let Some(group) = self.groups.get_mut(&group_key) else { return };
        let Phase::Awaiting(waiting) = &group.phase else { return };
        let ready = waiting.ready.clone();
        let is_connected = |key: &&SessionKey| self.sessions.get(key).is_some_and(|it| it.is_connected());
        let participants: Vec<SessionKey> = ready.iter().filter(is_connected).copied().collect();
        let heat_at = now.instant + self.config.start_lead;
        let no_show_at = heat_at + self.config.no_show;
        let ends_at = now.instant + self.config.sesh_limit;
        let start_at = now.unix_ms + self.config.start_lead.as_millis() as u64;
        self.tally.starts += 1;
        group.phase = Phase::Seshing(Sesh::new(&participants, start_at, no_show_at, ends_at));
        self.tell_state(group_key, GroupState::Seshing);
        if participants.len() != ready.len() {
            self.tell_ready(group_key, &participants);
        }
        let by = self.id_of(starter);
        self.tell_each(group_key, |watcher, away, key| {
            Event::StartHeating(StartHeating {
                session_id: Some(by.clone()),
                excluded: !participants.contains(&key),
                watcher,
                away,
                start_at: Some(start_at),
            })
        });
        self.set_group_timer(now, group_key);
        self.counts_changed(now, group_key);
    }

    /// Back to chilling; a sesh in which at least one device heated is counted.
    fn chill(&mut self, now: Now, group_key: GroupKey) {
        let Some(group) = self.groups.get_mut(&group_key) else { return };
        let heated = matches!(&group.phase, Phase::Seshing(sesh) if sesh.heated);
        group.phase = Phase::Chilling;
        if heated {
            group.sesh_counter += 1;
            self.tally.seshes += 1;
        }
        let patch = GroupPatch {
            sesh_counter: heated.then_some(group.sesh_counter),
            state: Some(GroupState::Chilling),
            ready: Some(Vec::new()),
            ..GroupPatch::default()
        };
        self.tell_group(group_key, None, Event::GroupUpdate(Box::new(patch)));
        self.set_group_timer(now, group_key);
        self.counts_changed(now, group_key);
    }

    fn tell_state(&mut self, group: GroupKey, state: GroupState) {
        self.tell_group(group, None, Event::GroupUpdate(Box::new(GroupPatch::state(state))));
    }

    fn tell_ready(&mut self, group: GroupKey, ready: &[SessionKey]) {
        let ready: Vec<SessionId> = self.ids_of(ready);
        let patch = GroupPatch { ready: Some(ready), ..GroupPatch::default() };
        self.tell_group(group, None, Event::GroupUpdate(Box::new(patch)));
    }

    /// Sends every member an event of its own, made of whether it watches, is away, and who it is.
    fn tell_each(&mut self, group: GroupKey, event: impl Fn(bool, bool, SessionKey) -> Event) {
        let members = self.groups.get(&group).map(|group| group.members.clone()).unwrap_or_default();
        for key in members {
            let Some(session) = self.sessions.get(&key) else { continue };
            let event = event(!session.is_sesher(), session.away, key);
            self.tell(key, event);
        }
    }
}

//! The list of public groups, and who is told when it changes. One small frame must not make the gateway send
//! megabytes again and again: changes that follow each other closely go out as one list, and the more bytes a
//! list is with all its copies, the longer the next one waits.
//!
//! Who is told what: existing clients know the list from these events only, also while they are in a group (the
//! recordings have it so), hence a list whose groups changed goes to everybody. Counts and states matter only to
//! those who are choosing a group, and go to those who are in none or leave one.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hearth_clock::Now;
use hearth_dialects::puff::{Event, PublicGroup, ServerFrame, Visibility};

use super::Hub;
use super::group::{Group, GroupKey};
use super::session::{Session, SessionKey};
use super::timers::Timer;

/// When the list was sent, and what waits to be sent.
#[derive(Debug, Default)]
pub(super) struct Lobby {
    /// Not sent again before.
    open_at: Option<Instant>,
    list_due: Option<Instant>,
    counts_due: Option<Instant>,
    /// What everybody was told last.
    told_all: Option<Arc<str>>,
    /// What those in no group were told last.
    told_lobby: Option<Arc<str>>,
    /// Somebody came while a change waited, and may know a list that nobody was told.
    newcomers: bool,
}

impl Lobby {
    /// A client connected; it asks for the list over REST when it wants it.
    pub fn newcomer(&mut self) {
        self.newcomers |= self.list_due.is_some() || self.counts_due.is_some();
    }
}

impl Hub {
    /// The longest that a change waits, however many there are to be told.
    const LONGEST_GAP: Duration = Duration::from_secs(30);

    /// A group was listed, unlisted or renamed: everybody is told, at once or soon.
    pub(super) fn public_list_changed(&mut self, now: Now) {
        let open_at = self.lobby.open_at.unwrap_or(now.instant);
        if open_at <= now.instant {
            self.send_public_list(now, true);
        } else {
            self.lobby.list_due = Some(open_at);
            self.set_lobby_timer();
        }
    }

    /// Members or the state of a group changed: those in no group are told, some time soon.
    pub(super) fn counts_changed(&mut self, now: Now, group: GroupKey) {
        let listed = self.groups.get(&group).is_some_and(|group| group.visibility == Visibility::Public);
        if listed && self.lobby.counts_due.is_none() {
            let soon = now.instant + self.config.public_counts_gap;
            self.lobby.counts_due = Some(self.lobby.open_at.map_or(soon, |open_at| open_at.max(soon)));
            self.set_lobby_timer();
        }
    }

    pub(super) fn public_list_due(&mut self, now: Now) {
        let is_due = |due: Option<Instant>| due.is_some_and(|due| due <= now.instant);
        if is_due(self.lobby.list_due) {
            self.send_public_list(now, true);
        } else if is_due(self.lobby.counts_due) {
            self.send_public_list(now, false);
        }
        self.set_lobby_timer();
    }

    /// Sends the list, unless those it is for know it.
    fn send_public_list(&mut self, now: Now, to_all: bool) {
        let text: Arc<str> = ServerFrame::from(Event::PublicGroups(self.listed_groups())).encode().into();
        let lobby = &mut self.lobby;
        lobby.counts_due = None;
        if to_all {
            lobby.list_due = None;
        }
        let known = !std::mem::take(&mut lobby.newcomers) && lobby.told_lobby.as_ref() == Some(&text);
        if known && (!to_all || lobby.told_all.as_ref() == Some(&text)) {
            return self.set_lobby_timer();
        }
        let sessions = self.sessions.values().filter(|session| to_all || session.group.is_none());
        let copies = self.outbox.broadcast_text(sessions.filter_map(Session::connection), &text);
        if to_all {
            lobby.told_all = Some(Arc::clone(&text));
        }
        let bytes = (copies * text.len()) as u64;
        lobby.told_lobby = Some(text);
        let spread = Duration::from_millis(bytes * 1000 / self.config.public_list_bytes_per_second.max(1));
        lobby.open_at = Some(now.instant + spread.clamp(self.config.public_list_gap, Self::LONGEST_GAP));
        self.set_lobby_timer();
    }

    /// A session left its group: it is told the counts that it missed in there.
    pub(super) fn enter_lobby(&mut self, key: SessionKey) {
        let Lobby { told_all, told_lobby: Some(text), .. } = &self.lobby else { return };
        if told_all.as_ref() != Some(text) {
            let connection = self.sessions.get(&key).and_then(Session::connection);
            self.outbox.broadcast_text(connection, text);
        }
    }

    fn set_lobby_timer(&mut self) {
        let next = [self.lobby.list_due, self.lobby.counts_due].into_iter().flatten().min();
        self.timers.set(Timer::PublicList, next);
    }

    pub(super) fn listed_groups(&self) -> Vec<PublicGroup> {
        let public = self.groups.values().filter(|group| group.visibility == Visibility::Public);
        public.take(self.config.public_list_length).map(|group| self.summary(group)).collect()
    }

    pub(super) fn summary(&self, group: &Group) -> PublicGroup {
        let members = group.members.iter().filter_map(|member| self.sessions.get(member));
        let sesher_count = members.filter(|session| session.is_sesher()).count() as u64;
        let member_count = group.members.len() as u64;
        PublicGroup {
            group_id: group.id.clone(),
            member_count,
            name: group.name.clone(),
            state: group.state(),
            visibility: group.visibility,
            persistent: group.persistent,
            sesh_counter: group.sesh_counter,
            watcher_count: member_count - sesher_count,
            sesher_count,
        }
    }
}

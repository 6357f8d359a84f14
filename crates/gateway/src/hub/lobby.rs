//! The list of public groups, and who is told when it changes. One small frame must not make the gateway send
//! megabytes: changes that follow each other closely go out as one list.

use std::time::Instant;

use hearth_clock::Now;
use hearth_dialects::puff::{Event, PublicGroup, Visibility};

use super::Hub;
use super::group::{Group, GroupKey};
use super::session::Session;
use super::timers::Timer;

/// When the list was sent, and what waits to be sent.
#[derive(Debug, Default)]
pub(super) struct Lobby {
    list_sent: Option<Instant>,
    list_due: Option<Instant>,
    counts_due: Option<Instant>,
}

impl Hub {
    /// A group was listed, unlisted or renamed: everybody is told, at once or soon.
    pub(super) fn public_list_changed(&mut self, now: Now) {
        let earliest = self.lobby.list_sent.map_or(now.instant, |sent| sent + self.config.public_list_gap);
        if earliest <= now.instant {
            self.send_public_list(now);
        } else {
            self.lobby.list_due = Some(earliest);
            self.set_lobby_timer();
        }
    }

    /// Members or the state of a group changed: those in no group are told, some time soon.
    pub(super) fn counts_changed(&mut self, now: Now, group: GroupKey) {
        let listed = self.groups.get(&group).is_some_and(|group| group.visibility == Visibility::Public);
        if listed && self.lobby.counts_due.is_none() {
            self.lobby.counts_due = Some(now.instant + self.config.public_counts_gap);
            self.set_lobby_timer();
        }
    }

    pub(super) fn public_list_due(&mut self, now: Now) {
        if self.lobby.list_due.is_some_and(|due| due <= now.instant) {
            self.send_public_list(now);
        } else if self.lobby.counts_due.is_some_and(|due| due <= now.instant) {
            self.lobby.counts_due = None;
            let list = Event::PublicGroups(self.listed_groups());
            let lobby = self.sessions.values().filter(|session| session.group.is_none());
            self.outbox.broadcast(lobby.filter_map(Session::connection), list);
        }
        self.set_lobby_timer();
    }

    fn send_public_list(&mut self, now: Now) {
        self.lobby = Lobby { list_sent: Some(now.instant), ..Lobby::default() };
        self.set_lobby_timer();
        let list = Event::PublicGroups(self.listed_groups());
        self.outbox.broadcast(self.sessions.values().filter_map(Session::connection), list);
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

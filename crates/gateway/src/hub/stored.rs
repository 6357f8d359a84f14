//! What outlives the gateway: groups, and on a clean end also the sessions in their grace time, so that a sesh
//! goes on over a restart. Times are wall times here; tokens are only there as hashes.

use std::time::Duration;

use hearth_clock::Now;
use hearth_dialects::puff::{DeviceState, GroupId, SessionId, User, Visibility, VoiceChannel, limits};
use serde::{Deserialize, Serialize};

use super::Hub;
use super::HubConfig;
use super::Peer;
use super::group::{Group, GroupKey, Phase, Sesh, StoredSesh, Waiting};
use super::rates::SessionRates;
use super::session::{Link, Session, SessionKey};
use super::timers::Timer;
use super::token::TokenHash;

/// Everything that a clean restart keeps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Stored {
    /// All groups, in order of creation.
    pub groups: Vec<StoredGroup>,
    /// All sessions that can be resumed; members of a group in the order in which they joined.
    pub sessions: Vec<StoredSession>,
}

/// Groups alone, as after a crash: sessions ended with the gateway.
impl From<Vec<StoredGroup>> for Stored {
    fn from(groups: Vec<StoredGroup>) -> Self {
        Self { groups, sessions: Vec::new() }
    }
}

/// One group, without its members.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StoredGroup {
    /// Code.
    pub id: String,
    /// Name.
    pub name: String,
    /// Listed for everyone.
    pub public: bool,
    /// Stays when it is empty.
    pub persistent: bool,
    /// From the decision to start until devices are told to heat, ms.
    pub countdown_ms: u64,
    /// Session id of the owner. Void when that session is not stored.
    pub owner: String,
    /// Seshes so far.
    pub sesh_counter: u64,
    /// Where it was in its cycle.
    pub phase: StoredPhase,
}

/// Where a group was in its cycle; members by their session ids. A countdown is not kept: who is ready waits again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StoredPhase {
    /// Nothing asked.
    #[default]
    Chilling,
    /// These were ready, in this order.
    Awaiting(Vec<String>),
    /// A sesh was under way.
    Seshing(StoredSesh),
}

/// One session that can be resumed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredSession {
    /// Id.
    pub id: String,
    /// SHA-256 of its token, in hexadecimal digits. The token itself is 256 random bits, so the hash tells
    /// nothing of it.
    pub token_hash: TokenHash,
    /// Until when it can be resumed, ms since 1970.
    pub until_ms: u64,
    /// Code of its group.
    #[serde(default)]
    pub group: Option<String>,
    /// When it joined that group, ISO 8601.
    #[serde(default)]
    pub joined: String,
    /// Its device.
    #[serde(default)]
    pub device: Option<DeviceState>,
    /// Away.
    #[serde(default)]
    pub away: bool,
    /// On a phone.
    #[serde(default)]
    pub mobile: bool,
    /// What is in the bowl.
    #[serde(default)]
    pub strain: Option<String>,
    /// Its account.
    #[serde(default)]
    pub user: Option<User>,
    /// When it signed in, ms since 1970.
    #[serde(default)]
    pub linked_ms: u64,
    /// The voice channel that an account service told of.
    #[serde(default)]
    pub voice: Option<VoiceChannel>,
    /// Devices that it watches.
    #[serde(default)]
    pub watched: Vec<String>,
}

impl Hub {
    /// All groups, in order of creation: what is kept against a crash.
    #[must_use]
    pub fn stored_groups(&self) -> Vec<StoredGroup> {
        self.groups.values().map(|group| self.stored_group(group)).collect()
    }

    /// Everything, for a clean end: sockets are taken for lost now, so that whoever is connected can come back
    /// for [`super::HubConfig::restart_grace`].
    #[must_use]
    pub fn stored(&self, now: Now) -> Stored {
        let members = self.groups.values().flat_map(|group| &group.members);
        let others = self.sessions.iter().filter(|(_, session)| session.group.is_none()).map(|(key, _)| key);
        let keys = members.chain(others);
        let sessions = keys.filter_map(|key| Some(self.stored_session(now, self.sessions.get(key)?)));
        Stored { groups: self.stored_groups(), sessions: sessions.collect() }
    }

    fn stored_group(&self, group: &Group) -> StoredGroup {
        let ids = |keys: &[SessionKey]| self.ids_of(keys).into_iter().map(|id| id.0).collect();
        StoredGroup {
            id: group.id.0.clone(),
            name: group.name.clone(),
            public: group.visibility == Visibility::Public,
            persistent: group.persistent,
            countdown_ms: group.countdown_ms,
            owner: group.owner.0.clone(),
            sesh_counter: group.sesh_counter,
            phase: match &group.phase {
                Phase::Chilling => StoredPhase::Chilling,
                Phase::Awaiting(waiting) => StoredPhase::Awaiting(ids(&waiting.ready)),
                Phase::Seshing(sesh) => StoredPhase::Seshing(sesh.stored(|key| self.id_of(key).0)),
            },
        }
    }

    fn stored_session(&self, now: Now, session: &Session) -> StoredSession {
        let left = match session.link {
            Link::Connected { .. } => self.config.restart_grace,
            Link::Dropped { until, .. } => until.saturating_duration_since(now.instant),
        };
        let group = session.group.and_then(|key| self.groups.get(&key));
        StoredSession {
            id: session.id.0.clone(),
            token_hash: session.token,
            until_ms: now.unix_ms + left.as_millis() as u64,
            group: group.map(|group| group.id.0.clone()),
            joined: session.joined.clone(),
            device: session.device.as_deref().cloned(),
            away: session.away,
            mobile: session.mobile,
            strain: session.strain.clone(),
            user: session.user.as_deref().cloned(),
            linked_ms: session.linked_ms,
            voice: session.voice.as_deref().cloned(),
            watched: session.watched.clone(),
        }
    }

    /// Brings back what was stored: groups with those of their members whose grace time is not over by wall
    /// time, all of them disconnected. A group without members belongs to the first who joins and, unless it is
    /// persistent, is deleted as any empty one. Codes and ids that are taken are left alone.
    pub fn restore(&mut self, now: Now, stored: impl Into<Stored>) {
        let Stored { groups, sessions } = stored.into();
        let mut restored = Vec::new();
        for group in groups {
            let id = GroupId(group.id.clone());
            if id.0.is_empty() || self.codes.contains_key(&id) || self.groups.len() >= self.config.groups {
                continue;
            }
            let key = self.insert_group(Group {
                id,
                name: group.name,
                visibility: if group.public { Visibility::Public } else { Visibility::Private },
                persistent: group.persistent,
                countdown_ms: group
                    .countdown_ms
                    .clamp(*limits::COUNTDOWN_MS.start(), *limits::COUNTDOWN_MS.end()),
                owner: SessionId(group.owner),
                phase: Phase::Chilling,
                sesh_counter: group.sesh_counter,
                members: Vec::new(),
                empty_until: None,
            });
            restored.push((key, group.phase));
        }
        for session in sessions {
            self.restore_session(now, session, &restored);
        }
        for (key, phase) in restored {
            self.restore_phase(now, key, phase);
        }
    }

    fn restore_session(&mut self, now: Now, stored: StoredSession, restored: &[(GroupKey, StoredPhase)]) {
        // A wall clock that was put back must not lengthen the grace time.
        let left = Duration::from_millis(stored.until_ms.saturating_sub(now.unix_ms));
        let left = left.min(self.config.restart_grace.max(self.config.grace));
        let id = SessionId(stored.id);
        if left.is_zero() || id.0.is_empty() || self.session_ids.contains_key(&id) {
            return;
        }
        let key = SessionKey(self.next_key());
        let group = stored.group.and_then(|code| self.codes.get(&GroupId(code)).copied());
        let group = group.filter(|key| restored.iter().any(|(restored, _)| restored == key));
        if let Some(group) = group.and_then(|key| self.groups.get_mut(&key)) {
            group.members.push(key);
        }
        let until = now.instant + left;
        // Its serial number, which told the model, is not stored.
        let desert =
            stored.device.as_ref().is_some_and(|device| device.device_model.as_deref() == Some("15"));
        self.session_ids.insert(id.clone(), key);
        self.timers.set(Timer::Session(key), Some(until));
        for device in &stored.watched {
            self.watchers.entry(device.clone()).or_default().insert(key);
        }
        let session = Session {
            id,
            token: stored.token_hash,
            peer: Peer::LOOPBACK,
            link: Link::Dropped { until, by_restart: true },
            group,
            device: stored.device.filter(|_| group.is_some()).map(Box::new),
            desert,
            away: stored.away,
            mobile: stored.mobile,
            strain: stored.strain,
            user: stored.user.map(Box::new),
            linked_ms: stored.linked_ms,
            // Guests and voice rooms end with the gateway.
            guest: None,
            in_room: false,
            voice: stored.voice.map(Box::new),
            joined: stored.joined,
            rates: SessionRates::default(),
            watched: stored.watched,
        };
        self.sessions.insert(key, session);
    }

    fn restore_phase(&mut self, now: Now, key: GroupKey, phase: StoredPhase) {
        let named = |id: &String| self.session_ids.get(&SessionId(id.clone())).copied();
        let phase = match phase {
            StoredPhase::Chilling => Phase::Chilling,
            StoredPhase::Awaiting(ready) => {
                let ready = ready.iter().filter_map(named).collect();
                Phase::Awaiting(Waiting { ready, countdown: None })
            }
            StoredPhase::Seshing(sesh) => {
                let HubConfig { no_show, sesh_limit, .. } = self.config;
                Phase::Seshing(Sesh::restored(now, sesh, named, no_show, sesh_limit))
            }
        };
        let Some(group) = self.groups.get_mut(&key) else { return };
        if group.members.is_empty() {
            // A sesh ended with its last member, who did not come back, and is counted as any other.
            group.sesh_counter += u64::from(matches!(&phase, Phase::Seshing(sesh) if sesh.heated));
            group.empty_until = (!group.persistent).then_some(now.instant + self.config.empty_group);
            group.owner = SessionId::default();
        } else {
            group.phase = phase;
            self.pass_ownership(key);
        }
        self.settle(now, key, None);
    }
}

//! Who is behind a session: op 20, what a verifier answered, and what an account is told to be from outside.
//! Tokens are looked at elsewhere; the hub only asks and never waits.

use std::collections::HashMap;

use hearth_clock::Now;
use hearth_dialects::puff::{
    Change, CloseCode, ErrorCode, ErrorEvent, Event, Refusal, User, UserPatch, VoiceChannel,
};

use super::outbox::Output;
use super::session::{Link, SessionKey};
use super::{ConnectionId, Hub};

/// What became of a token (op 20).
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It is this account's. An account whose flags say that it is suspended is treated as
    /// [`Verdict::Suspended`].
    User(User),
    /// The same, and the account sits in a voice channel.
    UserInVoice(User, VoiceChannel),
    /// The account must not be here: the socket is closed with 4003 and its session ends.
    Suspended,
    /// No account has this token.
    Invalid,
    /// Nobody could say; the client may try again later.
    Unavailable,
}

/// What is new about an account. `None`: nothing; `Some(None)`: it is gone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UserChange {
    /// The account itself; gone means signed out.
    pub user: Option<Option<User>>,
    /// Its voice channel.
    pub voice: Option<Option<VoiceChannel>>,
}

/// The questions that are out, by the socket that asked. The value is a later token of the same socket, which is
/// asked about when the answer to the former one, by then stale, is there.
#[derive(Debug, Default)]
pub(super) struct Verifications(HashMap<ConnectionId, Option<String>>);

impl Verifications {
    /// A socket is gone, or may not be linked any more: its answer will be ignored.
    pub fn forget(&mut self, connection: ConnectionId) {
        self.0.remove(&connection);
    }
}

impl Hub {
    /// Op 20. One question at a time for each socket, so that an answer always belongs to a known token.
    pub(super) fn link_user(&mut self, key: SessionKey, token: String) {
        let Some(to) = self.sessions.get(&key).and_then(|session| session.connection()) else { return };
        if let Some(next) = self.verifications.0.get_mut(&to) {
            *next = Some(token);
        } else {
            self.verifications.0.insert(to, None);
            self.outbox.push(Output::Verify { to, token });
        }
    }

    /// The answer to [`Output::Verify`]. It is ignored when the socket is gone, when nothing was asked, and when
    /// the socket has sent another token since (which is then asked about).
    pub fn verified(&mut self, now: Now, to: ConnectionId, verdict: Verdict) {
        let Some(superseded_by) = self.verifications.0.remove(&to) else { return };
        let Some(&key) = self.connections.get(&to) else { return };
        if let Some(token) = superseded_by {
            return self.link_user(key, token);
        }
        let refused = |code| Refusal::new(ErrorEvent::UserLink, code);
        match verdict {
            Verdict::User(user) => self.linked(now, key, user, None),
            Verdict::UserInVoice(user, voice) => self.linked(now, key, user, Some(voice)),
            Verdict::Suspended => self.suspend(now, &[key]),
            Verdict::Invalid => self.refuse(key, refused(ErrorCode::InvalidToken)),
            Verdict::Unavailable => self.refuse(key, refused(ErrorCode::Unavailable)),
        }
    }

    fn linked(&mut self, now: Now, key: SessionKey, user: User, voice: Option<VoiceChannel>) {
        if user.is_suspended() {
            return self.suspend(now, &[key]);
        }
        self.tell(key, Event::UserLinked { id: user.id.clone() });
        let Some(session) = self.sessions.get_mut(&key) else { return };
        let had_voice = session.shown_voice().is_some();
        session.user = Some(Box::new(user.clone()));
        session.linked_ms = now.unix_ms;
        session.guest = None;
        session.voice = voice.map(Box::new);
        let voice = self.look_at_room(key).and_then(|(_, voice)| voice);
        let voice = if voice.is_none() && !had_voice { Change::Keep } else { Change::from(voice) };
        let disconnected = self.sessions.get(&key).map(|session| !session.is_connected());
        self.tell_user(
            key,
            UserPatch { disconnected, user: Change::Set(user), voice, ..UserPatch::default() },
        );
    }

    /// Tells the group of `key`, itself included, what changed about it.
    pub(super) fn tell_user(&mut self, key: SessionKey, patch: UserPatch) {
        let Ok(group) = self.group_of(key) else { return };
        self.communities.touch(group);
        let patch = UserPatch { session_id: self.id_of(key), group_id: self.code_of(group), ..patch };
        self.tell_group(group, None, Event::UserUpdate(Box::new(patch)));
    }

    /// Ends the sessions of an account for good: there is nothing to resume. All of them are cut off before the first
    /// one leaves its group, so that none is told to heat because another one has gone.
    fn suspend(&mut self, now: Now, keys: &[SessionKey]) {
        for key in keys {
            let Some(session) = self.sessions.get_mut(key) else { continue };
            let connection = session.connection();
            session.link = Link::Dropped { until: now.instant, by_restart: false };
            if let Some(connection) = connection {
                self.connections.remove(&connection);
                self.verifications.forget(connection);
                self.close(connection, CloseCode::UserSuspended);
            }
        }
        for key in keys {
            self.end_session(now, *key);
        }
    }

    /// An account changed: every session that is signed in with it, those in their grace time included, and
    /// their groups are told who it is now, voice channel included, as the TypeScript gateway does it. An account that is suspended loses its sessions. How many sessions there were.
    pub fn user_updated(&mut self, now: Now, user_id: &str, change: UserChange) -> usize {
        let keys = self.sessions_of(user_id);
        let UserChange { user, voice } = change;
        if matches!(&user, Some(Some(user)) if user.is_suspended()) {
            self.suspend(now, &keys);
            return keys.len();
        }
        for &key in &keys {
            let Some(session) = self.sessions.get_mut(&key) else { continue };
            let had_voice = session.shown_voice();
            if let Some(user) = &user {
                session.user = user.clone().map(Box::new);
            }
            if let Some(voice) = &voice {
                session.voice = voice.clone().map(Box::new);
            }
            if user.is_none() && voice.is_none() {
                continue;
            }
            let has_voice = self.look_at_room(key).and_then(|(_, voice)| voice);
            let Some(session) = self.sessions.get(&key) else { continue };
            let patch = UserPatch {
                user: as_told(user.is_some(), session.user.as_deref()),
                voice: as_told(voice.is_some() || had_voice != has_voice, has_voice.as_ref()),
                ..UserPatch::default()
            };
            self.tell_user(key, patch);
        }
        keys.len()
    }

    /// The sessions of an account, the oldest first.
    pub(super) fn sessions_of(&self, user_id: &str) -> Vec<SessionKey> {
        let of_user = self.sessions.iter().filter(|(_, session)| session.user_id() == Some(user_id));
        of_user.map(|(key, _)| *key).collect()
    }
}

/// What there is is told; what is not there is told to be gone when it may have been there.
fn as_told<T: Clone>(changed: bool, now: Option<&T>) -> Change<T> {
    match now {
        Some(now) => Change::Set(now.clone()),
        None if changed => Change::Clear,
        None => Change::Keep,
    }
}

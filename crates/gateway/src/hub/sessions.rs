//! Sessions: hello, heartbeat, drop, resume, end.

use hearth_clock::Now;
use hearth_dialects::puff::{
    Change, ClockReply, CloseCode, ErrorCode, ErrorEvent, Event, HearthHello, Hello, Refusal, ServerFrame,
    SessionId, UserPatch, limits,
};

use super::rates::SessionRates;
use super::session::{Link, Session, SessionKey};
use super::timers::Timer;
use super::token::TokenHash;
use super::{ConnectionId, Hub, Peer, random};

impl Hub {
    /// Gives a new socket a session of its own.
    pub(super) fn open_session(&mut self, now: Now, connection: ConnectionId, peer: Peer) {
        let key = SessionKey(self.next_key());
        let id = random::session_id(&mut *self.random);
        let token = random::token(&mut *self.random);
        let hello = Hello {
            session_id: id.clone(),
            session_token: token.clone(),
            heartbeat_interval: self.config.heartbeat_interval.as_millis() as u64,
            hearth: Some(HearthHello {
                version: self.config.version.clone(),
                server_time: now.unix_ms,
                countdown: Some(*limits::COUNTDOWN_MS.end()),
                voice: self.config.communities && peer.reaches_voice,
            }),
        };
        self.lobby.newcomer();
        self.connections.insert(connection, key);
        self.session_ids.insert(id.clone(), key);
        let link = self.connected(now, connection);
        let session = Session {
            id,
            token: TokenHash::of(&token),
            peer,
            link,
            group: None,
            device: None,
            desert: false,
            away: false,
            mobile: false,
            strain: None,
            user: None,
            linked_ms: 0,
            guest: None,
            in_room: false,
            voice: None,
            joined: String::new(),
            rates: SessionRates::default(),
            watched: Vec::new(),
        };
        self.timers.set(Timer::Session(key), Some(session.deadline()));
        self.sessions.insert(key, session);
        self.outbox.send(connection, ServerFrame::Hello(hello));
    }

    fn connected(&self, now: Now, connection: ConnectionId) -> Link {
        let check_at = now.instant + self.config.heartbeat_check;
        Link::Connected { connection, heard: now.instant, check_at }
    }

    /// Something came from this session: it is alive. The TypeScript gateway counts op 420 only, the Elixir one
    /// any frame; a client of either is well here.
    pub(super) fn heard_from(&mut self, now: Now, key: SessionKey) {
        if let Some(Session { link: Link::Connected { heard, .. }, .. }) = self.sessions.get_mut(&key) {
            *heard = now.instant;
        }
    }

    /// The socket is gone; the session waits to be resumed.
    pub(super) fn drop_session(&mut self, now: Now, key: SessionKey) {
        let Some(session) = self.sessions.get_mut(&key) else { return };
        let until = now.instant + self.config.grace;
        session.link = Link::Dropped { until, by_restart: false };
        self.timers.set(Timer::Session(key), Some(until));
        if let Some(group) = session.group {
            self.tell_user(key, UserPatch { disconnected: Some(true), ..UserPatch::default() });
            self.settle(now, group, None);
        }
    }

    /// This computer slept, or the gateway was not run for a while: nobody could be heard meanwhile, so everybody
    /// gets a whole check interval, and sessions in their grace time a whole one of these.
    pub fn woke(&mut self, now: Now) {
        for (key, session) in &mut self.sessions {
            match &mut session.link {
                Link::Connected { heard, check_at, .. } => {
                    *heard = now.instant;
                    *check_at = now.instant + self.config.heartbeat_check;
                }
                Link::Dropped { until, .. } => *until = (*until).max(now.instant + self.config.grace),
            }
            self.timers.set(Timer::Session(*key), Some(session.deadline()));
        }
        self.call_off_all(now);
    }

    /// A heartbeat check or the end of a grace time.
    pub(super) fn session_due(&mut self, now: Now, key: SessionKey) {
        let Some(session) = self.sessions.get_mut(&key) else { return };
        match &mut session.link {
            Link::Connected { connection, heard, check_at } => {
                let silent = now.instant.saturating_duration_since(*heard) >= self.config.heartbeat_check;
                if silent {
                    let connection = *connection;
                    self.close(connection, CloseCode::HeartbeatMissed);
                    self.disconnect(now, connection);
                } else {
                    *check_at = now.instant + self.config.heartbeat_check;
                    let check_at = *check_at;
                    self.timers.set(Timer::Session(key), Some(check_at));
                }
            }
            Link::Dropped { .. } => self.end_session(now, key),
        }
    }

    /// The session is over: it leaves its group and is forgotten.
    pub(super) fn end_session(&mut self, now: Now, key: SessionKey) {
        if let Ok(group) = self.group_of(key) {
            self.remove_member(now, group, key);
        }
        self.timers.set(Timer::Session(key), None);
        let Some(session) = self.sessions.remove(&key) else { return };
        self.session_ids.remove(&session.id);
        self.unwatch_all(key, &session.watched);
    }

    /// Op 13: the socket of `fresh` takes the session `id` up again. The token of its own hello replaces that of
    /// the session, as the TypeScript gateway does it; the session that the hello gave is forgotten.
    pub(super) fn resume(
        &mut self,
        now: Now,
        fresh: SessionKey,
        id: &SessionId,
        token: &str,
    ) -> Result<(), Refusal> {
        let refused = || Refusal::new(ErrorEvent::SessionResume, ErrorCode::InvalidSession);
        let key = *self.session_ids.get(id).ok_or_else(refused)?;
        let session = self.sessions.get(&key).ok_or_else(refused)?;
        if !session.token.is_of(token) {
            return Err(refused());
        }
        let news = if key == fresh { UserPatch::default() } else { self.take_over(now, fresh, key) };
        self.tally.resumes += 1;
        self.tell(key, Event::SessionResumed { session_id: self.id_of(key) });
        self.tell_user(key, UserPatch { disconnected: Some(false), ..news });
        if let Ok(group) = self.group_of(key) {
            // What was missed meanwhile is in here.
            let said = self.recent.told(now, group, key);
            self.tell_joined(group, key, said);
            self.settle(now, group, Some(key));
        }
        Ok(())
    }

    /// Moves the socket and the token of `fresh` to `key`; closes the socket that `key` had. Gives back what is new
    /// about who this is.
    fn take_over(&mut self, now: Now, fresh: SessionKey, key: SessionKey) -> UserPatch {
        let mut news = UserPatch::default();
        let Some(newcomer) = self.sessions.get_mut(&fresh) else { return news };
        let Some(connection) = newcomer.connection() else { return news };
        let (token, peer) = (newcomer.token, newcomer.peer);
        // Whoever signed in before it resumed has said last who it is; otherwise the session stays signed in.
        let account = newcomer.user.take().map(|user| (user, newcomer.linked_ms, newcomer.voice.take()));
        self.end_session(now, fresh);
        if let Some(old) = self.sessions.get(&key).and_then(Session::connection) {
            self.connections.remove(&old);
            self.verifications.forget(old);
            self.close(old, CloseCode::Superseded);
        }
        self.connections.insert(connection, key);
        let link = self.connected(now, connection);
        let Some(session) = self.sessions.get_mut(&key) else { return news };
        session.link = link;
        session.token = token;
        session.peer = peer;
        self.timers.set(Timer::Session(key), Some(session.deadline()));
        if let Some((user, linked_ms, voice)) = account {
            news.user = Change::Set((*user).clone());
            let had_voice = session.shown_voice().is_some();
            (session.user, session.linked_ms, session.voice) = (Some(user), linked_ms, voice);
            session.guest = None;
            let voice = self.look_at_room(key).and_then(|(_, voice)| voice);
            if voice.is_some() || had_voice {
                news.voice = voice.into();
            }
        }
        news
    }

    /// Op 421.
    pub(super) fn clock(&mut self, now: Now, key: SessionKey, client_time: u64) {
        self.tell(key, Event::Clock(ClockReply { client_time, server_time: now.unix_ms }));
    }
}

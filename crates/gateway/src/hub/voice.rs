//! The voice rooms of groups, which are in the chat core: who of a group may go into its room, as which account, and which of
//! its members are there. Who is in a room is told from outside; members see it as the voice channel of a member.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use hearth_clock::Now;
use hearth_dialects::puff::{Change, GroupId, UserPatch, VoiceChannel};

use super::Hub;
use super::community::shown_name;
use super::rates::AddressCall;
use super::session::{Session, SessionKey};
use super::token::TokenHash;

/// A member who may go into the voice room of the group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoiceSeat {
    /// Who, for [`Hub::seat_guest`].
    pub member: u64,
    /// As whom.
    pub speaker: Speaker,
    /// What others call them.
    pub name: String,
}

/// As whom somebody speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The account that the session is signed in with.
    Account {
        /// Account id.
        id: String,
        /// When it signed in, ms since 1970.
        since_ms: u64,
    },
    /// A guest of the gateway; `None`: there is none yet, and [`Hub::seat_guest`] is to be told of one.
    Guest(Option<String>),
}

/// Why somebody may not go into a voice room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSeat {
    /// No session has this token.
    Unknown,
    /// No group has this code.
    NoSuchGroup,
    /// The session is not in this group.
    NotMember,
    /// Asked too often: not again before this long.
    TooOften(Duration),
}

/// Who is in a voice room of which group, by account.
pub(super) type Voices = BTreeMap<String, GroupId>;

/// What the room is called.
const ROOM: &str = "voice";

impl Session {
    /// The account that speaks for this session.
    pub(super) fn speaker(&self) -> Option<&str> {
        self.user_id().or(self.guest.as_deref())
    }

    /// The voice channel that others see: that of the group's own room, if the session is in it.
    pub(super) fn shown_voice(&self) -> Option<VoiceChannel> {
        match self.speaker().filter(|_| self.in_room) {
            Some(id) => Some(VoiceChannel { id: id.to_owned(), name: ROOM.to_owned(), link: None }),
            None => self.voice.as_deref().cloned(),
        }
    }
}

impl Hub {
    /// Whoever has the token of a session wants to go into the voice room of a group. The group has a community from then on.
    ///
    /// # Errors
    /// See [`NoSeat`].
    pub fn ask_for_voice(
        &mut self,
        now: Now,
        address: IpAddr,
        code: &str,
        token: &TokenHash,
    ) -> Result<VoiceSeat, NoSeat> {
        if !self.addresses.take(now.instant, address, AddressCall::Voice) {
            return Err(NoSeat::TooOften(self.config.address.voice.per));
        }
        let found = self.sessions.iter_mut().find(|(_, session)| session.token.is(token));
        let (&key, session) = found.ok_or(NoSeat::Unknown)?;
        session.rates.take_voice(now.instant).map_err(NoSeat::TooOften)?;
        let group = *self.codes.get(&code.into()).ok_or(NoSeat::NoSuchGroup)?;
        if self.group_of(key) != Ok(group) {
            return Err(NoSeat::NotMember);
        }
        self.open_community(code).ok_or(NoSeat::NoSuchGroup)?;
        let session = self.sessions.get(&key).ok_or(NoSeat::Unknown)?;
        let speaker = match session.user_id() {
            Some(id) => Speaker::Account { id: id.to_owned(), since_ms: session.linked_ms },
            None => Speaker::Guest(session.guest.clone()),
        };
        Ok(VoiceSeat { member: key.0, speaker, name: shown_name(session) })
    }

    /// A guest was made for a member. Gives back the guest that the member has now, which is another one when two were made at
    /// once; `None`: it is no member any more, or signed in meanwhile, and has none.
    pub fn seat_guest(&mut self, code: &str, member: u64, account: String) -> Option<String> {
        let group = *self.codes.get(&code.into())?;
        let key = SessionKey(member);
        if self.group_of(key) != Ok(group) {
            return None;
        }
        let session = self.sessions.get_mut(&key).filter(|session| session.user.is_none())?;
        let guest = session.guest.get_or_insert(account).clone();
        self.communities.touch(group);
        Some(guest)
    }

    /// An account went into a voice room of this group; `None`: it is in no group's. Those of the group whose member it speaks
    /// for are told.
    pub fn voice_moved(&mut self, account: &str, code: Option<String>) {
        match code {
            Some(code) => _ = self.voices.insert(account.to_owned(), GroupId(code)),
            None => _ = self.voices.remove(account),
        }
        let of_account = |(_, session): &(&SessionKey, &Session)| session.speaker() == Some(account);
        let keys: Vec<SessionKey> = self.sessions.iter().filter(of_account).map(|(key, _)| *key).collect();
        for key in keys {
            let Some((was, is)) = self.look_at_room(key) else { continue };
            if was != is {
                self.tell_user(key, UserPatch { voice: Change::from(is), ..UserPatch::default() });
            }
        }
    }

    /// Looks again whether a session is in the room of its group; what others saw of its voice, and see now.
    pub(super) fn look_at_room(
        &mut self,
        key: SessionKey,
    ) -> Option<(Option<VoiceChannel>, Option<VoiceChannel>)> {
        let session = self.sessions.get_mut(&key)?;
        let was = session.shown_voice();
        let group = session.group.and_then(|group| self.groups.get(&group));
        let room = session.speaker().and_then(|speaker| self.voices.get(speaker));
        session.in_room = room.is_some() && room == group.map(|group| &group.id);
        Some((was, session.shown_voice()))
    }
}

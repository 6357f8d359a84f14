//! The community of a group in the chat core: who of the group has an account there, and what is said. A group has
//! one as soon as somebody with an account is in it, or somebody outside asks for it; its chat then goes through the
//! chat core, which tells it to everybody in one order. Groups without are on their own: nobody's chat is stored.

use std::collections::{BTreeMap, BTreeSet};

use hearth_clock::Now;
use hearth_dialects::puff::{ErrorCode, Event, Refusal, SessionId, User, limits};

use super::Hub;
use super::group::GroupKey;
use super::outbox::Output;
use super::session::{Session, SessionKey};

/// What the chat core is told of groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SeshNews {
    /// The group is called so, and these accounts are in it; it may be new.
    Is {
        /// Its code.
        code: String,
        /// As it is.
        face: SeshFace,
    },
    /// A member says something. It comes back with [`Hub::said_in_community`], or [`Hub::not_said`].
    Said {
        /// The group's code.
        code: String,
        /// Who, for the way back.
        origin: u64,
        /// The account that they are signed in with.
        account: Option<String>,
        /// What others call them.
        name: String,
        /// What.
        content: String,
    },
    /// The group is gone.
    Ended {
        /// Its code.
        code: String,
    },
}

/// What the chat core knows of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeshFace {
    /// Name.
    pub name: String,
    /// The account of its owner, if they have one.
    pub owner: Option<String>,
    /// The accounts of its members.
    pub accounts: BTreeSet<String>,
    /// The guests that speak for members without one.
    pub guests: BTreeSet<String>,
}

/// A message of a group's community.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommunityMessage {
    /// What [`SeshNews::Said`] told, when it comes from the group.
    pub origin: Option<u64>,
    /// The account of the author.
    pub account: Option<String>,
    /// The name of the author.
    pub name: String,
    /// What.
    pub content: String,
}

/// What the chat core was told of which groups.
#[derive(Debug, Default)]
pub(super) struct Communities {
    told: BTreeMap<GroupKey, SeshFace>,
    /// Groups that may be different now.
    due: BTreeSet<GroupKey>,
}

impl Communities {
    /// A group may have become different.
    pub fn touch(&mut self, group: GroupKey) {
        self.due.insert(group);
    }

    /// A group is gone; whether it had a community.
    pub fn forget(&mut self, group: GroupKey) -> bool {
        self.due.remove(&group);
        self.told.remove(&group).is_some()
    }

    pub fn has(&self, group: GroupKey) -> bool {
        self.told.contains_key(&group)
    }
}

impl Hub {
    /// The prefix of the ids that stand for authors who are in no session of the group.
    const OUTSIDER: &'static str = "account:";

    /// Somebody outside wants to see this group: it gets a community. `None`: there is no such group, or no chat.
    pub fn open_community(&mut self, code: &str) -> Option<SeshFace> {
        let group = *self.codes.get(&code.into()).filter(|_| self.config.communities)?;
        if !self.communities.has(group) {
            self.tell_face(group);
        }
        self.communities.told.get(&group).cloned()
    }

    /// What changed about groups is told when everything else was.
    pub(super) fn tell_communities(&mut self) {
        for group in std::mem::take(&mut self.communities.due) {
            if !self.config.communities {
                continue;
            }
            let Some(face) = self.face_of(group) else { continue };
            let told = self.communities.told.get(&group);
            let is_wanted = told.is_some() || !face.accounts.is_empty();
            if is_wanted && told != Some(&face) {
                self.tell_face(group);
            }
        }
    }

    fn tell_face(&mut self, group: GroupKey) {
        let Some(face) = self.face_of(group) else { return };
        self.communities.told.insert(group, face.clone());
        let code = self.code_of(group).0;
        self.outbox.push(Output::Sesh(SeshNews::Is { code, face }));
    }

    fn face_of(&self, group: GroupKey) -> Option<SeshFace> {
        let group = self.groups.get(&group)?;
        let members = || group.members.iter().filter_map(|member| self.sessions.get(member));
        let account = |session: &Session| session.user_id().map(str::to_owned);
        Some(SeshFace {
            name: group.name.clone(),
            owner: members().find(|session| session.id == group.owner).and_then(account),
            accounts: members().filter_map(account).collect(),
            guests: members().filter_map(|session| session.guest.clone()).collect(),
        })
    }

    /// Passes on what a member says; `false`: the group has no community.
    pub(super) fn say_in_community(&mut self, group: GroupKey, key: SessionKey, content: &str) -> bool {
        // Somebody may have become known in this very moment.
        self.tell_communities();
        let Some(session) = self.sessions.get(&key).filter(|_| self.communities.has(group)) else {
            return false;
        };
        let said = SeshNews::Said {
            code: self.code_of(group).0,
            origin: key.0,
            account: session.user_id().map(str::to_owned),
            name: shown_name(session),
            content: content.to_owned(),
        };
        self.outbox.push(Output::Sesh(said));
        true
    }

    /// A message of the community: the group hears it. Authors who are not in it are named with it. What is longer
    /// than this dialect allows is cut, and says so.
    pub fn said_in_community(&mut self, now: Now, code: &str, message: CommunityMessage) {
        let Some(&group) = self.codes.get(&code.into()) else { return };
        let CommunityMessage { origin, account, name, content } = message;
        let is_member = |key: &SessionKey| self.group_of(*key) == Ok(group);
        let of_account = || self.sessions_of(account.as_deref()?).into_iter().find(is_member);
        let session = origin.map(SessionKey).filter(is_member).or_else(of_account);
        let (author, named) = match session {
            Some(key) => (self.id_of(key), None),
            None => (SessionId(format!("{}{}", Self::OUTSIDER, account.unwrap_or_default())), Some(name)),
        };
        let content = cut(content, limits::MESSAGE);
        let mut message = self.said(now, group, author, content);
        message.author_name = named;
        self.tell_group(group, None, Event::Message(message));
    }

    /// What a member said cannot be stored: they are told, nobody else hears it.
    pub fn not_said(&mut self, origin: u64) {
        self.refuse(SessionKey(origin), Refusal::action(ErrorCode::Unavailable));
    }
}

/// What others call somebody: the account's name, the device's, or "Guest".
pub(super) fn shown_name(session: &Session) -> String {
    let of_user = |user: &User| user.display_name.clone().unwrap_or_else(|| user.name.clone());
    let of_device = || session.device.as_ref().and_then(|device| device.device_name.clone());
    session.user.as_deref().map(of_user).or_else(of_device).unwrap_or_else(|| "Guest".to_owned())
}

fn cut(text: String, most: usize) -> String {
    if text.chars().count() <= most {
        return text;
    }
    let mut text: String = text.chars().take(most - 1).collect();
    text.push('…');
    text
}

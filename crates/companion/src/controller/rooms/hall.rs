//! What is known of one chat server: its communities, who is there, what is unread, who is writing.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use hearth_gateway_client::chat::{
    Channel, Dialect, Features, Member, Presence, Room as VoiceRoom, Server, Status, User, VoiceState,
};

use super::room::Room;
use super::{PasswordWish, dialect, tidy};
use crate::saved::{SavedCommunity, SavedPlace};

/// The most communities, channels of one, and members of one.
const MOST_SERVERS: usize = 200;
const MOST_CHANNELS: usize = 500;
const MOST_MEMBERS: usize = 5_000;
/// Channels whose unread lines are counted, and of each so many.
const MOST_UNREAD_CHANNELS: usize = 1_000;
pub(super) const MOST_UNREAD: usize = 100;
/// Who is writing, in one channel and in how many.
const MOST_TYPISTS: usize = 8;
const MOST_TYPED_CHANNELS: usize = 200;
/// A community is told anew at most so often because of somebody who is not known.
const REFRESH_EVERY: Duration = Duration::from_secs(15);
/// How long somebody is shown as writing.
const TYPING: Duration = Duration::from_secs(5);

/// A community.
#[derive(Debug, Default)]
pub(super) struct Place {
    pub server: Server,
    pub loaded: bool,
    pub channels: Vec<Channel>,
    pub members: Vec<Member>,
    /// By channel.
    pub voices: BTreeMap<String, Vec<VoiceState>>,
    /// Somebody or something was heard of that is not among these: no event tells of it (TOG-R23).
    stale: bool,
    refreshed_at: Option<Instant>,
}

/// What was asked of the session.
#[derive(Debug)]
pub(super) enum Asked {
    /// Lines of the open room.
    Page { channel: String, older: bool },
    /// What is unread of a channel.
    Count,
    /// The line with this id of ours.
    Say { channel: String, pending: String },
    /// Something that only succeeds or fails.
    Other(Doing),
}

/// What a person asked for, for the words when it fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doing {
    Edit,
    Delete,
    CreateServer,
    JoinServer,
    LeaveServer,
    CreateChannel,
}

#[derive(Debug)]
struct Typist {
    user: String,
    name: Option<String>,
    until: Instant,
}

/// A chat server.
#[derive(Debug)]
pub(super) struct Hall {
    pub dialect: Dialect,
    pub saved: SavedCommunity,
    pub status: Status,
    /// Since when it is connected, ms since 1970.
    pub since_ms: f64,
    /// When the next try comes, ms since 1970.
    pub retry_at_ms: f64,
    /// The account is to be made.
    pub registers: bool,
    /// A session was asked for that has not begun.
    pub begins: bool,
    pub me: Option<User>,
    /// Where one is in one place at a time: [`Server::id`].
    pub here: Option<String>,
    /// What the server said to everybody, last.
    pub notice: Option<String>,
    pub places: Vec<Place>,
    /// By channel: the open one, and those with lines that are not said yet.
    pub rooms: BTreeMap<String, Room>,
    /// Ids of unread lines, by channel.
    pub unread: BTreeMap<String, Vec<String>>,
    pub asked: BTreeMap<u64, Asked>,
    /// How we asked to be seen in this session.
    pub seen_as: Option<Presence>,
    /// What the session loads by itself on each connection.
    pub watched: BTreeSet<String>,
    /// All were loaded on this connection, because of a channel that nobody knew.
    pub loaded_all: bool,
    typing: BTreeMap<String, Vec<Typist>>,
}

impl Hall {
    /// `None`: it is no chat server.
    pub fn new(saved: SavedCommunity) -> Option<Self> {
        let dialect = dialect::dialect(saved.kind)?;
        Some(Self {
            dialect,
            saved,
            status: Status::Offline,
            since_ms: 0.0,
            retry_at_ms: 0.0,
            registers: false,
            begins: false,
            me: None,
            here: None,
            notice: None,
            places: Vec::new(),
            rooms: BTreeMap::new(),
            unread: BTreeMap::new(),
            asked: BTreeMap::new(),
            seen_as: None,
            watched: BTreeSet::new(),
            loaded_all: false,
            typing: BTreeMap::new(),
        })
    }

    /// What can be done there.
    pub const fn features(&self) -> Features {
        self.dialect.features()
    }

    /// What is let in with next.
    pub fn password(&self) -> PasswordWish {
        let kept = self.saved.has_secret;
        if self.registers && !self.features().passwords {
            return PasswordWish::Told { keep: kept };
        }
        PasswordWish::Known { kept }
    }

    pub const fn is_connected(&self) -> bool {
        matches!(self.status, Status::Connected { .. })
    }

    /// Another session begins, or none: nothing that was asked of this one is answered.
    pub fn begin_anew(&mut self) {
        self.disconnected();
        self.asked.clear();
        self.watched.clear();
        self.seen_as = None;
        self.rooms.values_mut().for_each(Room::given_up);
    }

    /// What ends with a connection.
    pub fn disconnected(&mut self) {
        self.typing.clear();
        self.loaded_all = false;
        (self.here, self.notice) = (None, None);
        for place in &mut self.places {
            place.voices.clear();
        }
    }

    /// The name that people read.
    pub fn shown_name(&self) -> String {
        let parsed = url::Url::parse(&self.saved.url).ok();
        let host = parsed.and_then(|url| {
            let host = url.host_str()?.to_owned();
            Some(url.port().map_or(host.clone(), |port| format!("{host}:{port}")))
        });
        host.unwrap_or_else(|| self.saved.url.clone())
    }

    pub fn is_me(&self, user: &str) -> bool {
        self.me.as_ref().is_some_and(|me| me.id == user)
    }

    /// Where we are a member. What is known of those that stay is kept.
    pub fn set_servers(&mut self, servers: Vec<Server>) {
        let mut before: BTreeMap<String, Place> =
            self.places.drain(..).map(|place| (place.server.id.clone(), place)).collect();
        let channels = self.features().channels;
        for mut server in servers.into_iter().take(MOST_SERVERS) {
            let mut known = before.remove(&server.id).unwrap_or_default();
            if server.name.trim().is_empty() {
                server.name = self.name_of_place(&server.id);
            }
            if !channels && !known.loaded {
                known.channels = vec![only_channel(&server)];
            }
            self.places.push(Place { server, ..known });
        }
        if !self.features().lists {
            let place = |place: &Place| SavedPlace {
                id: place.server.id.clone(),
                name: tidy::line(&place.server.name, tidy::NAME),
            };
            self.saved.rooms.places = self.places.iter().map(place).collect();
        }
        for gone in before.values() {
            self.watched.remove(&gone.server.id);
            for channel in &gone.channels {
                self.unread.remove(&channel.id);
            }
        }
    }

    /// What a community is called of which only its id was told.
    fn name_of_place(&self, id: &str) -> String {
        let known = self.saved.rooms.places.iter().find(|place| place.id == id && !place.name.is_empty());
        known.map_or(id, |place| place.name.as_str()).to_owned()
    }

    pub fn place(&self, server: &str) -> Option<&Place> {
        self.places.iter().find(|place| place.server.id == server)
    }

    /// The community of a channel, and the channel.
    pub fn find(&self, channel: &str) -> Option<(&Place, &Channel)> {
        self.places
            .iter()
            .find_map(|place| Some((place, place.channels.iter().find(|known| known.id == channel)?)))
    }

    /// All of a community.
    pub fn fill(
        &mut self,
        server: &str,
        mut channels: Vec<Channel>,
        mut members: Vec<Member>,
        rooms: Vec<VoiceRoom>,
    ) {
        let flat = !self.features().channels;
        let Some(place) = self.places.iter_mut().find(|place| place.server.id == server) else { return };
        if let Some(channel) = channels.first_mut().filter(|channel| flat && channel.name.is_empty()) {
            channel.name.clone_from(&place.server.name);
        }
        channels.truncate(MOST_CHANNELS);
        members.truncate(MOST_MEMBERS);
        place.loaded = true;
        place.stale = false;
        place.channels = channels;
        place.members = members;
        place.voices = rooms.into_iter().map(|room| (room.channel, room.voices)).collect();
    }

    /// Somebody does something in a channel, or somewhere: they may have joined since the members were told.
    pub fn heard_of(&mut self, user: &str, channel: Option<&str>) {
        let knows = |place: &Place| place.members.iter().any(|member| member.user == user);
        let here = |place: &Place| {
            channel.is_none_or(|channel| place.channels.iter().any(|known| known.id == channel))
        };
        if channel.is_none() && self.places.iter().any(knows) {
            return;
        }
        for place in self.places.iter_mut().filter(|place| place.loaded && here(place)) {
            place.stale |= place.members.len() < MOST_MEMBERS && !knows(place);
        }
    }

    /// Something happens in a channel that nobody knows: it may have been made since the channels were told.
    pub fn heard_of_channel(&mut self) {
        for place in self.places.iter_mut().filter(|place| place.channels.len() < MOST_CHANNELS) {
            place.stale |= place.loaded;
        }
    }

    /// Communities that are to be told anew.
    pub fn take_stale(&mut self, now: Instant) -> Vec<String> {
        let mut stale = Vec::new();
        for place in self.places.iter_mut().filter(|place| place.stale) {
            if place.refreshed_at.is_none_or(|at| at + REFRESH_EVERY <= now) {
                place.stale = false;
                place.refreshed_at = Some(now);
                stale.push(place.server.id.clone());
            }
        }
        stale
    }

    pub fn presence(&mut self, user: &str, presence: &Presence) {
        self.heard_of(user, None);
        for member in self.places.iter_mut().flat_map(|place| &mut place.members) {
            if member.user == user {
                member.presence.clone_from(presence);
            }
        }
    }

    /// Somebody is in one voice room at most.
    pub fn voice(&mut self, state: &VoiceState) {
        if let Some(channel) = &state.channel {
            self.heard_of(&state.user, Some(channel));
        }
        for place in &mut self.places {
            for (channel, voices) in &mut place.voices {
                let is_here = state.channel.as_ref() == Some(channel);
                match voices.iter().position(|voice| voice.user == state.user) {
                    Some(at) if is_here => voices[at].clone_from(state),
                    Some(at) => drop(voices.remove(at)),
                    None if is_here && voices.len() < MOST_MEMBERS => voices.push(state.clone()),
                    None => {}
                }
            }
        }
    }

    /// Somebody is writing. Whether that is news.
    pub fn types(&mut self, now: Instant, channel: &str, user: &str, name: Option<&str>) -> bool {
        if self.is_me(user)
            || (!self.typing.contains_key(channel) && self.typing.len() >= MOST_TYPED_CHANNELS)
        {
            return false;
        }
        self.heard_of(user, Some(channel));
        let typists = self.typing.entry(channel.to_owned()).or_default();
        let until = now + TYPING;
        if let Some(typist) = typists.iter_mut().find(|typist| typist.user == user) {
            typist.until = until;
            return false;
        }
        if typists.len() < MOST_TYPISTS {
            typists.push(Typist { user: user.to_owned(), name: tidy::some(name, tidy::NAME), until });
        }
        true
    }

    /// They have said it.
    pub fn typed(&mut self, channel: &str, user: &str) {
        if let Some(typists) = self.typing.get_mut(channel) {
            typists.retain(|typist| typist.user != user);
        }
    }

    /// Whether somebody stopped.
    pub fn expire_typing(&mut self, now: Instant) -> bool {
        let count = |typing: &BTreeMap<String, Vec<Typist>>| typing.values().map(Vec::len).sum::<usize>();
        let before = count(&self.typing);
        for typists in self.typing.values_mut() {
            typists.retain(|typist| now < typist.until);
        }
        self.typing.retain(|_, typists| !typists.is_empty());
        count(&self.typing) != before
    }

    pub fn typing_until(&self) -> Option<Instant> {
        self.typing.values().flatten().map(|typist| typist.until).min()
    }

    /// Names of those who are writing.
    pub fn typists(&self, channel: &str) -> Vec<String> {
        let typists = self.typing.get(channel).into_iter().flatten();
        let name = |typist: &Typist| {
            let known = self.find(channel).and_then(|(place, _)| place.name_of(&typist.user));
            known.or_else(|| typist.name.clone())
        };
        typists.filter_map(name).collect()
    }

    /// A line of somebody else that nobody has seen here.
    pub fn unread_line(&mut self, channel: &str, line: &str) {
        if !self.unread.contains_key(channel) && self.unread.len() >= MOST_UNREAD_CHANNELS {
            return;
        }
        let unread = self.unread.entry(channel.to_owned()).or_default();
        if unread.len() < MOST_UNREAD && !unread.iter().any(|known| known == line) {
            unread.push(line.to_owned());
        }
    }
}

impl Place {
    /// What people call a member.
    pub fn name_of(&self, user: &str) -> Option<String> {
        let member = self.members.iter().find(|member| member.user == user)?;
        Some(name(member))
    }
}

/// The channel of a community that is a room and nothing else.
fn only_channel(server: &Server) -> Channel {
    Channel {
        id: server.id.clone(),
        server: server.id.clone(),
        name: server.name.clone(),
        topic: server.description.clone(),
        ..Channel::default()
    }
}

/// What people call a member.
pub(super) fn name(member: &Member) -> String {
    let given = tidy::some(member.nickname.as_deref(), tidy::NAME);
    given.unwrap_or_else(|| tidy::line(&member.username, tidy::NAME))
}

impl Hall {
    /// Whether a line that was said may be changed, and whether it may be taken back.
    pub fn may(&self, channel: &str, line: &str) -> Option<(bool, bool)> {
        let line = self.rooms.get(channel)?.lines.iter().find(|known| known.id == line)?;
        let mine = line.author.as_ref().is_some_and(|author| self.is_me(author));
        let own = self.find(channel).is_some_and(|(place, _)| self.owns(place));
        let features = self.features();
        Some((mine && features.edits, (mine || own) && features.deletes))
    }

    pub fn owns(&self, place: &Place) -> bool {
        place.server.owner.as_ref().is_some_and(|owner| self.is_me(owner))
    }
}

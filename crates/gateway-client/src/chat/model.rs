//! Of whom and what sessions tell, in the words of Together, which has most of them. What comes from a Together server is
//! made from the members of the document and of the real server alike (facts §3, TOG-R10…R13). Times are RFC 3339 texts,
//! as the server writes them.

use hearth_dialects::together::rest;
use jiff::Timestamp;

/// RFC 3339, if it is a time at all.
pub(crate) fn time(unix_ms: u64) -> Option<String> {
    let ms = i64::try_from(unix_ms).ok()?;
    Timestamp::from_millisecond(ms).ok().map(|time| time.to_string())
}

/// Somebody with an account: ourselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// UUID.
    pub id: String,
    /// Name.
    pub username: String,
    /// The picture's address.
    pub avatar_url: Option<String>,
}

/// A community.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Server {
    /// UUID.
    pub id: String,
    /// Name.
    pub name: String,
    /// About it.
    pub description: Option<String>,
    /// [`User::id`]; `None` when nobody with an account owns it.
    pub owner: Option<String>,
    /// The picture's address.
    pub icon_url: Option<String>,
    /// How many members it has; not every server tells.
    pub member_count: Option<u32>,
    /// The code of the sesh group that it belongs to, on gateways like ours.
    pub sesh: Option<String>,
}

/// What a channel is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChannelKind {
    /// Messages.
    #[default]
    Text,
    /// Messages, and a voice room.
    Voice,
}

/// A channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Channel {
    /// UUID.
    pub id: String,
    /// [`Server::id`].
    pub server: String,
    /// Name.
    pub name: String,
    /// What for. Kinds that are not known are for messages.
    pub kind: ChannelKind,
    /// From 0.
    pub position: u32,
    /// The heading that it stands under.
    pub category: Option<String>,
    /// About it.
    pub topic: Option<String>,
}

/// How somebody is seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presence {
    /// In a word.
    pub status: PresenceStatus,
    /// What they say of themselves.
    pub custom_status: Option<String>,
}

/// How somebody is seen, in a word (TOG-18).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PresenceStatus {
    /// There. Statuses that are not known too.
    Online,
    /// Not just now; the real server calls it `away` (facts TOG-R6).
    Idle,
    /// Not to be disturbed.
    Dnd,
    /// Not there, or not to be seen.
    #[default]
    Offline,
}

impl PresenceStatus {
    pub(crate) fn of(text: &str) -> Self {
        match text {
            "idle" | "away" => Self::Idle,
            "dnd" => Self::Dnd,
            "offline" | "" => Self::Offline,
            _ => Self::Online,
        }
    }

    /// As the server calls it, which may have `away` in the place of `idle` (facts TOG-R16).
    pub(crate) const fn name(self, says_away: bool) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Idle if says_away => "away",
            Self::Idle => "idle",
            Self::Dnd => "dnd",
            Self::Offline => "offline",
        }
    }
}

/// Somebody in a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Member {
    /// [`User::id`].
    pub user: String,
    /// Name.
    pub username: String,
    /// The name in this server.
    pub nickname: Option<String>,
    /// The picture's address.
    pub avatar_url: Option<String>,
    /// How they are seen.
    pub presence: Presence,
}

/// Something that was said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// UUID.
    pub id: String,
    /// [`Channel::id`].
    pub channel: String,
    /// [`User::id`]; `None` for guests of a sesh, and for those who are gone.
    pub author: Option<String>,
    /// The author's name when it was said; not every server tells.
    pub author_name: Option<String>,
    /// Text.
    pub content: String,
    /// [`Message::id`] of what it answers.
    pub reply_to: Option<String>,
    /// When it was said.
    pub created_at: String,
    /// When it was changed last.
    pub edited_at: Option<String>,
}

/// Somebody in a voice room, or no longer in one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VoiceState {
    /// [`User::id`].
    pub user: String,
    /// Name, when it is told.
    pub username: Option<String>,
    /// [`Channel::id`]; `None`: they left.
    pub channel: Option<String>,
    /// They are not heard, for whatever reason.
    pub muted: bool,
    /// They do not hear, for whatever reason.
    pub deafened: bool,
    /// Since when they are in the room, when it is told: RFC 3339, by the gateway's clock.
    pub joined_at: Option<String>,
}

/// Who is in a voice channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Room {
    /// [`Channel::id`].
    pub channel: String,
    /// In the order of joining.
    pub voices: Vec<VoiceState>,
}

impl From<rest::User> for User {
    fn from(rest::User { id, username, avatar_url, .. }: rest::User) -> Self {
        Self { id, username, avatar_url }
    }
}

impl From<rest::Server> for Server {
    fn from(server: rest::Server) -> Self {
        let rest::Server { id, name, description, owner_id: owner, icon_url, member_count, sesh, .. } =
            server;
        Self { id, name, description, owner, icon_url, member_count, sesh }
    }
}

impl From<rest::Channel> for Channel {
    fn from(channel: rest::Channel) -> Self {
        let rest::Channel { id, server_id: server, name, kind, position, category, topic, .. } = channel;
        let kind = if kind == "voice" { ChannelKind::Voice } else { ChannelKind::Text };
        Self { id, server, name, kind, position, category, topic }
    }
}

impl From<rest::Member> for Member {
    fn from(member: rest::Member) -> Self {
        let rest::Member { user_id: user, username, avatar_url, status, custom_status, nickname, .. } =
            member;
        let presence = Presence { status: PresenceStatus::of(&status), custom_status };
        Self { user, username, nickname, avatar_url, presence }
    }
}

impl From<rest::Message> for Message {
    fn from(message: rest::Message) -> Self {
        let edited_at = message.changed_at().map(str::to_owned);
        let rest::Message {
            id,
            channel_id: channel,
            author_id: author,
            author_name,
            content,
            reply_to,
            created_at,
            ..
        } = message;
        Self { id, channel, author, author_name, content, reply_to, created_at, edited_at }
    }
}

impl From<rest::VoiceState> for VoiceState {
    fn from(state: rest::VoiceState) -> Self {
        let (muted, deafened) = (state.is_muted(), state.is_deafened());
        let rest::VoiceState { user_id: user, username, channel_id: channel, joined_at, .. } = state;
        Self { user, username, channel, muted, deafened, joined_at }
    }
}

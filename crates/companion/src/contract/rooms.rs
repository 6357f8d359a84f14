//! What there is on a chat server: communities ("servers") with channels, who is in them, and the lines of the one
//! channel that a person has open. What a kind of server cannot do is in [`ChatCan`], so that no face has to know the
//! kinds apart.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Said;

/// What there is on a chat server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChatView {
    /// What can be done there.
    pub can: ChatCan,
    /// How this person is seen there.
    pub status: PersonStatus,
    /// What this person says of themselves there.
    pub custom_status: Option<String>,
    /// What the server said to everybody, last.
    pub notice: Option<String>,
    /// Where this person is a member, in the order of the gateway; where it lists none, those that are remembered.
    pub servers: Vec<ChatServer>,
    /// [`ChatServer::id`] of the one that this person is in now, where one is in one at a time ([`ChatCan::many`]).
    pub here: Option<String>,
}

/// What can be done on a chat server of some kind. What cannot is not offered, and not carried out either.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChatCan {
    /// Change a line ([`Command::EditLine`](super::Command::EditLine)).
    pub edit: bool,
    /// Take a line back ([`Command::DeleteLine`](super::Command::DeleteLine)).
    pub delete: bool,
    /// Answer a line.
    pub reply: bool,
    /// Tell that one is writing, and see who is.
    pub typing: bool,
    /// Be seen in a certain way, and see how others are ([`ChatPerson::status`]).
    pub status: bool,
    /// Voice rooms.
    pub voice: bool,
    /// Read what was said before one came.
    pub past: bool,
    /// Communities have channels, which their owners make. Where not, each is one room: its only channel has its id.
    pub channels: bool,
    /// Be in several communities at once. Where not, joining one leaves the one of before, and only in
    /// [`ChatView::here`] can be talked.
    pub many: bool,
    /// Make a community as a stream.
    pub streams: bool,
    /// Make a community that nobody finds by its name.
    pub hidden: bool,
    /// What names a community that one wants to join.
    pub join: JoinBy,
    /// How long a line may be.
    pub line: LongestLine,
}

/// What names a community that one wants to join.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum JoinBy {
    /// Its id, or the code of a group.
    #[default]
    Code,
    /// Its number, which is its id.
    Number,
    /// Its number, or its name.
    NumberOrName,
}

/// How long a line may be; both count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LongestLine {
    /// Characters.
    pub characters: u32,
    /// Bytes of it as a JSON text, without its quotes.
    pub bytes: Option<u32>,
}

/// How somebody is seen, in a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PersonStatus {
    /// There.
    Online,
    /// Not just now.
    Idle,
    /// Not to be disturbed.
    Dnd,
    /// Not there, or not to be seen.
    #[default]
    Offline,
}

/// A community.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChatServer {
    /// Names it in commands.
    pub id: String,
    /// Name; that of the group where it is the community of one.
    pub name: String,
    /// This person owns it: may make channels and take back what others said, where these can be done.
    pub mine: bool,
    /// This person may leave it, or have it forgotten where the gateway lists none.
    pub may_leave: bool,
    /// How many members it has, where that is known.
    pub member_count: Option<u32>,
    /// The code of the group that it is the community of.
    pub sesh: Option<String>,
    /// Lines that this person has not read.
    pub unread: u32,
    /// Its channels and members are here; else [`Command::OpenServer`](super::Command::OpenServer) brings them.
    pub loaded: bool,
    /// In their order.
    pub channels: Vec<ChatChannel>,
    /// Those who are there first, then by name; at most 500.
    pub members: Vec<ChatPerson>,
}

/// A channel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChatChannel {
    /// Names it in commands.
    pub id: String,
    /// Name, without `#`.
    pub name: String,
    /// It has a voice room as well.
    pub voice: bool,
    /// About it.
    pub topic: Option<String>,
    /// The heading that it stands under.
    pub category: Option<String>,
    /// Lines of others that this person has not read; 100: that many or more.
    pub unread: u32,
    /// Names of those who are writing, this person not included.
    pub typing: Vec<String>,
    /// Who is in its voice room, in the order of joining.
    pub in_voice: Vec<VoicePerson>,
}

/// A member of a community.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChatPerson {
    /// Stays the same.
    pub id: String,
    /// Name.
    pub name: String,
    /// This person.
    pub me: bool,
    /// How they are seen.
    pub status: PersonStatus,
    /// What they say of themselves.
    pub custom_status: Option<String>,
}

/// Somebody in a voice room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VoicePerson {
    /// As [`ChatPerson::id`].
    pub id: String,
    /// Name.
    pub name: String,
    /// This person.
    pub me: bool,
    /// Is not heard.
    pub muted: bool,
    /// Does not hear.
    pub deafened: bool,
}

/// The channel that is open.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RoomView {
    /// From [`CommunityGateway::id`](super::CommunityGateway::id).
    pub gateway: String,
    /// From [`ChatServer::id`].
    pub server: String,
    /// From [`ChatChannel::id`].
    pub channel: String,
    /// Oldest first, at most 500; what this person just said last.
    pub lines: Vec<RoomLine>,
    /// There are older ones; [`Command::OlderLines`](super::Command::OlderLines) brings them.
    pub more: bool,
    /// Some are being read.
    pub loading: bool,
    /// Why they could not be read.
    pub failed: Option<Said>,
    /// The first line that was new when the room was opened, or when a face looked at it again.
    pub new_from: Option<String>,
}

/// A line of a room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RoomLine {
    /// Names it in commands. That of a line that is being said changes when it has been said.
    pub id: String,
    /// When; that of a line that is being said is this computer's time.
    pub at: f64,
    /// Name of who said it; empty where nobody knows it.
    pub author: String,
    /// As [`ChatPerson::id`]; `null` for guests of a sesh and for those who are gone.
    pub author_id: Option<String>,
    /// This person said it.
    pub mine: bool,
    /// What was said.
    pub text: String,
    /// It was changed.
    pub edited: bool,
    /// The line that it answers; one that is not among these may be older, or taken back.
    pub reply_to: Option<String>,
    /// What became of it.
    pub state: LineState,
    /// This person may change it.
    pub may_edit: bool,
    /// This person may take it back.
    pub may_delete: bool,
}

/// What became of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum LineState {
    /// It was said.
    Said,
    /// It is on its way.
    Sending,
    /// It was not said, or is not known to be. Nothing is done by itself:
    /// [`Command::RetryLine`](super::Command::RetryLine) or [`Command::DropLine`](super::Command::DropLine).
    Failed {
        /// Why.
        why: Said,
    },
}

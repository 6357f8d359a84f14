//! What there is on a Together server: communities ("servers") with channels, who is in them, and the lines of the one
//! channel that a person has open.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Said;

/// What there is on a Together server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChatView {
    /// How this person is seen there.
    pub status: PersonStatus,
    /// What this person says of themselves there.
    pub custom_status: Option<String>,
    /// Where this person is a member, in the order of the gateway.
    pub servers: Vec<ChatServer>,
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
    /// This person owns it: may make channels and take back what others said, and cannot leave it.
    pub mine: bool,
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

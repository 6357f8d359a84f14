//! What REST calls carry, in both directions (facts/other-gateways.md §3.3). Answers have the members of the document
//! and of the real server; readers take either.

use serde::{Deserialize, Deserializer, Serialize};

/// Who is signed in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// UUID.
    pub id: String,
    /// Name.
    pub username: String,
    /// Address; told to its owner only.
    #[serde(default)]
    pub email: Option<String>,
    /// The picture's address.
    #[serde(default)]
    pub avatar_url: Option<String>,
    /// online, idle, dnd, offline.
    #[serde(default)]
    pub status: String,
    /// What they say of themselves.
    #[serde(default)]
    pub custom_status: Option<String>,
    /// RFC 3339.
    #[serde(default)]
    pub created_at: String,
}

/// A community (TOG-13, TOG-R10).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Server {
    /// UUID.
    pub id: String,
    /// Name.
    pub name: String,
    /// About it; the document's.
    #[serde(default)]
    pub description: Option<String>,
    /// UUID; `null` for a sesh that nobody with an account owns.
    #[serde(default)]
    pub owner_id: Option<String>,
    /// The picture's address; the real server's.
    #[serde(default)]
    pub icon_url: Option<String>,
    /// Members; the real server tells it in REST answers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member_count: Option<u32>,
    /// The code of the sesh group that it belongs to; ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sesh: Option<String>,
    /// RFC 3339.
    #[serde(default)]
    pub created_at: String,
    /// RFC 3339; the real server's.
    #[serde(default)]
    pub updated_at: Option<String>,
}

/// A channel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    /// UUID.
    pub id: String,
    /// UUID.
    pub server_id: String,
    /// What the channel is called where there are only numbers (ours); who knows it may come in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    /// Name.
    pub name: String,
    /// `text` or `voice`.
    #[serde(rename = "type")]
    pub kind: String,
    /// From 0.
    #[serde(default)]
    pub position: u32,
    /// The heading that it stands under.
    #[serde(default)]
    pub category: Option<String>,
    /// About it.
    #[serde(default)]
    pub topic: Option<String>,
    /// RFC 3339.
    #[serde(default)]
    pub created_at: String,
}

/// Somebody in a community.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// UUID.
    pub user_id: String,
    /// Name.
    pub username: String,
    /// The picture's address.
    #[serde(default)]
    pub avatar_url: Option<String>,
    /// online, idle, dnd, offline.
    #[serde(default)]
    pub status: String,
    /// What they say of themselves; ours.
    #[serde(default)]
    pub custom_status: Option<String>,
    /// The name in this community.
    #[serde(default)]
    pub nickname: Option<String>,
    /// RFC 3339.
    #[serde(default)]
    pub joined_at: String,
}

/// A message (TOG-14, TOG-R11).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// UUID.
    pub id: String,
    /// UUID.
    pub channel_id: String,
    /// UUID; `null` for guests of a sesh.
    #[serde(default)]
    pub author_id: Option<String>,
    /// The author's name when it was said; ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author_name: Option<String>,
    /// Text.
    pub content: String,
    /// UUID.
    #[serde(default)]
    pub reply_to: Option<String>,
    /// RFC 3339; `null`: never (the document's).
    #[serde(default)]
    pub updated_at: Option<String>,
    /// The same (the real server's).
    #[serde(default)]
    pub edited_at: Option<String>,
    /// Deleted messages are not told, so it is `false`; the real server's.
    #[serde(default)]
    pub deleted: bool,
    /// RFC 3339.
    #[serde(default)]
    pub created_at: String,
}

impl Message {
    /// When it was changed last.
    #[must_use]
    pub fn changed_at(&self) -> Option<&str> {
        self.updated_at.as_deref().or(self.edited_at.as_deref())
    }
}

/// Somebody in a voice room (TOG-19, TOG-R13).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoiceState {
    /// UUID.
    pub user_id: String,
    /// UUID; `null` when they have left (TOG-20).
    #[serde(default)]
    pub channel_id: Option<String>,
    /// Name.
    #[serde(default)]
    pub username: Option<String>,
    /// Not heard; the document's.
    #[serde(default)]
    pub muted: Option<bool>,
    /// Does not hear; the document's.
    #[serde(default)]
    pub deafened: Option<bool>,
    /// Has switched the own microphone off; the real server's, as those that follow.
    #[serde(default)]
    pub self_mute: Option<bool>,
    /// Has switched the own speakers off.
    #[serde(default)]
    pub self_deaf: Option<bool>,
    /// Was muted by others.
    #[serde(default)]
    pub server_mute: Option<bool>,
    /// Was deafened by others.
    #[serde(default)]
    pub server_deaf: Option<bool>,
    /// RFC 3339.
    #[serde(default)]
    pub joined_at: Option<String>,
}

impl VoiceState {
    /// Whether they are not heard.
    #[must_use]
    pub fn is_muted(&self) -> bool {
        [self.muted, self.self_mute, self.server_mute].contains(&Some(true))
    }

    /// Whether they do not hear.
    #[must_use]
    pub fn is_deafened(&self) -> bool {
        [self.deafened, self.self_deaf, self.server_deaf].contains(&Some(true))
    }
}

/// The answer of `POST /auth/register` and `POST /auth/login`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// For REST and the socket.
    pub access_token: String,
    /// Not used by this protocol.
    #[serde(default)]
    pub refresh_token: Option<String>,
    /// Who.
    pub user: User,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn").field("user", &self.user.id).finish_non_exhaustive()
    }
}

/// The body of `POST /servers`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewServer {
    /// 1..=100 characters.
    pub name: String,
    /// The picture's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon_url: Option<String>,
}

/// The body of `POST /servers/:id/channels`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewChannel {
    /// 1..=100 characters.
    pub name: String,
    /// What for.
    #[serde(rename = "type")]
    pub kind: ChannelKind,
    /// About it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// The heading that it stands under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
}

/// What a channel is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// Messages.
    Text,
    /// Messages, and a voice room.
    Voice,
}

/// The body of `POST /channels/:id/messages`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewMessage {
    /// 1..=4000 characters.
    pub content: String,
    /// UUID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
}

/// The body of `PATCH /messages/:id`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageEdit {
    /// 1..=4000 characters.
    pub content: String,
}

/// The body of `PATCH /channels/:id/voice`: at least one member, and no others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoiceEdit {
    /// The own microphone is off. `muted` says the same.
    #[serde(default, alias = "muted", skip_serializing_if = "Option::is_none")]
    pub self_mute: Option<bool>,
    /// The own speakers are off. `deafened` says the same.
    #[serde(default, alias = "deafened", skip_serializing_if = "Option::is_none")]
    pub self_deaf: Option<bool>,
}

/// The body of `PATCH /users/@me`. What is missing stays, `null` clears.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserEdit {
    /// online, idle, dnd, offline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// What they say of themselves.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub custom_status: Option<Option<String>>,
    /// The picture's address.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<Option<String>>,
}

/// A member that is there is given, `null` too.
fn given<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(value).map(Some)
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Error {
    /// In words.
    pub error: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// TOG-13, TOG-14, TOG-19: the real server's members are enough, and so are the document's.
    #[test]
    fn either_kind_of_answer_is_read() {
        let real = r#"{"id":"m","channel_id":"c","author_id":null,"content":"x","reply_to":null,
            "edited_at":"2025-01-01T12:00:00Z","deleted":false,"created_at":"2025-01-01T12:00:00Z"}"#;
        let message: Message = serde_json::from_str(real).unwrap();
        assert_eq!(
            (message.changed_at(), message.author_id.as_deref()),
            (Some("2025-01-01T12:00:00Z"), None)
        );
        let document =
            r#"{"id":"s","name":"n","description":null,"owner_id":"o","member_count":12,"created_at":""}"#;
        let server: Server = serde_json::from_str(document).unwrap();
        assert_eq!((server.member_count, server.updated_at), (Some(12), None));
        let state: VoiceState = serde_json::from_str(r#"{"user_id":"u","server_mute":true}"#).unwrap();
        assert!(state.is_muted() && !state.is_deafened() && state.channel_id.is_none());
    }

    #[test]
    fn what_is_cleared_differs_from_what_is_left() {
        let clears: UserEdit = serde_json::from_str(r#"{"custom_status":null}"#).unwrap();
        assert_eq!((clears.custom_status, clears.avatar_url), (Some(None), None));
        assert_eq!(serde_json::to_string(&UserEdit::default()).unwrap(), "{}");
    }

    #[test]
    fn a_voice_edit_has_no_other_members() {
        assert!(serde_json::from_str::<VoiceEdit>(r#"{"server_mute":true}"#).is_err());
        assert_eq!(serde_json::from_str::<VoiceEdit>(r#"{"muted":true}"#).unwrap().self_mute, Some(true));
    }
}

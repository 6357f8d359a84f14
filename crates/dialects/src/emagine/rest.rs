//! What REST calls carry, in both directions (facts/other-gateways.md §4.3). Every answer has `success`; a refusal has
//! `error` beside it. Ids are written as texts, and read as numbers too.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

/// The body of `POST /auth/login` and `POST /auth/register`. Not shown by `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// Name.
    pub username: String,
    /// Password.
    pub password: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(…)")
    }
}

/// Their answer. Not shown by `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// For REST and the socket.
    pub token: String,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignedIn(…)")
    }
}

/// Any answer that is no refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Success<T> {
    /// `true`.
    pub success: bool,
    /// What was asked for.
    #[serde(flatten)]
    pub answer: T,
}

impl<T> Success<T> {
    /// With what was asked for.
    pub const fn with(answer: T) -> Self {
        Self { success: true, answer }
    }
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// `false`.
    pub success: bool,
    /// In words.
    pub error: String,
}

/// The answer of `GET /users/me` and `GET /users/:id`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProfileOf {
    /// Whose.
    pub profile: Profile,
}

/// Somebody. What is counted here nobody counts, so it is 0.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// Id.
    #[serde(deserialize_with = "id")]
    pub id: String,
    /// Name.
    pub username: String,
    /// The name to show.
    #[serde(default)]
    pub display_name: Option<String>,
    /// The picture's address.
    #[serde(default)]
    pub avatar: Option<String>,
    /// About them.
    #[serde(default)]
    pub description: Option<String>,
    /// 0.
    #[serde(default)]
    pub follower_count: u64,
    /// 0.
    #[serde(default)]
    pub karma: i64,
    /// 0.
    #[serde(default)]
    pub post_count: u64,
    /// 0.
    #[serde(default)]
    pub solutions: u64,
    /// Empty.
    #[serde(default)]
    pub credentials: Map<String, Value>,
    /// Empty.
    #[serde(default)]
    pub areas: Vec<Value>,
}

/// What a channel is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChannelKind {
    /// 0: a question.
    #[default]
    Question,
    /// 1: a stream.
    Stream,
    /// 2: direct messages.
    Direct,
}

impl ChannelKind {
    /// The number.
    #[must_use]
    pub const fn number(self) -> u64 {
        match self {
            Self::Question => 0,
            Self::Stream => 1,
            Self::Direct => 2,
        }
    }

    /// Reads a number, also in a text.
    #[must_use]
    pub fn of(value: &Value) -> Option<Self> {
        let number = match value {
            Value::Number(number) => number.as_f64()?,
            Value::String(text) => text.trim().parse().ok()?,
            _ => return None,
        };
        [Self::Question, Self::Stream, Self::Direct].into_iter().find(|kind| kind.number() as f64 == number)
    }

    /// Whether anybody may find it.
    #[must_use]
    pub const fn is_public(self) -> bool {
        !matches!(self, Self::Direct)
    }
}

/// The body of `POST /channels`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NewChannel {
    /// 0 a question, 1 a stream, 2 direct messages.
    #[serde(rename = "type")]
    pub kind: u64,
    /// When, ms since 1970.
    pub timestamp: u64,
    /// 1..=[`limits::TITLE`](super::limits::TITLE).
    pub title: String,
    /// About it.
    pub description: String,
    /// What it is about, in a word.
    pub topic: String,
    /// Where a stream is.
    #[serde(default, rename = "streamURL", skip_serializing_if = "Option::is_none")]
    pub stream_url: Option<String>,
}

/// The answer of `POST /channels`, `POST /channels/:id/posts`, and `PUT` and `DELETE /channels/:id/members/me`, which
/// only our server has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Created {
    /// Id.
    #[serde(deserialize_with = "id")]
    pub id: String,
}

/// The answer of `GET /channels/:id`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChannelOf {
    /// Which.
    pub channel: Channel,
}

/// The answer of `GET /channels`, which only our server has: the channels in which one is a member, without theirs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Channels {
    /// In the order of their creation.
    pub channels: Vec<Channel>,
}

/// A channel.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Channel {
    /// Id.
    #[serde(deserialize_with = "id")]
    pub id: String,
    /// 0 a question, 1 a stream, 2 direct messages; as it was posted.
    #[serde(default, rename = "type")]
    pub kind: Value,
    /// Name.
    #[serde(default)]
    pub title: String,
    /// About it.
    #[serde(default)]
    pub description: String,
    /// What it is about, in a word.
    #[serde(default)]
    pub topic: String,
    /// Id; 0 when nobody with an account made it.
    #[serde(default, deserialize_with = "id")]
    pub author: String,
    /// Ids; left out of lists of channels.
    #[serde(default, deserialize_with = "ids", skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<String>>,
    /// `timestamp`, `streamURL` and what else was posted.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The body of `POST /channels/:id/posts`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NewPost {
    /// What kind; 0 is a text.
    #[serde(rename = "type")]
    pub kind: Value,
    /// 1..=[`limits::CONTENT`](super::limits::CONTENT).
    pub content: String,
    /// `timestamp`, and whatever else comes back with the message.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The answer of `GET /channels/:id/posts`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Posts {
    /// Oldest first.
    pub posts: Vec<Message>,
}

/// A message (EMG-R3).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Id.
    #[serde(deserialize_with = "id")]
    pub id: String,
    /// Id.
    #[serde(default, deserialize_with = "id")]
    pub channel_id: String,
    /// Id; 0 for who has no account.
    #[serde(default, deserialize_with = "id")]
    pub author: String,
    /// What kind, as it was posted; 0 is a text.
    #[serde(default, rename = "type")]
    pub kind: Value,
    /// Text.
    #[serde(default)]
    pub content: String,
    /// `timestamp` (ms since 1970, if it was posted) and everything else that was posted.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Message {
    /// Who said it, by name: our server adds it.
    pub const AUTHOR_NAME: &str = "author_name";

    /// When, ms since 1970, if it was posted.
    #[must_use]
    pub fn timestamp(&self) -> Option<u64> {
        self.extra.get("timestamp")?.as_u64()
    }

    /// Who said it, by name, where the server tells it.
    #[must_use]
    pub fn author_name(&self) -> Option<&str> {
        self.extra.get(Self::AUTHOR_NAME)?.as_str()
    }
}

/// The answer of `GET /version`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// 1.
    pub version: u32,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Text(String),
    Number(u64),
}

impl From<Id> for String {
    fn from(id: Id) -> Self {
        match id {
            Id::Text(text) => text,
            Id::Number(number) => number.to_string(),
        }
    }
}

fn id<'de, D: Deserializer<'de>>(value: D) -> Result<String, D::Error> {
    Id::deserialize(value).map(Into::into)
}

fn ids<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Vec<String>>, D::Error> {
    let ids = Option::<Vec<Id>>::deserialize(value)?;
    Ok(ids.map(|ids| ids.into_iter().map(Into::into).collect()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// EMG-07 (EMG-R3)
    #[test]
    fn a_message_keeps_what_it_came_with() {
        let text = json!({ "id": 7, "channel_id": "9", "author": "5", "type": "gif", "content": "x",
            "timestamp": 12, "author_name": "ada", "more": { "a": [1] } });
        let message: Message = serde_json::from_value(text.clone()).unwrap();
        assert_eq!((message.id.as_str(), message.timestamp()), ("7", Some(12)));
        assert_eq!((message.author_name(), &message.kind), (Some("ada"), &json!("gif")));
        let mut written = serde_json::to_value(&message).unwrap();
        written["id"] = json!(7);
        assert_eq!(written, text);
    }

    #[test]
    fn an_answer_has_its_success_beside_it() {
        let answer = Success::with(SignedIn { token: "t".into() });
        let text = serde_json::to_string(&answer).unwrap();
        assert_eq!(text, r#"{"success":true,"token":"t"}"#);
        assert_eq!(serde_json::from_str::<Success<SignedIn>>(&text).unwrap(), answer);
        let secret = format!("{answer:?} {:?}", Credentials { username: "u".into(), password: "pw".into() });
        assert!(!secret.contains("pw") && !secret.contains("\"t\""), "{secret}");
    }

    #[test]
    fn a_channel_is_a_question_a_stream_or_direct_messages() {
        let kinds = [json!(0), json!("1"), json!(2.0)].map(|kind| ChannelKind::of(&kind));
        let all = [ChannelKind::Question, ChannelKind::Stream, ChannelKind::Direct];
        assert_eq!(kinds, all.map(Some));
        assert_eq!(all.map(ChannelKind::is_public), [true, true, false]);
        for none in [json!(3), json!(-1), json!(null), json!("x"), json!([0])] {
            assert_eq!(ChannelKind::of(&none), None, "{none}");
        }
    }

    #[test]
    fn a_profile_reads_as_the_real_server_writes_it() {
        let profile: Profile =
            serde_json::from_value(json!({ "username": "alice", "id": "12", "displayName": "alice",
            "avatar": null, "followerCount": 0, "karma": 0, "postCount": 0, "solutions": 0, "description": "",
            "credentials": {}, "areas": [] }))
            .unwrap();
        assert_eq!((profile.id.as_str(), profile.display_name.as_deref()), ("12", Some("alice")));
    }
}

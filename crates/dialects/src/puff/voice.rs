//! Voice in a sesh, an extension of Hearth: what a member of a group is given that asks over HTTP for access to its voice
//! room (`POST /v1/groups/CODE/voice`). The room itself is one of the Together dialect on the same gateway.

use serde::{Deserialize, Serialize};

/// Who one is in the Together dialect, and which room it is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoiceAccess {
    /// An access token of the Together dialect.
    pub access_token: String,
    /// For how many milliseconds from now it is good.
    pub expires_ms: u64,
    /// The account that it is of; while it is in the room, the member's [`VoiceChannel`](super::VoiceChannel) has this
    /// id.
    pub user_id: String,
    /// The group's server.
    pub server_id: String,
    /// Its voice channel.
    pub channel_id: String,
}

impl std::fmt::Debug for VoiceAccess {
    /// Without the token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { access_token: _, expires_ms, user_id, server_id, channel_id } = self;
        f.debug_struct("VoiceAccess")
            .field("expires_ms", expires_ms)
            .field("user_id", user_id)
            .field("server_id", server_id)
            .field("channel_id", channel_id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::VoiceAccess;

    #[test]
    fn an_access_does_not_show_its_token() {
        let json = r#"{"access_token":"a.b.c","expires_ms":900000,"user_id":"u","server_id":"s","channel_id":"v","more":1}"#;
        let access: VoiceAccess = serde_json::from_str(json).unwrap();
        assert_eq!((access.access_token.as_str(), access.expires_ms), ("a.b.c", 900_000));
        let shown = format!("{access:?}");
        assert!(!shown.contains("a.b.c") && shown.contains("\"u\""), "{shown}");
    }
}

//! The bodies of requests and their answers (facts/other-gateways.md §1.3).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::number::Number;

/// The body of `POST /api/v2/auth/create`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewAccount {
    /// 3–32 of `a` to `z` in either case, digits, `_`, `-` and `.`.
    pub username: String,
    /// About them; up to [`limits::BIO`](super::limits::BIO).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bio: Option<String>,
}

/// Its answer. The token is all that lets its owner in again.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Created {
    /// Who.
    pub user_id: Number,
    /// Name.
    pub username: String,
    /// For `Present` and for REST.
    pub token: String,
}

impl fmt::Debug for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Created").field("user_id", &self.user_id).finish_non_exhaustive()
    }
}

/// The body of `POST /api/v2/channels/ID/messages`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewMessage {
    /// Up to [`limits::CONTENT`](super::limits::CONTENT).
    pub content: String,
    /// Comes back with the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<Number>,
}

/// A refusal; its status is 400.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// See [`ErrorCode`](super::ErrorCode).
    pub code: u64,
    /// In words.
    pub error: String,
}

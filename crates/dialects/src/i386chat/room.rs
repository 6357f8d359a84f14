//! People and rooms.

use serde::{Deserialize, Serialize};

use super::number::Number;

/// Somebody. Where more of them is not known, the rest is missing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// 0 for a guest of a sesh, who has no account.
    #[serde(default)]
    pub id: Number,
    /// Name.
    #[serde(default)]
    pub name: String,
    /// The account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uuid: Option<String>,
    /// Whether they may ban people from the whole server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admin: Option<bool>,
    /// About them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bio: Option<String>,
}

/// A room: where people talk (I386-R15).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Room {
    /// Whoever knows it may come in.
    pub id: Number,
    /// Name.
    #[serde(default)]
    pub name: String,
    /// About it.
    #[serde(default)]
    pub description: Option<String>,
    /// `true`: anybody finds it by its name.
    #[serde(default)]
    pub visibility: bool,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creator: Option<User>,
}

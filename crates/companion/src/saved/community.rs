//! What is remembered of a community gateway. Its secret is not part of it: that is in the keychain.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::contract::{AllowedName, CommunityKind, PersonStatus};

/// A community gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SavedCommunity {
    /// Names it in commands and in the keychain.
    pub id: u32,
    /// What it is.
    pub kind: CommunityKind,
    /// Its address.
    pub url: String,
    /// The name that this person has there.
    pub name: String,
    /// A secret for it is in the keychain.
    #[serde(default)]
    pub has_secret: bool,
    /// It is wanted.
    #[serde(default)]
    pub on: bool,
    /// Services that are followed.
    #[serde(default)]
    pub followed: Vec<String>,
    /// This person's devices are offered there.
    #[serde(default)]
    pub sharing: bool,
    /// Who may send commands.
    #[serde(default)]
    pub allowed: Vec<AllowedName>,
    /// Of a chat server.
    #[serde(default, skip_serializing_if = "SavedRooms::is_usual")]
    pub rooms: SavedRooms,
}

/// What is remembered of a chat server besides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SavedRooms {
    /// How this person wants to be seen there.
    pub status: PersonStatus,
    /// What this person says of themselves there; empty: nothing.
    pub custom_status: String,
    /// Communities that were looked into.
    pub servers: Vec<String>,
    /// How far each channel was read.
    pub read: BTreeMap<String, ReadMark>,
    /// Communities that this person is in, where the server does not list them.
    pub places: Vec<SavedPlace>,
}

/// A community that the server does not list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SavedPlace {
    /// Names it.
    pub id: String,
    /// Its name, as it was told last.
    pub name: String,
}

/// How far a channel was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadMark {
    /// The last line that was read.
    pub line: String,
    /// When it was said, ms since 1970.
    pub at: i64,
}

impl Default for SavedRooms {
    fn default() -> Self {
        Self {
            status: PersonStatus::Online,
            custom_status: String::new(),
            servers: Vec::new(),
            read: BTreeMap::new(),
            places: Vec::new(),
        }
    }
}

impl SavedRooms {
    /// There is nothing to remember.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

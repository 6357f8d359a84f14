//! What is remembered of a community gateway. Its secret is not part of it: that is in the keychain.

use serde::{Deserialize, Serialize};

use crate::contract::{AllowedName, CommunityKind};

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
}

//! What of the groups outlives a restart of the gateway: enough for members to find back into them by code.

use hearth_clock::Now;
use hearth_dialects::puff::{GroupId, SessionId, Visibility};
use serde::{Deserialize, Serialize};

use super::Hub;
use super::group::{Group, Phase};

/// One group, without its members: sessions end with the gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredGroup {
    /// Code.
    pub id: String,
    /// Name.
    pub name: String,
    /// Listed for everyone.
    pub public: bool,
    /// Seshes so far.
    pub sesh_counter: u64,
}

impl Hub {
    /// All groups, in order of creation.
    #[must_use]
    pub fn stored_groups(&self) -> Vec<StoredGroup> {
        let store = |group: &Group| StoredGroup {
            id: group.id.0.clone(),
            name: group.name.clone(),
            public: group.visibility == Visibility::Public,
            sesh_counter: group.sesh_counter,
        };
        self.groups.values().map(store).collect()
    }

    /// Brings stored groups back, empty: the first who joins owns the group, and a group that nobody joins is
    /// deleted as any empty one. Codes that are taken are left alone.
    pub fn restore(&mut self, now: Now, groups: Vec<StoredGroup>) {
        for StoredGroup { id, name, public, sesh_counter } in groups {
            let id = GroupId(id);
            if self.codes.contains_key(&id) || self.groups.len() >= self.config.groups {
                continue;
            }
            let key = self.insert_group(Group {
                id,
                name,
                visibility: if public { Visibility::Public } else { Visibility::Private },
                persistent: false,
                owner: SessionId::default(),
                phase: Phase::Chilling,
                sesh_counter,
                members: Vec::new(),
                empty_until: Some(now.instant + self.config.empty_group),
            });
            self.set_group_timer(now, key);
        }
    }
}

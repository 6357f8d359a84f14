//! What only the owner or an administrator may: edit and transfer; and who is the owner next.

use hearth_clock::Now;
use hearth_dialects::puff::{
    EditGroup, ErrorCode, Event, GroupPatch, HearthGroup, Refusal, SessionId, User, Visibility,
};

use super::Hub;
use super::group::GroupKey;
use super::session::SessionKey;

impl Hub {
    /// The owner of the group, or an administrator.
    pub(super) fn require_owner(&self, group: GroupKey, key: SessionKey) -> Result<(), Refusal> {
        let owner = self.groups.get(&group).map(|group| &group.owner);
        let own = self.sessions.get(&key).map(|session| &session.id);
        let is_owner = owner.is_some() && owner == own;
        if is_owner || self.is_admin(key) { Ok(()) } else { Err(Refusal::action(ErrorCode::NotOwner)) }
    }

    /// Signed in with an account that has the administrator's flag; other flags give no rights.
    pub(super) fn is_admin(&self, key: SessionKey) -> bool {
        let user = self.sessions.get(&key).and_then(|session| session.user.as_deref());
        user.is_some_and(User::is_admin)
    }

    /// Op 5. Everything in the frame is checked before anything changes.
    pub(super) fn edit(&mut self, now: Now, key: SessionKey, edit: EditGroup) -> Result<(), Refusal> {
        let group_key = self.group_of(key)?;
        self.require_owner(group_key, key)?;
        let EditGroup { name, visibility, persistent, owner_session_id, hearth } = edit;
        if let Some(name) = &name
            && (is_blocked_name(name) || name.chars().any(char::is_control))
        {
            return Err(Refusal::action(ErrorCode::InvalidData));
        }
        if let Some(owner) = &owner_session_id {
            self.member_named(group_key, owner)?;
        }
        let is_admin = self.is_admin(key);
        let group = self.groups.get_mut(&group_key).ok_or(Refusal::action(ErrorCode::NotInGroup))?;
        // The web client sends this with every edit, so only a change of it needs a permission.
        if !is_admin && persistent.is_some_and(|persistent| persistent != group.persistent) {
            return Err(Refusal::action(ErrorCode::NotPermitted));
        }
        let was_public = group.visibility == Visibility::Public;
        let persisted = persistent.filter(|persistent| *persistent != group.persistent);
        group.persistent = persistent.unwrap_or(group.persistent);
        let turned = visibility.filter(|visibility| *visibility != group.visibility);
        if let Some(name) = &name {
            group.name.clone_from(name);
        }
        if let Some(visibility) = visibility {
            group.visibility = visibility;
        }
        if let Some(owner) = &owner_session_id {
            group.owner.clone_from(owner);
        }
        // One that runs already goes on as it is: nobody is heated sooner than they were told.
        let countdown = hearth.and_then(|wish| wish.countdown);
        group.countdown_ms = countdown.unwrap_or(group.countdown_ms);
        let is_public = group.visibility == Visibility::Public;
        self.communities.touch(group_key);
        let listed_changed =
            was_public != is_public || (is_public && (name.is_some() || persisted.is_some()));
        let hearth = countdown.map(HearthGroup::countdown);
        let patch =
            GroupPatch { name, visibility, persistent, owner_session_id, hearth, ..GroupPatch::default() };
        if patch != GroupPatch::default() {
            self.tell_group(group_key, None, Event::GroupUpdate(Box::new(patch)));
        }
        if let Some(visibility) = turned {
            let session_id = self.id_of(key);
            self.tell_group(group_key, None, Event::VisibilityChange { visibility, session_id });
        }
        if listed_changed {
            self.public_list_changed(now);
        }
        Ok(())
    }

    /// Op 16: only to a member.
    pub(super) fn transfer(&mut self, key: SessionKey, target: &SessionId) -> Result<(), Refusal> {
        let group = self.group_of(key)?;
        self.require_owner(group, key)?;
        self.member_named(group, target)?;
        self.make_owner(group, target.clone());
        Ok(())
    }

    /// When the owner is gone, the member who joined first of those that are connected follows, or the first of
    /// all.
    pub(super) fn pass_ownership(&mut self, group_key: GroupKey) {
        let Some(group) = self.groups.get(&group_key) else { return };
        let members = || group.members.iter().filter_map(|member| self.sessions.get(member));
        if members().any(|member| member.id == group.owner) {
            return;
        }
        let heir = members().find(|member| member.is_connected()).or_else(|| members().next());
        if let Some(heir) = heir.map(|heir| heir.id.clone()) {
            self.make_owner(group_key, heir);
        }
    }

    fn make_owner(&mut self, group_key: GroupKey, owner: SessionId) {
        let Some(group) = self.groups.get_mut(&group_key) else { return };
        group.owner.clone_from(&owner);
        self.communities.touch(group_key);
        let patch = GroupPatch { owner_session_id: Some(owner), ..GroupPatch::default() };
        self.tell_group(group_key, None, Event::GroupUpdate(Box::new(patch)));
    }
}

/// Names that advertise other places (facts §5, op 2). As in the TypeScript gateway the dot stands for any
/// character, and case does not matter.
pub(super) fn is_blocked_name(name: &str) -> bool {
    const PATTERNS: [&str; 5] = ["discord.gg", "discord.me", "d.gg", "twitter.com", "x.com"];
    let name: Vec<char> = name.to_lowercase().chars().collect();
    PATTERNS.iter().any(|pattern| {
        let pattern: Vec<char> = pattern.chars().collect();
        let fits = |(have, want): (&char, &char)| *want == '.' || have == want;
        name.windows(pattern.len()).any(|window| window.iter().zip(&pattern).all(fits))
    })
}

#[cfg(test)]
mod tests {
    use super::is_blocked_name;

    #[test]
    fn names_with_invitations_are_blocked() {
        for name in ["join discord.gg/x", "DISCORD.ME", "see x.com now", "xzcom", "dXgg"] {
            assert!(is_blocked_name(name), "{name}");
        }
        for name in ["Golden Goat", "x com", "", "Käsekuchen"] {
            assert!(!is_blocked_name(name) || name == "x com", "{name}");
        }
    }
}

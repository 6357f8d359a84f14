//! How much is going on, for whoever hosts and for those who look for a gateway. Counts only: no names, no codes.

use hearth_dialects::puff::Visibility;

use super::Hub;

/// How many are here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// Open sockets.
    pub people: usize,
    /// Those of them that do not come from this computer.
    pub guests: usize,
    /// Groups that everybody may find.
    pub public_groups: usize,
    /// Groups of either kind that somebody is in.
    pub lively_groups: usize,
}

impl Hub {
    /// Counts who is here.
    #[must_use]
    pub fn census(&self) -> Census {
        let connected = self.sessions.values().filter(|session| session.is_connected());
        let (mut people, mut guests) = (0, 0);
        for session in connected {
            people += 1;
            guests += usize::from(!session.peer.address.to_canonical().is_loopback());
        }
        let public = self.groups.values().filter(|group| group.visibility == Visibility::Public);
        let lively = self.groups.values().filter(|group| !group.members.is_empty());
        Census { people, guests, public_groups: public.count(), lively_groups: lively.count() }
    }
}

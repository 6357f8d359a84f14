//! Being in a group, or on the way there. Creating and joining take a round trip; what the owner wants in the
//! meantime is kept in [`Next`] and done when the answer is there, so that a quick "leave" is never lost.

use std::time::{Duration, Instant};

use hearth_dialects::puff::GroupId;

use super::replica::Replica;
use crate::group::Request;

/// A gateway that has not answered by then will not.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// The TypeScript gateway and ours join the creator by themselves, at once; the Elixir gateway waits to be
/// asked (facts §4). One that has not done it by then is asked.
pub(super) const AUTO_JOIN_WITHIN: Duration = Duration::from_millis(300);

/// Between two tries to get back into a group while joining is limited in rate (2 in 5 s, facts §5).
pub(super) const REJOIN_AGAIN_AFTER: Duration = Duration::from_secs(5);

/// Whether this session is in a group.
#[derive(Debug, Default)]
pub(super) enum Membership {
    /// In none.
    #[default]
    None,
    /// Asked for a new one.
    Creating {
        /// Its code, once the gateway has told it.
        code: Option<GroupId>,
        /// When to join it by ourselves.
        join_at: Option<Instant>,
        until: Instant,
        next: Next,
    },
    /// Asked to join.
    Joining {
        code: GroupId,
        until: Instant,
        next: Next,
        /// The gateway thought that we were in some group; it was told to leave that first.
        left_first: bool,
    },
    /// The session could not be resumed (or the gateway forgot us): getting back into the same group. The owner
    /// still sees it as it was.
    Rejoining { replica: Box<Replica>, again_at: Instant, left_first: bool },
    /// In it.
    In(Box<Replica>),
}

/// What the owner wants after the answer to the present question.
#[derive(Debug, Default, PartialEq)]
pub(super) enum Next {
    /// Be in the group.
    #[default]
    Stay,
    /// Leave it again.
    Leave,
    /// Leave it again, then this.
    Instead(Box<Request>),
}

impl Membership {
    /// The group, when the gateway counts this session as a member.
    pub fn replica(&mut self) -> Option<&mut Replica> {
        match self {
            Self::In(replica) => Some(replica),
            _ => None,
        }
    }

    /// The group as the owner sees it.
    pub fn shown(&mut self) -> Option<&mut Replica> {
        match self {
            Self::In(replica) | Self::Rejoining { replica, .. } => Some(replica),
            Self::None | Self::Creating { .. } | Self::Joining { .. } => None,
        }
    }

    /// In a group, as far as both sides know.
    pub fn is_in(&self) -> bool {
        matches!(self, Self::In(_))
    }

    /// When it is to be looked at, on a live connection.
    pub fn due(&self) -> Option<Instant> {
        match self {
            Self::Creating { join_at, until, .. } => Some(join_at.map_or(*until, |at| at.min(*until))),
            Self::Joining { until, .. } => Some(*until),
            Self::Rejoining { again_at, .. } => Some(*again_at),
            Self::None | Self::In(_) => None,
        }
    }
}

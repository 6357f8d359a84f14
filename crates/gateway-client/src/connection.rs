//! The states of a connection, as every dialect goes through them. What is said until it is usable, and what is kept
//! of a usable one, belongs to the dialects.

use std::time::{Duration, Instant};

use crate::machine::{HttpId, OpenFailure, SocketId};

/// Opening a socket may take this long, name resolution, TCP and TLS included.
pub(crate) const OPEN_WITHIN: Duration = Duration::from_secs(12);

/// A sign-in is answered within this time; the driver gives up earlier.
pub(crate) const SIGN_IN_WITHIN: Duration = Duration::from_secs(40);

/// A normal end, and what is said to a server that does not answer.
pub(crate) const CLOSE_NORMAL: u16 = 1000;
pub(crate) const CLOSE_GIVEN_UP: u16 = 1001;

/// Where the connection is. `L` is a usable one, `G` how far the greeting has come.
#[derive(Debug)]
pub(crate) enum Connection<L, G = ()> {
    /// Not wanted.
    Offline,
    /// Who we are is being shown over HTTP.
    SigningIn { id: HttpId, until: Instant },
    /// The socket is being opened.
    Opening { socket: SocketId, until: Instant },
    /// Open; not everything is said that has to be said before it is of use.
    Greeting { socket: SocketId, until: Instant, stage: G },
    /// Usable.
    Live(Box<L>),
    /// Lost; trying again at `retry_at`.
    Waiting { retry_at: Instant },
    /// The server will not have us.
    Refused,
}

/// A usable connection.
pub(crate) trait Usable {
    /// Its socket.
    fn socket(&self) -> SocketId;
    /// Since when it is usable.
    fn since(&self) -> Instant;
    /// When it is to be looked at.
    fn due(&self) -> Instant;
}

impl<L: Usable, G> Connection<L, G> {
    /// The socket that is cared for.
    pub fn socket(&self) -> Option<SocketId> {
        match self {
            Self::Opening { socket, .. } | Self::Greeting { socket, .. } => Some(*socket),
            Self::Live(live) => Some(live.socket()),
            Self::Offline | Self::SigningIn { .. } | Self::Waiting { .. } | Self::Refused => None,
        }
    }

    /// When this state is to be looked at.
    pub fn due(&self) -> Option<Instant> {
        match self {
            Self::SigningIn { until, .. } | Self::Opening { until, .. } | Self::Greeting { until, .. } => {
                Some(*until)
            }
            Self::Live(live) => Some(live.due()),
            Self::Waiting { retry_at } => Some(*retry_at),
            Self::Offline | Self::Refused => None,
        }
    }

    pub fn live(&self) -> Option<&L> {
        if let Self::Live(live) = self { Some(live) } else { None }
    }

    pub fn live_mut(&mut self) -> Option<&mut L> {
        if let Self::Live(live) = self { Some(live) } else { None }
    }

    /// It is usable for at least this long.
    pub fn is_stable(&self, now: Instant, after: Duration) -> bool {
        self.live().is_some_and(|live| now >= live.since() + after)
    }
}

impl OpenFailure {
    /// Whether whatever answered is no server of the kind that was looked for. `known`: one was met at this address
    /// before. A proxy in front of a server that is restarting answers anything; a stranger's web server too.
    pub(crate) const fn is_stranger(&self, known: bool) -> bool {
        match self {
            Self::Http(status) => !known && !matches!(*status, 408 | 425 | 429 | 500..),
            Self::Network(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_web_server_that_does_not_upgrade_is_a_stranger_unless_one_of_the_kind_was_met_there() {
        for (status, known, is_stranger) in [
            (200, false, true),
            (404, false, true),
            (404, true, false),
            (429, false, false),
            (502, false, false),
        ] {
            assert_eq!(OpenFailure::Http(status).is_stranger(known), is_stranger, "{status}");
        }
        assert!(!OpenFailure::Network(String::new()).is_stranger(false));
    }
}

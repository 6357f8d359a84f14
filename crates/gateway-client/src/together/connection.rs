//! The states of the connection to a server, and what follows from how it ended.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use hearth_dialects::together::CloseCode;

use super::liveness::Liveness;
use super::{Refusal, User};
use crate::machine::{HttpId, OpenFailure, SocketId};

/// A sign-in is answered within this time; the driver gives up earlier.
pub(super) const SIGN_IN_WITHIN: Duration = Duration::from_secs(40);

/// Opening a socket may take this long, name resolution, TCP and TLS included.
pub(super) const OPEN_WITHIN: Duration = Duration::from_secs(12);

/// From the open socket to READY (TOG-10).
pub(super) const READY_WITHIN: Duration = Duration::from_secs(10);

/// A connection that was live for this long starts counting its tries anew when it is lost.
pub(super) const STABLE_AFTER: Duration = Duration::from_secs(10);

/// Where the connection is.
#[derive(Debug)]
pub(super) enum Connection {
    /// Not wanted.
    Offline,
    /// Name and password are being shown.
    SigningIn { id: HttpId, until: Instant },
    /// The socket is being opened.
    Opening { socket: SocketId, until: Instant },
    /// Open, and READY has not come.
    Greeting { socket: SocketId, until: Instant },
    /// Usable.
    Live(Box<Live>),
    /// Lost; trying again at `retry_at`.
    Waiting { retry_at: Instant },
    /// The server will not have us.
    Refused,
}

/// A usable connection.
#[derive(Debug)]
pub(super) struct Live {
    pub socket: SocketId,
    pub user: User,
    pub since: Instant,
    pub liveness: Liveness,
    /// The server has `away` in the place of `idle`, and reads only flat signals (facts TOG-R14, TOG-R16).
    pub is_real: bool,
    /// It does not close the socket for TYPING_START, which the document does not have.
    pub knows_typing: bool,
    /// When typing was told last, by channel.
    pub typed: BTreeMap<String, Instant>,
    pub renewal: Renewal,
}

/// A token is good for a quarter of an hour, and connections last longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Renewal {
    /// It is good, or nothing needs it.
    Idle,
    /// Signing in for another.
    Asked(HttpId),
    /// That did not work; it is tried again then.
    At(Instant),
}

impl Renewal {
    /// What it is when this time has come.
    pub fn after(self, now: Instant) -> Self {
        match self {
            Self::At(at) if at <= now => Self::Idle,
            renewal => renewal,
        }
    }
}

impl Connection {
    /// The socket that is cared for.
    pub fn socket(&self) -> Option<SocketId> {
        match self {
            Self::Opening { socket, .. } | Self::Greeting { socket, .. } => Some(*socket),
            Self::Live(live) => Some(live.socket),
            Self::Offline | Self::SigningIn { .. } | Self::Waiting { .. } | Self::Refused => None,
        }
    }

    /// When this state is to be looked at.
    pub fn due(&self) -> Option<Instant> {
        match self {
            Self::SigningIn { until, .. } | Self::Opening { until, .. } | Self::Greeting { until, .. } => {
                Some(*until)
            }
            Self::Live(live) => Some(live.liveness.next()),
            Self::Waiting { retry_at } => Some(*retry_at),
            Self::Offline | Self::Refused => None,
        }
    }

    pub fn live(&self) -> Option<&Live> {
        if let Self::Live(live) = self { Some(live) } else { None }
    }

    pub fn live_mut(&mut self) -> Option<&mut Live> {
        if let Self::Live(live) = self { Some(live) } else { None }
    }
}

/// What to do after a connection was lost, or not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum After {
    /// Try again.
    Retry,
    /// The token is not good: sign in for another, once (facts TOG-R1).
    SignIn,
    /// Do not try again unchanged.
    Never(Refusal),
}

impl After {
    /// After a close (TOG-09, TOG-30, TOG-31).
    pub fn close(code: Option<u16>, reason: &str) -> Self {
        match code.map(CloseCode::from_code) {
            Some(CloseCode::BadToken) => Self::SignIn,
            Some(CloseCode::Malformed) => Self::Never(Refusal::Misunderstood(reason.to_owned())),
            _ => Self::Retry,
        }
    }

    /// After a socket could not be opened, on an address where READY was heard before or not.
    pub fn open_failed(failure: &OpenFailure, known: bool) -> Self {
        match failure {
            OpenFailure::Http(400 | 401) => Self::SignIn,
            // A proxy in front of a server that is restarting answers anything; a stranger's web server too.
            OpenFailure::Http(status) if !known && !matches!(status, 408 | 425 | 429 | 500..) => {
                Self::Never(Refusal::NotTogether)
            }
            OpenFailure::Http(_) | OpenFailure::Network(_) => Self::Retry,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// TOG-09, TOG-30, TOG-31 (TOG-R1, TOG-R21)
    #[test]
    fn tog_31_the_table_of_ends_row_by_row() {
        let misunderstood = After::Never(Refusal::Misunderstood("why".into()));
        for (code, after) in [
            (None, After::Retry),
            (Some(1000), After::Retry),
            (Some(1001), After::Retry),
            (Some(1006), After::Retry),
            (Some(1009), After::Retry),
            (Some(4001), After::SignIn),
            (Some(4002), misunderstood),
            (Some(4008), After::Retry),
            (Some(4999), After::Retry),
        ] {
            assert_eq!(After::close(code, "why"), after, "{code:?}");
        }
        for (status, known, after) in [
            (400, true, After::SignIn),
            (401, false, After::SignIn),
            (200, false, After::Never(Refusal::NotTogether)),
            (404, false, After::Never(Refusal::NotTogether)),
            (404, true, After::Retry),
            (429, false, After::Retry),
            (502, false, After::Retry),
        ] {
            assert_eq!(After::open_failed(&OpenFailure::Http(status), known), after, "{status}");
        }
        assert_eq!(After::open_failed(&OpenFailure::Network(String::new()), false), After::Retry);
    }
}

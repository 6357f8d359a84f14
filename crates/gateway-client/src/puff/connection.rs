//! The states of the connection to the gateway.

use std::time::{Duration, Instant};

use hearth_dialects::puff::{CloseCode, Hello};

use super::liveness::Liveness;
use super::{OpenFailure, SocketId};
use crate::group::Refusal;

/// Opening a socket may take this long, name resolution, TCP and TLS included.
pub(super) const OPEN_WITHIN: Duration = Duration::from_secs(12);

/// From the open socket to the hello, and from the resume to its answer.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// A connection that was live for this long starts counting its tries anew when it is lost. Short, so that on a bad
/// network each loss gets its own tries inside the grace time.
pub(super) const STABLE_AFTER: Duration = Duration::from_secs(2);

/// Where the connection is.
#[derive(Debug)]
pub(super) enum Connection {
    /// Not wanted.
    Offline,
    /// The socket is being opened.
    Opening { socket: SocketId, until: Instant },
    /// Open; the gateway has not said hello yet.
    Greeting { socket: SocketId, until: Instant },
    /// Asked to take the earlier session up again.
    Resuming { socket: SocketId, until: Instant, hello: Box<Hello> },
    /// Usable.
    Live(Box<Live>),
    /// Lost; trying again at `retry_at`.
    Waiting { retry_at: Instant },
    /// The gateway will not have us.
    Refused,
}

/// A usable connection.
#[derive(Debug)]
pub(super) struct Live {
    pub socket: SocketId,
    pub since: Instant,
    pub resumed: bool,
    pub liveness: Liveness,
}

impl Connection {
    /// The socket that is cared for.
    pub fn socket(&self) -> Option<SocketId> {
        match self {
            Self::Opening { socket, .. } | Self::Greeting { socket, .. } | Self::Resuming { socket, .. } => {
                Some(*socket)
            }
            Self::Live(live) => Some(live.socket),
            Self::Offline | Self::Waiting { .. } | Self::Refused => None,
        }
    }

    /// When this state is to be looked at.
    pub fn due(&self) -> Option<Instant> {
        match self {
            Self::Opening { until, .. } | Self::Greeting { until, .. } | Self::Resuming { until, .. } => {
                Some(*until)
            }
            Self::Live(live) => Some(live.liveness.next()),
            Self::Waiting { retry_at } => Some(*retry_at),
            Self::Offline | Self::Refused => None,
        }
    }
}

/// What to do after a connection was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    /// Connect and resume.
    Resume,
    /// Connect, and forget the session.
    Fresh,
    /// Do not connect again.
    Never(Refusal),
}

impl After {
    /// By the table of close codes, [`CloseCode::retries`] and [`CloseCode::resumes`].
    pub fn close(code: Option<CloseCode>) -> Self {
        match code {
            Some(CloseCode::HostStopped) => Self::Never(Refusal::HostStopped),
            Some(code) if !code.retries() => Self::Never(Refusal::Suspended),
            Some(code) if !code.resumes() => Self::Fresh,
            _ => Self::Resume,
        }
    }

    /// After a socket could not be opened, on an address where a gateway was met before or not.
    pub fn open_failed(failure: &OpenFailure, known_gateway: bool) -> Self {
        match failure {
            // A proxy in front of a gateway that is restarting answers anything; a stranger's web server too.
            OpenFailure::Http(status) if !known_gateway && !matches!(status, 408 | 425 | 429 | 500..) => {
                Self::Never(Refusal::NotAGateway)
            }
            OpenFailure::Http(_) | OpenFailure::Network(_) => Self::Resume,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // PUFF-13
    #[test]
    fn the_table_of_close_codes_row_by_row() {
        for (code, after) in [
            (None, After::Resume),
            (Some(1000), After::Resume),
            (Some(1001), After::Resume),
            (Some(1006), After::Resume),
            (Some(1011), After::Resume),
            (Some(4001), After::Fresh),
            (Some(4002), After::Resume),
            (Some(4003), After::Never(Refusal::Suspended)),
            (Some(4006), After::Resume),
            (Some(4007), After::Fresh),
            (Some(4008), After::Resume),
            (Some(4009), After::Never(Refusal::HostStopped)),
            (Some(4999), After::Resume),
        ] {
            assert_eq!(After::close(code.map(CloseCode::from_code)), after, "{code:?}");
        }
    }

    #[test]
    fn a_web_server_that_does_not_upgrade_is_no_gateway_unless_one_was_met_there() {
        for (status, known, after) in [
            (200, false, After::Never(Refusal::NotAGateway)),
            (404, false, After::Never(Refusal::NotAGateway)),
            (404, true, After::Resume),
            (429, false, After::Resume),
            (502, false, After::Resume),
        ] {
            assert_eq!(After::open_failed(&OpenFailure::Http(status), known), after, "{status}");
        }
        assert_eq!(After::open_failed(&OpenFailure::Network(String::new()), false), After::Resume);
    }
}

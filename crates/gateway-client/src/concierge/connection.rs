//! The states of the connection to a concierge, and what follows from how it ended.

use std::time::{Duration, Instant};

use hearth_dialects::concierge::{CloseCode, limits};
use uuid::Uuid;

use super::Refusal;
use super::in_flight::InFlight;
use crate::connection::{self, Usable};
use crate::liveness::{Liveness, Pace};
use crate::machine::{OpenFailure, SocketId};

/// From the open socket, on which IDENTIFY goes out at once, to the hello.
pub(super) const HELLO_WITHIN: Duration = Duration::from_secs(10);

/// A connection that was live for this long starts counting its tries anew when it is lost.
pub(super) const STABLE_AFTER: Duration = Duration::from_secs(10);

/// For this long after a connection was lost, a name that is taken is taken for our own: a server misses a client
/// that is gone after 10 s or 15 s of silence (facts CON-R7), and looks only every 5 s.
pub(super) const OUR_GHOST: Duration = Duration::from_secs(30);

/// Our own pings. Only one generation of the server pings by itself, and every WebSocket library answers (facts
/// CON-R7). Before the hello none may be sent: one generation of the server closes the connection for it (facts CON-R3).
pub(super) const PACE: Pace = Pace { every: limits::PING, within: limits::SILENCE };

/// Where the connection is. Greeting: IDENTIFY is sent, and the hello has not come.
pub(super) type Connection = connection::Connection<Live>;

/// A usable connection.
#[derive(Debug)]
pub(super) struct Live {
    pub socket: SocketId,
    pub uuid: Uuid,
    pub since: Instant,
    pub liveness: Liveness,
    pub in_flight: InFlight,
    /// Which lists of the directory have not come yet.
    pub services_missing: bool,
    pub clients_missing: bool,
    /// When the subscribers of our own services are asked for, and when all services are.
    pub look_at: Instant,
    pub resync_at: Instant,
}

impl Usable for Live {
    fn socket(&self) -> SocketId {
        self.socket
    }

    fn since(&self) -> Instant {
        self.since
    }

    fn due(&self) -> Instant {
        let at = self.liveness.next().min(self.look_at).min(self.resync_at);
        self.in_flight.due().map_or(at, |due| due.min(at))
    }
}

/// What to do after a connection was lost, or not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    /// Try again.
    Retry,
    /// Do not try again unchanged.
    Never(Refusal),
}

impl After {
    /// After a close. `live` says that the server has said hello on that socket: then it has taken our
    /// identification, and what it says of a payload that it cannot read was not about that one (facts CON-R1).
    pub fn close(code: Option<u16>, live: bool) -> Self {
        match code.map(CloseCode::from_code) {
            Some(CloseCode::DuplicateAuth) => Self::Never(Refusal::NameTaken),
            Some(CloseCode::BadAuth) => Self::Never(Refusal::BadName),
            Some(CloseCode::BadSecret) => Self::Never(Refusal::BadSecret),
            Some(CloseCode::BadVersion) => Self::Never(Refusal::Version),
            Some(CloseCode::Unknown | CloseCode::FatalDecode | CloseCode::NoAuth) if !live => {
                Self::Never(Refusal::Protocol)
            }
            _ => Self::Retry,
        }
    }

    /// After a socket could not be opened, on an address where a concierge was met before or not.
    pub fn open_failed(failure: &OpenFailure, known: bool) -> Self {
        match failure {
            failure if failure.is_stranger(known) => Self::Never(Refusal::Protocol),
            OpenFailure::Http(_) | OpenFailure::Network(_) => Self::Retry,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CON-04, CON-05, CON-06, CON-07, CON-08, CON-09, CON-10, CON-R1, CON-R5, CON-R7
    #[test]
    fn con_04_to_con_10_the_table_of_close_codes_row_by_row() {
        let refused = |why| After::Never(why);
        for (code, while_identifying, while_live) in [
            (None, After::Retry, After::Retry),
            (Some(1000), After::Retry, After::Retry),
            (Some(1001), After::Retry, After::Retry),
            (Some(1002), After::Retry, After::Retry),
            (Some(1011), After::Retry, After::Retry),
            (Some(4000), refused(Refusal::Protocol), After::Retry),
            (Some(4002), refused(Refusal::Protocol), After::Retry),
            (Some(4003), refused(Refusal::Protocol), After::Retry),
            (Some(4004), After::Retry, After::Retry),
            (Some(4005), refused(Refusal::NameTaken), refused(Refusal::NameTaken)),
            (Some(4006), refused(Refusal::BadSecret), refused(Refusal::BadSecret)),
            (Some(4007), refused(Refusal::Version), refused(Refusal::Version)),
            (Some(4008), refused(Refusal::BadName), refused(Refusal::BadName)),
            (Some(4009), After::Retry, After::Retry),
            (Some(4321), After::Retry, After::Retry),
        ] {
            assert_eq!(After::close(code, false), while_identifying, "{code:?}");
            assert_eq!(After::close(code, true), while_live, "{code:?}");
        }
    }

    #[test]
    fn a_web_server_that_does_not_upgrade_is_no_concierge_unless_one_was_met_there() {
        for (status, known, after) in [
            (200, false, After::Never(Refusal::Protocol)),
            (404, false, After::Never(Refusal::Protocol)),
            (404, true, After::Retry),
            (429, false, After::Retry),
            (502, false, After::Retry),
        ] {
            assert_eq!(After::open_failed(&OpenFailure::Http(status), known), after, "{status}");
        }
        assert_eq!(After::open_failed(&OpenFailure::Network(String::new()), false), After::Retry);
    }
}

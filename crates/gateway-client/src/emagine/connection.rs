//! The states of the connection to a server, and what follows from how it ended.

use std::time::{Duration, Instant};

use hearth_dialects::emagine::CloseCode;

use crate::backoff::Plan;
use crate::chat::Refusal;
use crate::chat::sign_in::Renewal;
use crate::connection::{self, Usable};
use crate::liveness::{Liveness, Pace};
use crate::machine::{OpenFailure, SocketId};

/// From the open socket to hello, and from there to Ready.
pub(super) const READY_WITHIN: Duration = Duration::from_secs(10);

/// A connection that was live for this long starts counting its tries anew when it is lost.
pub(super) const STABLE_AFTER: Duration = Duration::from_secs(10);

/// Without end, from 1 s to 30 s.
pub(super) const BACKOFF: Plan =
    Plan::Doubling { first: Duration::from_secs(3), longest: Duration::from_secs(30), spread: 3.0 };

/// Intervals that are taken from a hello.
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(300);

/// What is waited for before a connection is usable.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stage {
    /// The server has not said hello yet.
    Hello,
    /// We have said who we are.
    Identified(Pace),
}

/// Where the connection is.
pub(super) type Connection = connection::Connection<Live, Stage>;

/// A usable connection.
#[derive(Debug)]
pub(super) struct Live {
    pub socket: SocketId,
    pub since: Instant,
    pub liveness: Liveness,
    /// The time in our last heartbeat, which comes back with its answer.
    pub beat: Option<u64>,
    pub renewal: Renewal,
    /// What is still asked for before the owner is told where we are.
    pub missing: usize,
}

impl Usable for Live {
    fn socket(&self) -> SocketId {
        self.socket
    }

    fn since(&self) -> Instant {
        self.since
    }

    fn due(&self) -> Instant {
        self.liveness.next()
    }
}

/// Our heartbeats: as often as the server asks for them (EMG-02), each answered before the next (EMG-12).
pub(super) fn pace(heartbeat_interval: u64) -> Pace {
    let every = Duration::from_millis(heartbeat_interval).clamp(SHORTEST, LONGEST);
    Pace { every, within: every }
}

/// What to do after a connection was lost, or not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum After {
    /// Try again.
    Retry,
    /// The token is not good: sign in for another, once.
    SignIn,
    /// Do not try again unchanged.
    Never(Refusal),
}

impl After {
    /// After a close (EMG-04, EMG-06, EMG-12).
    pub fn close(code: Option<u16>, reason: &str) -> Self {
        match code.map(CloseCode::from_code) {
            Some(CloseCode::BadToken) => Self::SignIn,
            Some(CloseCode::Malformed) => Self::Never(Refusal::Misunderstood(reason.to_owned())),
            // Coming back would only end the next one, in a ring.
            Some(CloseCode::Crowded) => Self::Never(Refusal::Crowded),
            _ => Self::Retry,
        }
    }

    /// After a socket could not be opened, on an address where a server was met before or not.
    pub fn open_failed(failure: &OpenFailure, known: bool) -> Self {
        if failure.is_stranger(known) { Self::Never(Refusal::Stranger) } else { Self::Retry }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emg_04_06_12_the_table_of_ends_row_by_row() {
        for (code, after) in [
            (None, After::Retry),
            (Some(1000), After::Retry),
            (Some(1001), After::Retry),
            (Some(1009), After::Retry),
            (Some(4001), After::Never(Refusal::Misunderstood("why".into()))),
            (Some(4002), After::Retry),
            (Some(4003), After::SignIn),
            (Some(4008), After::Retry),
            (Some(4009), After::Never(Refusal::Crowded)),
            (Some(4999), After::Retry),
        ] {
            assert_eq!(After::close(code, "why"), after, "{code:?}");
        }
    }

    /// EMG-01
    #[test]
    fn an_interval_that_cannot_be_meant_is_not_taken() {
        for (told, taken) in [(45_000, 45_000), (1, 1000), (u64::MAX, 300_000)] {
            assert_eq!(pace(told).every.as_millis(), taken);
        }
    }
}

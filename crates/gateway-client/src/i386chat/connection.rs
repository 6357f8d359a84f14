//! The states of the connection to a server, and what follows from how it ended.

use std::time::{Duration, Instant};

use hearth_dialects::i386chat::{ErrorCode, Fault};

use crate::backoff::Plan;
use crate::chat::Refusal;
use crate::connection::{self, Usable};
use crate::liveness::{Liveness, Pace};
use crate::machine::{OpenFailure, SocketId};

/// From the open socket to 100, and from there to 140.
pub(super) const READY_WITHIN: Duration = Duration::from_secs(10);

/// A connection that was live for this long starts counting its tries anew when it is lost.
pub(super) const STABLE_AFTER: Duration = Duration::from_secs(10);

/// From 1 s to 30 s, each at least twice the one before.
pub(super) const BACKOFF: Plan =
    Plan::Doubling { first: Duration::from_millis(1500), longest: Duration::from_secs(30), spread: 1.5 };

/// Intervals that are taken from a 100.
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(300);

/// What is waited for before a connection is usable.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stage {
    /// 100.
    Introduction,
    /// 140: we have presented ourselves.
    Presented(Pace),
}

/// Where the connection is.
pub(super) type Connection = connection::Connection<Live, Stage>;

/// A usable connection.
#[derive(Debug)]
pub(super) struct Live {
    pub socket: SocketId,
    pub since: Instant,
    pub liveness: Liveness,
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

/// As often as the server asks for it, each answered before the next (I386-05, I386-07).
pub(super) fn pace(heartbeat: Duration) -> Pace {
    let every = heartbeat.clamp(SHORTEST, LONGEST);
    Pace { every, within: every }
}

/// What to do after a connection was lost, or not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum After {
    /// Try again, and wait at least as if so many tries had failed.
    Retry(u32),
    /// Do not try again unchanged.
    Never(Refusal),
}

/// The server has said that it goes down: it is not back in a second (I386-31).
const DOWN: u32 = 2;

/// We were too fast for it, or too often there: it wants to be left alone.
const TOO_MUCH: u32 = 4;

impl After {
    /// After a close. `fault` is the error that was told before it (I386-22), `goes_down` whether the server said so
    /// (I386-31), `is_live` whether it had let us in.
    pub fn close(code: Option<u16>, fault: Option<Fault>, goes_down: bool, is_live: bool) -> Self {
        let (told, words) = fault.map_or((None, None), |fault| (Some(fault.code), fault.error));
        let words = words.unwrap_or_default();
        match told.or_else(|| code.and_then(ErrorCode::from_close)) {
            // Authentication failed (facts I386-R6).
            Some(ErrorCode::InvalidToken) => Self::Never(Refusal::WrongPassword),
            Some(ErrorCode::Banned) => Self::Never(Refusal::Suspended(words)),
            None if code == Some(ErrorCode::POLICY) && !is_live => Self::Never(Refusal::WrongPassword),
            Some(ErrorCode::Malformed) => Self::Never(Refusal::Misunderstood(words)),
            Some(ErrorCode::RateLimited) => Self::Retry(TOO_MUCH),
            Some(ErrorCode::ShuttingDown) => Self::Retry(DOWN),
            _ => Self::Retry(if goes_down { DOWN } else { 0 }),
        }
    }

    /// After a socket could not be opened, on an address where a server was met before or not.
    pub fn open_failed(failure: &OpenFailure, known: bool) -> Self {
        if failure.is_stranger(known) { Self::Never(Refusal::Stranger) } else { Self::Retry(0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i386_22_the_table_of_ends_row_by_row() {
        let misunderstood = || After::Never(Refusal::Misunderstood("invalid or malformed event".into()));
        let banned = || After::Never(Refusal::Suspended("user is banned".into()));
        for (code, after) in [
            (ErrorCode::InvalidToken, After::Never(Refusal::WrongPassword)),
            (ErrorCode::Banned, banned()),
            (ErrorCode::Storage, After::Retry(0)),
            (ErrorCode::TooLong, After::Retry(0)),
            (ErrorCode::Timeout, After::Retry(0)),
            (ErrorCode::RateLimited, After::Retry(TOO_MUCH)),
            (ErrorCode::ShuttingDown, After::Retry(DOWN)),
            (ErrorCode::Malformed, misunderstood()),
            (ErrorCode::NotPresented, After::Retry(0)),
            (ErrorCode::Other(7), After::Retry(0)),
        ] {
            let fault = Some(Fault::fatal(code));
            assert_eq!(After::close(Some(code.close_code()), fault, false, false), after, "{code:?}");
        }
        // The error itself may be lost.
        assert_eq!(After::close(Some(1008), None, false, false), After::Never(Refusal::WrongPassword));
        assert_eq!(After::close(Some(1008), None, false, true), After::Retry(0));
        assert_eq!(After::close(Some(4003), None, false, true), After::Retry(DOWN));
        assert_eq!(After::close(None, None, true, true), After::Retry(DOWN));
        assert_eq!(After::close(None, None, false, true), After::Retry(0));
    }
}

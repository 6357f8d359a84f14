//! The states of the connection to a server, and what follows from how it ended.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use hearth_dialects::together::{CloseCode, HEARTBEAT};

use super::{Refusal, User};
use crate::backoff::Plan;
use crate::chat::sign_in::Renewal;
use crate::connection::{self, Usable};
use crate::liveness::{Liveness, Pace};
use crate::machine::{OpenFailure, SocketId};

/// From the open socket to READY (TOG-10).
pub(super) const READY_WITHIN: Duration = Duration::from_secs(10);

/// A connection that was live for this long starts counting its tries anew when it is lost.
pub(super) const STABLE_AFTER: Duration = Duration::from_secs(10);

/// HEARTBEAT and its answer (TOG-05, TOG-06, TOG-11). The real server never pings.
pub(super) const PACE: Pace = Pace { every: HEARTBEAT, within: Duration::from_secs(15) };

/// Where the connection is.
pub(super) type Connection = connection::Connection<Live>;

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

/// TOG-29, facts TOG-R24: each wait is at least twice the one before, from 1 s to 30 s.
pub(super) const BACKOFF: Plan =
    Plan::Doubling { first: Duration::from_millis(1500), longest: Duration::from_secs(30), spread: 1.5 };

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
            // Coming back would only end the next one, in a ring.
            Some(CloseCode::Crowded) => Self::Never(Refusal::Crowded),
            _ => Self::Retry,
        }
    }

    /// After a socket could not be opened, on an address where READY was heard before or not.
    pub fn open_failed(failure: &OpenFailure, known: bool) -> Self {
        match failure {
            OpenFailure::Http(400 | 401) => Self::SignIn,
            failure if failure.is_stranger(known) => Self::Never(Refusal::Stranger),
            OpenFailure::Http(_) | OpenFailure::Network(_) => Self::Retry,
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;
    use crate::backoff::Backoff;

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
            (Some(4009), After::Never(Refusal::Crowded)),
            (Some(4999), After::Retry),
        ] {
            assert_eq!(After::close(code, "why"), after, "{code:?}");
        }
        for (status, known, after) in [
            (400, true, After::SignIn),
            (401, false, After::SignIn),
            (200, false, After::Never(Refusal::Stranger)),
            (404, false, After::Never(Refusal::Stranger)),
            (404, true, After::Retry),
            (429, false, After::Retry),
            (502, false, After::Retry),
        ] {
            assert_eq!(After::open_failed(&OpenFailure::Http(status), known), after, "{status}");
        }
        assert_eq!(After::open_failed(&OpenFailure::Network(String::new()), false), After::Retry);
    }

    /// TOG-29
    #[test]
    fn tog_29_waits_double_from_one_second_to_thirty_and_differ_between_clients() {
        let waits = |seed| {
            let (mut rng, mut backoff) = (StdRng::seed_from_u64(seed), Backoff::new(BACKOFF));
            (0..9).map(|_| backoff.failed(&mut rng).as_millis()).collect::<Vec<_>>()
        };
        for seed in 0..500 {
            let waits = waits(seed);
            for (wait, least) in
                waits.iter().zip([1000, 2000, 4000, 8000, 16_000, 20_000, 20_000, 20_000, 20_000])
            {
                assert!((least..=30_000).contains(wait), "{waits:?}");
            }
            assert!(waits[0] <= 1500, "{waits:?}");
        }
        assert_ne!(waits(1), waits(2));
    }
}

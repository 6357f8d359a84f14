//! A connection to a Together server: what is kept of it, and what follows from how it ended.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use hearth_dialects::together::{CloseCode, HEARTBEAT};

use super::Refusal;
use super::heard::Kind;
use crate::chat::connection::After;
use crate::liveness::Pace;
use crate::machine::OpenFailure;

/// HEARTBEAT and its answer (TOG-05, TOG-06, TOG-11). The real server never pings.
pub(super) const PACE: Pace = Pace { every: HEARTBEAT, within: Duration::from_secs(15) };

/// What is kept of a usable connection.
#[derive(Debug)]
pub struct Live {
    pub kind: Kind,
    /// When typing was told last, by channel.
    pub typed: BTreeMap<String, Instant>,
}

impl Live {
    pub const fn of(kind: Kind) -> Self {
        Self { kind, typed: BTreeMap::new() }
    }
}

/// After a close (TOG-09, TOG-30, TOG-31).
pub(super) fn close(code: Option<u16>, reason: &str) -> After {
    match code.map(CloseCode::from_code) {
        // The token is not good (facts TOG-R1).
        Some(CloseCode::BadToken) => After::SignIn,
        Some(CloseCode::Malformed) => After::Never(Refusal::Misunderstood(reason.to_owned())),
        // Coming back would only end the next one, in a ring.
        Some(CloseCode::Crowded) => After::Never(Refusal::Crowded),
        _ => After::Retry,
    }
}

/// After a socket could not be opened, on an address where READY was heard before or not.
pub(super) fn open_failed(failure: &OpenFailure, known: bool) -> After {
    match failure {
        OpenFailure::Http(400 | 401) => After::SignIn,
        failure => After::open_failed(failure, known),
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
            (Some(4009), After::Never(Refusal::Crowded)),
            (Some(4999), After::Retry),
        ] {
            assert_eq!(close(code, "why"), after, "{code:?}");
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
            assert_eq!(open_failed(&OpenFailure::Http(status), known), after, "{status}");
        }
        assert_eq!(open_failed(&OpenFailure::Network(String::new()), false), After::Retry);
    }
}

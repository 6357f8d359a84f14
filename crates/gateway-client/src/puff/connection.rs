//! The states of the connection to the gateway.

use std::time::{Duration, Instant};

use hearth_dialects::puff::{CloseCode, Hello};

use super::liveness::Liveness;
use super::{OpenFailure, SocketId};
use crate::backoff::Plan;
use crate::connection::{self, Usable};
use crate::group::Refusal;

/// From the open socket to the hello, and from the resume to its answer.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// A connection that was live for this long starts counting its tries anew when it is lost. Short, so that on a bad
/// network each loss gets its own tries inside the grace time.
pub(super) const STABLE_AFTER: Duration = Duration::from_secs(2);

/// What is waited for before a connection is usable.
#[derive(Debug)]
pub(super) enum Stage {
    /// The gateway has not said hello yet.
    Hello,
    /// Asked to take the earlier session up again.
    Resuming(Box<Hello>),
}

/// Where the connection is.
pub(super) type Connection = connection::Connection<Live, Stage>;

/// A usable connection.
#[derive(Debug)]
pub(super) struct Live {
    pub socket: SocketId,
    pub since: Instant,
    pub resumed: bool,
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

/// The rounds, one try in each. One of 3.6 s holds 2.8 % of the clients per 100 ms, and two or three tries lie inside the
/// 10 s for which gateways keep a lost session (facts §3). The last one is short enough that everybody is back 15 s
/// after the gateway is.
pub(super) const BACKOFF: Plan = Plan::Rounds(&[
    Duration::from_millis(3600),
    Duration::from_millis(3600),
    Duration::from_millis(3600),
    Duration::from_secs(6),
    Duration::from_secs(9),
    Duration::from_secs(12),
]);

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
            failure if failure.is_stranger(known_gateway) => Self::Never(Refusal::NotAGateway),
            OpenFailure::Http(_) | OpenFailure::Network(_) => Self::Resume,
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;
    use crate::backoff::{Backoff, Concerns};

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

    /// The first tries after a loss, from the loss on, when opening takes no time.
    fn tries(seed: u64, concerns: Concerns) -> Vec<Duration> {
        let (mut rng, mut backoff) = (StdRng::seed_from_u64(seed), Backoff::new(BACKOFF));
        let mut at = Duration::ZERO;
        let next = |_| {
            at += backoff.failed_for(concerns, &mut rng);
            at
        };
        (0..12).map(next).collect()
    }

    #[test]
    fn at_least_two_tries_fit_into_the_grace_time() {
        for seed in 0..1000 {
            for concerns in [Concerns::Us, Concerns::PerhapsAll] {
                let within = tries(seed, concerns).iter().filter(|at| at.as_millis() < 9000).count();
                assert!(within >= 2, "seed {seed}");
            }
        }
    }

    #[test]
    fn a_loss_of_ours_alone_is_tried_again_at_once() {
        for seed in 0..1000 {
            assert!(tries(seed, Concerns::Us)[0] <= Duration::from_millis(300));
        }
    }

    #[test]
    fn at_no_time_do_many_clients_try_at_once() {
        let all: Vec<u128> =
            (0..5000).flat_map(|seed| tries(seed, Concerns::PerhapsAll)).map(|at| at.as_millis()).collect();
        for from in (0..60_000).step_by(10) {
            let together = all.iter().filter(|at| (from..from + 100).contains(*at)).count();
            assert!(together <= 200, "{together} of 5000 in the 100 ms from {from} ms");
        }
    }

    #[test]
    fn nobody_waits_longer_than_twelve_seconds() {
        for seed in 0..1000 {
            let tries = tries(seed, Concerns::PerhapsAll);
            for pair in tries.windows(2) {
                assert!(pair[1] - pair[0] <= Duration::from_millis(12_001), "seed {seed}: {tries:?}");
            }
        }
    }
}

//! The states of a connection to a chat server, and what follows from how it ended.

use std::time::{Duration, Instant};

use super::Refusal;
use super::renewal::Renewal;
use crate::connection::{self, Usable};
use crate::liveness::Liveness;
use crate::machine::{OpenFailure, SocketId};

/// From the open socket to the server's first word, and from there to the word that lets us in.
pub(crate) const READY_WITHIN: Duration = Duration::from_secs(10);

/// A connection that was live for this long starts counting its tries anew when it is lost.
pub(crate) const STABLE_AFTER: Duration = Duration::from_secs(10);

/// Where the connection is. `L` is what a dialect keeps of a usable one, `G` how far its greeting has come.
pub(crate) type Connection<L, G> = connection::Connection<Live<L>, G>;

/// A usable connection.
#[derive(Debug)]
pub(crate) struct Live<L> {
    pub socket: SocketId,
    pub since: Instant,
    pub liveness: Liveness,
    pub renewal: Renewal,
    /// What the dialect keeps of it.
    pub own: L,
}

impl<L> Usable for Live<L> {
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

/// What to do after a connection was lost, or not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum After {
    /// Try again.
    Retry,
    /// Try again, and wait at least as if so many tries had failed.
    Later(u32),
    /// The token is not good: sign in for another, once.
    SignIn,
    /// Do not try again unchanged.
    Never(Refusal),
}

impl After {
    /// After a socket could not be opened, on an address where a server was met before or not.
    pub fn open_failed(failure: &OpenFailure, known: bool) -> Self {
        if failure.is_stranger(known) { Self::Never(Refusal::Stranger) } else { Self::Retry }
    }
}

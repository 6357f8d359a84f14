//! What only one chat dialect does: how its sockets begin and break, and how what its sessions ask for is carried out.

use std::fmt::Debug;

use hearth_clock::Now;

use super::super::mailbox::Fault;
use super::super::queue::{Bounds, Farewell};
use super::socket::Socket;
use crate::chat::Session;

/// Carries out what the sessions of a dialect ask for.
pub(in crate::server) trait Clerk: Clone + Debug + Send + Sync + 'static {
    /// The rules of a socket.
    type Session: Session;
    /// What came with the request for a socket.
    type Hello: Clone + Debug + Send + Sync;

    /// Bytes of the largest message that is read at all. Larger ones cost the socket, with [`Clerk::farewell`].
    const LARGEST_MESSAGE: usize;

    /// How much may wait to be written to a socket.
    fn bounds() -> &'static Bounds;

    /// What a socket is closed with that cannot be read.
    fn farewell(fault: Fault) -> Farewell;

    /// What is said before that.
    fn last_words(_: Fault) -> Option<&'static str> {
        None
    }

    /// The rules of a new socket.
    fn session(&self, now: Now, hello: Self::Hello) -> Self::Session;

    /// Carries a request out, also when the socket is closed meanwhile.
    fn carry_out(
        &self,
        socket: &Socket<Self::Session>,
        request: <Self::Session as Session>::Request,
    ) -> impl Future<Output = <Self::Session as Session>::Answer> + Send;
}

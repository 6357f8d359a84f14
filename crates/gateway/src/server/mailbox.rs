//! The way from the sockets to the task that owns the core of a dialect, and what a socket has to know of that task.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{mpsc, oneshot};

use super::queue::{Farewell, Queue};
use crate::hub::ConnectionId;

/// Reaches the task. Full when it cannot follow; senders then wait.
#[derive(Debug)]
pub(super) struct Mailbox<L> {
    letters: mpsc::Sender<L>,
    last_id: Arc<AtomicU64>,
    /// Held by every socket, so that the server knows when the last one is closed.
    alive: mpsc::WeakSender<()>,
}

impl<L> Clone for Mailbox<L> {
    fn clone(&self) -> Self {
        Self { letters: self.letters.clone(), last_id: Arc::clone(&self.last_id), alive: self.alive.clone() }
    }
}

impl<L> Mailbox<L> {
    /// Letters that may wait.
    const LENGTH: usize = 1024;

    pub fn new(alive: &mpsc::Sender<()>) -> (Self, mpsc::Receiver<L>) {
        let (letters, inbox) = mpsc::channel(Self::LENGTH);
        (Self { letters, last_id: Arc::default(), alive: alive.downgrade() }, inbox)
    }

    pub fn next_id(&self) -> ConnectionId {
        ConnectionId(self.last_id.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// `None`: the server has ended.
    pub fn alive(&self) -> Option<mpsc::Sender<()>> {
        self.alive.upgrade()
    }

    /// `false`: the server shuts down.
    pub async fn send(&self, letter: L) -> bool {
        match self.letters.reserve().await {
            Ok(place) => {
                place.send(letter);
                true
            }
            Err(_) => false,
        }
    }

    /// Sends a letter if there is room at once.
    pub fn drop_in(&self, letter: L) {
        let _ = self.letters.try_send(letter);
    }

    /// Sends a question and waits for its answer; `None` when the server shuts down.
    pub async fn ask<T>(&self, question: impl FnOnce(oneshot::Sender<T>) -> L) -> Option<T> {
        let (answer, answered) = oneshot::channel();
        self.send(question(answer)).await;
        answered.await.ok()
    }
}

/// What came on a socket and is no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// A binary frame, where it is no text.
    Binary,
    /// A ping or a pong, where it is told.
    Life,
}

/// Why a socket cannot be read any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The message is larger than it may be.
    TooLarge,
    /// A text that is not UTF-8.
    NotText,
    /// Not the WebSocket protocol, or no connection any more.
    Broken,
}

/// How the sockets of a dialect are read, and where what they say goes: the task that owns its core.
pub(super) trait Office: Clone + Send + Sync + 'static {
    /// Bytes of the largest message. Nobody can make the gateway hold more; what is larger costs the socket.
    const LARGEST_MESSAGE: usize;
    /// Whether a binary frame is a text.
    const READS_BINARY: bool;
    /// Whether what is in a queue are frames already, the same for all their readers, rather than texts.
    const FRAMES: bool;

    /// An empty queue for a socket.
    fn queue(&self) -> Queue;

    /// What a socket is closed with that cannot be read.
    fn farewell(fault: Fault) -> Farewell;

    /// What is said before that.
    fn last_words(_: Fault) -> Option<&'static str> {
        None
    }

    fn next_id(&self) -> ConnectionId;

    /// `None`: the server has ended.
    fn alive(&self) -> Option<mpsc::Sender<()>>;

    /// `false`: the server shuts down.
    fn connected(
        &self,
        id: ConnectionId,
        address: IpAddr,
        queue: Arc<Queue>,
    ) -> impl Future<Output = bool> + Send;

    /// A text, or a binary frame that is read as one. Returns when the socket is to be read on. `false`: the server
    /// shuts down.
    fn received(&self, id: ConnectionId, text: String) -> impl Future<Output = bool> + Send;

    /// What is no text does not wait: of an office that cannot follow it is lost.
    fn noticed(&self, id: ConnectionId, sign: Sign);

    /// `false`: the server shuts down.
    fn disconnected(&self, id: ConnectionId) -> impl Future<Output = bool> + Send;
}

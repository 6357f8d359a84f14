//! The way from the sockets to the broker's task. A client that sent something is read on when everybody who got it has
//! room for more, and what is on its way is limited for all together.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hearth_dialects::concierge::{CloseCode, limits};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use uuid::Uuid;

use super::super::mailbox::{Fault, Mailbox, Office, Sign};
use super::super::queue::{Bounds, Farewell, Queue, Sender};
use crate::concierge::{Access, Population, Tally};
use crate::hub::ConnectionId;

/// What is asked of the broker's task.
#[derive(Debug)]
pub(in crate::server) enum Letter {
    Connected {
        id: ConnectionId,
        address: IpAddr,
        queue: Arc<Queue>,
    },
    Received {
        sender: Sender,
        text: String,
        /// Its part of what may be on its way; held until it is written to everybody.
        load: Option<Arc<OwnedSemaphorePermit>>,
    },
    Binary {
        id: ConnectionId,
    },
    Heard {
        id: ConnectionId,
    },
    Disconnected {
        id: ConnectionId,
    },
    /// Whether a uuid is somebody's who is here, and the uuid of the client of that name.
    Key {
        key: Uuid,
        name: String,
        answer: oneshot::Sender<(bool, Option<Uuid>)>,
    },
    Figures {
        answer: oneshot::Sender<Figures>,
    },
    Admit(Access),
    /// When the server stops, everybody is told this.
    Parting {
        code: CloseCode,
    },
}

/// What metrics tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::server) struct Figures {
    pub population: Population,
    pub tally: Tally,
    /// Sockets closed because their reader was too slow.
    pub too_slow: u64,
}

/// Messages up to this size do not count among what may be on its way; a mailbox full of them is 4 MiB.
pub(super) const LIGHT: usize = 4 * 1024;

/// A reader may be this many bytes behind; who sends it more is read on when it is half that far behind.
const MARK: usize = 1024 * 1024;

/// A reader that is this far behind is closed. Only what nobody can be held for, such as the comings and goings of
/// others, brings a queue that far beyond its mark.
const LIMIT: usize = 64 * 1024 * 1024;

/// A reader that is this many bytes behind and stalls is closed.
const LAG: usize = 16 * 1024;

static BOUNDS: Bounds = Bounds { lag: LAG, mark: MARK, limit: LIMIT, too_slow: farewell(CloseCode::TooSlow) };

pub(super) const fn farewell(code: CloseCode) -> Farewell {
    Farewell { code: code.code(), reason: code.reason() }
}

/// Reaches the broker's task.
#[derive(Clone, Debug)]
pub(in crate::server) struct Desk {
    mailbox: Mailbox<Letter>,
    load: Arc<Semaphore>,
    /// Whether there is a concierge: where there is none nothing is upgraded.
    open: Arc<AtomicBool>,
}

impl Desk {
    /// KiB of messages that may be on their way, from when they were read until they are written to everybody.
    const LOAD: usize = 32 * 1024;

    pub fn new(open: bool, alive: &mpsc::Sender<()>) -> (Self, mpsc::Receiver<Letter>) {
        let (mailbox, letters) = Mailbox::new(alive);
        let (load, open) = (Arc::new(Semaphore::new(Self::LOAD)), Arc::new(AtomicBool::new(open)));
        (Self { mailbox, load, open }, letters)
    }

    pub fn is_open(&self) -> bool {
        self.open.load(Ordering::Relaxed)
    }

    pub async fn admit(&self, access: Access) {
        self.open.store(access.open, Ordering::Relaxed);
        self.send(Letter::Admit(access)).await;
    }

    pub async fn send(&self, letter: Letter) -> bool {
        self.mailbox.send(letter).await
    }

    pub async fn ask<T>(&self, question: impl FnOnce(oneshot::Sender<T>) -> Letter) -> Option<T> {
        self.mailbox.ask(question).await
    }

    /// Waits for a part of what may be on its way. Whoever waits is not read, and not missed for it.
    async fn load(&self, id: ConnectionId, bytes: usize) -> Option<Arc<OwnedSemaphorePermit>> {
        let kib = u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX);
        if bytes <= LIGHT {
            return None;
        }
        let mut acquiring = std::pin::pin!(Arc::clone(&self.load).acquire_many_owned(kib));
        loop {
            match tokio::time::timeout(limits::PING, acquiring.as_mut()).await {
                Ok(acquired) => return acquired.ok().map(Arc::new),
                Err(_) => self.noticed(id, Sign::Life),
            }
        }
    }
}

impl Office for Desk {
    const LARGEST_MESSAGE: usize = limits::MESSAGE_BYTES;
    const READS_BINARY: bool = false;
    const FRAMES: bool = true;

    fn queue(&self) -> Queue {
        Queue::new(&BOUNDS)
    }

    fn farewell(fault: Fault) -> Farewell {
        farewell(match fault {
            Fault::TooLarge => CloseCode::TooLarge,
            Fault::NotText => CloseCode::NotText,
            Fault::Broken => CloseCode::Protocol,
        })
    }

    fn next_id(&self) -> ConnectionId {
        self.mailbox.next_id()
    }

    fn alive(&self) -> Option<mpsc::Sender<()>> {
        self.mailbox.alive()
    }

    async fn connected(&self, id: ConnectionId, address: IpAddr, queue: Arc<Queue>) -> bool {
        self.send(Letter::Connected { id, address, queue }).await
    }

    async fn received(&self, id: ConnectionId, text: String) -> bool {
        let load = self.load(id, text.len()).await;
        let (sender, released) = Sender::new(id);
        let sent = self.send(Letter::Received { sender, text, load }).await;
        // It ends without a value when nobody holds the sender any more.
        let _ = released.await;
        sent
    }

    fn noticed(&self, id: ConnectionId, sign: Sign) {
        self.mailbox.drop_in(match sign {
            Sign::Binary => Letter::Binary { id },
            Sign::Life => Letter::Heard { id },
        });
    }

    async fn disconnected(&self, id: ConnectionId) -> bool {
        self.send(Letter::Disconnected { id }).await
    }
}

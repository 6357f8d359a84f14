//! The way from the sockets to the chat core and back. Each socket is somebody's who is signed in (TOG-01).

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use hearth_clock::Clock;
use hearth_dialects::together::{ClientOp, CloseCode, ServerFrame, limits};
use tokio::sync::{mpsc, watch};

use super::super::mailbox::{Fault, Office, Sign};
use super::super::queue::{Bounds, Farewell, Queue};
use super::super::until_stopped;
use crate::accounts::{Account, Accounts};
use crate::chat::{Chat, ChatError, ChatEvent, ConnectionKey, Delivery, Ending, Limits, Outlet, Status};
use crate::dialect::Dialect;
use crate::hub::ConnectionId;
use crate::together::show;

/// Who is silent for this long is gone (TOG-R17).
const SILENCE: Duration = Duration::from_secs(90);
/// How often that is looked at.
const LOOK: Duration = Duration::from_secs(5);

/// Frames that one connection may send at once, and how soon one more.
const BURST: u32 = 100;
const REFILL: Duration = Duration::from_millis(100);

/// As a puff socket.
const LIMIT: usize = 256 * 1024;
static BOUNDS: Bounds =
    Bounds { lag: usize::MAX, mark: usize::MAX, limit: LIMIT, too_slow: farewell(CloseCode::TooSlow) };

const fn farewell(code: CloseCode) -> Farewell {
    Farewell { code: code.code(), reason: code.reason() }
}

/// An open socket of somebody who is signed in.
#[derive(Debug)]
struct Open {
    queue: Arc<Queue>,
    account: Account,
    key: ConnectionKey,
    pace: Mutex<Pace>,
}

/// When something came last, and how much more may come.
#[derive(Debug)]
struct Pace {
    heard: Instant,
    /// The bucket is full again then.
    full_at: Instant,
}

impl Open {
    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something came; whether it is looked at.
    fn heard(&self, now: Instant) -> bool {
        let mut pace = self.pace();
        pace.heard = now;
        let full_at = pace.full_at.max(now) + REFILL;
        let is_within = full_at.saturating_duration_since(now) <= REFILL * BURST;
        if is_within {
            pace.full_at = full_at;
        }
        is_within
    }
}

#[derive(Debug)]
struct Shared {
    accounts: Arc<Accounts>,
    chat: Chat,
    clock: Arc<Clock>,
    last_id: AtomicU64,
    alive: mpsc::WeakSender<()>,
    open: Mutex<BTreeMap<ConnectionId, Arc<Open>>>,
}

impl Shared {
    fn open(&self) -> MutexGuard<'_, BTreeMap<ConnectionId, Arc<Open>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reaches the chat core, for one socket.
#[derive(Clone, Debug)]
pub(in crate::server) struct Desk {
    shared: Arc<Shared>,
    token: Arc<str>,
    own: Arc<OnceLock<Arc<Open>>>,
}

impl Desk {
    pub fn new(accounts: Arc<Accounts>, chat: Chat, clock: Arc<Clock>, alive: &mpsc::Sender<()>) -> Self {
        let shared = Shared {
            accounts,
            chat,
            clock,
            last_id: AtomicU64::new(0),
            alive: alive.downgrade(),
            open: Mutex::default(),
        };
        Self { shared: Arc::new(shared), token: Arc::default(), own: Arc::default() }
    }

    /// For the socket of whoever has this token.
    pub fn of(&self, token: &str) -> Self {
        Self { shared: Arc::clone(&self.shared), token: token.into(), own: Arc::default() }
    }

    async fn signed_in(&self) -> Option<Account> {
        match self.shared.accounts.verify_access(&self.token).await {
            Ok(account) => account.filter(|account| !account.suspended),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "could not look a token up");
                None
            }
        }
    }

    async fn carry_out(&self, open: &Open, op: ClientOp) {
        let chat = &self.shared.chat;
        match op {
            ClientOp::Heartbeat => {
                open.queue.push(ServerFrame::HeartbeatAck.text().into());
                open.queue.wake();
            }
            ClientOp::Presence { status, custom_status } => {
                let Some(status) = Status::of(&status) else { return };
                let text = custom_status.as_ref().and_then(Option::as_ref);
                if text.is_some_and(|text| text.chars().count() > Limits::CUSTOM_STATUS) {
                    return;
                }
                if let Err(error) = chat.set_presence(&open.account, Some(status), custom_status).await {
                    tracing::debug!(%error, "a presence was not set");
                }
            }
            ClientOp::Signal { to_user_id, signal } => {
                if let Ok(to) = to_user_id.parse() {
                    chat.signal(open.account.id, to, signal.value().clone()).await;
                }
            }
            ClientOp::Typing { channel_id } => {
                if let Ok(channel) = channel_id.parse() {
                    chat.typing(&open.account, channel).await;
                }
            }
            ClientOp::Ignored => {}
        }
    }
}

impl Office for Desk {
    const LARGEST_MESSAGE: usize = limits::FRAME_BYTES;
    const READS_BINARY: bool = false;
    const FRAMES: bool = false;

    fn queue(&self) -> Queue {
        Queue::new(&BOUNDS)
    }

    fn farewell(fault: Fault) -> Farewell {
        farewell(match fault {
            Fault::TooLarge => CloseCode::TooBig,
            Fault::NotText | Fault::Broken => CloseCode::Malformed,
        })
    }

    fn next_id(&self) -> ConnectionId {
        ConnectionId(self.shared.last_id.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn alive(&self) -> Option<mpsc::Sender<()>> {
        self.shared.alive.upgrade()
    }

    /// Who is not signed in is closed with 4001 (TOG-09); everybody else gets READY (TOG-10).
    async fn connected(&self, id: ConnectionId, _: IpAddr, queue: Arc<Queue>) -> bool {
        let Some(account) = self.signed_in().await else {
            queue.close(farewell(CloseCode::BadToken));
            return true;
        };
        let line = Arc::new(Line { queue: Arc::clone(&queue), account: account.clone() });
        let key = match self.shared.chat.connect(account.clone(), line).await {
            Ok(key) => key,
            Err(error) => {
                let suspended = matches!(error, ChatError::Suspended);
                queue.close(farewell(if suspended { CloseCode::BadToken } else { CloseCode::GoingAway }));
                return true;
            }
        };
        let now = self.shared.clock.now().instant;
        let pace = Mutex::new(Pace { heard: now, full_at: now });
        let open = Arc::new(Open { queue, account, key, pace });
        self.shared.open().insert(id, Arc::clone(&open));
        // Set once: a socket connects once.
        let _ = self.own.set(open);
        true
    }

    async fn received(&self, _: ConnectionId, text: String) -> bool {
        let Some(open) = self.own.get() else { return true };
        if open.heard(self.shared.clock.now().instant) {
            match ClientOp::parse(&text) {
                Ok(op) => self.carry_out(open, op).await,
                Err(_) => open.queue.close(farewell(CloseCode::Malformed)),
            }
        }
        true
    }

    fn noticed(&self, _: ConnectionId, sign: Sign) {
        let Some(open) = self.own.get() else { return };
        match sign {
            // Too many of them are no more than signs of life.
            Sign::Life => drop(open.heard(self.shared.clock.now().instant)),
            Sign::Binary => open.queue.close(farewell(CloseCode::Malformed)),
        }
    }

    async fn disconnected(&self, id: ConnectionId) -> bool {
        self.shared.open().remove(&id);
        if let Some(open) = self.own.get() {
            self.shared.chat.disconnect(open.key).await;
        }
        true
    }
}

/// The way to one socket.
#[derive(Debug)]
struct Line {
    queue: Arc<Queue>,
    account: Account,
}

impl Outlet for Line {
    fn deliver(&self, delivery: &Delivery) {
        let frame = match &delivery.event {
            ChatEvent::Welcome(welcome) => Some(show::ready(&self.account, welcome).into()),
            _ => delivery.frame(Dialect::Together, show::event),
        };
        // A reader that is too slow is closed by the queue itself.
        let _ = frame.map(|frame: Bytes| self.queue.push(frame));
    }

    fn flush(&self) {
        self.queue.wake();
    }

    fn shut(&self, why: Ending) {
        self.queue.close(farewell(match why {
            Ending::Suspended => CloseCode::BadToken,
            Ending::Crowded => CloseCode::Crowded,
        }));
    }
}

/// Closes the sockets of those who are silent for too long, and all of them when the server stops (TOG-31).
pub(in crate::server) async fn look_after(
    desk: Desk,
    mut stopped: watch::Receiver<bool>,
    alive: mpsc::Sender<()>,
) {
    let shared = desk.shared;
    let mut look = tokio::time::interval(LOOK);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut slept = shared.clock.slept();
    loop {
        tokio::select! {
            _ = look.tick() => {}
            () = until_stopped(&mut stopped) => break,
        }
        let now = shared.clock.now().instant;
        let woke = shared.clock.slept() > std::mem::replace(&mut slept, shared.clock.slept());
        for open in shared.open().values() {
            let mut pace = open.pace();
            if woke {
                // Nobody could be heard meanwhile.
                pace.heard = now;
            } else if now.saturating_duration_since(pace.heard) > SILENCE {
                open.queue.close(farewell(CloseCode::GoingAway));
            }
        }
    }
    for open in shared.open().values() {
        open.queue.close(farewell(CloseCode::GoingAway));
    }
    drop(alive);
}

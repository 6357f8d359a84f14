//! The way from the sockets of a chat dialect to their sessions, and the one task that keeps their time.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use axum::extract::{ConnectInfo, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use hearth_clock::{Clock, Now};
use tokio::sync::{mpsc, watch};

use super::super::doors::Doors;
use super::super::listener::{Forwarded, Held};
use super::super::mailbox::{self, Fault, Sign};
use super::super::queue::{Farewell, Queue};
use super::super::slept::{LONGEST_WAIT, Slept};
use super::super::socket::{Seat, Upgrade};
use super::super::until_stopped;
use super::alarms::Alarms;
use super::clerk::Clerk;
use super::socket::Socket;
use crate::chat::{Chat, Noticed, Session};
use crate::hub::ConnectionId;

/// All sockets of a dialect. Clones are the same.
pub(in crate::server) struct Desk<C: Clerk>(Arc<Shared<C>>);

struct Shared<C: Clerk> {
    clerk: C,
    chat: Chat,
    clock: Arc<Clock>,
    last_id: AtomicU64,
    alive: mpsc::WeakSender<()>,
    alarms: Arc<Alarms>,
    is_stopping: AtomicBool,
    open: Mutex<BTreeMap<ConnectionId, Socket<C::Session>>>,
}

impl<C: Clerk> Clone for Desk<C> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<C: Clerk> fmt::Debug for Desk<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Desk").field(&self.0.clerk).finish()
    }
}

impl<C: Clerk> Desk<C> {
    pub fn new(clerk: C, chat: Chat, clock: Arc<Clock>, alive: &mpsc::Sender<()>) -> Self {
        Self(Arc::new(Shared {
            clerk,
            chat,
            clock,
            last_id: AtomicU64::new(0),
            alive: alive.downgrade(),
            alarms: Arc::default(),
            is_stopping: AtomicBool::new(false),
            open: Mutex::default(),
        }))
    }

    /// For the socket that begins with this.
    pub(super) fn office(&self, hello: C::Hello) -> Office<C> {
        Office { desk: self.clone(), hello, own: Arc::default() }
    }

    fn open(&self) -> MutexGuard<'_, BTreeMap<ConnectionId, Socket<C::Session>>> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All that are open now. Nothing is told to a socket while the list is held.
    fn all(&self) -> Vec<Socket<C::Session>> {
        self.open().values().cloned().collect()
    }

    fn now(&self) -> Now {
        self.0.clock.now()
    }

    /// Has a request carried out, and what follows from its answer. What was asked for is done, also when the socket is
    /// closed meanwhile.
    async fn carry_out(
        &self,
        socket: &Socket<C::Session>,
        request: Option<<C::Session as Session>::Request>,
    ) {
        let Some(mut request) = request else { return };
        let (desk, of) = (self.clone(), socket.clone());
        let work = tokio::spawn(async move {
            loop {
                let answer = desk.0.clerk.carry_out(&of, request).await;
                match of.tell(|session| session.answered(desk.now(), answer)) {
                    Some(next) => request = next,
                    None => break,
                }
            }
        });
        if let Err(error) = work.await {
            tracing::error!(%error, "a request of a socket ended badly");
            socket.tell(Session::stop);
        }
    }
}

/// Reaches the session of one socket.
#[derive(Debug)]
pub(super) struct Office<C: Clerk> {
    desk: Desk<C>,
    hello: C::Hello,
    own: Arc<OnceLock<Socket<C::Session>>>,
}

impl<C: Clerk> Clone for Office<C> {
    fn clone(&self) -> Self {
        Self { desk: self.desk.clone(), hello: self.hello.clone(), own: Arc::clone(&self.own) }
    }
}

impl<C: Clerk> mailbox::Office for Office<C> {
    const LARGEST_MESSAGE: usize = C::LARGEST_MESSAGE;
    const READS_BINARY: bool = false;
    const FRAMES: bool = false;

    fn queue(&self) -> Queue {
        Queue::new(C::bounds())
    }

    fn farewell(fault: Fault) -> Farewell {
        C::farewell(fault)
    }

    fn last_words(fault: Fault) -> Option<&'static str> {
        C::last_words(fault)
    }

    fn next_id(&self) -> ConnectionId {
        ConnectionId(self.desk.0.last_id.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn alive(&self) -> Option<mpsc::Sender<()>> {
        self.desk.0.alive.upgrade()
    }

    async fn connected(&self, id: ConnectionId, _: IpAddr, queue: Arc<Queue>) -> bool {
        let Shared { clerk, chat, clock, alarms, .. } = &*self.desk.0;
        let now = clock.now();
        let session = clerk.session(now, self.hello.clone());
        let socket = Socket::new(id, session, queue, chat.clone(), Arc::clone(clock), Arc::clone(alarms));
        self.desk.open().insert(id, socket.clone());
        // Set once: a socket connects once.
        let _ = self.own.set(socket.clone());
        if self.desk.0.is_stopping.load(Ordering::Acquire) {
            socket.tell(Session::stop);
        }
        let request = socket.tell(|session| session.opened(now));
        self.desk.carry_out(&socket, request).await;
        true
    }

    async fn received(&self, _: ConnectionId, text: String) -> bool {
        let Some(socket) = self.own.get() else { return true };
        let request = socket.tell(|session| session.receive(self.desk.now(), &text));
        self.desk.carry_out(socket, request).await;
        true
    }

    fn noticed(&self, _: ConnectionId, sign: Sign) {
        let Some(socket) = self.own.get() else { return };
        let what = match sign {
            Sign::Binary => Noticed::Binary,
            Sign::Life => Noticed::Life,
        };
        socket.tell(|session| session.noticed(self.desk.now(), what));
    }

    async fn disconnected(&self, id: ConnectionId) -> bool {
        self.desk.open().remove(&id);
        if let Some(socket) = self.own.get() {
            socket.leave().await;
        }
        true
    }
}

/// Keeps the time of all sockets of a dialect, and has them closed when the server stops.
pub(super) async fn look_after<C: Clerk>(
    desk: Desk<C>,
    mut stopped: watch::Receiver<bool>,
    alive: mpsc::Sender<()>,
) {
    let Shared { clock, alarms, .. } = &*desk.0;
    let mut slept = Slept::so_far(clock);
    loop {
        let wait = alarms.next().map_or(LONGEST_WAIT, |at| clock.until(at));
        tokio::select! {
            () = tokio::time::sleep(wait.min(LONGEST_WAIT)) => {}
            () = alarms.sooner() => continue,
            () = until_stopped(&mut stopped) => break,
        }
        let has_slept = slept.again(clock);
        let now = clock.now();
        if has_slept {
            for socket in desk.all() {
                socket.tell(|session| session.woke(now));
            }
        }
        for id in alarms.ring(now.instant) {
            let socket = desk.open().get(&id).cloned();
            if let Some(socket) = socket {
                socket.ring(now);
            }
        }
    }
    // Whoever was on the way in is closed with the others.
    desk.0.is_stopping.store(true, Ordering::Release);
    for socket in desk.all() {
        socket.tell(Session::stop);
    }
    drop(alive);
}

/// Takes a socket in. Whose it is is found out when it is open: a browser cannot see why it was refused before.
pub(in crate::server) fn take_in<C: Clerk>(
    desk: &Desk<C>,
    doors: &Doors,
    hello: C::Hello,
    request: Request,
) -> Response {
    let extensions = request.extensions();
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0);
    let held = extensions.get::<Held>().cloned();
    let forwarded = extensions.get::<Forwarded>().is_some_and(|Forwarded(forwarded)| *forwarded);
    let (Some(peer), Some(held)) = (peer, held) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let Some(upgrade) = Upgrade::of(request) else { return StatusCode::BAD_REQUEST.into_response() };
    let share = match forwarded.then(|| doors.address(peer.ip())) {
        Some(None) => return StatusCode::TOO_MANY_REQUESTS.into_response(),
        share => share.flatten(),
    };
    let seat = Seat { held, share, compressor: None };
    upgrade.accept(peer.ip(), desk.office(hello), seat)
}

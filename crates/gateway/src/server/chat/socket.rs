//! One open socket of a chat dialect: its session, its queue, its timer, and its place in the chat core.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use hearth_clock::{Clock, Now};

use super::super::queue::{Farewell, Queue};
use super::alarms::Alarms;
use crate::accounts::Account;
use crate::chat::{Chat, ChatError, ConnectionKey, Delivery, Ending, Outlet, Output, Session};
use crate::hub::ConnectionId;

/// An open socket. Clones are the same one.
pub(in crate::server) struct Socket<S>(Arc<Inner<S>>);

struct Inner<S> {
    id: ConnectionId,
    queue: Arc<Queue>,
    chat: Chat,
    clock: Arc<Clock>,
    alarms: Arc<Alarms>,
    account: OnceLock<Account>,
    state: Mutex<State<S>>,
}

struct State<S> {
    session: S,
    /// When its timer rings.
    due: Option<Instant>,
    place: Place,
}

/// Where a socket is in the chat core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Outside,
    Inside(ConnectionKey),
    /// It is closed, and does not come in any more.
    Gone,
}

impl<S> Clone for Socket<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S> fmt::Debug for Socket<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Socket").field(&self.0.id).finish()
    }
}

impl<S: Session> Socket<S> {
    pub(super) fn new(
        id: ConnectionId,
        session: S,
        queue: Arc<Queue>,
        chat: Chat,
        clock: Arc<Clock>,
        alarms: Arc<Alarms>,
    ) -> Self {
        let state = Mutex::new(State { session, due: None, place: Place::Outside });
        Self(Arc::new(Inner { id, queue, chat, clock, alarms, account: OnceLock::new(), state }))
    }

    fn state(&self) -> MutexGuard<'_, State<S>> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the session something, and does what it wants done.
    pub fn tell<T>(&self, what: impl FnOnce(&mut S) -> T) -> T {
        let (told, has_frames) = self.tell_quietly(what);
        if has_frames {
            self.0.queue.wake();
        }
        told
    }

    /// The same without telling the writer of new frames; whether there are some.
    fn tell_quietly<T>(&self, what: impl FnOnce(&mut S) -> T) -> (T, bool) {
        let mut state = self.state();
        let State { session, due, place } = &mut *state;
        let told = what(session);
        let mut has_frames = false;
        while let Some(output) = session.poll_output() {
            match output {
                // A reader that is too slow is closed by the queue itself.
                Output::Send(frame) => {
                    has_frames |= {
                        self.0.queue.push(frame);
                        true
                    }
                }
                Output::Close { code, reason } => self.0.queue.close(Farewell { code, reason }),
            }
        }
        if *place != Place::Gone {
            self.0.alarms.arm(self.0.id, due, session.poll_timeout());
        }
        (told, has_frames)
    }

    /// What is due is done.
    pub(super) fn ring(&self, now: Now) {
        self.state().due = None;
        self.tell(|session| {
            // The timer may have been set before something moved the time.
            if session.poll_timeout().is_some_and(|at| at <= now.instant) {
                session.handle_timeout(now);
            }
        });
    }

    /// Whose socket it is, as it was when they came in.
    pub fn account(&self) -> Option<&Account> {
        self.0.account.get()
    }

    /// The chat core.
    pub fn chat(&self) -> &Chat {
        &self.0.chat
    }

    /// The present moment.
    pub fn now(&self) -> Now {
        self.0.clock.now()
    }

    /// Somebody's socket takes its place in the chat core, once: its session hears of what happens from now on, beginning
    /// with its welcome.
    ///
    /// # Errors
    /// See [`ChatError`].
    pub async fn enter(&self, account: Account) -> Result<(), ChatError> {
        let account = self.0.account.get_or_init(|| account);
        let key = self.0.chat.connect(account.clone(), Arc::new(self.clone())).await?;
        let is_gone = {
            let place = &mut self.state().place;
            let is_gone = *place == Place::Gone;
            if !is_gone {
                *place = Place::Inside(key);
            }
            is_gone
        };
        if is_gone {
            self.0.chat.disconnect(key).await;
        }
        Ok(())
    }

    /// The socket is closed.
    pub(super) async fn leave(&self) {
        let place = {
            let mut state = self.state();
            self.0.alarms.disarm(self.0.id, &mut state.due);
            std::mem::replace(&mut state.place, Place::Gone)
        };
        if let Place::Inside(key) = place {
            self.0.chat.disconnect(key).await;
        }
    }
}

impl<S: Session> Outlet for Socket<S> {
    fn deliver(&self, delivery: &Delivery) {
        self.tell_quietly(|session| session.deliver(delivery));
    }

    fn flush(&self) {
        self.0.queue.wake();
    }

    fn shut(&self, why: Ending) {
        self.tell(|session| session.end(why));
    }
}

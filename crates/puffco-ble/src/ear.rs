//! Hearing one device: the single notification stream, and the line over which the open link reports.
//!
//! On Linux a dropped notification stream can panic inside btleplug when a signal arrives meanwhile
//! (docs/decisions/0004), so an [`Ear`] listens for the life of the program and is used again by the next
//! link. Whoever holds a link's events may drop them at any time.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use btleplug::api::Peripheral as _;
use btleplug::platform::Peripheral;
use futures::StreamExt;
use puffco::link::{LinkError, LinkEvent};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::failure::classify;

/// The notification stream of one device, and who listens to it.
pub(crate) struct Ear {
    /// The device. Its services are those by which the stream names characteristics.
    pub(crate) peripheral: Peripheral,
    /// Where the stream goes.
    pub(crate) line: Arc<Line>,
    pump: JoinHandle<()>,
}

impl Ear {
    /// Starts listening to a device, connected or not.
    pub(crate) async fn open(peripheral: Peripheral) -> Result<Self, LinkError> {
        let mut stream = peripheral.notifications().await.map_err(classify)?;
        let line = Arc::new(Line::default());
        let into = line.clone();
        let pump = tokio::spawn(async move {
            while let Some(notification) = stream.next().await {
                into.notified(notification.uuid, notification.value);
            }
            into.close_any();
        });
        Ok(Self { peripheral, line, pump })
    }

    /// Whether the stream has not ended.
    pub(crate) fn is_listening(&self) -> bool {
        !self.pump.is_finished()
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.pump.abort();
    }
}

/// Carries what a device says to the link that is open to it, if one is.
#[derive(Default)]
pub(crate) struct Line {
    listener: Mutex<Option<Listener>>,
    /// The open session; `None` without one.
    open: watch::Sender<Option<Session>>,
    sessions: AtomicU64,
}

/// Names one link among all that use the same line one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Session(u64);

struct Listener {
    session: Session,
    events: mpsc::UnboundedSender<LinkEvent>,
    subscribed: BTreeSet<Uuid>,
}

impl Line {
    /// A new link begins; one that was still open hears that it is closed.
    pub(crate) fn begin(&self) -> (Session, mpsc::UnboundedReceiver<LinkEvent>) {
        let (events, receiver) = mpsc::unbounded_channel();
        let session = Session(self.sessions.fetch_add(1, Ordering::Relaxed));
        self.close_any();
        *self.listener() = Some(Listener { session, events, subscribed: BTreeSet::new() });
        self.open.send_replace(Some(session));
        (session, receiver)
    }

    /// Lets notifications of this characteristic through. BlueZ also signals values that were read.
    pub(crate) fn subscribe(&self, session: Session, characteristic: Uuid) {
        if let Some(listener) = self.listener().as_mut().filter(|listener| listener.session == session) {
            listener.subscribed.insert(characteristic);
        }
    }

    /// What is let through; nothing when the session is over.
    pub(crate) fn subscribed(&self, session: Session) -> BTreeSet<Uuid> {
        self.listener()
            .as_ref()
            .filter(|listener| listener.session == session)
            .map(|listener| listener.subscribed.clone())
            .unwrap_or_default()
    }

    fn notified(&self, characteristic: Uuid, value: Vec<u8>) {
        if let Some(listener) = self.listener().as_ref()
            && listener.subscribed.contains(&characteristic)
        {
            // Whoever held the events may have dropped them before the link.
            let _ = listener.events.send(LinkEvent::Notified { characteristic, value });
        }
    }

    /// This link is gone: tells its holder, once.
    pub(crate) fn close(&self, session: Session) {
        if self.is_open(session) {
            self.close_any();
        }
    }

    /// Whatever link was open is gone.
    pub(crate) fn close_any(&self) {
        if let Some(listener) = self.listener().take() {
            let _ = listener.events.send(LinkEvent::Closed);
        }
        self.open.send_replace(None);
    }

    /// Whether this link is open.
    pub(crate) fn is_open(&self, session: Session) -> bool {
        *self.open.borrow() == Some(session)
    }

    /// Whether any link is open.
    pub(crate) fn has_session(&self) -> bool {
        self.open.borrow().is_some()
    }

    /// Waits until this link is closed.
    pub(crate) async fn closed(&self, session: Session) {
        // Fails only without a sender, and `self` is it.
        let _ = self.open.subscribe().wait_for(|open| *open != Some(session)).await;
    }

    fn listener(&self) -> MutexGuard<'_, Option<Listener>> {
        self.listener.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use puffco::gatt;

    use super::*;

    #[test]
    fn values_that_were_only_read_are_not_notifications() {
        let line = Line::default();
        let (session, mut events) = line.begin();
        line.subscribe(session, gatt::REPLY);
        line.notified(gatt::VERSION, vec![1]);
        line.notified(gatt::REPLY, vec![2]);
        let heard = events.try_recv().unwrap();
        assert_eq!(heard, LinkEvent::Notified { characteristic: gatt::REPLY, value: vec![2] });
        assert!(events.try_recv().is_err());
    }

    #[test]
    fn a_link_closes_once_and_its_events_end() {
        let line = Line::default();
        let (session, mut events) = line.begin();
        assert!(line.is_open(session));
        line.close(session);
        line.close(session);
        assert!(!line.is_open(session));
        assert_eq!(events.try_recv(), Ok(LinkEvent::Closed));
        assert_eq!(events.try_recv(), Err(mpsc::error::TryRecvError::Disconnected));
    }

    #[test]
    fn the_next_link_starts_without_the_subscriptions_of_the_last() {
        let line = Line::default();
        let (old, mut first) = line.begin();
        line.subscribe(old, gatt::REPLY);
        let (new, mut second) = line.begin();
        line.close(old);
        assert!(line.is_open(new), "a link that is over closes no other");
        line.notified(gatt::REPLY, vec![1]);
        assert_eq!(first.try_recv(), Ok(LinkEvent::Closed));
        assert!(second.try_recv().is_err());
    }
}

//! Fans events out to the faces that look on. A face that falls behind costs only itself: its backlog is
//! dropped and everybody gets the whole view once more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::StreamExt;
use futures::stream::BoxStream;
use tokio::sync::broadcast;
use tokio_stream::wrappers::BroadcastStream;

use crate::contract::{Event, View};

/// A face may be this many events behind.
const BACKLOG: usize = 256;

/// The faces.
pub(super) struct Faces {
    events: broadcast::Sender<Event>,
    behind: Arc<AtomicBool>,
}

impl Faces {
    pub(super) fn new() -> Self {
        Self { events: broadcast::channel(BACKLOG).0, behind: Arc::default() }
    }

    /// The view, then every event told from now on.
    pub(super) fn subscribe(&self, view: View) -> BoxStream<'static, Event> {
        let behind = Arc::clone(&self.behind);
        let events = BroadcastStream::new(self.events.subscribe()).filter_map(move |event| {
            if event.is_err() {
                behind.store(true, Ordering::Relaxed);
            }
            futures::future::ready(event.ok())
        });
        let first = Event::View { view: Box::new(view) };
        Box::pin(futures::stream::once(futures::future::ready(first)).chain(events))
    }

    /// Tells all faces. Nobody may be looking; then nobody misses it.
    pub(super) fn tell(&self, event: Event) {
        let _ = self.events.send(event);
    }

    /// Whether a face lost events since the last call.
    pub(super) fn fell_behind(&self) -> bool {
        self.behind.swap(false, Ordering::Relaxed)
    }
}

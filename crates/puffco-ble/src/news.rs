//! Telling every listener what the radio reports, the adapter first.

use std::sync::{Mutex, PoisonError};

use futures::StreamExt;
use futures::stream::{self, BoxStream};
use puffco::link::{AdapterState, RadioEvent};
use tokio::sync::broadcast;

/// Events that a slow reader may be behind before it misses some.
const BACKLOG: usize = 256;

/// What listeners learn, and what a new one learns first.
pub(crate) struct News {
    adapter: Mutex<Option<AdapterState>>,
    sender: broadcast::Sender<RadioEvent>,
}

impl Default for News {
    fn default() -> Self {
        Self { adapter: Mutex::default(), sender: broadcast::channel(BACKLOG).0 }
    }
}

impl News {
    /// Everything from now on, after the adapter's present state. Before the first look nothing is told, so
    /// that the adapter comes first in every stream.
    pub(crate) fn listen(&self) -> BoxStream<'static, RadioEvent> {
        let adapter = self.adapter.lock().unwrap_or_else(PoisonError::into_inner);
        let first = adapter.clone().map(RadioEvent::Adapter);
        let receiver = self.sender.subscribe();
        drop(adapter);
        let rest = stream::unfold(receiver, |mut receiver| async move {
            loop {
                match receiver.recv().await {
                    Ok(event) => return Some((event, receiver)),
                    Err(broadcast::error::RecvError::Lagged(missed)) => {
                        tracing::debug!(missed, "a listener to the radio is slow");
                    }
                    Err(broadcast::error::RecvError::Closed) => return None,
                }
            }
        });
        stream::iter(first).chain(rest).boxed()
    }

    /// Tells all; an adapter that is as it was is no news.
    pub(crate) fn tell(&self, event: RadioEvent) {
        let mut adapter = self.adapter.lock().unwrap_or_else(PoisonError::into_inner);
        match &event {
            RadioEvent::Adapter(state) if adapter.as_ref() == Some(state) => return,
            RadioEvent::Adapter(state) => *adapter = Some(state.clone()),
            RadioEvent::Adapters(_) | RadioEvent::Heard(..) => {}
        }
        // Fails only when nobody listens.
        let _ = self.sender.send(event);
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[test]
    fn a_new_listener_hears_of_the_adapter_first_and_only_of_changes() {
        let news = News::default();
        let mut early = news.listen();
        assert_eq!(early.next().now_or_never(), None);
        news.tell(RadioEvent::Adapter(AdapterState::Off));
        news.tell(RadioEvent::Adapter(AdapterState::Off));
        news.tell(RadioEvent::Adapter(AdapterState::Missing));
        let mut late = news.listen();
        for state in [AdapterState::Off, AdapterState::Missing] {
            assert_eq!(early.next().now_or_never(), Some(Some(RadioEvent::Adapter(state))));
        }
        let first = late.next().now_or_never();
        assert_eq!(first, Some(Some(RadioEvent::Adapter(AdapterState::Missing))));
        assert_eq!(late.next().now_or_never(), None);
        drop(news);
        assert_eq!(late.next().now_or_never(), Some(None));
    }
}

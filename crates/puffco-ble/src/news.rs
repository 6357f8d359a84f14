//! Telling every listener what the radio reports, the adapters first.

use std::sync::{Mutex, PoisonError};

use futures::StreamExt;
use futures::stream::{self, BoxStream};
use puffco::link::{AdapterInfo, AdapterState, RadioEvent};
use tokio::sync::broadcast;

/// Events that a slow reader may be behind before it misses some.
const BACKLOG: usize = 256;

/// What listeners learn, and what a new one learns first.
pub(crate) struct News {
    known: Mutex<Known>,
    sender: broadcast::Sender<RadioEvent>,
}

/// What was told last.
#[derive(Default)]
struct Known {
    adapter: Option<AdapterState>,
    adapters: Option<Vec<AdapterInfo>>,
}

impl Default for News {
    fn default() -> Self {
        Self { known: Mutex::default(), sender: broadcast::channel(BACKLOG).0 }
    }
}

impl News {
    /// Everything from now on, after the adapters' present state. Before the first look nothing is told, so
    /// that the adapter comes first in every stream.
    pub(crate) fn listen(&self) -> BoxStream<'static, RadioEvent> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let adapter = known.adapter.clone().map(RadioEvent::Adapter);
        let first = adapter.into_iter().chain(known.adapters.clone().map(RadioEvent::Adapters));
        let first: Vec<RadioEvent> = first.collect();
        let receiver = self.sender.subscribe();
        drop(known);
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

    /// Tells all; adapters that are as they were are no news.
    pub(crate) fn tell(&self, event: RadioEvent) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match &event {
            RadioEvent::Adapter(state) if known.adapter.as_ref() == Some(state) => return,
            RadioEvent::Adapter(state) => known.adapter = Some(state.clone()),
            RadioEvent::Adapters(list) if known.adapters.as_ref() == Some(list) => return,
            RadioEvent::Adapters(list) => known.adapters = Some(list.clone()),
            RadioEvent::Heard(..) => {}
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
        let adapters = RadioEvent::Adapters(Vec::new());
        for _ in 0..2 {
            news.tell(adapters.clone());
        }
        let mut later = news.listen();
        assert_eq!(late.next().now_or_never(), Some(Some(adapters.clone())));
        assert_eq!(late.next().now_or_never(), None);
        later.next().now_or_never();
        assert_eq!(later.next().now_or_never(), Some(Some(adapters)));
        drop(news);
        assert_eq!(late.next().now_or_never(), Some(None));
    }
}

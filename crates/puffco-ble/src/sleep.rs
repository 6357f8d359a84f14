//! Who wants to know that the computer is about to sleep, or woke up. Who finds that out is the system's own
//! file.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::StreamExt;
use futures::stream::BoxStream;
use puffco::link::SleepEvent;
use tokio::sync::mpsc::{self, UnboundedSender};
use tokio_stream::wrappers::UnboundedReceiverStream;

/// The listeners. Each gets its own copy at once, so that nobody holds a sleep off by listening late.
#[derive(Clone, Default)]
pub(crate) struct Sleeps(Arc<Mutex<Vec<UnboundedSender<SleepEvent>>>>);

impl Sleeps {
    /// Everything from now on.
    pub(crate) fn listen(&self) -> BoxStream<'static, SleepEvent> {
        let (sender, receiver) = mpsc::unbounded_channel();
        self.listeners().push(sender);
        UnboundedReceiverStream::new(receiver).boxed()
    }

    /// Tells all that still listen.
    #[cfg(any(test, target_os = "linux"))]
    pub(crate) fn tell(&self, event: &SleepEvent) {
        self.listeners().retain(|listener| listener.send(event.clone()).is_ok());
    }

    fn listeners(&self) -> MutexGuard<'_, Vec<UnboundedSender<SleepEvent>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;
    use puffco::link::SleepHold;

    use super::*;

    #[test]
    fn a_sleep_is_held_off_until_every_listener_let_it_go() {
        let sleeps = Sleeps::default();
        let (mut first, mut second, gone) = (sleeps.listen(), sleeps.listen(), sleeps.listen());
        drop(gone);
        let hold = Arc::new(());
        sleeps.tell(&SleepEvent::Soon(SleepHold::new(hold.clone())));
        assert_eq!(Arc::strong_count(&hold), 2);
        assert!(matches!(first.next().now_or_never(), Some(Some(SleepEvent::Soon(_)))));
        assert_eq!(Arc::strong_count(&hold), 2, "the second has not heard of it yet");
        drop(second.next().now_or_never());
        assert_eq!(Arc::strong_count(&hold), 1);
    }
}

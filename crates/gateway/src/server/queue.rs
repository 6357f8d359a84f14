//! What waits to be written to one socket. Bounded: a reader that stalls loses its socket, nobody waits for it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hearth_dialects::puff::CloseCode;
use tokio::sync::Notify;

/// The end of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Farewell {
    pub code: u16,
    pub reason: &'static str,
}

impl From<CloseCode> for Farewell {
    fn from(code: CloseCode) -> Self {
        Self { code: code.code(), reason: code.reason() }
    }
}

/// What to do next with the socket.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Write these and flush once.
    Frames(Vec<Arc<str>>),
    /// Close; everything that was to be written before it has been.
    Close(Farewell),
}

#[derive(Debug, Default)]
struct Waiting {
    frames: VecDeque<Arc<str>>,
    bytes: usize,
    farewell: Option<Farewell>,
    /// The farewell does not wait for the writer.
    cut: bool,
}

/// The queue of one socket; the courier fills it, the socket's task empties it.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    filled: Notify,
    cut: Notify,
}

impl Queue {
    /// Bytes that may wait: a few whole lists of the members of a large group, which can follow each other faster
    /// than any reader reads. A frame for many is shared by all the queues that it waits in.
    pub const LIMIT: usize = 1024 * 1024;
    /// Bytes that are written before a flush.
    const BATCH: usize = 32 * 1024;

    /// Adds a frame. `false`: there was no room; the queue is emptied and ends with 4008.
    pub fn push(&self, frame: Arc<str>) -> bool {
        let mut waiting = self.lock();
        if waiting.farewell.is_some() {
            return true;
        }
        waiting.bytes += frame.len();
        let fits = waiting.bytes <= Self::LIMIT;
        if fits {
            waiting.frames.push_back(frame);
        } else {
            *waiting = Waiting { farewell: Some(CloseCode::TooSlow.into()), cut: true, ..Waiting::default() };
            self.cut.notify_one();
        }
        drop(waiting);
        self.filled.notify_one();
        fits
    }

    /// Ends the queue: what waits is still written.
    pub fn close(&self, farewell: Farewell) {
        self.lock().farewell.get_or_insert(farewell);
        self.filled.notify_one();
    }

    /// Waits for something to do.
    pub async fn next(&self) -> Next {
        loop {
            if let Some(next) = self.take() {
                return next;
            }
            self.filled.notified().await;
        }
    }

    /// Waits until the queue was emptied because its reader is too slow.
    pub async fn cut(&self) {
        while !self.lock().cut {
            self.cut.notified().await;
        }
    }

    fn take(&self) -> Option<Next> {
        let mut waiting = self.lock();
        let mut batch = Vec::new();
        let mut bytes = 0;
        while bytes < Self::BATCH
            && let Some(frame) = waiting.frames.pop_front()
        {
            bytes += frame.len();
            batch.push(frame);
        }
        waiting.bytes -= bytes;
        if batch.is_empty() { waiting.farewell.map(Next::Close) } else { Some(Next::Frames(batch)) }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(bytes: usize) -> Arc<str> {
        "x".repeat(bytes).into()
    }

    #[test]
    fn frames_that_wait_together_are_written_together() {
        let queue = Queue::default();
        assert!(queue.push(frame(10)) && queue.push(frame(20)));
        assert_eq!(queue.take(), Some(Next::Frames(vec![frame(10), frame(20)])));
        assert_eq!(queue.take(), None);
    }

    #[test]
    fn what_waits_is_written_before_the_end() {
        let queue = Queue::default();
        queue.push(frame(10));
        queue.close(CloseCode::Superseded.into());
        queue.push(frame(99));
        assert_eq!(queue.take(), Some(Next::Frames(vec![frame(10)])));
        assert_eq!(queue.take(), Some(Next::Close(CloseCode::Superseded.into())));
    }

    #[test]
    fn a_queue_that_is_not_emptied_ends() {
        let queue = Queue::default();
        let fitting = Queue::LIMIT / 1024;
        assert!((0..fitting).all(|_| queue.push(frame(1024))));
        assert!(!queue.push(frame(1024)));
        assert_eq!(queue.take(), Some(Next::Close(CloseCode::TooSlow.into())));
    }

    /// The longest frame that a hub sends to one who joins a group of `members`, each with the largest device
    /// state that there can be.
    fn largest_snapshot(members: usize) -> usize {
        use crate::hub::{ConnectionId, Hub, HubConfig, Output, Peer, SeededRandom};
        // Six bytes each once they are written as JSON.
        let text = "\u{1}".repeat(hearth_dialects::puff::limits::DEVICE_TEXT);
        let profile = serde_json::json!({ "name": text, "temp": 250.123456789, "time": text, "color": text, "moodId": text });
        let state = serde_json::json!({ "op": 4, "d": {
            "deviceName": text, "deviceMac": text, "deviceModel": text, "battery": 77.123456789,
            "totalDabs": 123456.123, "state": 6, "profile": profile,
        } });
        let now = hearth_clock::Clock::new().now();
        let mut hub = Hub::new(HubConfig::default(), Box::new(SeededRandom::new(1)));
        let (mut code, mut longest) = (String::new(), 0);
        for number in 0..members as u64 {
            let id = ConnectionId(number);
            hub.connect(now, id, Peer::LOOPBACK);
            if code.is_empty() {
                hub.receive(now, id, r#"{"op":2}"#);
                code.clone_from(&hub.stored_groups()[0].id);
            } else {
                hub.receive(now, id, &format!(r#"{{"op":1,"d":{{"group_id":"{code}"}}}}"#));
            }
            hub.receive(now, id, &state.to_string());
            while let Some(output) = hub.poll_output() {
                if let Output::Send { text, .. } = output {
                    longest = longest.max(text.len());
                }
            }
        }
        longest
    }

    #[test]
    fn the_largest_group_there_can_be_fits_twice() {
        let largest = largest_snapshot(crate::hub::HubConfig::default().group_members);
        assert!(largest > 200_000, "{largest} bytes are not the largest");
        let queue = Queue::default();
        assert!(queue.push(frame(largest)) && queue.push(frame(largest)), "{largest} bytes");
    }

    #[test]
    fn a_queue_that_is_emptied_takes_any_amount() {
        let queue = Queue::default();
        for _ in 0..10_000 {
            assert!(queue.push(frame(1024)));
            assert!(queue.take().is_some());
        }
    }
}

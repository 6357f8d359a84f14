//! What waits to be written to one socket. Bounded: a reader that stalls loses its socket, nobody waits for it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use hearth_dialects::puff::CloseCode;
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::Utf8Bytes;

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
    /// Write these, all at once.
    Texts(VecDeque<Utf8Bytes>),
    /// Answer a ping.
    Pong(Bytes),
    /// Close; everything that was to be written before it has been.
    Close(Farewell),
}

#[derive(Debug, Default)]
struct Waiting {
    frames: VecDeque<Utf8Bytes>,
    bytes: usize,
    /// The answer to the last ping; who sends more before it is written gets one for all (RFC 6455 §5.5.3).
    pong: Option<Bytes>,
    farewell: Option<Farewell>,
    /// The farewell does not wait for the writer.
    cut: bool,
    /// There are frames of which the writer has not been told.
    untold: bool,
}

/// What became of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pushed {
    /// It waits, the first since the writer was told: [`Queue::wake`] is to follow.
    First,
    /// It waits with others.
    Waiting,
    /// There was no room; the queue was emptied and ends with 4008.
    Overflow,
}

/// The queue of one socket; the courier fills it, the socket's task empties it.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    filled: Notify,
    cut: Notify,
}

impl Queue {
    /// A reader may be this many bytes behind when a frame comes. That frame may be larger by itself: the list of
    /// the members of a large group is.
    pub const LIMIT: usize = 256 * 1024;
    /// Bytes that are written at once.
    const BATCH: usize = 32 * 1024;

    /// Adds a frame. The writer is not told before [`Queue::wake`], so that what comes together is written together.
    pub fn push(&self, frame: Utf8Bytes) -> Pushed {
        let mut waiting = self.lock();
        if waiting.farewell.is_some() {
            return Pushed::Waiting;
        }
        if waiting.bytes < Self::LIMIT {
            waiting.bytes += frame.len();
            waiting.frames.push_back(frame);
            return if std::mem::replace(&mut waiting.untold, true) {
                Pushed::Waiting
            } else {
                Pushed::First
            };
        }
        *waiting = Waiting { farewell: Some(CloseCode::TooSlow.into()), cut: true, ..Waiting::default() };
        drop(waiting);
        self.cut.notify_one();
        self.filled.notify_one();
        Pushed::Overflow
    }

    /// A ping came: its payload is to go back, before what waits.
    pub fn pong(&self, payload: Bytes) {
        let mut waiting = self.lock();
        if waiting.farewell.is_none() {
            waiting.pong = Some(payload);
            drop(waiting);
            self.filled.notify_one();
        }
    }

    /// Tells the writer that there is something to write.
    pub fn wake(&self) {
        self.lock().untold = false;
        self.filled.notify_one();
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
        if let Some(payload) = waiting.pong.take() {
            return Some(Next::Pong(payload));
        }
        if waiting.frames.is_empty() {
            return waiting.farewell.map(Next::Close);
        }
        let (mut count, mut bytes) = (0, 0);
        while bytes < Self::BATCH
            && let Some(frame) = waiting.frames.get(count)
        {
            count += 1;
            bytes += frame.len();
        }
        // What is left moves, so that an empty queue holds no memory.
        let rest = waiting.frames.split_off(count);
        waiting.bytes -= bytes;
        Some(Next::Texts(std::mem::replace(&mut waiting.frames, rest)))
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(bytes: usize) -> Utf8Bytes {
        "x".repeat(bytes).into()
    }

    fn fits(queue: &Queue, bytes: usize) -> bool {
        queue.push(frame(bytes)) != Pushed::Overflow
    }

    #[test]
    fn frames_that_wait_together_are_written_together() {
        let queue = Queue::default();
        assert_eq!((queue.push(frame(10)), queue.push(frame(20))), (Pushed::First, Pushed::Waiting));
        assert_eq!(queue.take(), Some(Next::Texts([frame(10), frame(20)].into())));
        assert_eq!(queue.take(), None);
        queue.wake();
        assert_eq!(queue.push(frame(1)), Pushed::First);
    }

    #[test]
    fn what_waits_is_written_before_the_end() {
        let queue = Queue::default();
        queue.push(frame(10));
        queue.close(CloseCode::Superseded.into());
        queue.push(frame(99));
        assert_eq!(queue.take(), Some(Next::Texts([frame(10)].into())));
        assert_eq!(queue.take(), Some(Next::Close(CloseCode::Superseded.into())));
    }

    #[test]
    fn a_queue_that_is_not_emptied_ends() {
        let queue = Queue::default();
        let fitting = Queue::LIMIT / 1024;
        assert!((0..fitting).all(|_| fits(&queue, 1024)));
        assert!(!fits(&queue, 1024));
        assert_eq!(queue.take(), Some(Next::Close(CloseCode::TooSlow.into())));
    }

    #[test]
    fn a_ping_is_answered_before_what_waits_and_the_last_one_for_all() {
        let queue = Queue::default();
        queue.push(frame(10));
        queue.pong(Bytes::from_static(b"1"));
        queue.pong(Bytes::from_static(b"2"));
        assert_eq!(queue.take(), Some(Next::Pong(Bytes::from_static(b"2"))));
        assert_eq!(queue.take(), Some(Next::Texts([frame(10)].into())));
        queue.close(CloseCode::GoingAway.into());
        queue.pong(Bytes::from_static(b"3"));
        assert_eq!(queue.take(), Some(Next::Close(CloseCode::GoingAway.into())));
    }

    #[test]
    fn much_is_taken_in_parts_and_in_order() {
        let queue = Queue::default();
        let frames: Vec<_> = (1..=5).map(|n| frame(n * Queue::BATCH / 4)).collect();
        for frame in &frames {
            queue.push(frame.clone());
        }
        let (mut taken, mut parts) = (Vec::new(), Vec::new());
        while let Some(Next::Texts(part)) = queue.take() {
            parts.push(part.len());
            taken.extend(part);
        }
        assert_eq!((parts, taken), (vec![3, 1, 1], frames));
        let waiting = queue.lock();
        assert_eq!((waiting.bytes, waiting.frames.capacity()), (0, 0));
    }

    /// The members of a full group, each with the largest device state, make 300 KB.
    #[test]
    fn one_frame_may_be_longer_than_the_limit_when_the_reader_keeps_up() {
        let queue = Queue::default();
        assert!(fits(&queue, 1024) && fits(&queue, Queue::LIMIT * 2));
        assert!(!fits(&queue, 1), "but nothing more until it was read");
    }

    #[test]
    fn a_queue_that_is_emptied_takes_any_amount() {
        let queue = Queue::default();
        for _ in 0..10_000 {
            assert!(fits(&queue, 1024));
            assert!(queue.take().is_some());
        }
    }
}

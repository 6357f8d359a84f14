//! What waits to be written to one socket. Bounded: a reader that stalls loses its socket. Where a dialect has it so,
//! whoever fills a queue above its mark is not read until it is empty enough again.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use tokio::sync::{Notify, oneshot};

use crate::hub::ConnectionId;

/// The end of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Farewell {
    pub code: u16,
    pub reason: &'static str,
}

/// How much may wait, of a dialect.
#[derive(Debug)]
pub(super) struct Bounds {
    /// From this many bytes on it matters whether the reader stalls.
    pub lag: usize,
    /// From this many bytes on, whoever adds more is held.
    pub mark: usize,
    /// From this many bytes on, nothing fits: the queue ends.
    pub limit: usize,
    /// How it ends then.
    pub too_slow: Farewell,
}

/// Somebody whose frames are being passed on, and who is not read while a copy of this is held.
#[derive(Clone, Debug)]
pub(super) struct Sender {
    pub id: ConnectionId,
    read_on: Arc<oneshot::Sender<()>>,
}

impl Sender {
    /// The sender, and what ends when no queue holds it any more.
    pub fn new(id: ConnectionId) -> (Self, oneshot::Receiver<()>) {
        let (read_on, released) = oneshot::channel();
        (Self { id, read_on: Arc::new(read_on) }, released)
    }
}

/// What to do next with the socket.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Write these, all at once.
    Frames(VecDeque<Bytes>),
    /// Answer a ping.
    Pong(Bytes),
    /// Send a ping.
    Ping,
    /// Close; everything that was to be written before it has been.
    Close(Farewell),
}

/// Behind a thin pointer, because most queues never hold anybody.
#[derive(Debug, Default)]
struct Held(Vec<Sender>);

#[derive(Debug, Default)]
struct Waiting {
    frames: VecDeque<Bytes>,
    bytes: usize,
    /// How often the writer took something: it stands still when the reader stalls.
    taken: u32,
    /// The answer to the last ping; who sends more before it is written gets one for all (RFC 6455 §5.5.3).
    pong: Option<Bytes>,
    /// A ping is to be sent.
    ping: bool,
    /// Who is held.
    held: Option<Box<Held>>,
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
    /// There was no room; the queue was emptied and ends.
    Overflow,
}

/// How far a reader is behind.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Lag {
    /// How often the writer has taken something.
    pub taken: u32,
    /// Whether whoever adds more is held.
    pub is_above_mark: bool,
    /// Who is.
    pub held: Vec<ConnectionId>,
}

/// The queue of one socket; the courier fills it, the socket's task empties it.
#[derive(Debug)]
pub(super) struct Queue {
    bounds: &'static Bounds,
    waiting: Mutex<Waiting>,
    filled: Notify,
    cut: Notify,
}

impl Queue {
    /// Bytes that are written at once.
    const BATCH: usize = 32 * 1024;

    pub fn new(bounds: &'static Bounds) -> Self {
        Self { bounds, waiting: Mutex::default(), filled: Notify::new(), cut: Notify::new() }
    }

    /// Adds a frame. The writer is not told before [`Queue::wake`], so that what comes together is written together.
    pub fn push(&self, frame: Bytes) -> Pushed {
        self.push_from(frame, None).0
    }

    /// Adds a frame of somebody, who is held when the queue is above its mark then, once for each message; whether it
    /// matters that the reader stalls.
    pub fn push_from(&self, frame: Bytes, sender: Option<&Sender>) -> (Pushed, bool) {
        let mut waiting = self.lock();
        if waiting.farewell.is_some() {
            return (Pushed::Waiting, false);
        }
        if waiting.bytes >= self.bounds.limit {
            drop(waiting);
            self.cut_off();
            return (Pushed::Overflow, false);
        }
        waiting.bytes += frame.len();
        waiting.frames.push_back(frame);
        if waiting.bytes >= self.bounds.mark
            && let Some(sender) = sender
        {
            let Held(held) = &mut **waiting.held.get_or_insert_default();
            if !held.iter().any(|other| Arc::ptr_eq(&other.read_on, &sender.read_on)) {
                held.push(sender.clone());
            }
        }
        let is_told = std::mem::replace(&mut waiting.untold, true);
        (if is_told { Pushed::Waiting } else { Pushed::First }, waiting.bytes >= self.bounds.lag)
    }

    /// How far the reader is behind, when it matters.
    pub fn lag(&self) -> Option<Lag> {
        let waiting = self.lock();
        let lags = waiting.bytes >= self.bounds.lag && waiting.farewell.is_none();
        lags.then(|| Lag {
            taken: waiting.taken,
            is_above_mark: waiting.bytes >= self.bounds.mark,
            held: waiting.held.iter().flat_map(|held| &held.0).map(|sender| sender.id).collect(),
        })
    }

    /// Empties the queue and ends it: its reader is too slow.
    pub fn cut_off(&self) {
        let mut waiting = self.lock();
        *waiting = Waiting { farewell: Some(self.bounds.too_slow), cut: true, ..Waiting::default() };
        drop(waiting);
        self.cut.notify_one();
        self.filled.notify_one();
    }

    /// A ping is to be sent, before what waits.
    pub fn ping(&self) {
        let mut waiting = self.lock();
        if waiting.farewell.is_none() {
            waiting.ping = true;
            drop(waiting);
            self.filled.notify_one();
        }
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
        let mut waiting = self.lock();
        waiting.farewell.get_or_insert(farewell);
        waiting.held = None;
        drop(waiting);
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
        if std::mem::take(&mut waiting.ping) {
            return Some(Next::Ping);
        }
        if waiting.frames.is_empty() {
            return waiting.farewell.map(Next::Close);
        }
        let (mut count, mut bytes) = (0, 0);
        while bytes < Self::BATCH
            && let Some(frame) = waiting.frames.get(count)
            // A large one is written as it is, without a copy.
            && (count == 0 || frame.len() < Self::BATCH)
        {
            count += 1;
            bytes += frame.len();
        }
        // What is left moves, so that an empty queue holds no memory.
        let rest = waiting.frames.split_off(count);
        waiting.bytes -= bytes;
        waiting.taken = waiting.taken.wrapping_add(1);
        if waiting.bytes < self.bounds.mark / 2 {
            waiting.held = None;
        }
        Some(Next::Frames(std::mem::replace(&mut waiting.frames, rest)))
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOO_SLOW: Farewell = Farewell { code: 4008, reason: "" };
    const END: Farewell = Farewell { code: 1001, reason: "" };
    const LIMIT: usize = 256 * 1024;
    static BOUNDS: Bounds = Bounds { lag: usize::MAX, mark: usize::MAX, limit: LIMIT, too_slow: TOO_SLOW };
    static HOLDING: Bounds = Bounds { lag: 500, mark: 1000, limit: LIMIT, too_slow: TOO_SLOW };

    fn queue() -> Queue {
        Queue::new(&BOUNDS)
    }

    fn frame(bytes: usize) -> Bytes {
        "x".repeat(bytes).into()
    }

    fn fits(queue: &Queue, bytes: usize) -> bool {
        queue.push(frame(bytes)) != Pushed::Overflow
    }

    #[test]
    fn frames_that_wait_together_are_written_together() {
        let queue = queue();
        assert_eq!((queue.push(frame(10)), queue.push(frame(20))), (Pushed::First, Pushed::Waiting));
        assert_eq!(queue.take(), Some(Next::Frames([frame(10), frame(20)].into())));
        assert_eq!(queue.take(), None);
        queue.wake();
        assert_eq!(queue.push(frame(1)), Pushed::First);
    }

    #[test]
    fn what_waits_is_written_before_the_end() {
        let queue = queue();
        queue.push(frame(10));
        queue.close(END);
        queue.push(frame(99));
        assert_eq!(queue.take(), Some(Next::Frames([frame(10)].into())));
        assert_eq!(queue.take(), Some(Next::Close(END)));
    }

    #[test]
    fn a_queue_that_is_not_emptied_ends() {
        let queue = queue();
        let fitting = LIMIT / 1024;
        assert!((0..fitting).all(|_| fits(&queue, 1024)));
        assert!(!fits(&queue, 1024));
        assert_eq!(queue.take(), Some(Next::Close(TOO_SLOW)));
    }

    #[test]
    fn a_ping_is_answered_before_what_waits_and_the_last_one_for_all() {
        let queue = queue();
        queue.push(frame(10));
        queue.pong(Bytes::from_static(b"1"));
        queue.pong(Bytes::from_static(b"2"));
        assert_eq!(queue.take(), Some(Next::Pong(Bytes::from_static(b"2"))));
        assert_eq!(queue.take(), Some(Next::Frames([frame(10)].into())));
        queue.close(END);
        queue.pong(Bytes::from_static(b"3"));
        assert_eq!(queue.take(), Some(Next::Close(END)));
    }

    #[test]
    fn much_is_taken_in_parts_and_in_order() {
        let queue = queue();
        let frames: Vec<_> = (1..=5).map(|n| frame(n * Queue::BATCH / 4)).collect();
        for frame in &frames {
            queue.push(frame.clone());
        }
        let (mut taken, mut parts) = (Vec::new(), Vec::new());
        while let Some(Next::Frames(part)) = queue.take() {
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
        let queue = queue();
        assert!(fits(&queue, 1024) && fits(&queue, LIMIT * 2));
        assert!(!fits(&queue, 1), "but nothing more until it was read");
    }

    #[test]
    fn a_queue_that_is_emptied_takes_any_amount() {
        let queue = queue();
        for _ in 0..10_000 {
            assert!(fits(&queue, 1024));
            assert!(queue.take().is_some());
        }
    }

    #[test]
    fn whoever_fills_a_queue_above_its_mark_is_held_until_it_is_half_empty() {
        let queue = Queue::new(&HOLDING);
        let (sender, mut released) = Sender::new(ConnectionId(1));
        let push = |bytes| queue.push_from(frame(bytes), Some(&sender));
        assert_eq!(push(400), (Pushed::First, false));
        assert_eq!(push(400), (Pushed::Waiting, true));
        let lag = |taken, is_above_mark, held| Some(Lag { taken, is_above_mark, held });
        assert_eq!(queue.lag(), lag(0, false, vec![]), "below the mark nobody is held");
        push(Queue::BATCH);
        push(600);
        assert_eq!(queue.lag(), lag(0, true, vec![ConnectionId(1)]), "once for each message");
        drop(sender);
        assert!(released.try_recv().is_err_and(|error| error == oneshot::error::TryRecvError::Empty));
        assert!(
            matches!(queue.take(), Some(Next::Frames(frames)) if frames.len() == 2),
            "large ones go alone"
        );
        assert_eq!(queue.lag(), lag(1, true, vec![ConnectionId(1)]));
        queue.take();
        queue.take();
        assert!(released.try_recv().is_err_and(|error| error == oneshot::error::TryRecvError::Closed));
        assert_eq!(queue.lag(), None);
    }

    #[test]
    fn nobody_is_held_by_a_queue_that_ends() {
        for end in [Queue::cut_off, |queue: &Queue| queue.close(END)] {
            let queue = Queue::new(&HOLDING);
            let (sender, mut released) = Sender::new(ConnectionId(1));
            queue.push_from(frame(2000), Some(&sender));
            end(&queue);
            queue.push_from(frame(2000), Some(&sender));
            assert_eq!(queue.lag(), None);
            drop(sender);
            assert!(released.try_recv().is_err_and(|error| error == oneshot::error::TryRecvError::Closed));
        }
    }

    #[test]
    fn a_ping_goes_before_what_waits() {
        let queue = queue();
        queue.push(frame(10));
        queue.ping();
        queue.ping();
        assert_eq!(queue.take(), Some(Next::Ping));
        assert!(matches!(queue.take(), Some(Next::Frames(_))));
    }
}

//! The one task that owns the broker: takes in what comes from sockets, puts out what the broker wants sent, and cuts
//! off readers that stall.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use hearth_clock::Clock;
use hearth_dialects::concierge::CloseCode;
use tokio::sync::{OwnedSemaphorePermit, mpsc, watch};
use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use super::super::queue::{Pushed, Queue, Sender};
use super::super::slept::{LONGEST_WAIT, Slept};
use super::super::until_stopped;
use super::desk::{Figures, LIGHT, Letter, farewell};
use super::files::FileStore;
use crate::concierge::{Broker, BrokerConfig, Output};
use crate::hub::{ConnectionId, OsRandom};

/// A reader that holds others up and takes nothing for this long is closed.
const STALL: Duration = Duration::from_secs(5);

/// So is one that is behind, holds up nobody and takes nothing for this long.
const IDLE: Duration = Duration::from_secs(15);

/// So is one that holds others up for this long, however much it takes.
const SLOW: Duration = Duration::from_secs(30);

/// A queue whose reader is behind.
#[derive(Debug)]
struct Behind {
    queue: Arc<Queue>,
    /// Since when it has been above its mark, if it is.
    above: Option<Instant>,
    taken: u32,
    taken_at: Instant,
}

/// Owns the broker.
pub(in crate::server) struct Courier {
    broker: Broker,
    clock: Arc<Clock>,
    slept: Slept,
    files: Option<Arc<FileStore>>,
    inbox: mpsc::Receiver<Letter>,
    queues: HashMap<ConnectionId, Arc<Queue>>,
    /// Queues whose writers are to be told when everything is in.
    filled: Vec<Arc<Queue>>,
    behind: HashMap<ConnectionId, Behind>,
    /// Bytes of frames that were put into queues since the writers were told.
    bytes: usize,
    too_slow: u64,
    /// What everybody is told in the end.
    parting: CloseCode,
}

/// A frame that is shared by those who get it, and its part of what may be on its way.
struct Parcel {
    frame: Vec<u8>,
    #[expect(dead_code, reason = "held, not read")]
    load: Arc<OwnedSemaphorePermit>,
}

impl AsRef<[u8]> for Parcel {
    fn as_ref(&self) -> &[u8] {
        &self.frame
    }
}

impl Courier {
    /// Letters that are handled before the writers are told.
    const BATCH: usize = 64;
    /// The writers are told at the latest after this many bytes.
    const BURST: usize = 256 * 1024;
    /// How often those who are behind are looked at.
    const LOOK: Duration = Duration::from_millis(500);

    pub fn new(
        config: BrokerConfig,
        clock: Arc<Clock>,
        files: Option<Arc<FileStore>>,
        inbox: mpsc::Receiver<Letter>,
    ) -> Self {
        Self {
            broker: Broker::new(config, Box::new(OsRandom)),
            slept: Slept::so_far(&clock),
            clock,
            files,
            inbox,
            queues: HashMap::new(),
            filled: Vec::new(),
            behind: HashMap::new(),
            bytes: 0,
            too_slow: 0,
            parting: CloseCode::GoingAway,
        }
    }

    /// Runs until the server stops.
    pub async fn run(mut self, mut stopped: watch::Receiver<bool>, alive: mpsc::Sender<()>) {
        let mut look = tokio::time::interval(Self::LOOK);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut letters = Vec::with_capacity(Self::BATCH);
        loop {
            let wait = self.broker.poll_timeout().map_or(LONGEST_WAIT, |at| self.clock.until(at));
            tokio::select! {
                count = self.inbox.recv_many(&mut letters, Self::BATCH) => {
                    if count == 0 {
                        break;
                    }
                    for letter in letters.drain(..) {
                        self.handle(letter);
                        if self.bytes > Self::BURST {
                            self.wake_writers();
                            tokio::task::yield_now().await;
                        }
                    }
                }
                () = tokio::time::sleep(wait.min(LONGEST_WAIT)) => {
                    if self.slept.again(&self.clock) {
                        self.woke();
                    }
                    self.broker.handle_timeout(self.clock.now());
                    self.deliver(None, None);
                }
                _ = look.tick(), if !self.behind.is_empty() => self.look(),
                () = until_stopped(&mut stopped) => break,
            }
            self.wake_writers();
            tokio::task::yield_now().await;
        }
        // Whoever was on the way in is closed with the others.
        self.inbox.close();
        while let Ok(letter) = self.inbox.try_recv() {
            self.handle(letter);
        }
        self.broker.close_all(self.parting);
        self.deliver(None, None);
        self.wake_writers();
        drop(alive);
    }

    fn woke(&mut self) {
        let now = self.clock.now();
        self.broker.woke(now);
        #[expect(clippy::iter_over_hash_type, reason = "all alike, in any order")]
        for behind in self.behind.values_mut() {
            (behind.above, behind.taken_at) = (behind.above.map(|_| now.instant), now.instant);
        }
    }

    fn handle(&mut self, letter: Letter) {
        let now = self.clock.now();
        match letter {
            Letter::Connected { id, address, queue } => {
                self.queues.insert(id, queue);
                self.broker.connect(now, id, address);
            }
            Letter::Received { sender, text, load } => {
                self.broker.receive(now, sender.id, &text);
                drop(text);
                return self.deliver(Some(&sender), load.as_ref());
            }
            Letter::Binary { id } => self.broker.receive_binary(now, id),
            Letter::Heard { id } => return self.broker.heard(now, id),
            Letter::Disconnected { id } => {
                self.queues.remove(&id);
                self.behind.remove(&id);
                self.broker.disconnect(id);
            }
            // Whoever asked may be gone.
            Letter::Key { key, name, answer } => {
                let _ = answer.send((self.broker.has_uuid(key), self.broker.uuid_of(&name)));
            }
            Letter::Figures { answer } => {
                let (population, tally) = (self.broker.population(), self.broker.tally().clone());
                drop(answer.send(Figures { population, tally, too_slow: self.too_slow }));
            }
            Letter::Admit(access) => self.broker.admit(access),
            Letter::Parting { code } => self.parting = code,
        }
        self.deliver(None, None);
    }

    /// Puts what the broker wants sent into the queues. Whoever caused it is held by each queue that is above its mark
    /// now. A queue that overflows is a lost socket, which may cause more to be sent.
    fn deliver(&mut self, cause: Option<&Sender>, load: Option<&Arc<OwnedSemaphorePermit>>) {
        // A frame for many is one to each of them, and one buffer for all.
        let mut last: Option<(Arc<str>, Bytes)> = None;
        while let Some(output) = self.broker.poll_output() {
            match output {
                Output::Send { to, text } => {
                    let frame = match &last {
                        Some((known, frame)) if Arc::ptr_eq(known, &text) => frame.clone(),
                        _ => {
                            let frame = framed(&text, load);
                            self.bytes += frame.len();
                            last = Some((text, frame.clone()));
                            frame
                        }
                    };
                    self.push(to, frame, cause);
                }
                Output::Ping { to } => {
                    if let Some(queue) = self.queues.get(&to) {
                        queue.ping();
                    }
                }
                Output::Close { to, code } => {
                    self.behind.remove(&to);
                    if let Some(queue) = self.queues.remove(&to) {
                        queue.close(farewell(code));
                    }
                }
                Output::Left { uuid } => {
                    if let Some(files) = &self.files {
                        files.forget(uuid);
                    }
                }
            }
        }
    }

    fn push(&mut self, to: ConnectionId, frame: Bytes, cause: Option<&Sender>) {
        let Some(queue) = self.queues.get(&to) else { return };
        let (pushed, lags) = queue.push_from(frame, cause);
        match pushed {
            Pushed::First => self.filled.push(Arc::clone(queue)),
            Pushed::Waiting => {}
            Pushed::Overflow => return self.cut_off(to),
        }
        if lags && !self.behind.contains_key(&to) {
            let (queue, now) = (Arc::clone(queue), self.clock.now().instant);
            let taken = queue.lag().map_or(0, |lag| lag.taken);
            self.behind.insert(to, Behind { queue, above: None, taken, taken_at: now });
        }
    }

    /// Looks after those who are behind: who is held by one cannot be heard and is not missed, and whose reader stalls
    /// is cut off.
    fn look(&mut self) {
        let now = self.clock.now();
        let mut held = Vec::new();
        let mut stalled = Vec::new();
        self.behind.retain(|id, behind| {
            let Some(lag) = behind.queue.lag() else { return false };
            held.extend(lag.held);
            if lag.taken != behind.taken {
                (behind.taken, behind.taken_at) = (lag.taken, now.instant);
            }
            behind.above = lag.is_above_mark.then(|| behind.above.unwrap_or(now.instant));
            let patience = if lag.is_above_mark { STALL } else { IDLE };
            let is_slow = behind.above.is_some_and(|since| now.instant >= since + SLOW);
            if is_slow || now.instant >= behind.taken_at + patience {
                stalled.push(*id);
                return false;
            }
            true
        });
        for id in held {
            self.broker.heard(now, id);
        }
        stalled.sort_unstable();
        for id in stalled {
            self.cut_off(id);
        }
        self.deliver(None, None);
    }

    fn cut_off(&mut self, id: ConnectionId) {
        tracing::info!(connection = id.0, "closing a concierge client whose reader is too slow");
        self.too_slow += 1;
        self.behind.remove(&id);
        if let Some(queue) = self.queues.remove(&id) {
            queue.cut_off();
        }
        self.broker.disconnect(id);
    }

    fn wake_writers(&mut self) {
        self.bytes = 0;
        for queue in self.filled.drain(..) {
            queue.wake();
        }
    }
}

/// The frame of a text, as all its readers get it.
fn framed(text: &str, load: Option<&Arc<OwnedSemaphorePermit>>) -> Bytes {
    /// The longest head of a frame that is not masked (RFC 6455 §5.2).
    const HEAD: usize = 10;
    let mut frame = Vec::with_capacity(HEAD + text.len());
    let head = FrameHeader { opcode: OpCode::Data(Data::Text), ..FrameHeader::default() };
    // Writing into memory cannot fail.
    let _ = head.format(text.len() as u64, &mut frame);
    frame.extend_from_slice(text.as_bytes());
    match load {
        Some(load) if frame.len() > LIGHT => Bytes::from_owner(Parcel { frame, load: Arc::clone(load) }),
        _ => frame.into(),
    }
}

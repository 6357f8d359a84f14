//! The one task that owns the hub: takes in what comes from sockets and REST, puts out what the hub wants sent.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use hearth_clock::Clock;
use hearth_dialects::puff::{CloseCode, PublicGroup, limits};
use tokio::sync::{mpsc, oneshot, watch};

use super::inquiry::Inquiries;
use super::mailbox::{Fault, Office, Sign};
use super::queue::{Bounds, Farewell, Pushed, Queue};
use super::seshes::Errand;
use super::slept::{LONGEST_WAIT, Slept};
use super::storage::Storage;
use super::until_stopped;
use crate::chat::{ChatError, CommunityId};
use crate::hub::{
    Census, CommunityMessage, ConnectionId, Hub, HubConfig, NoSeat, OsRandom, Output, Peer, Population,
    Reached, RemoteAction, SeshFace, Stored, StoredGroup, Tally, TokenHash, UserChange, VoiceSeat,
};
use crate::verify::Verifier;

/// What is asked of the hub's task.
#[derive(Debug)]
pub(super) enum Letter {
    Connected {
        id: ConnectionId,
        peer: Peer,
        queue: Arc<Queue>,
    },
    Received {
        id: ConnectionId,
        text: String,
    },
    Disconnected {
        id: ConnectionId,
    },
    PublicGroups {
        answer: oneshot::Sender<Vec<PublicGroup>>,
    },
    Group {
        id: String,
        answer: oneshot::Sender<Option<PublicGroup>>,
    },
    UserUpdated {
        user: String,
        change: Box<UserChange>,
        answer: oneshot::Sender<usize>,
    },
    RemoteAction {
        user: String,
        action: RemoteAction,
        answer: oneshot::Sender<Reached>,
    },
    Figures {
        answer: oneshot::Sender<Figures>,
    },
    Census {
        answer: oneshot::Sender<Census>,
    },
    /// The chat core has the community of a group, perhaps of one that is gone.
    OpenCommunity {
        code: String,
        answer: oneshot::Sender<Option<SeshFace>>,
    },
    /// Somebody wants into the community of a group: the answer comes when the chat core knows all that was told of the
    /// group before.
    FindCommunity {
        code: String,
        answer: oneshot::Sender<Result<CommunityId, ChatError>>,
    },
    /// Something was said in the community of a group.
    SaidInCommunity {
        code: String,
        message: CommunityMessage,
    },
    /// What a member said could not be stored.
    NotSaid {
        origin: u64,
    },
    /// Whoever has the session token with this hash wants to go into the voice room of a group.
    AskForVoice {
        code: String,
        token: TokenHash,
        address: IpAddr,
        answer: oneshot::Sender<Result<VoiceSeat, NoSeat>>,
    },
    /// A guest was made for a member; the answer is the one that it has now.
    SeatGuest {
        code: String,
        member: u64,
        account: String,
        answer: oneshot::Sender<Option<String>>,
    },
    /// An account went into the voice room of this group, or out of all of them.
    VoiceMoved {
        account: String,
        code: Option<String>,
    },
    /// When the server stops, everybody is told this.
    Parting {
        code: CloseCode,
    },
}

/// What metrics tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Figures {
    pub population: Population,
    pub tally: Tally,
    /// Sockets closed because their reader was too slow.
    pub too_slow: u64,
}

/// Reaches the hub's task.
pub(super) type Mailbox = super::mailbox::Mailbox<Letter>;

/// Where sockets come in: the hub's task, and what is beside it on their listener.
#[derive(Clone, Debug)]
pub(super) struct Entrance {
    pub mailbox: Mailbox,
    /// Whether voice rooms can be asked for at the same address.
    pub voice: bool,
}

impl Office for Entrance {
    const LARGEST_MESSAGE: usize = limits::FRAME_BYTES;
    // As the TypeScript gateway does.
    const READS_BINARY: bool = true;
    // A socket may be compressed.
    const FRAMES: bool = false;

    fn queue(&self) -> Queue {
        Queue::new(&BOUNDS)
    }

    fn farewell(_: Fault) -> Farewell {
        Farewell { code: 1009, reason: "FRAME_TOO_LARGE_OR_BROKEN" }
    }

    fn next_id(&self) -> ConnectionId {
        self.mailbox.next_id()
    }

    fn alive(&self) -> Option<mpsc::Sender<()>> {
        self.mailbox.alive()
    }

    fn connected(
        &self,
        id: ConnectionId,
        address: IpAddr,
        queue: Arc<Queue>,
    ) -> impl Future<Output = bool> + Send {
        let peer = Peer { address, reaches_voice: self.voice };
        self.mailbox.send(Letter::Connected { id, peer, queue })
    }

    fn received(&self, id: ConnectionId, text: String) -> impl Future<Output = bool> + Send {
        self.mailbox.send(Letter::Received { id, text })
    }

    fn noticed(&self, _: ConnectionId, _: Sign) {}

    fn disconnected(&self, id: ConnectionId) -> impl Future<Output = bool> + Send {
        self.mailbox.send(Letter::Disconnected { id })
    }
}

/// A reader may be this many bytes behind when a frame comes. That frame may be larger by itself: the list of the
/// members of a large group is.
const BEHIND: usize = 256 * 1024;

/// A reader that stalls loses its socket; nobody waits for it.
static BOUNDS: Bounds = Bounds {
    lag: usize::MAX,
    mark: usize::MAX,
    limit: BEHIND,
    too_slow: Farewell { code: CloseCode::TooSlow.code(), reason: CloseCode::TooSlow.reason() },
};

/// Owns the hub.
pub(super) struct Courier {
    hub: Hub,
    clock: Arc<Clock>,
    slept: Slept,
    storage: Option<Storage>,
    saved: Vec<StoredGroup>,
    inquiries: Inquiries,
    inbox: mpsc::Receiver<Letter>,
    /// What the chat core is to know.
    seshes: mpsc::UnboundedSender<Errand>,
    sought: Vec<(String, oneshot::Sender<Result<CommunityId, ChatError>>)>,
    queues: HashMap<ConnectionId, Arc<Queue>>,
    /// Queues whose writers are to be told when everything is in.
    filled: Vec<Arc<Queue>>,
    too_slow: u64,
    /// What everybody is told in the end.
    parting: CloseCode,
}

impl Courier {
    /// Letters that are handled before what they caused is sent.
    const BATCH: usize = 64;
    /// How often groups are saved, when they changed.
    const SAVE_EVERY: Duration = Duration::from_secs(2);

    pub fn new(
        config: HubConfig,
        clock: Arc<Clock>,
        storage: Option<Storage>,
        verifier: Arc<dyn Verifier>,
        inbox: mpsc::Receiver<Letter>,
        seshes: mpsc::UnboundedSender<Errand>,
    ) -> Self {
        let mut hub = Hub::new(config, Box::new(OsRandom));
        let stored = storage.as_ref().map(Storage::load).unwrap_or_default();
        let saved = stored.groups.clone();
        hub.restore(clock.now(), stored);
        Self {
            hub,
            slept: Slept::so_far(&clock),
            clock,
            storage,
            saved,
            inquiries: Inquiries::new(verifier),
            inbox,
            seshes,
            sought: Vec::new(),
            queues: HashMap::new(),
            filled: Vec::new(),
            too_slow: 0,
            parting: CloseCode::GoingAway,
        }
    }

    /// Runs until the server stops.
    pub async fn run(mut self, mut stopped: watch::Receiver<bool>, alive: mpsc::Sender<()>) {
        let mut save = tokio::time::interval(Self::SAVE_EVERY);
        save.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut letters = Vec::with_capacity(Self::BATCH);
        loop {
            let wait = self.hub.poll_timeout().map_or(LONGEST_WAIT, |at| self.clock.until(at));
            tokio::select! {
                count = self.inbox.recv_many(&mut letters, Self::BATCH) => {
                    if count == 0 {
                        break;
                    }
                    for letter in letters.drain(..) {
                        self.handle(letter);
                    }
                }
                () = tokio::time::sleep(wait.min(LONGEST_WAIT)) => {
                    if self.slept.again(&self.clock) {
                        self.hub.woke(self.clock.now());
                    }
                    self.hub.handle_timeout(self.clock.now());
                }
                (connection, verdict) = self.inquiries.answered() => {
                    self.hub.verified(self.clock.now(), connection, verdict);
                }
                _ = save.tick(), if self.storage.is_some() => self.save_groups().await,
                () = until_stopped(&mut stopped) => break,
            }
            self.deliver().await;
            tokio::task::yield_now().await;
        }
        // Whoever was on the way in is closed with the others.
        self.inbox.close();
        while let Ok(letter) = self.inbox.try_recv() {
            self.handle(letter);
        }
        // Before anybody is told to go: who comes back finds everything.
        if self.storage.is_some() {
            let stored = self.hub.stored(self.clock.now());
            self.save(stored).await;
        }
        self.hub.close_all_with(self.parting);
        self.deliver().await;
        // The next gateway may have the directory from now on.
        self.storage = None;
        drop(alive);
    }

    fn handle(&mut self, letter: Letter) {
        let now = self.clock.now();
        match letter {
            Letter::Connected { id, peer, queue } => {
                self.queues.insert(id, queue);
                self.hub.connect(now, id, peer);
            }
            Letter::Received { id, text } => self.hub.receive(now, id, &text),
            Letter::Disconnected { id } => {
                self.queues.remove(&id);
                self.hub.disconnect(now, id);
            }
            // Whoever asked may be gone.
            Letter::PublicGroups { answer } => drop(answer.send(self.hub.public_groups())),
            Letter::Group { id, answer } => drop(answer.send(self.hub.group(&id))),
            Letter::UserUpdated { user, change, answer } => {
                let _ = answer.send(self.hub.user_updated(now, &user, *change));
            }
            Letter::RemoteAction { user, action, answer } => {
                let _ = answer.send(self.hub.remote_action(now, &user, action));
            }
            Letter::Figures { answer } => {
                let (population, tally) = (self.hub.population(), self.hub.tally().clone());
                drop(answer.send(Figures { population, tally, too_slow: self.too_slow }));
            }
            Letter::Census { answer } => drop(answer.send(self.hub.census())),
            Letter::OpenCommunity { code, answer } => drop(answer.send(self.hub.open_community(&code))),
            Letter::FindCommunity { code, answer } => {
                self.hub.open_community(&code);
                self.sought.push((code, answer));
            }
            Letter::SaidInCommunity { code, message } => self.hub.said_in_community(now, &code, message),
            Letter::NotSaid { origin } => self.hub.not_said(origin),
            Letter::AskForVoice { code, token, address, answer } => {
                let _ = answer.send(self.hub.ask_for_voice(now, address, &code, &token));
            }
            Letter::SeatGuest { code, member, account, answer } => {
                drop(answer.send(self.hub.seat_guest(&code, member, account)));
            }
            Letter::VoiceMoved { account, code } => self.hub.voice_moved(&account, code),
            Letter::Parting { code } => self.parting = code,
        }
    }

    /// Puts what the hub wants sent into the queues, and tells their writers when everything is in, so that what one
    /// turn of the hub sends to a socket is written at once. A queue that overflows is a lost socket, which may cause
    /// more to be sent. Lets the writers go in between: a queue is to fill because its reader is slow, not because
    /// much comes at once.
    async fn deliver(&mut self) {
        let mut bytes = 0;
        // A frame for many is one to each of them, and one buffer for all.
        let mut last: Option<(Arc<str>, Bytes)> = None;
        while let Some(output) = self.hub.poll_output() {
            match output {
                Output::Send { to, text } => {
                    let frame = match &last {
                        Some((known, frame)) if Arc::ptr_eq(known, &text) => frame.clone(),
                        _ => {
                            bytes += text.len();
                            let frame = Bytes::copy_from_slice(text.as_bytes());
                            last = Some((text, frame.clone()));
                            frame
                        }
                    };
                    if bytes > BEHIND / 4 {
                        bytes = frame.len();
                        self.wake_writers();
                        tokio::task::yield_now().await;
                    }
                    self.push(to, frame);
                }
                Output::Close { to, code, reason } => {
                    if let Some(queue) = self.queues.remove(&to) {
                        queue.close(Farewell { code, reason });
                    }
                }
                Output::Verify { to, token } => self.inquiries.ask(to, token),
                Output::Sesh(news) => {
                    // Without a chat core the hub has no news for it.
                    let _ = self.seshes.send(Errand::News(news));
                }
            }
        }
        self.wake_writers();
        // As groups are now that everything of them is told; of one that is gone nobody gets an answer.
        for (code, answer) in std::mem::take(&mut self.sought) {
            if let Some(face) = self.hub.open_community(&code) {
                let _ = self.seshes.send(Errand::Find { code, face, answer });
            }
        }
    }

    fn push(&mut self, to: ConnectionId, frame: Bytes) {
        let Some(queue) = self.queues.get(&to) else { return };
        match queue.push(frame) {
            Pushed::First => self.filled.push(Arc::clone(queue)),
            Pushed::Waiting => {}
            Pushed::Overflow => {
                tracing::info!(connection = to.0, "closing a socket whose reader is too slow");
                self.too_slow += 1;
                self.queues.remove(&to);
                self.hub.disconnect(self.clock.now(), to);
            }
        }
    }

    fn wake_writers(&mut self) {
        for queue in self.filled.drain(..) {
            queue.wake();
        }
    }

    /// Against a crash: groups, when they changed. Sessions end with a gateway that crashes.
    async fn save_groups(&mut self) {
        let groups = self.hub.stored_groups();
        if groups != self.saved {
            self.save(groups.into()).await;
        }
    }

    async fn save(&mut self, stored: Stored) {
        let Some(storage) = self.storage.clone() else { return };
        let writing = tokio::task::spawn_blocking(move || storage.save(&stored).map(|()| stored.groups));
        match writing.await {
            Ok(Ok(groups)) => self.saved = groups,
            Ok(Err(error)) => tracing::warn!(%error, "could not save the groups"),
            Err(error) => tracing::error!(%error, "saving the groups failed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::queue::Next;
    use super::*;
    use crate::verify::Nobody;

    /// Reads a queue to its end; why it ended.
    async fn read(queue: Arc<Queue>) -> u16 {
        loop {
            if let Next::Close(farewell) = queue.next().await {
                return farewell.code;
            }
        }
    }

    #[tokio::test]
    async fn a_burst_closes_nobody_who_reads() {
        const MEMBERS: usize = 80;
        let (alive, _ended) = mpsc::channel(1);
        let (mailbox, letters) = Mailbox::new(&alive);
        let mut courier = Courier::new(
            HubConfig::default(),
            Arc::new(Clock::new()),
            None,
            Arc::new(Nobody),
            letters,
            mpsc::unbounded_channel().0,
        );
        let name = "\u{1}".repeat(64);
        let profile = serde_json::json!({ "name": name, "temp": 250, "time": name, "color": name });
        let state = serde_json::json!({ "op": 4, "d": { "deviceName": name, "profile": profile } });
        let mut readers = Vec::new();
        let mut ids = Vec::new();
        for _ in 0..MEMBERS {
            let id = mailbox.next_id();
            let queue = Arc::new(Queue::new(&BOUNDS));
            readers.push(tokio::spawn(read(Arc::clone(&queue))));
            courier.handle(Letter::Connected { id, peer: Peer::LOOPBACK, queue });
            let join = match courier.hub.stored_groups().first() {
                None => r#"{"op":2}"#.to_owned(),
                Some(group) => serde_json::json!({ "op": 1, "d": { "group_id": group.id } }).to_string(),
            };
            courier.handle(Letter::Received { id, text: join });
            courier.handle(Letter::Received { id, text: state.to_string() });
            ids.push(id);
            courier.deliver().await;
            tokio::task::yield_now().await;
        }
        for id in ids.into_iter().take(Courier::BATCH) {
            courier.handle(Letter::Received { id, text: r#"{"op":7}"#.to_owned() });
        }
        courier.deliver().await;
        courier.hub.close_all();
        courier.deliver().await;
        for reader in readers {
            assert_eq!(reader.await.unwrap(), CloseCode::GoingAway.code());
        }
    }

    #[tokio::test]
    async fn a_socket_that_comes_while_the_server_stops_is_closed_as_well() {
        // Which of the two the courier sees first is left to chance.
        for _ in 0..64 {
            let (alive, _ended) = mpsc::channel(1);
            let (mailbox, letters) = Mailbox::new(&alive);
            let courier = Courier::new(
                HubConfig::default(),
                Arc::new(Clock::new()),
                None,
                Arc::new(Nobody),
                letters,
                mpsc::unbounded_channel().0,
            );
            let (_stop, stopped) = watch::channel(true);
            let queue = Arc::new(Queue::new(&BOUNDS));
            let id = mailbox.next_id();
            assert!(
                mailbox.send(Letter::Connected { id, peer: Peer::LOOPBACK, queue: Arc::clone(&queue) }).await
            );
            courier.run(stopped, alive.clone()).await;
            let farewell = async { while !matches!(queue.next().await, Next::Close(_)) {} };
            let closed = tokio::time::timeout(Duration::from_secs(1), farewell).await;
            assert!(closed.is_ok(), "no {:?}", CloseCode::GoingAway);
        }
    }
}

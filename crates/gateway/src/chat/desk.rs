//! The one task through which everything goes that others see. Changes that wait together are written together, and
//! told in the order in which they were written.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use hearth_clock::Clock;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::event::{Delivery, Ending, Outlet};
use super::limits::ChatOptions;
use super::model::{ChannelId, ChannelKind, CommunityId, Message};
use super::people::{Person, Status, VoiceState};
use super::store::{ChatRefusal, ChatStore, NewMessage, SeshCommunity, Write, Written};
use super::switchboard::{ConnectionKey, Switchboard};
use crate::accounts::{Account, StorageError};
use crate::buckets::Buckets;

/// Why something was not done. Nothing is different.
#[derive(Debug, thiserror::Error)]
pub enum ChatError {
    /// By the rules.
    #[error(transparent)]
    Refused(#[from] ChatRefusal),
    /// The database does not answer, or is full.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The database does not answer, or is full; somebody else's change was to be written with this one, and the log
    /// says why.
    #[error("the chat cannot be written")]
    NotWritten,
    /// The account changes too much: again after this time.
    #[error("too many changes")]
    TooFast(Duration),
    /// There is too much to do: again in a moment.
    #[error("the chat has too much to do")]
    Busy,
    /// The account may not be used any more.
    #[error("the account is suspended")]
    Suspended,
    /// The gateway ends.
    #[error("the gateway is shutting down")]
    Closed,
}

/// A message in the community of a sesh group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeshMessage {
    /// The group's code.
    pub code: String,
    /// What [`Chat::say_in_sesh`] was given, when it comes from the group itself.
    pub origin: Option<u64>,
    /// The message; `None`: it could not be said.
    pub message: Option<Message>,
}

/// Where messages of seshes go: to the hub, which tells the group.
pub type SeshLink = mpsc::UnboundedSender<SeshMessage>;

#[derive(Debug)]
enum Request {
    Write {
        write: Write,
        /// For those who are told.
        by: Option<Person>,
        /// The group that it comes from, and what it is to be told with it.
        sesh: Option<(String, u64)>,
        answer: Option<oneshot::Sender<Result<Written, ChatError>>>,
    },
    Connect {
        account: Box<Account>,
        outlet: Arc<dyn Outlet>,
        answer: oneshot::Sender<Result<ConnectionKey, ChatError>>,
    },
    Disconnect(ConnectionKey),
    Presence {
        account: Uuid,
        status: Option<Status>,
        custom_status: Option<Option<String>>,
    },
    Statuses {
        accounts: Vec<Uuid>,
        answer: oneshot::Sender<Vec<Status>>,
    },
    Typing {
        by: Person,
        channel: ChannelId,
    },
    Voice {
        by: Person,
        channel: ChannelId,
        change: VoiceChange,
        answer: oneshot::Sender<Result<Vec<VoiceState>, ChatError>>,
    },
    Signal {
        from: Uuid,
        to: Uuid,
        signal: Value,
    },
    Shut {
        account: Uuid,
    },
    Stop {
        done: oneshot::Sender<()>,
    },
}

/// What somebody wants in a voice room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoiceChange {
    /// To be in it.
    Join,
    /// To hear or be heard, or not.
    Set {
        /// The own microphone is off.
        self_mute: Option<bool>,
        /// The own speakers are off.
        self_deaf: Option<bool>,
    },
    /// To leave it.
    Leave,
    /// To see who is in it.
    Look,
}

/// The chat core. Clones are the same one.
#[derive(Clone, Debug)]
pub struct Chat {
    requests: mpsc::Sender<Request>,
    store: Arc<dyn ChatStore>,
    clock: Arc<Clock>,
    changes: Arc<Buckets<Uuid>>,
    patience: Duration,
}

impl Chat {
    /// Requests that wait; who brings more waits with them for a while.
    const LENGTH: usize = 1024;

    /// Starts on the current tokio runtime. Messages of sesh groups go to `sesh`.
    #[must_use]
    pub fn start(store: Arc<dyn ChatStore>, clock: Arc<Clock>, sesh: SeshLink, options: ChatOptions) -> Self {
        let ChatOptions { changes, connections, patience } = options;
        let (requests, inbox) = mpsc::channel(Self::LENGTH);
        let desk = Desk {
            store: Arc::clone(&store),
            clock: Arc::clone(&clock),
            sesh,
            connections,
            board: Switchboard::default(),
            outlets: BTreeMap::new(),
            last_key: 0,
        };
        tokio::spawn(desk.run(inbox));
        Self { requests, store, clock, changes: Arc::new(Buckets::new(changes)), patience }
    }

    /// What is stored, for whoever only looks.
    #[must_use]
    pub fn store(&self) -> &dyn ChatStore {
        &*self.store
    }

    /// Makes a change, and says what it came to. When it returns, the change is stored, and on its way to everybody
    /// whom it concerns. Lengths are the caller's business ([`super::Limits`]).
    ///
    /// # Errors
    /// See [`ChatError`].
    pub async fn write(&self, by: &Account, write: Write) -> Result<Written, ChatError> {
        self.within_pace(by)?;
        self.write_for(by, write).await
    }

    /// The same, where it is not somebody's own doing: how fast they are does not matter.
    ///
    /// # Errors
    /// See [`ChatError`].
    pub async fn write_for(&self, by: &Account, write: Write) -> Result<Written, ChatError> {
        let by = Some(by.into());
        self.ask(|answer| Request::Write { write, by, sesh: None, answer: Some(answer) }).await?
    }

    /// Somebody in a sesh group says something; the group hears it through the link, like everybody else. `origin`
    /// comes back with it.
    pub fn say_in_sesh(&self, code: String, origin: u64, message: NewMessage) -> Result<(), ChatError> {
        let write = Write::Post(message);
        self.send_now(Request::Write { write, by: None, sesh: Some((code, origin)), answer: None })
    }

    /// A sesh group is, or is called, like this; its community follows, and the answer names its channels' community.
    ///
    /// # Errors
    /// See [`ChatError`].
    pub async fn sesh_is(&self, sesh: SeshCommunity) -> Result<Written, ChatError> {
        let write = Write::Sesh(sesh);
        self.ask(|answer| Request::Write { write, by: None, sesh: None, answer: Some(answer) }).await?
    }

    /// A sesh group is gone.
    pub fn sesh_ended(&self, code: String) -> Result<(), ChatError> {
        let write = Write::EndSesh { code };
        self.send_now(Request::Write { write, by: None, sesh: None, answer: None })
    }

    /// Connects an account. The first event of the outlet is the welcome.
    ///
    /// # Errors
    /// See [`ChatError`].
    pub async fn connect(
        &self,
        account: Account,
        outlet: Arc<dyn Outlet>,
    ) -> Result<ConnectionKey, ChatError> {
        let account = Box::new(account);
        self.ask(|answer| Request::Connect { account, outlet, answer }).await?
    }

    /// A connection is gone.
    pub async fn disconnect(&self, key: ConnectionKey) {
        let _ = self.requests.send(Request::Disconnect(key)).await;
    }

    /// Somebody says something else of themselves; what is `None` stays. The custom status is stored.
    ///
    /// # Errors
    /// See [`ChatError`].
    pub async fn set_presence(
        &self,
        by: &Account,
        status: Option<Status>,
        custom_status: Option<Option<String>>,
    ) -> Result<(), ChatError> {
        self.within_pace(by)?;
        if let Some(text) = custom_status.clone() {
            self.write_for(by, Write::CustomStatus { account: by.id, text }).await?;
        }
        self.send(Request::Presence { account: by.id, status, custom_status }).await
    }

    /// Whether these people are there, in their order.
    ///
    /// # Errors
    /// [`ChatError::Closed`].
    pub async fn statuses(&self, accounts: Vec<Uuid>) -> Result<Vec<Status>, ChatError> {
        self.ask(|answer| Request::Statuses { accounts, answer }).await
    }

    /// Somebody writes in a channel. Who is no member is not heard.
    pub async fn typing(&self, by: &Account, channel: ChannelId) {
        let by = by.into();
        let _ = self.requests.send(Request::Typing { by, channel }).await;
    }

    /// Joins, changes in, leaves or looks at a voice room. The answer: the own state, or everybody's for a look.
    ///
    /// # Errors
    /// See [`ChatError`].
    pub async fn voice(
        &self,
        by: &Account,
        channel: ChannelId,
        change: VoiceChange,
    ) -> Result<Vec<VoiceState>, ChatError> {
        if change != VoiceChange::Look {
            self.within_pace(by)?;
        }
        let by = by.into();
        self.ask(|answer| Request::Voice { by, channel, change, answer }).await?
    }

    /// One peer tells another how to reach it.
    pub async fn signal(&self, from: Uuid, to: Uuid, signal: Value) {
        let _ = self.requests.send(Request::Signal { from, to, signal }).await;
    }

    /// An account may not be used any more: its connections end.
    pub async fn shut(&self, account: Uuid) {
        let _ = self.requests.send(Request::Shut { account }).await;
    }

    /// Writes what waits, and takes nothing more.
    pub async fn stop(&self) {
        let (done, stopped) = oneshot::channel();
        if self.requests.send(Request::Stop { done }).await.is_ok() {
            let _ = stopped.await;
        }
    }

    /// For the hub's task, which must not wait. A full desk refuses.
    fn send_now(&self, request: Request) -> Result<(), ChatError> {
        self.requests.try_send(request).map_err(|_| ChatError::NotWritten)
    }

    async fn ask<T>(&self, question: impl FnOnce(oneshot::Sender<T>) -> Request) -> Result<T, ChatError> {
        let (answer, answered) = oneshot::channel();
        self.send(question(answer)).await?;
        answered.await.map_err(|_| ChatError::Closed)
    }

    /// Waits for a place, but not for ever.
    async fn send(&self, request: Request) -> Result<(), ChatError> {
        match tokio::time::timeout(self.patience, self.requests.reserve()).await {
            Ok(Ok(place)) => {
                place.send(request);
                Ok(())
            }
            Ok(Err(_)) => Err(ChatError::Closed),
            Err(_) => Err(ChatError::Busy),
        }
    }

    fn within_pace(&self, by: &Account) -> Result<(), ChatError> {
        self.changes.take(self.clock.now().instant, by.id).map_err(ChatError::TooFast)
    }
}

struct Desk {
    store: Arc<dyn ChatStore>,
    clock: Arc<Clock>,
    sesh: SeshLink,
    board: Switchboard,
    /// Of an account.
    connections: usize,
    outlets: BTreeMap<ConnectionKey, Arc<dyn Outlet>>,
    last_key: u64,
}

/// A change that waits to be written.
struct Pending {
    by: Option<Person>,
    sesh: Option<(String, u64)>,
    answer: Option<oneshot::Sender<Result<Written, ChatError>>>,
}

impl Desk {
    /// Changes that are written together at most.
    const BATCH: usize = 128;

    async fn run(mut self, mut inbox: mpsc::Receiver<Request>) {
        let mut requests = Vec::with_capacity(Self::BATCH);
        loop {
            let due = self.board.poll_timeout().map(|at| self.clock.until(at));
            let rest = async {
                match due {
                    Some(rest) => tokio::time::sleep(rest).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                count = inbox.recv_many(&mut requests, Self::BATCH) => if count == 0 { return },
                () = rest => self.board.handle_timeout(self.clock.now()),
            }
            let (mut writes, mut pending, mut stopped) = (Vec::new(), Vec::new(), None);
            for request in requests.drain(..) {
                match request {
                    Request::Write { write, by, sesh, answer } => {
                        writes.push(write);
                        pending.push(Pending { by, sesh, answer });
                    }
                    Request::Stop { done } => stopped = Some(done),
                    request => {
                        // What came before is seen before.
                        self.write(std::mem::take(&mut writes), std::mem::take(&mut pending)).await;
                        self.live(request).await;
                    }
                }
            }
            self.write(writes, pending).await;
            self.deliver();
            if let Some(done) = stopped {
                let _ = done.send(());
                return;
            }
        }
    }

    async fn write(&mut self, writes: Vec<Write>, pending: Vec<Pending>) {
        if writes.is_empty() {
            return;
        }
        let results = match self.store.apply(&writes).await {
            Ok(results) => results.into_iter().map(|result| result.map_err(ChatError::from)).collect(),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "the chat could not be written");
                std::iter::repeat_with(|| Err(ChatError::NotWritten)).take(writes.len()).collect::<Vec<_>>()
            }
        };
        for ((Pending { by, sesh, answer }, write), result) in pending.into_iter().zip(writes).zip(results) {
            if let Ok(written) = &result {
                // Who is removed is the one who leaves.
                let removed = match write {
                    Write::Ban { account, .. } => Some(self.named(account).await),
                    _ => None,
                };
                let by = removed.flatten().or(by);
                self.board.written(by.as_ref(), written);
            }
            self.tell_sesh(sesh, &result);
            if let Some(answer) = answer {
                let _ = answer.send(result);
            }
        }
    }

    async fn named(&self, account: Uuid) -> Option<Person> {
        let found = self.store.account(account).await.ok().flatten()?;
        Some(Person::from(&found))
    }

    fn tell_sesh(&self, sesh: Option<(String, u64)>, result: &Result<Written, ChatError>) {
        let message = match (result, sesh) {
            (Ok(Written::Posted { sesh: Some(code), message, .. }), sesh) => SeshMessage {
                code: code.clone(),
                origin: sesh.map(|(_, origin)| origin),
                message: Some(message.clone()),
            },
            (Ok(_), _) | (Err(_), None) => return,
            (Err(_), Some((code, origin))) => SeshMessage { code, origin: Some(origin), message: None },
        };
        // Without a hub nobody is in a sesh.
        let _ = self.sesh.send(message);
    }

    /// What is not stored.
    async fn live(&mut self, request: Request) {
        match request {
            Request::Connect { account, outlet, answer } => {
                let _ = answer.send(self.connect(&account, outlet).await);
            }
            Request::Disconnect(key) => {
                self.outlets.remove(&key);
                self.board.disconnect(key);
            }
            Request::Presence { account, status, custom_status } => {
                self.board.set_presence(account, status, custom_status);
            }
            Request::Statuses { accounts, answer } => {
                let statuses = accounts.into_iter().map(|account| self.board.status(account)).collect();
                let _ = answer.send(statuses);
            }
            Request::Typing { by, channel } => {
                if let Ok((community, _)) = self.channel_of(by.account, channel).await {
                    self.board.typing(by, community, channel);
                }
            }
            Request::Voice { by, channel, change, answer } => {
                let result = self.voice(by, channel, change).await;
                let _ = answer.send(result);
            }
            Request::Signal { from, to, signal } => self.board.signal(from, to, signal),
            Request::Shut { account } => {
                for key in self.board.connections_of(account) {
                    if let Some(outlet) = self.outlets.get(&key) {
                        outlet.shut(Ending::Suspended);
                    }
                }
            }
            Request::Write { .. } | Request::Stop { .. } => {}
        }
    }

    async fn connect(
        &mut self,
        account: &Account,
        outlet: Arc<dyn Outlet>,
    ) -> Result<ConnectionKey, ChatError> {
        // Who is suspended from now on is shut with the others.
        if self.store.account(account.id).await?.is_none_or(|account| account.suspended) {
            return Err(ChatError::Suspended);
        }
        let communities = self.store.communities_of(account.id).await?;
        let custom_status = self.store.custom_status(account.id).await?;
        self.last_key += 1;
        let key = ConnectionKey(self.last_key);
        self.outlets.insert(key, outlet);
        self.board.connect(key, account.into(), custom_status, communities);
        let open = self.board.connections_of(account.id);
        // Those that were shut before are on their way out.
        for oldest in open.iter().take(open.len().saturating_sub(self.connections)) {
            if let Some(outlet) = self.outlets.get(oldest) {
                outlet.shut(Ending::Crowded);
            }
        }
        Ok(key)
    }

    /// A channel that somebody may use.
    async fn channel_of(
        &self,
        account: Uuid,
        channel: ChannelId,
    ) -> Result<(CommunityId, ChannelKind), ChatError> {
        let found = self.store.channel(channel).await?.ok_or(ChatRefusal::NoSuchChannel)?;
        if !self.store.is_member(found.community, account).await? {
            return Err(ChatRefusal::NoSuchCommunity.into());
        }
        Ok((found.community, found.kind))
    }

    async fn voice(
        &mut self,
        by: Person,
        channel: ChannelId,
        change: VoiceChange,
    ) -> Result<Vec<VoiceState>, ChatError> {
        let (community, kind) = self.channel_of(by.account, channel).await?;
        if kind != ChannelKind::Voice {
            return Err(ChatRefusal::NotVoice.into());
        }
        Ok(match change {
            VoiceChange::Join => {
                let now = self.clock.now();
                vec![self.board.join_voice(now, by, community, channel)?]
            }
            VoiceChange::Set { self_mute, self_deaf } => {
                vec![self.board.change_voice(by.account, channel, self_mute, self_deaf)?]
            }
            VoiceChange::Leave => {
                self.board.leave_voice(by.account, channel)?;
                Vec::new()
            }
            VoiceChange::Look => self.board.participants(channel).to_vec(),
        })
    }

    fn deliver(&mut self) {
        let mut filled = BTreeMap::new();
        while let Some((event, to)) = self.board.poll_output() {
            let delivery = Delivery::new(event);
            for key in to {
                if let Some(outlet) = self.outlets.get(&key) {
                    outlet.deliver(&delivery);
                    filled.insert(key, Arc::clone(outlet));
                }
            }
        }
        for outlet in filled.values() {
            outlet.flush();
        }
    }
}

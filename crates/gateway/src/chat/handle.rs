//! The chat core as everybody else has it: what can be asked of it. What is asked is done by [`super::desk`], one after the
//! other.

use std::sync::Arc;
use std::time::Duration;

use hearth_clock::Clock;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::desk::Desk;
use super::error::ChatError;
use super::event::Outlet;
use super::limits::ChatOptions;
use super::model::ChannelId;
use super::people::{Status, VoiceState};
use super::request::{Request, SeshLink, SeshVoice, VoiceChange};
use super::store::{ChatRefusal, ChatStore, NewMessage, SeshCommunity, Write, Written};
use super::switchboard::ConnectionKey;
use crate::accounts::Account;
use crate::buckets::Buckets;

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
        let desk = Desk::new(Arc::clone(&store), Arc::clone(&clock), sesh, connections);
        tokio::spawn(desk.run(inbox));
        Self { requests, store, clock, changes: Arc::new(Buckets::new(changes)), patience }
    }

    /// What is stored, for whoever only looks.
    #[must_use]
    pub fn store(&self) -> &dyn ChatStore {
        &*self.store
    }

    /// Makes a change, and says what it came to. Guests make none. When it returns, the change is stored, and on its way to everybody
    /// whom it concerns. Lengths are the caller's business ([`super::Limits`]).
    ///
    /// # Errors
    /// See [`ChatError`].
    pub async fn write(&self, by: &Account, write: Write) -> Result<Written, ChatError> {
        is_no_guest(by)?;
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
        is_no_guest(by)?;
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

    /// Somebody writes in a channel. Who is no member is not heard, nor who cannot write.
    pub async fn typing(&self, by: &Account, channel: ChannelId) {
        if is_no_guest(by).is_err() {
            return;
        }
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

    /// Who goes into and out of voice rooms of sesh groups is told to `link` from now on.
    ///
    /// # Errors
    /// [`ChatError::NotWritten`] when the desk is full.
    pub fn tell_voice(&self, link: mpsc::UnboundedSender<SeshVoice>) -> Result<(), ChatError> {
        self.send_now(Request::TellVoice(link))
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

/// Guests listen and speak. What else they want to say or do, they do in their group.
fn is_no_guest(by: &Account) -> Result<(), ChatError> {
    if by.guest_of.is_some() { Err(ChatRefusal::Guest.into()) } else { Ok(()) }
}

//! The one task through which everything goes that others see. Changes that wait together are written together, and
//! told in the order in which they were written.

use std::collections::BTreeMap;
use std::sync::Arc;

use hearth_clock::Clock;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::error::ChatError;
use super::event::{Delivery, Ending, Outlet};
use super::model::{ChannelId, ChannelKind, CommunityId};
use super::people::{Person, VoiceState};
use super::request::{Request, SeshLink, SeshMessage, SeshVoice, VoiceChange};
use super::store::{ChatRefusal, ChatStore, Write, Written};
use super::switchboard::{ConnectionKey, Switchboard};
use crate::accounts::Account;

/// The task.
pub(super) struct Desk {
    store: Arc<dyn ChatStore>,
    clock: Arc<Clock>,
    sesh: SeshLink,
    /// Who wants to know who speaks in voice rooms of groups.
    voice: Option<mpsc::UnboundedSender<SeshVoice>>,
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
    pub fn new(store: Arc<dyn ChatStore>, clock: Arc<Clock>, sesh: SeshLink, connections: usize) -> Self {
        let (board, outlets) = (Switchboard::default(), BTreeMap::new());
        Self { store, clock, sesh, voice: None, board, connections, outlets, last_key: 0 }
    }

    /// Changes that are written together at most.
    const BATCH: usize = 128;

    /// Until everybody who could ask is gone, or it is stopped.
    pub async fn run(mut self, mut inbox: mpsc::Receiver<Request>) {
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
            self.tell_voice().await;
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
            Request::TellVoice(link) => self.voice = Some(link),
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

    async fn tell_voice(&mut self) {
        while let Some((account, community)) = self.board.poll_moved() {
            let Some(link) = &self.voice else { continue };
            let code = match community {
                Some(community) => {
                    self.store.community(community).await.ok().flatten().and_then(|found| found.sesh)
                }
                None => None,
            };
            // Without a hub nobody is in a sesh.
            let _ = link.send(SeshVoice { account, code });
        }
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

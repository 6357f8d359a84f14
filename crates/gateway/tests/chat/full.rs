//! A store that does not come to an end: whoever asks is answered all the same.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use hearth_clock::Clock;
use hearth_gateway::accounts::{Account, StorageError};
use hearth_gateway::chat::*;
use hearth_gateway::hub::RateLimit;
use tokio::sync::{Semaphore, mpsc};
use uuid::Uuid;

/// Knows nothing, and writes only when it may.
#[derive(Debug)]
struct Stuck(Semaphore);

type Stored<T> = Result<T, StorageError>;

#[async_trait]
impl ChatStore for Stuck {
    async fn apply(&self, writes: &[Write]) -> Stored<Vec<Result<Written, ChatRefusal>>> {
        let _permit = self.0.acquire().await.unwrap();
        Ok(writes.iter().map(|_| Ok(Written::Done)).collect())
    }

    async fn account(&self, _: Uuid) -> Stored<Option<Account>> {
        Ok(None)
    }

    async fn account_by_number(&self, _: u64) -> Stored<Option<Account>> {
        Ok(None)
    }

    async fn custom_status(&self, _: Uuid) -> Stored<Option<String>> {
        Ok(None)
    }

    async fn communities_of(&self, _: Uuid) -> Stored<Vec<Community>> {
        Ok(Vec::new())
    }

    async fn community(&self, _: CommunityId) -> Stored<Option<Community>> {
        Ok(None)
    }

    async fn community_of_sesh(&self, _: &str) -> Stored<Option<Community>> {
        Ok(None)
    }

    async fn seshes(&self) -> Stored<Vec<String>> {
        Ok(Vec::new())
    }

    async fn is_member(&self, _: CommunityId, _: Uuid) -> Stored<bool> {
        Ok(false)
    }

    async fn is_banned(&self, _: CommunityId, _: Uuid) -> Stored<bool> {
        Ok(false)
    }

    async fn members(&self, _: CommunityId) -> Stored<Vec<Member>> {
        Ok(Vec::new())
    }

    async fn channels(&self, _: CommunityId) -> Stored<Vec<Channel>> {
        Ok(Vec::new())
    }

    async fn channel(&self, _: ChannelId) -> Stored<Option<Channel>> {
        Ok(None)
    }

    async fn channel_by_number(&self, _: u64) -> Stored<Option<Channel>> {
        Ok(None)
    }

    async fn open_channel(&self, _: &str) -> Stored<Option<Channel>> {
        Ok(None)
    }

    async fn messages(&self, _: ChannelId, _: Option<MessageId>, _: u32) -> Stored<Vec<Message>> {
        Ok(Vec::new())
    }

    async fn messages_before(&self, _: ChannelId, _: Option<u64>, _: u32) -> Stored<Vec<Message>> {
        Ok(Vec::new())
    }

    async fn message(&self, _: MessageId) -> Stored<Option<(CommunityId, Message)>> {
        Ok(None)
    }

    async fn message_by_number(&self, _: u64) -> Stored<Option<(CommunityId, Message)>> {
        Ok(None)
    }
}

#[tokio::test(start_paused = true)]
async fn a_chat_that_is_full_says_so_instead_of_hanging_and_goes_on_when_it_can() {
    const ASKED: usize = 5_000;
    let store = Arc::new(Stuck(Semaphore::new(0)));
    let (link, _seshes) = mpsc::unbounded_channel();
    let changes = RateLimit { count: 100_000, per: Duration::from_secs(1) };
    let options = ChatOptions { changes, ..ChatOptions::default() };
    let chat = Chat::start(Arc::clone(&store) as _, Arc::new(Clock::new()), link, options);
    let ada = Account { id: Uuid::new_v4(), username: "ada".into(), ..Account::default() };
    let write = || Write::CustomStatus { account: ada.id, text: None };
    let mut asked: FuturesUnordered<_> = (0..ASKED).map(|_| chat.write(&ada, write())).collect();
    let mut refused = 0;
    // All who found no place are told; those in the queue wait for what the store does.
    while let Ok(Some(answer)) = tokio::time::timeout(Duration::from_secs(60), asked.next()).await {
        assert!(matches!(answer, Err(ChatError::Busy)), "{answer:?}");
        refused += 1;
    }
    assert!((1..ASKED).contains(&refused), "{refused}");
    let origin = NewMessage::new(Author::Guest("Sol".into()), ChannelId::fresh(), "hello".into());
    assert!(chat.say_in_sesh("abc".into(), 1, origin).is_err(), "the hub never waits");
    store.0.add_permits(1);
    while let Some(answer) = asked.next().await {
        assert!(matches!(answer, Ok(Written::Done)), "{answer:?}");
        refused += 1;
    }
    assert_eq!(refused, ASKED, "everybody has an answer");
    assert!(chat.write(&ada, write()).await.is_ok());
}

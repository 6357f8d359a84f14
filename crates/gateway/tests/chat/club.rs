//! A chat core with some people in it, and what one of them hears.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hearth_clock::Clock;
use hearth_gateway::accounts::{Account, Accounts, Registration, Username};
use hearth_gateway::chat::{
    Channel, ChannelKind, Chat, ChatError, ChatEvent, ChatOptions, ChatRefusal, Community, Delivery, Ending,
    Message, NewChannel, NewCommunity, NewMessage, Outlet, SeshMessage, SqliteStore, Write, Written,
};
use hearth_gateway::hub::RateLimit;
use tokio::sync::mpsc;

/// Tests are faster than people.
pub fn unhurried() -> ChatOptions {
    let changes = RateLimit { count: 1_000_000, per: Duration::from_secs(1) };
    ChatOptions { changes, ..ChatOptions::default() }
}

/// A running chat core.
pub struct Club {
    pub chat: Chat,
    pub accounts: Arc<Accounts>,
    pub seshes: mpsc::UnboundedReceiver<SeshMessage>,
}

impl Club {
    pub async fn open(data: Option<&Path>) -> Self {
        let clock = Arc::new(Clock::new());
        let accounts = Arc::new(Accounts::open(data, Arc::clone(&clock)).await.unwrap());
        let store = Arc::new(SqliteStore::new(Arc::clone(&accounts), Arc::clone(&clock)));
        let (link, seshes) = mpsc::unbounded_channel();
        Self { chat: Chat::start(store, clock, link, unhurried()), accounts, seshes }
    }

    /// A new account.
    pub async fn person(&self, name: &str) -> Account {
        let username = Username::parse(name).unwrap();
        let registration = Registration { username, password: None, email: None, display_name: None };
        self.accounts.register(registration).await.unwrap()
    }

    /// A community with a text and a voice channel, and members.
    pub async fn community(&self, owner: &Account, members: &[&Account]) -> (Community, Channel, Channel) {
        let write = Write::CreateCommunity { by: owner.id, community: named("Club"), channels: Vec::new() };
        let Ok(Written::Founded(community, _)) = self.chat.write(owner, write).await else { panic!() };
        for member in members {
            self.join(member, &community).await.unwrap();
        }
        let text = self.channel(owner, &community, ChannelKind::Text).await;
        let voice = self.channel(owner, &community, ChannelKind::Voice).await;
        (community, text, voice)
    }

    pub async fn join(&self, who: &Account, community: &Community) -> Result<Written, ChatError> {
        self.chat.write(who, Write::Join { account: who.id, community: community.id }).await
    }

    async fn channel(&self, owner: &Account, community: &Community, kind: ChannelKind) -> Channel {
        let channel = NewChannel::new(kind.name().into(), kind);
        let write = Write::CreateChannel { by: owner.id, community: community.id, channel };
        let Ok(Written::Channel(channel)) = self.chat.write(owner, write).await else { panic!() };
        channel
    }

    pub async fn post(&self, by: &Account, channel: &Channel, content: &str) -> Result<Message, ChatError> {
        match self.chat.write(by, Write::Post(said(by, channel, content))).await? {
            Written::Posted { message, .. } => Ok(message),
            other => panic!("{other:?}"),
        }
    }

    /// The texts of a channel, oldest first.
    pub async fn texts(&self, channel: &Channel) -> Vec<String> {
        let mut messages = self.chat.store().messages(channel.id, None, 100).await.unwrap();
        messages.reverse();
        messages.into_iter().map(|message| message.content).collect()
    }

    pub async fn listen(&self, who: &Account) -> Arc<Ear> {
        let ear = Arc::new(Ear::default());
        self.chat.connect(who.clone(), Arc::clone(&ear) as Arc<dyn Outlet>).await.unwrap();
        ear
    }

    /// Everything that was asked for before has been carried out.
    pub async fn settle(&self) {
        self.chat.statuses(Vec::new()).await.unwrap();
        self.chat.statuses(Vec::new()).await.unwrap();
    }
}

/// A community to be, which nobody finds.
pub fn named(name: &str) -> NewCommunity {
    NewCommunity { name: name.into(), ..NewCommunity::default() }
}

pub fn said(by: &Account, channel: &Channel, content: &str) -> NewMessage {
    NewMessage::by(by, channel.id, content.into())
}

/// Why something was refused.
pub fn refusal<T: std::fmt::Debug>(result: Result<T, ChatError>) -> ChatRefusal {
    match result {
        Err(ChatError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

/// Hears everything.
#[derive(Debug, Default)]
pub struct Ear {
    heard: Mutex<Vec<ChatEvent>>,
}

impl Ear {
    pub fn heard(&self) -> Vec<ChatEvent> {
        self.heard.lock().unwrap().clone()
    }

    pub fn texts(&self) -> Vec<String> {
        let text = |event| match event {
            ChatEvent::MessageCreated { message, .. } => Some(message.content),
            _ => None,
        };
        self.heard().into_iter().filter_map(text).collect()
    }
}

impl Outlet for Ear {
    fn deliver(&self, delivery: &Delivery) {
        self.heard.lock().unwrap().push(delivery.event.clone());
    }

    fn flush(&self) {}

    fn shut(&self, _: Ending) {}
}

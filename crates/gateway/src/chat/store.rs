//! What outlives a restart. SQLite is the default ([`super::SqliteStore`]); anything that can apply a batch of writes
//! at once can take its place.

use async_trait::async_trait;
use uuid::Uuid;

use super::model::{Channel, ChannelId, ChannelKind, Community, CommunityId, Extra, Message, MessageId};
use super::people::{Author, Member};
use crate::accounts::{Account, StorageError};

/// A change. Who may make it is decided where it is applied, in one transaction with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// A new community with its creator as owner and first member.
    CreateCommunity {
        /// Who.
        by: Uuid,
        /// What.
        community: NewCommunity,
        /// The channels that it has from the beginning, in their order.
        channels: Vec<NewChannel>,
    },
    /// The community of a sesh group as it is now; made when it is missing.
    Sesh(SeshCommunity),
    /// The sesh group is gone, and everything that was said in it.
    EndSesh {
        /// Its code.
        code: String,
    },
    /// Somebody becomes a member.
    Join {
        /// Who.
        account: Uuid,
        /// Where.
        community: CommunityId,
    },
    /// Somebody leaves. Owners cannot.
    Leave {
        /// Who.
        account: Uuid,
        /// Where.
        community: CommunityId,
    },
    /// The owner removes somebody, who cannot come back until that is taken back.
    Ban {
        /// The owner.
        by: Uuid,
        /// Where.
        community: CommunityId,
        /// Whom.
        account: Uuid,
        /// Why.
        reason: Option<String>,
        /// `false` takes it back.
        on: bool,
    },
    /// A new channel; only the owner may.
    CreateChannel {
        /// The owner.
        by: Uuid,
        /// Where.
        community: CommunityId,
        /// What.
        channel: NewChannel,
    },
    /// A new message; only members may, and guests of a sesh in its own channels.
    Post(NewMessage),
    /// A changed message; only its author may.
    Edit {
        /// The author.
        by: Uuid,
        /// Which.
        message: MessageId,
        /// 1..=[`Limits::CONTENT`](super::Limits::CONTENT).
        content: String,
    },
    /// A message is deleted; its author and the owner of the community may.
    Delete {
        /// Who.
        by: Uuid,
        /// Which.
        message: MessageId,
    },
    /// What somebody says of themselves; `None`: nothing.
    CustomStatus {
        /// Who.
        account: Uuid,
        /// What.
        text: Option<String>,
    },
    /// The picture's address of an account.
    Avatar {
        /// Who.
        account: Uuid,
        /// Where it is; `None`: nowhere.
        url: Option<String>,
    },
}

/// The community of a sesh group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeshCommunity {
    /// The group's code.
    pub code: String,
    /// The group's name.
    pub name: String,
    /// The account of the group's owner, if they have one.
    pub owner: Option<Uuid>,
}

/// A community to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewCommunity {
    /// 1..=[`Limits::NAME`](super::Limits::NAME).
    pub name: String,
    /// About it.
    pub description: Option<String>,
    /// The picture's address.
    pub icon_url: Option<String>,
    /// Whether everybody finds it by its name.
    pub open: bool,
}

/// A channel to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewChannel {
    /// 1..=[`Limits::NAME`](super::Limits::NAME).
    pub name: String,
    /// What for.
    pub kind: ChannelKind,
    /// About it.
    pub topic: Option<String>,
    /// The heading that it stands under.
    pub category: Option<String>,
    /// What only one dialect knows of it.
    pub extra: Option<Extra>,
}

impl NewChannel {
    /// A channel of which there is nothing more to say.
    #[must_use]
    pub const fn new(name: String, kind: ChannelKind) -> Self {
        Self { name, kind, topic: None, category: None, extra: None }
    }

    /// The channels of a sesh: one to write in, one to speak in.
    #[must_use]
    pub fn of_sesh() -> [Self; 2] {
        [Self::new("chat".to_owned(), ChannelKind::Text), Self::new("voice".to_owned(), ChannelKind::Voice)]
    }
}

/// A message to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessage {
    /// Who.
    pub author: Author,
    /// Where.
    pub channel: ChannelId,
    /// 1..=[`Limits::CONTENT`](super::Limits::CONTENT).
    pub content: String,
    /// The message that it answers.
    pub reply_to: Option<MessageId>,
    /// What only one dialect knows of it.
    pub extra: Option<Extra>,
}

impl NewMessage {
    /// A message of which there is nothing more to say.
    #[must_use]
    pub const fn new(author: Author, channel: ChannelId, content: String) -> Self {
        Self { author, channel, content, reply_to: None, extra: None }
    }

    /// What somebody with an account says.
    #[must_use]
    pub fn by(account: &Account, channel: ChannelId, content: String) -> Self {
        Self::new(Author::Account(account.into()), channel, content)
    }
}

/// What a write came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// The community that was made, and its channels in their order.
    Founded(Community, Vec<Channel>),
    /// The community of a sesh as it is now.
    Community(Community),
    /// The channel that was made.
    Channel(Channel),
    /// Somebody is a member now.
    Joined(Community),
    /// Somebody is no member any more.
    Left(Community),
    /// The sesh is gone, if there was one.
    Ended(Option<CommunityId>),
    /// A message that was said.
    Posted {
        /// Where.
        community: CommunityId,
        /// The code of the sesh group whose community it is.
        sesh: Option<String>,
        /// As it is.
        message: Message,
    },
    /// A message that was changed, as it is now.
    Edited(CommunityId, Message),
    /// A message that is gone.
    Deleted(CommunityId, ChannelId, MessageId, u64),
    /// Nothing that others see by itself.
    Done,
}

/// Why a change was not made. Nothing is different.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChatRefusal {
    /// There is none, or the asker is no member of it: which of the two is not told.
    #[error("no such community")]
    NoSuchCommunity,
    /// There is none.
    #[error("no such channel")]
    NoSuchChannel,
    /// There is none, or it is deleted.
    #[error("no such message")]
    NoSuchMessage,
    /// There is none.
    #[error("no such account")]
    NoSuchAccount,
    /// Is a member already.
    #[error("already a member")]
    AlreadyMember,
    /// Only the owner may.
    #[error("only the owner may")]
    NotOwner,
    /// Only the author may.
    #[error("only the author may")]
    NotAuthor,
    /// Only the author and the owner may.
    #[error("only the author and the owner may")]
    NotAuthorOrOwner,
    /// Owners stay.
    #[error("the owner cannot leave")]
    OwnerStays,
    /// Is banned.
    #[error("banned")]
    Banned,
    /// There are as many as there may be.
    #[error("there are too many already")]
    TooMany,
    /// Not a voice channel.
    #[error("not a voice channel")]
    NotVoice,
    /// Not in this voice room.
    #[error("not in this voice room")]
    NotInVoice,
    /// A guest listens and speaks, and does nothing else.
    #[error("guests only listen and speak")]
    Guest,
}

type Stored<T> = Result<T, StorageError>;

/// Keeps communities, channels and messages.
#[async_trait]
pub trait ChatStore: Send + Sync + std::fmt::Debug {
    /// Makes all changes, in their order, and says what each came to. When it returns they have happened, also if the
    /// power goes. A change that is refused costs only itself; an error means that none was made.
    async fn apply(&self, writes: &[Write]) -> Stored<Vec<Result<Written, ChatRefusal>>>;

    /// The account with a number.
    async fn account_by_number(&self, number: u64) -> Stored<Option<Account>>;

    /// An account.
    async fn account(&self, id: Uuid) -> Stored<Option<Account>>;

    /// What an account says of itself.
    async fn custom_status(&self, id: Uuid) -> Stored<Option<String>>;

    /// Where an account is a member, in the order of creation.
    async fn communities_of(&self, account: Uuid) -> Stored<Vec<Community>>;

    /// A community.
    async fn community(&self, id: CommunityId) -> Stored<Option<Community>>;

    /// The community of a sesh group.
    async fn community_of_sesh(&self, code: &str) -> Stored<Option<Community>>;

    /// The codes of all sesh groups that have a community.
    async fn seshes(&self) -> Stored<Vec<String>>;

    /// Whether an account is a member.
    async fn is_member(&self, community: CommunityId, account: Uuid) -> Stored<bool>;

    /// Whether an account is banned.
    async fn is_banned(&self, community: CommunityId, account: Uuid) -> Stored<bool>;

    /// The members, in the order in which they came; everybody's presence is the default.
    async fn members(&self, community: CommunityId) -> Stored<Vec<Member>>;

    /// The channels, in the order of their positions.
    async fn channels(&self, community: CommunityId) -> Stored<Vec<Channel>>;

    /// A channel.
    async fn channel(&self, id: ChannelId) -> Stored<Option<Channel>>;

    /// The channel with a number.
    async fn channel_by_number(&self, number: u64) -> Stored<Option<Channel>>;

    /// The first text channel of the open community with this name; of several, of the oldest that has one.
    async fn open_channel(&self, name: &str) -> Stored<Option<Channel>>;

    /// Messages of a channel that are not deleted, newest first: those before `before`, or the last ones.
    async fn messages(
        &self,
        channel: ChannelId,
        before: Option<MessageId>,
        limit: u32,
    ) -> Stored<Vec<Message>>;

    /// The same by number: those before the number `before`, or the last ones.
    async fn messages_before(
        &self,
        channel: ChannelId,
        before: Option<u64>,
        limit: u32,
    ) -> Stored<Vec<Message>>;

    /// A message that is not deleted, and its community.
    async fn message(&self, id: MessageId) -> Stored<Option<(CommunityId, Message)>>;

    /// The message with a number, if it is not deleted, and its community.
    async fn message_by_number(&self, number: u64) -> Stored<Option<(CommunityId, Message)>>;
}

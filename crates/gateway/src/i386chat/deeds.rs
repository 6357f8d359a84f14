//! What people of this dialect do in the chat core, on the socket and over REST.

use std::sync::Arc;

use hearth_dialects::i386chat::{ErrorCode, Fault, Number, Room, Whither, limits};
use serde_json::{Map, json};

use super::errand::{Answer, Request};
use super::show;
use super::tokens::StaticTokens;
use crate::accounts::{Account, Accounts, ChangeError, Flag, RegisterError, StorageError, Username};
use crate::chat::{
    Channel, ChannelId, ChannelKind, Chat, ChatError, ChatRefusal, Community, CommunityId, Extra, Message,
    NewChannel, NewCommunity, NewMessage, Person, Status, Write, Written,
};

/// How many of somebody's rooms they are told of when they come in.
const ROOMS: usize = 100;

/// Does them.
#[derive(Clone, Debug)]
pub struct Deeds {
    pub accounts: Arc<Accounts>,
    pub tokens: Arc<StaticTokens>,
    pub chat: Chat,
}

impl Deeds {
    /// Whose token this is.
    ///
    /// # Errors
    /// Why they do not come in (I386-R6).
    pub async fn account(&self, token: &str) -> Result<Account, ErrorCode> {
        let found = match self.tokens.name(token) {
            Some(name) => match self.accounts.find(name.as_str()).await {
                Ok(account) => Ok(Some(account)),
                Err(ChangeError::Storage(error)) => Err(error),
                Err(_) => self.made(name).await,
            },
            None => self.accounts.verify_user(token).await,
        };
        match found {
            Ok(Some(account)) if account.suspended => Err(ErrorCode::Banned),
            Ok(Some(account)) => Ok(account),
            Ok(None) => Err(ErrorCode::InvalidToken),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "could not look a token up");
                Err(ErrorCode::Storage)
            }
        }
    }

    /// The account that a token of the host's names, made the first time that it is used.
    async fn made(&self, name: &Username) -> Result<Option<Account>, StorageError> {
        match self.accounts.create(name.clone(), None).await {
            Ok(account) => Ok(Some(account)),
            // Another connection was quicker: the client comes again.
            Err(RegisterError::Storage(error)) => Err(error),
            Err(_) => Ok(None),
        }
    }

    /// Does what is asked.
    pub async fn carry_out(&self, account: &Account, request: Request) -> Answer {
        let (s, done) = match request {
            Request::Present(_) => return Answer::Done,
            Request::Rooms => (None, self.rooms(account).await.map(Answer::Rooms)),
            Request::Say { s, channel, content, nonce } => {
                (s, self.say(account, channel, content, nonce).await.map(|_| Answer::Done))
            }
            Request::Delete { s, channel, message } => (s, self.delete(account, channel, message).await),
            Request::Type(channel) => {
                self.chat.typing(account, channel).await;
                return Answer::Done;
            }
            Request::Ban { s, id, reason } => return self.ban(account, s, id, reason).await,
            Request::Add { s, name, description, visibility } => {
                (s, self.add(account, name, description, visibility).await)
            }
            Request::Move { s, to } => (s, self.arrive(account, to).await),
            Request::Look { community, channel, left } => {
                if let Some(left) = left {
                    self.leave_room(account, left).await;
                }
                (None, self.here(community).await.map(|here| Answer::Here(channel, here)))
            }
            Request::Leave(community) => {
                let left = Write::Leave { account: account.id, community };
                (None, self.chat.write_for(account, left).await.map(|_| Answer::Done))
            }
        };
        done.unwrap_or_else(|error| match error {
            // One is not in the room all the same.
            ChatError::Refused(ChatRefusal::OwnerStays) => Answer::Done,
            error => Answer::Refused(fault(&error, s)),
        })
    }

    /// The rooms that somebody is a member of.
    pub async fn rooms(&self, account: &Account) -> Result<Vec<Room>, ChatError> {
        let store = self.chat.store();
        let mut rooms = Vec::new();
        for community in store.communities_of(account.id).await?.into_iter().take(ROOMS) {
            for channel in store.channels(community.id).await? {
                if rooms.len() < ROOMS && channel.kind == ChannelKind::Text {
                    rooms.push(self.shown(&community, &channel).await?);
                }
            }
        }
        Ok(rooms)
    }

    async fn shown(&self, community: &Community, channel: &Channel) -> Result<Room, ChatError> {
        let creator = match community.owner {
            Some(owner) => self.chat.store().account(owner).await?,
            None => None,
        };
        Ok(show::room(community, channel, creator.as_ref()))
    }

    /// Says something.
    pub async fn say(
        &self,
        account: &Account,
        channel: ChannelId,
        content: String,
        nonce: Option<Number>,
    ) -> Result<Option<Message>, ChatError> {
        let nonce = nonce.map(|nonce| Map::from_iter([(show::NONCE.to_owned(), json!(nonce))]));
        // A number is never too much.
        let extra = nonce.and_then(|members| Extra::of(members).ok().flatten());
        let message = NewMessage { extra, ..NewMessage::by(account, channel, content) };
        match self.chat.write(account, Write::Post(message)).await? {
            Written::Posted { message, .. } => Ok(Some(message)),
            _ => Ok(None),
        }
    }

    async fn delete(
        &self,
        account: &Account,
        channel: ChannelId,
        number: Number,
    ) -> Result<Answer, ChatError> {
        let found = match number.whole() {
            Some(number) => self.chat.store().message_by_number(number).await?,
            None => None,
        };
        let message = found.map(|(_, message)| message).filter(|message| message.channel == channel);
        let message = message.ok_or(ChatRefusal::NoSuchMessage)?.id;
        self.chat.write(account, Write::Delete { by: account.id, message }).await?;
        Ok(Answer::Done)
    }

    async fn add(
        &self,
        account: &Account,
        name: String,
        description: Option<String>,
        visibility: bool,
    ) -> Result<Answer, ChatError> {
        let channel =
            NewChannel { topic: description.clone(), ..NewChannel::new(name.clone(), ChannelKind::Text) };
        let community = NewCommunity { name, description, icon_url: None, open: visibility };
        let write = Write::CreateCommunity { by: account.id, community, channels: vec![channel] };
        match self.chat.write(account, write).await? {
            Written::Founded(community, channels) => {
                let channel = channels.first().ok_or(ChatRefusal::NoSuchChannel)?;
                Ok(Answer::Added(Box::new(show::room(&community, channel, Some(account)))))
            }
            _ => Err(ChatRefusal::NoSuchChannel.into()),
        }
    }

    /// Finds a room.
    async fn room(&self, to: Whither) -> Result<Channel, ChatError> {
        let found = match to {
            Whither::Id(Number::Whole(number)) => self.chat.store().channel_by_number(number).await?,
            Whither::Id(Number::Near(_)) => None,
            Whither::Name(name) if name.chars().count() <= limits::NAME => {
                self.chat.store().open_channel(&name).await?
            }
            Whither::Name(_) => None,
        };
        Ok(found.ok_or(ChatRefusal::NoSuchChannel)?)
    }

    /// A room that somebody is a member of from now on. Whoever is banned from it does not learn that there is one.
    pub async fn joined(&self, account: &Account, to: Whither) -> Result<Channel, ChatError> {
        let channel = self.room(to).await?;
        if !self.chat.store().is_member(channel.community, account.id).await? {
            let join = Write::Join { account: account.id, community: channel.community };
            match self.chat.write(account, join).await {
                Ok(_) | Err(ChatError::Refused(ChatRefusal::AlreadyMember)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(channel)
    }

    async fn arrive(&self, account: &Account, to: Whither) -> Result<Answer, ChatError> {
        let channel = self.joined(account, to).await?;
        let community = self.chat.store().community(channel.community).await?;
        let community = community.ok_or(ChatRefusal::NoSuchCommunity)?;
        let room = Box::new(self.shown(&community, &channel).await?);
        Ok(Answer::Arrived { community: community.id, channel: channel.id, room })
    }

    /// Whoever moves on is no member of the room any more, unless it is theirs, or part of something larger that they joined
    /// elsewhere: a server with several channels, or a sesh.
    async fn leave_room(&self, account: &Account, id: CommunityId) {
        if let Err(error) = self.try_to_leave(account, id).await {
            tracing::debug!(%error, "somebody who moved on stays a member");
        }
    }

    async fn try_to_leave(&self, account: &Account, id: CommunityId) -> Result<(), ChatError> {
        let store = self.chat.store();
        let Some(community) = store.community(id).await? else { return Ok(()) };
        let is_kept = community.owner == Some(account.id) || community.sesh.is_some();
        if is_kept || store.channels(id).await?.len() != 1 {
            return Ok(());
        }
        self.chat.write_for(account, Write::Leave { account: account.id, community: id }).await?;
        Ok(())
    }

    async fn here(&self, community: CommunityId) -> Result<Vec<(Person, Status)>, ChatError> {
        let members = self.chat.store().members(community).await?;
        let accounts = members.iter().map(|member| member.person.account).collect();
        let statuses = self.chat.statuses(accounts).await?;
        Ok(members.into_iter().map(|member| member.person).zip(statuses).collect())
    }

    /// A ban from the whole server is a suspended account (I386-26).
    async fn ban(&self, by: &Account, s: Option<Number>, id: Number, reason: Option<String>) -> Answer {
        match self.try_to_ban(by, id, reason).await {
            Ok(Some(account)) => Answer::Banned(Box::new(show::user(&(&account).into()))),
            Ok(None) => Answer::Refused(Fault::of(ErrorCode::NoSuchUser, s)),
            Err(Some(error)) => {
                tracing::error!(error = &error as &dyn std::error::Error, "somebody was not banned");
                Answer::Refused(Fault::of(ErrorCode::Storage, s))
            }
            Err(None) => Answer::Refused(
                Fault::of(ErrorCode::Malformed, s).saying("only admins ban, and not themselves"),
            ),
        }
    }

    /// `Err(None)`: they may not.
    async fn try_to_ban(
        &self,
        by: &Account,
        id: Number,
        reason: Option<String>,
    ) -> Result<Option<Account>, Option<ChangeError>> {
        // As they are now: what was true when they came in may have been taken back.
        let now = self.accounts.by_id(by.id).await.map_err(|error| Some(error.into()))?;
        if now.is_none_or(|now| now.suspended || !now.flags.has(Flag::Admin)) || id == by.number.into() {
            return Err(None);
        }
        let Some(id) = id.whole() else { return Ok(None) };
        let found = self.accounts.by_number(id).await.map_err(|error| Some(error.into()))?;
        let Some(found) = found else { return Ok(None) };
        let banned = self.accounts.set_suspended(&found.username, true).await?;
        tracing::info!(account = %banned.id, by = %by.id, reason, "an account was suspended");
        // The sockets of all dialects; what else follows comes with the news of the accounts.
        self.chat.shut(banned.id).await;
        Ok(Some(banned))
    }
}

/// Why something was not done, in this dialect's words.
pub fn fault(error: &ChatError, s: Option<Number>) -> Fault {
    let (code, words) = match error {
        ChatError::Refused(refusal) => match refusal {
            // Who is no member does not learn that there is something.
            ChatRefusal::NoSuchCommunity | ChatRefusal::NoSuchChannel | ChatRefusal::Banned => {
                (ErrorCode::NoSuchRoom, None)
            }
            ChatRefusal::NoSuchAccount => (ErrorCode::NoSuchUser, None),
            ChatRefusal::NoSuchMessage => (ErrorCode::Malformed, Some("no such message in this room")),
            ChatRefusal::NotAuthorOrOwner | ChatRefusal::NotAuthor | ChatRefusal::NotOwner => {
                (ErrorCode::Malformed, Some("only its author and the creator of the room may"))
            }
            ChatRefusal::TooMany => (ErrorCode::Malformed, Some("there are too many already")),
            ChatRefusal::AlreadyMember
            | ChatRefusal::OwnerStays
            | ChatRefusal::NotVoice
            | ChatRefusal::NotInVoice
            | ChatRefusal::Guest => (ErrorCode::Malformed, None),
        },
        ChatError::TooFast(_) => (ErrorCode::RateLimited, None),
        ChatError::Busy => (ErrorCode::Storage, Some("too much to do, try again in a moment")),
        // Logged where it happened.
        ChatError::NotWritten => (ErrorCode::Storage, None),
        ChatError::Storage(error) => {
            tracing::error!(error = error as &dyn std::error::Error, "could not use the database");
            (ErrorCode::Storage, None)
        }
        // The connection ends for it by itself.
        ChatError::Suspended => (ErrorCode::Banned, None),
        ChatError::Closed => (ErrorCode::ShuttingDown, None),
    };
    let fault = Fault::of(code, s);
    match words {
        Some(words) => fault.saying(words),
        None => fault,
    }
}

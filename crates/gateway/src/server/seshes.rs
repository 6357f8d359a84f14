//! Groups and their communities: carries what the hub tells to the chat core, and what is said there back to the hub.

use std::collections::{BTreeMap, BTreeSet};

use tokio::sync::mpsc;
use uuid::Uuid;

use super::courier::{Letter, Mailbox};
use crate::chat::{
    Author, ChannelId, ChannelKind, Chat, ChatError, ChatRefusal, Community, CommunityId, NewMessage,
    SeshCommunity, SeshMessage, Write, Written,
};
use crate::hub::{CommunityMessage, SeshFace, SeshNews};
use crate::together::rest::Seshes;

/// The community of a group, as far as it is known here.
struct Known {
    community: CommunityId,
    chat: ChannelId,
    accounts: BTreeSet<String>,
}

/// Tells the chat core what the hub tells, one after the other, so that a group is there before something is said in
/// it. Ends with the hub.
pub(super) async fn tell(chat: Chat, mailbox: Mailbox, mut news: mpsc::UnboundedReceiver<SeshNews>) {
    forget_gone(&chat, &mailbox).await;
    let mut known = BTreeMap::new();
    while let Some(news) = news.recv().await {
        match news {
            SeshNews::Is { code, face } => match follow(&chat, &code, face, known.remove(&code)).await {
                Ok(now) => _ = known.insert(code, now),
                Err(error) => tracing::error!(%error, "a group has no community"),
            },
            SeshNews::Said { code, origin, account, name, content } => {
                let account = account.and_then(|account| account.parse().ok());
                let author = match account {
                    Some(account) => Author::Account(account, name),
                    None => Author::Guest(name),
                };
                let said = known.get(&code).map(|known| {
                    let message = NewMessage { author, channel: known.chat, content, reply_to: None };
                    chat.say_in_sesh(code.clone(), origin, message)
                });
                if !matches!(said, Some(Ok(()))) {
                    mailbox.send(Letter::NotSaid { origin }).await;
                }
            }
            SeshNews::Ended { code } => {
                known.remove(&code);
                if let Err(error) = chat.sesh_ended(code) {
                    tracing::error!(%error, "the community of a group that is gone stays");
                }
            }
        }
    }
}

/// Communities whose groups did not come back with the gateway.
async fn forget_gone(chat: &Chat, mailbox: &Mailbox) {
    let seshes = chat.store().seshes().await.unwrap_or_default();
    for code in seshes {
        let asked = code.clone();
        let is_there = mailbox.ask(|answer| Letter::OpenCommunity { code: asked, answer }).await;
        if let Some(None) = is_there
            && let Err(error) = chat.sesh_ended(code)
        {
            tracing::error!(%error, "the community of a group that is gone stays");
        }
    }
}

async fn follow(chat: &Chat, code: &str, face: SeshFace, known: Option<Known>) -> Result<Known, ChatError> {
    let community = community(chat, code, &face).await?;
    let text = match &known {
        Some(known) if known.community == community.id => known.chat,
        _ => {
            let channels = chat.store().channels(community.id).await?;
            let text = channels.into_iter().find(|channel| channel.kind == ChannelKind::Text);
            text.ok_or(ChatRefusal::NoSuchChannel)?.id
        }
    };
    let before = known.map(|known| known.accounts).unwrap_or_default();
    for account in face.accounts.difference(&before) {
        change(chat, account, |account| Write::Join { account, community: community.id }).await;
    }
    for account in before.difference(&face.accounts) {
        change(chat, account, |account| Write::Leave { account, community: community.id }).await;
    }
    Ok(Known { community: community.id, chat: text, accounts: face.accounts })
}

/// The community of a group, which is made when it is missing.
async fn community(chat: &Chat, code: &str, face: &SeshFace) -> Result<Community, ChatError> {
    let sesh = SeshCommunity {
        code: code.to_owned(),
        name: face.name.clone(),
        owner: face.owner.as_ref().and_then(|owner| owner.parse().ok()),
    };
    match chat.sesh_is(sesh).await? {
        Written::Community(community) => Ok(community),
        _ => Err(ChatRefusal::NoSuchCommunity.into()),
    }
}

/// What is already so is well; what cannot be done is logged, and costs only this person's view.
async fn change(chat: &Chat, account: &str, write: impl FnOnce(Uuid) -> Write) {
    let Ok(id) = account.parse() else { return };
    let done = match chat.store().account(id).await {
        Ok(Some(account)) => chat.write_for(&account, write(id)).await.map(drop),
        Ok(None) => return,
        Err(error) => Err(error.into()),
    };
    match done {
        Ok(()) | Err(ChatError::Refused(ChatRefusal::AlreadyMember | ChatRefusal::NoSuchCommunity)) => {}
        Err(error) => tracing::warn!(%error, "a member of a group is not in its community"),
    }
}

/// Tells the hub what is said in communities of groups, in its order. Ends with the chat core.
pub(super) async fn listen(mailbox: Mailbox, mut messages: mpsc::UnboundedReceiver<SeshMessage>) {
    while let Some(SeshMessage { code, origin, message }) = messages.recv().await {
        let letter = match (message, origin) {
            (Some(message), origin) => Letter::SaidInCommunity {
                code,
                message: CommunityMessage {
                    origin,
                    account: message.author.account().map(|account| account.to_string()),
                    name: message.author.name().to_owned(),
                    content: message.content,
                },
            },
            (None, Some(origin)) => Letter::NotSaid { origin },
            (None, None) => continue,
        };
        mailbox.send(letter).await;
    }
}

#[async_trait::async_trait]
impl Seshes for Mailbox {
    async fn open(&self, code: String) -> Option<SeshFace> {
        self.ask(|answer| Letter::OpenCommunity { code, answer }).await.flatten()
    }
}

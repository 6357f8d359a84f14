//! Groups and their communities: carries what the hub tells to the chat core, and what is said there back to the hub.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::courier::{Letter, Mailbox};
use crate::accounts::Accounts;
use crate::chat::{
    Author, ChannelId, ChannelKind, Chat, ChatError, ChatRefusal, Community, CommunityId, NewMessage, Person,
    SeshCommunity, SeshMessage, SeshVoice, Write, Written,
};
use crate::hub::{CommunityMessage, SeshFace, SeshNews};
use crate::together::rest::Seshes;

/// What the one task does that tells the chat core of groups, in this order.
#[derive(Debug)]
pub(super) enum Errand {
    /// Tells it.
    News(SeshNews),
    /// Finds the community of a group, which is like this.
    Find { code: String, face: SeshFace, answer: oneshot::Sender<Result<CommunityId, ChatError>> },
}

/// The community of a group, as far as it is known here.
struct Known {
    community: CommunityId,
    chat: ChannelId,
    /// The members with accounts, guests included, by the account as the hub calls it.
    accounts: BTreeMap<String, Person>,
}

/// Tells the chat core what the hub tells, one after the other, so that a group is there before something is said in
/// it. Guests go with their members. Ends with the hub.
pub(super) async fn tell(
    accounts: Arc<Accounts>,
    chat: Chat,
    mailbox: Mailbox,
    mut errands: mpsc::UnboundedReceiver<Errand>,
) {
    forget_gone(&chat, &mailbox).await;
    let mut known = BTreeMap::new();
    let mut guests: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    while let Some(errand) = errands.recv().await {
        let (news, answer) = match errand {
            Errand::News(news) => (news, None),
            Errand::Find { code, face, answer } => (SeshNews::Is { code, face }, Some(answer)),
        };
        match news {
            SeshNews::Is { code, face } => {
                let are = face.guests.clone();
                let found = follow(&chat, &code, face, known.remove(&code)).await.map(|now| {
                    let community = now.community;
                    known.insert(code.clone(), now);
                    community
                });
                if let Err(error) = &found {
                    tracing::error!(%error, "a group has no community");
                }
                let were = guests.insert(code, are.clone()).unwrap_or_default();
                dismiss(&accounts, &chat, were.difference(&are)).await;
                // Whoever asked may be gone.
                let _ = answer.map(|answer| answer.send(found));
            }
            SeshNews::Said { code, origin, account, name, content } => {
                let said = known.get(&code).and_then(|known| {
                    let author = match account {
                        Some(account) => Author::Account(Person {
                            username: name,
                            ..known.accounts.get(&account)?.clone()
                        }),
                        None => Author::Guest(name),
                    };
                    Some(chat.say_in_sesh(code.clone(), origin, NewMessage::new(author, known.chat, content)))
                });
                if !matches!(said, Some(Ok(()))) {
                    mailbox.send(Letter::NotSaid { origin }).await;
                }
            }
            SeshNews::Ended { code } => {
                known.remove(&code);
                if let Err(error) = chat.sesh_ended(code.clone()) {
                    tracing::error!(%error, "the community of a group that is gone stays");
                }
                dismiss(&accounts, &chat, &guests.remove(&code).unwrap_or_default()).await;
            }
        }
    }
}

/// Their members are gone, or have an account now: nobody comes in as them any more, and those who are in go.
async fn dismiss(accounts: &Accounts, chat: &Chat, guests: impl IntoIterator<Item = &String>) {
    for guest in guests.into_iter().filter_map(|guest| guest.parse().ok()) {
        if let Err(error) = accounts.remove_guest(guest).await {
            tracing::error!(error = &error as &dyn std::error::Error, "a guest stays until the gateway ends");
        }
        chat.shut(guest).await;
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
    let mut before = known.map(|known| known.accounts).unwrap_or_default();
    let mut accounts = BTreeMap::new();
    for account in face.accounts.into_iter().chain(face.guests) {
        let person = match before.remove(&account) {
            Some(person) => Some(person),
            None => change(chat, &account, |account| Write::Join { account, community: community.id }).await,
        };
        accounts.extend(person.map(|person| (account, person)));
    }
    for account in before.into_keys() {
        change(chat, &account, |account| Write::Leave { account, community: community.id }).await;
    }
    Ok(Known { community: community.id, chat: text, accounts })
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

/// Whose change it is, if there is such an account. What is already so is well; what cannot be done is logged, and costs
/// only this person's view.
async fn change(chat: &Chat, account: &str, write: impl FnOnce(Uuid) -> Write) -> Option<Person> {
    let id = account.parse().ok()?;
    let (person, done) = match chat.store().account(id).await {
        Ok(Some(account)) => {
            (Some(Person::from(&account)), chat.write_for(&account, write(id)).await.map(drop))
        }
        Ok(None) => return None,
        Err(error) => (None, Err(error.into())),
    };
    match done {
        Ok(()) | Err(ChatError::Refused(ChatRefusal::AlreadyMember | ChatRefusal::NoSuchCommunity)) => {}
        Err(error) => tracing::warn!(%error, "a member of a group is not in its community"),
    }
    person
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

/// Tells the hub who goes into voice rooms of groups, and out of them. Ends with the chat core.
pub(super) async fn hear(mailbox: Mailbox, mut moved: mpsc::UnboundedReceiver<SeshVoice>) {
    while let Some(SeshVoice { account, code }) = moved.recv().await {
        mailbox.send(Letter::VoiceMoved { account: account.to_string(), code }).await;
    }
}

#[async_trait::async_trait]
impl Seshes for Mailbox {
    async fn find(&self, code: String) -> Option<Result<CommunityId, ChatError>> {
        self.ask(|answer| Letter::FindCommunity { code, answer }).await
    }
}

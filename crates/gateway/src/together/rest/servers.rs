//! `/servers`: communities, their members and channels.

use axum::extract::{Json, Path, State};
use axum::http::StatusCode;
use hearth_dialects::together::rest::{
    Channel, ChannelKind as Kind, Member, NewChannel as New, NewServer, Server,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Front;
use super::bearer::Bearer;
use super::refusal::Refusal;
use crate::accounts::Account;
use crate::chat::{
    self, ChannelKind, Chat, ChatRefusal, Community, CommunityId, Limits, NewChannel, Write, Written,
};
use crate::together::show;

type Answer<T> = Result<Json<T>, Refusal>;
type Created<T> = Result<(StatusCode, Json<T>), Refusal>;

/// A community that somebody is a member of.
async fn of_member(chat: &Chat, id: Uuid, account: &Account) -> Result<Community, Refusal> {
    let id = CommunityId(id);
    let community = chat.store().community(id).await?.ok_or(ChatRefusal::NoSuchCommunity)?;
    if !chat.store().is_member(id, account.id).await? {
        return Err(ChatRefusal::NoSuchCommunity.into());
    }
    Ok(community)
}

fn fits(text: Option<&String>, most: usize) -> bool {
    text.is_none_or(|text| text.chars().count() <= most)
}

pub(super) async fn mine(State(chat): State<Chat>, Bearer(account): Bearer) -> Answer<Vec<Server>> {
    let communities = chat.store().communities_of(account.id).await?;
    Ok(Json(communities.iter().map(show::server).collect()))
}

pub(super) async fn create(
    State(chat): State<Chat>,
    Bearer(account): Bearer,
    Json(NewServer { name, icon_url }): Json<NewServer>,
) -> Created<Server> {
    if !Limits::says_something(&name, Limits::NAME) {
        return Err(Refusal::bad("Server name must be 1–100 characters"));
    }
    if !fits(icon_url.as_ref(), Limits::URL) {
        return Err(Refusal::bad("Icon URL is too long"));
    }
    let community = chat::NewCommunity { name, icon_url, ..chat::NewCommunity::default() };
    let write = Write::CreateCommunity { by: account.id, community, channels: Vec::new() };
    match chat.write(&account, write).await? {
        Written::Founded(community, _) => Ok((StatusCode::CREATED, Json(show::server(&community)))),
        _ => Err(ChatRefusal::NoSuchCommunity.into()),
    }
}

pub(super) async fn one(
    State(chat): State<Chat>,
    Bearer(account): Bearer,
    Path(id): Path<Uuid>,
) -> Answer<Server> {
    Ok(Json(show::server(&of_member(&chat, id, &account).await?)))
}

pub(super) async fn members(
    State(chat): State<Chat>,
    Bearer(account): Bearer,
    Path(id): Path<Uuid>,
) -> Answer<Vec<Member>> {
    let community = of_member(&chat, id, &account).await?;
    let mut members = chat.store().members(community.id).await?;
    let statuses = chat.statuses(members.iter().map(|member| member.person.account).collect()).await?;
    for (member, status) in members.iter_mut().zip(statuses) {
        member.presence.status = status;
    }
    Ok(Json(members.iter().map(show::member).collect()))
}

/// By id; by the code of a sesh group too, which is how people are invited.
pub(super) async fn join(
    State(Front { chat, seshes, .. }): State<Front>,
    Bearer(account): Bearer,
    Path(id): Path<String>,
) -> Created<Value> {
    let community = match id.parse() {
        Ok(id) => id,
        Err(_) => seshes.find(id).await.ok_or(ChatRefusal::NoSuchCommunity)??,
    };
    chat.write(&account, Write::Join { account: account.id, community }).await?;
    Ok((StatusCode::CREATED, Json(json!({ "message": "Joined server", "id": community.to_string() }))))
}

pub(super) async fn leave(
    State(chat): State<Chat>,
    Bearer(account): Bearer,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, Refusal> {
    let write = Write::Leave { account: account.id, community: CommunityId(id) };
    chat.write(&account, write).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn ban(
    State(chat): State<Chat>,
    Bearer(account): Bearer,
    Path((id, whom)): Path<(Uuid, Uuid)>,
) -> Result<StatusCode, Refusal> {
    set_ban(&chat, &account, id, whom, true).await
}

pub(super) async fn unban(
    State(chat): State<Chat>,
    Bearer(account): Bearer,
    Path((id, whom)): Path<(Uuid, Uuid)>,
) -> Result<StatusCode, Refusal> {
    set_ban(&chat, &account, id, whom, false).await
}

async fn set_ban(
    chat: &Chat,
    by: &Account,
    id: Uuid,
    account: Uuid,
    on: bool,
) -> Result<StatusCode, Refusal> {
    let community = CommunityId(id);
    chat.write(by, Write::Ban { by: by.id, community, account, reason: None, on }).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn channels(
    State(chat): State<Chat>,
    Bearer(account): Bearer,
    Path(id): Path<Uuid>,
) -> Answer<Vec<Channel>> {
    let community = of_member(&chat, id, &account).await?;
    let channels = chat.store().channels(community.id).await?;
    Ok(Json(channels.iter().map(show::channel).collect()))
}

pub(super) async fn create_channel(
    State(chat): State<Chat>,
    Bearer(account): Bearer,
    Path(id): Path<Uuid>,
    Json(New { name, kind, topic, category }): Json<New>,
) -> Created<Channel> {
    if !Limits::says_something(&name, Limits::NAME) {
        return Err(Refusal::bad("Channel name must be 1–100 characters"));
    }
    if !fits(topic.as_ref(), Limits::ABOUT) || !fits(category.as_ref(), Limits::NAME) {
        return Err(Refusal::bad("Topic or category is too long"));
    }
    let kind = match kind {
        Kind::Text => ChannelKind::Text,
        Kind::Voice => ChannelKind::Voice,
    };
    let channel = NewChannel { topic, category, ..NewChannel::new(name, kind) };
    let write = Write::CreateChannel { by: account.id, community: CommunityId(id), channel };
    match chat.write(&account, write).await {
        Ok(Written::Channel(channel)) => Ok((StatusCode::CREATED, Json(show::channel(&channel)))),
        Ok(_) => Err(ChatRefusal::NoSuchCommunity.into()),
        Err(chat::ChatError::Refused(ChatRefusal::NotOwner)) => {
            Err(Refusal::forbidden("Only the server owner can create channels"))
        }
        Err(error) => Err(error.into()),
    }
}

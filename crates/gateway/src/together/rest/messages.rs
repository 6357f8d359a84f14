//! `/channels/:id/messages` and `/messages/:id`.

use axum::extract::{Json, Path, Query, State};
use axum::http::StatusCode;
use hearth_dialects::together::limits;
use hearth_dialects::together::rest::{Message, MessageEdit, NewMessage as New};
use serde::Deserialize;
use uuid::Uuid;

use super::bearer::Bearer;
use super::refusal::Refusal;
use crate::chat::{ChannelId, Chat, ChatRefusal, Limits, MessageId, NewMessage, Write, Written};
use crate::together::show;

/// Which part of a channel.
#[derive(Debug, Deserialize)]
pub(super) struct Page {
    before: Option<Uuid>,
    limit: Option<u32>,
}

const CONTENT: &str = "Message content must be 1–4 000 characters";

pub(super) async fn page(
    State(chat): State<Chat>,
    Bearer(account): Bearer,
    Path(id): Path<Uuid>,
    Query(Page { before, limit }): Query<Page>,
) -> Result<Json<Vec<Message>>, Refusal> {
    let channel = chat.store().channel(ChannelId(id)).await?.ok_or(ChatRefusal::NoSuchChannel)?;
    if !chat.store().is_member(channel.community, account.id).await? {
        return Err(ChatRefusal::NoSuchCommunity.into());
    }
    let limit = limit.unwrap_or(limits::USUAL_PAGE).clamp(1, limits::PAGE);
    let messages = chat.store().messages(channel.id, before.map(MessageId), limit).await?;
    Ok(Json(messages.iter().map(show::message).collect()))
}

pub(super) async fn post(
    State(chat): State<Chat>,
    Bearer(account): Bearer,
    Path(id): Path<Uuid>,
    Json(New { content, reply_to }): Json<New>,
) -> Result<(StatusCode, Json<Message>), Refusal> {
    if !Limits::says_something(&content, Limits::CONTENT) {
        return Err(Refusal::bad(CONTENT));
    }
    let reply_to = match reply_to.map(|id| id.parse()) {
        Some(Err(_)) => return Err(Refusal::bad("reply_to must be the id of a message")),
        Some(Ok(id)) => Some(id),
        None => None,
    };
    let message = NewMessage { reply_to, ..NewMessage::by(&account, ChannelId(id), content) };
    match chat.write(&account, Write::Post(message)).await? {
        Written::Posted { message, .. } => Ok((StatusCode::CREATED, Json(show::message(&message)))),
        _ => Err(ChatRefusal::NoSuchChannel.into()),
    }
}

pub(super) async fn edit(
    State(chat): State<Chat>,
    Bearer(account): Bearer,
    Path(id): Path<Uuid>,
    Json(MessageEdit { content }): Json<MessageEdit>,
) -> Result<Json<Message>, Refusal> {
    if !Limits::says_something(&content, Limits::CONTENT) {
        return Err(Refusal::bad(CONTENT));
    }
    let write = Write::Edit { by: account.id, message: MessageId(id), content };
    match chat.write(&account, write).await? {
        Written::Edited(_, message) => Ok(Json(show::message(&message))),
        _ => Err(ChatRefusal::NoSuchMessage.into()),
    }
}

pub(super) async fn remove(
    State(chat): State<Chat>,
    Bearer(account): Bearer,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, Refusal> {
    chat.write(&account, Write::Delete { by: account.id, message: MessageId(id) }).await?;
    Ok(StatusCode::NO_CONTENT)
}

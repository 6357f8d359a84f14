//! `/channels/:id/posts`.

use axum::extract::{Path, Query, State};
use hearth_dialects::emagine::rest::{ChannelKind, Created, Posts};
use hearth_dialects::emagine::{id, limits};
use serde::Deserialize;

use super::bearer::Bearer;
use super::body::Body;
use super::channels::{enter, visible};
use super::refusal::Refusal;
use super::{Answer, success};
use crate::accounts::Account;
use crate::chat::{Channel, Chat, Extra, NewMessage, Write, Written};
use crate::emagine::show;

/// Which part of a channel.
#[derive(Debug, Deserialize)]
pub(super) struct Page {
    limit: Option<String>,
    before: Option<String>,
}

/// An answer to a question, which only a question has.
const SOLUTION: f64 = 1.0;

pub(super) async fn page(
    State(chat): State<Chat>,
    Bearer(account): Bearer,
    Path(asked): Path<String>,
    Query(Page { limit, before }): Query<Page>,
) -> Answer<Posts> {
    let limit = match limit.map(|limit| limit.trim().parse::<i64>()) {
        None => limits::USUAL_PAGE,
        Some(Ok(limit)) => limit.unsigned_abs().clamp(1, limits::PAGE.into()) as u32,
        Some(Err(_)) => return Err(Refusal::bad("Limit of posts must be an integer!")),
    };
    let before = match before.map(|before| id(&before)) {
        None => None,
        Some(Some(before)) => Some(before),
        Some(None) => return Err(Refusal::bad("Before must be the id of a post!")),
    };
    let (channel, _) = visible(&chat, &account, &asked).await?;
    let newest_first = chat.store().messages_before(channel.id, before, limit).await?;
    success(Posts { posts: newest_first.iter().rev().map(show::message).collect() })
}

/// The kind, the time and whatever else was posted are kept as they came.
fn read(mut body: Body, account: &Account, channel: &Channel) -> Result<NewMessage, Refusal> {
    let kind = body.0.get("type").ok_or_else(|| Refusal::bad("Missing message type!"))?;
    let number = kind.as_f64().or_else(|| kind.as_str()?.trim().parse().ok());
    let is_solution = number == Some(SOLUTION);
    let content = body.text("content", "Missing message content!", *limits::CONTENT.end())?;
    if is_solution && show::kind(channel) != ChannelKind::Question {
        return Err(Refusal::bad("Invalid post type"));
    }
    let Body(mut members) = body;
    members.retain(|name, _| !show::OF_MESSAGES.contains(&name.as_str()));
    let extra = Extra::of(members).map_err(|error| Refusal::bad(format!("There are {error}!")))?;
    Ok(NewMessage { extra, ..NewMessage::by(account, channel.id, content) })
}

/// Who posts is a member from then on, and hears their own post as everybody does (EMG-R4).
pub(super) async fn create(
    State(chat): State<Chat>,
    Bearer(account): Bearer,
    Path(asked): Path<String>,
    body: Result<Body, Refusal>,
) -> Answer<Created> {
    let body = body?;
    let (channel, _) = visible(&chat, &account, &asked).await?;
    let message = read(body, &account, &channel)?;
    enter(&chat, &account, &channel).await?;
    match chat.write(&account, Write::Post(message)).await? {
        Written::Posted { message, .. } => success(Created { id: message.number.to_string() }),
        _ => Err(Refusal::no_channel()),
    }
}

//! `/api/v2/channels`: one's rooms, and what is said in them.

use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{Json, Path, State};
use axum::http::StatusCode;
use hearth_dialects::i386chat::rest::NewMessage;
use hearth_dialects::i386chat::{ErrorCode, MessageCreate, Room, Whither, limits};

use super::refusal::Refusal;
use super::{Bearer, Front};
use crate::chat::{ChatRefusal, Limits};
use crate::i386chat::show;

pub(super) async fn mine(
    State(Front { deeds, .. }): State<Front>,
    Bearer(account): Bearer,
) -> Result<Json<Vec<Room>>, Refusal> {
    Ok(Json(deeds.rooms(&account).await?))
}

/// Whoever says something in a room is a member of it from then on.
pub(super) async fn post(
    State(Front { deeds, .. }): State<Front>,
    Bearer(account): Bearer,
    id: Result<Path<u64>, PathRejection>,
    body: Result<Json<NewMessage>, JsonRejection>,
) -> Result<(StatusCode, Json<MessageCreate>), Refusal> {
    let Path(id) = id.map_err(|_| Refusal::new(ErrorCode::NoSuchRoom))?;
    let Json(NewMessage { content, nonce }) = body?;
    if !Limits::says_something(&content, limits::CONTENT) {
        let words = "a message has 1 to 4000 characters of which one shows";
        return Err(Refusal::saying(ErrorCode::Malformed, words));
    }
    let channel = deeds.joined(&account, Whither::Id(id.into())).await?;
    let said = deeds.say(&account, channel.id, content, nonce).await?;
    let said = said.ok_or(crate::chat::ChatError::Refused(ChatRefusal::NoSuchChannel))?;
    Ok((StatusCode::CREATED, Json(show::message(&said))))
}

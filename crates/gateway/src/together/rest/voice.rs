//! `/channels/:id/voice`.

use axum::extract::{Json, Path, State};
use axum::http::StatusCode;
use hearth_dialects::together::rest::{VoiceEdit, VoiceState};
use uuid::Uuid;

use super::bearer::Bearer;
use super::refusal::Refusal;
use crate::accounts::Account;
use crate::chat::{ChannelId, Chat, ChatRefusal, VoiceChange};
use crate::together::show;

async fn own(chat: &Chat, account: &Account, id: Uuid, change: VoiceChange) -> Result<VoiceState, Refusal> {
    let states = chat.voice(account, ChannelId(id), change).await?;
    let own = states.first().ok_or(ChatRefusal::NotInVoice)?;
    Ok(show::voice_state(own))
}

pub(super) async fn participants(
    State(chat): State<Chat>,
    Bearer(account): Bearer,
    Path(id): Path<Uuid>,
) -> Result<Json<Vec<VoiceState>>, Refusal> {
    let states = chat.voice(&account, ChannelId(id), VoiceChange::Look).await?;
    Ok(Json(states.iter().map(show::voice_state).collect()))
}

pub(super) async fn join(
    State(chat): State<Chat>,
    Bearer(account): Bearer,
    Path(id): Path<Uuid>,
) -> Result<(StatusCode, Json<VoiceState>), Refusal> {
    Ok((StatusCode::CREATED, Json(own(&chat, &account, id, VoiceChange::Join).await?)))
}

pub(super) async fn change(
    State(chat): State<Chat>,
    Bearer(account): Bearer,
    Path(id): Path<Uuid>,
    Json(VoiceEdit { self_mute, self_deaf }): Json<VoiceEdit>,
) -> Result<Json<VoiceState>, Refusal> {
    if self_mute.is_none() && self_deaf.is_none() {
        return Err(Refusal::bad("Give self_mute or self_deaf"));
    }
    let set = VoiceChange::Set { self_mute, self_deaf };
    Ok(Json(own(&chat, &account, id, set).await?))
}

pub(super) async fn leave(
    State(chat): State<Chat>,
    Bearer(account): Bearer,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, Refusal> {
    chat.voice(&account, ChannelId(id), VoiceChange::Leave).await?;
    Ok(StatusCode::NO_CONTENT)
}

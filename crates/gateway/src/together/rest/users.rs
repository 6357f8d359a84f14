//! `/users/@me`.

use axum::extract::{Json, State};
use hearth_dialects::together::rest::{User, UserEdit};

use super::Front;
use super::bearer::Bearer;
use super::refusal::Refusal;
use crate::accounts::Account;
use crate::chat::{Limits, Presence, Status, Write};
use crate::together::show;

async fn shown(front: &Front, account: &Account) -> Result<User, Refusal> {
    let statuses = front.chat.statuses(vec![account.id]).await?;
    let presence = Presence {
        status: statuses.first().copied().unwrap_or_default(),
        custom_status: front.chat.store().custom_status(account.id).await?,
    };
    Ok(show::user(account, &presence))
}

pub(super) async fn me(State(front): State<Front>, Bearer(account): Bearer) -> Result<Json<User>, Refusal> {
    Ok(Json(shown(&front, &account).await?))
}

/// Others see a new status at once (TOG-R23). Who is not connected stays offline.
pub(super) async fn edit_me(
    State(front): State<Front>,
    Bearer(mut account): Bearer,
    Json(UserEdit { status, custom_status, avatar_url }): Json<UserEdit>,
) -> Result<Json<User>, Refusal> {
    let status = match status.as_deref().map(Status::of) {
        Some(None) => return Err(Refusal::bad("Status must be online, idle, dnd or offline")),
        status => status.flatten(),
    };
    let fits = |text: &Option<Option<String>>, most| {
        text.as_ref().and_then(Option::as_ref).is_none_or(|text| text.chars().count() <= most)
    };
    if !fits(&custom_status, Limits::CUSTOM_STATUS) {
        return Err(Refusal::bad("Custom status must be at most 128 characters"));
    }
    if !fits(&avatar_url, Limits::URL) {
        return Err(Refusal::bad("Avatar URL is too long"));
    }
    if let Some(url) = avatar_url {
        account.avatar_url.clone_from(&url);
        front.chat.write(&account, Write::Avatar { account: account.id, url }).await?;
    }
    if status.is_some() || custom_status.is_some() {
        front.chat.set_presence(&account, status, custom_status).await?;
    }
    Ok(Json(shown(&front, &account).await?))
}

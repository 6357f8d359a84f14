//! `POST /api/v2/auth/create`: an account without a password, and the token that it is used with. Attempts count together
//! with the registrations of the other dialects.

use std::net::SocketAddr;

use axum::extract::rejection::JsonRejection;
use axum::extract::{ConnectInfo, Json, State};
use axum::http::StatusCode;
use hearth_dialects::i386chat::rest::{Created, NewAccount};
use hearth_dialects::i386chat::{ErrorCode, limits};

use super::Front;
use super::refusal::Refusal;
use crate::accounts::{RegisterError, Username};

pub(super) async fn create(
    State(Front { deeds, gate }): State<Front>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    body: Result<Json<NewAccount>, JsonRejection>,
) -> Result<(StatusCode, Json<Created>), Refusal> {
    gate.register(peer.ip())?;
    let Json(NewAccount { username, bio }) = body?;
    if bio.as_ref().is_some_and(|bio| bio.chars().count() > limits::BIO) {
        return Err(Refusal::saying(ErrorCode::Malformed, "a bio has up to 256 characters"));
    }
    let username = Username::parse(&username).map_err(RegisterError::from)?;
    let account = deeds.accounts.create(username, bio).await?;
    let token = deeds.accounts.user_token(&account).ok_or_else(|| Refusal::new(ErrorCode::Storage))?;
    let created = Created { user_id: account.number.into(), username: account.username, token };
    Ok((StatusCode::CREATED, Json(created)))
}

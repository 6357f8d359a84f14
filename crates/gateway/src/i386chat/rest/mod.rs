//! REST of the i386chat dialect, at `/api/v2` (facts/other-gateways.md §1.3). Every refusal is 400 with a code and words.

mod channels;
mod create;
mod refusal;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts};
use axum::http::header;
use axum::http::request::Parts;
use axum::routing::{get, post};
use hearth_dialects::i386chat::ErrorCode;

use super::deeds::Deeds;
use crate::accounts::{Account, Gate};
use refusal::Refusal;

/// What the routes need.
#[derive(Clone, Debug)]
pub(crate) struct Front {
    pub deeds: Deeds,
    pub gate: Arc<Gate>,
}

/// The routes, for a server to mount.
pub(crate) fn router(front: Front) -> Router {
    const BODY_BYTES: usize = 32 * 1024;
    Router::new()
        .route("/api/v2/auth/create", post(create::create))
        .route("/api/v2/channels", get(channels::mine))
        .route("/api/v2/channels/{id}/messages", post(channels::post))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .with_state(front)
}

/// Somebody with a token whose account may be used. The header is the bare token, or `Bearer` and the token.
struct Bearer(Account);

impl FromRequestParts<Front> for Bearer {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, Refusal> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.map(|header| header.strip_prefix("Bearer ").unwrap_or(header).trim());
        let token = token.ok_or_else(|| Refusal::new(ErrorCode::InvalidToken))?;
        Ok(Self(front.deeds.account(token).await.map_err(Refusal::new)?))
    }
}

//! Who asks: the bearer of a token.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::header;
use axum::http::request::Parts;

use super::refusal::Refusal;
use crate::accounts::{Account, Accounts};

/// Somebody with a token whose account may be used. The header is the bare token, or `Bearer` and the token.
pub(super) struct Bearer(pub Account);

impl<S> FromRequestParts<S> for Bearer
where
    Arc<Accounts>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let header = parts.headers.get(header::AUTHORIZATION).filter(|value| !value.is_empty());
        let header = header.ok_or_else(|| Refusal::unauthorized("Missing api token!"))?;
        let token = header.to_str().ok().and_then(|value| value.split_whitespace().next_back());
        let accounts = Arc::<Accounts>::from_ref(state);
        match accounts.verify_session(token.unwrap_or_default()).await? {
            Some(account) if account.suspended => Err(Refusal::forbidden("This account is suspended!")),
            Some(account) => Ok(Self(account)),
            None => Err(Refusal::unauthorized("Invalid api token provided!")),
        }
    }
}

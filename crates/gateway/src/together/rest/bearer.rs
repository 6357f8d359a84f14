//! Who asks: the bearer of an access token.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::header;
use axum::http::request::Parts;

use super::refusal::Refusal;
use crate::accounts::{Account, Accounts};

/// Somebody with an access token whose account may be used.
pub(super) struct Bearer(pub Account);

impl<S> FromRequestParts<S> for Bearer
where
    Arc<Accounts>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|value| value.strip_prefix("Bearer "));
        let token = token.ok_or_else(|| Refusal::unauthorized("Missing or invalid Authorization header"))?;
        let accounts = Arc::<Accounts>::from_ref(state);
        match accounts.verify_access(token.trim()).await? {
            Some(account) if account.suspended => Err(Refusal::forbidden("This account is suspended")),
            Some(account) => Ok(Self(account)),
            None => Err(Refusal::unauthorized("Invalid or expired token")),
        }
    }
}

//! Refusals: 400 and `{code, error}`.

use std::time::Duration;

use axum::extract::Json;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hearth_dialects::i386chat::rest::Refused;
use hearth_dialects::i386chat::{ErrorCode, Fault};

use crate::accounts::{RegisterError, TurnedAway};
use crate::chat::ChatError;
use crate::i386chat::deeds::fault;

/// Why a request was not carried out.
#[derive(Debug)]
pub(super) struct Refusal {
    code: ErrorCode,
    error: String,
    retry_after: Option<Duration>,
}

impl Refusal {
    pub fn new(code: ErrorCode) -> Self {
        Self { code, error: code.reason().to_owned(), retry_after: None }
    }

    pub fn saying(code: ErrorCode, error: impl Into<String>) -> Self {
        Self { error: error.into(), ..Self::new(code) }
    }

    fn too_fast(wait: Duration) -> Self {
        Self { retry_after: Some(wait), ..Self::new(ErrorCode::RateLimited) }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = Refused { code: self.code.code(), error: self.error };
        let mut response = (StatusCode::BAD_REQUEST, Json(body)).into_response();
        if let Some(wait) = self.retry_after {
            // Rounded up: who comes then is let in.
            let seconds = wait.as_millis().div_ceil(1000) as u64;
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<TurnedAway> for Refusal {
    fn from(turned_away: TurnedAway) -> Self {
        match turned_away {
            TurnedAway::Closed => Self::saying(ErrorCode::Malformed, "registration is closed"),
            TurnedAway::Wait(wait) => Self::too_fast(wait),
        }
    }
}

impl From<RegisterError> for Refusal {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::Storage(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "an account was not made");
                Self::new(ErrorCode::Storage)
            }
            RegisterError::Busy => Self::saying(ErrorCode::Storage, error.to_string()),
            error => Self::saying(ErrorCode::Malformed, error.to_string()),
        }
    }
}

impl From<ChatError> for Refusal {
    fn from(error: ChatError) -> Self {
        if let ChatError::TooFast(wait) = error {
            return Self::too_fast(wait);
        }
        let Fault { code, error, .. } = fault(&error, None);
        Self::saying(code, error.unwrap_or_default())
    }
}

impl From<JsonRejection> for Refusal {
    fn from(_: JsonRejection) -> Self {
        Self::saying(ErrorCode::Malformed, "not the JSON that is asked for here")
    }
}

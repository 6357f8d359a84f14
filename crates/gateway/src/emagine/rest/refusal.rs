//! Refusals as E-Magine words them: `{"success": false, "error": text}`.

use std::time::Duration;

use axum::extract::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hearth_dialects::emagine::rest::Failure;

use crate::accounts::{LoginError, RegisterError, StorageError, TurnedAway};
use crate::chat::{ChatError, ChatRefusal};

/// Why a request was not carried out.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    error: String,
    retry_after: Option<Duration>,
}

impl Refusal {
    pub fn new(status: StatusCode, error: impl Into<String>) -> Self {
        Self { status, error: error.into(), retry_after: None }
    }

    pub fn bad(error: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error)
    }

    pub fn unauthorized(error: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, error)
    }

    pub fn forbidden(error: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, error)
    }

    pub fn not_found(error: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, error)
    }

    /// There is none, or one that the asker is banned from: which of the two is not told.
    pub fn no_channel() -> Self {
        Self::not_found("Channel not found!")
    }

    fn too_fast(wait: Duration) -> Self {
        let refusal =
            Self::new(StatusCode::TOO_MANY_REQUESTS, "You are doing this too fast, try again later!");
        Self { retry_after: Some(wait), ..refusal }
    }

    fn busy() -> Self {
        let refusal = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "There is too much to do here, try again in a moment!",
        );
        Self { retry_after: Some(Duration::from_secs(2)), ..refusal }
    }

    pub fn broken() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong here, try again later!")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = Failure { success: false, error: self.error };
        let mut response = (self.status, Json(body)).into_response();
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
            TurnedAway::Closed => Self::forbidden("Registration is closed!"),
            TurnedAway::Wait(wait) => Self::too_fast(wait),
        }
    }
}

impl From<RegisterError> for Refusal {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::Username(_) | RegisterError::Password(_) | RegisterError::Email => {
                Self::bad(format!("{error}!"))
            }
            RegisterError::Taken => Self::forbidden("Username is taken!"),
            RegisterError::Busy => Self::busy(),
            RegisterError::Storage(error) => error.into(),
        }
    }
}

impl From<LoginError> for Refusal {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::Wrong => Self::forbidden("Invalid username or password!"),
            LoginError::Suspended => Self::forbidden("This account is suspended!"),
            LoginError::Busy => Self::busy(),
            LoginError::Storage(error) => error.into(),
        }
    }
}

impl From<ChatRefusal> for Refusal {
    fn from(refusal: ChatRefusal) -> Self {
        match refusal {
            ChatRefusal::TooMany => Self::new(StatusCode::CONFLICT, "There are too many already!"),
            ChatRefusal::OwnerStays => Self::bad("Who made a channel cannot leave it!"),
            ChatRefusal::NoSuchAccount => Self::unauthorized("Invalid api token provided!"),
            // Nothing else is asked for here, and who is banned does not learn that there is something.
            _ => Self::no_channel(),
        }
    }
}

impl From<ChatError> for Refusal {
    fn from(error: ChatError) -> Self {
        match error {
            ChatError::Refused(refusal) => refusal.into(),
            ChatError::Storage(error) => error.into(),
            // Logged where it happened.
            ChatError::NotWritten => Self::broken(),
            ChatError::TooFast(wait) => Self::too_fast(wait),
            ChatError::Busy => Self::busy(),
            ChatError::Suspended => Self::forbidden("This account is suspended!"),
            ChatError::Closed => Self::new(StatusCode::SERVICE_UNAVAILABLE, "The gateway is shutting down!"),
        }
    }
}

impl From<StorageError> for Refusal {
    fn from(error: StorageError) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "could not use the database");
        Self::broken()
    }
}

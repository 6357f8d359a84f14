//! Refusals as Together words them: `{"error": text}` with the status that says what is wrong.

use std::time::Duration;

use axum::extract::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hearth_dialects::together::rest::Error;

use crate::accounts::StorageError;
use crate::chat::{ChatError, ChatRefusal};

/// Why a request was not carried out.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    text: &'static str,
    retry_after: Option<Duration>,
}

impl Refusal {
    pub const fn new(status: StatusCode, text: &'static str) -> Self {
        Self { status, text, retry_after: None }
    }

    pub const fn bad(text: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, text)
    }

    pub const fn unauthorized(text: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, text)
    }

    pub const fn forbidden(text: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, text)
    }

    pub const fn too_often(wait: Duration) -> Self {
        let text = "You are doing this too fast. Try again later";
        Self { retry_after: Some(wait), ..Self::new(StatusCode::TOO_MANY_REQUESTS, text) }
    }

    pub const fn stopping() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "The gateway is shutting down")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(Error { error: self.text.to_owned() })).into_response();
        if let Some(wait) = self.retry_after {
            // Rounded up: who comes then is let in.
            let seconds = wait.as_millis().div_ceil(1000);
            let value = HeaderValue::from_str(&seconds.to_string());
            response.headers_mut().extend(value.ok().map(|value| (header::RETRY_AFTER, value)));
        }
        response
    }
}

impl From<ChatRefusal> for Refusal {
    fn from(refusal: ChatRefusal) -> Self {
        let (status, text) = match refusal {
            // Who is no member does not learn that there is something.
            ChatRefusal::NoSuchCommunity => (StatusCode::NOT_FOUND, "Server not found"),
            ChatRefusal::NoSuchChannel => (StatusCode::NOT_FOUND, "Channel not found"),
            ChatRefusal::NoSuchMessage => (StatusCode::NOT_FOUND, "Message not found"),
            ChatRefusal::NoSuchAccount => (StatusCode::NOT_FOUND, "User not found"),
            ChatRefusal::AlreadyMember => (StatusCode::CONFLICT, "Already a member of this server"),
            ChatRefusal::NotOwner => (StatusCode::FORBIDDEN, "Only the server owner can do this"),
            ChatRefusal::NotAuthor => (StatusCode::FORBIDDEN, "Only the message author can edit it"),
            ChatRefusal::NotAuthorOrOwner => {
                (StatusCode::FORBIDDEN, "Only the message author or server owner can delete it")
            }
            ChatRefusal::OwnerStays => (StatusCode::BAD_REQUEST, "The server owner cannot leave it"),
            ChatRefusal::Banned => (StatusCode::FORBIDDEN, "Banned from this server"),
            ChatRefusal::TooMany => (StatusCode::CONFLICT, "There are too many already"),
            ChatRefusal::NotVoice => (StatusCode::BAD_REQUEST, "This is not a voice channel"),
            ChatRefusal::NotInVoice => (StatusCode::NOT_FOUND, "Not in this voice channel"),
            ChatRefusal::Guest => (StatusCode::FORBIDDEN, "Guests can only listen and speak here"),
        };
        Self::new(status, text)
    }
}

impl From<ChatError> for Refusal {
    fn from(error: ChatError) -> Self {
        match error {
            ChatError::Refused(refusal) => refusal.into(),
            ChatError::Storage(error) => error.into(),
            // Logged where it happened.
            ChatError::NotWritten => Self::broken(),
            ChatError::TooFast(wait) => Self::too_often(wait),
            ChatError::Busy => Self {
                retry_after: Some(Duration::from_secs(1)),
                ..Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "There is too much to do here. Try again in a moment",
                )
            },
            ChatError::Suspended => Self::forbidden("This account is suspended"),
            ChatError::Closed => Self::stopping(),
        }
    }
}

impl From<StorageError> for Refusal {
    fn from(error: StorageError) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "could not use the database");
        Self::broken()
    }
}

impl Refusal {
    pub const fn broken() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong here. Try again later")
    }
}

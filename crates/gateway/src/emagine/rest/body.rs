//! Bodies: a JSON object, or a form, whose members are texts then.

use axum::extract::{Form, FromRequest, Request};
use axum::http::{StatusCode, header};
use hearth_dialects::emagine::limits;
use serde_json::{Map, Value};

use super::refusal::Refusal;
use axum::body::Bytes;

/// The members of a body; none when there is no body.
#[derive(Debug, Default)]
pub(super) struct Body(pub Map<String, Value>);

impl Body {
    /// Takes a member out.
    pub fn take(&mut self, name: &str, missing: &'static str) -> Result<Value, Refusal> {
        self.0.remove(name).ok_or_else(|| Refusal::bad(missing))
    }

    /// Takes a member out that is a text of at least one character that shows and at most `most`.
    pub fn text(&mut self, name: &str, missing: &'static str, most: usize) -> Result<String, Refusal> {
        match self.take(name, missing)? {
            Value::String(text) if crate::chat::Limits::says_something(&text, most) => Ok(text),
            _ => Err(Refusal::bad(format!("The {name} must be a text of 1 to {most} characters!"))),
        }
    }

    /// Takes a member out that is a text of at most so many characters as what something is about may have.
    pub fn about(&mut self, name: &str, missing: &'static str) -> Result<String, Refusal> {
        match self.take(name, missing)? {
            Value::String(text) if text.chars().count() <= limits::ABOUT => Ok(text),
            _ => Err(Refusal::bad(format!(
                "The {name} must be a text of at most {} characters!",
                limits::ABOUT
            ))),
        }
    }
}

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if content_type.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
            let form = Form::<Vec<(String, String)>>::from_request(request, state).await;
            let Form(pairs) = form.map_err(|rejection| unreadable(rejection.status()))?;
            return Ok(Self(pairs.into_iter().map(|(name, value)| (name, value.into())).collect()));
        }
        let bytes = Bytes::from_request(request, state).await;
        let bytes = bytes.map_err(|rejection| unreadable(rejection.status()))?;
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        serde_json::from_slice(&bytes).map(Self).map_err(|_| unreadable(StatusCode::BAD_REQUEST))
    }
}

fn unreadable(status: StatusCode) -> Refusal {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::new(status, "The request is too long!"),
        _ => Refusal::bad("The request is neither a JSON object nor a form!"),
    }
}

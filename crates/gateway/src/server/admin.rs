//! The administration listener (facts/puff-gateway.md §7, where it is open to everybody): what an account is told to be
//! from outside, and actions for its sessions. Everything but `/health` needs the bearer token.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use hearth_dialects::puff::{User, VoiceChannel};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::courier::{Letter, Mailbox};
use super::token::Token;
use crate::hub::{Reached, RemoteAction, UserChange};

/// The largest body: an account with everything that it can have is smaller.
const LARGEST_BODY: usize = 64 * 1024;

/// The routes.
pub(super) fn router(mailbox: Mailbox, token: Token) -> Router {
    Router::new()
        .route("/user/{id}/update", post(update_user))
        .route("/remote_action", post(remote_action))
        .fallback(async || StatusCode::NOT_FOUND)
        .layer(middleware::from_fn_with_state(token, authorized))
        // Says nothing but that the gateway runs.
        .route("/health", get(async || StatusCode::NO_CONTENT))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(mailbox)
}

async fn authorized(State(token): State<Token>, request: Request, next: Next) -> Response {
    if token.authorizes(request.headers()) {
        return next.run(request).await;
    }
    let mut response = (StatusCode::UNAUTHORIZED, Json(json!({ "code": "unauthorized" }))).into_response();
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

async fn update_user(State(mailbox): State<Mailbox>, Path(user): Path<String>, body: Bytes) -> Response {
    let Some(change) = change_from(&body) else { return refused("invalid_data") };
    match mailbox.ask(|answer| Letter::UserUpdated { user, change: Box::new(change), answer }).await {
        Some(0) => "no".into_response(),
        Some(_) => StatusCode::NO_CONTENT.into_response(),
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

async fn remote_action(State(mailbox): State<Mailbox>, body: Bytes) -> Response {
    let Some((user, action)) = action_from(&body) else { return refused("invalid_data") };
    match mailbox.ask(|answer| Letter::RemoteAction { user, action, answer }).await {
        Some(Reached::NoSuchUser) => refused("user_not_found"),
        Some(Reached::Sessions(_) | Reached::UnknownAction) => StatusCode::NO_CONTENT.into_response(),
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

fn refused(code: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "code": code }))).into_response()
}

/// `{user?, voice?}`; null clears, what is absent stays.
fn change_from(body: &[u8]) -> Option<UserChange> {
    let body: Map<String, Value> = serde_json::from_slice(body).ok()?;
    let user = part::<User>(&body, "user")?;
    let voice = part::<VoiceChannel>(&body, "voice")?;
    Some(UserChange { user, voice })
}

/// `None`: not what it must be.
fn part<T: DeserializeOwned>(body: &Map<String, Value>, name: &str) -> Option<Option<Option<T>>> {
    match body.get(name) {
        None => Some(None),
        Some(value) => serde_json::from_value(value.clone()).ok().map(Some),
    }
}

/// `{user:{id}, payload:{action, data?}}`.
fn action_from(body: &[u8]) -> Option<(String, RemoteAction)> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let user = body.get("user")?.get("id")?.as_str()?.to_owned();
    let payload = body.get("payload")?;
    let action = payload.get("action")?.as_u64()?;
    let data = payload.get("data").filter(|data| !data.is_null()).cloned();
    Some((user, RemoteAction { action, data }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_clears_and_what_is_absent_stays() {
        assert_eq!(change_from(b"{}"), Some(UserChange::default()));
        let cleared = UserChange { user: Some(None), voice: Some(None) };
        assert_eq!(change_from(br#"{"user":null,"voice":null}"#), Some(cleared));
        let change = change_from(br#"{"voice":{"id":"1","name":"Lounge"}}"#).unwrap();
        assert!(change.user.is_none() && change.voice.unwrap().unwrap().name == "Lounge");
        for wrong in [&b""[..], b"null", b"[]", br#"{"user":5}"#, br#"{"voice":{"id":1}}"#] {
            assert_eq!(change_from(wrong), None);
        }
    }

    #[test]
    fn an_action_names_its_user_and_number() {
        let (user, action) =
            action_from(br#"{"user":{"id":"u1"},"payload":{"action":3,"data":{"id":"d"}}}"#).unwrap();
        assert_eq!((user.as_str(), action.action, action.data), ("u1", 3, Some(json!({ "id": "d" }))));
        for wrong in [
            &b"{}"[..],
            br#"{"user":{"id":7},"payload":{"action":3}}"#,
            br#"{"user":{"id":"u1"},"payload":{"action":-1}}"#,
            br#"{"user":{"id":"u1"}}"#,
        ] {
            assert_eq!(action_from(wrong), None);
        }
    }
}

//! REST of the E-Magine dialect (facts/other-gateways.md §4.3), at `/api/v1` and `/api`.

mod auth;
mod bearer;
mod body;
mod channels;
mod posts;
mod refusal;
mod users;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef, Json};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use axum::routing::{get, post, put};
use hearth_dialects::emagine::limits;
use hearth_dialects::emagine::rest::{Success, Version};

use crate::accounts::{Accounts, Gate};
use crate::chat::Chat;
use refusal::Refusal;

/// What the routes need.
#[derive(Clone, Debug)]
pub(crate) struct Front {
    pub accounts: Arc<Accounts>,
    pub gate: Arc<Gate>,
    pub chat: Chat,
}

impl FromRef<Front> for Arc<Accounts> {
    fn from_ref(front: &Front) -> Self {
        Arc::clone(&front.accounts)
    }
}

impl FromRef<Front> for Chat {
    fn from_ref(front: &Front) -> Self {
        front.chat.clone()
    }
}

/// What is answered to a request that is carried out.
type Answer<T> = Result<Json<Success<T>>, Refusal>;

fn success<T>(answer: T) -> Answer<T> {
    Ok(Json(Success::with(answer)))
}

/// The routes, for a server to mount. What is under neither path is not theirs.
pub(crate) fn router(front: &Front) -> Router {
    const CREDENTIALS_BYTES: usize = 8 * 1024;
    let credentials = Router::new()
        .route("/auth/register", post(auth::register))
        .route("/auth/login", post(auth::login))
        .layer(DefaultBodyLimit::max(CREDENTIALS_BYTES));
    let routes = Router::new()
        .route("/users/{id}", get(users::one))
        .route("/channels", get(channels::mine).post(channels::create))
        .route("/channels/{id}", get(channels::one))
        .route("/channels/{id}/members/me", put(channels::join).delete(channels::leave))
        .route("/channels/{id}/posts", get(posts::page).post(posts::create))
        .route("/version", get(async || Json(Version { version: 1 })))
        .layer(DefaultBodyLimit::max(limits::BODY_BYTES))
        .merge(credentials)
        .fallback(async || Refusal::not_found("There is nothing here!"))
        .method_not_allowed_fallback(async || Refusal::not_found("There is nothing here!"))
        .with_state(front.clone());
    Router::new().nest("/api/v1", routes.clone()).nest("/api", routes)
}

/// Web pages of any origin may ask, also those that send credentials: nothing here depends on cookies.
pub(crate) fn allow_credentials(origin: Option<HeaderValue>, response: &mut Response) {
    let Some(origin) = origin else { return };
    let headers: &mut HeaderMap = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    headers.append(header::VARY, HeaderValue::from_static("origin"));
}

//! `POST /auth/register` and `POST /auth/login` (facts/other-gateways.md §3.3).

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::rejection::JsonRejection;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Json, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::Deserialize;
use serde_json::json;

use super::gate::{Gate, TurnedAway};
use super::{Accounts, LoginError, Password, RegisterError, Registration, SignedIn, StorageError, Username};
use crate::hub::RateLimit;

/// What the routes can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthOptions {
    /// Nobody makes an account for themselves.
    pub closed_registration: bool,
    /// How often one address may try to sign in.
    pub logins: RateLimit,
    /// How often one address may try to register.
    pub registrations: RateLimit,
    /// Whether the limits hold for loopback addresses too.
    pub loopback: bool,
}

impl Default for AuthOptions {
    /// Ten attempts to sign in a minute and ten to register an hour: a household shares an address.
    fn default() -> Self {
        Self {
            closed_registration: false,
            logins: RateLimit { count: 10, per: Duration::from_secs(60) },
            registrations: RateLimit { count: 10, per: Duration::from_secs(3600) },
            loopback: false,
        }
    }
}

struct Auth {
    accounts: Arc<Accounts>,
    gate: Arc<Gate>,
}

/// The routes, for a server to mount. They take whose request it is from axum's
/// `ConnectInfo<SocketAddr>`, which a server behind a proxy sets.
pub fn router(accounts: Arc<Accounts>, gate: Arc<Gate>) -> Router {
    const BODY_BYTES: usize = 8 * 1024;
    let auth = Auth { accounts, gate };
    Router::new()
        .route("/auth/register", post(register))
        .route("/auth/login", post(login))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .with_state(Arc::new(auth))
}

#[derive(Deserialize)]
struct RegisterRequest {
    username: String,
    email: Option<String>,
    password: String,
}

#[derive(Deserialize)]
struct LoginRequest {
    username: String,
    password: String,
}

type Body<T> = Result<Json<T>, JsonRejection>;

async fn register(
    State(auth): State<Arc<Auth>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    body: Body<RegisterRequest>,
) -> Result<Response, Refusal> {
    auth.gate.register(peer.ip())?;
    let Json(RegisterRequest { username, email, password }) = body?;
    let registration = Registration {
        username: Username::parse(&username).map_err(RegisterError::from)?,
        password: Some(Password::choose(password).map_err(RegisterError::from)?),
        email: email.filter(|email| !email.is_empty()),
        display_name: None,
    };
    let account = auth.accounts.register(registration).await?;
    let signed_in = auth.accounts.sign_in(account).ok_or(Refusal::broken())?;
    Ok((StatusCode::CREATED, Json(answer(&signed_in))).into_response())
}

async fn login(
    State(auth): State<Arc<Auth>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    body: Body<LoginRequest>,
) -> Result<Response, Refusal> {
    auth.gate.login(peer.ip())?;
    let Json(LoginRequest { username, password }) = body?;
    if username.is_empty() || password.is_empty() {
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "Username and password must not be empty"));
    }
    let signed_in = auth.accounts.login(&username, Password::attempt(password)).await?;
    Ok(Json(answer(&signed_in)).into_response())
}

fn answer(SignedIn { account, access_token, refresh_token }: &SignedIn) -> serde_json::Value {
    json!({ "access_token": access_token, "refresh_token": refresh_token, "user": account.together_user() })
}

/// An answer `{"error": text}`.
#[derive(Debug)]
struct Refusal {
    status: StatusCode,
    text: String,
    retry_after: Option<Duration>,
}

impl Refusal {
    fn new(status: StatusCode, text: impl ToString) -> Self {
        Self { status, text: text.to_string(), retry_after: None }
    }

    fn busy(error: impl ToString) -> Self {
        let refusal = Self::new(StatusCode::SERVICE_UNAVAILABLE, error);
        Self { retry_after: Some(Duration::from_secs(2)), ..refusal }
    }

    fn broken() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong here. Try again later")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(json!({ "error": self.text }))).into_response();
        if let Some(wait) = self.retry_after {
            let seconds = wait.as_millis().div_ceil(1000) as u64;
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<TurnedAway> for Refusal {
    fn from(turned_away: TurnedAway) -> Self {
        match turned_away {
            TurnedAway::Closed => Self::new(StatusCode::FORBIDDEN, "Registration is closed"),
            TurnedAway::Wait(wait) => Self {
                retry_after: Some(wait),
                ..Self::new(StatusCode::TOO_MANY_REQUESTS, "Too many attempts. Try again later")
            },
        }
    }
}

impl From<JsonRejection> for Refusal {
    /// With the status that says what is wrong: 400 no JSON, 413 too long, 415 not said to be JSON, 422 a member
    /// is missing or of another type.
    fn from(rejection: JsonRejection) -> Self {
        let text = match rejection.status() {
            StatusCode::BAD_REQUEST => "The request is not valid JSON",
            StatusCode::PAYLOAD_TOO_LARGE => "The request is too long",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "Expected content-type: application/json",
            _ => "The request needs username and password, both text",
        };
        Self::new(rejection.status(), text)
    }
}

impl From<RegisterError> for Refusal {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::Username(_) | RegisterError::Password(_) | RegisterError::Email => {
                Self::new(StatusCode::BAD_REQUEST, error)
            }
            RegisterError::Taken => Self::new(StatusCode::CONFLICT, error),
            RegisterError::Busy => Self::busy(error),
            RegisterError::Storage(error) => error.into(),
        }
    }
}

impl From<LoginError> for Refusal {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::Wrong => Self::new(StatusCode::UNAUTHORIZED, error),
            LoginError::Suspended => Self::new(StatusCode::FORBIDDEN, error),
            LoginError::Busy => Self::busy(error),
            LoginError::Storage(error) => error.into(),
        }
    }
}

impl From<StorageError> for Refusal {
    fn from(error: StorageError) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "could not use the accounts");
        Self::broken()
    }
}

//! `/auth/register` and `/auth/login`. Attempts count together with those of the other dialects.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, State};
use hearth_dialects::emagine::rest::SignedIn;
use serde_json::Value;

use super::body::Body;
use super::refusal::Refusal;
use super::{Answer, Front, success};
use crate::accounts::{Account, Password, RegisterError, Registration, Username};

const BOTH: &str = "Username and password is required!";

pub(super) async fn register(
    State(front): State<Front>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    body: Result<Body, Refusal>,
) -> Answer<SignedIn> {
    front.gate.register(peer.ip())?;
    let Body(mut body) = body?;
    let mut text = |name, missing| match body.remove(name) {
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(Refusal::bad(format!("The {name} must be a text!"))),
        None => Err(Refusal::bad(missing)),
    };
    let username = text("username", "Missing username field!")?;
    let password = text("password", "Missing password field!")?;
    let registration = Registration {
        username: Username::parse(&username).map_err(RegisterError::from)?,
        password: Some(Password::choose_short(password).map_err(RegisterError::from)?),
        email: None,
        display_name: None,
    };
    let account = front.accounts.register(registration).await?;
    signed_in(&front, &account)
}

pub(super) async fn login(
    State(front): State<Front>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    body: Result<Body, Refusal>,
) -> Answer<SignedIn> {
    front.gate.login(peer.ip())?;
    let Body(mut body) = body?;
    let (Some(Value::String(username)), Some(Value::String(password))) =
        (body.remove("username"), body.remove("password"))
    else {
        return Err(Refusal::bad(BOTH));
    };
    let account = front.accounts.login(&username, Password::attempt(password)).await?.account;
    signed_in(&front, &account)
}

fn signed_in(front: &Front, account: &Account) -> Answer<SignedIn> {
    let token = front.accounts.session_token(account).ok_or_else(Refusal::broken)?;
    success(SignedIn { token })
}

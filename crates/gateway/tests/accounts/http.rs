//! Signing up and in over HTTP.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hearth_gateway::accounts::{Accounts, AuthOptions, Gate, router};
use hearth_gateway::hub::{RateLimit, Verdict};
use hearth_gateway::verify::Verifier;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{HeaderMap, Request};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

use crate::place::{PASSWORD, Place, register};

const UNLIMITED: RateLimit = RateLimit { count: 1_000_000, per: Duration::from_secs(1) };

fn open() -> AuthOptions {
    AuthOptions { logins: UNLIMITED, registrations: UNLIMITED, ..AuthOptions::default() }
}

/// Serves the routes on a free port until the test ends.
pub async fn serve(accounts: &Arc<Accounts>, options: AuthOptions) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let gate = Arc::new(Gate::new(accounts, options));
    let app = router(Arc::clone(accounts), gate).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

async fn send(at: SocketAddr, path: &str, content_type: &str, body: String) -> Answer {
    let request = Request::post(format!("http://{at}{path}"));
    let request = request.header("content-type", content_type).body(Full::new(Bytes::from(body))).unwrap();
    let client = Client::builder(TokioExecutor::new()).build_http();
    let response = client.request(request).await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = response.into_body().collect().await.unwrap().to_bytes();
    Answer { status, headers, body: serde_json::from_slice(&body).unwrap() }
}

pub async fn post(at: SocketAddr, path: &str, body: Value) -> Answer {
    send(at, path, "application/json", body.to_string()).await
}

#[tokio::test]
async fn who_registers_is_signed_in_and_can_sign_in_again() {
    let place = Place::new();
    let accounts = place.open().await;
    let at = serve(&accounts, open()).await;
    let request = json!({ "username": "Ada", "email": "ada@example.org", "password": PASSWORD });
    let made = post(at, "/auth/register", request).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let user = &made.body["user"];
    assert_eq!((&user["username"], &user["email"]), (&json!("Ada"), &json!("ada@example.org")));
    assert_eq!((&user["avatar_url"], &user["custom_status"]), (&Value::Null, &Value::Null));
    assert_eq!(user["id"].as_str().unwrap().len(), 36);
    assert!(user["created_at"].as_str().unwrap().ends_with('Z'));

    let signed_in = post(at, "/auth/login", json!({ "username": "aDA", "password": PASSWORD })).await;
    assert_eq!((signed_in.status, &signed_in.body["user"]), (200, user));
    for answer in [&made.body, &signed_in.body] {
        let access = accounts.verify(answer["access_token"].as_str().unwrap()).await;
        assert!(matches!(access, Verdict::User(user) if user.name == "Ada"));
        let refresh = answer["refresh_token"].as_str().unwrap();
        assert_eq!(accounts.verify(refresh).await, Verdict::Invalid, "refreshing is all that it is for");
    }
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_are_told_the_same() {
    let place = Place::new();
    let accounts = place.open().await;
    register(&accounts, "ada").await;
    let at = serve(&accounts, open()).await;
    let long = "x".repeat(5000);
    let cases = [
        ("ada", "wrong horse battery"),
        ("ada", " "),
        ("ada", &long),
        ("nobody", PASSWORD),
        ("no such name at all", PASSWORD),
        (" ", " "),
    ];
    for (username, password) in cases {
        let answer = post(at, "/auth/login", json!({ "username": username, "password": password })).await;
        let told = (answer.status, answer.body);
        assert_eq!(told, (401, json!({ "error": "Wrong username or password" })), "{username} {password}");
    }
}

#[tokio::test]
async fn an_empty_name_or_password_is_no_attempt() {
    let place = Place::new();
    let at = serve(&place.open().await, open()).await;
    for (username, password) in [("", ""), ("ada", ""), ("", PASSWORD)] {
        let answer = post(at, "/auth/login", json!({ "username": username, "password": password })).await;
        assert_eq!(answer.status, 400, "{username} {password}");
    }
}

#[tokio::test]
async fn an_account_without_a_password_cannot_be_signed_in_to() {
    let place = Place::new();
    let accounts = place.open().await;
    let username = hearth_gateway::accounts::Username::parse("bot").unwrap();
    let registration =
        hearth_gateway::accounts::Registration { username, password: None, email: None, display_name: None };
    accounts.register(registration).await.unwrap();
    let at = serve(&accounts, open()).await;
    for password in [" ", "null", PASSWORD] {
        let answer = post(at, "/auth/login", json!({ "username": "bot", "password": password })).await;
        assert_eq!(answer.status, 401);
    }
}

#[tokio::test]
async fn requests_that_cannot_be_met_say_why() {
    let place = Place::new();
    let accounts = place.open().await;
    register(&accounts, "ada").await;
    let at = serve(&accounts, open()).await;
    let cases = [
        (json!({ "username": "ADA", "password": PASSWORD }), 409, "taken"),
        (json!({ "username": "ab", "password": PASSWORD }), 400, "Username"),
        (json!({ "username": "a b c", "password": PASSWORD }), 400, "Username"),
        (json!({ "username": "brian", "password": "1234567" }), 400, "Password"),
        (json!({ "username": "brian", "password": "x".repeat(129) }), 400, "Password"),
        (json!({ "username": "brian", "password": PASSWORD, "email": "brian" }), 400, "e-mail"),
        (json!({ "username": "brian", "password": PASSWORD, "email": "a b@c" }), 400, "e-mail"),
        (json!({ "username": "brian" }), 422, "password"),
        (json!({ "username": 7, "password": PASSWORD }), 422, "username"),
        (json!([]), 422, "username"),
    ];
    for (request, status, word) in cases {
        let answer = post(at, "/auth/register", request.clone()).await;
        let text = answer.body["error"].as_str().unwrap();
        assert!(answer.status == status && text.contains(word), "{request}: {} {text}", answer.status);
    }
    assert_eq!(accounts.list().await.unwrap().len(), 1);
    let no_json = send(at, "/auth/login", "application/json", "{".into()).await;
    assert_eq!(no_json.status, 400);
    let form = send(at, "/auth/login", "application/x-www-form-urlencoded", "username=ada".into()).await;
    assert_eq!(form.status, 415);
    let huge = json!({ "username": "x".repeat(9000), "password": "" }).to_string();
    assert_eq!(send(at, "/auth/login", "application/json", huge).await.status, 413);
}

#[tokio::test]
async fn a_suspended_account_is_told_so_only_with_its_password() {
    let place = Place::new();
    let accounts = place.open().await;
    register(&accounts, "ada").await;
    accounts.set_suspended("ada", true).await.unwrap();
    let at = serve(&accounts, open()).await;
    let right = post(at, "/auth/login", json!({ "username": "ada", "password": PASSWORD })).await;
    assert_eq!((right.status, right.body), (403, json!({ "error": "This account is suspended" })));
    let wrong = post(at, "/auth/login", json!({ "username": "ada", "password": "wrong horse" })).await;
    assert_eq!(wrong.status, 401);
}

#[tokio::test]
async fn registration_can_be_closed_while_signing_in_goes_on() {
    let place = Place::new();
    let accounts = place.open().await;
    register(&accounts, "ada").await;
    let at = serve(&accounts, AuthOptions { closed_registration: true, ..open() }).await;
    let refused = post(at, "/auth/register", json!({ "username": "brian", "password": PASSWORD })).await;
    assert_eq!((refused.status, refused.body), (403, json!({ "error": "Registration is closed" })));
    let signed_in = post(at, "/auth/login", json!({ "username": "ada", "password": PASSWORD })).await;
    assert_eq!(signed_in.status, 200);
}

#[tokio::test]
async fn one_address_cannot_try_without_end() {
    let place = Place::new();
    let accounts = place.open().await;
    register(&accounts, "ada").await;
    let two = RateLimit { count: 2, per: Duration::from_secs(60) };
    let limits = AuthOptions { logins: two, registrations: two, loopback: true, ..AuthOptions::default() };
    let at = serve(&accounts, limits).await;
    let wrong = || post(at, "/auth/login", json!({ "username": "ada", "password": "wrong horse" }));
    let right = || post(at, "/auth/login", json!({ "username": "ada", "password": PASSWORD }));
    for _ in 0..2 {
        assert_eq!(wrong().await.status, 401);
    }
    let refused = right().await;
    assert_eq!(refused.status, 429, "the right password is not looked at either");
    assert_eq!(refused.headers["retry-after"], "30");
    assert!(refused.body["error"].is_string());
    // Requests that make no sense count as well.
    for status in [422, 422, 429] {
        assert_eq!(post(at, "/auth/register", json!({})).await.status, status);
    }
    place.pass(Duration::from_secs(30));
    assert_eq!(right().await.status, 200);
    assert_eq!(right().await.status, 429);
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_an_error_of_the_server() {
    let place = Place::new();
    let accounts = place.open().await;
    let at = serve(&accounts, open()).await;
    accounts.close().await;
    for path in ["/auth/login", "/auth/register"] {
        let answer = post(at, path, json!({ "username": "ada", "password": PASSWORD })).await;
        let text = answer.body["error"].as_str().unwrap();
        assert!(answer.status == 500 && !text.contains("database") && !text.contains("sqlite"), "{text}");
    }
}

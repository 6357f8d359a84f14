//! An account service elsewhere, asked as puff.social's gateway asks its own (facts/puff-gateway.md §5, op 20):
//! `GET {url}/verify` with the token as the `authorization` header gives `{valid, user, connection, voice?}`.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use axum::http::header::{ACCEPT, AUTHORIZATION, USER_AGENT};
use axum::http::{HeaderValue, Request, StatusCode, Uri};
use hearth_dialects::puff::{User, VoiceChannel};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Bytes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use serde_json::Value;

use super::Verifier;
use crate::hub::Verdict;

/// Asks an account service. Connections are kept and used again; redirects are not followed, so that a token goes
/// nowhere but there.
pub struct External {
    address: Uri,
    client: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
    timeout: Duration,
}

/// Not the address of an account service.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an http or https address: {0} (for example https://accounts.example.org/internal)")]
pub struct NotAVerifier(String);

impl External {
    /// How long an answer may take, connecting included.
    pub const TIMEOUT: Duration = Duration::from_secs(3);
    /// How long an answer may be.
    pub const ANSWER_BYTES: usize = 64 * 1024;

    /// The service at `url`, to which `/verify` is added.
    ///
    /// # Errors
    /// When it is not an address of http or https.
    pub fn new(url: &str) -> Result<Self, NotAVerifier> {
        let error = || NotAVerifier(url.to_owned());
        let address: Uri = format!("{}/verify", url.trim_end_matches('/')).parse().map_err(|_| error())?;
        let has_host = address.host().is_some_and(|host| !host.is_empty());
        // A `?` or `@` in it would make another address of it.
        let is_plain = address.query().is_none() && !url.contains(['@', '#']);
        if !matches!(address.scheme_str(), Some("http" | "https")) || !has_host || !is_plain {
            return Err(error());
        }
        let provider = rustls::crypto::ring::default_provider();
        let connector = HttpsConnectorBuilder::new().with_provider_and_webpki_roots(provider);
        let connector = connector.map_err(|_| error())?.https_or_http().enable_http1().build();
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(30))
            .build(connector);
        Ok(Self { address, client, timeout: Self::TIMEOUT })
    }

    /// With another limit of time.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    async fn ask(&self, token: HeaderValue) -> Result<Verdict, Failure> {
        let mut request = Request::new(Empty::new());
        *request.uri_mut() = self.address.clone();
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, token);
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        const NAME: &str = concat!("hearth-gateway/", env!("CARGO_PKG_VERSION"));
        headers.insert(USER_AGENT, HeaderValue::from_static(NAME));
        let response = self.client.request(request).await.map_err(Failure::Unreachable)?;
        let status = response.status();
        let body = Limited::new(response.into_body(), Self::ANSWER_BYTES).collect().await;
        read(status, &body.map_err(|_| Failure::Unfinished)?.to_bytes())
    }
}

#[async_trait]
impl Verifier for External {
    async fn verify(&self, token: &str) -> Verdict {
        // An empty header is no header to some services, and no header must never be anybody.
        if token.is_empty() {
            return Verdict::Invalid;
        }
        let Ok(mut token) = HeaderValue::from_str(token) else { return Verdict::Invalid };
        token.set_sensitive(true);
        let answer = tokio::time::timeout(self.timeout, self.ask(token)).await;
        answer.unwrap_or(Err(Failure::Late)).unwrap_or_else(|failure| {
            let error = &failure as &dyn std::error::Error;
            tracing::warn!(error, "the account service could not say whose token it is");
            Verdict::Unavailable
        })
    }
}

impl fmt::Debug for External {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("External").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Why there is no verdict. The client may try again later.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("it cannot be reached")]
    Unreachable(#[source] hyper_util::client::legacy::Error),
    #[error("it did not answer in time")]
    Late,
    #[error("its answer ended early or is too long")]
    Unfinished,
    #[error("it answered with status {0}")]
    Status(StatusCode),
    #[error("its answer cannot be understood")]
    Unintelligible,
}

/// What an answer says. Only a plain `valid: true` with an account is one; `valid: false` is a refusal also with a
/// status of its own; anything else says nothing about the token.
fn read(status: StatusCode, body: &[u8]) -> Result<Verdict, Failure> {
    let answer: Option<Value> = serde_json::from_slice(body).ok();
    let valid = answer.as_ref().and_then(|answer| answer.get("valid")).and_then(Value::as_bool);
    if valid == Some(false) && !status.is_server_error() {
        return Ok(Verdict::Invalid);
    }
    if !status.is_success() {
        return Err(Failure::Status(status));
    }
    let (Some(answer), Some(true)) = (answer, valid) else { return Err(Failure::Unintelligible) };
    let account = answer.get("user").ok_or(Failure::Unintelligible)?;
    let are_flags = |flags: &Value| flags.is_null() || flags.as_u64().is_some_and(|bits| bits < 1 << 53);
    // Flags that cannot be read could say that the account is suspended.
    if !account.get("flags").is_none_or(are_flags) {
        return Err(Failure::Unintelligible);
    }
    let user = User::from_json(account).ok_or(Failure::Unintelligible)?;
    if user.is_suspended() {
        return Ok(Verdict::Suspended);
    }
    Ok(match answer.get("voice").and_then(VoiceChannel::from_json) {
        Some(voice) => Verdict::UserInVoice(user, voice),
        None => Verdict::User(user),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn verdict(status: u16, answer: &Value) -> Option<Verdict> {
        read(StatusCode::from_u16(status).unwrap(), answer.to_string().as_bytes()).ok()
    }

    #[test]
    fn an_account_is_taken_with_its_voice_channel() {
        let answer =
            json!({ "valid": true, "user": { "id": "u1", "name": "ada", "flags": 2 }, "connection": {} });
        let Some(Verdict::User(user)) = verdict(200, &answer) else { panic!("{answer}") };
        assert_eq!((user.id.as_str(), user.name.as_str(), user.flags), ("u1", "ada", 2));
        let mut in_voice = answer;
        in_voice["voice"] = json!({ "id": "v1", "name": "Lounge" });
        let Some(Verdict::UserInVoice(_, voice)) = verdict(200, &in_voice) else { panic!("{in_voice}") };
        assert_eq!(voice.id, "v1");
    }

    #[test]
    fn only_the_bit_of_a_suspended_account_suspends() {
        let with_flags =
            |flags| json!({ "valid": true, "user": { "id": "u1", "name": "ada", "flags": flags } });
        assert_eq!(verdict(200, &with_flags(json!(8))), Some(Verdict::Suspended));
        assert_eq!(verdict(200, &with_flags(json!(4 | 8))), Some(Verdict::Suspended));
        assert!(matches!(verdict(200, &with_flags(json!(1 | 2 | 4))), Some(Verdict::User(_))));
        assert!(matches!(verdict(200, &with_flags(json!(null))), Some(Verdict::User(_))));
        for unreadable in [json!("8"), json!(-8), json!(8.5), json!([8])] {
            assert_eq!(verdict(200, &with_flags(unreadable)), None);
        }
    }

    #[test]
    fn a_refusal_is_plain_whatever_its_status() {
        for status in [200, 401, 403, 404] {
            let answer = json!({ "valid": false, "user": { "id": "u1" } });
            assert_eq!(verdict(status, &answer), Some(Verdict::Invalid), "{status}");
        }
    }

    #[test]
    fn what_is_not_said_is_not_assumed() {
        let user = json!({ "id": "u1", "name": "ada" });
        let cases = [
            (200, json!({})),
            (200, json!(null)),
            (200, json!({ "user": user })),
            (200, json!({ "valid": "true", "user": user })),
            (200, json!({ "valid": 1, "user": user })),
            (200, json!({ "valid": true })),
            (200, json!({ "valid": true, "user": null })),
            (200, json!({ "valid": true, "user": {} })),
            (200, json!({ "valid": true, "user": { "id": "" } })),
            (200, json!({ "valid": true, "user": { "name": "ada" } })),
            (500, json!({ "valid": true, "user": user })),
            (500, json!({ "valid": false })),
            (302, json!({ "valid": true, "user": user })),
            (401, json!({ "valid": true, "user": user })),
        ];
        for (status, answer) in cases {
            assert_eq!(verdict(status, &answer), None, "{status} {answer}");
        }
        assert!(read(StatusCode::OK, b"<html>").is_err());
    }

    #[test]
    fn only_addresses_of_http_are_services() {
        for good in ["http://127.0.0.1:3000", "https://accounts.example.org/internal/", "http://[::1]:1"] {
            assert!(External::new(good).is_ok(), "{good}");
        }
        for bad in
            ["", "accounts.example.org", "ftp://example.org", "http://", "/v1", "http://a b", "http://x/?y="]
        {
            assert!(External::new(bad).is_err(), "{bad}");
        }
        let service = External::new("https://accounts.example.org/internal/").unwrap();
        assert_eq!(service.address.to_string(), "https://accounts.example.org/internal/verify");
    }
}

//! Asks over HTTP what a machine wants to know: each request within a deadline and with a bounded answer.

use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use hyper::{Request, Response, body::Incoming};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::machine::{HttpAnswer, HttpFailure, HttpRequest, Method};

/// How long a request may take, name resolution, TCP and TLS included. Signing in hashes a password over there.
const DEADLINE: Duration = Duration::from_secs(20);

/// A connection that is idle for longer is not used again: servers close theirs after a few seconds, and a request
/// that meets that is lost.
const IDLE: Duration = Duration::from_secs(3);

/// Clones use the same connections.
#[derive(Clone, Debug)]
pub(super) struct Http {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    deadline: Duration,
}

impl Http {
    /// Fails where TLS cannot be had.
    pub fn new() -> Result<Self, HttpFailure> {
        let provider = rustls::crypto::ring::default_provider();
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(provider)
            .map_err(|error| HttpFailure::Unsent(error.to_string()))?;
        let connector = connector.https_or_http().enable_http1().build();
        let client = Client::builder(TokioExecutor::new()).pool_idle_timeout(IDLE).build(connector);
        Ok(Self { client, deadline: DEADLINE })
    }

    pub async fn ask(&self, request: HttpRequest) -> Result<HttpAnswer, HttpFailure> {
        let asked = async {
            let request = built(request).map_err(|error| HttpFailure::Unsent(error.to_string()))?;
            match self.client.request(request).await {
                Ok(response) => answer(response).await,
                Err(error) if error.is_connect() => Err(HttpFailure::Unsent(error.to_string())),
                Err(error) => Err(HttpFailure::Lost(error.to_string())),
            }
        };
        let late = |_| Err(HttpFailure::Lost("timed out".to_owned()));
        tokio::time::timeout(self.deadline, asked).await.unwrap_or_else(late)
    }
}

fn built(
    HttpRequest { method, url, bearer, body }: HttpRequest,
) -> Result<Request<Full<Bytes>>, hyper::http::Error> {
    let method = match method {
        Method::Get => hyper::Method::GET,
        Method::Post => hyper::Method::POST,
        Method::Put => hyper::Method::PUT,
        Method::Patch => hyper::Method::PATCH,
        Method::Delete => hyper::Method::DELETE,
    };
    let mut request = Request::builder().method(method).uri(url).header(ACCEPT, "application/json");
    if let Some(token) = bearer {
        let mut value = HeaderValue::try_from(format!("Bearer {token}"))?;
        value.set_sensitive(true);
        request = request.header(AUTHORIZATION, value);
    }
    if body.is_some() {
        request = request.header(CONTENT_TYPE, "application/json");
    }
    request.body(Full::new(body.unwrap_or_default().into()))
}

async fn answer(response: Response<Incoming>) -> Result<HttpAnswer, HttpFailure> {
    let status = response.status().as_u16();
    let header = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let seconds: Option<u64> = header.and_then(|value| value.trim().parse().ok());
    let retry_after = seconds.map(|seconds| Duration::from_secs(seconds).min(HttpAnswer::LATEST_RETRY));
    let body = Limited::new(response.into_body(), HttpAnswer::LONGEST).collect().await;
    let body = body.map_err(|error| HttpFailure::Lost(error.to_string()))?.to_bytes();
    let body = String::from_utf8_lossy(&body).into_owned();
    Ok(HttpAnswer { status, body, retry_after })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_server_that_says_nothing_is_not_waited_for() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let http = Http { deadline: Duration::from_millis(50), ..Http::new().unwrap() };
        assert_eq!(http.ask(HttpRequest::get(url)).await, Err(HttpFailure::Lost("timed out".to_owned())));
    }
}

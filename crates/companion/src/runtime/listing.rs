//! Asks a gateway for its public groups. Nothing is told to it but that somebody asks.

use std::time::Duration;

use hearth_gateway_client::group::PublicGroup;
use hearth_gateway_client::puff::{listing, listing_url};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Bytes;
use hyper::{Request, StatusCode};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long an answer may be: thousands of groups.
const MOST_BYTES: usize = 1024 * 1024;

/// The public groups of the gateway at this address; `None` when it does not tell them. The next change of the list
/// brings them all the same.
pub(super) async fn list(address: &str) -> Option<Vec<PublicGroup>> {
    match tokio::time::timeout(PATIENCE, ask(address)).await {
        Ok(Ok(groups)) => groups,
        Ok(Err(error)) => {
            tracing::debug!(error, "the gateway does not list its groups");
            None
        }
        Err(_) => {
            tracing::debug!("the gateway takes too long to list its groups");
            None
        }
    }
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

async fn ask(address: &str) -> Result<Option<Vec<PublicGroup>>, Failure> {
    let provider = rustls::crypto::ring::default_provider();
    let connector = HttpsConnectorBuilder::new().with_provider_and_webpki_roots(provider)?;
    let connector = connector.https_or_http().enable_http1().build();
    let client: Client<_, Empty<Bytes>> = Client::builder(TokioExecutor::new()).build(connector);
    let request =
        Request::get(listing_url(address)?).header("accept", "application/json").body(Empty::new())?;
    let response = client.request(request).await?;
    // Redirects are not followed: they would lead to somebody else.
    if response.status() != StatusCode::OK {
        return Ok(None);
    }
    let body = Limited::new(response.into_body(), MOST_BYTES).collect().await?.to_bytes();
    Ok(listing(std::str::from_utf8(&body)?))
}

//! Asks a gateway for its public groups. Nothing is told to it but that somebody asks.

use hearth_gateway_client::driver;
use hearth_gateway_client::group::PublicGroup;
use hearth_gateway_client::machine::HttpRequest;
use hearth_gateway_client::puff::{listing, listing_url};

/// The public groups of the gateway at this address; `None` when it does not tell them. The next change of the list
/// brings them all the same.
pub(super) async fn list(address: &str) -> Option<Vec<PublicGroup>> {
    let url = listing_url(address).ok()?;
    match driver::ask(HttpRequest::get(url)).await {
        Ok(answer) if answer.is_success() => listing(&answer.body),
        Ok(answer) => {
            tracing::debug!(status = answer.status, "the gateway does not list its groups");
            None
        }
        Err(failure) => {
            tracing::debug!(?failure, "the gateway was not asked for its groups");
            None
        }
    }
}

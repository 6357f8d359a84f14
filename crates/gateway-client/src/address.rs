//! Addresses of gateways: what a person or a program gives, and what a WebSocket is opened with. The path that
//! follows the host when none is given belongs to the dialects.

use url::Url;

/// Why an address is no gateway address. The person has to give another.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// It is no URL.
    #[error("not an address ({0}): give one like https://gateway.example")]
    NotAnAddress(String),
    /// Its scheme is not one of `http`, `https`, `ws`, `wss`.
    #[error("gateways do not speak {0}: give an address that begins with https:// or wss://")]
    Scheme(String),
}

/// The WebSocket URL for an `http(s)://` base or a `ws(s)://` address, with `path` and `query` where it has none.
pub(crate) fn websocket(address: &str, path: &str, query: Option<&str>) -> Result<String, EndpointError> {
    let address = address.trim();
    let mut url = Url::parse(address).map_err(|error| EndpointError::NotAnAddress(error.to_string()))?;
    let scheme = match url.scheme() {
        "http" | "ws" => "ws",
        "https" | "wss" => "wss",
        other => return Err(EndpointError::Scheme(other.to_owned())),
    };
    if !url.has_host() || url.set_scheme(scheme).is_err() {
        return Err(EndpointError::NotAnAddress(address.to_owned()));
    }
    if matches!(url.path(), "" | "/") {
        url.set_path(path);
    }
    if url.query().is_none() {
        url.set_query(query);
    }
    url.set_fragment(None);
    Ok(url.into())
}

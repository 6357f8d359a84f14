//! The address of a gateway: what a person or a program gives, and what the WebSocket is opened with.

use crate::address::{EndpointError, websocket};

/// What follows the host when nothing is given: the path and query that every server of this dialect takes
/// (facts §1; the Elixir gateway serves `/socket` only).
const DEFAULT_PATH: &str = "/socket";
const DEFAULT_QUERY: &str = "encoding=json&compression=none";

/// The WebSocket URL for an `http(s)://` base or a `ws(s)://` address. A path and a query that are given stay.
///
/// # Errors
/// [`EndpointError`] when it cannot be a gateway.
pub fn endpoint(address: &str) -> Result<String, EndpointError> {
    websocket(address, DEFAULT_PATH, Some(DEFAULT_QUERY))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_address_gets_the_path_of_the_dialect() {
        for (given, opened) in [
            ("http://127.0.0.1:9000", "ws://127.0.0.1:9000/socket?encoding=json&compression=none"),
            ("https://sesh.example", "wss://sesh.example/socket?encoding=json&compression=none"),
            ("ws://[::1]:9000/", "ws://[::1]:9000/socket?encoding=json&compression=none"),
            (" wss://host/other?x=1 ", "wss://host/other?x=1"),
            ("http://host/puff/", "ws://host/puff/?encoding=json&compression=none"),
        ] {
            assert_eq!(endpoint(given).as_deref(), Ok(opened));
        }
    }

    #[test]
    fn what_cannot_be_a_gateway_is_refused() {
        assert_eq!(endpoint("ftp://host"), Err(EndpointError::Scheme("ftp".into())));
        assert!(matches!(endpoint("host:9000"), Err(EndpointError::Scheme(_))));
        assert!(matches!(endpoint("not an address"), Err(EndpointError::NotAnAddress(_))));
    }
}

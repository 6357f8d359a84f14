//! The address of a gateway: what a person or a program gives, and what the WebSocket is opened with.

use url::Url;

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

/// What a gateway gives over HTTP, beside its socket; `None` where there is no such thing.
pub(super) fn beside(socket: &str, path: &[&str]) -> Option<String> {
    let rest = socket.strip_prefix("ws").map(|rest| format!("http{rest}"))?;
    let mut url = Url::parse(&rest).ok()?;
    url.set_query(None);
    url.path_segments_mut().ok()?.clear().extend(path);
    Some(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_beside_a_socket_is_where_the_gateway_is_and_a_code_stays_one_part_of_the_path() {
        for (socket, group, asked) in [
            (
                "ws://127.0.0.1:9000/socket?encoding=json",
                "q7xk2m",
                "http://127.0.0.1:9000/v1/groups/q7xk2m/voice",
            ),
            ("wss://sesh.example/", "den", "https://sesh.example/v1/groups/den/voice"),
            ("ws://[::1]:9/socket", "a/?#b", "http://[::1]:9/v1/groups/a%2F%3F%23b/voice"),
        ] {
            assert_eq!(beside(socket, &["v1", "groups", group, "voice"]).as_deref(), Some(asked));
        }
        assert_eq!(beside("gopher://host", &["den"]), None);
    }

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

//! Where a server is: REST below its base, the WebSocket at `/ws` beside it.

use url::Url;

use super::EndpointError;
use super::secret::Secret;
use crate::address::websocket;

/// Where servers of this dialect take WebSockets (TOG-01).
const SOCKET: &str = "/ws";

/// The address of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// `http(s)://…`, without a slash at its end.
    rest: String,
    /// `ws(s)://…/ws`, without a query.
    socket: String,
}

impl Address {
    /// Reads an `http(s)://` or `ws(s)://` base; a path `/ws` at its end, a query and a fragment do not belong to it.
    ///
    /// # Errors
    /// [`EndpointError`] when it cannot be a server.
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        let not_one = |error: &dyn ToString| EndpointError::NotAnAddress(error.to_string());
        let mut url = Url::parse(&websocket(text, "/", None)?).map_err(|error| not_one(&error))?;
        url.set_query(None);
        let path = url.path().trim_end_matches('/');
        let path = path.strip_suffix(SOCKET).unwrap_or(path).to_owned();
        url.set_path(&format!("{path}{SOCKET}"));
        let socket = url.to_string();
        // The scheme was changed to that of sockets just before.
        let base = socket.strip_suffix(SOCKET).unwrap_or(&socket);
        let rest = base.replacen("ws", "http", 1);
        Ok(Self { rest, socket })
    }

    /// The base of REST.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.rest
    }

    pub(super) fn rest(&self, path: &str) -> String {
        format!("{}{path}", self.rest)
    }

    pub(super) fn socket(&self, token: &Secret) -> String {
        let token: String = url::form_urlencoded::byte_serialize(token.reveal().as_bytes()).collect();
        format!("{}?token={token}", self.socket)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// TOG-01
    #[test]
    fn tog_01_the_token_is_in_the_query_of_the_socket_and_nowhere_else() {
        for (text, rest, socket) in [
            ("http://127.0.0.1:9", "http://127.0.0.1:9", "ws://127.0.0.1:9/ws"),
            (" https://chat.example/ ", "https://chat.example", "wss://chat.example/ws"),
            ("wss://chat.example/ws", "https://chat.example", "wss://chat.example/ws"),
            ("ws://ws.example/chat/ws/?token=x#y", "http://ws.example/chat", "ws://ws.example/chat/ws"),
            ("https://example.com/api", "https://example.com/api", "wss://example.com/api/ws"),
        ] {
            let address = Address::parse(text).unwrap();
            assert_eq!(address.base(), rest);
            assert_eq!(address.socket(&Secret::from("a.b-c_d")), format!("{socket}?token=a.b-c_d"));
            assert_eq!(address.socket(&Secret::from("a&b=c d")), format!("{socket}?token=a%26b%3Dc+d"));
            assert_eq!(address.rest("/servers"), format!("{rest}/servers"));
        }
        for wrong in ["", "example.com", "ftp://example.com", "http://"] {
            assert!(Address::parse(wrong).is_err(), "{wrong}");
        }
    }
}

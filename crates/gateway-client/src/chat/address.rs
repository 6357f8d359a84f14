//! Where a chat server is: REST below its base, the WebSocket beside it.

use url::Url;

use super::{Dialect, EndpointError, Secret};
use crate::address::websocket;

impl Dialect {
    /// Where servers take WebSockets (TOG-01, facts EMG-R16). Those of i386chat take them anywhere.
    const fn socket(self) -> &'static str {
        match self {
            Self::Together => "/ws",
            Self::Emagine => "/gateway",
            Self::I386chat => "/i386chat",
        }
    }

    /// Where REST is.
    const fn rest(self) -> &'static str {
        match self {
            Self::Together => "",
            Self::Emagine => "/api/v1",
            Self::I386chat => "/api/v2",
        }
    }
}

/// The address of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// `http(s)://…`, without a slash at its end.
    base: String,
    /// `http(s)://…`, without a slash at its end.
    rest: String,
    /// `ws(s)://…`, without a query.
    socket: String,
}

impl Address {
    /// Reads an `http(s)://` or `ws(s)://` base; the path of the socket at its end, a query and a fragment do not
    /// belong to it.
    ///
    /// # Errors
    /// [`EndpointError`] when it cannot be a server.
    pub fn parse(text: &str, dialect: Dialect) -> Result<Self, EndpointError> {
        let not_one = |error: &dyn ToString| EndpointError::NotAnAddress(error.to_string());
        let mut url = Url::parse(&websocket(text, "/", None)?).map_err(|error| not_one(&error))?;
        url.set_query(None);
        let path = url.path().trim_end_matches('/');
        let path = path.strip_suffix(dialect.socket()).unwrap_or(path).to_owned();
        url.set_path(&format!("{path}{}", dialect.socket()));
        let socket = url.to_string();
        // The scheme was changed to that of sockets just before.
        let base = socket.strip_suffix(dialect.socket()).unwrap_or(&socket).replacen("ws", "http", 1);
        Ok(Self { rest: format!("{base}{}", dialect.rest()), base, socket })
    }

    /// What is below it is of this server.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    pub(crate) fn rest(&self, path: &str) -> String {
        format!("{}{path}", self.rest)
    }

    pub(crate) fn socket(&self) -> &str {
        &self.socket
    }

    pub(crate) fn socket_with(&self, token: &Secret) -> String {
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
            let address = Address::parse(text, Dialect::Together).unwrap();
            assert_eq!(address.base(), rest);
            assert_eq!(address.socket_with(&Secret::from("a.b-c_d")), format!("{socket}?token=a.b-c_d"));
            assert_eq!(address.socket_with(&Secret::from("a&b=c d")), format!("{socket}?token=a%26b%3Dc+d"));
            assert_eq!(address.rest("/servers"), format!("{rest}/servers"));
        }
        for wrong in ["", "example.com", "ftp://example.com", "http://"] {
            assert!(Address::parse(wrong, Dialect::Together).is_err(), "{wrong}");
        }
    }

    /// EMG-R16
    #[test]
    fn rest_and_the_socket_are_where_the_dialect_has_them() {
        for (dialect, text, rest, socket) in [
            (Dialect::Emagine, "http://127.0.0.1:9", "http://127.0.0.1:9/api/v1", "ws://127.0.0.1:9/gateway"),
            (
                Dialect::Emagine,
                "wss://e.example/x/gateway",
                "https://e.example/x/api/v1",
                "wss://e.example/x/gateway",
            ),
            (Dialect::I386chat, "https://i.example/", "https://i.example/api/v2", "wss://i.example/i386chat"),
        ] {
            let address = Address::parse(text, dialect).unwrap();
            assert_eq!((address.rest("").as_str(), address.socket()), (rest, socket));
        }
    }
}

//! The servers that help to reach others: STUN tells this computer's address as others see it, TURN passes packets on.
//! Parsing only; names are resolved by the driver.

/// How others are reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Asked for each connection, in this order; at most [`MOST_SERVERS`] of them.
    pub servers: Vec<IceServer>,
    /// Everything goes by a relay, so that nobody in the room learns this computer's address.
    pub relay_only: bool,
}

/// More servers would cost more than they find.
pub const MOST_SERVERS: usize = 4;

/// A server.
#[derive(Clone, PartialEq, Eq)]
pub enum IceServer {
    /// Tells an address.
    Stun {
        /// A name or an address.
        host: String,
        /// UDP.
        port: u16,
    },
    /// Passes packets on.
    Turn {
        /// A name or an address.
        host: String,
        /// UDP.
        port: u16,
        /// Who asks.
        username: String,
        /// Proves it.
        password: String,
    },
}

impl std::fmt::Debug for IceServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Stun { host, port } => write!(f, "stun:{host}:{port}"),
            Self::Turn { host, port, .. } => write!(f, "turn:{host}:{port}"),
        }
    }
}

/// Why an address is no server. The person may write another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadServer {
    /// It is not written as `stun:host:port` or `turn:host:port`.
    #[error("not the address of a server")]
    NoAddress,
    /// It is one over TCP or TLS, which are not spoken.
    #[error("only UDP is spoken")]
    NotUdp,
    /// A relay wants a name and a password.
    #[error("a relay wants a name and a password")]
    NoPassword,
}

impl IceServer {
    /// Reads an address as browsers write it: `stun:host[:port]`, `turn:host[:port][?transport=udp]` (RFC 7064, 7065).
    ///
    /// # Errors
    /// [`BadServer`] says what is wrong with it.
    pub fn parse(url: &str, username: &str, password: &str) -> Result<Self, BadServer> {
        const PORT: u16 = 3478;
        let (scheme, rest) = url.trim().split_once(':').ok_or(BadServer::NoAddress)?;
        let scheme = scheme.to_ascii_lowercase();
        if matches!(scheme.as_str(), "stuns" | "turns") {
            return Err(BadServer::NotUdp);
        }
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        if !matches!(query, "" | "transport=udp") {
            return Err(BadServer::NotUdp);
        }
        let (host, port) = match place.strip_prefix('[') {
            Some(v6) => {
                let (host, port) = v6.split_once(']').ok_or(BadServer::NoAddress)?;
                (
                    host,
                    port.strip_prefix(':')
                        .or_else(|| port.is_empty().then_some(""))
                        .ok_or(BadServer::NoAddress)?,
                )
            }
            None => place.rsplit_once(':').unwrap_or((place, "")),
        };
        let port = if port.is_empty() && !place.ends_with(':') {
            PORT
        } else {
            port.parse().ok().filter(|port| *port != 0).ok_or(BadServer::NoAddress)?
        };
        let is_host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b':');
        if host.is_empty() || host.len() > 253 || !host.bytes().all(is_host) {
            return Err(BadServer::NoAddress);
        }
        let host = host.to_owned();
        match scheme.as_str() {
            "stun" => Ok(Self::Stun { host, port }),
            "turn" if username.is_empty() || password.is_empty() => Err(BadServer::NoPassword),
            "turn" => Ok(Self::Turn { host, port, username: username.into(), password: password.into() }),
            _ => Err(BadServer::NoAddress),
        }
    }

    /// Name or address, and port.
    #[must_use]
    pub fn place(&self) -> (&str, u16) {
        match self {
            Self::Stun { host, port } | Self::Turn { host, port, .. } => (host, *port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_read_as_browsers_write_them() {
        let stun = |host: &str, port| Ok(IceServer::Stun { host: host.into(), port });
        assert_eq!(IceServer::parse("stun:stun.example.org", "", ""), stun("stun.example.org", 3478));
        assert_eq!(IceServer::parse(" STUN:10.0.0.1:99", "", ""), stun("10.0.0.1", 99));
        assert_eq!(IceServer::parse("stun:[2001:db8::1]:99", "", ""), stun("2001:db8::1", 99));
        assert_eq!(IceServer::parse("stun:[2001:db8::1]", "", ""), stun("2001:db8::1", 3478));
        let turn = IceServer::parse("turn:relay.example.org:5000?transport=udp", "me", "secret").unwrap();
        assert_eq!(turn.place(), ("relay.example.org", 5000));
        assert_eq!(format!("{turn:?}"), "turn:relay.example.org:5000", "no password in a log");
    }

    #[test]
    fn what_is_no_server_is_told_by_its_fault() {
        for (url, why) in [
            ("", BadServer::NoAddress),
            ("example.org", BadServer::NoAddress),
            ("http:example.org", BadServer::NoAddress),
            ("stun:", BadServer::NoAddress),
            ("stun:a b", BadServer::NoAddress),
            ("stun:host:", BadServer::NoAddress),
            ("stun:host:0", BadServer::NoAddress),
            ("stun:host:99999", BadServer::NoAddress),
            ("stun:[::1", BadServer::NoAddress),
            ("stun:[::1]x", BadServer::NoAddress),
            ("stuns:host", BadServer::NotUdp),
            ("turn:host?transport=tcp", BadServer::NotUdp),
            ("turn:host", BadServer::NoPassword),
        ] {
            assert_eq!(IceServer::parse(url, "", ""), Err(why), "{url}");
        }
    }
}

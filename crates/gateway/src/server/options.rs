//! What a server can be told, and why it may not start.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use super::concierge::FileLimits;
use super::doors::ConnectionLimits;
use super::origin::Network;
use crate::accounts::AuthOptions;
use crate::chat::ChatOptions;
use crate::concierge::BrokerConfig;
use crate::dialect::Dialect;
use crate::emagine::session::Rules as EmagineRules;
use crate::hub::HubConfig;
use crate::i386chat::I386chatOptions;
use crate::together::TogetherOptions;
use crate::verify::Verifier;

/// Where to listen, and for what: `ADDR` for everything, `DIALECT=ADDR` for one dialect on any path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListenOn {
    /// `None`: every dialect, each at its paths.
    pub dialect: Option<Dialect>,
    /// Port 0 takes a free one.
    pub address: SocketAddr,
}

/// Not an address to listen on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListenOnError {
    /// The part before `=` names no dialect of this gateway.
    #[error("no such dialect: {0} (there are: puff, concierge, together, emagine, i386chat)")]
    UnknownDialect(String),
    /// Not `IP:PORT`.
    #[error("not an address: {0} (for example 127.0.0.1:9000)")]
    NotAnAddress(String),
}

impl FromStr for ListenOn {
    type Err = ListenOnError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (dialect, address) = match text.split_once('=') {
            None => (None, text),
            Some((name, address)) => match Dialect::ALL.into_iter().find(|dialect| dialect.name() == name) {
                Some(dialect) => (Some(dialect), address),
                None => return Err(ListenOnError::UnknownDialect(name.to_owned())),
            },
        };
        Ok(Self { dialect, address: address_from(address)? })
    }
}

/// An address to listen on: `IP:PORT`, or `localhost:PORT` for 127.0.0.1. No name is looked up.
///
/// # Errors
/// [`ListenOnError::NotAnAddress`].
pub fn address_from(text: &str) -> Result<SocketAddr, ListenOnError> {
    let error = || ListenOnError::NotAnAddress(text.to_owned());
    match text.strip_prefix("localhost:") {
        Some(port) => Ok(SocketAddr::from((Ipv4Addr::LOCALHOST, port.parse().map_err(|_| error())?))),
        None => text.parse().map_err(|_| error()),
    }
}

/// The listener for whoever runs the gateway: user updates and remote actions, with a bearer token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminOptions {
    /// Port 0 takes a free one. Anything but loopback needs a token file.
    pub address: SocketAddr,
    /// A file that holds the token. `None`: a random token in the data directory.
    pub token_file: Option<PathBuf>,
}

/// Who says whom an op 20 token belongs to.
#[derive(Clone)]
pub enum Identity {
    /// The gateway's own accounts, kept in the data directory or in memory, with `/auth/register` and `/auth/login`.
    Accounts(AuthOptions),
    /// Somebody else.
    External(Arc<dyn Verifier>),
}

impl Default for Identity {
    fn default() -> Self {
        Self::Accounts(AuthOptions::default())
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accounts(options) => f.debug_tuple("Accounts").field(options).finish(),
            Self::External(_) => f.write_str("External"),
        }
    }
}

/// The ert-concierge dialect.
#[derive(Clone, Debug, Default)]
pub struct ConciergeOptions {
    /// The secret, limits and times.
    pub broker: BrokerConfig,
    /// A directory for the file server, created when it is missing; `None`: there is no file server. Every client
    /// knows the key of every other (CON-R31): whoever is connected can read, replace and delete everybody's files.
    pub files: Option<PathBuf>,
    /// How much the file server keeps.
    pub file_limits: FileLimits,
}

/// What a server is made of.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// At least one.
    pub listen: Vec<ListenOn>,
    /// A directory, created when it is missing, for what outlives a restart. One server at a time uses it. `None`
    /// keeps everything in memory.
    pub data: Option<PathBuf>,
    /// The core's times and limits.
    pub hub: HubConfig,
    /// How many connections may be open.
    pub connections: ConnectionLimits,
    /// Connections from elsewhere are closed before a byte is read. Empty: from everywhere. Administration and metrics
    /// have listeners of their own, for which this does not hold.
    pub only_from: Vec<Network>,
    /// How long the head of an HTTP request may take, and how long a connection may wait between two requests.
    pub header_timeout: Duration,
    /// Reverse proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Who verifies op 20 tokens.
    pub identity: Identity,
    /// The ert-concierge dialect.
    pub concierge: ConciergeOptions,
    /// The chat core, where there are accounts.
    pub chat: ChatOptions,
    /// The sockets of the Together dialect.
    pub together: TogetherOptions,
    /// The times of sockets of the E-Magine dialect.
    pub emagine: EmagineRules,
    /// The i386chat dialect.
    pub i386chat: I386chatOptions,
    /// The administration listener; `None`: there is none.
    pub admin: Option<AdminOptions>,
    /// Where to serve `GET /metrics`; `None`: nowhere.
    pub metrics: Option<SocketAddr>,
}

impl Default for ServerOptions {
    /// A free port on loopback, in memory.
    fn default() -> Self {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self {
            listen: vec![ListenOn { dialect: None, address }],
            data: None,
            hub: HubConfig::default(),
            connections: ConnectionLimits::default(),
            only_from: Vec::new(),
            header_timeout: Duration::from_secs(5),
            trusted_proxies: Vec::new(),
            identity: Identity::default(),
            concierge: ConciergeOptions::default(),
            chat: ChatOptions::default(),
            together: TogetherOptions::default(),
            emagine: EmagineRules::default(),
            i386chat: I386chatOptions::default(),
            admin: None,
            metrics: None,
        }
    }
}

/// Why a server could not start. Nothing is left running.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// No address was given.
    #[error("no address to listen on")]
    NoListener,
    /// The address is in use, not of this computer, or not allowed: choose another.
    #[error("cannot listen on {address}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The data directory cannot be used: choose another, or keep the data in memory.
    #[error("cannot use the data directory {directory}")]
    Data {
        /// Which.
        directory: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another gateway uses the data directory: end it, or choose another directory.
    #[error("another gateway uses the data directory {directory}")]
    InUse {
        /// Which.
        directory: PathBuf,
    },
    /// The directory of the file server cannot be used: choose another, or do without.
    #[error("cannot keep files in {directory}")]
    Files {
        /// Which.
        directory: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The accounts cannot be opened: they are of a newer version, or damaged.
    #[error("cannot open the accounts")]
    Accounts(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The administration listener would be open to others without a token of the host's choice: give a token file,
    /// or a loopback address.
    #[error("the administration listener on {0} is not on loopback and needs a token file")]
    AdminExposed(SocketAddr),
    /// There is nowhere to leave a random token: give a token file, or a data directory.
    #[error("the administration listener needs a token file or a data directory")]
    AdminWithoutToken,
    /// The administration token cannot be read or written, or is shorter than 16 characters.
    #[error("cannot use the administration token in {file}")]
    AdminToken {
        /// Where.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_may_name_a_dialect() {
        let all: ListenOn = "127.0.0.1:9000".parse().unwrap();
        assert_eq!(all, ListenOn { dialect: None, address: "127.0.0.1:9000".parse().unwrap() });
        let puff: ListenOn = "puff=[::1]:0".parse().unwrap();
        assert_eq!(puff, ListenOn { dialect: Some(Dialect::Puff), address: "[::1]:0".parse().unwrap() });
        assert_eq!("concierge=[::1]:0".parse::<ListenOn>().unwrap().dialect, Some(Dialect::Concierge));
        for dialect in Dialect::ALL {
            let listen = format!("{}=[::1]:0", dialect.name()).parse::<ListenOn>();
            assert_eq!(listen.unwrap().dialect, Some(dialect));
            let unknown = ListenOnError::UnknownDialect(String::new()).to_string();
            assert!(unknown.contains(dialect.name()), "{unknown}");
        }
        assert_eq!("chat=1.2.3.4:5".parse::<ListenOn>(), Err(ListenOnError::UnknownDialect("chat".into())));
        assert_eq!("localhost".parse::<ListenOn>(), Err(ListenOnError::NotAnAddress("localhost".into())));
    }

    #[test]
    fn localhost_is_this_computer() {
        let listen: ListenOn = "puff=localhost:9000".parse().unwrap();
        assert_eq!(
            listen,
            ListenOn { dialect: Some(Dialect::Puff), address: "127.0.0.1:9000".parse().unwrap() }
        );
        for wrong in ["localhost:", "localhost:70000", "localhost.example.org:1", "example.org:1"] {
            assert_eq!(wrong.parse::<ListenOn>(), Err(ListenOnError::NotAnAddress(wrong.into())));
        }
    }
}

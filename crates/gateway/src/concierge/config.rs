//! What a broker can be told: the secret, its limits and times.

use std::fmt;
use std::time::Duration;

use hearth_dialects::concierge::limits;

use crate::hub::RateLimit;

/// Who is let in.
#[derive(Clone, PartialEq, Eq)]
pub struct Access {
    /// Whether there is a concierge; whoever comes otherwise is closed with 4011.
    pub open: bool,
    /// Whoever identifies has to know it (4006). `None`: what clients send is not looked at.
    pub secret: Option<String>,
}

impl fmt::Debug for Access {
    /// Everything but the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secret = self.secret.as_ref().map(|_| "…");
        f.debug_struct("Access").field("open", &self.open).field("secret", &secret).finish()
    }
}

/// Limits and times of a [`super::Broker`]. Those of single payloads are in [`limits`].
#[derive(Clone, PartialEq, Eq)]
pub struct BrokerConfig {
    /// Whether there is a concierge; whoever comes otherwise is closed with 4011.
    pub open: bool,
    /// Whoever identifies has to know it (4006). `None`: what clients send is not looked at.
    pub secret: Option<String>,
    /// How often one address may show a wrong secret, or none. Beyond that it is closed with 1013 whatever it shows.
    pub guesses: RateLimit,
    /// Whether that holds for loopback addresses too.
    pub loopback: bool,
    /// How many clients there can be; more are closed with 1013.
    pub clients: usize,
    /// How many sockets may be open that have not identified yet; more are closed with 1013.
    pub waiting: usize,
    /// How many services there can be.
    pub services: usize,
    /// How many services one client can own.
    pub services_per_client: usize,
    /// How many subscriptions there can be, all clients together.
    pub subscriptions: usize,
    /// How many services one client can hear.
    pub subscriptions_per_client: usize,
    /// How long a client may take to identify itself.
    pub identify: Duration,
    /// How often clients are pinged.
    pub ping: Duration,
    /// A client from which nothing came for this long is closed with 4009.
    pub silence: Duration,
}

impl Default for BrokerConfig {
    fn default() -> Self {
        Self {
            open: true,
            secret: None,
            guesses: RateLimit { count: 10, per: Duration::from_secs(60) },
            loopback: false,
            clients: 1024,
            waiting: 256,
            services: 1024,
            services_per_client: 64,
            subscriptions: 16 * 1024,
            subscriptions_per_client: 128,
            identify: limits::IDENTIFY,
            ping: limits::PING,
            silence: limits::SILENCE,
        }
    }
}

impl fmt::Debug for BrokerConfig {
    /// Everything but the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BrokerConfig")
            .field("open", &self.open)
            .field("secret", &self.secret.as_ref().map(|_| "…"))
            .field("guesses", &self.guesses)
            .field("loopback", &self.loopback)
            .field("clients", &self.clients)
            .field("services", &self.services)
            .field("subscriptions", &self.subscriptions)
            .finish_non_exhaustive()
    }
}

//! The access token: how long it is good, and for what (TOG-02).

use std::time::{Duration, Instant};

use hearth_dialects::together::ACCESS_TOKEN;

use super::Secret;

/// It is not used for so long before its end: servers' clocks, and the way there.
const MARGIN: Duration = Duration::from_secs(60);

/// What a sign-in gave.
#[derive(Clone, Debug)]
pub(super) struct Token {
    text: Secret,
    good_until: Instant,
    /// A socket was opened with it.
    used: bool,
}

impl Token {
    pub fn new(text: Secret, now: Instant) -> Self {
        Self { text, good_until: now + ACCESS_TOKEN.saturating_sub(MARGIN), used: false }
    }

    /// For a call, as long as it is good.
    pub fn for_call(&self, now: Instant) -> Option<&Secret> {
        (now < self.good_until).then_some(&self.text)
    }

    /// For a connection: each gets a token that none had before.
    pub fn for_connection(&self, now: Instant) -> Option<&Secret> {
        self.for_call(now).filter(|_| !self.used)
    }

    /// The server has seen it on a socket.
    pub const fn is_used(&mut self) {
        self.used = true;
    }
}

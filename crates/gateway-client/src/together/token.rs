//! The access token: how long it is good, and for what (TOG-02).

use std::time::{Duration, Instant};

use hearth_dialects::together::ACCESS_TOKEN;

use super::{AccessToken, Secret};

/// It is not used for so long before its end: servers' clocks, and the way there.
const MARGIN: Duration = Duration::from_secs(60);

/// Nobody gives one for longer.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// What a sign-in gave.
#[derive(Clone, Debug)]
pub(super) struct Token {
    text: Secret,
    good_until: Instant,
    /// A socket was opened with it, and there will be a fresh one for the next.
    used: bool,
    is_given: bool,
}

impl Token {
    pub fn new(text: Secret, now: Instant) -> Self {
        Self { text, good_until: now + ACCESS_TOKEN.saturating_sub(MARGIN), used: false, is_given: false }
    }

    /// One that the owner of the session was given. It is good for several connections, because the next one is not
    /// as near as a sign-in: who gives it may be as lost as this connection.
    pub fn given(token: AccessToken, now: Instant) -> Self {
        let AccessToken { text, good_for } = token;
        let good_for = good_for.min(LONGEST);
        Self {
            text,
            good_until: now + good_for.saturating_sub(MARGIN.min(good_for / 4)),
            used: false,
            is_given: true,
        }
    }

    /// From when on there should be another.
    pub const fn good_until(&self) -> Instant {
        self.good_until
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
        self.used = !self.is_given;
    }
}
